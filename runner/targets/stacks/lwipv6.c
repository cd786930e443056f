/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * lwipv6.c - LWIPv6 as Debian's liblwipv6 builds it: its own fork of lwIP 1.1, with a
 * thread for the stack and one for its interfaces, this machine's constants and
 * structures, and a loopback interface lo0, number 1, that each stack begins with.
 *
 * Its functions take lengths as int, so that they stand here once more as POSIX has
 * them.  Loading the library only prepares its memory; lwip_add_stack() starts the
 * threads.
 */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>

#include <lwipv6.h>

#include "../sockcheck_target.h"

/* What the library's int cannot hold is as much as it can. */
static int as_int(size_t length)
{
	return length > INT_MAX ? INT_MAX : (int)length;
}

static struct stack *stack;

/* Is there TCP, with timers? */
static bool has_tcp;

/*
 * The stack's thread does what it is asked in the order that it is asked: what is asked
 * of it now, and waited for, comes after all that has been sent before.  What that
 * causes to be sent comes before what is asked next.
 *
 * What a TCP connection puts off, it does at the next tick of a timer, 250 ms at most:
 * it acknowledges, even the SYN that makes it whole for the listening socket, and so
 * lets go on what the other end holds back.  No case waits for that: the timer ticks at
 * once.
 */
#define ROUNDS	      3
#define ROUNDS_OF_TCP 6

extern signed char tcpip_callback(struct stack *on, void (*call)(void *),
				  void *argument, int wait);
extern void tcp_fasttmr(struct stack *on);

static void tick(void *on)
{
	if (has_tcp)
		tcp_fasttmr(on);
}

static void settle(void)
{
	for (int i = 0; i < (has_tcp ? ROUNDS_OF_TCP : ROUNDS); i++)
		tcpip_callback(stack, tick, stack, 1);
}

#define PUBLIC(type, name, parameters, call)     \
	type sockcheck_lwipv6_##name parameters; \
	type sockcheck_lwipv6_##name parameters  \
	{                                        \
		return call;                     \
	}

/*
 * In place of the library's, which looks for it here first.  It sends and tells bytes
 * that it has never written: let them be 0, as they are in memory that nobody has used
 * before, and the same in each run.
 */
void *mem_malloc(unsigned long size);
void *mem_malloc(unsigned long size)
{
	return calloc(1, size);
}

static int make_socket(int domain, int type, int protocol)
{
	has_tcp |= type == SOCK_STREAM;
	return lwip_socket(domain, type, protocol);
}

PUBLIC(int, socket, (int domain, int type, int protocol),
       make_socket(domain, type, protocol))
PUBLIC(int, bind, (int fd, const struct sockaddr *address, socklen_t addrlen),
       lwip_bind(fd, address, addrlen))
PUBLIC(int, connect, (int fd, const struct sockaddr *address, socklen_t addrlen),
       lwip_connect(fd, address, addrlen))
PUBLIC(int, listen, (int fd, int backlog), lwip_listen(fd, backlog))
PUBLIC(int, accept, (int fd, struct sockaddr *address, socklen_t *addrlen),
       lwip_accept(fd, address, addrlen))
PUBLIC(int, getsockname, (int fd, struct sockaddr *address, socklen_t *addrlen),
       lwip_getsockname(fd, address, addrlen))
PUBLIC(int, getpeername, (int fd, struct sockaddr *address, socklen_t *addrlen),
       lwip_getpeername(fd, address, addrlen))
PUBLIC(ssize_t, sendto,
       (int fd, const void *buffer, size_t length, int flags,
	const struct sockaddr *address, socklen_t addrlen),
       lwip_sendto(fd, buffer, as_int(length), (unsigned int)flags, address, addrlen))
PUBLIC(ssize_t, sendmsg, (int fd, const struct msghdr *message, int flags),
       lwip_sendmsg(fd, message, flags))
PUBLIC(ssize_t, recv, (int fd, void *buffer, size_t length, int flags),
       lwip_recv(fd, buffer, as_int(length), (unsigned int)flags))
PUBLIC(ssize_t, recvfrom,
       (int fd, void *buffer, size_t length, int flags, struct sockaddr *address,
	socklen_t *addrlen),
       lwip_recvfrom(fd, buffer, as_int(length), (unsigned int)flags, address, addrlen))
PUBLIC(ssize_t, recvmsg, (int fd, struct msghdr *message, int flags),
       lwip_recvmsg(fd, message, flags))
PUBLIC(ssize_t, read, (int fd, void *buffer, size_t length),
       lwip_read(fd, buffer, as_int(length)))
PUBLIC(ssize_t, readv, (int fd, const struct iovec *areas, int count),
       lwip_readv(fd, (struct iovec *)areas, count))
PUBLIC(ssize_t, write, (int fd, const void *buffer, size_t length),
       lwip_write(fd, (void *)buffer, as_int(length)))
PUBLIC(ssize_t, writev, (int fd, const struct iovec *areas, int count),
       lwip_writev(fd, (struct iovec *)areas, count))
PUBLIC(int, shutdown, (int fd, int how), lwip_shutdown(fd, how))
PUBLIC(int, getsockopt,
       (int fd, int level, int optname, void *optval, socklen_t *optlen),
       lwip_getsockopt(fd, level, optname, optval, optlen))
PUBLIC(int, setsockopt,
       (int fd, int level, int optname, const void *optval, socklen_t optlen),
       lwip_setsockopt(fd, level, optname, optval, optlen))
PUBLIC(int, fcntl, (int fd, int command, long argument),
       lwip_fcntl(fd, command, argument))
PUBLIC(int, ioctl, (int fd, unsigned long request, void *argument),
       lwip_ioctl(fd, (long)request, argument))
PUBLIC(int, poll, (struct pollfd * fds, nfds_t count, int timeout_ms),
       lwip_poll(fds, count, timeout_ms))
PUBLIC(int, select,
       (int count, fd_set *reads, fd_set *writes, fd_set *excepts,
	struct timeval *timeout),
       lwip_select(count, reads, writes, excepts, timeout))
PUBLIC(int, close, (int fd), lwip_close(fd))

/*
 * 0: a socket's number is that of a UDP socket of the kernel, which alloc_socket()
 * opens to have one; between two of them lie those of the pipes that its mailboxes are.
 * 1: its number is the lowest that no other socket of the library has, as within
 * ViewOS, for which lwip_init() sets it.  The process then has no two things of one
 * number.
 */
extern int _nofdfake;

/*
 * An address of lo0 stands for itself, where all of 127.0.0.0/8 is local to others: so
 * that those that cases use are local, each is added.
 */
#define LAST_ADDRESS 9

extern struct netif *netif_find(struct stack *stack, char *name);

static int add_addresses(void)
{
	struct netif *loopback = netif_find(stack, (char[]){ "lo0" });
	struct ip_addr address, mask;

	IP64_MASKADDR(&mask, 255, 0, 0, 0);
	for (int last = 2; loopback && last <= LAST_ADDRESS; last++) {
		IP64_ADDR(&address, 127, 0, 0, last);
		if (lwip_add_addr(loopback, &address, &mask))
			return -ENOMEM;
	}
	return loopback ? 0 : -ENODEV;
}

static int start(void)
{
	_nofdfake = 1;
	stack = lwip_add_stack(0);
	if (!stack)
		return -ENOMEM;
	lwip_stack_set(stack);
	return add_addresses();
}

/* Its README: "PF_INET, PF_INET6, PF_PACKET, PF_NETLINK (partially)". */
static const struct sockcheck_family families[] = {
	{ AF_INET, 0 }, { AF_INET6, 0 }, { AF_NETLINK, 0 }, { AF_PACKET, 0 }, { 0, 0 },
};

const struct sockcheck_target sockcheck_target = {
	.abi = SOCKCHECK_TARGET_ABI,
	.flags = SOCKCHECK_LOADS_ONCE,
	.name = "lwipv6",
	.version = "1.5",
	.prefix = "sockcheck_lwipv6_",
	.open = start,
	.families = families,
	.settle = settle,
};
