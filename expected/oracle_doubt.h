/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * oracle_doubt.h - what the oracle shares between its judging and its doubting.
 */
#ifndef EXPECTED_ORACLE_DOUBT_H
#define EXPECTED_ORACLE_DOUBT_H

#include "oracle.h"

/* What is in doubt of a socket of the oracle's world. */
unsigned int oracle_socket_doubts(const struct oracle *oracle,
				  const struct world_socket *socket);

/* Is it more than the rules of this call speak of?  See oracle_limits.c. */
bool oracle_beyond(const struct oracle *oracle, const struct world_socket *on,
		   const struct call *call);

bool oracle_is_ip(const struct world_socket *socket);

/* Can one be in the way of the other, or get what it sends: are both of IP, or of one
 * other family?  IP's are told apart by their protocols. */
bool oracle_same_kin(const struct world_socket *a, const struct world_socket *b);

#endif
