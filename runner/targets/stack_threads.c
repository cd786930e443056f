/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * stack_threads.c - whether a stack's own threads have anything left to do.
 */
#include <sched.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "stack.h"
#include "threads.h"

bool stack_is_asleep(pid_t process)
{
	return threads_sleep(process, 0);
}

#define PATIENCE_S 2

/* A thread that another has woken runs, for the kernel, from that moment on. */
void stack_wait_until_done(void)
{
	const struct timespec moment = { .tv_nsec = 50000 };
	pid_t process = getpid(), self = (pid_t)syscall(SYS_gettid);
	struct timespec begin, now;

	clock_gettime(CLOCK_MONOTONIC, &begin);
	for (int i = 0; !threads_sleep(process, self); i++) {
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (now.tv_sec - begin.tv_sec > PATIENCE_S)
			return;
		if (i < 2)
			sched_yield();
		else
			nanosleep(&moment, NULL);
	}
}
