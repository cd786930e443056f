/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * vsock.h - connections of AF_VSOCK between two sockets of this machine.
 */
#ifndef CASES_RECVFROM_VSOCK_H
#define CASES_RECVFROM_VSOCK_H

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "links.h"

/* For kernels that have a transport for that. */
#define LOCAL .has = { FEATURE_FAMILY(AF_VSOCK), FEATURE_VSOCK_LOCAL }
#define CID   LINUX_VMADDR_CID_LOCAL

/* The end that receives, and the one that sends. */
static inline void connect_two(int type, int fds[2])
{
	int listener = must_socket(AF_VSOCK, type, 0);

	need_vsock_port(vsock_port(0));
	must_bind(listener, vsock_address(CID, vsock_port(0)));
	must_listen(listener);
	fds[1] = must_socket(AF_VSOCK, type, 0);
	must_connect(fds[1], vsock_address(CID, vsock_port(0)));
	fds[0] = must_accept(listener);
}

/*
 * Without, only this process runs, and those that it has made meanwhile, until it
 * waits: not even the thread of the kernel that brings what was sent.  It takes the
 * machine's root, and a machine that is ours.  (The function of musl for it always
 * fails.)
 */
static inline void let_others_run(bool allowed)
{
	struct sched_param parameter = { .sched_priority = allowed ? 0 : 1 };

	must(target_waits_not() ||
		     !syscall(SYS_sched_setscheduler, 0,
			      allowed ? SCHED_OTHER : SCHED_FIFO, &parameter),
	     "sched_setscheduler: %s", strerror(errno));
}

#endif
