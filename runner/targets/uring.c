/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * uring.c - the target `uring`: this kernel's sockets through io_uring(7).  Each call
 * is one request, submitted and waited for.  What the running kernel has no operation
 * for is the host's own system call.
 *
 * So is shutdown(2), though there is an operation: that is done by a worker, a thread
 * of the process, and on another processor what it sends may overtake what the process
 * has sent before: a late acknowledgement, to which TIME_WAIT answers, to which a
 * socket that is closed by then answers with a reset, which ends TIME_WAIT (RFC 1337).
 * bind(2) to a path is a worker's, too, in later kernels.  A process that has one may
 * not enter a user namespace (unshare(2) EINVAL), so a case that would is skipped.
 *
 * A request waits in its own way: where a socket has nothing to give, io_uring asks to
 * be told when it has.  It does so whether the file has O_NONBLOCK or not, since
 * Linux 5.17 (io_uring/net.c), and knows nothing of SO_RCVTIMEO.  Not to wait is said
 * by each request.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host.h"
#include "uring_ring.h"

static uint64_t pointer(const void *address)
{
	return (uint64_t)(uintptr_t)address;
}

/* Requests have 31 bits for a length, and no transfer is longer than this: read(2),
 * and MAX_RW_COUNT in the kernel. */
#define LONGEST 0x7ffff000

static uint32_t cut(size_t length)
{
	return length < LONGEST ? (uint32_t)length : LONGEST;
}

/* O_NONBLOCK is the file's, and no request looks at it. */
static bool is_nonblocking(int fd)
{
	long flags = host_target.fcntl(fd, F_GETFL, 0);

	return flags >= 0 && flags & O_NONBLOCK;
}

static int domain_of(int fd)
{
	int domain = AF_UNSPEC;
	socklen_t length = sizeof(domain);

	host_target.getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &length);
	return domain;
}

/* The families whose queue of errors recv(2) reads without waiting: ip(7), packet(7).
 */
static bool has_error_queue(int fd)
{
	int domain = domain_of(fd);

	return domain == AF_INET || domain == AF_INET6 || domain == AF_PACKET;
}

static uint32_t receive_flags(int fd, int flags)
{
	bool waits = !is_nonblocking(fd) &&
		     !(flags & MSG_ERRQUEUE && has_error_queue(fd));

	return (uint32_t)flags | (waits ? 0 : MSG_DONTWAIT);
}

static uint32_t send_flags(int fd, int flags)
{
	return (uint32_t)flags | (is_nonblocking(fd) ? MSG_DONTWAIT : 0);
}

static long by_socket(int domain, int type, int protocol)
{
	return uring_perform(&(struct uring_request){ .operation = URING_OP_SOCKET,
						      .fd = domain,
						      .offset = (uint32_t)type,
						      .length = (uint32_t)protocol });
}

/* A worker makes the file of a socket of AF_UNIX in later kernels:
 * io_bind_file_create(). */
static long by_bind(int fd, const struct sockaddr *address, int addrlen)
{
	if (!uring_offers(URING_OP_BIND))
		return host_target.bind(fd, address, addrlen);
	return (domain_of(fd) == AF_UNIX ? uring_perform_by_worker : uring_perform)(
		&(struct uring_request){ .operation = URING_OP_BIND,
					 .fd = fd,
					 .address = pointer(address),
					 .offset = (uint32_t)addrlen });
}

static long by_listen(int fd, int backlog)
{
	if (!uring_offers(URING_OP_LISTEN))
		return host_target.listen(fd, backlog);
	return uring_perform(&(struct uring_request){
		.operation = URING_OP_LISTEN, .fd = fd, .length = (uint32_t)backlog });
}

/* A request to connect waits in any case: nothing can be said against it. */
static long by_connect(int fd, const struct sockaddr *address, int addrlen)
{
	if (is_nonblocking(fd))
		return host_target.connect(fd, address, addrlen);
	return uring_perform(&(struct uring_request){ .operation = URING_OP_CONNECT,
						      .fd = fd,
						      .address = pointer(address),
						      .offset = (uint32_t)addrlen });
}

/* Not to wait can be said since Linux 6.10, which also has this feature first. */
static long by_accept4(int fd, struct sockaddr *address, socklen_t *addrlen, int flags)
{
	bool waits = !is_nonblocking(fd);

	if (!waits && !uring_has_feature(URING_FEATURE_RECV_SEND_BUNDLE))
		return host_target.accept4(fd, address, addrlen, flags);
	return uring_perform(&(struct uring_request){
		.operation = URING_OP_ACCEPT,
		.fd = fd,
		.address = pointer(address),
		.offset = pointer(addrlen),
		.operation_flags = (uint32_t)flags,
		.priority = waits ? 0 : URING_ACCEPT_DONTWAIT });
}

static long by_sendmsg(int fd, const struct msghdr *message, int flags)
{
	return uring_perform(
		&(struct uring_request){ .operation = URING_OP_SENDMSG,
					 .fd = fd,
					 .address = pointer(message),
					 .length = 1,
					 .operation_flags = send_flags(fd, flags) });
}

/* URING_OP_SEND takes an address since Linux 6.1, which has this operation first. */
static long by_sendto(int fd, const void *buffer, size_t length, int flags,
		      const struct sockaddr *address, socklen_t addrlen)
{
	if (!uring_offers(URING_OP_SENDMSG_ZC))
		return host_target.sendto(fd, buffer, length, flags, address, addrlen);
	return uring_perform(
		&(struct uring_request){ .operation = URING_OP_SEND,
					 .fd = fd,
					 .address = pointer(buffer),
					 .length = cut(length),
					 .offset = pointer(address),
					 .addrlen = (uint16_t)addrlen,
					 .operation_flags = send_flags(fd, flags) });
}

static long by_recvmsg(int fd, struct msghdr *message, int flags)
{
	return uring_perform(
		&(struct uring_request){ .operation = URING_OP_RECVMSG,
					 .fd = fd,
					 .address = pointer(message),
					 .length = 1,
					 .operation_flags = receive_flags(fd, flags) });
}

static long by_recv(int fd, void *buffer, size_t length, int flags)
{
	return uring_perform(
		&(struct uring_request){ .operation = URING_OP_RECV,
					 .fd = fd,
					 .address = pointer(buffer),
					 .length = cut(length),
					 .operation_flags = receive_flags(fd, flags) });
}

/* A sender's address is told by recvmsg(2) only. */
static long by_recvfrom(int fd, void *buffer, size_t length, int flags,
			struct sockaddr *address, socklen_t *addrlen)
{
	struct iovec whole = { buffer, cut(length) };
	struct msghdr message = { .msg_iov = &whole, .msg_iovlen = 1 };
	long value;

	if (!address)
		return by_recv(fd, buffer, length, flags);
	message.msg_name = address;
	message.msg_namelen = *addrlen;
	value = by_recvmsg(fd, &message, flags);
	if (value >= 0)
		*addrlen = message.msg_namelen;
	return value;
}

static long transfer(int operation, int fd, const void *from, uint32_t length)
{
	return uring_perform(&(struct uring_request){
		.operation = (uint8_t)operation,
		.fd = fd,
		.offset = UINT64_MAX, /* where the file is */
		.address = pointer(from),
		.length = length,
		.operation_flags = is_nonblocking(fd) ? URING_NOWAIT : 0 });
}

static long by_read(int fd, void *buffer, size_t length)
{
	return transfer(URING_OP_READ, fd, buffer, cut(length));
}

static long by_readv(int fd, const struct iovec *areas, int count)
{
	return transfer(URING_OP_READV, fd, areas, (uint32_t)count);
}

static long by_write(int fd, const void *buffer, size_t length)
{
	return transfer(URING_OP_WRITE, fd, buffer, cut(length));
}

static long by_close(int fd)
{
	return uring_perform(
		&(struct uring_request){ .operation = URING_OP_CLOSE, .fd = fd });
}

/* Options of a socket, since Linux 6.7, and for some families later: -EOPNOTSUPP has
 * changed nothing and may be the option's own, so the host is asked. */
static long by_setsockopt(int fd, int level, int optname, const void *optval,
			  socklen_t optlen)
{
	long value =
		uring_perform(&(struct uring_request){ .operation = URING_OP_URING_CMD,
						       .fd = fd,
						       .command = URING_CMD_SETSOCKOPT,
						       .level = (uint32_t)level,
						       .optname = (uint32_t)optname,
						       .optlen = optlen,
						       .optval = pointer(optval) });

	if (value == -EOPNOTSUPP)
		return host_target.setsockopt(fd, level, optname, optval, optlen);
	return value;
}

static long by_getsockopt(int fd, int level, int optname, void *optval,
			  socklen_t *optlen)
{
	long value =
		uring_perform(&(struct uring_request){ .operation = URING_OP_URING_CMD,
						       .fd = fd,
						       .command = URING_CMD_GETSOCKOPT,
						       .level = (uint32_t)level,
						       .optname = (uint32_t)optname,
						       .optlen = *optlen,
						       .optval = pointer(optval) });

	if (value == -EOPNOTSUPP)
		return host_target.getsockopt(fd, level, optname, optval, optlen);
	if (value < 0)
		return value;
	*optlen = (socklen_t)value;
	return 0;
}

/* What struct msghdr, or a request to send, has no room for. */
static const char *inexpressible(const struct call *call)
{
	bool sender = call->name == CALL_RECVFROM && call->message.name_wanted;

	if (sender && call->message.addrlen_unwritable)
		return "recvmsg(2) has msg_namelen where recvfrom(2) has a pointer";
	if (sender && call->message.room < 0)
		return "recvmsg(2) refuses a negative msg_namelen before it receives";
	if (call->name == CALL_READ && call->message.length >> 31 >> 1)
		return "a request to read has 32 bits for the length";
	if (call->name == CALL_SENDTO && call->message.to.addrlen >> 16)
		return "a request to send has 16 bits for addrlen";
	return NULL;
}

/* Is there nothing that the call would not wait for, as long as SO_RCVTIMEO says? */
static bool times_out(const struct world *world, const struct call *call)
{
	const struct world_socket *socket = world_socket(world, call->fd);

	if (!call_receives(call->name) || call->name == CALL_RECVMMSG || !socket ||
	    !socket->receive_timeout || world->facts & FACT_SIGNAL_COMES)
		return false;
	if (socket->nonblocking || call->message.flags & MSG_DONTWAIT)
		return false;
	return (!socket->queued || call->message.flags & MSG_WAITALL ||
		socket->tcp.urgent) &&
	       !socket->error && !socket->at_end && !socket->shut_read;
}

/* A stream, or records that are one, of which a call asks for more than there may be.
 */
static const char *takes_more_or_less(const struct world *world,
				      const struct call *call)
{
	const struct world_socket *socket = world_socket(world, call->fd);
	bool low_water;

	if (!call_receives(call->name) || call->name == CALL_RECVMMSG || !socket ||
	    (socket->type != SOCK_STREAM && socket->type != SOCK_SEQPACKET))
		return NULL;
	low_water = socket->low_water > 1;
	if (call->message.flags & MSG_WAITALL)
		return "a request with MSG_WAITALL is made again until all has come";
	if (low_water && !socket->nonblocking && !(call->message.flags & MSG_DONTWAIT))
		return "a request takes what there is, whatever SO_RCVLOWAT says";
	return NULL;
}

static bool uring_cannot_express(const struct world *world, const struct call *call,
				 char *why, size_t size)
{
	const char *reason = inexpressible(call);

	if (!reason)
		reason = takes_more_or_less(world, call);
	if (!reason && times_out(world, call))
		reason = "a request that waits knows no SO_RCVTIMEO";
	if (reason)
		snprintf(why, size, "io_uring: %s", reason);
	return reason;
}

static int open_ring(struct world *world)
{
	(void)world;
	return uring_make();
}

/* In a process like a case's: it may have fewer rights in a user namespace. */
static int try_ring(void)
{
	int status;
	pid_t child = fork();

	if (!child) {
		/* Where that is refused, a case will have none either. */
		unshare(CLONE_NEWUSER);
		status = -uring_make();
		_exit(status || uring_offers(URING_OP_SOCKET) ? status : ENOSYS);
	}
	if (child < 0 || waitpid(child, &status, 0) != child)
		return errno;
	/* A filter of system calls may kill as well as refuse. */
	return WIFEXITED(status) ? WEXITSTATUS(status) : EPERM;
}

static bool uring_cannot(char *why, size_t size)
{
	static int error = -1;

	if (error < 0)
		error = try_ring();
	if (error == EPERM)
		snprintf(why, size,
			 "io_uring_setup(2) is refused: kernel.io_uring_disabled or a "
			 "filter of system calls");
	else if (error == ENOSYS)
		snprintf(why, size,
			 "needs io_uring with its sockets: Linux 5.19 "
			 "with CONFIG_IO_URING");
	else if (error)
		snprintf(why, size, "io_uring_setup(2) fails with error %d", error);
	return error;
}

struct target uring_target;

/* What is not named here is the host's own. */
__attribute__((constructor)) static void fill_in(void)
{
	uring_target = host_target;
	uring_target.name = "uring";
	uring_target.cannot = uring_cannot;
	uring_target.cannot_express = uring_cannot_express;
	uring_target.open = open_ring;
	uring_target.socket = by_socket;
	uring_target.bind = by_bind;
	uring_target.listen = by_listen;
	uring_target.connect = by_connect;
	uring_target.accept4 = by_accept4;
	uring_target.sendto = by_sendto;
	uring_target.sendmsg = by_sendmsg;
	uring_target.recvfrom = by_recvfrom;
	uring_target.recv = by_recv;
	uring_target.recvmsg = by_recvmsg;
	uring_target.read = by_read;
	uring_target.readv = by_readv;
	uring_target.write = by_write;
	uring_target.close = by_close;
	uring_target.setsockopt = by_setsockopt;
	uring_target.getsockopt = by_getsockopt;
}
