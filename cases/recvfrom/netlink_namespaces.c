/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * netlink_namespaces.c - recvfrom(2) of a netlink socket in a group of which a message
 * comes from another network namespace.  netlink(7), NETLINK_LISTEN_ALL_NSID: "When
 * set, this socket will receive netlink notifications from all network namespaces that
 * have an nsid assigned into the network namespace where the socket has been opened.
 * The nsid is sent to user space via an ancillary data."
 */
#include <linux/netlink.h>
#include <string.h>
#include <unistd.h>

#include "links.h"
#include "sockcheck.h"

#define RECEIVER 1001
#define SENDER	 1002
#define THIRD	 1003
#define GROUP	 3
#define NUMBER	 7
#define TEXT	 "message of 21 bytes.."
#define SIZE	 21

#define MAKES_NAMESPACES                                                     \
	.caps = SC_CAP(LINUX_CAP_SYS_ADMIN) | SC_CAP(LINUX_CAP_NET_ADMIN) |  \
		SC_CAP(LINUX_CAP_NET_BROADCAST),                             \
	.has = { FEATURE_FAMILY(AF_NETLINK), FEATURE_NETLINK(NETLINK_ROUTE), \
		 FEATURE_NETLINK(NETLINK_USERSOCK) },                        \
	.since = LINUX(4, 2)

static int bound(unsigned int pid, unsigned int groups)
{
	int fd = must_socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK);

	must_bind(fd, netlink_address(pid, groups));
	return fd;
}

/* Gives the network namespace that this process is in now a number in that of the
 * socket. */
static void number_this(int route)
{
	struct {
		struct nlmsghdr header;
		unsigned char family[4];
		struct nlattr id;
		int number;
		struct nlattr whose;
		unsigned int process;
	} request = {
		.header = { .nlmsg_len = sizeof(request),
			    .nlmsg_type = LINUX_RTM_NEWNSID,
			    .nlmsg_flags = NLM_F_REQUEST },
		.id = { sizeof(request.id) + sizeof(request.number),
			LINUX_NETNSA_NSID },
		.number = NUMBER,
		.whose = { sizeof(request.whose) + sizeof(request.process),
			   LINUX_NETNSA_PID },
		.process = (unsigned int)getpid(),
	};
	struct address kernel = netlink_address(0, 0);

	sc_must(SC_LINE,
		t_sendto(route, &request, sizeof(request), 0, kernel.bytes,
			 kernel.length),
		"sendto(2)");
}

/* To the group, in the network namespace that this process is in. */
static void send_to_group(void)
{
	struct address to = netlink_address(THIRD, 1U << (GROUP - 1));
	int fd = bound(SENDER, 0);

	bound(THIRD, 0);
	sc_must(SC_LINE, t_sendto(fd, TEXT, SIZE, 0, to.bytes, to.length), "sendto(2)");
}

static int listener(int all)
{
	int fd = bound(RECEIVER, 1U << (GROUP - 1));

	must_option(fd, LINUX_SOL_NETLINK, LINUX_NETLINK_LISTEN_ALL_NSID, all);
	return fd;
}

/* From another namespace, which has a number or has none. */
static int with_foreign(int all, bool numbered)
{
	int fd = listener(all);
	int route = must_socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);

	enter_network_namespace();
	if (numbered)
		number_this(route);
	send_to_group();
	return fd;
}

/* The text comes, with these bytes of control messages. */
static const unsigned char *received(int fd, size_t controls)
{
	static unsigned char control[128];
	size_t controllen = sizeof(control);

	memset(control, 0, sizeof(control));
	expect_value(SIZE, t_recvmsg(fd, inbox.buffer, 64, 0, control, &controllen));
	expect_that(!memcmp(inbox.buffer, TEXT, SIZE), "other bytes");
	expect_that(controllen == controls, "msg_controllen is %zu", controllen);
	return control;
}

static void expect_number(const unsigned char *control)
{
	struct cmsghdr header;
	int number;

	memcpy(&header, control, sizeof(header));
	memcpy(&number, control + CMSG_LEN(0), sizeof(number));
	expect_that(header.cmsg_level == LINUX_SOL_NETLINK &&
			    header.cmsg_type == LINUX_NETLINK_LISTEN_ALL_NSID &&
			    header.cmsg_len == CMSG_LEN(sizeof(number)),
		    "another control message: %d, %d", header.cmsg_level,
		    header.cmsg_type);
	expect_that(nothing_behind() || number == NUMBER, "the namespace has number %d",
		    number);
}

CASE("recvfrom.datagram.received[netlink,other-namespace]",
     .doors = SC_RECVMSG | SC_RECVMMSG, MAKES_NAMESPACES)
{
	need_own_control_layout();
	expect_number(received(with_foreign(1, true), CMSG_SPACE(sizeof(int))));
}

/* Behind the group. */
CASE("recvfrom.datagram.received[netlink,other-namespace,pktinfo]",
     .doors = SC_RECVMSG | SC_RECVMMSG, MAKES_NAMESPACES)
{
	int fd;

	need_own_control_layout();
	fd = with_foreign(1, true);
	must_option(fd, LINUX_SOL_NETLINK, NETLINK_PKTINFO, 1);
	expect_number(received(fd, 2 * CMSG_SPACE(sizeof(int))) +
		      CMSG_SPACE(sizeof(int)));
}

/* What has come already comes still, but without the number. */
CASE("recvfrom.datagram.received[netlink,other-namespace,option-off]",
     .doors = SC_RECVMSG | SC_RECVMMSG, MAKES_NAMESPACES)
{
	int fd;

	need_own_control_layout();
	fd = with_foreign(1, true);
	must_option(fd, LINUX_SOL_NETLINK, LINUX_NETLINK_LISTEN_ALL_NSID, 0);
	received(fd, 0);
}

/* Its own namespace has no number for itself. */
CASE("recvfrom.datagram.received[netlink,own-namespace]",
     .doors = SC_RECVMSG | SC_RECVMMSG, MAKES_NAMESPACES)
{
	int fd;

	need_own_control_layout();
	fd = listener(1);
	send_to_group();
	received(fd, 0);
}

/* Who has sent it is told as ever. */
CASE("recvfrom.datagram.received[netlink,other-namespace,address]",
     .doors = doors_for(64, 0, true), MAKES_NAMESPACES)
{
	struct address from = netlink_address(SENDER, 1U << (GROUP - 1));
	int fd = with_foreign(1, true);

	expect_received(SIZE, &from, from.length, receive(fd, 64, 0, from.length));
	expect_next(fd, -EAGAIN);
}

CASE("recvfrom.netlink.would_block[other-namespace,without-number]", MAKES_NAMESPACES)
{
	expect_errno(EAGAIN, receive(with_foreign(1, false), 64, MSG_DONTWAIT, 64));
}

CASE("recvfrom.netlink.would_block[other-namespace,option-off]", MAKES_NAMESPACES)
{
	expect_errno(EAGAIN, receive(with_foreign(0, true), 64, MSG_DONTWAIT, 64));
}
