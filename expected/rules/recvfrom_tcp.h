/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * recvfrom_tcp.h - what the rules of recvfrom(2) look at of streams of the IP families.
 */
#ifndef EXPECTED_RULES_RECVFROM_TCP_H
#define EXPECTED_RULES_RECVFROM_TCP_H

#include "recvfrom_common.h"

/* A stream, and what a call finds in it, once it need not wait any longer. */
struct tcp_view {
	struct world_socket on;
	struct tcp_reading reading;
	unsigned int at_once; /* bytes that it finds before it waits */
	bool waited;	      /* something came meanwhile */
};

static inline struct tcp_view tcp_look(const struct world *world,
				       const struct call *call)
{
	struct tcp_reading before;
	struct tcp_view view;

	world_tcp_read(call_socket(world, call), call, &before);
	world_tcp_after_wait(world, call, &view.on);
	world_tcp_read(&view.on, call, &view.reading);
	view.at_once = before.count;
	view.waited = world->coming.kind && world->coming.socket == view.on.id &&
		      world_tcp_waits(call_socket(world, call), call);
	return view;
}

/* Is it the urgent byte that is asked for?  MPTCP has none, and reads on. */
static inline bool asks_for_urgent(const struct world *world, const struct call *call)
{
	return on_tcp(world, call) && has_flag(call, MSG_OOB);
}

static inline bool in_repair(const struct world *world, const struct call *call)
{
	return on_tcp(world, call) && !has_flag(call, MSG_OOB) &&
	       call_socket(world, call)->in_repair;
}

static inline bool on_send_queue(const struct world *world, const struct call *call)
{
	return in_repair(world, call) && has_flag(call, MSG_PEEK) &&
	       call_socket(world, call)->tcp.repair_queue == LINUX_TCP_SEND_QUEUE;
}

/* Is it what the other end has sent that is asked for? */
static inline bool reads_stream(const struct world *world, const struct call *call)
{
	return on_ip_stream(world, call) && !asks_for_urgent(world, call) &&
	       !on_send_queue(world, call);
}

static inline bool no_more_reads(const struct world_socket *on)
{
	return on->at_end || on->shut_read || on->tcp.broken;
}

/* tcp_recvmsg_locked() looks at the length again once it has waited. */
static inline bool wait_was_for_nothing(const struct world *world,
					const struct call *call)
{
	return on_tcp(world, call) && nothing_to_receive(world, call) &&
	       !call->message.length &&
	       (world->facts & FACT_SIGNAL_COMES ||
		call_socket(world, call)->receive_timeout);
}

/* Does the call give something, be it 0, as no rule of an error holds? */
static inline bool tcp_succeeds(const struct world *world, const struct call *call)
{
	struct tcp_view view;

	if (!on_ip_stream(world, call))
		return false;
	view = tcp_look(world, call);
	return !reads_stream(world, call) || !nothing_to_receive(world, call) ||
	       no_more_reads(&view.on) || wait_was_for_nothing(world, call);
}

/* The bytes that are copied in one go: those that are there, or come first. */
static inline size_t tcp_bytes_at_once(const struct world *world,
				       const struct call *call)
{
	struct tcp_view view = tcp_look(world, call);

	return view.at_once ? view.at_once : view.reading.count;
}

#endif
