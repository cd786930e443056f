/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * kcov.c - what a kernel with CONFIG_KCOV tells of its own code, as coverage:
 * Documentation/dev-tools/kcov.rst.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/kcov.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kcov.h"
#include "sandbox.h"

/* Of a program of 64 calls: what comes behind is not seen. */
#define TRACE_WORDS (1UL << 18)

/* Places that were reached, by their hash: of some ten thousand few are the same. */
#define SEEN_PLACES (1U << 20)

/* The first word says how many are behind it: addresses in the kernel's text. */
static unsigned long *trace;
static int kcov_above;
static pid_t traced; /* the process that is: an engine forks */
static unsigned long seen_count;
static unsigned int program; /* the one that runs, from 1 on */

static void complain(const char *what)
{
	fprintf(stderr, "sockcheck: kcov is there, and cannot be used: %s: %s\n", what,
		strerror(errno));
}

void kcov_open(void)
{
	int fd = open("/sys/kernel/debug/kcov", O_RDWR | O_CLOEXEC);
	void *memory;

	if (fd < 0)
		return;
	kcov_above = fcntl(fd, F_DUPFD_CLOEXEC, SANDBOX_OWN_DESCRIPTORS);
	close(fd);
	if (kcov_above < 0) {
		complain("a descriptor");
		return;
	}
	if (ioctl(kcov_above, KCOV_INIT_TRACE, TRACE_WORDS)) {
		complain("KCOV_INIT_TRACE");
		return;
	}
	memory = mmap(NULL, TRACE_WORDS * sizeof(*trace), PROT_READ | PROT_WRITE,
		      MAP_SHARED, kcov_above, 0);
	if (memory == MAP_FAILED)
		complain("mmap(2)");
	else
		trace = memory;
}

void kcov_begin(void)
{
	if (!trace)
		return;
	if (traced != getpid()) {
		traced = getpid();
		if (ioctl(kcov_above, KCOV_ENABLE, KCOV_TRACE_PC)) {
			complain("KCOV_ENABLE");
			trace = NULL;
			return;
		}
	}
	program++;
	__atomic_store_n(&trace[0], 0, __ATOMIC_RELAXED);
}

static unsigned int hash(unsigned long place)
{
	return (unsigned int)(((uint64_t)place * 0x9e3779b97f4a7c15U) >> 40);
}

/* Was it not reached before, in this program? */
static bool remember(unsigned long place)
{
	static unsigned int programs[SEEN_PLACES];
	unsigned int at = hash(place) % SEEN_PLACES;

	if (programs[at] == program)
		return false;
	seen_count += !programs[at];
	programs[at] = program;
	return true;
}

void kcov_end(void (*hit)(unsigned int place))
{
	unsigned long count;

	if (!trace)
		return;
	count = __atomic_load_n(&trace[0], __ATOMIC_RELAXED);
	if (count > TRACE_WORDS - 1)
		count = TRACE_WORDS - 1;
	for (unsigned long i = 1; i <= count; i++) {
		if (remember(trace[i]) && hit)
			hit(hash(trace[i]));
	}
	__atomic_store_n(&trace[0], 0, __ATOMIC_RELAXED);
}

void kcov_report(FILE *out)
{
	if (trace)
		fprintf(out, "%lu places of the kernel reached\n", seen_count);
}
