/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * targets.c - the targets that this program holds.
 */
#include <string.h>

#include "host.h"
#ifdef WITH_MODEL_TARGET
#include "../tests/model.h"
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

const struct target *target_by_name(const char *name)
{
	for (size_t i = 0; target_at(i); i++)
		if (!strcmp(target_at(i)->name, name))
			return target_at(i);
	return NULL;
}
