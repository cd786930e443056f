/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * tcp_sent.c - recvfrom(2) with MSG_ERRQUEUE of a connection of TCP that asks with
 * SOF_TIMESTAMPING_OPT_STATS when its bytes are sent, and how it does.
 */
#include <time.h>

#include <linux/errqueue.h>
#include <linux/net_tstamp.h>
#include <linux/netlink.h>

#include "tcp.h"

#ifndef SCM_TIMESTAMPING_OPT_STATS
#define SCM_TIMESTAMPING_OPT_STATS 54 /* linux/socket.h, since Linux 4.10 */
#endif

#define ASKED                                                       \
	(SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_TX_SOFTWARE | \
	 LINUX_SOF_TIMESTAMPING_OPT_TSONLY | LINUX_SOF_TIMESTAMPING_OPT_STATS)

static struct ends sent(const struct stream *it)
{
	struct ends ends = connect_ends(it);

	must_option(ends.fd, SOL_SOCKET, SO_TIMESTAMPING, ASKED);
	must(t_sendto(ends.fd, "abcd", 4, 0, NULL, 0) == 4, "nothing was sent");
	wait_error(ends.fd);
	return ends;
}

static void expect_no_more(int fd)
{
	long came = receive(fd, 64, MSG_ERRQUEUE);

	expect_that(came == -EAGAIN, "the queue of errors gives %ld, where it is empty",
		    came);
}

/* As much of the statistics as is asked for, which is never all. */
static const struct asked {
	const char *name;
	size_t length;
	int flags;
} asked[] = {
	{ "length-0", 0, 0 },
	{ "statistics", 16, 0 },
	{ "length-0,dontwait", 0, MSG_DONTWAIT },
	{ "statistics,trunc", 16, MSG_TRUNC },
	{ "statistics,peek", 16, MSG_PEEK },
};

/* The first attribute is TCP_NLA_BUSY, 8 bytes, or what aligns those: TCP_NLA_PAD. */
static void expect_first_attribute(void)
{
	struct nlattr first;

	memcpy(&first, inbox.buffer, sizeof(first));
	expect_that((first.nla_type == 1 && first.nla_len == NLA_HDRLEN + 8) ||
			    (!first.nla_type && first.nla_len == NLA_HDRLEN),
		    "the first attribute has %u bytes and is of type %u", first.nla_len,
		    first.nla_type);
}

struct row {
	const struct stream *stream;
	const struct asked *asked;
};

static void as_asked(const void *data)
{
	const struct row *row = data;
	struct ends ends = sent(row->stream);

	expect_value(
		(long)row->asked->length,
		receive(ends.fd, row->asked->length, MSG_ERRQUEUE | row->asked->flags));
	if (row->asked->length && !nothing_behind())
		expect_first_attribute();
	expect_no_more(ends.fd);
}

CASES(asked)
{
	for (size_t s = 0; s < COUNT(streams); s++)
		for (size_t i = 0; i < COUNT(asked); i++) {
			struct row row = { &streams[s], &asked[i] };

			add_for(row.stream,
				stream_doors(row.stream, asked[i].length, MSG_ERRQUEUE),
				as_asked, row, "recvfrom.tcp.sent_at[%s,%s]",
				streams[s].name, asked[i].name);
		}
}

/* Where a message of a kind stands among those that came, and its payload's length. */
static const unsigned char *control_of(const unsigned char *control, size_t length,
				       int level, int type, size_t *payload)
{
	struct cmsghdr header;

	for (size_t at = 0; at + sizeof(header) <= length;
	     at += CMSG_SPACE(header.cmsg_len - CMSG_LEN(0))) {
		memcpy(&header, control + at, sizeof(header));
		if (header.cmsg_len < CMSG_LEN(0) || header.cmsg_len > length - at)
			break;
		*payload = header.cmsg_len - CMSG_LEN(0);
		if (header.cmsg_level == level && header.cmsg_type == type)
			return control + at + CMSG_LEN(0);
	}
	expect_that(false, "no control message of level %d, type %d", level, type);
	return NULL;
}

/* Attributes that fill it, each with a type of its own, but for what fills up. */
static void expect_statistics(const unsigned char *bytes, size_t length)
{
	unsigned long long seen = 0;
	struct nlattr attribute;

	for (size_t at = 0; at < length; at += NLA_ALIGN(attribute.nla_len)) {
		expect_that(at + sizeof(attribute) <= length, "half an attribute");
		memcpy(&attribute, bytes + at, sizeof(attribute));
		expect_that(attribute.nla_len >= NLA_HDRLEN &&
				    attribute.nla_len <= length - at &&
				    attribute.nla_type < 64,
			    "an attribute of %u bytes, of type %u", attribute.nla_len,
			    attribute.nla_type);
		/* TCP_NLA_PAD */
		expect_that(!attribute.nla_type || !(seen >> attribute.nla_type & 1),
			    "two attributes of type %u", attribute.nla_type);
		seen |= 1ULL << attribute.nla_type;
	}
	/* TCP_NLA_BUSY to TCP_NLA_MIN_RTT. */
	expect_that((seen & 0x7fe) == 0x7fe, "one of the attributes is missing");
}

static void tells(const void *data)
{
	static unsigned char control[1024];
	const struct stream *stream = data;
	bool v4 = stream->domain == AF_INET;
	size_t length = sizeof(control), payload = 0;
	struct ends ends = sent(stream);
	struct sock_extended_err error;
	const unsigned char *at;

	need_own_control_layout();
	expect_value(
		0, t_recvmsg(ends.fd, inbox.buffer, 0, MSG_ERRQUEUE, control, &length));
	if (target_waits_not())
		return;
	control_of(control, length, SOL_SOCKET, SO_TIMESTAMPING, &payload);
	expect_that(payload == 3 * sizeof(struct timespec), "a time of %zu bytes",
		    payload);
	at = control_of(control, length, SOL_SOCKET, SCM_TIMESTAMPING_OPT_STATS,
			&payload);
	expect_statistics(at, payload);
	at = control_of(control, length, v4 ? IPPROTO_IP : IPPROTO_IPV6,
			v4 ? IP_RECVERR : IPV6_RECVERR, &payload);
	memcpy(&error, at, sizeof(error));
	expect_that(error.ee_errno == ENOMSG &&
			    error.ee_origin == SO_EE_ORIGIN_TIMESTAMPING &&
			    error.ee_info == SCM_TSTAMP_SND,
		    "error %u of origin %u, %u", error.ee_errno, error.ee_origin,
		    error.ee_info);
	expect_no_more(ends.fd);
}

CASES(told)
{
	for (size_t s = 0; s < COUNT(streams); s++)
		add_case(.name = name_case("recvfrom.tcp.sent_at[%s,control]",
					   streams[s].name),
			 .run_row = tells, .row = &streams[s],
			 .doors = SC_RECVMSG | SC_RECVMMSG,
			 .has = { FEATURE_FAMILY(streams[s].domain) });
}
