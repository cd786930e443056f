/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * write.h - a finding on disk: as text, as bytes, and as a case.
 */
#ifndef FUZZ_WRITE_H
#define FUZZ_WRITE_H

#include "finding.h"

/* Is it in the folder already?  Then it is marked as seen now. */
bool write_again(const char *folder, const struct finding *finding);

/* Writes KEY.txt, KEY.program and KEY.c to the folder; complains on stderr. */
void write_finding(const char *folder, const struct finding *finding,
		   const struct program *program);

/* A case of the house's style, which is what the finding says is due. */
void write_case(const struct finding *finding, const struct program *program,
		FILE *out);

#endif
