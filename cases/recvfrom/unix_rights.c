/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * unix_rights.c - recvmsg(2) of AF_UNIX with descriptors that are passed: which numbers
 * they get, how many there is room for, and how far they hold up a stream, through
 * every door.
 */
#include "unix_control.h"

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

/* A length alone is no place. */
CASE("recvmsg.unix.rights_cut[null-control]", EACH_TYPE, HAS_UNIX)
{
	int fds[2], file = pair_and_file(sc_type, fds);
	struct iovec area = { inbox.buffer, 64 };
	struct msghdr header = { .msg_iov = &area,
				 .msg_iovlen = 1,
				 .msg_controllen = 64 };

	send_rights(fds[1], "data", file, 1);
	expect_value(4, t_recvmsg_header(fds[0], &header, 0));
	expect_that(!header.msg_controllen, "msg_controllen is %zu",
		    (size_t)header.msg_controllen);
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

/* proc(5), fdinfo: how many descriptors wait to be received.  One that is received
 * waits no more, nor one that is lost. */
static int rights_waiting(int fd)
{
	char path[64], line[128];
	int count = -1;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	file = fopen(path, "r");
	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "scm_fds: %d", &count) == 1)
			break;
	if (file)
		fclose(file);
	return count;
}

CASE("recvmsg.unix.rights[counted]", EACH_TYPE, IN_HEADER)
{
	int fds[2], file = pair_and_file(sc_type, fds), waiting;

	send_rights(fds[1], "data", file, 2);
	waiting = nothing_behind() ? 0 : rights_waiting(fds[0]);
	if (waiting < 0)
		sc_skip("this kernel does not tell of scm_fds in fdinfo");
	expect_received(4, NULL, 0, receive(fds[0], 64, 0, RIGHTS(2)));
	if (nothing_behind())
		return;
	expect_that(waiting == 2, "%d descriptors waited", waiting);
	waiting = rights_waiting(fds[0]);
	expect_that(!waiting, "%d descriptors wait still", waiting);
}
