/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * model.c - a target that answers from the rulebook, and one that hands on the host's
 * answers; both lie about one rule where SOCKCHECK_LIE names it.
 */
#include <stdlib.h>
#include <string.h>

#include "../../expected/posix.h"
#include "../../expected/world_datagrams.h"
#include "../../expected/world_ip.h"
#include "../../expected/world_tcp.h"
#include "../harness/harness.h"
#include "../targets/host.h"
#include "model.h"

/* An errno that socket calls do not know. */
#define WRONG_ERRNO EXDEV

enum lie {
	LIE_NONE,
	LIE_ERRNO,
	LIE_VALUE,
	LIE_DATA,
	LIE_POSIX, /* what POSIX has otherwise than Linux */
};

static enum lie lie_about(const struct rule *rule)
{
	const char *lie = getenv("SOCKCHECK_LIE");
	size_t length;

	if (!lie || !rule)
		return LIE_NONE;
	length = strcspn(lie, ":");
	if (strlen(rule->id) != length || strncmp(lie, rule->id, length))
		return LIE_NONE;
	if (!strcmp(lie + length, ":data"))
		return LIE_DATA;
	if (!strcmp(lie + length, ":posix"))
		return LIE_POSIX;
	return strcmp(lie + length, ":value") ? LIE_ERRNO : LIE_VALUE;
}

/* The answer that the rule has, but for a lie; bytes go where the call wants them. */
static long tell(long value, unsigned char *bytes, unsigned int length)
{
	switch (lie_about(last.rule)) {
	case LIE_ERRNO:
		return -WRONG_ERRNO;
	case LIE_VALUE:
		if (length)
			/* The lowest bit may make it another name of the set. */
			bytes[length - 1] ^=
				last.rule->outcome.kind == OUTCOME_CHOSEN ? 0x80 : 1;
		else if (last.rule->outcome.kind == OUTCOME_ANY_VALUE)
			value = 0;
		else
			value = value < 0 ? world_lowest_free(&last.before) : value + 1;
		return value;
	default:
		return value;
	}
}

static long outcome_value(const struct outcome *outcome)
{
	switch (outcome->kind) {
	case OUTCOME_ERROR:
		return -outcome->errors[0];
	case OUTCOME_DESCRIPTOR:
		return world_lowest_free(&last.before);
	case OUTCOME_ANY_VALUE:
		return 4711 + last.call.fd;
	case OUTCOME_VALUE:
	case OUTCOME_CHOSEN:
		break;
	}
	return outcome->value;
}

/* Is a stream of the IP families to be connected to where there is no listener? */
static bool nobody_listens(void)
{
	const struct world_socket *on = world_socket(&last.before, last.call.fd);
	sa_family_t family;
	struct ip_name to;

	memcpy(&family, last.call.address.bytes, sizeof(family));
	if (!on || on->type != SOCK_STREAM || (family != AF_INET && family != AF_INET6))
		return false;
	ip_name_of(family, &last.call.address, &to);
	return !world_ip_receiver(&last.before, on, &to);
}

/* A stream that does not wait is told of nothing yet, but of what went before. */
static long connected(void)
{
	const struct world_socket *on = world_socket(&last.before, last.call.fd);
	sa_family_t family;

	memcpy(&family, last.call.address.bytes, sizeof(family));
	if (on && world_is_tcp(on) && on->error == ECONNREFUSED)
		return -on->error;
	if (on && world_is_tcp(on) && on->nonblocking && family != AF_UNSPEC)
		return -EINPROGRESS;
	return nobody_listens() ? -ECONNREFUSED : 0;
}

/* Sending tells of an error that waits, and that a datagram is too long for IP. */
static long sent(void)
{
	const struct world_socket *on = world_socket(&last.before, last.call.fd);
	size_t length = last.call.message.length;
	struct ip_name to;

	if (!on || (on->domain != AF_INET && on->domain != AF_INET6) ||
	    (on->type != SOCK_DGRAM &&
	     (on->type != SOCK_RAW || on->domain != AF_INET6)))
		return (long)length;
	if (on->error)
		return -on->error;
	world_ip_destination(&last.before, on, &last.call, &to);
	return world_is_too_long(&last.before, on, to.address, length) ? -EMSGSIZE
								       : (long)length;
}

/* Calls that cases make on the way, and of which no rule speaks (yet), succeed. */
static long unruled(void)
{
	switch (last.call.name) {
	case CALL_ACCEPT4:
		return world_lowest_free(&last.before);
	case CALL_SENDTO:
	case CALL_SENDMSG:
		return sent();
	case CALL_CONNECT:
		return connected();
	default:
		return 0;
	}
}

/* Of what POSIX allows, an answer that Linux's documentation does not; where there is
 * none, the outcome stays as it is. */
static void answer_by_posix(struct outcome *outcome)
{
	struct outcome posix;

	posix_outcome(last.rule, &last.before, &last.call, &posix);
	for (size_t i = 0; i < OUTCOME_ERRORS && posix.errors[i]; i++) {
		if (outcome_has_error(outcome, posix.errors[i]))
			continue;
		*outcome = (struct outcome){ .kind = OUTCOME_ERROR };
		outcome->errors[0] = posix.errors[i];
		return;
	}
	if (posix.kind != outcome->kind)
		*outcome = posix;
}

/* What the rulebook says of the last call. */
static long answer(void *bytes, socklen_t *length)
{
	struct outcome outcome;

	if (!last.rule)
		return unruled();
	rule_outcome(last.rule, &last.before, &last.call, &outcome);
	if (lie_about(last.rule) == LIE_POSIX)
		answer_by_posix(&outcome);
	outcome.value = outcome_value(&outcome);
	if (outcome.kind == OUTCOME_CHOSEN)
		outcome.length = outcome.choice->example(&last.before, &last.call,
							 outcome.bytes);
	outcome.value = tell(outcome.value, outcome.bytes, outcome.length);
	if (bytes && outcome.value >= 0) {
		memcpy(bytes, outcome.bytes, outcome.length);
		*length = outcome.length;
	}
	return outcome.value;
}

static void model_version(char *text, size_t size)
{
	snprintf(text, size, "the rulebook");
}

/* A kernel that has the families the rules know; cases say what else they need. */
static void model_describe(struct world_kernel *kernel)
{
	static const int families[] = { AF_UNIX,   AF_INET,    AF_INET6,
					AF_PACKET, AF_NETLINK, AF_VSOCK };

	memset(kernel, 0, sizeof(*kernel));
	kernel->version = LINUX(6, 18);
	for (size_t i = 0; i < COUNT(families); i++)
		kernel->features[FEATURE_FAMILY(families[i])] = YES;
	for (int protocol = 0; protocol <= NETLINK_GENERIC; protocol++)
		kernel->features[FEATURE_NETLINK(protocol)] = YES;
}

static int model_open(struct world *opened)
{
	opened->settings.rmem_default = 212992;
	opened->settings.wmem_default = 212992;
	return 0;
}

static long model_socket(int domain, int type, int protocol)
{
	(void)domain;
	(void)type;
	(void)protocol;
	return answer(NULL, NULL);
}

static long model_bind(int fd, const struct sockaddr *address, int addrlen)
{
	(void)fd;
	(void)address;
	(void)addrlen;
	return answer(NULL, NULL);
}

static long model_listen(int fd, int backlog)
{
	(void)fd;
	(void)backlog;
	return answer(NULL, NULL);
}

static long model_accept4(int fd, struct sockaddr *address, socklen_t *addrlen,
			  int flags)
{
	(void)fd;
	(void)flags;
	return answer(address, addrlen);
}

static long model_shutdown(int fd, int how)
{
	(void)fd;
	(void)how;
	return answer(NULL, NULL);
}

static long model_sendto(int fd, const void *buffer, size_t length, int flags,
			 const struct sockaddr *address, socklen_t addrlen)
{
	(void)fd;
	(void)buffer;
	(void)length;
	(void)flags;
	(void)address;
	(void)addrlen;
	return answer(NULL, NULL);
}

/* Writes what is due to the case's buffer; where it is not known, something else than
 * what the buffer was filled with.  A lie changes the first byte. */
static void give(const struct outcome *due)
{
	unsigned char *data = (unsigned char *)last.result.data;

	for (size_t i = 0; due->gives && data && i < last.result.data_room; i++)
		if (i < due->data_length)
			data[i] = i < due->data_known ? due->data[i] : 0;
	if (data && last.result.data_room && lie_about(last.rule) == LIE_DATA)
		data[0] ^= 1;
}

/* What comes of the call, and all that it writes besides its address. */
static long receive(void *address, struct outcome *due)
{
	socklen_t written = 0;
	long value = answer(address, &written);

	*due = (struct outcome){ .kind = OUTCOME_VALUE };
	if (last.rule)
		rule_outcome(last.rule, &last.before, &last.call, due);
	if (!due->tells)
		due->told = written;
	if (value >= 0)
		give(due);
	return value;
}

static long model_recvfrom(int fd, void *buffer, size_t length, int flags,
			   struct sockaddr *address, socklen_t *addrlen)
{
	struct outcome due;
	long value;

	(void)fd;
	(void)buffer;
	(void)length;
	(void)flags;
	value = receive(address, &due);
	/* Where a lie made it succeed, nothing can be told. */
	if (value >= 0 && address && !last.call.message.addrlen_unwritable)
		*addrlen = due.told;
	return value;
}

static long model_recv(int fd, void *buffer, size_t length, int flags)
{
	return model_recvfrom(fd, buffer, length, flags, NULL, NULL);
}

static long model_read(int fd, void *buffer, size_t length)
{
	return model_recvfrom(fd, buffer, length, 0, NULL, NULL);
}

static long model_readv(int fd, const struct iovec *areas, int count)
{
	(void)areas;
	(void)count;
	return model_recvfrom(fd, NULL, 0, 0, NULL, NULL);
}

static long model_recvmsg(int fd, struct msghdr *header, int flags)
{
	struct outcome due;
	long value;

	(void)fd;
	(void)flags;
	value = receive(header->msg_name, &due);
	if (value < 0)
		return value;
	if (header->msg_name)
		header->msg_namelen = due.told;
	header->msg_flags = due.flags;
	header->msg_controllen = due.control_length;
	if (due.control_length)
		memcpy(header->msg_control, due.control, due.control_length);
	return value;
}

/* The messages that wait, each into the first area of its header. */
static long model_recvmmsgs(struct mmsghdr *messages)
{
	const struct world_socket *on = world_socket(&last.before, last.call.fd);
	bool peek = last.call.message.flags & MSG_PEEK;
	long value = answer(NULL, NULL);
	unsigned int limit = last.call.message.headers;

	for (unsigned int i = 0; on && (long)i < value && i < on->queued && i < limit;
	     i++) {
		const struct world_message *message = &on->queue[peek ? 0 : i];
		const struct iovec *area = messages[i].msg_hdr.msg_iov;
		size_t room = area->iov_len < message->kept ? area->iov_len
							    : message->kept;

		memcpy(area->iov_base, world_message_bytes(&last.before, message),
		       room);
		messages[i].msg_len = (unsigned int)room;
		messages[i].msg_hdr.msg_flags = room < message->length ? MSG_TRUNC : 0;
	}
	return value;
}

static long model_recvmmsg(int fd, struct mmsghdr *messages, unsigned int count,
			   int flags, struct linux_timeout *timeout)
{
	long value;

	(void)count;
	(void)timeout;
	if (last.call.name == CALL_RECVMMSGS)
		return model_recvmmsgs(messages);
	value = model_recvmsg(fd, &messages[0].msg_hdr, flags);
	if (value < 0)
		return value;
	messages[0].msg_len = (unsigned int)value;
	return 1;
}

static long model_sendmsg(int fd, const struct msghdr *header, int flags)
{
	(void)fd;
	(void)header;
	(void)flags;
	return answer(NULL, NULL);
}

static long model_setsockopt(int fd, int level, int optname, const void *optval,
			     socklen_t optlen)
{
	(void)fd;
	(void)level;
	(void)optname;
	(void)optval;
	(void)optlen;
	return answer(NULL, NULL);
}

static long model_getsockopt(int fd, int level, int optname, void *optval,
			     socklen_t *optlen)
{
	(void)fd;
	(void)level;
	(void)optname;
	return answer(optval, optlen);
}

static long model_getsockname(int fd, struct sockaddr *address, socklen_t *addrlen)
{
	(void)fd;
	return answer(address, addrlen);
}

static long model_fcntl(int fd, int command, long argument)
{
	socklen_t length;

	(void)fd;
	/* The one command that writes: else the bytes due are none. */
	if (command == F_GETOWN_EX && !last.call.fcntl.unreachable)
		return answer((void *)argument, &length);
	return answer(NULL, NULL);
}

static long model_close(int fd)
{
	(void)fd;
	return answer(NULL, NULL);
}

static long model_fstat(int fd, enum stat_field field)
{
	(void)fd;
	(void)field;
	return answer(NULL, NULL);
}

static long model_fstatfs(int fd)
{
	(void)fd;
	return answer(NULL, NULL);
}

static long model_socketcall(int number, const void *args)
{
	(void)number;
	(void)args;
	return answer(NULL, NULL);
}

static long model_readlink(int fd, char *text, size_t size)
{
	socklen_t length = (socklen_t)size;

	(void)fd;
	return answer(text, &length);
}

static long model_file(enum call_name name, int fd, const long argument[FILE_ARGUMENTS])
{
	int left = 0;
	socklen_t length;
	long value;

	(void)fd;
	if (name == CALL_EPOLL_WAIT && last.call.file.argument[0] == 1)
		return answer((void *)argument[0], &length);
	if (name != CALL_SELECT)
		return answer(NULL, NULL);
	value = answer(&left, &length);
	memcpy((void *)argument[1], &left, sizeof(left));
	return value;
}

static long model_write(int fd, const void *buffer, size_t length)
{
	(void)fd;
	(void)buffer;
	(void)length;
	return answer(NULL, NULL);
}

static long model_ioctl(int fd, unsigned long request, void *argument)
{
	socklen_t length;

	(void)fd;
	(void)request;
	return answer(last.call.file.reachable == last.call.file.length ? argument
									: NULL,
		      &length);
}

static long model_poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
	socklen_t length;

	(void)count;
	(void)timeout_ms;
	return answer(&fds->revents, &length);
}

const struct target model_target = {
	.name = "model",
	.imaginary = true,
	.version = model_version,
	.describe = model_describe,
	.open = model_open,
	.socket = model_socket,
	.bind = model_bind,
	.connect = model_bind,
	.listen = model_listen,
	.accept4 = model_accept4,
	.shutdown = model_shutdown,
	.sendto = model_sendto,
	.recvfrom = model_recvfrom,
	.recv = model_recv,
	.recvmsg = model_recvmsg,
	.recvmmsg = model_recvmmsg,
	.read = model_read,
	.readv = model_readv,
	.sendmsg = model_sendmsg,
	.getpeername = model_getsockname,
	.setsockopt = model_setsockopt,
	.getsockopt = model_getsockopt,
	.getsockname = model_getsockname,
	.fcntl = model_fcntl,
	.close = model_close,
	.fstat = model_fstat,
	.socketcall = model_socketcall,
	.fstatfs = model_fstatfs,
	.readlink = model_readlink,
	.file = model_file,
	.write = model_write,
	.ioctl = model_ioctl,
	.poll = model_poll,
};

static void liar_version(char *text, size_t size)
{
	host_target.version(text, size);
}

static void liar_describe(struct world_kernel *kernel)
{
	host_target.describe(kernel);
}

static long liar_socket(int domain, int type, int protocol)
{
	return tell(host_target.socket(domain, type, protocol), NULL, 0);
}

static long liar_socketpair(int domain, int type, int protocol, int fds[2])
{
	return host_target.socketpair(domain, type, protocol, fds);
}

static long liar_bind(int fd, const struct sockaddr *address, int addrlen)
{
	return tell(host_target.bind(fd, address, addrlen), NULL, 0);
}

static long liar_connect(int fd, const struct sockaddr *address, int addrlen)
{
	return tell(host_target.connect(fd, address, addrlen), NULL, 0);
}

static long liar_listen(int fd, int backlog)
{
	return tell(host_target.listen(fd, backlog), NULL, 0);
}

static long liar_accept4(int fd, struct sockaddr *address, socklen_t *addrlen,
			 int flags)
{
	return tell(host_target.accept4(fd, address, addrlen, flags), NULL, 0);
}

/* A lie about what has come; *bytes is how much of the address was written. */
static long tell_received(long value, void *address, size_t bytes)
{
	unsigned char *data = (unsigned char *)last.result.data;

	if (value >= 0 && data && lie_about(last.rule) == LIE_DATA)
		data[0] ^= 1;
	return tell(value, address, value >= 0 && address ? (unsigned int)bytes : 0);
}

static size_t least(int room, size_t told)
{
	return room >= 0 && (size_t)room < told ? (size_t)room : told;
}

static long liar_recvfrom(int fd, void *buffer, size_t length, int flags,
			  struct sockaddr *address, socklen_t *addrlen)
{
	long value = host_target.recvfrom(fd, buffer, length, flags, address, addrlen);

	return tell_received(
		value, address,
		value >= 0 && address ? least(last.call.message.room, *addrlen) : 0);
}

static long liar_recv(int fd, void *buffer, size_t length, int flags)
{
	return tell_received(host_target.recv(fd, buffer, length, flags), NULL, 0);
}

static long liar_read(int fd, void *buffer, size_t length)
{
	return tell_received(host_target.read(fd, buffer, length), NULL, 0);
}

static long liar_readv(int fd, const struct iovec *areas, int count)
{
	return tell_received(host_target.readv(fd, areas, count), NULL, 0);
}

static long liar_recvmsg(int fd, struct msghdr *header, int flags)
{
	long value = host_target.recvmsg(fd, header, flags);

	/* Where it fails, there may be no header to look at. */
	if (value < 0)
		return tell_received(value, NULL, 0);
	return tell_received(value, header->msg_name,
			     least(last.call.message.room, header->msg_namelen));
}

/* Told of its one message. */
static long liar_recvmmsg(int fd, struct mmsghdr *messages, unsigned int count,
			  int flags, struct linux_timeout *timeout)
{
	long value = host_target.recvmmsg(fd, messages, count, flags, timeout);

	if (last.call.name == CALL_RECVMMSGS)
		return tell(value, NULL, 0);
	if (value == 1)
		value = (long)messages[0].msg_len;
	value = tell_received(
		value, messages[0].msg_hdr.msg_name,
		least(last.call.message.room, messages[0].msg_hdr.msg_namelen));
	if (value < 0)
		return value;
	messages[0].msg_len = (unsigned int)value;
	return 1;
}

static long liar_sendmsg(int fd, const struct msghdr *header, int flags)
{
	return tell(host_target.sendmsg(fd, header, flags), NULL, 0);
}

static long liar_sendto(int fd, const void *buffer, size_t length, int flags,
			const struct sockaddr *address, socklen_t addrlen)
{
	long value = host_target.sendto(fd, buffer, length, flags, address, addrlen);

	/* The harness sends too, between the calls of a case. */
	if (last.valid || last.call.name != CALL_SENDTO)
		return value;
	return tell(value, NULL, 0);
}

static long liar_shutdown(int fd, int how)
{
	return tell(host_target.shutdown(fd, how), NULL, 0);
}

/* How many bytes the rule has the call write, where it has succeeded. */
static unsigned int bytes_due(long value)
{
	struct outcome due = { .length = 0 };

	if (value >= 0 && last.rule)
		rule_outcome(last.rule, &last.before, &last.call, &due);
	return value < 0 ? 0 : due.length;
}

static long liar_getpeername(int fd, struct sockaddr *address, socklen_t *addrlen)
{
	long value = host_target.getpeername(fd, address, addrlen);

	return tell(value, (unsigned char *)address, bytes_due(value));
}

static long liar_setsockopt(int fd, int level, int optname, const void *optval,
			    socklen_t optlen)
{
	long value = host_target.setsockopt(fd, level, optname, optval, optlen);

	/* The harness sets some too, between the calls of a case. */
	return last.valid || last.call.name != CALL_SETSOCKOPT ? value
							       : tell(value, NULL, 0);
}

static long liar_poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
	long value = host_target.poll(fds, count, timeout_ms);

	/* The harness polls too, between the calls of a case. */
	if (last.valid || last.call.name != CALL_POLL)
		return value;
	return tell(value, (unsigned char *)&fds->revents, bytes_due(value));
}

static long liar_file(enum call_name name, int fd, const long argument[FILE_ARGUMENTS])
{
	long value = host_target.file(name, fd, argument);

	if (name == CALL_SELECT)
		return tell(value, (unsigned char *)argument[1], bytes_due(value));
	if (name == CALL_EPOLL_WAIT)
		return tell(value, (unsigned char *)argument[0], bytes_due(value));
	return tell(value, NULL, 0);
}

static long liar_write(int fd, const void *buffer, size_t length)
{
	return tell(host_target.write(fd, buffer, length), NULL, 0);
}

static long liar_ioctl(int fd, unsigned long request, void *argument)
{
	long value = host_target.ioctl(fd, request, argument);

	/* The harness waits for bytes, too, between the calls of a case. */
	if (last.valid || last.call.name != CALL_IOCTL)
		return value;
	return tell(value, argument, bytes_due(value));
}

static long liar_getsockopt(int fd, int level, int optname, void *optval,
			    socklen_t *optlen)
{
	long value = host_target.getsockopt(fd, level, optname, optval, optlen);

	return tell(value, optval, *optlen);
}

static long liar_getsockname(int fd, struct sockaddr *address, socklen_t *addrlen)
{
	long value = host_target.getsockname(fd, address, addrlen);

	return tell(value, (unsigned char *)address, *addrlen);
}

static long liar_fcntl(int fd, int command, long argument)
{
	long value = host_target.fcntl(fd, command, argument);

	return tell(value, (unsigned char *)argument, bytes_due(value));
}

static long liar_close(int fd)
{
	return tell(host_target.close(fd), NULL, 0);
}

static long liar_fstat(int fd, enum stat_field field)
{
	return tell(host_target.fstat(fd, field), NULL, 0);
}

static long liar_fstatfs(int fd)
{
	return tell(host_target.fstatfs(fd), NULL, 0);
}

static long liar_socketcall(int number, const void *args)
{
	return tell(host_target.socketcall(number, args), NULL, 0);
}

static long liar_readlink(int fd, char *text, size_t size)
{
	long length = host_target.readlink(fd, text, size);

	return tell(length, (unsigned char *)text,
		    length < 0 ? 0 : (unsigned int)length);
}

const struct target liar_target = {
	.name = "liar",
	.version = liar_version,
	.describe = liar_describe,
	.socket = liar_socket,
	.socketpair = liar_socketpair,
	.bind = liar_bind,
	.connect = liar_connect,
	.listen = liar_listen,
	.accept4 = liar_accept4,
	.shutdown = liar_shutdown,
	.sendto = liar_sendto,
	.recvfrom = liar_recvfrom,
	.recv = liar_recv,
	.recvmsg = liar_recvmsg,
	.recvmmsg = liar_recvmmsg,
	.read = liar_read,
	.readv = liar_readv,
	.sendmsg = liar_sendmsg,
	.getpeername = liar_getpeername,
	.setsockopt = liar_setsockopt,
	.poll = liar_poll,
	.getsockopt = liar_getsockopt,
	.getsockname = liar_getsockname,
	.fcntl = liar_fcntl,
	.close = liar_close,
	.fstat = liar_fstat,
	.socketcall = liar_socketcall,
	.fstatfs = liar_fstatfs,
	.readlink = liar_readlink,
	.file = liar_file,
	.write = liar_write,
	.ioctl = liar_ioctl,
};
