/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * calls.c - calls to the target: each is described, judged by the rulebook, made, kept
 * for the assertion that follows, and followed in the world.
 */
#include <stdio.h>
#include <string.h>

#include "harness.h"

struct made_call last;
struct world world;
const struct sc_case *running;
int sc_type;

bool target_waits_not(void)
{
	return session.target->imaginary;
}

bool target_is_narrow(void)
{
	return session.target->narrow;
}

const struct world *the_world(void)
{
	return &world;
}

/* Ends the case as skipped where the target has no way to make the call. */
static void need_way(const struct call *call)
{
	char why[TEXT_MAX];

	if (session.target->cannot_express &&
	    session.target->cannot_express(&world, call, why, sizeof(why)))
		sc_skip("%s", why);
}

static bool started;

void start_target(void)
{
	char text[64];
	int error;

	if (started)
		return;
	started = true;
	error = session.target->open ? session.target->open(&world) : 0;
	if (!error)
		return;
	snprintf(text, sizeof(text), "the target does not start: %s",
		 errno_name(-error));
	end_case(VERDICT_BROKEN, 0, text);
}

void before_call(const struct call *call)
{
	/* Only then is it known what the target has no way to say. */
	start_target();
	need_way(call);
	profile_before(call);
	prepare_loopback(call);
	last.call = *call;
	world_copy(&last.before, &world);
	last.rule = rulebook_find(&world, call);
	last.result = (struct result){ 0 };
	last.valid = false;
}

long after_call(long value)
{
	last.result.value = value;
	last.valid = true;
	world_apply(&world, &last.call, &last.result);
	return value;
}

void keep_result(const void *bytes, size_t length, size_t room)
{
	if (length > room)
		length = room;
	if (length > sizeof(last.result.bytes))
		length = sizeof(last.result.bytes);
	memcpy(last.result.bytes, bytes, length);
	last.result.length = (unsigned int)length;
}

long t_socket(int domain, int type, int protocol)
{
	OFFERED(socket);
	before_call(&(struct call){
		.name = CALL_SOCKET, .fd = -1, .socket = { domain, type, protocol } });
	return after_call(session.target->socket(domain, type, protocol));
}

/*
 * Two sockets at once, which are followed as if they had been made one by one.  No rule
 * speaks of the call: it prepares what other calls are then asked of.
 */
long t_socketpair(int domain, int type, int protocol, int fds[2])
{
	struct call half = { .name = CALL_SOCKET,
			     .fd = -1,
			     .socket = { domain, type, protocol } };
	struct world_socket *end;
	long value = 0;

	if (!session.target->imaginary) {
		OFFERED(socketpair);
		value = session.target->socketpair(domain, type, protocol, fds);
	}
	last.valid = false;
	for (int i = 0; !value && i < 2; i++) {
		if (session.target->imaginary)
			fds[i] = world_lowest_free(&world);
		world_apply(&world, &half, &(struct result){ .value = fds[i] });
	}
	for (int i = 0; !value && i < 2; i++) {
		end = world_socket_to_change(&world, fds[i]);
		end->state = SOCKET_CONNECTED;
		end->peer = world_socket(&world, fds[1 - i])->id;
	}
	return value;
}

struct call_address look_at_address(const void *address, int addrlen)
{
	struct call_address seen = { .addrlen = addrlen };

	if (addrlen <= 0)
		return seen;
	seen.unreadable = !readable(address, (size_t)addrlen);
	if (!seen.unreadable && addrlen <= ADDRESS_BYTES_MAX)
		memcpy(seen.bytes, address, (size_t)addrlen);
	return seen;
}

long t_bind(int fd, const void *address, int addrlen)
{
	OFFERED(bind);
	before_call(&(struct call){ .name = CALL_BIND,
				    .fd = fd,
				    .address = look_at_address(address, addrlen) });
	return after_call(session.target->bind(fd, address, addrlen));
}

long t_connect(int fd, const void *address, int addrlen)
{
	OFFERED(connect);
	before_call(&(struct call){ .name = CALL_CONNECT,
				    .fd = fd,
				    .address = look_at_address(address, addrlen) });
	return after_call(session.target->connect(fd, address, addrlen));
}

long t_listen(int fd, int backlog)
{
	OFFERED(listen);
	before_call(
		&(struct call){ .name = CALL_LISTEN, .fd = fd, .backlog = backlog });
	return after_call(session.target->listen(fd, backlog));
}

long t_accept4(int fd, void *address, socklen_t *addrlen, int flags)
{
	socklen_t room = addrlen ? *addrlen : 0;
	long value;

	OFFERED(accept4);
	before_call(&(struct call){ .name = CALL_ACCEPT4, .fd = fd, .flags = flags });
	value = session.target->accept4(fd, address, addrlen, flags);
	if (value >= 0 && addrlen)
		keep_result(address, *addrlen, room);
	return after_call(value);
}

long t_shutdown(int fd, int how)
{
	OFFERED(shutdown);
	before_call(&(struct call){ .name = CALL_SHUTDOWN, .fd = fd, .how = how });
	return after_call(session.target->shutdown(fd, how));
}

long t_socketcall(int number, const void *args)
{
	struct call call = { .name = CALL_SOCKETCALL, .fd = -1, .multiplexed = { 0 } };
	size_t length = 4 * socketcall_arguments(number);

	OFFERED(socketcall);
	call.multiplexed.number = number;
	call.multiplexed.unreadable = !readable(args, length);
	if (!call.multiplexed.unreadable)
		memcpy(call.multiplexed.words, args, length);
	before_call(&call);
	return after_call(session.target->socketcall(number, args));
}

long t_setsockopt(int fd, int level, int optname, const void *optval, socklen_t optlen)
{
	struct call call = { .name = CALL_SETSOCKOPT,
			     .fd = fd,
			     .option = { .level = level,
					 .optname = optname,
					 .optlen = optlen,
					 .null = !optval } };
	size_t kept;

	OFFERED(setsockopt);
	call.option.readable = (int)optlen < 0 ? 0 : reachable(optval, optlen);
	kept = call.option.readable < OPTION_BYTES_MAX ? call.option.readable
						       : OPTION_BYTES_MAX;
	if (kept)
		memcpy(call.option.bytes, optval, kept);
	before_call(&call);
	return after_call(
		session.target->setsockopt(fd, level, optname, optval, optlen));
}

long t_close(int fd)
{
	OFFERED(close);
	before_call(&(struct call){ .name = CALL_CLOSE, .fd = fd });
	return after_call(session.target->close(fd));
}

long t_getsockopt(int fd, int level, int optname, void *optval, socklen_t *optlen)
{
	socklen_t room = *optlen;
	long value;

	OFFERED(getsockopt);
	before_call(&(struct call){
		.name = CALL_GETSOCKOPT,
		.fd = fd,
		.option = { .level = level, .optname = optname, .optlen = room } });
	value = session.target->getsockopt(fd, level, optname, optval, optlen);
	if (value >= 0)
		keep_result(optval, *optlen, room);
	return after_call(value);
}

long t_getsockname(int fd, void *address, socklen_t *addrlen)
{
	socklen_t room = *addrlen;
	long value;

	OFFERED(getsockname);
	before_call(&(struct call){ .name = CALL_GETSOCKNAME, .fd = fd });
	value = session.target->getsockname(fd, address, addrlen);
	last.result.told = value >= 0 ? *addrlen : 0;
	if (value >= 0)
		keep_result(address, *addrlen, room);
	return after_call(value);
}

long t_getpeername(int fd, void *address, socklen_t *addrlen)
{
	socklen_t room = *addrlen;
	long value;

	OFFERED(getpeername);
	before_call(&(struct call){ .name = CALL_GETPEERNAME, .fd = fd });
	value = session.target->getpeername(fd, address, addrlen);
	last.result.told = value >= 0 ? *addrlen : 0;
	if (value >= 0)
		keep_result(address, *addrlen, room);
	return after_call(value);
}

long t_fcntl(int fd, int command, long argument)
{
	OFFERED(fcntl);
	before_call(&(struct call){
		.name = CALL_FCNTL,
		.fd = fd,
		.fcntl = { .command = command, .argument = argument } });
	return after_call(session.target->fcntl(fd, command, argument));
}

long t_fstat(int fd, enum stat_field field)
{
	OFFERED(fstat);
	before_call(&(struct call){ .name = CALL_FSTAT, .fd = fd, .field = field });
	return after_call(session.target->fstat(fd, field));
}

long t_fstatfs(int fd)
{
	OFFERED(fstatfs);
	before_call(
		&(struct call){ .name = CALL_FSTATFS, .fd = fd, .field = STATFS_TYPE });
	return after_call(session.target->fstatfs(fd));
}

long t_readlink(int fd, char *text, size_t size)
{
	long value;

	OFFERED(readlink);
	before_call(&(struct call){ .name = CALL_READLINK, .fd = fd });
	value = session.target->readlink(fd, text, size);
	if (value >= 0)
		keep_result(text, (size_t)value, size);
	return after_call(value);
}
