/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * call.h - one call of the socket API, as data: what a rule's condition looks at.
 */
#ifndef EXPECTED_CALL_H
#define EXPECTED_CALL_H

#include <stdbool.h>
#include <stddef.h>

enum call_name {
	CALL_NONE,
	CALL_SOCKET,
	CALL_CLOSE,
	CALL_GETSOCKNAME,
	CALL_GETSOCKOPT,
	CALL_FCNTL,
	CALL_FSTAT,
	CALL_FSTATFS,
	CALL_READLINK,
	CALL_COUNT
};

/*
 * The members of struct stat and struct statfs that rules speak of.  One fstat(2) is
 * one call for each member asked for, so that each has a rule of its own.
 */
enum stat_field {
	STAT_MODE,
	STAT_UID,
	STAT_GID,
	STAT_NLINK,
	STAT_SIZE,
	STAT_INO,
	STATFS_TYPE,
};

/* A call: its name, its descriptor (where it has one) and its other arguments. */
struct call {
	enum call_name name;
	int fd;
	union {
		struct {
			int domain;
			int type;
			int protocol;
		} socket;
		struct {
			int level;
			int optname;
			unsigned int optlen;
		} option;
		struct {
			int command;
			long argument;
		} fcntl;
		enum stat_field field;
	};
};

/* Room for the longest thing that a call writes back: a struct sockaddr_storage. */
#define RESULT_BYTES_MAX 128

/*
 * What a call gave: a value or a negative errno, and the bytes that it wrote to its
 * caller (an address, an option's value, a link's text).
 */
struct result {
	long value;
	unsigned int length;
	unsigned char bytes[RESULT_BYTES_MAX];
};

/* The call's name as the manual spells it, "getsockopt"; never NULL. */
const char *call_name(enum call_name name);

#endif
