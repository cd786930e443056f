/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * world_files.h - sockets as files in a world: descriptors that share one, and what
 * operations on files change.
 */
#ifndef EXPECTED_WORLD_FILES_H
#define EXPECTED_WORLD_FILES_H

#include "world.h"

/* What an operation of world_files.c that has succeeded changes. */
void world_file_apply(struct world *world, const struct call *call,
		      const struct result *result);

#endif
