/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * recvfrom_areas.h - what is wrong with the areas of memory that recvmsg(2), readv(2)
 * and read(2) are given, in the order of import_iovec().
 */
#ifndef EXPECTED_RULES_RECVFROM_AREAS_H
#define EXPECTED_RULES_RECVFROM_AREAS_H

#include "recvfrom_common.h"

static inline bool is_wrong(const struct call *call, enum wrong what)
{
	return call->message.wrong & (unsigned int)what;
}

static inline bool areas_too_many(const struct world *world, const struct call *call)
{
	return call_socket(world, call) && is_wrong(call, AREAS_TOO_MANY);
}

/* As many as there is room for without any: UIO_FASTIOV. */
static inline bool areas_without_memory(const struct world *world,
					const struct call *call)
{
	return call_socket(world, call) && world->facts & FACT_NO_MEMORY &&
	       call->message.areas > AREAS_WITHOUT_MEMORY;
}

static inline bool areas_unreadable(const struct world *world, const struct call *call)
{
	return call_socket(world, call) && is_wrong(call, AREAS_UNREADABLE);
}

static inline bool area_negative(const struct world *world, const struct call *call)
{
	return call_socket(world, call) && is_wrong(call, AREA_NEGATIVE);
}

static inline bool area_foreign(const struct world *world, const struct call *call)
{
	return call_socket(world, call) && call->message.foreign;
}

#endif
