/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * calls.c - calls to the target: each is described, judged by the rulebook, made, kept
 * for the assertion that follows, and followed in the world.
 */
#include <string.h>

#include "harness.h"

struct made_call last;
struct world world;
const struct sc_case *running;
int sc_type;

const struct world *the_world(void)
{
	return &world;
}

/* Keeps the call and the world that it meets, and asks the rulebook. */
static void before(const struct call *call)
{
	last.call = *call;
	last.before = world;
	last.rule = rulebook_find(&world, call);
	last.result.length = 0;
	last.valid = false;
}

static long after(long value)
{
	last.result.value = value;
	last.valid = true;
	world_apply(&world, &last.call, &last.result);
	return value;
}

/* Keeps bytes that the call wrote: at most as many as the target says it wrote. */
static void keep_bytes(const void *bytes, size_t length, size_t room)
{
	if (length > room)
		length = room;
	if (length > sizeof(last.result.bytes))
		length = sizeof(last.result.bytes);
	memcpy(last.result.bytes, bytes, length);
	last.result.length = (unsigned int)length;
}

/* A call that the target does not offer cannot be tested, so the case is skipped. */
#define OFFERED(wanted)         \
	(session.target->wanted \
		 ? (void)0      \
		 : sc_skip("%s does not offer %s", session.target->name, #wanted))

long t_socket(int domain, int type, int protocol)
{
	OFFERED(socket);
	before(&(struct call){
		.name = CALL_SOCKET, .fd = -1, .socket = { domain, type, protocol } });
	return after(session.target->socket(domain, type, protocol));
}

long t_close(int fd)
{
	OFFERED(close);
	before(&(struct call){ .name = CALL_CLOSE, .fd = fd });
	return after(session.target->close(fd));
}

long t_getsockopt(int fd, int level, int optname, void *optval, socklen_t *optlen)
{
	socklen_t room = *optlen;
	long value;

	OFFERED(getsockopt);
	before(&(struct call){ .name = CALL_GETSOCKOPT,
			       .fd = fd,
			       .option = { level, optname, room } });
	value = session.target->getsockopt(fd, level, optname, optval, optlen);
	if (value >= 0)
		keep_bytes(optval, *optlen, room);
	return after(value);
}

long t_getsockname(int fd, void *address, socklen_t *addrlen)
{
	socklen_t room = *addrlen;
	long value;

	OFFERED(getsockname);
	before(&(struct call){ .name = CALL_GETSOCKNAME, .fd = fd });
	value = session.target->getsockname(fd, address, addrlen);
	if (value >= 0)
		keep_bytes(address, *addrlen, room);
	return after(value);
}

long t_fcntl(int fd, int command, long argument)
{
	OFFERED(fcntl);
	before(&(struct call){
		.name = CALL_FCNTL, .fd = fd, .fcntl = { command, argument } });
	return after(session.target->fcntl(fd, command, argument));
}

long t_fstat(int fd, enum stat_field field)
{
	OFFERED(fstat);
	before(&(struct call){ .name = CALL_FSTAT, .fd = fd, .field = field });
	return after(session.target->fstat(fd, field));
}

long t_fstatfs(int fd)
{
	OFFERED(fstatfs);
	before(&(struct call){ .name = CALL_FSTATFS, .fd = fd, .field = STATFS_TYPE });
	return after(session.target->fstatfs(fd));
}

long t_readlink(int fd, char *text, size_t size)
{
	long value;

	OFFERED(readlink);
	before(&(struct call){ .name = CALL_READLINK, .fd = fd });
	value = session.target->readlink(fd, text, size);
	if (value >= 0)
		keep_bytes(text, (size_t)value, size);
	return after(value);
}
