/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * unix_names.c - recvfrom(2) of AF_UNIX: what is told of the sender, by a path, an
 * abstract name, one that the kernel has chosen, or without any.
 */
#include <limits.h>

#include "unix_names.h"

#define SUN_PATH offsetof(struct sockaddr_un, sun_path)
#define TEN	 "0123456789"
#define HUNDRED	 TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

/* recvmsg(2) and recvmmsg(2) tell it too; the others have no place for it. */
#define NAME_DOORS (SC_RECVFROM | SC_RECVMSG | SC_RECVMMSG)

static const char *received(int type, int flags)
{
	if (flags & MSG_PEEK)
		return type == SOCK_STREAM ? "recvfrom.stream.peeked"
					   : "recvfrom.datagram.peeked";
	return type == SOCK_STREAM ? "recvfrom.stream.received"
				   : "recvfrom.datagram.received";
}

static long receive(int fd, size_t length, int flags, int room)
{
	memset(inbox.address, RESULT_FILL, sizeof(inbox.address));
	inbox.addrlen = (socklen_t)room;
	return t_recvfrom(fd, inbox.buffer, length, flags, inbox.address,
			  &inbox.addrlen);
}

static bool untouched_from(size_t at)
{
	for (size_t i = at; i < sizeof(inbox.address); i++)
		if (inbox.address[i] != RESULT_FILL)
			return false;
	return true;
}

/* Four bytes come, from this address, and not a byte more is written. */
static void expect_from(int fd, const struct address *sender, int flags, int room)
{
	int written = room < sender->length ? room : sender->length;

	expect_received(4, sender, room, receive(fd, 64, flags, room));
	expect_that(!memcmp(inbox.buffer, "data", 4), "other bytes were sent");
	expect_that(untouched_from((size_t)written),
		    "memory is written behind the first %d bytes", written);
}

/* Kinds of names, each told whole. */
static const struct name {
	const char *name;
	const char *text;
	size_t length;
	bool path;
} names[] = {
	{ "abstract-empty", "", 0, false },
	{ "abstract-1", "x", 1, false },
	{ "abstract-nul", "\0", 1, false },
	{ "abstract-nul-inside", "a\0b\0", 4, false },
	{ "abstract-high-bytes", "\xff\x80", 2, false },
	{ "abstract-106", HUNDRED "012345", 106, false },
	{ "abstract-107", HUNDRED "0123456", 107, false },
	{ "path-1", "s", 1, true },
	{ "path-100", HUNDRED, 100, true },
	{ "path-107", HUNDRED "0123456", 107, true },
};

struct name_row {
	const struct name *name;
	int type, room, flags;
};

static struct address address_of(const struct name *name)
{
	return name->path ? unix_path(name->text)
			  : unix_abstract(name->text, name->length);
}

static void is_told(const void *data)
{
	const struct name_row *row = data;
	struct address sender = address_of(row->name);
	int fds[2];

	unix_pair(row->type, fds);
	must_bind(fds[1], sender);
	send_data(fds[1]);
	expect_from(fds[0], &sender, row->flags, row->room);
	expect_left(fds[0], row->flags & MSG_PEEK);
}

static void add_name(const struct name *name, int type, int flags, int room)
{
	struct name_row row = { name, type, room, flags };
	int length = (int)(SUN_PATH + 1 + name->length);
	const char *rule = room < length && !(flags & MSG_PEEK) ? "recvfrom.address.cut"
								: received(type, flags);

	add_case(.name = name_case("%s[%s,%s%s,room-%d]", rule, type_word(type),
				   name->name, flags & MSG_PEEK ? ",peek" : "", room),
		 .run_row = is_told, .row = keep_row(&row, sizeof(row)),
		 .doors = room == INT_MAX ? SC_RECVFROM : NAME_DOORS,
		 .needs = name->path ? NEEDS_MOUNTS : 0, HAS_UNIX);
}

CASES(names)
{
	static const int rooms[] = { 0, 1, 2, 3, 4, 108, 109, 110, 111, 128, INT_MAX };

	for (size_t t = 0; t < COUNT(types); t++)
		for (size_t i = 0; i < COUNT(names); i++) {
			add_name(&names[i], types[t], 0, NAME_ROOM);
			add_name(&names[i], types[t], MSG_PEEK, NAME_ROOM);
			/* The longest abstract one, and a short path, in less room. */
			for (size_t r = 0; r < COUNT(rooms); r++)
				if (rooms[r] != NAME_ROOM &&
				    (i == 6 || (i == 7 && rooms[r] < 108)))
					add_name(&names[i], types[t], 0, rooms[r]);
		}
}

/* unix(7), BUGS: 108 bytes without a NUL get one, which makes the address longer than
 * struct sockaddr_un; where that is all the room there is, the NUL is what is cut. */
static void told_with_nul(int type, int room)
{
	struct address bound = unix_path(HUNDRED "01234567"), sender = bound;
	int fds[2];

	unix_pair(type, fds);
	must_bind(fds[1], with_length(bound, sizeof(struct sockaddr_un)));
	send_data(fds[1]);
	expect_from(fds[0], &sender, 0, room);
	expect_left(fds[0], false);
}

CASE("recvfrom.address.cut[unix,path-108]",
     .types = SC_DGRAM | SC_STREAM | SC_SEQPACKET, .doors = NAME_DOORS,
     .needs = NEEDS_MOUNTS, HAS_UNIX)
{
	told_with_nul(sc_type, sizeof(struct sockaddr_un));
}

CASE("recvfrom.datagram.received[unix-dgram,path-108]", .doors = NAME_DOORS,
     .needs = NEEDS_MOUNTS, HAS_UNIX)
{
	told_with_nul(SOCK_DGRAM, sizeof(struct sockaddr_un) + 1);
}

CASE("recvfrom.stream.received[unix-stream,path-108]", .doors = NAME_DOORS,
     .needs = NEEDS_MOUNTS, HAS_UNIX)
{
	told_with_nul(SOCK_STREAM, NAME_ROOM);
}

/* No name: nothing is written, and *addrlen becomes 0. */
static const int none_rooms[] = { 0, 1, 2, 110, NAME_ROOM, INT_MAX };

static void is_unnamed(const void *data)
{
	const struct name_row *row = data;
	struct address nobody = family_only(AF_UNIX, 0);
	int fds[2];

	unix_pair(row->type, fds);
	send_data(fds[1]);
	expect_from(fds[0], &nobody, row->flags, row->room);
	expect_left(fds[0], row->flags & MSG_PEEK);
}

static void add_unnamed(int type, int flags, int room)
{
	struct name_row row = { NULL, type, room, flags };
	const char *rule = flags & MSG_PEEK ? received(type, flags)
					    : "recvfrom.address.none";

	add_case(.name = name_case("%s[%s,unnamed,room-%d]", rule, type_word(type),
				   room),
		 .run_row = is_unnamed, .row = keep_row(&row, sizeof(row)),
		 .doors = room == INT_MAX ? SC_RECVFROM : NAME_DOORS, HAS_UNIX);
}

CASES(unnamed)
{
	for (size_t t = 0; t < COUNT(types); t++)
		for (size_t r = 0; r < COUNT(none_rooms); r++) {
			add_unnamed(types[t], 0, none_rooms[r]);
			if (r < 2)
				add_unnamed(types[t], MSG_PEEK, none_rooms[r]);
		}
}

/* When the sender gets its name, and loses it. */
enum moment {
	BOUND_LATER,  /* after it has sent */
	CLOSED_LATER, /* and nobody has the name any more */
	TAKEN_LATER,  /* and another has it */
	PATH_REMOVED,
	AUTOBOUND,	   /* by bind(2), to a name that the kernel chooses */
	AUTOBOUND_LATER,   /* the same, after it has sent */
	WANTS_CREDENTIALS, /* by SO_PASSCRED, as it sends */
};

static const struct timed {
	const char *name;
	enum moment moment;
	bool path;
} timed[] = {
	{ "bound-later", BOUND_LATER, false },
	{ "path-bound-later", BOUND_LATER, true },
	{ "closed", CLOSED_LATER, false },
	{ "path,closed", CLOSED_LATER, true },
	{ "closed,name-taken", TAKEN_LATER, false },
	{ "path-removed", PATH_REMOVED, true },
	{ "autobound", AUTOBOUND, false },
	{ "autobound-later", AUTOBOUND_LATER, false },
	{ "so_passcred", WANTS_CREDENTIALS, false },
};

struct timed_row {
	const struct timed *timed;
	int type;
};

/* The name of a socket, asked for. */
static struct address name_of(int fd)
{
	struct address name = family_only(AF_UNIX, 0);
	socklen_t length = sizeof(name.bytes);

	sc_must(SC_LINE, t_getsockname(fd, name.bytes, &length), "getsockname(2)");
	name.length = (int)length;
	return name;
}

static void bind_before(const struct timed *it, int sender, struct address name)
{
	switch (it->moment) {
	case CLOSED_LATER:
	case TAKEN_LATER:
	case PATH_REMOVED:
		must_bind(sender, name);
		break;
	case AUTOBOUND:
		must_bind(sender, family_only(AF_UNIX, SUN_PATH));
		break;
	case WANTS_CREDENTIALS:
		must_option(sender, SOL_SOCKET, SO_PASSCRED, 1);
		break;
	default:
		break;
	}
}

static void change_after(const struct timed *it, int sender, int type,
			 struct address name)
{
	switch (it->moment) {
	case BOUND_LATER:
		must_bind(sender, name);
		break;
	case AUTOBOUND_LATER:
		must_bind(sender, family_only(AF_UNIX, SUN_PATH));
		break;
	case PATH_REMOVED:
		remove_file("sender");
		break;
	case CLOSED_LATER:
		must_close(sender);
		break;
	case TAKEN_LATER:
		must_close(sender);
		must_bind(must_socket(AF_UNIX, type, 0), name);
		break;
	default:
		break;
	}
}

static bool kernel_chooses(enum moment moment)
{
	return moment == AUTOBOUND || moment == AUTOBOUND_LATER ||
	       moment == WANTS_CREDENTIALS;
}

static void is_told_as_it_is(const void *data)
{
	const struct timed_row *row = data;
	struct address sender = row->timed->path ? unix_path("sender")
						 : unix_abstract("sender", 6);
	int fds[2];

	unix_pair(row->type, fds);
	bind_before(row->timed, fds[1], sender);
	send_data(fds[1]);
	change_after(row->timed, fds[1], row->type, sender);
	if (kernel_chooses(row->timed->moment))
		sender = name_of(fds[1]);
	expect_from(fds[0], &sender, 0, NAME_ROOM);
}

CASES(timed)
{
	for (size_t t = 0; t < COUNT(types); t++)
		for (size_t i = 0; i < COUNT(timed); i++) {
			struct timed_row row = { &timed[i], types[t] };
			bool streams = types[t] == SOCK_STREAM;

			/* A stream names itself for it when it is connected only. */
			if (streams && timed[i].moment == WANTS_CREDENTIALS)
				continue;
			add_case(.name = name_case("%s[%s,%s]", received(types[t], 0),
						   type_word(types[t]), timed[i].name),
				 .run_row = is_told_as_it_is,
				 .row = keep_row(&row, sizeof(row)),
				 .doors = NAME_DOORS,
				 .needs = timed[i].path ? NEEDS_MOUNTS : 0, HAS_UNIX);
		}
}

/* Of a connection, the ends are told each other's names: the listener's is that of the
 * socket that is accepted. */
static void connection(int type, bool client_named, int fds[2])
{
	int listener = must_socket(AF_UNIX, type, 0);

	must_bind(listener, unix_abstract("listener", 8));
	must_listen(listener);
	fds[0] = must_socket(AF_UNIX, type, 0);
	if (client_named)
		must_bind(fds[0], unix_abstract("client", 6));
	must_connect(fds[0], unix_abstract("listener", 8));
	fds[1] = must_accept(listener);
}

static void client_is_told(int type)
{
	struct address listener = unix_abstract("listener", 8);
	int fds[2];

	connection(type, false, fds);
	send_data(fds[1]);
	expect_from(fds[0], &listener, 0, NAME_ROOM);
}

static void server_is_told(int type)
{
	struct address client = unix_abstract("client", 6);
	int fds[2];

	connection(type, true, fds);
	send_data(fds[0]);
	expect_from(fds[1], &client, 0, NAME_ROOM);
}

CASE("recvfrom.stream.received[unix-stream,client]", .doors = NAME_DOORS, HAS_UNIX)
{
	client_is_told(SOCK_STREAM);
}

CASE("recvfrom.datagram.received[unix-seqpacket,client]", .doors = NAME_DOORS, HAS_UNIX)
{
	client_is_told(SOCK_SEQPACKET);
}

CASE("recvfrom.stream.received[unix-stream,server]", .doors = NAME_DOORS, HAS_UNIX)
{
	server_is_told(SOCK_STREAM);
}

CASE("recvfrom.datagram.received[unix-seqpacket,server]", .doors = NAME_DOORS, HAS_UNIX)
{
	server_is_told(SOCK_SEQPACKET);
}

CASE("recvfrom.address.none[unix,server]", .types = SC_STREAM | SC_SEQPACKET,
     .doors = NAME_DOORS, HAS_UNIX)
{
	struct address nobody = family_only(AF_UNIX, 0);
	int fds[2];

	connection(sc_type, false, fds);
	send_data(fds[0]);
	expect_from(fds[1], &nobody, 0, NAME_ROOM);
}

/* What was sent before the connection was accepted. */
CASE("recvfrom.stream.received[unix-stream,sent-before-accept]", .doors = NAME_DOORS,
     HAS_UNIX)
{
	struct address client = unix_abstract("client", 6);
	int listener = must_socket(AF_UNIX, SOCK_STREAM, 0);
	int fd = must_socket(AF_UNIX, SOCK_STREAM, 0);

	must_bind(listener, unix_abstract("listener", 8));
	must_listen(listener);
	must_bind(fd, client);
	must_connect(fd, unix_abstract("listener", 8));
	send_data(fd);
	must_close(fd);
	expect_from(must_accept(listener), &client, 0, NAME_ROOM);
}

/* With SO_PASSCRED, who connects gets a name. */
CASE("recvfrom.stream.received[unix-stream,client-with-so_passcred]",
     .doors = NAME_DOORS, HAS_UNIX)
{
	int listener = must_socket(AF_UNIX, SOCK_STREAM, 0);
	int fd = must_socket(AF_UNIX, SOCK_STREAM, 0);
	struct address client;

	must_bind(listener, unix_abstract("listener", 8));
	must_listen(listener);
	must_option(fd, SOL_SOCKET, SO_PASSCRED, 1);
	must_connect(fd, unix_abstract("listener", 8));
	send_data(fd);
	client = name_of(fd);
	expect_from(must_accept(listener), &client, 0, NAME_ROOM);
}

/* Datagrams of several senders, and of the receiver itself. */
CASE("recvfrom.datagram.received[unix-dgram,senders]", .doors = NAME_DOORS, HAS_UNIX)
{
	struct address here = unix_abstract("here", 4);
	struct address first = unix_abstract("first", 5);
	struct address second = unix_abstract("the-second", 10);
	int fd = must_socket(AF_UNIX, SOCK_DGRAM, 0);
	int one = must_socket(AF_UNIX, SOCK_DGRAM, 0);
	int other = must_socket(AF_UNIX, SOCK_DGRAM, 0);

	must_bind(fd, here);
	must_bind(one, first);
	must_bind(other, second);
	must_send(one, here);
	must_send(other, here);
	must_send(fd, here);
	must_send(one, here);
	expect_from(fd, &first, 0, NAME_ROOM);
	expect_from(fd, &second, 0, NAME_ROOM);
	expect_from(fd, &here, 0, NAME_ROOM);
	expect_from(fd, &first, 0, NAME_ROOM);
	expect_left(fd, false);
}

CASE("recvfrom.datagram.received[unix-dgram,connected-to-itself]", .doors = NAME_DOORS,
     HAS_UNIX)
{
	struct address here = unix_abstract("here", 4);
	int fd = must_socket(AF_UNIX, SOCK_DGRAM, 0);

	must_bind(fd, here);
	must_connect(fd, here);
	send_data(fd);
	expect_from(fd, &here, 0, NAME_ROOM);
	expect_left(fd, false);
}

/* The end has no sender, and *addrlen says so. */
static const struct ended {
	const char *name;
	int room;
} ended[] = { { "room-0", 0 }, { "room-110", 110 }, { "room-int-max", INT_MAX } };

static void end_is_told(const void *data)
{
	const struct name_row *row = data;
	struct address nobody = family_only(AF_UNIX, 0);
	int fds[2];

	unix_pair(row->type, fds);
	must_bind(fds[1], unix_abstract("sender", 6));
	must_close(fds[1]);
	expect_received(0, &nobody, row->room, receive(fds[0], 64, 0, row->room));
	expect_that(untouched_from(0), "memory is written at the address");
}

CASES(ended)
{
	for (size_t t = 1; t < COUNT(types); t++)
		for (size_t i = 0; i < COUNT(ended); i++) {
			struct name_row row = { NULL, types[t], ended[i].room, 0 };

			add_case(.name = name_case("recvfrom.unix.ended[%s,%s]",
						   type_word(types[t]), ended[i].name),
				 .run_row = end_is_told,
				 .row = keep_row(&row, sizeof(row)),
				 .doors = row.room == INT_MAX ? SC_RECVFROM
							      : NAME_DOORS,
				 HAS_UNIX);
		}
}

/* A destination of no bytes is none: sendto(2) sends to the peer. */
CASE("recvfrom.datagram.received[unix-dgram,sent-to-nothing]", .doors = SC_RECV,
     HAS_UNIX)
{
	struct address nowhere = unix_abstract("nowhere", 7);
	int fds[2];

	unix_pair(SOCK_DGRAM, fds);
	must(t_sendto(fds[1], "data", 4, 0, nowhere.bytes, 0) == 4, "nothing was sent");
	expect_received(4, NULL, 0,
			t_recvfrom(fds[0], inbox.buffer, 64, 0, NULL, NULL));
}
