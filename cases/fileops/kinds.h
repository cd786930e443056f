/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * kinds.h - the kinds of sockets, each of which is a file; and the descriptors that no
 * call takes.
 */
#ifndef CASES_FILEOPS_KINDS_H
#define CASES_FILEOPS_KINDS_H

#include <stdio.h>
#include <string.h>

#include "../recvfrom/kinds.h"

/* Of the kinds, one for datagrams and one for streams, and one for each family else:
 * where the family has no say of its own. */
static inline bool stands_for_family(const struct kind *kind)
{
	static const char *const chosen[] = { "udp", "tcp6", "unix-stream",
					      "netlink-raw" };

	for (size_t i = 0; i < COUNT(chosen); i++)
		if (!strcmp(chosen[i], kind->name))
			return true;
	return false;
}

/* Adds a case for a row on a socket of a kind. */
#define add_on_kind(kind_, function, row_, ...)                                 \
	add_case(.name = name_case(__VA_ARGS__), .run_row = function,           \
		 .row = keep_row(row_, sizeof(*(row_))), .caps = (kind_)->caps, \
		 .has = { FEATURE_FAMILY((kind_)->domain), (kind_)->feature })

/* A call whatever its descriptor is. */
struct any_call {
	const char *name;
	enum call_name call;
	long argument[FILE_ARGUMENTS];
};

struct any_call_row {
	const struct any_call *call;
	const struct kind *kind;
	int error;
};

/* F_GETOWN_EX tells this owner. */
static inline void expect_owner(int type, int who, int fd)
{
	struct f_owner_ex owner = { type, who }, told = { -1, -1 };

	t_fcntl_at(fd, F_GETOWN_EX, &told, sizeof(told));
	expect_last_bytes(&owner, sizeof(owner));
}

/* Of struct ifreq, what rules look at: the name, and what stands first behind it. */
static inline void expect_interface(const void *told)
{
	expect_last_bytes(told, FILE_BYTES_MAX);
}

static inline long call_any(const struct any_call *it, int fd)
{
	return t_file(it->call, fd, it->argument);
}

#endif
