/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * fileops_common.h - what the rules of operations on files look at: first of all the
 * descriptor, which fdget() does not find where it is closed or was opened with O_PATH.
 */
#ifndef EXPECTED_RULES_FILEOPS_COMMON_H
#define EXPECTED_RULES_FILEOPS_COMMON_H

#include "call_common.h"

static inline bool on_socket(const struct world *world, const struct call *call)
{
	return call_socket(world, call);
}

static inline bool fd_not_usable(const struct world *world, const struct call *call)
{
	return fd_not_open(world, call) || fd_path_only(world, call);
}

/* The two rules that every call begins with; what follows the page's name is cited. */
#define DESCRIPTOR_RULES(call_, ...)                                                 \
	{ .id = call_ ".not_open",                                                   \
	  .says = "a descriptor that is not open is refused",                        \
	  .when = fd_not_open,                                                       \
	  .outcome = FAILS(EBADF),                                                   \
	  .cites = { __VA_ARGS__, KERNEL("fs/file.c", "__fget_light") } },           \
	{                                                                            \
		.id = call_ ".path_only",                                            \
		.says = "a descriptor opened with O_PATH is refused as one that is " \
			"not open",                                                  \
		.when = fd_path_only, .outcome = FAILS(EBADF), .cites = {            \
			__VA_ARGS__,                                                 \
			QUOTE("open(2)",                                             \
			      "The file itself is not opened, and other file "       \
			      "operations (e.g., read(2), write(2), fchmod(2), "     \
			      "fchown(2), fgetxattr(2), ioctl(2), mmap(2)) fail "    \
			      "with the error EBADF."),                              \
			KERNEL("fs/file.c", "__fget_light")                          \
		}                                                                    \
	}

#endif
