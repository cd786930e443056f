/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * waiting.h - tables of what is asked of a packet that waits, and of the memory that
 * cannot be written then: for raw and echo sockets.
 */
#ifndef CASES_RECVFROM_WAITING_H
#define CASES_RECVFROM_WAITING_H

#include "ip.h"

/* How much of the packet is asked for: so many bytes, more or less than it has. */
struct asked {
	const char *name;
	const char *rule;
	long more;
	int flags;
	bool none; /* of it */
};

static const struct asked asked[] = {
	{ "whole", "datagram.received", 0, 0, false },
	{ "more-room", "datagram.received", 1, 0, false },
	{ "dontwait", "datagram.received", 9, MSG_DONTWAIT, false },
	{ "waitall", "datagram.received", 9, MSG_WAITALL, false },
	{ "whole,trunc", "datagram.received", 0, MSG_TRUNC, false },
	{ "one-less", "datagram.cut", -1, 0, false },
	{ "length-0", "datagram.cut", 0, 0, true },
	{ "one-less,dontwait", "datagram.cut", -1, MSG_DONTWAIT, false },
	{ "one-less,waitall", "datagram.cut", -1, MSG_WAITALL, false },
	{ "whole", "datagram.peeked", 0, MSG_PEEK, false },
	{ "one-less", "datagram.peeked", -1, MSG_PEEK, false },
	{ "length-0", "datagram.peeked", 0, MSG_PEEK, true },
	{ "whole,trunc", "datagram.peeked", 0, MSG_PEEK | MSG_TRUNC, false },
	{ "one-less,trunc", "datagram.peeked", -1, MSG_PEEK | MSG_TRUNC, false },
	{ "length-0,trunc", "datagram.peeked", 0, MSG_PEEK | MSG_TRUNC, true },
	{ "one-less,trunc", "datagram.length_told", -1, MSG_TRUNC, false },
	{ "length-0,trunc", "datagram.length_told", 0, MSG_TRUNC, true },
	{ "one-less,trunc,dontwait", "datagram.length_told", -1,
	  MSG_TRUNC | MSG_DONTWAIT, false },
};

static inline size_t length_asked(const struct asked *it, size_t size)
{
	return it->none ? 0 : (size_t)((long)size + it->more);
}

static inline size_t smaller(size_t one, size_t other)
{
	return one < other ? one : other;
}

/* Memory that cannot be written, and which finds that first. */
struct bad {
	const char *name;
	const char *rule;
	int error;
	bool buffer, address, addrlen; /* nothing is mapped there */
	int room;
	int flags;
};

static const struct bad bads[] = {
	{ "unmapped", "buffer.unwritable", EFAULT, true, false, false, ROOM, 0 },
	{ "unmapped,peek", "buffer.unwritable", EFAULT, true, false, false, ROOM,
	  MSG_PEEK },
	{ "unmapped,trunc", "buffer.unwritable", EFAULT, true, false, false, ROOM,
	  MSG_TRUNC },
	{ "before-addrlen", "buffer.unwritable", EFAULT, true, false, true, ROOM, 0 },
	{ "before-negative", "buffer.unwritable", EFAULT, true, false, false, -1, 0 },
	{ "unmapped", "address.addrlen_unreadable", EFAULT, false, false, true, ROOM,
	  0 },
	{ "negative", "address.addrlen_negative", EINVAL, false, false, false, -1, 0 },
	{ "before-address", "address.addrlen_negative", EINVAL, false, true, false, -1,
	  0 },
	{ "unmapped", "address.unwritable", EFAULT, false, true, false, ROOM, 0 },
	{ "unmapped,peek", "address.unwritable", EFAULT, false, true, false, ROOM,
	  MSG_PEEK },
};

/* What asks for something else than what waits, which stays. */
struct beside {
	const char *name;
	const char *rule;
	int flags;
	int error;
};

static const struct beside beside[] = {
	{ "oob", "ip.out_of_band", MSG_OOB, EOPNOTSUPP },
	{ "oob,peek", "ip.out_of_band", MSG_OOB | MSG_PEEK, EOPNOTSUPP },
	{ "oob,errqueue", "ip.out_of_band", MSG_OOB | MSG_ERRQUEUE, EOPNOTSUPP },
	{ "errqueue", "ip.no_error_waits", MSG_ERRQUEUE, EAGAIN },
	{ "errqueue,peek", "ip.no_error_waits", MSG_ERRQUEUE | MSG_PEEK, EAGAIN },
};

static inline long receive_badly(int fd, const struct bad *it)
{
	void *nowhere = (void *)unmapped_memory();

	inbox.addrlen = (socklen_t)it->room;
	return t_recvfrom(fd, it->buffer ? nowhere : inbox.buffer, 64, it->flags,
			  it->address ? nowhere : inbox.address,
			  it->addrlen ? nowhere : &inbox.addrlen);
}

/* Does the packet still wait, or has it gone? */
static inline void expect_waits(int fd, size_t size, bool waits)
{
	long came = receive(fd, 64, MSG_DONTWAIT);

	expect_that(came == (waits ? (long)size : -EAGAIN),
		    waits ? "the packet is gone: %ld" : "the packet still waits: %ld",
		    came);
}

#endif
