/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * unix_control.c - recvmsg(2) of AF_UNIX with credentials and the time beside the data;
 * and how far credentials hold up a stream, through every door.
 */
#include <time.h>
#include <unistd.h>

#include "unix_control.h"

/* Credentials. */
static void wants_credentials(int fd, bool wanted)
{
	must_option(fd, SOL_SOCKET, SO_PASSCRED, wanted);
}

static void expect_credentials(size_t at, pid_t pid, uid_t uid, gid_t gid)
{
	struct cmsghdr header;
	struct ucred came;

	memcpy(&header, control + at, sizeof(header));
	memcpy(&came, control + at + CMSG_LEN(0), sizeof(came));
	expect_that(header.cmsg_level == SOL_SOCKET &&
			    header.cmsg_type == SCM_CREDENTIALS &&
			    header.cmsg_len == CMSG_LEN(sizeof(came)),
		    "the message is one of type %d", header.cmsg_type);
	expect_that(came.pid == pid && came.uid == uid && came.gid == gid,
		    "process %d, user %u and group %u came, not %d, %u and %u",
		    (int)came.pid, came.uid, came.gid, (int)pid, uid, gid);
}

static void expect_my_credentials(size_t at)
{
	expect_credentials(at, getpid(), getuid(), getgid());
}

static void send_text(int fd, const char *text)
{
	must(t_sendto(fd, text, strlen(text), 0, NULL, 0) == (long)strlen(text),
	     "nothing was sent");
}

/* Who wants them when the message is sent, and how it is received. */
static const struct wanted {
	const char *name;
	bool receiver, sender, given;
	int flags;
	size_t room, told;
} wanted[] = {
	{ "receiver", true, false, false, 0, CREDENTIALS, CREDENTIALS },
	{ "sender", false, true, false, 0, CREDENTIALS, CREDENTIALS },
	{ "both", true, true, false, 0, CREDENTIALS, CREDENTIALS },
	{ "given", false, false, true, 0, CREDENTIALS, CREDENTIALS },
	{ "given,receiver", true, false, true, 0, CREDENTIALS, CREDENTIALS },
	{ "more-room", true, false, false, 0, 512, CREDENTIALS },
	{ "unpadded-room", true, false, false, 0, CMSG_LEN(sizeof(struct ucred)),
	  CMSG_LEN(sizeof(struct ucred)) },
	{ "peek", true, false, false, MSG_PEEK, CREDENTIALS, CREDENTIALS },
	{ "trunc", true, false, false, MSG_TRUNC, CREDENTIALS, CREDENTIALS },
};

struct wanted_row {
	const struct wanted *wanted;
	int type;
};

static void send_credentials(int fd, const char *text)
{
	struct ucred mine = { getpid(), getuid(), getgid() };

	send_with(fd, text, add_message(0, SCM_CREDENTIALS, &mine, sizeof(mine)));
}

static void are_told(const void *data)
{
	const struct wanted_row *row = data;
	const struct wanted *it = row->wanted;
	int fds[2];

	need_own_control_layout();
	unix_pair(row->type, fds);
	wants_credentials(fds[0], it->receiver);
	wants_credentials(fds[1], it->sender);
	if (it->given)
		send_credentials(fds[1], "data");
	else
		send_text(fds[1], "data");
	wants_credentials(fds[0], true);
	expect_received(4, NULL, 0, receive(fds[0], 64, it->flags, it->room));
	expect_that(controllen == it->told, "msg_controllen is %zu", controllen);
	expect_my_credentials(0);
	expect_no_more(it->room);
	if (it->flags & MSG_PEEK)
		expect_received(4, NULL, 0, receive(fds[0], 64, 0, it->room));
}

CASES(wanted)
{
	for (size_t t = 0; t < COUNT(types); t++)
		for (size_t i = 0; i < COUNT(wanted); i++) {
			struct wanted_row row = { &wanted[i], types[t] };

			add_case(.name = name_case("recvmsg.unix.credentials[%s,%s]",
						   type_word(types[t]), wanted[i].name),
				 .run_row = are_told,
				 .row = keep_row(&row, sizeof(row)), .doors = HEADERS,
				 HAS_UNIX);
		}
}

CASE("recvmsg.unix.credentials[empty]", .types = SC_DGRAM | SC_SEQPACKET, IN_HEADER)
{
	int fds[2];

	need_own_control_layout();
	unix_pair(sc_type, fds);
	wants_credentials(fds[0], true);
	send_text(fds[1], "");
	expect_received(0, NULL, 0, receive(fds[0], 64, 0, CREDENTIALS));
	expect_my_credentials(0);
}

/* The real user's, not the effective one's. */
CASE("recvmsg.unix.credentials[real-user]", EACH_TYPE, .needs = NEEDS_IDS, IN_HEADER)
{
	int fds[2];

	need_own_control_layout();
	unix_pair(sc_type, fds);
	wants_credentials(fds[0], true);
	set_effective_group(1001);
	set_effective_user(1000);
	send_text(fds[1], "data");
	expect_received(4, NULL, 0, receive(fds[0], 64, 0, CREDENTIALS));
	expect_credentials(0, getpid(), 0, 0);
}

/* Glued together, where both are from the same. */
CASE("recvmsg.unix.credentials[stream,two-sends]", IN_HEADER)
{
	int fds[2];

	need_own_control_layout();
	unix_pair(SOCK_STREAM, fds);
	wants_credentials(fds[0], true);
	send_text(fds[1], "ab");
	send_text(fds[1], "cd");
	expect_received(4, NULL, 0, receive(fds[0], 64, 0, CREDENTIALS));
	expect_my_credentials(0);
}

/* An accepted socket wants what its listener wanted; and what was sent before is from
 * who has sent it in any case. */
static int accepted(int type, bool listener_wants, int *client)
{
	int listener = must_socket(AF_UNIX, type, 0);

	must_bind(listener, unix_abstract("listener", 8));
	wants_credentials(listener, listener_wants);
	must_listen(listener);
	*client = must_socket(AF_UNIX, type, 0);
	must_connect(*client, unix_abstract("listener", 8));
	send_text(*client, "early");
	return must_accept(listener);
}

CASE("recvmsg.unix.credentials[accepted]", .types = SC_STREAM | SC_SEQPACKET, IN_HEADER)
{
	int client, fd;

	need_own_control_layout();
	fd = accepted(sc_type, true, &client);
	expect_received(5, NULL, 0, receive(fd, 64, 0, CREDENTIALS));
	expect_my_credentials(0);
	send_text(client, "data");
	expect_received(4, NULL, 0, receive(fd, 64, 0, CREDENTIALS));
	expect_my_credentials(0);
}

CASE("recvmsg.unix.credentials[sent-before-accept]", .types = SC_STREAM | SC_SEQPACKET,
     IN_HEADER)
{
	int client, fd;

	need_own_control_layout();
	fd = accepted(sc_type, false, &client);
	wants_credentials(fd, true);
	expect_received(5, NULL, 0, receive(fd, 64, 0, CREDENTIALS));
	expect_my_credentials(0);
}

/* Nobody wanted them when it was sent. */
CASE("recvmsg.unix.credentials_unknown[set-later]", EACH_TYPE, IN_HEADER)
{
	int fds[2];

	need_own_control_layout();
	unix_pair(sc_type, fds);
	send_text(fds[1], "data");
	wants_credentials(fds[0], true);
	expect_received(4, NULL, 0, receive(fds[0], 64, 0, CREDENTIALS));
	expect_credentials(0, 0, 65534, 65534);
}

CASE("recvmsg.unix.credentials_unknown[set-and-taken-back]", EACH_TYPE, IN_HEADER)
{
	int fds[2];

	need_own_control_layout();
	unix_pair(sc_type, fds);
	wants_credentials(fds[0], true);
	wants_credentials(fds[0], false);
	send_text(fds[1], "data");
	wants_credentials(fds[0], true);
	expect_received(4, NULL, 0, receive(fds[0], 64, 0, CREDENTIALS));
	expect_credentials(0, 0, 65534, 65534);
}

/* Too little room: what fits of it comes, if its header does. */
static const struct {
	const char *name;
	size_t room;
} too_little[] = {
	{ "one-byte-less", CMSG_LEN(sizeof(struct ucred)) - 1 },
	{ "header-and-pid", CMSG_LEN(sizeof(pid_t)) },
	{ "header", HEADER },
	{ "less-than-header", HEADER - 1 },
	{ "none", 0 },
};

struct little_row {
	size_t i;
	int type;
};

static void are_cut(const void *data)
{
	const struct little_row *row = data;
	size_t room = too_little[row->i].room, told = room < HEADER ? 0 : room;
	struct cmsghdr header;
	int fds[2];

	need_own_control_layout();
	unix_pair(row->type, fds);
	wants_credentials(fds[0], true);
	send_text(fds[1], "data");
	expect_received(4, NULL, 0, receive(fds[0], 64, 0, room));
	expect_that(controllen == told, "msg_controllen is %zu, not %zu", controllen,
		    told);
	expect_no_more(room);
	if (!told)
		return;
	memcpy(&header, control, sizeof(header));
	expect_that(header.cmsg_len == told, "cmsg_len is %zu, not %zu",
		    (size_t)header.cmsg_len, told);
}

CASES(too_little)
{
	for (size_t t = 0; t < COUNT(types); t++)
		for (size_t i = 0; i < COUNT(too_little); i++) {
			struct little_row row = { i, types[t] };

			add_case(.name = name_case(
					 "recvmsg.unix.credentials_cut[%s,room-%s]",
					 type_word(types[t]), too_little[i].name),
				 .run_row = are_cut, .row = keep_row(&row, sizeof(row)),
				 .doors = HEADERS, HAS_UNIX);
		}
}

CASE("recvmsg.unix.credentials_cut[no-control]", EACH_TYPE, IN_HEADER)
{
	int fds[2];

	unix_pair(sc_type, fds);
	wants_credentials(fds[0], true);
	send_text(fds[1], "data");
	expect_received(4, NULL, 0,
			t_recvfrom(fds[0], inbox.buffer, 64, 0, NULL, NULL));
}

/* The option taken back, there is nothing besides the data. */
CASE("recvfrom.datagram.received[unix,so_passcred-taken-back]",
     .types = SC_DGRAM | SC_SEQPACKET, IN_HEADER)
{
	int fds[2];

	unix_pair(sc_type, fds);
	wants_credentials(fds[0], true);
	send_text(fds[1], "data");
	wants_credentials(fds[0], false);
	expect_received(4, NULL, 0, receive(fds[0], 64, 0, CREDENTIALS));
	expect_that(!controllen, "msg_controllen is %zu", controllen);
}

/* Both: the credentials first, and the descriptors in what room is left. */
static const struct both {
	const char *name;
	const char *rule;
	size_t room, come, told;
} boths[] = {
	{ "room", "rights", CREDENTIALS + RIGHTS(2), 2, CREDENTIALS + RIGHTS(2) },
	{ "room-for-one", "rights_cut", CREDENTIALS + CMSG_LEN(4), 1,
	  CREDENTIALS + CMSG_LEN(4) },
	{ "room-for-none", "rights_cut", CREDENTIALS + HEADER, 0, CREDENTIALS },
	{ "room-for-credentials", "rights_cut", CREDENTIALS, 0, CREDENTIALS },
	{ "unpadded-room-for-credentials", "rights_cut", CMSG_LEN(sizeof(struct ucred)),
	  0, CMSG_LEN(sizeof(struct ucred)) },
};

struct both_row {
	const struct both *both;
	int type;
};

static void both_come(const void *data)
{
	const struct both_row *row = data;
	const struct both *it = row->both;
	int fds[2], file = pair_and_file(row->type, fds);

	wants_credentials(fds[0], true);
	send_rights(fds[1], "data", file, 2);
	expect_received(4, NULL, 0, receive(fds[0], 64, 0, it->room));
	expect_that(controllen == it->told, "msg_controllen is %zu", controllen);
	expect_my_credentials(0);
	if (it->come)
		expect_rights(CREDENTIALS, it->come, FIRST);
	expect_no_more(it->room);
	open_descriptor(OPEN_FILE);
}

CASES(boths)
{
	for (size_t t = 0; t < COUNT(types); t++)
		for (size_t i = 0; i < COUNT(boths); i++) {
			struct both_row row = { &boths[i], types[t] };

			add_case(.name = name_case(
					 "recvmsg.unix.%s[%s,with-credentials,%s]",
					 boths[i].rule, type_word(types[t]),
					 boths[i].name),
				 .run_row = both_come,
				 .row = keep_row(&row, sizeof(row)), .doors = HEADERS,
				 HAS_UNIX);
		}
}

/* A stream, with SO_PASSCRED, does not glue what different senders have sent: those who
 * are known, here, and nobody. */
static const struct story stories[] = {
	{ "recvfrom.unix.barrier_credentials",
	  "nobody-first",
	  SOCK_STREAM,
	  BARE_DOORS,
	  { SEND("ab"), SET(SO_PASSCRED, 1), SEND("cd"), DUE(64, 0, "ab"),
	    TAKE(64, 0, "cd"), EMPTY } },
	{ "recvfrom.unix.barrier_credentials",
	  "nobody-last",
	  SOCK_STREAM,
	  BARE_DOORS,
	  { SET(SO_PASSCRED, 1), SEND("ab"), SET(SO_PASSCRED, 0), SEND("cd"),
	    SET(SO_PASSCRED, 1), DUE(64, 0, "ab"), TAKE(64, 0, "cd"), EMPTY } },
	{ "recvfrom.unix.barrier_credentials",
	  "two-and-one",
	  SOCK_STREAM,
	  BARE_DOORS,
	  { SEND("a"), SEND("b"), SET(SO_PASSCRED, 1), SEND("cd"), DUE(64, 0, "ab"),
	    TAKE(64, 0, "cd"), EMPTY } },
	{ "recvfrom.unix.barrier_credentials",
	  "peek",
	  SOCK_STREAM,
	  SC_RECVFROM | SC_RECV,
	  { SEND("ab"), SET(SO_PASSCRED, 1), SEND("cd"), DUE(64, MSG_PEEK, "ab"),
	    TAKE(64, 0, "ab"), TAKE(64, MSG_PEEK, "cd") } },
	{ "recvfrom.unix.barrier_credentials",
	  "waitall",
	  SOCK_STREAM,
	  SC_RECVFROM | SC_RECV,
	  { SEND("ab"), SET(SO_PASSCRED, 1), SEND("cd"), DUE(64, MSG_WAITALL, "ab"),
	    TAKE(64, 0, "cd") } },
	{ "recvfrom.unix.barrier_credentials",
	  "low-water",
	  SOCK_STREAM,
	  BARE_DOORS,
	  { SET(SO_RCVLOWAT, 8), SEND("ab"), SET(SO_PASSCRED, 1), SEND("cd"),
	    DUE(64, 0, "ab"), TAKE(64, MSG_DONTWAIT, "cd") } },
	{ "recvfrom.stream.received",
	  "same-credentials",
	  SOCK_STREAM,
	  BARE_DOORS,
	  { SET(SO_PASSCRED, 1), SEND("ab"), SEND("cd"), DUE(64, 0, "abcd"), EMPTY } },
	{ "recvfrom.stream.received",
	  "credentials-not-wanted",
	  SOCK_STREAM,
	  BARE_DOORS,
	  { SEND("ab"), SET_SENDER(SO_PASSCRED, 1), SEND("cd"), DUE(64, 0, "abcd"),
	    EMPTY } },
	{ "recvfrom.stream.received",
	  "so_passcred-taken-back",
	  SOCK_STREAM,
	  BARE_DOORS,
	  { SEND("ab"), SET(SO_PASSCRED, 1), SEND("cd"), SET(SO_PASSCRED, 0),
	    DUE(64, 0, "abcd"), EMPTY } },
	/* There is no time to be told of a stream. */
	{ "recvfrom.stream.received",
	  "so_timestamp",
	  SOCK_STREAM,
	  HEADERS,
	  { SET(SO_TIMESTAMP, 1), SEND("data"), DUE(64, 0, "data"), EMPTY } },
	/* SO_TIMESTAMPING is for network devices: it alone brings nothing here. */
	{ "recvfrom.datagram.received",
	  "so_timestamp-taken-back,so_timestamping",
	  0,
	  HEADERS,
	  { SET(SO_TIMESTAMP, 1), SEND("data"), SET(SO_TIMESTAMP, 0),
	    SET(SO_TIMESTAMPING, 1 << 4), DUE(64, 0, "data"), EMPTY } },
	{ "recvfrom.datagram.received",
	  "so_timestamp-taken-back",
	  0,
	  HEADERS,
	  { SET(SO_TIMESTAMP, 1), SEND("data"), SET(SO_TIMESTAMP, 0),
	    DUE(64, 0, "data"), EMPTY } },
};

CASES(stories)
{
	add_stories(stories, COUNT(stories));
}

/* The time, which stands first. */
#define TIME CMSG_SPACE(sizeof(struct timeval))

static void expect_time(void)
{
	struct cmsghdr header;
	struct timeval came;

	if (nothing_behind())
		return;
	memcpy(&header, control, sizeof(header));
	memcpy(&came, control + CMSG_LEN(0), sizeof(came));
	expect_that(header.cmsg_level == SOL_SOCKET &&
			    header.cmsg_type == SO_TIMESTAMP &&
			    header.cmsg_len == CMSG_LEN(sizeof(came)),
		    "the message is one of type %d", header.cmsg_type);
	expect_that(came.tv_sec && came.tv_usec >= 0 && came.tv_usec < 1000000,
		    "the time is none");
}

static void time_is_told(int type, bool set_later, int flags)
{
	int fds[2];

	need_own_control_layout();
	unix_pair(type, fds);
	must_option(fds[0], SOL_SOCKET, SO_TIMESTAMP, !set_later);
	send_text(fds[1], "data");
	must_option(fds[0], SOL_SOCKET, SO_TIMESTAMP, 1);
	expect_received(4, NULL, 0, receive(fds[0], 64, flags, TIME));
	expect_that(nothing_behind() || controllen == TIME, "msg_controllen is %zu",
		    controllen);
	expect_time();
}

CASE("recvmsg.unix.time_told[set-before]", .types = SC_DGRAM | SC_SEQPACKET, IN_HEADER)
{
	time_is_told(sc_type, false, 0);
}

CASE("recvmsg.unix.time_told[set-later]", .types = SC_DGRAM | SC_SEQPACKET, IN_HEADER)
{
	time_is_told(sc_type, true, 0);
}

CASE("recvmsg.unix.time_told[peek]", .types = SC_DGRAM | SC_SEQPACKET, IN_HEADER)
{
	time_is_told(sc_type, false, MSG_PEEK);
}

/* It is that of the message, however late it is received. */
CASE("recvmsg.unix.time_told[received-later]", .types = SC_DGRAM | SC_SEQPACKET,
     IN_HEADER)
{
	struct timespec moment = { .tv_nsec = 5000000 }, then;
	struct timeval came;
	int fds[2];

	need_own_control_layout();
	unix_pair(sc_type, fds);
	must_option(fds[0], SOL_SOCKET, SO_TIMESTAMP, 1);
	send_text(fds[1], "data");
	clock_gettime(CLOCK_REALTIME, &then);
	if (!target_waits_not())
		nanosleep(&moment, NULL);
	expect_received(4, NULL, 0, receive(fds[0], 64, 0, TIME));
	memcpy(&came, control + CMSG_LEN(0), sizeof(came));
	expect_that(nothing_behind() || came.tv_sec < then.tv_sec ||
			    (came.tv_sec == then.tv_sec &&
			     came.tv_usec <= then.tv_nsec / 1000),
		    "the time is one after it was sent");
}

CASE("recvmsg.unix.time_told[no-room]", .types = SC_DGRAM | SC_SEQPACKET, IN_HEADER)
{
	int fds[2];

	unix_pair(sc_type, fds);
	must_option(fds[0], SOL_SOCKET, SO_TIMESTAMP, 1);
	send_text(fds[1], "data");
	expect_received(4, NULL, 0, receive(fds[0], 64, 0, 0));
	expect_that(!controllen, "msg_controllen is %zu", controllen);
}

CASE("recvmsg.unix.time_told[before-credentials]", .types = SC_DGRAM | SC_SEQPACKET,
     IN_HEADER)
{
	int fds[2];

	need_own_control_layout();
	unix_pair(sc_type, fds);
	must_option(fds[0], SOL_SOCKET, SO_TIMESTAMP, 1);
	wants_credentials(fds[0], true);
	send_text(fds[1], "data");
	expect_received(4, NULL, 0, receive(fds[0], 64, 0, TIME + CREDENTIALS));
	expect_time();
	if (!nothing_behind())
		expect_my_credentials(TIME);
}
