/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * counters.c - what the network namespace has counted of the datagrams of UDP.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "sockcheck.h"

/* A line of names and a line of values, which stand in the same order. */
static long in_columns(FILE *file, const char *name)
{
	char names[512], values[512], *at_name = NULL, *at_value = NULL;

	while (fgets(names, sizeof(names), file)) {
		char *one, *value;

		if (strncmp(names, "Udp: ", 5) || !fgets(values, sizeof(values), file))
			continue;
		one = strtok_r(names, " \n", &at_name);
		value = strtok_r(values, " \n", &at_value);
		for (; one && value; one = strtok_r(NULL, " \n", &at_name),
				     value = strtok_r(NULL, " \n", &at_value))
			if (!strcmp(one, name))
				return strtol(value, NULL, 10);
	}
	return -1;
}

/* Each name with its value on a line of its own. */
static long in_lines(FILE *file, const char *name)
{
	char line[256], found[128];
	long value;

	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "Udp6%127s %ld", found, &value) == 2 &&
		    !strcmp(found, name))
			return value;
	return -1;
}

long udp_counter(bool v4, const char *name)
{
	const char *path = v4 ? "/proc/net/snmp" : "/proc/net/snmp6";
	FILE *file;
	long value;

	need_kernel(path);
	file = fopen(path, "re");
	if (!file)
		sc_skip("needs %s: %s", path, errno_name(errno));
	value = v4 ? in_columns(file, name) : in_lines(file, name);
	fclose(file);
	must(value >= 0, "%s does not have %s", path, name);
	return value;
}
