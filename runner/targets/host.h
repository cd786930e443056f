/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * host.h - the kernel that this program runs on.
 */
#ifndef RUNNER_TARGETS_HOST_H
#define RUNNER_TARGETS_HOST_H

#include "target.h"

extern const struct target host_target;

/* host_file.c: operations on files that are no socket calls. */
long host_file(enum call_name name, int fd, const long argument[FILE_ARGUMENTS]);

/* The same kernel through socketcall(2): socketcall.c. */
extern const struct target socketcall_target;

/* The same kernel through io_uring: uring.c. */
extern struct target uring_target;

/* socketcall(2) as it is: a negative errno, or a value.  -ENOSYS where this program has
 * no way to it. */
long socketcall_enter(int number, const void *args);
/* Is there a way?  Tries it in a process of its own; false, with a reason. */
bool socketcall_works(char *why, size_t size);

/*
 * Puts into *kernel the release and the features of the running kernel, as /proc, its
 * configuration and its list of modules tell them, without making a socket.  What they
 * do not tell stays UNKNOWN.  config names a kernel configuration to read, or is NULL.
 */
void host_describe_features(struct world_kernel *kernel, const char *config);

#endif
