/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * socket.c - rules of socket(2) that hold for every family: its arguments, what it may
 * run out of, and success.
 */
#include "../constants.h"
#include "../posix_sets.h"
#include "lists.h"

static int domain_of(const struct call *call)
{
	return call->socket.domain;
}

static int type_of(const struct call *call)
{
	return call->socket.type & LINUX_SOCK_TYPE_MASK;
}

/* The family whose create function runs: (AF_INET, SOCK_PACKET) is AF_PACKET's. */
static int family_of(const struct call *call)
{
	if (domain_of(call) == AF_INET && type_of(call) == SOCK_PACKET)
		return AF_PACKET;
	return domain_of(call);
}

static bool has_unknown_flag(const struct world *world, const struct call *call)
{
	(void)world;
	return call->socket.type &
	       ~(LINUX_SOCK_TYPE_MASK | SOCK_CLOEXEC | SOCK_NONBLOCK);
}

static bool family_out_of_range(const struct world *world, const struct call *call)
{
	return domain_of(call) < 0 || domain_of(call) >= world_af_max(world);
}

static bool type_out_of_range(const struct world *world, const struct call *call)
{
	(void)world;
	return type_of(call) >= LINUX_SOCK_MAX;
}

static bool security_refuses_create(const struct world *world, const struct call *call)
{
	(void)call;
	return world->facts & FACT_SECURITY_REFUSES_CREATE;
}

static bool no_memory(const struct world *world, const struct call *call)
{
	(void)call;
	return world->facts & FACT_NO_MEMORY;
}

static bool family_unregistered(const struct world *world, const struct call *call)
{
	return !world_has(world, FEATURE_FAMILY(family_of(call)));
}

/*
 * Which errno tells of memory depends on which allocation failed: the socket's inode
 * (ENFILE, "Not exactly a match, but its the closest posix thing"), the protocol's part
 * (ENOBUFS for AF_PACKET, and for the IP families until Linux 6.1's stable releases
 * made it ENOMEM for AF_INET), or the file (ENOMEM).  socket(2) leaves it open.
 *
 * The first allocation comes before the family is looked up, the last before the
 * descriptor: what an allocation that fails hides depends on which it is.
 */
static const struct rule socket_arguments_rules[] = {
	{
		.id = "socket.flags.unknown",
		.says = "type may hold a type, SOCK_CLOEXEC and SOCK_NONBLOCK; any "
			"other bit is refused",
		.when = has_unknown_flag,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE("socket(2)", "EINVAL",
					"Invalid flags in type."),
			   KERNEL("net/socket.c", "__sys_socket_create") },
	},
	{
		.id = "socket.family.out_of_range",
		.says = "a domain below 0 or from AF_MAX on is no family",
		.when = family_out_of_range,
		.outcome = FAILS(EAFNOSUPPORT),
		.cites = { MANUAL_QUOTE("socket(2)", "EAFNOSUPPORT",
					"The implementation does not support the "
					"specified address family."),
			   POSIX("socket", "EAFNOSUPPORT"),
			   KERNEL("net/socket.c", "__sock_create") },
	},
	{
		.id = "socket.type.out_of_range",
		.says = "a type above SOCK_PACKET is no type, whatever the family",
		.when = type_out_of_range,
		.outcome = FAILS(EINVAL),
		.posix = POSIX_NO_SUCH_TYPE,
		.cites = { POSIX_TYPE_CITES, KERNEL("net/socket.c", "__sock_create") },
		/* socket(2) knows EINVAL for flags, for a protocol and for a family;
		 * POSIX asks for EPROTOTYPE. */
		.undocumented = true,
	},
	{
		.id = "socket.refused.security_module",
		.says = "a security module may refuse a domain, type and protocol",
		.when = security_refuses_create,
		.outcome = FAILS(EPERM, EACCES),
		.posix_silent = true,
		.cites = { MANUAL_QUOTE(
				   "socket(2)", "EACCES",
				   "Permission to create a socket of the specified "
				   "type and/or protocol is denied."),
			   POSIX("socket", "EACCES"),
			   KERNEL("security/security.c", "security_socket_create") },
	},
	{
		.id = "socket.limit.memory",
		.says = "where an allocation fails, so does the call, and leaves "
			"nothing",
		.when = no_memory,
		.outcome = FAILS(ENOBUFS, ENOMEM, ENFILE),
		.cites = { MANUAL_QUOTE("socket(2)", "ENOBUFS",
					"Insufficient memory is available. The socket "
					"cannot be created until sufficient resources "
					"are freed."),
			   MANUAL("socket(2)", "ENOMEM"), POSIX("socket", "ENOBUFS"),
			   POSIX("socket", "ENOMEM"),
			   KERNEL("net/socket.c", "sock_alloc") },
	},
	{
		.id = "socket.family.unregistered",
		.says = "a family that the kernel numbers but has no code for is "
			"refused",
		.when = family_unregistered,
		.outcome = FAILS(EAFNOSUPPORT),
		.cites = { MANUAL_QUOTE("socket(2)", "EAFNOSUPPORT",
					"The implementation does not support the "
					"specified address family."),
			   POSIX("socket", "EAFNOSUPPORT"),
			   KERNEL("net/socket.c", "__sock_create") },
	},
};
RULE_LIST(socket_arguments, CALL_SOCKET);

static bool unix_exhausted(const struct world *world, const struct call *call)
{
	return family_of(call) == AF_UNIX && world->settings.file_max &&
	       world_count(world, AF_UNIX) >= 2 * world->settings.file_max;
}

static bool cgroup_refuses(const struct world *world, const struct call *call)
{
	return (family_of(call) == AF_INET || family_of(call) == AF_INET6) &&
	       world->facts & FACT_CGROUP_REFUSES_CREATE;
}

static bool security_refuses_socket(const struct world *world, const struct call *call)
{
	(void)call;
	return world->facts & FACT_SECURITY_REFUSES_SOCKET;
}

static bool no_descriptor_left(const struct world *world, const struct call *call)
{
	(void)call;
	return (unsigned int)world_lowest_free(world) >= world->caller.nofile;
}

static bool files_exhausted(const struct world *world, const struct call *call)
{
	(void)call;
	return world->facts & FACT_FILES_EXHAUSTED;
}

static const struct rule socket_resources_rules[] = {
	{
		.id = "socket.limit.unix_sockets_old",
		.says = "there may be two unix sockets for each file that fs.file-max "
			"allows, and no more; which errno said so, was to change",
		.when = unix_exhausted,
		.outcome = FAILS(ENFILE, ENOMEM),
		.cites = { KERNEL("net/unix/af_unix.c", "unix_create1") },
		.undocumented = true,
		/* Linux 5.15 (commit f4bd73b5a950) told ENFILE from ENOMEM. */
		.until = LINUX(5, 15),
	},
	{
		.id = "socket.limit.unix_sockets",
		.says = "there may be two unix sockets for each file that fs.file-max "
			"allows, and no more",
		.when = unix_exhausted,
		.outcome = FAILS(ENFILE),
		/* unix(7) has ENFILE for the limit of open files, which this is not. */
		.cites = { KERNEL("net/unix/af_unix.c", "unix_create1") },
		.undocumented = true,
		.since = LINUX(5, 15),
	},
	{
		.id = "socket.refused.cgroup",
		.says = "a BPF program attached to the caller's cgroup may refuse an "
			"AF_INET or AF_INET6 socket, by returning 0",
		.when = cgroup_refuses,
		.outcome = FAILS(EPERM),
		.cites = { KERNEL("kernel/bpf/cgroup.c",
				  "__cgroup_bpf_run_filter_sk") },
		.undocumented = true,
		.since = LINUX(4, 10),
	},
	{
		.id = "socket.refused.security_module_late",
		.says = "a security module may refuse a socket that has just been made",
		.when = security_refuses_socket,
		.outcome = FAILS(EPERM, EACCES),
		.cites = { MANUAL_QUOTE(
				   "socket(2)", "EACCES",
				   "Permission to create a socket of the specified "
				   "type and/or protocol is denied."),
			   KERNEL("security/security.c",
				  "security_socket_post_create") },
	},
	{
		.id = "socket.limit.descriptors",
		.says = "no descriptor is given from the soft limit RLIMIT_NOFILE on",
		.when = no_descriptor_left,
		.outcome = FAILS(EMFILE),
		.cites = { MANUAL_QUOTE("socket(2)", "EMFILE",
					"The per-process limit on the number of open "
					"file descriptors has been reached."),
			   MANUAL_QUOTE("getrlimit(2)", NULL,
					"This specifies a value one greater than the "
					"maximum file descriptor number that can be "
					"opened by this process."),
			   POSIX("socket", "EMFILE"),
			   KERNEL("net/socket.c", "sock_map_fd") },
	},
	{
		.id = "socket.limit.files",
		.says = "no file is opened beyond fs.file-max without CAP_SYS_ADMIN",
		.when = files_exhausted,
		.outcome = FAILS(ENFILE),
		.cites = { MANUAL_QUOTE("socket(2)", "ENFILE",
					"The system-wide limit on the total number of "
					"open files has been reached."),
			   QUOTE("proc(5)", "System calls that fail when encountering "
					    "this limit fail with the error ENFILE."),
			   QUOTE("proc(5)", "Privileged processes (CAP_SYS_ADMIN) can "
					    "override the file-max limit."),
			   POSIX("socket", "ENFILE"),
			   KERNEL("net/socket.c", "sock_alloc_file") },
	},
};
RULE_LIST(socket_resources, CALL_SOCKET);

#define CREATED_CITES(manual, file, function)                                 \
	{                                                                     \
		QUOTE("socket(2)",                                            \
		      "the lowest-numbered file descriptor not currently "    \
		      "open for the process"),                                \
			manual, POSIX("socket", NULL), KERNEL(file, function) \
	}

#define CREATES(family_, function)                                               \
	static bool function(const struct world *world, const struct call *call) \
	{                                                                        \
		(void)world;                                                     \
		return family_of(call) == (family_);                             \
	}

CREATES(AF_INET, creates_inet)
CREATES(AF_INET6, creates_inet6)
CREATES(AF_UNIX, creates_unix)
CREATES(AF_PACKET, creates_packet)
CREATES(AF_NETLINK, creates_netlink)
CREATES(AF_VSOCK, creates_vsock)

/* What none of the rules before has refused, succeeds. */
static const struct rule socket_created_rules[] = {
	{
		.id = "socket.inet.created",
		.says = "a type and protocol of AF_INET that go together make a "
			"socket, "
			"on the lowest free descriptor",
		.when = creates_inet,
		.outcome = DESCRIPTOR,
		.posix_computed = posix_optional_socket,
		.cites = CREATED_CITES(QUOTE("ip(7)", "Valid socket types include "
						      "SOCK_STREAM to open a stream "
						      "socket"),
				       "net/ipv4/af_inet.c", "inet_create"),
	},
	{
		.id = "socket.inet6.created",
		.says = "a type and protocol of AF_INET6 that go together make a "
			"socket, on the lowest free descriptor",
		.when = creates_inet6,
		.outcome = DESCRIPTOR,
		.posix_computed = posix_optional_socket,
		.cites =
			CREATED_CITES(QUOTE("ipv6(7)", "tcp6_socket = socket(AF_INET6, "
						       "SOCK_STREAM, 0);"),
				      "net/ipv6/af_inet6.c", "inet6_create"),
	},
	{
		.id = "socket.unix.created",
		.says = "a stream, datagram or sequenced-packet socket of AF_UNIX is "
			"made, on the lowest free descriptor",
		.when = creates_unix,
		.outcome = DESCRIPTOR,
		.posix_computed = posix_optional_socket,
		.cites =
			CREATED_CITES(QUOTE("unix(7)", "Valid socket types in the UNIX "
						       "domain are: SOCK_STREAM"),
				      "net/unix/af_unix.c", "unix_create"),
	},
	{
		.id = "socket.packet.created",
		.says = "a raw, cooked or obsolete packet socket is made with "
			"CAP_NET_RAW, on the lowest free descriptor",
		.when = creates_packet,
		.outcome = DESCRIPTOR,
		.posix_silent = true,
		.cites = CREATED_CITES(
			QUOTE("packet(7)", "The socket_type is either SOCK_RAW for raw "
					   "packets including the link-level header"),
			"net/packet/af_packet.c", "packet_create"),
	},
	{
		.id = "socket.netlink.created",
		.says = "a raw or datagram socket of a netlink family that the kernel "
			"has is made, on the lowest free descriptor",
		.when = creates_netlink,
		.outcome = DESCRIPTOR,
		.posix_silent = true,
		.cites = CREATED_CITES(QUOTE("netlink(7)",
					     "Both SOCK_RAW and SOCK_DGRAM are valid "
					     "values for socket_type."),
				       "net/netlink/af_netlink.c", "netlink_create"),
	},
	{
		.id = "socket.vsock.created",
		.says = "a socket of AF_VSOCK is made, on the lowest free descriptor",
		.when = creates_vsock,
		.outcome = DESCRIPTOR,
		.posix_silent = true,
		.cites = CREATED_CITES(QUOTE("vsock(7)", "Valid socket types are "
							 "SOCK_STREAM and SOCK_DGRAM."),
				       "net/vmw_vsock/af_vsock.c", "vsock_create"),
	},
};
RULE_LIST(socket_created, CALL_SOCKET);
