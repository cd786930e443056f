/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * explain.c - what the program knows, for people and as JSON: its cases, its rules, one
 * rule with all that is said of it.
 */
#include <string.h>

#include "../../expected/posix.h"
#include "harness.h"

static bool chosen(const struct sc_case *listed, char *const *patterns, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (matches(patterns[i], listed->name))
			return true;
	return !count;
}

static void print_needs(const struct sc_case *listed)
{
	char need[128];

	fputs("[", stdout);
	for (size_t i = 0; describe_need(listed, i, need, sizeof(need)); i++) {
		if (i)
			fputs(", ", stdout);
		print_json(stdout, need);
	}
	fputs("]", stdout);
}

/* The folder of a case: the first part of its name. */
static void print_case(const struct sc_case *listed)
{
	char text[256];

	fputs("{\"name\": ", stdout);
	print_json(stdout, listed->name);
	snprintf(text, sizeof(text), "%.*s", (int)rule_length(listed->name),
		 listed->name);
	fputs(", \"rule\": ", stdout);
	print_json(stdout, text);
	text[strcspn(text, ".")] = '\0';
	fputs(", \"call\": ", stdout);
	print_json(stdout, text);
	snprintf(text, sizeof(text), "%s:%d", listed->file, listed->line);
	fputs(", \"at\": ", stdout);
	print_json(stdout, text);
	fputs(", \"needs\": ", stdout);
	print_needs(listed);
	fputs("}", stdout);
}

static void print_session(void)
{
	static const char *const names[] = {
		[ISOLATED] = "user+network",
		[ISOLATED_NETWORK] = "network",
		[NOT_ISOLATED] = "none",
	};
	char version[128];

	session.target->version(version, sizeof(version));
	printf("{\"sockcheck\": \"%s\",\n\"target\": {\"name\": ", SOCKCHECK_VERSION);
	print_json(stdout, session.target->name);
	fputs(", \"version\": ", stdout);
	print_json(stdout, version);
	printf("},\n\"sandbox\": {\"namespaces\": \"%s\", \"why\": ",
	       names[session.isolation]);
	print_json(stdout, session.why_not);
	fputs("},\n\"cases\": [", stdout);
}

int list_cases(char *const *patterns, size_t count, bool json)
{
	const struct sc_case *listed = first_case();
	size_t printed = 0;

	if (json)
		print_session();
	for (; listed; listed = listed->next) {
		if (!chosen(listed, patterns, count))
			continue;
		if (json) {
			fputs(printed ? ",\n" : "\n", stdout);
			print_case(listed);
		} else {
			puts(listed->name);
		}
		printed++;
	}
	if (json)
		puts("\n]}");
	if (!printed) {
		fprintf(stderr, "sockcheck: no case matches %s\n",
			count ? patterns[0] : "");
		return 2;
	}
	return 0;
}

/* A computed outcome cannot be told without a call. */
static void format_due(const struct rule *rule, char *text, size_t size)
{
	struct call call = { .name = CALL_NONE };
	struct outcome outcome;

	if (rule->computed) {
		snprintf(text, size, "as the socket is");
		return;
	}
	outcome_from(&rule->outcome, &outcome);
	format_outcome(&outcome, NULL, &call, text, size);
}

/* What POSIX.1-2024 has of it; NULL where it says nothing. */
static const char *format_posix(const struct rule *rule, char *text, size_t size)
{
	struct call call = { .name = CALL_NONE };
	struct outcome outcome;

	if (posix_stand(rule) == POSIX_SILENT)
		return NULL;
	if (posix_stated(rule, &outcome))
		format_outcome(&outcome, NULL, &call, text, size);
	else
		snprintf(text, size, "%s",
			 rule->posix_computed ? "as POSIX has it" : "as the socket is");
	return text;
}

static void print_posix_json(const struct rule *rule)
{
	char text[TEXT_MAX];

	fputs(", \"posix\": ", stdout);
	if (format_posix(rule, text, sizeof(text)))
		print_json(stdout, text);
	else
		fputs("null", stdout);
	printf(", \"posix_differs\": %s",
	       posix_stand(rule) == POSIX_DIFFERS ? "true" : "false");
}

static void print_release(const char *key, int release)
{
	printf(", \"%s\": ", key);
	if (release % 1000)
		printf("\"" LINUX_FORMAT ".%d\"", LINUX_PARTS(release), release % 1000);
	else if (release)
		printf("\"" LINUX_FORMAT "\"", LINUX_PARTS(release));
	else
		fputs("null", stdout);
}

static void print_source(const struct citation *citation)
{
	static const char *const kinds[] = {
		[CITE_NOTHING] = "nothing", [CITE_MANUAL] = "manual",
		[CITE_POSIX] = "posix",	    [CITE_KERNEL] = "kernel",
		[CITE_TEXT] = "text",
	};

	printf("{\"kind\": \"%s\", \"where\": ", kinds[citation->kind]);
	print_json(stdout, citation->where);
	if (citation->error) {
		fputs(", \"error\": ", stdout);
		print_json(stdout, citation->error);
	}
	if (citation->quote) {
		fputs(", \"quote\": ", stdout);
		print_json(stdout, citation->quote);
	}
	if (citation->function) {
		fputs(", \"function\": ", stdout);
		print_json(stdout, citation->function);
	}
	fputs("}", stdout);
}

static void print_sources(const struct rule *rule, bool structured)
{
	char text[512];

	for (size_t i = 0; i < RULE_CITATIONS && rule->cites[i].kind; i++) {
		if (i)
			fputs(", ", stdout);
		if (structured) {
			print_source(&rule->cites[i]);
			continue;
		}
		format_citation(&rule->cites[i], text, sizeof(text));
		print_json(stdout, text);
	}
}

static void print_rule_json(const struct rule *rule, enum call_name call)
{
	char text[TEXT_MAX];

	fputs("{\"id\": ", stdout);
	print_json(stdout, rule->id);
	printf(", \"call\": \"%s\", \"says\": ", call_name(call));
	print_json(stdout, rule->says);
	format_due(rule, text, sizeof(text));
	fputs(", \"result\": ", stdout);
	print_json(stdout, text);
	print_posix_json(rule);
	fputs(", \"citations\": [", stdout);
	print_sources(rule, false);
	fputs("], \"sources\": [", stdout);
	print_sources(rule, true);
	printf("], \"undocumented\": %s", rule->undocumented ? "true" : "false");
	print_release("since", rule->since);
	print_release("until", rule->until);
	fputs("}", stdout);
}

struct printing {
	bool json;
	size_t printed;
};

static void print_one_rule(const struct rule *rule, enum call_name call, void *context)
{
	struct printing *printing = context;
	char text[TEXT_MAX];

	if (printing->json) {
		fputs(printing->printed++ ? ",\n" : "\n", stdout);
		print_rule_json(rule, call);
		return;
	}
	format_due(rule, text, sizeof(text));
	printf("%-44s %-12s %s%s\n", rule->id, call_name(call), text,
	       rule->undocumented ? "  (undocumented)" : "");
}

int list_rules(bool json)
{
	struct printing printing = { .json = json };

	if (json)
		fputs("{\"rules\": [", stdout);
	rulebook_visit(print_one_rule, &printing);
	if (json)
		puts("\n]}");
	return 0;
}

static void explain(const struct rule *rule, enum call_name call)
{
	char text[TEXT_MAX];

	format_due(rule, text, sizeof(text));
	printf("%s\n  %s\n\n  call    %s(2)\n  result  %s\n", rule->id, rule->says,
	       call_name(call), text);
	printf("  posix   %s\n", format_posix(rule, text, sizeof(text))
					 ? text
					 : "POSIX.1-2024 does not say");
	if (rule->since) {
		format_since(rule->since, rule->backported, text, sizeof(text));
		printf("  since   %s\n", text);
	}
	if (rule->until)
		printf("  until   Linux " LINUX_FORMAT "\n", LINUX_PARTS(rule->until));
	for (size_t i = 0; i < RULE_CITATIONS && rule->cites[i].kind; i++) {
		format_citation(&rule->cites[i], text, sizeof(text));
		printf("  %s  %s\n", i ? "      " : "source", text);
	}
	if (rule->undocumented)
		puts("          undocumented: no manual page and no standard says so");
	fputs("  cases ", stdout);
	for (const struct sc_case *listed = first_case(); listed; listed = listed->next)
		if (matches(rule->id, listed->name))
			printf("  %s\n        ", listed->name);
	puts("");
}

int explain_rule(const char *id, bool json)
{
	enum call_name call;
	const struct rule *rule = rulebook_by_id(id, &call);

	if (!rule) {
		fprintf(stderr,
			"sockcheck: no rule is named '%s'; --rules lists them all\n",
			id);
		return 2;
	}
	if (json) {
		print_rule_json(rule, call);
		puts("");
	} else {
		explain(rule, call);
	}
	return 0;
}
