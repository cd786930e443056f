/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * known.h - the differences that are recorded of a target, as findings' keys: a file
 * that the runner has made of expected/deviations/, a line each.
 */
#ifndef FUZZ_KNOWN_H
#define FUZZ_KNOWN_H

#include <stdbool.h>
#include <stdio.h>

/* Reads the file, once; false, said on stderr, where that cannot be. */
bool known_read(const char *path);

/* One more, which was found and is not recorded. */
void known_add(const char *key);

/* Is the difference known?  It is counted; and how often it was seen. */
bool known_has(const char *key);
unsigned long known_times(const char *key);

/* How many are recorded, and how many of them have been seen. */
unsigned int known_count(void);
unsigned int known_seen_count(void);

/* A line for each that is recorded, with how often it was seen. */
void known_print(FILE *out);

#endif
