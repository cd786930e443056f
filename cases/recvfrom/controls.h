/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * controls.h - recvmsg(2) with room for control messages, and those that are due, for
 * cases that know each of their bytes.
 */
#ifndef CASES_RECVFROM_CONTROLS_H
#define CASES_RECVFROM_CONTROLS_H

#include <string.h>

#include "sockcheck.h"

/* recvmsg(2), with so much room for control messages. */
struct controls_received {
	_Alignas(struct cmsghdr) unsigned char bytes[256];
	size_t length;
};

static inline long receive_control(int fd, size_t length, int flags, size_t room,
				   struct controls_received *control)
{
	need_own_control_layout();
	control->length = room;
	/* What lies between control messages is not written. */
	memset(control->bytes, RESULT_FILL, sizeof(control->bytes));
	return t_recvmsg(fd, inbox.buffer, length, flags, control->bytes,
			 &control->length);
}

#define DUE_BYTES 48

/* A control message; none of its bytes are known where it is open. */
struct control_due {
	int level, type;
	unsigned int length;
	unsigned char bytes[DUE_BYTES];
	bool open;
};

static inline struct control_due control_number(int level, int type, int number)
{
	struct control_due due = { level, type, sizeof(number), { 0 }, false };

	memcpy(due.bytes, &number, sizeof(number));
	return due;
}

/* These came, in this order, and no more. */
static inline void expect_due(const struct controls_received *control,
			      const struct control_due *due, size_t count)
{
	size_t at = 0;

	for (size_t i = 0; i < count; i++) {
		struct cmsghdr header;

		expect_that(control->length >= at + CMSG_LEN(due[i].length),
			    "no room left for the message %zu", i);
		memcpy(&header, control->bytes + at, sizeof(header));
		expect_that(header.cmsg_len == CMSG_LEN(due[i].length) &&
				    header.cmsg_level == due[i].level &&
				    header.cmsg_type == due[i].type,
			    "the message %zu has %zu bytes, level %d, type %d", i,
			    (size_t)header.cmsg_len, header.cmsg_level,
			    header.cmsg_type);
		expect_that(due[i].open || !memcmp(control->bytes + at + CMSG_LEN(0),
						   due[i].bytes, due[i].length),
			    "the message %zu is another", i);
		at += CMSG_SPACE(due[i].length);
	}
	expect_that(control->length <= at, "%zu bytes of control messages, not %zu",
		    control->length, at);
}

#endif
