/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * world_unix.c - AF_UNIX in a world: names, paths, and what bind(2) makes of them.
 */
#include <string.h>

#include "constants.h"
#include "world_families.h"

void world_unix_bind(struct world *world, struct world_socket *socket,
		     const struct call *call)
{
	(void)world;
	(void)socket;
	(void)call;
}
