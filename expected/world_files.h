/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * world_files.h - sockets as files in a world: descriptors that share one, and what
 * operations on files change.
 */
#ifndef EXPECTED_WORLD_FILES_H
#define EXPECTED_WORLD_FILES_H

#include "world.h"

/* The descriptor of which this one was made, or -1. */
int world_duplicate_of(const struct world *world, int fd);

/* Does the descriptor close itself on execve(2)? */
bool world_closes_on_exec(const struct world *world, int fd);

/* The descriptor is closed: true where the socket stays, by another one. */
bool world_file_stays(struct world *world, int fd);

/* What an operation that has succeeded changes: fcntl(2) of a socket, and those of
 * world_files.c. */
void world_fcntl_apply(struct world *world, struct world_socket *socket,
		       const struct call *call, const struct result *result);
void world_file_apply(struct world *world, const struct call *call,
		      const struct result *result);

#endif
