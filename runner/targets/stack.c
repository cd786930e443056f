/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * stack.c - the target that is a stack in a shared object: each call with the stack's
 * own numbers and addresses, and what it gave in Linux's.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <string.h>

#include "stack.h"

/* Addresses in the stack's layout: as long as any that a case passes. */
#define ROOM (ADDRESS_BYTES_MAX + 64)

/* What a function gave, as a target has it: a value, a negative errno of Linux, or (a
 * failure without an errno, a number that is nothing) below -4095: TARGET_NO_ERROR. */
static long result(long value)
{
	int error;

	if (value >= 0)
		return value;
	if (stack_says.flags & SOCKCHECK_RETURNS_ERRNO)
		error = value >= -4095 ? (int)-value : 0;
	else
		error = value == -1 ? errno : 0;
	error = linux_number(SOCKCHECK_ERRNO, error);
	if (error > 0 && error <= 4095)
		return -error;
	if (value == -1)
		return TARGET_NO_ERROR;
	return value > LONG_MIN - TARGET_NO_ERROR ? TARGET_NO_ERROR + value : LONG_MIN;
}

/* Of a negative value: is it certainly none of the stack's failures? */
static bool is_no_error(long value)
{
	return stack_says.flags & SOCKCHECK_RETURNS_ERRNO ? value < -4095 : value < -1;
}

/* A call before this one has caused what the stack's threads may be at. */
static bool caused;

static void wait_until_done(void)
{
	if (stack_says.settle)
		stack_says.settle();
	else if (stack_says.flags & SOCKCHECK_SLEEPS_WHEN_DONE)
		stack_wait_until_done();
}

/* To look takes longer than most calls: after one that only asks, nobody looks. */
static void settle(bool causes)
{
	if (caused)
		wait_until_done();
	for (int i = 0; caused && stack_says.pass_time && i < 3; i++) {
		stack_says.pass_time();
		wait_until_done();
	}
	caused = causes;
}

/* errno: so that a failure which sets none shows. */
#define ASK(call)  (settle(false), errno = 0, result(call))
#define MAKE(call) (settle(true), errno = 0, result(call))

static int number(enum sockcheck_kind kind, int of_linux)
{
	int of_stack;

	stack_number(kind, 0, of_linux, &of_stack);
	return of_stack;
}

static int bits(enum sockcheck_kind kind, int of_linux)
{
	int of_stack;

	stack_bits(kind, of_linux, &of_stack);
	return of_stack;
}

static bool has_layout(void)
{
	return stack_says.numbers || stack_says.flags & SOCKCHECK_ADDRESS_LENGTH;
}

/* The address as the stack has it: in place, or a copy in room. */
static const void *to_stack(const void *address, int addrlen, unsigned char room[ROOM])
{
	sa_family_t family;

	if (!has_layout() || addrlen < 2 || addrlen > ROOM)
		return address;
	memcpy(room, address, (size_t)addrlen);
	memcpy(&family, room, sizeof(family));
	family = (sa_family_t)number(SOCKCHECK_FAMILY, family);
	if (stack_says.flags & SOCKCHECK_ADDRESS_LENGTH) {
		room[0] = (unsigned char)addrlen;
		room[1] = (unsigned char)family;
	} else {
		memcpy(room, &family, sizeof(family));
	}
	return room;
}

/* An address that the stack has written, where there is as much room as was told. */
static void from_stack(void *address, socklen_t room, const socklen_t *addrlen)
{
	unsigned char *bytes = address;
	sa_family_t family;

	if (!has_layout() || !address || !addrlen || *addrlen < 2 || room < 2)
		return;
	memcpy(&family, bytes, sizeof(family));
	if (stack_says.flags & SOCKCHECK_ADDRESS_LENGTH)
		family = bytes[1];
	family = (sa_family_t)linux_number(SOCKCHECK_FAMILY, family);
	memcpy(bytes, &family, sizeof(family));
}

static int type_of(int type)
{
	return number(SOCKCHECK_TYPE, type & 0xf) |
	       bits(SOCKCHECK_TYPE_FLAG, type & ~0xf);
}

static long stack_socket(int domain, int type, int protocol)
{
	return ASK(stack_calls.socket(number(SOCKCHECK_FAMILY, domain), type_of(type),
				      number(SOCKCHECK_PROTOCOL, protocol)));
}

static long stack_socketpair(int domain, int type, int protocol, int fds[2])
{
	return ASK(stack_calls.socketpair(number(SOCKCHECK_FAMILY, domain),
					  type_of(type),
					  number(SOCKCHECK_PROTOCOL, protocol), fds));
}

static long stack_bind(int fd, const struct sockaddr *address, int addrlen)
{
	unsigned char room[ROOM];

	return ASK(stack_calls.bind(fd, to_stack(address, addrlen, room),
				    (socklen_t)addrlen));
}

static long stack_connect(int fd, const struct sockaddr *address, int addrlen)
{
	unsigned char room[ROOM];

	return MAKE(stack_calls.connect(fd, to_stack(address, addrlen, room),
					(socklen_t)addrlen));
}

static long stack_listen(int fd, int backlog)
{
	return MAKE(stack_calls.listen(fd, backlog));
}

static long stack_accept4(int fd, struct sockaddr *address, socklen_t *addrlen,
			  int flags)
{
	socklen_t room = addrlen ? *addrlen : 0;
	long value =
		stack_calls.accept4
			? MAKE(stack_calls.accept4(fd, address, addrlen,
						   bits(SOCKCHECK_TYPE_FLAG, flags)))
			: MAKE(stack_calls.accept(fd, address, addrlen));

	if (value >= 0)
		from_stack(address, room, addrlen);
	return value;
}

static long tell_name(int (*tell)(int fd, void *address, socklen_t *addrlen), int fd,
		      struct sockaddr *address, socklen_t *addrlen)
{
	socklen_t room = *addrlen;
	long value = ASK(tell(fd, address, addrlen));

	if (value >= 0)
		from_stack(address, room, addrlen);
	return value;
}

static long stack_getsockname(int fd, struct sockaddr *address, socklen_t *addrlen)
{
	return tell_name(stack_calls.getsockname, fd, address, addrlen);
}

static long stack_getpeername(int fd, struct sockaddr *address, socklen_t *addrlen)
{
	return tell_name(stack_calls.getpeername, fd, address, addrlen);
}

static long stack_sendto(int fd, const void *buffer, size_t length, int flags,
			 const struct sockaddr *address, socklen_t addrlen)
{
	unsigned char room[ROOM];

	return MAKE(stack_calls.sendto(
		fd, buffer, length, bits(SOCKCHECK_MESSAGE, flags),
		address ? to_stack(address, (int)addrlen, room) : NULL, addrlen));
}

static long stack_recvfrom(int fd, void *buffer, size_t length, int flags,
			   struct sockaddr *address, socklen_t *addrlen)
{
	socklen_t room = address ? *addrlen : 0;
	long value = MAKE(stack_calls.recvfrom(
		fd, buffer, length, bits(SOCKCHECK_MESSAGE, flags), address, addrlen));

	if (value >= 0)
		from_stack(address, room, addrlen);
	return value;
}

static long stack_recv(int fd, void *buffer, size_t length, int flags)
{
	return MAKE(
		stack_calls.recv(fd, buffer, length, bits(SOCKCHECK_MESSAGE, flags)));
}

static long stack_sendmsg(int fd, const struct msghdr *message, int flags)
{
	unsigned char room[ROOM];
	struct msghdr copy = *message;

	if (copy.msg_name)
		copy.msg_name =
			(void *)to_stack(copy.msg_name, (int)copy.msg_namelen, room);
	return MAKE(stack_calls.sendmsg(fd, &copy, bits(SOCKCHECK_MESSAGE, flags)));
}

static long stack_recvmsg(int fd, struct msghdr *message, int flags)
{
	socklen_t room = message->msg_namelen;
	long value =
		MAKE(stack_calls.recvmsg(fd, message, bits(SOCKCHECK_MESSAGE, flags)));

	if (value < 0)
		return value;
	from_stack(message->msg_name, room, &message->msg_namelen);
	message->msg_flags = linux_bits(SOCKCHECK_MESSAGE, message->msg_flags);
	return value;
}

static long stack_read(int fd, void *buffer, size_t length)
{
	return MAKE(stack_calls.read(fd, buffer, length));
}

static long stack_readv(int fd, const struct iovec *areas, int count)
{
	return MAKE(stack_calls.readv(fd, areas, count));
}

static long stack_write(int fd, const void *buffer, size_t length)
{
	return MAKE(stack_calls.write(fd, buffer, length));
}

static long stack_shutdown(int fd, int how)
{
	return MAKE(stack_calls.shutdown(fd, number(SOCKCHECK_HOW, how)));
}

static int option_of(int level, int optname)
{
	int of_stack;

	stack_number(SOCKCHECK_OPTION, level, optname, &of_stack);
	return of_stack;
}

/* Options whose value is a constant. */
static void from_stack_option(int level, int optname, void *optval, socklen_t optlen)
{
	int value;

	if (level != SOL_SOCKET || optlen < sizeof(value))
		return;
	memcpy(&value, optval, sizeof(value));
	if (optname == SO_ERROR)
		value = linux_number(SOCKCHECK_ERRNO, value);
	else if (optname == SO_TYPE)
		value = linux_number(SOCKCHECK_TYPE, value);
	else if (optname == SO_DOMAIN)
		value = linux_number(SOCKCHECK_FAMILY, value);
	else if (optname == SO_PROTOCOL)
		value = linux_number(SOCKCHECK_PROTOCOL, value);
	memcpy(optval, &value, sizeof(value));
}

static long stack_getsockopt(int fd, int level, int optname, void *optval,
			     socklen_t *optlen)
{
	socklen_t room = *optlen;
	long value =
		ASK(stack_calls.getsockopt(fd, number(SOCKCHECK_LEVEL, level),
					   option_of(level, optname), optval, optlen));

	if (value >= 0)
		from_stack_option(level, optname, optval,
				  *optlen < room ? *optlen : room);
	return value;
}

static long stack_setsockopt(int fd, int level, int optname, const void *optval,
			     socklen_t optlen)
{
	return MAKE(stack_calls.setsockopt(fd, number(SOCKCHECK_LEVEL, level),
					   option_of(level, optname), optval, optlen));
}

static long stack_fcntl(int fd, int command, long argument)
{
	int own = number(SOCKCHECK_FCNTL, command);
	long value;

	if (command == F_SETFL)
		argument = bits(SOCKCHECK_STATUS_FLAG, (int)argument);
	errno = 0;
	value = stack_calls.fcntl(fd, own, argument);
	/* A process group is told by its negative number. */
	if (command == F_GETOWN && value < -1 && is_no_error(value))
		return value;
	value = result(value);
	if (command == F_GETFL && value >= 0)
		value = linux_bits(SOCKCHECK_STATUS_FLAG, (int)value);
	return value;
}

static long stack_ioctl(int fd, unsigned long request, void *argument)
{
	unsigned long own =
		(unsigned int)number(SOCKCHECK_IOCTL, (int)(unsigned int)request);

	return ASK(
		stack_calls.ioctl(fd, request > 0xffffffff ? request : own, argument));
}

/* Of one descriptor, which is all that the harness asks for. */
static long stack_poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
	struct pollfd own = *fds;
	long value;

	own.events = (short)bits(SOCKCHECK_POLL, fds->events);
	value = ASK(stack_calls.poll(&own, count, timeout_ms));
	fds->revents = (short)linux_bits(SOCKCHECK_POLL, own.revents);
	return value;
}

static long stack_close(int fd)
{
	return MAKE(stack_calls.close(fd));
}

/* In which of the three sets the descriptor stands is told by bits. */
static long select_one(int fd, long sets, int *left)
{
	struct timeval at_once = { 0, 0 };
	fd_set own[3];
	long value;

	if (fd < 0 || fd >= FD_SETSIZE)
		return -EBADF;
	for (int i = 0; i < 3; i++) {
		FD_ZERO(&own[i]);
		if (sets >> i & 1)
			FD_SET(fd, &own[i]);
	}
	value = ASK(stack_calls.select(fd + 1, &own[0], &own[1], &own[2], &at_once));
	*left = 0;
	for (int i = 0; value >= 0 && i < 3; i++)
		if (FD_ISSET(fd, &own[i]))
			*left |= 1 << i;
	return value;
}

static long stack_file(enum call_name name, int fd, const long argument[FILE_ARGUMENTS])
{
	if (name == CALL_WRITEV)
		return MAKE(stack_calls.writev(fd, (const struct iovec *)argument[0],
					       (int)argument[1]));
	if (name == CALL_SELECT)
		return select_one(fd, argument[0], (int *)argument[1]);
	return -ENOSYS;
}

struct target stack_target;

/* A call that the stack has no function for is not offered. */
void stack_fill_in(void)
{
	const struct stack_functions *has = &stack_calls;

	stack_target.stack = true;
	stack_target.first_descriptor = stack_says.first_descriptor;
	stack_target.settles = stack_says.settle ||
			       stack_says.flags & SOCKCHECK_SLEEPS_WHEN_DONE;
	stack_target.is_asleep = stack_is_asleep;
	stack_target.open = stack_open;
	stack_target.cannot_express = stack_cannot_express;
	stack_target.socket = has->socket ? stack_socket : NULL;
	stack_target.socketpair = has->socketpair ? stack_socketpair : NULL;
	stack_target.bind = has->bind ? stack_bind : NULL;
	stack_target.connect = has->connect ? stack_connect : NULL;
	stack_target.listen = has->listen ? stack_listen : NULL;
	stack_target.accept4 = has->accept || has->accept4 ? stack_accept4 : NULL;
	stack_target.getsockname = has->getsockname ? stack_getsockname : NULL;
	stack_target.getpeername = has->getpeername ? stack_getpeername : NULL;
	stack_target.sendto = has->sendto ? stack_sendto : NULL;
	stack_target.recvfrom = has->recvfrom ? stack_recvfrom : NULL;
	stack_target.sendmsg = has->sendmsg ? stack_sendmsg : NULL;
	stack_target.recvmsg = has->recvmsg ? stack_recvmsg : NULL;
	stack_target.recv = has->recv ? stack_recv : NULL;
	stack_target.readv = has->readv ? stack_readv : NULL;
	stack_target.read = has->read ? stack_read : NULL;
	stack_target.write = has->write ? stack_write : NULL;
	stack_target.shutdown = has->shutdown ? stack_shutdown : NULL;
	stack_target.getsockopt = has->getsockopt ? stack_getsockopt : NULL;
	stack_target.setsockopt = has->setsockopt ? stack_setsockopt : NULL;
	stack_target.fcntl = has->fcntl ? stack_fcntl : NULL;
	stack_target.ioctl = has->ioctl ? stack_ioctl : NULL;
	stack_target.poll = has->poll ? stack_poll : NULL;
	stack_target.close = has->close ? stack_close : NULL;
	stack_target.file = stack_file;
}
