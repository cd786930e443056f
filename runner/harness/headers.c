/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * headers.c - calls to the target that receive, with a header, areas or a number of
 * messages that are the case's own: recvmsg(2), recvmmsg(2) and readv(2) as they are.
 */
#include <string.h>

#include "harness.h"

/* What comes, in the order of the areas: they may lie anywhere. */
static unsigned char gathered[OUTCOME_DATA_MAX];

/* It can be read: can it not be written? */
static bool is_read_only(const void *memory)
{
	return !reachable(memory, 1);
}

/* A target that makes other headers of these would read them itself. */
static void need_own_memory(void)
{
	if (session.target->narrow)
		sc_skip("%s makes headers of its own", session.target->name);
}

/* On 64-bit machines, the upper half of all addresses is the kernel's. */
static bool reaches_out(const struct iovec *area)
{
	return sizeof(void *) == 8 &&
	       ((intptr_t)area->iov_base < 0 ||
		(intptr_t)((uintptr_t)area->iov_base + area->iov_len) < 0);
}

/* Is there nothing wrong with it that keeps it from receiving? */
static bool sound(const struct call *call)
{
	return !(call->message.wrong & ~(unsigned int)HEADER_READ_ONLY) &&
	       !call->message.foreign;
}

static void look_at_area(struct call *call, const struct iovec *area)
{
	bool whole = call->message.writable == call->message.length;

	if ((ssize_t)area->iov_len < 0)
		call->message.wrong |= AREA_NEGATIVE;
	else if (reaches_out(area))
		call->message.foreign = true;
	if (!sound(call))
		return;
	call->message.length += area->iov_len;
	if (whole)
		call->message.writable += reachable(area->iov_base, area->iov_len);
}

/* As the kernel sees them: all lengths, before the first place. */
static void look_at_areas(struct call *call, const struct iovec *areas, size_t count)
{
	call->message.areas = (long)count;
	if (count > LINUX_UIO_MAXIOV)
		call->message.wrong |= AREAS_TOO_MANY;
	else if (!readable(areas, count * sizeof(*areas)))
		call->message.wrong |= AREAS_UNREADABLE;
	else
		for (size_t i = 0; i < count; i++)
			look_at_area(call, &areas[i]);
}

static void fill(const struct iovec *areas, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t room = reachable(areas[i].iov_base, areas[i].iov_len);

		if (room)
			memset(areas[i].iov_base, RESULT_FILL,
			       room < sizeof(gathered) ? room : sizeof(gathered));
	}
}

/* Copies between the areas and what is looked at, as far as they can be written. */
static size_t copy_areas(const struct iovec *areas, size_t count, bool into_areas)
{
	size_t done = 0;

	for (size_t i = 0; i < count; i++) {
		size_t length = areas[i].iov_len, left = sizeof(gathered) - done;
		size_t room = reachable(areas[i].iov_base, length);

		room = room < left ? room : left;
		if (room && into_areas)
			memcpy(areas[i].iov_base, gathered + done, room);
		else if (room)
			memcpy(gathered + done, areas[i].iov_base, room);
		done += room;
		if (room < length)
			break;
	}
	return done;
}

/* The rule is asked, and the areas are made ready for what comes. */
static void begin(const struct call *call, const struct iovec *areas, size_t count)
{
	before_call(call);
	if (!sound(call))
		return;
	fill(areas, count);
	memset(gathered, RESULT_FILL, sizeof(gathered));
	last.result.data = gathered;
	/* With a place behind them, where nothing ever comes. */
	last.result.data_room = copy_areas(areas, count, false) + 1;
	if (last.result.data_room > sizeof(gathered))
		last.result.data_room = sizeof(gathered);
}

/* The imaginary target has written what is looked at, and any other the areas; where
 * one that lies has changed the first byte, it stays changed. */
static void end(const struct call *call, const struct iovec *areas, size_t count)
{
	unsigned char lie = gathered[0] ^ RESULT_FILL;

	if (!sound(call))
		return;
	if (copy_areas(areas, count, session.target->imaginary) &&
	    !session.target->imaginary)
		gathered[0] ^= lie;
}

long t_readv(int fd, const struct iovec *areas, int count)
{
	struct call call = { .name = CALL_READV, .fd = fd, .message = { 0 } };
	long value;

	need_own_memory();
	if (!session.target->readv)
		sc_skip("%s does not offer readv", session.target->name);
	call.message.addrlen_unreadable = true;
	look_at_areas(&call, areas, (size_t)(unsigned int)count);
	begin(&call, areas, (size_t)count);
	value = session.target->readv(fd, areas, count);
	end(&call, areas, (size_t)count);
	return after_call(value);
}

static void look_at_header(struct call *call, const struct msghdr *header)
{
	socklen_t room = header->msg_namelen;

	if (is_read_only(header))
		call->message.wrong |= HEADER_READ_ONLY;
	call->message.name_wanted = header->msg_name;
	call->message.room = header->msg_name ? (int)room : 0;
	call->message.name_writable = reachable(header->msg_name, room);
	call->message.control_room = header->msg_control ? header->msg_controllen : 0;
}

/* What the header tells of a message, once there is one. */
static void read_header(const struct call *call, const struct msghdr *header)
{
	size_t length = header->msg_controllen;

	last.result.flags = header->msg_flags;
	if (header->msg_name) {
		last.result.told = header->msg_namelen;
		keep_result(header->msg_name, header->msg_namelen,
			    call->message.name_writable);
	}
	last.result.control_length = (unsigned int)length;
	if (length <= call->message.control_room && length <= RESULT_CONTROL_MAX &&
	    header->msg_control)
		memcpy(last.result.control, header->msg_control, length);
}

/* An imaginary target is given a header that it can read and write. */
static long make(int fd, struct msghdr *header, struct msghdr *seen, int flags)
{
	if (!session.target->imaginary)
		return session.target->recvmsg(fd, header, flags);
	return session.target->recvmsg(fd, seen, flags);
}

long t_recvmsg_header(int fd, struct msghdr *header, int flags)
{
	struct call call = { .name = CALL_RECVMSG, .fd = fd, .message = { 0 } };
	struct msghdr seen = { 0 };
	const struct iovec *areas;
	size_t count;
	long value;

	need_own_memory();
	if (!session.target->recvmsg)
		sc_skip("%s does not offer recvmsg", session.target->name);
	call.message.flags = flags;
	if (readable(header, sizeof(*header))) {
		seen = *header;
		look_at_header(&call, header);
		look_at_areas(&call, seen.msg_iov, seen.msg_iovlen);
	} else {
		call.message.wrong |= HEADER_UNREADABLE;
	}
	areas = seen.msg_iov;
	count = seen.msg_iovlen;
	begin(&call, areas, count);
	value = make(fd, header, &seen, flags);
	end(&call, areas, count);
	if (session.target->imaginary && value >= 0 && !call.message.wrong)
		*header = seen;
	if (value >= 0 && sound(&call))
		read_header(&call, header);
	return after_call(value);
}

static void look_at_timeout(struct call *call, const struct linux_timeout *timeout)
{
	if (!timeout)
		return;
	if (!readable(timeout, sizeof(*timeout))) {
		call->message.wrong |= TIMEOUT_UNREADABLE;
		return;
	}
	if (is_read_only(timeout))
		call->message.wrong |= TIMEOUT_READ_ONLY;
	if (timeout->seconds < 0 || timeout->nanoseconds < 0 ||
	    timeout->nanoseconds >= 1000000000)
		call->message.wrong |= TIMEOUT_INVALID;
	else if (!timeout->seconds && !timeout->nanoseconds)
		call->message.wrong |= TIMEOUT_OVER;
}

/* How many of the messages have a header that can be read, from the first on. */
static unsigned int headers_of(const struct mmsghdr *messages, unsigned int count)
{
	unsigned int known = 0;

	while (known < count && known < WORLD_QUEUE &&
	       readable(&messages[known], sizeof(messages[known])))
		known++;
	return known < WORLD_QUEUE ? known : count;
}

long t_recvmmsg(int fd, struct mmsghdr *messages, unsigned int count, int flags,
		struct linux_timeout *timeout)
{
	struct call call = { .name = CALL_RECVMMSGS, .fd = fd, .message = { 0 } };

	need_own_memory();
	if (!session.target->recvmmsg)
		sc_skip("%s does not offer recvmmsg", session.target->name);
	call.message.flags = flags;
	call.message.asked = count;
	call.message.headers = headers_of(messages, count);
	look_at_timeout(&call, timeout);
	before_call(&call);
	for (unsigned int i = 0; i < call.message.headers && i < WORLD_QUEUE; i++)
		fill(messages[i].msg_hdr.msg_iov, messages[i].msg_hdr.msg_iovlen);
	return after_call(
		session.target->recvmmsg(fd, messages, count, flags, timeout));
}
