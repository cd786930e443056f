/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * tcp_urgent.c - recvfrom(2) on a connection of TCP with an urgent byte: MSG_OOB, and
 * reads that meet the byte's place in the stream.
 */
#include "tcp_urgent.h"

/* The urgent byte is still to be had, or not any more. */
static void expect_urgent(const struct ends *ends, bool there)
{
	long came = receive(ends->fd, 1, MSG_OOB);

	expect_that(came == (there ? 1 : -EINVAL), "MSG_OOB gave %ld afterwards", came);
	expect_that(!there || inbox.buffer[0] == '!', "the urgent byte is another");
}

static const struct asked {
	const char *rule;
	const char *name;
	const char *sent;
	size_t length;
	int flags;
	long value;
	const char *gives;
	bool stays;	  /* the urgent byte, for MSG_OOB */
	const char *left; /* in the stream */
} asked[] = {
	/* MSG_OOB itself */
	{ "tcp.urgent_received", "alone", "!", 1, MSG_OOB, 1, "!", false, "" },
	{ "tcp.urgent_received", "at-end", "ab!", 1, MSG_OOB, 1, "!", false, "ab" },
	{ "tcp.urgent_received", "in-middle", "ab!cd", 1, MSG_OOB, 1, "!", false,
	  "ab|cd" },
	{ "tcp.urgent_received", "at-start", "!cd", 1, MSG_OOB, 1, "!", false, "cd" },
	{ "tcp.urgent_received", "more-room", "ab!cd", 64, MSG_OOB, 1, "!", false,
	  "ab|cd" },
	{ "tcp.urgent_received", "dontwait", "ab!cd", 1, MSG_OOB | MSG_DONTWAIT, 1, "!",
	  false, "ab|cd" },
	{ "tcp.urgent_received", "waitall", "ab!cd", 64, MSG_OOB | MSG_WAITALL, 1, "!",
	  false, "ab|cd" },
	{ "tcp.urgent_received", "unknown-flag", "ab!cd", 1, MSG_OOB | 0x01000000, 1,
	  "!", false, "ab|cd" },
	/* The last one only; the one before is an ordinary byte then. */
	{ "tcp.urgent_received", "newer", "ab!cd!", 1, MSG_OOB, 1, "!", false,
	  "ab!cd" },
	{ "tcp.urgent_received", "newer,at-start", "!!", 1, MSG_OOB, 1, "!", false,
	  "" },
	{ "tcp.urgent_received", "newest-of-three", "a!b!c!d", 1, MSG_OOB, 1, "!",
	  false, "a!b!c|d" },
	{ "tcp.urgent_peeked", "in-middle", "ab!cd", 1, MSG_OOB | MSG_PEEK, 1, "!",
	  true, "ab|cd" },
	{ "tcp.urgent_peeked", "more-room", "ab!cd", 64, MSG_OOB | MSG_PEEK, 1, "!",
	  true, "ab|cd" },
	{ "tcp.urgent_discarded", "in-middle", "ab!cd", 1, MSG_OOB | MSG_TRUNC, 1, "",
	  false, "ab|cd" },
	{ "tcp.urgent_discarded", "more-room", "ab!cd", 64, MSG_OOB | MSG_TRUNC, 1, "",
	  false, "ab|cd" },
	{ "tcp.urgent_discarded", "peek", "ab!cd", 1, MSG_OOB | MSG_TRUNC | MSG_PEEK, 1,
	  "", true, "ab|cd" },
	{ "tcp.urgent_without_room", "in-middle", "ab!cd", 0, MSG_OOB, 0, "", false,
	  "ab|cd" },
	{ "tcp.urgent_without_room", "peek", "ab!cd", 0, MSG_OOB | MSG_PEEK, 0, "",
	  true, "ab|cd" },
	{ "tcp.urgent_without_room", "trunc", "ab!cd", 0, MSG_OOB | MSG_TRUNC, 0, "",
	  false, "ab|cd" },
	/* Reads that come to its place. */
	{ "tcp.stops_at_mark", "more-room", "ab!cd", 64, 0, 2, "ab", true, "cd" },
	{ "tcp.stops_at_mark", "one-more", "ab!cd", 3, 0, 2, "ab", true, "cd" },
	{ "tcp.stops_at_mark", "nothing-behind", "ab!", 64, 0, 2, "ab", true, "" },
	{ "tcp.stops_at_mark", "waitall", "ab!cd", 5, MSG_WAITALL, 2, "ab", true,
	  "cd" },
	{ "tcp.stops_at_mark", "waitall,nothing-behind", "ab!", 5, MSG_WAITALL, 2, "ab",
	  true, "" },
	{ "tcp.stops_at_mark", "dontwait", "ab!cd", 64, MSG_DONTWAIT, 2, "ab", true,
	  "cd" },
	{ "tcp.stops_at_mark", "peek", "ab!cd", 64, MSG_PEEK, 2, "ab", true, "ab|cd" },
	{ "tcp.stops_at_mark", "peek,waitall", "ab!cd", 64, MSG_PEEK | MSG_WAITALL, 2,
	  "ab", true, "ab|cd" },
	{ "tcp.stops_at_mark", "trunc", "ab!cd", 64, MSG_TRUNC, 2, "", true, "cd" },
	{ "tcp.stops_at_mark", "newer", "ab!cd!ef", 64, 0, 5, "ab!cd", true, "ef" },
	{ "stream.received", "before-mark", "ab!cd", 2, 0, 2, "ab", true, "cd" },
	{ "stream.received", "far-before-mark", "abc!de", 1, 0, 1, "a", true, "bc|de" },
	{ "stream.received", "before-mark,waitall", "ab!cd", 2, MSG_WAITALL, 2, "ab",
	  true, "cd" },
	{ "stream.received", "before-mark,length-0", "ab!cd", 0, 0, 0, "", true,
	  "ab|cd" },
	{ "stream.peeked", "before-mark", "ab!cd", 2, MSG_PEEK, 2, "ab", true,
	  "ab|cd" },
	/* Reads that start there. */
	{ "tcp.mark_skipped", "more-room", "!cd", 64, 0, 2, "cd", false, "" },
	{ "tcp.mark_skipped", "one", "!cd", 1, 0, 1, "c", false, "d" },
	{ "tcp.mark_skipped", "all", "!cd", 2, 0, 2, "cd", false, "" },
	{ "tcp.mark_skipped", "waitall", "!cd", 2, MSG_WAITALL, 2, "cd", false, "" },
	{ "tcp.mark_skipped", "peek", "!cd", 64, MSG_PEEK, 2, "cd", true, "cd" },
	{ "tcp.mark_skipped", "peek,one", "!cd", 1, MSG_PEEK, 1, "c", true, "cd" },
	{ "tcp.mark_skipped", "trunc", "!cd", 1, MSG_TRUNC, 1, "", false, "d" },
	{ "tcp.mark_skipped", "trunc,peek", "!cd", 64, MSG_TRUNC | MSG_PEEK, 2, "",
	  true, "cd" },
	{ "tcp.mark_skipped", "dontwait", "!cd", 64, MSG_DONTWAIT, 2, "cd", false, "" },
	{ "tcp.mark_skipped", "waitall,dontwait", "!cd", 3, MSG_WAITALL | MSG_DONTWAIT,
	  2, "cd", false, "" },
	{ "stream.received", "at-mark,length-0", "!cd", 0, 0, 0, "", true, "cd" },
	/* The byte is not given in its place, though it is gone for it. */
	{ "tcp.would_block", "mark-skipped", "!", 64, MSG_DONTWAIT, -EAGAIN, "", false,
	  "" },
	{ "tcp.would_block", "mark-skipped,waitall", "!", 1, MSG_DONTWAIT | MSG_WAITALL,
	  -EAGAIN, "", false, "" },
	{ "tcp.would_block", "mark-skipped,peek", "!", 64, MSG_DONTWAIT | MSG_PEEK,
	  -EAGAIN, "", true, "" },
	{ "ip.no_error_waits", "urgent-byte", "ab!cd", 1, MSG_OOB | MSG_ERRQUEUE,
	  -EAGAIN, "", true, "ab|cd" },
};

struct row {
	const struct stream *stream;
	const struct asked *asked;
};

/* Is the mark still before what waits, so that the rest may be asked for first? */
static void as_asked(const void *data)
{
	const struct row *row = data;
	const struct asked *it = row->asked;
	struct ends ends = marked(row->stream, it->sent);

	if (it->value < 0)
		expect_errno((int)-it->value, receive(ends.fd, it->length, it->flags));
	else
		expect_value(it->value, receive(ends.fd, it->length, it->flags));
	expect_bytes(it->gives);
	expect_urgent(&ends, it->stays);
	expect_left(&ends, it->left);
}

CASES(asked)
{
	for (size_t s = 0; s < COUNT(streams); s++)
		for (size_t i = 0; i < COUNT(asked); i++) {
			struct row row = { &streams[s], &asked[i] };

			add_for(row.stream,
				stream_doors(row.stream, asked[i].length,
					     asked[i].flags),
				as_asked, row, "recvfrom.%s[%s,%s%s]", asked[i].rule,
				row.stream->name,
				strncmp(asked[i].rule, "tcp.", 4) ? "urgent," : "",
				asked[i].name);
		}
}

/* The urgent byte is told once: what is asked again finds none. */
static const struct twice {
	const char *name;
	size_t length;
	int flags;
} twice[] = {
	{ "read", 1, MSG_OOB },
	{ "discarded", 1, MSG_OOB | MSG_TRUNC },
	{ "without-room", 0, MSG_OOB },
};

static void asked_twice(const void *data)
{
	const struct twice *row = data;
	struct ends ends = marked(&streams[0], "ab!cd");

	must(receive(ends.fd, row->length, row->flags) == (long)row->length,
	     "the urgent byte is not given");
	expect_errno(EINVAL, receive(ends.fd, 1, MSG_OOB));
	expect_left(&ends, "ab|cd");
}

/* Once the stream is read beyond it, it is not there any more. */
static const struct passed {
	const char *name;
	const char *sent;
	int reads; /* of one byte each */
	bool there;
} passed[] = {
	{ "passed", "ab!cd", 3, false },
	{ "passed,at-start", "!cd", 1, false },
	{ "not-passed", "ab!cd", 2, true },
	{ "not-passed,at-start", "!cd", 0, true },
};

static void mark_passed(const void *data)
{
	const struct passed *row = data;
	struct ends ends = marked(&streams[0], row->sent);

	for (int i = 0; i < row->reads; i++)
		must(receive(ends.fd, 1, 0) == 1, "a byte is not read");
	if (row->there)
		expect_value(1, receive(ends.fd, 1, MSG_OOB));
	else
		expect_errno(EINVAL, receive(ends.fd, 1, MSG_OOB));
}

CASES(gone)
{
	for (size_t i = 0; i < COUNT(twice); i++)
		add_case(.name = name_case("recvfrom.tcp.no_urgent_data[tcp,after-%s]",
					   twice[i].name),
			 .run_row = asked_twice, .row = &twice[i],
			 .doors = doors_for(1, MSG_OOB, false));
	for (size_t i = 0; i < COUNT(passed); i++)
		add_case(.name = name_case("recvfrom.tcp.%s[tcp,%s]",
					   passed[i].there ? "urgent_received"
							   : "no_urgent_data",
					   passed[i].name),
			 .run_row = mark_passed, .row = &passed[i]);
}

/* Ordinary bytes are nothing for MSG_OOB, however many wait. */
CASE("recvfrom.tcp.no_urgent_data[tcp,data-waits]",
     .doors = doors_for(1, MSG_OOB, false))
{
	struct ends ends = connect_ends(&streams[0]);

	send_and_wait(&ends, "abcd", 0);
	expect_errno(EINVAL, receive(ends.fd, 64, MSG_OOB));
	expect_left(&ends, "abcd");
}

/* A mark stands when the byte has been read by MSG_OOB, too. */
static const struct read_before {
	const char *rule;
	const char *name;
	const char *sent;
	long value;
	const char *gives;
	const char *left;
} read_before[] = {
	{ "tcp.stops_at_mark", "byte-read", "ab!cd", 2, "ab", "cd" },
	{ "tcp.mark_skipped", "byte-read", "!cd", 2, "cd", "" },
	{ "tcp.would_block", "mark-skipped,byte-read", "!", -EAGAIN, "", "" },
};

static void byte_was_read(const void *data)
{
	const struct read_before *row = data;
	struct ends ends = marked(&streams[0], row->sent);

	must(receive(ends.fd, 1, MSG_OOB) == 1, "the urgent byte is not given");
	if (row->value < 0)
		expect_errno((int)-row->value, receive(ends.fd, 64, MSG_DONTWAIT));
	else
		expect_value(row->value, receive(ends.fd, 64, MSG_DONTWAIT));
	expect_bytes(row->gives);
	expect_left(&ends, row->left);
}

CASES(read_before)
{
	for (size_t i = 0; i < COUNT(read_before); i++)
		add_case(.name = name_case("recvfrom.%s[tcp,%s]", read_before[i].rule,
					   read_before[i].name),
			 .run_row = byte_was_read, .row = &read_before[i],
			 .doors = doors_for(1, MSG_OOB, false));
}

/*
 * A newer urgent byte makes an older one, which was read, an ordinary byte all the
 * same: the stream gives it again.  One that is next to be read goes.
 */
static const struct newer {
	const char *rule;
	const char *name;
	const char *first, *second;
	const char *gives;
	const char *left;
} newer[] = {
	{ "tcp.stops_at_mark", "newer,older-read", "ab!cd", "ef!gh", "ab!cdef", "gh" },
	{ "tcp.stops_at_mark", "newer,older-read,at-start", "!cd", "ef!gh", "cdef",
	  "gh" },
	{ "tcp.stops_at_mark", "newer,older-read,alone", "!", "ef!", "ef", "" },
};

static void newer_comes(const void *data)
{
	const struct newer *row = data;
	struct ends ends = marked(&streams[0], row->first);

	must(receive(ends.fd, 1, MSG_OOB) == 1, "the urgent byte is not given");
	send_marked(&ends, row->second);
	expect_value((long)strlen(row->gives), receive(ends.fd, 64, 0));
	expect_bytes(row->gives);
	expect_urgent(&ends, true);
	expect_left(&ends, row->left);
}

CASES(newer)
{
	for (size_t i = 0; i < COUNT(newer); i++)
		add_case(.name = name_case("recvfrom.%s[tcp,%s]", newer[i].rule,
					   newer[i].name),
			 .run_row = newer_comes, .row = &newer[i]);
}

/* The byte itself, whatever it is: NUL, and the largest one. */
static const unsigned char values[] = { 0, 1, 0x7f, 0x80, 0xff };

static void any_byte(const void *data)
{
	const unsigned char *row = data;
	struct ends ends = connect_ends(&streams[0]);

	send_bytes(&ends, row, 1, MSG_OOB);
	wait_for_all(&ends);
	expect_value(1, receive(ends.fd, 1, MSG_OOB));
	expect_that(inbox.buffer[0] == *row, "the urgent byte is another");
}

CASES(values)
{
	for (size_t i = 0; i < COUNT(values); i++)
		add_case(.name = name_case("recvfrom.tcp.urgent_received[tcp,0x%02x]",
					   values[i]),
			 .run_row = any_byte, .row = &values[i]);
}

/* Memory that cannot be written, and addresses that cannot be told. */
static const struct bad {
	const char *rule;
	const char *name;
	bool buffer, addrlen; /* are bad */
	int room;
	size_t length;
	int flags;
	int error;
	bool stays;
} bads[] = {
	{ "tcp.urgent_unwritable", "", true, false, 128, 1, 0, EFAULT, false },
	{ "tcp.urgent_unwritable", ",more-room", true, false, 128, 64, 0, EFAULT,
	  false },
	{ "tcp.urgent_unwritable", ",peek", true, false, 128, 1, MSG_PEEK, EFAULT,
	  true },
	{ "tcp.urgent_unwritable", ",before-addrlen", true, true, 128, 1, 0, EFAULT,
	  false },
	{ "address.addrlen_unreadable", ",urgent", false, true, 128, 1, 0, EFAULT,
	  false },
	{ "address.addrlen_unreadable", ",urgent,peek", false, true, 128, 1, MSG_PEEK,
	  EFAULT, true },
	{ "address.addrlen_negative", ",urgent", false, false, -1, 1, 0, EINVAL,
	  false },
	{ "address.addrlen_negative", ",urgent,without-room", false, false, -1, 0, 0,
	  EINVAL, false },
};

static void cannot_be_written(const void *data)
{
	const struct bad *row = data;
	struct ends ends = marked(&streams[0], "ab!cd");
	void *buffer = row->buffer ? (void *)unmapped_memory() : inbox.buffer;

	inbox.addrlen = (socklen_t)row->room;
	expect_errno(row->error,
		     t_recvfrom(ends.fd, buffer, row->length, MSG_OOB | row->flags,
				inbox.address, row->addrlen ? NULL : &inbox.addrlen));
	expect_urgent(&ends, row->stays);
	expect_left(&ends, "ab|cd");
}

CASES(bads)
{
	for (size_t i = 0; i < COUNT(bads); i++)
		add_case(.name = name_case("recvfrom.%s[tcp%s]", bads[i].rule,
					   bads[i].name),
			 .run_row = cannot_be_written, .row = &bads[i]);
}

/* No sender's address is told with it. */
CASE("recvfrom.tcp.urgent_received[tcp,address-wanted]",
     .doors = doors_for(1, MSG_OOB, true))
{
	struct ends ends = marked(&streams[0], "ab!cd");
	struct address none = { .length = 0 };

	inbox.addrlen = 128;
	expect_received(1, &none, 128,
			t_recvfrom(ends.fd, inbox.buffer, 64, MSG_OOB, inbox.address,
				   &inbox.addrlen));
	expect_that(inbox.addrlen == 0, "*addrlen is %u", inbox.addrlen);
}

/* Discarding needs no memory. */
CASE("recvfrom.tcp.urgent_discarded[tcp,buffer-null]", .doors = SC_RECVFROM | SC_RECV)
{
	struct ends ends = marked(&streams[0], "ab!cd");

	expect_value(1, t_recvfrom(ends.fd, NULL, 1, MSG_OOB | MSG_TRUNC, NULL, NULL));
	expect_urgent(&ends, false);
}

/* A read that starts at the mark and cannot copy has left the byte out for good, but
 * MSG_OOB still has it; so it is where it came as one with what follows, which it does
 * once nobody keeps the first packet to send it again: tcp_try_coalesce(). */
CASE("recvfrom.buffer.unwritable[tcp,at-mark]")
{
	struct ends ends = marked(&streams[0], "!");

	wait_for_nothing_unsent(ends.other);
	send_and_wait(&ends, "cd", 0);
	expect_errno(EFAULT,
		     t_recvfrom(ends.fd, (void *)unmapped_memory(), 2, 0, NULL, NULL));
	expect_urgent(&ends, true);
	expect_left(&ends, "cd");
}

CASE("recvfrom.stream.received[tcp,at-mark,after-fault]")
{
	struct ends ends = marked(&streams[0], "!cd");

	must(t_recvfrom(ends.fd, (void *)unmapped_memory(), 2, 0, NULL, NULL) ==
		     -EFAULT,
	     "it is copied");
	expect_value(1, receive(ends.fd, 1, 0));
	expect_bytes("c");
	expect_urgent(&ends, false);
	expect_left(&ends, "d");
}

/* Of a call whose bytes before the mark cannot be copied, all stays. */
CASE("recvfrom.buffer.unwritable[tcp,before-mark]")
{
	struct ends ends = marked(&streams[0], "ab!cd");

	expect_errno(EFAULT,
		     t_recvfrom(ends.fd, (void *)unmapped_memory(), 64, 0, NULL, NULL));
	expect_urgent(&ends, true);
	expect_left(&ends, "ab|cd");
}

/* SO_OOBINLINE: the byte is one of the stream, and yet a read stops before it. */
static const struct in_line {
	const char *rule;
	const char *name;
	const char *sent;
	size_t length;
	int flags;
	long value;
	const char *gives;
	const char *left;
} in_line[] = {
	{ "tcp.urgent_inline", "", "ab!cd", 1, MSG_OOB, -EINVAL, "", "ab|!cd" },
	{ "tcp.urgent_inline", ",at-start", "!cd", 1, MSG_OOB, -EINVAL, "", "!cd" },
	{ "tcp.urgent_inline", ",peek", "!cd", 1, MSG_OOB | MSG_PEEK, -EINVAL, "",
	  "!cd" },
	{ "tcp.urgent_inline", ",length-0", "!cd", 0, MSG_OOB, -EINVAL, "", "!cd" },
	{ "tcp.urgent_inline", ",trunc", "!cd", 1, MSG_OOB | MSG_TRUNC, -EINVAL, "",
	  "!cd" },
	{ "tcp.urgent_inline", ",nothing-urgent", "cd", 1, MSG_OOB, -EINVAL, "", "cd" },
	{ "tcp.stops_at_mark", ",inline", "ab!cd", 64, 0, 2, "ab", "!cd" },
	{ "tcp.stops_at_mark", ",inline,waitall", "ab!cd", 5, MSG_WAITALL, 2, "ab",
	  "!cd" },
	{ "tcp.stops_at_mark", ",inline,peek", "ab!cd", 64, MSG_PEEK, 2, "ab",
	  "ab|!cd" },
	{ "tcp.stops_at_mark", ",inline,newer", "a!b!c", 64, 0, 3, "a!b", "!c" },
	{ "tcp.stops_at_mark", ",inline,newer-at-start", "!!c", 64, 0, 1, "!", "!c" },
	{ "tcp.urgent_in_stream", "", "!cd", 64, 0, 3, "!cd", "" },
	{ "tcp.urgent_in_stream", ",one", "!cd", 1, 0, 1, "!", "cd" },
	{ "tcp.urgent_in_stream", ",alone", "!", 64, 0, 1, "!", "" },
	{ "tcp.urgent_in_stream", ",peek", "!cd", 64, MSG_PEEK, 3, "!cd", "!cd" },
	{ "tcp.urgent_in_stream", ",trunc", "!cd", 2, MSG_TRUNC, 2, "", "d" },
	{ "tcp.urgent_in_stream", ",waitall", "!cd", 3, MSG_WAITALL, 3, "!cd", "" },
	{ "tcp.urgent_in_stream", ",dontwait", "!", 1, MSG_DONTWAIT, 1, "!", "" },
};

struct in_line_row {
	const struct in_line *asked;
	bool early; /* the option is set before the byte comes */
};

static void is_inline(const void *data)
{
	const struct in_line_row *row = data;
	const struct in_line *it = row->asked;
	struct ends ends = connect_ends(&streams[0]);

	if (row->early)
		must_option(ends.fd, SOL_SOCKET, SO_OOBINLINE, 1);
	send_marked(&ends, it->sent);
	if (!row->early)
		must_option(ends.fd, SOL_SOCKET, SO_OOBINLINE, 1);
	if (it->value < 0)
		expect_errno((int)-it->value, receive(ends.fd, it->length, it->flags));
	else
		expect_value(it->value, receive(ends.fd, it->length, it->flags));
	expect_bytes(it->gives);
	expect_left(&ends, it->left);
}

/* Two urgent bytes at the start: of those it depends whether the first one is lost. */
static bool depends(const struct in_line *it)
{
	return !strncmp(it->sent, "!!", 2);
}

CASES(in_line)
{
	for (int early = 0; early < 2; early++)
		for (size_t i = 0; i < COUNT(in_line); i++) {
			struct in_line_row row = { &in_line[i], early };

			if (!early && depends(row.asked))
				continue;
			add_case(.name = name_case("recvfrom.%s[tcp%s%s]",
						   in_line[i].rule, in_line[i].name,
						   early ? "" : ",set-late"),
				 .run_row = is_inline,
				 .row = keep_row(&row, sizeof(row)),
				 .doors = early ? doors_for(in_line[i].length,
							    in_line[i].flags, false)
						: SC_RECVFROM);
		}
}

/* What was set and is taken back is as if it had not been. */
CASE("recvfrom.tcp.urgent_received[tcp,inline-taken-back]")
{
	struct ends ends = connect_ends(&streams[0]);

	must_option(ends.fd, SOL_SOCKET, SO_OOBINLINE, 1);
	send_marked(&ends, "ab!cd");
	must_option(ends.fd, SOL_SOCKET, SO_OOBINLINE, 0);
	expect_value(1, receive(ends.fd, 1, MSG_OOB));
	expect_left(&ends, "ab|cd");
}
