/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * packet_sent.c - recvfrom(2) with MSG_ERRQUEUE of packet sockets that ask with
 * SO_TIMESTAMPING when their frames are sent.
 */
#include <linux/net_tstamp.h>

#include "packet.h"

#define ASKED	SOF_TIMESTAMPING_TX_SOFTWARE
#define WHOLE	(HEADER + SIZE)
#define CONTROL CMSG_SPACE(16)

/* A socket that has sent a frame, and is told so. */
static int sent(int type, int stamps)
{
	int fd = sender(type);

	must_option(fd, SOL_SOCKET, SO_TIMESTAMPING, stamps);
	if (type == SOCK_RAW) {
		static const unsigned char frame[WHOLE + 1] = ZEROS FROM
			"\x88\xb5" TEXT;

		send_to(fd, ZEROS, ETHERTYPE_LOCAL, frame, WHOLE);
	} else {
		send_text(fd);
	}
	wait_error(fd);
	return fd;
}

static const struct asked {
	const char *name;
	int type, stamps;
	size_t length;
	int flags;
	long value;
} asked[] = {
	{ "raw", SOCK_RAW, ASKED, 64, MSG_ERRQUEUE, WHOLE },
	{ "raw,dontwait", SOCK_RAW, ASKED, 64, MSG_ERRQUEUE | MSG_DONTWAIT, WHOLE },
	{ "raw,exact", SOCK_RAW, ASKED, WHOLE, MSG_ERRQUEUE, WHOLE },
	{ "raw,cut", SOCK_RAW, ASKED, WHOLE - 1, MSG_ERRQUEUE, WHOLE - 1 },
	{ "raw,length-0", SOCK_RAW, ASKED, 0, MSG_ERRQUEUE, 0 },
	{ "raw,peek", SOCK_RAW, ASKED, 64, MSG_ERRQUEUE | MSG_PEEK, WHOLE },
	{ "raw,trunc,cut", SOCK_RAW, ASKED, 5, MSG_ERRQUEUE | MSG_TRUNC, 5 },
	{ "dgram", SOCK_DGRAM, ASKED, 64, MSG_ERRQUEUE, WHOLE },
	{ "raw,time-only", SOCK_RAW, ASKED | SOF_TIMESTAMPING_OPT_TSONLY, 64,
	  MSG_ERRQUEUE, 0 },
	{ "raw,scheduled", SOCK_RAW, SOF_TIMESTAMPING_TX_SCHED, 64, MSG_ERRQUEUE,
	  WHOLE },
};

static void is_told(const void *data)
{
	const struct asked *row = data;
	struct address nobody = { .length = 0 };
	int fd = sent(row->type, row->stamps);

	expect_received(row->value, &nobody, FULL,
			receive(fd, row->length, row->flags, FULL));
	expect_that(t_recvfrom(fd, inbox.buffer, 64, MSG_ERRQUEUE, NULL, NULL) ==
			    -EAGAIN,
		    "it is told a second time");
}

CASES(told)
{
	for (size_t i = 0; i < COUNT(asked); i++)
		add_case(.name = name_case("recvfrom.packet.sent_at[%s]",
					   asked[i].name),
			 .run_row = is_told, .row = &asked[i],
			 .doors = doors_for(64, MSG_ERRQUEUE, true), PACKET);
}

/* What the control message says: of a frame, when it was handed to the device; or its
 * number. */
static const struct said {
	const char *name;
	int stamps;
	size_t room;
	size_t length; /* of what is told */
	unsigned int info, data;
} said[] = {
	{ "control", ASKED, 64, CONTROL, 0, 0 },
	{ "control,exact", ASKED, CONTROL, CONTROL, 0, 0 },
	{ "control,scheduled", SOF_TIMESTAMPING_TX_SCHED, 64, CONTROL, 1, 0 },
	{ "control,number", ASKED | SOF_TIMESTAMPING_OPT_ID, 64, CONTROL, 0, 0 },
	{ "control,cut", ASKED, CMSG_LEN(8), CMSG_LEN(8), 0, 0 },
	{ "control,none", ASKED, 0, 0, 0, 0 },
	{ "control,time", ASKED | SOF_TIMESTAMPING_SOFTWARE, 256, 0, 0, 0 },
};

static void says(const void *data)
{
	static unsigned char control[256];
	const struct said *row = data;
	size_t length = row->room;
	unsigned int words[4];
	int fd = sent(SOCK_RAW, row->stamps);

	need_own_control_layout();
	expect_value(WHOLE, t_recvmsg(fd, inbox.buffer, 64, MSG_ERRQUEUE,
				      row->room ? control : NULL, &length));
	if (row->length != CONTROL)
		return;
	memcpy(words, control + sizeof(struct cmsghdr), sizeof(words));
	expect_that(words[0] == ENOMSG && words[2] == row->info &&
			    words[3] == row->data,
		    "errno %u, info %u, data %u", words[0], words[2], words[3]);
}

CASES(said)
{
	for (size_t i = 0; i < COUNT(said); i++)
		add_case(.name = name_case("recvfrom.packet.sent_at[%s]", said[i].name),
			 .run_row = says, .row = &said[i],
			 .doors = SC_RECVMSG | SC_RECVMMSG, PACKET);
}

/* Frame by frame, in their order. */
CASE("recvfrom.packet.sent_at[two]", PACKET)
{
	struct address nobody = { .length = 0 };
	int fd = sent(SOCK_DGRAM, ASKED);

	send_to(fd, ZEROS, ETHERTYPE_LOCAL, "second", 6);
	expect_received(WHOLE, &nobody, FULL, receive(fd, 64, MSG_ERRQUEUE, FULL));
	expect_received(HEADER + 6, &nobody, FULL, receive(fd, 64, MSG_ERRQUEUE, FULL));
}

CASE("recvfrom.packet.sent_unwritable[unmapped]", PACKET)
{
	int fd = sent(SOCK_RAW, ASKED);

	expect_errno(EFAULT, t_recvfrom(fd, (void *)unmapped_memory(), 64, MSG_ERRQUEUE,
					NULL, NULL));
	expect_that(t_recvfrom(fd, inbox.buffer, 64, MSG_ERRQUEUE, NULL, NULL) ==
			    -EAGAIN,
		    "it is there still");
}

CASE("recvfrom.packet.sent_unwritable[half]", PACKET)
{
	int fd = sent(SOCK_RAW, ASKED);

	expect_errno(EFAULT, t_recvfrom(fd, (void *)cut_off_after("1234", 4), 64,
					MSG_ERRQUEUE, NULL, NULL));
}

/* Nobody has asked, or it was something else that was asked for. */
CASE("recvfrom.packet.no_error_waits[sent]", PACKET)
{
	int fd = sender(SOCK_DGRAM);

	send_text(fd);
	expect_errno(EAGAIN, receive(fd, 64, MSG_ERRQUEUE, FULL));
}

CASE("recvfrom.packet.no_error_waits[sent,reports-only]", PACKET)
{
	int fd = sender(SOCK_DGRAM);

	must_option(fd, SOL_SOCKET, SO_TIMESTAMPING, SOF_TIMESTAMPING_SOFTWARE);
	send_text(fd);
	expect_errno(EAGAIN, receive(fd, 64, MSG_ERRQUEUE, FULL));
}

CASE("recvfrom.packet.flags_unsupported[sent,waitall]", PACKET)
{
	int fd = sent(SOCK_RAW, ASKED);

	expect_errno(EINVAL, receive(fd, 64, MSG_ERRQUEUE | MSG_WAITALL, FULL));
}
