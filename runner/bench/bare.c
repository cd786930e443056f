/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bare.c - the processes of a run and nothing else: for the benchmark, forks COUNT
 * processes, JOBS at a time, each of which makes itself a user and a network namespace
 * and ends.
 */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* 0, or an exit status of 2 with a line on stderr. */
static int run_share(long count)
{
	for (long i = 0; i < count; i++) {
		int status;
		pid_t child = fork();

		if (child < 0) {
			fprintf(stderr, "bare: fork: %s\n", strerror(errno));
			return 2;
		}
		if (!child)
			_exit(unshare(CLONE_NEWUSER | CLONE_NEWNET) ? errno : 0);
		if (waitpid(child, &status, 0) != child || status) {
			fprintf(stderr, "bare: no user and network namespace: %s\n",
				strerror(WEXITSTATUS(status)));
			return 2;
		}
	}
	return 0;
}

int main(int argc, char **argv)
{
	long count = argc == 3 ? atol(argv[1]) : 0,
	     jobs = argc == 3 ? atol(argv[2]) : 0;
	int status, worst = 0;

	if (count < 1 || jobs < 1 || count > 1000000 || jobs > 1000) {
		fputs("usage: bare COUNT JOBS\n", stderr);
		return 2;
	}
	for (long job = 0; job < jobs; job++)
		if (!fork())
			_exit(run_share(count / jobs + (job < count % jobs)));
	while (wait(&status) > 0)
		if (status)
			worst = 2;
	return worst;
}
