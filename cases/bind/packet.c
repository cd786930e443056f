/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * packet.c - bind(2) of AF_PACKET: each length, family, interface and protocol, what is
 * refused and in which order.
 *
 * To close a packet socket takes a hundred times as long as to make one, so that cases
 * here do several calls on one socket where one would do elsewhere.
 */
#include "sockcheck.h"

#define PACKET .caps = SC_CAP(LINUX_CAP_NET_RAW), .has = { FEATURE_FAMILY(AF_PACKET) }

/* The loopback interface has this number in every network namespace. */
#define LO 1

static const struct length {
	const char *name;
	int length;
} short_lengths[] = {
	{ "0", 0 },
	{ "2", 2 },
	{ "obsolete", sizeof(struct sockaddr) },
	{ "one-less", sizeof(struct sockaddr_ll) - 1 },
};

static void too_short(const void *row)
{
	const struct length *it = row;
	int fd = must_socket(AF_PACKET, SOCK_RAW, 0);

	expect_errno(EINVAL, bind_to(fd, with_length(packet_address(LINUX_ETH_P_IP, LO),
						     it->length)));
}

CASES(short_lengths)
{
	for (size_t i = 0; i < COUNT(short_lengths); i++)
		add_case(.name = name_case("bind.packet.addrlen_short[%s]",
					   short_lengths[i].name),
			 .run_row = too_short, .row = &short_lengths[i], PACKET);
}

CASE("bind.packet.addrlen_short[each]", .types = SC_RAW | SC_DGRAM, PACKET)
{
	int fd = must_socket(AF_PACKET, sc_type, 0);
	struct address lo = packet_address(LINUX_ETH_P_IP, LO);

	for (int length = 0; length < (int)sizeof(struct sockaddr_ll); length++)
		expect_errno(EINVAL, bind_to(fd, with_length(lo, length)));
}

CASE("bind.packet.bound[addrlen-each]", .types = SC_RAW | SC_DGRAM, PACKET)
{
	int fd = must_socket(AF_PACKET, sc_type, 0);
	struct address lo = packet_address(LINUX_ETH_P_IP, LO);

	for (int length = sizeof(struct sockaddr_ll); length <= ADDRESS_BYTES_MAX;
	     length++)
		expect_value(0, bind_to(fd, with_length(lo, length)));
}

static const struct length obsolete_lengths[] = {
	{ "0", 0 },
	{ "one-less", sizeof(struct sockaddr) - 1 },
	{ "one-more", sizeof(struct sockaddr) + 1 },
	{ "as-packet", sizeof(struct sockaddr_ll) },
};

static void other_length(const void *row)
{
	const struct length *it = row;
	int fd = must_socket(AF_PACKET, SOCK_PACKET, 0);

	expect_errno(EINVAL, bind_to(fd, with_length(packet_device("lo"), it->length)));
}

CASES(obsolete_lengths)
{
	for (size_t i = 0; i < COUNT(obsolete_lengths); i++)
		add_case(.name = name_case("bind.packet.obsolete_addrlen[%s]",
					   obsolete_lengths[i].name),
			 .run_row = other_length, .row = &obsolete_lengths[i], PACKET);
}

CASE("bind.packet.obsolete_addrlen[each]", PACKET)
{
	int fd = must_socket(AF_INET, SOCK_PACKET, 0);

	for (int length = 0; length <= ADDRESS_BYTES_MAX; length++)
		if (length != sizeof(struct sockaddr))
			expect_errno(
				EINVAL,
				bind_to(fd, with_length(packet_device("lo"), length)));
}

static const struct family {
	const char *name;
	int family;
} families[] = {
	{ "unspec", AF_UNSPEC },
	{ "inet", AF_INET },
	{ "below", AF_PACKET - 1 },
	{ "high-byte", AF_PACKET + 0x100 },
};

static void other_family(const void *row)
{
	const struct family *it = row;
	int fd = must_socket(AF_PACKET, SOCK_DGRAM, 0);

	expect_errno(EINVAL, bind_to(fd, with_family(packet_address(LINUX_ETH_P_IP, LO),
						     it->family)));
}

CASES(families)
{
	for (size_t i = 0; i < COUNT(families); i++)
		add_case(.name = name_case("bind.packet.family_unsupported[%s]",
					   families[i].name),
			 .run_row = other_family, .row = &families[i], PACKET);
}

/* SOCK_PACKET does not look at it. */
CASE("bind.packet.obsolete_bound[each-family]", PACKET)
{
	int fd = must_socket(AF_PACKET, SOCK_PACKET, 0);

	for (size_t i = 0; i < COUNT(families); i++)
		expect_value(0, bind_to(fd, with_family(packet_device("lo"),
							families[i].family)));
}

static const struct index {
	const char *name;
	int index;
} absent[] = {
	{ "next", LO + 1 },
	{ "high-half", LO + 0x10000 },
	{ "-1", -1 },
	{ "INT_MIN", -0x7fffffff - 1 },
};

static void no_interface(const void *row)
{
	const struct index *it = row;
	int fd = must_socket(AF_PACKET, SOCK_RAW, 0);

	expect_errno(ENODEV, bind_to(fd, packet_address(LINUX_ETH_P_ALL, it->index)));
}

CASES(absent)
{
	for (size_t i = 0; i < COUNT(absent); i++)
		add_case(.name = name_case("bind.packet.no_device[%s]", absent[i].name),
			 .run_row = no_interface, .row = &absent[i], PACKET);
}

CASE("bind.packet.no_device[no-protocol]", PACKET)
{
	int fd = must_socket(AF_PACKET, SOCK_DGRAM, 0);

	expect_errno(ENODEV, bind_to(fd, packet_address(0, LO + 1)));
}

/* An interface of another network namespace is none. */
CASE("bind.packet.no_device[other-namespace]", PACKET,
     .needs = NEEDS_INTERFACE | NEEDS_NESTED_NAMESPACE)
{
	int index = (int)add_interface("side0"), fd;

	enter_user_and_network_namespace();
	fd = must_socket(AF_PACKET, SOCK_RAW, 0);
	expect_errno(ENODEV, bind_to(fd, packet_address(LINUX_ETH_P_ALL, index)));
}

static const struct device {
	const char *variant;
	const char *name;
} absent_devices[] = {
	{ "empty", "" },
	{ "absent", "eth77" },
	{ "prefix", "l" },
	{ "longer", "lo0" },
	{ "fourteen-bytes", "lolololololola" },
};

static void no_such_name(const void *row)
{
	const struct device *it = row;
	int fd = must_socket(AF_PACKET, SOCK_PACKET, 0);

	expect_errno(ENODEV, bind_to(fd, packet_device(it->name)));
}

CASES(absent_devices)
{
	for (size_t i = 0; i < COUNT(absent_devices); i++)
		add_case(.name = name_case("bind.packet.obsolete_no_device[%s]",
					   absent_devices[i].variant),
			 .run_row = no_such_name, .row = &absent_devices[i], PACKET);
}

/* A name of fifteen bytes does not fit, and what fits of it is another. */
CASE("bind.packet.obsolete_no_device[fifteen-bytes]", .needs = NEEDS_INTERFACE, PACKET)
{
	int fd;

	add_interface("sidewaysdevice0");
	fd = must_socket(AF_PACKET, SOCK_PACKET, 0);
	expect_errno(ENODEV, bind_to(fd, packet_device("sidewaysdevice")));
}

/* All fourteen bytes of sa_data are the name; its NUL need not be among them. */
CASE("bind.packet.obsolete_bound[fourteen-bytes]", .needs = NEEDS_INTERFACE, PACKET)
{
	int fd;

	add_interface("sidewaysdevice");
	fd = must_socket(AF_PACKET, SOCK_PACKET, 0);
	expect_value(0, bind_to(fd, packet_device("sidewaysdevice")));
}

/* What stands behind the NUL is not the name's. */
CASE("bind.packet.obsolete_bound[behind-nul]", PACKET)
{
	struct address lo = packet_device("lo");
	int fd = must_socket(AF_INET, SOCK_PACKET, 0);

	lo.bytes[5] = 'x';
	lo.bytes[15] = 'x';
	expect_value(0, bind_to(fd, lo));
}

CASE("bind.packet.obsolete_bound[again]", .needs = NEEDS_INTERFACE, PACKET)
{
	int fd;

	add_interface("side0");
	fd = must_socket(AF_PACKET, SOCK_PACKET, 0);
	expect_value(0, bind_to(fd, packet_device("lo")));
	expect_value(0, bind_to(fd, packet_device("lo")));
	expect_value(0, bind_to(fd, packet_device("side0")));
	expect_value(0, bind_to(fd, packet_device("lo")));
}

/* What is not used for binding is not looked at. */
CASE("bind.packet.bound[other-members]", PACKET)
{
	struct sockaddr_ll lo = { .sll_family = AF_PACKET,
				  .sll_ifindex = LO,
				  .sll_hatype = 0xffff,
				  .sll_pkttype = 0xff,
				  .sll_halen = 0xff,
				  .sll_addr = { 1, 2, 3, 4, 5, 6, 7, 8 } };
	int fd = must_socket(AF_PACKET, SOCK_RAW, 0);

	expect_value(0, t_bind(fd, &lo, sizeof(lo)));
}

/* Without a right to it, what has been made can be bound. */
CASE("bind.packet.bound[no-capability]", PACKET)
{
	int fd = must_socket(AF_PACKET, SOCK_RAW, 0);

	drop_capability(LINUX_CAP_NET_RAW);
	drop_capability(LINUX_CAP_NET_ADMIN);
	expect_value(0, bind_to(fd, packet_address(LINUX_ETH_P_ALL, LO)));
}

/* The socket's network namespace counts, not its caller's. */
CASE("bind.packet.bound[namespace-of-the-socket]", PACKET,
     .needs = NEEDS_INTERFACE | NEEDS_NESTED_NAMESPACE)
{
	int index = (int)add_interface("side0");
	int fd = must_socket(AF_PACKET, SOCK_RAW, 0);

	enter_user_and_network_namespace();
	expect_value(0, bind_to(fd, packet_address(LINUX_ETH_P_ALL, index)));
}

/* PACKET_FANOUT takes running sockets only: those with a protocol. */
static int fanout_member(void)
{
	int fd = must_socket(AF_PACKET, SOCK_RAW, 0);

	must_bind(fd, packet_address(LINUX_ETH_P_IP, LO));
	must_option(fd, SOL_PACKET, PACKET_FANOUT, 77 | PACKET_FANOUT_HASH << 16);
	return fd;
}

static const struct fanout {
	const char *name;
	unsigned int protocol;
	int index;
} fanouts[] = {
	{ "same", LINUX_ETH_P_IP, LO },
	{ "other-protocol", LINUX_ETH_P_ARP, LO },
	{ "any-interface", LINUX_ETH_P_IP, 0 },
	{ "nothing", 0, 0 },
	{ "before-device", LINUX_ETH_P_IP, 100 },
	{ "before-negative-device", LINUX_ETH_P_IP, -1 },
};

static void in_fanout(const void *row)
{
	const struct fanout *it = row;

	expect_errno(EINVAL,
		     bind_to(fanout_member(), packet_address(it->protocol, it->index)));
}

CASES(fanouts)
{
	for (size_t i = 0; i < COUNT(fanouts); i++)
		add_case(.name = name_case("bind.packet.in_fanout_group[%s]",
					   fanouts[i].name),
			 .run_row = in_fanout, .row = &fanouts[i], PACKET);
}

/* Another socket's group is no concern of this one. */
CASE("bind.packet.bound[beside-fanout]", PACKET)
{
	int fd;

	fanout_member();
	fd = must_socket(AF_PACKET, SOCK_RAW, 0);
	expect_value(0, bind_to(fd, packet_address(LINUX_ETH_P_IP, LO)));
}

/*
 * The order of the checks.  Where both answer with EINVAL it does not show; the address
 * is looked at before the device, and before the group.
 */
CASE("bind.packet.addrlen_short[before-device]", PACKET)
{
	int fd = must_socket(AF_PACKET, SOCK_RAW, 0);

	expect_errno(EINVAL, bind_to(fd, with_length(packet_address(0, 100), 19)));
}

CASE("bind.packet.family_unsupported[before-device]", PACKET)
{
	int fd = must_socket(AF_PACKET, SOCK_RAW, 0);

	expect_errno(EINVAL, bind_to(fd, with_family(packet_address(0, 100), AF_INET)));
}

CASE("bind.packet.obsolete_addrlen[before-device]", PACKET)
{
	int fd = must_socket(AF_PACKET, SOCK_PACKET, 0);

	expect_errno(EINVAL, bind_to(fd, with_length(packet_device("eth77"), 15)));
}
