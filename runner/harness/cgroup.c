/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * cgroup.c - a cgroup of its own for a case, below the one that the harness is in.
 */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
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

/* The folder of the cgroup that this process is in, without a slash at its end. */
static bool find_folder(char *path, size_t size)
{
	char mount[512], own[1024];

	if (!find_mount(mount, sizeof(mount)) || !find_own(own, sizeof(own)))
		return false;
	if (!strcmp(own, "/"))
		own[0] = '\0';
	return snprintf(path, size, "%s%s", mount, own) < (int)size;
}

#define CGROUP_NAME "sockcheck."

static bool name_cgroup(pid_t process, char *path, size_t size)
{
	char folder[1600];

	return find_folder(folder, sizeof(folder)) &&
	       snprintf(path, size, "%s/" CGROUP_NAME "%d", folder, (int)process) <
		       (int)size;
}

void remove_stale_cgroups(void)
{
	char folder[1600], path[2048];
	struct dirent *entry;
	DIR *directory;

	if (!find_folder(folder, sizeof(folder)))
		return;
	directory = opendir(folder);
	while (directory && (entry = readdir(directory))) {
		int process;

		if (sscanf(entry->d_name, CGROUP_NAME "%d", &process) != 1 ||
		    !kill(process, 0) || errno != ESRCH)
			continue;
		snprintf(path, sizeof(path), "%s/" CGROUP_NAME "%d", folder, process);
		rmdir(path);
	}
	if (directory)
		closedir(directory);
}

bool cgroup_available(char *why, size_t size)
{
	char folder[1600];

	if (!session.real_root) {
		snprintf(why, size,
			 "needs root of the machine, for a cgroup of its own");
		return false;
	}
	if (!find_folder(folder, sizeof(folder))) {
		snprintf(why, size, "needs cgroup2, which is not mounted");
		return false;
	}
	if (access(folder, W_OK)) {
		snprintf(why, size, "needs to make a cgroup below %s: %s", folder,
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
	/* One of this number was left by a harness that was killed: its process is
	 * gone. */
	if (mkdir(path, 0755) && (errno != EEXIST || rmdir(path) || mkdir(path, 0755)))
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
	struct timespec moment = { .tv_nsec = 1000000 };
	char path[2048];

	if (!name_cgroup(process, path, sizeof(path)))
		return;
	/* A cgroup may stay busy for a moment after its last process was reaped. */
	for (int tries = 0; tries < 100; tries++) {
		/* Where the case was skipped before it made one, there is none. */
		if (!rmdir(path) || errno == ENOENT)
			return;
		if (errno != EBUSY)
			break;
		nanosleep(&moment, NULL);
	}
	fprintf(stderr, "sockcheck: %s could not be removed: %s\n", path,
		errno_name(errno));
}
