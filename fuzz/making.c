/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * making.c - making one call of a program.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <net/if.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/uio.h>

#include "making.h"

/* Of a buffer that is longer, no more is filled, and looked at. */
#define LOOKED_AT_MAX 2048

static size_t length_of(int length)
{
	return length > 0 ? (size_t)length : 0;
}

/* An address of which the target reads so many bytes. */
static struct call_address lay_address_of(struct making *making, unsigned short port,
					  int addrlen)
{
	const struct program_address *asked = &making->asked->address;
	struct call_address seen = { .addrlen = addrlen };
	unsigned char bytes[ADDRESS_BYTES_MAX];
	size_t length = length_of(addrlen);

	making->address = arena_input(SLOT_ADDRESS, &asked->pointer, length);
	program_address_bytes(asked, port, making->pid, bytes);
	for (size_t i = 0; making->address.own && i < making->address.room; i++)
		making->address.own[i] = i < sizeof(bytes) ? bytes[i] : 0;
	if (addrlen <= 0)
		return seen;
	seen.unreadable = making->address.readable < length;
	if (!seen.unreadable && addrlen <= ADDRESS_BYTES_MAX)
		memcpy(seen.bytes, bytes, length);
	return seen;
}

static struct call_address lay_address(struct making *making, unsigned short port)
{
	return lay_address_of(making, port, making->asked->address.length);
}

/* An address that it writes, of recvfrom(2), accept4(2) and the names. */
static void lay_name(struct making *making)
{
	const struct program_room *asked = &making->asked->name;

	making->address = arena_output(SLOT_ADDRESS, &asked->pointer,
				       length_of(asked->length), LOOKED_AT_MAX);
	making->length = arena_input(SLOT_LENGTH, &asked->length_pointer, sizeof(int));
	if (making->length.own && making->length.room == sizeof(int))
		memcpy(making->length.own, &asked->length, sizeof(int));
}

/* Does it reach, from where it lies, beyond what is a process's? */
static bool reaches_out(const struct place *place, size_t length)
{
	uintptr_t begin = (uintptr_t)place->pass, end = begin + length;

	return sizeof(void *) == 8 &&
	       (place->foreign || end < begin || (intptr_t)end < 0);
}

#define CONTENT_MAX (4 * (size_t)OUTCOME_DATA_MAX)

/* What lies beyond a process's addresses, though not in the kernel's half, is for some
 * releases as good as the latter. */
static bool nearly_reaches_out(const struct place *place, size_t length)
{
	uintptr_t end = (uintptr_t)place->pass + length;

	return sizeof(void *) == 8 && end >> 47 && !reaches_out(place, length);
}

static void lay_sent(struct making *making)
{
	const struct program_buffer *asked = &making->asked->buffer;
	struct call *call = &making->made->call;
	size_t length = (size_t)asked->length;

	making->buffer = arena_input(SLOT_BUFFER, &asked->pointer, length);
	/* No rule looks further than OUTCOME_DATA_MAX. */
	if (making->buffer.own)
		program_content_bytes(asked->content, making->buffer.own,
				      making->buffer.room < CONTENT_MAX
					      ? making->buffer.room
					      : CONTENT_MAX);
	call->message.length = length;
	making->unmodelled |= nearly_reaches_out(&making->buffer, length) ||
			      (making->buffer.foreign && !length);
	call->message.readable = making->buffer.readable;
	call->message.foreign = making->buffer.foreign;
	call->message.payload = making->buffer.readable == length ? making->buffer.own
								  : NULL;
}

static void lay_received(struct making *making)
{
	const struct program_buffer *asked = &making->asked->buffer;
	struct call *call = &making->made->call;
	size_t length = (size_t)asked->length;

	making->buffer =
		arena_output(SLOT_BUFFER, &asked->pointer, length, LOOKED_AT_MAX);
	call->message.length = length;
	making->unmodelled |= nearly_reaches_out(&making->buffer, length);
	call->message.writable = making->buffer.writable;
	call->message.foreign =
		making->buffer.foreign ||
		(call->name != CALL_RECVFROM && reaches_out(&making->buffer, length));
	making->made->result.data =
		making->buffer.writable || !length ? making->buffer.own : NULL;
	making->made->result.data_room = making->made->result.data ? making->buffer.room
								   : 0;
	if (making->made->result.data_room > LOOKED_AT_MAX)
		making->made->result.data_room = LOOKED_AT_MAX;
}

static void describe_name(struct making *making)
{
	const struct program_room *asked = &making->asked->name;
	struct call *call = &making->made->call;
	bool told = making->length.readable == sizeof(int);

	call->message.name_wanted = making->address.pass;
	call->message.addrlen_unreadable = !told;
	call->message.addrlen_unwritable = making->length.writable < sizeof(int);
	call->message.room = told ? asked->length : 0;
	call->message.name_writable = making->address.writable;
}

/* The areas of a header: the buffer cut so that all but the last have one byte. */
static void lay_areas(struct making *making)
{
	const struct program_areas *asked = &making->asked->areas;
	struct call *call = &making->made->call;
	size_t count = asked->count > 0 ? (size_t)asked->count : 0;
	size_t left = call->message.length;
	/* Where lengths are absurd, addresses are, too. */
	uintptr_t at = (uintptr_t)making->buffer.pass;

	if (count > LINUX_UIO_MAXIOV + 1)
		count = LINUX_UIO_MAXIOV + 1;
	making->areas =
		arena_input(SLOT_AREAS, &asked->pointer, count * sizeof(struct iovec));
	making->areas_count = asked->count;
	for (size_t i = 0; making->areas.own && i < count; i++) {
		bool last = i + 1 == count;
		struct iovec area = { (void *)at, last ? left : (left > 0) };

		if ((i + 1) * sizeof(area) > making->areas.room)
			break;
		memcpy(making->areas.own + i * sizeof(area), &area, sizeof(area));
		left -= area.iov_len;
		at += area.iov_len;
	}
	if ((unsigned long)asked->count > LINUX_UIO_MAXIOV)
		call->message.wrong |= AREAS_TOO_MANY;
	else if (making->areas.readable < count * sizeof(struct iovec))
		call->message.wrong |= AREAS_UNREADABLE;
	else if (count && (ssize_t)(call->message.length - count + 1) < 0 &&
		 call->message.length >= count - 1)
		call->message.wrong |= AREA_NEGATIVE;
	if (!count) {
		call->message.length = 0;
		call->message.writable = call->message.readable = 0;
		call->message.foreign = false;
	}
}

static void lay_control_sent(struct making *making, struct msghdr *header)
{
	const struct program_control *asked = &making->asked->control;
	static const struct program_pointer good = { POINTER_GOOD, 0 };
	struct call *call = &making->made->call;
	int numbers[3] = { (int)making->pid, 0, 0 };
	size_t data = sizeof(numbers);
	struct cmsghdr head = { .cmsg_level = SOL_SOCKET };

	if (asked->kind == CONTROL_NONE)
		return;
	if (asked->kind == CONTROL_RIGHTS)
		data = asked->count * sizeof(int);
	making->control = arena_input(SLOT_CONTROL, &good, CMSG_SPACE(data));
	if (!making->control.own)
		return;
	memset(making->control.own, 0, making->control.room);
	head.cmsg_len = CMSG_LEN(data);
	head.cmsg_type = SCM_RIGHTS;
	if (asked->kind == CONTROL_CREDENTIALS || asked->kind == CONTROL_OTHER_USER ||
	    asked->kind == CONTROL_OTHER_PROCESS)
		head.cmsg_type = SCM_CREDENTIALS;
	else if (asked->kind == CONTROL_UNKNOWN)
		head.cmsg_type = 0x7fff;
	else if (asked->kind == CONTROL_SHORT)
		head.cmsg_len = sizeof(head) - 1;
	else if (asked->kind == CONTROL_LONG)
		head.cmsg_len = CMSG_SPACE(data) + 1;
	if (asked->kind == CONTROL_OTHER_USER)
		numbers[1] = 1;
	if (asked->kind == CONTROL_OTHER_PROCESS)
		numbers[0] = 1;
	memcpy(making->control.own, &head, sizeof(head));
	if (asked->kind == CONTROL_RIGHTS)
		for (size_t i = 0; i < asked->count; i++)
			memcpy(making->control.own + CMSG_LEN(0) + i * sizeof(int),
			       &making->descriptor, sizeof(int));
	else
		memcpy(making->control.own + CMSG_LEN(0), numbers, sizeof(numbers));
	header->msg_control = making->control.pass;
	header->msg_controllen = CMSG_SPACE(data);
	if (asked->kind == CONTROL_RIGHTS)
		call->message.rights = asked->count;
	call->message.control_given = true;
	call->message.credentials_given = asked->kind == CONTROL_CREDENTIALS;
	for (int i = 0; i < 3; i++)
		call->message.credentials[i] = (unsigned int)numbers[i];
	/* No rule speaks of what may be wrong with them. */
	making->unmodelled |= asked->kind != CONTROL_CREDENTIALS;
}

static void lay_header(struct making *making, const struct msghdr *header)
{
	struct call *call = &making->made->call;

	making->header =
		arena_input(SLOT_HEADER, &making->asked->header, sizeof(*header));
	if (making->header.own)
		memcpy(making->header.own, header, making->header.room);
	if (making->header.readable < sizeof(*header))
		call->message.wrong = HEADER_UNREADABLE;
	else if (making->header.writable < sizeof(*header))
		call->message.wrong |= HEADER_READ_ONLY;
}

static void prepare_sendmsg(struct making *making, unsigned short port)
{
	struct call *call = &making->made->call;
	struct msghdr header = { 0 };
	int addrlen = making->asked->address.length;

	/* __copy_msghdr() takes of a longer one as much as it has room for. */
	if (addrlen > ADDRESS_BYTES_MAX)
		addrlen = ADDRESS_BYTES_MAX;
	call->message.to = lay_address_of(making, port, addrlen);
	call->message.flags = making->asked->flags;
	lay_sent(making);
	lay_areas(making);
	if (!making->areas_count)
		call->message.payload = NULL;
	lay_control_sent(making, &header);
	call->message.foreign |= making->areas_count &&
				 reaches_out(&making->buffer, call->message.length);
	header.msg_name = making->address.pass;
	header.msg_namelen = (socklen_t)making->asked->address.length;
	header.msg_iov = making->areas.pass;
	header.msg_iovlen = (size_t)making->areas_count;
	if (!header.msg_name)
		call->message.to = (struct call_address){ 0 };
	lay_header(making, &header);
}

static void prepare_recvmsg(struct making *making)
{
	const struct program_room *room = &making->asked->control_room;
	struct call *call = &making->made->call;
	struct msghdr header = { .msg_flags = 0x5a5a5a5a };

	call->message.flags = making->asked->flags;
	lay_received(making);
	lay_areas(making);
	making->address = arena_output(SLOT_ADDRESS, &making->asked->name.pointer,
				       length_of(making->asked->name.length),
				       LOOKED_AT_MAX);
	making->control = arena_output(SLOT_CONTROL, &room->pointer,
				       length_of(room->length), LOOKED_AT_MAX);
	header.msg_name = making->address.pass;
	header.msg_namelen = (socklen_t)making->asked->name.length;
	header.msg_iov = making->areas.pass;
	header.msg_iovlen = (size_t)making->areas_count;
	header.msg_control = making->control.pass;
	header.msg_controllen = making->control.pass ? length_of(room->length) : 0;
	call->message.name_wanted = header.msg_name;
	call->message.room = header.msg_name ? making->asked->name.length : 0;
	call->message.name_writable = making->address.writable;
	call->message.control_room = header.msg_controllen;
	making->unmodelled |= making->control.writable < header.msg_controllen;
	lay_header(making, &header);
}

static void prepare_option(struct making *making, bool set)
{
	const struct program_call *asked = making->asked;
	struct call *call = &making->made->call;
	size_t length;

	call->option.level = asked->level;
	call->option.optname = asked->optname;
	if (!set) {
		making->value = arena_output(SLOT_VALUE, &asked->told.pointer,
					     length_of(asked->told.length),
					     LOOKED_AT_MAX);
		making->length = arena_input(SLOT_LENGTH, &asked->told.length_pointer,
					     sizeof(int));
		if (making->length.own && making->length.room == sizeof(int))
			memcpy(making->length.own, &asked->told.length, sizeof(int));
		call->option.optlen = (unsigned int)asked->told.length;
		making->unmodelled = making->length.writable < sizeof(int) ||
				     asked->told.length < 0 ||
				     asked->told.length < (int)sizeof(int) ||
				     making->value.writable <
					     length_of(asked->told.length);
		return;
	}
	length = length_of(asked->value.length);
	making->value = arena_input(SLOT_VALUE, &asked->value.pointer, length);
	call->option.optlen = (unsigned int)asked->value.length;
	call->option.readable = making->value.readable;
	call->option.null = !making->value.pass;
}

/* The bytes of a value: its numbers, and zeros behind them. */
static void fill_value(struct making *making)
{
	struct program_value value = making->asked->value;

	for (int i = 0; i < PROGRAM_NUMBERS; i++)
		if (value.own_pid >> i & 1)
			value.numbers[i] = (int)making->pid;
	if (!making->value.own)
		return;
	memset(making->value.own, 0, making->value.room);
	memcpy(making->value.own, value.numbers,
	       making->value.room < sizeof(value.numbers) ? making->value.room
							  : sizeof(value.numbers));
}

static void keep_option_bytes(struct making *making)
{
	struct call *call = &making->made->call;
	size_t room = making->value.room;

	fill_value(making);
	/* The target reads no more than it needs. */
	if (making->value.own)
		memcpy(call->option.bytes, making->value.own,
		       room < OPTION_BYTES_MAX ? room : OPTION_BYTES_MAX);
}

static bool is_about_lock(int command)
{
	return command == F_GETLK || command == F_SETLK || command == F_SETLKW ||
	       command == F_OFD_GETLK || command == F_OFD_SETLK ||
	       command == F_OFD_SETLKW;
}

static size_t memory_of(int command)
{
	return is_about_lock(command) ? sizeof(struct flock) : 2 * sizeof(int);
}

static void prepare_fcntl(struct making *making)
{
	const struct program_call *asked = making->asked;
	struct call *call = &making->made->call;
	size_t numbers = sizeof(call->fcntl.numbers);
	size_t memory = memory_of(asked->command);

	call->fcntl.command = asked->command;
	if (!program_fcntl_takes_memory(asked->command)) {
		call->fcntl.argument = asked->value.own_pid & 1
					       ? (long)making->pid
					       : asked->value.numbers[0];
		return;
	}
	making->value = arena_input(SLOT_VALUE, &asked->value.pointer, memory);
	fill_value(making);
	call->fcntl.unreachable = making->value.writable < memory;
	call->fcntl.argument = !making->value.pass ? 0 : 1 + call->fcntl.unreachable;
	making->unmodelled = making->value.readable != making->value.writable ||
			     is_about_lock(asked->command);
	if (!call->fcntl.unreachable)
		memcpy(call->fcntl.numbers, making->value.own, numbers);
}

/* How much memory a request of ioctl(2) is about, as far as that is known. */
static size_t request_size(unsigned int request)
{
	switch (request) {
	case FIONREAD:
	case TIOCOUTQ:
	case FIONBIO:
	case FIOASYNC:
	case LINUX_SIOCATMARK:
	case LINUX_FIOSETOWN:
	case LINUX_SIOCSPGRP:
	case LINUX_FIOGETOWN:
	case LINUX_SIOCGPGRP:
		return sizeof(int);
	default:
		return 0;
	}
}

/* Those that write their answer, be it what stood there before. */
static bool request_tells(unsigned int request)
{
	return request == FIONREAD || request == TIOCOUTQ ||
	       request == LINUX_SIOCATMARK || request == LINUX_FIOGETOWN ||
	       request == LINUX_SIOCGPGRP;
}

static bool prepare_ioctl(struct making *making)
{
	const struct program_call *asked = making->asked;
	struct call *call = &making->made->call;
	size_t size = request_size(asked->request);
	/* Those of sockets are read as an interface's where nobody else knows them. */
	size_t memory = (asked->request >> 8 & 0xff) == 0x89 ? sizeof(struct ifreq)
							     : size;

	if (!size && asked->request != FIOCLEX && asked->request != FIONCLEX) {
		making->made->skipped = "a request of ioctl(2) that is not known";
		return false;
	}
	making->value = arena_input(SLOT_VALUE, &asked->value.pointer, memory);
	fill_value(making);
	call->file.argument[0] = (long)asked->request;
	call->file.length = size;
	call->file.foreign = making->value.foreign;
	call->file.reachable = making->value.writable < size ? making->value.writable
							     : size;
	call->file.argument[1] = !making->value.pass		 ? 0
				 : making->value.writable < size ? 2
								 : 1;
	making->unmodelled =
		making->value.readable != making->value.writable ||
		(making->value.writable && making->value.writable < memory);
	if (size && making->value.writable >= size)
		memcpy(call->file.bytes, making->value.own, size);
	return true;
}

/* Arguments that the rulebook's calls have no place for. */
static void describe_names(struct making *making)
{
	lay_name(making);
	making->unmodelled = making->length.writable < sizeof(int) ||
			     making->asked->name.length < 0 ||
			     making->asked->name.length < ADDRESS_BYTES_MAX ||
			     making->address.writable <
				     length_of(making->asked->name.length);
}

static bool prepare_rest(struct making *making, unsigned short port)
{
	const struct program_call *asked = making->asked;
	struct call *call = &making->made->call;

	switch (asked->kind) {
	case PROGRAM_SENDTO:
		call->message.to = lay_address(making, port);
		call->message.flags = asked->flags;
		lay_sent(making);
		/* A NULL is no address, however long. */
		if (!making->address.pass)
			call->message.to = (struct call_address){ 0 };
		making->unmodelled |= making->address.pass && !asked->address.length;
		return true;
	case PROGRAM_WRITE:
		call->message.areas = 1;
		lay_sent(making);
		return true;
	case PROGRAM_READ:
		call->message.addrlen_unreadable = true;
		lay_received(making);
		return true;
	case PROGRAM_RECVFROM:
		call->message.flags = asked->flags;
		lay_received(making);
		lay_name(making);
		describe_name(making);
		return true;
	case PROGRAM_SENDMSG:
		prepare_sendmsg(making, port);
		return true;
	case PROGRAM_RECVMSG:
		prepare_recvmsg(making);
		return true;
	case PROGRAM_FCNTL:
		prepare_fcntl(making);
		return true;
	case PROGRAM_IOCTL:
		return prepare_ioctl(making);
	default:
		return true;
	}
}

bool making_prepare(struct making *making, int fd, unsigned short port)
{
	const struct program_call *asked = making->asked;
	struct call *call = &making->made->call;

	*call = (struct call){ .name = program_rule_name(asked->kind), .fd = fd };
	making->made->result = (struct result){ 0 };
	switch (asked->kind) {
	case PROGRAM_SOCKET:
	case PROGRAM_SOCKETPAIR:
		call->fd = -1;
		call->socket.domain = asked->domain;
		call->socket.type = asked->type;
		call->socket.protocol = asked->protocol;
		return true;
	case PROGRAM_BIND:
	case PROGRAM_CONNECT:
		call->address = lay_address(making, port);
		return true;
	case PROGRAM_LISTEN:
		call->backlog = asked->backlog;
		return true;
	case PROGRAM_ACCEPT4:
		lay_name(making);
		call->flags = asked->flags;
		making->unmodelled =
			making->address.pass &&
			(making->length.writable < sizeof(int) ||
			 asked->name.length < 0 ||
			 making->address.writable < length_of(asked->name.length));
		return true;
	case PROGRAM_SHUTDOWN:
		call->how = asked->how;
		return true;
	case PROGRAM_GETSOCKNAME:
	case PROGRAM_GETPEERNAME:
		describe_names(making);
		return true;
	case PROGRAM_SETSOCKOPT:
		prepare_option(making, true);
		keep_option_bytes(making);
		return true;
	case PROGRAM_GETSOCKOPT:
		prepare_option(making, false);
		return true;
	case PROGRAM_POLL:
		call->file.argument[0] = asked->events;
		return true;
	default:
		return prepare_rest(making, port);
	}
}

static int told_length(const struct making *making)
{
	int told = 0;

	if (making->length.own && making->length.room == sizeof(told))
		memcpy(&told, making->length.own, sizeof(told));
	return told;
}

/* Keeps what was written to a place of the caller's, as long as it says it is. */
static void keep(struct making *making, const struct place *place, int told, int room)
{
	struct result *result = &making->made->result;
	int written = told < room ? told : room;

	if (written < 0)
		written = 0;
	if ((size_t)written < place->room && written < room &&
	    !arena_untouched(place, (size_t)written))
		making->made->violation = "bytes were written behind what is told";
	if (written > RESULT_BYTES_MAX)
		written = RESULT_BYTES_MAX;
	if (place->own && (size_t)written <= place->room)
		memcpy(result->bytes, place->own, (size_t)written);
	result->length = (unsigned int)written;
	result->told = (unsigned int)told;
}

/* Of a call that failed with nothing wrong with its memory, nothing is written. */
static void check_untouched(struct making *making, const struct place *place)
{
	if (making->made->result.value < 0 && !arena_untouched(place, 0) &&
	    making->made->result.value != -EFAULT)
		making->made->violation = "bytes were written by a call that failed";
}

/* Has the name been told?  Where there is room for none of it, any place will do. */
static bool is_named(const struct making *making)
{
	return making->address.own ||
	       (making->address.pass && !making->asked->name.length);
}

static void after_name(struct making *making)
{
	if (making->made->result.value < 0) {
		check_untouched(making, &making->address);
		return;
	}
	if (is_named(making) && making->address.pass &&
	    making->length.room == sizeof(int))
		keep(making, &making->address, told_length(making),
		     making->asked->name.length);
}

static void after_option(struct making *making)
{
	if (making->made->result.value < 0)
		check_untouched(making, &making->value);
	else if (making->value.own)
		keep(making, &making->value, told_length(making),
		     making->asked->told.length);
}

static void after_recvmsg(struct making *making)
{
	struct result *result = &making->made->result;
	struct msghdr header;

	if (result->value < 0 || !making->header.own ||
	    making->header.room < sizeof(header))
		return;
	memcpy(&header, making->header.own, sizeof(header));
	result->flags = header.msg_flags;
	result->control_length = (unsigned int)header.msg_controllen;
	if (making->control.own && header.msg_controllen <= RESULT_CONTROL_MAX &&
	    header.msg_controllen <= making->control.room)
		memcpy(result->control, making->control.own, header.msg_controllen);
	if (is_named(making))
		keep(making, &making->address, (int)header.msg_namelen,
		     making->asked->name.length);
}

static long make_socketpair(struct making *making)
{
	const struct program_call *asked = making->asked;
	static const struct program_pointer good = { POINTER_GOOD, 0 };
	long value;

	making->value = arena_input(SLOT_VALUE, asked->pair.kind ? &asked->pair : &good,
				    sizeof(making->pair));
	value = making->target->socketpair(asked->domain, asked->type, asked->protocol,
					   making->value.pass);
	making->pair[0] = making->pair[1] = -1;
	if (!value && making->value.own)
		memcpy(making->pair, making->value.own, sizeof(making->pair));
	return value;
}

static long make_poll(struct making *making)
{
	struct pollfd polled = { .fd = making->made->call.fd,
				 .events = making->asked->events,
				 .revents = -1 };
	long value = making->target->poll(&polled, 1, 0);

	if (value >= 0) {
		making->made->result.length = sizeof(polled.revents);
		memcpy(making->made->result.bytes, &polled.revents,
		       sizeof(polled.revents));
	}
	return value;
}

static long make_file(struct making *making)
{
	const struct program_call *asked = making->asked;
	struct call *call = &making->made->call;
	const struct target *target = making->target;
	const long none[FILE_ARGUMENTS] = { 0 };
	int before = 0, after = 0;
	long value;

	switch (asked->kind) {
	case PROGRAM_FCNTL:
		value = target->fcntl(call->fd, asked->command,
				      program_fcntl_takes_memory(asked->command)
					      ? (long)making->value.pass
					      : call->fcntl.argument);
		if (value >= 0 && asked->command == F_GETOWN_EX && making->value.own) {
			making->made->result.length = 2 * sizeof(int);
			memcpy(making->made->result.bytes, making->value.own,
			       2 * sizeof(int));
		}
		return value;
	case PROGRAM_IOCTL:
		if (making->value.room >= sizeof(int))
			memcpy(&before, making->value.own, sizeof(before));
		value = target->ioctl(call->fd, asked->request, making->value.pass);
		if (making->value.room >= sizeof(int))
			memcpy(&after, making->value.own, sizeof(after));
		if (value >= 0 && making->value.room >= sizeof(int) &&
		    (before != after || request_tells(asked->request))) {
			making->made->result.length = sizeof(int);
			memcpy(making->made->result.bytes, &after, sizeof(after));
		}
		return value;
	default:
		return target->file(CALL_DUP, call->fd, none);
	}
}

static long make(struct making *making)
{
	const struct program_call *asked = making->asked;
	const struct target *target = making->target;
	int fd = making->made->call.fd;
	void *address = making->address.pass, *length = making->length.pass;
	void *buffer = making->buffer.pass;
	size_t size = (size_t)asked->buffer.length;

	switch (asked->kind) {
	case PROGRAM_SOCKET:
		return target->socket(asked->domain, asked->type, asked->protocol);
	case PROGRAM_BIND:
		return target->bind(fd, address, asked->address.length);
	case PROGRAM_CONNECT:
		return target->connect(fd, address, asked->address.length);
	case PROGRAM_LISTEN:
		return target->listen(fd, asked->backlog);
	case PROGRAM_ACCEPT4:
		return target->accept4(fd, address, length, asked->flags);
	case PROGRAM_SENDTO:
		return target->sendto(fd, buffer, size, asked->flags, address,
				      (socklen_t)asked->address.length);
	case PROGRAM_RECVFROM:
		return target->recvfrom(fd, buffer, size, asked->flags, address,
					length);
	case PROGRAM_SETSOCKOPT:
		return target->setsockopt(fd, asked->level, asked->optname,
					  making->value.pass,
					  (socklen_t)asked->value.length);
	case PROGRAM_GETSOCKOPT:
		return target->getsockopt(fd, asked->level, asked->optname,
					  making->value.pass, length);
	case PROGRAM_GETSOCKNAME:
		return target->getsockname(fd, address, length);
	case PROGRAM_GETPEERNAME:
		return target->getpeername(fd, address, length);
	case PROGRAM_SHUTDOWN:
		return target->shutdown(fd, asked->how);
	case PROGRAM_CLOSE:
		return target->close(fd);
	case PROGRAM_SOCKETPAIR:
		return make_socketpair(making);
	case PROGRAM_SENDMSG:
		return target->sendmsg(fd, making->header.pass, asked->flags);
	case PROGRAM_RECVMSG:
		return target->recvmsg(fd, making->header.pass, asked->flags);
	case PROGRAM_READ:
		return target->read(fd, buffer, size);
	case PROGRAM_WRITE:
		return target->write(fd, buffer, size);
	case PROGRAM_POLL:
		return make_poll(making);
	default:
		return make_file(making);
	}
}

void making_make(struct making *making)
{
	making->made->result.value = make(making);
	switch (making->asked->kind) {
	case PROGRAM_ACCEPT4:
	case PROGRAM_GETSOCKNAME:
	case PROGRAM_GETPEERNAME:
	case PROGRAM_RECVFROM:
		after_name(making);
		break;
	case PROGRAM_GETSOCKOPT:
		after_option(making);
		break;
	case PROGRAM_RECVMSG:
		after_recvmsg(making);
		break;
	default:
		break;
	}
}
