/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * vsock.c - bind(2) of AF_VSOCK: each length and family, flags, a second time, context
 * IDs, and the order of the checks.
 */
#include "vsock.h"

static const int lengths[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };

static void too_short(const void *row)
{
	const int *length = row;

	expect_errno(EINVAL, bind_to(stream(), with_length(any(0), *length)));
}

static const int long_lengths[] = { 16, 17, 20, 32, 64, 127, 128 };

static void long_enough(const void *row)
{
	const int *length = row;

	expect_value(0, bind_to(stream(), with_length(any(0), *length)));
}

CASES(lengths)
{
	for (size_t i = 0; i < COUNT(lengths); i++)
		add_case(.name = name_case("bind.vsock.addrlen_short[%d]", lengths[i]),
			 .run_row = too_short, .row = &lengths[i], VSOCK,
			 .anywhere = true);
	for (size_t i = 0; i < COUNT(long_lengths); i++)
		add_case(.name = name_case("bind.vsock.bound[addrlen,%d]",
					   long_lengths[i]),
			 .run_row = long_enough, .row = &long_lengths[i], VSOCK);
}

/* Linux 5.14 added sequenced packets. */
CASE("bind.vsock.addrlen_short[seqpacket]", VSOCK, .since = LINUX(5, 14),
     .anywhere = true)
{
	int fd = must_socket(AF_VSOCK, SOCK_SEQPACKET, 0);

	expect_errno(EINVAL, bind_to(fd, with_length(any(0), 15)));
}

CASE("bind.vsock.bound[seqpacket]", VSOCK, .since = LINUX(5, 14))
{
	expect_value(0, bind_to(must_socket(AF_VSOCK, SOCK_SEQPACKET, 0), any(0)));
}

static const struct family {
	const char *name;
	int family;
} families[] = {
	{ "unspec", AF_UNSPEC },
	{ "unix", AF_UNIX },
	{ "inet", AF_INET },
	{ "inet6", AF_INET6 },
	{ "below", AF_VSOCK - 1 },
	{ "above", AF_VSOCK + 1 },
	{ "high-byte", AF_VSOCK + 0x100 },
	{ "all-bits", 0xffff },
};

static void other_family(const void *row)
{
	const struct family *it = row;

	expect_errno(EINVAL, bind_to(stream(), with_family(any(0), it->family)));
}

CASES(families)
{
	for (size_t i = 0; i < COUNT(families); i++)
		add_case(.name = name_case("bind.vsock.family_unsupported[%s]",
					   families[i].name),
			 .run_row = other_family, .row = &families[i], VSOCK,
			 .anywhere = true);
}

static struct address with_flags(struct address address, unsigned int flags)
{
	address.bytes[offsetof(struct linux_sockaddr_vm, svm_flags)] =
		(unsigned char)flags;
	return address;
}

static const struct flags {
	const char *name;
	unsigned int flags;
} unknown_flags[] = {
	{ "0x2", 0x2 },	  { "0x3", 0x3 },   { "0x4", 0x4 },
	{ "0x80", 0x80 }, { "0xfe", 0xfe }, { "0xff", 0xff },
};

static void refuses_flags(const void *row)
{
	const struct flags *it = row;

	expect_errno(EINVAL, bind_to(stream(), with_flags(any(0), it->flags)));
}

CASES(unknown_flags)
{
	for (size_t i = 0; i < COUNT(unknown_flags); i++)
		add_case(.name = name_case("bind.vsock.flags_unknown[%s]",
					   unknown_flags[i].name),
			 .run_row = refuses_flags, .row = &unknown_flags[i], VSOCK,
			 .anywhere = true);
}

/* Linux 5.11 gave the byte a name and its lowest bit a meaning. */
CASE("bind.vsock.flags_unknown[to-host,old]", VSOCK, .until = LINUX(5, 11))
{
	expect_errno(EINVAL,
		     bind_to(stream(), with_flags(any(0), LINUX_VMADDR_FLAG_TO_HOST)));
}

CASE("bind.vsock.bound[to-host]", VSOCK, .since = LINUX(5, 11))
{
	expect_value(0,
		     bind_to(stream(), with_flags(any(0), LINUX_VMADDR_FLAG_TO_HOST)));
}

/* Bytes that should be zero, and are not looked at. */
static struct address with_rubbish(struct address address)
{
	struct linux_sockaddr_vm vm = { .svm_reserved1 = 0xffff,
					.svm_zero = { 0xff, 0xff, 0xff } };

	for (size_t i = 2; i < sizeof(vm); i++)
		address.bytes[i] |= ((unsigned char *)&vm)[i];
	return address;
}

CASE("bind.vsock.bound[reserved-members]", VSOCK)
{
	expect_value(0, bind_to(stream(), with_rubbish(any(0))));
}

CASE("bind.name.vsock[reserved-members]", VSOCK)
{
	struct address due = any(0);
	int fd = stream();

	must_bind(fd, with_rubbish(due));
	expect_name(due.bytes, (unsigned int)due.length, fd);
}

/* The flag is for connecting, and no part of a name. */
CASE("bind.name.vsock[to-host]", VSOCK, .since = LINUX(5, 11))
{
	struct address due = any(0);
	int fd = stream();

	must_bind(fd, with_flags(due, LINUX_VMADDR_FLAG_TO_HOST));
	expect_name(due.bytes, (unsigned int)due.length, fd);
}

CASE("bind.name.vsock[any]", VSOCK)
{
	struct address due = any(0);
	int fd = stream();

	must_bind(fd, due);
	expect_name(due.bytes, (unsigned int)due.length, fd);
}

CASE("bind.name.vsock[guest]", VSOCK)
{
	struct address due = vsock_address(guest_cid(), vsock_port(0));
	int fd = stream();

	must_bind(fd, due);
	expect_name(due.bytes, (unsigned int)due.length, fd);
}

/* A second bind, which is refused, changes nothing. */
CASE("bind.name.vsock[refused-again]", VSOCK)
{
	struct address due = any(0);
	int fd = stream();

	must_bind(fd, due);
	must(bind_to(fd, any(1)) == -EINVAL, "it was bound again");
	expect_name(due.bytes, (unsigned int)due.length, fd);
}

CASE("bind.vsock.already_bound[same]", VSOCK)
{
	int fd = stream();

	must_bind(fd, any(0));
	expect_errno(EINVAL, bind_to(fd, any(0)));
}

CASE("bind.vsock.already_bound[other]", VSOCK)
{
	int fd = stream();

	must_bind(fd, any(0));
	expect_errno(EINVAL, bind_to(fd, any(1)));
}

CASE("bind.vsock.already_bound[chosen]", VSOCK)
{
	int fd = stream();

	must_bind(fd, vsock_address(ANY, LINUX_VMADDR_PORT_ANY));
	expect_errno(EINVAL, bind_to(fd, vsock_address(ANY, LINUX_VMADDR_PORT_ANY)));
}

CASE("bind.vsock.already_bound[listening]", VSOCK)
{
	int fd = stream();

	must_bind(fd, any(0));
	must_listen(fd);
	expect_errno(EINVAL, bind_to(fd, any(1)));
}

CASE("bind.vsock.already_bound[seqpacket]", VSOCK, .since = LINUX(5, 14))
{
	int fd = must_socket(AF_VSOCK, SOCK_SEQPACKET, 0);

	must_bind(fd, any(0));
	expect_errno(EINVAL, bind_to(fd, any(1)));
}

/* Who was refused an address may have another. */
CASE("bind.vsock.bound[after-refusal]", VSOCK)
{
	int fd = stream();

	must_bind(stream(), any(0));
	must(bind_to(fd, any(0)) == -EADDRINUSE, "the port is free");
	must(bind_to(fd, vsock_address(0, vsock_port(1))) == -EADDRNOTAVAIL,
	     "the context ID is this machine's");
	expect_value(0, bind_to(fd, any(1)));
}

/*
 * Context IDs.  The hypervisor's is never this machine's; of the machine's own as a
 * guest, its neighbours are not.
 */
CASE("bind.vsock.cid_not_local[hypervisor]", VSOCK)
{
	expect_errno(EADDRNOTAVAIL,
		     bind_to(stream(), vsock_address(LINUX_VMADDR_CID_HYPERVISOR,
						     vsock_port(0))));
}

CASE("bind.vsock.cid_not_local[local]", VSOCK, .lacks = { FEATURE_VSOCK_LOCAL })
{
	expect_errno(EADDRNOTAVAIL,
		     bind_to(stream(), vsock_address(LOCAL, vsock_port(0))));
}

/* VMware's transport can make a machine a host as well. */
CASE("bind.vsock.cid_not_local[host]", VSOCK,
     .lacks = { FEATURE_VSOCK_HOST, FEATURE_VSOCK_DGRAM })
{
	expect_errno(
		EADDRNOTAVAIL,
		bind_to(stream(), vsock_address(LINUX_VMADDR_CID_HOST, vsock_port(0))));
}

CASE("bind.vsock.cid_not_local[next]", VSOCK)
{
	unsigned int cid = guest_cid();

	expect_errno(EADDRNOTAVAIL,
		     bind_to(stream(), vsock_address(cid + 1, vsock_port(0))));
}

CASE("bind.vsock.cid_not_local[high-half]", VSOCK)
{
	unsigned int cid = guest_cid();

	expect_errno(EADDRNOTAVAIL,
		     bind_to(stream(), vsock_address(cid ^ 0x10000, vsock_port(0))));
}

CASE("bind.vsock.cid_not_local[one-below-any]", VSOCK)
{
	unsigned int cid = guest_cid();

	must(cid != ANY - 1, "that is this machine's");
	expect_errno(EADDRNOTAVAIL,
		     bind_to(stream(), vsock_address(ANY - 1, vsock_port(0))));
}

CASE("bind.vsock.cid_not_local[port-any]", VSOCK)
{
	expect_errno(EADDRNOTAVAIL,
		     bind_to(stream(), vsock_address(LINUX_VMADDR_CID_HYPERVISOR,
						     LINUX_VMADDR_PORT_ANY)));
}

CASE("bind.vsock.bound[any]", VSOCK)
{
	expect_value(0, bind_to(stream(), any(0)));
}

CASE("bind.vsock.bound[guest]", VSOCK)
{
	expect_value(0, bind_to(stream(), vsock_address(guest_cid(), vsock_port(0))));
}

CASE("bind.vsock.bound[local]",
     .has = { FEATURE_FAMILY(AF_VSOCK), FEATURE_VSOCK_LOCAL })
{
	expect_value(0, bind_to(stream(), vsock_address(LOCAL, vsock_port(0))));
}

CASE("bind.vsock.bound[host]", .has = { FEATURE_FAMILY(AF_VSOCK), FEATURE_VSOCK_HOST })
{
	expect_value(0, bind_to(stream(),
				vsock_address(LINUX_VMADDR_CID_HOST, vsock_port(0))));
}

/*
 * The order of the checks: the address (EINVAL), the port it has (EINVAL), the context
 * ID (EADDRNOTAVAIL), the right to the port (EACCES), the port that others have.
 */
enum fault {
	SHORT,
	FAMILY,
	FLAGS,
};

static const struct order {
	const char *name;
	enum fault fault;
} orders[] = {
	{ "addrlen_short", SHORT },
	{ "family_unsupported", FAMILY },
	{ "flags_unknown", FLAGS },
};

static long bind_with(int fd, enum fault fault, struct address address)
{
	if (fault == SHORT)
		return bind_to(fd, with_length(address, 15));
	if (fault == FAMILY)
		return bind_to(fd, with_family(address, AF_INET));
	return bind_to(fd, with_flags(address, 0x80));
}

static void before_cid(const void *row)
{
	const struct order *it = row;

	expect_errno(EINVAL, bind_with(stream(), it->fault,
				       vsock_address(LINUX_VMADDR_CID_HYPERVISOR,
						     vsock_port(0))));
}

static void before_privilege(const void *row)
{
	const struct order *it = row;

	drop_capability(LINUX_CAP_NET_BIND_SERVICE);
	expect_errno(EINVAL, bind_with(stream(), it->fault, vsock_address(ANY, 1)));
}

static void before_in_use(const void *row)
{
	const struct order *it = row;

	must_bind(stream(), any(0));
	expect_errno(EINVAL, bind_with(stream(), it->fault, any(0)));
}

CASES(orders)
{
	for (size_t i = 0; i < COUNT(orders); i++) {
		const char *name = orders[i].name;

		add_case(.name = name_case("bind.vsock.%s[before-cid]", name),
			 .run_row = before_cid, .row = &orders[i], VSOCK);
		add_case(.name = name_case("bind.vsock.%s[before-privilege]", name),
			 .run_row = before_privilege, .row = &orders[i], VSOCK);
		add_case(.name = name_case("bind.vsock.%s[before-port-in-use]", name),
			 .run_row = before_in_use, .row = &orders[i], VSOCK);
	}
}

CASE("bind.vsock.already_bound[before-cid]", VSOCK)
{
	int fd = stream();

	must_bind(fd, any(0));
	expect_errno(EINVAL, bind_to(fd, vsock_address(LINUX_VMADDR_CID_HYPERVISOR,
						       vsock_port(1))));
}

CASE("bind.vsock.already_bound[before-privilege]", VSOCK)
{
	int fd = stream();

	drop_capability(LINUX_CAP_NET_BIND_SERVICE);
	must_bind(fd, any(0));
	expect_errno(EINVAL, bind_to(fd, vsock_address(ANY, 1)));
}

CASE("bind.vsock.already_bound[before-port-in-use]", VSOCK)
{
	int fd = stream();

	must_bind(stream(), any(1));
	must_bind(fd, any(0));
	expect_errno(EINVAL, bind_to(fd, any(1)));
}

CASE("bind.vsock.cid_not_local[before-privilege]", VSOCK)
{
	drop_capability(LINUX_CAP_NET_BIND_SERVICE);
	expect_errno(EADDRNOTAVAIL,
		     bind_to(stream(), vsock_address(LINUX_VMADDR_CID_HYPERVISOR, 1)));
}

CASE("bind.vsock.cid_not_local[before-port-in-use]", VSOCK)
{
	must_bind(stream(), any(0));
	expect_errno(EADDRNOTAVAIL,
		     bind_to(stream(), vsock_address(LINUX_VMADDR_CID_HYPERVISOR,
						     vsock_port(0))));
}

CASE("bind.vsock.port_privileged[before-port-in-use]", VSOCK, .needs = NEEDS_REAL_ROOT,
     .caps = SC_CAP(LINUX_CAP_NET_BIND_SERVICE))
{
	need_vsock_port(1021);
	must_bind(stream(), vsock_address(ANY, 1021));
	drop_capability(LINUX_CAP_NET_BIND_SERVICE);
	expect_errno(EACCES, bind_to(stream(), vsock_address(ANY, 1021)));
}
