/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * targets.c - the targets that this program holds.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host.h"
#ifdef WITH_MODEL_TARGET
#include "../tests/model.h"
#endif
#ifdef WITH_STACKS
#include "stack.h"
#endif
#include "target.h"

char **program_arguments;

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

#ifdef WITH_STACKS
const struct target *target_again(const char *name, char *why, size_t size)
{
	return stack_target_again(name, why, size);
}

static const struct target *load_stack(const char *name, char *why, size_t size)
{
	return stack_target_by_name(name, why, size);
}
#else
/* Only a program that is linked dynamically can load one: this one goes on as that. */
static const struct target *load_stack(const char *name, char *why, size_t size)
{
	char program[256];
	ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 16);

	program[length < 0 ? 0 : length] = '\0';
	strcat(program, "-dynamic");
	execv(program, program_arguments);
	snprintf(why, size, "%s is loaded by %s, which cannot be run: %s", name,
		 program, strerror(errno));
	return NULL;
}
#endif

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
