/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * main.c - the command line of the program that holds all cases.
 */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "harness.h"

static const char usage[] =
	"usage: sockcheck [--target NAME] [--profile NAME] [--timeout SECONDS] "
	"[--guest]\n"
	"                 [--release X.Y[.Z]] ACTION [--json]\n"
	"actions:\n"
	"  --run GLOB       run the cases whose name or rule matches; may be repeated\n"
	"  --cases FILE     run those that are named in a file, one a line\n"
	"    --shard I/N    of these every Nth from the Ith on; I counts from 0\n"
	"    --after NAME   of these only what comes behind NAME\n"
	"  --worker         run the cases named on standard input, one a line\n"
	"  --list [--run GLOB]  list the cases\n"
	"  --rules          list the rules\n"
	"  --explain RULE   what a rule says, who says so, and its cases\n"
	"  --targets        list the targets\n"
	"  --version, --help\n"
	"--profile: whose word a result is judged by, linux or posix (POSIX.1-2024)\n"
	"--guest: this machine is ours to change; run what needs that, too\n"
	"--marks: print the faults that each case could notice; for make mutation\n"
	"--release: judge by that release of Linux, whatever the target says it is\n"
	"exit status: 0 as expected, 1 a case is not ok, 2 the run could not be made\n";

enum action {
	ACTION_NONE,
	ACTION_RUN,
	ACTION_WORKER,
	ACTION_LIST,
	ACTION_RULES,
	ACTION_EXPLAIN,
};

struct options {
	enum action action;
	const char *target;
	const char *rule;
	char **patterns;
	size_t pattern_count;
	unsigned int shard, shards; /* of what matches, every shards-th */
	const char *after;	    /* the name of the last case not to run, or NULL */
	bool json;
};

static int complain(const char *format, const char *what)
{
	fputs("sockcheck: ", stderr);
	fprintf(stderr, format, what);
	fputs("\n", stderr);
	return 2;
}

/* At most a day, at least a millisecond. */
static bool read_timeout(const char *text, unsigned int *timeout_ms)
{
	char *end;
	double seconds = strtod(text, &end);

	if (end == text || *end || !(seconds >= 0.001 && seconds <= 86400))
		return false;
	*timeout_ms = (unsigned int)(seconds * 1000);
	return true;
}

static void print_targets(void)
{
	for (size_t i = 0; target_at(i); i++)
		puts(target_at(i)->name);
}

/* "6.1" as LINUX(6, 1). */
static bool read_release(const char *text, int *release)
{
	unsigned int major, minor, patch = 0;
	char rest;

	if (sscanf(text, "%3u.%3u%c", &major, &minor, &rest) != 2 &&
	    sscanf(text, "%3u.%3u.%3u%c", &major, &minor, &patch, &rest) != 3)
		return false;
	*release = RELEASE((int)major, (int)minor, (int)patch);
	return true;
}

/* "0/2": the first of two. */
static bool read_shard(const char *text, struct options *options)
{
	char rest;

	return sscanf(text, "%6u/%6u%c", &options->shard, &options->shards, &rest) ==
		       2 &&
	       options->shard < options->shards;
}

/* Sets the action once; a --list takes over the patterns of --run. */
static bool set_action(struct options *options, enum action action)
{
	if (options->action == action)
		return true;
	if (options->action == ACTION_LIST && action == ACTION_RUN)
		return true;
	if (options->action != ACTION_NONE &&
	    !(options->action == ACTION_RUN && action == ACTION_LIST))
		return false;
	options->action = action;
	return true;
}

/* An option without a value: -1 where it is none of these, else 0 or an exit status. */
static int read_switch(struct options *options, const char *option)
{
	static const struct {
		const char *option;
		enum action action;
	} actions[] = {
		{ "--worker", ACTION_WORKER },
		{ "--list", ACTION_LIST },
		{ "--rules", ACTION_RULES },
	};

	for (size_t i = 0; i < COUNT(actions); i++)
		if (!strcmp(option, actions[i].option))
			return set_action(options, actions[i].action)
				       ? 0
				       : complain("%s goes with no other action",
						  option);
	if (!strcmp(option, "--json"))
		options->json = true;
	else if (!strcmp(option, "--guest"))
		session.guest = true;
	else if (!strcmp(option, "--marks"))
		return open_marks() ? 0 : complain("--marks: %s", errno_name(errno));
	else
		return -1;
	return 0;
}

static int add_pattern(struct options *options, char *value)
{
	options->patterns[options->pattern_count++] = value;
	if (!set_action(options, ACTION_RUN))
		return complain("%s goes with no other action but --list", "--run");
	return 0;
}

static int add_named(struct options *options, char *value)
{
	char why[TEXT_MAX];

	if (!choose_cases(value, why, sizeof(why)))
		return complain("--cases %s", why);
	if (!set_action(options, ACTION_RUN) || options->action != ACTION_RUN)
		return complain("%s goes with no other action", "--cases");
	return 0;
}

static int set_rule(struct options *options, char *value)
{
	options->rule = value;
	if (!set_action(options, ACTION_EXPLAIN))
		return complain("%s goes with no other action", "--explain");
	return 0;
}

static int set_target(struct options *options, char *value)
{
	options->target = value;
	return 0;
}

static int choose_profile(struct options *options, char *value)
{
	(void)options;
	if (!set_profile(value))
		return complain("unknown profile '%s'; there are linux and posix",
				value);
	return 0;
}

static int set_timeout(struct options *options, char *value)
{
	(void)options;
	if (!read_timeout(value, &session.timeout_ms))
		return complain("--timeout takes seconds, 0.001 to 86400: '%s'", value);
	return 0;
}

static int set_release(struct options *options, char *value)
{
	(void)options;
	if (!read_release(value, &session.release))
		return complain("--release takes one such as 6.1 or 6.1.64: '%s'",
				value);
	return 0;
}

static int set_shard(struct options *options, char *value)
{
	if (!read_shard(value, options))
		return complain("--shard takes one such as 0/2: '%s'", value);
	return 0;
}

static int set_after(struct options *options, char *value)
{
	options->after = value;
	if (!find_case(value))
		return complain("no case is named '%s'", value);
	return 0;
}

/* An option with a value: as read_switch(). */
static int read_value(struct options *options, const char *option, char *value)
{
	static const struct {
		const char *option;
		int (*set)(struct options *options, char *value);
	} settings[] = {
		{ "--target", set_target },   { "--timeout", set_timeout },
		{ "--run", add_pattern },     { "--explain", set_rule },
		{ "--release", set_release }, { "--shard", set_shard },
		{ "--after", set_after },     { "--profile", choose_profile },
		{ "--cases", add_named },
	};

	for (size_t i = 0; i < COUNT(settings); i++) {
		if (strcmp(option, settings[i].option) != 0)
			continue;
		if (!value)
			return complain("%s needs a value", option);
		return settings[i].set(options, value);
	}
	return -1;
}

static int read_options(struct options *options, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		int status = read_switch(options, argv[i]);

		if (status < 0) {
			status = read_value(options, argv[i], argv[i + 1]);
			i += !status;
		}
		if (status < 0)
			return complain("unknown option '%s'; --help lists them",
					argv[i]);
		if (status)
			return status;
	}
	if (options->action == ACTION_NONE)
		return complain("%s", "nothing to do; --help lists the actions");
	if (options->action != ACTION_RUN && (options->after || options->shards > 1))
		return complain("%s", "--after and --shard go with --run only");
	return 0;
}

static void run_one(const struct sc_case *tested)
{
	double duration_ms;

	wipe_marks();
	duration_ms = run_case(tested);
	if (stopped)
		return;
	print_marks(stdout);
	tap_point(stdout, tested, duration_ms);
}

static bool any_matches(const struct options *options, const char *name)
{
	for (size_t i = 0; i < options->pattern_count; i++)
		if (matches(options->patterns[i], name))
			return true;
	return false;
}

static bool matches_any(const char *pattern)
{
	for (const struct sc_case *it = first_case(); it; it = it->next)
		if (matches(pattern, it->name))
			return true;
	return false;
}

static int bail_out(void)
{
	printf("Bail out! ended by signal %d (%s)\n", (int)stopped, strsignal(stopped));
	fflush(stdout);
	return 128 + stopped;
}

/* Is it one of these cases, by its place among all that match, to be run now? */
static bool is_mine(const struct options *options, const struct sc_case *tested,
		    size_t place)
{
	if (options->after && strcmp(tested->name, options->after) <= 0)
		return false;
	return place % options->shards == options->shard;
}

static int run_matching(const struct options *options)
{
	size_t place = 0;

	for (size_t i = 0; i < options->pattern_count; i++)
		if (!matches_any(options->patterns[i]))
			return complain("no case matches '%s'", options->patterns[i]);
	tap_begin(stdout);
	for (const struct sc_case *it = first_case(); it && !stopped; it = it->next)
		if ((any_matches(options, it->name) || is_chosen(it)) &&
		    is_mine(options, it, place++))
			run_one(it);
	if (stopped)
		return bail_out();
	return tap_end(stdout) ? 1 : 0;
}

/*
 * Reads a line of standard input without its newline, waiting where signals are taken.
 * False at the end, or when asked to stop; a line of size or more is cut.
 */
static bool read_line(char *line, size_t size)
{
	static char buffer[4096];
	static size_t begin, end;
	size_t length = 0;
	sigset_t none;

	sigemptyset(&none);
	for (;;) {
		struct pollfd input = { .fd = 0, .events = POLLIN };
		ssize_t got;

		while (begin < end) {
			char byte = buffer[begin++];

			if (byte == '\n') {
				line[length] = '\0';
				return true;
			}
			if (length + 1 < size)
				line[length++] = byte;
		}
		if (ppoll(&input, 1, NULL, &none) < 0)
			return false;
		got = read(0, buffer, sizeof(buffer));
		if (got <= 0) {
			/* A last line without its newline is a line. */
			line[length] = '\0';
			return length > 0;
		}
		begin = 0;
		end = (size_t)got;
	}
}

/* Who has started the program; another means that this one is gone. */
static pid_t started_by;

/* A line that a worker is given: a case's name, or "fault N" for make mutation. */
static int obey(const char *line)
{
	static const char fault[] = "fault ";
	const struct sc_case *tested;

	if (!strncmp(line, fault, sizeof(fault) - 1))
		return choose_fault(line + sizeof(fault) - 1)
			       ? 0
			       : complain("this kernel has no %s", line);
	tested = find_case(line);
	if (!tested)
		return complain("no case is named '%s'", line);
	run_one(tested);
	return 0;
}

static int run_worker(void)
{
	char name[512];

	/* A worker whose runner is gone has nobody to tell: it ends, and its case. */
	prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0);
	if (getppid() != started_by)
		return 2;
	tap_begin(stdout);
	while (!stopped && read_line(name, sizeof(name))) {
		int status = obey(name);

		if (status)
			return status;
	}
	if (stopped)
		return bail_out();
	return tap_end(stdout) ? 1 : 0;
}

static int act(const struct options *options)
{
	switch (options->action) {
	case ACTION_RUN:
		return run_matching(options);
	case ACTION_WORKER:
		return run_worker();
	case ACTION_LIST:
		return list_cases(options->patterns, options->pattern_count,
				  options->json);
	case ACTION_RULES:
		return list_rules(options->json);
	case ACTION_EXPLAIN:
		return explain_rule(options->rule, options->json);
	case ACTION_NONE:
		break;
	}
	return 2;
}

/* Actions that look at the target, and so need it to be opened. */
static bool needs_session(const struct options *options)
{
	return options->action == ACTION_RUN || options->action == ACTION_WORKER ||
	       (options->action == ACTION_LIST && options->json);
}

static int run(struct options *options, int argc, char **argv)
{
	const struct target *target;
	int status = read_options(options, argc, argv);
	char why[TEXT_MAX];

	if (status)
		return status;
	target = target_by_name(options->target, why, sizeof(why));
	if (!target)
		return complain("%s", why);
	if (needs_session(options) && !open_session(target))
		return complain("the sandbox cannot be prepared: %s",
				errno_name(errno));
	return act(options);
}

/* Lines that need nothing but to be printed; false where none was asked for. */
static bool tell(int argc, char **argv)
{
	if (argc != 2)
		return false;
	if (!strcmp(argv[1], "--help"))
		fputs(usage, stdout);
	else if (!strcmp(argv[1], "--version"))
		puts("sockcheck " SOCKCHECK_VERSION);
	else if (!strcmp(argv[1], "--targets"))
		print_targets();
	else
		return false;
	return true;
}

static int run_program(int argc, char **argv)
{
	struct options options = { .target = "host", .shards = 1 };
	int status = 0;

	started_by = getppid();
	program_arguments = argv;
	session.timeout_ms = 10000;
	if (!tell(argc, argv)) {
		options.patterns = calloc((size_t)argc, sizeof(*options.patterns));
		if (!options.patterns || !sort_cases())
			status = 2;
		else
			status = run(&options, argc, argv);
		free(options.patterns);
	}
	if (fflush(stdout) || ferror(stdout))
		return complain("%s", "standard output could not be written");
	return status;
}

int main(int argc, char **argv)
{
	if (is_first_process(argv[0]))
		run_guest(argc, argv, run_program);
	return run_program(argc, argv);
}
