/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * finding.c - looking for a difference in what a program does, and telling it.
 */
#include <stdio.h>
#include <string.h>

#include "differ.h"
#include "finding.h"
#include "known.h"
#include "sandbox.h"

#define CONFIRMED_BY 3

static unsigned long fleeting;

unsigned long finding_fleeting(void)
{
	return fleeting;
}

static const char *error_name(int error)
{
	const char *name = strerrorname_np(error);

	return name ? name : "without an errno";
}

static void add(char *text, size_t size, const char *more)
{
	size_t used = strlen(text);

	snprintf(text + used, size - used, "%s", more);
}

static void add_bytes(char *text, size_t size, const unsigned char *bytes,
		      unsigned int length)
{
	char byte[24];

	for (unsigned int i = 0; i < length && i < 32; i++) {
		snprintf(byte, sizeof(byte), "%s%02x", i ? " " : ", bytes ", bytes[i]);
		add(text, size, byte);
	}
	if (length > 32)
		add(text, size, " ...");
}

static void tell_value(char *text, size_t size, const struct outcome *due)
{
	char more[96];

	switch (due->kind) {
	case OUTCOME_DESCRIPTOR:
		add(text, size, "the lowest free descriptor");
		break;
	case OUTCOME_ANY_VALUE:
		add(text, size, "a value above 0");
		break;
	case OUTCOME_VALUE:
	case OUTCOME_CHOSEN:
		snprintf(more, sizeof(more), "%ld", due->value);
		add(text, size, more);
		add_bytes(text, size, due->bytes, due->length);
		if (due->choice) {
			add(text, size, ", ");
			add(text, size, due->choice->says);
		}
		if (due->gives) {
			snprintf(more, sizeof(more), ", %zu bytes of data",
				 due->data_length);
			add(text, size, more);
		}
		break;
	default:
		break;
	}
}

static void tell_due(char *text, size_t size, const struct outcome *due)
{
	text[0] = '\0';
	for (size_t i = 0; i < OUTCOME_ERRORS && due->errors[i]; i++) {
		add(text, size, i ? " or " : "-1 ");
		add(text, size, error_name(due->errors[i]));
	}
	if (due->kind == OUTCOME_ERROR)
		return;
	if (text[0])
		add(text, size, " or ");
	tell_value(text, size, due);
}

static void tell_came(char *text, size_t size, const struct made *made)
{
	char number[48];

	text[0] = '\0';
	if (made->ended) {
		add(text, size,
		    made->ended == ENDED_TIMEOUT ? "nothing: it waits"
						 : strsignal(made->signal));
		return;
	}
	if (made->result.value < 0) {
		add(text, size, "-1 ");
		add(text, size, error_name((int)-made->result.value));
		return;
	}
	snprintf(number, sizeof(number), "%ld", made->result.value);
	add(text, size, number);
	add_bytes(text, size, made->result.bytes, made->result.length);
	if (made->result.told) {
		snprintf(number, sizeof(number), ", told %u", made->result.told);
		add(text, size, number);
	}
}

/* What came, as a kind: an errno, or that it succeeded. */
static const char *kind_of(const struct made *made)
{
	if (made->ended)
		return made->ended == ENDED_TIMEOUT ? "timeout" : "crash";
	return made->result.value < 0 ? error_name((int)-made->result.value)
				      : "succeeded otherwise";
}

/* Of two targets: where both succeed, what they gave differs. */
static void other_key(const struct made *made, char *key, size_t size)
{
	const struct rule *rule = made->judgement.rule;
	bool both = made->result.value >= 0 && made->other->result.value >= 0;

	snprintf(key, size, "%s: %s against %s",
		 rule ? rule->id : call_name(made->call.name),
		 made->result.value >= 0 && !made->ended ? "a value" : kind_of(made),
		 both && !made->other->ended ? "another"
		 : made->other->result.value < 0 || made->other->ended
			 ? kind_of(made->other)
			 : "a value");
}

void finding_key(const struct made *made, char *key, size_t size)
{
	const struct rule *rule = made->judgement.rule;

	if (made->other)
		other_key(made, key, size);
	else if (made->ended)
		snprintf(key, size, "%s: %s",
			 rule ? rule->id : call_name(made->call.name), kind_of(made));
	else if (made->violation)
		snprintf(key, size, "%s: %s", call_name(made->call.name),
			 made->violation);
	else
		snprintf(key, size, "%s: %s", rule ? rule->id : "no rule",
			 kind_of(made));
}

struct look {
	struct finding *finding;
	struct tally *tally;
	rule_watch reached;
	void *context;
};

/* Of two targets the first's is what is due, for want of another word. */
static void tell_other(struct finding *finding)
{
	tell_came(finding->due, sizeof(finding->due), &finding->made);
	tell_came(finding->came, sizeof(finding->came), finding->made.other);
	finding->made.other = NULL;
}

static bool watch(void *context, const struct made *made, const struct oracle *oracle)
{
	struct look *look = context;
	struct finding *finding = look->finding;

	(void)oracle;
	if (look->tally) {
		look->tally->calls += !made->skipped;
		look->tally->skipped += made->skipped != NULL;
		look->tally->judged += made->judgement.judged != JUDGED_NOT;
	}
	if (made->judgement.rule && look->reached && !made->skipped)
		look->reached(look->context, made, oracle);
	if (made->judgement.judged != JUDGED_DIFFERENT && !made->violation)
		return true;
	finding->made = *made;
	finding_key(made, finding->key, sizeof(finding->key));
	if (known_has(finding->key))
		return true;
	finding->found = true;
	tell_due(finding->due, sizeof(finding->due), &made->judgement.due);
	tell_came(finding->came, sizeof(finding->came), made);
	if (made->other)
		tell_other(finding);
	else if (made->violation)
		snprintf(finding->due, sizeof(finding->due), "not that %s",
			 made->violation);
	return false;
}

static void run(const struct executor *executor, const struct program *program,
		struct look *look)
{
	if (executor->against)
		differ_execute(executor, program, watch, look);
	else
		execute(executor, program, watch, look);
}

/* In a network namespace in which nothing was before: what a program before this one
 * has left is no finding. */
static bool comes_again(const struct executor *executor, const struct program *program,
			const struct finding *finding)
{
	struct finding again = { .found = false };
	struct look look = { .finding = &again };

	sandbox_renew(executor->target);
	run(executor, program, &look);
	return again.found && !strcmp(again.key, finding->key);
}

void finding_look(const struct executor *executor, const struct program *program,
		  struct finding *finding, struct tally *tally, rule_watch reached,
		  void *context)
{
	struct look look = { finding, tally, reached, context };

	finding->found = false;
	run(executor, program, &look);
	if (tally)
		tally->programs++;
	for (int i = 0; finding->found && i < CONFIRMED_BY; i++)
		if (!comes_again(executor, program, finding)) {
			finding->found = false;
			fleeting++;
		}
}

static void print_citation(const struct citation *cites, FILE *out)
{
	switch (cites->kind) {
	case CITE_KERNEL:
		fprintf(out, "%s:%s", cites->where, cites->function);
		break;
	case CITE_POSIX:
		fprintf(out, "POSIX.1-2024 %s", cites->where);
		break;
	default:
		fprintf(out, "%s", cites->where);
		break;
	}
	if (cites->error)
		fprintf(out, " %s", cites->error);
	if (cites->quote)
		fprintf(out, ": \"%s\"", cites->quote);
	fputc('\n', out);
}

static void print_rule(const struct rule *rule, FILE *out)
{
	if (!rule)
		return;
	fprintf(out, "rule      %s\n          %s\n", rule->id, rule->says);
	for (size_t i = 0; i < RULE_CITATIONS && rule->cites[i].kind; i++) {
		fputs(i ? "          " : "cited     ", out);
		print_citation(&rule->cites[i], out);
	}
}

void finding_print(const struct finding *finding, const struct program *program,
		   FILE *out)
{
	fprintf(out, "FOUND %s\n", finding->key);
	print_rule(finding->made.judgement.rule, out);
	fprintf(out, "call      %u, %s(%d, ...)\n", finding->made.index + 1,
		call_name(finding->made.call.name), finding->made.call.fd);
	fprintf(out, "due       %s\ncame      %s\nprogram\n", finding->due,
		finding->came);
	program_print(program, out);
	fflush(out);
}
