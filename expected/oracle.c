/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * oracle.c - judging calls: what each call looks at, and whether that is known.
 */
#include <string.h>

#include "constants.h"
#include "oracle.h"
#include "oracle_doubt.h"
#include "world_ip.h"

void oracle_begin(struct oracle *oracle, const struct world *first)
{
	world_copy(&oracle->world, first);
	memset(oracle->doubts, 0, sizeof(oracle->doubts));
	oracle->lost = false;
	oracle->why = NULL;
}

unsigned int oracle_doubts(const struct oracle *oracle, int fd)
{
	const struct world_socket *on = world_socket(&oracle->world, fd);

	return on ? oracle_socket_doubts(oracle, on) : 0;
}

/* What a call looks at of the socket that it is on. */
static unsigned int looks_at(const struct call *call)
{
	switch (call->name) {
	case CALL_BIND:
	case CALL_CONNECT:
	case CALL_LISTEN:
		return DOUBT_NAME | DOUBT_STATE | DOUBT_OPTIONS;
	case CALL_GETSOCKNAME:
	case CALL_GETPEERNAME:
		return DOUBT_NAME | DOUBT_STATE;
	case CALL_ACCEPT4:
		return DOUBT_STATE | DOUBT_QUEUE;
	case CALL_SHUTDOWN:
		return DOUBT_STATE;
	case CALL_SENDTO:
	case CALL_SENDMSG:
	case CALL_WRITE:
	case CALL_WRITEV:
		return DOUBT_NAME | DOUBT_STATE | DOUBT_OPTIONS | DOUBT_SENDING;
	case CALL_RECVFROM:
	case CALL_RECV:
	case CALL_RECVMSG:
	case CALL_RECVMMSG:
	case CALL_RECVMMSGS:
	case CALL_READ:
	case CALL_READV:
		return DOUBT_STATE | DOUBT_QUEUE | DOUBT_OPTIONS;
	case CALL_POLL:
	case CALL_SELECT:
	case CALL_EPOLL_WAIT:
	case CALL_IOCTL:
	case CALL_SPLICE:
	case CALL_SENDFILE:
		return DOUBT_STATE | DOUBT_QUEUE | DOUBT_OPTIONS | DOUBT_SENDING;
	case CALL_FCNTL:
		return call->fcntl.command == F_GETFL || call->fcntl.command == F_GETOWN
			       ? DOUBT_OPTIONS
			       : 0;
	case CALL_GETSOCKOPT:
		return DOUBT_STATE | DOUBT_OPTIONS;
	case CALL_SETSOCKOPT:
		/* IPV6_V6ONLY is set before there is a port.  And what an option that
		 * is not followed may have made of a socket is its state:
		 * IPV6_ADDRFORM. */
		return call->option.optname == IPV6_V6ONLY ? DOUBT_STATE | DOUBT_NAME
							   : DOUBT_STATE;
	default:
		return 0;
	}
}

/* And of all others that it may meet. */
static unsigned int looks_at_others(const struct call *call)
{
	switch (call->name) {
	case CALL_BIND:
	case CALL_LISTEN:
		return DOUBT_NAME | DOUBT_STATE | DOUBT_OPTIONS;
	case CALL_CONNECT:
		return DOUBT_NAME | DOUBT_STATE | DOUBT_QUEUE;
	case CALL_SENDTO:
	case CALL_SENDMSG:
	case CALL_WRITE:
	case CALL_WRITEV:
		return DOUBT_NAME | DOUBT_STATE | DOUBT_QUEUE;
	default:
		return 0;
	}
}

static bool others_in_doubt(const struct oracle *oracle, const struct world_socket *on,
			    unsigned int what)
{
	for (unsigned int i = 0; i < oracle->world.socket_count; i++) {
		const struct world_socket *other = &oracle->world.sockets[i];

		if (other != on && oracle_same_kin(on, other) &&
		    oracle_socket_doubts(oracle, other) & what)
			return true;
	}
	return false;
}

/* A port that the kernel has chosen and not told may be any of its range. */
static bool port_may_be_taken(const struct oracle *oracle,
			      const struct world_socket *on, const struct call *call)
{
	const struct world *world = &oracle->world;
	struct ip_name name;

	if (call->name != CALL_BIND || !oracle_is_ip(on))
		return false;
	ip_name_of(on->domain, &call->address, &name);
	if (!name.port)
		return false;
	for (unsigned int i = 0; i < world->socket_count; i++)
		if (&world->sockets[i] != on && world->sockets[i].port_open &&
		    oracle_same_kin(on, &world->sockets[i]))
			return true;
	return false;
}

/* Has a feature that the kernel may have or not to do with it?  Nobody knows then. */
static bool needs_unknown_feature(const struct world *world, const struct call *call)
{
	int domain = call->socket.domain;

	if (call->name != CALL_SOCKET || domain < 0 || domain >= world_af_max(world))
		return false;
	if (domain == AF_NETLINK && call->socket.protocol >= 0 &&
	    call->socket.protocol < FEATURE_COUNT - FEATURE_NETLINKS &&
	    world->kernel.features[FEATURE_NETLINK(call->socket.protocol)] == UNKNOWN)
		return true;
	return world->kernel.features[FEATURE_FAMILY(domain)] == UNKNOWN;
}

/* The rules of what socket(2) makes speak of sockets that nothing has happened to. */
static bool speaks_of_new(const struct rule *rule, const struct call *call)
{
	if (call->name == CALL_GETSOCKOPT)
		return !strncmp(rule->id, "socket.", 7);
	return false;
}

/* Calls that files have too, of which no rule speaks. */
static bool is_of_any_file(const struct world *world, const struct call *call)
{
	if (!world_is_open(world, call->fd) || world->open[call->fd] == DESCRIPTOR_PATH)
		return false;
	return call->name >= CALL_WRITE || call->name == CALL_READ ||
	       call->name == CALL_READV || call->name == CALL_FCNTL ||
	       call->name == CALL_FSTAT;
}

const struct rule *oracle_rule(const struct oracle *oracle, const struct call *call)
{
	const struct world *world = &oracle->world;
	const struct world_socket *on = call->fd >= 0 ? world_socket(world, call->fd)
						      : NULL;
	const struct rule *rule;

	if (oracle->lost || needs_unknown_feature(world, call) ||
	    (!on && is_of_any_file(world, call)))
		return NULL;
	if (on && oracle_socket_doubts(oracle, on) & looks_at(call))
		return NULL;
	if (on && looks_at_others(call) &&
	    others_in_doubt(oracle, on, looks_at_others(call)))
		return NULL;
	if (on &&
	    (port_may_be_taken(oracle, on, call) || oracle_beyond(oracle, on, call)))
		return NULL;
	rule = rulebook_find(world, call);
	if (rule && on && speaks_of_new(rule, call) &&
	    oracle_socket_doubts(oracle, on) & DOUBT_CHANGED)
		return NULL;
	return rule;
}

void oracle_judge(const struct oracle *oracle, const struct call *call,
		  const struct result *result, struct judgement *judgement)
{
	judgement->judged = JUDGED_NOT;
	judgement->rule = oracle_rule(oracle, call);
	if (!judgement->rule)
		return;
	rule_outcome(judgement->rule, &oracle->world, call, &judgement->due);
	/* Rules speak of values that there is room for. */
	if (call->name == CALL_GETSOCKOPT &&
	    judgement->due.length > call->option.optlen)
		return;
	judgement->judged =
		outcome_allows(&judgement->due, &oracle->world, call, result)
			? JUDGED_ALLOWED
			: JUDGED_DIFFERENT;
}
