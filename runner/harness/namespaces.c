/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * namespaces.c - user and network namespaces: entering them, mapping ids, and finding
 * out which of them this machine lets us have.
 */
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "harness.h"

int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), error = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		error = -errno;
	close(fd);
	return error;
}

int read_number(const char *path)
{
	FILE *file = fopen(path, "re");
	int number = 0;

	if (!file)
		return 0;
	if (fscanf(file, "%d", &number) != 1)
		number = 0;
	fclose(file);
	return number;
}

/* All that the caller may do by itself. */
int map_one_id(unsigned int uid, unsigned int inside_uid, unsigned int gid,
	       unsigned int inside_gid)
{
	char map[32];
	int error;

	snprintf(map, sizeof(map), "%u %u 1", inside_uid, uid);
	error = write_file("/proc/self/uid_map", map);
	if (error)
		return error;
	/* user_namespaces(7): without privilege, a group map needs this first; a kernel
	 * before 3.19 has no such file and asks for nothing. */
	error = write_file("/proc/self/setgroups", "deny");
	if (error && error != -ENOENT)
		return error;
	snprintf(map, sizeof(map), "%u %u 1", inside_gid, gid);
	return write_file("/proc/self/gid_map", map);
}

/* May there be namespaces at all?  A limit of 0 is how an administrator says no. */
static bool limits_allow_namespaces(void)
{
	static const char *const limits[] = { "/proc/sys/user/max_user_namespaces",
					      "/proc/sys/user/max_net_namespaces" };

	for (size_t i = 0; i < COUNT(limits); i++)
		if (!access(limits[i], R_OK) && read_number(limits[i]) <= 0)
			return false;
	return true;
}

/*
 * The kernel takes namespaces apart some time after their last process has ended, so
 * that those of cases before this one may still count against the limits.
 */
static int unshare_patiently(int flags)
{
	double deadline = now_ms() + ROOM_MS;
	struct timespec moment = { .tv_nsec = 5000000 };

	while (unshare(flags)) {
		if (errno != ENOSPC || now_ms() > deadline ||
		    !limits_allow_namespaces())
			return -errno;
		nanosleep(&moment, NULL);
	}
	return 0;
}

/* In the parent's user namespace, where root may map many ids. */
static int map_many_ids(pid_t process)
{
	char path[64];
	int error;

	snprintf(path, sizeof(path), "/proc/%d/uid_map", (int)process);
	error = write_file(path, MAPPED_IDS);
	if (error)
		return error;
	snprintf(path, sizeof(path), "/proc/%d/gid_map", (int)process);
	return write_file(path, MAPPED_IDS);
}

/*
 * Unshares, and has many ids mapped by a process that stays behind in the old user
 * namespace for just that.
 */
static int enter_with_many_ids(int flags)
{
	int pipes[2], error = 0, status = 0;
	pid_t process = getpid(), helper;
	char byte = 0;

	if (pipe(pipes))
		return -errno;
	helper = fork();
	if (helper < 0) {
		error = -errno;
	} else if (!helper) {
		close(pipes[1]);
		if (read(pipes[0], &byte, 1) != 1)
			_exit(EIO);
		_exit(-map_many_ids(process));
	} else {
		error = unshare_patiently(flags);
		if (!error && write(pipes[1], &byte, 1) != 1)
			error = -EIO;
		close(pipes[1]);
		pipes[1] = -1;
		if (waitpid(helper, &status, 0) != helper || !WIFEXITED(status))
			error = error ? error : -ECHILD;
		else if (!error)
			error = -WEXITSTATUS(status);
	}
	close(pipes[0]);
	if (pipes[1] >= 0)
		close(pipes[1]);
	if (!error && (setgid(0) || setuid(0)))
		error = -errno;
	return error;
}

int enter_namespaces(int flags, bool several_ids)
{
	unsigned int uid = geteuid(), gid = getegid();
	int error;

	if (!flags)
		return 0;
	if (several_ids && flags & CLONE_NEWUSER)
		return enter_with_many_ids(flags);
	error = unshare_patiently(flags);
	if (error)
		return error;
	return flags & CLONE_NEWUSER ? map_one_id(uid, 0, gid, 0) : 0;
}

/* Tries namespaces in a process that ends at once. */
static int try_namespaces(int flags)
{
	int status, error;
	pid_t child = fork();

	if (child < 0)
		return -errno;
	if (!child) {
		error = enter_namespaces(flags, false);
		if (!error)
			error = raise_loopback();
		_exit(-error);
	}
	if (waitpid(child, &status, 0) != child || !WIFEXITED(status))
		return -ECHILD;
	return -WEXITSTATUS(status);
}

/* May a name without a path be bound in a network namespace of one's own? */
static bool abstract_names_work(void)
{
	struct sockaddr_un name = { AF_UNIX, "\0sockcheck" };
	pid_t child = fork();
	int status = 0;

	if (!child) {
		int fd = enter_namespaces(CLONE_NEWUSER | CLONE_NEWNET, false)
				 ? -1
				 : socket(AF_UNIX, SOCK_DGRAM, 0);

		_exit(fd >= 0 && bind(fd, (struct sockaddr *)&name, 12));
	}
	return child < 0 || waitpid(child, &status, 0) != child || !status;
}

/* What else do sockets of AF_UNIX have to do with a network namespace? */
bool stays_in_network(const struct sc_case *tested)
{
	return session.names_in_first && tested->has[0] == FEATURE_FAMILY(AF_UNIX) &&
	       !tested->has[1] && !(tested->needs & NEEDS_NESTED_NAMESPACE);
}

static bool is_real_root(void)
{
	unsigned int inside = 1, outside = 1, count = 0;
	FILE *map;

	if (geteuid())
		return false;
	map = fopen("/proc/self/uid_map", "re");
	if (!map)
		return true;
	if (fscanf(map, "%u %u %u", &inside, &outside, &count) != 3)
		count = 0;
	fclose(map);
	return !inside && !outside && count == 0xffffffffU;
}

/* What to do about it, where a user can know. */
static const char *advice(int error)
{
	switch (error) {
	case -ENOSPC:
		return " (user.max_user_namespaces is used up or 0)";
	case -EPERM:
		return " (a container, a seccomp filter or a hardened kernel refuses "
		       "them)";
	case -EACCES:
		return " (a security module, such as AppArmor, restricts them)";
	default:
		return "";
	}
}

void find_isolation(void)
{
	int error = try_namespaces(CLONE_NEWUSER | CLONE_NEWNET);
	const char *refused = getenv("SOCKCHECK_NO_NAMESPACES");

	if (refused && *refused)
		error = -EPERM;
	session.isolation = ISOLATED;
	/* gVisor knows them in the first network namespace only: unix.go, bind(). */
	session.names_in_first = !error && session.guest && !abstract_names_work();
	session.quota = -1;
	if (!error) {
		make_quota();
		return;
	}
	snprintf(session.why_not, sizeof(session.why_not),
		 "unshare(CLONE_NEWUSER|CLONE_NEWNET): %s%s", errno_name(-error),
		 refused && *refused ? " (SOCKCHECK_NO_NAMESPACES is set)"
				     : advice(error));
	session.isolation = NOT_ISOLATED;
	if (!(refused && *refused) && !try_namespaces(CLONE_NEWNET))
		session.isolation = ISOLATED_NETWORK;
}

/* Root whom a container has left too little of is not the machine's. */
void find_root(void)
{
	int error;

	if (!is_real_root()) {
		snprintf(session.why_no_root, sizeof(session.why_no_root),
			 "the user is not root of the machine");
		return;
	}
	error = try_namespaces(CLONE_NEWNET);
	session.real_root = !error;
	if (error)
		snprintf(session.why_no_root, sizeof(session.why_no_root),
			 "root here may not unshare(CLONE_NEWNET): %s%s",
			 errno_name(-error), advice(error));
	else
		remove_stale_cgroups();
}

/* include/uapi/linux/nsfs.h, since Linux 4.9. */
#define LINUX_NS_GET_USERNS _IO(0xb7, 0x1)

/*
 * A process may have every capability in its user namespace and none over its network
 * namespace, where another governs that: a container with the host's network.
 */
bool governs_network(void)
{
	int network = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), governor;
	struct stat theirs, ours;
	bool same = false;

	if (network < 0)
		return session.real_root;
	governor = ioctl(network, LINUX_NS_GET_USERNS);
	if (governor < 0) {
		/* EPERM: it is one that we cannot see, so not ours. */
		same = errno == ENOTTY && session.real_root;
	} else {
		same = !fstat(governor, &theirs) &&
		       !stat("/proc/self/ns/user", &ours) &&
		       theirs.st_ino == ours.st_ino;
		close(governor);
	}
	close(network);
	return same;
}
