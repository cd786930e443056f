/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * landlock.c - Landlock, by which a process gives up rights over TCP ports: see
 * landlock(7) and, for ports, Documentation/userspace-api/landlock.rst.
 */
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "harness.h"

/*
 * include/uapi/linux/landlock.h, for headers older than Linux 6.7; the numbers of the
 * system calls are the same wherever system calls are numbered alike, since 5.13.
 */
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule	    445
#define SYS_landlock_restrict_self  446
#endif
#define LANDLOCK_VERSION     1 /* LANDLOCK_CREATE_RULESET_VERSION */
#define LANDLOCK_NETWORK_ABI 4 /* the first that knows rights over ports */
#define LANDLOCK_PORT	     2 /* LANDLOCK_RULE_NET_PORT */
#define LANDLOCK_BIND_TCP    1
#define LANDLOCK_CONNECT_TCP 2

struct ruleset {
	uint64_t handled_access_fs;
	uint64_t handled_access_net;
};

struct port_rule {
	uint64_t allowed_access;
	uint64_t port;
};

bool landlock_available(char *why, size_t size)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_VERSION);

	if (abi >= LANDLOCK_NETWORK_ABI)
		return true;
	if (abi < 0)
		snprintf(why, size, "needs Landlock: %s", errno_name(errno));
	else
		snprintf(why, size,
			 "needs Landlock's rights over TCP ports, which Linux 6.7 "
			 "brought: this kernel's Landlock has ABI %ld",
			 abi);
	return false;
}

/* Gives up a right over all TCP ports but one. */
static int give_up(uint64_t right, unsigned int port)
{
	struct ruleset handled = { .handled_access_net = right };
	struct port_rule but = { .allowed_access = right, .port = port };
	int error = 0, fd;

	fd = (int)syscall(SYS_landlock_create_ruleset, &handled, sizeof(handled), 0);
	if (fd < 0)
		return -errno;
	if (syscall(SYS_landlock_add_rule, fd, LANDLOCK_PORT, &but, 0) ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    syscall(SYS_landlock_restrict_self, fd, 0))
		error = -errno;
	close(fd);
	return error;
}

static void must_give_up(uint64_t right, unsigned int port)
{
	int error = session.target->imaginary ? 0 : give_up(right, port);

	if (error)
		sc_skip("needs Landlock: %s", errno_name(-error));
}

void allow_bind_by_landlock(unsigned int port)
{
	need_kernel("Landlock");
	must_give_up(LANDLOCK_BIND_TCP, port);
	world.facts |= FACT_LANDLOCK_BIND;
	world.caller.landlock_port = (unsigned short)port;
}

void allow_connect_by_landlock(unsigned int port)
{
	need_kernel("Landlock");
	must_give_up(LANDLOCK_CONNECT_TCP, port);
}
