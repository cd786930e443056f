/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * tap.c - results as TAP version 14: a point a case, with a block of YAML whose values
 * are JSON.
 */
#include <string.h>

#include "harness.h"

static unsigned int points, failures;

void tap_begin(FILE *out)
{
	char version[128];

	session.target->version(version, sizeof(version));
	fprintf(out, "TAP version 14\n# target %s: %s\n", session.target->name,
		version);
	if (session.profile != PROFILE_LINUX)
		fprintf(out, "# profile %s\n", profile_name());
	if (session.isolation != ISOLATED)
		fprintf(out, "# without %s: %s\n",
			session.isolation == ISOLATED_NETWORK ? "user namespaces"
							      : "namespaces",
			session.why_not);
	fflush(out);
}

void print_json(FILE *out, const char *text)
{
	fputc('"', out);
	for (; *text; text++) {
		unsigned char byte = (unsigned char)*text;

		if (byte == '"' || byte == '\\')
			fprintf(out, "\\%c", byte);
		else if (byte == '\n')
			fputs("\\n", out);
		else if (byte < 32 || byte > 126)
			/* What a case prints may be no UTF-8: a byte, a character. */
			fprintf(out, "\\u%04x", byte);
		else
			fputc(byte, out);
	}
	fputc('"', out);
}

/* In a description, TAP 14 wants a backslash before these. */
static void print_escaped(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '#' || *text == '\\')
			fputc('\\', out);
		fputc(*text == '\n' ? ' ' : *text, out);
	}
}

static void print_key(FILE *out, const char *key, const char *value)
{
	if (!*value)
		return;
	fprintf(out, "  %s: ", key);
	print_json(out, value);
	fputc('\n', out);
}

static void print_citations(FILE *out, const struct rule *rule)
{
	char text[512];

	fputs("  citations: [", out);
	for (size_t i = 0; i < RULE_CITATIONS && rule->cites[i].kind; i++) {
		format_citation(&rule->cites[i], text, sizeof(text));
		if (i)
			fputs(", ", out);
		print_json(out, text);
	}
	if (rule->undocumented)
		fputs(", \"undocumented: no manual page and no standard says so\"",
		      out);
	fputs("]\n", out);
}

static void print_rule(FILE *out, const struct sc_case *tested)
{
	char id[256];
	const struct rule *rule;

	snprintf(id, sizeof(id), "%.*s", (int)rule_length(tested->name), tested->name);
	rule = rulebook_by_id(id, NULL);
	print_key(out, "rule", id);
	if (!rule)
		return;
	print_key(out, "says", rule->says);
	print_citations(out, rule);
}

static void print_failure(FILE *out, const struct sc_case *tested)
{
	static const char *const names[] = {
		[VERDICT_FAIL] = "fail",
		[VERDICT_BROKEN] = "broken",
		[VERDICT_TIMEOUT] = "timeout",
		[VERDICT_CRASH] = "crash",
	};
	const struct report *report = session.report;
	char at[300], output[2048];

	print_key(out, "verdict", names[report->verdict]);
	print_rule(out, tested);
	print_key(out, "call", report->call);
	print_key(out, "expected", report->expected);
	print_key(out, "came", report->came);
	print_key(out, "message", report->message);
	read_output(output, sizeof(output));
	print_key(out, "output", output);
	if (report->line)
		snprintf(at, sizeof(at), "%s:%d", report->file, report->line);
	else
		snprintf(at, sizeof(at), "%s:%d", tested->file, tested->line);
	print_key(out, "at", at);
}

/* A directive's text has no escapes, and no second line. */
static const char *one_line(char *text)
{
	for (char *found = text; (found = strpbrk(found, "\r\n")); found++)
		*found = ' ';
	return text;
}

void tap_point(FILE *out, const struct sc_case *tested, double duration_ms)
{
	struct report *report = session.report;
	bool ok = report->verdict == VERDICT_PASS || report->verdict == VERDICT_SKIP;

	points++;
	failures += !ok;
	fprintf(out, "%sok %u - ", ok ? "" : "not ", points);
	print_escaped(out, tested->name);
	if (report->verdict == VERDICT_SKIP) {
		fprintf(out, " # SKIP %s\n", one_line(report->message));
	} else {
		fputs("\n  ---\n", out);
		if (!ok)
			print_failure(out, tested);
		fprintf(out, "  duration_ms: %.3f\n  ...\n", duration_ms);
	}
	fflush(out);
}

unsigned int tap_end(FILE *out)
{
	fprintf(out, "1..%u\n", points);
	fflush(out);
	return failures;
}
