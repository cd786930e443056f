/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * world_files.c - sockets as files in a world: what operations on files change.
 */
#include "world_files.h"
#include "constants.h"

void world_file_apply(struct world *world, const struct call *call,
		      const struct result *result)
{
	struct world_socket *known = world_socket_to_change(world, call->fd);

	(void)result;
	if (!known)
		return;
	switch (call->name) {
	case CALL_FCHMOD:
		known->mode_flipped = (unsigned int)call->file.argument[0] ^ 0777;
		break;
	default:
		break;
	}
}
