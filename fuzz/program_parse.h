/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * program_parse.h - arguments of programs from text; each false, with an error, where
 * it is none.
 */
#ifndef FUZZ_PROGRAM_PARSE_H
#define FUZZ_PROGRAM_PARSE_H

#include "program_scan.h"

/* What is wrong with a pointer, behind what it points to; nothing is good memory. */
bool parse_pointer(struct scanner *scanner, struct program_pointer *pointer);
/* What follows "port": "(fd0)". */
bool parse_port_of(struct scanner *scanner, struct program_address *address);

/* program_parse_memory.c: an address and its length; a value and, of setsockopt(2), its
 * length. */
bool parse_address(struct scanner *scanner, struct program_address *address);
bool parse_value(struct scanner *scanner, struct program_call *call);

#endif
