/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * packet_effects.c - what bind(2) changes of a packet socket: its name, its pending
 * error, and which packets come to it.
 */
#include <arpa/inet.h>

#include <string.h>

#include "sockcheck.h"

#define PACKET .caps = SC_CAP(LINUX_CAP_NET_RAW), .has = { FEATURE_FAMILY(AF_PACKET) }
#define LO     1

/* The length of a name of an interface with six bytes of address, and of none. */
#define NAME_LENGTH	(offsetof(struct sockaddr_ll, sll_addr) + 6)
#define NAMELESS_LENGTH offsetof(struct sockaddr_ll, sll_addr)

static struct sockaddr_ll name_of_lo(unsigned int protocol)
{
	/* Its address on the link is six bytes of zero. */
	return (struct sockaddr_ll){ .sll_family = AF_PACKET,
				     .sll_protocol = htons((unsigned short)protocol),
				     .sll_ifindex = LO,
				     .sll_hatype = LINUX_ARPHRD_LOOPBACK,
				     .sll_halen = 6 };
}

/* What a socket is made with and bound to, and the protocol that it then has. */
static const struct named {
	const char *name;
	unsigned int made, protocol;
	int index;
	unsigned int told;
} names[] = {
	{ "lo,given", 0, LINUX_ETH_P_IP, LO, LINUX_ETH_P_IP },
	{ "lo,changed", LINUX_ETH_P_ARP, LINUX_ETH_P_IP, LO, LINUX_ETH_P_IP },
	{ "lo,kept", LINUX_ETH_P_ARP, 0, LO, LINUX_ETH_P_ARP },
	{ "lo,none", 0, 0, LO, 0 },
	{ "any,given", 0, LINUX_ETH_P_IP, 0, LINUX_ETH_P_IP },
	{ "any,changed", LINUX_ETH_P_ARP, LINUX_ETH_P_ALL, 0, LINUX_ETH_P_ALL },
	{ "any,kept", LINUX_ETH_P_ARP, 0, 0, LINUX_ETH_P_ARP },
	{ "any,none", 0, 0, 0, 0 },
};

static void tells_name(const void *row)
{
	const struct named *it = row;
	int fd = must_socket(AF_PACKET, SOCK_RAW, htons((unsigned short)it->made));
	struct sockaddr_ll lo = name_of_lo(it->told);
	struct sockaddr_ll any = { .sll_family = AF_PACKET,
				   .sll_protocol = lo.sll_protocol };

	must_bind(fd, packet_address(it->protocol, it->index));
	if (it->index)
		expect_name(&lo, NAME_LENGTH, fd);
	else
		expect_name(&any, NAMELESS_LENGTH, fd);
}

CASES(names)
{
	for (size_t i = 0; i < COUNT(names); i++)
		add_case(.name = name_case("bind.name.packet[%s]", names[i].name),
			 .run_row = tells_name, .row = &names[i], PACKET);
}

CASE("bind.name.packet[again]", .types = SC_RAW | SC_DGRAM, PACKET)
{
	int fd = must_socket(AF_PACKET, sc_type, 0);
	struct sockaddr_ll ip = name_of_lo(LINUX_ETH_P_IP);
	struct sockaddr_ll arp = name_of_lo(LINUX_ETH_P_ARP);
	struct sockaddr_ll any = { .sll_family = AF_PACKET,
				   .sll_protocol = htons(LINUX_ETH_P_ARP) };

	must_bind(fd, packet_address(LINUX_ETH_P_IP, LO));
	expect_name(&ip, NAME_LENGTH, fd);
	must_bind(fd, packet_address(LINUX_ETH_P_ARP, LO));
	expect_name(&arp, NAME_LENGTH, fd);
	/* Now it has a protocol, which 0 does not take away. */
	must_bind(fd, packet_address(0, 0));
	expect_name(&any, NAMELESS_LENGTH, fd);
}

CASE("bind.name.packet[refused]", PACKET)
{
	int fd = must_socket(AF_PACKET, SOCK_RAW, 0);
	struct sockaddr_ll ip = name_of_lo(LINUX_ETH_P_IP);

	must_bind(fd, packet_address(LINUX_ETH_P_IP, LO));
	must(bind_to(fd, packet_address(LINUX_ETH_P_ARP, 100)) == -ENODEV,
	     "there is an interface 100");
	expect_name(&ip, NAME_LENGTH, fd);
}

CASE("bind.name.packet[other-interface]", .needs = NEEDS_INTERFACE, PACKET)
{
	int index = (int)add_interface("side0");
	int fd = must_socket(AF_PACKET, SOCK_RAW, 0);
	struct sockaddr_ll side = { .sll_family = AF_PACKET,
				    .sll_protocol = htons(LINUX_ETH_P_ALL),
				    .sll_ifindex = index,
				    .sll_hatype = LINUX_ARPHRD_ETHER,
				    .sll_halen = 6 };

	learn_hardware_address("side0");
	for (int i = 0; i < side.sll_halen; i++)
		side.sll_addr[i] = the_world()->interfaces[index - 1].hardware[i];
	must_bind(fd, packet_address(LINUX_ETH_P_ALL, index));
	expect_name(&side, NAME_LENGTH, fd);
}

CASE("bind.name.packet_obsolete", PACKET)
{
	int fd = must_socket(AF_PACKET, SOCK_PACKET, 0);
	struct address lo = packet_device("lo");

	must_bind(fd, with_family(lo, AF_INET));
	expect_name(lo.bytes, (unsigned int)lo.length, fd);
}

CASE("bind.name.packet_obsolete[refused]", PACKET)
{
	int fd = must_socket(AF_PACKET, SOCK_PACKET, 0);
	struct address lo = packet_device("lo");

	must_bind(fd, lo);
	must(bind_to(fd, packet_device("nobody")) == -ENODEV,
	     "there is an interface nobody");
	expect_name(lo.bytes, (unsigned int)lo.length, fd);
}

CASE("bind.name.packet_obsolete[again]", .needs = NEEDS_INTERFACE, PACKET)
{
	int fd;
	struct address side = packet_device("side0");

	add_interface("side0");
	fd = must_socket(AF_INET, SOCK_PACKET, 0);
	must_bind(fd, packet_device("lo"));
	must_bind(fd, side);
	expect_name(side.bytes, (unsigned int)side.length, fd);
}

/* Thirteen bytes of a name are told, and a NUL. */
CASE("bind.name.packet_obsolete[thirteen-bytes]", .needs = NEEDS_INTERFACE, PACKET)
{
	int fd;
	struct address whole = packet_device("sidewaysdevic");

	add_interface("sidewaysdevic");
	fd = must_socket(AF_PACKET, SOCK_PACKET, 0);
	must_bind(fd, whole);
	expect_name(whole.bytes, (unsigned int)whole.length, fd);
}

CASE("bind.name.packet_obsolete[fourteen-bytes]", .needs = NEEDS_INTERFACE, PACKET)
{
	int fd;
	struct address cut_off = packet_device("sidewaysdevic");

	add_interface("sidewaysdevice");
	fd = must_socket(AF_PACKET, SOCK_PACKET, 0);
	must_bind(fd, packet_device("sidewaysdevice"));
	expect_name(cut_off.bytes, (unsigned int)cut_off.length, fd);
}

/* Takes the pending error away, which receiving would give before any packet. */
static void clear_error(int fd)
{
	int error;
	socklen_t length = sizeof(error);

	must(!t_getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length), "SO_ERROR");
}

/* The error of an interface that is down waits once for each new binding. */
CASE("bind.packet.device_down", .types = SC_RAW | SC_DGRAM, PACKET)
{
	int fd = must_socket(AF_PACKET, sc_type, 0);

	set_interface_up("lo", false);
	must_bind(fd, packet_address(LINUX_ETH_P_ALL, LO));
	expect_option(ENETDOWN, fd, SOL_SOCKET, SO_ERROR);
}

CASE("bind.packet.device_down[kept-protocol]", PACKET)
{
	int fd = must_socket(AF_PACKET, SOCK_RAW, htons(LINUX_ETH_P_IP));

	set_interface_up("lo", false);
	must_bind(fd, packet_address(0, LO));
	expect_option(ENETDOWN, fd, SOL_SOCKET, SO_ERROR);
}

CASE("bind.packet.device_down[new-protocol]", PACKET)
{
	int fd = must_socket(AF_PACKET, SOCK_RAW, 0);

	set_interface_up("lo", false);
	must_bind(fd, packet_address(LINUX_ETH_P_ALL, LO));
	expect_option(ENETDOWN, fd, SOL_SOCKET, SO_ERROR);
	must_bind(fd, packet_address(LINUX_ETH_P_IP, LO));
	expect_option(ENETDOWN, fd, SOL_SOCKET, SO_ERROR);
}

CASE("bind.packet.device_down[new-interface]", .needs = NEEDS_INTERFACE, PACKET)
{
	int index = (int)add_interface("side0");
	int fd = must_socket(AF_PACKET, SOCK_RAW, 0);

	must_bind(fd, packet_address(LINUX_ETH_P_IP, LO));
	must_bind(fd, packet_address(LINUX_ETH_P_IP, index));
	expect_option(ENETDOWN, fd, SOL_SOCKET, SO_ERROR);
}

CASE("bind.packet.device_down[obsolete]", PACKET)
{
	int fd = must_socket(AF_PACKET, SOCK_PACKET, htons(LINUX_ETH_P_IP));

	set_interface_up("lo", false);
	must_bind(fd, packet_device("lo"));
	expect_option(ENETDOWN, fd, SOL_SOCKET, SO_ERROR);
}

CASE("bind.packet.no_error[up]", PACKET)
{
	int fd = must_socket(AF_PACKET, SOCK_RAW, 0);

	must_bind(fd, packet_address(LINUX_ETH_P_ALL, LO));
	expect_option(0, fd, SOL_SOCKET, SO_ERROR);
}

CASE("bind.packet.no_error[told]", PACKET)
{
	int fd = must_socket(AF_PACKET, SOCK_RAW, 0);

	set_interface_up("lo", false);
	must_bind(fd, packet_address(LINUX_ETH_P_ALL, LO));
	clear_error(fd);
	expect_option(0, fd, SOL_SOCKET, SO_ERROR);
	/* What it is bound to already is not new. */
	must_bind(fd, packet_address(LINUX_ETH_P_ALL, LO));
	expect_option(0, fd, SOL_SOCKET, SO_ERROR);
	must_bind(fd, packet_address(0, LO));
	expect_option(0, fd, SOL_SOCKET, SO_ERROR);
}

CASE("bind.packet.no_error[no-protocol]", PACKET)
{
	int fd = must_socket(AF_PACKET, SOCK_RAW, 0);

	set_interface_up("lo", false);
	must_bind(fd, packet_address(0, LO));
	expect_option(0, fd, SOL_SOCKET, SO_ERROR);
}

CASE("bind.packet.no_error[any-interface]", PACKET)
{
	int fd = must_socket(AF_PACKET, SOCK_RAW, 0);

	set_interface_up("lo", false);
	must_bind(fd, packet_address(LINUX_ETH_P_ALL, 0));
	expect_option(0, fd, SOL_SOCKET, SO_ERROR);
}

/* Which packets over lo come: those of IPv4, and those of IPv6. */
static void expect_packets(int fd, bool ipv4, bool ipv6)
{
	expect_that(packet_comes(fd, "127.0.0.1", ipv4) == ipv4,
		    "a packet of IPv4 over lo %s", ipv4 ? "does not come" : "comes");
	if (!the_world()->kernel.features[FEATURE_FAMILY(AF_INET6)])
		return;
	expect_that(packet_comes(fd, "::1", ipv6) == ipv6,
		    "a packet of IPv6 over lo %s", ipv6 ? "does not come" : "comes");
}

/* What a socket is made with and bound to, and what comes to it then. */
static const struct received {
	const char *name;
	int type;
	unsigned int made, protocol;
	int index;
	bool ipv4, ipv6;
} received[] = {
	{ "comes,lo,all", SOCK_RAW, 0, LINUX_ETH_P_ALL, LO, true, true },
	{ "comes,lo,ip", SOCK_DGRAM, 0, LINUX_ETH_P_IP, LO, true, false },
	{ "comes,lo,ipv6", SOCK_DGRAM, 0, LINUX_ETH_P_IPV6, LO, false, true },
	{ "comes,any,all", SOCK_DGRAM, 0, LINUX_ETH_P_ALL, 0, true, true },
	{ "comes,any,ip", SOCK_RAW, 0, LINUX_ETH_P_IP, 0, true, false },
	{ "comes,lo,kept", SOCK_RAW, LINUX_ETH_P_ALL, 0, LO, true, true },
	{ "comes,lo,kept-ip", SOCK_RAW, LINUX_ETH_P_IP, 0, LO, true, false },
	{ "comes,lo,changed", SOCK_RAW, LINUX_ETH_P_IP, LINUX_ETH_P_IPV6, LO, false,
	  true },
	{ "comes,none", SOCK_RAW, 0, 0, LO, false, false },
	{ "comes,other-protocol", SOCK_RAW, 0, LINUX_ETH_P_ARP, LO, false, false },
};

static void receives(const void *row)
{
	const struct received *it = row;
	int fd = must_socket(AF_PACKET, it->type, htons((unsigned short)it->made));

	expect_value(0, bind_to(fd, packet_address(it->protocol, it->index)));
	expect_packets(fd, it->ipv4, it->ipv6);
}

CASES(received)
{
	for (size_t i = 0; i < COUNT(received); i++)
		add_case(.name = name_case("bind.packet.bound[%s]", received[i].name),
			 .run_row = receives, .row = &received[i], PACKET);
}

CASE("bind.packet.bound[comes,other-interface]", .needs = NEEDS_INTERFACE, PACKET)
{
	int index = (int)add_interface("side0");
	int fd = must_socket(AF_PACKET, SOCK_RAW, htons(LINUX_ETH_P_ALL));

	set_interface_up("side0", true);
	expect_value(0, bind_to(fd, packet_address(LINUX_ETH_P_ALL, index)));
	expect_packets(fd, false, false);
	/* And again to where they are. */
	expect_value(0, bind_to(fd, packet_address(LINUX_ETH_P_ALL, LO)));
	expect_packets(fd, true, true);
	expect_value(0, bind_to(fd, packet_address(LINUX_ETH_P_ALL, index)));
	expect_packets(fd, false, false);
	expect_value(0, bind_to(fd, packet_address(LINUX_ETH_P_IP, 0)));
	expect_packets(fd, true, false);
}

/* One that begins to listen by bind(2) is gone once it is closed. */
CASE("bind.packet.bound[closed]", PACKET)
{
	int before = sockets_in_use(), fd = must_socket(AF_PACKET, SOCK_RAW, 0);

	expect_value(0, bind_to(fd, packet_address(LINUX_ETH_P_IP, LO)));
	must_close(fd);
	expect_that(nothing_behind() || sockets_in_use() == before,
		    "%d sockets are left", sockets_in_use() - before);
}

/* Bound again to what it is bound to already, it gets as much as before. */
CASE("bind.packet.bound[comes,same-again]", PACKET)
{
	int fd = must_socket(AF_PACKET, SOCK_RAW, 0);

	for (int i = 0; i < 2; i++) {
		expect_value(0, bind_to(fd, packet_address(LINUX_ETH_P_IP, LO)));
		expect_packets(fd, true, false);
	}
	expect_value(0, bind_to(fd, packet_address(0, LO)));
	expect_packets(fd, true, false);
}

/* A binding to an interface that is down is there when it comes up. */
CASE("bind.packet.bound[comes,once-up]", PACKET)
{
	int fd = must_socket(AF_PACKET, SOCK_RAW, 0);

	set_interface_up("lo", false);
	expect_value(0, bind_to(fd, packet_address(LINUX_ETH_P_IP, LO)));
	set_interface_up("lo", true);
	clear_error(fd);
	expect_packets(fd, true, false);
}

/* What is refused leaves the socket as it was. */
CASE("bind.packet.no_device[comes-as-before]", PACKET)
{
	int fd = must_socket(AF_PACKET, SOCK_RAW, htons(LINUX_ETH_P_IP));

	expect_errno(ENODEV, bind_to(fd, packet_address(LINUX_ETH_P_IPV6, 100)));
	expect_packets(fd, true, false);
}

CASE("bind.packet.family_unsupported[comes-as-before]", PACKET)
{
	int fd = must_socket(AF_PACKET, SOCK_RAW, htons(LINUX_ETH_P_IP));

	expect_errno(EINVAL,
		     bind_to(fd, with_family(packet_address(LINUX_ETH_P_IPV6, LO),
					     AF_INET)));
	expect_packets(fd, true, false);
}

CASE("bind.packet.obsolete_bound[comes]", .needs = NEEDS_INTERFACE, PACKET)
{
	int fd;

	add_interface("side0");
	set_interface_up("side0", true);
	fd = must_socket(AF_PACKET, SOCK_PACKET, htons(LINUX_ETH_P_IP));
	expect_value(0, bind_to(fd, packet_device("lo")));
	expect_packets(fd, true, false);
	expect_value(0, bind_to(fd, packet_device("side0")));
	expect_packets(fd, false, false);
}

CASE("bind.packet.obsolete_no_device[comes-as-before]", PACKET)
{
	int fd = must_socket(AF_PACKET, SOCK_PACKET, htons(LINUX_ETH_P_IP));

	expect_errno(ENODEV, bind_to(fd, packet_device("eth77")));
	expect_packets(fd, true, false);
}

/*
 * What comes to a socket that is bound to the protocol, with PACKET_AUXDATA: of a
 * datagram on lo the sum is not there yet.
 */
static void auxdata_of(int fd, struct tpacket_auxdata *auxdata)
{
	_Alignas(struct cmsghdr) unsigned char control[128];
	size_t length = sizeof(control);
	unsigned char bytes[128];

	memset(auxdata, 0, sizeof(*auxdata));
	wait_readable(fd);
	expect_that(
		t_recvmsg(fd, bytes, sizeof(bytes), MSG_DONTWAIT, control, &length) > 0,
		"nothing comes");
	expect_that(length >= CMSG_LEN(sizeof(*auxdata)),
		    "%zu bytes of control messages", length);
	memcpy(auxdata, control + CMSG_LEN(0), sizeof(*auxdata));
}

CASE("bind.packet.bound[comes,sum-not-ready]", PACKET)
{
	int fd = must_socket(AF_PACKET, SOCK_RAW, 0);
	struct tpacket_auxdata auxdata;

	need_own_control_layout();
	must_option(fd, LINUX_SOL_PACKET, PACKET_AUXDATA, 1);
	expect_value(0, bind_to(fd, packet_address(LINUX_ETH_P_IP, LO)));
	if (nothing_behind())
		return;
	must_send(must_socket(AF_INET, SOCK_DGRAM, 0), inet("127.0.0.1", 9));
	auxdata_of(fd, &auxdata);
	expect_that(auxdata.tp_status & TP_STATUS_CSUMNOTREADY, "tp_status is 0x%x",
		    auxdata.tp_status);
	expect_that(auxdata.tp_len == 14 + 20 + 8 + 4, "tp_len is %u", auxdata.tp_len);
}
