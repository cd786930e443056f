/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * errors.h - UDP sockets to which ICMP says that nobody is where they send.
 */
#ifndef CASES_RECVFROM_ERRORS_H
#define CASES_RECVFROM_ERRORS_H

#include "ip.h"

#define PORT   4030
#define CLOSED 4031 /* nobody is bound to it */
#define OTHER  4032

/* Which of the sockets is refused, and what it is told by. */
static const struct told {
	const char *name;
	const struct version *version;
	int protocol;
	int feature;
	bool connected;
	bool recverr; /* IP_RECVERR, or IPV6_RECVERR */
} told[] = {
	{ "udp,connected", &ip4, 0, 0, true, false },
	{ "udp,recverr", &ip4, 0, 0, false, true },
	{ "udp,connected,recverr", &ip4, 0, 0, true, true },
	{ "udp6,connected", &ip6, 0, 0, true, false },
	{ "udp6,recverr", &ip6, 0, 0, false, true },
	{ "udp6,connected,recverr", &ip6, 0, 0, true, true },
	{ "udp6,mapped,connected", &mapped, 0, 0, true, false },
	{ "udp6,mapped,recverr", &mapped, 0, 0, false, true },
	{ "udplite,connected", &ip4, IPPROTO_UDPLITE, FEATURE_UDPLITE, true, false },
	{ "udplite,recverr", &ip4, IPPROTO_UDPLITE, FEATURE_UDPLITE, false, true },
};

static inline void set_recverr(int fd, const struct version *version)
{
	/* What comes by IPv4, a socket of AF_INET6 has as those of AF_INET. */
	if (version->v4)
		must_option(fd, IPPROTO_IP, IP_RECVERR, 1);
	else
		must_option(fd, IPPROTO_IPV6, IPV6_RECVERR, 1);
}

static inline int open_told(const struct told *it, struct address to)
{
	int fd = must_socket(it->version->domain, SOCK_DGRAM, it->protocol);

	must_bind(fd, at(it->version, PORT));
	if (it->recverr)
		set_recverr(fd, it->version);
	if (it->connected)
		must_connect(fd, to);
	return fd;
}

/* A socket that has sent bytes to where nobody is, and has an error. */
static inline int refused_bytes(const struct told *it, const void *bytes, size_t length)
{
	struct address closed = at(it->version, CLOSED);
	int fd = open_told(it, closed);

	send_bytes(fd, bytes, length, closed);
	wait_error(fd);
	return fd;
}

static inline int refused(const struct told *it)
{
	return refused_bytes(it, "lost", 4);
}

static const struct asked {
	const char *name;
	int flags;
	size_t length;
} asked[] = {
	{ "length-64", 0, 64 },
	{ "length-0", 0, 0 },
	{ "dontwait", MSG_DONTWAIT, 64 },
	{ "peek", MSG_PEEK, 64 },
	{ "peek,dontwait", MSG_PEEK | MSG_DONTWAIT, 64 },
	{ "trunc", MSG_TRUNC, 64 },
	{ "waitall", MSG_WAITALL, 64 },
	{ "oob", MSG_OOB, 64 },
};

struct row {
	const struct told *told;
	const struct asked *asked;
};

static inline void add(const char *rule, const struct told *it,
		       const struct asked *asks, unsigned int doors,
		       void (*run)(const void *))
{
	struct row row = { it, asks };

	add_case(.name = name_case("recvfrom.%s[%s%s%s]", rule, it->name,
				   asks ? "," : "", asks ? asks->name : ""),
		 .run_row = run, .row = keep_row(&row, sizeof(row)), .doors = doors,
		 .has = { FEATURE_FAMILY(it->version->domain), it->feature });
}

/* A datagram that waits too, from a socket that is bound before the other connects. */
static inline int data_to(const struct told *it)
{
	int sender = must_socket(it->version->domain, SOCK_DGRAM, it->protocol);
	int fd = must_socket(it->version->domain, SOCK_DGRAM, it->protocol);

	must_bind(sender, at(it->version, OTHER));
	must_bind(fd, at(it->version, PORT));
	if (it->recverr)
		set_recverr(fd, it->version);
	if (it->connected)
		must_connect(fd, at(it->version, OTHER));
	must_send(sender, at(it->version, PORT));
	wait_readable(fd);
	must_close(sender);
	/* Nobody is there any more. */
	send_bytes(fd, "lost", 4, at(it->version, OTHER));
	wait_error(fd);
	return fd;
}

#endif
