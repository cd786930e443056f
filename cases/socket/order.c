/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * order.c - the order of the checks of socket(2): for each two faults that one call can
 * hold, the answer is the earlier check's.  Two that answer with the same errno (EPERM
 * for the capability and for the cgroup's program) cannot be told apart.
 */
#include "sockcheck.h"

/* Faults that are not in the arguments. */
enum {
	NO_CAPABILITY = 1 << 0,	   /* CAP_NET_RAW is given up */
	NO_DESCRIPTOR = 1 << 1,	   /* the limit of descriptors is reached */
	NO_PING = 1 << 2,	   /* no group is within the range: the default */
	NO_MPTCP = 1 << 3,	   /* net.mptcp.enabled is 0 */
	BY_CGROUP = 1 << 4,	   /* a cgroup's program refuses */
	BY_SECURITY = 1 << 5,	   /* a security module refuses the call */
	BY_SECURITY_LATE = 1 << 6, /* a security module refuses the socket */
	NO_FILE = 1 << 7,	   /* fs.file-max is reached */
	UNIX_FULL = 1 << 8,	   /* there are as many unix sockets as there may be */
};

#define STREAM_FLAG (SOCK_STREAM | 0x10)
#define RAW_FLAG    (SOCK_RAW | 0x10)

static const struct row {
	const char *name; /* the rule of the earlier check, and the later check */
	int error;
	int domain, type, protocol;
	unsigned int faults;
} rows[] = {
	{ "flags.unknown[before-family-range]", EINVAL, -1, STREAM_FLAG, 0, 0 },
	{ "flags.unknown[before-type-range]", EINVAL, AF_INET, 15 | 0x10, 0, 0 },
	{ "flags.unknown[before-family]", EINVAL, AF_UNSPEC, STREAM_FLAG, 0, 0 },
	{ "flags.unknown[before-protocol-range]", EINVAL, AF_INET, STREAM_FLAG, -1, 0 },
	{ "flags.unknown[before-type]", EINVAL, AF_INET, SOCK_RDM | 0x10, 0, 0 },
	{ "flags.unknown[before-protocol]", EINVAL, AF_INET, STREAM_FLAG, IPPROTO_UDP,
	  0 },
	{ "flags.unknown[before-unix-protocol]", EINVAL, AF_UNIX, STREAM_FLAG, 9, 0 },
	{ "flags.unknown[before-capability]", EINVAL, AF_INET, RAW_FLAG, IPPROTO_UDP,
	  NO_CAPABILITY },
	{ "flags.unknown[before-packet-capability]", EINVAL, AF_PACKET, RAW_FLAG, 0,
	  NO_CAPABILITY },
	{ "flags.unknown[before-ping-range]", EINVAL, AF_INET, SOCK_DGRAM | 0x10,
	  IPPROTO_ICMP, NO_PING },
	{ "flags.unknown[before-descriptors]", EINVAL, AF_INET, STREAM_FLAG, 0,
	  NO_DESCRIPTOR },
	{ "flags.unknown[before-cgroup]", EINVAL, AF_INET, STREAM_FLAG, 0, BY_CGROUP },
	{ "flags.unknown[before-security]", EINVAL, AF_INET, STREAM_FLAG, 0,
	  BY_SECURITY },

	{ "family.out_of_range[before-type-range]", EAFNOSUPPORT, -1, 11, 0, 0 },
	{ "family.out_of_range[above,before-type-range]", EAFNOSUPPORT, 47, 15, 0, 0 },
	{ "family.out_of_range[before-descriptors]", EAFNOSUPPORT, -1, SOCK_STREAM, 0,
	  NO_DESCRIPTOR },
	{ "family.out_of_range[before-security]", EAFNOSUPPORT, -1, SOCK_STREAM, 0,
	  BY_SECURITY },

	{ "type.out_of_range[before-family]", EINVAL, AF_UNSPEC, 11, 0, 0 },
	{ "type.out_of_range[before-protocol-range]", EINVAL, AF_INET, 11, -1, 0 },
	{ "type.out_of_range[before-unix-protocol]", EINVAL, AF_UNIX, 11, 9, 0 },
	{ "type.out_of_range[before-capability]", EINVAL, AF_PACKET, 11, 0,
	  NO_CAPABILITY },
	{ "type.out_of_range[before-descriptors]", EINVAL, AF_INET, 11, 0,
	  NO_DESCRIPTOR },
	{ "type.out_of_range[before-security]", EINVAL, AF_INET, 11, 0, BY_SECURITY },

	{ "refused.security_module[before-family]", EPERM, AF_UNSPEC, SOCK_STREAM, 0,
	  BY_SECURITY },
	{ "refused.security_module[before-protocol-range]", EPERM, AF_INET, SOCK_STREAM,
	  -1, BY_SECURITY },
	{ "refused.security_module[before-type]", EPERM, AF_INET, SOCK_RDM, 0,
	  BY_SECURITY },
	{ "refused.security_module[before-protocol]", EPERM, AF_INET, SOCK_STREAM,
	  IPPROTO_UDP, BY_SECURITY },
	{ "refused.security_module[before-descriptors]", EPERM, AF_INET, SOCK_STREAM, 0,
	  BY_SECURITY | NO_DESCRIPTOR },

	{ "family.unregistered[before-descriptors]", EAFNOSUPPORT, AF_UNSPEC,
	  SOCK_STREAM, 0, NO_DESCRIPTOR },

	{ "inet.protocol_out_of_range[before-type]", EINVAL, AF_INET, SOCK_RDM, -1, 0 },
	{ "inet.protocol_out_of_range[before-capability]", EINVAL, AF_INET, SOCK_RAW,
	  -1, NO_CAPABILITY },
	{ "inet.protocol_out_of_range[before-descriptors]", EINVAL, AF_INET,
	  SOCK_STREAM, -1, NO_DESCRIPTOR },
	{ "inet.protocol_out_of_range[before-cgroup]", EINVAL, AF_INET, SOCK_STREAM, -1,
	  BY_CGROUP },
	{ "inet.type_unsupported[before-descriptors]", ESOCKTNOSUPPORT, AF_INET,
	  SOCK_RDM, 0, NO_DESCRIPTOR },
	{ "inet.protocol_unsupported[before-capability]", EPROTONOSUPPORT, AF_INET,
	  SOCK_RAW, 0, NO_CAPABILITY },
	{ "inet.protocol_unsupported[before-descriptors]", EPROTONOSUPPORT, AF_INET,
	  SOCK_STREAM, IPPROTO_UDP, NO_DESCRIPTOR },
	{ "inet.protocol_unsupported[before-cgroup]", EPROTONOSUPPORT, AF_INET,
	  SOCK_STREAM, IPPROTO_UDP, BY_CGROUP },
	{ "inet.raw_without_capability[before-descriptors]", EPERM, AF_INET, SOCK_RAW,
	  IPPROTO_UDP, NO_CAPABILITY | NO_DESCRIPTOR },
	{ "inet.ping_not_allowed[before-descriptors]", EACCES, AF_INET, SOCK_DGRAM,
	  IPPROTO_ICMP, NO_PING | NO_DESCRIPTOR },
	{ "inet.ping_not_allowed[before-cgroup]", EACCES, AF_INET, SOCK_DGRAM,
	  IPPROTO_ICMP, NO_PING | BY_CGROUP },
	{ "inet.mptcp_disabled[before-descriptors]", ENOPROTOOPT, AF_INET, SOCK_STREAM,
	  LINUX_IPPROTO_MPTCP, NO_MPTCP | NO_DESCRIPTOR },

	{ "inet6.protocol_out_of_range[before-type]", EINVAL, AF_INET6, SOCK_RDM, -1,
	  0 },
	{ "inet6.protocol_out_of_range[before-capability]", EINVAL, AF_INET6, SOCK_RAW,
	  -1, NO_CAPABILITY },
	{ "inet6.protocol_out_of_range[before-descriptors]", EINVAL, AF_INET6,
	  SOCK_STREAM, -1, NO_DESCRIPTOR },
	{ "inet6.type_unsupported[before-descriptors]", ESOCKTNOSUPPORT, AF_INET6,
	  SOCK_RDM, 0, NO_DESCRIPTOR },
	{ "inet6.protocol_unsupported[before-capability]", EPROTONOSUPPORT, AF_INET6,
	  SOCK_RAW, 0, NO_CAPABILITY },
	{ "inet6.protocol_unsupported[before-descriptors]", EPROTONOSUPPORT, AF_INET6,
	  SOCK_STREAM, IPPROTO_UDP, NO_DESCRIPTOR },
	{ "inet6.raw_without_capability[before-descriptors]", EPERM, AF_INET6, SOCK_RAW,
	  IPPROTO_UDP, NO_CAPABILITY | NO_DESCRIPTOR },
	{ "inet6.ping_not_allowed[before-descriptors]", EACCES, AF_INET6, SOCK_DGRAM,
	  IPPROTO_ICMPV6, NO_PING | NO_DESCRIPTOR },
	{ "inet6.ping_not_allowed[before-cgroup]", EACCES, AF_INET6, SOCK_DGRAM,
	  IPPROTO_ICMPV6, NO_PING | BY_CGROUP },
	{ "inet6.mptcp_disabled[before-descriptors]", ENOPROTOOPT, AF_INET6,
	  SOCK_STREAM, LINUX_IPPROTO_MPTCP, NO_MPTCP | NO_DESCRIPTOR },

	{ "unix.protocol_unsupported[before-type]", EPROTONOSUPPORT, AF_UNIX, SOCK_RDM,
	  9, 0 },
	{ "unix.protocol_unsupported[before-descriptors]", EPROTONOSUPPORT, AF_UNIX,
	  SOCK_STREAM, 9, NO_DESCRIPTOR },
	{ "unix.type_unsupported[before-descriptors]", ESOCKTNOSUPPORT, AF_UNIX,
	  SOCK_RDM, 0, NO_DESCRIPTOR },

	{ "packet.without_capability[before-type]", EPERM, AF_PACKET, SOCK_STREAM, 0,
	  NO_CAPABILITY },
	{ "packet.without_capability[before-descriptors]", EPERM, AF_PACKET, SOCK_RAW,
	  0, NO_CAPABILITY | NO_DESCRIPTOR },
	{ "packet.obsolete_without_capability[before-descriptors]", EPERM, AF_INET,
	  SOCK_PACKET, 0, NO_CAPABILITY | NO_DESCRIPTOR },
	/* What inet_create() would say of the protocol is not asked. */
	{ "packet.obsolete_without_capability[not-inet]", EPERM, AF_INET, SOCK_PACKET,
	  -1, NO_CAPABILITY },
	{ "packet.type_unsupported[before-descriptors]", ESOCKTNOSUPPORT, AF_PACKET,
	  SOCK_STREAM, 0, NO_DESCRIPTOR },

	{ "netlink.type_unsupported[before-protocol-range]", ESOCKTNOSUPPORT,
	  AF_NETLINK, SOCK_STREAM, -1, 0 },
	{ "netlink.type_unsupported[before-protocol]", ESOCKTNOSUPPORT, AF_NETLINK,
	  SOCK_STREAM, 31, 0 },
	{ "netlink.type_unsupported[before-descriptors]", ESOCKTNOSUPPORT, AF_NETLINK,
	  SOCK_STREAM, 0, NO_DESCRIPTOR },
	{ "netlink.protocol_out_of_range[before-descriptors]", EPROTONOSUPPORT,
	  AF_NETLINK, SOCK_RAW, 32, NO_DESCRIPTOR },
	{ "netlink.protocol_unregistered[before-descriptors]", EPROTONOSUPPORT,
	  AF_NETLINK, SOCK_RAW, 31, NO_DESCRIPTOR },

	{ "vsock.protocol_unsupported[before-type]", EPROTONOSUPPORT, AF_VSOCK,
	  SOCK_RDM, 1, 0 },
	{ "vsock.protocol_unsupported[before-transport]", EPROTONOSUPPORT, AF_VSOCK,
	  SOCK_DGRAM, 2, 0 },
	{ "vsock.protocol_unsupported[before-descriptors]", EPROTONOSUPPORT, AF_VSOCK,
	  SOCK_STREAM, 1, NO_DESCRIPTOR },
	{ "vsock.type_unsupported[before-descriptors]", ESOCKTNOSUPPORT, AF_VSOCK,
	  SOCK_RDM, 0, NO_DESCRIPTOR },
	{ "vsock.no_transport[before-descriptors]", ENODEV, AF_VSOCK, SOCK_DGRAM, 0,
	  NO_DESCRIPTOR },

	{ "inet.mptcp_disabled[before-cgroup]", ENOPROTOOPT, AF_INET, SOCK_STREAM,
	  LINUX_IPPROTO_MPTCP, NO_MPTCP | BY_CGROUP },
	{ "inet6.mptcp_disabled[before-cgroup]", ENOPROTOOPT, AF_INET6, SOCK_STREAM,
	  LINUX_IPPROTO_MPTCP, NO_MPTCP | BY_CGROUP },
	{ "inet.type_unsupported[before-cgroup]", ESOCKTNOSUPPORT, AF_INET, SOCK_RDM, 0,
	  BY_CGROUP },
	{ "inet6.protocol_unsupported[before-cgroup]", EPROTONOSUPPORT, AF_INET6,
	  SOCK_STREAM, IPPROTO_UDP, BY_CGROUP },
	{ "inet6.protocol_out_of_range[before-cgroup]", EINVAL, AF_INET6, SOCK_STREAM,
	  -1, BY_CGROUP },
	{ "inet.ping_not_allowed[before-late-security]", EACCES, AF_INET, SOCK_DGRAM,
	  IPPROTO_ICMP, NO_PING | BY_SECURITY_LATE },
	{ "refused.security_module[before-ping-range]", EPERM, AF_INET, SOCK_DGRAM,
	  IPPROTO_ICMP, NO_PING | BY_SECURITY },
	{ "refused.security_module[before-mptcp]", EPERM, AF_INET, SOCK_STREAM,
	  LINUX_IPPROTO_MPTCP, NO_MPTCP | BY_SECURITY },
	{ "refused.security_module[before-unix-protocol]", EPERM, AF_UNIX, SOCK_STREAM,
	  9, BY_SECURITY },
	{ "refused.security_module[before-netlink-type]", EPERM, AF_NETLINK,
	  SOCK_STREAM, 0, BY_SECURITY },
	{ "refused.security_module[before-vsock-protocol]", EPERM, AF_VSOCK,
	  SOCK_STREAM, 1, BY_SECURITY },
	{ "refused.cgroup[before-files]", EPERM, AF_INET, SOCK_STREAM, 0,
	  BY_CGROUP | NO_FILE },
	{ "unix.protocol_unsupported[before-unix-limit]", EPROTONOSUPPORT, AF_UNIX,
	  SOCK_STREAM, 9, UNIX_FULL },
	{ "unix.type_unsupported[before-unix-limit]", ESOCKTNOSUPPORT, AF_UNIX,
	  SOCK_RDM, 0, UNIX_FULL },
	{ "limit.unix_sockets[before-descriptors]", ENFILE, AF_UNIX, SOCK_STREAM, 0,
	  UNIX_FULL | NO_DESCRIPTOR },
	{ "refused.cgroup[before-descriptors]", EPERM, AF_INET, SOCK_STREAM, 0,
	  BY_CGROUP | NO_DESCRIPTOR },
	{ "refused.cgroup[inet6,before-descriptors]", EPERM, AF_INET6, SOCK_STREAM, 0,
	  BY_CGROUP | NO_DESCRIPTOR },
	{ "inet.type_unsupported[before-late-security]", ESOCKTNOSUPPORT, AF_INET,
	  SOCK_RDM, 0, BY_SECURITY_LATE },
	{ "refused.security_module_late[before-descriptors]", EPERM, AF_INET,
	  SOCK_STREAM, 0, BY_SECURITY_LATE | NO_DESCRIPTOR },

	{ "limit.descriptors[before-files]", EMFILE, AF_INET, SOCK_STREAM, 0,
	  NO_DESCRIPTOR | NO_FILE },
	{ "inet.protocol_unsupported[before-files]", EPROTONOSUPPORT, AF_INET,
	  SOCK_STREAM, IPPROTO_UDP, NO_FILE },
	{ "flags.unknown[before-files]", EINVAL, AF_INET, STREAM_FLAG, 0, NO_FILE },
};

/* Two for each file that there may be, and CAP_SYS_ADMIN for the files themselves. */
static void fill_unix_sockets(void)
{
	set_file_max(2);
	for (int i = 0; i < 4; i++)
		must_socket(AF_UNIX, SOCK_DGRAM, 0);
}

static void both_faults(const void *row)
{
	const struct row *it = row;

	if (it->faults & NO_MPTCP)
		set_mptcp_enabled(false);
	if (it->faults & BY_CGROUP)
		refuse_sockets_by_cgroup();
	if (it->faults & (BY_SECURITY | BY_SECURITY_LATE))
		refuse_sockets_by_security_module(it->faults & BY_SECURITY_LATE);
	if (it->faults & NO_CAPABILITY)
		drop_capability(LINUX_CAP_NET_RAW);
	if (it->faults & NO_FILE)
		exhaust_files();
	if (it->faults & UNIX_FULL)
		fill_unix_sockets();
	if (it->faults & NO_DESCRIPTOR)
		limit_descriptors((unsigned int)world_lowest_free(the_world()));
	expect_errno(it->error, t_socket(it->domain, it->type, it->protocol));
}

static unsigned int needs_of(const struct row *row)
{
	unsigned int needs = 0;

	if (row->faults & (NO_FILE | UNIX_FULL))
		needs |= NEEDS_GUEST;
	if (row->faults & (BY_CGROUP | BY_SECURITY | BY_SECURITY_LATE))
		needs |= NEEDS_REAL_ROOT | NEEDS_CGROUP;
	if (row->faults & (BY_SECURITY | BY_SECURITY_LATE))
		needs |= NEEDS_BPF_SECURITY;
	return needs;
}

/* The kernel must have the family, unless that it has not is the point. */
static int family_of(const struct row *row)
{
	if (row->domain <= AF_UNSPEC || row->domain > AF_MCTP)
		return 0;
	if (row->domain == AF_INET && row->type == SOCK_PACKET)
		return FEATURE_FAMILY(AF_PACKET);
	return FEATURE_FAMILY(row->domain);
}

static int mptcp_of(const struct row *row)
{
	if (!(row->faults & NO_MPTCP))
		return 0;
	return row->domain == AF_INET ? FEATURE_MPTCP : FEATURE_MPTCP6;
}

static int lacks_of(const struct row *row)
{
	if (row->error == ENODEV)
		return FEATURE_VSOCK_DGRAM;
	return row->domain == AF_NETLINK && row->protocol == 31 ? FEATURE_NETLINK(31)
								: 0;
}

CASES(order)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct row *row = &rows[i];
		bool packet = row->domain == AF_PACKET && row->type == SOCK_STREAM &&
			      !(row->faults & NO_CAPABILITY);

		add_case(.name = name_case("socket.%s", row->name),
			 .run_row = both_faults, .row = row, .needs = needs_of(row),
			 .caps = packet ? SC_CAP(LINUX_CAP_NET_RAW) : 0,
			 .has = { family_of(row), mptcp_of(row) },
			 .lacks = { lacks_of(row) },
			 .since = row->error == ENODEV	    ? LINUX(5, 5)
				  : row->faults & UNIX_FULL ? LINUX(5, 15)
							    : 0,
			 .anywhere = !(row->faults &
				       (NO_PING | NO_MPTCP | NO_FILE | UNIX_FULL)));
	}
}
