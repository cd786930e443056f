/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * world_unix.c - AF_UNIX in a world: names, paths, and what bind(2) makes of them.
 */
#include <string.h>

#include "constants.h"
#include "world_families.h"
#include "world_messages.h"
#include "world_unix.h"
#include "world_unix_queue.h"

#define SUN_PATH offsetof(struct sockaddr_un, sun_path)

/* include/linux/namei.h, MAXSYMLINKS; path_resolution(7): "the maximum of 40". */
#define LINKS_MAX 40

const struct world_path *world_file(const struct world *world, const char *place)
{
	for (unsigned int i = 0; i < world->path_count; i++)
		if (!strcmp(world->paths[i].path, place))
			return &world->paths[i];
	return NULL;
}

const char *world_path_below(const struct world *world, const char *path)
{
	size_t length = strlen(world->files.directory);

	if (*path != '/')
		return path;
	if (!length || strncmp(path, world->files.directory, length) ||
	    path[length] != '/')
		return NULL;
	path += length;
	return path + strspn(path, "/");
}

/* Where following a path has come to: a directory, by its path. */
struct walk {
	const struct world *world;
	char at[WORLD_PATH_MAX];
	unsigned int links;
};

/* The path of a name in a directory, cut off where that is longer than any case's. */
static void join(char *joined, const char *directory, const char *name, size_t length)
{
	size_t used = strlen(directory);

	if (used + length + 2 > WORLD_PATH_MAX)
		length = used = 0;
	memcpy(joined, directory, used);
	if (used)
		joined[used++] = '/';
	memcpy(joined + used, name, length);
	joined[used + length] = '\0';
}

static enum path_kind kind_at(const struct walk *walk)
{
	const struct world_path *at = world_file(walk->world, walk->at);

	return at ? at->kind : PATH_DIRECTORY;
}

/* generic_permission(): either capability lets the caller search a directory. */
static bool may_search(const struct walk *walk)
{
	const struct world_caller *caller = &walk->world->caller;

	return kind_at(walk) != PATH_UNSEARCHABLE || caller->cap_dac_override ||
	       caller->cap_dac_read_search;
}

/* may_create() asks for write and search permission at once, which only one does. */
static bool may_write(const struct walk *walk)
{
	enum path_kind kind = kind_at(walk);

	return (kind != PATH_UNSEARCHABLE && kind != PATH_UNWRITABLE) ||
	       walk->world->caller.cap_dac_override;
}

/* Enters what a component names; FREE where that is a directory. */
static enum unix_path enter(struct walk *walk, const char *name, size_t length)
{
	char path[WORLD_PATH_MAX];
	const struct world_path *file;

	if (length == 1 && *name == '.')
		return UNIX_PATH_FREE;
	if (length == 2 && !strncmp(name, "..", 2)) {
		/* The directories of cases lie one below the other only once. */
		walk->at[0] = '\0';
		return UNIX_PATH_FREE;
	}
	join(path, walk->at, name, length);
	file = world_file(walk->world, path);
	if (file && file->kind == PATH_LINK) {
		walk->links += file->links;
		if (walk->links > LINKS_MAX)
			return UNIX_PATH_LOOP;
		file = world_file(walk->world, file->target);
	}
	if (!file)
		return UNIX_PATH_NO_DIRECTORY;
	if (file->kind == PATH_LOOP)
		return UNIX_PATH_LOOP;
	if (file->kind == PATH_FILE || file->kind == PATH_SOCKET)
		return UNIX_PATH_NOT_DIRECTORY;
	memcpy(walk->at, file->path, sizeof(walk->at));
	return UNIX_PATH_FREE;
}

/* Goes to the directory of the last component, to which *rest then points. */
static enum unix_path walk_to_last(struct walk *walk, const char **rest)
{
	for (;;) {
		size_t length = strcspn(*rest, "/");
		const char *next = *rest + length + strspn(*rest + length, "/");
		enum unix_path met;

		if (!may_search(walk))
			return UNIX_PATH_UNSEARCHABLE;
		if (!*next)
			return UNIX_PATH_FREE;
		met = enter(walk, *rest, length);
		if (met != UNIX_PATH_FREE)
			return met;
		*rest = next;
	}
}

static bool is_dots(const char *name, size_t length)
{
	return length <= 2 && !strncmp(name, "..", length);
}

/* filename_create() and vfs_mknod(), in a directory that was found. */
static enum unix_path create(const struct walk *walk, const char *name, char *place)
{
	const struct world_files *files = &walk->world->files;
	size_t length = strcspn(name, "/");

	if (is_dots(name, length))
		return UNIX_PATH_EXISTS;
	join(place, walk->at, name, length);
	if (world_file(walk->world, place))
		return UNIX_PATH_EXISTS;
	if (files->removed && !walk->at[0])
		return UNIX_PATH_NO_DIRECTORY;
	if (name[length])
		return UNIX_PATH_SLASH;
	if (files->read_only)
		return UNIX_PATH_READ_ONLY;
	if (files->no_new_sockets)
		return UNIX_PATH_LANDLOCK;
	if (files->foreign && (walk->world->caller.fsuid || walk->world->caller.fsgid))
		return UNIX_PATH_UNMAPPED;
	if (!may_write(walk))
		return UNIX_PATH_UNWRITABLE;
	if (kind_at(walk) == PATH_NO_SOCKETS)
		return UNIX_PATH_NO_SOCKETS;
	return files->full ? UNIX_PATH_FULL : UNIX_PATH_FREE;
}

/* The path of an address ends with its first NUL, or with the address. */
static void path_of(const struct call_address *address, char *path)
{
	size_t length = 0;

	if (address->addrlen > (int)SUN_PATH)
		length = (size_t)address->addrlen - SUN_PATH;
	if (length > sizeof(address->bytes) - SUN_PATH)
		length = sizeof(address->bytes) - SUN_PATH;
	memcpy(path, address->bytes + SUN_PATH, length);
	path[length] = '\0';
}

/* Is it the root directory or that of the case?  Their paths have no last component
 * below the latter. */
static bool is_top(const struct world *world, const char *path)
{
	size_t length = strlen(path);

	while (length && path[length - 1] == '/')
		length--;
	return !length || (length == strlen(world->files.directory) &&
			   !strncmp(path, world->files.directory, length));
}

enum unix_path world_unix_path(const struct world *world,
			       const struct call_address *address, char *place)
{
	char path[ADDRESS_BYTES_MAX], unused[WORLD_PATH_MAX];
	struct walk walk = { .world = world };
	const char *rest;
	enum unix_path met;

	if (!place)
		place = unused;
	*place = '\0';
	path_of(address, path);
	if (is_top(world, path))
		return UNIX_PATH_EXISTS;
	rest = world_path_below(world, path);
	if (!rest)
		return UNIX_PATH_NO_DIRECTORY;
	met = walk_to_last(&walk, &rest);
	return met == UNIX_PATH_FREE ? create(&walk, rest, place) : met;
}

const struct world_socket *world_unix_owner(const struct world *world,
					    const struct world_socket *asking,
					    const unsigned char *name,
					    unsigned int length)
{
	for (unsigned int i = 0; i < world->socket_count; i++) {
		const struct world_socket *other = &world->sockets[i];

		if (other->domain == AF_UNIX && other->id != asking->id &&
		    other->name_owner == other->id && other->type == asking->type &&
		    other->network == asking->network && other->name_length == length &&
		    !memcmp(other->name, name, length))
			return other;
	}
	return NULL;
}

/* unix_bind_bsd(): the file has the mode of the socket's own inode, but for umask(2).
 */
static void add_file(struct world *world, const struct world_socket *bound,
		     const char *place)
{
	struct world_path *made = &world->paths[world->path_count];

	if (world->path_count == WORLD_PATHS)
		return;
	*made = (struct world_path){ .kind = PATH_SOCKET, .socket = bound->id };
	memcpy(made->path, place, strlen(place) + 1);
	made->mode = (0777 ^ bound->mode_flipped) & ~world->caller.umask;
	world->path_count++;
}

static void bind_path(struct world *world, struct world_socket *bound,
		      const struct call_address *address)
{
	char path[ADDRESS_BYTES_MAX], place[WORLD_PATH_MAX];
	size_t length;

	if (world_unix_path(world, address, place) == UNIX_PATH_FREE)
		add_file(world, bound, place);
	path_of(address, path);
	length = strlen(path) + 1;
	if (SUN_PATH + length > sizeof(bound->name))
		return;
	memcpy(bound->name, address->bytes, SUN_PATH);
	memcpy(bound->name + SUN_PATH, path, length);
	bound->name_length = (unsigned int)(SUN_PATH + length);
}

void world_unix_bind(struct world *world, struct world_socket *socket,
		     const struct call *call)
{
	const struct call_address *address = &call->address;

	if (address->addrlen < (int)SUN_PATH || address->addrlen > ADDRESS_BYTES_MAX)
		return;
	if (address->addrlen == (int)SUN_PATH) {
		/* A socket that has a name keeps it. */
		if (socket->name_length || socket->name_open)
			return;
		socket->name_open = true;
	} else if (address->bytes[SUN_PATH]) {
		bind_path(world, socket, address);
	} else {
		memcpy(socket->name, address->bytes, (size_t)address->addrlen);
		socket->name_length = (unsigned int)address->addrlen;
	}
	socket->name_owner = socket->id;
	world_unix_named(world, socket);
}

/* A path may be given with its NUL or without. */
static bool is_name_of(const struct world_socket *socket,
		       const struct call_address *name)
{
	char path[ADDRESS_BYTES_MAX];

	if (!socket->name_length || name->addrlen <= (int)SUN_PATH)
		return false;
	if (!name->bytes[SUN_PATH])
		return socket->name_length == (unsigned int)name->addrlen &&
		       !memcmp(socket->name, name->bytes, socket->name_length);
	path_of(name, path);
	return socket->name_length == SUN_PATH + strlen(path) + 1 &&
	       !memcmp(socket->name + SUN_PATH, path, strlen(path) + 1);
}

/* The socket of the sender's type that has the name; it may be the sender itself. */
static struct world_socket *named(struct world *world,
				  const struct world_socket *sender,
				  const struct call_address *name)
{
	for (unsigned int i = 0; i < world->socket_count; i++) {
		struct world_socket *other = &world->sockets[i];

		if (other->domain == AF_UNIX && other->type == sender->type &&
		    is_name_of(other, name))
			return other;
	}
	return NULL;
}

const struct world_socket *world_unix_listener(const struct world *world,
					       const struct world_socket *socket,
					       const struct call *call)
{
	for (unsigned int i = 0; i < world->socket_count; i++) {
		const struct world_socket *other = &world->sockets[i];

		if (other->domain == AF_UNIX && other->state == SOCKET_LISTENING &&
		    other->type == socket->type && is_name_of(other, &call->address))
			return other;
	}
	return NULL;
}

void world_unix_connect(struct world *world, struct world_socket *socket,
			const struct call *call)
{
	const struct world_socket *peer = named(world, socket, &call->address);

	world_unix_leave(world, socket, peer ? peer->id : 0);
	socket->peer = peer ? peer->id : 0;
}

struct world_socket *world_unix_send(struct world *world, struct world_socket *socket,
				     const struct call *call)
{
	bool to_name = socket->type == SOCK_DGRAM && call->message.to.addrlen;

	/* unix_dgram_sendmsg(): what wants credentials has a name. */
	if (socket->type != SOCK_STREAM)
		world_unix_autobind(socket);
	return to_name ? named(world, socket, &call->message.to)
		       : world_socket_by_id(world, socket->peer);
}
