/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * unix_memory.c - recvfrom(2) of AF_UNIX into memory that cannot be written, or read:
 * the buffer, the address and its length.
 */
#include <limits.h>

#include "unix_names.h"

enum state { WAITS, AT_END, SHUT_DOWN };

/* Memory that cannot be written, or read. */
static const struct bad {
	const char *name;
	const char *rule;
	enum place buffer, address, addrlen;
	int room, flags;
	size_t length;
	int error;
	enum state state;
} bads[] = {
#define BUFFER "buffer.unwritable"
	{ "null", BUFFER, NOWHERE, WRITABLE, WRITABLE, 110, 0, 64, EFAULT, WAITS },
	{ "unmapped", BUFFER, UNMAPPED, WRITABLE, WRITABLE, 110, 0, 64, EFAULT, WAITS },
	{ "protected", BUFFER, PROTECTED, WRITABLE, WRITABLE, 110, 0, 64, EFAULT,
	  WAITS },
	{ "half", BUFFER, HALF, WRITABLE, WRITABLE, 110, 0, 64, EFAULT, WAITS },
	{ "null,length-1", BUFFER, NOWHERE, WRITABLE, WRITABLE, 110, 0, 1, EFAULT,
	  WAITS },
	{ "null,peek", BUFFER, NOWHERE, WRITABLE, WRITABLE, 110, MSG_PEEK, 64, EFAULT,
	  WAITS },
	{ "unmapped,trunc", BUFFER, UNMAPPED, WRITABLE, WRITABLE, 110, MSG_TRUNC, 64,
	  EFAULT, WAITS },
	{ "half,waitall", BUFFER, HALF, WRITABLE, WRITABLE, 110, MSG_WAITALL, 4, EFAULT,
	  WAITS },
	{ "before-addrlen", BUFFER, UNMAPPED, WRITABLE, NOWHERE, 110, 0, 64, EFAULT,
	  WAITS },
	{ "before-negative", BUFFER, UNMAPPED, WRITABLE, WRITABLE, -1, 0, 64, EFAULT,
	  WAITS },
	{ "before-address", BUFFER, UNMAPPED, UNMAPPED, WRITABLE, 110, 0, 64, EFAULT,
	  WAITS },
#define UNREADABLE "address.addrlen_unreadable"
	{ "null", UNREADABLE, WRITABLE, WRITABLE, NOWHERE, 110, 0, 64, EFAULT, WAITS },
	{ "unmapped", UNREADABLE, WRITABLE, WRITABLE, UNMAPPED, 110, 0, 64, EFAULT,
	  WAITS },
	{ "null,peek", UNREADABLE, WRITABLE, WRITABLE, NOWHERE, 110, MSG_PEEK, 64,
	  EFAULT, WAITS },
	{ "before-address", UNREADABLE, WRITABLE, UNMAPPED, NOWHERE, 110, 0, 64, EFAULT,
	  WAITS },
#define NEGATIVE "address.addrlen_negative"
	{ "-1", NEGATIVE, WRITABLE, WRITABLE, WRITABLE, -1, 0, 64, EINVAL, WAITS },
	{ "int-min", NEGATIVE, WRITABLE, WRITABLE, WRITABLE, INT_MIN, 0, 64, EINVAL,
	  WAITS },
	{ "-1,peek", NEGATIVE, WRITABLE, WRITABLE, WRITABLE, -1, MSG_PEEK, 64, EINVAL,
	  WAITS },
	{ "before-address", NEGATIVE, WRITABLE, UNMAPPED, WRITABLE, -1, 0, 64, EINVAL,
	  WAITS },
#define ADDRESS "address.unwritable"
	{ "unmapped", ADDRESS, WRITABLE, UNMAPPED, WRITABLE, 110, 0, 64, EFAULT,
	  WAITS },
	{ "protected", ADDRESS, WRITABLE, PROTECTED, WRITABLE, 110, 0, 64, EFAULT,
	  WAITS },
	{ "half", ADDRESS, WRITABLE, HALF, WRITABLE, 110, 0, 64, EFAULT, WAITS },
	{ "unmapped,room-1", ADDRESS, WRITABLE, UNMAPPED, WRITABLE, 1, 0, 64, EFAULT,
	  WAITS },
	{ "unmapped,peek", ADDRESS, WRITABLE, UNMAPPED, WRITABLE, 110, MSG_PEEK, 64,
	  EFAULT, WAITS },
	{ "read-only", "address.addrlen_unwritable", WRITABLE, WRITABLE, READ_ONLY, 110,
	  0, 64, EFAULT, WAITS },
/* Where there is no sender, as much is asked of addrlen, and of addr nothing.
 */
#define NO_ADDRLEN "unix.nobody_without_addrlen"
	{ "null", NO_ADDRLEN, WRITABLE, WRITABLE, NOWHERE, 110, 0, 64, EFAULT, AT_END },
	{ "null,before-address", NO_ADDRLEN, WRITABLE, UNMAPPED, NOWHERE, 110, 0, 64,
	  EFAULT, AT_END },
	{ "null,peek", NO_ADDRLEN, WRITABLE, WRITABLE, NOWHERE, 110, MSG_PEEK, 64,
	  EFAULT, AT_END },
	{ "null,shut-down", NO_ADDRLEN, WRITABLE, WRITABLE, UNMAPPED, 110, 0, 64,
	  EFAULT, SHUT_DOWN },
	{ "read-only", NO_ADDRLEN, WRITABLE, WRITABLE, READ_ONLY, 110, 0, 64, EFAULT,
	  AT_END },
	{ "-1", "unix.nobody_addrlen_negative", WRITABLE, WRITABLE, WRITABLE, -1, 0, 64,
	  EINVAL, AT_END },
	{ "-1,shut-down", "unix.nobody_addrlen_negative", WRITABLE, WRITABLE, WRITABLE,
	  INT_MIN, 0, 64, EINVAL, SHUT_DOWN },
	{ "unmapped-address", "unix.ended", WRITABLE, UNMAPPED, WRITABLE, 110, 0, 64, 0,
	  AT_END },
	{ "half-a-buffer", "unix.ended", HALF, WRITABLE, WRITABLE, 110, 0, 64, 0,
	  AT_END },
	{ "unmapped-address", "unix.shut_down", WRITABLE, UNMAPPED, WRITABLE, 110, 0,
	  64, 0, SHUT_DOWN },
};

struct bad_row {
	const struct bad *bad;
	int type;
};

static void bring_about(enum state state, const int fds[2])
{
	must_bind(fds[1], unix_abstract("sender", 6));
	if (state == WAITS)
		send_data(fds[1]);
	else if (state == AT_END)
		must_close(fds[1]);
	else
		sc_must(SC_LINE, t_shutdown(fds[0], SHUT_RD), "shutdown(2)");
}

static void expect_left_of(const struct bad_row *row, int fd)
{
	bool kept = row->type == SOCK_STREAM && row->bad->buffer != WRITABLE;

	if (row->bad->state == WAITS)
		expect_left(fd, kept || row->bad->flags & MSG_PEEK);
}

static void cannot_be_written(const void *data)
{
	const struct bad_row *row = data;
	const struct bad *it = row->bad;
	struct address nobody = family_only(AF_UNIX, 0);
	int fds[2];
	long came;

	unix_pair(row->type, fds);
	bring_about(it->state, fds);
	memset(inbox.address, RESULT_FILL, sizeof(inbox.address));
	inbox.addrlen = (socklen_t)it->room;
	came = t_recvfrom(fds[0], memory_at(it->buffer, inbox.buffer), it->length,
			  it->flags, memory_at(it->address, inbox.address),
			  memory_at(it->addrlen, &inbox.addrlen));
	if (it->error)
		sc_expect_errors(SC_LINE, came, (const int[]){ it->error, 0 });
	else
		sc_expect_received(SC_LINE, 0, &nobody, it->room, came);
	expect_left_of(row, fds[0]);
}

CASES(bad)
{
	for (size_t t = 0; t < COUNT(types); t++)
		for (size_t i = 0; i < COUNT(bads); i++) {
			struct bad_row row = { &bads[i], types[t] };

			if (types[t] == SOCK_DGRAM && bads[i].state == AT_END)
				continue;
			add_case(.name = name_case("recvfrom.%s[%s,%s]", bads[i].rule,
						   type_word(types[t]), bads[i].name),
				 .run_row = cannot_be_written,
				 .row = keep_row(&row, sizeof(row)), HAS_UNIX);
		}
}

/* Of a stream, what was copied before the fault counts; the rest stays. */
static const struct spilt {
	const char *name;
	size_t writable;
	int flags;
	long value;
	const char *left;
} spilt[] = {
	{ "first-only", 2, 0, 2, "cdef" },
	{ "part-of-second", 3, 0, 2, "cdef" },
	{ "two", 4, 0, 4, "ef" },
	{ "part-of-third", 5, 0, 4, "ef" },
	{ "waitall", 3, MSG_WAITALL, 2, "cdef" },
	{ "peek", 3, MSG_PEEK, 2, "abcdef" },
};

static void counts_what_was_copied(const void *data)
{
	const struct spilt *row = data;
	static const unsigned char filled[8] = "........";
	unsigned char *buffer = (void *)cut_off_after(filled, row->writable);
	size_t left = strlen(row->left);
	int fds[2];
	long came;

	unix_pair(SOCK_STREAM, fds);
	for (int i = 0; i < 3; i++)
		must(t_sendto(fds[1], &"abcdef"[2 * i], 2, 0, NULL, 0) == 2,
		     "nothing was sent");
	expect_received(row->value, NULL, 0,
			t_recvfrom(fds[0], buffer, 64, row->flags, NULL, NULL));
	expect_that(!memcmp(buffer, "abcdef", (size_t)row->value),
		    "other bytes than those that were sent");
	came = t_recvfrom(fds[0], inbox.buffer, 64, MSG_DONTWAIT, NULL, NULL);
	expect_that(came == (long)left && !memcmp(inbox.buffer, row->left, left),
		    "%ld bytes are left, not \"%s\"", came, row->left);
}

CASES(spilt)
{
	for (size_t i = 0; i < COUNT(spilt); i++)
		add_case(.name = name_case("recvfrom.unix.stream_fault[%s]",
					   spilt[i].name),
			 .run_row = counts_what_was_copied, .row = &spilt[i],
			 .doors = spilt[i].flags ? FLAG_DOORS : ALL_DOORS, HAS_UNIX);
}

/* Without addr, addrlen may point anywhere, and hold anything. */
static const struct {
	const char *name;
	enum place addrlen;
	int value;
} unwanted[] = {
	{ "null", NOWHERE, 0 },
	{ "unmapped", UNMAPPED, 0 },
	{ "negative", WRITABLE, -1 },
	{ "room", WRITABLE, NAME_ROOM },
};

struct unwanted_row {
	size_t i;
	int type;
};

static void without_address(const void *data)
{
	const struct unwanted_row *row = data;
	int fds[2];

	unix_pair(row->type, fds);
	must_bind(fds[1], unix_abstract("sender", 6));
	send_data(fds[1]);
	inbox.addrlen = (socklen_t)unwanted[row->i].value;
	expect_received(
		4, NULL, 0,
		t_recvfrom(fds[0], inbox.buffer, 64, 0, NULL,
			   memory_at(unwanted[row->i].addrlen, &inbox.addrlen)));
	expect_that(inbox.addrlen == (socklen_t)unwanted[row->i].value,
		    "*addrlen is another");
	expect_left(fds[0], false);
}

CASES(unwanted)
{
	for (size_t t = 0; t < 2; t++)
		for (size_t i = 0; i < COUNT(unwanted); i++) {
			struct unwanted_row row = { i, types[t] };

			add_case(.name = name_case("recvfrom.address.not_wanted[%s,"
						   "addrlen-%s]",
						   type_word(types[t]),
						   unwanted[i].name),
				 .run_row = without_address,
				 .row = keep_row(&row, sizeof(row)), HAS_UNIX);
		}
}
