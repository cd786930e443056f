/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * oracle_doubt.h - what the oracle shares between its judging and its doubting, and
 * the parts of that.
 */
#ifndef EXPECTED_ORACLE_DOUBT_H
#define EXPECTED_ORACLE_DOUBT_H

#include "oracle.h"

/* What is in doubt of a socket of the oracle's world. */
unsigned int oracle_socket_doubts(const struct oracle *oracle,
				  const struct world_socket *socket);

/* Is it more than the rules of this call speak of?  See oracle_limits.c. */
bool oracle_beyond(const struct oracle *oracle, const struct world_socket *on,
		   const struct call *call);

/* Notes what is in doubt of a socket (or of none: NULL) from now on, and why. */
void oracle_doubt(struct oracle *oracle, const struct world_socket *socket,
		  unsigned int what, const char *why);
/* Of all that are of one kin with the socket, but itself. */
void oracle_doubt_kin(struct oracle *oracle, const struct world_socket *socket,
		      unsigned int what, const char *why);
/* Of sockets that see what others send. */
void oracle_doubt_onlookers(struct oracle *oracle);
/* From now on no call is judged any more. */
void oracle_lose(struct oracle *oracle, const char *why);

/* oracle_sent.c: what a call that sends leaves unknown, of the socket that it was on.
 */
void oracle_after_send(struct oracle *oracle, struct world_socket *sender,
		       const struct call *call, const struct result *result);

/* oracle_connected.c: the same of connect(2) and accept4(2). */
void oracle_after_connect(struct oracle *oracle, struct world_socket *on,
			  const struct call *call, const struct result *result);
void oracle_after_failed_accept(struct oracle *oracle, const struct world_socket *on,
				const struct result *result);
/* Of a connection that the world does not know, given by this listener. */
void oracle_after_unknown_accept(struct oracle *oracle,
				 const struct world_socket *listener,
				 const struct call *call, const struct result *result);
/* Has the call ended the connection, or the listening, of a socket of TCP that was so
 * before?  And what that leaves unknown. */
bool oracle_is_disconnected(const struct call *call, const struct world_socket *on,
			    const struct world_socket *was);
void oracle_after_disconnect(struct oracle *oracle, const struct world_socket *on,
			     const struct world_socket *was);

bool oracle_is_ip(const struct world_socket *socket);
bool oracle_is_udp(const struct world_socket *socket);
/* A socket of ping: IPPROTO_ICMP or IPPROTO_ICMPV6, with SOCK_DGRAM. */
bool oracle_is_echo(const struct world_socket *socket);

/* A raw socket of a protocol that nobody else speaks (RFC 3692): what comes to it, raw
 * sockets of its protocol alone have sent. */
bool oracle_is_experimental(const struct world_socket *socket);

/* Can one be in the way of the other, or get what it sends: are both of IP, or of one
 * other family?  IP's are told apart by their protocols. */
bool oracle_same_kin(const struct world_socket *a, const struct world_socket *b);

#endif
