/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * rule.h - the format of the rulebook: what a rule states, and who says so.
 */
#ifndef EXPECTED_RULE_H
#define EXPECTED_RULE_H

#include "call.h"
#include "world.h"

/* Who says so. */
enum citation_kind {
	CITE_NOTHING,
	CITE_MANUAL, /* where: "socket(2)"; error: an errno of its ERRORS, or NULL;
			quote: words of the page, or NULL */
	CITE_POSIX,  /* POSIX.1-2024; where: the function's name, or the section ("XSH
			2.3"); error: its errno; quote: what it says, in our words */
	CITE_KERNEL, /* where: the file in the tree; function: the name in it */
	CITE_TEXT,   /* another document by its title: an RFC, the kernel's own pages */
};

struct citation {
	enum citation_kind kind;
	const char *where;
	const char *error;
	const char *quote;
	const char *function;
};

/* The last error of a set of errors is followed by 0. */
#define OUTCOME_ERRORS 4

enum outcome_kind {
	OUTCOME_ERROR,	    /* fails with one of the errors */
	OUTCOME_VALUE,	    /* returns value, and bytes where length is not 0 */
	OUTCOME_DESCRIPTOR, /* returns the lowest descriptor that is not open */
	OUTCOME_ANY_VALUE, /* returns a value above 0 that the documentation leaves open
			    */
	OUTCOME_CHOSEN,	   /* returns value, and bytes that are one of a set */
};

/*
 * Where errors of an outcome that is no OUTCOME_ERROR are not 0, the call may fail with
 * one of them instead: POSIX leaves it open, for one, whether a privilege is needed.
 */

/* A set of names of which the target chooses one. */
struct choice {
	const char *says; /* which they are, for people */
	bool (*allows)(const struct world *world, const struct call *call,
		       const unsigned char *bytes, unsigned int length);
	/* Writes one of them, at most RESULT_BYTES_MAX long; returns its length. */
	unsigned int (*example)(const struct world *world, const struct call *call,
				unsigned char *bytes);
};

/* What must come, as a rule can state it without a look at the world: a set where the
 * documentation leaves more than one open. */
struct stated {
	enum outcome_kind kind;
	int errors[OUTCOME_ERRORS];
	long value;
	const struct choice *choice; /* of OUTCOME_CHOSEN */
};

/* So many of the bytes received are compared. */
#define OUTCOME_DATA_MAX 64

/* What must come, with the bytes. */
struct outcome {
	enum outcome_kind kind;
	int errors[OUTCOME_ERRORS];
	long value;
	const struct choice *choice; /* of OUTCOME_CHOSEN */
	unsigned int length;
	unsigned char bytes[RESULT_BYTES_MAX];
	bool tells;	   /* *addrlen matters, and becomes: */
	unsigned int told; /* which is more than length where the name was cut */
	/* So many bytes are written to the buffer, and none behind them; of the first,
	 * it is known what they are. */
	bool gives;
	size_t data_length;
	unsigned int data_known;
	unsigned char data[OUTCOME_DATA_MAX];
	unsigned long long data_open; /* bit i: byte i may be any */
	/* So many bytes behind them may be written, by a copy that was cut short; or
	 * (litters) any. */
	size_t data_spilt;
	bool litters;
	bool marks; /* msg_flags matter, and are: */
	int flags;
	bool controls; /* what stands in msg_control matters, and is: */
	unsigned int control_length;
	unsigned char control[RESULT_CONTROL_MAX];
	/* Of which so many bytes, from one on, may be any. */
	unsigned int control_open, control_open_length;
	/* What of it is left open, for POSIX does not speak of it: bits of the value,
	 * of each byte, of msg_flags; of the name of a unix socket, where it ends. */
	long value_open;
	unsigned char bytes_open[RESULT_BYTES_MAX];
	int flags_open;
	bool path_open;
	bool bytes_ignored; /* the bytes, told and length at all */
};

#define RULE_CITATIONS 8

/*
 * One documented outcome.  A condition and a computed outcome are pure functions: they
 * read the world and the call, and nothing else.
 */
struct rule {
	const char *id;	  /* a dotted path: "socket.flags.unknown" */
	const char *says; /* the rule in one line, for people */
	bool (*when)(const struct world *world, const struct call *call);
	struct stated outcome; /* what must come, or: */
	void (*computed)(const struct world *world, const struct call *call,
			 struct outcome *outcome);
	struct citation cites[RULE_CITATIONS];
	/*
	 * What POSIX.1-2024 demands or allows, where that is another outcome: it, or
	 * what makes it of this one.  Neither, and POSIX is cited: it is this one.  See
	 * posix.h.
	 */
	struct stated posix;
	void (*posix_computed)(const struct world *world, const struct call *call,
			       struct outcome *outcome);
	/* A citation bears on it, but POSIX leaves the outcome to implementations. */
	bool posix_silent;
	bool undocumented; /* neither a manual page nor POSIX says so */
	int since;	   /* first release where it holds, LINUX(); 0: always did */
	int backported;	   /* as of release_has() */
	int until;	   /* first release where it holds no more; 0: still does */
};

/* Rules of one call that stand together, in the order of the checks. */
struct rule_list {
	enum call_name call;
	const struct rule *rules;
	size_t count;
};

#define RULE_LIST(name, call_)                                                      \
	const struct rule_list name = {                                             \
		call_, name##_rules, sizeof(name##_rules) / sizeof(name##_rules[0]) \
	}

/* Short forms for the tables of rules. */
#define FAILS(...)                                               \
	{                                                        \
		.kind = OUTCOME_ERROR, .errors = { __VA_ARGS__ } \
	}
#define RETURNS(number)                                  \
	{                                                \
		.kind = OUTCOME_VALUE, .value = (number) \
	}
/* Returns the number, or fails with one of the errors. */
#define RETURNS_OR_FAILS(number, ...)                                               \
	{                                                                           \
		.kind = OUTCOME_VALUE, .value = (number), .errors = { __VA_ARGS__ } \
	}
#define DESCRIPTOR_OR_FAILS(...)                                      \
	{                                                             \
		.kind = OUTCOME_DESCRIPTOR, .errors = { __VA_ARGS__ } \
	}
#define CHOSEN(set)                                      \
	{                                                \
		.kind = OUTCOME_CHOSEN, .choice = &(set) \
	}
#define DESCRIPTOR                         \
	{                                  \
		.kind = OUTCOME_DESCRIPTOR \
	}
#define MANUAL(page, name)                                        \
	{                                                         \
		.kind = CITE_MANUAL, .where = page, .error = name \
	}
#define QUOTE(page, text)                                         \
	{                                                         \
		.kind = CITE_MANUAL, .where = page, .quote = text \
	}
#define MANUAL_QUOTE(page, name, text)                                           \
	{                                                                        \
		.kind = CITE_MANUAL, .where = page, .error = name, .quote = text \
	}
#define POSIX(name, errno_name)                                        \
	{                                                              \
		.kind = CITE_POSIX, .where = name, .error = errno_name \
	}
#define POSIX_SAYS(name, errno_name, text)                                            \
	{                                                                             \
		.kind = CITE_POSIX, .where = name, .error = errno_name, .quote = text \
	}
#define KERNEL(file, name)                                           \
	{                                                            \
		.kind = CITE_KERNEL, .where = file, .function = name \
	}
#define TEXT(title)                               \
	{                                         \
		.kind = CITE_TEXT, .where = title \
	}

#endif
