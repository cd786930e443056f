/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * engine.c - what a fuzzing engine calls: libFuzzer, or AFL++ by libAFLDriver.  The
 * target is that of SOCKCHECK_TARGET, or of the program's name; findings go to the
 * folder SOCKCHECK_FINDINGS, where there is none, the first ends the run.  To the file
 * SOCKCHECK_LAST each program is written before it runs: a kernel may end with it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "campaign.h"
#include "coverage.h"
#include "finding.h"
#include "kcov.h"
#include "known.h"
#include "sandbox.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t length);

static struct campaign campaign;

/* Without SOCKCHECK_NO_KCOV, which is there to see what it is worth. */
static bool kcov_guides;

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
	kcov_report(stderr);
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

/* The file that the program which runs is in. */
static int last = -1;

static void open_last(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);

	last = fcntl(fd, F_DUPFD_CLOEXEC, SANDBOX_OWN_DESCRIPTORS);
	if (fd < 0 || last < 0) {
		perror(path);
		exit(2);
	}
	close(fd);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	program_arguments = *argv;
	know_by_name();
	kcov_open();
	kcov_guides = !getenv("SOCKCHECK_NO_KCOV");
	if (getenv("SOCKCHECK_LAST"))
		open_last(getenv("SOCKCHECK_LAST"));
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

static void keep_last(const unsigned char *bytes, size_t length)
{
	if (last < 0)
		return;
	if (pwrite(last, bytes, length, 0) != (ssize_t)length ||
	    ftruncate(last, (off_t)length)) {
		perror("sockcheck: SOCKCHECK_LAST");
		exit(2);
	}
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t length)
{
	static struct program program;
	bool fine;

	keep_last(bytes, length);
	program_decode(&program, bytes, length);
	kcov_begin();
	fine = campaign_try(&campaign, &program);
	kcov_end(kcov_guides ? coverage_hit : NULL);
	if (!fine)
		abort();
	return 0;
}
