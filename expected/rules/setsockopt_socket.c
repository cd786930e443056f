/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * setsockopt_socket.c - rules of setsockopt(2) at the level SOL_SOCKET, which all
 * sockets have, in the order of sk_setsockopt().
 */
#include <sys/time.h>

#include "setsockopt_common.h"

static bool at_socket(const struct world *world, const struct call *call)
{
	return option_kind(world, call) && call->option.level == SOL_SOCKET;
}

static bool sets(const struct world *world, const struct call *call, int optname)
{
	return at_socket(world, call) && call->option.optname == optname;
}

/* SO_BINDTODEVICE: at most so much of a name is looked at. */
#define NAME_BYTES (OPTION_BYTES_MAX - 1)

static void device_name(const struct call *call, char name[OPTION_BYTES_MAX])
{
	size_t length = call->option.optlen;

	memset(name, 0, OPTION_BYTES_MAX);
	memcpy(name, call->option.bytes, length < NAME_BYTES ? length : NAME_BYTES);
}

static bool device_unreadable(const struct world *world, const struct call *call)
{
	return sets(world, call, SO_BINDTODEVICE) && !value_readable(call, NAME_BYTES);
}

/* Is it a name, and of no interface that the socket's network has? */
static bool device_unknown(const struct world *world, const struct call *call)
{
	char name[OPTION_BYTES_MAX];

	if (!sets(world, call, SO_BINDTODEVICE) ||
	    call_socket(world, call)->network != world->network)
		return false;
	device_name(call, name);
	return name[0] && !world_interface_named(world, name);
}

/*
 * Who has no CAP_NET_RAW may bind what is not bound: since Linux 5.7, before which it
 * took the capability in any case.  An address of IPv6 may have bound a socket, too, so
 * that these are left out, and connections of AF_UNIX do not have their listener's
 * device.
 */
static bool is_device_known(const struct world *world, const struct call *call)
{
	return call_socket(world, call)->domain == AF_INET &&
	       release_has(world->kernel.version, LINUX(5, 7), 0);
}

static bool device_forbidden(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	return sets(world, call, SO_BINDTODEVICE) && on->interface &&
	       on->network == world->network && !world->caller.cap_net_raw &&
	       is_device_known(world, call);
}

static bool device_bound(const struct world *world, const struct call *call)
{
	const struct world_interface *interface;
	char name[OPTION_BYTES_MAX];

	if (!sets(world, call, SO_BINDTODEVICE) ||
	    call_socket(world, call)->network != world->network ||
	    (!world->caller.cap_net_raw && !is_device_known(world, call)))
		return false;
	device_name(call, name);
	interface = world_interface_named(world, name);
	return !name[0] || (interface && interface->network == world->network);
}

static bool number_short(const struct world *world, const struct call *call)
{
	return at_socket(world, call) && call->option.optname != SO_BINDTODEVICE &&
	       is_short_number(call);
}

static bool number_unreadable(const struct world *world, const struct call *call)
{
	return at_socket(world, call) && call->option.optname != SO_BINDTODEVICE &&
	       is_unreadable_number(call);
}

/* The rules from here on are of numbers that have been read. */
static bool is_only_told(const struct world *world, const struct call *call)
{
	return sets(world, call, SO_TYPE) || sets(world, call, SO_PROTOCOL) ||
	       sets(world, call, SO_DOMAIN) || sets(world, call, SO_ERROR) ||
	       sets(world, call, SO_ACCEPTCONN);
}

static bool sets_least_sent(const struct world *world, const struct call *call)
{
	return sets(world, call, SO_SNDLOWAT);
}

static bool option_unknown(const struct world *world, const struct call *call)
{
	return at_socket(world, call) && is_no_option(call);
}

/* capable(): over the machine, not only over a user namespace. */
static bool is_capable(const struct world *world)
{
	return world->caller.machine && world->caller.cap_net_admin;
}

static bool debug_forbidden(const struct world *world, const struct call *call)
{
	return sets(world, call, SO_DEBUG) && option_number(call) && !is_capable(world);
}

static bool buffer_forbidden(const struct world *world, const struct call *call)
{
	return (sets(world, call, SO_RCVBUFFORCE) ||
		sets(world, call, SO_SNDBUFFORCE)) &&
	       !is_capable(world);
}

/* Beyond what anybody may choose. */
static bool is_high_priority(const struct call *call)
{
	return option_number(call) < 0 || option_number(call) > 6;
}

static bool priority_forbidden(const struct world *world, const struct call *call)
{
	return sets(world, call, SO_PRIORITY) && is_high_priority(call) &&
	       caller_may_not(world, call);
}

static bool mark_forbidden(const struct world *world, const struct call *call)
{
	return sets(world, call, LINUX_SO_MARK) && caller_may_not(world, call);
}

/* Options whose value is no int; the length of the structure, or 0. */
static size_t structure_size(const struct call *call)
{
	switch (call->option.optname) {
	case SO_LINGER:
		return sizeof(struct linger);
	case SO_RCVTIMEO:
	case SO_SNDTIMEO:
		return sizeof(struct timeval);
	default:
		return 0;
	}
}

static bool structure_short(const struct world *world, const struct call *call)
{
	return at_socket(world, call) && call->option.optlen < structure_size(call);
}

/* struct so_timestamping, which is taken for an int where its length is another. */
#define STAMPING_BYTES 8

static bool stamping_unreadable(const struct world *world, const struct call *call)
{
	return sets(world, call, SO_TIMESTAMPING) &&
	       call->option.optlen == STAMPING_BYTES &&
	       release_has(world->kernel.version, LINUX(5, 14), 0) &&
	       !value_readable(call, STAMPING_BYTES);
}

static bool structure_unreadable(const struct world *world, const struct call *call)
{
	return stamping_unreadable(world, call) ||
	       (at_socket(world, call) && structure_size(call) &&
		!value_readable(call, structure_size(call)));
}

static bool is_timeout(const struct call *call)
{
	return call->option.optname == SO_RCVTIMEO ||
	       call->option.optname == SO_SNDTIMEO;
}

static bool timeout_invalid(const struct world *world, const struct call *call)
{
	struct timeval timeout;

	memcpy(&timeout, call->option.bytes, sizeof(timeout));
	return at_socket(world, call) && is_timeout(call) &&
	       (timeout.tv_usec < 0 || timeout.tv_usec >= 1000000);
}

static bool peek_offset_unsupported(const struct world *world, const struct call *call)
{
	return sets(world, call, SO_PEEK_OFF) &&
	       option_kind(world, call) & (OF_ECHO | OF_RAW | OF_PACKET | OF_NETLINK);
}

static bool reuseport_unsupported(const struct world *world, const struct call *call)
{
	return sets(world, call, SO_REUSEPORT) && option_number(call) &&
	       !(option_kind(world, call) & OF_IP);
}

static bool credentials_unsupported(const struct world *world, const struct call *call)
{
	return sets(world, call, SO_PASSCRED) &&
	       !(option_kind(world, call) & (OF_UNIX | OF_NETLINK));
}

static bool rehash_unsupported(const struct world *world, const struct call *call)
{
	return sets(world, call, SO_TXREHASH) && option_kind(world, call) != OF_TCP;
}

static bool rehash_out_of_range(const struct world *world, const struct call *call)
{
	return sets(world, call, SO_TXREHASH) &&
	       (option_number(call) < -1 || option_number(call) > 1);
}

/* Since Linux 5.0 UDP has it too; UDP-Lite has not. */
static bool has_zerocopy(const struct world *world, const struct call *call)
{
	return option_kind(world, call) == OF_TCP ||
	       (option_kind(world, call) == OF_UDP &&
		call_socket(world, call)->protocol == IPPROTO_UDP);
}

static bool zerocopy_unsupported(const struct world *world, const struct call *call)
{
	return sets(world, call, LINUX_SO_ZEROCOPY) && !has_zerocopy(world, call);
}

static bool zerocopy_out_of_range(const struct world *world, const struct call *call)
{
	return sets(world, call, LINUX_SO_ZEROCOPY) && has_zerocopy(world, call) &&
	       (option_number(call) < 0 || option_number(call) > 1);
}

/* include/uapi/linux/net_tstamp.h: no release has one of these; and those that all
 * have, without SOF_TIMESTAMPING_OPT_ID, which asks for more. */
#define NO_STAMPS  0xff000000U
#define OLD_STAMPS 0x7f

static bool stamps_unknown(const struct world *world, const struct call *call)
{
	return sets(world, call, SO_TIMESTAMPING) &&
	       (unsigned int)option_number(call) & NO_STAMPS;
}

/* What is an int of any value, or of any that a rule before has not refused. */
static const struct option options[] = {
	{ SO_REUSEADDR, OF_ALL, ANY_NUMBER, 0 },
	{ SO_DONTROUTE, OF_ALL, ANY_NUMBER, 0 },
	{ SO_BROADCAST, OF_ALL, ANY_NUMBER, 0 },
	{ SO_SNDBUF, OF_ALL, ANY_NUMBER, 0 },
	{ SO_RCVBUF, OF_ALL, ANY_NUMBER, 0 },
	{ SO_KEEPALIVE, OF_ALL, ANY_NUMBER, 0 },
	{ SO_OOBINLINE, OF_ALL, ANY_NUMBER, 0 },
	{ SO_NO_CHECK, OF_ALL, ANY_NUMBER, 0 },
	{ SO_TIMESTAMP, OF_ALL, ANY_NUMBER, 0 },
	{ SO_TIMESTAMPNS, OF_ALL, ANY_NUMBER, 0 },
	{ SO_TIMESTAMPING, OF_ALL, 0, OLD_STAMPS, 0 },
	{ SO_RCVLOWAT, OF_ALL, ANY_NUMBER, 0 },
	{ LINUX_SO_RXQ_OVFL, OF_ALL, ANY_NUMBER, 0 },
	{ LINUX_SO_RCVMARK, OF_ALL, ANY_NUMBER, LINUX(5, 19) },
	{ SO_PASSCRED, OF_UNIX | OF_NETLINK, ANY_NUMBER, 0 },
	{ SO_PEEK_OFF, OF_UNIX | OF_UDP, ANY_NUMBER, 0 },
	{ SO_REUSEPORT, OF_IP, ANY_NUMBER, 0 },
	{ SO_TXREHASH, OF_TCP, -1, 1, LINUX(5, 18) },
	{ LINUX_SO_ZEROCOPY, OF_TCP | OF_UDP, 0, 1, LINUX(5, 0) },
	{ SO_LINGER, OF_ALL, ANY_NUMBER, 0 },
	{ SO_RCVTIMEO, OF_ALL, ANY_NUMBER, 0 },
	{ SO_SNDTIMEO, OF_ALL, ANY_NUMBER, 0 },
};

static bool option_accepted(const struct world *world, const struct call *call)
{
	const struct option *option = OPTION_IN(options, call);

	return at_socket(world, call) && option && has_option(world, option) &&
	       option->kinds & option_kind(world, call) &&
	       is_in_range(option, option_number(call));
}

/* What takes a privilege, and who sets it has it, or wants nothing special. */
static bool privileged_accepted(const struct world *world, const struct call *call)
{
	if (sets(world, call, SO_DEBUG))
		return !option_number(call) || is_capable(world);
	if (sets(world, call, SO_RCVBUFFORCE) || sets(world, call, SO_SNDBUFFORCE))
		return is_capable(world);
	if (sets(world, call, SO_PRIORITY))
		return !is_high_priority(call) || caller_may(world, call);
	return sets(world, call, LINUX_SO_MARK) && caller_may(world, call);
}

#define SK_SETSOCKOPT KERNEL("net/core/sock.c", "sk_setsockopt")

static const struct rule setsockopt_socket_rules[] = {
	{
		.id = "setsockopt.device.unreadable",
		.says = "of SO_BINDTODEVICE's value, 15 bytes at most are read, and "
			"must "
			"be readable",
		.when = device_unreadable,
		.outcome = FAILS(EFAULT),
		.cites = { OPTION_EFAULT,
			   KERNEL("net/core/sock.c", "sock_setbindtodevice") },
	},
	{
		.id = "setsockopt.device.unknown",
		.says = "a device that the network namespace has not is refused",
		.when = device_unknown,
		.outcome = FAILS(ENODEV),
		.cites = { KERNEL("net/core/sock.c", "sock_setbindtodevice") },
		.undocumented = true,
	},
	{
		.id = "setsockopt.device.bound_already",
		.says = "a socket that is bound to a device is bound to another, or to "
			"none, by CAP_NET_RAW only",
		.when = device_forbidden,
		.outcome = FAILS(EPERM),
		.cites = { KERNEL("net/core/sock.c", "sock_bindtoindex_locked") },
		.undocumented = true,
	},
	{
		.id = "setsockopt.device.bound",
		.says = "a socket is bound to the device of a name, or by an empty one "
			"to none",
		.when = device_bound,
		.outcome = RETURNS(0),
		.cites = { QUOTE("socket(7)",
				 "If the name is an empty string or the option length "
				 "is "
				 "zero, the socket device binding is removed."),
			   OPTION_ACCEPTED,
			   KERNEL("net/core/sock.c", "sock_setbindtodevice") },
	},
	{
		.id = "setsockopt.socket.short",
		.says = "at SOL_SOCKET, a value of fewer bytes than an int has is "
			"refused, before it is looked at what the option is",
		.when = number_short,
		.outcome = FAILS(EINVAL),
		.cites = { OPTION_SHORT, SK_SETSOCKOPT },
	},
	{
		.id = "setsockopt.socket.unreadable",
		.says = "at SOL_SOCKET, an int is read before it is looked at what the "
			"option is",
		.when = number_unreadable,
		.outcome = FAILS(EFAULT),
		.cites = { OPTION_EFAULT, SK_SETSOCKOPT },
	},
	{
		.id = "setsockopt.socket.read_only",
		.says = "what getsockopt(2) alone has cannot be set",
		.when = is_only_told,
		.outcome = FAILS(ENOPROTOOPT),
		.posix = FAILS(ENOPROTOOPT, EINVAL),
		.cites = { QUOTE("socket(7)", "This socket option is read-only."),
			   OPTION_UNKNOWN, OPTION_POSIX_UNKNOWN,
			   POSIX_SAYS("setsockopt", "EINVAL",
				      "the option is invalid at the level"),
			   SK_SETSOCKOPT },
	},
	{
		.id = "setsockopt.socket.least_sent",
		.says = "SO_SNDLOWAT cannot be set",
		.when = sets_least_sent,
		.outcome = FAILS(ENOPROTOOPT),
		.posix = RETURNS_OR_FAILS(0, ENOPROTOOPT),
		.cites = { QUOTE("socket(7)", "SO_SNDLOWAT is not changeable on Linux "
					      "(setsockopt(2) "
					      "fails with the error ENOPROTOOPT)."),
			   OPTION_POSIX_UNKNOWN, SK_SETSOCKOPT },
	},
	{
		.id = "setsockopt.socket.unknown",
		.says = "an option that SOL_SOCKET has not is refused",
		.when = option_unknown,
		.outcome = FAILS(ENOPROTOOPT),
		.cites = { OPTION_UNKNOWN, SK_SETSOCKOPT },
	},
	{
		.id = "setsockopt.socket.debug_forbidden",
		.says = "SO_DEBUG is turned on by CAP_NET_ADMIN over the machine only",
		.when = debug_forbidden,
		.outcome = FAILS(EACCES),
		.posix_silent = true,
		.cites = { QUOTE("socket(7)",
				 "Allowed only for processes with the CAP_NET_ADMIN "
				 "capability or an effective user ID of 0."),
			   MANUAL_QUOTE(
				   "ip(7)", "EACCES",
				   "The user tried to execute an operation without "
				   "the necessary permissions."),
			   SK_SETSOCKOPT },
	},
	{
		.id = "setsockopt.socket.buffer_forbidden",
		.says = "the limits of SO_RCVBUF and SO_SNDBUF are overridden by "
			"CAP_NET_ADMIN over the machine only",
		.when = buffer_forbidden,
		.outcome = FAILS(EPERM),
		.cites = { QUOTE("socket(7)",
				 "Using this socket option, a privileged "
				 "(CAP_NET_ADMIN) "
				 "process can perform the same task as SO_RCVBUF"),
			   OPTION_FORBIDDEN, SK_SETSOCKOPT },
	},
	{
		.id = "setsockopt.socket.priority_forbidden",
		.says = "a priority other than 0 to 6 takes CAP_NET_ADMIN, or "
			"CAP_NET_RAW",
		.when = priority_forbidden,
		.outcome = FAILS(EPERM),
		.cites = { QUOTE("socket(7)",
				 "Setting a priority outside the range 0 to 6 requires "
				 "the CAP_NET_ADMIN capability."),
			   OPTION_FORBIDDEN, SK_SETSOCKOPT },
	},
	{
		.id = "setsockopt.socket.mark_forbidden",
		.says = "SO_MARK takes CAP_NET_ADMIN, or CAP_NET_RAW, also for 0",
		.when = mark_forbidden,
		.outcome = FAILS(EPERM),
		.cites = { QUOTE("socket(7)",
				 "Setting this option requires the CAP_NET_ADMIN "
				 "capability."),
			   OPTION_FORBIDDEN, SK_SETSOCKOPT },
	},
	{
		.id = "setsockopt.socket.structure_short",
		.says = "a value that is a structure is passed whole, or is refused",
		.when = structure_short,
		.outcome = FAILS(EINVAL),
		.cites = { OPTION_SHORT, SK_SETSOCKOPT,
			   KERNEL("net/core/sock.c", "sock_copy_user_timeval") },
	},
	{
		.id = "setsockopt.socket.structure_unreadable",
		.says = "a value that is a structure must be readable to its end",
		.when = structure_unreadable,
		.outcome = FAILS(EFAULT),
		.cites = { OPTION_EFAULT, SK_SETSOCKOPT,
			   KERNEL("net/core/sock.c", "sock_copy_user_timeval") },
	},
	{
		.id = "setsockopt.socket.timeout_invalid",
		.says = "a timeout of less than no microseconds, or of a second of "
			"them, "
			"is refused",
		.when = timeout_invalid,
		.outcome = FAILS(EDOM),
		.cites = { KERNEL("net/core/sock.c", "sock_set_timeout") },
		.undocumented = true,
	},
	{
		.id = "setsockopt.socket.peek_offset_unsupported",
		.says = "echo, raw, packet and netlink sockets have no SO_PEEK_OFF",
		.when = peek_offset_unsupported,
		.outcome = FAILS(EOPNOTSUPP),
		.cites = { QUOTE("socket(7)", "This option, which is currently "
					      "supported only for unix(7) sockets"),
			   SK_SETSOCKOPT },
	},
	{
		.id = "setsockopt.socket.reuseport_unsupported",
		.says = "sockets of other families than IP's have no SO_REUSEPORT, but "
			"may be told so",
		.when = reuseport_unsupported,
		.outcome = FAILS(EOPNOTSUPP),
		.cites = { QUOTE("socket(7)",
				 "Permits multiple AF_INET or AF_INET6 sockets to be "
				 "bound to an identical socket address."),
			   SK_SETSOCKOPT },
		.since = LINUX(6, 13),
	},
	{
		.id = "setsockopt.socket.credentials_unsupported",
		.says = "what never tells of credentials has no SO_PASSCRED",
		.when = credentials_unsupported,
		.outcome = FAILS(EOPNOTSUPP),
		.cites = { SK_SETSOCKOPT },
		.undocumented = true,
		.since = LINUX(6, 16),
	},
	{
		.id = "setsockopt.socket.rehash_unsupported",
		.says = "what is not TCP has no SO_TXREHASH",
		.when = rehash_unsupported,
		.outcome = FAILS(EOPNOTSUPP),
		.cites = { SK_SETSOCKOPT },
		.undocumented = true,
		.since = LINUX(6, 16),
	},
	{
		.id = "setsockopt.socket.rehash_out_of_range",
		.says = "SO_TXREHASH is -1, 0 or 1",
		.when = rehash_out_of_range,
		.outcome = FAILS(EINVAL),
		.cites = { OPTION_RANGE, SK_SETSOCKOPT },
		.since = LINUX(5, 18),
	},
	{
		.id = "setsockopt.socket.zerocopy_unsupported",
		.says = "what is neither TCP nor UDP has no SO_ZEROCOPY",
		.when = zerocopy_unsupported,
		.outcome = FAILS(EOPNOTSUPP),
		.cites = { SK_SETSOCKOPT },
		.undocumented = true,
		.since = LINUX(5, 0),
	},
	{
		.id = "setsockopt.socket.zerocopy_out_of_range",
		.says = "SO_ZEROCOPY is 0 or 1",
		.when = zerocopy_out_of_range,
		.outcome = FAILS(EINVAL),
		.cites = { OPTION_RANGE, SK_SETSOCKOPT },
		.since = LINUX(5, 0),
	},
	{
		.id = "setsockopt.socket.stamps_unknown",
		.says = "flags of SO_TIMESTAMPING that are none are refused",
		.when = stamps_unknown,
		.outcome = FAILS(EINVAL),
		.cites = { OPTION_RANGE,
			   KERNEL("net/core/sock.c", "sock_set_timestamping") },
	},
	{
		.id = "setsockopt.socket.privileged",
		.says = "who has the privilege sets what takes one; nobody needs it "
			"for "
			"what is not special",
		.when = privileged_accepted,
		.outcome = RETURNS(0),
		.cites = { OPTION_ACCEPTED, POSIX("setsockopt", NULL), SK_SETSOCKOPT },
	},
	{
		.id = "setsockopt.socket.accepted",
		.says = "what sockets of the kind have is set, to any number that is "
			"in "
			"its range",
		.when = option_accepted,
		.outcome = RETURNS(0),
		.cites = { OPTION_ACCEPTED, POSIX("setsockopt", NULL), SK_SETSOCKOPT },
	},
};
RULE_LIST(setsockopt_socket, CALL_SETSOCKOPT);
