/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * host.c - the target `host`: every call as a raw system call to this kernel, without
 * the C library's wrappers, which may change arguments, results or flags.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "host.h"

/* syscall(2) gives -1 and errno; a target gives a negative errno. */
static long result(long value)
{
	return value == -1 ? -errno : value;
}

static long host_socket(int domain, int type, int protocol)
{
	return result(syscall(SYS_socket, domain, type, protocol));
}

static long host_socketpair(int domain, int type, int protocol, int fds[2])
{
	return result(syscall(SYS_socketpair, domain, type, protocol, fds));
}

static long host_bind(int fd, const struct sockaddr *address, int addrlen)
{
	return result(syscall(SYS_bind, fd, address, addrlen));
}

static long host_connect(int fd, const struct sockaddr *address, int addrlen)
{
	return result(syscall(SYS_connect, fd, address, addrlen));
}

static long host_listen(int fd, int backlog)
{
	return result(syscall(SYS_listen, fd, backlog));
}

static long host_accept4(int fd, struct sockaddr *address, socklen_t *addrlen,
			 int flags)
{
	return result(syscall(SYS_accept4, fd, address, addrlen, flags));
}

static long host_getsockname(int fd, struct sockaddr *address, socklen_t *addrlen)
{
	return result(syscall(SYS_getsockname, fd, address, addrlen));
}

static long host_getpeername(int fd, struct sockaddr *address, socklen_t *addrlen)
{
	return result(syscall(SYS_getpeername, fd, address, addrlen));
}

static long host_sendto(int fd, const void *buffer, size_t length, int flags,
			const struct sockaddr *address, socklen_t addrlen)
{
	return result(syscall(SYS_sendto, fd, buffer, length, flags, address, addrlen));
}

static long host_recvfrom(int fd, void *buffer, size_t length, int flags,
			  struct sockaddr *address, socklen_t *addrlen)
{
	return result(
		syscall(SYS_recvfrom, fd, buffer, length, flags, address, addrlen));
}

static long host_sendmsg(int fd, const struct msghdr *message, int flags)
{
	return result(syscall(SYS_sendmsg, fd, message, flags));
}

static long host_recvmsg(int fd, struct msghdr *message, int flags)
{
	return result(syscall(SYS_recvmsg, fd, message, flags));
}

/* Where it is no system call, the C library makes the other of it. */
static long host_recv(int fd, void *buffer, size_t length, int flags)
{
#ifdef SYS_recv
	return result(syscall(SYS_recv, fd, buffer, length, flags));
#else
	return result(syscall(SYS_recvfrom, fd, buffer, length, flags, NULL, NULL));
#endif
}

static long host_recvmmsg(int fd, struct mmsghdr *messages, unsigned int count,
			  int flags, struct linux_timeout *timeout)
{
#ifdef SYS_recvmmsg
	return result(syscall(SYS_recvmmsg, fd, messages, count, flags, timeout));
#else
	return result(
		syscall(SYS_recvmmsg_time64, fd, messages, count, flags, timeout));
#endif
}

static long host_readv(int fd, const struct iovec *areas, int count)
{
	return result(syscall(SYS_readv, fd, areas, count));
}

static long host_read(int fd, void *buffer, size_t length)
{
	return result(syscall(SYS_read, fd, buffer, length));
}

static long host_write(int fd, const void *buffer, size_t length)
{
	return result(syscall(SYS_write, fd, buffer, length));
}

static long host_shutdown(int fd, int how)
{
	return result(syscall(SYS_shutdown, fd, how));
}

static long host_getsockopt(int fd, int level, int optname, void *optval,
			    socklen_t *optlen)
{
	return result(syscall(SYS_getsockopt, fd, level, optname, optval, optlen));
}

static long host_setsockopt(int fd, int level, int optname, const void *optval,
			    socklen_t optlen)
{
	return result(syscall(SYS_setsockopt, fd, level, optname, optval, optlen));
}

static long host_fcntl(int fd, int command, long argument)
{
#ifdef SYS_fcntl64
	return result(syscall(SYS_fcntl64, fd, command, argument));
#else
	return result(syscall(SYS_fcntl, fd, command, argument));
#endif
}

static long host_ioctl(int fd, unsigned long request, void *argument)
{
	return result(syscall(SYS_ioctl, fd, request, argument));
}

/* poll(2) is ppoll(2) on newer architectures; the C library knows which. */
static long host_poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
	return result(poll(fds, count, timeout_ms));
}

static long host_close(int fd)
{
	return result(syscall(SYS_close, fd));
}

/* The layout of struct stat is the C library's affair, so these go through it. */
static long host_fstat(int fd, enum stat_field field)
{
	struct stat status;

	if (fstat(fd, &status))
		return -errno;
	switch (field) {
	case STAT_MODE:
		return (long)status.st_mode;
	case STAT_UID:
		return (long)status.st_uid;
	case STAT_GID:
		return (long)status.st_gid;
	case STAT_NLINK:
		return (long)status.st_nlink;
	case STAT_SIZE:
		return (long)status.st_size;
	case STAT_INO:
		return (long)status.st_ino;
	default:
		return -EINVAL;
	}
}

static long host_fstatfs(int fd)
{
	struct statfs status;

	return fstatfs(fd, &status) ? -errno : (long)status.f_type;
}

static long host_readlink(int fd, char *text, size_t size)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return result(readlink(path, text, size));
}

static void host_version(char *text, size_t size)
{
	struct utsname name;

	if (uname(&name))
		snprintf(text, size, "unknown");
	else
		snprintf(text, size, "%s %s", name.sysname, name.release);
}

/* With CONFIG_COMPAT the flag that marks the calls of 32-bit programs is refused before
 * the descriptor is looked at; else it is none: __sys_sendmsg().  Of these programs
 * themselves it is never refused. */
static enum known has_compat(void)
{
	if (host_sendmsg(-1, NULL, (int)LINUX_MSG_CMSG_COMPAT) == -EINVAL)
		return YES;
	return sizeof(long) == 4 ? UNKNOWN : NO;
}

static void host_describe(struct world_kernel *kernel)
{
	char why[128];

	host_describe_features(kernel, getenv("SOCKCHECK_KERNEL_CONFIG"));
	kernel->features[FEATURE_COMPAT] = has_compat();
	kernel->features[FEATURE_SOCKETCALL] = socketcall_works(why, sizeof(why)) ? YES
										  : NO;
}

const struct target host_target = {
	.name = "host",
	.version = host_version,
	.describe = host_describe,
	.socket = host_socket,
	.socketpair = host_socketpair,
	.bind = host_bind,
	.connect = host_connect,
	.listen = host_listen,
	.accept4 = host_accept4,
	.getsockname = host_getsockname,
	.getpeername = host_getpeername,
	.sendto = host_sendto,
	.recvfrom = host_recvfrom,
	.sendmsg = host_sendmsg,
	.recvmsg = host_recvmsg,
	.recv = host_recv,
	.recvmmsg = host_recvmmsg,
	.readv = host_readv,
	.read = host_read,
	.write = host_write,
	.shutdown = host_shutdown,
	.getsockopt = host_getsockopt,
	.setsockopt = host_setsockopt,
	.fcntl = host_fcntl,
	.ioctl = host_ioctl,
	.poll = host_poll,
	.close = host_close,
	.socketcall = socketcall_enter,
	.fstat = host_fstat,
	.fstatfs = host_fstatfs,
	.readlink = host_readlink,
	.file = host_file,
};
