/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * unix_sockmap.c - recvfrom(2) of an AF_UNIX socket in a sockmap of BPF that no program
 * belongs to: unix_bpf_recvmsg() gives what any other socket gives, where something is
 * asked for.
 */
#include "unix.h"

#define STREAM	SOCK_STREAM
#define DATA	SEND("abcd")
#define MAPPED	.needs = NEEDS_REAL_ROOT, .since = LINUX(5, 15), HAS_UNIX
#define UNNAMED (UNNAMED_DOORS)

/* The socket is put into the map before anything is sent. */
static const struct story stories[] = {
	{ "recvfrom.datagram.received",
	  "sockmap",
	  SOCK_DGRAM,
	  UNNAMED,
	  { DATA, DUE(64, 0, "abcd"), EMPTY } },
	{ "recvfrom.datagram.received",
	  "sockmap,two",
	  SOCK_DGRAM,
	  UNNAMED,
	  { DATA, SEND("efgh"), DUE(64, 0, "abcd"), DUE(64, 0, "efgh"), EMPTY } },
	{ "recvfrom.datagram.cut",
	  "sockmap",
	  SOCK_DGRAM,
	  ALL_DOORS,
	  { DATA, DUE(3, 0, "abc"), EMPTY } },
	{ "recvfrom.datagram.peeked",
	  "sockmap",
	  SOCK_DGRAM,
	  FLAG_DOORS,
	  { DATA, DUE(64, MSG_PEEK, "abcd"), TAKE(64, 0, "abcd"), EMPTY } },
	{ "recvfrom.datagram.length_told",
	  "sockmap",
	  SOCK_DGRAM,
	  FLAG_DOORS,
	  { DATA, TELLS(3, MSG_TRUNC, 4, "abc"), EMPTY } },
	{ "recvfrom.unix.would_block",
	  "sockmap",
	  SOCK_DGRAM,
	  FLAG_DOORS,
	  { DUE_ERROR(64, MSG_DONTWAIT, EAGAIN) } },
	{ "recvfrom.stream.received",
	  "sockmap",
	  STREAM,
	  UNNAMED,
	  { DATA, DUE(64, 0, "abcd"), EMPTY } },
	{ "recvfrom.stream.received",
	  "sockmap,part",
	  STREAM,
	  UNNAMED,
	  { DATA, DUE(3, 0, "abc"), TAKE(64, 0, "d"), EMPTY } },
	{ "recvfrom.stream.peeked",
	  "sockmap",
	  STREAM,
	  FLAG_DOORS,
	  { DATA, DUE(64, MSG_PEEK, "abcd"), TAKE(64, 0, "abcd"), EMPTY } },
	{ "recvfrom.unix.would_block",
	  "sockmap",
	  STREAM,
	  FLAG_DOORS,
	  { DUE_ERROR(64, MSG_DONTWAIT, EAGAIN) } },
	{ "recvfrom.unix.ended",
	  "sockmap",
	  STREAM,
	  ALL_DOORS,
	  { DATA, TAKE(64, 0, "abcd"), STEP(DOES_SHUT, SHUT_WR), DUE(64, 0, "") } },
	{ "recvfrom.unix.sockmap_asks_nothing",
	  "data-waits",
	  SOCK_DGRAM,
	  FLAG_DOORS,
	  { DATA, DUE(0, 0, ""), TAKE(64, 0, "abcd"), EMPTY } },
	{ "recvfrom.unix.sockmap_asks_nothing",
	  "nothing-waits",
	  SOCK_DGRAM,
	  FLAG_DOORS,
	  { DUE(0, 0, ""), EMPTY } },
	{ "recvfrom.unix.sockmap_asks_nothing",
	  "data-waits",
	  STREAM,
	  FLAG_DOORS,
	  { DATA, DUE(0, 0, ""), TAKE(64, 0, "abcd"), EMPTY } },
	{ "recvfrom.unix.sockmap_asks_nothing",
	  "nothing-waits",
	  STREAM,
	  FLAG_DOORS,
	  { DUE(0, 0, ""), EMPTY } },
	{ "recvfrom.unix.sockmap_asks_nothing",
	  "nothing-waits,dontwait",
	  STREAM,
	  FLAG_DOORS,
	  { DUE(0, MSG_DONTWAIT, ""), EMPTY } },
	{ "recvfrom.unix.out_of_band",
	  "sockmap",
	  SOCK_DGRAM,
	  FLAG_DOORS,
	  { DATA, DUE_ERROR(1, MSG_OOB, EOPNOTSUPP), TAKE(64, 0, "abcd"), EMPTY } },
	{ "recvfrom.unix.sockmap_out_of_band",
	  "data-waits",
	  STREAM,
	  FLAG_DOORS,
	  { DATA, DUE_ERROR(1, MSG_OOB, EOPNOTSUPP), TAKE(64, 0, "abcd"), EMPTY } },
	{ "recvfrom.unix.sockmap_out_of_band",
	  "length-0",
	  STREAM,
	  FLAG_DOORS,
	  { DUE_ERROR(0, MSG_OOB, EOPNOTSUPP), EMPTY } },
};

static void tell_mapped(const void *row)
{
	const struct story *story = row;
	int fds[2];

	unix_pair(story->type, fds);
	put_into_sockmap(fds[0]);
	for (size_t i = 0; i < STEPS && story->steps[i].does; i++)
		take_step(&story->steps[i], fds[0], fds[1]);
}

CASES(stories)
{
	for (size_t i = 0; i < COUNT(stories); i++)
		add_case(.name = name_case("%s[%s,%s]", stories[i].rule,
					   type_word(stories[i].type), stories[i].name),
			 .run_row = tell_mapped, .row = &stories[i],
			 .doors = stories[i].doors, MAPPED);
}
