/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * netlink_dump.c - recvfrom(2) of netlink sockets that have asked for a dump: each call
 * that takes a message has the kernel make the next, until NLMSG_DONE.
 */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <linux/genetlink.h>
#include <linux/rtnetlink.h>

#include "links.h"

#define RECEIVER   1001
#define FULL	   ((int)sizeof(struct sockaddr_nl))
#define INTERFACES 3 /* besides lo: together they take more than one message */

#define DUMPS                                                          \
	.caps = SC_CAP(LINUX_CAP_NET_ADMIN), .needs = NEEDS_INTERFACE, \
	.has = { FEATURE_FAMILY(AF_NETLINK), FEATURE_NETLINK(NETLINK_ROUTE) }

/* A socket that has asked for all interfaces. */
static int asking(void)
{
	static const char *const names[INTERFACES] = { "one", "two", "three" };
	struct address kernel = netlink_address(0, 0);
	struct {
		struct nlmsghdr header;
		struct ifinfomsg link;
	} request = { .header = { .nlmsg_len = sizeof(request),
				  .nlmsg_type = RTM_GETLINK,
				  .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
				  .nlmsg_seq = 4711 } };
	int fd = must_socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);

	for (size_t i = 0; i < INTERFACES; i++)
		add_interface(names[i]);
	must_bind(fd, netlink_address(RECEIVER, 0));
	sc_must(SC_LINE,
		t_sendto(fd, &request, sizeof(request), 0, kernel.bytes, kernel.length),
		"sendto(2)");
	return fd;
}

struct dump {
	int messages, links;
	bool done;
};

/* Counts what stands in a message of so many bytes. */
static void count(struct dump *dump, const unsigned char *bytes, long length)
{
	struct nlmsghdr header;

	dump->messages++;
	while (length >= (long)sizeof(header)) {
		memcpy(&header, bytes, sizeof(header));
		expect_that(header.nlmsg_seq == 4711 && header.nlmsg_pid == RECEIVER,
			    "a message of %u and for %u", header.nlmsg_seq,
			    header.nlmsg_pid);
		dump->links += header.nlmsg_type == RTM_NEWLINK;
		dump->done |= header.nlmsg_type == NLMSG_DONE;
		if (header.nlmsg_len < sizeof(header))
			return;
		bytes += NLMSG_ALIGN(header.nlmsg_len);
		length -= NLMSG_ALIGN(header.nlmsg_len);
	}
}

/* All of it, however many messages it takes, without a wait. */
static void expect_dump(int fd, bool first_gone)
{
	static unsigned char buffer[65536];
	struct dump dump = { 0, 0, false };

	if (nothing_behind())
		return;
	for (int i = 0; i < 16 && !dump.done; i++) {
		long came = t_recvfrom(fd, buffer, sizeof(buffer), MSG_DONTWAIT, NULL,
				       NULL);

		expect_that(came > 0, "after %d messages, %ld comes", dump.messages,
			    came);
		count(&dump, buffer, came);
	}
	expect_that(dump.done, "it comes to no end");
	/* There may be more: tunnels that each network namespace has from the start. */
	expect_that(first_gone || dump.links > INTERFACES, "%d interfaces", dump.links);
	expect_that(t_recvfrom(fd, buffer, sizeof(buffer), MSG_DONTWAIT, NULL, NULL) ==
			    -EAGAIN,
		    "something comes behind the end");
}

/* A first message that is peeked at has no next one made, and comes again. */
CASE("recvfrom.datagram.peeked[netlink,dump]", .doors = doors_for(64, 1, true), DUMPS)
{
	struct address kernel = netlink_address(0, 0);
	int fd = asking();

	expect_received(16, &kernel, FULL, receive(fd, 16, MSG_PEEK, FULL));
	expect_dump(fd, false);
}

CASE("recvfrom.datagram.cut[netlink,dump]", .doors = doors_for(16, 0, true), DUMPS)
{
	struct address kernel = netlink_address(0, 0);
	int fd = asking();

	expect_received(16, &kernel, FULL, receive(fd, 16, 0, FULL));
	expect_dump(fd, true);
}

/* Nor does it matter that none of it was wanted. */
CASE("recvfrom.datagram.cut[netlink,dump,length-0]", .doors = doors_for(0, 0, true),
     DUMPS)
{
	struct address kernel = netlink_address(0, 0);
	int fd = asking();

	expect_received(0, &kernel, FULL, receive(fd, 0, 0, FULL));
	expect_dump(fd, true);
}

/* More than the messages of any of these dumps. */
#define SIGNALS_MAX 256

/* Who asks to be signalled is told of what comes, and of no error: there is none. */
static bool error_signalled(int number)
{
	struct timespec none = { 0, 0 };
	siginfo_t info;
	sigset_t set;
	bool found = false;

	sigemptyset(&set);
	sigaddset(&set, number);
	for (int i = 0; i < SIGNALS_MAX && sigtimedwait(&set, &info, &none) == number;
	     i++)
		found |= info.si_code == POLL_ERR;
	return found;
}

static void ask_for_signal(int fd, int number)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, number);
	sigprocmask(SIG_BLOCK, &set, NULL);
	sc_must(SC_LINE, t_fcntl(fd, F_SETOWN, getpid()), "F_SETOWN");
	sc_must(SC_LINE, t_fcntl(fd, F_SETSIG, number), "F_SETSIG");
	sc_must(SC_LINE, t_fcntl(fd, F_SETFL, O_ASYNC), "F_SETFL");
}

CASE("recvfrom.datagram.cut[netlink,dump,signalled]", .doors = SC_RECV, DUMPS)
{
	struct address kernel = netlink_address(0, 0);
	int number = SIGRTMIN + 3, fd = asking();

	ask_for_signal(fd, number);
	expect_received(16, &kernel, FULL, receive(fd, 16, 0, FULL));
	expect_that(target_waits_not() || !error_signalled(number),
		    "an error is signalled");
	expect_dump(fd, true);
}

/* Where the message cannot be written it is gone, and the dump goes on. */
CASE("recvfrom.buffer.unwritable[netlink,dump]", .doors = doors_for(64, 0, false),
     DUMPS)
{
	int fd = asking();

	expect_errno(EFAULT,
		     t_recvfrom(fd, (void *)unmapped_memory(), 64, 0, NULL, NULL));
	expect_dump(fd, true);
}

/* Three messages of another process, which fill more than half of the room there is. */
#define SENDER 1002
#define ROOM   65536 /* SO_RCVBUF, of which the kernel makes twice as much */
#define LARGE  30000
#define SMALL  20

static void send_from(int sender, size_t length)
{
	static const unsigned char message[LARGE];
	struct address to = netlink_address(RECEIVER, 0);

	sc_must(SC_LINE,
		t_sendto(sender, message, length, MSG_DONTWAIT, to.bytes, to.length),
		"sendto(2)");
}

static void expect_length(int fd, long length)
{
	long came =
		t_recvfrom(fd, inbox.buffer, 64, MSG_DONTWAIT | MSG_TRUNC, NULL, NULL);

	expect_that(came == length, "%ld came, not %ld", came, length);
}

/*
 * The dump goes on only where half of the room is free: so what is sent after the first
 * call stands before the next message of the dump, which the second call has made.
 */
CASE("recvfrom.datagram.cut[netlink,dump,half-full]", .doors = doors_for(16, 0, true),
     DUMPS)
{
	struct address kernel = netlink_address(0, 0);
	int fd = asking(), sender = must_socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);

	must_option(fd, SOL_SOCKET, SO_RCVBUF, ROOM);
	must_bind(sender, netlink_address(SENDER, 0));
	for (int i = 0; i < 3; i++)
		send_from(sender, LARGE);
	expect_received(16, &kernel, FULL, receive(fd, 16, 0, FULL));
	if (nothing_behind())
		return;
	send_from(sender, SMALL);
	for (int i = 0; i < 3; i++)
		expect_length(fd, LARGE);
	expect_length(fd, SMALL);
	expect_dump(fd, true);
}

/* With less than half of the room taken, or just half, it goes on: what is sent after
 * the first call stands behind the next message of the dump. */
#define MIDDLE 50000

static void send_middle(int sender, unsigned int pid)
{
	static const unsigned char message[MIDDLE];
	struct address to = netlink_address(pid, 0);

	must(t_sendto(sender, message, MIDDLE, MSG_DONTWAIT, to.bytes, to.length) ==
		     MIDDLE,
	     "nothing was sent");
}

/* How much room such a message takes, by a socket at which nothing else waits. */
static int room_of_middle(int sender)
{
	int other = must_socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	unsigned int memory[9] = { MIDDLE };
	socklen_t length = sizeof(memory);

	must_bind(other, netlink_address(SENDER + 1, 0));
	send_middle(sender, SENDER + 1);
	must(target_waits_not() || !t_getsockopt(other, SOL_SOCKET, LINUX_SO_MEMINFO,
						 memory, &length),
	     "getsockopt(2) of SO_MEMINFO");
	return (int)memory[0];
}

static void goes_on(const void *data)
{
	struct address kernel = netlink_address(0, 0);
	int sender = must_socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE), room, fd;
	long came;

	must_bind(sender, netlink_address(SENDER, 0));
	room = *(const bool *)data ? room_of_middle(sender) : ROOM;
	fd = asking();
	must_option(fd, SOL_SOCKET, SO_RCVBUF, room);
	send_middle(sender, RECEIVER);
	expect_received(16, &kernel, FULL, receive(fd, 16, 0, FULL));
	if (nothing_behind())
		return;
	send_from(sender, SMALL);
	expect_length(fd, MIDDLE);
	came = t_recvfrom(fd, inbox.buffer, 64, MSG_DONTWAIT | MSG_TRUNC, NULL, NULL);
	expect_that(came > SMALL, "%ld came, not the next message of the dump", came);
}

CASES(going_on)
{
	static const bool halves[] = { false, true };

	for (size_t i = 0; i < COUNT(halves); i++)
		add_case(.name = name_case("recvfrom.datagram.cut[netlink,dump,%s-half-"
					   "full]",
					   halves[i] ? "just" : "less-than"),
			 .run_row = goes_on, .row = &halves[i], .since = LINUX(4, 12),
			 .doors = doors_for(16, 0, true), DUMPS);
}

/* The message that a call has the kernel make needs memory: where there is none, the
 * call gives what has come, and the next one says so. */
CASE("recvfrom.datagram.cut[netlink,dump,no-memory]",
     .caps = SC_CAP(LINUX_CAP_NET_ADMIN),
     .needs = NEEDS_INTERFACE | NEEDS_GUEST | NEEDS_FAULT_INJECTION,
     .has = { FEATURE_FAMILY(AF_NETLINK), FEATURE_NETLINK(NETLINK_ROUTE) })
{
	struct address kernel = netlink_address(0, 0);
	int number = SIGRTMIN + 3, fd = asking();
	long next;

	ask_for_signal(fd, number);
	fail_allocation(1);
	expect_received(16, &kernel, FULL, receive(fd, 16, 0, FULL));
	expect_that(allocation_failed(), "no allocation has failed");
	if (nothing_behind())
		return;
	expect_that(error_signalled(number), "the error is not signalled");
	next = t_recvfrom(fd, inbox.buffer, 64, MSG_DONTWAIT, NULL, NULL);
	expect_that(next == -ENOBUFS, "the next call gives %ld", next);
}

/* Of a protocol that has no lock of its own for dumps: the families of generic netlink,
 * of which the one that is asked is the first. */
CASE("recvfrom.datagram.peeked[netlink,dump,generic]", .doors = doors_for(64, 1, true),
     .has = { FEATURE_FAMILY(AF_NETLINK), FEATURE_NETLINK(NETLINK_GENERIC) })
{
	struct address kernel = netlink_address(0, 0);
	struct {
		struct nlmsghdr header;
		struct genlmsghdr generic;
	} request = { .header = { .nlmsg_len = sizeof(request),
				  .nlmsg_type = GENL_ID_CTRL,
				  .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
				  .nlmsg_seq = 4711 },
		      .generic = { .cmd = CTRL_CMD_GETFAMILY, .version = 1 } };
	int fd = must_socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);

	must_bind(fd, netlink_address(RECEIVER, 0));
	sc_must(SC_LINE,
		t_sendto(fd, &request, sizeof(request), 0, kernel.bytes, kernel.length),
		"sendto(2)");
	expect_received(16, &kernel, FULL, receive(fd, 16, MSG_PEEK, FULL));
	expect_dump(fd, true);
}
