/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * sandbox.c - a process of its own for each case, in its namespaces, with limits; a
 * time limit enforced from outside; and nothing left running afterwards.
 */
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "harness.h"

struct session session;
volatile sig_atomic_t stopped;

double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int open_output(void)
{
	int fd = -1;

#ifdef SYS_memfd_create
	fd = (int)syscall(SYS_memfd_create, "output of a case", 1U /* MFD_CLOEXEC */);
#endif
	if (fd < 0)
		fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	else if (fcntl(fd, F_SETFL, O_APPEND))
		return -1;
	return fd;
}

/* The descriptors 0, 1 and 2 must be open, or a case's own would take their place. */
static bool open_standard(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= 2);
	if (fd < 0)
		return false;
	close(fd);
	return true;
}

static void note_stop(int number)
{
	stopped = number;
}

static void catch_signals(void)
{
	struct sigaction action = { .sa_handler = note_stop };
	sigset_t set;

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	action.sa_handler = SIG_DFL;
	sigaction(SIGCHLD, &action, NULL);
	/* They are taken where the harness waits, and nowhere else. */
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

/*
 * A stack is not of this network: whatever it does, it does it in an empty one, where
 * that can be had.  Its descriptors are not those of the process.
 */
static void meet_stack(const struct target *target)
{
	if (session.isolation == ISOLATED)
		enter_namespaces(CLONE_NEWUSER | CLONE_NEWNET, false);
	else if (session.isolation == ISOLATED_NETWORK)
		enter_namespaces(CLONE_NEWNET, false);
	memset(session.world.open, DESCRIPTOR_CLOSED, sizeof(session.world.open));
	session.world.first_descriptor = target->first_descriptor;
}

bool open_session(const struct target *target)
{
	if (!open_standard())
		return false;
	/* Without it, nothing can be told of the kernel and no id be mapped. */
	if (access("/proc/self/status", R_OK))
		return false;
	session.target = target;
	session.process = getpid();
	session.report = mmap(NULL, sizeof(*session.report), PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	session.output = open_output();
	if (session.report == MAP_FAILED || session.output < 0)
		return false;
	/* Orphans of a case come to the harness, which ends them. */
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	catch_signals();
	world_init(&session.world);
	target->describe(&session.world.kernel);
	if (session.release)
		session.world.kernel.version = session.release;
	session.world.settings.rmem_default =
		read_number("/proc/sys/net/core/rmem_default");
	session.world.settings.wmem_default =
		read_number("/proc/sys/net/core/wmem_default");
	find_isolation();
	find_root();
	if (target->stack)
		meet_stack(target);
	return true;
}

bool own_network;
static pid_t case_process;

/*
 * A child of the case may come here too.  That something is wrong, anybody may say,
 * even after another has passed; that all is well, only the case itself.
 */
static bool may_report(enum verdict verdict, int before)
{
	bool bad = verdict == VERDICT_FAIL || verdict == VERDICT_BROKEN;

	if (before == VERDICT_FAIL || before == VERDICT_BROKEN)
		return false;
	return bad || getpid() == case_process;
}

static const char *file_of_line = "";

void sc_at(const char *file)
{
	file_of_line = file;
}

void end_case(enum verdict verdict, int line, const char *message)
{
	struct report *report = session.report;

	if (may_report(verdict, report->verdict)) {
		report->line = line;
		snprintf(report->file, sizeof(report->file), "%s", file_of_line);
		snprintf(report->message, sizeof(report->message), "%s", message);
		report->verdict = verdict;
	}
	if (getpid() == case_process)
		fflush(stdout);
	_exit(0);
}

/* Both limits at once where they can be lowered to the value; else what there is. */
static void set_limit(int resource, rlim_t soft, rlim_t hard)
{
	struct rlimit limit = { soft, hard };

	if (!setrlimit(resource, &limit) || getrlimit(resource, &limit))
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(resource, &limit);
}

static void set_limits(void)
{
	rlim_t seconds = session.timeout_ms / 1000 + 1;

	set_limit(RLIMIT_CORE, 0, 0);
	set_limit(RLIMIT_NOFILE, WORLD_DESCRIPTORS, WORLD_DESCRIPTORS);
	set_limit(RLIMIT_FSIZE, 16 << 20, 16 << 20);
	/* At the soft limit comes SIGXCPU, at the hard one SIGKILL. */
	set_limit(RLIMIT_CPU, seconds, seconds + 1);
}

static void close_from(int first)
{
#ifdef SYS_close_range
	/* No descriptor is higher; gVisor takes no higher limit. */
	if (!syscall(SYS_close_range, first, INT_MAX, 0))
		return;
#endif
	for (int fd = first; fd < 1024; fd++)
		close(fd);
}

static int network_flags(const struct sc_case *tested)
{
	if (tested->needs & (NEEDS_GUEST | NEEDS_REAL_ROOT) && session.real_root)
		return CLONE_NEWNET;
	/* The harness is in namespaces already: meet_stack(). */
	if (session.target->stack)
		return 0;
	if (stays_in_network(tested))
		return CLONE_NEWUSER;
	switch (session.isolation) {
	case ISOLATED:
		return CLONE_NEWUSER | CLONE_NEWNET;
	case ISOLATED_NETWORK:
		return CLONE_NEWNET;
	default:
		return 0;
	}
}

static int namespace_flags(const struct sc_case *tested)
{
	bool mounts = tested->needs & NEEDS_MOUNTS && !session.target->imaginary &&
		      !in_plain_directory;

	return network_flags(tested) | (mounts ? CLONE_NEWNS : 0);
}

void die_with_harness(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (getppid() != session.process)
		_exit(1);
}

static void prepare_process(void)
{
	sigset_t none;
	int null = open("/dev/null", O_RDONLY);

	setpgid(0, 0);
	die_with_harness();
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (null >= 0)
		dup2(null, 0);
	dup2(session.output, 1);
	dup2(session.output, 2);
	close_from(3);
	set_limits();
}

static void run_running(void)
{
	if (running->run)
		running->run();
	else
		running->run_row(running->row);
}

static void run_in_child(void)
{
	int flags = namespace_flags(running), error;
	char text[64];

	case_process = getpid();
	/* Several ids are not mapped there. */
	if (flags & CLONE_NEWUSER && flags & CLONE_NEWNET &&
	    !(running->needs & NEEDS_IDS))
		enter_quota();
	prepare_process();
	error = enter_namespaces(flags, running->needs & NEEDS_IDS);
	die_with_harness();
	own_network = !error && flags & CLONE_NEWNET;
	if (error && running->needs & NEEDS_IDS)
		sc_skip("needs several user and group ids: mapping " MAPPED_IDS ": %s",
			errno_name(-error));
	if (error) {
		snprintf(text, sizeof(text), "namespaces: %s", errno_name(-error));
		end_case(VERDICT_BROKEN, 0, text);
	}
	session.report->begun = true;
	meet_caller();
	if (running->needs & NEEDS_MOUNTS)
		enter_directory(flags & CLONE_NEWNS);
	/* One in this process starts with its first call: cases that are skipped have
	 * none, most of them. */
	if (!session.target->stack)
		start_target();
	sc_type = running->type;
	if (session.target->run)
		session.target->run(run_running);
	else
		run_running();
	sc_at(running->file);
	if (!asserted)
		end_case(VERDICT_BROKEN, running->line, "the case asserted nothing");
	end_case(VERDICT_PASS, 0, "");
}

/*
 * Waits until the child has ended, time is up or a signal asks to stop.  True where it
 * has ended, with its status.
 */
static bool wait_for(pid_t child, double deadline_ms, int *status)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	for (;;) {
		pid_t ended = waitpid(child, status, WNOHANG);
		double left = deadline_ms - now_ms();
		struct timespec wait;
		int number;

		if (ended == child)
			return true;
		if ((ended < 0 && errno != EINTR) || left <= 0 || stopped)
			return false;
		wait.tv_sec = (time_t)(left / 1000);
		wait.tv_nsec = (long)((left - (double)wait.tv_sec * 1000) * 1e6);
		number = sigtimedwait(&set, NULL, &wait);
		if (number > 0 && number != SIGCHLD) {
			stopped = number;
			return false;
		}
	}
}

/* Has a stack had the time of a case on a processor?  Then it goes round in circles,
 * however busy the machine is. */
static bool has_used_its_time(pid_t process)
{
	struct timespec used;
	clockid_t clock;

	return session.target->stack && !clock_getcpuclockid(process, &clock) &&
	       !clock_gettime(clock, &used) &&
	       (double)used.tv_sec * 1e3 + (double)used.tv_nsec / 1e6 >=
		       session.timeout_ms;
}

/* Less than what Python waits longer for a worker than for a case. */
#define LONGER_MS 10000
#define MOMENT_MS 25

/*
 * A case of a stack or in a guest has hung once all of its process sleeps, and goes on
 * so: what it waits for would have to come from itself.  So its time limit may be short
 * without being a matter of luck where the machine is busy with other things.
 */
static bool wait_while_awake(pid_t child, int *status)
{
	double deadline = now_ms() + LONGER_MS;
	int asleep = 0;
	bool (*sleeps)(pid_t process) = session.target->is_asleep;

	if (!sleeps && session.guest)
		sleeps = is_at_rest;
	if (!sleeps)
		return false;
	while (!stopped && asleep < 4 && !has_used_its_time(child) &&
	       now_ms() < deadline) {
		asleep = sleeps(child) ? asleep + 1 : 0;
		if (wait_for(child, now_ms() + MOMENT_MS, status))
			return true;
	}
	return false;
}

/* A case that waits for room for its namespaces has not begun. */
static bool wait_for_room(pid_t child, int *status)
{
	double deadline = now_ms() + ROOM_MS;

	while (!stopped && !session.report->begun && now_ms() < deadline)
		if (wait_for(child, now_ms() + MOMENT_MS, status))
			return true;
	return false;
}

/* Kills what the kernel names as children of this process; false where it cannot. */
static bool kill_children(void)
{
	char path[64];
	FILE *file;
	int child;

	snprintf(path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());
	file = fopen(path, "re");
	if (!file)
		return false;
	while (fscanf(file, "%d", &child) == 1)
		kill(child, SIGKILL);
	fclose(file);
	return true;
}

/* Ends whatever a case has left: its process group, and orphans that left the group. */
static void end_leftovers(pid_t child)
{
	double deadline = now_ms() + 2000;

	kill(-child, SIGKILL);
	for (;;) {
		pid_t ended = waitpid(-1, NULL, WNOHANG);
		struct timespec moment = { .tv_nsec = 200000 };

		if (ended > 0)
			continue;
		if ((ended < 0 && errno == ECHILD) || now_ms() > deadline)
			return;
		if (!kill_children())
			kill(-child, SIGKILL);
		nanosleep(&moment, NULL);
	}
}

static void describe_end(int status)
{
	struct report *report = session.report;

	report->verdict = VERDICT_CRASH;
	if (WIFSIGNALED(status))
		snprintf(report->message, TEXT_MAX,
			 "the case was killed by signal %d (%s)", WTERMSIG(status),
			 strsignal(WTERMSIG(status)));
	else
		snprintf(report->message, TEXT_MAX,
			 "the case ended by itself, with status %d and without a "
			 "verdict",
			 WEXITSTATUS(status));
}

/* The case shares the report and may have written anything into it. */
static void check_report(void)
{
	struct report *report = session.report;

	report->file[sizeof(report->file) - 1] = '\0';
	report->call[TEXT_MAX - 1] = '\0';
	report->expected[TEXT_MAX - 1] = '\0';
	report->came[TEXT_MAX - 1] = '\0';
	report->message[TEXT_MAX - 1] = '\0';
	if (report->verdict < VERDICT_NONE || report->verdict > VERDICT_BROKEN)
		report->verdict = VERDICT_NONE;
}

/* Settings of the whole machine that a case in a guest may change. */
static const char *const machine_settings[] = { "/proc/sys/fs/file-max" };

#define MACHINE_SETTINGS COUNT(machine_settings)

static void save_machine(char saved[MACHINE_SETTINGS][32])
{
	for (size_t i = 0; i < MACHINE_SETTINGS; i++) {
		FILE *file = fopen(machine_settings[i], "re");

		saved[i][0] = '\0';
		if (!file)
			continue;
		if (!fgets(saved[i], sizeof(saved[i]), file))
			saved[i][0] = '\0';
		fclose(file);
	}
}

static void restore_machine(char saved[MACHINE_SETTINGS][32])
{
	for (size_t i = 0; i < MACHINE_SETTINGS; i++)
		if (saved[i][0] && write_file(machine_settings[i], saved[i]))
			fprintf(stderr, "sockcheck: %s could not be put back\n",
				machine_settings[i]);
}

static void run_child(const struct sc_case *tested)
{
	struct report *report = session.report;
	pid_t child;
	char saved[MACHINE_SETTINGS][32];
	int status = 0;
	bool ended;

	running = tested;
	if (tested->needs & NEEDS_GUEST)
		save_machine(saved);
	child = fork();
	if (child < 0) {
		report->verdict = VERDICT_BROKEN;
		snprintf(report->message, TEXT_MAX, "fork: %s", errno_name(errno));
		return;
	}
	if (!child)
		run_in_child();
	setpgid(child, child);
	ended = wait_for_room(child, &status) ||
		wait_for(child, now_ms() + session.timeout_ms, &status) ||
		wait_while_awake(child, &status);
	if (!ended) {
		kill(child, SIGKILL);
		waitpid(child, &status, 0);
	}
	/* RLIMIT_CPU is a time limit, too. */
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
		ended = false;
	end_leftovers(child);
	if (tested->needs & NEEDS_CGROUP)
		remove_cgroup(child);
	if (tested->needs & NEEDS_MOUNTS && in_plain_directory)
		remove_plain_directory(child);
	if (tested->needs & NEEDS_GUEST)
		restore_machine(saved);
	check_report();
	if (!ended) {
		report->verdict = VERDICT_TIMEOUT;
		snprintf(report->message, TEXT_MAX, "not done after %u ms",
			 session.timeout_ms);
	} else if (WIFSIGNALED(status) || WEXITSTATUS(status) ||
		   report->verdict == VERDICT_NONE) {
		describe_end(status);
	}
}

/* A file in memory is emptied; /dev/null, in its place, cannot be and need not. */
static void forget_output(void)
{
	if (ftruncate(session.output, 0))
		return;
}

double run_case(const struct sc_case *tested)
{
	double begin = now_ms();
	struct report *report = session.report;

	memset(report, 0, sizeof(*report));
	forget_output();
	if (profile_skips(tested, report->message, TEXT_MAX) ||
	    cannot_run(tested, report->message, TEXT_MAX))
		report->verdict = VERDICT_SKIP;
	else
		run_child(tested);
	return now_ms() - begin;
}

void read_output(char *text, size_t size)
{
	ssize_t length = pread(session.output, text, size - 1, 0);

	text[length < 0 ? 0 : length] = '\0';
}
