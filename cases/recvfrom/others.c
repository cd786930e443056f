/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * others.c - recvfrom(2) that waits while others, which share its socket, do something
 * to it: what ends the wait, and what does not.
 */
#include <arpa/inet.h>
#include <string.h>

#include "kinds.h"

#define TEXT "text"
#define SIZE 4
#define FROM 4041

static long receive(int fd, size_t length, int flags)
{
	return t_recvfrom(fd, inbox.buffer, length, flags, NULL, NULL);
}

/* shutdown(2) ends it, of every kind; TCP has cases of its own. */
static const struct asked {
	const char *name;
	size_t length;
	int flags;
} asked[] = {
	{ "length-64", 64, 0 },
	{ "length-0", 0, 0 },
	{ "peek", 64, MSG_PEEK },
	{ "waitall", 64, MSG_WAITALL },
};

struct row {
	const struct kind *kind;
	const struct asked *asked;
};

static void is_shut_down(const void *data)
{
	const struct row *row = data;
	int fd = open_kind(row->kind);

	another_process_acts((struct act[ACTS]){ { .kind = ACT_SHUT_DOWN, .fd = fd } });
	expect_value(0, receive(fd, row->asked->length, row->asked->flags));
}

static bool is_like(const struct kind *kind, const char *rules)
{
	return !strcmp(kind->rules, rules);
}

CASES(shut)
{
	for (size_t k = 0; k < COUNT(kinds); k++)
		for (size_t i = 0; i < COUNT(asked); i++) {
			struct row row = { &kinds[k], &asked[i] };

			if (!is_like(&kinds[k], "ip") && !is_like(&kinds[k], "unix"))
				continue;
			add_case(.name = name_case("recvfrom.%s.shut_down[%s,while-"
						   "waiting,%s]",
						   kinds[k].rules, kinds[k].name,
						   asked[i].name),
				 .run_row = is_shut_down,
				 .row = keep_row(&row, sizeof(row)),
				 .caps = kinds[k].caps,
				 .has = { FEATURE_FAMILY(kinds[k].domain),
					  kinds[k].feature });
		}
}

/* A copy of the descriptor is closed: that ends nothing, and a signal does. */
static void copy_is_closed(const void *data)
{
	const struct kind *kind = data;
	int fd = open_kind(kind);

	another_process_acts((struct act[ACTS]){ { .kind = ACT_CLOSE, .fd = fd },
						 { .kind = ACT_SIGNAL } });
	expect_errno(EINTR, receive(fd, 64, 0));
}

/* close(2): where another thread closes the descriptor itself, the call that waits goes
 * on, "on Linux (and possibly some other systems)". */
static void is_closed(const void *data)
{
	const struct kind *kind = data;
	int fd = open_kind(kind);

	another_thread_acts((struct act[ACTS]){ { .kind = ACT_CLOSE, .fd = fd },
						{ .kind = ACT_SIGNAL } });
	expect_errno(EINTR, receive(fd, 64, 0));
	find_closed(fd);
	expect_that(receive(fd, 64, MSG_DONTWAIT) == -EBADF,
		    "the descriptor is open still");
}

CASES(closed)
{
	for (size_t k = 0; k < COUNT(kinds); k++) {
		add_case(.name = name_case("recvfrom.wait.interrupted[%s,copy-closed]",
					   kinds[k].name),
			 .run_row = copy_is_closed, .row = &kinds[k],
			 .caps = kinds[k].caps,
			 .has = { FEATURE_FAMILY(kinds[k].domain), kinds[k].feature });
		add_case(.name = name_case("recvfrom.wait.interrupted[%s,closed]",
					   kinds[k].name),
			 .run_row = is_closed, .row = &kinds[k], .caps = kinds[k].caps,
			 .has = { FEATURE_FAMILY(kinds[k].domain), kinds[k].feature });
	}
}

/* Something comes, to sockets that have a name or another end. */
struct scene {
	int fd;	   /* that receives */
	int other; /* that sends */
	struct address to;
};

static struct scene over_udp(const char *host)
{
	struct address from = ip_address(host, FROM);
	sa_family_t family;
	struct scene scene = { .to = ip_address(host, PORT) };

	memcpy(&family, from.bytes, sizeof(family));
	scene.fd = must_socket(family, SOCK_DGRAM, 0);
	must_bind(scene.fd, scene.to);
	scene.other = must_socket(family, SOCK_DGRAM, 0);
	must_bind(scene.other, from);
	return scene;
}

static struct scene over_ipv4(void)
{
	return over_udp("127.0.0.1");
}

static struct scene over_ipv6(void)
{
	return over_udp("::1");
}

static struct scene over_unix(int type)
{
	struct scene scene = { .to = { .length = 0 } };
	int fds[2];

	sc_must(SC_LINE, t_socketpair(AF_UNIX, type, 0, fds), "socketpair(2)");
	scene.fd = fds[0];
	scene.other = fds[1];
	return scene;
}

static struct scene over_unix_datagrams(void)
{
	return over_unix(SOCK_DGRAM);
}

static struct scene over_unix_records(void)
{
	return over_unix(SOCK_SEQPACKET);
}

static struct scene over_unix_stream(void)
{
	return over_unix(SOCK_STREAM);
}

static struct scene over_netlink(void)
{
	struct scene scene = { .to = netlink_address(1001, 0) };

	scene.fd = must_socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK);
	must_bind(scene.fd, scene.to);
	scene.other = must_socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK);
	must_bind(scene.other, netlink_address(1002, 0));
	return scene;
}

static struct scene over_packet(void)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET,
				  .sll_protocol = htons(ETHERTYPE_LOCAL),
				  .sll_ifindex = 1,
				  .sll_halen = 6 };
	struct scene scene = { .to = { .length = sizeof(to) } };

	memcpy(scene.to.bytes, &to, sizeof(to));
	scene.fd = must_socket(AF_PACKET, SOCK_DGRAM, htons(ETHERTYPE_LOCAL));
	scene.other = must_socket(AF_PACKET, SOCK_DGRAM, 0);
	return scene;
}

static const struct way {
	const char *name;
	struct scene (*open)(void);
	int domain;
	bool stream;
} ways[] = {
	{ "udp", over_ipv4, AF_INET, false },
	{ "udp6", over_ipv6, AF_INET6, false },
	{ "unix-dgram", over_unix_datagrams, AF_UNIX, false },
	{ "unix-seqpacket", over_unix_records, AF_UNIX, false },
	{ "unix-stream", over_unix_stream, AF_UNIX, true },
	{ "netlink", over_netlink, AF_NETLINK, false },
	{ "packet", over_packet, AF_PACKET, false },
};

static struct act sending(const struct scene *scene, const char *text)
{
	return (struct act){ ACT_SEND, scene->other, text, scene->to };
}

static void expect_nothing_left(int fd)
{
	long came = receive(fd, 64, MSG_DONTWAIT);

	expect_that(came == -EAGAIN, "then %ld comes", came);
}

static void comes_meanwhile(const void *data)
{
	const struct way *row = data;
	struct scene scene = row->open();

	another_process_acts((struct act[ACTS]){ sending(&scene, TEXT) });
	expect_value(SIZE, receive(scene.fd, 64, 0));
	expect_nothing_left(scene.fd);
}

/* The first ends the wait; the second one is there then, or comes. */
static void two_come(const void *data)
{
	const struct way *row = data;
	struct scene scene = row->open();

	another_process_acts(
		(struct act[ACTS]){ sending(&scene, TEXT), sending(&scene, "more") });
	expect_value(SIZE, receive(scene.fd, 64, 0));
	wait_readable(scene.fd);
	expect_that(receive(scene.fd, 64, MSG_DONTWAIT) == SIZE,
		    "the second one does not come");
}

static void is_peeked(const void *data)
{
	const struct way *row = data;
	struct scene scene = row->open();

	another_process_acts((struct act[ACTS]){ sending(&scene, TEXT) });
	expect_value(SIZE, receive(scene.fd, 64, MSG_PEEK));
	expect_that(receive(scene.fd, 64, MSG_DONTWAIT) == SIZE, "it is gone");
}

static void is_cut(const void *data)
{
	const struct way *row = data;
	struct scene scene = row->open();

	another_process_acts((struct act[ACTS]){ sending(&scene, TEXT) });
	expect_value(2, receive(scene.fd, 2, 0));
	expect_nothing_left(scene.fd);
}

/* A buffer of no bytes waits for a message as any other does. */
static void is_dropped(const void *data)
{
	const struct way *row = data;
	struct scene scene = row->open();

	another_process_acts((struct act[ACTS]){ sending(&scene, TEXT) });
	expect_value(SIZE, receive(scene.fd, 0, MSG_TRUNC));
	expect_nothing_left(scene.fd);
}

static void cannot_be_written(const void *data)
{
	const struct way *row = data;
	struct scene scene = row->open();

	another_process_acts((struct act[ACTS]){ sending(&scene, TEXT) });
	expect_errno(EFAULT, t_recvfrom(scene.fd, (void *)unmapped_memory(), 64, 0,
					NULL, NULL));
	expect_nothing_left(scene.fd);
}

/* The wait goes on where the descriptor is closed: what comes is given. */
static void comes_after_close(const void *data)
{
	const struct way *row = data;
	struct scene scene = row->open();

	another_thread_acts((struct act[ACTS]){ { .kind = ACT_CLOSE, .fd = scene.fd },
						sending(&scene, TEXT) });
	expect_value(SIZE, receive(scene.fd, 64, 0));
	find_closed(scene.fd);
	expect_that(receive(scene.fd, 64, MSG_DONTWAIT) == -EBADF,
		    "the descriptor is open still");
}

static void add(const struct way *way, const char *rule, const char *how,
		unsigned int doors, void (*run)(const void *))
{
	add_case(.name = name_case("recvfrom.%s[%s,%s]", rule, way->name, how),
		 .run_row = run, .row = way, .doors = doors,
		 .caps = way->domain == AF_PACKET ? NEEDS_RAW : 0,
		 .has = { FEATURE_FAMILY(way->domain) });
}

/* Without an address; recvfrom(2) has a rule of its own for that. */
#define DOORS (SC_RECV | SC_RECVMSG | SC_RECVMMSG | SC_READ | SC_READV)

CASES(coming)
{
	for (size_t i = 0; i < COUNT(ways); i++) {
		bool stream = ways[i].stream;
		const char *received = stream ? "stream.received" : "datagram.received";

		add(&ways[i], received, "while-waiting", DOORS, comes_meanwhile);
		add(&ways[i], received, "closed-while-waiting", DOORS,
		    comes_after_close);
		add(&ways[i], stream ? "stream.peeked" : "datagram.peeked",
		    "while-waiting", SC_RECVFROM | SC_RECVMSG, is_peeked);
		if (stream)
			continue;
		/* Of a stream, the call may give the bytes of both. */
		add(&ways[i], received, "two-while-waiting", SC_RECV, two_come);
		add(&ways[i], "datagram.cut", "while-waiting", SC_RECVFROM | SC_RECVMSG,
		    is_cut);
		add(&ways[i], "datagram.length_told", "while-waiting,length-0",
		    SC_RECVFROM | SC_RECVMSG, is_dropped);
		add(&ways[i], "buffer.unwritable", "while-waiting", SC_RECVFROM,
		    cannot_be_written);
	}
}

/* The sender's address of what came while it waited. */
CASE("recvfrom.datagram.received[udp,while-waiting,address]",
     .doors = doors_for(64, 0, true), .has = { FEATURE_FAMILY(AF_INET) })
{
	struct address from = inet("127.0.0.1", FROM);
	struct scene scene = over_ipv4();

	another_process_acts((struct act[ACTS]){ sending(&scene, TEXT) });
	inbox.addrlen = 128;
	expect_received(SIZE, &from, 128,
			t_recvfrom(scene.fd, inbox.buffer, 64, 0, inbox.address,
				   &inbox.addrlen));
}

/*
 * connect(2) of the socket does not end the wait.  From then on only what its peer
 * sends comes: udp(7).
 */
CASE("recvfrom.datagram.received[udp,connected-while-waiting]", .doors = DOORS,
     .has = { FEATURE_FAMILY(AF_INET) })
{
	struct address elsewhere = inet("127.0.0.1", FROM + 1);
	struct scene scene = over_ipv4();
	int peer = must_socket(AF_INET, SOCK_DGRAM, 0);

	must_bind(peer, elsewhere);
	another_process_acts((struct act[ACTS]){
		{ .kind = ACT_CONNECT, .fd = scene.fd, .to = elsewhere },
		sending(&scene, "not from the peer"),
		{ ACT_SEND, peer, TEXT, scene.to } });
	expect_value(SIZE, receive(scene.fd, 64, 0));
	expect_nothing_left(scene.fd);
}

CASE("recvfrom.wait.interrupted[udp,connected-while-waiting]",
     .has = { FEATURE_FAMILY(AF_INET) })
{
	struct scene scene = over_ipv4();

	another_process_acts((struct act[ACTS]){ { .kind = ACT_CONNECT,
						   .fd = scene.fd,
						   .to = inet("127.0.0.1", FROM + 1) },
						 sending(&scene, "not from the peer"),
						 { .kind = ACT_SIGNAL } });
	expect_errno(EINTR, receive(scene.fd, 64, 0));
}

/* Of several messages, recvmmsg(2) waits for all, or only for the first one. */
static struct iovec areas[5];
static struct mmsghdr messages[5];

static struct mmsghdr *prepare(void)
{
	for (size_t i = 0; i < COUNT(messages); i++) {
		areas[i] = (struct iovec){ inbox.buffer + 16 * i, 16 };
		messages[i] = (struct mmsghdr){ .msg_hdr = { .msg_iov = &areas[i],
							     .msg_iovlen = 1 } };
	}
	return messages;
}

CASE("recvmmsg.received[while-waiting,all]", .has = { FEATURE_FAMILY(AF_UNIX) })
{
	struct scene scene = over_unix_datagrams();

	another_process_acts((struct act[ACTS]){ sending(&scene, "one"),
						 sending(&scene, "second"),
						 sending(&scene, "third") });
	expect_value(3, t_recvmmsg(scene.fd, prepare(), 3, 0, NULL));
	expect_that(messages[1].msg_len == 6 && !memcmp(inbox.buffer + 16, "second", 6),
		    "the second one has %u bytes", messages[1].msg_len);
}

CASE("recvmmsg.received[while-waiting,waitforone]", .has = { FEATURE_FAMILY(AF_UNIX) })
{
	struct scene scene = over_unix_datagrams();

	another_process_acts((struct act[ACTS]){ sending(&scene, TEXT) });
	expect_value(1, t_recvmmsg(scene.fd, prepare(), 3, MSG_WAITFORONE, NULL));
	expect_nothing_left(scene.fd);
}

/* Its time is over before anything has come: it waits all the same. */
CASE("recvmmsg.received[while-waiting,time-over]", .has = { FEATURE_FAMILY(AF_UNIX) })
{
	struct scene scene = over_unix_datagrams();

	another_process_acts((struct act[ACTS]){ sending(&scene, TEXT) });
	expect_value(1, t_recvmmsg(scene.fd, prepare(), 3, 0,
				   &(struct linux_timeout){ 0, 0 }));
}

/* An interface that goes down wakes who is bound to it. */
CASE("recvfrom.packet.interface_down[while-waiting]", .doors = doors_for(64, 0, false),
     .caps = NEEDS_RAW, .has = { FEATURE_FAMILY(AF_PACKET) })
{
	int fd = must_socket(AF_PACKET, SOCK_DGRAM, 0);

	must_bind(fd, packet_address(ETHERTYPE_LOCAL, 1));
	another_process_acts((struct act[ACTS]){ { .kind = ACT_LINK_DOWN } });
	expect_errno(ENETDOWN, receive(fd, 64, 0));
	expect_nothing_left(fd);
}

/* A call that a thread makes holds its file for as long as it lasts, and no longer:
 * once the descriptor is closed, the other end is told of the end. */
CASE("recvfrom.stream.received[unix,shared-table]", .doors = SC_RECV,
     .has = { FEATURE_FAMILY(AF_UNIX) })
{
	int fds[2];

	sc_must(SC_LINE, t_socketpair(AF_UNIX, SOCK_STREAM, 0, fds), "socketpair(2)");
	must(t_sendto(fds[1], TEXT, SIZE, 0, NULL, 0) == SIZE, "nothing was sent");
	another_thread_acts((struct act[ACTS]){ { .kind = ACT_NONE } });
	expect_value(SIZE, t_recvfrom(fds[0], inbox.buffer, 64, 0, NULL, NULL));
	must_close(fds[0]);
	expect_that(nothing_behind() || !receive(fds[1], 64, MSG_DONTWAIT),
		    "the other end is not told that it is closed");
}
