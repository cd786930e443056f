/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * engine.c - what a fuzzing engine calls: libFuzzer, or AFL++ by libAFLDriver.  The
 * target is that of SOCKCHECK_TARGET, or of the program's name; findings go to the
 * folder SOCKCHECK_FINDINGS, where there is none, the first ends the run.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

/* Where nobody says of what: a program that is called fuzz_NAME is NAME's, whose
 * deviations lie beside it. */
static void know_by_name(void)
{
	const char *name = program_invocation_short_name;
	char program[256], known[512];
	ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);
	char *slash;

	if (getenv("SOCKCHECK_TARGET") || strncmp(name, "fuzz_", 5) ||
	    !strcmp(name, "fuzz_target"))
		return;
	setenv("SOCKCHECK_TARGET", name + 5, true);
	program[length < 0 ? 0 : length] = '\0';
	slash = strrchr(program, '/');
	if (slash)
		slash[1] = '\0';
	snprintf(known, sizeof(known), "%sknown/%s", program, name + 5);
	if (!access(known, R_OK))
		setenv("SOCKCHECK_KNOWN", known, false);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	program_arguments = *argv;
	know_by_name();
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
