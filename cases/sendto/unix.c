/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * unix.c - sendto(2) and sendmsg(2) of datagrams of AF_UNIX: to the peer, or to whoever
 * has a name.
 */
#include "door.h"

static const unsigned char bytes[SIZE] = "abcdefg";
static unsigned char much[1 << 20];

static int datagrams(void)
{
	return must_socket(AF_UNIX, SOCK_DGRAM, 0);
}

static void pair(int ends[2])
{
	sc_must(SC_LINE, t_socketpair(AF_UNIX, SOCK_DGRAM, 0, ends), "socketpair(2)");
}

static struct address abstract(void)
{
	return unix_abstract("one", 3);
}

static void is_out_of_band(enum door door)
{
	struct address name = abstract(), odd = with_length(name, 1);
	int ends[2];

	pair(ends);
	expect_errno(EOPNOTSUPP, put(door, ends[0], bytes, SIZE, MSG_OOB, NULL));
	expect_errno(EOPNOTSUPP, put(door, ends[0], bytes, 0, MSG_OOB, &odd));
	expect_errno(EOPNOTSUPP, put(door, datagrams(), bytes, SIZE, MSG_OOB, NULL));
}

static void is_malformed(enum door door)
{
	struct address wrong[] = { with_length(family_only(AF_UNIX, 2), 1),
				   family_only(AF_UNIX, 2),
				   with_length(unix_path("one"), 111),
				   with_length(unix_path("one"), 128),
				   with_family(unix_path("one"), AF_UNSPEC),
				   inet("127.0.0.1", PORT) };
	int ends[2];

	pair(ends);
	for (size_t i = 0; i < COUNT(wrong); i++) {
		expect_errno(EINVAL, put(door, ends[0], bytes, SIZE, 0, &wrong[i]));
		expect_errno(EINVAL, put(door, datagrams(), NULL, SIZE, 0, &wrong[i]));
	}
}

static void is_malformed_path(enum door door)
{
	struct address longer = with_length(unix_path("one"), 111);
	int ends[2];

	pair(ends);
	expect_errno(EINVAL, put(door, ends[0], bytes, SIZE, 0, &longer));
	expect_errno(EINVAL, put(door, datagrams(), bytes, SIZE, 0, &longer));
}

static void is_of_other_family(enum door door)
{
	struct address other = inet("127.0.0.1", PORT);
	int ends[2];

	pair(ends);
	expect_errno(EINVAL, put(door, ends[0], bytes, SIZE, 0, &other));
	expect_errno(EINVAL, put(door, datagrams(), bytes, SIZE, 0, &other));
}

static void has_no_target(enum door door)
{
	int fd = datagrams(), gone[2];

	expect_errno(ENOTCONN, put(door, fd, bytes, SIZE, 0, NULL));
	expect_errno(ENOTCONN, put(door, fd, bytes, 0, 0, NULL));
	must_bind(fd, abstract());
	expect_errno(ENOTCONN, put(door, fd, bytes, SIZE, 0, NULL));
	pair(gone);
	must_close(gone[1]);
	must(put(door, gone[0], bytes, SIZE, 0, NULL) == -ECONNREFUSED,
	     "it is not gone");
	expect_errno(ENOTCONN, put(door, gone[0], bytes, SIZE, 0, NULL));
}

static void is_sent(enum door door)
{
	int ends[2];

	pair(ends);
	expect_value(SIZE, put(door, ends[0], bytes, SIZE, 0, NULL));
	expect_arrived(ends[1], bytes, SIZE);
	expect_value(0, put(door, ends[0], NULL, 0, MSG_DONTWAIT, NULL));
	expect_arrived(ends[1], bytes, 0);
}

static void is_sent_to_name(enum door door)
{
	struct address name = abstract();
	int fd = datagrams(), other = datagrams(), ends[2];

	must_bind(other, name);
	expect_value(SIZE, put(door, fd, bytes, SIZE, 0, &name));
	expect_arrived(other, bytes, SIZE);
	expect_value(SIZE, put(door, other, bytes, SIZE, 0, &name));
	expect_arrived(other, bytes, SIZE);
	/* The name is stronger than the peer. */
	pair(ends);
	expect_value(SIZE, put(door, ends[0], bytes, SIZE, 0, &name));
	expect_arrived(other, bytes, SIZE);
	expect_none_arrived(ends[1]);
}

static void has_no_such_name(enum door door)
{
	struct address name = abstract(), longer = unix_abstract("one", 4);
	int fd = datagrams(), other = datagrams();

	expect_errno(ECONNREFUSED, put(door, fd, bytes, SIZE, 0, &name));
	must_bind(other, name);
	expect_errno(ECONNREFUSED, put(door, fd, bytes, SIZE, 0, &longer));
	must_close(other);
	expect_errno(ECONNREFUSED, put(door, fd, bytes, SIZE, 0, &name));
	other = must_socket(AF_UNIX, SOCK_STREAM, 0);
	must_bind(other, name);
	must_listen(other);
	expect_errno(ECONNREFUSED, put(door, fd, bytes, SIZE, 0, &name));
}

static void is_anothers(enum door door)
{
	struct address name = abstract();
	int ends[2], fd = datagrams();

	pair(ends);
	must_bind(ends[0], name);
	expect_errno(EPERM, put(door, fd, bytes, SIZE, 0, &name));
}

/* Its peer has turned to another. */
static void is_deserted(enum door door)
{
	int ends[2], other = datagrams();

	pair(ends);
	must_bind(other, abstract());
	must_connect(ends[1], abstract());
	expect_errno(EPERM, put(door, ends[0], bytes, SIZE, 0, NULL));
}

static void is_gone(enum door door)
{
	int ends[2];

	hold_back_sigpipe();
	pair(ends);
	must_close(ends[1]);
	expect_errno(ECONNREFUSED, put(door, ends[0], bytes, SIZE, 0, NULL));
	expect_signal(false);
}

static void receives_none(enum door door)
{
	struct address name = abstract();
	int ends[2], other = datagrams();

	hold_back_sigpipe();
	pair(ends);
	must_shut(ends[1], SHUT_RD);
	expect_errno(EPIPE, put(door, ends[0], bytes, SIZE, 0, NULL));
	must_bind(other, name);
	must_shut(other, SHUT_RD);
	expect_errno(EPIPE, put(door, datagrams(), bytes, SIZE, 0, &name));
	expect_signal(false);
}

static void sends_no_more(enum door door)
{
	struct address name = abstract();
	int ends[2], fd = datagrams();

	hold_back_sigpipe();
	pair(ends);
	must_shut(ends[0], SHUT_WR);
	expect_errno(EPIPE, put(door, ends[0], bytes, SIZE, 0, NULL));
	expect_errno(EPIPE, put(door, ends[0], unmapped_memory(), SIZE, 0, NULL));
	must_shut(fd, SHUT_WR);
	expect_errno(EPIPE, put(door, fd, bytes, SIZE, 0, &name));
	expect_signal(false);
	expect_none_arrived(ends[1]);
}

static void cannot_be_read(enum door door)
{
	struct address name = abstract();
	int ends[2];

	pair(ends);
	expect_errno(EFAULT, put(door, ends[0], unmapped_memory(), SIZE, 0, NULL));
	expect_errno(EFAULT,
		     put(door, ends[0], cut_off_after(bytes, SIZE - 1), SIZE, 0, NULL));
	expect_errno(EFAULT, put(door, datagrams(), protected_memory(), 1, 0, &name));
	expect_none_arrived(ends[1]);
}

static void is_too_long(enum door door)
{
	size_t least = (size_t)the_world()->settings.wmem_default - 31;
	int ends[2];

	if (least > sizeof(much))
		sc_skip("net.core.wmem_default is not known, or very large");
	pair(ends);
	expect_errno(EMSGSIZE, put(door, ends[0], much, least, 0, NULL));
	expect_errno(EMSGSIZE, put(door, ends[0], unmapped_memory(), least, 0, NULL));
	sc_must(SC_LINE, t_socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends),
		"socketpair(2)");
	expect_errno(EMSGSIZE, put(door, ends[0], much, least, 0, NULL));
}

static void is_too_long_for_name(enum door door)
{
	struct address name = abstract();
	size_t least = (size_t)the_world()->settings.wmem_default - 31;

	if (least > sizeof(much))
		sc_skip("net.core.wmem_default is not known, or very large");
	expect_errno(EMSGSIZE, put(door, datagrams(), much, least, 0, &name));
}

static void has_no_room(enum door door)
{
	int ends[2];

	pair(ends);
	must_option(ends[0], SOL_SOCKET, SO_SNDBUF, 1);
	send_until_full(ends[0]);
	expect_errno(EAGAIN, put(door, ends[0], bytes, SIZE, MSG_DONTWAIT, NULL));
}

/* Its peer has left it, and what it had sent with it. */
static void tells_error(enum door door)
{
	int ends[2];

	pair(ends);
	must(put(SENDTO, ends[0], bytes, SIZE, 0, NULL) == SIZE, "it is not sent");
	must_bind(ends[1], abstract());
	sc_must(SC_LINE,
		sc_connect_to(ends[1], family_only(AF_UNSPEC, sizeof(sa_family_t))),
		"connect(2) to AF_UNSPEC");
	expect_errno(ECONNRESET, put(door, ends[0], bytes, SIZE, 0, NULL));
	must(put(door, ends[0], bytes, SIZE, 0, NULL) == SIZE, "it is told twice");
}

static void has_no_path(enum door door)
{
	struct address paths[] = { unix_path("one"), unix_path("folder/one"),
				   with_length(unix_path("one"), 5) };
	int fd = datagrams();

	for (size_t i = 0; i < COUNT(paths); i++)
		expect_errno(ENOENT, put(door, fd, bytes, SIZE, 0, &paths[i]));
}

static void has_other_file(enum door door)
{
	struct address path = unix_path("one");
	int fd = datagrams(), other = datagrams();

	make_file("file");
	path = unix_path("file");
	expect_errno(ECONNREFUSED, put(door, fd, bytes, SIZE, 0, &path));
	path = unix_path("one");
	must_bind(other, path);
	must_close(other);
	expect_errno(ECONNREFUSED, put(door, fd, bytes, SIZE, 0, &path));
}

static void has_other_type(enum door door)
{
	struct address path = unix_path("one");
	int fd = datagrams(), other = must_socket(AF_UNIX, SOCK_STREAM, 0);

	must_bind(other, path);
	expect_errno(EPROTOTYPE, put(door, fd, bytes, SIZE, 0, &path));
	must_listen(other);
	expect_errno(EPROTOTYPE, put(door, fd, bytes, SIZE, 0, &path));
}

static void is_sent_to_path(enum door door)
{
	struct address path = unix_path("one"), bare = with_length(path, 5);
	int fd = datagrams(), other = datagrams();

	must_bind(other, path);
	expect_value(SIZE, put(door, fd, bytes, SIZE, 0, &path));
	expect_arrived(other, bytes, SIZE);
	expect_value(SIZE, put(door, fd, bytes, SIZE, 0, &bare));
	expect_arrived(other, bytes, SIZE);
}

static void is_not_permitted(enum door door)
{
	struct address path = unix_path("one");
	int fd = datagrams(), other = datagrams();

	set_umask(0222);
	must_bind(other, path);
	drop_capability(LINUX_CAP_DAC_OVERRIDE);
	expect_errno(EACCES, put(door, fd, bytes, SIZE, 0, &path));
}

static void is_not_searched(enum door door)
{
	struct address path = unix_path("folder/one");
	int fd = datagrams();

	make_directory("folder", PATH_UNSEARCHABLE);
	drop_capability(LINUX_CAP_DAC_OVERRIDE);
	drop_capability(LINUX_CAP_DAC_READ_SEARCH);
	expect_errno(EACCES, put(door, fd, bytes, SIZE, 0, &path));
}

static const struct datagram {
	const char *rule, *how;
	void (*run)(enum door door);
	bool paths;
} all[] = {
	{ "out_of_band", "", is_out_of_band, false },
	{ "address_malformed", "", is_malformed, false },
	{ "address_malformed", ",path", is_malformed_path, false },
	{ "address_malformed", ",family", is_of_other_family, false },
	{ "no_target", "", has_no_target, false },
	{ "sent", "", is_sent, false },
	{ "sent", ",name", is_sent_to_name, false },
	{ "sent", ",path", is_sent_to_path, true },
	{ "nobody", ",name", has_no_such_name, false },
	{ "nobody", ",path", has_other_file, true },
	{ "peer_of_another", ",name", is_anothers, false },
	{ "peer_of_another", "", is_deserted, false },
	{ "other_gone", "", is_gone, false },
	{ "receives_none", "", receives_none, false },
	{ "shut_down", "", sends_no_more, false },
	{ "unreadable", "", cannot_be_read, false },
	{ "too_long", "", is_too_long, false },
	{ "too_long", ",name", is_too_long_for_name, false },
	{ "would_block", "", has_no_room, false },
	{ "error_waits", "", tells_error, false },
	{ "no_name", "", has_no_path, true },
	{ "other_type", "", has_other_type, true },
	{ "not_permitted", "", is_not_permitted, true },
	{ "not_permitted", ",search", is_not_searched, true },
};

struct datagram_row {
	const struct datagram *it;
	enum door door;
};

static void run(const void *data)
{
	const struct datagram_row *row = data;

	row->it->run(row->door);
}

CASES(datagrams)
{
	for (size_t i = 0; i < COUNT(all); i++)
		for (enum door door = SENDTO; door < DOORS; door++) {
			struct datagram_row row = { &all[i], door };

			add_case(.name = name_case("sendto.unix.%s[unix-dgram%s%s]",
						   all[i].rule, all[i].how,
						   door_name(door)),
				 .run_row = run, .row = keep_row(&row, sizeof(row)),
				 .has = { FEATURE_FAMILY(AF_UNIX) },
				 .needs = all[i].paths ? NEEDS_MOUNTS : 0);
		}
}
