/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * main.c - sockcheck-fuzz: programs against a target, without a fuzzing engine.
 */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"
#include "campaign.h"
#include "minimise.h"
#include "sandbox.h"
#include "seeds.h"
#include "write.h"

static struct campaign campaign;
static struct program program;
static volatile sig_atomic_t stopped;

static int usage(void)
{
	fputs("usage: sockcheck-fuzz [--target NAME] [--against NAME] [--findings "
	      "FOLDER] "
	      "COMMAND\n"
	      "  replay FILE...         each program's calls, with what is due; 1 "
	      "where "
	      "one differs\n"
	      "  minimise FILE          the smallest program with the same finding, as "
	      "text\n"
	      "  corpus FOLDER...       all programs of the folders; 1 where one "
	      "differs\n"
	      "  reached FOLDER...      the rules that they reach, and how often\n"
	      "  random COUNT SEED      so many new programs\n"
	      "  campaign SECONDS SEED [CORPUS]\n"
	      "                         new programs, and changed ones of the corpus, "
	      "for so long\n"
	      "  missing FOLDER...      the rules that they do not reach, though "
	      "nothing "
	      "explains why\n"
	      "  seeds SECONDS SEED FOLDER [CORPUS]\n"
	      "                         the same, and to the folder, for each rule "
	      "that "
	      "nothing there\n"
	      "                         reaches, the smallest program that does, as "
	      "text\n"
	      "  case FILE              the finding of a program as a C case\n"
	      "  bench SECONDS FOLDER   programs and calls a second, with and without "
	      "the oracle\n"
	      "A FILE is a program as bytes or, with a name that ends with .txt, as "
	      "text.\n",
	      stderr);
	return 2;
}

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), tail = strlen(end);

	return length >= tail && !strcmp(text + length - tail, end);
}

/* Of a finding's text, the program follows a line of its own. */
static const char *program_text(const char *text)
{
	const char *head = strstr(text, "\nprogram\n");

	return !strncmp(text, "FOUND ", 6) && head ? head + 9 : text;
}

static bool load(const char *path, struct program *loaded)
{
	static char bytes[PROGRAM_BYTES_MAX + 1];
	struct program_error error;
	FILE *file = fopen(path, "re");
	size_t length;

	if (!file) {
		fprintf(stderr, "sockcheck: %s: %s\n", path, strerror(errno));
		return false;
	}
	length = fread(bytes, 1, sizeof(bytes) - 1, file);
	fclose(file);
	bytes[length] = '\0';
	if (!ends_with(path, ".txt")) {
		program_decode(loaded, bytes, length);
		return true;
	}
	if (program_parse(loaded, program_text(bytes), &error))
		return true;
	fprintf(stderr, "sockcheck: %s:%u:%u: %s\n", path, error.line, error.column,
		error.message);
	return false;
}

static bool tell(void *context, const struct made *made, const struct oracle *oracle)
{
	static const char *const judged[] = { "not judged", "as is due", "DIFFERENT" };
	const struct rule *rule = made->judgement.rule;

	(void)context;
	if (made->skipped)
		printf("%3u %-12s not made: %s\n", made->index + 1,
		       call_name(made->call.name), made->skipped);
	else
		printf("%3u %-12s %3d  %6ld  %-10s %s%s%s\n", made->index + 1,
		       call_name(made->call.name), made->call.fd, made->result.value,
		       judged[made->judgement.judged], rule ? rule->id : "",
		       rule || !oracle->why ? "" : "doubt: ",
		       rule || !oracle->why ? "" : oracle->why);
	return true;
}

static int replay(char **files, int count)
{
	struct finding finding;
	int status = 0;

	for (int i = 0; i < count; i++) {
		if (!load(files[i], &program))
			return 2;
		printf("%s\n", files[i]);
		program_print(&program, stdout);
		execute(&campaign.executor, &program, tell, NULL);
		finding_look(&campaign.executor, &program, &finding, NULL, NULL, NULL);
		if (finding.found) {
			finding_print(&finding, &program, stdout);
			status = 1;
		}
	}
	return status;
}

static int minimise_file(const char *path, bool as_case)
{
	struct finding finding;

	if (!load(path, &program))
		return 2;
	finding_look(&campaign.executor, &program, &finding, NULL, NULL, NULL);
	if (!finding.found) {
		fprintf(stderr, "sockcheck: %s: nothing differs from what is due\n",
			path);
		return 2;
	}
	minimise(&campaign.executor, &program, &finding);
	if (as_case)
		write_case(&finding, &program, stdout);
	else
		finding_print(&finding, &program, stdout);
	return 0;
}

static int is_listed(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/*
 * Calls visit with each program of a folder, by name; how many there were.  All names
 * are read before the first visit: at a program's end, all descriptors are closed, and
 * the folder's would be among them.
 */
static long visit_folder(const char *folder, void (*visit)(const char *path))
{
	struct dirent **entries;
	int count = scandir(folder, &entries, is_listed, alphasort);
	char path[4096];

	if (count < 0) {
		fprintf(stderr, "sockcheck: %s: %s\n", folder, strerror(errno));
		return -1;
	}
	for (int i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name);
		if (!stopped)
			visit(path);
		free(entries[i]);
	}
	free(entries);
	return count;
}

/* Of the programs of a corpus: all as is due or known, not so, and nothing judged. */
static unsigned int passed, failed, skipped;
/* What a program reaches must not hang on what comes late on a busy machine. */
static bool with_care;

static void try_file(const char *path)
{
	unsigned int before = campaign.findings;
	unsigned long judged = campaign.tally.judged;

	if (!load(path, &program)) {
		failed++;
		return;
	}
	if (with_care)
		sandbox_renew(campaign.executor.target);
	campaign_try(&campaign, &program);
	if (campaign.findings > before) {
		fprintf(stderr, "in %s\n", path);
		failed++;
	} else if (campaign.tally.judged > judged) {
		passed++;
	} else {
		skipped++;
	}
}

static int corpus(char **folders, int count, bool rules)
{
	/* All findings are told, not the first alone. */
	if (!campaign.folder)
		campaign.folder = "build/fuzz/findings";
	for (int i = 0; i < count; i++)
		if (visit_folder(folders[i], try_file) < 0)
			return 2;
	if (rules) {
		campaign_rules(&campaign, stdout);
	} else {
		campaign_report(&campaign, stdout);
		printf("corpus: %u passed, %u failed, %u skipped\n", passed, failed,
		       skipped);
	}
	return failed ? 1 : 0;
}

/* Patterns of fuzz/unreached.ini: only * is special in them. */
static bool fits(const char *pattern, const char *id)
{
	if (*pattern == '*')
		return fits(pattern + 1, id) || (*id && fits(pattern, id + 1));
	return *pattern == *id && (!*id || fits(pattern + 1, id + 1));
}

static bool is_explained(const char *id)
{
	FILE *file = fopen("fuzz/unreached.ini", "re");
	char line[256], pattern[256];
	bool found = false;

	while (file && !found && fgets(line, sizeof(line), file))
		found = sscanf(line, "[%255[^]]]", pattern) == 1 && fits(pattern, id);
	if (file)
		fclose(file);
	return found;
}

static unsigned int left_out(bool tell)
{
	unsigned int left = 0;

	for (unsigned int i = 0; i < campaign_rule_count(); i++) {
		const char *id = campaign_rule(i)->id;

		if (campaign.reached[i] || is_explained(id))
			continue;
		if (tell)
			printf("%s\n", id);
		left++;
	}
	return left;
}

/* On a busy machine a call that would be over at once may be ended: see PATIENCE_MS. */
#define ROUNDS 5

/* The rules that neither the corpus reaches nor fuzz/unreached.ini explains. */
static int missing(char **folders, int count)
{
	with_care = true;
	campaign.folder = campaign.folder ? campaign.folder : "build/fuzz/findings";
	for (int round = 0; !round || (round < ROUNDS && left_out(false)); round++)
		for (int i = 0; i < count; i++)
			if (visit_folder(folders[i], try_file) < 0)
				return 2;
	return left_out(true) ? 1 : 0;
}

/* Some of the corpus, for what new programs take calls from. */
#define KEPT 256
static struct program kept[KEPT];
static unsigned int kept_count;

static void keep_file(const char *path)
{
	if (kept_count < KEPT && load(path, &kept[kept_count]))
		kept_count++;
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static unsigned int rules_reached(void)
{
	unsigned int count = 0;

	for (unsigned int i = 0; i < campaign_rule_count(); i++)
		count += campaign.reached[i] != 0;
	return count;
}

static void stop(int number)
{
	(void)number;
	stopped = 1;
}

/* A new program, or one like those that have reached something. */
static void next_program(struct program_random *random, unsigned long number)
{
	const struct program *other = NULL;

	if (kept_count)
		other = &kept[number * 2654435761UL % kept_count];
	if (!other || number % 4 == 0) {
		program_make(&program, 4 + (unsigned int)(number % 29), random);
		return;
	}
	program = kept[(number * 40503UL >> 4) % kept_count];
	for (unsigned long i = 0; i <= number % 7; i++)
		program_mutate(&program, other, random);
}

/* Of the rules that the last program was the first to reach, one each. */
static void keep_seeds(const bool *before, const char *folder)
{
	static struct program reduced;

	for (unsigned int i = 0; i < campaign_rule_count(); i++) {
		if (before[i] || !campaign.reached[i])
			continue;
		reduced = program;
		if (seeds_reduce(&campaign.executor, &reduced, campaign_rule(i)))
			seeds_write(folder, &reduced, campaign_rule(i));
	}
}

static void note_reached(bool *reached)
{
	for (unsigned int i = 0; i < campaign_rule_count(); i++)
		reached[i] = campaign.reached[i];
}

static bool is_there(const char *folder, const struct rule *rule)
{
	char path[1024];

	snprintf(path, sizeof(path), "%s/%s.txt", folder, rule->id);
	return !access(path, R_OK);
}

static const char *seed_folder;

/* Tries the program, and keeps what it is the first to reach. */
static bool try_for_seeds(void)
{
	static bool before[CAMPAIGN_RULES];
	unsigned int count = rules_reached();

	note_reached(before);
	campaign_try(&campaign, &program);
	if (rules_reached() == count)
		return false;
	keep_seeds(before, seed_folder);
	return true;
}

static void try_file_for_seeds(const char *path)
{
	if (load(path, &program))
		try_for_seeds();
}

static int run_seeds(double seconds, unsigned long long seed, const char *folder,
		     const char *corpus)
{
	double end = now() + seconds;
	struct program_random random;

	program_seed(&random, seed);
	campaign.folder = campaign.folder ? campaign.folder : "build/fuzz/findings";
	visit_folder(folder, keep_file);
	seed_folder = folder;
	for (unsigned int i = 0; i < campaign_rule_count(); i++)
		campaign.reached[i] = is_there(folder, campaign_rule(i));
	if (corpus && visit_folder(corpus, try_file_for_seeds) < 0)
		return 2;
	for (unsigned long i = 0; !stopped && now() < end; i++) {
		next_program(&random, i);
		if (try_for_seeds())
			kept[kept_count < KEPT ? kept_count++ : i % KEPT] = program;
	}
	campaign_report(&campaign, stdout);
	return 0;
}

static int run_campaign(double seconds, unsigned long long seed, const char *folder)
{
	double end = now() + seconds, told = now();
	struct program_random random;
	bool going = true;

	program_seed(&random, seed);
	if (folder && visit_folder(folder, keep_file) < 0)
		return 2;
	for (unsigned long i = 0; going && !stopped && now() < end; i++) {
		unsigned int before = rules_reached();

		next_program(&random, i);
		going = campaign_try(&campaign, &program);
		if (rules_reached() > before)
			kept[kept_count < KEPT ? kept_count++ : i % KEPT] = program;
		if (now() - told > 60) {
			campaign_report(&campaign, stdout);
			told = now();
		}
	}
	campaign_report(&campaign, stdout);
	return campaign.findings ? 1 : 0;
}

/* So many new programs, of 4 to 32 calls. */
static int run_random(unsigned long count, unsigned long long seed)
{
	struct program_random random;

	program_seed(&random, seed);
	for (unsigned long i = 0; !stopped && i < count; i++) {
		program_make(&program, 4 + (unsigned int)(i % 29), &random);
		if (!campaign_try(&campaign, &program))
			break;
	}
	campaign_report(&campaign, stdout);
	return campaign.findings ? 1 : 0;
}

static int command(char **words, int count)
{
	const char *name = words[0];

	if (!strcmp(name, "replay") && count > 1)
		return replay(words + 1, count - 1);
	if ((!strcmp(name, "minimise") || !strcmp(name, "case")) && count == 2)
		return minimise_file(words[1], !strcmp(name, "case"));
	if ((!strcmp(name, "corpus") || !strcmp(name, "reached")) && count > 1)
		return corpus(words + 1, count - 1, !strcmp(name, "reached"));
	if (!strcmp(name, "missing") && count > 1)
		return missing(words + 1, count - 1);
	if (!strcmp(name, "bench") && count == 3 && !campaign.executor.isolated)
		return bench(&campaign.executor, atof(words[1]), words[2]);
	if (!strcmp(name, "seeds") && (count == 4 || count == 5))
		return run_seeds(atof(words[1]), strtoull(words[2], NULL, 0), words[3],
				 count == 5 ? words[4] : NULL);
	if (!strcmp(name, "random") && count == 3)
		return run_random(strtoul(words[1], NULL, 0),
				  strtoull(words[2], NULL, 0));
	if (!strcmp(name, "campaign") && (count == 3 || count == 4))
		return run_campaign(atof(words[1]), strtoull(words[2], NULL, 0),
				    count == 4 ? words[3] : NULL);
	return usage();
}

int main(int argc, char **argv)
{
	const char *target = NULL, *folder = NULL, *against = NULL;
	int i = 1;

	program_arguments = argv;
	for (; i + 1 < argc && !strncmp(argv[i], "--", 2); i += 2) {
		if (!strcmp(argv[i], "--target"))
			target = argv[i + 1];
		else if (!strcmp(argv[i], "--findings"))
			folder = argv[i + 1];
		else if (!strcmp(argv[i], "--against"))
			against = argv[i + 1];
		else
			return usage();
	}
	if (i >= argc || !strncmp(argv[i], "--", 2))
		return usage();
	signal(SIGINT, stop);
	signal(SIGTERM, stop);
	if (!campaign_open(&campaign, target, folder) ||
	    (against && !campaign_against(&campaign, against)))
		return 2;
	return command(argv + i, argc - i);
}
