/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * sockcheck_target.h - what a socket stack in a shared object may say of itself.
 *
 * A stack whose functions are called as POSIX has them, return -1 with errno, and use
 * this machine's constants and structures needs none of this:
 *
 *	make check TARGET=./libstack.so,prefix=foo_
 *
 * looks up foo_socket, foo_bind and so on, and calls what it finds.  A stack that needs
 * setting up, returns negative errnos, or has constants or layouts of its own exports
 * one structure by the name `sockcheck_target`:
 *
 *	#include <sockcheck_target.h>
 *
 *	const struct sockcheck_target sockcheck_target = {
 *		.abi = SOCKCHECK_TARGET_ABI,
 *		.name = "foo",
 *		.version = "1.2",
 *		.prefix = "foo_",
 *		.open = foo_start,
 *	};
 *
 * All members but abi may be left out.  This header depends on nothing else of
 *sockcheck and may be installed and included by anybody's build.
 */
#ifndef SOCKCHECK_TARGET_H
#define SOCKCHECK_TARGET_H

#include <stddef.h>

/* Goes up by one when what is below changes in a way that a stack built before it would
 * be misread.  sockcheck refuses a stack that has another. */
#define SOCKCHECK_TARGET_ABI 1

/*
 * The functions looked up behind the prefix, as POSIX.1-2024 or the Linux manual pages
 * declare them; one that is missing is not offered, and what needs it is skipped:
 *
 *	socket socketpair bind connect listen accept accept4 getsockname getpeername
 *	sendto sendmsg recv recvfrom recvmsg read readv write writev shutdown
 *	getsockopt setsockopt fcntl ioctl poll select close
 *
 * fcntl is called with three arguments, the last a long; ioctl with (int, unsigned
 * long, void *).  struct msghdr, struct iovec, struct pollfd and fd_set are this
 * machine's.
 */

enum sockcheck_flags {
	/* The functions return a negative errno, and leave errno alone. */
	SOCKCHECK_RETURNS_ERRNO = 1 << 0,
	/* Addresses begin with a byte of their length and a byte of their family, as
	 * 4.4BSD has them; else with two bytes of their family, in host order. */
	SOCKCHECK_ADDRESS_LENGTH = 1 << 1,
	/* Memory that cannot be read or written is refused (EFAULT) and does not end
	 * the process.  Without it, no case hands over such memory. */
	SOCKCHECK_CHECKS_MEMORY = 1 << 2,
	/* Loading it starts nothing: it may be loaded once, before the processes that
	 * call open() are forked.  Else it is loaded afresh in each of them. */
	SOCKCHECK_LOADS_ONCE = 1 << 3,
	/* A thread of the stack sleeps only while it has nothing left to do but by a
	 * timer.  So each call waits until all of them sleep: then whatever the calls
	 * before it have caused has come, but for pass_time().  Else a case waits for a
	 * while for what it has caused. */
	SOCKCHECK_SLEEPS_WHEN_DONE = 1 << 4,
};

/* Which of the stack's numbers are not Linux's. */
enum sockcheck_kind {
	SOCKCHECK_END,	       /* ends a table */
	SOCKCHECK_ERRNO,       /* EAGAIN and so on */
	SOCKCHECK_FAMILY,      /* AF_INET6: in socket() and in addresses */
	SOCKCHECK_TYPE,	       /* SOCK_STREAM */
	SOCKCHECK_TYPE_FLAG,   /* SOCK_NONBLOCK: bits of a type, of accept4() */
	SOCKCHECK_PROTOCOL,    /* IPPROTO_UDP */
	SOCKCHECK_MESSAGE,     /* MSG_PEEK: bits, given and told */
	SOCKCHECK_HOW,	       /* SHUT_RD */
	SOCKCHECK_LEVEL,       /* SOL_SOCKET */
	SOCKCHECK_OPTION,      /* SO_REUSEADDR: at a level, which is Linux's */
	SOCKCHECK_FCNTL,       /* F_GETFL */
	SOCKCHECK_STATUS_FLAG, /* O_NONBLOCK: bits of F_GETFL and F_SETFL */
	SOCKCHECK_IOCTL,       /* FIONREAD */
	SOCKCHECK_POLL,	       /* POLLIN: bits */
};

/* In place of the stack's number: it has none. */
#define SOCKCHECK_NONE (-0x7fffffff - 1)

struct sockcheck_number {
	enum sockcheck_kind kind;
	int level; /* of SOCKCHECK_OPTION */
	int of_linux;
	int of_stack;
};

/* A family, and a protocol of it where that is one a stack may lack: 0,
 * IPPROTO_UDPLITE, IPPROTO_SCTP, IPPROTO_MPTCP and so on, all numbers Linux's. */
struct sockcheck_family {
	int family; /* 0 ends a table */
	int protocol;
};

struct sockcheck_target {
	unsigned int abi;    /* SOCKCHECK_TARGET_ABI */
	unsigned int flags;  /* enum sockcheck_flags */
	const char *name;    /* in reports, and the deviations' file; else the path's */
	const char *version; /* a number that deviations can compare: "2.1.3" */
	const char *prefix;  /* of the functions' names; one in TARGET= goes before */
	/*
	 * Starts the stack: called once in each process that uses it, before any other
	 * function, with a loopback interface 'lo', number 1, that has 127.0.0.1/8 and
	 * ::1 and is up, as far as the stack has such a thing.  0, or a negative errno
	 * of this machine.
	 */
	int (*open)(void);
	/* The lowest number of a descriptor of a socket. */
	int first_descriptor;
	/* What can be made; NULL: AF_INET, and AF_INET6 where socket() makes one. */
	const struct sockcheck_family *families;
	/* Numbers that are not Linux's, up to SOCKCHECK_END; NULL: none. */
	const struct sockcheck_number *numbers;
	/*
	 * Does now what the stack would do by itself in less than a second, such as to
	 * send acknowledgements that are put off, so that no answer depends on the time
	 * that a case takes: called before calls, three times in a row, and with
	 * SOCKCHECK_SLEEPS_WHEN_DONE each time when all of its threads sleep.
	 */
	void (*pass_time)(void);
	/*
	 * Waits until whatever the calls before have caused is done: called before each
	 * call.  Better than SOCKCHECK_SLEEPS_WHEN_DONE where the stack has a way to
	 * know; NULL: it has none.
	 */
	void (*settle)(void);
};

#endif
