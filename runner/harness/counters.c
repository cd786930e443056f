/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * counters.c - what /proc/net says of the network namespace: what has been counted of
 * datagrams of UDP and of what TCP did, how many sockets a protocol has, which
 * addresses they have.
 */
#include <netinet/in.h>
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

static FILE *open_table(const char *path)
{
	FILE *file;

	need_kernel(path);
	file = fopen(path, "re");
	if (!file)
		sc_skip("needs %s: %s", path, errno_name(errno));
	return file;
}

static long counter(const char *path, const char *group, const char *name)
{
	FILE *file;
	long value;

	/* Where there is no machine, nothing is counted. */
	if (session.target->imaginary)
		return 0;
	file = open_table(path);
	value = strchr(group, ':') ? in_columns(file, group, name)
				   : in_lines(file, group, name);
	fclose(file);
	if (value < 0)
		sc_skip("needs %s in %s", name, path);
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

long sockets_of(const char *protocol)
{
	char line[256], name[128];
	long sockets = -1, value;
	FILE *file;

	if (session.target->imaginary)
		return 0;
	file = open_table("/proc/net/protocols");
	while (sockets < 0 && fgets(line, sizeof(line), file))
		if (sscanf(line, "%127s %*d %ld", name, &value) == 2 &&
		    !strcmp(name, protocol))
			sockets = value;
	fclose(file);
	if (sockets < 0)
		sc_skip("needs %s in /proc/net/protocols", protocol);
	return sockets;
}

/* Each 32 bits of the address are a number of this machine. */
static int print_words(char *out, size_t room, const void *address, size_t size)
{
	const unsigned char *at = address;
	unsigned int word;
	int length = 0;

	for (; size; at += sizeof(word), size -= sizeof(word)) {
		memcpy(&word, at, sizeof(word));
		length += snprintf(out + length, room - (size_t)length, "%08X", word);
	}
	return length;
}

bool in_table(const char *path, const struct address *local)
{
	static const unsigned char none[16];
	bool v4 = local->length == sizeof(struct sockaddr_in);
	size_t size = v4 ? 4 : 16, at = v4 ? 4 : 8;
	char line[512], due[128];
	bool found = false;
	FILE *file;
	int length;

	if (session.target->imaginary)
		return true;
	file = open_table(path);
	length = print_words(due, sizeof(due), local->bytes + at, size);
	length += snprintf(due + length, sizeof(due) - (size_t)length, ":%04X ",
			   port_of(local));
	length += print_words(due + length, sizeof(due) - (size_t)length, none, size);
	snprintf(due + length, sizeof(due) - (size_t)length, ":0000 07 ");
	while (!found && fgets(line, sizeof(line), file))
		found = strstr(line, due);
	fclose(file);
	return found;
}
