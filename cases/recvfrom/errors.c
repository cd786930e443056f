/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * errors.c - recvfrom(2) of errors: of a UDP socket whose datagram to a closed port was
 * refused, told once to the next call, or by SO_ERROR.
 */
#include "errors.h"

/* Told once, to whichever call comes first, and then gone. */
static void is_told_once(const void *data)
{
	const struct row *row = data;
	int fd = refused(row->told);

	expect_errno(ECONNREFUSED, t_recvfrom(fd, inbox.buffer, row->asked->length,
					      row->asked->flags, NULL, NULL));
	expect_nothing(fd);
}

CASES(told_once)
{
	for (size_t t = 0; t < COUNT(told); t++)
		for (size_t i = 0; i < COUNT(asked); i++)
			add("error.refused", &told[t], &asked[i],
			    t < 2 ? (unsigned int)doors_for(asked[i].length,
							    asked[i].flags, false)
				  : 0,
			    is_told_once);
}

static void comes_before_data(const void *data)
{
	const struct row *row = data;
	int fd = data_to(row->told);
	long came;

	expect_errno(ECONNREFUSED,
		     t_recvfrom(fd, inbox.buffer, 64, row->asked->flags, NULL, NULL));
	came = receive(fd, 64, MSG_DONTWAIT);
	expect_that(came == 4, "the datagram that waited gives %ld", came);
}

static const struct asked before_data[] = {
	{ "before-data", 0, 64 },
	{ "before-data,dontwait", MSG_DONTWAIT, 64 },
	{ "before-data,peek", MSG_PEEK, 64 },
};

CASES(before_data)
{
	for (size_t t = 0; t < COUNT(told); t++)
		for (size_t i = 0; i < COUNT(before_data); i++)
			add("error.refused", &told[t], &before_data[i], 0,
			    comes_before_data);
}

/* The error comes first, whatever else is wrong. */
static void comes_before_faults(const void *data)
{
	const struct row *row = data;
	int fd = refused(row->told);

	inbox.addrlen = (socklen_t)-1;
	expect_errno(ECONNREFUSED, t_recvfrom(fd, (void *)unmapped_memory(), 64, 0,
					      inbox.address, &inbox.addrlen));
}

static void comes_before_the_end(const void *data)
{
	const struct row *row = data;
	int fd = refused(row->told);
	long came = t_shutdown(fd, SHUT_RD);

	/* ENOTCONN is said of a socket without a connection, which is shut. */
	must(!came || came == -ENOTCONN, "shutdown(2) gave %ld", came);
	expect_errno(ECONNREFUSED, receive(fd, 64, 0));
}

static void comes_of_nonblocking(const void *data)
{
	const struct row *row = data;
	int fd = refused(row->told);

	sc_must(SC_LINE, t_fcntl(fd, F_SETFL, O_NONBLOCK), "fcntl(2), F_SETFL");
	expect_errno(ECONNREFUSED, receive(fd, 64, 0));
}

/* It wakes who waits for a datagram. */
static void wakes(const void *data)
{
	const struct row *row = data;
	int fd = open_told(row->told, at(row->told->version, CLOSED));

	fail_next_wait(fd, ECONNREFUSED);
	expect_errno(ECONNREFUSED, t_recvfrom(fd, inbox.buffer, row->asked->length,
					      row->asked->flags, NULL, NULL));
	expect_nothing(fd);
}

/* Two that were refused make one error. */
static void comes_once_of_two(const void *data)
{
	const struct row *row = data;
	int fd = open_told(row->told, at(row->told->version, CLOSED));

	for (int i = 0; i < 2; i++) {
		send_bytes(fd, "lost", 4, at(row->told->version, CLOSED));
		wait_error(fd);
		if (!i)
			expect_errno(ECONNREFUSED, receive(fd, 64, MSG_DONTWAIT));
	}
	expect_errno(ECONNREFUSED, receive(fd, 64, MSG_DONTWAIT));
	expect_nothing(fd);
}

static const struct asked before_faults = { "before-buffer-and-address", 0, 64 };
static const struct asked before_end = { "before-shut-down", 0, 64 };
static const struct asked nonblocking = { "o_nonblock", 0, 64 };
static const struct asked waking[] = {
	{ "wakes", 0, 64 },
	{ "wakes,length-0", 0, 0 },
	{ "wakes,peek", MSG_PEEK, 64 },
	{ "wakes,waitall", MSG_WAITALL, 64 },
};
static const struct asked each_time = { "each-time", 0, 64 };

CASES(before_others)
{
	for (size_t t = 0; t < COUNT(told); t++) {
		add("error.refused", &told[t], &before_faults, 0, comes_before_faults);
		add("error.refused", &told[t], &before_end, 0, comes_before_the_end);
		add("error.refused", &told[t], &nonblocking, 0, comes_of_nonblocking);
		if (!told[t].recverr)
			add("error.refused", &told[t], &each_time, 0,
			    comes_once_of_two);
		for (size_t i = 0; told[t].connected && i < COUNT(waking); i++)
			add("error.refused", &told[t], &waking[i], 0, wakes);
	}
}

/* What has taken the error, so that no call that receives tells it. */
static void so_error_tells(const void *data)
{
	const struct row *row = data;
	int fd = refused(row->told);

	expect_option(ECONNREFUSED, fd, SOL_SOCKET, SO_ERROR);
	expect_nothing(fd);
}

static void so_error_has_taken(const void *data)
{
	const struct row *row = data;
	int fd = refused(row->told), error = 0;
	socklen_t length = sizeof(error);

	t_getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length);
	must(error == ECONNREFUSED, "SO_ERROR tells %d", error);
	expect_errno(EAGAIN, receive(fd, 64, MSG_DONTWAIT));
}

static void sendto_has_taken(const void *data)
{
	const struct row *row = data;
	struct address to = at(row->told->version, CLOSED);
	int fd = refused(row->told);
	long came = t_sendto(fd, "more", 4, 0, to.bytes, to.length);

	must(came == -ECONNREFUSED, "sendto(2) gives %ld", came);
	expect_errno(EAGAIN, receive(fd, 64, MSG_DONTWAIT));
}

/* Reading the queue takes the error that waits, as it is the same. */
static void queue_has_taken(const void *data)
{
	const struct row *row = data;
	int fd = refused(row->told);
	long came = receive(fd, 64, MSG_ERRQUEUE);

	must(came == 4, "the queue of errors gives %ld", came);
	expect_errno(EAGAIN, receive(fd, 64, MSG_DONTWAIT));
}

static const struct asked by_so_error = { "taken-by-so_error", 0, 64 };
static const struct asked by_sendto = { "taken-by-sendto", 0, 64 };
static const struct asked by_queue = { "taken-by-errqueue", 0, 64 };

CASES(taken)
{
	for (size_t t = 0; t < COUNT(told); t++) {
		add("error.so_error", &told[t], NULL, 0, so_error_tells);
		add("error.none_waits", &told[t], &by_so_error, 0, so_error_has_taken);
		add("error.none_waits", &told[t], &by_sendto, 0, sendto_has_taken);
		if (told[t].recverr)
			add("error.none_waits", &told[t], &by_queue, 0,
			    queue_has_taken);
	}
}

/* Once another socket has been told, this one would have been too. */
static void let_pass(const struct version *version)
{
	int fd = must_socket(version->domain, SOCK_DGRAM, 0);

	must_connect(fd, at(version, CLOSED));
	send_bytes(fd, "lost", 4, at(version, CLOSED));
	wait_error(fd);
}

static const struct told untold[] = {
	{ "udp,not-connected", &ip4, 0, 0, false, false },
	{ "udp6,not-connected", &ip6, 0, 0, false, false },
	{ "udp6,mapped,not-connected", &mapped, 0, 0, false, false },
};

static void is_not_told(const void *data)
{
	const struct row *row = data;
	const struct version *version = row->told->version;
	int fd = must_socket(version->domain, SOCK_DGRAM, 0);

	send_bytes(fd, "lost", 4, at(version, CLOSED));
	let_pass(version);
	expect_errno(EAGAIN, receive(fd, 64, MSG_DONTWAIT));
	expect_queue_empty(fd);
}

/* A connected socket is told of its peer only: the lookup finds no other. */
static void is_not_told_of_others(const void *data)
{
	const struct row *row = data;
	int fd = open_told(row->told, at(row->told->version, OTHER));

	send_bytes(fd, "lost", 4, at(row->told->version, CLOSED));
	let_pass(row->told->version);
	expect_errno(EAGAIN, receive(fd, 64, MSG_DONTWAIT));
	expect_queue_empty(fd);
}

/* Nor is one told that is bound to an address which nothing comes from, so that it was
 * sent from another. */
CASE("recvfrom.error.none_waits[udp,connected,bound-to-broadcast]")
{
	int fd = must_socket(AF_INET, SOCK_DGRAM, 0);

	must_bind(fd, inet("127.255.255.255", PORT));
	must_connect(fd, at(&ip4, CLOSED));
	send_bytes(fd, "lost", 4, at(&ip4, CLOSED));
	let_pass(&ip4);
	expect_errno(EAGAIN, receive(fd, 64, MSG_DONTWAIT));
}

/* ipv6(7): the scope is looked at where the address is link-local only. */
CASE("recvfrom.error.refused[udp6,connected,scope-ignored]")
{
	int fd = must_socket(AF_INET6, SOCK_DGRAM, 0);

	must_connect(fd, at(&ip6, CLOSED));
	send_bytes(fd, "lost", 4, inet6_scoped("::1", CLOSED, 0x7fffffff));
	expect_errno(ECONNREFUSED, receive(fd, 64, 0));
}

/* IPV6_RECVERR says nothing of IPv4, nor IP_RECVERR of IPv6. */
static void is_not_told_by_other_option(const void *data)
{
	const struct row *row = data;
	const struct version *version = row->told->version;
	int fd = must_socket(version->domain, SOCK_DGRAM, 0);

	if (version->v4)
		must_option(fd, IPPROTO_IPV6, IPV6_RECVERR, 1);
	else
		must_option(fd, IPPROTO_IP, IP_RECVERR, 1);
	send_bytes(fd, "lost", 4, at(version, CLOSED));
	let_pass(version);
	expect_errno(EAGAIN, receive(fd, 64, MSG_DONTWAIT));
	expect_queue_empty(fd);
}

/* Taken back, the option also empties the queue; the error that waits stays. */
static void is_emptied(const void *data)
{
	const struct row *row = data;
	int fd = refused(row->told);

	if (row->told->version->v4)
		must_option(fd, IPPROTO_IP, IP_RECVERR, 0);
	else
		must_option(fd, IPPROTO_IPV6, IPV6_RECVERR, 0);
	expect_errno(EAGAIN, receive(fd, 64, MSG_ERRQUEUE));
}

static const struct asked elsewhere = { "sent-elsewhere", 0, 64 };
static const struct asked other_option = { "other-version's-recverr", 0, 64 };
static const struct asked taken_back = { "recverr-taken-back", 0, 64 };

CASES(untold)
{
	for (size_t t = 0; t < COUNT(untold); t++)
		add("error.none_waits", &untold[t], &before_data[0], 0, is_not_told);
	add("error.none_waits", &untold[1], &other_option, 0,
	    is_not_told_by_other_option);
	add("error.none_waits", &untold[2], &other_option, 0,
	    is_not_told_by_other_option);
	for (size_t t = 0; t < COUNT(told); t++) {
		if (told[t].connected && !told[t].protocol)
			add("error.none_waits", &told[t], &elsewhere, 0,
			    is_not_told_of_others);
		if (told[t].recverr)
			add("ip.no_error_waits", &told[t], &taken_back, 0, is_emptied);
	}
}
