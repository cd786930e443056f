/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * program_family.c - makes a socket, and all addresses that its calls are given, of
 * another family: the same history with what corresponds.
 */
#include <string.h>

#include "../expected/constants.h"
#include "program_random.h"

static const unsigned char loopback6[16] = { [15] = 1 };
static const unsigned char mapped[12] = { [10] = 0xff, 0xff };
static const unsigned char zeros[16] = { 0 };
static const unsigned char foreign6[16] = { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 };

/* Any for any, loopback for loopback; the others as mapped ones. */
static void inet6_host(unsigned char host[16])
{
	static const unsigned char loopback[4] = { 127, 0, 0, 1 };
	unsigned char inet[4];

	memcpy(inet, host, sizeof(inet));
	memset(host, 0, 16);
	if (!memcmp(inet, loopback, sizeof(inet))) {
		memcpy(host, loopback6, 16);
	} else if (memcmp(inet, zeros, sizeof(inet)) != 0) {
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

static void change_address_family(struct program_address *address, int domain)
{
	bool exact = address->length == program_exact_length(address);
	bool inet6 = domain == AF_INET6;

	if (!address->form || address->family == domain)
		return;
	if (domain == AF_UNIX)
		to_name(address);
	else if (address->form == ADDRESS_INET && inet6)
		inet6_host(address->host);
	else if (address->form == ADDRESS_INET6 && !inet6)
		inet_host(address->host);
	else if (address->form != ADDRESS_INET && address->form != ADDRESS_INET6)
		from_name(address, inet6);
	if (domain != AF_UNIX)
		address->form = inet6 ? ADDRESS_INET6 : ADDRESS_INET;
	address->family = domain;
	program_normalise_name(address);
	if (exact)
		address->length = program_exact_length(address);
}

static void change_level(struct program_call *call, int domain)
{
	if (call->level == IPPROTO_IP && domain == AF_INET6)
		call->level = IPPROTO_IPV6;
	else if (call->level == IPPROTO_IPV6 && domain == AF_INET)
		call->level = IPPROTO_IP;
}

/* Sockets that talk to each other change together: all those of the one's family. */
void program_change_family(struct program *program, struct program_random *random)
{
	static const int domains[] = { AF_INET, AF_INET6, AF_UNIX };
	struct origin origins[PROGRAM_DESCRIPTORS];
	unsigned int results = program_first_result(program, program->count);
	int from, to = domains[random_below(random, COUNT(domains))];

	if (!results)
		return;
	program_origins(program, origins);
	from = origins[random_below(random, results)].domain;
	for (unsigned int i = 0; i < program->count; i++) {
		struct program_call *call = &program->calls[i];
		bool is = call->fd.kind == FD_RESULT &&
			  origins[call->fd.result].domain == from;

		if ((call->kind == PROGRAM_SOCKET ||
		     call->kind == PROGRAM_SOCKETPAIR) &&
		    call->domain == from) {
			call->domain = to;
			call->protocol = 0;
		} else if (is) {
			change_address_family(&call->address, to);
			change_level(call, to);
		}
	}
	program_normalise(program);
}
