/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * call_common.h - what the rules of every call on a descriptor look at.
 */
#ifndef EXPECTED_RULES_CALL_COMMON_H
#define EXPECTED_RULES_CALL_COMMON_H

#include "../constants.h"
#include "../world.h"
#include "lists.h"

/* The socket that the call is on, or NULL. */
static inline const struct world_socket *call_socket(const struct world *world,
						     const struct call *call)
{
	return world_socket(world, call->fd);
}

/* Is it a socket of this family? */
static inline bool call_is_on(const struct world *world, const struct call *call,
			      int domain)
{
	const struct world_socket *on = call_socket(world, call);

	return on && on->domain == domain;
}

/* The descriptor is looked up first: sockfd_lookup_light(). */
static inline bool fd_not_open(const struct world *world, const struct call *call)
{
	return !world_is_open(world, call->fd);
}

static inline bool fd_path_only(const struct world *world, const struct call *call)
{
	return world_is_open(world, call->fd) &&
	       world->open[call->fd] == DESCRIPTOR_PATH;
}

static inline bool fd_no_socket(const struct world *world, const struct call *call)
{
	return !call_socket(world, call);
}

#endif
