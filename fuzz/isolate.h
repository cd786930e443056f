/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * isolate.h - programs against a stack, each in a process of its own: what one does to
 * the stack is gone with it, and a stack that dies or hangs costs one program.
 */
#ifndef FUZZ_ISOLATE_H
#define FUZZ_ISOLATE_H

#include "execute.h"

/* Runs a program in a child that starts the stack afresh, and tells `watch` all that it
 * has seen, and (made.ended) how it died.  As execute(). */
unsigned int isolate_execute(const struct executor *executor,
			     const struct program *program, execute_watch watch,
			     void *context);

/* In the child, before a call: it is this one that is at fault, if it dies. */
void isolate_note(const struct made *made, const struct oracle *oracle);

#endif
