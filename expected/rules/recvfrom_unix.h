/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * recvfrom_unix.h - what comes of a message or stream of AF_UNIX, for the rules that
 * hold for every family.
 */
#ifndef EXPECTED_RULES_RECVFROM_UNIX_H
#define EXPECTED_RULES_RECVFROM_UNIX_H

#include "../rule.h"

/* The first message that the call takes, or NULL where it takes none. */
const struct world_message *recvfrom_unix_first(const struct world *world,
						const struct call *call);

/* Is all well with the memory that the sender's address, so many bytes long, is to be
 * written to? */
bool recvfrom_name_writable(const struct call *call, unsigned int length);

/* Bytes, the sender's name, msg_flags and control messages. */
void recvfrom_unix_received(const struct world *world, const struct call *call,
			    struct outcome *outcome);

#endif
