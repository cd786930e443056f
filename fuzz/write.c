/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * write.c - a finding on disk.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "write.h"

/* The key as a file's name. */
static void name_of(const struct finding *finding, char *name, size_t size)
{
	size_t used = 0;

	for (const char *at = finding->key; *at && used + 1 < size; at++) {
		bool plain = (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') ||
			     (*at >= '0' && *at <= '9') || *at == '.' || *at == '_';

		if (plain)
			name[used++] = *at;
		else if (used && name[used - 1] != '-')
			name[used++] = '-';
	}
	name[used] = '\0';
}

static FILE *open_file(const char *folder, const char *name, const char *suffix)
{
	char path[1024];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s%s", folder, name, suffix);
	file = fopen(path, "we");
	if (!file)
		fprintf(stderr, "sockcheck: %s: %s\n", path, strerror(errno));
	return file;
}

bool write_again(const char *folder, const struct finding *finding)
{
	char name[200], path[1024];

	name_of(finding, name, sizeof(name));
	snprintf(path, sizeof(path), "%s/%s.txt", folder, name);
	return !utimensat(AT_FDCWD, path, NULL, 0);
}

void write_finding(const char *folder, const struct finding *finding,
		   const struct program *program)
{
	static unsigned char bytes[PROGRAM_BYTES_MAX];
	size_t length = program_encode(program, bytes, sizeof(bytes));
	char name[200];
	FILE *file;

	if (mkdir(folder, 0777) && errno != EEXIST)
		fprintf(stderr, "sockcheck: %s: %s\n", folder, strerror(errno));
	name_of(finding, name, sizeof(name));
	file = open_file(folder, name, ".txt");
	if (file) {
		finding_print(finding, program, file);
		fclose(file);
	}
	file = open_file(folder, name, ".program");
	if (file) {
		fwrite(bytes, 1, length < sizeof(bytes) ? length : sizeof(bytes), file);
		fclose(file);
	}
	file = open_file(folder, name, ".c");
	if (file) {
		write_case(finding, program, file);
		fclose(file);
	}
}
