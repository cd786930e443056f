/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * unix_abstract.c - bind(2) of AF_UNIX to abstract names, and to those that the kernel
 * chooses: which bytes make a name, and to whom one is in use.
 */
#include "unix.h"

#define BYTES(text) text, sizeof(text) - 1
#define TEN	    "0123456789"
#define HUNDRED	    TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

/* Names, without the NUL in front that makes them abstract. */
static const struct name {
	const char *name;
	const char *bytes;
	size_t length;
	unsigned int types;
} names[] = {
	{ "text", BYTES("name"), ALL_TYPES },
	{ "empty", BYTES(""), ALL_TYPES },
	{ "nul", BYTES("\0"), 0 },
	{ "nuls", BYTES("\0\0\0\0"), 0 },
	{ "nul-at-end", BYTES("name\0"), ALL_TYPES },
	{ "nul-inside", BYTES("na\0me"), ALL_TYPES },
	{ "nul-first", BYTES("\0name"), 0 },
	{ "high-bytes", BYTES("\xff\x80\x01"), 0 },
	{ "path", BYTES("/missing/socket"), 0 },
	{ "like-autobind", BYTES("00000"), 0 },
	{ "106", BYTES(HUNDRED "012345"), 0 },
	{ "107", BYTES(HUNDRED "0123456"), ALL_TYPES },
};

static int type_or_stream(void)
{
	return sc_type ? sc_type : SOCK_STREAM;
}

static void binds(const void *row)
{
	const struct name *name = row;
	int fd = must_socket(AF_UNIX, type_or_stream(), 0);

	expect_value(0, bind_to(fd, unix_abstract(name->bytes, name->length)));
}

static void tells(const void *row)
{
	const struct name *name = row;
	struct address address = unix_abstract(name->bytes, name->length);
	int fd = bound_socket(type_or_stream(), address);

	expect_name(address.bytes, (unsigned int)(SUN_PATH + 1 + name->length), fd);
}

static void in_use(const void *row)
{
	const struct name *name = row;
	struct address address = unix_abstract(name->bytes, name->length);
	int type = type_or_stream(), fd = must_socket(AF_UNIX, type, 0);

	bound_socket(type, address);
	expect_errno(EADDRINUSE, bind_to(fd, address));
	expect_that(is_unnamed(fd), "the socket has a name");
}

static void free_again(const void *row)
{
	const struct name *name = row;
	struct address address = unix_abstract(name->bytes, name->length);
	int type = type_or_stream(), fd = must_socket(AF_UNIX, type, 0);

	must_close(bound_socket(type, address));
	expect_value(0, bind_to(fd, address));
}

CASES(names)
{
	static const struct {
		const char *format;
		void (*run)(const void *row);
	} uses[] = {
		{ "bind.unix.bound_abstract[%s]", binds },
		{ "bind.name.unix[abstract,%s]", tells },
		{ "bind.unix.abstract_in_use[%s]", in_use },
		{ "bind.unix.bound_abstract[%s,closed]", free_again },
	};

	for (size_t i = 0; i < COUNT(names) * COUNT(uses); i++) {
		const struct name *name = &names[i / COUNT(uses)];
		const char *format = uses[i % COUNT(uses)].format;

		add_case(.name = name_case(format, name->name),
			 .run_row = uses[i % COUNT(uses)].run, .row = name,
			 .types = name->types, HAS_UNIX);
	}
}

/* A socket address of the largest size, cleared and given an empty path: not unnamed.
 */
CASE("bind.unix.bound_abstract[cleared]", .types = ALL_TYPES, HAS_UNIX)
{
	int fd = must_socket(AF_UNIX, sc_type, 0);
	struct address cleared = family_only(AF_UNIX, SUN_SIZE);

	expect_value(0, bind_to(fd, cleared));
	expect_that(is_named(fd, cleared), "the socket's name is another");
}

/* What lies behind the bytes that addrlen covers is no part of the name. */
CASE("bind.unix.abstract_in_use[other-bytes-behind]", .types = ALL_TYPES, HAS_UNIX)
{
	int fd = must_socket(AF_UNIX, sc_type, 0);
	struct address name = abstract_text("name, and");

	bound_socket(sc_type, abstract_text("name"));
	name.length = abstract_text("name").length;
	expect_errno(EADDRINUSE, bind_to(fd, name));
}

/* Two names, each of which one socket can have. */
static const struct pair {
	const char *name;
	const char *first;
	size_t first_length;
	const char *second;
	size_t second_length;
} pairs[] = {
	{ "longer", BYTES("name"), BYTES("names") },
	{ "shorter", BYTES("name"), BYTES("nam") },
	{ "nul-more", BYTES("name"), BYTES("name\0") },
	{ "nul-less", BYTES("name\0"), BYTES("name") },
	{ "behind-nul", BYTES("a\0b"), BYTES("a\0c") },
	{ "first-byte", BYTES("name"), BYTES("Name") },
	{ "last-byte", BYTES("name"), BYTES("namE") },
	{ "last-byte-of-107", BYTES(HUNDRED "0123456"), BYTES(HUNDRED "012345x") },
	{ "empty", BYTES(""), BYTES("\0") },
	{ "turned", BYTES("ab"), BYTES("ba") },
	{ "words-turned", BYTES("xabcdef"), BYTES("xcdabef") },
};

static void another(const void *row)
{
	const struct pair *pair = row;
	int type = sc_type, fd = must_socket(AF_UNIX, type, 0);

	bound_socket(type, unix_abstract(pair->first, pair->first_length));
	expect_value(0, bind_to(fd, unix_abstract(pair->second, pair->second_length)));
}

CASES(pairs)
{
	for (size_t i = 0; i < COUNT(pairs); i++)
		add_case(.name = name_case("bind.unix.bound_abstract[other,%s]",
					   pairs[i].name),
			 .run_row = another, .row = &pairs[i],
			 .types = SC_STREAM | SC_DGRAM, HAS_UNIX);
}

/* Each type has names of its own; SOCK_RAW is SOCK_DGRAM here. */
static const struct type {
	const char *name;
	int type, is;
} types[] = {
	{ "stream", SOCK_STREAM, SOCK_STREAM },
	{ "dgram", SOCK_DGRAM, SOCK_DGRAM },
	{ "raw", SOCK_RAW, SOCK_DGRAM },
	{ "seqpacket", SOCK_SEQPACKET, SOCK_SEQPACKET },
};

#define TYPES COUNT(types)

static void one_name(const void *row)
{
	size_t i = (size_t)row;
	const struct type *first = &types[i / TYPES], *second = &types[i % TYPES];
	int fd = must_socket(AF_UNIX, second->type, 0);

	bound_socket(first->type, abstract_text("name"));
	if (first->is == second->is)
		expect_errno(EADDRINUSE, bind_to(fd, abstract_text("name")));
	else
		expect_value(0, bind_to(fd, abstract_text("name")));
}

CASES(types)
{
	for (size_t i = 0; i < TYPES * TYPES; i++) {
		const struct type *first = &types[i / TYPES];
		const struct type *second = &types[i % TYPES];

		add_case(.name = name_case("bind.unix.%s[%s,%s]",
					   first->is == second->is ? "abstract_in_use"
								   : "bound_abstract",
					   first->name, second->name),
			 .run_row = one_name, .row = (const void *)i, HAS_UNIX);
	}
}

CASE("bind.unix.abstract_in_use[listener]", .types = SC_STREAM | SC_SEQPACKET, HAS_UNIX)
{
	int fd = must_socket(AF_UNIX, sc_type, 0);

	must_listen(bound_socket(sc_type, abstract_text("name")));
	expect_errno(EADDRINUSE, bind_to(fd, abstract_text("name")));
}

CASE("bind.unix.abstract_in_use[connected]", HAS_UNIX)
{
	int fd = must_socket(AF_UNIX, SOCK_DGRAM, 0), owner;

	bound_socket(SOCK_DGRAM, abstract_text("other"));
	owner = bound_socket(SOCK_DGRAM, abstract_text("name"));
	must_connect(owner, abstract_text("other"));
	expect_errno(EADDRINUSE, bind_to(fd, abstract_text("name")));
}

/* SO_REUSEADDR and SO_REUSEPORT mean nothing here. */
CASE("bind.unix.abstract_in_use[reuseaddr]", .types = ALL_TYPES, HAS_UNIX)
{
	int first = must_socket(AF_UNIX, sc_type, 0);
	int fd = must_socket(AF_UNIX, sc_type, 0);

	must_option(first, SOL_SOCKET, SO_REUSEADDR, 1);
	must_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	must_bind(first, abstract_text("name"));
	expect_errno(EADDRINUSE, bind_to(fd, abstract_text("name")));
}

/* A socket that was accepted has its listener's name, but it is not that which makes
 * the name one in use. */
CASE("bind.unix.bound_abstract[listener-closed]", .types = SC_STREAM | SC_SEQPACKET,
     HAS_UNIX)
{
	int listener = bound_socket(sc_type, abstract_text("name"));
	int client = must_socket(AF_UNIX, sc_type, 0), accepted;

	must_listen(listener);
	must_connect(client, abstract_text("name"));
	accepted = must_accept(listener);
	must_close(listener);
	expect_value(0,
		     bind_to(must_socket(AF_UNIX, sc_type, 0), abstract_text("name")));
	expect_that(is_named(accepted, abstract_text("name")), "it lost its name");
}

/* A name that a socket was refused is nobody's. */
CASE("bind.unix.bound_abstract[refused-to-another]", .types = ALL_TYPES, HAS_UNIX)
{
	int first = bound_socket(sc_type, abstract_text("first"));
	int fd = must_socket(AF_UNIX, sc_type, 0);

	must(bind_to(first, abstract_text("second")) == -EINVAL, "a second name");
	expect_value(0, bind_to(fd, abstract_text("second")));
}

/* Each network namespace has names of its own, */
CASE("bind.unix.bound_abstract[other-network]", .types = ALL_TYPES,
     .needs = NEEDS_NESTED_NAMESPACE, HAS_UNIX)
{
	bound_socket(sc_type, abstract_text("name"));
	enter_user_and_network_namespace();
	expect_value(0,
		     bind_to(must_socket(AF_UNIX, sc_type, 0), abstract_text("name")));
}

/* and a socket belongs to that which it was made in. */
CASE("bind.unix.abstract_in_use[made-before-other-network]", .types = ALL_TYPES,
     .needs = NEEDS_NESTED_NAMESPACE, HAS_UNIX)
{
	int fd = must_socket(AF_UNIX, sc_type, 0);

	bound_socket(sc_type, abstract_text("name"));
	enter_user_and_network_namespace();
	expect_errno(EADDRINUSE, bind_to(fd, abstract_text("name")));
}

CASE("bind.unix.bound_abstract[two-networks,made-before]", .types = ALL_TYPES,
     .needs = NEEDS_NESTED_NAMESPACE, HAS_UNIX)
{
	int fd = must_socket(AF_UNIX, sc_type, 0);

	enter_user_and_network_namespace();
	bound_socket(sc_type, abstract_text("name"));
	expect_value(0, bind_to(fd, abstract_text("name")));
}

CASE("bind.unix.autobound", .types = ALL_TYPES, HAS_UNIX)
{
	int fd = must_socket(AF_UNIX, sc_type, 0);

	expect_value(0, bind_to(fd, autobind()));
	expect_that(!is_unnamed(fd), "the socket has no name");
}

CASE("bind.unix.autobound[raw]", HAS_UNIX)
{
	expect_value(0, bind_to(must_socket(AF_UNIX, SOCK_RAW, 0), autobind()));
}

/* What lies behind the family is not looked at. */
CASE("bind.unix.autobound[path-behind]", .types = ALL_TYPES, HAS_UNIX)
{
	int fd = must_socket(AF_UNIX, sc_type, 0);

	expect_value(0, bind_to(fd, with_length(unix_path("/missing/socket"), 2)));
}

CASE("bind.unix.autobound[refused-before]", .types = ALL_TYPES, HAS_UNIX)
{
	int fd = must_socket(AF_UNIX, sc_type, 0);

	bound_socket(sc_type, abstract_text("name"));
	must(bind_to(fd, abstract_text("name")) == -EADDRINUSE, "a name in use");
	expect_value(0, bind_to(fd, autobind()));
}

CASE("bind.name.unix_autobind", .types = ALL_TYPES, HAS_UNIX)
{
	struct address name;

	expect_chosen_name(&name, bound_socket(sc_type, autobind()));
	expect_that(name.length == SUN_PATH + 6, "the name is %d bytes long",
		    name.length);
	expect_that(!name.bytes[SUN_PATH], "the name is not abstract");
}

/* The rule allows none that another socket has. */
CASE("bind.name.unix_autobind[each-another]", .types = ALL_TYPES, HAS_UNIX)
{
	struct address name;

	for (int i = 0; i < 60; i++)
		expect_chosen_name(&name, bound_socket(sc_type, autobind()));
}

CASE("bind.unix.abstract_in_use[autobound]", .types = ALL_TYPES, HAS_UNIX)
{
	int owner = bound_socket(sc_type, autobind());
	struct address name = { .length = RESULT_BYTES_MAX };
	socklen_t length = RESULT_BYTES_MAX;

	must(!t_getsockname(owner, name.bytes, &length), "getsockname(2) fails");
	name.length = (int)length;
	expect_errno(EADDRINUSE, bind_to(must_socket(AF_UNIX, sc_type, 0), name));
}

CASE("bind.unix.bound_abstract[autobound,other-type]", HAS_UNIX)
{
	int owner = bound_socket(SOCK_DGRAM, autobind());
	struct address name = { .length = RESULT_BYTES_MAX };
	socklen_t length = RESULT_BYTES_MAX;

	must(!t_getsockname(owner, name.bytes, &length), "getsockname(2) fails");
	name.length = (int)length;
	expect_value(0, bind_to(must_socket(AF_UNIX, SOCK_STREAM, 0), name));
}

CASE("bind.unix.bound_abstract[autobound,closed]", .types = ALL_TYPES, HAS_UNIX)
{
	int owner = bound_socket(sc_type, autobind());
	struct address name = { .length = RESULT_BYTES_MAX };
	socklen_t length = RESULT_BYTES_MAX;

	must(!t_getsockname(owner, name.bytes, &length), "getsockname(2) fails");
	name.length = (int)length;
	must_close(owner);
	expect_value(0, bind_to(must_socket(AF_UNIX, sc_type, 0), name));
}

/* A call that a thread makes holds its file for as long as it lasts, and no longer:
 * once the descriptor is closed, the name is free. */
CASE("bind.unix.bound_abstract[shared-table]", HAS_UNIX)
{
	int fd = must_socket(AF_UNIX, SOCK_DGRAM, 0);

	another_thread_acts((struct act[ACTS]){ { .kind = ACT_NONE } });
	must_bind(fd, abstract_text("name"));
	must_close(fd);
	expect_value(
		0, bind_to(must_socket(AF_UNIX, SOCK_DGRAM, 0), abstract_text("name")));
}
