/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * minimise.c - a program made as small as it can be with the same finding.
 */
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "minimise.h"

static void move_reference(struct program_descriptor *reference, unsigned int first,
			   unsigned int count)
{
	if (reference->kind != FD_RESULT || reference->result < first)
		return;
	if (reference->result < first + count)
		*reference = (struct program_descriptor){ .kind = FD_MINUS_ONE };
	else
		reference->result = (unsigned char)(reference->result - count);
}

void minimise_without(struct program *program, unsigned int index)
{
	unsigned int first = program_first_result(program, index);
	unsigned int count = program_results(&program->calls[index]);

	program->count--;
	memmove(&program->calls[index], &program->calls[index + 1],
		(program->count - index) * sizeof(program->calls[0]));
	memset(&program->calls[program->count], 0, sizeof(program->calls[0]));
	for (unsigned int i = index; i < program->count; i++) {
		struct program_call *call = &program->calls[i];
		unsigned int port = call->address.port_of;

		move_reference(&call->fd, first, count);
		move_reference(&call->control.descriptor, first, count);
		if (!call->address.port_taken || port < first)
			continue;
		if (port < first + count)
			call->address.port_taken = false;
		else
			call->address.port_of = (unsigned char)(port - count);
	}
	program_normalise(program);
}

/* So many candidates are tried at most, of targets that are slow and of others. */
#define TRIES_ISOLATED 120
#define TRIES	       20000
static unsigned int tries;

/* And so long: a stack that waits takes its time each time. */
#define PATIENCE_S 20
static struct timespec began;

static bool is_over(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec - began.tv_sec > PATIENCE_S;
}

/* Does the candidate find the same?  Then it takes the program's place. */
static bool keep(const struct executor *executor, struct program *program,
		 struct finding *finding, struct program *candidate)
{
	struct finding again;

	program_normalise(candidate);
	if (program_equal(program, candidate) || !tries || is_over())
		return false;
	tries--;
	finding_look(executor, candidate, &again, NULL, NULL, NULL);
	if (!again.found || strcmp(again.key, finding->key))
		return false;
	*program = *candidate;
	*finding = again;
	return true;
}

/* From the last call on, since nothing depends on what comes later. */
static bool drop_calls(const struct executor *executor, struct program *program,
		       struct finding *finding)
{
	static struct program candidate;
	bool changed = false;

	for (unsigned int i = program->count; i-- > 0;) {
		if (i >= program->count)
			continue;
		candidate = *program;
		minimise_without(&candidate, i);
		changed |= keep(executor, program, finding, &candidate);
	}
	return changed;
}

typedef void (*plainer)(struct program_call *call);

static void plain_pointers(struct program_call *call)
{
	static const struct program_pointer good = { POINTER_GOOD, 0 };

	call->address.pointer = call->name.pointer = call->name.length_pointer = good;
	call->buffer.pointer = call->header = call->areas.pointer = good;
	call->value.pointer = call->told.pointer = call->told.length_pointer = good;
	call->pair = good;
}

static void plain_name(struct program_call *call)
{
	static const struct program_pointer null = { POINTER_NULL, 0 };

	call->name = (struct program_room){ 0, null, null };
}

static void plain_address(struct program_call *call)
{
	static const struct program_pointer null = { POINTER_NULL, 0 };

	if (call->kind != PROGRAM_SENDTO && call->kind != PROGRAM_SENDMSG)
		return;
	memset(&call->address, 0, sizeof(call->address));
	call->address.pointer = null;
}

static void plain_scope(struct program_call *call)
{
	call->address.scope = 0;
}

static void plain_flags(struct program_call *call)
{
	call->flags = 0;
}

static void plain_dontwait(struct program_call *call)
{
	call->flags &= MSG_DONTWAIT;
}

static void plain_protocol(struct program_call *call)
{
	call->protocol = 0;
}

static void plain_type(struct program_call *call)
{
	call->type &= 0xf;
}

static void plain_buffer(struct program_call *call)
{
	call->buffer.length = 4;
}

static void plain_byte(struct program_call *call)
{
	call->buffer.length = 1;
}

static void plain_content(struct program_call *call)
{
	call->buffer.content = CONTENT_BYTES;
}

static void plain_control(struct program_call *call)
{
	memset(&call->control, 0, sizeof(call->control));
}

static void plain_numbers(struct program_call *call)
{
	for (int i = 1; i < PROGRAM_NUMBERS; i++)
		call->value.numbers[i] = 0;
}

static const plainer ways[] = {
	plain_pointers, plain_name,    plain_address,  plain_scope,  plain_flags,
	plain_dontwait, plain_type,    plain_protocol, plain_buffer, plain_byte,
	plain_content,	plain_control, plain_numbers,
};

static bool make_plainer(const struct executor *executor, struct program *program,
			 struct finding *finding)
{
	static struct program candidate;
	bool changed = false;

	for (unsigned int i = 0; i < program->count; i++)
		for (size_t k = 0; k < sizeof(ways) / sizeof(ways[0]); k++) {
			candidate = *program;
			ways[k](&candidate.calls[i]);
			changed |= keep(executor, program, finding, &candidate);
		}
	return changed;
}

/* So many times over all, at most. */
#define ROUNDS 8

void minimise(const struct executor *executor, struct program *program,
	      struct finding *finding)
{
	static struct program candidate;

	clock_gettime(CLOCK_MONOTONIC, &began);
	tries = executor->isolated || executor->against ? TRIES_ISOLATED : TRIES;
	/* What comes after the call has nothing to do with it. */
	candidate = *program;
	while (candidate.count > finding->made.index + 1)
		minimise_without(&candidate, candidate.count - 1);
	keep(executor, program, finding, &candidate);
	for (int i = 0; i < ROUNDS; i++) {
		bool changed = drop_calls(executor, program, finding);

		changed |= make_plainer(executor, program, finding);
		if (!changed)
			break;
	}
}
