/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * guest.c - this program as the first process of a machine that is there for it alone:
 * it mounts what a Linux system has, loads the modules that came with it, runs the
 * program proper as its child and switches the machine off.
 *
 * The machine's files are those that the runner has packed (initramfs.py): /init, which
 * is this program, and in /sockcheck
 *
 * arguments	its arguments, each ended by a NUL, where the kernel's command line has
 *		none behind "--"
 * config	the kernel's configuration, or none
 * modules	the modules' paths, one a line, in the order to load them
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "harness.h"

#define FOLDER "/sockcheck/"

bool is_first_process(const char *name)
{
	const char *slash = strrchr(name, '/');

	return getpid() == 1 && !strcmp(slash ? slash + 1 : name, "init");
}

static void say(const char *what, const char *why)
{
	printf("sockcheck: %s: %s\n", what, why);
}

/* What a kernel does not have is not there, and the cases that need it say so. */
static void mount_all(void)
{
	static const struct {
		const char *type, *where;
	} mounts[] = {
		{ "proc", "/proc" },
		{ "sysfs", "/sys" },
		{ "devtmpfs", "/dev" },
		{ "tmpfs", "/tmp" },
		{ "tmpfs", "/run" },
		{ "cgroup2", "/sys/fs/cgroup" },
		{ "debugfs", "/sys/kernel/debug" },
		{ "tracefs", "/sys/kernel/tracing" },
		{ "bpf", "/sys/fs/bpf" },
		{ "securityfs", "/sys/kernel/security" },
	};

	for (size_t i = 0; i < COUNT(mounts); i++) {
		mkdir(mounts[i].where, 0755);
		mount(mounts[i].type, mounts[i].where, mounts[i].type, 0, NULL);
	}
	chmod("/tmp", 01777);
}

/* Those that devtmpfs has made stay as they are. */
static void make_devices(void)
{
	static const struct {
		const char *path;
		unsigned int minor;
	} devices[] = {
		{ "/dev/null", 3 },   { "/dev/zero", 5 },    { "/dev/full", 7 },
		{ "/dev/random", 8 }, { "/dev/urandom", 9 },
	};

	for (size_t i = 0; i < COUNT(devices); i++)
		if (!mknod(devices[i].path, S_IFCHR | 0666,
			   makedev(1, devices[i].minor)))
			chmod(devices[i].path, 0666);
}

/* include/uapi/linux/module.h: none; the kernel checks that it is one of its own. */
static void load_module(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	/* Where the kernel has it already, that is as good. */
	if (fd < 0 || (syscall(SYS_finit_module, fd, "", 0) && errno != EEXIST))
		say(path, errno_name(errno));
	if (fd >= 0)
		close(fd);
}

static void load_modules(void)
{
	FILE *list = fopen(FOLDER "modules", "re");
	char path[512];

	while (list && fgets(path, sizeof(path), list)) {
		path[strcspn(path, "\n")] = '\0';
		load_module(path);
	}
	if (list)
		fclose(list);
	/* No others can come: so what is not there now is known to be absent. */
	write_file("/proc/sys/kernel/modprobe", "\n");
}

/*
 * Lines leave as they are, a point at a time.  A terminal would take each apart, to put
 * a carriage return before its end, and the kernel's own lines would come in between.
 */
static void prepare_console(void)
{
	static char buffer[1 << 16];
	struct termios settings;

	setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
	if (tcgetattr(1, &settings))
		return;
	settings.c_oflag &= ~(tcflag_t)OPOST;
	settings.c_lflag &= ~(tcflag_t)(ECHO | ICANON | ISIG);
	tcsetattr(1, TCSANOW, &settings);
}

/* include/uapi/asm-generic/mman-common.h, since Linux 5.14. */
#define POPULATE_READ 22

/*
 * Has fork(2) hand on which pages of a part of the program are where: it does so for
 * what is a file's once one page of it has been written to.
 */
static void hand_on(char *start, size_t size, int protection)
{
	volatile char *byte = start + size - 1;

	if (mprotect(start, size, protection | PROT_WRITE))
		return;
	*byte = *byte;
	mprotect(start, size, protection);
	madvise(start, size, POPULATE_READ);
}

/*
 * Else each process would map what it needs by page faults, one after another: under
 * UML, where a fault is a dozen calls of the machine below, they take a case longer
 * than all else.
 */
static void hand_on_program(void)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[512], flags[8], path[256];
	unsigned long start, end;

	while (maps && fgets(line, sizeof(line), maps))
		if (sscanf(line, "%lx-%lx %7s %*s %*s %*s %255s", &start, &end, flags,
			   path) == 4 &&
		    !strcmp(path, "/init") && flags[1] == '-')
			hand_on((char *)start, end - start,
				flags[2] == 'x' ? PROT_READ | PROT_EXEC : PROT_READ);
	if (maps)
		fclose(maps);
}

#define ARGUMENTS_MAX 256

/* The arguments that the runner has packed; how many, with the program's name. */
static int read_arguments(char **argv)
{
	static char text[1 << 16];
	int fd = open(FOLDER "arguments", O_RDONLY | O_CLOEXEC), argc = 1;
	ssize_t length = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);

	for (char *at = text; at < text + length && argc < ARGUMENTS_MAX;
	     at += strlen(at) + 1)
		argv[argc++] = at;
	if (fd >= 0)
		close(fd);
	return argc;
}

static int run_program(int argc, char **argv, int (*program)(int argc, char **argv))
{
	char *packed[ARGUMENTS_MAX + 1] = { argv[0] };

	if (argc > 1)
		return program(argc, argv);
	argc = read_arguments(packed);
	program_arguments = packed;
	return program(argc, packed);
}

/* Waits for the program, and for whatever has lost its parent. */
static void wait_for_program(pid_t program)
{
	pid_t ended;
	int status = 0;

	do
		ended = waitpid(-1, &status, 0);
	while (ended != program && (ended > 0 || errno == EINTR));
	if (WIFSIGNALED(status))
		say("the program was killed", strsignal(WTERMSIG(status)));
}

void run_guest(int argc, char **argv, int (*program)(int argc, char **argv))
{
	pid_t child;

	mount_all();
	make_devices();
	prepare_console();
	load_modules();
	if (!access(FOLDER "config", R_OK))
		setenv("SOCKCHECK_KERNEL_CONFIG", FOLDER "config", 1);
	fflush(stdout);
	hand_on_program();
	child = fork();
	if (!child)
		exit(run_program(argc, argv, program));
	if (child < 0)
		say("fork", errno_name(errno));
	else
		wait_for_program(child);
	fflush(stdout);
	tcdrain(1);
	reboot(RB_POWER_OFF);
	/* A machine that cannot be switched off: who has started it ends it. */
	for (;;)
		pause();
}
