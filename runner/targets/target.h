/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * target.h - the table of calls that a target fills in.
 */
#ifndef RUNNER_TARGETS_TARGET_H
#define RUNNER_TARGETS_TARGET_H

#include <poll.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "../../expected/constants.h"
#include "../../expected/world.h"

/*
 * A system under test.  Every call returns a value of 0 or more, or a negative errno of
 * Linux; none touches errno.  A call that the target does not offer is NULL.
 */
struct target {
	const char *name;

	/*
	 * True for a target that answers from the rulebook and makes nothing so: what a
	 * case needs of the kernel is taken as given, for the tests of the harness.
	 */
	bool imaginary;

	/*
	 * True for a stack in the process of the case, beside the kernel's: nothing
	 * that a case changes of the machine or of its process means anything to it,
	 * its caller may do all, and its descriptors are its own, from this number on.
	 */
	bool stack;
	int first_descriptor;
	/* Each call comes after all that the calls before it have caused: what a case
	 * waits for is there, or never comes. */
	bool settles;
	/* Whether nothing runs in the process of a case, which waits.  NULL: nobody
	 * knows. */
	bool (*is_asleep)(pid_t process);

	/* Writes what is tested, "Linux 6.1.0", to text. */
	void (*version)(char *text, size_t size);

	/* Puts into *kernel what can be told of the target without the calls it tests.
	 */
	void (*describe)(struct world_kernel *kernel);

	/*
	 * Start a fresh stack, and throw away all that one holds; each in the process
	 * of a case, 0 or a negative errno.  NULL where there is nothing to do.
	 */
	int (*open)(struct world *world);
	int (*reset)(void);

	/* Why nothing can be tested through it here: true, with a reason.  NULL: it
	 * can. */
	bool (*cannot)(char *why, size_t size);
	/* Why the target has no way to make this one call: likewise.  The case that
	 * makes it is skipped. */
	bool (*cannot_express)(const struct world *world, const struct call *call,
			       char *why, size_t size);
	/*
	 * Runs a case where the target can reach all its memory.  NULL: where it is.  A
	 * target that is narrow takes 32 bits of each pointer and length.
	 */
	void (*run)(void (*run)(void));
	bool narrow;

	long (*socket)(int domain, int type, int protocol);
	long (*socketpair)(int domain, int type, int protocol, int fds[2]);
	long (*bind)(int fd, const struct sockaddr *address, int addrlen);
	long (*connect)(int fd, const struct sockaddr *address, int addrlen);
	long (*listen)(int fd, int backlog);
	long (*accept4)(int fd, struct sockaddr *address, socklen_t *addrlen,
			int flags);
	long (*getsockname)(int fd, struct sockaddr *address, socklen_t *addrlen);
	long (*getpeername)(int fd, struct sockaddr *address, socklen_t *addrlen);
	long (*sendto)(int fd, const void *buffer, size_t length, int flags,
		       const struct sockaddr *address, socklen_t addrlen);
	long (*recvfrom)(int fd, void *buffer, size_t length, int flags,
			 struct sockaddr *address, socklen_t *addrlen);
	long (*sendmsg)(int fd, const struct msghdr *message, int flags);
	long (*recvmsg)(int fd, struct msghdr *message, int flags);
	/* Doors beside these. */
	long (*recv)(int fd, void *buffer, size_t length, int flags);
	long (*recvmmsg)(int fd, struct mmsghdr *messages, unsigned int count,
			 int flags, struct linux_timeout *timeout);
	long (*readv)(int fd, const struct iovec *areas, int count);
	long (*read)(int fd, void *buffer, size_t length);
	long (*write)(int fd, const void *buffer, size_t length);
	long (*shutdown)(int fd, int how);
	long (*getsockopt)(int fd, int level, int optname, void *optval,
			   socklen_t *optlen);
	long (*setsockopt)(int fd, int level, int optname, const void *optval,
			   socklen_t optlen);
	long (*fcntl)(int fd, int command, long argument);
	long (*ioctl)(int fd, unsigned long request, void *argument);
	long (*poll)(struct pollfd *fds, nfds_t count, int timeout_ms);
	long (*close)(int fd);

	/* The multiplexer itself: a call's number and its block of arguments. */
	long (*socketcall)(int number, const void *args);

	/* A socket as a file: one member of struct stat, f_type, its /proc link. */
	long (*fstat)(int fd, enum stat_field field);
	long (*fstatfs)(int fd);
	long (*readlink)(int fd, char *text, size_t size);
	/* Any other operation on a file, from CALL_WRITEV on: its arguments behind the
	 * descriptor in the order of the manual's, a pointer as a number. */
	long (*file)(enum call_name name, int fd, const long argument[FILE_ARGUMENTS]);
};

/*
 * What a stack's function gave that is neither a result nor an errno: this, where it
 * failed (-1) without one, or further below by the number that it returned.  No process
 * group's number, which F_GETOWN tells as a negative one, is as high.
 */
#define TARGET_NO_ERROR (-0x1000000L)

/* As main() got them: for a target that another program has to test. */
extern char **program_arguments;

/* The target with a name, or NULL and why there is none. */
const struct target *target_by_name(const char *name, char *why, size_t size);

/* The same of a stack that was found before, in the process that it is to be loaded
 * into anew, for another lies in its place. */
const struct target *target_again(const char *name, char *why, size_t size);

/* The i-th target, or NULL after the last. */
const struct target *target_at(size_t i);

#endif
