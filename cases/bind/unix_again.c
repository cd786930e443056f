/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * unix_again.c - bind(2) of an AF_UNIX socket that has a name, or is in another state
 * than a new one: each kind of name after each, and which check comes first.
 */
#include "unix.h"

/* A name of each kind; "2" for the second that a socket is given. */
static struct address name_of_kind(const char *kind, bool second)
{
	if (!strcmp(kind, "path"))
		return unix_path(second ? "socket2" : "socket");
	if (!strcmp(kind, "abstract"))
		return abstract_text(second ? "name2" : "name");
	return autobind();
}

static struct address name_now(int fd)
{
	struct address name = { .length = RESULT_BYTES_MAX };
	socklen_t length = RESULT_BYTES_MAX;

	must(!t_getsockname(fd, name.bytes, &length), "getsockname(2) fails");
	name.length = (int)length;
	return name;
}

static const struct again {
	const char *first, *second;
	const char *rule;
	int error; /* 0: it succeeds, and changes nothing */
} again[] = {
	{ "path", "path", "path_again", EINVAL },
	{ "path", "abstract", "abstract_again", EINVAL },
	{ "path", "autobind", "autobind_again", 0 },
	{ "abstract", "path", "path_again", EINVAL },
	{ "abstract", "abstract", "abstract_again", EINVAL },
	{ "abstract", "autobind", "autobind_again", 0 },
	{ "autobind", "path", "path_again", EINVAL },
	{ "autobind", "abstract", "abstract_again", EINVAL },
	{ "autobind", "autobind", "autobind_again", 0 },
};

static void expect_again(int fd, const struct again *row)
{
	if (row->error)
		expect_errno(row->error, bind_to(fd, name_of_kind(row->second, true)));
	else
		expect_value(0, bind_to(fd, name_of_kind(row->second, true)));
}

/* The socket keeps its name, and of the other one nothing is left. */
static void bind_again(const void *data)
{
	const struct again *row = data;
	int fd = bound_socket(sc_type, name_of_kind(row->first, false));
	struct address name = name_now(fd);

	expect_again(fd, row);
	expect_that(is_named(fd, name), "the socket's name is another");
	expect_that(no_other_files(), "a file is left");
}

/* Refused twice, it is refused for the same reason: the first time changed nothing. */
static void bind_twice_again(const void *data)
{
	const struct again *row = data;
	int fd = bound_socket(sc_type, name_of_kind(row->first, false));

	expect_again(fd, row);
	expect_again(fd, row);
	expect_that(no_other_files(), "a file is left");
}

CASES(again)
{
	for (size_t i = 0; i < COUNT(again); i++) {
		const struct again *row = &again[i];
		/* Before Linux 5.14, a file was left behind. */
		int since = !strcmp(row->second, "path") ? LINUX(5, 14) : 0;

		add_case(.name = name_case("bind.unix.%s[%s,%s]", row->rule, row->first,
					   row->second),
			 .run_row = bind_again, .row = row, .types = ALL_TYPES,
			 .needs = NEEDS_MOUNTS, .since = since, HAS_UNIX);
		add_case(.name = name_case("bind.unix.%s[%s,%s,twice]", row->rule,
					   row->first, row->second),
			 .run_row = bind_twice_again, .row = row, .types = SC_DGRAM,
			 .needs = NEEDS_MOUNTS, .since = since, HAS_UNIX);
	}
}

/* The same path exists, which comes first; the same abstract name is not looked for. */
CASE("bind.unix.path_in_use[own-path]", .types = ALL_TYPES, .needs = NEEDS_MOUNTS,
     HAS_UNIX)
{
	int fd = bound_socket(sc_type, unix_path("socket"));

	expect_errno(EADDRINUSE, bind_to(fd, unix_path("socket")));
	expect_that(socket_at("socket"), "the socket's own file is gone");
}

CASE("bind.unix.path_again[own-path,unlinked]", .types = ALL_TYPES,
     .needs = NEEDS_MOUNTS, .since = LINUX(5, 14), HAS_UNIX)
{
	int fd = bound_socket(sc_type, unix_path("socket"));

	remove_file("socket");
	expect_errno(EINVAL, bind_to(fd, unix_path("socket")));
	expect_that(no_other_files(), "a file is left");
}

CASE("bind.unix.abstract_again[own-name]", .types = ALL_TYPES, HAS_UNIX)
{
	int fd = bound_socket(sc_type, abstract_text("name"));

	expect_errno(EINVAL, bind_to(fd, abstract_text("name")));
}

CASE("bind.unix.abstract_again[before-in-use]", .types = ALL_TYPES, HAS_UNIX)
{
	int fd = bound_socket(sc_type, abstract_text("name"));

	bound_socket(sc_type, abstract_text("other"));
	expect_errno(EINVAL, bind_to(fd, abstract_text("other")));
}

CASE("bind.unix.abstract_again[path,before-in-use]", .types = ALL_TYPES,
     .needs = NEEDS_MOUNTS, HAS_UNIX)
{
	int fd = bound_socket(sc_type, unix_path("socket"));

	bound_socket(sc_type, abstract_text("other"));
	expect_errno(EINVAL, bind_to(fd, abstract_text("other")));
}

/* The name of the other kind that has the same text is another name. */
CASE("bind.unix.bound_abstract[text-of-path]", .types = ALL_TYPES,
     .needs = NEEDS_MOUNTS, HAS_UNIX)
{
	bound_socket(sc_type, unix_path("socket"));
	expect_value(
		0, bind_to(must_socket(AF_UNIX, sc_type, 0), abstract_text("socket")));
	expect_that(no_other_files(), "a file was made");
}

CASE("bind.unix.bound_path[text-of-abstract]", .types = ALL_TYPES,
     .needs = NEEDS_MOUNTS, HAS_UNIX)
{
	bound_socket(sc_type, abstract_text("socket"));
	expect_value(0, bind_to(must_socket(AF_UNIX, sc_type, 0), unix_path("socket")));
}

/* What was refused can be put right. */
CASE("bind.unix.bound_path[refused-before]", .types = ALL_TYPES, .needs = NEEDS_MOUNTS,
     HAS_UNIX)
{
	int fd = must_socket(AF_UNIX, sc_type, 0);

	make_file("file");
	must(bind_to(fd, unix_path("file")) == -EADDRINUSE, "a path in use");
	must(bind_to(fd, unix_path("file/socket")) == -ENOTDIR, "no directory");
	must(bind_to(fd, unix_path("no/socket")) == -ENOENT, "a missing directory");
	must(bind_to(fd, family_only(AF_INET, 16)) == -EINVAL, "another family");
	expect_value(0, bind_to(fd, unix_path("socket")));
}

CASE("bind.unix.bound_abstract[refused-before]", .types = ALL_TYPES, HAS_UNIX)
{
	int fd = must_socket(AF_UNIX, sc_type, 0);

	bound_socket(sc_type, abstract_text("name"));
	must(bind_to(fd, abstract_text("name")) == -EADDRINUSE, "a name in use");
	expect_value(0, bind_to(fd, abstract_text("name2")));
}

/* Listeners have a name, and whom they accept has theirs. */
static int accepted_socket(int type, struct address name, int *listener)
{
	int client = must_socket(AF_UNIX, type, 0);

	*listener = bound_socket(type, name);
	must_listen(*listener);
	must_connect(client, name);
	return must_accept(*listener);
}

#define CONNECTED_TYPES (SC_STREAM | SC_SEQPACKET)

CASE("bind.unix.abstract_again[listener]", .types = CONNECTED_TYPES, HAS_UNIX)
{
	int fd = bound_socket(sc_type, abstract_text("name"));

	must_listen(fd);
	expect_errno(EINVAL, bind_to(fd, abstract_text("name2")));
}

CASE("bind.unix.abstract_again[accepted]", .types = CONNECTED_TYPES, HAS_UNIX)
{
	int listener, fd = accepted_socket(sc_type, abstract_text("name"), &listener);

	expect_errno(EINVAL, bind_to(fd, abstract_text("name2")));
}

CASE("bind.unix.abstract_again[accepted,path,listener-closed]",
     .types = CONNECTED_TYPES, .needs = NEEDS_MOUNTS, HAS_UNIX)
{
	int listener, fd = accepted_socket(sc_type, unix_path("socket"), &listener);

	must_close(listener);
	expect_errno(EINVAL, bind_to(fd, abstract_text("name")));
}

CASE("bind.unix.path_again[accepted]", .types = CONNECTED_TYPES, .needs = NEEDS_MOUNTS,
     .since = LINUX(5, 14), HAS_UNIX)
{
	int listener, fd = accepted_socket(sc_type, abstract_text("name"), &listener);

	expect_errno(EINVAL, bind_to(fd, unix_path("socket")));
	expect_that(no_other_files(), "a file is left");
}

CASE("bind.unix.path_again[accepted,path]", .types = CONNECTED_TYPES,
     .needs = NEEDS_MOUNTS, .since = LINUX(5, 14), HAS_UNIX)
{
	int listener, fd = accepted_socket(sc_type, unix_path("socket"), &listener);

	expect_errno(EINVAL, bind_to(fd, unix_path("socket2")));
	expect_that(no_other_files(), "a file is left");
}

CASE("bind.unix.autobind_again[accepted]", .types = CONNECTED_TYPES, HAS_UNIX)
{
	int listener, fd = accepted_socket(sc_type, abstract_text("name"), &listener);

	expect_value(0, bind_to(fd, autobind()));
	expect_that(is_named(fd, abstract_text("name")), "its name is another");
}

CASE("bind.name.unix[accepted]", .types = CONNECTED_TYPES, HAS_UNIX)
{
	int listener, fd = accepted_socket(sc_type, abstract_text("name"), &listener);

	expect_name("\1\0\0name", 7, fd);
}

CASE("bind.name.unix[accepted,path]", .types = CONNECTED_TYPES, .needs = NEEDS_MOUNTS,
     HAS_UNIX)
{
	int listener, fd = accepted_socket(sc_type, unix_path("socket"), &listener);
	struct address name = unix_path("socket");

	must_close(listener);
	expect_name(name.bytes, (unsigned int)name.length, fd);
}

/* A socket that is connected without a name can still be given one, of any kind. */
static int connected_socket(int type)
{
	int fd = must_socket(AF_UNIX, type, 0);
	int other = bound_socket(type, abstract_text("other"));

	if (type != SOCK_DGRAM)
		must_listen(other);
	must_connect(fd, abstract_text("other"));
	return fd;
}

static int one_of_pair(int type, int end)
{
	int fds[2];

	must(!t_socketpair(AF_UNIX, type, 0, fds), "socketpair(2) fails");
	return fds[end];
}

CASE("bind.unix.bound_abstract[when-connected]", .types = ALL_TYPES, HAS_UNIX)
{
	int fd = connected_socket(sc_type);

	expect_value(0, bind_to(fd, abstract_text("name")));
	expect_that(is_named(fd, abstract_text("name")), "its name is another");
}

CASE("bind.unix.bound_path[when-connected]", .types = ALL_TYPES, .needs = NEEDS_MOUNTS,
     HAS_UNIX)
{
	int fd = connected_socket(sc_type);

	expect_value(0, bind_to(fd, unix_path("socket")));
	expect_that(is_named(fd, unix_path("socket")), "its name is another");
}

CASE("bind.unix.autobound[when-connected]", .types = ALL_TYPES, HAS_UNIX)
{
	expect_value(0, bind_to(connected_socket(sc_type), autobind()));
}

CASE("bind.unix.abstract_again[when-connected]", .types = ALL_TYPES, HAS_UNIX)
{
	int fd = bound_socket(sc_type, abstract_text("name"));
	int other = bound_socket(sc_type, abstract_text("other"));

	if (sc_type != SOCK_DGRAM)
		must_listen(other);
	must_connect(fd, abstract_text("other"));
	expect_errno(EINVAL, bind_to(fd, abstract_text("name2")));
}

CASE("bind.unix.bound_abstract[pair]", .types = ALL_TYPES, HAS_UNIX)
{
	int fds[2];

	must(!t_socketpair(AF_UNIX, sc_type, 0, fds), "socketpair(2) fails");
	expect_value(0, bind_to(fds[0], abstract_text("first")));
	expect_value(0, bind_to(fds[1], abstract_text("second")));
	expect_that(is_named(fds[0], abstract_text("first")), "its name is another");
}

CASE("bind.unix.abstract_in_use[pair]", .types = ALL_TYPES, HAS_UNIX)
{
	int fds[2];

	must(!t_socketpair(AF_UNIX, sc_type, 0, fds), "socketpair(2) fails");
	must_bind(fds[0], abstract_text("name"));
	expect_errno(EADDRINUSE, bind_to(fds[1], abstract_text("name")));
}

CASE("bind.unix.bound_path[pair]", .types = ALL_TYPES, .needs = NEEDS_MOUNTS, HAS_UNIX)
{
	expect_value(0, bind_to(one_of_pair(sc_type, 1), unix_path("socket")));
	expect_that(socket_at("socket"), "there is no socket");
}

CASE("bind.unix.autobound[pair]", .types = ALL_TYPES, HAS_UNIX)
{
	expect_value(0, bind_to(one_of_pair(sc_type, 1), autobind()));
}

/* POSIX.1-2024 lets a system refuse this; Linux does not. */
CASE("bind.unix.bound_abstract[shut-down]", .types = ALL_TYPES, HAS_UNIX)
{
	int fd = one_of_pair(sc_type, 0);

	must(!t_shutdown(fd, SHUT_RDWR), "shutdown(2) fails");
	expect_value(0, bind_to(fd, abstract_text("name")));
}

CASE("bind.unix.abstract_again[shut-down]", .types = ALL_TYPES, HAS_UNIX)
{
	int fd = one_of_pair(sc_type, 0);

	must_bind(fd, abstract_text("name"));
	must(!t_shutdown(fd, SHUT_RDWR), "shutdown(2) fails");
	expect_errno(EINVAL, bind_to(fd, abstract_text("name2")));
}
