/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * selftest_cases.c - cases that go wrong on purpose, each in its own way.  The tests
 * know which verdict each must get; the names say what is wrong.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../harness/harness.h"

CASE("selftest.lands_elsewhere", .anywhere = true)
{
	expect_errno(EINVAL, t_socket(AF_INET, SOCK_STREAM | 0x10, 0));
}

CASE("socket.flags.unknown[selftest,lands-elsewhere]", .anywhere = true)
{
	expect_errno(EAFNOSUPPORT, t_socket(-1, SOCK_STREAM, 0));
}

CASE("socket.flags.unknown[selftest,expects-other]", .anywhere = true)
{
	expect_errno(EPERM, t_socket(AF_INET, SOCK_STREAM | 0x10, 0));
}

CASE("socket.inet.created[selftest,expects-failure]", .anywhere = true)
{
	expect_errno(EPERM, t_socket(AF_INET, SOCK_STREAM, 0));
}

CASE("socket.new.so_type[selftest,expects-other]", .anywhere = true)
{
	expect_option(SOCK_DGRAM, must_socket(AF_INET, SOCK_STREAM, 0), SOL_SOCKET,
		      SO_TYPE);
}

CASE("selftest.no_rule", .anywhere = true)
{
	expect_value(0, t_close(must_socket(AF_INET, SOCK_STREAM, 0)));
}

CASE("selftest.asserts_nothing", .anywhere = true)
{
	must_socket(AF_INET, SOCK_STREAM, 0);
}

CASE("selftest.asks_nothing", .anywhere = true)
{
	expect_errno(EINVAL, -EINVAL);
}

CASE("selftest.cannot_prepare", .anywhere = true)
{
	must_socket(AF_INET, SOCK_RDM, 0);
}

CASE("selftest.skips", .anywhere = true)
{
	sc_skip("a reason with a # and a \\ in it");
}

CASE("selftest.fails", .anywhere = true)
{
	expect_that(getpid() == 0, "two lines\nand a \"quote\" of %d", 42);
}

CASE("selftest.segfaults", .anywhere = true)
{
	raise(SIGSEGV);
}

CASE("selftest.aborts", .anywhere = true)
{
	abort();
}

CASE("selftest.exits", .anywhere = true)
{
	_exit(0);
}

CASE("selftest.exits_3", .anywhere = true)
{
	_exit(3);
}

CASE("selftest.hangs", .anywhere = true)
{
	for (;;)
		pause();
}

CASE("selftest.hangs_deaf", .anywhere = true)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	for (;;)
		sleep(1);
}

CASE("selftest.spins", .anywhere = true)
{
	for (volatile unsigned long i = 0;; i++)
		;
}

CASE("selftest.prints", .anywhere = true)
{
	printf("ok 99 - forged\nBail out! forged\n1..0\n");
	fflush(stdout);
	fprintf(stderr, "and to stderr \"quoted\" \x01\xff\n");
	expect_that(getpid() == 0, "it printed");
}

CASE("selftest.scribbles", .anywhere = true)
{
	memset(session.report, 0xff, sizeof(*session.report));
	_exit(0);
}

CASE("selftest.writes_much", .anywhere = true)
{
	static const char block[65536];

	signal(SIGXFSZ, SIG_DFL);
	for (;;)
		if (write(1, block, sizeof(block)) < 0)
			raise(SIGXFSZ);
}

CASE("selftest.kills_group", .anywhere = true)
{
	kill(0, SIGKILL);
	pause();
}

CASE("selftest.stops_itself", .anywhere = true)
{
	raise(SIGSTOP);
	for (;;)
		pause();
}

static void leave_orphan(void)
{
	if (fork())
		return;
	setsid();
	if (fork())
		_exit(0);
	signal(SIGTERM, SIG_IGN);
	for (;;)
		sleep(1000);
}

/* Passes, but leaves a process that has left its group and session. */
CASE("socket.inet.created[selftest,orphan]", .anywhere = true)
{
	leave_orphan();
	expect_descriptor(t_socket(AF_INET, SOCK_STREAM, 0));
}

CASE("selftest.hangs_with_orphan", .anywhere = true)
{
	leave_orphan();
	for (;;)
		pause();
}

/* Without a namespace of its own, it is left out and not run. */
CASE("socket.inet.created[selftest,backported]", .anywhere = true, .since = LINUX(6, 7),
     .backported = RELEASE(6, 1, 64))
{
	expect_descriptor(t_socket(AF_INET, SOCK_STREAM, 0));
}

CASE("socket.inet.created[selftest,isolated]")
{
	expect_descriptor(t_socket(AF_INET, SOCK_STREAM, 0));
}

/* The child comes to the case's end first, and all was well; then its parent fails. */
CASE("socket.inet.created[selftest,child-passes]", .anywhere = true)
{
	pid_t child;

	expect_descriptor(t_socket(AF_INET, SOCK_STREAM, 0));
	child = fork();
	if (!child)
		return;
	waitpid(child, NULL, 0);
	expect_that(getpid() == 0, "the parent fails");
}

/* Declared as right anywhere, and changes a setting all the same. */
CASE("selftest.changes_the_host", .anywhere = true)
{
	set_ip_default_ttl(64);
	sc_skip("it was let");
}
