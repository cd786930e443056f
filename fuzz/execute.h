/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * execute.h - runs programs against a target, call by call, and has each judged.
 */
#ifndef FUZZ_EXECUTE_H
#define FUZZ_EXECUTE_H

#include "../expected/oracle.h"
#include "../runner/targets/target.h"
#include "program.h"

/* A call as it was made. */
struct made {
	unsigned int index; /* in the program */
	struct call call;
	struct result result;
	struct judgement judgement;
	/* Not made: it would wait, or the target has no way to make it. */
	const char *skipped;
	/* What memory shows, where it shows that the target did wrong; else NULL. */
	const char *violation;
	/* The call has ended the process that the target is part of: */
	enum { ENDED_NOT, ENDED_CRASH, ENDED_TIMEOUT } ended;
	int signal; /* by this one, where it crashed */
	/* What another target made of the call, where the two differ; else NULL. */
	const struct made *other;
};

/* How programs are to be run. */
struct executor {
	const struct target *target;
	struct world first; /* that each program finds: sandbox_enter() */
	bool ordinary;	    /* without capabilities */
	bool isolated;	    /* a stack, each program in a process of its own */
	/* Where it is loaded there anew, for another stack lies in its place; and what
	 * is known of it. */
	const char *name;
	struct target stack;
	/* The other target, where two are compared; else NULL. */
	const struct executor *against;
};

/* Of a program's run, what is needed to make the same calls again without an oracle. */
struct trace {
	bool made[PROGRAM_CALLS];
	bool stale;
};

/* Enters the sandbox; false, said on stderr, where that cannot be. */
bool execute_open(struct executor *executor);

/*
 * Runs a program.  `watch` is told of every call, also of one that was not made, before
 * the next; the program ends where it says so, by false.  Returns how many were made.
 */
typedef bool (*execute_watch)(void *context, const struct made *made,
			      const struct oracle *oracle);
unsigned int execute(const struct executor *executor, const struct program *program,
		     execute_watch watch, void *context);

/* The same, and keeps its trace; and makes the calls of a trace alone. */
unsigned int execute_traced(const struct executor *executor,
			    const struct program *program, struct trace *trace);
unsigned int execute_bare(const struct executor *executor,
			  const struct program *program, const struct trace *trace);

#endif
