/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * nothing.c - recvfrom(2) where nothing has come, on sockets of each kind: calls that
 * shall not wait, each flag and length, sockets without a connection, listening ones,
 * and those that are shut down.
 */
#include <limits.h>
#include <string.h>

#include "kinds.h"
#include "nobody.h"

/* What a call that shall not wait is given besides MSG_DONTWAIT. */
static const struct asked {
	const char *name;
	int flags;
	size_t length;
} asked[] = {
	{ "length-0", 0, 0 },
	{ "length-1", 0, 1 },
	{ "length-64", 0, 64 },
	{ "length-int-max", 0, INT_MAX },
	{ "length-ssize-max", 0, (size_t)SSIZE_MAX },
	{ "length-size-max", 0, SIZE_MAX },
	{ "peek", MSG_PEEK, 64 },
	{ "peek,length-0", MSG_PEEK, 0 },
	{ "trunc", MSG_TRUNC, 64 },
	{ "trunc,length-0", MSG_TRUNC, 0 },
	{ "peek,trunc", MSG_PEEK | MSG_TRUNC, 64 },
	{ "waitall", MSG_WAITALL, 64 },
	{ "waitall,length-0", MSG_WAITALL, 0 },
	{ "peek,waitall", MSG_PEEK | MSG_WAITALL, 64 },
	{ "cmsg-cloexec", MSG_CMSG_CLOEXEC, 64 },
	{ "dontroute", MSG_DONTROUTE, 64 },
	{ "ctrunc", MSG_CTRUNC, 64 },
	{ "0x10", 0x10, 64 },
	{ "eor", MSG_EOR, 64 },
	{ "fin", 0x200, 64 },
	{ "confirm", MSG_CONFIRM, 64 },
	{ "nosignal", MSG_NOSIGNAL, 64 },
	{ "more", MSG_MORE, 64 },
	{ "waitforone", MSG_WAITFORONE, 64 },
	{ "0x100000", 0x100000, 64 },
	{ "0x01000000", 0x01000000, 64 },
	{ "zerocopy", 0x4000000, 64 },
	{ "fastopen", 0x20000000, 64 },
};

struct row {
	const struct kind *kind;
	const struct asked *asked;
	int error;
};

static unsigned char buffer[64];

/* Nothing comes, however much is asked for, and nothing is written. */
static long receive(int fd, const struct asked *it, int flags)
{
	return t_recvfrom(fd, inbox.buffer, it->length, it->flags | flags, NULL, NULL);
}

static void at_once(const void *data)
{
	const struct row *row = data;
	int fd = open_kind(row->kind);

	expect_errno(row->error, receive(fd, row->asked, MSG_DONTWAIT));
}

/* MSG_PEEK, MSG_TRUNC and MSG_DONTWAIT; the error queue is a matter of its own. */
static bool packet_refuses(const struct kind *kind, const struct asked *it)
{
	return kind->domain == AF_PACKET && it->flags & ~(MSG_PEEK | MSG_TRUNC);
}

/* What asks for nothing special comes through each door; read(2) has no flags. */
static unsigned int doors_of(const struct asked *it, bool dontwait)
{
	if (it->flags || it->length != 64)
		return 0;
	return doors_for(it->length, dontwait, false);
}

static void add(const struct kind *kind, const struct asked *it, const char *rule,
		int error, void (*run)(const void *))
{
	struct row row = { kind, it, error };
	bool dontwait = run == at_once || strstr(it->name, "dontwait");

	add_case(.name = name_case("recvfrom.%s.%s[%s%s%s]", kind->rules, rule,
				   kind->name, it ? "," : "", it ? it->name : ""),
		 .run_row = run, .row = keep_row(&row, sizeof(row)), .caps = kind->caps,
		 .doors = doors_of(it, dontwait),
		 .has = { FEATURE_FAMILY(kind->domain), kind->feature });
}

CASES(at_once)
{
	for (size_t k = 0; k < COUNT(kinds); k++)
		for (size_t i = 0; i < COUNT(asked); i++) {
			bool refuses = packet_refuses(&kinds[k], &asked[i]);

			add(&kinds[k], &asked[i],
			    refuses ? "flags_unsupported" : "would_block",
			    refuses ? EINVAL : EAGAIN, at_once);
		}
}

/* The bit by which the kernel knows calls of 32-bit programs is no flag of a program's:
 * where there are no such calls, a packet socket refuses it as any other. */
static const struct asked compat = { "cmsg-compat", (int)LINUX_MSG_CMSG_COMPAT, 64 };
static const struct asked not_compat = { "cmsg-compat,without",
					 (int)LINUX_MSG_CMSG_COMPAT, 64 };

static void add_compat(const struct kind *kind, const struct asked *it,
		       const char *rule, int error, int has, int lacks)
{
	struct row row = { kind, it, error };

	add_case(.name = name_case("recvfrom.%s.%s[%s,%s]", kind->rules, rule,
				   kind->name, it->name),
		 .run_row = at_once, .row = keep_row(&row, sizeof(row)),
		 .caps = kind->caps,
		 .has = { FEATURE_FAMILY(kind->domain), kind->feature, has },
		 .lacks = { lacks });
}

CASES(compat)
{
	for (size_t k = 0; k < COUNT(kinds); k++) {
		if (kinds[k].domain != AF_PACKET) {
			add_compat(&kinds[k], &compat, "would_block", EAGAIN, 0, 0);
			continue;
		}
		add_compat(&kinds[k], &compat, "would_block", EAGAIN, FEATURE_COMPAT,
			   0);
		add_compat(&kinds[k], &not_compat, "flags_unsupported", EINVAL, 0,
			   FEATURE_COMPAT);
	}
}

static const struct asked plain = { "o_nonblock", 0, 64 };
static const struct asked from_birth = { "sock_nonblock", 0, 64 };
static const struct asked taken_back = { "o_nonblock-off,dontwait", 0, 64 };

/* O_NONBLOCK, set later. */
static void nonblocking(const void *data)
{
	const struct row *row = data;
	int fd = open_kind(row->kind);

	sc_must(SC_LINE, t_fcntl(fd, F_SETFL, O_NONBLOCK), "fcntl(2), F_SETFL");
	expect_errno(row->error, receive(fd, row->asked, 0));
}

static void blocking_again(const void *data)
{
	const struct row *row = data;
	int fd = open_kind(row->kind);

	sc_must(SC_LINE, t_fcntl(fd, F_SETFL, O_NONBLOCK), "fcntl(2), F_SETFL");
	sc_must(SC_LINE, t_fcntl(fd, F_SETFL, 0), "fcntl(2), F_SETFL");
	expect_errno(row->error, receive(fd, row->asked, MSG_DONTWAIT));
}

static void nonblocking_from_birth(const void *data)
{
	const struct row *row = data;
	const struct kind *kind = row->kind;
	int fd;

	if (is_ping(kind))
		set_ping_group_range(0, 0);
	fd = must_socket(kind->domain, kind->type | SOCK_NONBLOCK, kind->protocol);
	expect_errno(row->error, receive(fd, row->asked, 0));
}

#define MICROSECONDS 50

/* With SO_BUSY_POLL, a call looks at the device first; lo has nothing to look at. */
static void busy_polling(const void *data)
{
	const struct row *row = data;
	int fd = open_kind(row->kind);

	must_option(fd, SOL_SOCKET, SO_BUSY_POLL, MICROSECONDS);
	expect_errno(row->error, receive(fd, row->asked, MSG_DONTWAIT));
}

CASES(busy_polling)
{
	static const struct asked busy = { "busy-poll,dontwait", 0, 64 };

	for (size_t k = 0; k < COUNT(kinds); k++) {
		struct row row = { &kinds[k], &busy, EAGAIN };

		add_case(.name = name_case(
				 "recvfrom.%s.would_block[%s,busy-poll,dontwait]",
				 kinds[k].rules, kinds[k].name),
			 .run_row = busy_polling, .row = keep_row(&row, sizeof(row)),
			 .needs = NEEDS_REAL_ROOT, .caps = kinds[k].caps,
			 .has = { FEATURE_FAMILY(kinds[k].domain), kinds[k].feature });
	}
}

CASES(nonblocking)
{
	for (size_t k = 0; k < COUNT(kinds); k++) {
		add(&kinds[k], &plain, "would_block", EAGAIN, nonblocking);
		add(&kinds[k], &taken_back, "would_block", EAGAIN, blocking_again);
		if (!kinds[k].connected)
			add(&kinds[k], &from_birth, "would_block", EAGAIN,
			    nonblocking_from_birth);
	}
}

/* Neither of these two ever waits. */
static const struct asked error_queue[] = {
	{ "errqueue", MSG_ERRQUEUE, 64 },
	{ "errqueue,length-0", MSG_ERRQUEUE, 0 },
	{ "errqueue,dontwait", MSG_ERRQUEUE | MSG_DONTWAIT, 64 },
	{ "errqueue,peek", MSG_ERRQUEUE | MSG_PEEK, 64 },
	{ "errqueue,trunc", MSG_ERRQUEUE | MSG_TRUNC, 64 },
};

static const struct asked out_of_band[] = {
	{ "oob", MSG_OOB, 1 },
	{ "oob,length-0", MSG_OOB, 0 },
	{ "oob,dontwait", MSG_OOB | MSG_DONTWAIT, 1 },
	{ "oob,peek", MSG_OOB | MSG_PEEK, 1 },
	{ "oob,trunc", MSG_OOB | MSG_TRUNC, 1 },
};

static void never_waits(const void *data)
{
	const struct row *row = data;

	expect_errno(row->error, receive(open_kind(row->kind), row->asked, 0));
}

static void add_out_of_band(const struct kind *kind, const struct asked *it)
{
	bool udp = kind->type == SOCK_DGRAM && !strcmp(kind->rules, "ip") &&
		   !is_ping(kind);

	if (udp && !(it->flags & MSG_DONTWAIT))
		return;
	if (udp)
		add(kind, it, "would_block", EAGAIN, never_waits);
	else if (kind->domain == AF_PACKET)
		add(kind, it, "flags_unsupported", EINVAL, never_waits);
	else if (!strcmp(kind->rules, "tcp"))
		add(kind, it, "no_urgent_data", EINVAL, never_waits);
	else if (kind->domain != AF_UNIX || kind->type != SOCK_STREAM)
		add(kind, it, "out_of_band", EOPNOTSUPP, never_waits);
}

static void add_error_queue(const struct kind *kind, const struct asked *it)
{
	bool asks = !strcmp(kind->rules, "ip") || !strcmp(kind->rules, "tcp") ||
		    kind->domain == AF_PACKET;

	if (asks)
		add_case(.name = name_case("recvfrom.%s.no_error_waits[%s,%s]",
					   kind->domain == AF_PACKET ? "packet" : "ip",
					   kind->name, it->name),
			 .run_row = never_waits,
			 .row = keep_row(&(struct row){ kind, it, EAGAIN },
					 sizeof(struct row)),
			 .caps = kind->caps,
			 .has = { FEATURE_FAMILY(kind->domain), kind->feature });
	else if (it->flags & MSG_DONTWAIT)
		add(kind, it, "would_block", EAGAIN, never_waits);
}

CASES(queues)
{
	for (size_t k = 0; k < COUNT(kinds); k++)
		for (size_t i = 0; i < COUNT(error_queue); i++) {
			add_error_queue(&kinds[k], &error_queue[i]);
			add_out_of_band(&kinds[k], &out_of_band[i]);
		}
}

/* Streams of AF_UNIX have had out-of-band data since Linux 5.15, if so configured. */
CASE("recvfrom.unix.stream_out_of_band[none]", .has = { FEATURE_FAMILY(AF_UNIX) },
     .since = LINUX(5, 15))
{
	int fds[2];

	sc_must(SC_LINE, t_socketpair(AF_UNIX, SOCK_STREAM, 0, fds), "socketpair(2)");
	t_recvfrom(fds[0], buffer, 1, MSG_OOB, NULL, NULL);
	expect_last_errno_in(EINVAL, EOPNOTSUPP);
}

CASE("recvfrom.unix.no_out_of_band[stream]", .has = { FEATURE_FAMILY(AF_UNIX) },
     .until = LINUX(5, 15))
{
	int fds[2];

	sc_must(SC_LINE, t_socketpair(AF_UNIX, SOCK_STREAM, 0, fds), "socketpair(2)");
	expect_errno(EOPNOTSUPP, t_recvfrom(fds[0], buffer, 1, MSG_OOB, NULL, NULL));
}

/* Sockets without a connection, of the types that need one. */
static const struct lonely {
	const char *rule;
	const char *name;
	int domain;
	int type;
	int error;
} lonely[] = {
	{ "tcp.not_connected", "tcp", AF_INET, SOCK_STREAM, ENOTCONN },
	{ "tcp.not_connected", "tcp6", AF_INET6, SOCK_STREAM, ENOTCONN },
	{ "unix.stream_not_connected", "unix", AF_UNIX, SOCK_STREAM, EINVAL },
	{ "unix.seqpacket_not_connected", "unix", AF_UNIX, SOCK_SEQPACKET, ENOTCONN },
	{ "vsock.not_connected", "vsock", AF_VSOCK, SOCK_STREAM, ENOTCONN },
};

struct lonely_row {
	const struct lonely *socket;
	const struct asked *asked;
};

static const struct asked asked_of_lonely[] = {
	{ "length-0", 0, 0 },
	{ "length-64", 0, 64 },
	{ "dontwait", MSG_DONTWAIT, 64 },
	{ "peek", MSG_PEEK, 64 },
	{ "trunc", MSG_TRUNC, 64 },
	{ "waitall", MSG_WAITALL, 64 },
	{ "peek,trunc,dontwait", MSG_PEEK | MSG_TRUNC | MSG_DONTWAIT, 64 },
	{ "cmsg-cloexec", MSG_CMSG_CLOEXEC, 64 },
	{ "0x01000000", 0x01000000, 64 },
};

static void never_connected(const void *data)
{
	const struct lonely_row *row = data;
	int fd = must_socket(row->socket->domain, row->socket->type, 0);

	expect_errno(row->socket->error, receive(fd, row->asked, 0));
}

static void bound_only(const void *data)
{
	const struct lonely_row *row = data;
	const struct lonely *it = row->socket;
	int fd = must_socket(it->domain, it->type, 0);

	must_bind(fd, local(it->domain));
	expect_errno(it->error, receive(fd, row->asked, 0));
}

static void add_lonely(const struct lonely *it, const struct asked *asks,
		       const char *state, void (*run)(const void *))
{
	struct lonely_row row = { it, asks };

	add_case(.name = name_case("recvfrom.%s[%s%s,%s]", it->rule, it->name, state,
				   asks->name),
		 .run_row = run, .row = keep_row(&row, sizeof(row)),
		 .doors = doors_of(asks, false), .has = { FEATURE_FAMILY(it->domain) },
		 .anywhere = !*state);
}

CASES(lonely)
{
	for (size_t s = 0; s < COUNT(lonely); s++)
		for (size_t i = 0; i < COUNT(asked_of_lonely); i++) {
			add_lonely(&lonely[s], &asked_of_lonely[i], "",
				   never_connected);
			if (lonely[s].domain != AF_VSOCK)
				add_lonely(&lonely[s], &asked_of_lonely[i], ",bound",
					   bound_only);
		}
}

/* What comes first where more than one thing is wrong with a socket that is alone. */
CASE("recvfrom.tcp.no_urgent_data[before-not-connected]", .anywhere = true)
{
	int fd = must_socket(AF_INET, SOCK_STREAM, 0);

	expect_errno(EINVAL, t_recvfrom(fd, buffer, 1, MSG_OOB, NULL, NULL));
}

CASE("recvfrom.ip.no_error_waits[before-not-connected,tcp]", .anywhere = true)
{
	int fd = must_socket(AF_INET, SOCK_STREAM, 0);

	expect_errno(EAGAIN, t_recvfrom(fd, buffer, 1, MSG_ERRQUEUE, NULL, NULL));
}

CASE("recvfrom.ip.no_error_waits[before-urgent-data,tcp]", .anywhere = true)
{
	int fd = must_socket(AF_INET, SOCK_STREAM, 0);

	expect_errno(EAGAIN,
		     t_recvfrom(fd, buffer, 1, MSG_ERRQUEUE | MSG_OOB, NULL, NULL));
}

CASE("recvfrom.ip.out_of_band[before-error-queue,raw]", .caps = NEEDS_RAW,
     .anywhere = true)
{
	int fd = must_socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);

	expect_errno(EOPNOTSUPP,
		     t_recvfrom(fd, buffer, 1, MSG_ERRQUEUE | MSG_OOB, NULL, NULL));
}

CASE("recvfrom.unix.stream_not_connected[before-out-of-band]",
     .has = { FEATURE_FAMILY(AF_UNIX) }, .anywhere = true)
{
	int fd = must_socket(AF_UNIX, SOCK_STREAM, 0);

	expect_errno(EINVAL, t_recvfrom(fd, buffer, 1, MSG_OOB, NULL, NULL));
}

CASE("recvfrom.unix.seqpacket_not_connected[before-out-of-band]",
     .has = { FEATURE_FAMILY(AF_UNIX) }, .anywhere = true)
{
	int fd = must_socket(AF_UNIX, SOCK_SEQPACKET, 0);

	expect_errno(ENOTCONN, t_recvfrom(fd, buffer, 1, MSG_OOB, NULL, NULL));
}

static const struct listening {
	const char *name;
	int domain;
	int flags;
	int error;
	const char *rule;
} listening[] = {
	{ "tcp", AF_INET, 0, ENOTCONN, "tcp.listening" },
	{ "tcp,dontwait", AF_INET, MSG_DONTWAIT, ENOTCONN, "tcp.listening" },
	{ "tcp,peek", AF_INET, MSG_PEEK, ENOTCONN, "tcp.listening" },
	{ "tcp,before-urgent-data", AF_INET, MSG_OOB, ENOTCONN, "tcp.listening" },
	{ "tcp6", AF_INET6, 0, ENOTCONN, "tcp.listening" },
	{ "tcp6,before-urgent-data", AF_INET6, MSG_OOB, ENOTCONN, "tcp.listening" },
	{ "before-listening,tcp", AF_INET, MSG_ERRQUEUE, EAGAIN, "ip.no_error_waits" },
	{ "listening", AF_UNIX, 0, EINVAL, "unix.stream_not_connected" },
	{ "listening,oob", AF_UNIX, MSG_OOB, EINVAL, "unix.stream_not_connected" },
	{ "listening,dontwait", AF_UNIX, MSG_DONTWAIT, EINVAL,
	  "unix.stream_not_connected" },
};

static int listener(int domain)
{
	int fd = must_socket(domain, SOCK_STREAM, 0);

	must_bind(fd, local(domain));
	must_listen(fd);
	return fd;
}

static void from_listener(const void *data)
{
	const struct listening *row = data;

	expect_errno(row->error, t_recvfrom(listener(row->domain), buffer, 64,
					    row->flags, NULL, NULL));
}

CASES(listening)
{
	for (size_t i = 0; i < COUNT(listening); i++)
		add_case(.name = name_case("recvfrom.%s[%s]", listening[i].rule,
					   listening[i].name),
			 .run_row = from_listener, .row = &listening[i],
			 .has = { FEATURE_FAMILY(listening[i].domain) });
}

/* shutdown(2), SHUT_RD: the end, for whoever would wait. */
static void shut_down(const struct kind *kind, int fd)
{
	long came = t_shutdown(fd, SHUT_RD);

	/* ENOTCONN is said of sockets without a connection, which are shut all the
	 * same: inet_shutdown().  Not so unix_shutdown(). */
	if (kind->domain == AF_UNIX)
		sc_must(SC_LINE, came, "shutdown(2)");
	must(!came || came == -ENOTCONN, "shutdown(2) gave %ld", came);
}

static void waits_not(const void *data)
{
	const struct row *row = data;
	int fd = open_kind(row->kind);

	shut_down(row->kind, fd);
	expect_value(0, receive(fd, row->asked, 0));
}

static void shut_at_once(const void *data)
{
	const struct row *row = data;
	int fd = open_kind(row->kind);

	shut_down(row->kind, fd);
	if (row->error)
		expect_errno(row->error, receive(fd, row->asked, MSG_DONTWAIT));
	else
		expect_value(0, receive(fd, row->asked, MSG_DONTWAIT));
}

static const struct asked shut_asked[] = {
	{ "length-64", 0, 64 },	    { "length-0", 0, 0 },
	{ "peek", MSG_PEEK, 64 },   { "waitall", MSG_WAITALL, 64 },
	{ "trunc", MSG_TRUNC, 64 },
};
static const struct asked shut_dontwait = { "shut-down,dontwait", 0, 64 };

/* Datagrams that are asked for without waiting: EAGAIN, as if nothing had been shut. */
static bool overlooks_shutdown(const struct kind *kind)
{
	return kind->type == SOCK_DGRAM || kind->type == SOCK_RAW;
}

static void add_shut(const struct kind *kind)
{
	bool overlooks = overlooks_shutdown(kind);

	for (size_t i = 0; i < COUNT(shut_asked); i++)
		add(kind, &shut_asked[i], "shut_down", 0, waits_not);
	add(kind, &shut_dontwait, overlooks ? "would_block" : "shut_down",
	    overlooks ? EAGAIN : 0, shut_at_once);
}

/* An address that is wanted is told to have no bytes, and where it cannot be told, that
 * is an error. */
static const struct shut_address {
	const char *rule; /* "" for that of the kind */
	const char *name;
	int room;
	int error;
} shut_addresses[] = {
	{ "", "address-wanted", 128, 0 },
	{ "", "address-wanted,room-0", 0, 0 },
	{ "address.addrlen_unreadable", "", NO_ADDRLEN, EFAULT },
	{ "address.addrlen_negative", "", -1, EINVAL },
};

struct shut_row {
	const struct kind *kind;
	const struct shut_address *asked;
};

static void shut_with_address(const void *data)
{
	const struct shut_row *row = data;
	int fd = open_kind(row->kind);

	shut_down(row->kind, fd);
	expect_nobody(fd, row->asked->room, row->asked->error);
}

CASES(shut_addresses)
{
	for (size_t k = 0; k < COUNT(kinds); k++)
		for (size_t i = 0; i < COUNT(shut_addresses); i++) {
			struct shut_row row = { &kinds[k], &shut_addresses[i] };
			const char *rule = row.asked->rule;

			if (!overlooks_shutdown(&kinds[k]) ||
			    (kinds[k].domain != AF_INET && kinds[k].domain != AF_INET6))
				continue;
			add_case(.name = name_case(
					 "recvfrom.%s%s[%s%s%s]",
					 *rule ? rule : kinds[k].rules,
					 *rule ? "" : ".shut_down", kinds[k].name,
					 *rule ? ",shut-down" : ",", row.asked->name),
				 .run_row = shut_with_address,
				 .row = keep_row(&row, sizeof(row)),
				 .caps = kinds[k].caps,
				 .has = { FEATURE_FAMILY(kinds[k].domain),
					  kinds[k].feature });
		}
}

CASES(shut)
{
	static const struct kind alone[] = {
		{ "tcp,alone", "tcp", AF_INET, SOCK_STREAM, 0, 0, false, 0 },
		{ "tcp6,alone", "tcp", AF_INET6, SOCK_STREAM, 0, 0, false, 0 },
	};

	/* Packet and netlink sockets cannot be shut down. */
	for (size_t k = 0; k < COUNT(kinds); k++)
		if (kinds[k].domain != AF_PACKET && kinds[k].domain != AF_NETLINK)
			add_shut(&kinds[k]);
	for (size_t k = 0; k < COUNT(alone); k++)
		add_shut(&alone[k]);
}
