/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * recvfrom_packet_sent.c - rules of recvfrom(2) with MSG_ERRQUEUE for AF_PACKET: when a
 * frame was sent, in the order of packet_recvmsg() and sock_recv_errqueue().
 */
#include <string.h>
#include <time.h>

#include <linux/errqueue.h>
#include <linux/if_packet.h>

#include "recvfrom_ip.h"

/* What packet_recvmsg() knows; other flags it refuses first. */
#define PACKET_FLAGS (MSG_PEEK | MSG_DONTWAIT | MSG_TRUNC | MSG_ERRQUEUE)

static const struct world_error *sent_frame(const struct world *world,
					    const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	if (!call_is_on(world, call, AF_PACKET) || !has_flag(call, MSG_ERRQUEUE) ||
	    call->message.flags & 0x7fffffff & ~PACKET_FLAGS ||
	    !on->datagrams.error_count)
		return NULL;
	return &on->datagrams.errors[0];
}

static bool waits(const struct world *world, const struct call *call)
{
	return sent_frame(world, call);
}

static bool unwritable(const struct world *world, const struct call *call)
{
	const struct world_error *first = sent_frame(world, call);

	return first && error_unwritable(call, first);
}

static void frame_told(const struct world *world, const struct call *call,
		       struct outcome *outcome)
{
	const struct world_error *error = sent_frame(world, call);
	const struct world_message *message = &error->message;
	struct controls to = begin_controls(call, outcome);
	struct sock_extended_err extended = { .ee_errno = (unsigned int)error->error,
					      .ee_origin = error->origin,
					      .ee_info = error->info,
					      .ee_data = error->data };

	outcome->gives = true;
	outcome->data_length = smaller(call->message.length, message->length);
	outcome->value = (long)outcome->data_length;
	outcome->data_known =
		(unsigned int)smaller(outcome->data_length, message->kept);
	memcpy(outcome->data, world_message_bytes(world, message), outcome->data_known);
	outcome->flags |= MSG_ERRQUEUE;
	if (call->message.length < message->length)
		outcome->flags |= MSG_TRUNC;
	recvfrom_write_name(world, call, message, outcome);
	add_time_controls(call_socket(world, call), error->stamped, &to);
	add_control(&to, LINUX_SOL_PACKET, PACKET_TX_TIMESTAMP, &extended,
		    sizeof(extended));
}

static const struct rule recvfrom_packet_sent_rules[] = {
	{
		.id = "recvfrom.packet.sent_unwritable",
		.says = "a buffer into which a frame that was sent cannot be written "
			"is refused, and it is gone",
		.when = unwritable,
		.outcome = FAILS(EFAULT),
		.cites = { MANUAL_QUOTE("recvfrom(2)", "EFAULT",
					"The receive buffer pointer(s) point outside "
					"the process's address space."),
			   KERNEL("net/core/sock.c", "sock_recv_errqueue") },
	},
	{
		.id = "recvfrom.packet.sent_at",
		.says = "with SO_TIMESTAMPING the queue of errors of a packet socket "
			"tells when a frame was sent, with the frame and no address",
		.when = waits,
		.outcome = RETURNS(0),
		.computed = frame_told,
		.cites = { TEXT("the kernel's "
				"Documentation/networking/timestamping.rst, "
				"2.1.1 and 2.1.2"),
			   KERNEL("net/core/sock.c", "sock_recv_errqueue"),
			   KERNEL("net/packet/af_packet.c", "packet_recvmsg") },
		.undocumented = true,
	},
};
RULE_LIST(recvfrom_packet_sent, CALL_RECVFROM);
