/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * dissolved.c - recvfrom(2) of UDP behind connect(2) with AF_UNSPEC: a socket that has
 * talked to one peer hears everybody again, also by the other version of IP.
 */
#include "udp.h"

#define PEER 5002

static void hears(const struct version *version, const char *any, const char *peer,
		  const struct version *sender_version)
{
	struct address from = at(sender_version, FROM);
	int fd = bound_at(version, ip_address(any, PORT));
	int other = bound_at(sender_version, at(sender_version, OTHER));
	int sender = bound_at(sender_version, from);

	must_connect(fd, ip_address(peer, PEER));
	must_connect(fd, family_only(AF_UNSPEC, 16));
	send_bytes(sender, "data", 4, at(sender_version, PORT));
	/* What is sent later comes later: then the first has come, or never will. */
	send_bytes(sender, "data", 4, at(sender_version, OTHER));
	wait_readable(other);
	expect_received(4, &from, ROOM, receive(fd, 64, MSG_DONTWAIT));
}

CASE("recvfrom.datagram.received[udp,dissolved]")
{
	hears(&ip4, "0.0.0.0", "127.0.0.3", &ip4);
}

CASE("recvfrom.datagram.received[udp6,dissolved]", .has = { FEATURE_FAMILY(AF_INET6) })
{
	hears(&ip6, "::", "::1", &ip6);
}

CASE("recvfrom.datagram.received[udp6,dissolved-from-mapped]",
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	hears(&ip6, "::", "::ffff:127.0.0.1", &ip6);
}
