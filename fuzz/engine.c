/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * engine.c - what a fuzzing engine calls: libFuzzer, or AFL++ by libAFLDriver.  The
 * target is that of SOCKCHECK_TARGET; findings go to the folder SOCKCHECK_FINDINGS,
 * where there is none, the first ends the run.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "campaign.h"
#include "finding.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t length);

static struct campaign campaign;

/*
 * Behaviour as coverage, for targets that tell nothing of theirs: a counter for each
 * rule, and for each two that follow each other.
 */
#define COUNTERS 32768
__attribute__((
	section("__libfuzzer_extra_counters"))) static unsigned char counters[COUNTERS];

static void report(void)
{
	campaign_report(&campaign, stderr);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	program_arguments = *argv;
	if (!campaign_open(&campaign, getenv("SOCKCHECK_TARGET"),
			   getenv("SOCKCHECK_FINDINGS")))
		exit(2);
	atexit(report);
	campaign.counters = counters;
	campaign.counter_count = COUNTERS;
	return 0;
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t length)
{
	static struct program program;

	program_decode(&program, bytes, length);
	if (!campaign_try(&campaign, &program))
		abort();
	return 0;
}
