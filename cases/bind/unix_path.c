/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * unix_path.c - bind(2) of AF_UNIX to a path: what is refused, in which order, and what
 * is bound; and the lengths and families of an address.
 *
 * No path can be too long for its file system here (ENAMETOOLONG): sun_path has 108
 * bytes, and a component may have 255.
 */
#include "unix.h"

/* What the directory of a case holds, and what else is wrong. */
enum {
	SOME_FILE = 1 << 0,	   /* "file" */
	DIRECTORY = 1 << 1,	   /* "directory" */
	SOCKET = 1 << 2,	   /* "socket", of an open socket */
	CLOSED_SOCKET = 1 << 3,	   /* "socket", of one that is closed */
	LINK = 1 << 4,		   /* "link" to "directory" */
	FILE_LINK = 1 << 5,	   /* "link" to "file" */
	DANGLING = 1 << 6,	   /* "link" to nothing */
	LOOP = 1 << 7,		   /* "link" to itself */
	CHAIN_41 = 1 << 8,	   /* "link" to "directory", over 41 links */
	UNSEARCHABLE = 1 << 9,	   /* "directory", with "file" in it */
	UNWRITABLE = 1 << 10,	   /* the same */
	NO_SOCKETS = 1 << 11,	   /* "directory": a file system without sockets */
	NO_OVERRIDE = 1 << 12,	   /* the caller is without CAP_DAC_OVERRIDE, */
	NO_SEARCH = 1 << 13,	   /* and without CAP_DAC_READ_SEARCH */
	MOUNT_READ_ONLY = 1 << 14, /* the whole directory, */
	READ_ONLY = 1 << 15,	   /* or its file system */
	FULL = 1 << 16,
	LANDLOCK = 1 << 17,
	REMOVED = 1 << 18, /* the working directory is */
	BOUND = 1 << 19,   /* the socket is, to an abstract name */
	ANY_TYPE = 1 << 20 /* a row for each type of socket */
};

#define NO_CAPS (NO_OVERRIDE | NO_SEARCH)

static const struct row {
	const char *name; /* the rule, and the variant */
	int error;
	const char *path;
	unsigned int state;
} rows[] = {
	{ "path_unsearchable[directory]", EACCES, "directory/socket",
	  UNSEARCHABLE | NO_CAPS | ANY_TYPE },
	{ "path_unsearchable[before-in-use]", EACCES, "directory/file",
	  UNSEARCHABLE | NO_CAPS },
	{ "path_unsearchable[before-not-directory]", EACCES, "directory/file/socket",
	  UNSEARCHABLE | NO_CAPS },
	{ "path_unsearchable[before-no-directory]", EACCES, "directory/missing/socket",
	  UNSEARCHABLE | NO_CAPS },
	{ "path_unsearchable[before-dot]", EACCES, "directory/.",
	  UNSEARCHABLE | NO_CAPS },
	{ "path_unsearchable[before-dot-dot]", EACCES, "directory/..",
	  UNSEARCHABLE | NO_CAPS },
	{ "path_unsearchable[before-slash]", EACCES, "directory/socket/",
	  UNSEARCHABLE | NO_CAPS },
	{ "path_unsearchable[before-read-only]", EACCES, "directory/socket",
	  UNSEARCHABLE | NO_CAPS | READ_ONLY },
	{ "path_unsearchable[before-full]", EACCES, "directory/socket",
	  UNSEARCHABLE | NO_CAPS | FULL },
	{ "path_unsearchable[before-again]", EACCES, "directory/socket",
	  UNSEARCHABLE | NO_CAPS | BOUND },

	{ "path_no_directory[missing]", ENOENT, "missing/socket", ANY_TYPE },
	{ "path_no_directory[deeper]", ENOENT, "missing/directory/socket", 0 },
	{ "path_no_directory[in-directory]", ENOENT, "directory/missing/socket",
	  DIRECTORY },
	{ "path_no_directory[dangling-link]", ENOENT, "link/socket", DANGLING },
	{ "path_no_directory[dot]", ENOENT, "missing/.", 0 },
	{ "path_no_directory[dot-dot]", ENOENT, "missing/..", 0 },
	{ "path_no_directory[case]", ENOENT, "Directory/socket", DIRECTORY },
	{ "path_no_directory[removed]", ENOENT, "socket", REMOVED },
	{ "path_no_directory[removed,before-read-only]", ENOENT, "socket",
	  REMOVED | MOUNT_READ_ONLY },
	{ "path_no_directory[before-slash]", ENOENT, "missing/socket/", 0 },
	{ "path_no_directory[before-read-only]", ENOENT, "missing/socket", READ_ONLY },
	{ "path_no_directory[before-landlock]", ENOENT, "missing/socket", LANDLOCK },
	{ "path_no_directory[before-full]", ENOENT, "missing/socket", FULL },
	{ "path_no_directory[before-again]", ENOENT, "missing/socket", BOUND },

	{ "path_not_directory[file]", ENOTDIR, "file/socket", SOME_FILE | ANY_TYPE },
	{ "path_not_directory[socket]", ENOTDIR, "socket/socket", SOCKET },
	{ "path_not_directory[link]", ENOTDIR, "link/socket", SOME_FILE | FILE_LINK },
	{ "path_not_directory[dot]", ENOTDIR, "file/.", SOME_FILE },
	{ "path_not_directory[dot-dot]", ENOTDIR, "file/..", SOME_FILE },
	{ "path_not_directory[before-no-directory]", ENOTDIR, "file/missing/socket",
	  SOME_FILE },
	{ "path_not_directory[before-slash]", ENOTDIR, "file/socket/", SOME_FILE },
	{ "path_not_directory[before-read-only]", ENOTDIR, "file/socket",
	  SOME_FILE | READ_ONLY },
	{ "path_not_directory[before-landlock]", ENOTDIR, "file/socket",
	  SOME_FILE | LANDLOCK },
	{ "path_not_directory[before-full]", ENOTDIR, "file/socket", SOME_FILE | FULL },
	{ "path_not_directory[before-again]", ENOTDIR, "file/socket",
	  SOME_FILE | BOUND },

	{ "path_loop[link]", ELOOP, "link/socket", LOOP | ANY_TYPE },
	{ "path_loop[41]", ELOOP, "link/socket", DIRECTORY | CHAIN_41 },
	{ "path_loop[dot]", ELOOP, "link/.", LOOP },
	{ "path_loop[before-no-directory]", ELOOP, "link/missing/socket", LOOP },
	{ "path_loop[41,before-not-directory]", ELOOP, "link/file/socket",
	  UNWRITABLE | CHAIN_41 },
	{ "path_loop[before-slash]", ELOOP, "link/socket/", LOOP },
	{ "path_loop[before-read-only]", ELOOP, "link/socket", LOOP | READ_ONLY },
	{ "path_loop[before-landlock]", ELOOP, "link/socket", LOOP | LANDLOCK },
	{ "path_loop[before-full]", ELOOP, "link/socket", LOOP | FULL },
	{ "path_loop[before-again]", ELOOP, "link/socket", LOOP | BOUND },

	{ "path_in_use[file]", EADDRINUSE, "file", SOME_FILE | ANY_TYPE },
	{ "path_in_use[directory]", EADDRINUSE, "directory", DIRECTORY },
	{ "path_in_use[socket]", EADDRINUSE, "socket", SOCKET | ANY_TYPE },
	{ "path_in_use[closed-socket]", EADDRINUSE, "socket",
	  CLOSED_SOCKET | ANY_TYPE },
	{ "path_in_use[link]", EADDRINUSE, "link", DIRECTORY | LINK },
	{ "path_in_use[file-link]", EADDRINUSE, "link", SOME_FILE | FILE_LINK },
	{ "path_in_use[dangling-link]", EADDRINUSE, "link", DANGLING },
	{ "path_in_use[link-loop]", EADDRINUSE, "link", LOOP },
	{ "path_in_use[dot]", EADDRINUSE, ".", 0 },
	{ "path_in_use[dot-dot]", EADDRINUSE, "..", 0 },
	{ "path_in_use[dot,slash]", EADDRINUSE, "./", 0 },
	{ "path_in_use[root]", EADDRINUSE, "/", 0 },
	{ "path_in_use[roots]", EADDRINUSE, "//", 0 },
	{ "path_in_use[root,dot]", EADDRINUSE, "directory/.", DIRECTORY },
	{ "path_in_use[other-way]", EADDRINUSE, "./file", SOME_FILE },
	{ "path_in_use[slashes]", EADDRINUSE, ".//socket", SOCKET },
	{ "path_in_use[around]", EADDRINUSE, "directory/../socket",
	  DIRECTORY | SOCKET },
	{ "path_in_use[unsearchable,overridden]", EADDRINUSE, "directory/file",
	  UNSEARCHABLE | NO_OVERRIDE },
	{ "path_in_use[file,before-slash]", EADDRINUSE, "file/", SOME_FILE },
	{ "path_in_use[directory,slash]", EADDRINUSE, "directory/", DIRECTORY },
	{ "path_in_use[dot,before-removed]", EADDRINUSE, ".", REMOVED },
	{ "path_in_use[before-read-only]", EADDRINUSE, "file", SOME_FILE | READ_ONLY },
	{ "path_in_use[dot,before-read-only]", EADDRINUSE, ".", READ_ONLY },
	{ "path_in_use[before-landlock]", EADDRINUSE, "file", SOME_FILE | LANDLOCK },
	{ "path_in_use[before-unwritable]", EADDRINUSE, "directory/file",
	  UNWRITABLE | NO_CAPS },
	{ "path_in_use[dot,before-no-sockets]", EADDRINUSE, "directory/.", NO_SOCKETS },
	{ "path_in_use[before-full]", EADDRINUSE, "file", SOME_FILE | FULL },
	{ "path_in_use[before-again]", EADDRINUSE, "file", SOME_FILE | BOUND },
	{ "path_in_use[socket,before-again]", EADDRINUSE, "socket", SOCKET | BOUND },

	{ "path_slash[missing]", ENOENT, "socket/", ANY_TYPE },
	{ "path_slash[two]", ENOENT, "socket//", 0 },
	{ "path_slash[in-directory]", ENOENT, "directory/socket/", DIRECTORY },
	{ "path_slash[before-read-only]", ENOENT, "socket/", READ_ONLY },
	{ "path_slash[before-landlock]", ENOENT, "socket/", LANDLOCK },
	{ "path_slash[before-unwritable]", ENOENT, "directory/socket/",
	  UNWRITABLE | NO_CAPS },
	{ "path_slash[before-no-sockets]", ENOENT, "directory/socket/", NO_SOCKETS },
	{ "path_slash[before-full]", ENOENT, "socket/", FULL },
	{ "path_slash[before-again]", ENOENT, "socket/", BOUND },

	{ "path_read_only[file-system]", EROFS, "socket", READ_ONLY | ANY_TYPE },
	{ "path_read_only[mount]", EROFS, "socket", MOUNT_READ_ONLY },
	{ "path_read_only[in-directory]", EROFS, "directory/socket",
	  DIRECTORY | READ_ONLY },
	{ "path_read_only[before-landlock]", EROFS, "socket", READ_ONLY | LANDLOCK },
	{ "path_read_only[before-unwritable]", EROFS, "directory/socket",
	  UNWRITABLE | NO_CAPS | READ_ONLY },
	{ "path_read_only[before-full]", EROFS, "socket", READ_ONLY | FULL },
	{ "path_read_only[before-again]", EROFS, "socket", READ_ONLY | BOUND },

	{ "path_landlock[directory]", EACCES, "socket", LANDLOCK | ANY_TYPE },
	{ "path_landlock[before-no-sockets]", EACCES, "directory/socket",
	  LANDLOCK | NO_SOCKETS },
	{ "path_landlock[before-full]", EACCES, "socket", LANDLOCK | FULL },
	{ "path_landlock[before-again]", EACCES, "socket", LANDLOCK | BOUND },

	{ "path_unwritable[directory]", EACCES, "directory/socket",
	  UNWRITABLE | NO_CAPS | ANY_TYPE },
	/* CAP_DAC_READ_SEARCH is for searching alone, */
	{ "path_unwritable[may-search]", EACCES, "directory/socket",
	  UNWRITABLE | NO_OVERRIDE },
	/* and to make a file is to write and to search at once. */
	{ "path_unwritable[unsearchable]", EACCES, "directory/socket",
	  UNSEARCHABLE | NO_OVERRIDE },
	{ "path_unwritable[before-full]", EACCES, "directory/socket",
	  UNWRITABLE | NO_CAPS | FULL },
	{ "path_unwritable[before-again]", EACCES, "directory/socket",
	  UNWRITABLE | NO_CAPS | BOUND },

	{ "path_no_sockets[queues]", EPERM, "directory/socket", NO_SOCKETS | ANY_TYPE },
	{ "path_no_sockets[before-again]", EPERM, "directory/socket",
	  NO_SOCKETS | BOUND },

	{ "path_no_space[inodes]", ENOSPC, "socket", FULL | ANY_TYPE },
	{ "path_no_space[in-directory]", ENOSPC, "directory/socket", FULL | DIRECTORY },
	{ "path_no_space[before-again]", ENOSPC, "socket", FULL | BOUND },

	{ "path_again[abstract]", EINVAL, "socket", BOUND | ANY_TYPE },
	{ "path_again[in-directory]", EINVAL, "directory/socket", BOUND | DIRECTORY },
};

static void make_links(unsigned int state)
{
	if (state & LINK)
		make_link("link", "directory");
	if (state & FILE_LINK)
		make_link("link", "file");
	if (state & DANGLING)
		make_link("link", "nowhere");
	if (state & LOOP)
		make_link_loop("link");
	if (state & CHAIN_41)
		make_link_chain("link", "directory", 41);
}

static void make_files(unsigned int state)
{
	if (state & SOME_FILE)
		make_file("file");
	if (state & DIRECTORY)
		make_directory("directory", PATH_DIRECTORY);
	if (state & NO_SOCKETS)
		make_directory("directory", PATH_NO_SOCKETS);
	if (state & (UNSEARCHABLE | UNWRITABLE)) {
		make_directory("directory", state & UNWRITABLE ? PATH_UNWRITABLE
							       : PATH_UNSEARCHABLE);
		make_file("directory/file");
	}
	make_links(state);
}

static void make_sockets(unsigned int state, int type)
{
	int fd;

	if (!(state & (SOCKET | CLOSED_SOCKET)))
		return;
	fd = bound_socket(type, unix_path("socket"));
	if (state & CLOSED_SOCKET)
		must_close(fd);
}

/* Landlock lets nobody mount any more, so it comes after what does. */
static void make_state(unsigned int state, int type)
{
	make_files(state);
	make_sockets(state, type);
	if (state & REMOVED)
		enter_removed_directory();
	if (state & FULL)
		make_full();
	if (state & (MOUNT_READ_ONLY | READ_ONLY))
		make_read_only(state & READ_ONLY ? READ_ONLY_FILE_SYSTEM
						 : READ_ONLY_MOUNT);
	if (state & LANDLOCK)
		refuse_new_sockets_by_landlock();
	if (state & NO_OVERRIDE)
		drop_capability(LINUX_CAP_DAC_OVERRIDE);
	if (state & NO_SEARCH)
		drop_capability(LINUX_CAP_DAC_READ_SEARCH);
}

/* Refused, it leaves neither a file nor a name. */
static void refused(const void *data)
{
	const struct row *row = data;
	int type = sc_type ? sc_type : SOCK_STREAM;
	int fd = must_socket(AF_UNIX, type, 0);

	if (row->state & BOUND)
		must_bind(fd, abstract_text("bound"));
	make_state(row->state, type);
	expect_errno(row->error, bind_to(fd, unix_path(row->path)));
	expect_that(no_other_files(), "there is a file that was not there before");
	expect_that(row->state & BOUND ? is_named(fd, abstract_text("bound"))
				       : is_unnamed(fd),
		    "the socket's name is another");
}

CASES(refused)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		bool again = !strncmp(rows[i].name, "path_again", 10);
		bool landlock = rows[i].state & LANDLOCK;

		/* Before Linux 5.14, a file was left behind. */
		add_case(.name = name_case("bind.unix.%s", rows[i].name),
			 .run_row = refused, .row = &rows[i], .needs = NEEDS_MOUNTS,
			 .types = rows[i].state & ANY_TYPE ? ALL_TYPES : 0,
			 .since = again	     ? LINUX(5, 14)
				  : landlock ? LINUX(5, 13)
					     : 0,
			 HAS_UNIX);
	}
}

/* 107 characters, and with the last digit 108. */
#define TEN		 "0123456789"
#define LONGEST_WITH_NUL TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN "0123456"
#define LONGEST		 LONGEST_WITH_NUL "7"

#define BYTES(text) text, sizeof(text) - 1

/* Paths that can be bound: as passed, with so many bytes of it covered by addrlen; the
 * path of the name; and where the file is. */
static const struct good {
	const char *name;
	const char *passed;
	size_t given;
	size_t covered; /* 0: all that is given, and a NUL */
	const char *path;
	const char *file;
	unsigned int state;
} goods[] = {
	{ "relative", BYTES("socket"), 0, "socket", "socket", ANY_TYPE },
	{ "dot", BYTES("./socket"), 0, "./socket", "socket", 0 },
	{ "directory", BYTES("directory/socket"), 0, "directory/socket",
	  "directory/socket", DIRECTORY },
	{ "slashes", BYTES("directory//socket"), 0, "directory//socket",
	  "directory/socket", DIRECTORY },
	{ "around", BYTES("directory/../socket"), 0, "directory/../socket", "socket",
	  DIRECTORY },
	{ "link", BYTES("link/socket"), 0, "link/socket", "directory/socket",
	  DIRECTORY | LINK },
	{ "one-byte", BYTES("s"), 0, "s", "s", 0 },
	{ "one-byte,no-nul", BYTES("s"), 1, "s", "s", ANY_TYPE },
	{ "no-nul", BYTES("socket"), 6, "socket", "socket", ANY_TYPE },
	{ "cut-off", BYTES("socket"), 3, "soc", "soc", 0 },
	{ "cut-off-at-slash", BYTES("socket/more"), 6, "socket", "socket", 0 },
	{ "zeros-behind", BYTES("socket"), 108, "socket", "socket", 0 },
	{ "bytes-behind", BYTES("socket\0behind"), 13, "socket", "socket", ANY_TYPE },
	{ "missing-directory-behind", BYTES("socket\0/missing/socket"), 23, "socket",
	  "socket", 0 },
	{ "107", BYTES(LONGEST_WITH_NUL), 0, LONGEST_WITH_NUL, LONGEST_WITH_NUL, 0 },
	{ "107,no-nul", BYTES(LONGEST_WITH_NUL), 107, LONGEST_WITH_NUL,
	  LONGEST_WITH_NUL, 0 },
	{ "108", BYTES(LONGEST), 108, LONGEST, LONGEST, ANY_TYPE },
	{ "dots", BYTES("..."), 0, "...", "...", 0 },
	{ "hidden", BYTES(".socket"), 0, ".socket", ".socket", 0 },
	{ "dot-dot-name", BYTES("..socket"), 0, "..socket", "..socket", 0 },
	{ "any-byte", BYTES("a\n \xff\x01/b"), 5, "a\n \xff\x01", "a\n \xff\x01", 0 },
	{ "backslash", BYTES("a\\b"), 0, "a\\b", "a\\b", 0 },
	{ "beside-file", BYTES("file2"), 0, "file2", "file2", SOME_FILE },
	{ "unwritable,overridden", BYTES("directory/socket"), 0, "directory/socket",
	  "directory/socket", UNWRITABLE },
	{ "unsearchable,overridden", BYTES("directory/socket"), 0, "directory/socket",
	  "directory/socket", UNSEARCHABLE },
	{ "without-capabilities", BYTES("directory/socket"), 0, "directory/socket",
	  "directory/socket", DIRECTORY | NO_CAPS },
};

/* What lies behind the covered bytes is no zero where more is given. */
static struct address passed(const struct good *good)
{
	size_t covered = good->covered ? good->covered : good->given + 1;
	struct address made = family_only(AF_UNIX, SUN_PATH + (int)covered);

	memcpy(made.bytes + SUN_PATH, good->passed, good->given);
	return made;
}

static int good_socket(const struct good *good)
{
	int type = sc_type ? sc_type : SOCK_STREAM;

	make_state(good->state, type);
	return must_socket(AF_UNIX, type, 0);
}

static void binds(const void *row)
{
	const struct good *good = row;
	int fd = good_socket(good);

	expect_value(0, bind_to(fd, passed(good)));
	expect_that(socket_at(good->file), "there is no socket at %s", good->file);
	expect_that(no_other_files(), "there are files that nobody asked for");
}

static void names(const void *row)
{
	const struct good *good = row;
	int fd = good_socket(good);
	struct address named = unix_path(good->path);

	must_bind(fd, passed(good));
	expect_name(named.bytes, (unsigned int)named.length, fd);
}

CASES(goods)
{
	for (size_t i = 0; i < COUNT(goods); i++) {
		const struct good *good = &goods[i];
		unsigned int types = good->state & ANY_TYPE ? ALL_TYPES : 0;

		add_case(.name = name_case("bind.unix.bound_path[%s]", good->name),
			 .run_row = binds, .row = good, .types = types,
			 .needs = NEEDS_MOUNTS, HAS_UNIX);
		add_case(.name = name_case("bind.name.unix[path,%s]", good->name),
			 .run_row = names, .row = good, .types = types,
			 .needs = NEEDS_MOUNTS, HAS_UNIX);
	}
}

/*
 * MAXSYMLINKS: forty links are followed.  But a walk that has to begin again, as others
 * on this machine mount something meanwhile, goes on counting: filename_parentat() may
 * walk three times, and nameidata's total_link_count is that of them all (fs/namei.c).
 * A chain of forty is then refused as one of 41 is, which leaves nothing behind: so it
 * is asked again, and is too long only where it is so every time.
 */
CASE("bind.unix.bound_path[link,40]", .needs = NEEDS_MOUNTS, HAS_UNIX)
{
	long came = -ELOOP;
	int fd;

	make_directory("directory", PATH_DIRECTORY);
	make_link_chain("link", "directory", 40);
	fd = must_socket(AF_UNIX, SOCK_STREAM, 0);
	for (int i = 0; i < 20 && came == -ELOOP; i++)
		came = bind_to(fd, unix_path("link/socket"));
	sc_expect_value(SC_LINE, 0, came);
	expect_that(socket_at("directory/socket"), "there is no socket");
	expect_that(no_other_files(), "there are files that nobody asked for");
}

CASE("bind.unix.bound_path[absolute]", .types = ALL_TYPES, .needs = NEEDS_MOUNTS,
     HAS_UNIX)
{
	int fd = must_socket(AF_UNIX, sc_type, 0);
	struct address path = unix_path(absolute_path("socket"));

	expect_value(0, bind_to(fd, path));
	expect_that(socket_at("socket"), "there is no socket");
	expect_that(is_named(fd, path), "the socket's name is another");
}

CASE("bind.unix.path_in_use[absolute]", .needs = NEEDS_MOUNTS, HAS_UNIX)
{
	int fd = must_socket(AF_UNIX, SOCK_STREAM, 0);

	bound_socket(SOCK_STREAM, unix_path("socket"));
	expect_errno(EADDRINUSE, bind_to(fd, unix_path(absolute_path("socket"))));
}

CASE("bind.unix.path_in_use[top]", .needs = NEEDS_MOUNTS, HAS_UNIX)
{
	int fd = must_socket(AF_UNIX, SOCK_STREAM, 0);

	expect_errno(EADDRINUSE, bind_to(fd, unix_path(absolute_path(""))));
}

/* A file is in use whatever the types of its socket and of the other. */
static const struct {
	const char *name;
	int first, second;
} types[] = {
	{ "stream,dgram", SOCK_STREAM, SOCK_DGRAM },
	{ "stream,seqpacket", SOCK_STREAM, SOCK_SEQPACKET },
	{ "dgram,stream", SOCK_DGRAM, SOCK_STREAM },
	{ "dgram,raw", SOCK_DGRAM, SOCK_RAW },
	{ "dgram,seqpacket", SOCK_DGRAM, SOCK_SEQPACKET },
	{ "seqpacket,stream", SOCK_SEQPACKET, SOCK_STREAM },
	{ "seqpacket,dgram", SOCK_SEQPACKET, SOCK_DGRAM },
};

static void other_type(const void *row)
{
	const int *first = row;
	int fd = must_socket(AF_UNIX, first[1], 0);

	bound_socket(first[0], unix_path("socket"));
	expect_errno(EADDRINUSE, bind_to(fd, unix_path("socket")));
}

CASES(types)
{
	for (size_t i = 0; i < COUNT(types); i++)
		add_case(.name = name_case("bind.unix.path_in_use[%s]", types[i].name),
			 .run_row = other_type, .row = &types[i].first,
			 .needs = NEEDS_MOUNTS, HAS_UNIX);
}

/* Files belong to no network. */
CASE("bind.unix.path_in_use[other-network]",
     .needs = NEEDS_MOUNTS | NEEDS_NESTED_NAMESPACE, HAS_UNIX)
{
	int fd;

	bound_socket(SOCK_STREAM, unix_path("socket"));
	enter_user_and_network_namespace();
	fd = must_socket(AF_UNIX, SOCK_STREAM, 0);
	expect_errno(EADDRINUSE, bind_to(fd, unix_path("socket")));
}

/* Who has no number in a file system's user namespace can have no file there. */
static const struct unmapped {
	const char *name;
	bool user, group, bound, unwritable;
} unmapped[] = {
	{ "user", true, false, false, false },
	{ "group", false, true, false, false },
	{ "before-unwritable", true, false, false, true },
	{ "before-again", true, false, true, false },
};

static void has_no_number(const void *data)
{
	const struct unmapped *row = data;
	int fd = must_socket(AF_UNIX, SOCK_STREAM, 0);

	if (row->bound)
		must_bind(fd, abstract_text("bound"));
	enter_foreign_directory();
	if (row->unwritable)
		make_directory("directory", PATH_UNWRITABLE);
	if (row->group)
		set_filesystem_group(1001);
	if (row->user)
		set_filesystem_user(1000);
	expect_errno(EOVERFLOW,
		     bind_to(fd, unix_path(row->unwritable ? "directory/socket"
							   : "socket")));
	expect_that(!socket_at("socket"), "there is a socket");
}

CASES(unmapped)
{
	for (size_t i = 0; i < COUNT(unmapped); i++)
		add_case(.name = name_case("bind.unix.path_unmapped[%s]",
					   unmapped[i].name),
			 .run_row = has_no_number, .row = &unmapped[i],
			 .needs = NEEDS_MOUNTS | NEEDS_IDS | NEEDS_NESTED_NAMESPACE,
			 HAS_UNIX);
}

CASE("bind.unix.path_in_use[before-unmapped]",
     .needs = NEEDS_MOUNTS | NEEDS_IDS | NEEDS_NESTED_NAMESPACE, HAS_UNIX)
{
	int fd = must_socket(AF_UNIX, SOCK_STREAM, 0);

	enter_foreign_directory();
	make_file("file");
	set_filesystem_user(1000);
	expect_errno(EADDRINUSE, bind_to(fd, unix_path("file")));
}

CASE("bind.unix.bound_path[foreign]",
     .needs = NEEDS_MOUNTS | NEEDS_IDS | NEEDS_NESTED_NAMESPACE, HAS_UNIX)
{
	int fd = must_socket(AF_UNIX, SOCK_STREAM, 0);

	enter_foreign_directory();
	expect_value(0, bind_to(fd, unix_path("socket")));
	expect_that(socket_at("socket"), "there is no socket");
}

CASE("bind.unix.path_landlock[before-unmapped]",
     .needs = NEEDS_MOUNTS | NEEDS_IDS | NEEDS_NESTED_NAMESPACE, .since = LINUX(5, 13),
     HAS_UNIX)
{
	int fd = must_socket(AF_UNIX, SOCK_STREAM, 0);

	enter_foreign_directory();
	refuse_new_sockets_by_landlock();
	set_filesystem_user(1000);
	expect_errno(EACCES, bind_to(fd, unix_path("socket")));
}
