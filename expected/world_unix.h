/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * world_unix.h - AF_UNIX in a world: what a path leads to, and whose a name is.
 */
#ifndef EXPECTED_WORLD_UNIX_H
#define EXPECTED_WORLD_UNIX_H

#include "world.h"

/* What creating a file at a path meets first, in the order of the kernel's checks. */
enum unix_path {
	UNIX_PATH_UNSEARCHABLE,	 /* a directory on the way may not be searched, */
	UNIX_PATH_NO_DIRECTORY,	 /* or is missing, */
	UNIX_PATH_NOT_DIRECTORY, /* or is something else, */
	UNIX_PATH_LOOP,		 /* or lies behind too many symbolic links */
	UNIX_PATH_EXISTS,
	UNIX_PATH_SLASH, /* ends with a slash, as only a directory's may */
	UNIX_PATH_READ_ONLY,
	UNIX_PATH_LANDLOCK,
	UNIX_PATH_UNMAPPED, /* the file system knows no such user or group */
	UNIX_PATH_UNWRITABLE,
	UNIX_PATH_NO_SOCKETS, /* the file system has no such files */
	UNIX_PATH_FULL,
	UNIX_PATH_FREE,
};

/* Follows the path of an address.  *place, where not NULL, gets the path of the file
 * below the case's directory, without links, where it is FREE or EXISTS; it is empty
 * where that is a directory that needs no name: "/", "." and the like. */
enum unix_path world_unix_path(const struct world *world,
			       const struct call_address *address, char *place);

/* The file at a path below the case's directory, as world_unix_path() gives it. */
const struct world_path *world_file(const struct world *world, const char *place);

/* The path of an address, or of a file's name, below the case's directory; NULL where
 * it is not below it. */
const char *world_path_below(const struct world *world, const char *path);

/* The other socket of the type and network of this one that bind(2) gave the name. */
const struct world_socket *world_unix_owner(const struct world *world,
					    const struct world_socket *asking,
					    const unsigned char *name,
					    unsigned int length);

#endif
