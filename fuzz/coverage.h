/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * coverage.h - what guides a fuzzer besides the compiler's instrumentation: counters of
 * behaviour, which libFuzzer and AFL++ both take for coverage.
 */
#ifndef FUZZ_COVERAGE_H
#define FUZZ_COVERAGE_H

#define COVERAGE_PLACES 65536 /* a power of 2 */

/* Something has happened: any number says what, and is cut to a place. */
void coverage_hit(unsigned int place);

#endif
