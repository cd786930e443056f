/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * world_links.h - AF_PACKET, AF_NETLINK and AF_VSOCK in a world: what their rules ask.
 */
#ifndef EXPECTED_WORLD_LINKS_H
#define EXPECTED_WORLD_LINKS_H

#include "constants.h"
#include "world.h"

/* Of a frame of Ethernet, or on lo: its header, and so many of its bytes are kept. */
#define WORLD_FRAME_HEADER 14
#define WORLD_FRAME_KEPT   80
/* Of IEEE 802.1Q, between the addresses and the protocol. */
#define WORLD_TAG    4
#define WORLD_TAGGED 0x10000
/* The tag stands in the frame still, and counts as a part of the link's header. */
#define WORLD_TAG_IN_HEADER 0x20000
/* Of struct virtio_net_hdr, which stands before a frame by PACKET_VNET_HDR. */
#define WORLD_VNET_HEADER 10

/* The protocol that a packet socket receives, in network byte order; 0 for none. */
unsigned short world_packet_protocol(const struct world_socket *socket);

/* Several datagrams of UDP have gone over lo as one packet. */
void world_packet_segments(struct world *world, bool v4);

/* The device that bind(2) of a packet socket names, by its index or (SOCK_PACKET) by
 * its name; NULL where there is none. */
const struct world_interface *world_packet_device(const struct world *world,
						  const struct world_socket *socket,
						  const struct call *call);

/* What a netlink socket has of an address: groups even where it is not bound. */
struct sockaddr_nl world_netlink_name(const struct world_socket *socket);

/* Has another socket of the same protocol and network namespace this port? */
bool world_netlink_pid_used(const struct world *world,
			    const struct world_socket *asking, unsigned int pid);

struct linux_sockaddr_vm world_vsock_name(const struct world_socket *socket);

/* Has another socket the port, at the context ID or at any? */
bool world_vsock_port_used(const struct world *world, const struct world_socket *asking,
			   unsigned int cid, unsigned int port);

#endif
