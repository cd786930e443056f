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
	static unsigned char bytes[PROGRAM_BYTES_MAX];
	FILE *file = fopen(path, "re");

	if (!file)
		return;
	program_decode(&programs[count], bytes, fread(bytes, 1, sizeof(bytes), file));
	fclose(file);
	count++;
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
		size_t length = strlen(entry->d_name);

		if (entry->d_name[0] == '.' ||
		    (length > 4 && !strcmp(entry->d_name + length - 4, ".txt")))
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
	printf("ratio %.2f\n", (double)judged.calls / judged.processor /
				       ((double)bare.calls / bare.processor));
	return 0;
}
