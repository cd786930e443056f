/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * world_files.c - sockets as files in a world: what operations on files change, and
 * descriptors that share one.
 */
#include <limits.h>
#include <string.h>
#include <sys/ioctl.h>

#include "constants.h"
#include "world_files.h"
#include "world_messages.h"
#include "world_poll.h"

static const struct world_duplicate *duplicate(const struct world *world, int fd)
{
	for (unsigned int i = 0; fd >= 0 && i < world->duplicate_count; i++)
		if (world->duplicates[i].fd == fd)
			return &world->duplicates[i];
	return NULL;
}

int world_duplicate_of(const struct world *world, int fd)
{
	const struct world_duplicate *found = duplicate(world, fd);

	return found ? found->of : -1;
}

bool world_closes_on_exec(const struct world *world, int fd)
{
	const struct world_duplicate *found = duplicate(world, fd);

	if (found)
		return found->close_on_exec;
	return world_socket(world, fd) && world_socket(world, fd)->close_on_exec;
}

static void set_closes_on_exec(struct world *world, int fd, bool closes)
{
	struct world_duplicate *found = (struct world_duplicate *)duplicate(world, fd);
	struct world_socket *socket = world_socket_to_change(world, fd);

	if (found)
		found->close_on_exec = closes;
	else if (socket)
		socket->close_on_exec = closes;
	if (socket)
		socket->file.marked = true;
}

static void forget_duplicate(struct world *world, const struct world_duplicate *gone)
{
	world->duplicates[gone - world->duplicates] =
		world->duplicates[--world->duplicate_count];
}

/* The first of the descriptors made of this one takes its place. */
static bool passes_on(struct world *world, int fd)
{
	struct world_socket *socket = world_socket_to_change(world, fd);
	int heir = -1;

	for (unsigned int i = 0; i < world->duplicate_count; i++) {
		struct world_duplicate *other = &world->duplicates[i];

		if (other->of != fd)
			continue;
		if (heir < 0) {
			heir = other->fd;
			socket->fd = heir;
			socket->close_on_exec = other->close_on_exec;
			forget_duplicate(world, other);
			i--;
		} else {
			other->of = heir;
		}
	}
	return heir >= 0;
}

bool world_file_stays(struct world *world, int fd)
{
	const struct world_duplicate *found = duplicate(world, fd);

	if (!found)
		return passes_on(world, fd);
	forget_duplicate(world, found);
	return true;
}

/* The new descriptor's own close-on-exec flag is not that of the old one. */
static void add_duplicate(struct world *world, int of, int fd, bool close_on_exec)
{
	static const struct call closing = { .name = CALL_CLOSE };
	struct world_duplicate *added;
	struct call close = closing;

	if (fd == of || fd < 0 || fd >= WORLD_DESCRIPTORS)
		return;
	close.fd = fd;
	if (world_is_open(world, fd))
		world_apply(world, &close, &(struct result){ .value = 0 });
	world->open[fd] = world->open[of];
	if (!world_socket(world, of) || world->duplicate_count == WORLD_DUPLICATES)
		return;
	added = &world->duplicates[world->duplicate_count++];
	added->fd = fd;
	added->of = duplicate(world, of) ? world_duplicate_of(world, of) : of;
	added->close_on_exec = close_on_exec;
}

/* F_SETOWN and SIOCSPGRP: a process, or a group by a number below 0. */
static void set_owner(struct world_file *file, int owner)
{
	/* It is no number of a group: f_setown() refuses it. */
	if (owner == INT_MIN)
		return;
	file->owner_type = owner < 0 ? F_OWNER_PGRP : F_OWNER_PID;
	file->owner = owner < 0 ? -owner : owner;
}

static void set_flags(struct world_socket *socket, long flags)
{
	socket->nonblocking = flags & O_NONBLOCK;
	socket->file.async = flags & O_ASYNC;
	socket->file.append = flags & O_APPEND;
	socket->file.flags_set = true;
}

void world_fcntl_apply(struct world *world, struct world_socket *socket,
		       const struct call *call, const struct result *result)
{
	int fd = (int)result->value;

	switch (call->fcntl.command) {
	case F_SETFL:
		set_flags(socket, call->fcntl.argument);
		break;
	case F_SETFD:
		set_closes_on_exec(world, call->fd, call->fcntl.argument & FD_CLOEXEC);
		break;
	case F_DUPFD:
	case F_DUPFD_CLOEXEC:
		add_duplicate(world, call->fd, fd,
			      call->fcntl.command == F_DUPFD_CLOEXEC);
		break;
	case F_SETOWN:
		set_owner(&socket->file, (int)call->fcntl.argument);
		break;
	case F_SETOWN_EX:
		socket->file.owner_type = call->fcntl.numbers[0];
		socket->file.owner = call->fcntl.numbers[1];
		break;
	case F_SETSIG:
		socket->file.signal = (int)call->fcntl.argument;
		break;
	default:
		break;
	}
}

static void apply_ioctl(struct world *world, struct world_socket *socket,
			const struct call *call)
{
	int number;

	memcpy(&number, call->file.bytes, sizeof(number));
	switch (call->file.argument[0]) {
	case FIOCLEX:
	case FIONCLEX:
		set_closes_on_exec(world, call->fd, call->file.argument[0] == FIOCLEX);
		break;
	case FIONBIO:
		socket->nonblocking = number;
		socket->file.flags_set = true;
		break;
	case FIOASYNC:
		socket->file.async = number;
		socket->file.flags_set = true;
		break;
	case LINUX_FIOSETOWN:
	case LINUX_SIOCSPGRP:
		set_owner(&socket->file, number);
		break;
	default:
		break;
	}
}

/* write(2) is sendto(2) without an address; writev(2) of nothing sends nothing. */
static void apply_write(struct world *world, struct world_socket *sender,
			const struct call *call, size_t sent)
{
	struct call sending = { .name = CALL_SENDTO, .fd = call->fd };

	if (call->name == CALL_WRITEV && !sent)
		return;
	sending.message.length = sent;
	sending.message.payload = call->message.payload;
	world_send(world, sender, &sending);
}

static void deliver(struct world *world, int fd, size_t sent)
{
	struct world_socket *sender = world_socket_to_change(world, fd);
	struct call sending = { .name = CALL_SENDTO, .fd = fd };

	sending.message.length = sent;
	if (sender && sent)
		world_send(world, sender, &sending);
}

/* From a socket into the pipe, or from the pipe to a socket. */
static void apply_splice(struct world *world, const struct call *call, size_t moved)
{
	struct world_socket *from = world_socket_to_change(world, call->fd);
	struct call receiving = { .name = CALL_RECVFROM, .fd = call->fd };

	if (from) {
		receiving.message.length = moved;
		world_receive(from, &receiving, (long)moved);
		world->pipe_bytes += moved;
		return;
	}
	world->pipe_bytes -= moved < world->pipe_bytes ? moved : world->pipe_bytes;
	deliver(world, (int)call->file.argument[1], moved);
}

void world_file_apply(struct world *world, const struct call *call,
		      const struct result *result)
{
	struct world_socket *known = world_socket_to_change(world, call->fd);
	int fd = (int)result->value;

	switch (call->name) {
	case CALL_DUP:
	case CALL_DUP2:
		add_duplicate(world, call->fd, fd, false);
		break;
	case CALL_DUP3:
		add_duplicate(world, call->fd, fd, call->file.argument[1] & O_CLOEXEC);
		break;
	case CALL_SPLICE:
		if (result->value)
			apply_splice(world, call, (size_t)result->value);
		break;
	case CALL_SENDFILE:
		deliver(world, call->fd, (size_t)result->value);
		if (!call->file.argument[1])
			world->data_offset += (size_t)result->value;
		break;
	case CALL_WRITE:
	case CALL_WRITEV:
		if (known)
			apply_write(world, known, call, (size_t)result->value);
		break;
	case CALL_EPOLL_CTL:
		world_epoll_ctl(world, call);
		break;
	case CALL_EPOLL_WAIT:
		world_epoll_wait(world, call, result->value);
		break;
	case CALL_FCHMOD:
		if (known)
			known->mode_flipped = (unsigned int)call->file.argument[0] ^
					      0777;
		break;
	case CALL_IOCTL:
		if (known)
			apply_ioctl(world, known, call);
		break;
	default:
		break;
	}
}
