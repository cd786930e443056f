/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * stack.c - a stack in a shared object that answers from the rulebook, over a world of
 * its own: for the tests of how stacks are loaded, spoken to and judged.
 *
 * Built as it is, it follows the POSIX convention and exports no structure.  With ODD,
 * its errnos, families, flags and options have other numbers, its addresses begin with
 * their length, and it returns negative errnos.  Either does what these ask for:
 *
 *	SOCKCHECK_LIE	 one wrong result, as model.h has it
 *	STACK_DOES	 hang, spin, abort, crash, print or exit, at each bind()
 *	STACK_GIVES	 positive, no-errno, negative, too-many or addrlen: garbage, at
 *			 each bind(), recvfrom() or getsockname()
 */
#include <net/if.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "../../harness/harness.h"
#include "../../targets/sockcheck_target.h"
#include "../model.h"

#define EXPORTED __attribute__((visibility("default")))

#ifdef ODD
#define FIRST_DESCRIPTOR 100
#else
#define FIRST_DESCRIPTOR 0
#endif

/* 4.4BSD's, as far as its systems agree; what is not here is as Linux has it. */
static const struct sockcheck_number numbers[] = {
#ifdef ODD
	{ SOCKCHECK_ERRNO, 0, EAGAIN, 35 },
	{ SOCKCHECK_ERRNO, 0, EINPROGRESS, 36 },
	{ SOCKCHECK_ERRNO, 0, EALREADY, 37 },
	{ SOCKCHECK_ERRNO, 0, ENOTSOCK, 38 },
	{ SOCKCHECK_ERRNO, 0, EDESTADDRREQ, 39 },
	{ SOCKCHECK_ERRNO, 0, EMSGSIZE, 40 },
	{ SOCKCHECK_ERRNO, 0, EPROTOTYPE, 41 },
	{ SOCKCHECK_ERRNO, 0, ENOPROTOOPT, 42 },
	{ SOCKCHECK_ERRNO, 0, EPROTONOSUPPORT, 43 },
	{ SOCKCHECK_ERRNO, 0, ESOCKTNOSUPPORT, 44 },
	{ SOCKCHECK_ERRNO, 0, EOPNOTSUPP, 45 },
	{ SOCKCHECK_ERRNO, 0, EAFNOSUPPORT, 47 },
	{ SOCKCHECK_ERRNO, 0, EADDRINUSE, 48 },
	{ SOCKCHECK_ERRNO, 0, EADDRNOTAVAIL, 49 },
	{ SOCKCHECK_ERRNO, 0, ENETUNREACH, 51 },
	{ SOCKCHECK_ERRNO, 0, ECONNRESET, 54 },
	{ SOCKCHECK_ERRNO, 0, EISCONN, 56 },
	{ SOCKCHECK_ERRNO, 0, ENOTCONN, 57 },
	{ SOCKCHECK_ERRNO, 0, ECONNREFUSED, 61 },
	{ SOCKCHECK_ERRNO, 0, EHOSTUNREACH, 65 },
	{ SOCKCHECK_FAMILY, 0, AF_INET6, 28 },
	{ SOCKCHECK_TYPE_FLAG, 0, SOCK_NONBLOCK, 0x20000000 },
	{ SOCKCHECK_TYPE_FLAG, 0, SOCK_CLOEXEC, 0x10000000 },
	{ SOCKCHECK_MESSAGE, 0, MSG_CTRUNC, 0x20 },
	{ SOCKCHECK_MESSAGE, 0, MSG_TRUNC, 0x10 },
	{ SOCKCHECK_MESSAGE, 0, MSG_DONTWAIT, 0x80 },
	{ SOCKCHECK_MESSAGE, 0, MSG_WAITALL, 0x40 },
	{ SOCKCHECK_MESSAGE, 0, MSG_EOR, 0x8 },
	{ SOCKCHECK_MESSAGE, 0, MSG_ERRQUEUE, SOCKCHECK_NONE },
	{ SOCKCHECK_LEVEL, 0, SOL_SOCKET, 0xffff },
	{ SOCKCHECK_OPTION, SOL_SOCKET, SO_REUSEADDR, 0x4 },
	{ SOCKCHECK_OPTION, SOL_SOCKET, SO_KEEPALIVE, 0x8 },
	{ SOCKCHECK_OPTION, SOL_SOCKET, SO_ERROR, 0x1007 },
	{ SOCKCHECK_OPTION, SOL_SOCKET, SO_TYPE, 0x1008 },
	{ SOCKCHECK_OPTION, SOL_SOCKET, SO_RCVBUF, 0x1002 },
	{ SOCKCHECK_OPTION, SOL_SOCKET, SO_RCVTIMEO, 0x1006 },
	{ SOCKCHECK_STATUS_FLAG, 0, O_NONBLOCK, 0x4 },
	{ SOCKCHECK_IOCTL, 0, FIONREAD, 0x4004667f },
	{ SOCKCHECK_POLL, 0, POLLPRI, 0x80 },
	{ SOCKCHECK_HOW, 0, SHUT_RDWR, 7 },
	{ SOCKCHECK_FCNTL, 0, F_GETFL, 103 },
#endif
	{ .kind = SOCKCHECK_END },
};

static int to_linux(enum sockcheck_kind kind, int level, int number)
{
	for (const struct sockcheck_number *it = numbers; it->kind; it++)
		if (it->kind == kind && it->level == level && it->of_stack == number)
			return it->of_linux;
	return number;
}

static int from_linux(enum sockcheck_kind kind, int number)
{
	for (const struct sockcheck_number *it = numbers; it->kind; it++)
		if (it->kind == kind && it->of_linux == number)
			return it->of_stack;
	return number;
}

/* Bits given in the one system's numbers, in the other's. */
static int bits(enum sockcheck_kind kind, int given, bool into_linux)
{
	int came = 0, left = given;

	for (const struct sockcheck_number *it = numbers; it->kind; it++) {
		int from = into_linux ? it->of_stack : it->of_linux;

		if (it->kind != kind || it->of_stack == SOCKCHECK_NONE ||
		    !(given & from))
			continue;
		came |= into_linux ? it->of_linux : it->of_stack;
		left &= ~from;
	}
	return came | left;
}

static struct sc_case anybody = {
	.caps = SC_CAP(LINUX_CAP_NET_RAW) | SC_CAP(LINUX_CAP_NET_ADMIN) |
		SC_CAP(LINUX_CAP_NET_BIND_SERVICE) | SC_CAP(LINUX_CAP_AUDIT_READ),
};

/* The world that any stack is judged by: see the harness's meet_stack(). */
static int start(void)
{
	running = &anybody;
	session.target = &model_target;
	world_init(&session.world);
	memset(session.world.open, DESCRIPTOR_CLOSED, sizeof(session.world.open));
	session.world.first_descriptor = FIRST_DESCRIPTOR;
	session.world.settings.rmem_default =
		read_number("/proc/sys/net/core/rmem_default");
	session.world.settings.wmem_default =
		read_number("/proc/sys/net/core/wmem_default");
	memset(session.world.kernel.features, NO,
	       sizeof(session.world.kernel.features));
	session.world.kernel.features[FEATURE_FAMILY(AF_INET)] = YES;
	session.world.kernel.features[FEATURE_FAMILY(AF_INET6)] = YES;
	session.world.kernel.features[FEATURE_FAMILY(AF_UNIX)] = YES;
	meet_caller();
	return 0;
}

#ifndef ODD
__attribute__((constructor)) static void start_at_once(void)
{
	start();
}
#endif

static bool asked_to(const char *variable, const char *what)
{
	const char *value = getenv(variable);

	return value && !strcmp(value, what);
}

static void misbehave(void)
{
	volatile char *nowhere = (volatile char *)(uintptr_t)8;

	if (asked_to("STACK_DOES", "abort"))
		abort();
	if (asked_to("STACK_DOES", "crash"))
		*nowhere = 1;
	if (asked_to("STACK_DOES", "exit"))
		_exit(3);
	if (asked_to("STACK_DOES", "print"))
		puts("ok 1 - the stack says so");
	while (asked_to("STACK_DOES", "hang"))
		pause();
	while (asked_to("STACK_DOES", "spin"))
		;
}

/* In the convention of this stack. */
static long give(long value)
{
	int error;

	if (value >= 0)
		return value;
	if (value == -EPIPE && !(last.call.message.flags & MSG_NOSIGNAL) &&
	    world_socket(&last.before, last.call.fd)->type == SOCK_STREAM)
		raise(SIGPIPE);
	error = from_linux(SOCKCHECK_ERRNO, (int)-value);
#ifdef ODD
	return -error;
#else
	errno = error;
	return -1;
#endif
}

/* An address that was given, as Linux has it. */
static struct sockaddr_storage linux_address(const void *address, socklen_t length)
{
	struct sockaddr_storage copy;
	unsigned char *bytes = (unsigned char *)&copy;

	memset(&copy, 0, sizeof(copy));
	if (!address || length < 2 || length > sizeof(copy)) {
		if (address && length && length <= sizeof(copy))
			memcpy(&copy, address, length);
		return copy;
	}
	memcpy(&copy, address, length);
#ifdef ODD
	copy.ss_family = (sa_family_t)to_linux(SOCKCHECK_FAMILY, 0, bytes[1]);
#else
	(void)bytes;
#endif
	return copy;
}

/* One that Linux would have written, as this stack has it. */
static void own_address(void *address, socklen_t room, const socklen_t *length)
{
#ifdef ODD
	unsigned char *bytes = address;
	sa_family_t family;

	if (!address || room < 2 || *length < 2)
		return;
	memcpy(&family, address, sizeof(family));
	bytes[0] = (unsigned char)*length;
	bytes[1] = (unsigned char)from_linux(SOCKCHECK_FAMILY, family);
#else
	(void)address;
	(void)room;
	(void)length;
#endif
}

EXPORTED int stack_socket(int domain, int type, int protocol)
{
	type = (type & 0xf) | bits(SOCKCHECK_TYPE_FLAG, type & ~0xf, true);
	return (int)give(
		t_socket(to_linux(SOCKCHECK_FAMILY, 0, domain), type, protocol));
}

EXPORTED int stack_bind(int fd, const void *address, socklen_t addrlen)
{
	struct sockaddr_storage copy = linux_address(address, addrlen);

	misbehave();
	if (asked_to("STACK_GIVES", "positive"))
		return 7;
	if (asked_to("STACK_GIVES", "negative"))
		return -100000;
	if (asked_to("STACK_GIVES", "no-errno")) {
		errno = 0;
		return -1;
	}
	return (int)give(t_bind(fd, &copy, (int)addrlen));
}

EXPORTED int stack_connect(int fd, const void *address, socklen_t addrlen)
{
	struct sockaddr_storage copy = linux_address(address, addrlen);

	return (int)give(t_connect(fd, &copy, (int)addrlen));
}

EXPORTED int stack_listen(int fd, int backlog)
{
	return (int)give(t_listen(fd, backlog));
}

EXPORTED int stack_accept4(int fd, void *address, socklen_t *addrlen, int flags)
{
	socklen_t room = addrlen ? *addrlen : 0;
	long value =
		t_accept4(fd, address, addrlen, bits(SOCKCHECK_TYPE_FLAG, flags, true));

	if (value >= 0)
		own_address(address, room, addrlen);
	return (int)give(value);
}

EXPORTED int stack_getsockname(int fd, void *address, socklen_t *addrlen)
{
	socklen_t room = *addrlen;
	long value = t_getsockname(fd, address, addrlen);

	if (value >= 0)
		own_address(address, room, addrlen);
	if (asked_to("STACK_GIVES", "addrlen"))
		*addrlen = 1U << 31;
	return (int)give(value);
}

EXPORTED int stack_getpeername(int fd, void *address, socklen_t *addrlen)
{
	socklen_t room = *addrlen;
	long value = t_getpeername(fd, address, addrlen);

	if (value >= 0)
		own_address(address, room, addrlen);
	return (int)give(value);
}

EXPORTED ssize_t stack_sendto(int fd, const void *buffer, size_t length, int flags,
			      const void *address, socklen_t addrlen)
{
	struct sockaddr_storage copy = linux_address(address, addrlen);

	return give(t_sendto(fd, buffer, length, bits(SOCKCHECK_MESSAGE, flags, true),
			     address ? &copy : NULL, address ? (int)addrlen : 0));
}

EXPORTED ssize_t stack_sendmsg(int fd, const struct msghdr *message, int flags)
{
	struct sockaddr_storage copy;
	struct msghdr own = *message;

	/* Of a longer one, the first bytes are taken. */
	if ((int)own.msg_namelen > (int)sizeof(copy))
		own.msg_namelen = sizeof(copy);
	copy = linux_address(own.msg_name, own.msg_namelen);
	if (own.msg_name)
		own.msg_name = &copy;
	return give(t_sendmsg(fd, &own, bits(SOCKCHECK_MESSAGE, flags, true)));
}

static ssize_t receive(unsigned int door, int fd, void *buffer, size_t length,
		       int flags, void *address, socklen_t *addrlen)
{
	socklen_t room = address ? *addrlen : 0;
	long value;

	anybody.door = door;
	/* Where no address is wanted, addrlen is not looked at. */
	value = t_recvfrom(fd, buffer, length, bits(SOCKCHECK_MESSAGE, flags, true),
			   address, address ? addrlen : NULL);
	if (value < 0)
		return give(value);
	if (address)
		own_address(address, room, addrlen);
	if (asked_to("STACK_GIVES", "too-many"))
		return (ssize_t)length + 4096;
	if (address && asked_to("STACK_GIVES", "addrlen"))
		*addrlen = 1U << 31;
	return value;
}

EXPORTED ssize_t stack_recvfrom(int fd, void *buffer, size_t length, int flags,
				void *address, socklen_t *addrlen)
{
	return receive(SC_RECVFROM, fd, buffer, length, flags, address, addrlen);
}

EXPORTED ssize_t stack_recv(int fd, void *buffer, size_t length, int flags)
{
	return receive(SC_RECV, fd, buffer, length, flags, NULL, NULL);
}

EXPORTED ssize_t stack_read(int fd, void *buffer, size_t length)
{
	return receive(SC_READ, fd, buffer, length, 0, NULL, NULL);
}

/* With control messages: into one buffer, of which the case has made two areas. */
static long receive_control(int fd, struct msghdr *message, int flags)
{
	const struct iovec *areas = message->msg_iov;
	size_t length = areas[0].iov_len, controllen = message->msg_controllen;
	long value;

	if (message->msg_iovlen > 1)
		length += areas[1].iov_len;
	anybody.door = SC_RECVMSG;
	value = t_recvmsg(fd, areas[0].iov_base, length, flags, message->msg_control,
			  &controllen);
	message->msg_controllen = controllen;
	message->msg_flags = last.result.flags;
	return value;
}

EXPORTED ssize_t stack_recvmsg(int fd, struct msghdr *message, int flags)
{
	socklen_t room = message->msg_namelen;
	long value;

	flags = bits(SOCKCHECK_MESSAGE, flags, true);
	value = message->msg_control && message->msg_iov && !message->msg_name
			? receive_control(fd, message, flags)
			: t_recvmsg_header(fd, message, flags);
	if (value < 0)
		return give(value);
	own_address(message->msg_name, room, &message->msg_namelen);
	message->msg_flags = bits(SOCKCHECK_MESSAGE, message->msg_flags, false);
	return value;
}

EXPORTED ssize_t stack_readv(int fd, const struct iovec *areas, int count)
{
	return give(t_readv(fd, areas, count));
}

EXPORTED ssize_t stack_write(int fd, const void *buffer, size_t length)
{
	return give(t_write(fd, buffer, length));
}

EXPORTED ssize_t stack_writev(int fd, const struct iovec *areas, int count)
{
	return give(t_writev(fd, areas, count));
}

EXPORTED int stack_shutdown(int fd, int how)
{
	return (int)give(t_shutdown(fd, to_linux(SOCKCHECK_HOW, 0, how)));
}

/* Those whose values are constants: back from Linux's. */
static void own_value(int optname, void *optval)
{
	int value;

	memcpy(&value, optval, sizeof(value));
	if (optname == SO_ERROR)
		value = from_linux(SOCKCHECK_ERRNO, value);
	if (optname == SO_DOMAIN)
		value = from_linux(SOCKCHECK_FAMILY, value);
	memcpy(optval, &value, sizeof(value));
}

EXPORTED int stack_getsockopt(int fd, int level, int optname, void *optval,
			      socklen_t *optlen)
{
	long value;

	level = to_linux(SOCKCHECK_LEVEL, 0, level);
	optname = to_linux(SOCKCHECK_OPTION, level, optname);
	value = t_getsockopt(fd, level, optname, optval, optlen);
	/* What no rule speaks of, such as TCP_INFO, is not there. */
	if (!last.rule)
		return (int)give(-ENOPROTOOPT);
	if (value >= 0 && level == SOL_SOCKET && *optlen >= sizeof(int))
		own_value(optname, optval);
	return (int)give(value);
}

EXPORTED int stack_setsockopt(int fd, int level, int optname, const void *optval,
			      socklen_t optlen)
{
	level = to_linux(SOCKCHECK_LEVEL, 0, level);
	return (int)give(t_setsockopt(
		fd, level, to_linux(SOCKCHECK_OPTION, level, optname), optval, optlen));
}

/* Is the argument of this command a pointer? */
static bool points(int command)
{
	return command == F_SETOWN_EX || command == F_GETOWN_EX || command == F_SETLK ||
	       command == F_GETLK || command == F_SETLKW;
}

EXPORTED int stack_fcntl(int fd, int command, long argument)
{
	long value;

	command = to_linux(SOCKCHECK_FCNTL, 0, command);
	if (command == F_SETFL)
		argument = bits(SOCKCHECK_STATUS_FLAG, (int)argument, true);
	value = points(command)
			? t_fcntl_at(fd, command, (void *)argument, 2 * sizeof(int))
			: t_fcntl(fd, command, argument);
	if (command == F_GETFL && value >= 0)
		value = bits(SOCKCHECK_STATUS_FLAG, (int)value, false);
	/* A process group, as its negative number. */
	if (command == F_GETOWN && value < -4095)
		return (int)value;
	return (int)give(value);
}

EXPORTED int stack_ioctl(int fd, unsigned long request, void *argument)
{
	int known = to_linux(SOCKCHECK_IOCTL, 0, (int)(unsigned int)request);

	size_t length = known == SIOCGIFNAME || known == SIOCGIFINDEX
				? sizeof(struct ifreq)
				: sizeof(int);

	return (int)give(t_ioctl(fd, (unsigned int)known, argument, length));
}

EXPORTED int stack_poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
	long value;

	(void)count;
	(void)timeout_ms;
	value = t_poll(fds->fd, (short)bits(SOCKCHECK_POLL, fds->events, true));
	if (value >= 0)
		memcpy(&fds->revents, last.result.bytes, sizeof(fds->revents));
	fds->revents = (short)bits(SOCKCHECK_POLL, fds->revents, false);
	return (int)give(value);
}

EXPORTED int stack_close(int fd)
{
	return (int)give(t_close(fd));
}

#ifdef ODD
static const struct sockcheck_family families[] = {
	{ AF_INET, 0 },
	{ AF_INET6, 0 },
	{ AF_UNIX, 0 },
	{ 0, 0 },
};

#ifndef ABI
#define ABI SOCKCHECK_TARGET_ABI
#endif

EXPORTED const struct sockcheck_target sockcheck_target = {
	.abi = ABI,
	.flags = SOCKCHECK_RETURNS_ERRNO | SOCKCHECK_ADDRESS_LENGTH,
	.name = "odd",
	.version = "3.1",
	.prefix = "stack_",
	.open = start,
	.first_descriptor = FIRST_DESCRIPTOR,
	.families = families,
	.numbers = numbers,
};
#endif
