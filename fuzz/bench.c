/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bench.c - how fast programs run, with and without the oracle, by the processor's time
 * that this process has had.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench.h"

#define PROGRAMS 512

static struct program *programs;
static struct trace *traces;
static unsigned int count;

static double processor_time(void)
{
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double wall_time(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void load(const char *path)
{
	static char bytes[PROGRAM_BYTES_MAX + 1];
	size_t name = strlen(path), length;
	struct program_error error;
	FILE *file = fopen(path, "re");

	if (!file)
		return;
	length = fread(bytes, 1, sizeof(bytes) - 1, file);
	fclose(file);
	bytes[length] = '\0';
	if (name > 4 && !strcmp(path + name - 4, ".txt")) {
		count += program_parse(&programs[count], bytes, &error);
		return;
	}
	program_decode(&programs[count++], bytes, length);
}

static bool load_all(const char *folder)
{
	DIR *directory = opendir(folder);
	struct dirent *entry;
	char path[4096];

	programs = calloc(PROGRAMS, sizeof(*programs));
	traces = calloc(PROGRAMS, sizeof(*traces));
	while (programs && traces && directory && count < PROGRAMS &&
	       (entry = readdir(directory))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		load(path);
	}
	if (directory)
		closedir(directory);
	return count;
}

struct rate {
	double processor, wall;
	unsigned long programs, calls;
};

static void measure(const struct executor *executor, double seconds, bool judged,
		    struct rate *rate)
{
	double processor = processor_time(), wall = wall_time();

	while (processor_time() - processor < seconds)
		for (unsigned int i = 0; i < count; i++) {
			rate->calls +=
				judged ? execute(executor, &programs[i], NULL, NULL)
				       : execute_bare(executor, &programs[i],
						      &traces[i]);
			rate->programs++;
		}
	rate->processor += processor_time() - processor;
	rate->wall += wall_time() - wall;
}

static void print(const char *what, const struct rate *rate)
{
	printf("%-24s %9.0f programs %9.0f calls a second of the processor; "
	       "%9.0f calls a second of the clock\n",
	       what, (double)rate->programs / rate->processor,
	       (double)rate->calls / rate->processor, (double)rate->calls / rate->wall);
}

/* All calls that the programs have made, one after the other. */
#define CALLS 16384
static struct made *calls;
static unsigned int call_count;

static bool keep_call(void *context, const struct made *made,
		      const struct oracle *oracle)
{
	(void)context;
	(void)oracle;
	if (!made->skipped && made->call.name && call_count < CALLS)
		calls[call_count++] = *made;
	return true;
}

/* The oracle alone, over calls that were made before. */
static void measure_oracle(const struct executor *executor, double seconds)
{
	static struct oracle oracle;
	static struct judgement judgement;
	double begin = processor_time(), taken;
	unsigned long judged = 0;

	calls = calloc(CALLS, sizeof(*calls));
	for (unsigned int i = 0; calls && i < count; i++)
		execute(executor, &programs[i], keep_call, NULL);
	begin = processor_time();
	do {
		for (unsigned int i = 0; i < call_count; i++) {
			if (!calls[i].index)
				oracle_begin(&oracle, &executor->first);
			calls[i].result.data = NULL;
			oracle_judge(&oracle, &calls[i].call, &calls[i].result,
				     &judgement);
			oracle_take(&oracle, &calls[i].call, &calls[i].result);
		}
		judged += call_count;
		taken = processor_time() - begin;
	} while (call_count && taken < seconds);
	printf("%-24s %28.0f calls a second of the processor\n", "the oracle alone",
	       (double)judged / taken);
	free(calls);
}

/* In turns, so that what else the machine does weighs on both. */
#define TURNS 5

int bench(struct executor *executor, double seconds, const char *folder)
{
	struct rate judged = { 0 }, bare = { 0 };

	if (!load_all(folder)) {
		fprintf(stderr, "sockcheck: %s: no programs\n", folder);
		return 2;
	}
	for (unsigned int i = 0; i < count; i++)
		execute_traced(executor, &programs[i], &traces[i]);
	for (int i = 0; i < TURNS; i++) {
		measure(executor, seconds / TURNS / 2, true, &judged);
		measure(executor, seconds / TURNS / 2, false, &bare);
	}
	print("with the oracle", &judged);
	print("the bare calls", &bare);
	measure_oracle(executor, seconds / TURNS);
	printf("ratio %.2f\n", (double)judged.calls / judged.processor /
				       ((double)bare.calls / bare.processor));
	return 0;
}
