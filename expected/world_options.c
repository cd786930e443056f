/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * world_options.c - the options of a socket that rules look at, as setsockopt(2)
 * changes them.
 */
#include <limits.h>
#include <string.h>
#include <sys/time.h>

#include "constants.h"
#include "world_datagrams.h"
#include "world_families.h"
#include "world_tcp.h"

/* Of IPPROTO_IP, fewer bytes than an int has may do, of which the first counts. */
static int number(const struct call *call)
{
	int value;

	memcpy(&value, call->option.bytes, sizeof(value));
	return call->option.optlen < sizeof(value) ? call->option.bytes[0] : value;
}

/* A device by its name, which need not end with a NUL; an empty one for none. */
static unsigned int device(const struct world *world, const struct call *call)
{
	const struct world_interface *interface;
	char name[OPTION_BYTES_MAX + 1] = "";
	size_t length = call->option.optlen;

	memcpy(name, call->option.bytes,
	       length < OPTION_BYTES_MAX ? length : OPTION_BYTES_MAX);
	interface = world_interface_named(world, name);
	return interface ? interface->index : 0;
}

static void set_socket_option(struct world *world, struct world_socket *socket,
			      const struct call *call)
{
	struct linger linger;
	struct timeval timeout;

	switch (call->option.optname) {
	case SO_REUSEADDR:
		socket->reuseaddr = number(call);
		break;
	case SO_REUSEPORT:
		socket->reuseport = number(call);
		break;
	case LINUX_SO_ATTACH_REUSEPORT_CBPF:
		/* Once it is bound it has its group already: reuseport_attach_prog().
		 */
		if (!socket->port)
			socket->own_group = true;
		break;
	case SO_BROADCAST:
		socket->broadcasts = number(call);
		break;
	case SO_BINDTODEVICE:
		socket->interface = device(world, call);
		break;
	case SO_PASSCRED:
		socket->pass_credentials = number(call);
		break;
	case SO_OOBINLINE:
		socket->urgent_inline = number(call);
		break;
	case SO_TIMESTAMP:
		socket->timestamps = number(call);
		break;
	case SO_PEEK_OFF:
		socket->peeks_at = number(call) >= 0;
		socket->peek_offset = (unsigned int)number(call);
		break;
	case SO_RCVTIMEO:
		memcpy(&timeout, call->option.bytes, sizeof(timeout));
		socket->receive_timeout = timeout.tv_sec || timeout.tv_usec;
		break;
	case SO_RCVLOWAT:
		/* sk_setsockopt(): less than 0 is the most there is. */
		socket->low_water = number(call) < 0 ? INT_MAX : number(call);
		break;
	case SO_RCVBUF:
		socket->netlink.small = true;
		socket->packet.small = true;
		break;
	case SO_LINGER:
		memcpy(&linger, call->option.bytes, sizeof(linger));
		socket->reset_on_close = linger.l_onoff && !linger.l_linger;
		break;
	default:
		break;
	}
}

static void set_ip_option(struct world_socket *socket, const struct call *call)
{
	unsigned int range = (unsigned int)number(call);

	switch (call->option.optname) {
	case IP_FREEBIND:
	case IP_TRANSPARENT:
		socket->nonlocal = number(call);
		break;
	case LINUX_IP_BIND_ADDRESS_NO_PORT:
		socket->address_no_port = number(call);
		break;
	case LINUX_IP_LOCAL_PORT_RANGE:
		/* ip(7): the lower bound in the low 16 bits, the upper in the high. */
		socket->range_low = (unsigned short)(range & 0xffff);
		socket->range_high = (unsigned short)(range >> 16);
		break;
	default:
		break;
	}
}

/* do_tcp_setsockopt(): SK_FORCE_REUSE, or SK_NO_REUSE. */
static void set_tcp_option(struct world_socket *socket, const struct call *call)
{
	if (call->option.optname != LINUX_TCP_REPAIR)
		return;
	socket->in_repair = number(call) > 0;
	socket->reuseaddr = socket->in_repair;
}

static void set_ipv6_option(struct world_socket *socket, const struct call *call)
{
	switch (call->option.optname) {
	case IPV6_V6ONLY:
		socket->ipv6only = number(call);
		break;
	case LINUX_IPV6_FREEBIND:
	case LINUX_IPV6_TRANSPARENT:
		socket->nonlocal = number(call);
		break;
	default:
		break;
	}
}

void world_set_option(struct world *world, struct world_socket *socket,
		      const struct call *call)
{
	if (world_is_tcp(socket))
		world_tcp_set_option(socket, call);
	if (call->option.level == SOL_SOCKET)
		set_socket_option(world, socket, call);
	else if (call->option.level == IPPROTO_IP)
		set_ip_option(socket, call);
	else if (call->option.level == IPPROTO_IPV6)
		set_ipv6_option(socket, call);
	else if (call->option.level == IPPROTO_TCP)
		set_tcp_option(socket, call);
	else if (call->option.level == SOL_PACKET)
		world_packet_set_option(socket, call);
	else if (call->option.level == LINUX_SOL_NETLINK)
		world_netlink_set_option(socket, call);
	else if (call->option.level == AF_VSOCK)
		world_vsock_set_option(world, socket, call);
	if (socket->domain == AF_INET || socket->domain == AF_INET6 ||
	    socket->domain == AF_PACKET)
		world_datagram_option(socket, call);
}
