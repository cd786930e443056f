/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * threads.h - whether the threads of a process have anything left to do.
 */
#ifndef RUNNER_TARGETS_THREADS_H
#define RUNNER_TARGETS_THREADS_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * All threads of the process but for one (0: for none) sleep or are gone, as proc(5)
 * tells.  Where it tells nothing, they do.
 */
bool threads_sleep(pid_t process, pid_t but_for);

#endif
