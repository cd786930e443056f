/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * setsockopt_common.h - what the rules of setsockopt(2) look at: which kind of socket
 * it is, what the option is, how long its value is, how much of it can be read.
 */
#ifndef EXPECTED_RULES_SETSOCKOPT_COMMON_H
#define EXPECTED_RULES_SETSOCKOPT_COMMON_H

#include <limits.h>
#include <string.h>

#include "../world_tcp.h"
#include "call_common.h"

/* Kinds of sockets that these rules speak of; what others have of their own has not
 * been looked at. */
enum option_kind {
	OF_TCP = 1 << 0,
	OF_UDP = 1 << 1, /* and UDP-Lite */
	OF_ECHO = 1 << 2,
	OF_RAW = 1 << 3,
	OF_UNIX = 1 << 4,
	OF_PACKET = 1 << 5,
	OF_NETLINK = 1 << 6,
	OF_IP = OF_TCP | OF_UDP | OF_ECHO | OF_RAW,
	OF_ALL = OF_IP | OF_UNIX | OF_PACKET | OF_NETLINK,
};

static inline unsigned int kind_of_ip(const struct world_socket *on)
{
	if (on->type == SOCK_RAW)
		return OF_RAW;
	switch (on->protocol) {
	case IPPROTO_TCP:
		return on->type == SOCK_STREAM ? OF_TCP : 0;
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		return on->type == SOCK_DGRAM ? OF_UDP : 0;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return OF_ECHO;
	default:
		return 0;
	}
}

/* The kind of the socket that the call is on, or 0. */
static inline unsigned int option_kind(const struct world *world,
				       const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	if (!on)
		return 0;
	switch (on->domain) {
	case AF_INET:
	case AF_INET6:
		return kind_of_ip(on);
	case AF_UNIX:
		return OF_UNIX;
	case AF_PACKET:
		/* packet_ops_spkt has no options but those of SOL_SOCKET. */
		return on->type == SOCK_PACKET && call->option.level != SOL_SOCKET
			       ? 0
			       : OF_PACKET;
	case AF_NETLINK:
		return OF_NETLINK;
	default:
		return 0;
	}
}

/* An option, the kinds of sockets that have it, and which numbers are in its range. */
struct option {
	int optname;
	unsigned int kinds;
	int least, most;
	int since; /* the first release that has it, LINUX(), or 0 */
};

#define ANY_NUMBER INT_MIN, INT_MAX

static inline bool has_option(const struct world *world, const struct option *option)
{
	return release_has(world->kernel.version, option->since, 0);
}

static inline const struct option *option_in(const struct option *options, size_t count,
					     const struct call *call)
{
	for (size_t i = 0; i < count; i++)
		if (options[i].optname == call->option.optname)
			return &options[i];
	return NULL;
}

#define OPTION_IN(options, call) \
	option_in(options, sizeof(options) / sizeof(options[0]), call)

/* Numbers that no option has at any level: the last of Linux are below. */
static inline bool is_no_option(const struct call *call)
{
	return call->option.optname <= 0 || call->option.optname >= 9999;
}

static inline bool is_option(const struct call *call, int level, int optname)
{
	return call->option.level == level && call->option.optname == optname;
}

/* Can so many bytes of the value be read, if so many are passed? */
static inline bool value_readable(const struct call *call, size_t bytes)
{
	size_t passed = call->option.optlen;

	return call->option.readable >= (passed < bytes ? passed : bytes);
}

/* Fewer bytes than an int has, or an int that cannot be read. */
static inline bool is_short_number(const struct call *call)
{
	return call->option.optlen < sizeof(int);
}

static inline bool is_unreadable_number(const struct call *call)
{
	return !is_short_number(call) && !value_readable(call, sizeof(int));
}

static inline int option_number(const struct call *call)
{
	int value;

	memcpy(&value, call->option.bytes, sizeof(value));
	return value;
}

static inline bool is_in_range(const struct option *option, int value)
{
	return value >= option->least && value <= option->most;
}

/*
 * Capabilities over the network namespace of the socket, of which the world knows only
 * if the caller is in it.  CAP_NET_RAW serves as well as CAP_NET_ADMIN since
 * Linux 5.17.
 */
static inline bool caller_may(const struct world *world, const struct call *call)
{
	return call_socket(world, call)->network == world->network &&
	       (world->caller.cap_net_admin ||
		(world->caller.cap_net_raw &&
		 release_has(world->kernel.version, LINUX(5, 17), 0)));
}

static inline bool caller_may_not(const struct world *world, const struct call *call)
{
	return call_socket(world, call)->network == world->network &&
	       !world->caller.cap_net_admin && !world->caller.cap_net_raw;
}

#define OPTION_EFAULT                                                           \
	MANUAL_QUOTE("setsockopt(2)", "EFAULT",                                 \
		     "The address pointed to by optval is not in a valid part " \
		     "of the process address space.")
#define OPTION_SHORT \
	MANUAL_QUOTE("setsockopt(2)", "EINVAL", "optlen invalid in setsockopt().")
#define OPTION_RANGE                                                           \
	MANUAL_QUOTE("setsockopt(2)", "EINVAL",                                \
		     "In some cases this error can also occur for an invalid " \
		     "value in optval")
#define OPTION_UNKNOWN                               \
	MANUAL_QUOTE("setsockopt(2)", "ENOPROTOOPT", \
		     "The option is unknown at the level indicated.")
#define OPTION_POSIX_UNKNOWN                    \
	POSIX_SAYS("setsockopt", "ENOPROTOOPT", \
		   "the option is not supported by the protocol")
#define OPTION_ACCEPTED                               \
	QUOTE("setsockopt(2)", "On success, zero is " \
			       "returned for the standard options.")
#define OPTION_FORBIDDEN                                                           \
	MANUAL_QUOTE("ip(7)", "EPERM",                                             \
		     "User doesn't have permission to set high priority, change "  \
		     "configuration, or send signals to the requested process or " \
		     "group.")
#define OPTION_UNSUPPORTED \
	MANUAL_QUOTE("ip(7)", "EOPNOTSUPP", "Invalid socket option passed.")

#endif
