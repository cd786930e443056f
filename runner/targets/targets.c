/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * targets.c - the targets that this program holds.
 */
#include <stdio.h>
#include <string.h>

#include "host.h"
#ifdef WITH_MODEL_TARGET
#include "../tests/model.h"
#endif
#ifdef WITH_STACKS
#include "stack.h"
#endif
#include "target.h"

static const struct target *const targets[] = {
	&host_target,  &socketcall_target, &uring_target,
#ifdef WITH_MODEL_TARGET
	&model_target, &liar_target,
#endif
};

const struct target *target_at(size_t i)
{
	return i < sizeof(targets) / sizeof(targets[0]) ? targets[i] : NULL;
}

/* A path, or the name of a stack that this project comes with. */
static bool names_stack(const char *name)
{
	return strchr(name, '/') || strstr(name, ".so") || !strcmp(name, "lwip") ||
	       !strcmp(name, "lwipv6");
}

static const struct target *load_stack(const char *name, char *why, size_t size)
{
#ifdef WITH_STACKS
	return stack_target_by_name(name, why, size);
#else
	snprintf(why, size,
		 "%s is loaded, which this program cannot: sockcheck-dynamic can",
		 name);
	return NULL;
#endif
}

const struct target *target_by_name(const char *name, char *why, size_t size)
{
	for (size_t i = 0; target_at(i); i++)
		if (!strcmp(target_at(i)->name, name))
			return target_at(i);
	if (names_stack(name))
		return load_stack(name, why, size);
	snprintf(why, size, "unknown target '%s'; --targets lists them", name);
	return NULL;
}
