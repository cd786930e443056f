/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * isolate.c - programs against a stack, each in a process of its own.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "isolate.h"

/* Starting a stack, and 64 calls of which none waits, take milliseconds; under the
 * sanitizers on a busy machine, the start can take seconds. */
#define PATIENCE_MS 1000
#define START_MS    30000

/* Of a stack that does not start, the child's exit status. */
#define NOT_STARTED 77

/* What the child has seen, in memory that it shares with its parent. */
struct seen {
	unsigned int count;
	struct made made[PROGRAM_CALLS];
	const char *why[PROGRAM_CALLS]; /* of the oracle: literals */
	/* The call that is being made. */
	bool calling;
	struct made at;
};

static struct seen *seen;

static bool make_room(void)
{
	if (!seen)
		seen = mmap(NULL, sizeof(*seen), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (seen != MAP_FAILED)
		return true;
	perror("sockcheck: memory for a stack's process");
	return false;
}

void isolate_note(const struct made *made, const struct oracle *oracle)
{
	if (!seen)
		return;
	seen->at = *made;
	memset(&seen->at.judgement, 0, sizeof(seen->at.judgement));
	if (made->call.name)
		seen->at.judgement.rule = oracle_rule(oracle, &made->call);
	if (seen->at.judgement.rule)
		rule_outcome(seen->at.judgement.rule, &oracle->world, &made->call,
			     &seen->at.judgement.due);
	seen->calling = true;
}

static bool record(void *context, const struct made *made, const struct oracle *oracle)
{
	(void)context;
	seen->calling = false;
	seen->why[seen->count] = oracle->why;
	seen->made[seen->count++] = *made;
	return true;
}

/* Whatever an engine does of signals is not the child's. */
static void become_plain(void)
{
	static const int caught[] = { SIGSEGV, SIGBUS,	SIGABRT, SIGILL, SIGFPE,
				      SIGINT,  SIGTERM, SIGXFSZ, SIGALRM };
	const struct rlimit nothing = { 0, 0 };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (size_t i = 0; i < sizeof(caught) / sizeof(caught[0]); i++)
		signal(caught[i], SIG_DFL);
	signal(SIGPIPE, SIG_IGN);
	setrlimit(RLIMIT_CORE, &nothing);
}

static void run_child(const struct executor *executor, const struct program *program)
{
	struct executor own = *executor;
	char why[256] = "";

	become_plain();
	own.isolated = false;
	if (executor->name)
		own.target = target_again(executor->name, why, sizeof(why));
	if (!own.target || (own.target->open && own.target->open(&own.first)))
		_exit(NOT_STARTED);
	execute(&own, program, record, NULL);
	_exit(0);
}

static long milliseconds(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static bool has_begun(void)
{
	return __atomic_load_n(&seen->calling, __ATOMIC_RELAXED) ||
	       __atomic_load_n(&seen->count, __ATOMIC_RELAXED);
}

/* True once the child has ended: its status.  Signals, as the sandbox's own, end no
 * wait. */
static bool ends_in_time(pid_t child, int fd, int *status)
{
	const struct timespec moment = { .tv_nsec = 200000 };
	struct pollfd polled = { .fd = fd, .events = POLLIN };
	long begin = milliseconds(), end = begin + PATIENCE_MS;

	while (waitpid(child, status, WNOHANG) != child) {
		if (milliseconds() >= begin + START_MS ||
		    (milliseconds() >= end && has_begun()))
			return false;
		/* It is still starting. */
		if (milliseconds() >= end)
			end += PATIENCE_MS;
		if (fd < 0)
			nanosleep(&moment, NULL);
		else
			poll(&polled, 1, (int)(end - milliseconds()));
	}
	return true;
}

/* Its status; *late where it had to be ended. */
static int wait_for(pid_t child, bool *late)
{
	int status = 0, fd = (int)syscall(SYS_pidfd_open, child, 0);

	*late = !ends_in_time(child, fd, &status);
	if (fd >= 0)
		close(fd);
	if (!*late)
		return status;
	kill(child, SIGKILL);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

/* A pointer of the child's to what is its alone. */
static void hide_data(struct made *made)
{
	made->result.data = NULL;
	made->result.data_room = 0;
}

/* The call at which the child has died; or, where a thread of the stack's did, the one
 * before. */
static void tell_death(bool late, int number, execute_watch watch, void *context,
		       const struct oracle *oracle)
{
	struct made *at = &seen->at;

	if (!seen->calling && seen->count)
		*at = seen->made[seen->count - 1];
	at->judgement.judged = JUDGED_DIFFERENT;
	at->ended = late ? ENDED_TIMEOUT : ENDED_CRASH;
	at->signal = late ? 0 : number;
	hide_data(at);
	watch(context, at, oracle);
}

unsigned int isolate_execute(const struct executor *executor,
			     const struct program *program, execute_watch watch,
			     void *context)
{
	static struct oracle oracle;
	unsigned int made = 0;
	bool go_on = true, late, died;
	int status;
	pid_t child;

	if (!make_room())
		abort();
	seen->count = 0;
	seen->calling = false;
	fflush(stdout);
	fflush(stderr);
	child = fork();
	if (!child)
		run_child(executor, program);
	if (child < 0) {
		perror("sockcheck: a process for the stack");
		abort();
	}
	status = wait_for(child, &late);
	died = late || WIFSIGNALED(status) || WEXITSTATUS(status);
	if (died && !seen->calling && !seen->count) {
		fprintf(stderr, "sockcheck: %s does not start\n",
			executor->target->name);
		abort();
	}
	for (unsigned int i = 0; go_on && i < seen->count; i++) {
		hide_data(&seen->made[i]);
		oracle.why = seen->why[i];
		made += !seen->made[i].skipped;
		go_on = !watch || watch(context, &seen->made[i], &oracle);
	}
	if (go_on && watch && died)
		tell_death(late, WIFSIGNALED(status) ? WTERMSIG(status) : 0, watch,
			   context, &oracle);
	return made;
}
