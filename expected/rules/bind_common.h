/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bind_common.h - what the rules of bind(2) look at, whatever the family.
 */
#ifndef EXPECTED_RULES_BIND_COMMON_H
#define EXPECTED_RULES_BIND_COMMON_H

#include <string.h>

#include "../world_ip.h"
#include "call_common.h"

/* The family that the address argument names.  Bytes that were not passed are zero
 * here; in the kernel they are whatever lay there, so ask for the length first. */
static inline int address_family(const struct call *call)
{
	sa_family_t family;

	memcpy(&family, call->address.bytes, sizeof(family));
	return family;
}

#endif
