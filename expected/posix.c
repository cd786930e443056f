/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * posix.c - how far POSIX.1-2024 speaks of calls, and what it leaves open of what they
 * give.
 */
#include <poll.h>
#include <string.h>

#include "constants.h"
#include "posix.h"
#include "posix_sets.h"

static bool is_stated(const struct stated *stated)
{
	return stated->kind != OUTCOME_ERROR || stated->errors[0];
}

enum posix_stand posix_stand(const struct rule *rule)
{
	if (rule->posix_silent)
		return POSIX_SILENT;
	if (rule->posix_computed || is_stated(&rule->posix))
		return POSIX_DIFFERS;
	for (size_t i = 0; i < RULE_CITATIONS; i++)
		if (rule->cites[i].kind == CITE_POSIX)
			return POSIX_AGREES;
	return POSIX_SILENT;
}

/* The system interfaces of POSIX that calls stand for.  ioctl() is no more since Issue
 * 8; preadv(), fallocate() and flock() have never been. */
static bool is_function(enum call_name name)
{
	switch (name) {
	case CALL_RECVMMSG:
	case CALL_RECVMMSGS:
	case CALL_FSTATFS:
	case CALL_READLINK: /* of /proc */
	case CALL_OPEN:	    /* of /proc */
	case CALL_SOCKETCALL:
	case CALL_PREADV:
	case CALL_PWRITEV:
	case CALL_SYNC_FILE_RANGE:
	case CALL_READAHEAD:
	case CALL_GETDENTS:
	case CALL_FALLOCATE:
	case CALL_FLOCK:
	case CALL_SENDFILE:
	case CALL_SPLICE:
	case CALL_TEE:
	case CALL_VMSPLICE:
	case CALL_COPY_FILE_RANGE:
	case CALL_IOCTL:
	case CALL_EPOLL_CTL:
	case CALL_EPOLL_WAIT:
		return false;
	default:
		return true;
	}
}

/* XSH 2.10.16, and <netinet/in.h>, <netinet/tcp.h>. */
static bool is_option(int level, int optname)
{
	static const int of_socket[] = {
		SO_ACCEPTCONN, SO_BROADCAST, SO_DEBUG,	  SO_DOMAIN,	SO_DONTROUTE,
		SO_ERROR,      SO_KEEPALIVE, SO_LINGER,	  SO_OOBINLINE, SO_PROTOCOL,
		SO_RCVBUF,     SO_RCVLOWAT,  SO_RCVTIMEO, SO_REUSEADDR, SO_SNDBUF,
		SO_SNDLOWAT,   SO_SNDTIMEO,  SO_TYPE,
	};
	static const int of_ipv6[] = {
		IPV6_JOIN_GROUP,   IPV6_LEAVE_GROUP,	IPV6_MULTICAST_HOPS,
		IPV6_MULTICAST_IF, IPV6_MULTICAST_LOOP, IPV6_UNICAST_HOPS,
		IPV6_V6ONLY,
	};

	if (level == IPPROTO_TCP)
		return optname == TCP_NODELAY;
	for (size_t i = 0; i < sizeof(of_socket) / sizeof(of_socket[0]); i++)
		if (level == SOL_SOCKET && of_socket[i] == optname)
			return true;
	for (size_t i = 0; i < sizeof(of_ipv6) / sizeof(of_ipv6[0]); i++)
		if (level == IPPROTO_IPV6 && of_ipv6[i] == optname)
			return true;
	return false;
}

/* MSG_DONTWAIT too is none of POSIX's; but it means nothing where nothing is waited
 * for: see only_flag_says_so(). */
#define RECEIVE_FLAGS \
	(MSG_PEEK | MSG_OOB | MSG_WAITALL | MSG_DONTWAIT | MSG_CMSG_CLOEXEC)

/* Is an address of a unix socket one that is no path: abstract, or none? */
static bool is_no_path(const unsigned char *name, unsigned int length)
{
	sa_family_t family = AF_UNSPEC;

	if (length >= sizeof(family))
		memcpy(&family, name, sizeof(family));
	return family == AF_UNIX && (length <= sizeof(family) || !name[sizeof(family)]);
}

static bool is_family(int domain)
{
	return domain == AF_UNIX || domain == AF_INET || domain == AF_INET6;
}

static bool option_is_beyond(const struct call *call)
{
	return (call->name == CALL_SETSOCKOPT || call->name == CALL_GETSOCKOPT) &&
	       !is_option(call->option.level, call->option.optname);
}

bool posix_leaves(const struct call *call, const char **beyond)
{
	if (call->name != CALL_SETSOCKOPT || !option_is_beyond(call))
		return false;
	*beyond = "an option that it has not is set";
	return true;
}

#define SEND_FLAGS (MSG_EOR | MSG_OOB | MSG_NOSIGNAL | MSG_DONTWAIT)

static bool sends_message(const struct call *call)
{
	return call->name == CALL_SENDTO || call->name == CALL_SENDMSG;
}

static bool has_flags(const struct call *call)
{
	return call_receives(call->name) || sends_message(call);
}

static bool has_foreign_flag(const struct call *call)
{
	return has_flags(call) &&
	       call->message.flags &
		       ~(sends_message(call) ? SEND_FLAGS : RECEIVE_FLAGS);
}

/* The address of a call that has one, as far as it is one of AF_UNIX that is no path.
 */
static bool names_no_path(const struct world_socket *on, const struct call *call)
{
	const struct call_address *address = &call->address;

	if (sends_message(call))
		address = &call->message.to;
	else if (call->name != CALL_BIND && call->name != CALL_CONNECT)
		return false;
	return on && on->domain == AF_UNIX && address->addrlen > 0 &&
	       address->addrlen <= ADDRESS_BYTES_MAX &&
	       is_no_path(address->bytes, (unsigned int)address->addrlen);
}

/* Is it only MSG_DONTWAIT that keeps the call from waiting, where it would? */
static bool only_flag_says_so(const struct rule *rule, const struct world_socket *on,
			      const struct call *call)
{
	bool waits = rule->outcome.kind == OUTCOME_ERROR &&
		     rule->outcome.errors[0] == EAGAIN;

	if (!on || on->nonblocking || !has_flags(call) ||
	    !(call->message.flags & MSG_DONTWAIT))
		return false;
	if (sends_message(call))
		return waits;
	return waits || call->message.flags & MSG_WAITALL || on->low_water > 1;
}

/* What any file can be asked for, of whichever family the socket is. */
static bool is_of_files(enum call_name name)
{
	switch (name) {
	case CALL_CLOSE:
	case CALL_FCNTL:
	case CALL_FSTAT:
	case CALL_DUP:
	case CALL_DUP2:
	case CALL_DUP3:
	case CALL_LSEEK:
	case CALL_PREAD:
	case CALL_PWRITE:
	case CALL_FSYNC:
	case CALL_FDATASYNC:
	case CALL_FTRUNCATE:
		return true;
	default:
		return false;
	}
}

/* Of IP, beside TCP, UDP and raw sockets: echo sockets, MPTCP, UDP-Lite... */
static bool is_other_protocol(const struct world_socket *on)
{
	return on->domain != AF_UNIX && on->type != SOCK_RAW &&
	       on->protocol != IPPROTO_TCP && on->protocol != IPPROTO_UDP;
}

/* Local sockets have no protocols of which SO_PROTOCOL could tell. */
static bool asks_no_protocol(const struct world_socket *on, const struct call *call)
{
	return on->domain == AF_UNIX && call->name == CALL_GETSOCKOPT &&
	       call->option.level == SOL_SOCKET && call->option.optname == SO_PROTOCOL;
}

static const char *beyond_posix(const struct rule *rule, const struct world *world,
				const struct call *call)
{
	const struct world_socket *on = world_socket(world, call->fd);

	if (!is_function(call->name))
		return "the function is none of its own";
	if (option_is_beyond(call))
		return "the option is none of its own";
	if (on && !is_of_files(call->name) && !is_family(on->domain))
		return "the address family is none of its own";
	if (on && !is_of_files(call->name) &&
	    (is_other_protocol(on) || asks_no_protocol(on, call)))
		return "the protocol is none of its own";
	/* "Disables further receive operations", and no more. */
	if (on && call_receives(call->name) && on->shut_read)
		return "what is received after SHUT_RD";
	if (has_foreign_flag(call))
		return "a flag is none of its own";
	if (only_flag_says_so(rule, on, call))
		return "MSG_DONTWAIT is none of its flags";
	if (names_no_path(on, call))
		return "a unix socket's address is no path";
	return NULL;
}

bool posix_speaks(const struct rule *rule, const struct world *world,
		  const struct call *call, const char **beyond)
{
	*beyond = beyond_posix(rule, world, call);
	return !*beyond;
}

/* Of the name of a socket: sin_zero is none of POSIX's members; whether the NUL at the
 * end of a path counts, and what an abstract name is, it does not say. */
static void open_name(struct outcome *outcome)
{
	sa_family_t family = AF_UNSPEC;

	if (outcome->length >= sizeof(family))
		memcpy(&family, outcome->bytes, sizeof(family));
	if (family == AF_INET)
		memset(outcome->bytes_open + offsetof(struct sockaddr_in, sin_zero),
		       0xff, sizeof(((struct sockaddr_in *)0)->sin_zero));
	if (is_no_path(outcome->bytes, outcome->length))
		outcome->bytes_ignored = true;
	else if (family == AF_UNIX)
		outcome->path_open = true;
}

/* The others are Linux's (POLLRDHUP), or which data is of which priority. */
#define EVENTS                                                                      \
	(POLLIN | POLLRDNORM | POLLPRI | POLLOUT | POLLWRNORM | POLLERR | POLLHUP | \
	 POLLNVAL)
#define OUT_EVENTS (POLLOUT | POLLWRNORM | POLLWRBAND)

static short events_told(const unsigned char *bytes)
{
	short told;

	memcpy(&told, bytes, sizeof(told));
	return told;
}

static short linux_events(const struct world *world, const struct call *call)
{
	const struct rule *rule = rulebook_find(world, call);
	struct outcome outcome = { .length = 0 };

	if (rule)
		rule_outcome(rule, world, call, &outcome);
	return events_told(outcome.bytes);
}

/* poll(): "this event and POLLOUT are mutually-exclusive". */
static bool is_hung_up_or_writable(const struct world *world, const struct call *call,
				   const unsigned char *bytes, unsigned int length)
{
	short told = length == sizeof(told) ? events_told(bytes) : 0;
	short same = EVENTS & ~(POLLHUP | OUT_EVENTS);

	return !(told & POLLHUP) != !(told & OUT_EVENTS) &&
	       !((told ^ linux_events(world, call)) & same);
}

static unsigned int hung_up(const struct world *world, const struct call *call,
			    unsigned char *bytes)
{
	short told = linux_events(world, call) & ~OUT_EVENTS;

	memcpy(bytes, &told, sizeof(told));
	return sizeof(told);
}

static const struct choice hung_up_or_writable = {
	.says = "events as Linux has them, but of POLLHUP and POLLOUT one only",
	.allows = is_hung_up_or_writable,
	.example = hung_up,
};

static void open_events(struct outcome *outcome)
{
	short due = events_told(outcome->bytes), open = (short)~EVENTS;

	memcpy(outcome->bytes_open, &open, sizeof(open));
	if (!(due & EVENTS))
		outcome->value_open = 1;
	if (due & POLLHUP && due & OUT_EVENTS) {
		outcome->kind = OUTCOME_CHOSEN;
		outcome->choice = &hung_up_or_writable;
	}
}

#define POSIX_STATUS (O_ACCMODE | O_APPEND | O_NONBLOCK | O_SYNC | O_DSYNC)

static void open_flags(const struct call *call, struct outcome *outcome)
{
	if (call->fcntl.command == F_GETFD)
		outcome->value_open = ~(long)FD_CLOEXEC;
	else if (call->fcntl.command == F_GETFL)
		outcome->value_open = ~(long)POSIX_STATUS;
}

/* Descriptors that are passed are the only control messages of POSIX, and these flags
 * the only ones that msg_flags have.  Behind what is received, up to its length, it
 * does not speak of the buffer. */
static void open_message(const struct world *world, const struct world_socket *on,
			 const struct call *call, struct outcome *outcome)
{
	struct cmsghdr first = { 0 };

	open_name(outcome);
	/* Who sent what a connection brings, it does not say. */
	if (on && (on->type == SOCK_STREAM || on->type == SOCK_SEQPACKET))
		outcome->bytes_ignored = true;
	/* Datagrams have nothing out of band: UDP of Linux overlooks the flag. */
	if (on && on->type == SOCK_DGRAM && call->message.flags & MSG_OOB) {
		outcome->kind = OUTCOME_ERROR;
		posix_nothing_urgent(world, call, outcome);
	}

	outcome->litters = true;
	outcome->flags_open = ~(MSG_EOR | MSG_OOB | MSG_TRUNC | MSG_CTRUNC);
	/* MSG_TRUNC says that the rest is lost; what is peeked at is not. */
	if (call->message.flags & MSG_PEEK)
		outcome->flags_open |= MSG_TRUNC;
	/* How much of them is left where there is no room for all, it does not say. */
	if (outcome->flags & MSG_CTRUNC)
		outcome->controls = false;
	if (outcome->control_length >= sizeof(first))
		memcpy(&first, outcome->control, sizeof(first));
	if (outcome->control_length &&
	    (first.cmsg_level != SOL_SOCKET || first.cmsg_type != SCM_RIGHTS))
		outcome->controls = false;
}

/* Is it an address of IPv4 or IPv6 of which a host may say that it is not its own: of
 * several hosts, or beside the one of the loopback? */
static bool is_unusual(const struct call_address *address, int domain)
{
	const unsigned char *bytes =
		address->bytes + offsetof(struct sockaddr_in6, sin6_addr);

	if (domain == AF_INET6)
		return bytes[0] == 0xff;
	bytes = address->bytes + offsetof(struct sockaddr_in, sin_addr);
	return bytes[0] >= 224 ||
	       (bytes[0] == 127 && (bytes[1] || bytes[2] || bytes[3] != 1));
}

/* bind(): an address of another family is refused, even AF_UNSPEC with INADDR_ANY; and
 * it "may fail" for its length, or for a port that needs privileges. */
static void open_binding(const struct world_socket *on, const struct call *call,
			 struct outcome *outcome)
{
	const struct call_address *address = &call->address;
	int length = on && on->domain == AF_INET6 ? sizeof(struct sockaddr_in6)
						  : sizeof(struct sockaddr_in);
	sa_family_t family = AF_UNSPEC;
	in_port_t port;

	if (!on || address->addrlen < (int)sizeof(family) ||
	    address->addrlen > ADDRESS_BYTES_MAX)
		return;
	memcpy(&family, address->bytes, sizeof(family));
	memcpy(&port, address->bytes + offsetof(struct sockaddr_in, sin_port),
	       sizeof(port));
	if (on->domain == AF_UNIX ? address->addrlen == (int)sizeof(family)
				  : address->addrlen != length)
		posix_or_fails(outcome, EINVAL);
	if (family != on->domain) {
		outcome->kind = OUTCOME_ERROR;
		posix_or_fails(outcome, EAFNOSUPPORT);
		/* Two errors at once, of which any may be told. */
		if (on->name_length || on->address_fixed)
			posix_or_fails(outcome, EINVAL);
	} else if (outcome->kind == OUTCOME_VALUE && on->domain != AF_UNIX) {
		if (is_unusual(address, on->domain))
			posix_or_fails(outcome, EADDRNOTAVAIL);
		if (port && ntohs(port) < IPPORT_RESERVED)
			posix_or_fails(outcome, EACCES);
	}
}

static void leave_open(const struct world *world, const struct call *call,
		       struct outcome *outcome)
{
	const struct world_socket *on = world_socket(world, call->fd);

	if (call_receives(call->name)) {
		open_message(world, on, call, outcome);
		return;
	}
	switch (call->name) {
	case CALL_BIND:
		open_binding(on, call, outcome);
		break;
	case CALL_GETSOCKNAME:
	case CALL_GETPEERNAME:
	case CALL_ACCEPT4:
		open_name(outcome);
		break;
	case CALL_POLL:
		open_events(outcome);
		break;
	case CALL_FCNTL:
		open_flags(call, outcome);
		break;
	case CALL_FSTAT:
		if (call->field == STAT_MODE)
			outcome->value_open = 07777;
		break;
	default:
		break;
	}
}

void posix_outcome(const struct rule *rule, const struct world *world,
		   const struct call *call, struct outcome *outcome)
{
	if (is_stated(&rule->posix))
		outcome_from(&rule->posix, outcome);
	else
		rule_outcome(rule, world, call, outcome);
	if (rule->posix_computed)
		rule->posix_computed(world, call, outcome);
	leave_open(world, call, outcome);
}

bool posix_stated(const struct rule *rule, struct outcome *outcome)
{
	if (rule->posix_computed || (rule->computed && !is_stated(&rule->posix)))
		return false;
	outcome_from(is_stated(&rule->posix) ? &rule->posix : &rule->outcome, outcome);
	return true;
}
