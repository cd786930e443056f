/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * cgroup.c - a cgroup of its own for a case, below the one that the harness is in.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness.h"

/* Where the unified hierarchy is mounted; false where it is not. */
static bool find_mount(char *path, size_t size)
{
	char line[1024], where[512], type[64];
	FILE *file = fopen("/proc/self/mounts", "re");
	bool found = false;

	if (!file)
		return false;
	while (!found && fgets(line, sizeof(line), file))
		if (sscanf(line, "%*s %511s %63s", where, type) == 2 &&
		    !strcmp(type, "cgroup2")) {
			snprintf(path, size, "%s", where);
			found = true;
		}
	fclose(file);
	return found;
}

/* The cgroup of this process in the unified hierarchy: "0::/path" */
static bool find_own(char *path, size_t size)
{
	char line[1024];
	FILE *file = fopen("/proc/self/cgroup", "re");
	bool found = false;

	if (!file)
		return false;
	while (!found && fgets(line, sizeof(line), file))
		if (!strncmp(line, "0::", 3)) {
			line[strcspn(line, "\n")] = '\0';
			snprintf(path, size, "%s", line + 3);
			found = true;
		}
	fclose(file);
	return found;
}

static bool name_cgroup(pid_t process, char *path, size_t size)
{
	char mount[512], own[1024];

	if (!find_mount(mount, sizeof(mount)) || !find_own(own, sizeof(own)))
		return false;
	return snprintf(path, size, "%s%s%ssockcheck.%d", mount, own,
			own[strlen(own) - 1] == '/' ? "" : "/",
			(int)process) < (int)size;
}

bool cgroup_available(char *why, size_t size)
{
	char path[2048], *slash;

	if (!session.real_root) {
		snprintf(why, size,
			 "needs root of the machine, for a cgroup of its own");
		return false;
	}
	if (!name_cgroup(getpid(), path, sizeof(path))) {
		snprintf(why, size, "needs cgroup2, which is not mounted");
		return false;
	}
	slash = strrchr(path, '/');
	*slash = '\0';
	if (access(path, W_OK)) {
		snprintf(why, size, "needs to make a cgroup below %s: %s", path,
			 errno_name(errno));
		return false;
	}
	return true;
}

int enter_cgroup(void)
{
	char path[2048], procs[2100];
	int fd;

	if (!name_cgroup(getpid(), path, sizeof(path)))
		return -ENOENT;
	if (mkdir(path, 0755))
		return -errno;
	snprintf(procs, sizeof(procs), "%s/cgroup.procs", path);
	fd = open(procs, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (write(fd, "0", 1) != 1) {
		int error = -errno;

		close(fd);
		return error;
	}
	close(fd);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

void remove_cgroup(pid_t process)
{
	char path[2048];

	/* Where the case was skipped before it made one, there is none to remove. */
	if (name_cgroup(process, path, sizeof(path)) && rmdir(path) && errno != ENOENT)
		fprintf(stderr, "sockcheck: %s could not be removed: %s\n", path,
			errno_name(errno));
}
