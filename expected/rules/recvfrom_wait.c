/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * recvfrom_wait.c - rules of recvfrom(2) for a call that waits, since no other rule has
 * told it anything: until a signal comes, or until its time is up.
 */
#include "../posix_sets.h"
#include "recvfrom_common.h"

static bool waits(const struct world *world, const struct call *call)
{
	return call_socket(world, call) && nothing_to_receive(world, call) &&
	       !does_not_wait(world, call);
}

/* signal(7): with a timeout, SA_RESTART does not help. */
static bool interrupted(const struct world *world, const struct call *call)
{
	return waits(world, call) && world->facts & FACT_SIGNAL_COMES &&
	       (!(world->facts & FACT_SIGNAL_RESTARTS) ||
		call_socket(world, call)->receive_timeout);
}

static bool timed_out(const struct world *world, const struct call *call)
{
	return waits(world, call) && call_socket(world, call)->receive_timeout;
}

static const struct rule recvfrom_wait_rules[] = {
	{
		.id = "recvfrom.wait.interrupted",
		.says = "a signal handler without SA_RESTART ends the wait; with a "
			"timeout set, one with SA_RESTART too",
		.when = interrupted,
		.outcome = FAILS(EINTR),
		.posix_computed = posix_restarted,
		.cites = { MANUAL_QUOTE("recvfrom(2)", "EINTR",
					"The receive was interrupted by delivery of a "
					"signal before any data was available"),
			   QUOTE("signal(7)",
				 "\"Input\" socket interfaces, when a timeout "
				 "(SO_RCVTIMEO) has been set on the socket using "
				 "setsockopt(2)"),
			   POSIX("recvfrom", "EINTR"),
			   POSIX_SAYS("sigaction", "EAGAIN",
				      "SA_RESTART: the call is begun again, unless "
				      "told otherwise"),
			   KERNEL("net/core/datagram.c", "__skb_wait_for_more_packets"),
			   KERNEL("net/ipv4/tcp.c", "tcp_recvmsg_locked") },
	},
	{
		.id = "recvfrom.wait.timed_out",
		.says = "the wait ends when SO_RCVTIMEO is up, and not earlier",
		.when = timed_out,
		.outcome = FAILS(EAGAIN),
		.cites = { MANUAL_QUOTE("recvfrom(2)", "EAGAIN",
					"a receive timeout had been set and the "
					"timeout expired before data was received."),
			   QUOTE("socket(7)",
				 "if no data has been transferred and the timeout has "
				 "been reached, then -1 is returned with errno set to "
				 "EAGAIN or EWOULDBLOCK"),
			   POSIX("recvfrom", "EAGAIN"),
			   KERNEL("net/core/datagram.c", "__skb_wait_for_more_packets"),
			   KERNEL("net/ipv4/tcp.c", "tcp_recvmsg_locked") },
	},
};
RULE_LIST(recvfrom_wait, CALL_RECVFROM);
