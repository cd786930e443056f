/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * vsock_ends.c - recvfrom(2) of connections of AF_VSOCK between two sockets of this
 * machine: records, ends, waits and buffers that cannot be written.
 */
#include "links.h"
#include "sockcheck.h"

#define LOCAL .has = { FEATURE_FAMILY(AF_VSOCK), FEATURE_VSOCK_LOCAL }
#define CID   LINUX_VMADDR_CID_LOCAL

/* The end that receives, and the one that sends. */
struct ends {
	int fd, other;
};

static struct ends connected(int type)
{
	int listener = must_socket(AF_VSOCK, type, 0);
	struct ends ends;

	need_vsock_port(vsock_port(0));
	must_bind(listener, vsock_address(CID, vsock_port(0)));
	must_listen(listener);
	ends.other = must_socket(AF_VSOCK, type, 0);
	must_connect(ends.other, vsock_address(CID, vsock_port(0)));
	ends.fd = must_accept(listener);
	return ends;
}

static void send_text(struct ends ends, const char *text)
{
	long length = (long)strlen(text);

	must(t_sendto(ends.other, text, (size_t)length, 0, NULL, 0) == length,
	     "nothing was sent");
	wait_readable(ends.fd);
}

static struct ends with_text(int type)
{
	struct ends ends = connected(type);

	send_text(ends, "data");
	return ends;
}

/* Records of SOCK_SEQPACKET. */
static const struct record_row {
	const char *rule;
	const char *name;
	size_t length;
	int flags;
	long value;
} records[] = {
	{ "received", "length-64", 64, 0, 4 },
	{ "received", "length-4", 4, 0, 4 },
	{ "received", "length-4,trunc", 4, MSG_TRUNC, 4 },
	{ "received", "length-4,dontwait", 4, MSG_DONTWAIT, 4 },
	{ "received", "length-64,waitall", 64, MSG_WAITALL, 4 },
	{ "cut", "length-3", 3, 0, 3 },
	{ "cut", "length-1", 1, 0, 1 },
	{ "length_told", "length-3,trunc", 3, MSG_TRUNC, 4 },
	{ "length_told", "length-1,trunc", 1, MSG_TRUNC, 4 },
};

static void is_record(const void *data)
{
	const struct record_row *row = data;
	struct ends ends = with_text(SOCK_SEQPACKET);

	expect_value(row->value,
		     t_recvfrom(ends.fd, inbox.buffer, row->length, row->flags, NULL, NULL));
	expect_next(ends.fd, -EAGAIN);
}

/* Each is one of its own, whatever the room for the one before. */
CASE("recvfrom.datagram.received[vsock,two-records]", .doors = doors_for(64, 0, false),
     LOCAL)
{
	struct ends ends = with_text(SOCK_SEQPACKET);

	send_text(ends, "more data");
	expect_value(4, t_recvfrom(ends.fd, inbox.buffer, 64, 0, NULL, NULL));
	expect_next(ends.fd, 9);
	expect_next(ends.fd, -EAGAIN);
}

CASE("recvfrom.datagram.cut[vsock,two-records]", .doors = doors_for(2, 0, false), LOCAL)
{
	struct ends ends = with_text(SOCK_SEQPACKET);

	send_text(ends, "more data");
	expect_value(2, t_recvfrom(ends.fd, inbox.buffer, 2, 0, NULL, NULL));
	expect_next(ends.fd, 9);
}

CASES(records)
{
	for (size_t i = 0; i < COUNT(records); i++)
		add_case(.name = name_case("recvfrom.datagram.%s[vsock,%s]",
					   records[i].rule, records[i].name),
			 .run_row = is_record, .row = &records[i],
			 .doors = doors_for(records[i].length, records[i].flags, false),
			 LOCAL);
}

CASE("recvfrom.vsock.record_not_peeked[waits]", .until = LINUX(6, 4), LOCAL)
{
	struct ends ends = with_text(SOCK_SEQPACKET);

	expect_errno(ENOMEM,
		     t_recvfrom(ends.fd, inbox.buffer, 64, MSG_PEEK, NULL, NULL));
	expect_next(ends.fd, 4);
}

CASE("recvfrom.datagram.peeked[vsock,record]", .since = LINUX(6, 6), LOCAL)
{
	struct ends ends = with_text(SOCK_SEQPACKET);

	expect_value(4, t_recvfrom(ends.fd, inbox.buffer, 64, MSG_PEEK, NULL, NULL));
	expect_next(ends.fd, 4);
}

/* What holds of both kinds. */
static const struct kind {
	const char *name;
	int type;
} kinds[] = { { "stream", SOCK_STREAM }, { "seqpacket", SOCK_SEQPACKET } };

static void is_out_of_band(const void *data)
{
	const struct kind *kind = data;
	struct ends ends = with_text(kind->type);

	expect_errno(EOPNOTSUPP,
		     t_recvfrom(ends.fd, inbox.buffer, 64, MSG_OOB, NULL, NULL));
	expect_next(ends.fd, 4);
}

static void wants_nothing(const void *data)
{
	const struct kind *kind = data;
	struct ends ends = with_text(kind->type);

	expect_value(0, t_recvfrom(ends.fd, inbox.buffer, 0, 0, NULL, NULL));
	expect_next(ends.fd, 4);
}

static void is_shut_down(const void *data)
{
	const struct kind *kind = data;
	struct ends ends = with_text(kind->type);

	sc_must(SC_LINE, t_shutdown(ends.fd, SHUT_RD), "shutdown(2)");
	expect_value(0, t_recvfrom(ends.fd, inbox.buffer, 64, 0, NULL, NULL));
}

static void would_block(const void *data)
{
	const struct kind *kind = data;
	struct ends ends = connected(kind->type);

	expect_errno(EAGAIN,
		     t_recvfrom(ends.fd, inbox.buffer, 64, MSG_DONTWAIT, NULL, NULL));
}

/* The other end sends no more: what it has sent comes, and then the end, again and
 * again. */
static void is_at_end(const void *data)
{
	const struct kind *kind = data;
	struct ends ends = connected(kind->type);

	sc_must(SC_LINE, t_shutdown(ends.other, SHUT_WR), "shutdown(2)");
	wait_readable(ends.fd);
	expect_value(0, t_recvfrom(ends.fd, inbox.buffer, 64, 0, NULL, NULL));
	expect_value(0, t_recvfrom(ends.fd, inbox.buffer, 64, MSG_DONTWAIT, NULL, NULL));
}

static void is_at_end_behind_data(const void *data)
{
	const struct kind *kind = data;
	struct ends ends = with_text(kind->type);
	long came;

	sc_must(SC_LINE, t_shutdown(ends.other, SHUT_WR), "shutdown(2)");
	came = t_recvfrom(ends.fd, inbox.buffer, 64, 0, NULL, NULL);
	must(came == 4, "recvfrom(2) gives %ld", came);
	wait_readable(ends.fd);
	expect_value(0, t_recvfrom(ends.fd, inbox.buffer, 64, 0, NULL, NULL));
}

static void is_closed(const void *data)
{
	const struct kind *kind = data;
	struct ends ends = connected(kind->type);

	must_close(ends.other);
	wait_readable(ends.fd);
	expect_value(0, t_recvfrom(ends.fd, inbox.buffer, 64, 0, NULL, NULL));
}

/* Waits: for what comes, the end, a signal, or their time. */
static void ends_meanwhile(const void *data)
{
	const struct kind *kind = data;
	struct ends ends = connected(kind->type);

	shut_down_at_next_wait(ends.other, SHUT_WR);
	expect_value(0, t_recvfrom(ends.fd, inbox.buffer, 64, 0, NULL, NULL));
}

static void is_interrupted(const void *data)
{
	const struct kind *kind = data;
	struct ends ends = connected(kind->type);

	interrupt_next_wait(false);
	expect_errno(EINTR, t_recvfrom(ends.fd, inbox.buffer, 64, 0, NULL, NULL));
}

static void is_timed_out(const void *data)
{
	const struct kind *kind = data;
	struct ends ends = connected(kind->type);
	struct timeval short_time = { .tv_usec = 20000 };

	sc_must(SC_LINE,
		t_setsockopt(ends.fd, SOL_SOCKET, SO_RCVTIMEO, &short_time,
			     sizeof(short_time)),
		"setsockopt(2)");
	expect_errno(EAGAIN, t_recvfrom(ends.fd, inbox.buffer, 64, 0, NULL, NULL));
}

static const struct both {
	const char *rule;
	const char *variant;
	void (*run)(const void *);
	unsigned int doors;
} both[] = {
	{ "vsock.out_of_band", "waits", is_out_of_band, 0 },
	{ "vsock.wants_nothing", "waits", wants_nothing, 0 },
	{ "vsock.shut_down", "waits", is_shut_down, doors_for(64, 0, false) },
	{ "vsock.would_block", "empty", would_block,
	  SC_RECVFROM | SC_RECV | SC_RECVMSG },
	{ "vsock.at_end", "empty", is_at_end, SC_RECVFROM | SC_RECVMSG | SC_READ },
	{ "vsock.at_end", "behind-data", is_at_end_behind_data,
	  SC_RECVFROM | SC_RECVMSG | SC_READ },
	{ "vsock.at_end", "closed", is_closed, SC_RECVFROM | SC_RECVMSG | SC_READ },
	{ "vsock.at_end", "meanwhile", ends_meanwhile, SC_RECVFROM | SC_READ },
	{ "wait.interrupted", "vsock", is_interrupted, SC_RECVFROM | SC_READ },
	{ "wait.timed_out", "vsock", is_timed_out, SC_RECVFROM | SC_READ },
};

CASES(both)
{
	for (size_t k = 0; k < COUNT(kinds); k++)
		for (size_t i = 0; i < COUNT(both); i++)
			add_case(.name = name_case("recvfrom.%s[%s,%s]", both[i].rule,
						   kinds[k].name, both[i].variant),
				 .run_row = both[i].run, .row = &kinds[k],
				 .doors = both[i].doors, LOCAL);
}

/* A buffer that cannot be written: bytes of a stream stay, a record is gone. */
static void cannot_be_copied(const void *data)
{
	const struct kind *kind = data;
	struct ends ends = with_text(kind->type);

	expect_errno(ENOMEM,
		     t_recvfrom(ends.fd, (void *)unmapped_memory(), 64, 0, NULL, NULL));
	expect_next(ends.fd, kind->type == SOCK_STREAM ? 4 : -EAGAIN);
}

static void cannot_be_written(const void *data)
{
	const struct kind *kind = data;
	struct ends ends = with_text(kind->type);

	expect_errno(EFAULT,
		     t_recvfrom(ends.fd, (void *)unmapped_memory(), 64, 0, NULL, NULL));
	expect_next(ends.fd, kind->type == SOCK_STREAM ? 4 : -EAGAIN);
}

CASES(copies)
{
	for (size_t k = 0; k < COUNT(kinds); k++) {
		add_case(.name = name_case("recvfrom.vsock.copy_failed[%s]",
					   kinds[k].name),
			 .run_row = cannot_be_copied, .row = &kinds[k],
			 .doors = doors_for(64, 0, false), .until = LINUX(6, 4), LOCAL);
		add_case(.name = name_case("recvfrom.buffer.unwritable[vsock,%s]",
					   kinds[k].name),
			 .run_row = cannot_be_written, .row = &kinds[k],
			 .doors = doors_for(64, 0, false), .since = LINUX(6, 4), LOCAL);
	}
}

/* Streams: MSG_WAITALL has both parts come, or what there is before the end. */
CASE("recvfrom.stream.received[vsock,waitall]", LOCAL)
{
	struct ends ends = with_text(SOCK_STREAM);

	another_process_acts((struct act[ACTS]){
		{ ACT_SEND, ends.other, "more", { .length = 0 } } });
	expect_value(8, t_recvfrom(ends.fd, inbox.buffer, 8, MSG_WAITALL, NULL, NULL));
	expect_next(ends.fd, -EAGAIN);
}

CASE("recvfrom.stream.received[vsock,comes-meanwhile]",
     .doors = SC_RECVFROM | SC_RECVMSG | SC_READ, LOCAL)
{
	struct ends ends = connected(SOCK_STREAM);

	another_process_acts((struct act[ACTS]){
		{ ACT_SEND, ends.other, "data", { .length = 0 } } });
	expect_value(4, t_recvfrom(ends.fd, inbox.buffer, 64, 0, NULL, NULL));
}

CASE("recvfrom.datagram.received[vsock,comes-meanwhile]",
     .doors = SC_RECVFROM | SC_RECVMSG | SC_READ, LOCAL)
{
	struct ends ends = connected(SOCK_SEQPACKET);

	another_process_acts((struct act[ACTS]){
		{ ACT_SEND, ends.other, "data", { .length = 0 } } });
	expect_value(4, t_recvfrom(ends.fd, inbox.buffer, 64, 0, NULL, NULL));
}

CASE("recvfrom.stream.received[vsock,waitall,end]", LOCAL)
{
	struct ends ends = with_text(SOCK_STREAM);

	sc_must(SC_LINE, t_shutdown(ends.other, SHUT_WR), "shutdown(2)");
	expect_value(4, t_recvfrom(ends.fd, inbox.buffer, 8, MSG_WAITALL, NULL, NULL));
}

CASE("recvfrom.stream.received[vsock,waitall,dontwait]", LOCAL)
{
	struct ends ends = with_text(SOCK_STREAM);

	expect_value(4, t_recvfrom(ends.fd, inbox.buffer, 8, MSG_WAITALL | MSG_DONTWAIT,
				   NULL, NULL));
}

CASE("recvfrom.stream.peeked[vsock,part,two-sends]", LOCAL)
{
	struct ends ends = with_text(SOCK_STREAM);

	send_text(ends, "more");
	expect_value(3, t_recvfrom(ends.fd, inbox.buffer, 3, MSG_PEEK, NULL, NULL));
	expect_next(ends.fd, 8);
}

CASE("recvfrom.vsock.wants_too_much[waitall]", LOCAL)
{
	static unsigned char much[262144];
	struct ends ends = with_text(SOCK_STREAM);

	expect_errno(ENOMEM, t_recvfrom(ends.fd, much, sizeof(much), MSG_WAITALL, NULL,
					NULL));
	expect_next(ends.fd, 4);
}
