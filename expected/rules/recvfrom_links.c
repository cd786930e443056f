/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * recvfrom_links.c - rules of recvfrom(2) for AF_PACKET, AF_NETLINK and AF_VSOCK where
 * there is nothing to receive, or something that the other families do not have, in the
 * order of packet_recvmsg(), netlink_recvmsg() and vsock_connectible_recvmsg().
 */
#include <string.h>

#include "../world_links.h"
#include "recvfrom_ip.h"

/* What packet_recvmsg() knows, beside MSG_CMSG_COMPAT: that is no bit at all in a
 * kernel without the calls of 32-bit programs. */
#define PACKET_FLAGS (MSG_PEEK | MSG_DONTWAIT | MSG_TRUNC | MSG_ERRQUEUE)

static bool packet_flags(const struct world *world, const struct call *call)
{
	unsigned int known = PACKET_FLAGS;

	if (world_has(world, FEATURE_COMPAT))
		known |= LINUX_MSG_CMSG_COMPAT;
	return call_is_on(world, call, AF_PACKET) &&
	       (unsigned int)call->message.flags & ~known;
}

static bool packet_no_error_waits(const struct world *world, const struct call *call)
{
	return call_is_on(world, call, AF_PACKET) && has_flag(call, MSG_ERRQUEUE);
}

static bool interface_down(const struct world *world, const struct call *call)
{
	return call_is_on(world, call, AF_PACKET) &&
	       call_socket(world, call)->packet.down;
}

/* The whole name of SOCK_PACKET: of a part of it that leaves out what is open, the
 * rules of all families speak. */
static bool obsolete_name(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	return call_is_on(world, call, AF_PACKET) && on->type == SOCK_PACKET &&
	       on->queued && call->message.name_wanted &&
	       call->message.room >= (int)sizeof(struct sockaddr_pkt) &&
	       call->message.name_writable >= sizeof(struct sockaddr_pkt);
}

static struct sockaddr_pkt device_named(const struct world *world,
					const struct call *call)
{
	struct sockaddr_pkt name;

	memcpy(&name, world_message_name(world, &call_socket(world, call)->queue[0]),
	       sizeof(name));
	return name;
}

static bool names_device(const struct world *world, const struct call *call,
			 const unsigned char *bytes, unsigned int length)
{
	struct sockaddr_pkt due = device_named(world, call), came;

	if (length != sizeof(came))
		return false;
	memcpy(&came, bytes, sizeof(came));
	return came.spkt_family == due.spkt_family &&
	       came.spkt_protocol == due.spkt_protocol &&
	       !memcmp(came.spkt_device, due.spkt_device,
		       strlen((const char *)due.spkt_device) + 1);
}

static unsigned int write_device(const struct world *world, const struct call *call,
				 unsigned char *bytes)
{
	struct sockaddr_pkt name = device_named(world, call);

	memcpy(bytes, &name, sizeof(name));
	return sizeof(name);
}

static const struct choice device_name = {
	.says = "the device's kind, its name with a NUL, and the protocol",
	.allows = names_device,
	.example = write_device,
};

/* Here the rules of all families would say what comes. */
static void whole_packet(const struct world *world, const struct call *call,
			 struct outcome *outcome)
{
	const struct world_message *message = &call_socket(world, call)->queue[0];

	outcome->gives = true;
	outcome->data_length = message->length < call->message.length
				       ? message->length
				       : call->message.length;
	outcome->value = (long)outcome->data_length;
	outcome->data_known = message->kept < outcome->data_length
				      ? message->kept
				      : (unsigned int)outcome->data_length;
	memcpy(outcome->data, world_message_bytes(world, message), outcome->data_known);
}

/* A frame waits, but the call wants less than stands before it. */
static bool no_room_for_header(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	return call_is_on(world, call, AF_PACKET) && on->packet.vnet_header &&
	       on->queued && call->message.length < WORLD_VNET_HEADER;
}

/* What waits is several datagrams, which one packet has brought. */
static bool segments_untold(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	return call_is_on(world, call, AF_PACKET) && on->packet.vnet_header &&
	       on->packet.segments && !on->queued;
}

static bool packet_would_block(const struct world *world, const struct call *call)
{
	/* What others send comes to it too. */
	return call_is_on(world, call, AF_PACKET) &&
	       (!world->sent || !world_packet_protocol(call_socket(world, call))) &&
	       nothing_to_receive(world, call) && does_not_wait(world, call);
}

static const struct rule recvfrom_packet_rules[] = {
	{
		.id = "recvfrom.packet.flags_unsupported",
		.says = "a packet socket takes MSG_PEEK, MSG_DONTWAIT, MSG_TRUNC and "
			"MSG_ERRQUEUE, and refuses every other flag",
		.when = packet_flags,
		.outcome = FAILS(EINVAL),
		/* POSIX has EOPNOTSUPP for it. */
		.cites = { MANUAL_QUOTE("recvfrom(2)", "EINVAL",
					"Invalid argument passed."),
			   KERNEL("net/packet/af_packet.c", "packet_recvmsg") },
	},
	{
		.id = "recvfrom.packet.no_error_waits",
		.says = "MSG_ERRQUEUE never waits: with no error in the queue it says "
			"so at once",
		.when = packet_no_error_waits,
		.outcome = FAILS(EAGAIN),
		.cites = { MANUAL("recvfrom(2)", "EAGAIN"),
			   KERNEL("net/core/sock.c", "sock_recv_errqueue") },
	},
	{
		.id = "recvfrom.packet.interface_down",
		.says = "that the interface that it is bound to has gone down is told "
			"once, before packets that wait",
		.when = interface_down,
		.outcome = FAILS(ENETDOWN),
		.cites = { MANUAL_QUOTE("packet(7)", "ENETDOWN",
					"Interface is not up."),
			   KERNEL("net/packet/af_packet.c", "packet_notifier"),
			   KERNEL("net/core/datagram.c", "__skb_try_recv_datagram") },
	},
	{
		.id = "recvfrom.packet.obsolete_name",
		.says = "a socket of SOCK_PACKET tells the kind and the name of the "
			"device, and the protocol",
		.when = obsolete_name,
		.outcome = CHOSEN(device_name),
		.computed = whole_packet,
		.cites = { QUOTE("packet(7)",
				 "spkt_family contains the device type, spkt_protocol "
				 "is "
				 "the IEEE 802.3 protocol type as defined in "
				 "<sys/if_ether.h> and spkt_device is the device name "
				 "as "
				 "a null-terminated string, for example, eth0."),
			   KERNEL("net/packet/af_packet.c", "packet_rcv_spkt"),
			   KERNEL("net/packet/af_packet.c", "packet_recvmsg") },
	},
	{
		.id = "recvfrom.packet.no_room_for_header",
		.says = "with PACKET_VNET_HDR a call that wants fewer than the 10 "
			"bytes of "
			"struct virtio_net_hdr is refused, and the frame is gone",
		.when = no_room_for_header,
		.outcome = FAILS(EINVAL),
		/* packet(7) does not have the option. */
		.cites = { KERNEL("net/packet/af_packet.c", "packet_rcv_vnet") },
		.undocumented = true,
	},
	{
		.id = "recvfrom.packet.segments_untold",
		.says = "before Linux 6.2 struct virtio_net_hdr has no number for "
			"datagrams of UDP that come as one packet: with "
			"PACKET_VNET_HDR such a one is refused, and is gone",
		.when = segments_untold,
		.outcome = FAILS(EINVAL),
		.cites = { KERNEL("net/packet/af_packet.c", "packet_rcv_vnet") },
		.undocumented = true,
		.until = LINUX(6, 2),
	},
	{
		.id = "recvfrom.packet.would_block",
		.says = "a socket to which no packet has come does not let a call wait "
			"that shall not",
		.when = packet_would_block,
		.outcome = FAILS(EAGAIN),
		.posix_silent = true,
		.cites = { WOULD_BLOCK_CITES,
			   KERNEL("net/packet/af_packet.c", "packet_recvmsg") },
	},
};
RULE_LIST(recvfrom_packet, CALL_RECVFROM);

static bool netlink_out_of_band(const struct world *world, const struct call *call)
{
	return call_is_on(world, call, AF_NETLINK) && has_flag(call, MSG_OOB);
}

static bool netlink_would_block(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	/* The kernel may have something to say to a socket that has a port. */
	return on && on->domain == AF_NETLINK &&
	       (!on->name_length || on->protocol == NETLINK_USERSOCK) &&
	       nothing_to_receive(world, call) && does_not_wait(world, call);
}

static bool overrun(const struct world *world, const struct call *call)
{
	return call_is_on(world, call, AF_NETLINK) &&
	       call_socket(world, call)->error == ENOBUFS;
}

static const struct rule recvfrom_netlink_rules[] = {
	{
		.id = "recvfrom.netlink.out_of_band",
		.says = "netlink has no out-of-band data: MSG_OOB is refused",
		.when = netlink_out_of_band,
		.outcome = FAILS(EOPNOTSUPP),
		.posix_silent = true,
		.cites = { POSIX("recvfrom", "EOPNOTSUPP"),
			   KERNEL("net/netlink/af_netlink.c", "netlink_recvmsg") },
	},
	{
		.id = "recvfrom.netlink.overrun",
		.says = "that a message was lost, as the buffer was full, is told "
			"once, "
			"before those that are there",
		.when = overrun,
		.outcome = FAILS(ENOBUFS),
		.cites = { QUOTE("netlink(7)",
				 "It is up to the application to detect when this "
				 "happens (via the ENOBUFS error returned by "
				 "recvmsg(2)) and resynchronize."),
			   KERNEL("net/netlink/af_netlink.c", "netlink_overrun") },
	},
	{
		.id = "recvfrom.netlink.would_block",
		.says = "a socket to which no message has come does not let a call "
			"wait that shall not; MSG_ERRQUEUE means nothing here",
		.when = netlink_would_block,
		.outcome = FAILS(EAGAIN),
		.posix_silent = true,
		.cites = { WOULD_BLOCK_CITES,
			   KERNEL("net/netlink/af_netlink.c", "netlink_recvmsg") },
	},
};
RULE_LIST(recvfrom_netlink, CALL_RECVFROM);

static bool vsock_not_connected(const struct world *world, const struct call *call)
{
	return call_is_on(world, call, AF_VSOCK) &&
	       call_socket(world, call)->type != SOCK_DGRAM &&
	       !has_flag(call, MSG_ERRQUEUE) &&
	       call_socket(world, call)->state != SOCKET_CONNECTED;
}

/* A stream, or one of records. */
static bool on_vsock(const struct world *world, const struct call *call)
{
	return call_is_on(world, call, AF_VSOCK) &&
	       call_socket(world, call)->type != SOCK_DGRAM &&
	       !has_flag(call, MSG_ERRQUEUE);
}

static bool vsock_out_of_band(const struct world *world, const struct call *call)
{
	return on_vsock(world, call) && has_flag(call, MSG_OOB);
}

static bool vsock_shut(const struct world *world, const struct call *call)
{
	return on_vsock(world, call) && call_socket(world, call)->shut_read;
}

static bool vsock_wants_nothing(const struct world *world, const struct call *call)
{
	return on_vsock(world, call) && !call->message.length;
}

static bool vsock_would_block(const struct world *world, const struct call *call)
{
	return on_vsock(world, call) && nothing_to_receive(world, call) &&
	       !call_socket(world, call)->at_end && does_not_wait(world, call);
}

/* Bytes of a stream that came before are still to be had, records are not. */
static bool vsock_overrun(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	return on_vsock(world, call) && on->overrun &&
	       (on->type == SOCK_SEQPACKET ? on->queued != 0
					   : nothing_to_receive(world, call));
}

static bool vsock_at_end(const struct world *world, const struct call *call)
{
	return on_vsock(world, call) && nothing_to_receive(world, call) &&
	       call_socket(world, call)->at_end;
}

static bool vsock_record_waits(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	return on_vsock(world, call) && on->type == SOCK_SEQPACKET && on->queued;
}

static bool vsock_record_peeked(const struct world *world, const struct call *call)
{
	return vsock_record_waits(world, call) && has_flag(call, MSG_PEEK);
}

/* Also bytes of a stream. */
static bool vsock_unwritable(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	return on_vsock(world, call) && on->queued &&
	       call->message.writable <
		       smaller(call->message.length, on->queue[0].length);
}

/* The second packet cannot be written. */
static bool vsock_second_unwritable(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	return on_vsock(world, call) && on->type == SOCK_STREAM && on->queued > 1 &&
	       call->message.writable >= on->queue[0].length &&
	       call->message.writable <
		       smaller(call->message.length, world_waiting(on));
}

static void first_packet(const struct world *world, const struct call *call,
			 struct outcome *outcome)
{
	message_received(world, call, outcome);
	outcome->data_length = call_socket(world, call)->queue[0].length;
	outcome->value = (long)outcome->data_length;
	if (outcome->data_known > outcome->data_length)
		outcome->data_known = (unsigned int)outcome->data_length;
	outcome->data_spilt = call->message.writable - outcome->data_length;
}

/* SO_VM_SOCKETS_BUFFER_SIZE, of which no case makes another. */
#define VSOCK_BUFFER (256 * 1024)

static bool vsock_too_much_wanted(const struct world *world, const struct call *call)
{
	return on_vsock(world, call) && call_socket(world, call)->type == SOCK_STREAM &&
	       has_flag(call, MSG_WAITALL) && call->message.length >= VSOCK_BUFFER;
}

static bool vsock_no_error_waits(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	return call_is_on(world, call, AF_VSOCK) && has_flag(call, MSG_ERRQUEUE) &&
	       on->state == SOCKET_CONNECTED && !on->queued && !on->at_end &&
	       !on->shut_read && does_not_wait(world, call);
}

static bool vsock_error_queue(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	return call_is_on(world, call, AF_VSOCK) && on->type != SOCK_DGRAM &&
	       has_flag(call, MSG_ERRQUEUE);
}

static const struct rule recvfrom_vsock_rules[] = {
	{
		.id = "recvfrom.vsock.no_error_waits",
		.says = "the queue of errors of a connection that has none is empty; "
			"where the kernel has no such queue, nothing has come",
		.when = vsock_no_error_waits,
		.outcome = FAILS(EAGAIN),
		.posix_silent = true,
		.cites = { WOULD_BLOCK_CITES,
			   KERNEL("net/core/sock.c", "sock_recv_errqueue") },
	},
	{
		/* Commit 49dbe25adac4. */
		.id = "recvfrom.vsock.error_queue_empty",
		.says = "MSG_ERRQUEUE asks for errors alone, with a connection or "
			"without one: where there is none it says so at once, "
			"whatever else waits",
		.when = vsock_error_queue,
		.outcome = FAILS(EAGAIN),
		.since = LINUX(6, 7),
		.backported = RELEASE(6, 1, 64),
		.cites = { QUOTE("recvfrom(2)",
				 "This flag specifies that queued errors should be "
				 "received from the socket error queue."),
			   KERNEL("net/vmw_vsock/af_vsock.c",
				  "vsock_connectible_recvmsg"),
			   KERNEL("net/core/sock.c", "sock_recv_errqueue") },
	},
	{
		.id = "recvfrom.vsock.not_connected",
		.says = "nothing is received from a socket that has no connection",
		.when = vsock_not_connected,
		.outcome = FAILS(ENOTCONN),
		.posix_silent = true,
		.cites = { NOT_CONNECTED_CITES, KERNEL("net/vmw_vsock/af_vsock.c",
						       "vsock_connectible_recvmsg") },
	},
	{
		.id = "recvfrom.vsock.out_of_band",
		.says = "AF_VSOCK has no out-of-band data: MSG_OOB is refused",
		.when = vsock_out_of_band,
		.outcome = FAILS(EOPNOTSUPP),
		.posix_silent = true,
		.cites = { POSIX("recvfrom", "EOPNOTSUPP"),
			   KERNEL("net/vmw_vsock/af_vsock.c",
				  "vsock_connectible_recvmsg") },
	},
	{
		.id = "recvfrom.vsock.shut_down",
		.says = "once shut down for reading, a socket is at its end, also "
			"where something waits",
		.when = vsock_shut,
		.outcome = RETURNS(0),
		.cites = { QUOTE("shutdown(2)",
				 "If how is SHUT_RD, further receptions will be "
				 "disallowed."),
			   KERNEL("net/vmw_vsock/af_vsock.c",
				  "vsock_connectible_recvmsg") },
	},
	{
		.id = "recvfrom.vsock.wants_nothing",
		.says = "a call for no bytes gives 0 at once",
		.when = vsock_wants_nothing,
		.outcome = RETURNS(0),
		.cites = { KERNEL("net/vmw_vsock/af_vsock.c",
				  "vsock_connectible_recvmsg") },
		.undocumented = true,
	},
	{
		.id = "recvfrom.vsock.too_much_wanted",
		.says = "with MSG_WAITALL there is said to be no memory where as much "
			"is wanted as the socket's buffer holds",
		.when = vsock_too_much_wanted,
		.outcome = FAILS(ENOMEM),
		.cites = { KERNEL("net/vmw_vsock/af_vsock.c",
				  "__vsock_stream_recvmsg") },
		.undocumented = true,
	},
	{
		.id = "recvfrom.vsock.record_peeked",
		.says = "before Linux 6.6 a record cannot be peeked at, and there is "
			"said "
			"to be no memory; it stays",
		.when = vsock_record_peeked,
		.outcome = FAILS(ENOMEM),
		.until = LINUX(6, 6),
		.cites = { KERNEL("net/vmw_vsock/virtio_transport_common.c",
				  "virtio_transport_seqpacket_dequeue"),
			   KERNEL("net/vmw_vsock/af_vsock.c",
				  "__vsock_seqpacket_recvmsg") },
		.undocumented = true,
	},
	{
		.id = "recvfrom.vsock.unwritable",
		.says = "before Linux 6.4 there is said to be no memory where it "
			"cannot "
			"be written",
		.when = vsock_unwritable,
		.outcome = FAILS(ENOMEM),
		.until = LINUX(6, 4),
		.cites = { KERNEL("net/vmw_vsock/af_vsock.c", "__vsock_stream_recvmsg"),
			   KERNEL("net/vmw_vsock/af_vsock.c",
				  "__vsock_seqpacket_recvmsg") },
		.undocumented = true,
	},
	{
		.id = "recvfrom.vsock.stream_fault",
		.says = "of a stream, what has come in one packet and can be written "
			"whole counts, where the next cannot",
		.when = vsock_second_unwritable,
		.outcome = RETURNS(0),
		.computed = first_packet,
		.cites = { QUOTE("recvfrom(2)",
				 "These calls return the number of bytes received, or "
				 "-1 if an error occurred."),
			   KERNEL("net/vmw_vsock/virtio_transport_common.c",
				  "virtio_transport_stream_do_dequeue") },
		.undocumented = true,
	},
	{
		/* Of other releases it is not looked for. */
		.id = "recvfrom.vsock.overrun",
		.says = "where more has come than there is room for, as the socket's "
			"buffer was made smaller meanwhile, the connection has ended; "
			"that is told behind the bytes that wait, but in place of a "
			"record",
		.when = vsock_overrun,
		.outcome = FAILS(ENOBUFS),
		.posix_silent = true,
		.since = RELEASE(6, 1, 192),
		.until = LINUX(6, 2),
		.cites = { POSIX("recvfrom", "ENOBUFS"),
			   KERNEL("net/vmw_vsock/virtio_transport_common.c",
				  "virtio_transport_recv_connected"),
			   KERNEL("net/vmw_vsock/af_vsock.c", "__vsock_stream_recvmsg"),
			   KERNEL("net/vmw_vsock/af_vsock.c",
				  "__vsock_seqpacket_recvmsg") },
	},
	{
		.id = "recvfrom.vsock.at_end",
		.says = "once all is received of a peer that sends no more, a "
			"connection "
			"is at its end",
		.when = vsock_at_end,
		.outcome = RETURNS(0),
		.cites = { QUOTE("recvfrom(2)",
				 "When a stream socket peer has performed an orderly "
				 "shutdown, the return value will be 0 (the "
				 "traditional \"end-of-file\" return)."),
			   KERNEL("net/vmw_vsock/af_vsock.c",
				  "vsock_connectible_wait_data") },
	},
	{
		.id = "recvfrom.vsock.would_block",
		.says = "a connection on which nothing has come does not let a call "
			"wait that shall not",
		.when = vsock_would_block,
		.outcome = FAILS(EAGAIN),
		.posix_silent = true,
		.cites = { WOULD_BLOCK_CITES, KERNEL("net/vmw_vsock/af_vsock.c",
						     "__vsock_stream_recvmsg") },
	},
};
RULE_LIST(recvfrom_vsock, CALL_RECVFROM);

static void add_auxdata(const struct world_socket *on, struct controls *to)
{
	const struct world_message *message = &on->queue[0];
	struct tpacket_auxdata auxdata = {
		.tp_status = TP_STATUS_USER,
		.tp_len = message->whole,
		.tp_snaplen = message->length -
			      (on->packet.vnet_header ? WORLD_VNET_HEADER : 0),
		.tp_net = on->type == SOCK_DGRAM ? 0 : WORLD_FRAME_HEADER,
	};

	if (on->type == SOCK_RAW && message->tag & WORLD_TAG_IN_HEADER)
		auxdata.tp_net += WORLD_TAG;
	if (message->tag & WORLD_TAGGED) {
		auxdata.tp_status |= TP_STATUS_VLAN_VALID | TP_STATUS_VLAN_TPID_VALID;
		auxdata.tp_vlan_tci = (unsigned short)message->tag;
		auxdata.tp_vlan_tpid = LINUX_ETH_P_8021Q;
	}
	add_control(to, LINUX_SOL_PACKET, PACKET_AUXDATA, &auxdata, sizeof(auxdata));
}

/* scm_recv(), behind netlink_cmsg_recv_pktinfo() and netlink_cmsg_listen_all_nsid(). */
static void add_netlink_controls(const struct world *world,
				 const struct world_socket *on, struct controls *to)
{
	const struct world_message *message = &on->queue[0];
	unsigned int credentials[3] = { message->credentials.pid,
					message->credentials.uid,
					message->credentials.gid };

	if (on->netlink.pktinfo)
		add_control(to, LINUX_SOL_NETLINK, NETLINK_PKTINFO, &message->group,
			    sizeof(message->group));
	if (on->netlink.all_nsid && message->from_other)
		add_control(to, LINUX_SOL_NETLINK, LINUX_NETLINK_LISTEN_ALL_NSID,
			    &world->nsid.id, sizeof(world->nsid.id));
	if (on->pass_credentials)
		add_control(to, SOL_SOCKET, SCM_CREDENTIALS, credentials,
			    sizeof(credentials));
}

void link_controls(const struct world *world, const struct call *call,
		   struct outcome *outcome)
{
	const struct world_socket *on = call_socket(world, call);
	struct controls to;

	if (!outcome->marks || (on->domain != AF_PACKET && on->domain != AF_NETLINK))
		return;
	to = begin_controls(call, outcome);
	if (on->domain == AF_PACKET)
		add_socket_controls(on, &on->queue[0].header, &to);
	if (on->domain == AF_PACKET && on->packet.auxdata)
		add_auxdata(on, &to);
	else if (on->domain == AF_NETLINK)
		add_netlink_controls(world, on, &to);
}
