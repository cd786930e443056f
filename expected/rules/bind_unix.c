/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bind_unix.c - rules of bind(2) for AF_UNIX, in the order of unix_bind(), and of what
 * getsockname(2) and connect(2) tell of the names that it gives.
 *
 * ENAMETOOLONG has no rule: a component may have 255 bytes where the file system does
 * not say less, and sun_path holds 108.  Nor has ENOSPC of autobind, which 2^20 sockets
 * of one type would bring about, nor EINTR, for which two calls on one socket would
 * have to meet.
 */
#include "../posix_sets.h"
#include "../world_unix.h"
#include "bind_common.h"

#define SUN_PATH offsetof(struct sockaddr_un, sun_path)

static const struct world_socket *unix_socket(const struct world *world,
					      const struct call *call)
{
	return call_is_on(world, call, AF_UNIX) ? call_socket(world, call) : NULL;
}

static bool is_bound(const struct world_socket *on)
{
	return on->name_length || on->name_open;
}

static bool addrlen_short(const struct world *world, const struct call *call)
{
	return unix_socket(world, call) && call->address.addrlen < (int)SUN_PATH;
}

static bool addrlen_long(const struct world *world, const struct call *call)
{
	return unix_socket(world, call) &&
	       call->address.addrlen > (int)sizeof(struct sockaddr_un);
}

static bool wrong_family(const struct world *world, const struct call *call)
{
	return unix_socket(world, call) && address_family(call) != AF_UNIX;
}

static bool asks_autobind(const struct world *world, const struct call *call)
{
	return unix_socket(world, call) && call->address.addrlen == (int)SUN_PATH;
}

static bool autobind_again(const struct world *world, const struct call *call)
{
	return asks_autobind(world, call) && is_bound(call_socket(world, call));
}

static bool is_path(const struct call_address *address)
{
	return address->addrlen > (int)SUN_PATH && address->bytes[SUN_PATH];
}

static bool meets(const struct world *world, const struct call *call,
		  enum unix_path what)
{
	return unix_socket(world, call) && is_path(&call->address) &&
	       world_unix_path(world, &call->address, NULL) == what;
}

static bool path_unsearchable(const struct world *world, const struct call *call)
{
	return meets(world, call, UNIX_PATH_UNSEARCHABLE);
}

static bool path_no_directory(const struct world *world, const struct call *call)
{
	return meets(world, call, UNIX_PATH_NO_DIRECTORY);
}

static bool path_not_directory(const struct world *world, const struct call *call)
{
	return meets(world, call, UNIX_PATH_NOT_DIRECTORY);
}

static bool path_loop(const struct world *world, const struct call *call)
{
	return meets(world, call, UNIX_PATH_LOOP);
}

static bool path_exists(const struct world *world, const struct call *call)
{
	return meets(world, call, UNIX_PATH_EXISTS);
}

static bool path_slash(const struct world *world, const struct call *call)
{
	return meets(world, call, UNIX_PATH_SLASH);
}

static bool path_read_only(const struct world *world, const struct call *call)
{
	return meets(world, call, UNIX_PATH_READ_ONLY);
}

static bool path_landlock(const struct world *world, const struct call *call)
{
	return meets(world, call, UNIX_PATH_LANDLOCK);
}

static bool path_unmapped(const struct world *world, const struct call *call)
{
	return meets(world, call, UNIX_PATH_UNMAPPED);
}

static bool path_unwritable(const struct world *world, const struct call *call)
{
	return meets(world, call, UNIX_PATH_UNWRITABLE);
}

static bool path_no_sockets(const struct world *world, const struct call *call)
{
	return meets(world, call, UNIX_PATH_NO_SOCKETS);
}

static bool path_full(const struct world *world, const struct call *call)
{
	return meets(world, call, UNIX_PATH_FULL);
}

static bool path_when_bound(const struct world *world, const struct call *call)
{
	return meets(world, call, UNIX_PATH_FREE) && is_bound(call_socket(world, call));
}

static bool path_free(const struct world *world, const struct call *call)
{
	return meets(world, call, UNIX_PATH_FREE);
}

static bool abstract(const struct world *world, const struct call *call)
{
	return unix_socket(world, call) && call->address.addrlen > (int)SUN_PATH &&
	       !call->address.bytes[SUN_PATH];
}

static bool abstract_when_bound(const struct world *world, const struct call *call)
{
	return abstract(world, call) && is_bound(call_socket(world, call));
}

/* The socket that has the abstract name of the address, or NULL. */
static const struct world_socket *abstract_owner(const struct world *world,
						 const struct call *call)
{
	return world_unix_owner(world, call_socket(world, call), call->address.bytes,
				(unsigned int)call->address.addrlen);
}

static bool abstract_in_use(const struct world *world, const struct call *call)
{
	return abstract(world, call) && abstract_owner(world, call);
}

#define WRONG_CITES(quote_)                                                 \
	MANUAL_QUOTE("bind(2)", "EINVAL", quote_), POSIX("bind", "EINVAL"), \
		KERNEL("net/unix/af_unix.c", "unix_bind"),                  \
		KERNEL("net/unix/af_unix.c", "unix_validate_addr")

static const struct rule bind_unix_rules[] = {
	{
		.id = "bind.unix.addrlen_short",
		.says = "an addrlen that does not hold the family is refused",
		.when = addrlen_short,
		.outcome = FAILS(EINVAL),
		.posix = POSIX_LENGTH,
		.cites = { WRONG_CITES("addrlen is wrong") },
	},
	{
		.id = "bind.unix.addrlen_long",
		.says = "an addrlen above sizeof(struct sockaddr_un) is refused, "
			"whatever the bytes behind it",
		.when = addrlen_long,
		.outcome = FAILS(EINVAL),
		.posix = POSIX_LENGTH,
		.cites = { WRONG_CITES("addrlen is wrong") },
	},
	{
		.id = "bind.unix.family",
		.says = "an address of a family other than AF_UNIX is refused, that of "
			"AF_UNSPEC too",
		.when = wrong_family,
		.outcome = FAILS(EINVAL),
		/* POSIX.1-2024 has EAFNOSUPPORT for this. */
		.posix = FAILS(EAFNOSUPPORT),
		.cites = { MANUAL_QUOTE("bind(2)", "EINVAL",
					"addr is not a valid address for this socket's "
					"domain."),
			   MANUAL_QUOTE("unix(7)", "EINVAL",
					"A common cause is that the value AF_UNIX was "
					"not specified"),
			   POSIX("bind", "EAFNOSUPPORT"),
			   KERNEL("net/unix/af_unix.c", "unix_validate_addr") },
	},
	{
		.id = "bind.unix.autobind_again",
		.says = "autobind of a socket that has a name succeeds and leaves it "
			"its name",
		.when = autobind_again,
		.outcome = RETURNS(0),
		/* bind(2) has EINVAL for every socket that is bound already. */
		.cites = { KERNEL("net/unix/af_unix.c", "unix_autobind") },
		.undocumented = true,
	},
	{
		.id = "bind.unix.autobound",
		.says = "an address that is the family alone binds to an abstract name "
			"that the kernel chooses",
		.when = asks_autobind,
		.outcome = RETURNS(0),
		.cites = { QUOTE("unix(7)", "If a bind(2) call specifies addrlen as "
					    "sizeof(sa_family_t)"),
			   QUOTE("unix(7)", "then the socket is autobound to an "
					    "abstract address."),
			   KERNEL("net/unix/af_unix.c", "unix_autobind") },
	},
	{
		.id = "bind.unix.path_unsearchable",
		.says = "a path through a directory that the caller may not search is "
			"refused, whether the file exists or not",
		.when = path_unsearchable,
		.outcome = FAILS(EACCES),
		.cites = { MANUAL_QUOTE("bind(2)", "EACCES",
					"Search permission is denied on a component of "
					"the path prefix."),
			   QUOTE("path_resolution(7)",
				 "If the process does not have search permission on "
				 "the current lookup directory, an EACCES error is "
				 "returned"),
			   POSIX("bind", "EACCES"),
			   KERNEL("fs/namei.c", "link_path_walk") },
	},
	{
		.id = "bind.unix.path_no_directory",
		.says = "a path through a directory that does not exist is refused",
		.when = path_no_directory,
		.outcome = FAILS(ENOENT),
		.cites = { MANUAL_QUOTE("bind(2)", "ENOENT",
					"A component in the directory prefix of the "
					"socket pathname does not exist."),
			   POSIX("bind", "ENOENT"),
			   KERNEL("fs/namei.c", "link_path_walk") },
	},
	{
		.id = "bind.unix.path_not_directory",
		.says = "a path through something that is not a directory is refused",
		.when = path_not_directory,
		.outcome = FAILS(ENOTDIR),
		.cites = { MANUAL_QUOTE("bind(2)", "ENOTDIR",
					"A component of the path prefix is not a "
					"directory."),
			   POSIX("bind", "ENOTDIR"),
			   KERNEL("fs/namei.c", "link_path_walk") },
	},
	{
		.id = "bind.unix.path_loop",
		.says = "a path through more than 40 symbolic links is refused",
		.when = path_loop,
		.outcome = FAILS(ELOOP),
		.cites = { MANUAL_QUOTE("bind(2)", "ELOOP",
					"Too many symbolic links were encountered in "
					"resolving addr."),
			   QUOTE("path_resolution(7)",
				 "the maximum of 40 resolutions for the entire "
				 "pathname."),
			   POSIX("bind", "ELOOP"), KERNEL("fs/namei.c", "pick_link") },
	},
	{
		.id = "bind.unix.path_in_use",
		.says = "a path at which there is anything, a symbolic link to nothing "
			"too, is refused, also where its socket is closed",
		.when = path_exists,
		.outcome = FAILS(EADDRINUSE),
		.cites = { MANUAL_QUOTE("bind(2)", "EADDRINUSE",
					"The given address is already in use."),
			   MANUAL_QUOTE("unix(7)", "EADDRINUSE",
					"the filesystem socket object already exists."),
			   POSIX("bind", "EADDRINUSE"),
			   KERNEL("fs/namei.c", "filename_create"),
			   KERNEL("net/unix/af_unix.c", "unix_bind_bsd") },
	},
	{
		.id = "bind.unix.path_slash",
		.says = "a path that ends with a slash, which asks for a directory, is "
			"refused where there is nothing",
		.when = path_slash,
		.outcome = FAILS(ENOENT),
		/* bind(2) has ENOENT for the directory prefix only; POSIX.1-2024 has
		 * "ENOENT or ENOTDIR" for this. */
		.posix = FAILS(ENOENT, ENOTDIR),
		.cites = { POSIX("bind", "ENOENT"), POSIX("bind", "ENOTDIR"),
			   KERNEL("fs/namei.c", "filename_create") },
	},
	{
		.id = "bind.unix.path_read_only",
		.says = "a new path on a file system that is mounted read-only is "
			"refused",
		.when = path_read_only,
		.outcome = FAILS(EROFS),
		.cites = { MANUAL_QUOTE("bind(2)", "EROFS",
					"The socket inode would reside on a read-only "
					"filesystem."),
			   POSIX("bind", "EROFS"),
			   KERNEL("fs/namei.c", "filename_create") },
	},
	{
		.id = "bind.unix.path_landlock",
		.says = "a path at which Landlock lets the caller make no socket is "
			"refused",
		.when = path_landlock,
		.outcome = FAILS(EACCES),
		/* landlock(7) has the right, and no word of the error. */
		.cites = { QUOTE("landlock(7)",
				 "Create (or rename or link) a UNIX domain socket."),
			   KERNEL("security/landlock/fs.c", "hook_path_mknod"),
			   KERNEL("net/unix/af_unix.c", "unix_bind_bsd") },
		.undocumented = true,
		.since = LINUX(5, 13),
	},
	{
		.id = "bind.unix.path_unmapped",
		.says = "a path on a file system of a user namespace in which the "
			"caller's user or group has no number is refused",
		.when = path_unmapped,
		.outcome = FAILS(EOVERFLOW),
		/* Linux 4.8, "vfs: Don't create inodes with a uid or gid unknown to the
		 * vfs"; bind(2), mknod(2) and user_namespaces(7) do not say so. */
		.cites = { KERNEL("fs/namei.c", "may_create"),
			   KERNEL("net/unix/af_unix.c", "unix_bind_bsd") },
		.undocumented = true,
		.since = LINUX(4, 8),
	},
	{
		.id = "bind.unix.path_unwritable",
		.says = "a path in a directory that the caller may not both write and "
			"search is refused",
		.when = path_unwritable,
		.outcome = FAILS(EACCES),
		.cites = { MANUAL("bind(2)", "EACCES"),
			   MANUAL_QUOTE("mknod(2)", "EACCES",
					"The parent directory does not allow write "
					"permission to the process"),
			   QUOTE("unix(7)",
				 "Creation of a new socket fails if the process does "
				 "not have write and search (execute) permission on "
				 "the directory in which the socket is created."),
			   POSIX("bind", "EACCES"), KERNEL("fs/namei.c", "may_create"),
			   KERNEL("fs/namei.c", "vfs_mknod") },
	},
	{
		.id = "bind.unix.path_no_sockets",
		.says = "a path on a file system that has no files of that kind is "
			"refused",
		.when = path_no_sockets,
		.outcome = FAILS(EPERM),
		.cites = { QUOTE("unix(7)",
				 "Other errors can be generated by the generic socket "
				 "layer or by the filesystem while generating a "
				 "filesystem socket object."),
			   MANUAL_QUOTE("mknod(2)", "EPERM",
					"the filesystem containing pathname does not "
					"support the type of node requested."),
			   KERNEL("fs/namei.c", "vfs_mknod") },
	},
	{
		.id = "bind.unix.path_no_space",
		.says = "a path on a file system that has no room for another file is "
			"refused",
		.when = path_full,
		.outcome = FAILS(ENOSPC),
		.cites = { MANUAL_QUOTE("mknod(2)", "ENOSPC",
					"The device containing pathname has no room "
					"for the new node."),
			   KERNEL("fs/namei.c", "vfs_mknod"),
			   KERNEL("mm/shmem.c", "shmem_mknod") },
	},
	{
		.id = "bind.unix.path_again",
		.says = "a socket that has a name is refused another path, last of "
			"all, and no file is left",
		.when = path_when_bound,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE("bind(2)", "EINVAL",
					"The socket is already bound to an address."),
			   POSIX("bind", "EINVAL"),
			   KERNEL("net/unix/af_unix.c", "unix_bind_bsd") },
	},
	{
		.id = "bind.unix.bound_path",
		.says = "a path at which there is nothing is bound: a file is made, "
			"with all permissions that its socket's inode has and umask(2) "
			"leaves",
		.when = path_free,
		.outcome = RETURNS(0),
		.cites = { QUOTE("unix(7)",
				 "a UNIX domain socket can be bound to a "
				 "null-terminated filesystem pathname using bind(2)."),
			   QUOTE("unix(7)",
				 "The socket file has all permissions enabled, other "
				 "than those that are turned off by the process "
				 "umask(2)."),
			   POSIX("bind", NULL),
			   KERNEL("net/unix/af_unix.c", "unix_bind_bsd") },
	},
	{
		.id = "bind.unix.abstract_again",
		.says = "a socket that has a name is refused an abstract one, its own "
			"too, before it is looked for",
		.when = abstract_when_bound,
		.outcome = FAILS(EINVAL),
		.posix_silent = true,
		.cites = { MANUAL_QUOTE("bind(2)", "EINVAL",
					"The socket is already bound to an address."),
			   POSIX("bind", "EINVAL"),
			   KERNEL("net/unix/af_unix.c", "unix_bind_abstract") },
	},
	{
		.id = "bind.unix.abstract_in_use",
		.says = "an abstract name that another socket of the same type and "
			"network namespace was bound to is refused",
		.when = abstract_in_use,
		.outcome = FAILS(EADDRINUSE),
		.cites = { MANUAL_QUOTE("bind(2)", "EADDRINUSE",
					"The given address is already in use."),
			   MANUAL_QUOTE("unix(7)", "EADDRINUSE",
					"The specified local address is already in "
					"use"),
			   KERNEL("net/unix/af_unix.c", "unix_bind_abstract") },
	},
	{
		.id = "bind.unix.bound_abstract",
		.says = "an abstract name, of any bytes that addrlen covers, is bound",
		.when = abstract,
		.outcome = RETURNS(0),
		.cites = { QUOTE("unix(7)",
				 "The socket's address in this namespace is given by "
				 "the additional bytes in sun_path that are covered by "
				 "the specified length of the address structure.  "
				 "(Null bytes in the name have no special "
				 "significance.)"),
			   QUOTE("unix(7)",
				 "Abstract sockets automatically disappear when all "
				 "open references to the socket are closed."),
			   KERNEL("net/unix/af_unix.c", "unix_bind_abstract"),
			   KERNEL("net/unix/af_unix.c", "unix_abstract_hash") },
	},
};
RULE_LIST(bind_unix, CALL_BIND);

static bool has_name(const struct world *world, const struct call *call)
{
	const struct world_socket *on = unix_socket(world, call);

	return on && on->name_length;
}

static void its_name(const struct world *world, const struct call *call,
		     struct outcome *outcome)
{
	const struct world_socket *on = call_socket(world, call);

	outcome->length = on->name_length;
	memcpy(outcome->bytes, on->name, on->name_length);
}

static bool name_chosen(const struct world *world, const struct call *call)
{
	const struct world_socket *on = unix_socket(world, call);

	return on && on->name_open;
}

/* unix(7): "a null byte followed by 5 bytes in the character set [0-9a-f]". */
#define AUTOBIND_DIGITS 5
#define AUTOBIND_LENGTH (SUN_PATH + 1 + AUTOBIND_DIGITS)

static bool is_digit(unsigned char byte)
{
	return byte && strchr("0123456789abcdef", byte);
}

static bool autobind_allowed(const struct world *world, const struct call *call,
			     const unsigned char *bytes, unsigned int length)
{
	const sa_family_t family = AF_UNIX;

	if (length != AUTOBIND_LENGTH || memcmp(bytes, &family, sizeof(family)) ||
	    bytes[SUN_PATH])
		return false;
	for (size_t i = SUN_PATH + 1; i < length; i++)
		if (!is_digit(bytes[i]))
			return false;
	return !world_unix_owner(world, call_socket(world, call), bytes, length);
}

static unsigned int first_autobind(const struct world *world, const struct call *call,
				   unsigned char *bytes)
{
	const sa_family_t family = AF_UNIX;
	unsigned int number = 0;

	memset(bytes, 0, AUTOBIND_LENGTH);
	memcpy(bytes, &family, sizeof(family));
	do {
		for (unsigned int i = 0; i < AUTOBIND_DIGITS; i++)
			bytes[AUTOBIND_LENGTH - 1 - i] =
				(unsigned char)"0123456789abcdef"[number >> 4 * i &
								  0xf];
		number++;
	} while (!autobind_allowed(world, call, bytes, AUTOBIND_LENGTH));
	return AUTOBIND_LENGTH;
}

static const struct choice autobind = {
	.says = "the family, a NUL and 5 hexadecimal digits that no other socket of "
		"the type was bound to",
	.allows = autobind_allowed,
	.example = first_autobind,
};

static const struct rule bind_unix_names_rules[] = {
	{
		.id = "bind.name.unix",
		.says = "the name of a socket is the address that it, or the listener "
			"that it was accepted from, was bound to: a path with a NUL at "
			"its end and nothing behind, or all bytes of an abstract name",
		.when = has_name,
		.outcome = RETURNS(0),
		.computed = its_name,
		.cites = { QUOTE("unix(7)", "its length is offsetof(struct "
					    "sockaddr_un, sun_path) + strlen(sun_path) "
					    "+ 1"),
			   QUOTE("unix(7)",
				 "the name of the socket is contained in the first "
				 "(addrlen - sizeof(sa_family_t)) bytes of sun_path."),
			   QUOTE("unix(7)",
				 "Linux is one of the implementations that appends a "
				 "null terminator if none is supplied in sun_path."),
			   POSIX("getsockname", NULL),
			   KERNEL("net/unix/af_unix.c", "unix_getname") },
	},
	{
		.id = "bind.name.unix_autobind",
		.says = "autobind gives a name of 5 hexadecimal digits behind a NUL, "
			"which no other socket of the type has",
		.when = name_chosen,
		.outcome = CHOSEN(autobind),
		.cites = { QUOTE("unix(7)", "The address consists of a null byte "
					    "followed by 5 bytes in the character set "
					    "[0-9a-f]."),
			   KERNEL("net/unix/af_unix.c", "unix_autobind") },
	},
};
RULE_LIST(bind_unix_names, CALL_GETSOCKNAME);

/* connect(2) of a datagram socket shows, without waiting, whose a name is. */
static bool connects(const struct world *world, const struct call *call)
{
	const struct world_socket *on = unix_socket(world, call);

	return on && on->type == SOCK_DGRAM && !call->address.unreadable &&
	       address_family(call) == AF_UNIX &&
	       call->address.addrlen > (int)SUN_PATH &&
	       call->address.addrlen <= (int)sizeof(struct sockaddr_un);
}

/* The file of a socket at the path, to which the caller may write; or NULL. */
static const struct world_path *socket_file(const struct world *world,
					    const struct call *call)
{
	char place[WORLD_PATH_MAX];
	const struct world_path *file;

	if (!is_path(&call->address) ||
	    world_unix_path(world, &call->address, place) != UNIX_PATH_EXISTS)
		return NULL;
	file = world_file(world, place);
	if (!file || file->kind != PATH_SOCKET)
		return NULL;
	return file->mode & 0200 || world->caller.cap_dac_override ? file : NULL;
}

static const struct world_socket *socket_of(const struct world *world,
					    const struct world_path *file)
{
	for (unsigned int i = 0; file && i < world->socket_count; i++)
		if (world->sockets[i].id == file->socket)
			return &world->sockets[i];
	return NULL;
}

static bool reaches_socket(const struct world *world, const struct call *call)
{
	const struct world_socket *owner;

	if (!connects(world, call))
		return false;
	owner = is_path(&call->address) ? socket_of(world, socket_file(world, call))
					: abstract_owner(world, call);
	return owner && owner->type == SOCK_DGRAM && owner->state == SOCKET_UNCONNECTED;
}

/* A datagram socket may be connected to itself. */
static bool reaches_itself(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	return on->type == SOCK_DGRAM && on->name_owner == on->id &&
	       on->name_length == (unsigned int)call->address.addrlen &&
	       !memcmp(on->name, call->address.bytes, on->name_length);
}

static bool reaches_nobody(const struct world *world, const struct call *call)
{
	const struct world_path *file;

	if (!connects(world, call))
		return false;
	if (!is_path(&call->address))
		return !abstract_owner(world, call) && !reaches_itself(world, call);
	file = socket_file(world, call);
	return file && !socket_of(world, file);
}

static bool reaches_no_file(const struct world *world, const struct call *call)
{
	return connects(world, call) && is_path(&call->address) &&
	       world_unix_path(world, &call->address, NULL) == UNIX_PATH_FREE;
}

static const struct rule bind_unix_reaches_rules[] = {
	{
		.id = "bind.reaches.unix",
		.says = "a datagram socket can be connected to the name that another "
			"was bound to",
		.when = reaches_socket,
		.outcome = RETURNS(0),
		.cites = { QUOTE("connect(2)",
				 "The connect() system call connects the socket "
				 "referred to by the file descriptor sockfd to the "
				 "address specified by addr."),
			   POSIX("connect", NULL),
			   KERNEL("net/unix/af_unix.c", "unix_find_other") },
	},
	{
		.id = "bind.reaches.unix_nobody",
		.says = "an abstract name that no socket of the type and network "
			"namespace has, and a path whose socket is closed, lead to "
			"nobody",
		.when = reaches_nobody,
		.outcome = FAILS(ECONNREFUSED),
		.cites = { MANUAL("unix(7)", "ECONNREFUSED"),
			   MANUAL("connect(2)", "ECONNREFUSED"),
			   POSIX("connect", "ECONNREFUSED"),
			   KERNEL("net/unix/af_unix.c", "unix_find_abstract"),
			   KERNEL("net/unix/af_unix.c", "unix_find_bsd") },
	},
	{
		.id = "bind.reaches.unix_no_file",
		.says = "a path from which the file was removed leads nowhere, though "
			"the socket keeps its name",
		.when = reaches_no_file,
		.outcome = FAILS(ENOENT),
		.cites = { MANUAL_QUOTE("unix(7)", "ENOENT",
					"The pathname in the remote address specified "
					"to connect(2) did not exist."),
			   POSIX("connect", "ENOENT"),
			   KERNEL("net/unix/af_unix.c", "unix_find_bsd") },
	},
};
RULE_LIST(bind_unix_reaches, CALL_CONNECT);
