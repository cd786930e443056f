/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * ip.c - sendto(2) and sendmsg(2) on UDP, raw and echo sockets: lengths, flags and
 * addresses that are refused, wherever they would lead.
 */
#include "door.h"

static bool is_ip_kind(const struct kind *kind)
{
	return !strcmp(kind->rules, "ip");
}

static bool is_udp_kind(const struct kind *kind)
{
	return is_ip_kind(kind) && kind->type == SOCK_DGRAM && !is_ping(kind);
}

static bool is_udp6_kind(const struct kind *kind)
{
	return is_udp_kind(kind) && kind->domain == AF_INET6;
}

static bool is_raw6_kind(const struct kind *kind)
{
	return kind->type == SOCK_RAW && kind->domain == AF_INET6;
}

/* Does the kind look at the flag, and at the length, before the address? */
static bool is_strict(const struct kind *kind)
{
	return is_ip_kind(kind) && !is_udp6_kind(kind);
}

static bool is_limited(const struct kind *kind)
{
	return is_strict(kind) && !is_raw6_kind(kind);
}

static struct address destination(const struct kind *kind)
{
	return kind->type == SOCK_RAW
		       ? ip_address(kind->domain == AF_INET ? "127.0.0.1" : "::1", 0)
		       : local(kind->domain);
}

static void is_out_of_band(const void *data)
{
	const struct row *row = data;
	struct address to = destination(row->kind), bad = with_length(to, 1);
	int fd = open_kind(row->kind);

	expect_errno(EOPNOTSUPP, send_request(row->door, row->kind, fd, MSG_OOB, &to));
	expect_errno(EOPNOTSUPP, send_request(row->door, row->kind, fd, MSG_OOB, &bad));
	expect_errno(EOPNOTSUPP, send_request(row->door, row->kind, fd, MSG_OOB, NULL));
	expect_errno(EOPNOTSUPP,
		     put(row->door, fd, unmapped_memory(), SIZE, MSG_OOB, &to));
}

/* By IPv4, UDP over IPv6 looks at the flag too, once it has looked at the address. */
static void is_out_of_band_by_v4(const void *data)
{
	const struct row *row = data;
	struct address mapped = inet6("::ffff:127.0.0.1", 0);
	struct address four = with_length(inet("127.0.0.1", 0), 2);
	int fd = must_socket(AF_INET6, SOCK_DGRAM, 0);

	expect_errno(EOPNOTSUPP,
		     put(row->door, fd, "12345678", SIZE, MSG_OOB, &mapped));
	expect_errno(EOPNOTSUPP, put(row->door, fd, "12345678", SIZE, MSG_OOB, &four));
	must_connect(fd, inet6("::ffff:127.0.0.1", PORT));
	expect_errno(EOPNOTSUPP, put(row->door, fd, "12345678", SIZE, MSG_OOB, NULL));
}

static unsigned char long_message[65536 + 1];

static void is_too_long(const void *data)
{
	const struct row *row = data;
	struct address to = destination(row->kind), bad = with_length(to, 1);
	int fd = open_kind(row->kind);

	expect_errno(EMSGSIZE, put(row->door, fd, long_message, 65536, 0, &to));
	expect_errno(EMSGSIZE, put(row->door, fd, long_message, 65537, MSG_OOB, &bad));
	expect_errno(EMSGSIZE, put(row->door, fd, long_message, 65536, 0, NULL));
	expect_errno(EMSGSIZE, put(row->door, fd, NULL, 65536, 0, &to));
}

static void is_too_long_by_v4(const void *data)
{
	const struct row *row = data;
	struct address mapped = inet6("::ffff:127.0.0.1", 0);
	int fd = must_socket(AF_INET6, SOCK_DGRAM, 0);

	expect_errno(EMSGSIZE,
		     put(row->door, fd, long_message, 65536, MSG_OOB, &mapped));
}

/* What is shorter than the family's address, and what the family then is. */
static void is_short(const void *data)
{
	const struct row *row = data;
	struct address to = destination(row->kind);
	int least = row->kind->domain == AF_INET ? (int)sizeof(struct sockaddr_in)
		    : is_ping(row->kind)	 ? (int)sizeof(struct sockaddr_in6)
						 : 24;
	int fd = open_kind(row->kind);

	for (int length = 1; length < least; length += length == 2 ? least - 3 : 1) {
		struct address cut = with_length(to, length);

		expect_errno(EINVAL, send_request(row->door, row->kind, fd, 0, &cut));
	}
	to = with_length(family_only(AF_UNIX, least), 1);
	expect_errno(EINVAL, send_request(row->door, row->kind, fd, 0, &to));
}

static void is_short_by_v4(const void *data)
{
	const struct row *row = data;
	struct address to = with_length(inet("127.0.0.1", PORT), 15);
	int fd = open_kind(row->kind);

	expect_errno(EINVAL, send_request(row->door, row->kind, fd, 0, &to));
	to = with_length(to, 2);
	expect_errno(EINVAL, send_request(row->door, row->kind, fd, 0, &to));
}

static void is_other_family(const void *data)
{
	const struct row *row = data;
	struct address to = destination(row->kind);
	int other = row->kind->domain == AF_INET ? AF_INET6 : AF_INET;
	int fd = open_kind(row->kind);
	struct address wrong = with_family(to, other);

	expect_errno(EAFNOSUPPORT, send_request(row->door, row->kind, fd, 0, &wrong));
	wrong = with_family(to, AF_UNIX);
	expect_errno(EAFNOSUPPORT, send_request(row->door, row->kind, fd, 0, &wrong));
}

/* Echo sockets want it to be said. */
static void is_no_family(const void *data)
{
	const struct row *row = data;
	struct address to = with_family(destination(row->kind), AF_UNSPEC);
	int fd = open_kind(row->kind);

	expect_errno(EAFNOSUPPORT, send_request(row->door, row->kind, fd, 0, &to));
}

static void is_neither_family(const void *data)
{
	const struct row *row = data;
	struct address to = with_family(destination(row->kind), AF_UNIX);
	int fd = open_kind(row->kind);

	expect_errno(EINVAL, send_request(row->door, row->kind, fd, 0, &to));
	to = family_only(65535, 2);
	expect_errno(EINVAL, send_request(row->door, row->kind, fd, MSG_OOB, &to));
}

static void is_only_v6(const void *data)
{
	const struct row *row = data;
	struct address mapped = inet6("::ffff:127.0.0.1", 0);
	struct address four = with_length(inet("127.0.0.1", PORT), 2);
	int fd = must_socket(AF_INET6, SOCK_DGRAM, 0);

	must_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
	expect_errno(ENETUNREACH, send_request(row->door, row->kind, fd, 0, &mapped));
	expect_errno(ENETUNREACH,
		     send_request(row->door, row->kind, fd, MSG_OOB, &four));
}

static void is_port_zero(const void *data)
{
	const struct row *row = data;
	struct address to =
		ip_address(row->kind->domain == AF_INET ? "127.0.0.1" : "::1", 0);
	int fd = open_kind(row->kind);

	expect_errno(EINVAL, send_request(row->door, row->kind, fd, 0, &to));
	if (row->kind->domain == AF_INET)
		to = with_family(to, AF_UNSPEC);
	else
		to = inet6("::ffff:127.0.0.1", 0);
	expect_errno(EINVAL, send_request(row->door, row->kind, fd, 0, &to));
}

static void is_other_protocol(const void *data)
{
	const struct row *row = data;
	struct address other = inet6("::1", IPPROTO_UDP), high = inet6("::1", 256);
	int fd = open_kind(row->kind);

	expect_errno(EINVAL, send_request(row->door, row->kind, fd, 0, &other));
	expect_errno(EINVAL, send_request(row->door, row->kind, fd, 0, &high));
	fd = must_socket(AF_INET6, SOCK_RAW, IPPROTO_RAW);
	expect_errno(EINVAL, send_request(row->door, row->kind, fd, 0, &high));
}

static void has_no_peer(const void *data)
{
	const struct row *row = data;
	int fd = open_kind(row->kind);

	expect_errno(EDESTADDRREQ, send_request(row->door, row->kind, fd, 0, NULL));
	if (!is_ping(row->kind))
		expect_errno(EDESTADDRREQ,
			     put(row->door, fd, unmapped_memory(), SIZE, 0, NULL));
}

/* udpv6_sendmsg() does not take it for IPv6. */
static void has_no_family_and_no_peer(const void *data)
{
	const struct row *row = data;
	struct address to = with_family(destination(row->kind), AF_UNSPEC);
	int fd = open_kind(row->kind);

	expect_errno(EDESTADDRREQ, send_request(row->door, row->kind, fd, 0, &to));
}

static void has_no_peer_again(const void *data)
{
	const struct row *row = data;
	int ends[2];

	two_ends(row->kind, ends);
	sc_must(SC_LINE,
		sc_connect_to(ends[1], family_only(AF_UNSPEC, sizeof(sa_family_t))),
		"connect(2) to AF_UNSPEC");
	expect_errno(EDESTADDRREQ,
		     send_request(row->door, row->kind, ends[1], 0, NULL));
}

/* The header of an echo request, all of it, and not that of a reply. */
static void is_short_echo(const void *data)
{
	const struct row *row = data;
	struct address to = destination(row->kind);
	int fd = open_kind(row->kind);
	const unsigned char *bytes = request(row->kind->domain);

	expect_errno(EINVAL, put(row->door, fd, bytes, SIZE - 1, 0, &to));
	expect_errno(EINVAL, put(row->door, fd, bytes, 0, MSG_OOB, &to));
	expect_errno(EINVAL, put(row->door, fd, unmapped_memory(), 1, 0, NULL));
}

static void is_unreadable_echo(const void *data)
{
	const struct row *row = data;
	const unsigned char *bytes = request(row->kind->domain);
	struct address bad = with_length(destination(row->kind), 1);
	int fd = open_kind(row->kind);

	expect_errno(EFAULT, put(row->door, fd, unmapped_memory(), SIZE, 0, &bad));
	expect_errno(EFAULT,
		     put(row->door, fd, cut_off_after(bytes, 7), SIZE, 0, NULL));
}

static void is_no_request(const void *data)
{
	static const unsigned char others[][2] = {
		{ 0, 0 }, { 129, 0 }, { 3, 0 }, { 8, 1 }, { 128, 1 }
	};
	const struct row *row = data;
	struct address bad = with_length(destination(row->kind), 1);
	int fd = open_kind(row->kind);

	for (size_t i = 0; i < COUNT(others); i++) {
		unsigned char bytes[SIZE] = { others[i][0], others[i][1] };

		expect_errno(EINVAL, put(row->door, fd, bytes, SIZE, 0, &bad));
	}
}

static void has_no_port(const void *data)
{
	const struct row *row = data;
	struct address to = destination(row->kind), bad = with_length(to, 1);
	int other, fd;

	set_port_range(5000, 5000);
	other = must_socket(row->kind->domain, row->kind->type, row->kind->protocol);
	must_bind(other,
		  ip_address(row->kind->domain == AF_INET ? "0.0.0.0" : "::", 5000));
	fd = must_socket(row->kind->domain, row->kind->type, row->kind->protocol);
	expect_errno(EAGAIN, send_request(row->door, row->kind, fd, 0, &to));
	expect_errno(EAGAIN, send_request(row->door, row->kind, fd, MSG_OOB, &bad));
	expect_errno(EAGAIN, send_request(row->door, row->kind, fd, 0, NULL));
}

static void has_no_route(const void *data)
{
	const struct row *row = data;
	unsigned int port = row->kind->type == SOCK_RAW ? 0 : PORT;
	struct address to = row->kind->domain == AF_INET ? inet("198.51.100.1", port)
							 : inet6("2001:db8::1", port);
	int fd = open_kind(row->kind);

	expect_errno(ENETUNREACH, send_request(row->door, row->kind, fd, 0, &to));
	if (is_udp6_kind(row->kind)) {
		to = inet6("::ffff:198.51.100.1", PORT);
		expect_errno(ENETUNREACH,
			     send_request(row->door, row->kind, fd, 0, &to));
	}
}

static void is_broadcast(const void *data)
{
	const struct row *row = data;
	bool v4 = row->kind->domain == AF_INET;
	struct address to =
		v4 ? inet("127.255.255.255", row->kind->type == SOCK_RAW ? 0 : PORT)
		   : inet6("::ffff:127.255.255.255", PORT);
	int fd = open_kind(row->kind);

	expect_errno(EACCES, send_request(row->door, row->kind, fd, 0, &to));
	must_option(fd, SOL_SOCKET, SO_BROADCAST, 1);
	must_option(fd, SOL_SOCKET, SO_BROADCAST, 0);
	expect_errno(EACCES, send_request(row->door, row->kind, fd, 0, &to));
}

static const struct refused {
	const char *rule;
	const char *how;
	bool (*fits)(const struct kind *kind);
	void (*run)(const void *row);
	bool unconnected; /* of kinds that are not connected only */
} refused[] = {
	{ "out_of_band", "", is_strict, is_out_of_band, false },
	{ "out_of_band", ",by-v4", is_udp6_kind, is_out_of_band_by_v4, true },
	{ "too_long", "", is_limited, is_too_long, false },
	{ "too_long", ",by-v4", is_udp6_kind, is_too_long_by_v4, true },
	{ "address_short", "", is_ip_kind, is_short, false },
	{ "address_short", ",by-v4", is_udp6_kind, is_short_by_v4, true },
	{ "family_wrong", "", is_strict, is_other_family, false },
	{ "family_wrong", ",no-family", is_ping, is_no_family, false },
	{ "udp6_family_wrong", "", is_udp6_kind, is_neither_family, false },
	{ "only_v6", "", is_udp6_kind, is_only_v6, true },
	{ "port_zero", "", is_udp_kind, is_port_zero, false },
	{ "other_protocol", "", is_raw6_kind, is_other_protocol, false },
	{ "no_peer", "", is_ip_kind, has_no_peer, true },
	{ "no_peer", ",no-family", is_udp6_kind, has_no_family_and_no_peer, true },
	{ "echo_short", "", is_ping, is_short_echo, false },
	{ "echo_unreadable", "", is_ping, is_unreadable_echo, false },
	{ "echo_other", "", is_ping, is_no_request, false },
	{ "no_port_left", "", is_udp_kind, has_no_port, true },
	{ "unreachable", "", is_ip_kind, has_no_route, true },
	{ "broadcast", "", is_ip_kind, is_broadcast, true },
};

CASES(refused)
{
	for (size_t k = 0; k < COUNT(kinds); k++)
		for (size_t i = 0; i < COUNT(refused); i++) {
			const struct refused *it = &refused[i];
			const struct kind *kind = &kinds[k];
			bool v6_broadcast = it->run == is_broadcast &&
					    kind->domain == AF_INET6 &&
					    !is_udp6_kind(kind);

			if (!it->fits(kind) || (it->unconnected && kind->connected) ||
			    v6_broadcast)
				continue;
			add_doors(kind, name_case("sendto.ip.%s", it->rule), it->how,
				  it->run, NULL);
		}
	for (size_t k = 0; k < COUNT(kinds); k++)
		if (is_udp_kind(&kinds[k]) && has_two_ends(&kinds[k]))
			add_doors(&kinds[k], "sendto.ip.no_peer", ",disconnected",
				  has_no_peer_again, NULL);
}

/* IPPROTO_MPTCP made room for protocols that IP cannot name, since 5.6. */
CASE("sendto.ip.other_protocol[raw6,beyond-8-bits]", .since = LINUX(5, 6),
     .caps = NEEDS_RAW, .has = { FEATURE_FAMILY(AF_INET6) })
{
	struct address to = inet6("::1", 0);
	long fd = t_socket(AF_INET6, SOCK_RAW, 257);

	if (fd == -EPROTONOSUPPORT)
		sc_skip("needs raw sockets of protocols that IP cannot name");
	sc_must(SC_LINE, fd, "socket(2)");
	expect_errno(EINVAL, put(SENDTO, (int)fd, request(AF_INET6), SIZE, 0, &to));
}
