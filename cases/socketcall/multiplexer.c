/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * multiplexer.c - socketcall(2) itself: numbers that stand for no call, blocks of
 * arguments that cannot be read, and where each number leads.
 */
#include <limits.h>
#include <linux/net.h>
#include <stdint.h>

#include "sockcheck.h"

#define HAS_SOCKETCALL .has = { FEATURE_SOCKETCALL }, .anywhere = true

/* Static, so that it lies where a block of arguments must. */
static uint32_t words[6];

static const struct number {
	const char *name;
	int number;
} unknown[] = {
	{ "0", 0 },
	{ "past-the-last", SYS_SENDMMSG + 1 },
	{ "22", 22 },
	{ "64", 64 },
	{ "102", 102 },
	{ "256", 256 },
	{ "257", 257 },
	{ "65536", 65536 },
	{ "65537", 65537 },
	{ "minus-1", -1 },
	{ "minus-20", -20 },
	{ "int-max", INT_MAX },
	{ "int-min", INT_MIN },
	{ "top-bit-and-1", INT_MIN + 1 },
};

static void unknown_number(const void *row)
{
	const struct number *it = row;

	expect_errno(EINVAL, t_socketcall(it->number, words));
}

static void before_args(const void *row)
{
	const struct number *it = row;

	expect_errno(EINVAL, t_socketcall(it->number, unmapped_memory()));
}

CASES(unknown)
{
	for (size_t i = 0; i < COUNT(unknown); i++) {
		add_case(.name = name_case("socketcall.number.unknown[%s]",
					   unknown[i].name),
			 .run_row = unknown_number, .row = &unknown[i], HAS_SOCKETCALL);
		add_case(.name = name_case("socketcall.number.unknown[%s,before-args]",
					   unknown[i].name),
			 .run_row = before_args, .row = &unknown[i], HAS_SOCKETCALL);
	}
}

/* The calls, and how many arguments each has: socketcall(2) and net.h number them. */
static const struct behind {
	const char *name;
	int number;
	int count;
} calls[] = {
	{ "socket", SYS_SOCKET, 3 },
	{ "bind", SYS_BIND, 3 },
	{ "connect", SYS_CONNECT, 3 },
	{ "listen", SYS_LISTEN, 2 },
	{ "accept", SYS_ACCEPT, 3 },
	{ "getsockname", SYS_GETSOCKNAME, 3 },
	{ "getpeername", SYS_GETPEERNAME, 3 },
	{ "socketpair", SYS_SOCKETPAIR, 4 },
	{ "send", SYS_SEND, 4 },
	{ "recv", SYS_RECV, 4 },
	{ "sendto", SYS_SENDTO, 6 },
	{ "recvfrom", SYS_RECVFROM, 6 },
	{ "shutdown", SYS_SHUTDOWN, 2 },
	{ "setsockopt", SYS_SETSOCKOPT, 5 },
	{ "getsockopt", SYS_GETSOCKOPT, 5 },
	{ "sendmsg", SYS_SENDMSG, 3 },
	{ "recvmsg", SYS_RECVMSG, 3 },
	{ "accept4", SYS_ACCEPT4, 4 },
	{ "recvmmsg", SYS_RECVMMSG, 5 },
	{ "sendmmsg", SYS_SENDMMSG, 4 },
};

static void no_block(const void *row)
{
	const struct behind *it = row;

	expect_errno(EFAULT, t_socketcall(it->number, NULL));
}

static void unmapped_block(const void *row)
{
	const struct behind *it = row;

	expect_errno(EFAULT, t_socketcall(it->number, unmapped_memory()));
}

static void protected_block(const void *row)
{
	const struct behind *it = row;

	expect_errno(EFAULT, t_socketcall(it->number, protected_memory()));
}

/* A block of which only so many bytes can be read. */
struct cut_block {
	const struct behind *call;
	int bytes;
};

static void cut_block(const void *row)
{
	const struct cut_block *it = row;

	expect_errno(EFAULT, t_socketcall(it->call->number,
					  cut_off_after(words, (size_t)it->bytes)));
}

static void add_cut(const struct behind *call, int bytes)
{
	struct cut_block row = { call, bytes };

	add_case(.name = name_case("socketcall.args.unreadable[%s,%d-bytes]",
				   call->name, bytes),
		 .run_row = cut_block, .row = keep_row(&row, sizeof(row)),
		 HAS_SOCKETCALL);
}

static void add_block(const struct behind *call, const char *name,
		      void (*run)(const void *))
{
	add_case(.name = name_case("socketcall.args.unreadable[%s,%s]", call->name,
				   name),
		 .run_row = run, .row = call, HAS_SOCKETCALL);
}

CASES(blocks)
{
	for (size_t i = 0; i < COUNT(calls); i++) {
		add_block(&calls[i], "null", no_block);
		add_block(&calls[i], "unmapped", unmapped_block);
		add_block(&calls[i], "protected", protected_block);
		/* Cut off after each argument, and within the last. */
		for (int count = 1; count < calls[i].count; count++)
			add_cut(&calls[i], 4 * count);
		add_cut(&calls[i], 4 * calls[i].count - 1);
	}
}

/* With what it takes to be looked up: a descriptor that is not open, and nothing else.
 * The block ends where its memory ends. */
static void descriptor_not_open(const void *row)
{
	const struct behind *it = row;
	size_t length = 4 * (size_t)it->count;

	words[0] = 200;
	expect_errno(EBADF, t_socketcall(it->number, cut_off_after(words, length)));
}

static void negative_descriptor(const void *row)
{
	const struct behind *it = row;

	words[0] = UINT32_MAX;
	expect_errno(EBADF, t_socketcall(it->number, words));
}

CASES(leads)
{
	for (size_t i = 0; i < COUNT(calls); i++) {
		if (calls[i].number == SYS_SOCKET || calls[i].number == SYS_SOCKETPAIR)
			continue;
		add_case(.name = name_case("socketcall.leads.to_descriptor[%s]",
					   calls[i].name),
			 .run_row = descriptor_not_open, .row = &calls[i],
			 HAS_SOCKETCALL);
		add_case(.name = name_case(
				 "socketcall.leads.to_descriptor[%s,negative]",
				 calls[i].name),
			 .run_row = negative_descriptor, .row = &calls[i],
			 HAS_SOCKETCALL);
	}
}

CASE("socketcall.leads.to_socket", HAS_SOCKETCALL)
{
	words[0] = AF_INET;
	words[1] = SOCK_DGRAM;
	expect_descriptor(t_socketcall(SYS_SOCKET, words));
}

/* Three arguments are read, and not one byte behind them. */
CASE("socketcall.leads.to_socket[end-of-memory]", HAS_SOCKETCALL)
{
	words[0] = AF_INET;
	words[1] = SOCK_DGRAM;
	expect_descriptor(t_socketcall(SYS_SOCKET, cut_off_after(words, 12)));
}

CASE("socketcall.leads.to_socketpair", HAS_SOCKETCALL)
{
	static int fds[2];

	words[0] = 200;
	words[1] = SOCK_STREAM;
	words[3] = (uint32_t)(uintptr_t)fds;
	expect_errno(EAFNOSUPPORT, t_socketcall(SYS_SOCKETPAIR, words));
}
