/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * fcntl.c - fcntl(2) of sockets: their flags, who owns them and is sent signals, locks,
 * and commands that are for other files.
 */
#include <limits.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "states.h"

/* Every command of a socket of a kind: what is told, or what it is refused with. */
static const struct command {
	const char *rule;
	const char *name;
	int command;
	long argument;
	int error;
	long value;
	bool every; /* on every kind, not on one of each family */
} commands[] = {
	{ "set_descriptor_flags", "cloexec", F_SETFD, FD_CLOEXEC, 0, 0, false },
	{ "set_descriptor_flags", "none", F_SETFD, 0, 0, 0, false },
	{ "set_descriptor_flags", "other-bits", F_SETFD, -2L, 0, 0, false },
	{ "set_status_flags", "none", F_SETFL, 0, 0, 0, false },
	{ "set_status_flags", "nonblock", F_SETFL, O_NONBLOCK, 0, 0, true },
	{ "set_status_flags", "async", F_SETFL, O_ASYNC, 0, 0, true },
	{ "set_status_flags", "append", F_SETFL, O_APPEND, 0, 0, false },
	{ "set_status_flags", "wronly", F_SETFL, O_WRONLY, 0, 0, false },
	{ "set_status_flags", "creat-trunc", F_SETFL, O_CREAT | O_TRUNC, 0, 0, false },
	{ "set_status_flags", "sync", F_SETFL, O_SYNC, 0, 0, false },
	{ "direct", "direct", F_SETFL, O_DIRECT, EINVAL, 0, false },
	{ "direct", "direct-and-nonblock", F_SETFL, O_DIRECT | O_NONBLOCK, EINVAL, 0,
	  false },
	{ "owner", "nobody", F_GETOWN, 0, 0, 0, true },
	{ "owner_unknown", "int-min", F_SETOWN, INT_MIN, EINVAL, 0, false },
	{ "owner_gone", "int-max", F_SETOWN, INT_MAX, ESRCH, 0, false },
	{ "owner_gone", "-int-max", F_SETOWN, -INT_MAX, ESRCH, 0, false },
	{ "set_owner", "nobody", F_SETOWN, 0, 0, 0, false },
	{ "signal", "sigio", F_GETSIG, 0, 0, 0, true },
	{ "set_signal", "0", F_SETSIG, 0, 0, 0, false },
	{ "set_signal", "1", F_SETSIG, 1, 0, 0, false },
	{ "set_signal", "64", F_SETSIG, 64, 0, 0, false },
	{ "signal_unknown", "65", F_SETSIG, 65, EINVAL, 0, false },
	{ "signal_unknown", "-1", F_SETSIG, -1, EINVAL, 0, false },
	{ "signal_unknown", "int-max", F_SETSIG, INT_MAX, EINVAL, 0, false },
	{ "no_lease", "get", F_GETLEASE, 0, 0, F_UNLCK, true },
	{ "lease", "read", F_SETLEASE, F_RDLCK, EINVAL, 0, true },
	{ "lease", "write", F_SETLEASE, F_WRLCK, EINVAL, 0, false },
	{ "lease", "none", F_SETLEASE, F_UNLCK, EINVAL, 0, false },
	{ "lease", "unknown", F_SETLEASE, 9, EINVAL, 0, false },
	{ "not_a_pipe", "get", LINUX_F_GETPIPE_SZ, 0, EBADF, 0, true },
	{ "not_a_pipe", "set", LINUX_F_SETPIPE_SZ, 4096, EBADF, 0, true },
	{ "no_seals", "get", LINUX_F_GET_SEALS, 0, EINVAL, 0, true },
	{ "no_seals", "add", LINUX_F_ADD_SEALS, 1, EINVAL, 0, true },
	{ "command_unknown", "500", 500, 0, EINVAL, 0, true },
	{ "command_unknown", "2049", 2049, 0, EINVAL, 0, false },
	{ "command_unknown", "-1", -1, 0, EINVAL, 0, false },
	{ "command_unknown", "int-min", INT_MIN, 0, EINVAL, 0, false },
};

struct command_row {
	const struct command *command;
	const struct kind *kind;
};

static void commands_socket(const void *data)
{
	const struct command_row *row = data;
	const struct command *it = row->command;
	int fd = open_kind(row->kind);

	if (it->error)
		expect_errno(it->error, t_fcntl(fd, it->command, it->argument));
	else
		expect_value(it->value, t_fcntl(fd, it->command, it->argument));
}

CASES(commands)
{
	for (size_t i = 0; i < COUNT(commands); i++)
		for (size_t k = 0; k < COUNT(kinds); k++) {
			struct command_row row = { &commands[i], &kinds[k] };

			if (commands[i].every || stands_for_family(&kinds[k]))
				add_on_kind(&kinds[k], commands_socket, &row,
					    "fcntl.%s[%s,%s]", commands[i].rule,
					    kinds[k].name, commands[i].name);
		}
}

/* Without CONFIG_DNOTIFY, or where it is turned off, there are no notices at all. */
static void no_notices(const void *data)
{
	int fd = open_kind(data);

	t_fcntl(fd, F_NOTIFY, DN_ACCESS);
	expect_last_errno_in(ENOTDIR, EINVAL);
}

CASES(notices)
{
	for (size_t k = 0; k < COUNT(kinds); k++)
		add_on_kind(&kinds[k], no_notices, &kinds[k],
			    "fcntl.not_a_directory[%s]", kinds[k].name);
}

/* What is set is told, and what is taken away is not, on a socket of each family. */
static const long flag_sets[] = {
	0,	  O_NONBLOCK,		O_ASYNC,
	O_APPEND, O_NONBLOCK | O_ASYNC, O_NONBLOCK | O_ASYNC | O_APPEND
};

static void tells_flags(const void *data)
{
	int fd = open_kind(data);

	for (size_t i = 0; i < COUNT(flag_sets); i++) {
		sc_must(SC_LINE, t_fcntl(fd, F_SETFL, flag_sets[i]), "F_SETFL");
		expect_value(O_RDWR | flag_sets[i], t_fcntl(fd, F_GETFL, 0));
	}
	/* Not those that cannot be changed, and none is left. */
	sc_must(SC_LINE, t_fcntl(fd, F_SETFL, O_WRONLY | O_CREAT | O_SYNC), "F_SETFL");
	expect_value(O_RDWR, t_fcntl(fd, F_GETFL, 0));
}

static void keeps_flags_when_refused(const void *data)
{
	int fd = open_kind(data);

	sc_must(SC_LINE, t_fcntl(fd, F_SETFL, O_NONBLOCK), "F_SETFL");
	t_fcntl(fd, F_SETFL, O_DIRECT);
	expect_value(O_RDWR | O_NONBLOCK, t_fcntl(fd, F_GETFL, 0));
}

static void tells_descriptor_flags(const void *data)
{
	int fd = open_kind(data);

	sc_must(SC_LINE, t_fcntl(fd, F_SETFD, FD_CLOEXEC), "F_SETFD");
	expect_value(FD_CLOEXEC, t_fcntl(fd, F_GETFD, 0));
	sc_must(SC_LINE, t_fcntl(fd, F_SETFD, -2L), "F_SETFD");
	expect_value(0, t_fcntl(fd, F_GETFD, 0));
}

static void tells_signal(const void *data)
{
	int fd = open_kind(data);

	sc_must(SC_LINE, t_fcntl(fd, F_SETSIG, 64), "F_SETSIG");
	expect_value(64, t_fcntl(fd, F_GETSIG, 0));
	sc_must(SC_LINE, t_fcntl(fd, F_SETSIG, SIGIO), "F_SETSIG");
	expect_value(SIGIO, t_fcntl(fd, F_GETSIG, 0));
	sc_must(SC_LINE, t_fcntl(fd, F_SETSIG, 0), "F_SETSIG");
	expect_value(0, t_fcntl(fd, F_GETSIG, 0));
}

/* The caller, and its process group, which may be of another PID namespace. */
static int own_group(void)
{
	if (!getpgrp())
		sc_skip("needs a process group with a number");
	return getpgrp();
}

static void sets_owner(const void *data)
{
	int fd = open_kind(data);

	expect_value(0, t_fcntl(fd, F_SETOWN, getpid()));
	expect_value(0, t_fcntl(fd, F_SETOWN, -own_group()));
}

static void tells_owner(const void *data)
{
	int fd = open_kind(data);

	sc_must(SC_LINE, t_fcntl(fd, F_SETOWN, getpid()), "F_SETOWN");
	expect_value(getpid(), t_fcntl(fd, F_GETOWN, 0));
	t_fcntl(fd, F_SETOWN, INT_MAX);
	expect_value(getpid(), t_fcntl(fd, F_GETOWN, 0));
	sc_must(SC_LINE, t_fcntl(fd, F_SETOWN, -own_group()), "F_SETOWN");
	expect_value(-own_group(), t_fcntl(fd, F_GETOWN, 0));
	sc_must(SC_LINE, t_fcntl(fd, F_SETOWN, 0), "F_SETOWN");
	expect_value(0, t_fcntl(fd, F_GETOWN, 0));
}

static void sets_owner_ex(const void *data)
{
	static const int types[] = { F_OWNER_TID, F_OWNER_PID, F_OWNER_PGRP };
	int fd = open_kind(data);

	for (size_t i = 0; i < COUNT(types); i++) {
		struct f_owner_ex owner = { types[i], types[i] == F_OWNER_PGRP
							      ? own_group()
							      : getpid() };

		expect_value(0, t_fcntl_at(fd, F_SETOWN_EX, &owner, sizeof(owner)));
		owner.pid = 0;
		expect_value(0, t_fcntl_at(fd, F_SETOWN_EX, &owner, sizeof(owner)));
	}
}

static void tells_owner_ex(const void *data)
{
	static const int types[] = { F_OWNER_TID, F_OWNER_PID, F_OWNER_PGRP };
	int fd = open_kind(data);

	expect_owner(F_OWNER_TID, 0, fd);
	for (size_t i = 0; i < COUNT(types); i++) {
		int who = types[i] == F_OWNER_PGRP ? own_group() : getpid();
		struct f_owner_ex owner = { types[i], who };

		sc_must(SC_LINE, t_fcntl_at(fd, F_SETOWN_EX, &owner, sizeof(owner)),
			"F_SETOWN_EX");
		expect_owner(types[i], who, fd);
	}
	sc_must(SC_LINE, t_fcntl(fd, F_SETOWN, 0), "F_SETOWN");
	expect_owner(F_OWNER_PID, 0, fd);
	sc_must(SC_LINE, t_fcntl(fd, F_SETOWN, -own_group()), "F_SETOWN");
	expect_owner(F_OWNER_PGRP, own_group(), fd);
}

static const struct {
	const char *name;
	void (*run)(const void *kind);
} steps[] = {
	{ "status_flags[%s,told]", tells_flags },
	{ "status_flags[%s,direct-refused]", keeps_flags_when_refused },
	{ "descriptor_flags[%s,told]", tells_descriptor_flags },
	{ "signal[%s,told]", tells_signal },
	{ "set_owner[%s,caller-and-group]", sets_owner },
	{ "owner[%s,caller-and-group]", tells_owner },
	{ "set_owner[%s,ex]", sets_owner_ex },
	{ "owner_ex[%s]", tells_owner_ex },
};

CASES(steps)
{
	for (size_t i = 0; i < COUNT(steps); i++)
		for (size_t k = 0; k < COUNT(kinds); k++) {
			char name[64];

			if (!stands_for_family(&kinds[k]))
				continue;
			snprintf(name, sizeof(name), steps[i].name, kinds[k].name);
			add_on_kind(&kinds[k], steps[i].run, &kinds[k], "fcntl.%s",
				    name);
		}
}

static const struct owner_fault {
	const char *rule;
	const char *name;
	struct f_owner_ex owner;
	int error;
} owner_faults[] = {
	{ "owner_unknown", "type-3", { 3, 0 }, EINVAL },
	{ "owner_unknown", "type--1", { -1, 0 }, EINVAL },
	{ "owner_unknown", "type-3,before-gone", { 3, INT_MAX }, EINVAL },
	{ "owner_gone", "thread", { F_OWNER_TID, INT_MAX }, ESRCH },
	{ "owner_gone", "process", { F_OWNER_PID, INT_MAX }, ESRCH },
	{ "owner_gone", "group", { F_OWNER_PGRP, INT_MAX }, ESRCH },
	{ "owner_gone", "negative", { F_OWNER_PGRP, -1 }, ESRCH },
};

static void refuses_owner(const void *data)
{
	const struct owner_fault *it = data;
	struct f_owner_ex owner = it->owner;
	int fd = must_socket(AF_INET, SOCK_DGRAM, 0);

	expect_errno(it->error, t_fcntl_at(fd, F_SETOWN_EX, &owner, sizeof(owner)));
}

CASES(owner_faults)
{
	for (size_t i = 0; i < COUNT(owner_faults); i++)
		add_case(.name = name_case("fcntl.%s[ex,%s]", owner_faults[i].rule,
					   owner_faults[i].name),
			 .run_row = refuses_owner, .row = &owner_faults[i],
			 .anywhere = true);
}

/* Memory: the commands that read or write some, and where it cannot be reached. */
static const struct place {
	const char *name;
	const void *(*at)(void);
} places[] = {
	{ "unmapped", unmapped_memory },
	{ "protected", protected_memory },
};

static const struct memory_command {
	const char *rule;
	const char *name;
	int command;
	size_t length;
} memory_commands[] = {
	{ "owner_unreachable", "set", F_SETOWN_EX, sizeof(struct f_owner_ex) },
	{ "owner_unreachable", "get", F_GETOWN_EX, sizeof(struct f_owner_ex) },
	{ "lock_unreadable", "getlk", F_GETLK, sizeof(struct flock) },
	{ "lock_unreadable", "setlk", F_SETLK, sizeof(struct flock) },
	{ "lock_unreadable", "setlkw", F_SETLKW, sizeof(struct flock) },
};

struct memory_row {
	const struct memory_command *command;
	const struct place *place; /* NULL: nowhere */
};

static void out_of_reach(const void *data)
{
	const struct memory_row *row = data;
	void *memory = row->place ? (void *)row->place->at() : NULL;
	int fd = must_socket(AF_INET, SOCK_DGRAM, 0);

	expect_errno(EFAULT, t_fcntl_at(fd, row->command->command, memory,
					row->command->length));
}

CASES(memory)
{
	for (size_t i = 0; i < COUNT(memory_commands); i++)
		for (size_t p = 0; p <= COUNT(places); p++) {
			const struct place *place = p < COUNT(places) ? &places[p]
								      : NULL;
			struct memory_row row = { &memory_commands[i], place };

			add_case(.name = name_case("fcntl.%s[%s,%s]",
						   memory_commands[i].rule,
						   memory_commands[i].name,
						   place ? place->name : "null"),
				 .run_row = out_of_reach,
				 .row = keep_row(&row, sizeof(row)), .anywhere = true);
		}
}

/* The whole socket, as struct flock says it. */
static long lock(int fd, int command, short type)
{
	struct flock lock = { .l_type = type, .l_whence = SEEK_SET };

	return t_fcntl_at(fd, command, &lock, sizeof(lock));
}

static void locks(const void *data)
{
	int fd = open_kind(data);

	expect_value(0, lock(fd, F_SETLK, F_RDLCK));
	expect_value(0, lock(fd, F_SETLKW, F_WRLCK));
	expect_value(0, lock(fd, F_GETLK, F_WRLCK));
	expect_value(0, lock(fd, F_SETLK, F_UNLCK));
}

static void unknown_locks(const void *data)
{
	int fd = open_kind(data);

	expect_errno(EINVAL, lock(fd, F_SETLK, 3));
	expect_errno(EINVAL, lock(fd, F_SETLKW, -1));
	expect_errno(EINVAL, lock(fd, F_GETLK, F_UNLCK));
}

CASES(locks)
{
	for (size_t k = 0; k < COUNT(kinds); k++) {
		if (!stands_for_family(&kinds[k]))
			continue;
		add_on_kind(&kinds[k], locks, &kinds[k], "fcntl.lock[%s]",
			    kinds[k].name);
		add_on_kind(&kinds[k], unknown_locks, &kinds[k],
			    "fcntl.lock_unknown[%s]", kinds[k].name);
	}
}

/* The descriptor comes before the command, whatever that is. */
static const int descriptor_commands[] = {
	F_DUPFD,  F_GETFD,
	F_SETFD,  F_GETFL,
	F_SETFL,  F_GETOWN,
	F_SETOWN, F_GETSIG,
	F_SETSIG, F_GETLEASE,
	F_NOTIFY, F_SETLEASE,
	500,	  LINUX_F_GETPIPE_SZ,
};

static void not_open(const void *data)
{
	const int *command = data;

	expect_errno(EBADF, t_fcntl(5, *command, 0));
	expect_errno(EBADF, t_fcntl(-1, *command, 0));
}

static void path_only(const void *data)
{
	const int *command = data;

	expect_errno(EBADF, t_fcntl(open_descriptor(OPEN_PATH_ONLY), *command, 0));
}

static bool goes_with_path(int command)
{
	return command == F_DUPFD || command == F_GETFD || command == F_SETFD ||
	       command == F_GETFL;
}

CASES(descriptors)
{
	for (size_t i = 0; i < COUNT(descriptor_commands); i++) {
		const int *command = &descriptor_commands[i];

		add_case(.name = name_case("fcntl.not_open[command-%d]", *command),
			 .run_row = not_open, .row = command, .anywhere = true);
		if (!goes_with_path(*command))
			add_case(.name = name_case("fcntl.path_only[command-%d]",
						   *command),
				 .run_row = path_only, .row = command,
				 .anywhere = true);
	}
}

/*
 * O_ASYNC: the signal comes when something can be received, to the owner; none comes
 * without an owner, or once it has been turned off.
 */
static bool signal_comes(int number, siginfo_t *info, long milliseconds)
{
	struct timespec patience = { milliseconds / 1000,
				     milliseconds % 1000 * 1000000 };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, number);
	return sigtimedwait(&set, info, &patience) == number;
}

static void hold_back(int number)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, number);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

static void send_byte(int fd)
{
	send_bytes(fd, 1);
}

/* This process is to be told of the first end, by SIGIO. */
static void two_ends_with_owner(const struct kind *kind, int ends[2])
{
	two_ends(kind, ends);
	hold_back(SIGIO);
	sc_must(SC_LINE, t_fcntl(ends[0], F_SETOWN, getpid()), "F_SETOWN");
	expect_value(0, t_fcntl(ends[0], F_SETFL, O_ASYNC));
}

static void signals_owner(const void *data)
{
	siginfo_t info;
	int ends[2];

	two_ends_with_owner(data, ends);
	send_byte(ends[1]);
	expect_that(target_waits_not() || signal_comes(SIGIO, &info, 2000),
		    "no SIGIO comes");
	expect_value(0, t_fcntl(ends[0], F_SETFL, 0));
	send_byte(ends[1]);
	wait_readable(ends[0]);
	expect_that(target_waits_not() || !signal_comes(SIGIO, &info, 0),
		    "SIGIO comes though O_ASYNC was taken away");
}

/* Who waits in a call of the stream is told by that: SIGIO is for who does something
 * else (sock_wake_async() with SOCK_WAKE_WAITD), as it is again behind the call. */
static void signals_none_that_waits(const void *data)
{
	siginfo_t info;
	int ends[2];

	two_ends_with_owner(data, ends);
	send_at_next_wait(ends[1], "later");
	must(t_recvfrom(ends[0], inbox.buffer, 64, 0, NULL, NULL) == 5, "recvfrom(2)");
	expect_that(target_waits_not() || !signal_comes(SIGIO, &info, 0),
		    "SIGIO comes though a call has waited");
	send_byte(ends[1]);
	expect_that(target_waits_not() || signal_comes(SIGIO, &info, 2000),
		    "no SIGIO comes behind the call");
}

/* That there is room again is told when there is, by poll(2), and not before. */
#define SMALL_PART 1000
#define PARTS_MAX  20000 /* more than any socket's buffers hold */

static void fill_with_parts(int fd)
{
	static const unsigned char part[SMALL_PART];
	int sent = 0;

	while (sent < PARTS_MAX &&
	       t_sendto(fd, part, sizeof(part), MSG_DONTWAIT, NULL, 0) > 0)
		sent++;
	must(sent < PARTS_MAX, "there is always room");
}

static void signals_room(const void *data)
{
	unsigned char part[SMALL_PART];
	siginfo_t info;
	int ends[2];

	two_ends_with_owner(data, ends);
	if (target_waits_not())
		return;
	fill_with_parts(ends[0]);
	must(t_poll(ends[0], POLLOUT) == 0, "there is room");
	signal_comes(SIGIO, &info, 0);
	for (int i = 0; i < PARTS_MAX && t_poll(ends[0], POLLOUT) != 1; i++) {
		expect_that(!signal_comes(SIGIO, &info, 0),
			    "SIGIO comes before there is room");
		must(t_recvfrom(ends[1], part, sizeof(part), MSG_DONTWAIT, NULL, NULL) >
			     0,
		     "nothing is left");
	}
	expect_that(signal_comes(SIGIO, &info, 2000), "no SIGIO comes");
}

static void signals_nobody(const void *data)
{
	siginfo_t info;
	int ends[2];

	two_ends(data, ends);
	hold_back(SIGIO);
	expect_value(0, t_fcntl(ends[0], F_SETFL, O_ASYNC));
	send_byte(ends[1]);
	wait_readable(ends[0]);
	expect_that(target_waits_not() || !signal_comes(SIGIO, &info, 0),
		    "SIGIO comes though the socket has no owner");
}

/* SIGURG comes without O_ASYNC; and not without an owner. */
CASE("fcntl.set_owner[tcp,sigurg-comes]")
{
	siginfo_t info;
	int ends[2];

	hold_back(SIGURG);
	two_ends(&tcp, ends);
	expect_value(0, t_fcntl(ends[0], F_SETOWN, getpid()));
	send_urgent(ends[1], ends[0]);
	expect_that(target_waits_not() || signal_comes(SIGURG, &info, 2000),
		    "no SIGURG comes");
}

CASE("fcntl.owner[tcp,no-sigurg]")
{
	siginfo_t info;
	int ends[2];

	hold_back(SIGURG);
	two_ends(&tcp, ends);
	send_urgent(ends[1], ends[0]);
	expect_value(0, t_fcntl(ends[0], F_GETOWN, 0));
	expect_that(target_waits_not() || !signal_comes(SIGURG, &info, 0),
		    "SIGURG comes though the socket has no owner");
}

/* With F_SETSIG, what comes tells of the descriptor. */
static void sends_chosen_signal(const void *data)
{
	int number = SIGRTMIN + 3;
	siginfo_t info;
	int ends[2];

	two_ends(data, ends);
	hold_back(number);
	sc_must(SC_LINE, t_fcntl(ends[0], F_SETOWN, getpid()), "F_SETOWN");
	expect_value(0, t_fcntl(ends[0], F_SETSIG, number));
	sc_must(SC_LINE, t_fcntl(ends[0], F_SETFL, O_ASYNC), "F_SETFL");
	send_byte(ends[1]);
	if (target_waits_not())
		return;
	expect_that(signal_comes(number, &info, 2000), "the signal does not come");
	expect_that(info.si_fd == ends[0], "si_fd is %d, not %d", info.si_fd, ends[0]);
	expect_that(info.si_code == POLL_IN, "si_code is %d, not POLL_IN",
		    info.si_code);
}

CASES(signals)
{
	static const char *const chosen[] = { "udp",	    "udp6",
					      "tcp",	    "unix-stream",
					      "unix-dgram", "unix-seqpacket" };

	for (size_t k = 0; k < COUNT(kinds); k++)
		for (size_t i = 0; i < COUNT(chosen); i++) {
			if (strcmp(kinds[k].name, chosen[i]))
				continue;
			add_on_kind(&kinds[k], signals_owner, &kinds[k],
				    "fcntl.set_status_flags[%s,async,sigio-comes]",
				    kinds[k].name);
			add_on_kind(&kinds[k], signals_nobody, &kinds[k],
				    "fcntl.set_status_flags[%s,async,no-owner]",
				    kinds[k].name);
			add_on_kind(&kinds[k], sends_chosen_signal, &kinds[k],
				    "fcntl.set_signal[%s,comes]", kinds[k].name);
			if (kinds[k].domain == AF_UNIX && kinds[k].type != SOCK_DGRAM)
				add_on_kind(&kinds[k], signals_room, &kinds[k],
					    "fcntl.set_status_flags[%s,async,room]",
					    kinds[k].name);
			if (kinds[k].type == SOCK_STREAM)
				add_on_kind(&kinds[k], signals_none_that_waits,
					    &kinds[k],
					    "fcntl.set_status_flags[%s,async,call-"
					    "waits]",
					    kinds[k].name);
		}
}
