/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * stack_threads.c - whether a stack's own threads have anything left to do, as the
 * kernel tells of the threads of a process.
 */
#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "stack.h"

/* proc(5), stat: the state follows the name, in brackets, of the thread.  One that is
 * gone has nothing to do. */
static bool sleeps(int tasks, const char *thread)
{
	char path[32], text[128];
	const char *state;
	ssize_t length;
	int fd;

	snprintf(path, sizeof(path), "%.16s/stat", thread);
	fd = openat(tasks, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return true;
	length = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[length < 0 ? 0 : length] = '\0';
	state = strrchr(text, ')');
	return !state || !state[1] || state[2] == 'S' || state[2] == 'Z';
}

/* All threads of the process but for one sleep. */
static bool all_sleep(pid_t process, pid_t but_for)
{
	const struct dirent *entry;
	bool asleep = true;
	char path[32];
	DIR *tasks;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)process);
	tasks = opendir(path);
	while (tasks && asleep && (entry = readdir(tasks)))
		if (entry->d_name[0] != '.' && atoi(entry->d_name) != (int)but_for)
			asleep = sleeps(dirfd(tasks), entry->d_name);
	if (tasks)
		closedir(tasks);
	return asleep;
}

bool stack_is_asleep(pid_t process)
{
	return all_sleep(process, 0);
}

#define PATIENCE_S 2

/* A thread that another has woken runs, for the kernel, from that moment on. */
void stack_wait_until_done(void)
{
	const struct timespec moment = { .tv_nsec = 50000 };
	pid_t process = getpid(), self = (pid_t)syscall(SYS_gettid);
	struct timespec begin, now;

	clock_gettime(CLOCK_MONOTONIC, &begin);
	for (int i = 0; !all_sleep(process, self); i++) {
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (now.tv_sec - begin.tv_sec > PATIENCE_S)
			return;
		if (i < 2)
			sched_yield();
		else
			nanosleep(&moment, NULL);
	}
}
