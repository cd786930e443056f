/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * socketcall.c - rules of socketcall(2), the multiplexer: a call's number, its block of
 * arguments, and that each number leads to its own call.
 */
#include <linux/net.h>

#include "call_common.h"

static bool number_unknown(const struct world *world, const struct call *call)
{
	(void)world;
	return !socketcall_arguments(call->multiplexed.number);
}

static bool args_unreadable(const struct world *world, const struct call *call)
{
	(void)world;
	return call->multiplexed.unreadable;
}

static bool makes_socket(const struct world *world, const struct call *call)
{
	const unsigned int *words = call->multiplexed.words;

	(void)world;
	return call->multiplexed.number == SYS_SOCKET && words[0] == AF_INET &&
	       words[1] == SOCK_DGRAM && !words[2];
}

static bool makes_unknown_pair(const struct world *world, const struct call *call)
{
	return call->multiplexed.number == SYS_SOCKETPAIR &&
	       call->multiplexed.words[0] >= (unsigned int)world_af_max(world);
}

static bool fd_of_call_not_open(const struct world *world, const struct call *call)
{
	int number = call->multiplexed.number;

	return number != SYS_SOCKET && number != SYS_SOCKETPAIR &&
	       !world_is_open(world, (int)call->multiplexed.words[0]);
}

#define SOCKETCALL_CITES                           \
	KERNEL("net/socket.c", "SYSCALL_DEFINE2"), \
		KERNEL("net/compat.c", "COMPAT_SYSCALL_DEFINE2")

static const struct rule socketcall_rules[] = {
	{
		.id = "socketcall.number.unknown",
		.says = "a number that stands for no call is refused, before the block "
			"of arguments is looked at",
		.when = number_unknown,
		.outcome = FAILS(EINVAL),
		/* socketcall(2) has no section ERRORS. */
		.cites = { QUOTE("socketcall(2)",
				 "call determines which socket function to invoke."),
			   SOCKETCALL_CITES },
		.undocumented = true,
	},
	{
		.id = "socketcall.args.unreadable",
		.says = "a block of which not all arguments of the call can be read is "
			"refused, before the call begins",
		.when = args_unreadable,
		.outcome = FAILS(EFAULT),
		.cites = { QUOTE("socketcall(2)",
				 "args points to a block containing the actual "
				 "arguments"),
			   SOCKETCALL_CITES },
		.undocumented = true,
	},
	{
		.id = "socketcall.leads.to_socket",
		.says = "SYS_SOCKET with its three arguments makes a socket",
		.when = makes_socket,
		.outcome = DESCRIPTOR,
		.cites = { QUOTE("socketcall(2)", "which are passed through to the "
						  "appropriate call."),
			   QUOTE("socket(2)", "socket() creates an endpoint for "
					      "communication"),
			   SOCKETCALL_CITES },
	},
	{
		.id = "socketcall.leads.to_socketpair",
		.says = "SYS_SOCKETPAIR looks at its family",
		.when = makes_unknown_pair,
		.outcome = FAILS(EAFNOSUPPORT),
		.cites = { QUOTE("socketcall(2)", "which are passed through to the "
						  "appropriate call."),
			   MANUAL("socketpair(2)", "EAFNOSUPPORT"), SOCKETCALL_CITES },
	},
	{
		.id = "socketcall.leads.to_descriptor",
		.says = "every other number leads to a call that looks up its "
			"descriptor",
		.when = fd_of_call_not_open,
		.outcome = FAILS(EBADF),
		.cites = { QUOTE("socketcall(2)", "which are passed through to the "
						  "appropriate call."),
			   MANUAL("bind(2)", "EBADF"),
			   KERNEL("net/socket.c", "sockfd_lookup_light"),
			   SOCKETCALL_CITES },
	},
};
RULE_LIST(socketcall, CALL_SOCKETCALL);
