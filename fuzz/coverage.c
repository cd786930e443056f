/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * coverage.c - what guides a fuzzer besides the compiler's instrumentation.
 */
#include <stdint.h>

#include "coverage.h"

#ifdef __AFL_COMPILER

/*
 * AFL++'s map has as many places as there are guards of edges when its runtime starts:
 * here are more of them, which no compiler has put anywhere.
 */
void __sanitizer_cov_trace_pc_guard_init(uint32_t *begin, uint32_t *end);
void __sanitizer_cov_trace_pc_guard(uint32_t *guard);

static uint32_t guards[COVERAGE_PLACES];

__attribute__((constructor(1))) static void add_guards(void)
{
	__sanitizer_cov_trace_pc_guard_init(guards, guards + COVERAGE_PLACES);
}

void coverage_hit(unsigned int place)
{
	__sanitizer_cov_trace_pc_guard(&guards[place % COVERAGE_PLACES]);
}

#else

/* libFuzzer finds them by their section, and clears them for each run. */
__attribute__((section(
	"__libfuzzer_extra_counters"))) static uint8_t counters[COVERAGE_PLACES];

void coverage_hit(unsigned int place)
{
	uint8_t *counter = &counters[place % COVERAGE_PLACES];

	*counter = (uint8_t)(*counter + (*counter < 255));
}

#endif
