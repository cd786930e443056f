/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * unix_control.c - recvmsg(2) of AF_UNIX with what is passed besides the data:
 * descriptors, credentials, the time; and how far both hold up a stream, through every
 * door.
 */
#include <sys/stat.h>
#include <unistd.h>

#include "unix.h"

#define HEADERS (SC_RECVMSG | SC_RECVMMSG)
/* The doors without room for control messages. */
#define BARE_DOORS (SC_RECVFROM | SC_RECV | SC_READ | SC_READV)

#define RIGHTS(n)   CMSG_SPACE((n) * sizeof(int))
#define CREDENTIALS CMSG_SPACE(sizeof(struct ucred))
#define HEADER	    CMSG_LEN(0)

static const int types[] = { SOCK_DGRAM, SOCK_SEQPACKET, SOCK_STREAM };

/* What is sent, and what has come. */
static _Alignas(struct cmsghdr) unsigned char sent[1024], control[1024];
static size_t controllen;

static size_t add_message(size_t used, int type, const void *data, size_t length)
{
	struct cmsghdr header = { .cmsg_len = CMSG_LEN(length),
				  .cmsg_level = SOL_SOCKET,
				  .cmsg_type = type };

	memcpy(sent + used, &header, sizeof(header));
	memcpy(sent + used + CMSG_LEN(0), data, length);
	return used + CMSG_SPACE(length);
}

static void send_with(int fd, const char *text, size_t length)
{
	struct iovec area = { (void *)text, strlen(text) };
	struct msghdr header = { .msg_iov = &area,
				 .msg_iovlen = 1,
				 .msg_control = sent,
				 .msg_controllen = length };

	must(t_sendmsg(fd, &header, 0) == (long)strlen(text), "nothing was sent");
}

#define FDS_MAX 20

/* Sends a text with as many descriptors, all of one file. */
static void send_rights(int fd, const char *text, int file, size_t count)
{
	int fds[FDS_MAX];

	for (size_t i = 0; i < count; i++)
		fds[i] = file;
	send_with(fd, text, add_message(0, SCM_RIGHTS, fds, count * sizeof(int)));
}

static long receive(int fd, size_t length, int flags, size_t room)
{
	controllen = room;
	memset(control, RESULT_FILL, sizeof(control));
	return t_recvmsg(fd, inbox.buffer, length, flags, control, &controllen);
}

/* The descriptors that stand in a message at this place: so many, the first of which
 * has this number, and each the next one. */
static void expect_rights(size_t at, size_t count, int first)
{
	struct cmsghdr header;

	memcpy(&header, control + at, sizeof(header));
	expect_that(header.cmsg_level == SOL_SOCKET && header.cmsg_type == SCM_RIGHTS,
		    "the message is one of type %d", header.cmsg_type);
	expect_that(header.cmsg_len == CMSG_LEN(count * sizeof(int)),
		    "the message is %zu bytes long", (size_t)header.cmsg_len);
	for (size_t i = 0; i < count; i++) {
		int fd;

		memcpy(&fd, control + at + CMSG_LEN(0) + i * sizeof(fd), sizeof(fd));
		expect_that(fd == first + (int)i, "descriptor %zu is %d, not %d", i, fd,
			    first + (int)i);
	}
}

/* Nothing is written behind what the call tells of. */
static void expect_no_more(size_t room)
{
	for (size_t i = room; i < sizeof(control); i++)
		expect_that(control[i] == RESULT_FILL,
			    "memory is written behind the room for control messages");
}

/* Two descriptors of one file. */
static bool same_file(int one, int other)
{
	struct stat first, second;

	if (nothing_behind())
		return true;
	return !fstat(one, &first) && !fstat(other, &second) &&
	       first.st_ino == second.st_ino && first.st_dev == second.st_dev;
}

static bool closes_on_exec(int fd)
{
	return fcntl(fd, F_GETFD) & FD_CLOEXEC;
}

/* Of 0 to 2, a pair and the file, the lowest that is free is this one. */
#define FIRST 6

/* How much room there is, and how many come in it. */
static const struct passed {
	const char *name;
	size_t sent, room, come, told; /* told: msg_controllen afterwards */
	int flags;
} passed[] = {
	{ "one", 1, RIGHTS(1), 1, RIGHTS(1), 0 },
	{ "one,more-room", 1, 512, 1, RIGHTS(1), 0 },
	{ "one,unpadded-room", 1, CMSG_LEN(4), 1, CMSG_LEN(4), 0 },
	{ "one,dontwait", 1, RIGHTS(1), 1, RIGHTS(1), MSG_DONTWAIT },
	{ "one,cmsg-cloexec", 1, RIGHTS(1), 1, RIGHTS(1), MSG_CMSG_CLOEXEC },
	{ "one,trunc", 1, RIGHTS(1), 1, RIGHTS(1), MSG_TRUNC },
	{ "two", 2, RIGHTS(2), 2, RIGHTS(2), 0 },
	{ "two,cmsg-cloexec", 2, RIGHTS(2), 2, RIGHTS(2), MSG_CMSG_CLOEXEC },
	{ "three", 3, RIGHTS(3), 3, RIGHTS(3), 0 },
	{ "three,unpadded-room", 3, CMSG_LEN(12), 3, CMSG_LEN(12), 0 },
	{ "twenty", 20, RIGHTS(20), 20, RIGHTS(20), 0 },
};

/* The same, with too little room. */
static const struct passed cut[] = {
	{ "one,room-for-none", 1, HEADER + 3, 0, 0, 0 },
	{ "one,room-for-header", 1, HEADER, 0, 0, 0 },
	{ "one,room-for-less", 1, HEADER - 1, 0, 0, 0 },
	{ "one,room-0", 1, 0, 0, 0, 0 },
	{ "two,room-for-one", 2, CMSG_LEN(4), 1, CMSG_LEN(4), 0 },
	{ "two,room-for-one-and-more", 2, CMSG_LEN(7), 1,
	  CMSG_SPACE(4) < CMSG_LEN(7) ? CMSG_SPACE(4) : CMSG_LEN(7), 0 },
	{ "three,room-for-two", 3, CMSG_LEN(8), 2, CMSG_LEN(8), 0 },
	{ "three,room-for-one,cmsg-cloexec", 3, CMSG_LEN(4), 1, CMSG_LEN(4),
	  MSG_CMSG_CLOEXEC },
	{ "twenty,room-for-19", 20, CMSG_LEN(76), 19, CMSG_LEN(76), 0 },
	{ "one,peek,room-0", 1, 0, 0, 0, MSG_PEEK },
};

struct passed_row {
	const struct passed *passed;
	int type;
};

static void are_passed(const void *data)
{
	const struct passed_row *row = data;
	const struct passed *it = row->passed;
	int fds[2], file;

	need_own_control_layout();
	unix_pair(row->type, fds);
	file = open_descriptor(OPEN_PIPE);
	send_rights(fds[1], "data", file, it->sent);
	expect_received(4, NULL, 0, receive(fds[0], 64, it->flags, it->room));
	expect_that(controllen == it->told, "msg_controllen is %zu, not %zu",
		    controllen, it->told);
	expect_no_more(it->room);
	if (it->come)
		expect_rights(0, it->come, FIRST);
	for (size_t i = 0; i < it->come; i++) {
		expect_that(same_file(file, FIRST + (int)i), "it is another file");
		expect_that(nothing_behind() ||
				    closes_on_exec(FIRST + (int)i) ==
					    !!(it->flags & MSG_CMSG_CLOEXEC),
			    "its close-on-exec flag is another");
	}
	/* Those in excess are closed: this is the lowest number that is free. */
	open_descriptor(OPEN_FILE);
}

static void add_passed(const struct passed *it, int type, const char *rule)
{
	struct passed_row row = { it, type };

	add_case(.name = name_case("recvmsg.unix.%s[%s,%s]", rule, type_word(type),
				   it->name),
		 .run_row = are_passed, .row = keep_row(&row, sizeof(row)),
		 .doors = HEADERS, HAS_UNIX);
}

CASES(passed)
{
	for (size_t t = 0; t < COUNT(types); t++) {
		for (size_t i = 0; i < COUNT(passed); i++)
			add_passed(&passed[i], types[t], "rights");
		for (size_t i = 0; i < COUNT(cut); i++)
			add_passed(&cut[i], types[t], "rights_cut");
	}
}

/* RLIMIT_NOFILE leaves fewer numbers than would come. */
static const struct limited {
	const char *name;
	size_t sent, come;
} limited[] = {
	{ "none-of-one", 1, 0 },
	{ "one-of-two", 2, 1 },
	{ "two-of-five", 5, 2 },
};

struct limited_row {
	const struct limited *limited;
	int type;
};

static void are_limited(const void *data)
{
	const struct limited_row *row = data;
	const struct limited *it = row->limited;
	int fds[2], file;

	need_own_control_layout();
	unix_pair(row->type, fds);
	file = open_descriptor(OPEN_FILE);
	send_rights(fds[1], "data", file, it->sent);
	limit_descriptors(FIRST + (unsigned int)it->come);
	expect_received(4, NULL, 0, receive(fds[0], 64, 0, RIGHTS(8)));
	expect_that(controllen == (it->come ? RIGHTS(it->come) : 0),
		    "msg_controllen is %zu", controllen);
	if (it->come)
		expect_rights(0, it->come, FIRST);
}

CASES(limited)
{
	for (size_t t = 0; t < COUNT(types); t++)
		for (size_t i = 0; i < COUNT(limited); i++) {
			struct limited_row row = { &limited[i], types[t] };

			add_case(.name = name_case("recvmsg.unix.rights_refused[%s,%s]",
						   type_word(types[t]),
						   limited[i].name),
				 .run_row = are_limited,
				 .row = keep_row(&row, sizeof(row)), .doors = HEADERS,
				 HAS_UNIX);
		}
}

#define EACH_TYPE .types = SC_DGRAM | SC_SEQPACKET | SC_STREAM
#define IN_HEADER .doors = HEADERS, HAS_UNIX

/* A pair, and a file to pass: 3, 4 and 5. */
static int pair_and_file(int type, int fds[2])
{
	need_own_control_layout();
	unix_pair(type, fds);
	return open_descriptor(OPEN_PIPE);
}

/* Each peek has its own, and they come again with the data. */
CASE("recvmsg.unix.rights_peeked[twice]", EACH_TYPE, IN_HEADER)
{
	int fds[2], file = pair_and_file(sc_type, fds);

	send_rights(fds[1], "data", file, 1);
	for (int i = 0; i < 2; i++) {
		expect_received(4, NULL, 0, receive(fds[0], 64, MSG_PEEK, RIGHTS(1)));
		expect_rights(0, 1, FIRST + i);
		expect_that(same_file(file, FIRST + i), "it is another file");
	}
	expect_that(receive(fds[0], 64, 0, RIGHTS(1)) == 4, "the data is gone");
	expect_rights(0, 1, FIRST + 2);
}

CASE("recvmsg.unix.rights_peeked[cmsg-cloexec]", EACH_TYPE, IN_HEADER)
{
	int fds[2], file = pair_and_file(sc_type, fds);

	send_rights(fds[1], "data", file, 2);
	expect_received(4, NULL, 0,
			receive(fds[0], 64, MSG_PEEK | MSG_CMSG_CLOEXEC, RIGHTS(2)));
	expect_rights(0, 2, FIRST);
	expect_that(nothing_behind() || closes_on_exec(FIRST + 1),
		    "its close-on-exec flag is not set");
}

CASE("recvmsg.unix.rights_peeked[part]", EACH_TYPE, IN_HEADER)
{
	int fds[2], file = pair_and_file(sc_type, fds);

	send_rights(fds[1], "data", file, 1);
	expect_received(2, NULL, 0, receive(fds[0], 2, MSG_PEEK, RIGHTS(1)));
	expect_rights(0, 1, FIRST);
}

/* Closed by the sender, which is gone itself, they are open here. */
CASE("recvmsg.unix.rights[sender-closed]", EACH_TYPE, IN_HEADER)
{
	int fds[2], file = pair_and_file(sc_type, fds);

	send_rights(fds[1], "data", file, 1);
	must_close(file);
	must_close(fds[1]);
	expect_received(4, NULL, 0, receive(fds[0], 64, 0, RIGHTS(1)));
	/* The sender's own number is the lowest that is free now. */
	expect_rights(0, 1, fds[1]);
	expect_that(nothing_behind() || fcntl(fds[1], F_GETFD) >= 0, "it is not open");
}

/* The lowest that are free, wherever they are. */
CASE("recvmsg.unix.rights[lowest]", EACH_TYPE, IN_HEADER)
{
	int fds[2], file = pair_and_file(sc_type, fds), first, second;

	send_rights(fds[1], "data", file, 2);
	must_close(fds[1]);
	expect_received(4, NULL, 0, receive(fds[0], 64, 0, RIGHTS(2)));
	memcpy(&first, control + CMSG_LEN(0), sizeof(first));
	memcpy(&second, control + CMSG_LEN(0) + sizeof(first), sizeof(second));
	expect_that(first == 4 && second == 6, "%d and %d came, not 4 and 6", first,
		    second);
}

/* unix(7): data is not needed with a datagram. */
CASE("recvmsg.unix.rights[empty]", .types = SC_DGRAM | SC_SEQPACKET, IN_HEADER)
{
	int fds[2], file = pair_and_file(sc_type, fds);

	send_rights(fds[1], "", file, 1);
	expect_received(0, NULL, 0, receive(fds[0], 64, 0, RIGHTS(1)));
	expect_rights(0, 1, FIRST);
}

CASE("recvmsg.unix.rights[message-cut]", .types = SC_DGRAM | SC_SEQPACKET, IN_HEADER)
{
	int fds[2], file = pair_and_file(sc_type, fds);

	send_rights(fds[1], "data", file, 1);
	expect_received(2, NULL, 0, receive(fds[0], 2, 0, RIGHTS(1)));
	expect_rights(0, 1, FIRST);
}

/* To each message its own. */
CASE("recvmsg.unix.rights[two-messages]", EACH_TYPE, IN_HEADER)
{
	int fds[2], file = pair_and_file(sc_type, fds);

	send_rights(fds[1], "ab", file, 1);
	send_rights(fds[1], "cde", file, 2);
	expect_received(2, NULL, 0, receive(fds[0], 64, 0, RIGHTS(4)));
	expect_rights(0, 1, FIRST);
	expect_received(3, NULL, 0, receive(fds[0], 64, 0, RIGHTS(4)));
	expect_rights(0, 2, FIRST + 1);
}

/* With the first byte of what was sent with them, and not again. */
CASE("recvmsg.unix.rights[stream,first-byte]", IN_HEADER)
{
	int fds[2], file = pair_and_file(SOCK_STREAM, fds);

	send_rights(fds[1], "abc", file, 1);
	expect_received(1, NULL, 0, receive(fds[0], 1, 0, RIGHTS(1)));
	expect_rights(0, 1, FIRST);
	expect_that(receive(fds[0], 64, 0, RIGHTS(1)) == 2 && !controllen,
		    "they come a second time");
}

/* unix(7) has this example: four bytes, one with descriptors, four more. */
static void send_example(int fd, int file)
{
	must(t_sendto(fd, "aaaa", 4, 0, NULL, 0) == 4, "nothing was sent");
	send_rights(fd, "b", file, 1);
	must(t_sendto(fd, "cccc", 4, 0, NULL, 0) == 4, "nothing was sent");
}

CASE("recvmsg.unix.rights[stream,manual]", IN_HEADER)
{
	int fds[2], file = pair_and_file(SOCK_STREAM, fds);

	send_example(fds[1], file);
	expect_received(5, NULL, 0, receive(fds[0], 20, 0, RIGHTS(1)));
	expect_rights(0, 1, FIRST);
	expect_that(receive(fds[0], 20, 0, RIGHTS(1)) == 4 && !controllen,
		    "the rest is not what comes next");
}

/* Where the call ends before them, they come with the next. */
CASE("recvfrom.stream.received[unix-stream,before-rights]", IN_HEADER)
{
	int fds[2], file = pair_and_file(SOCK_STREAM, fds);

	send_example(fds[1], file);
	expect_received(4, NULL, 0, receive(fds[0], 4, 0, RIGHTS(1)));
	expect_that(!controllen, "msg_controllen is %zu", controllen);
	expect_that(receive(fds[0], 20, 0, RIGHTS(1)) == 1, "other bytes come next");
	expect_rights(0, 1, FIRST);
}

/* A call that cannot take them loses them, and stops there all the same. */
static const struct barrier {
	const char *name;
	size_t length;
	int flags;
	long value, next;
} barriers[] = {
	{ "manual", 20, 0, 5, 4 },
	{ "one-more", 6, 0, 5, 4 },
	{ "peek", 20, MSG_PEEK, 5, 5 },
	{ "waitall", 20, MSG_WAITALL, 5, 4 },
	{ "waitall,all-there", 9, MSG_WAITALL, 5, 4 },
};

static void stops(const void *data)
{
	const struct barrier *it = data;
	int fds[2], file = pair_and_file(SOCK_STREAM, fds);
	long came;

	send_example(fds[1], file);
	expect_received(
		it->value, NULL, 0,
		t_recvfrom(fds[0], inbox.buffer, it->length, it->flags, NULL, NULL));
	expect_that(!memcmp(inbox.buffer, "aaaab", 5), "other bytes have come");
	came = t_recvfrom(fds[0], inbox.buffer, 20, 0, NULL, NULL);
	expect_that(came == it->next, "%ld bytes come next", came);
	open_descriptor(OPEN_FILE);
}

CASES(barriers)
{
	for (size_t i = 0; i < COUNT(barriers); i++)
		add_case(.name = name_case("recvfrom.unix.barrier_rights[%s]",
					   barriers[i].name),
			 .run_row = stops, .row = &barriers[i],
			 .doors = barriers[i].flags ? SC_RECVFROM | SC_RECV
						    : BARE_DOORS,
			 HAS_UNIX);
}

/* Once the first byte is read, nothing is in the way of the next message. */
CASE("recvfrom.stream.received[unix-stream,rights-gone]", .doors = BARE_DOORS, HAS_UNIX)
{
	int fds[2], file = pair_and_file(SOCK_STREAM, fds);

	send_rights(fds[1], "abc", file, 1);
	must(t_sendto(fds[1], "de", 2, 0, NULL, 0) == 2, "nothing was sent");
	expect_received(1, NULL, 0, t_recvfrom(fds[0], inbox.buffer, 1, 0, NULL, NULL));
	expect_received(4, NULL, 0,
			t_recvfrom(fds[0], inbox.buffer, 64, 0, NULL, NULL));
	open_descriptor(OPEN_FILE);
}

/* recvmsg(2) without a place for control messages says what it has lost. */
CASE("recvmsg.unix.rights_cut[no-control]", EACH_TYPE, IN_HEADER)
{
	int fds[2], file = pair_and_file(sc_type, fds);

	send_rights(fds[1], "data", file, 1);
	expect_received(4, NULL, 0,
			t_recvfrom(fds[0], inbox.buffer, 64, 0, NULL, NULL));
	open_descriptor(OPEN_FILE);
}

CASE("recvfrom.datagram.received[unix,rights-lost]", .types = SC_DGRAM | SC_SEQPACKET,
     .doors = SC_RECV | SC_READ | SC_READV, HAS_UNIX)
{
	int fds[2], file = pair_and_file(sc_type, fds);

	send_rights(fds[1], "data", file, 3);
	expect_received(4, NULL, 0,
			t_recvfrom(fds[0], inbox.buffer, 64, 0, NULL, NULL));
	open_descriptor(OPEN_FILE);
}

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
