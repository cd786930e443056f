/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * program_family.c - makes sockets, and all that is said of them, of another kind: the
 * same history with what corresponds.
 */
#include <string.h>

#include "../expected/constants.h"
#include "program_random.h"

/* Kinds of which what is done with one can be done with another. */
static const struct kind {
	int domain, type, protocol;
	bool mapped; /* with addresses of IPv4 in IPv6 */
} kinds[] = {
	{ AF_INET, SOCK_DGRAM, 0, false },
	{ AF_INET6, SOCK_DGRAM, 0, false },
	{ AF_INET6, SOCK_DGRAM, 0, true },
	{ AF_INET, SOCK_STREAM, 0, false },
	{ AF_INET6, SOCK_STREAM, 0, false },
	{ AF_INET6, SOCK_STREAM, 0, true },
	{ AF_UNIX, SOCK_DGRAM, 0, false },
	{ AF_UNIX, SOCK_STREAM, 0, false },
	{ AF_UNIX, SOCK_SEQPACKET, 0, false },
	{ AF_INET, SOCK_DGRAM, IPPROTO_ICMP, false },
	{ AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6, false },
	{ AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE, false },
	{ AF_INET6, SOCK_DGRAM, IPPROTO_UDPLITE, false },
	{ AF_INET, SOCK_RAW, 253, false },
	{ AF_INET6, SOCK_RAW, 253, false },
	{ AF_INET, SOCK_RAW, IPPROTO_RAW, false },
	{ AF_INET6, SOCK_RAW, IPPROTO_RAW, false },
	{ AF_INET, SOCK_RAW, IPPROTO_ICMP, false },
	{ AF_INET6, SOCK_RAW, IPPROTO_ICMPV6, false },
	{ AF_INET, SOCK_STREAM, LINUX_IPPROTO_MPTCP, false },
};

static const unsigned char loopback6[16] = { [15] = 1 };
static const unsigned char mapped[12] = { [10] = 0xff, 0xff };
static const unsigned char zeros[16] = { 0 };
static const unsigned char foreign6[16] = { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 };

/* Any for any, loopback for loopback; the others, or all, as mapped ones. */
static void inet6_host(unsigned char host[16], bool map)
{
	static const unsigned char loopback[4] = { 127, 0, 0, 1 };
	unsigned char inet[4];

	memcpy(inet, host, sizeof(inet));
	memset(host, 0, 16);
	if (!map && !memcmp(inet, loopback, sizeof(inet))) {
		memcpy(host, loopback6, 16);
	} else if (map || memcmp(inet, zeros, sizeof(inet)) != 0) {
		memcpy(host, mapped, sizeof(mapped));
		memcpy(host + sizeof(mapped), inet, sizeof(inet));
	}
}

static void inet_host(unsigned char host[16])
{
	unsigned char inet[4] = { 192, 0, 2, 1 };

	if (!memcmp(host, mapped, sizeof(mapped)))
		memcpy(inet, host + sizeof(mapped), sizeof(inet));
	else if (!memcmp(host, zeros, 16))
		memset(inet, 0, sizeof(inet));
	else if (!memcmp(host, loopback6, 16))
		memcpy(inet, (unsigned char[]){ 127, 0, 0, 1 }, sizeof(inet));
	memset(host, 0, 16);
	memcpy(host, inet, sizeof(inet));
}

/* One name for what is bound to any port and for what is sent there. */
static void to_name(struct program_address *address)
{
	bool usual = address->port_taken || !address->port || address->port == 5000;

	address->form = ADDRESS_PATH;
	address->name = (struct program_name){ .length = 1, .times = 1 };
	address->name.bytes[0] = usual ? 'a' : 'b';
	address->port_taken = false;
}

/* And a port for each name. */
static void from_name(struct program_address *address, bool inet6)
{
	address->port = (unsigned short)(5000 + address->name.bytes[0] % 16);
	memcpy(address->host, inet6 ? loopback6 : (unsigned char[16]){ 127, 0, 0, 1 },
	       16);
	if (address->form != ADDRESS_PATH && address->form != ADDRESS_ABSTRACT)
		memcpy(address->host, inet6 ? foreign6 : zeros, 16);
}

/* One of another family than its socket's stays what it is. */
static void change_address_kind(struct program_address *address, int from,
				const struct kind *to)
{
	bool exact = address->length == program_exact_length(address);
	bool inet6 = to->domain == AF_INET6;

	if (!address->form || address->family != from ||
	    (from == to->domain && !to->mapped))
		return;
	if (to->mapped && address->form == ADDRESS_INET6)
		inet_host(address->host);
	if (to->domain == AF_UNIX)
		to_name(address);
	else if (inet6 && (address->form == ADDRESS_INET || to->mapped))
		inet6_host(address->host, to->mapped);
	else if (address->form == ADDRESS_INET6 && !inet6)
		inet_host(address->host);
	else if (address->form != ADDRESS_INET && address->form != ADDRESS_INET6)
		from_name(address, inet6);
	if (to->domain != AF_UNIX)
		address->form = inet6 ? ADDRESS_INET6 : ADDRESS_INET;
	address->family = to->domain;
	program_normalise_name(address);
	if (exact)
		address->length = program_exact_length(address);
}

/* Options of IPv4, and those of IPv6 that do the same. */
static const int alike[][2] = {
	{ IP_RECVERR, IPV6_RECVERR },
	{ IP_PKTINFO, IPV6_RECVPKTINFO },
	{ IP_RECVTTL, IPV6_RECVHOPLIMIT },
	{ IP_RECVTOS, IPV6_RECVTCLASS },
	{ IP_RECVORIGDSTADDR, LINUX_IPV6_RECVORIGDSTADDR },
	{ IP_TOS, IPV6_TCLASS },
	{ IP_TTL, IPV6_UNICAST_HOPS },
	{ IP_MTU_DISCOVER, IPV6_MTU_DISCOVER },
	{ IP_MULTICAST_ALL, IPV6_MULTICAST_ALL },
	{ IP_MULTICAST_LOOP, IPV6_MULTICAST_LOOP },
	{ IP_MULTICAST_TTL, IPV6_MULTICAST_HOPS },
	{ IP_FREEBIND, LINUX_IPV6_FREEBIND },
	{ IP_TRANSPARENT, LINUX_IPV6_TRANSPARENT },
	{ IP_HDRINCL, IPV6_HDRINCL },
};

/* What is mapped keeps those of IPv4, which its packets are of. */
static void change_option(struct program_call *call, const struct kind *to)
{
	bool inet6 = to->domain == AF_INET6;
	int from = inet6 ? IPPROTO_IP : IPPROTO_IPV6;

	if (call->level != from || to->mapped || to->domain == AF_UNIX ||
	    (call->kind != PROGRAM_SETSOCKOPT && call->kind != PROGRAM_GETSOCKOPT))
		return;
	for (size_t i = 0; i < COUNT(alike); i++)
		if (call->optname == alike[i][!inet6]) {
			call->level = inet6 ? IPPROTO_IPV6 : IPPROTO_IP;
			call->optname = alike[i][inet6];
			return;
		}
}

/* Echo sockets send requests only. */
static void change_content(struct program_buffer *buffer, const struct kind *to)
{
	bool echo = to->protocol == IPPROTO_ICMP || to->protocol == IPPROTO_ICMPV6;

	if (echo &&
	    (buffer->content == CONTENT_BYTES || buffer->content == CONTENT_ECHO ||
	     buffer->content == CONTENT_ECHO6))
		buffer->content = to->domain == AF_INET6 ? CONTENT_ECHO6 : CONTENT_ECHO;
}

static bool makes_sockets(const struct program_call *call)
{
	return call->kind == PROGRAM_SOCKET || call->kind == PROGRAM_SOCKETPAIR;
}

static int kind_type(int type)
{
	return type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
}

/* Sockets that talk to each other change together: all those of the one's family.  They
 * stay of their type where it is another than the one's. */
static void change_call(struct program_call *call, const struct origin *from,
			const struct origin *of, const struct kind *to)
{
	if (makes_sockets(call)) {
		if (call->domain != from->domain)
			return;
		call->domain = to->domain;
		if (kind_type(call->type) == kind_type(from->type)) {
			call->type += to->type - kind_type(call->type);
			call->protocol = to->protocol;
		} else if (to->domain == AF_UNIX) {
			call->protocol = 0;
		}
	} else if (of && of->domain == from->domain) {
		change_address_kind(&call->address, from->domain, to);
		change_option(call, to);
		change_content(&call->buffer, to);
	}
}

static void change_kind(struct program *program, unsigned int result,
			const struct kind *to)
{
	struct origin origins[PROGRAM_DESCRIPTORS];

	program_origins(program, origins);
	for (unsigned int i = 0; i < program->count; i++) {
		struct program_call *call = &program->calls[i];

		change_call(call, &origins[result],
			    call->fd.kind == FD_RESULT ? &origins[call->fd.result]
						       : NULL,
			    to);
	}
	program_normalise(program);
}

void program_change_family(struct program *program, struct program_random *random)
{
	unsigned int results = program_first_result(program, program->count);

	if (results)
		change_kind(program, random_below(random, results),
			    &kinds[random_below(random, COUNT(kinds))]);
}

bool program_of_kind(const struct program *program, unsigned int i,
		     struct program *other)
{
	if (i > COUNT(kinds) || !program_first_result(program, program->count))
		return false;
	*other = *program;
	if (i)
		change_kind(other, 0, &kinds[i - 1]);
	return true;
}
