/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * counters.c - what the network namespace has counted: of datagrams of UDP, and of what
 * TCP did.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "sockcheck.h"

/* A line of names and a line of values, which stand in the same order. */
static long in_columns(FILE *file, const char *group, const char *name)
{
	char names[4096], values[4096], *at_name = NULL, *at_value = NULL;

	while (fgets(names, sizeof(names), file)) {
		char *one, *value;

		if (strncmp(names, group, strlen(group)) ||
		    !fgets(values, sizeof(values), file))
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
static long in_lines(FILE *file, const char *group, const char *name)
{
	char line[256], found[128];
	long value;

	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "%127s %ld", found, &value) == 2 &&
		    !strncmp(found, group, strlen(group)) &&
		    !strcmp(found + strlen(group), name))
			return value;
	return -1;
}

static long counter(const char *path, const char *group, const char *name)
{
	FILE *file;
	long value;

	need_kernel(path);
	/* Where there is no machine, nothing is counted. */
	if (session.target->imaginary)
		return 0;
	file = fopen(path, "re");
	if (!file)
		sc_skip("needs %s: %s", path, errno_name(errno));
	value = strchr(group, ':') ? in_columns(file, group, name)
				   : in_lines(file, group, name);
	fclose(file);
	must(value >= 0, "%s does not have %s", path, name);
	return value;
}

long udp_counter(bool v4, const char *name)
{
	return v4 ? counter("/proc/net/snmp", "Udp: ", name)
		  : counter("/proc/net/snmp6", "Udp6", name);
}

long tcp_counter(const char *name)
{
	return counter("/proc/net/netstat", "TcpExt: ", name);
}
