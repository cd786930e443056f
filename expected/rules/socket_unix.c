/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * socket_unix.c - rules of socket(2) for AF_UNIX, in the order of unix_create().
 */
#include "../constants.h"
#include "../posix_sets.h"
#include "lists.h"

static bool protocol_unsupported(const struct world *world, const struct call *call)
{
	(void)world;
	return call->socket.domain == AF_UNIX && call->socket.protocol != 0 &&
	       call->socket.protocol != PF_UNIX;
}

static bool type_unsupported(const struct world *world, const struct call *call)
{
	(void)world;
	if (call->socket.domain != AF_UNIX)
		return false;
	switch (call->socket.type & LINUX_SOCK_TYPE_MASK) {
	case SOCK_STREAM:
	case SOCK_DGRAM:
	case SOCK_SEQPACKET:
	case SOCK_RAW: /* taken for SOCK_DGRAM; BSD has it */
		return false;
	default:
		return true;
	}
}

static const struct rule socket_unix_rules[] = {
	{
		.id = "socket.unix.protocol_unsupported",
		.says = "a protocol other than 0 and AF_UNIX is refused",
		.when = protocol_unsupported,
		.outcome = FAILS(EPROTONOSUPPORT),
		.cites = { MANUAL_QUOTE("unix(7)", "EPROTONOSUPPORT",
					"Passed protocol is not AF_UNIX."),
			   MANUAL("socket(2)", "EPROTONOSUPPORT"),
			   POSIX("socket", "EPROTONOSUPPORT"),
			   KERNEL("net/unix/af_unix.c", "unix_create") },
	},
	{
		.id = "socket.unix.type_unsupported",
		.says = "a type other than stream, datagram and sequenced packet is "
			"refused",
		.when = type_unsupported,
		.outcome = FAILS(ESOCKTNOSUPPORT),
		.posix = POSIX_NO_SUCH_TYPE,
		.cites = { MANUAL_QUOTE("unix(7)", "ESOCKTNOSUPPORT",
					"Unknown socket type."),
			   POSIX_TYPE_CITES,
			   KERNEL("net/unix/af_unix.c", "unix_create") },
	},
};
RULE_LIST(socket_unix, CALL_SOCKET);
