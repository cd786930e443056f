/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * posix_sets.h - what POSIX.1-2024 leaves open in more than one rule, for .posix and
 * .posix_computed.
 */
#ifndef EXPECTED_POSIX_SETS_H
#define EXPECTED_POSIX_SETS_H

#include "rule.h"

/* Which of these tells that the family has no such type, it does not say: a type is
 * supported by a protocol or it is not. */
#define POSIX_NO_SUCH_TYPE FAILS(EPROTOTYPE, ESOCKTNOSUPPORT, EPROTONOSUPPORT)
#define POSIX_TYPE_CITES                                                              \
	POSIX_SAYS("socket", "EPROTOTYPE", "the protocol does not support the type"), \
		POSIX_SAYS("errno.h", "ESOCKTNOSUPPORT", "the type is not supported")

/* "may fail": an implementation needs not look at the length. */
#define POSIX_LENGTH RETURNS_OR_FAILS(0, EINVAL)

/* Sent to where nobody is: write() is send() without flags. */
#define POSIX_UNCONNECTED FAILS(ENOTCONN, EDESTADDRREQ, EPIPE, ECONNRESET)

/* Adds an error to those that the outcome may be, once. */
void posix_or_fails(struct outcome *outcome, int error);

/* Each makes of the rule's own outcome what POSIX has. */
typedef void posix_maker(const struct world *world, const struct call *call,
			 struct outcome *outcome);

/* socket(): beside streams of TCP, datagrams of UDP and those of AF_UNIX, what there is
 * is the implementation's; and so is IPv6. */
posix_maker posix_optional_socket;
/* bind(): SO_REUSEADDR asks for as much reuse as the protocol has. */
posix_maker posix_reuse;
/* MSG_OOB where there is nothing out of band. */
posix_maker posix_nothing_urgent;
/* A socket that is being connected may be said not to be. */
posix_maker posix_connecting;
/* SA_RESTART has a call go on that would be interrupted. */
posix_maker posix_restarted;
/* SO_PROTOCOL tells something of the protocols of IP. */
posix_maker posix_protocol;

#endif
