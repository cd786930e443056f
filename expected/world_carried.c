/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * world_carried.c - what packets of IP carry besides the fields of their header:
 * options of IPv4, extension headers of IPv6, a mark; and in which pieces they go.
 */
#include <string.h>

#include "constants.h"
#include "world_carried.h"

static int number(const struct call *call)
{
	int value;

	memcpy(&value, call->option.bytes, sizeof(value));
	return value;
}

/* Of a kind there is one: what was set before goes. */
static void forget_extension(struct world_carried *carried, unsigned char kind)
{
	for (unsigned int i = 0; i < carried->extension_count; i++) {
		if (carried->extensions[i].kind != kind)
			continue;
		carried->extension_count--;
		memmove(&carried->extensions[i], &carried->extensions[i + 1],
			(carried->extension_count - i) *
				sizeof(carried->extensions[0]));
		return;
	}
}

void world_carry_extension(struct world_carried *carried, unsigned char kind,
			   const unsigned char *bytes)
{
	struct world_extension *added;

	if (carried->extension_count == WORLD_EXTENSIONS)
		return;
	added = &carried->extensions[carried->extension_count++];
	added->kind = kind;
	memcpy(added->bytes, bytes, extension_length(bytes));
}

/* IPV6_HOPOPTS stands before IPV6_DSTOPTS, whichever was set first. */
static void set_extension(struct world_carried *carried, unsigned char kind,
			  const struct call *call)
{
	struct world_carried before;

	forget_extension(carried, kind);
	if (call->option.optlen != 8)
		return;
	before = *carried;
	if (kind != IPPROTO_HOPOPTS) {
		world_carry_extension(carried, kind, call->option.bytes);
		return;
	}
	carried->extension_count = 0;
	world_carry_extension(carried, kind, call->option.bytes);
	for (unsigned int i = 0; i < before.extension_count; i++)
		world_carry_extension(carried, before.extensions[i].kind,
				      before.extensions[i].bytes);
}

static void set_options(struct world_carried *carried, const struct call *call)
{
	if (call->option.optlen > sizeof(carried->options))
		return;
	carried->options_length = (unsigned char)call->option.optlen;
	memcpy(carried->options, call->option.bytes, call->option.optlen);
}

bool world_carry_option(struct world_socket *socket, const struct call *call)
{
	struct world_carried *carries = &socket->datagrams.carries;
	int level = call->option.level, optname = call->option.optname;

	if (level == SOL_SOCKET && optname == LINUX_SO_MARK)
		carries->mark = (unsigned int)number(call);
	else if (level == IPPROTO_IP && optname == IP_OPTIONS)
		set_options(carries, call);
	else if (level == IPPROTO_IPV6 && optname == LINUX_IPV6_AUTOFLOWLABEL)
		carries->unlabelled = !number(call);
	else if (level == IPPROTO_IPV6 && optname == LINUX_IPV6_HOPOPTS)
		set_extension(carries, IPPROTO_HOPOPTS, call);
	else if (level == IPPROTO_IPV6 && optname == LINUX_IPV6_DSTOPTS)
		set_extension(carries, IPPROTO_DSTOPTS, call);
	else
		return false;
	return true;
}

/* RFC 791, 3.1: Record Route is 7, its length and where the next address goes, counted
 * from 1: ip_options_compile() makes room, ip_options_build() writes it. */
static void record_route(struct world_carried *carried, const unsigned char *from)
{
	unsigned char *options = carried->options;
	unsigned int length = options[1], at = options[2];

	if (carried->options_length < 7 || options[0] != 7 || at + 3 > length ||
	    length > carried->options_length)
		return;
	memcpy(options + at - 1, from + 12, 4);
	options[2] = (unsigned char)(at + 4);
}

/* ipv6_push_nfrag_opts(), ipv6_push_frag_opts(): each names the next, the last one the
 * protocol. */
static void name_next(struct world_carried *carried, int protocol)
{
	for (unsigned int i = 0; i < carried->extension_count; i++)
		carried->extensions[i].bytes[0] =
			i + 1 < carried->extension_count
				? carried->extensions[i + 1].kind
				: (unsigned char)protocol;
}

struct world_carried world_carried_by(const struct world_socket *sender,
				      const unsigned char *from,
				      const unsigned char *to)
{
	struct world_carried carried = sender->datagrams.carries;

	if (ip_is_v4(to)) {
		carried.extension_count = 0;
		record_route(&carried, from);
	} else {
		carried.options_length = 0;
		name_next(&carried, sender->protocol);
	}
	return carried;
}

/* The first fragments are as long as can be: all but the last in multiples of 8. */
unsigned int world_fragment(const struct world *world, bool v4, size_t length)
{
	unsigned int head = v4 ? 20 : 40, piece = v4 ? head : head + 8;

	if (!world->lo_mtu || head + 8 + length <= world->lo_mtu)
		return 0;
	return piece + ((world->lo_mtu - piece) & ~7U);
}
