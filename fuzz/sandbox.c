/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * sandbox.c - where programs run.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "sandbox.h"

/* A call that waits in spite of all is ended so soon. */
#define PATIENCE_MS 10

static int file_above, path_above, folder_above, home_above;
/* A socket that is its own peer, in a network that no program has. */
static int probe;
static bool is_careful; /* until the end of the program */
static bool is_ordinary;
static bool entered, entered_kernel; /* by anything; by programs for a kernel */
static unsigned long namespaces;

static bool complain(const char *what)
{
	fprintf(stderr, "sockcheck: fuzzing needs %s: %s\n", what, strerror(errno));
	return false;
}

static bool write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool done = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return done;
}

static int read_number(const char *path)
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

static bool raise_loopback(void)
{
	struct ifreq request = { .ifr_name = "lo" };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool done;

	request.ifr_flags = IFF_UP;
	done = fd >= 0 && !ioctl(fd, SIOCSIFFLAGS, &request);
	if (fd >= 0)
		close(fd);
	return done;
}

/* Echo sockets are for everybody: ping_group_range. */
static bool set_up_network(void)
{
	if (!raise_loopback())
		return complain("lo set up");
	if (!write_text("/proc/sys/net/ipv4/ping_group_range", "0 0"))
		return complain("net.ipv4.ping_group_range");
	namespaces++;
	return true;
}

/* An ordinary user's programs have none in effect; we take them for a moment where a
 * network namespace must be made. */
static bool set_capabilities(bool in_effect)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3
	};
	struct __user_cap_data_struct sets[2];

	if (syscall(SYS_capget, &header, sets))
		return complain("capget(2)");
	for (int i = 0; i < 2; i++)
		sets[i].effective = in_effect ? sets[i].permitted : 0;
	return !syscall(SYS_capset, &header, sets) || complain("capset(2)");
}

/* The kernel takes namespaces apart some time after they have ended. */
static bool next_network(void)
{
	struct timespec moment = { .tv_nsec = 2000000 };

	if (is_ordinary && !set_capabilities(true))
		return false;
	for (int i = 0; unshare(CLONE_NEWNET); i++) {
		if (errno != ENOSPC || i == 5000)
			return complain("network namespaces");
		nanosleep(&moment, NULL);
	}
	return set_up_network() && (!is_ordinary || set_capabilities(false));
}

static bool map_ids(unsigned int uid, unsigned int gid)
{
	char map[32];

	snprintf(map, sizeof(map), "0 %u 1", uid);
	if (!write_text("/proc/self/uid_map", map) ||
	    !write_text("/proc/self/setgroups", "deny"))
		return complain("a user namespace");
	snprintf(map, sizeof(map), "0 %u 1", gid);
	return write_text("/proc/self/gid_map", map) || complain("a user namespace");
}

/* A file system in memory that nobody else sees, as the programs' folder. */
static bool enter_folder(void)
{
	static const char place[] = "/sys";

	home_above = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	home_above = fcntl(home_above, F_DUPFD_CLOEXEC, SANDBOX_OWN_DESCRIPTORS);
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("sockcheck", place, "tmpfs", MS_NOSUID | MS_NODEV,
		  "size=1m,mode=0777"))
		return complain("a tmpfs in a mount namespace");
	folder_above = open(place, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	folder_above = fcntl(folder_above, F_DUPFD_CLOEXEC, SANDBOX_OWN_DESCRIPTORS);
	return folder_above >= 0 || complain("its folder");
}

static bool open_files(void)
{
	int file = open("/dev/null", O_RDWR | O_CLOEXEC);
	int path = open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC);

	file_above = fcntl(file, F_DUPFD_CLOEXEC, SANDBOX_OWN_DESCRIPTORS);
	path_above = fcntl(path, F_DUPFD_CLOEXEC, SANDBOX_OWN_DESCRIPTORS);
	close(file);
	close(path);
	return (file_above >= 0 && path_above >= 0) || complain("descriptors");
}

static bool open_probe(void)
{
	struct sockaddr_in name = { .sin_family = AF_INET,
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof(name);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&name, length) ||
	    getsockname(fd, (struct sockaddr *)&name, &length) ||
	    connect(fd, (struct sockaddr *)&name, length))
		return complain("a socket");
	probe = fcntl(fd, F_DUPFD_CLOEXEC, SANDBOX_OWN_DESCRIPTORS);
	close(fd);
	return (probe >= 0 && next_network()) || complain("a network of its own");
}

static void wake(int number)
{
	(void)number;
}

/* Signals that sockets make are nothing to us; one ends each wait. */
static bool set_signals(void)
{
	struct sigaction action = { .sa_handler = wake };
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL };
	struct itimerspec period = { .it_interval = { .tv_nsec =
							      PATIENCE_MS * 1000000 },
				     .it_value = { .tv_nsec = PATIENCE_MS * 1000000 } };
	timer_t timer;

	signal(SIGPIPE, SIG_IGN);
	signal(SIGIO, SIG_IGN);
	signal(SIGURG, SIG_IGN);
	event.sigev_signo = SIGRTMAX - 1;
	if (sigaction(event.sigev_signo, &action, NULL) ||
	    timer_create(CLOCK_MONOTONIC, &event, &timer) ||
	    timer_settime(timer, 0, &period, NULL))
		return complain("a timer");
	return true;
}

static void fill_caller(struct world_caller *caller, bool ordinary, bool machine)
{
	caller->cap_dac_override = caller->cap_dac_read_search = !ordinary;
	caller->cap_net_raw = caller->cap_net_admin = !ordinary;
	caller->cap_net_bind_service = caller->cap_audit_read = !ordinary;
	caller->machine = machine;
	caller->pid = (unsigned int)getpid();
	caller->group = (unsigned int)getpgrp();
	caller->real_uid = getuid();
	caller->real_gid = getgid();
	caller->gid = getegid();
	caller->fsuid = geteuid();
	caller->fsgid = getegid();
	caller->nofile = SANDBOX_DESCRIPTORS;
	caller->umask = 022;
}

static void fill_settings(struct world *first)
{
	first->settings.rmem_default = read_number("/proc/sys/net/core/rmem_default");
	first->settings.wmem_default = read_number("/proc/sys/net/core/wmem_default");
}

/* Programs run against a kernel, not a stack of this process. */
static bool is_kernel(const struct target *target)
{
	return !target->stack && !target->imaginary;
}

/* A stack is not of this network: whatever it does, it does it in an empty one. */
static bool meet_stack(const struct target *target, struct world *first)
{
	unsigned int uid = geteuid(), gid = getegid();

	memset(first->open, DESCRIPTOR_CLOSED, sizeof(first->open));
	first->first_descriptor = target->first_descriptor;
	fill_settings(first);
	if (entered)
		return true;
	entered = true;
	/* Where that cannot be had, it is as when its cases run. */
	return unshare(CLONE_NEWUSER | CLONE_NEWNET) || map_ids(uid, gid);
}

static bool enter_kernel(bool ordinary, struct world *first)
{
	struct rlimit descriptors = { SANDBOX_DESCRIPTORS,
				      SANDBOX_OWN_DESCRIPTORS + 64 };
	unsigned int uid = geteuid(), gid = getegid();

	is_ordinary = ordinary;
	first->open[SANDBOX_FILE] = DESCRIPTOR_NO_EVENTS;
	first->open[SANDBOX_O_PATH] = DESCRIPTOR_PATH;
	first->settings.ping_group_low = first->settings.ping_group_high = 0;
	fill_settings(first);
	if (entered_kernel)
		return true;
	entered = entered_kernel = true;
	syscall(SYS_close_range, SANDBOX_FILE, SANDBOX_DESCRIPTORS - 1, 0);
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS))
		return complain("user, network and mount namespaces");
	if (!map_ids(uid, gid) || !set_up_network() || !enter_folder() ||
	    !open_files() || !open_probe())
		return false;
	umask(022);
	if (ordinary && !set_capabilities(false))
		return false;
	if (setrlimit(RLIMIT_NOFILE, &descriptors))
		return complain("RLIMIT_NOFILE");
	return true;
}

bool sandbox_enter(const struct target *target, bool ordinary, struct world *first)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	world_init(first);
	target->describe(&first->kernel);
	if (is_kernel(target) && !enter_kernel(ordinary, first))
		return false;
	if (target->stack && !meet_stack(target, first))
		return false;
	fill_caller(&first->caller, ordinary, target->stack);
	first->caller.nofile = is_kernel(target) ? SANDBOX_DESCRIPTORS
						 : WORLD_DESCRIPTORS;
	/* A stack is started in the process of each program. */
	if (target->open && !target->stack && target->open(first))
		return complain("its target");
	return true;
}

/* Neither is inherited by a process that an engine forks. */
static void own_process(void)
{
	static pid_t owner;

	if (owner == getpid())
		return;
	owner = getpid();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (!set_signals())
		abort();
}

void sandbox_begin(const struct target *target)
{
	if (!is_kernel(target))
		return;
	own_process();
	if (fchdir(folder_above))
		abort();
	dup2(file_above, SANDBOX_FILE);
	dup2(path_above, SANDBOX_O_PATH);
}

/* A connection that is not closed by a reset goes on for a minute, in TIME_WAIT. */
static void reset_connections(const struct leavings *leavings)
{
	struct linger linger = { .l_onoff = 1 };

	for (unsigned int i = 0; i < leavings->stream_count; i++)
		setsockopt(leavings->streams[i], SOL_SOCKET, SO_LINGER, &linger,
			   sizeof(linger));
}

/* All of the names; there are no folders. */
static void empty_folder(void)
{
	int fd = openat(folder_above, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *directory = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	while (directory && (entry = readdir(directory)))
		unlinkat(folder_above, entry->d_name, 0);
	if (directory)
		closedir(directory);
}

static void close_all(void)
{
	if (!syscall(SYS_close_range, SANDBOX_FILE, SANDBOX_DESCRIPTORS - 1, 0))
		return;
	for (int fd = SANDBOX_FILE; fd < SANDBOX_DESCRIPTORS; fd++)
		close(fd);
}

void sandbox_end(const struct target *target, const struct leavings *leavings)
{
	if (!is_kernel(target))
		return;
	is_careful = false;
	if (!leavings->stale)
		reset_connections(leavings);
	close_all();
	if (leavings->files)
		empty_folder();
	if (fchdir(home_above))
		abort();
	if (leavings->stale && !next_network())
		abort();
}

/* Sends a byte to itself: is it there when the call returns? */
static bool comes_at_once(int fd)
{
	struct pollfd waits = { .fd = fd, .events = POLLIN };
	char byte = 0;

	if (send(fd, &byte, 1, 0) != 1 || recv(fd, &byte, 1, MSG_DONTWAIT) == 1)
		return true;
	poll(&waits, 1, 100);
	recv(fd, &byte, 1, MSG_DONTWAIT);
	return false;
}

/*
 * What is sent by loopback comes before the call returns, but not while ksoftirqd has
 * it: do_softirq() leaves all to it as long as it runs, which a burst of packets, or
 * what is left to do of namespaces that have ended, may have begun.
 */
void sandbox_settle(void)
{
	for (int i = 0; is_careful && i < 20 && !comes_at_once(probe); i++)
		;
}

void sandbox_renew(const struct target *target)
{
	if (!is_kernel(target))
		return;
	if (!next_network())
		abort();
	is_careful = true;
	sandbox_settle();
}

unsigned long sandbox_namespaces(void)
{
	return namespaces;
}
