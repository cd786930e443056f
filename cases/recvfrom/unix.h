/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * unix.h - what the cases of recvfrom(2) for AF_UNIX share: connected pairs, and rows
 * that say, step by step, what is sent and what has to come of it.
 */
#ifndef CASES_RECVFROM_UNIX_H
#define CASES_RECVFROM_UNIX_H

#include <stdio.h>
#include <string.h>

#include "sockcheck.h"
#include "timeout.h"

#define HAS_UNIX .has = { FEATURE_FAMILY(AF_UNIX) }

/* A call is given an address with that much room behind it. */
#define NAME_ROOM 128

/* One step of a row.  The receiver is one end of a pair, the sender the other. */
enum does {
	DOES_END,
	DOES_SEND,	/* the sender sends the bytes, with the flags */
	DOES_SEND_BACK, /* the receiver sends them to the sender, who reads nothing */
	DOES_TAKE,	/* a call that receives, and what must come of it */
	DOES_DUE,	/* the same, and it lands in the rule of the row's name */
	DOES_CLOSE,	/* the sender is closed */
	DOES_SHUT,	/* shutdown(2) of the sender, the value is how */
	DOES_SHUT_OWN,	/* of the receiver */
	DOES_SET,	/* an option of the receiver, the flags are its name */
	DOES_SET_SENDER,
	DOES_TIMEOUT, /* SO_RCVTIMEO of the receiver, in milliseconds */
	DOES_ERROR,   /* the receiver's SO_ERROR is asked for */
	DOES_OFFSET,  /* the receiver's SO_PEEK_OFF must be the value */
	DOES_SINCE,   /* first of all: the row is for kernels from this release on */
};

struct step {
	enum does does;
	size_t length;
	int flags;
	long value;
	const char *bytes;
};

#define BYTES_OF(text) sizeof(text) - 1
#define SEND(text)                                               \
	{                                                        \
		DOES_SEND, BYTES_OF(text), MSG_NOSIGNAL, 0, text \
	}
#define SEND_FLAGS(text, flags)                                            \
	{                                                                  \
		DOES_SEND, BYTES_OF(text), MSG_NOSIGNAL | (flags), 0, text \
	}
#define SEND_BACK_FLAGS(text, flags)                                            \
	{                                                                       \
		DOES_SEND_BACK, BYTES_OF(text), MSG_NOSIGNAL | (flags), 0, text \
	}
#define SEND_BACK(text)                                               \
	{                                                             \
		DOES_SEND_BACK, BYTES_OF(text), MSG_NOSIGNAL, 0, text \
	}
/* So much is asked for with these flags, and these bytes come. */
#define TAKE(length, flags, text)                              \
	{                                                      \
		DOES_TAKE, length, flags, BYTES_OF(text), text \
	}
#define DUE(length, flags, text)                              \
	{                                                     \
		DOES_DUE, length, flags, BYTES_OF(text), text \
	}
/* The same, but the call tells another number; or fails. */
#define TELLS(length, flags, value, text)            \
	{                                            \
		DOES_DUE, length, flags, value, text \
	}
#define TAKE_ERROR(length, flags, error)               \
	{                                              \
		DOES_TAKE, length, flags, -(error), "" \
	}
#define DUE_ERROR(length, flags, error)               \
	{                                             \
		DOES_DUE, length, flags, -(error), "" \
	}
#define STEP(does, value)               \
	{                               \
		does, 0, 0, value, NULL \
	}
#define SET(optname, value)                       \
	{                                         \
		DOES_SET, 0, optname, value, NULL \
	}
#define SET_SENDER(optname, value)                       \
	{                                                \
		DOES_SET_SENDER, 0, optname, value, NULL \
	}
#define SINCE(major, minor) STEP(DOES_SINCE, LINUX(major, minor))
#define CLOSED		    STEP(DOES_CLOSE, 0)

/* Nothing is left. */
#define EMPTY TAKE_ERROR(64, MSG_DONTWAIT, EAGAIN)

#define STEPS 12

struct story {
	const char *rule;
	const char *name;
	int type;
	unsigned int doors;
	struct step steps[STEPS];
};

/* All doors, those without an address: recvfrom(2) has a rule of its own for that. */
#define ALL_DOORS \
	(SC_RECVFROM | SC_RECV | SC_RECVMSG | SC_RECVMMSG | SC_READ | SC_READV)
#define FLAG_DOORS (SC_RECVFROM | SC_RECV | SC_RECVMSG | SC_RECVMMSG)
/* Where a table is long, and the doors themselves are not what it is about. */
#define TWO_DOORS     (SC_RECVFROM | SC_RECVMSG)
#define UNNAMED_DOORS (SC_RECV | SC_RECVMSG | SC_RECVMMSG | SC_READ | SC_READV)

static inline void unix_pair(int type, int fds[2])
{
	sc_must(SC_LINE, t_socketpair(AF_UNIX, type, 0, fds), "socketpair(2)");
}

static inline int option_of(int fd, int optname)
{
	socklen_t length = sizeof(int);
	int value = 0;

	sc_must(SC_LINE, t_getsockopt(fd, SOL_SOCKET, optname, &value, &length),
		"getsockopt(2)");
	return value;
}

/* Since Linux 5.15, where the kernel has CONFIG_AF_UNIX_OOB; else it refuses. */
static inline void send_bytes(int fd, const struct step *it)
{
	long came = t_sendto(fd, it->bytes, it->length, it->flags, NULL, 0);

	if (came == -EOPNOTSUPP && it->flags & MSG_OOB)
		sc_skip("this kernel has no out-of-band data of AF_UNIX");
	must(came == (long)it->length, "send(2) gave %ld", came);
}

static inline void expect_bytes_came(const struct step *it)
{
	expect_that(!memcmp(inbox.buffer, it->bytes, strlen(it->bytes)),
		    "other bytes than \"%s\"", it->bytes);
}

static inline void is_due(int fd, const struct step *it)
{
	long came = t_recvfrom(fd, inbox.buffer, it->length, it->flags, NULL, NULL);

	if (it->value < 0)
		sc_expect_errors(SC_LINE, came, (const int[]){ (int)-it->value, 0 });
	else
		sc_expect_received(SC_LINE, it->value, NULL, 0, came);
	expect_bytes_came(it);
}

static inline void is_taken(int fd, const struct step *it)
{
	long came = t_recvfrom(fd, inbox.buffer, it->length, it->flags, NULL, NULL);

	expect_that(came == it->value, "%ld came, not %ld", came, it->value);
	expect_bytes_came(it);
}

static inline void take_step(const struct step *it, int fd, int sender)
{
	switch (it->does) {
	case DOES_SEND:
		send_bytes(sender, it);
		break;
	case DOES_SEND_BACK:
		send_bytes(fd, it);
		break;
	case DOES_TAKE:
		is_taken(fd, it);
		break;
	case DOES_DUE:
		is_due(fd, it);
		break;
	case DOES_CLOSE:
		must_close(sender);
		break;
	case DOES_SHUT:
		sc_must(SC_LINE, t_shutdown(sender, (int)it->value), "shutdown(2)");
		break;
	case DOES_SHUT_OWN:
		sc_must(SC_LINE, t_shutdown(fd, (int)it->value), "shutdown(2)");
		break;
	case DOES_SET:
		must_option(fd, SOL_SOCKET, it->flags, (int)it->value);
		break;
	case DOES_SET_SENDER:
		must_option(sender, SOL_SOCKET, it->flags, (int)it->value);
		break;
	case DOES_TIMEOUT:
		set_timeout(fd, it->value);
		break;
	case DOES_ERROR:
		option_of(fd, SO_ERROR);
		break;
	case DOES_OFFSET:
		expect_that(target_waits_not() ||
				    option_of(fd, SO_PEEK_OFF) == it->value,
			    "SO_PEEK_OFF is not %ld", it->value);
		break;
	default:
		break;
	}
}

static inline void tell(const void *row)
{
	const struct story *story = row;
	int fds[2];

	unix_pair(story->type, fds);
	for (size_t i = 0; i < STEPS && story->steps[i].does; i++)
		take_step(&story->steps[i], fds[0], fds[1]);
}

static inline const char *type_word(int type)
{
	return type == SOCK_STREAM  ? "unix-stream"
	       : type == SOCK_DGRAM ? "unix-dgram"
				    : "unix-seqpacket";
}

/* The first release that a row is for, which its first step says. */
static inline int since_of(const struct story *story)
{
	return story->steps[0].does == DOES_SINCE ? (int)story->steps[0].value : 0;
}

static inline void add_story(const struct story *story, int type)
{
	struct story row = *story;

	row.type = type;
	add_case(.name = name_case("%s[%s,%s]", row.rule, type_word(type), row.name),
		 .run_row = tell, .row = keep_row(&row, sizeof(row)),
		 .doors = row.doors, .since = since_of(&row), HAS_UNIX);
}

/* One without a type is for datagrams and records alike. */
static inline void add_stories(const struct story *stories, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		add_story(&stories[i], stories[i].type ? stories[i].type : SOCK_DGRAM);
		if (!stories[i].type)
			add_story(&stories[i], SOCK_SEQPACKET);
	}
}

#endif
