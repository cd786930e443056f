/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * sending.c - calls to the target that send a message: sendto(2) and sendmsg(2), with
 * all that is passed to them described for the rulebook.
 */
#include <stdint.h>
#include <string.h>

#include "harness.h"

/* On 64-bit machines, the upper half of all addresses is the kernel's. */
static bool is_foreign(const void *memory)
{
	return sizeof(memory) == 8 && (intptr_t)memory < 0;
}

long t_sendto(int fd, const void *buffer, size_t length, int flags, const void *address,
	      int addrlen)
{
	struct call call = { .name = CALL_SENDTO,
			     .fd = fd,
			     .message = { .length = length,
					  .flags = flags,
					  .foreign = is_foreign(buffer) } };

	OFFERED(sendto);
	/* Without an address, its length means nothing. */
	if (address)
		call.message.to = look_at_address(address, addrlen);
	call.message.readable = is_foreign(buffer) ? 0 : reachable(buffer, length);
	if (call.message.readable == length)
		call.message.payload = buffer;
	before_call(&call);
	return after_call(session.target->sendto(fd, buffer, length, flags, address,
						 (socklen_t)addrlen));
}

/* What is passed besides the bytes: descriptors, of which it matters how many there
 * are, and credentials. */
static void look_at_control(const struct msghdr *header, struct call *call)
{
	struct msghdr copy = *header;
	struct cmsghdr *message = CMSG_FIRSTHDR(&copy);

	call->message.control_given = header->msg_controllen;
	for (; message; message = CMSG_NXTHDR(&copy, message)) {
		size_t length = message->cmsg_len - CMSG_LEN(0);

		if (message->cmsg_level != SOL_SOCKET)
			continue;
		if (message->cmsg_type == SCM_RIGHTS)
			call->message.rights = (unsigned int)(length / sizeof(int));
		if (message->cmsg_type == SCM_CREDENTIALS &&
		    length == sizeof(call->message.credentials)) {
			call->message.credentials_given = true;
			memcpy(call->message.credentials, CMSG_DATA(message), length);
		}
	}
}

/* The bytes of all areas, as far as rules look at them. */
static unsigned char gathered[4096];

static void gather(const struct iovec *area, struct call *call)
{
	size_t before = call->message.readable, left = 0;
	size_t there = reachable(area->iov_base, area->iov_len);
	bool whole = before == call->message.length;

	call->message.length += area->iov_len;
	if (!whole)
		return;
	call->message.readable += there;
	if (before < sizeof(gathered))
		left = sizeof(gathered) - before;
	if (there && left)
		memcpy(gathered + before, area->iov_base, there < left ? there : left);
}

/* All lengths are looked at before the first place. */
static void look_at_areas(const struct msghdr *header, struct call *call)
{
	const struct iovec *areas = header->msg_iov;
	size_t count = header->msg_iovlen;

	call->message.areas = (long)count;
	if (count > LINUX_UIO_MAXIOV)
		call->message.wrong |= AREAS_TOO_MANY;
	else if (!readable(areas, count * sizeof(*areas)))
		call->message.wrong |= AREAS_UNREADABLE;
	if (call->message.wrong)
		return;
	for (size_t i = 0; i < count; i++) {
		if ((ssize_t)areas[i].iov_len < 0)
			call->message.wrong |= AREA_NEGATIVE;
		else if (is_foreign(areas[i].iov_base))
			call->message.foreign = true;
	}
	for (size_t i = 0; !call->message.wrong && !call->message.foreign && i < count;
	     i++)
		gather(&areas[i], call);
	if (!call->message.wrong && call->message.readable == call->message.length)
		call->message.payload = count == 1 ? areas[0].iov_base : gathered;
}

/* __copy_msghdr(): of a name that is too long, as much as there is room for. */
static struct call_address look_at_name(const struct msghdr *header)
{
	int length = (int)header->msg_namelen;

	if (!header->msg_name)
		return (struct call_address){ 0 };
	return look_at_address(header->msg_name,
			       length > ADDRESS_BYTES_MAX ? ADDRESS_BYTES_MAX : length);
}

long t_sendmsg(int fd, const struct msghdr *header, int flags)
{
	struct call call = { .name = CALL_SENDMSG,
			     .fd = fd,
			     .message = { .flags = flags } };

	OFFERED(sendmsg);
	if (readable(header, sizeof(*header))) {
		call.message.to = look_at_name(header);
		look_at_areas(header, &call);
		look_at_control(header, &call);
	} else {
		call.message.wrong = HEADER_UNREADABLE;
	}
	before_call(&call);
	return after_call(session.target->sendmsg(fd, header, flags));
}
