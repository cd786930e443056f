/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * host.h - the kernel that this program runs on.
 */
#ifndef RUNNER_TARGETS_HOST_H
#define RUNNER_TARGETS_HOST_H

#include "target.h"

extern const struct target host_target;

/*
 * Puts into *kernel the release and the features of the running kernel, as /proc, its
 * configuration and its list of modules tell them, without making a socket.  What they
 * do not tell stays UNKNOWN.  config names a kernel configuration to read, or is NULL.
 */
void host_describe_features(struct world_kernel *kernel, const char *config);

#endif
