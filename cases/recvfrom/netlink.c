/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * netlink.c - recvfrom(2) and the doors beside it of netlink sockets to which messages
 * have come: from another socket of NETLINK_USERSOCK, by port or by group, and from the
 * kernel.
 */
#include <string.h>
#include <unistd.h>

#include "links.h"
#include "sockcheck.h"

#define NETLINK .has = { FEATURE_FAMILY(AF_NETLINK), FEATURE_NETLINK(NETLINK_USERSOCK) }
#define LISTENS .caps = SC_CAP(LINUX_CAP_NET_ADMIN), NETLINK
#define TEXT	"message of 21 bytes.."
#define SIZE	21
#define FULL	((int)sizeof(struct sockaddr_nl))

/* Ports of the network namespace, which is the case's own. */
#define RECEIVER 1001
#define SENDER	 1002
#define THIRD	 1003

static int bound(unsigned int pid, unsigned int groups)
{
	int fd = must_socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK);

	must_bind(fd, netlink_address(pid, groups));
	return fd;
}

static void send_to(int fd, unsigned int pid, unsigned int groups, const void *text,
		    size_t length)
{
	struct address to = netlink_address(pid, groups);

	sc_must(SC_LINE, t_sendto(fd, text, length, 0, to.bytes, to.length),
		"sendto(2)");
}

static int with_text(void)
{
	int fd = bound(RECEIVER, 0);

	send_to(bound(SENDER, 0), RECEIVER, 0, TEXT, SIZE);
	return fd;
}

/* At which a message to a group waits.  A third socket has its port named with it: the
 * kernel itself, port 0, would refuse it. */
static int with_group(unsigned int listened, unsigned int named)
{
	int fd = bound(RECEIVER, listened);

	bound(THIRD, 0);
	send_to(bound(SENDER, 0), THIRD, named, TEXT, SIZE);
	return fd;
}

/* Room for the address, of twelve bytes. */
static const int rooms[] = { 0, 1, 2, 3, 4, 7, 8, 11, 12, 13, 128 };

static void with_room(const void *data)
{
	const int *room = data;
	struct address from = netlink_address(SENDER, 0);
	int fd = with_text();

	expect_received(SIZE, &from, *room, receive(fd, 64, 0, *room));
	for (int i = *room < FULL ? *room : FULL; i < 128; i++)
		expect_that(inbox.address[i] == RESULT_FILL,
			    "byte %d behind the address is written", i);
	expect_next(fd, -EAGAIN);
}

CASES(rooms)
{
	for (size_t i = 0; i < COUNT(rooms); i++)
		add_case(.name = name_case("recvfrom.%s[netlink,room-%d]",
					   rooms[i] < FULL ? "address.cut"
							   : "datagram.received",
					   rooms[i]),
			 .run_row = with_room, .row = &rooms[i],
			 .doors = doors_for(64, 0, true), NETLINK);
}

static const struct asked {
	const char *name;
	const char *rule;
	size_t length;
	int flags;
	long value;
} asked[] = {
	{ "length-0", "datagram.cut", 0, 0, 0 },
	{ "length-1", "datagram.cut", 1, 0, 1 },
	{ "length-20", "datagram.cut", 20, 0, 20 },
	{ "length-20,dontwait", "datagram.cut", 20, MSG_DONTWAIT, 20 },
	{ "length-20,waitall", "datagram.cut", 20, MSG_WAITALL, 20 },
	{ "length-21", "datagram.received", 21, 0, SIZE },
	{ "length-22", "datagram.received", 22, 0, SIZE },
	{ "length-64,trunc", "datagram.received", 64, MSG_TRUNC, SIZE },
	{ "length-0,trunc", "datagram.length_told", 0, MSG_TRUNC, SIZE },
	{ "length-20,trunc", "datagram.length_told", 20, MSG_TRUNC, SIZE },
	{ "length-0", "datagram.peeked", 0, MSG_PEEK, 0 },
	{ "length-20", "datagram.peeked", 20, MSG_PEEK, 20 },
	{ "length-64", "datagram.peeked", 64, MSG_PEEK, SIZE },
	{ "length-20,trunc", "datagram.peeked", 20, MSG_PEEK | MSG_TRUNC, SIZE },
};

static void as_asked(const void *data)
{
	const struct asked *row = data;
	struct address from = netlink_address(SENDER, 0);
	int fd = with_text();

	expect_received(row->value, &from, FULL,
			receive(fd, row->length, row->flags, FULL));
	expect_next(fd, row->flags & MSG_PEEK ? SIZE : -EAGAIN);
}

CASES(asked)
{
	for (size_t i = 0; i < COUNT(asked); i++)
		add_case(.name = name_case("recvfrom.%s[netlink,%s]", asked[i].rule,
					   asked[i].name),
			 .run_row = as_asked, .row = &asked[i],
			 .doors = doors_for(asked[i].length, asked[i].flags, true),
			 NETLINK);
}

CASE("recvfrom.address.not_wanted[netlink]", NETLINK)
{
	int fd = with_text();

	expect_value(SIZE, t_recvfrom(fd, inbox.buffer, 64, 0, NULL, NULL));
}

CASE("recvfrom.datagram.received[netlink,no-address]",
     .doors = SC_RECV | SC_RECVMSG | SC_RECVMMSG | SC_READ | SC_READV, NETLINK)
{
	int fd = with_text();

	expect_value(SIZE, t_recvfrom(fd, inbox.buffer, 64, 0, NULL, NULL));
	expect_next(fd, -EAGAIN);
}

/* Refused, it takes nothing. */
CASE("recvfrom.netlink.out_of_band[waiting]", .doors = doors_for(64, 1, true), NETLINK)
{
	int fd = with_text();

	expect_errno(EOPNOTSUPP, receive(fd, 64, MSG_OOB, FULL));
	expect_next(fd, SIZE);
}

/* Before the buffer, too. */
CASE("recvfrom.netlink.out_of_band[before-unwritable]", NETLINK)
{
	int fd = with_text();

	expect_errno(EOPNOTSUPP, t_recvfrom(fd, (void *)unmapped_memory(), 64, MSG_OOB,
					    NULL, NULL));
	expect_next(fd, SIZE);
}

CASE("recvfrom.buffer.unwritable[netlink,gone]", .doors = doors_for(64, 0, false),
     NETLINK)
{
	int fd = with_text();

	expect_errno(EFAULT,
		     t_recvfrom(fd, (void *)unmapped_memory(), 64, 0, NULL, NULL));
	expect_next(fd, -EAGAIN);
}

CASE("recvfrom.buffer.unwritable[netlink,half]", NETLINK)
{
	int fd = with_text();

	expect_errno(EFAULT, t_recvfrom(fd, (void *)cut_off_after("1234", 4), 64, 0,
					NULL, NULL));
	expect_next(fd, -EAGAIN);
}

CASE("recvfrom.buffer.unwritable[netlink,peek]", NETLINK)
{
	int fd = with_text();

	expect_errno(EFAULT, t_recvfrom(fd, (void *)unmapped_memory(), 64, MSG_PEEK,
					NULL, NULL));
	expect_next(fd, SIZE);
}

/* Messages come one by one, in their order. */
CASE("recvfrom.datagram.received[netlink,two]", NETLINK)
{
	int fd = bound(RECEIVER, 0);
	struct address first = netlink_address(SENDER, 0);
	struct address second = netlink_address(THIRD, 0);

	send_to(bound(SENDER, 0), RECEIVER, 0, "one", 3);
	send_to(bound(THIRD, 0), RECEIVER, 0, "second", 6);
	expect_received(3, &first, FULL, receive(fd, 64, 0, FULL));
	expect_received(6, &second, FULL, receive(fd, 64, 0, FULL));
	expect_next(fd, -EAGAIN);
}

CASE("recvfrom.datagram.cut[netlink,two]", NETLINK)
{
	int fd = bound(RECEIVER, 0), from = bound(SENDER, 0);
	struct address address = netlink_address(SENDER, 0);

	send_to(from, RECEIVER, 0, "one", 3);
	send_to(from, RECEIVER, 0, "second", 6);
	expect_received(2, &address, FULL, receive(fd, 2, 0, FULL));
	expect_next(fd, 6);
}

/* From itself. */
CASE("recvfrom.datagram.received[netlink,own]", NETLINK)
{
	int fd = bound(RECEIVER, 0);
	struct address from = netlink_address(RECEIVER, 0);

	send_to(fd, RECEIVER, 0, TEXT, SIZE);
	expect_received(SIZE, &from, FULL, receive(fd, 64, 0, FULL));
}

/* Groups: the address has the bit of the one that it was sent to. */
static const struct group {
	const char *name;
	unsigned int listened, named, told;
} groups[] = {
	{ "1", 1, 1, 1 },
	{ "2", 2, 2, 2 },
	{ "32", 0x80000000, 0x80000000, 0x80000000 },
	{ "several-listened", 0x8007, 4, 4 },
	{ "several-named,lowest-counts", 4, 0x80000024, 4 },
};

static void comes_to_group(const void *data)
{
	const struct group *row = data;
	struct address from = netlink_address(SENDER, row->told);
	int fd = with_group(row->listened, row->named);

	expect_received(SIZE, &from, FULL, receive(fd, 64, 0, FULL));
	expect_next(fd, -EAGAIN);
}

CASES(groups)
{
	for (size_t i = 0; i < COUNT(groups); i++)
		add_case(.name = name_case("recvfrom.datagram.received[netlink,group-"
					   "%s]",
					   groups[i].name),
			 .run_row = comes_to_group, .row = &groups[i],
			 .doors = doors_for(64, 0, true), LISTENS);
}

static const struct group deaf[] = {
	{ "other-group", 2, 1, 0 },
	{ "no-group", 0, 1, 0 },
	{ "second-named", 4, 6, 0 },
};

static void comes_not(const void *data)
{
	const struct group *row = data;

	expect_errno(EAGAIN, receive(with_group(row->listened, row->named), 64,
				     MSG_DONTWAIT, FULL));
}

CASES(deaf)
{
	for (size_t i = 0; i < COUNT(deaf); i++)
		add_case(.name = name_case("recvfrom.netlink.would_block[%s]",
					   deaf[i].name),
			 .run_row = comes_not, .row = &deaf[i], LISTENS);
}

/* Joined by its number, and left. */
CASE("recvfrom.datagram.received[netlink,group-joined]", LISTENS)
{
	struct address from = netlink_address(SENDER, 1 << 6);
	int fd = bound(RECEIVER, 0);

	must_option(fd, LINUX_SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, 7);
	bound(THIRD, 0);
	send_to(bound(SENDER, 0), THIRD, 1 << 6, TEXT, SIZE);
	expect_received(SIZE, &from, FULL, receive(fd, 64, 0, FULL));
}

CASE("recvfrom.netlink.would_block[group-left]", LISTENS)
{
	int fd = bound(RECEIVER, 1 << 6);

	must_option(fd, LINUX_SOL_NETLINK, NETLINK_DROP_MEMBERSHIP, 7);
	bound(THIRD, 0);
	send_to(bound(SENDER, 0), THIRD, 1 << 6, TEXT, SIZE);
	expect_errno(EAGAIN, receive(fd, 64, MSG_DONTWAIT, FULL));
}

/* Whose port is named too gets it once, with the group. */
CASE("recvfrom.datagram.received[netlink,group-and-port]", LISTENS)
{
	struct address from = netlink_address(SENDER, 1);
	int fd = bound(RECEIVER, 1);

	send_to(bound(SENDER, 0), RECEIVER, 1, TEXT, SIZE);
	expect_received(SIZE, &from, FULL, receive(fd, 64, 0, FULL));
	expect_next(fd, -EAGAIN);
}

/* Its sender does not get it, though it listens. */
CASE("recvfrom.netlink.would_block[own-group]", LISTENS)
{
	int fd = bound(SENDER, 1);

	bound(THIRD, 0);
	send_to(fd, THIRD, 1, TEXT, SIZE);
	expect_errno(EAGAIN, receive(fd, 64, MSG_DONTWAIT, FULL));
}

/* bind(2) to no group leaves those of before. */
CASE("recvfrom.netlink.would_block[groups-left]", LISTENS)
{
	int fd = bound(RECEIVER, 1);

	must_bind(fd, netlink_address(RECEIVER, 0));
	bound(THIRD, 0);
	send_to(bound(SENDER, 0), THIRD, 1, TEXT, SIZE);
	expect_errno(EAGAIN, receive(fd, 64, MSG_DONTWAIT, FULL));
}

/* One group by bind(2), and another by an option: what is sent to either comes. */
static const unsigned int joined[] = { 1, 7 };

static void comes_to_both(const void *data)
{
	const unsigned int *group = data;
	struct address from = netlink_address(SENDER, 1U << (*group - 1));
	int fd = bound(RECEIVER, 1);

	must_option(fd, LINUX_SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, 7);
	bound(THIRD, 0);
	send_to(bound(SENDER, 0), THIRD, 1U << (*group - 1), TEXT, SIZE);
	expect_received(SIZE, &from, FULL, receive(fd, 64, 0, FULL));
}

CASES(joined)
{
	for (size_t i = 0; i < COUNT(joined); i++)
		add_case(.name = name_case("recvfrom.datagram.received[netlink,two-"
					   "memberships,group-%u]",
					   joined[i]),
			 .run_row = comes_to_both, .row = &joined[i],
			 .doors = SC_RECV | SC_RECVMSG, LISTENS);
}

/* NETLINK_PKTINFO tells the group's number, in 20 bytes of a control message (for
 * 32-bit programs, 16). */
struct info_row {
	size_t room;
	unsigned int group;
};

static void with_pktinfo(const void *data)
{
	static unsigned char control[64];
	const struct info_row *row = data;
	int fd = bound(RECEIVER, row->group ? 1U << (row->group - 1) : 0);
	size_t controllen = row->room;

	need_own_control_layout();
	must_option(fd, LINUX_SOL_NETLINK, NETLINK_PKTINFO, 1);
	memset(control, 0, sizeof(control));
	bound(THIRD, 0);
	if (row->group)
		send_to(bound(SENDER, 0), THIRD, 1U << (row->group - 1), TEXT, SIZE);
	else
		send_to(bound(SENDER, 0), RECEIVER, 0, TEXT, SIZE);
	expect_value(SIZE, t_recvmsg(fd, inbox.buffer, 64, 0, control, &controllen));
	if (row->room >= CMSG_LEN(4))
		expect_that(!memcmp(control + sizeof(struct cmsghdr), &row->group, 4),
			    "another group is told than %u", row->group);
}

static void add_pktinfo(size_t room, unsigned int group)
{
	struct info_row row = { room, group };

	add_case(.name = name_case("recvfrom.datagram.received[netlink,pktinfo-%u,"
				   "room-%zu]",
				   group, room),
		 .run_row = with_pktinfo, .row = keep_row(&row, sizeof(row)),
		 .doors = SC_RECVMSG | SC_RECVMMSG, LISTENS);
}

CASES(pktinfo)
{
	static const size_t control_rooms[] = { 0, 15, 16, 19, 20, 23, 24, 64 };

	for (size_t i = 0; i < COUNT(control_rooms); i++)
		add_pktinfo(control_rooms[i], 3);
	add_pktinfo(64, 0);
	add_pktinfo(64, 32);
}

CASE("recvfrom.datagram.received[netlink,pktinfo-off]", NETLINK)
{
	unsigned char control[64];
	size_t controllen = sizeof(control);
	int fd = bound(RECEIVER, 0);

	must_option(fd, LINUX_SOL_NETLINK, NETLINK_PKTINFO, 1);
	must_option(fd, LINUX_SOL_NETLINK, NETLINK_PKTINFO, 0);
	send_to(bound(SENDER, 0), RECEIVER, 0, TEXT, SIZE);
	expect_value(SIZE, t_recvmsg(fd, inbox.buffer, 64, 0, control, &controllen));
	expect_that(!controllen, "msg_controllen is %zu", controllen);
}

/* unix(7)'s SO_PASSCRED is netlink's, too: who has sent a message is told with it,
 * behind the group. */
struct sender_row {
	const char *name;
	bool pktinfo;
	size_t room;
};

static void tells_sender(const void *data)
{
	static unsigned char control[128];
	const struct sender_row *row = data;
	size_t at = row->pktinfo ? CMSG_SPACE(4) : 0, controllen = row->room;
	int fd = bound(RECEIVER, 0);
	struct ucred came;

	need_own_control_layout();
	must_option(fd, SOL_SOCKET, SO_PASSCRED, 1);
	must_option(fd, LINUX_SOL_NETLINK, NETLINK_PKTINFO, row->pktinfo);
	send_to(bound(SENDER, 0), RECEIVER, 0, TEXT, SIZE);
	memset(control, 0, sizeof(control));
	expect_value(SIZE, t_recvmsg(fd, inbox.buffer, 64, 0, control, &controllen));
	if (row->room < at + CMSG_SPACE(sizeof(came)))
		return;
	memcpy(&came, control + at + CMSG_LEN(0), sizeof(came));
	expect_that(came.pid == getpid() && came.uid == getuid() &&
			    came.gid == getgid(),
		    "process %d, user %u and group %u are told", (int)came.pid,
		    came.uid, came.gid);
}

static const struct sender_row senders_told[] = {
	{ "sender", false, 128 },
	{ "sender,exact-room", false, CMSG_SPACE(sizeof(struct ucred)) },
	{ "sender,cut", false, CMSG_LEN(4) },
	{ "sender,no-room", false, 0 },
	{ "sender,group", true, 128 },
};

CASES(senders_told)
{
	for (size_t i = 0; i < COUNT(senders_told); i++)
		add_case(.name = name_case("recvfrom.datagram.received[netlink,%s]",
					   senders_told[i].name),
			 .run_row = tells_sender, .row = &senders_told[i],
			 .doors = SC_RECVMSG | SC_RECVMMSG, NETLINK);
}

/* The real user, not the effective one. */
CASE("recvfrom.datagram.received[netlink,sender,real-user]", .doors = SC_RECVMSG,
     .needs = NEEDS_IDS, NETLINK)
{
	unsigned char control[CMSG_SPACE(sizeof(struct ucred))] = { 0 };
	size_t controllen = sizeof(control);
	int fd = bound(RECEIVER, 0), from = bound(SENDER, 0);
	struct ucred came;

	need_own_control_layout();
	must_option(fd, SOL_SOCKET, SO_PASSCRED, 1);
	set_effective_group(1);
	set_effective_user(1);
	send_to(from, RECEIVER, 0, TEXT, SIZE);
	expect_value(SIZE, t_recvmsg(fd, inbox.buffer, 64, 0, control, &controllen));
	memcpy(&came, control + CMSG_LEN(0), sizeof(came));
	expect_that(!came.uid && !came.gid, "user %u and group %u are told", came.uid,
		    came.gid);
}

/*
 * Of messages that fill the buffer alone, the second one to a group is lost: the next
 * call is told so, once, before the first one comes.
 */
static int overrun(int option, int more)
{
	static const unsigned char text[16384];
	int fd = bound(RECEIVER, 1), third, from;

	must_option(fd, SOL_SOCKET, SO_RCVBUF, 1);
	if (option)
		must_option(fd, LINUX_SOL_NETLINK, option, 1);
	third = bound(THIRD, 0);
	from = bound(SENDER, 0);
	for (int i = 0; i < 1 + more; i++) {
		send_to(from, THIRD, 1, text, sizeof(text));
		/* Or the third one would be full, and have its sender wait. */
		sc_must(SC_LINE,
			t_recvfrom(third, inbox.buffer, 64, MSG_DONTWAIT, NULL, NULL),
			"recvfrom(2)");
	}
	return fd;
}

static void is_told_of_overrun(int flags, int more)
{
	int fd = overrun(0, more);

	expect_errno(ENOBUFS, receive(fd, 64, flags, FULL));
	expect_next(fd, 64);
	expect_next(fd, -EAGAIN);
}

CASE("recvfrom.netlink.overrun[one-lost]", .doors = doors_for(64, 0, true), LISTENS)
{
	is_told_of_overrun(0, 1);
}

CASE("recvfrom.netlink.overrun[two-lost]", LISTENS)
{
	is_told_of_overrun(0, 2);
}

CASE("recvfrom.netlink.overrun[peek]", LISTENS)
{
	is_told_of_overrun(MSG_PEEK, 1);
}

CASE("recvfrom.netlink.overrun[dontwait]", LISTENS)
{
	is_told_of_overrun(MSG_DONTWAIT, 1);
}

CASE("recvfrom.netlink.overrun[before-unwritable]", LISTENS)
{
	int fd = overrun(0, 1);

	expect_errno(ENOBUFS,
		     t_recvfrom(fd, (void *)unmapped_memory(), 64, 0, NULL, NULL));
	expect_next(fd, 64);
}

CASE("recvfrom.netlink.out_of_band[before-overrun]", LISTENS)
{
	int fd = overrun(0, 1);

	expect_errno(EOPNOTSUPP, receive(fd, 64, MSG_OOB, FULL));
	expect_next(fd, -ENOBUFS);
}

/* Once all has been received, there is room again. */
CASE("recvfrom.datagram.received[netlink,after-overrun]", .doors = SC_RECV, LISTENS)
{
	int fd = overrun(0, 1), from = bound(SENDER + 2, 0);
	struct address to = netlink_address(RECEIVER, 0);

	must(receive(fd, 64, 0, FULL) == -ENOBUFS, "nothing was lost");
	expect_next(fd, 64);
	expect_that(t_sendto(from, TEXT, SIZE, MSG_DONTWAIT, to.bytes, to.length) ==
			    SIZE,
		    "who sends finds no room");
	expect_value(SIZE, t_recvfrom(fd, inbox.buffer, 64, 0, NULL, NULL));
}

/* Nothing was lost; or it was, and nobody wants to know. */
static void is_told_nothing(int option, int more)
{
	struct address from = netlink_address(SENDER, 1);
	int fd = overrun(option, more);

	expect_received(64, &from, FULL, receive(fd, 64, 0, FULL));
	expect_next(fd, -EAGAIN);
}

CASE("recvfrom.datagram.cut[netlink,none-lost]", LISTENS)
{
	is_told_nothing(0, 0);
}

CASE("recvfrom.datagram.cut[netlink,no-enobufs,one-lost]", LISTENS)
{
	is_told_nothing(NETLINK_NO_ENOBUFS, 1);
}

/* What the kernel answers comes from port 0. */
struct request {
	struct nlmsghdr header;
	char rest[16];
};

static int with_answer(int flags)
{
	struct request request = { .header = { .nlmsg_len = sizeof(request),
					       .nlmsg_type = NLMSG_NOOP,
					       .nlmsg_flags = (unsigned short)flags,
					       .nlmsg_seq = 4711 } };
	int fd = must_socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);

	must_bind(fd, netlink_address(RECEIVER, 0));
	send_to(fd, 0, 0, &request, sizeof(request));
	return fd;
}

static void expect_acknowledgement(void)
{
	struct {
		struct nlmsghdr header;
		struct nlmsgerr error;
	} came;

	memcpy(&came, inbox.buffer, sizeof(came));
	expect_that(came.header.nlmsg_type == NLMSG_ERROR && !came.error.error,
		    "a message of type %u, error %d", came.header.nlmsg_type,
		    came.error.error);
	expect_that(
		came.header.nlmsg_seq == 4711 && came.header.nlmsg_pid == RECEIVER &&
			came.error.msg.nlmsg_seq == 4711,
		"it is of %u and for %u", came.header.nlmsg_seq, came.header.nlmsg_pid);
}

CASE("recvfrom.datagram.received[netlink,from-kernel]", .doors = doors_for(64, 0, true),
     .has = { FEATURE_FAMILY(AF_NETLINK), FEATURE_NETLINK(NETLINK_ROUTE) })
{
	struct address kernel = netlink_address(0, 0);
	int fd = with_answer(NLM_F_REQUEST | NLM_F_ACK);

	expect_received(36, &kernel, FULL, receive(fd, 64, 0, FULL));
	expect_acknowledgement();
}

CASE("recvfrom.datagram.length_told[netlink,from-kernel]",
     .doors = doors_for(64, 1, true),
     .has = { FEATURE_FAMILY(AF_NETLINK), FEATURE_NETLINK(NETLINK_ROUTE) })
{
	struct address kernel = netlink_address(0, 0);
	int fd = with_answer(NLM_F_REQUEST | NLM_F_ACK);

	expect_received(36, &kernel, FULL, receive(fd, 16, MSG_TRUNC, FULL));
}
