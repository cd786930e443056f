/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * places.h - where an argument of recvfrom(2) points: to memory that can be written, or
 * in one way or another cannot.
 */
#ifndef CASES_RECVFROM_PLACES_H
#define CASES_RECVFROM_PLACES_H

#include "sockcheck.h"

enum place {
	WRITABLE,
	NOWHERE, /* NULL */
	UNMAPPED,
	PROTECTED,
	HALF, /* two bytes of it can be written */
	READ_ONLY,
	NEGATIVE, /* writable, of an addrlen that is negative */
};

/* READ_ONLY is a copy of an addrlen, or of as many bytes. */
static inline void *memory_at(enum place place, void *writable)
{
	static const unsigned char two[2] = { RESULT_FILL, RESULT_FILL };

	switch (place) {
	case NOWHERE:
		return NULL;
	case UNMAPPED:
		return (void *)unmapped_memory();
	case PROTECTED:
		return (void *)protected_memory();
	case HALF:
		return (void *)cut_off_after(two, sizeof(two));
	case READ_ONLY:
		return (void *)read_only_copy(writable, sizeof(socklen_t));
	default:
		return writable;
	}
}

#endif
