/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * unix_effects.c - what bind(2) of AF_UNIX leaves: the file, its mode and its owner;
 * who is reached by a name; and what close(2) and unlink(2) make of it.
 */
#include "unix.h"

/* unix(7): all permissions that umask(2) leaves; those of the socket's own inode. */
static const struct mode {
	const char *name;
	unsigned int mask;
	int socket; /* fchmod(2) of the socket before, or -1 */
	unsigned int due;
} modes[] = {
	{ "umask-0", 0, -1, 0777 },
	{ "umask-022", 022, -1, 0755 },
	{ "umask-077", 077, -1, 0700 },
	{ "umask-0777", 0777, -1, 0 },
	{ "umask-0100", 0100, -1, 0677 },
	{ "umask-0421", 0421, -1, 0356 },
	{ "fchmod-0600", 0, 0600, 0600 },
	{ "fchmod-0", 0, 0, 0 },
	{ "fchmod-0666,umask-022", 022, 0666, 0644 },
	{ "fchmod-0111,umask-0111", 0111, 0111, 0 },
	{ "fchmod-04711", 0, 04711, 04711 },
	{ "fchmod-01777,umask-07", 07, 01777, 01770 },
};

static void makes_mode(const void *row)
{
	const struct mode *mode = row;
	int fd = must_socket(AF_UNIX, sc_type, 0);

	set_umask(mode->mask);
	if (mode->socket >= 0)
		set_socket_mode(fd, (unsigned int)mode->socket);
	expect_value(0, bind_to(fd, unix_path("socket")));
	expect_that(mode_at("socket") == mode->due, "the file's mode is 0%o, not 0%o",
		    mode_at("socket"), mode->due);
}

CASES(modes)
{
	for (size_t i = 0; i < COUNT(modes); i++)
		add_case(.name = name_case("bind.unix.bound_path[%s]", modes[i].name),
			 .run_row = makes_mode, .row = &modes[i],
			 .types = SC_STREAM | SC_DGRAM, .needs = NEEDS_MOUNTS,
			 HAS_UNIX);
}

/* The two are one inode no more, once the file is there. */
CASE("bind.unix.bound_path[fchmod-after]", .types = ALL_TYPES, .needs = NEEDS_MOUNTS,
     HAS_UNIX)
{
	int fd = must_socket(AF_UNIX, sc_type, 0);

	set_umask(022);
	expect_value(0, bind_to(fd, unix_path("socket")));
	set_socket_mode(fd, 0600);
	set_umask(0);
	expect_that(mode_at("socket") == 0755, "the file's mode is 0%o, not 0755",
		    mode_at("socket"));
}

/* The ids of the file system are those of whom the file then is. */
CASE("bind.unix.bound_path[owner]", .types = SC_STREAM | SC_DGRAM,
     .needs = NEEDS_MOUNTS | NEEDS_IDS, HAS_UNIX)
{
	int fd = must_socket(AF_UNIX, sc_type, 0);

	set_filesystem_group(1001);
	set_filesystem_user(1000);
	expect_value(0, bind_to(fd, unix_path("socket")));
	expect_that(user_at("socket") == 1000, "the file's user is %u, not 1000",
		    user_at("socket"));
	expect_that(group_at("socket") == 1001, "the file's group is %u, not 1001",
		    group_at("socket"));
}

/* unix(7): the file "must be deleted by the caller", */
CASE("bind.unix.path_in_use[closed]", .types = ALL_TYPES, .needs = NEEDS_MOUNTS,
     HAS_UNIX)
{
	must_close(bound_socket(sc_type, unix_path("socket")));
	expect_errno(EADDRINUSE,
		     bind_to(must_socket(AF_UNIX, sc_type, 0), unix_path("socket")));
	expect_that(socket_at("socket"), "close(2) removed the file");
}

/* and then the path is free, though the first socket still has it as its name. */
CASE("bind.unix.bound_path[unlinked]", .types = ALL_TYPES, .needs = NEEDS_MOUNTS,
     HAS_UNIX)
{
	int first = bound_socket(sc_type, unix_path("socket"));
	int fd = must_socket(AF_UNIX, sc_type, 0);

	remove_file("socket");
	expect_value(0, bind_to(fd, unix_path("socket")));
	expect_that(is_named(first, unix_path("socket")), "the first lost its name");
	expect_that(is_named(fd, unix_path("socket")), "the second has another");
}

CASE("bind.unix.bound_path[unlinked,closed]", .types = ALL_TYPES, .needs = NEEDS_MOUNTS,
     HAS_UNIX)
{
	must_close(bound_socket(sc_type, unix_path("socket")));
	remove_file("socket");
	expect_value(0, bind_to(must_socket(AF_UNIX, sc_type, 0), unix_path("socket")));
}

CASE("bind.name.unix[unlinked]", .types = ALL_TYPES, .needs = NEEDS_MOUNTS, HAS_UNIX)
{
	int fd = bound_socket(sc_type, unix_path("socket"));
	struct address name = unix_path("socket");

	remove_file("socket");
	expect_name(name.bytes, (unsigned int)name.length, fd);
}

/* Refused, the second name is not told. */
CASE("bind.name.unix[refused-another]", .types = ALL_TYPES, HAS_UNIX)
{
	int fd = bound_socket(sc_type, abstract_text("name"));

	must(bind_to(fd, abstract_text("longer-name")) == -EINVAL, "a second name");
	expect_name("\1\0\0name", 7, fd);
}

CASE("socket.new.name_unix[bind-refused]", .types = ALL_TYPES, HAS_UNIX)
{
	int fd = must_socket(AF_UNIX, sc_type, 0);

	bound_socket(sc_type, abstract_text("name"));
	must(bind_to(fd, abstract_text("name")) == -EADDRINUSE, "a name in use");
	must(bind_to(fd, family_only(AF_INET, 16)) == -EINVAL, "another family");
	expect_name("\1\0", 2, fd);
}

/* Whose names are: a datagram socket can be connected to them. */
static int dgram(void)
{
	return must_socket(AF_UNIX, SOCK_DGRAM, 0);
}

static long connect_to(int fd, struct address address)
{
	return t_connect(fd, address.bytes, address.length);
}

CASE("bind.reaches.unix[abstract]", HAS_UNIX)
{
	bound_socket(SOCK_DGRAM, abstract_text("name"));
	expect_value(0, connect_to(dgram(), abstract_text("name")));
}

CASE("bind.reaches.unix[abstract,raw]", HAS_UNIX)
{
	bound_socket(SOCK_RAW, abstract_text("name"));
	expect_value(0, connect_to(dgram(), abstract_text("name")));
}

CASE("bind.reaches.unix[abstract,one-of-two]", HAS_UNIX)
{
	bound_socket(SOCK_STREAM, abstract_text("name"));
	bound_socket(SOCK_DGRAM, abstract_text("name"));
	expect_value(0, connect_to(dgram(), abstract_text("name")));
}

CASE("bind.reaches.unix[autobind]", HAS_UNIX)
{
	int owner = bound_socket(SOCK_DGRAM, autobind());
	struct address name;
	socklen_t length = RESULT_BYTES_MAX;

	must(!t_getsockname(owner, name.bytes, &length), "getsockname(2) fails");
	name.length = (int)length;
	expect_value(0, connect_to(dgram(), name));
}

/* Ways to a file, and to that of another path. */
static const struct {
	const char *name;
	const char *bound, *connected;
} ways[] = {
	{ "path", "socket", "socket" },
	{ "path,other-way", "directory/socket", ".//directory/../directory/socket" },
	{ "path,link", "link/socket", "directory/socket" },
	{ "path,from-link", "directory/socket", "link/socket" },
};

static void reaches(const void *row)
{
	size_t i = (size_t)row;

	make_directory("directory", PATH_DIRECTORY);
	make_link("link", "directory");
	bound_socket(SOCK_DGRAM, unix_path(ways[i].bound));
	expect_value(0, connect_to(dgram(), unix_path(ways[i].connected)));
}

CASES(ways)
{
	for (size_t i = 0; i < COUNT(ways); i++)
		add_case(.name = name_case("bind.reaches.unix[%s]", ways[i].name),
			 .run_row = reaches, .row = (const void *)i,
			 .needs = NEEDS_MOUNTS, HAS_UNIX);
}

CASE("bind.reaches.unix[path,no-nul]", .needs = NEEDS_MOUNTS, HAS_UNIX)
{
	bound_socket(SOCK_DGRAM, with_length(unix_path("socket"), SUN_PATH + 6));
	expect_value(0, connect_to(dgram(), unix_path("socket")));
}

/* A second name, though refused, takes the first away from nobody. */
CASE("bind.reaches.unix[refused-another]", .needs = NEEDS_MOUNTS, HAS_UNIX)
{
	int fd = bound_socket(SOCK_DGRAM, unix_path("socket"));

	must(bind_to(fd, unix_path("socket2")) == -EINVAL, "a second name");
	must(bind_to(fd, abstract_text("name2")) == -EINVAL, "a second name");
	must(!bind_to(fd, autobind()), "autobind");
	expect_value(0, connect_to(dgram(), unix_path("socket")));
}

CASE("bind.reaches.unix[abstract,refused-another]", HAS_UNIX)
{
	int fd = bound_socket(SOCK_DGRAM, abstract_text("name"));

	must(bind_to(fd, abstract_text("name2")) == -EINVAL, "a second name");
	must(!bind_to(fd, autobind()), "autobind");
	expect_value(0, connect_to(dgram(), abstract_text("name")));
}

CASE("bind.reaches.unix_nobody[abstract]", HAS_UNIX)
{
	expect_errno(ECONNREFUSED, connect_to(dgram(), abstract_text("name")));
}

CASE("bind.reaches.unix_nobody[abstract,other-type]", HAS_UNIX)
{
	bound_socket(SOCK_STREAM, abstract_text("name"));
	expect_errno(ECONNREFUSED, connect_to(dgram(), abstract_text("name")));
}

CASE("bind.reaches.unix_nobody[abstract,longer]", HAS_UNIX)
{
	bound_socket(SOCK_DGRAM, abstract_text("name"));
	expect_errno(ECONNREFUSED, connect_to(dgram(), unix_abstract("name", 5)));
}

CASE("bind.reaches.unix_nobody[abstract,closed]", HAS_UNIX)
{
	must_close(bound_socket(SOCK_DGRAM, abstract_text("name")));
	expect_errno(ECONNREFUSED, connect_to(dgram(), abstract_text("name")));
}

CASE("bind.reaches.unix_nobody[abstract,refused]", HAS_UNIX)
{
	int fd = bound_socket(SOCK_DGRAM, abstract_text("name"));

	must(bind_to(fd, abstract_text("name2")) == -EINVAL, "a second name");
	expect_errno(ECONNREFUSED, connect_to(dgram(), abstract_text("name2")));
}

CASE("bind.reaches.unix_nobody[abstract,text-of-path]", .needs = NEEDS_MOUNTS, HAS_UNIX)
{
	bound_socket(SOCK_DGRAM, unix_path("socket"));
	expect_errno(ECONNREFUSED, connect_to(dgram(), abstract_text("socket")));
}

CASE("bind.reaches.unix_nobody[abstract,other-network]",
     .needs = NEEDS_NESTED_NAMESPACE, HAS_UNIX)
{
	bound_socket(SOCK_DGRAM, abstract_text("name"));
	enter_user_and_network_namespace();
	expect_errno(ECONNREFUSED, connect_to(dgram(), abstract_text("name")));
}

CASE("bind.reaches.unix_nobody[path,closed]", .needs = NEEDS_MOUNTS, HAS_UNIX)
{
	must_close(bound_socket(SOCK_DGRAM, unix_path("socket")));
	expect_errno(ECONNREFUSED, connect_to(dgram(), unix_path("socket")));
}

/* The file of another socket is not the first one's, though the paths are the same. */
CASE("bind.reaches.unix_nobody[path,other-file]", .needs = NEEDS_MOUNTS, HAS_UNIX)
{
	bound_socket(SOCK_DGRAM, unix_path("socket"));
	remove_file("socket");
	must_close(bound_socket(SOCK_DGRAM, unix_path("socket")));
	expect_errno(ECONNREFUSED, connect_to(dgram(), unix_path("socket")));
}

CASE("bind.reaches.unix_no_file[unlinked]", .needs = NEEDS_MOUNTS, HAS_UNIX)
{
	bound_socket(SOCK_DGRAM, unix_path("socket"));
	remove_file("socket");
	expect_errno(ENOENT, connect_to(dgram(), unix_path("socket")));
}

CASE("bind.reaches.unix_no_file[refused]", .needs = NEEDS_MOUNTS, .since = LINUX(5, 14),
     HAS_UNIX)
{
	int fd = bound_socket(SOCK_DGRAM, unix_path("socket"));

	must(bind_to(fd, unix_path("socket2")) == -EINVAL, "a second name");
	expect_errno(ENOENT, connect_to(dgram(), unix_path("socket2")));
}

CASE("bind.reaches.unix_no_file[text-of-abstract]", .needs = NEEDS_MOUNTS, HAS_UNIX)
{
	bound_socket(SOCK_DGRAM, abstract_text("socket"));
	expect_errno(ENOENT, connect_to(dgram(), unix_path("socket")));
}

/* And a listener's clients find it there. */
CASE("bind.unix.bound_path[listener-reached]", .types = SC_STREAM | SC_SEQPACKET,
     .needs = NEEDS_MOUNTS, HAS_UNIX)
{
	int fd = must_socket(AF_UNIX, sc_type, 0);
	int client = must_socket(AF_UNIX, sc_type, 0);

	expect_value(0, bind_to(fd, unix_path("socket")));
	must_listen(fd);
	expect_that(!connect_to(client, unix_path("socket")), "nobody listens there");
}

CASE("bind.unix.bound_abstract[listener-reached]", .types = SC_STREAM | SC_SEQPACKET,
     HAS_UNIX)
{
	int fd = must_socket(AF_UNIX, sc_type, 0);
	int client = must_socket(AF_UNIX, sc_type, 0);

	expect_value(0, bind_to(fd, abstract_text("name")));
	must_listen(fd);
	expect_that(!connect_to(client, abstract_text("name")), "nobody listens there");
}
