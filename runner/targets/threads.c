/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * threads.c - whether the threads of a process have anything left to do, as the kernel
 * tells of them.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "threads.h"

/*
 * proc(5), stat: the state follows the name, in brackets, of the thread.  It is looked
 * up as /proc/TID, not as /proc/PID/task/TID: what was looked up below that, the kernel
 * has to forget when the process is waited for, and that takes it half a millisecond
 * (kernel/exit.c:release_task, fs/proc/base.c:proc_flush_pid).
 */
static bool sleeps(const char *thread)
{
	char path[32], text[128];
	const char *state;
	ssize_t length;
	int fd;

	snprintf(path, sizeof(path), "/proc/%.16s/stat", thread);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return true;
	length = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[length < 0 ? 0 : length] = '\0';
	state = strrchr(text, ')');
	return !state || !state[1] || state[2] == 'S' || state[2] == 'Z';
}

bool threads_sleep(pid_t process, pid_t but_for)
{
	const struct dirent *entry;
	bool asleep = true;
	char path[32];
	DIR *tasks;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)process);
	tasks = opendir(path);
	while (tasks && asleep && (entry = readdir(tasks)))
		if (entry->d_name[0] != '.' && atoi(entry->d_name) != (int)but_for)
			asleep = sleeps(entry->d_name);
	if (tasks)
		closedir(tasks);
	return asleep;
}
