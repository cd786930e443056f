/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * world_ip.h - the IP families in a world: addresses, who is in whose way on a port,
 * and what bind(2), connect(2) and the like change.
 *
 * An IP address is sixteen bytes everywhere here; IPv4's a.b.c.d is ::ffff:a.b.c.d.
 */
#ifndef EXPECTED_WORLD_IP_H
#define EXPECTED_WORLD_IP_H

#include "world.h"

/* include/linux/ipv6.h, SIN6_LEN_RFC2133: an address without its scope. */
#define SIN6_LEN_RFC2133 24

/* What an address is to this machine. */
enum ip_kind {
	IP_ANY,	       /* 0.0.0.0, :: */
	IP_LOCAL,      /* of an interface */
	IP_BROADCAST,  /* IPv4 only */
	IP_MULTICAST,  /* 224.0.0.0/4, ff00::/8 */
	IP_LINK_LOCAL, /* fe80::/10, whosever it is: see world_ip_has() */
	IP_FOREIGN,    /* anything else */
};

/* What lies in the way of a socket that binds to a port, or shares it. */
enum ip_conflict {
	PORT_FREE,
	PORT_SHARED_REUSEADDR, /* both have SO_REUSEADDR, and none listens */
	PORT_SHARED_REUSEPORT, /* both have SO_REUSEPORT, and one user */
	PORT_TIME_WAIT,	       /* refused by a connection in TIME_WAIT */
	PORT_LISTENER,	       /* both have SO_REUSEADDR, but the other listens */
	PORT_OTHER_USER,       /* both have SO_REUSEPORT, but are of two users */
	PORT_OTHER_GROUP, /* both have SO_REUSEPORT, but this one a group already */
	PORT_IN_USE,	  /* refused by any other socket */
};

/* An address and port in the form that this file works with. */
struct ip_name {
	unsigned char address[16];
	unsigned short port;
	unsigned int scope; /* sin6_scope_id, where it was passed */
};

/* Writes an address of AF_INET or AF_INET6 as a call tells it, the scope where the
 * address has one; its length is returned. */
unsigned int ip_write_name(int domain, const unsigned char address[16],
			   unsigned int port, unsigned int scope, unsigned char *bytes);

/* Takes an address argument apart; the family is that of the socket. */
void ip_name_of(int family, const struct call_address *given, struct ip_name *name);

/* Is it of an interface or a link only, so that its scope counts?  fe80::/10, and
 * multicast of the scopes 1 and 2. */
bool ip_needs_scope(const unsigned char address[16]);

/* Is it ::ffff:a.b.c.d? */
bool ip_is_v4(const unsigned char address[16]);
bool ip_is_any(const unsigned char address[16]); /* ::, or ::ffff:0.0.0.0 */

/* What the address is to this machine, as seen by a socket bound to an interface (or
 * 0), which may be part of a VRF and then has that one's addresses only. */
enum ip_kind world_ip_kind(const struct world *world, const unsigned char address[16],
			   unsigned int interface);

/* Does the machine have the IPv6 address, as seen by a socket bound to an interface (or
 * 0)?  Link-local addresses and ::1 must be of that interface itself. */
bool world_ip_has(const struct world *world, const unsigned char address[16],
		  unsigned int interface);

/* Is it one of IPv6 that, bound alone, would take IPv6 only?  See world_ip_bind(). */
bool ip_only_v6(const unsigned char address[16]);

/* From here on, world_conflict.c. */

/* Of an IP socket: is it an echo socket? */
bool world_is_echo(const struct world_socket *socket);

/* Do both have their ports from one table? */
bool world_same_ports(const struct world_socket *a, const struct world_socket *b);

/* Is there an address at which sockets at these two would both receive, where either
 * may take IPv6 only? */
bool world_overlap(const unsigned char a[16], bool a_only, const unsigned char b[16],
		   bool b_only);

/* Of UDP and echo sockets that have one port, the kernel meets the one with the highest
 * first. */
unsigned int world_rank(const struct world_socket *socket);

/*
 * Who is in the way of the socket, were it bound to the address and port?  The worst
 * that any other socket is to it.
 */
enum ip_conflict world_port_conflict(const struct world *world,
				     const struct world_socket *bound,
				     const struct ip_name *name);

/*
 * Linux 6.1 to 6.7 do not see that a TCP socket bound to ::ffff:0.0.0.0 is in the way
 * of one that is bound to a mapped address: inet_bind2_bucket_match_addr_any() takes no
 * other address of AF_INET6 for any than ::.  Commit 5e07e672412b mended that.
 */
bool world_overlooks(const struct world *world, const struct world_socket *bound,
		     const unsigned char address[16], const struct world_socket *other);

/* The ports from which the kernel may choose for the socket. */
void world_port_range(const struct world *world, const struct world_socket *socket,
		      unsigned int *low, unsigned int *high);

/* Could the kernel choose this port for the socket, with its address? */
bool world_port_choosable(const struct world *world, const struct world_socket *socket,
			  const unsigned char address[16], unsigned int port);

/* Is there a port that it could choose? */
bool world_port_left(const struct world *world, const struct world_socket *socket,
		     const unsigned char address[16]);

/* A socket has taken its port, by bind(2) or by listen(2): what TCP remembers of it.
 * `first`: it had none before. */
void world_remember_port(struct world *world, struct world_socket *taker, bool first);

/* And world_ip.c again. */

/* The socket that a connection or a datagram to the address and port comes to, from
 * the sender; NULL for none. */
const struct world_socket *world_ip_receiver(const struct world *world,
					     const struct world_socket *sender,
					     const struct ip_name *to);

/* Is it certain that it comes to no other?  Not where several fit as well, or
 * share a port by SO_REUSEPORT. */
bool world_ip_receiver_is_sure(const struct world *world,
			       const struct world_socket *sender,
			       const struct ip_name *to);

/* What calls that have succeeded change of an IP socket. */
void world_ip_bind(struct world *world, struct world_socket *socket,
		   const struct call *call);
/* What a bind(2) that has failed with this errno changes all the same. */
void world_ip_bind_failed(struct world_socket *socket, const struct call *call,
			  int error);
void world_ip_connect(struct world *world, struct world_socket *socket,
		      const struct call *call);
void world_ip_listen(struct world *world, struct world_socket *socket);
void world_ip_shutdown(struct world_socket *socket, int how);
/* Who receives what is sent, or NULL; and the sender's address as that one is told. */
struct world_socket *world_ip_send(struct world *world, struct world_socket *socket,
				   const struct call *call,
				   struct world_message *message);
/* What a send that has failed changes all the same. */
void world_ip_send_failed(const struct world *world, struct world_socket *socket,
			  const struct call *call, int error);
/* Where a datagram is sent to; and the address that it is sent from. */
void world_ip_destination(const struct world *world, const struct world_socket *socket,
			  const struct call *call, struct ip_name *to);
void world_ip_source(const struct world *world, const struct world_socket *socket,
		     const struct ip_name *to, unsigned char source[16]);
/* To any address is to this machine: the address that is meant. */
void world_ip_to_self(const struct world *world, const struct world_socket *socket,
		      struct ip_name *to);
/* The socket's descriptor is closed; false where it stays on, closing. */
bool world_ip_close(struct world *world, struct world_socket *socket);

#endif
