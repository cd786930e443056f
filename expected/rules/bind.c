/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bind.c - rules of bind(2) that hold for every family: the descriptor, the address
 * argument, a security module; in the order of __sys_bind().
 */
#include "../posix_sets.h"
#include "bind_common.h"

static bool addrlen_out_of_range(const struct world *world, const struct call *call)
{
	(void)world;
	return call->address.addrlen < 0 || call->address.addrlen > ADDRESS_BYTES_MAX;
}

static bool address_unreadable(const struct world *world, const struct call *call)
{
	(void)world;
	return call->address.unreadable;
}

static bool security_refuses(const struct world *world, const struct call *call)
{
	(void)call;
	return world->facts & FACT_SECURITY_REFUSES_BIND;
}

/* Families for which bind(2) makes a name, and says so when it cannot. */
static bool no_memory(const struct world *world, const struct call *call)
{
	return world->facts & FACT_NO_MEMORY && (call_is_on(world, call, AF_UNIX) ||
						 call_is_on(world, call, AF_NETLINK));
}

/* inet_csk_get_port() and udp_lib_get_port() have one errno for all that goes wrong. */
static bool no_memory_for_port(const struct world *world, const struct call *call)
{
	return world->facts & FACT_NO_MEMORY &&
	       (call_is_on(world, call, AF_INET) || call_is_on(world, call, AF_INET6));
}

static const struct rule bind_arguments_rules[] = {
	{
		.id = "bind.fd.not_open",
		.says = "a descriptor that is not open is refused, before the address "
			"is looked at",
		.when = fd_not_open,
		.outcome = FAILS(EBADF),
		.cites = { MANUAL_QUOTE("bind(2)", "EBADF",
					"sockfd is not a valid file descriptor."),
			   POSIX("bind", "EBADF"),
			   KERNEL("net/socket.c", "sockfd_lookup_light") },
	},
	{
		.id = "bind.fd.path_only",
		.says = "a descriptor opened with O_PATH is refused as one that is not "
			"open",
		.when = fd_path_only,
		.outcome = FAILS(EBADF),
		.cites = { MANUAL("bind(2)", "EBADF"),
			   QUOTE("open(2)",
				 "The file itself is not opened, and other file "
				 "operations (e.g., read(2), write(2), fchmod(2), "
				 "fchown(2), fgetxattr(2), ioctl(2), mmap(2)) fail "
				 "with the error EBADF."),
			   KERNEL("fs/file.c", "__fget_light") },
	},
	{
		.id = "bind.fd.not_a_socket",
		.says = "a descriptor of anything but a socket is refused, before the "
			"address is looked at",
		.when = fd_no_socket,
		.outcome = FAILS(ENOTSOCK),
		.cites = { MANUAL_QUOTE("bind(2)", "ENOTSOCK",
					"The file descriptor sockfd does not refer to "
					"a socket."),
			   POSIX("bind", "ENOTSOCK"),
			   KERNEL("net/socket.c", "sock_from_file") },
	},
	{
		.id = "bind.addrlen.out_of_range",
		.says = "an addrlen below 0 or above sizeof(struct sockaddr_storage) "
			"is refused, before the address is read",
		.when = addrlen_out_of_range,
		.outcome = FAILS(EINVAL),
		.posix = POSIX_LENGTH,
		.cites = { MANUAL_QUOTE("bind(2)", "EINVAL", "addrlen is wrong"),
			   POSIX("bind", "EINVAL"),
			   KERNEL("net/socket.c", "move_addr_to_kernel") },
	},
	{
		.id = "bind.address.unreadable",
		.says = "an address of which not all addrlen bytes can be read is "
			"refused",
		.when = address_unreadable,
		.outcome = FAILS(EFAULT),
		.cites = { MANUAL_QUOTE("bind(2)", "EFAULT",
					"addr points outside the user's accessible "
					"address space."),
			   KERNEL("net/socket.c", "move_addr_to_kernel") },
	},
	{
		.id = "bind.refused.security_module",
		.says = "a security module may refuse the address, before the family "
			"looks at it",
		.when = security_refuses,
		.outcome = FAILS(EPERM, EACCES),
		.cites = { KERNEL("security/security.c", "security_socket_bind") },
		.undocumented = true,
	},
	/* Last of what all families share, though it is the family's own code that
	 * runs out: cases that make it so have nothing else that is wrong. */
	{
		.id = "bind.limit.memory",
		.says = "where there is no memory for the name or the groups, nothing "
			"is bound",
		.when = no_memory,
		.outcome = FAILS(ENOMEM),
		.cites = { MANUAL_QUOTE("bind(2)", "ENOMEM",
					"Insufficient kernel memory was available."),
			   KERNEL("net/unix/af_unix.c", "unix_create_addr"),
			   KERNEL("net/netlink/af_netlink.c",
				  "netlink_realloc_groups") },
	},
	{
		.id = "bind.limit.memory_for_port",
		.says = "where there is no memory for the port's entry in the table, "
			"the port is said to be in use",
		.when = no_memory_for_port,
		.outcome = FAILS(EADDRINUSE),
		.cites = { KERNEL("net/ipv4/inet_connection_sock.c",
				  "inet_csk_get_port"),
			   KERNEL("net/ipv4/udp.c", "udp_lib_get_port"),
			   KERNEL("net/core/sock_reuseport.c", "reuseport_alloc") },
		.undocumented = true,
	},
};
RULE_LIST(bind_arguments, CALL_BIND);
