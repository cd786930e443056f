/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * quota.c - how many network namespaces of cases that have ended may still be there.
 *
 * The kernel takes them apart by itself, some time later, one worker for all: on a
 * machine that is busy with other things, cases make them faster than it does that, and
 * each has a hundred kilobytes.  So the user namespaces of cases lie in one that has a
 * limit of its own, user.max_net_namespaces, and a case waits until there is room.
 */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness.h"

/* Of each process that runs cases.  Seldom are there more than a hundred, where there
 * is time for them. */
#define MOST "512"

/* user_namespaces(7), namespaces(7): the limit is of the caller's user namespace. */
static int make_limit(void)
{
	unsigned int uid = geteuid(), gid = getegid();
	int error;

	if (unshare(CLONE_NEWUSER))
		return -errno;
	error = map_one_id(uid, uid, gid, gid);
	return error ? error : write_file("/proc/sys/user/max_net_namespaces", MOST);
}

static int open_namespace_of(pid_t child)
{
	char path[64];
	int status, opened;

	/* It has stopped: all is made.  It has ended: something could not be. */
	if (waitpid(child, &status, WUNTRACED) != child || !WIFSTOPPED(status))
		return -1;
	snprintf(path, sizeof(path), "/proc/%d/ns/user", (int)child);
	opened = open(path, O_RDONLY | O_CLOEXEC);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	return opened;
}

void make_quota(void)
{
	pid_t child = fork();

	session.quota = -1;
	if (!child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
		if (!make_limit())
			raise(SIGSTOP);
		_exit(1);
	}
	if (child > 0)
		session.quota = open_namespace_of(child);
}

void enter_quota(void)
{
	/* Where it does not work, the machine's own limit is the only one. */
	if (session.quota >= 0)
		setns(session.quota, CLONE_NEWUSER);
}
