/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * oracle.h - the rulebook as an oracle of any sequence of calls: which rule each call
 * lands in, whether its result is one that the rule allows, and what of the world is
 * still known afterwards.  Pure: it makes no system call and keeps nothing elsewhere.
 *
 * The rulebook's world follows what cases do.  Any sequence of calls may do more than
 * it follows: what that leaves unknown is noted as a doubt, and a call that looks at
 * what is in doubt is not judged.  It never counts as right.
 */
#ifndef EXPECTED_ORACLE_H
#define EXPECTED_ORACLE_H

#include "rulebook.h"

/* What is not known any more of a socket. */
enum doubt {
	DOUBT_NAME = 1 << 0,	/* its address and port */
	DOUBT_STATE = 1 << 1,	/* whether and to whom it is connected; its error */
	DOUBT_QUEUE = 1 << 2,	/* what waits at it to be received */
	DOUBT_OPTIONS = 1 << 3, /* how it was set up */
	DOUBT_SENDING = 1 << 4, /* whether there is room for what it sends */
	DOUBT_CHANGED = 1 << 5, /* it is not as socket(2) made it */
	DOUBT_ALL = (1 << 6) - 1,
};

/* Sockets are known by the ids that the world gives them. */
#define ORACLE_SOCKETS 256

struct oracle {
	struct world world;
	unsigned char doubts[ORACLE_SOCKETS];
	/* Which descriptors are open on what is not known any more: nothing is judged.
	 */
	bool lost;
	/* Why a call was last not followed, for people; NULL where all was. */
	const char *why;
};

enum judged {
	JUDGED_NOT, /* there is no rule, or the rule looks at what is in doubt */
	JUDGED_ALLOWED,
	JUDGED_DIFFERENT,
};

struct judgement {
	enum judged judged;
	const struct rule *rule; /* that the call lands in, or NULL */
	struct outcome due;	 /* what the rule says, where there is one */
};

/* Begins a program in a world of which all is known; `first` must have no sockets. */
void oracle_begin(struct oracle *oracle, const struct world *first);

/* The rule that the call lands in, were it made now; NULL where there is none, or where
 * it would look at what is in doubt. */
const struct rule *oracle_rule(const struct oracle *oracle, const struct call *call);

/* Judges a call by the world that it met, which oracle_take() has not changed yet. */
void oracle_judge(const struct oracle *oracle, const struct call *call,
		  const struct result *result, struct judgement *judgement);

/* Goes on from the observed result, whatever it is. */
void oracle_take(struct oracle *oracle, const struct call *call,
		 const struct result *result);

/* After oracle_take(): the result was another than was due, so that what the world
 * holds of the socket and its kin may not be so. */
void oracle_deviated(struct oracle *oracle, const struct call *call,
		     const struct result *result, const struct outcome *due);

/* The same of socketpair(2), of which no rule speaks: the two descriptors it gave. */
void oracle_take_pair(struct oracle *oracle, const struct call *call,
		      const struct result *result, const int fds[2]);

/* Does the call send? */
bool oracle_is_sending(const struct call *call);

/* What is in doubt of the socket behind a descriptor: enum doubt. */
unsigned int oracle_doubts(const struct oracle *oracle, int fd);

#endif
