/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bench.h - how fast programs run, with and without the oracle.
 */
#ifndef FUZZ_BENCH_H
#define FUZZ_BENCH_H

#include "execute.h"

/* Runs the programs of a folder for so many seconds each way, in turns; prints programs
 * and calls a second of each.  The exit status. */
int bench(struct executor *executor, double seconds, const char *folder);

#endif
