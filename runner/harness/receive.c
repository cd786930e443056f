/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * receive.c - calls to the target that receive: recvfrom(2), and the same through each
 * of the doors beside it.
 */
#include <stdint.h>
#include <string.h>
#include <sys/uio.h>

#include "harness.h"

struct inbox inbox;

/* What a call that receives is given, whichever it is. */
struct receive {
	int fd;
	void *buffer;
	size_t length;
	int flags;
	void *address;
	socklen_t *addrlen;
	void *control;
	size_t *controllen;
};

/* On 64-bit machines, the upper half of all addresses is the kernel's. */
static bool is_foreign(const void *buffer)
{
	return sizeof(buffer) == 8 && !session.target->narrow && (intptr_t)buffer < 0;
}

/* recvfrom(2) and recv(2) cut the length before they look where the buffer ends. */
static bool reaches_out(enum call_name name, const void *buffer, size_t length)
{
	uintptr_t begin = (uintptr_t)buffer, end = begin + length;

	return name != CALL_RECVFROM && name != CALL_RECV && sizeof(buffer) == 8 &&
	       !session.target->narrow &&
	       (end < begin || is_foreign((const void *)end));
}

/* Any buffer has as much room where more is asked for. */
#define ROOM_AT_LEAST 64

/* How much of the buffer is the case's, to be filled before and looked at afterwards.
 */
static size_t room_of(const struct receive *it)
{
	size_t room = reachable(it->buffer, it->length);

	if (it->buffer != inbox.buffer)
		return room < ROOM_AT_LEAST ? room : ROOM_AT_LEAST;
	/* With some bytes that are not asked for. */
	return it->length < sizeof(inbox.buffer) - ROOM_AT_LEAST
		       ? it->length + ROOM_AT_LEAST
		       : sizeof(inbox.buffer);
}

static struct call describe(enum call_name name, const struct receive *it)
{
	bool told = readable(it->addrlen, sizeof(socklen_t));
	socklen_t room = told ? *it->addrlen : 0;
	struct call call = { .name = name, .fd = it->fd };

	call.message.length = it->length;
	call.message.flags = it->flags;
	call.message.foreign = is_foreign(it->buffer) ||
			       reaches_out(name, it->buffer, it->length);
	call.message.writable = reachable(it->buffer, it->length);
	call.message.name_wanted = it->address;
	call.message.addrlen_unreadable = !told;
	call.message.addrlen_unwritable =
		!told || reachable(it->addrlen, sizeof(socklen_t)) < sizeof(socklen_t);
	call.message.room = (int)room;
	call.message.name_writable = reachable(it->address, room);
	call.message.control_room = it->control ? *it->controllen : 0;
	return call;
}

/* The buffer in two areas, the first of one byte, where it is long enough: what is
 * received goes on in the second. */
static int areas_of(const struct receive *it, struct iovec areas[2])
{
	size_t first = it->length > 1 ? 1 : it->length;

	areas[0] = (struct iovec){ it->buffer, first };
	areas[1] = (struct iovec){ (char *)it->buffer + first, it->length - first };
	return it->length > 1 ? 2 : 1;
}

static void fill_header(const struct receive *it, struct iovec areas[2],
			struct msghdr *header)
{
	memset(header, 0, sizeof(*header));
	header->msg_iovlen = (size_t)areas_of(it, areas);
	header->msg_iov = areas;
	header->msg_name = it->address;
	header->msg_namelen = it->address ? *it->addrlen : 0;
	header->msg_control = it->control;
	header->msg_controllen = it->control ? *it->controllen : 0;
	/* It is not looked at, and written in any case. */
	header->msg_flags = 0x5a5a5a5a;
}

/* What the header tells afterwards; it is left alone by a call that fails. */
static void read_header(const struct receive *it, const struct msghdr *header,
			bool succeeded)
{
	size_t length = header->msg_controllen;

	if (it->address)
		*it->addrlen = header->msg_namelen;
	if (it->control)
		*it->controllen = length;
	if (!succeeded)
		return;
	last.result.flags = header->msg_flags;
	last.result.control_length = (unsigned int)length;
	if (length > sizeof(last.result.control))
		length = sizeof(last.result.control);
	if (it->control && length <= last.call.message.control_room)
		memcpy(last.result.control, it->control, length);
}

static long by_recvmsg(const struct receive *it)
{
	struct iovec areas[2];
	struct msghdr header;
	long value;

	fill_header(it, areas, &header);
	value = session.target->recvmsg(it->fd, &header, it->flags);
	read_header(it, &header, value >= 0);
	return value;
}

/* Of one message, whose length it tells in the place of its number. */
static long by_recvmmsg(const struct receive *it)
{
	struct iovec areas[2];
	struct mmsghdr message = { .msg_len = 0 };
	long value;

	fill_header(it, areas, &message.msg_hdr);
	value = session.target->recvmmsg(it->fd, &message, 1, it->flags, NULL);
	read_header(it, &message.msg_hdr, value == 1);
	if (value > 1)
		sc_fail(SC_LINE, "recvmmsg(2) of one message tells of %ld", value);
	return value == 1 ? (long)message.msg_len : value;
}

static long by_readv(const struct receive *it)
{
	struct iovec areas[2];
	int count = areas_of(it, areas);

	return session.target->readv(it->fd, areas, count);
}

static long make(enum call_name name, const struct receive *it)
{
	const struct target *target = session.target;

	switch (name) {
	case CALL_RECV:
		return target->recv(it->fd, it->buffer, it->length, it->flags);
	case CALL_RECVMSG:
		return by_recvmsg(it);
	case CALL_RECVMMSG:
		return by_recvmmsg(it);
	case CALL_READ:
		return target->read(it->fd, it->buffer, it->length);
	case CALL_READV:
		return by_readv(it);
	default:
		return target->recvfrom(it->fd, it->buffer, it->length, it->flags,
					it->address, it->addrlen);
	}
}

static void need_offer(enum call_name name)
{
	const struct target *target = session.target;
	bool offered = name == CALL_RECV       ? target->recv != NULL
		       : name == CALL_RECVMSG  ? target->recvmsg != NULL
		       : name == CALL_RECVMMSG ? target->recvmmsg != NULL
		       : name == CALL_READ     ? target->read != NULL
		       : name == CALL_READV    ? target->readv != NULL
					       : target->recvfrom != NULL;

	if (!offered)
		sc_skip("%s does not offer %s", target->name, call_name(name));
}

static long receive_by(enum call_name name, const struct receive *it)
{
	struct call call = describe(name, it);
	bool told = !call.message.addrlen_unreadable;
	size_t room = room_of(it);
	long value;

	need_offer(name);
	before_call(&call);
	if (call.message.foreign)
		room = 0;
	if (room)
		memset(it->buffer, RESULT_FILL, room);
	last.result.data = room ? it->buffer : NULL;
	last.result.data_room = room;
	value = make(name, it);
	if (value >= 0 && it->address && told) {
		last.result.told = *it->addrlen;
		/* A target may claim to have written where it could not. */
		keep_result(it->address, *it->addrlen, call.message.name_writable);
	}
	return after_call(value);
}

/* The call behind the case's door, or recvfrom(2) where that one has no place for the
 * flags or the address: what a case asks besides. */
static enum call_name door_call(bool flags, bool address)
{
	if ((address && running->door & (SC_RECV | SC_READ | SC_READV)) ||
	    (flags && running->door & (SC_READ | SC_READV)))
		return CALL_RECVFROM;
	switch (running->door) {
	case SC_RECV:
		return CALL_RECV;
	case SC_RECVMSG:
		return CALL_RECVMSG;
	case SC_RECVMMSG:
		return CALL_RECVMMSG;
	case SC_READ:
		return CALL_READ;
	case SC_READV:
		return CALL_READV;
	default:
		return CALL_RECVFROM;
	}
}

long t_recvfrom(int fd, void *buffer, size_t length, int flags, void *address,
		socklen_t *addrlen)
{
	struct receive it = { fd, buffer, length, flags, address, addrlen, NULL, NULL };

	return receive_by(door_call(flags, address), &it);
}

void need_own_control_layout(void)
{
	if (sizeof(long) == 8 && target_is_narrow())
		sc_skip("control messages of 32-bit programs are laid out otherwise");
}

long t_recvmsg(int fd, void *buffer, size_t length, int flags, void *control,
	       size_t *controllen)
{
	struct receive it = {
		fd, buffer, length, flags, NULL, NULL, control, controllen
	};

	/* So that what is left unwritten shows, and what lies between messages is
	 * known. */
	if (control)
		memset(control, RESULT_FILL, *controllen);
	return receive_by(running->door == SC_RECVMMSG ? CALL_RECVMMSG : CALL_RECVMSG,
			  &it);
}
