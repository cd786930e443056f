/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * kcov.h - what a kernel with CONFIG_KCOV tells of its own code, as coverage.
 */
#ifndef FUZZ_KCOV_H
#define FUZZ_KCOV_H

#include <stdio.h>

/* Opens kcov where the kernel has it and lets us; where not, the rest does nothing.
 * Before the sandbox is entered: it is a file of debugfs. */
void kcov_open(void);

/* Around a program: the calling thread's system calls are traced between them.  For
 * each place in the kernel that was reached, hit is called once with a number of it; it
 * may be NULL. */
void kcov_begin(void);
void kcov_end(void (*hit)(unsigned int place));

/* How many places of the kernel were reached; nothing where there is no kcov. */
void kcov_report(FILE *out);

#endif
