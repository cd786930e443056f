/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * recvfrom_unix.c - rules of recvfrom(2) for AF_UNIX where there is nothing to receive,
 * in the order of unix_stream_read_generic(), unix_seqpacket_recvmsg() and
 * __unix_dgram_recvmsg().
 */
#include "recvfrom_common.h"

static bool on_type(const struct world *world, const struct call *call, int type)
{
	return call_is_on(world, call, AF_UNIX) &&
	       call_socket(world, call)->type == type;
}

static bool is_connected(const struct world *world, const struct call *call)
{
	return call_socket(world, call)->state == SOCKET_CONNECTED;
}

static bool stream_not_connected(const struct world *world, const struct call *call)
{
	return on_type(world, call, SOCK_STREAM) && !is_connected(world, call);
}

static bool seqpacket_not_connected(const struct world *world, const struct call *call)
{
	return on_type(world, call, SOCK_SEQPACKET) && !is_connected(world, call);
}

static bool out_of_band(const struct world *world, const struct call *call)
{
	return has_flag(call, MSG_OOB) && (on_type(world, call, SOCK_DGRAM) ||
					   on_type(world, call, SOCK_SEQPACKET));
}

static bool stream_out_of_band(const struct world *world, const struct call *call)
{
	return has_flag(call, MSG_OOB) && on_type(world, call, SOCK_STREAM);
}

static bool shut_down(const struct world *world, const struct call *call)
{
	return call_is_on(world, call, AF_UNIX) &&
	       call_socket(world, call)->shut_read && nothing_to_receive(world, call) &&
	       !(on_type(world, call, SOCK_DGRAM) && does_not_wait(world, call));
}

static bool would_block(const struct world *world, const struct call *call)
{
	return call_is_on(world, call, AF_UNIX) && nothing_to_receive(world, call) &&
	       does_not_wait(world, call);
}

static const struct rule recvfrom_unix_rules[] = {
	{
		.id = "recvfrom.unix.stream_not_connected",
		.says = "nothing is received from a stream without a connection, "
			"whatever the flags",
		.when = stream_not_connected,
		.outcome = FAILS(EINVAL),
		/* recvfrom(2) and POSIX have ENOTCONN for it. */
		.cites = { MANUAL_QUOTE("recvfrom(2)", "EINVAL",
					"Invalid argument passed."),
			   KERNEL("net/unix/af_unix.c", "unix_stream_read_generic") },
	},
	{
		.id = "recvfrom.unix.seqpacket_not_connected",
		.says = "nothing is received from a SOCK_SEQPACKET socket without a "
			"connection, whatever the flags",
		.when = seqpacket_not_connected,
		.outcome = FAILS(ENOTCONN),
		.cites = { NOT_CONNECTED_CITES,
			   KERNEL("net/unix/af_unix.c", "unix_seqpacket_recvmsg") },
	},
	{
		.id = "recvfrom.unix.out_of_band",
		.says = "datagrams and records have no out-of-band data: MSG_OOB is "
			"refused",
		.when = out_of_band,
		.outcome = FAILS(EOPNOTSUPP),
		.cites = { MANUAL_QUOTE("unix(7)", "EOPNOTSUPP",
					"tried to use the out-of-band data option."),
			   POSIX("recvfrom", "EOPNOTSUPP"),
			   KERNEL("net/unix/af_unix.c", "__unix_dgram_recvmsg") },
	},
	{
		.id = "recvfrom.unix.stream_out_of_band",
		.says = "MSG_OOB is refused where a stream has no out-of-band data, or "
			"the kernel (without CONFIG_AF_UNIX_OOB) none on any stream",
		.when = stream_out_of_band,
		.outcome = FAILS(EINVAL, EOPNOTSUPP),
		.cites = { MANUAL("recvfrom(2)", "EINVAL"), POSIX("recvfrom", "EINVAL"),
			   POSIX("recvfrom", "EOPNOTSUPP"),
			   KERNEL("net/unix/af_unix.c", "unix_stream_read_generic") },
		.since = LINUX(5, 15),
	},
	{
		.id = "recvfrom.unix.no_out_of_band",
		.says = "streams had no out-of-band data before Linux 5.15: MSG_OOB "
			"is refused",
		.when = stream_out_of_band,
		.outcome = FAILS(EOPNOTSUPP),
		.cites = { QUOTE("unix(7)",
				 "UNIX domain sockets do not support the transmission "
				 "of out-of-band data"),
			   POSIX("recvfrom", "EOPNOTSUPP"),
			   KERNEL("net/unix/af_unix.c", "unix_stream_read_generic") },
		.until = LINUX(5, 15),
	},
	{
		.id = "recvfrom.unix.shut_down",
		.says = "once shut down for reading, a socket is at its end; of "
			"datagrams, for a call that would wait",
		.when = shut_down,
		.outcome = RETURNS(0),
		.cites = { QUOTE("shutdown(2)",
				 "If how is SHUT_RD, further receptions will be "
				 "disallowed."),
			   POSIX("recvfrom", NULL),
			   KERNEL("net/unix/af_unix.c", "unix_stream_read_generic"),
			   KERNEL("net/unix/af_unix.c", "__unix_dgram_recvmsg") },
	},
	{
		.id = "recvfrom.unix.would_block",
		.says = "a socket to which nothing was sent does not let a call wait "
			"that shall not; MSG_ERRQUEUE means nothing here",
		.when = would_block,
		.outcome = FAILS(EAGAIN),
		.cites = { WOULD_BLOCK_CITES,
			   KERNEL("net/unix/af_unix.c", "unix_stream_read_generic"),
			   KERNEL("net/unix/af_unix.c", "__unix_dgram_recvmsg") },
	},
};
RULE_LIST(recvfrom_unix, CALL_RECVFROM);
