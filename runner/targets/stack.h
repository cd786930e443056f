/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * stack.h - what the parts of the target that is a stack in a shared object share.
 */
#ifndef RUNNER_TARGETS_STACK_H
#define RUNNER_TARGETS_STACK_H

#include <sys/select.h>

#include "sockcheck_target.h"
#include "target.h"

/* The stack's functions, with the arguments that they are called with. */
struct stack_functions {
	int (*socket)(int domain, int type, int protocol);
	int (*socketpair)(int domain, int type, int protocol, int fds[2]);
	int (*bind)(int fd, const void *address, socklen_t addrlen);
	int (*connect)(int fd, const void *address, socklen_t addrlen);
	int (*listen)(int fd, int backlog);
	int (*accept)(int fd, void *address, socklen_t *addrlen);
	int (*accept4)(int fd, void *address, socklen_t *addrlen, int flags);
	int (*getsockname)(int fd, void *address, socklen_t *addrlen);
	int (*getpeername)(int fd, void *address, socklen_t *addrlen);
	ssize_t (*sendto)(int fd, const void *buffer, size_t length, int flags,
			  const void *address, socklen_t addrlen);
	ssize_t (*sendmsg)(int fd, const struct msghdr *message, int flags);
	ssize_t (*recv)(int fd, void *buffer, size_t length, int flags);
	ssize_t (*recvfrom)(int fd, void *buffer, size_t length, int flags,
			    void *address, socklen_t *addrlen);
	ssize_t (*recvmsg)(int fd, struct msghdr *message, int flags);
	ssize_t (*read)(int fd, void *buffer, size_t length);
	ssize_t (*readv)(int fd, const struct iovec *areas, int count);
	ssize_t (*write)(int fd, const void *buffer, size_t length);
	ssize_t (*writev)(int fd, const struct iovec *areas, int count);
	int (*shutdown)(int fd, int how);
	int (*getsockopt)(int fd, int level, int optname, void *optval,
			  socklen_t *optlen);
	int (*setsockopt)(int fd, int level, int optname, const void *optval,
			  socklen_t optlen);
	int (*fcntl)(int fd, int command, long argument);
	int (*ioctl)(int fd, unsigned long request, void *argument);
	int (*poll)(struct pollfd *fds, nfds_t count, int timeout_ms);
	int (*select)(int count, fd_set *reads, fd_set *writes, fd_set *excepts,
		      struct timeval *timeout);
	int (*close)(int fd);
};

/* The stack of this process: what it says of itself, and its functions. */
extern struct sockcheck_target stack_says;
extern struct stack_functions stack_calls;

/* stack_numbers.c: false where the stack has no such number, or where the number means
 * another thing to it. */
bool stack_number(enum sockcheck_kind kind, int level, int of_linux, int *of_stack);
bool stack_bits(enum sockcheck_kind kind, int of_linux, int *of_stack);
/* The other way; what is in no table is as it is. */
int linux_number(enum sockcheck_kind kind, int of_stack);
int linux_bits(enum sockcheck_kind kind, int of_stack);
/* Why the stack has no way to make the call, as far as numbers and memory go: true. */
bool stack_cannot_express(const struct world *world, const struct call *call, char *why,
			  size_t size);

/* stack_load.c: finds the stack that TARGET= names, and asks it in a process of its own
 * what it has.  NULL: why not. */
const struct target *stack_target_by_name(const char *name, char *why, size_t size);
/* The same of one that was found before, and in whose place another may lie by now:
 * loads it into this process. */
const struct target *stack_target_again(const char *name, char *why, size_t size);
/* In the process of a case: loads and starts it.  0 or a negative errno. */
int stack_open(struct world *world);

/* stack_threads.c: whether all threads of a process sleep; and waiting, with a limit,
 * until all but the caller do. */
bool stack_is_asleep(pid_t process);
void stack_wait_until_done(void);

/* stack.c: the table, with what the stack offers. */
extern struct target stack_target;
void stack_fill_in(void);

#endif
