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
#include "coverage.h"
#include "finding.h"
#include "known.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t length);

static struct campaign campaign;

/* How often each difference that is known was seen, for who reads all jobs' together.
 */
static void write_seen(const char *path)
{
	FILE *file = fopen(path, "we");

	if (!file) {
		perror(path);
		return;
	}
	known_print(file);
	fclose(file);
}

static void report(void)
{
	campaign_report(&campaign, stderr);
	if (getenv("SOCKCHECK_SEEN"))
		write_seen(getenv("SOCKCHECK_SEEN"));
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	program_arguments = *argv;
	if (!campaign_open(&campaign, getenv("SOCKCHECK_TARGET"),
			   getenv("SOCKCHECK_FINDINGS")))
		exit(2);
	if (getenv("SOCKCHECK_AGAINST") &&
	    !campaign_against(&campaign, getenv("SOCKCHECK_AGAINST")))
		exit(2);
	atexit(report);
	/* Behaviour as coverage, for targets that tell nothing of theirs. */
	campaign.hit = coverage_hit;
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
