/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * setting.h - an option that is set on a socket that nothing else has happened to:
 * which kind of socket, which option, which value.
 */
#ifndef CASES_SETSOCKOPT_SETTING_H
#define CASES_SETSOCKOPT_SETTING_H

#include <limits.h>
#include <string.h>

#include "sockcheck.h"

enum made_kind {
	TCP,
	TCP6,
	UDP,
	UDP6,
	UDPLITE,
	PING,
	PING6,
	RAW,
	RAW6,
	RAW_OTHER, /* of no protocol of ICMP's */
	RAW6_OTHER,
	UNIX_STREAM,
	UNIX_DGRAM,
	UNIX_SEQPACKET,
	PACKET,
	NETLINK,
};

static const struct made {
	const char *name;
	int domain, type, protocol;
	unsigned long long caps;
	int feature; /* besides the family */
} made[] = {
	[TCP] = { "tcp", AF_INET, SOCK_STREAM, 0, 0, 0 },
	[TCP6] = { "tcp6", AF_INET6, SOCK_STREAM, 0, 0, 0 },
	[UDP] = { "udp", AF_INET, SOCK_DGRAM, 0, 0, 0 },
	[UDP6] = { "udp6", AF_INET6, SOCK_DGRAM, 0, 0, 0 },
	[UDPLITE] = { "udplite", AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE, 0,
		      FEATURE_UDPLITE },
	[PING] = { "ping", AF_INET, SOCK_DGRAM, IPPROTO_ICMP, 0, 0 },
	[PING6] = { "ping6", AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6, 0, 0 },
	[RAW] = { "raw", AF_INET, SOCK_RAW, IPPROTO_ICMP, SC_CAP(LINUX_CAP_NET_RAW),
		  0 },
	[RAW6] = { "raw6", AF_INET6, SOCK_RAW, IPPROTO_ICMPV6,
		   SC_CAP(LINUX_CAP_NET_RAW), 0 },
	[RAW_OTHER] = { "raw-other", AF_INET, SOCK_RAW, 253, SC_CAP(LINUX_CAP_NET_RAW),
			0 },
	[RAW6_OTHER] = { "raw6-other", AF_INET6, SOCK_RAW, 253,
			 SC_CAP(LINUX_CAP_NET_RAW), 0 },
	[UNIX_STREAM] = { "unix-stream", AF_UNIX, SOCK_STREAM, 0, 0, 0 },
	[UNIX_DGRAM] = { "unix-dgram", AF_UNIX, SOCK_DGRAM, 0, 0, 0 },
	[UNIX_SEQPACKET] = { "unix-seqpacket", AF_UNIX, SOCK_SEQPACKET, 0, 0, 0 },
	[PACKET] = { "packet", AF_PACKET, SOCK_RAW, 0, SC_CAP(LINUX_CAP_NET_RAW), 0 },
	[NETLINK] = { "netlink", AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, 0, 0 },
};

/* Where the value lies. */
enum lies {
	LIES_WELL,
	LIES_NOWHERE, /* nothing is mapped there */
	LIES_AT_NULL,
	LIES_AT_END, /* all of it but the last byte can be read */
};

struct setting {
	const char *name;
	enum made_kind kind;
	int level, optname;
	int value; /* the first bytes of it; the others are 0 */
	int optlen;
	enum lies lies;
	int since;
};

static inline const void *laid(const struct setting *it, const void *value)
{
	switch (it->lies) {
	case LIES_NOWHERE:
		return unmapped_memory();
	case LIES_AT_NULL:
		return NULL;
	case LIES_AT_END:
		return cut_off_after(value, (size_t)it->optlen - 1);
	default:
		return value;
	}
}

static inline int make_kind(enum made_kind kind)
{
	if (kind == PING || kind == PING6)
		set_ping_group_range(0, 0);
	return must_socket(made[kind].domain, made[kind].type, made[kind].protocol);
}

static inline long set(int fd, const struct setting *it)
{
	static unsigned char value[64];

	memcpy(value, &it->value, sizeof(it->value));
	return t_setsockopt(fd, it->level, it->optname, laid(it, value),
			    (socklen_t)it->optlen);
}

struct setting_row {
	struct setting setting;
	int error; /* 0: none */
};

static inline void set_row(const void *row)
{
	const struct setting_row *it = row;
	int fd = make_kind(it->setting.kind);

	if (it->error)
		expect_errno(it->error, set(fd, &it->setting));
	else
		expect_value(0, set(fd, &it->setting));
}

/* Adds a case for each row of a table: all of one rule. */
static inline void add_settings(const char *rule, int error,
				const struct setting *settings, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct made *kind = &made[settings[i].kind];
		struct setting_row row = { settings[i], error };

		add_case(.name = name_case("%s[%s,%s]", rule, kind->name,
					   settings[i].name),
			 .run_row = set_row, .row = keep_row(&row, sizeof(row)),
			 .caps = kind->caps, .since = settings[i].since,
			 .has = { FEATURE_FAMILY(kind->domain), kind->feature });
	}
}

#define ADD_SETTINGS(rule, error, table) \
	add_settings(rule, error, table, sizeof(table) / sizeof((table)[0]))

#endif
