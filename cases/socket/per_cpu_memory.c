/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * per_cpu_memory.c - socket(2) of AF_PACKET without memory for each processor, of which
 * a packet socket has four bytes: packet_alloc_pending().
 *
 * That memory is had in large pieces, and only the call that needs a new one allocates
 * anything for it.  So sockets are made until one does; a thread of the kernel that has
 * the next piece ready in time is kept from it, as a process of SCHED_FIFO goes first.
 */
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "sockcheck.h"

/* A piece has 32 KiB, and what is left of one is used up by so many. */
#define MOST 10000

/* Of several processors, each would have to be kept from it, and the pieces are others.
 */
static void need_one_processor(void)
{
	struct utsname name;

	if (uname(&name) || strstr(name.version, "SMP"))
		sc_skip("needs a kernel for one processor");
}

/* Of each second, SCHED_FIFO leaves a part to others, unless there is no limit. */
static void set_limit(const char *microseconds)
{
	static const char setting[] = "/proc/sys/kernel/sched_rt_runtime_us";
	int fd = open(setting, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, microseconds, strlen(microseconds)) < 0)
		sc_skip("needs %s: %s", setting, strerror(errno));
	close(fd);
}

/* (The function of musl for it always fails.) */
static void go_first(bool first)
{
	struct sched_param parameter = { .sched_priority = first };

	set_limit(first ? "-1" : "950000");
	must(!syscall(SYS_sched_setscheduler, 0, first ? SCHED_FIFO : SCHED_OTHER,
		      &parameter),
	     "sched_setscheduler: %s", strerror(errno));
}

/* Makes a socket whose n-th allocation fails, if there are so many; it stays. */
static bool is_made(unsigned int n, int *fd)
{
	fail_allocation(n);
	*fd = socket(AF_PACKET, SOCK_RAW, 0);
	return !allocation_failed();
}

/* How many allocations there are, and one. */
static unsigned int one_more(void)
{
	unsigned int n = 1;
	int fd;

	while (n < 20 && !is_made(n, &fd))
		n++;
	must(n < 20, "there are more than 20 allocations");
	return n;
}

/* Makes sockets until one needs more allocations, of which the n-th fails: one of those
 * for the new piece, as the error tells where there is one. */
static bool use_up(unsigned int n)
{
	const struct rlimit limit = { MOST + 100, MOST + 100 };
	int fd;

	must(!setrlimit(RLIMIT_NOFILE, &limit), "setrlimit: %s", strerror(errno));
	/* The table of descriptors shall not grow later on. */
	must(dup2(0, MOST + 50) == MOST + 50 && !close(MOST + 50), "dup2: %s",
	     strerror(errno));
	for (int i = 0; i < MOST; i++)
		if (!is_made(n, &fd))
			return fd >= 0 || errno == ENOBUFS;
	return false;
}

CASE("socket.limit.memory[packet-raw,per-cpu]", .has = { FEATURE_FAMILY(AF_PACKET) },
     .caps = SC_CAP(LINUX_CAP_NET_RAW),
     .needs = NEEDS_GUEST | NEEDS_REAL_ROOT | NEEDS_FAULT_INJECTION)
{
	unsigned int n = 1;
	bool used_up = true;

	if (!nothing_behind()) {
		need_one_processor();
		n = one_more();
		go_first(true);
		used_up = use_up(n);
	}
	fail_allocation(n);
	t_socket(AF_PACKET, SOCK_RAW, 0);
	allocation_failed();
	if (!nothing_behind())
		go_first(false);
	if (!used_up)
		sc_skip("needs memory for each processor in pieces of 32 KiB");
	expect_last_errno_in(ENOBUFS);
}
