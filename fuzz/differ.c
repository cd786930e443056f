/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * differ.c - a program on two targets.
 */
#include <fcntl.h>
#include <string.h>

#include "../expected/world_ports.h"
#include "differ.h"
#include "finding.h"
#include "known.h"

/* All that a program's run has shown. */
struct shown {
	unsigned int count;
	struct made made[PROGRAM_CALLS];
};

static bool record(void *context, const struct made *made, const struct oracle *oracle)
{
	struct shown *shown = context;

	(void)oracle;
	shown->made[shown->count] = *made;
	/* What lies there is overwritten by the next call. */
	shown->made[shown->count].result.data = NULL;
	shown->count++;
	return true;
}

static bool gives_descriptor(const struct call *call)
{
	return call->name == CALL_SOCKET || call->name == CALL_ACCEPT4 ||
	       call->name == CALL_DUP ||
	       (call->name == CALL_FCNTL && (call->fcntl.command == F_DUPFD ||
					     call->fcntl.command == F_DUPFD_CLOEXEC));
}

/* Do values and bytes have one right answer, whoever is asked?  Not so of what tells
 * of processes and descriptors. */
static bool is_one(const struct made *made)
{
	const struct outcome *due = &made->judgement.due;

	if (gives_descriptor(&made->call) || made->call.name == CALL_FCNTL ||
	    made->call.name == CALL_IOCTL)
		return false;
	return made->judgement.judged != JUDGED_NOT && due->kind == OUTCOME_VALUE;
}

/* The first that any target takes for an ephemeral port. */
#define EPHEMERAL 32768

static unsigned int port_in(const struct result *result)
{
	return (unsigned int)result->bytes[WORLD_PORT_AT] << 8 |
	       result->bytes[WORLD_PORT_AT + 1];
}

/* Is it a port that each target chooses as it likes? */
static bool is_chosen(const struct made *a, const struct made *b)
{
	sa_family_t family;

	memcpy(&family, a->result.bytes, sizeof(family));
	return a->result.length >= WORLD_PORT_AT + 2 &&
	       (family == AF_INET || family == AF_INET6) &&
	       port_in(&a->result) >= EPHEMERAL && port_in(&b->result) >= EPHEMERAL;
}

static bool same_bytes(const struct made *a, const struct made *b)
{
	const unsigned char *open = a->judgement.due.bytes_open;

	if (a->result.length != b->result.length || a->result.told != b->result.told)
		return false;
	for (unsigned int i = 0; i < a->result.length; i++) {
		bool port = i == WORLD_PORT_AT || i == WORLD_PORT_AT + 1;

		if ((a->result.bytes[i] ^ b->result.bytes[i]) & ~open[i] &&
		    !(port && is_chosen(a, b)))
			return false;
	}
	return true;
}

static bool same(const struct made *a, const struct made *b)
{
	if (a->ended || b->ended)
		return a->ended == b->ended;
	if (a->result.value < 0 || b->result.value < 0)
		return a->result.value == b->result.value;
	if (!is_one(a) || !is_one(b))
		return true;
	return a->result.value == b->result.value && same_bytes(a, b);
}

static bool both_failed(const struct made *a, const struct made *b)
{
	return a->result.value < 0 && b->result.value < 0 && !a->ended && !b->ended;
}

static bool is_known(const struct made *made)
{
	char key[FINDING_KEY_MAX];

	if (made->judgement.judged != JUDGED_DIFFERENT)
		return false;
	finding_key(made, key, sizeof(key));
	return known_has(key);
}

/* A stack has no files. */
static bool other_files(const struct executor *executor, const struct program *program,
			unsigned int index)
{
	enum program_descriptor_kind kind = program->calls[index].fd.kind;

	return executor->target->stack != executor->against->target->stack &&
	       (kind == FD_FILE || kind == FD_O_PATH);
}

static const struct oracle *no_oracle(void)
{
	static const struct oracle none;

	return &none;
}

unsigned int differ_execute(const struct executor *executor,
			    const struct program *program, execute_watch watch,
			    void *context)
{
	static struct shown first, second;
	bool go_on = true;
	unsigned int made;

	first.count = second.count = 0;
	made = execute(executor, program, record, &first);
	execute(executor->against, program, record, &second);
	for (unsigned int i = 0; go_on && i < first.count && i < second.count; i++) {
		struct made *a = &first.made[i], *b = &second.made[i];

		if (!a->skipped != !b->skipped || is_known(a) || is_known(b))
			break;
		a->other = a->skipped || other_files(executor, program, a->index) ||
					   same(a, b)
				   ? NULL
				   : b;
		/* It is the other that counts here, not the rulebook. */
		a->judgement.judged = a->other		    ? JUDGED_DIFFERENT
				      : a->judgement.judged ? JUDGED_ALLOWED
							    : JUDGED_NOT;
		a->violation = NULL;
		go_on = watch(context, a, no_oracle());
		/* What comes behind may be its consequence. */
		if (a->other && !both_failed(a, b))
			break;
	}
	return made;
}
