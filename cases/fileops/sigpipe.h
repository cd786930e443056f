/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * sigpipe.h - does SIGPIPE come with a call?
 */
#ifndef CASES_FILEOPS_SIGPIPE_H
#define CASES_FILEOPS_SIGPIPE_H

#include <signal.h>
#include <time.h>

#include "sockcheck.h"

/* SIGPIPE is kept back, to be looked for afterwards. */
static inline void hold_back_sigpipe(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGPIPE);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

static inline bool sigpipe_came(void)
{
	struct timespec none = { 0, 0 };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGPIPE);
	return sigtimedwait(&set, NULL, &none) == SIGPIPE;
}

static inline void expect_signal(bool due)
{
	bool came = sigpipe_came();

	expect_that(target_waits_not() || came == due, "SIGPIPE %s",
		    came ? "comes" : "does not come");
}

#endif
