/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * uring_ring.h - a ring of this process, through which one request goes at a time.
 */
#ifndef RUNNER_TARGETS_URING_RING_H
#define RUNNER_TARGETS_URING_RING_H

#include <stdbool.h>

#include "uring_abi.h"

/*
 * Makes a ring for this process, if it has none yet: 0, or a negative errno, which is
 * -ENOSYS where this program, or the kernel, is too old.  It has no descriptor that
 * stays open.
 */
int uring_make(void);

/* Has the kernel the operation?  Does io_uring_setup(2) tell of the feature? */
bool uring_offers(int operation);
bool uring_has_feature(uint32_t feature);

/*
 * Submits the request and waits until it is complete: its result.  A signal that ends
 * the wait cancels the request and gives -EINTR.
 */
long uring_perform(const struct uring_request *request);

/*
 * The same where the kernel may leave the request to a worker, a thread of this process
 * that lives for some seconds: waits until that has let go of the file, too, which is
 * after it has told the result.  Or else what comes after a close(2) would be a matter
 * of luck.
 */
long uring_perform_by_worker(const struct uring_request *request);

#endif
