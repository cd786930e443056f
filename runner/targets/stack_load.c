/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * stack_load.c - loads a stack from its shared object: for what it says of itself, in a
 * process of its own, and afresh in the process of each case.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "stack.h"

struct sockcheck_target stack_says;
struct stack_functions stack_calls;

#define TEXT_ROOM 512
#define PATH_ROOM 256

/* What TARGET= says: a path, and the prefix of the functions' names or "". */
static char path[PATH_ROOM], prefix[64];

/* What the process that has asked the stack tells. */
struct answer {
	bool loads;
	char why_not[TEXT_ROOM];
	struct sockcheck_target says; /* without what it points to, but for: */
	char name[64], version[64];
	struct stack_functions calls; /* NULL or not; no further use */
	bool told;		      /* the families are, by the stack itself */
	unsigned char features[FEATURE_COUNT];
};

static struct answer *answer;

/* It is loaded into this process, whose children have it so. */
static bool loaded;

/* ISO C knows no way from the pointer of dlsym(3) to a function's; POSIX does. */
static void look_up(void *handle, const char *name, void *function)
{
	char symbol[128];
	void *found;

	snprintf(symbol, sizeof(symbol), "%s%s", prefix, name);
	found = dlsym(handle, symbol);
	memcpy(function, &found, sizeof(found));
}

#define LOOK_UP(name) look_up(handle, #name, &stack_calls.name)

static void look_up_all(void *handle)
{
	LOOK_UP(socket);
	LOOK_UP(socketpair);
	LOOK_UP(bind);
	LOOK_UP(connect);
	LOOK_UP(listen);
	LOOK_UP(accept);
	LOOK_UP(accept4);
	LOOK_UP(getsockname);
	LOOK_UP(getpeername);
	LOOK_UP(sendto);
	LOOK_UP(sendmsg);
	LOOK_UP(recv);
	LOOK_UP(recvfrom);
	LOOK_UP(recvmsg);
	LOOK_UP(read);
	LOOK_UP(readv);
	LOOK_UP(write);
	LOOK_UP(writev);
	LOOK_UP(shutdown);
	LOOK_UP(getsockopt);
	LOOK_UP(setsockopt);
	LOOK_UP(fcntl);
	LOOK_UP(ioctl);
	LOOK_UP(poll);
	LOOK_UP(select);
	LOOK_UP(close);
}

/* Loads it into this process; false, with why not. */
static bool load(char *why, size_t size)
{
	/* What a library calls by a name that others have too stays its own. */
	void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	const struct sockcheck_target *says;

	if (!handle) {
		snprintf(why, size, "%s", dlerror());
		return false;
	}
	says = dlsym(handle, "sockcheck_target");
	if (says && says->abi != SOCKCHECK_TARGET_ABI) {
		snprintf(why, size,
			 "%s: built with version %u of sockcheck_target.h; this "
			 "sockcheck "
			 "has version %d: build it again",
			 path, says->abi, SOCKCHECK_TARGET_ABI);
		return false;
	}
	if (says)
		stack_says = *says;
	if (!prefix[0] && stack_says.prefix)
		snprintf(prefix, sizeof(prefix), "%s", stack_says.prefix);
	/* Without one, what is found would be the C library's. */
	if (!prefix[0]) {
		snprintf(why, size,
			 "%s: no prefix of its functions' names: TARGET=%s,prefix=foo_",
			 path, path);
		return false;
	}
	look_up_all(handle);
	if (!stack_calls.socket) {
		snprintf(why, size, "%s: no function %ssocket", path, prefix);
		return false;
	}
	return true;
}

int stack_open(struct world *world)
{
	char why[TEXT_ROOM];

	(void)world;
	if (!loaded && !load(why, sizeof(why))) {
		fprintf(stderr, "%s\n", why);
		return -ELIBACC;
	}
	return stack_says.open ? stack_says.open() : 0;
}

static const struct {
	struct sockcheck_family made;
	int feature;
} protocols[] = {
	{ { AF_INET, LINUX_IPPROTO_MPTCP }, FEATURE_MPTCP },
	{ { AF_INET6, LINUX_IPPROTO_MPTCP }, FEATURE_MPTCP6 },
	{ { AF_INET, IPPROTO_UDPLITE }, FEATURE_UDPLITE },
	{ { AF_INET6, IPPROTO_UDPLITE }, FEATURE_UDPLITE6 },
	{ { AF_INET, IPPROTO_SCTP }, FEATURE_SCTP },
};

/* The kernel's features that stand for it: the family, or a protocol of it. */
static void has_family(const struct sockcheck_family *made)
{
	if (!made->protocol && made->family > 0 && made->family < 64)
		answer->features[FEATURE_FAMILY(made->family)] = YES;
	/* Of the protocols of this one, 0 is NETLINK_ROUTE. */
	if (made->family == AF_NETLINK && made->protocol >= 0 && made->protocol < 32)
		answer->features[FEATURE_NETLINK(made->protocol)] = YES;
	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++)
		if (made->protocol && protocols[i].made.family == made->family &&
		    protocols[i].made.protocol == made->protocol)
			answer->features[protocols[i].feature] = YES;
}

/* Of a stack that does not say: a socket of the family is made, or is not. */
static void find_families(void)
{
	static const int asked[] = { AF_UNIX, AF_INET6 };
	static const int types[] = { SOCK_STREAM, SOCK_DGRAM, SOCK_RAW };

	/* Whether it has this one is what it is tested for. */
	has_family(&(struct sockcheck_family){ AF_INET, 0 });
	for (size_t i = 0; i < 2; i++)
		for (size_t k = 0; k < 3; k++)
			if (stack_target.socket(asked[i], types[k], 0) >= 0)
				has_family(&(struct sockcheck_family){ asked[i], 0 });
}

static void find_out(void)
{
	int error;

	answer->loads = load(answer->why_not, sizeof(answer->why_not));
	if (!answer->loads)
		return;
	stack_fill_in();
	error = stack_says.open ? stack_says.open() : 0;
	if (error) {
		answer->loads = false;
		snprintf(answer->why_not, sizeof(answer->why_not),
			 "%s: it does not start: %s", path, strerror(-error));
		return;
	}
	memset(answer->features, NO, sizeof(answer->features));
	for (const struct sockcheck_family *it = stack_says.families; it && it->family;
	     it++)
		has_family(it);
	if (!stack_says.families)
		find_families();
	answer->says = stack_says;
	snprintf(answer->name, sizeof(answer->name), "%s",
		 stack_says.name ? stack_says.name : "");
	snprintf(answer->version, sizeof(answer->version), "%s",
		 stack_says.version ? stack_says.version : "");
	answer->calls = stack_calls;
}

/* What it prints would stand among what this program prints. */
static void be_silent(void)
{
	int null = open("/dev/null", O_RDWR);

	for (int fd = 0; null >= 0 && fd < 3; fd++)
		dup2(null, fd);
}

#define PATIENCE_S 10

/* A child that ends by itself, or is ended: its status. */
static int wait_for_child(pid_t child)
{
	const struct timespec moment = { .tv_nsec = 1000000 };
	int status = 0;

	for (int i = 0; i < PATIENCE_S * 1000; i++) {
		if (waitpid(child, &status, WNOHANG) == child)
			return status;
		nanosleep(&moment, NULL);
	}
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	return status;
}

static bool ask(char *why, size_t size)
{
	pid_t child;
	int status;

	answer = mmap(NULL, sizeof(*answer), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (answer == MAP_FAILED)
		return false;
	fflush(stdout);
	child = fork();
	if (!child) {
		be_silent();
		find_out();
		_exit(0);
	}
	if (child < 0)
		return false;
	status = wait_for_child(child);
	if (answer->loads && !status)
		return true;
	if (answer->why_not[0])
		snprintf(why, size, "%s", answer->why_not);
	else
		snprintf(why, size, "%s: the process that loaded it %s %d", path,
			 WIFSIGNALED(status) ? "was ended by signal"
					     : "ended with status",
			 WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
	return false;
}

static void version(char *text, size_t size)
{
	snprintf(text, size, "%s", answer->version[0] ? answer->version : "unknown");
}

/* A stack that is not Linux is asked for what is documented now: version 0. */
static void describe(struct world_kernel *kernel)
{
	memset(kernel, 0, sizeof(*kernel));
	memcpy(kernel->features, answer->features, sizeof(kernel->features));
}

/* One that this project comes with lies in targets/ beside the program. */
static bool find_own(const char *name, char *why, size_t size)
{
	char program[PATH_ROOM - 32];
	ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);
	char *slash;

	program[length < 0 ? 0 : length] = '\0';
	slash = strrchr(program, '/');
	if (slash)
		slash[1] = '\0';
	snprintf(path, sizeof(path), "%stargets/%.16s.so", program, name);
	if (!access(path, R_OK))
		return true;
	snprintf(why, size, "no %s: ci/setup stacks installs what it is built from",
		 path);
	return false;
}

/* "PATH" or "PATH,prefix=foo_". */
static bool read_name(const char *name, char *why, size_t size)
{
	size_t length = strcspn(name, ",");
	const char *rest = name + length;

	prefix[0] = '\0';
	if (!strchr(name, '/') && !strstr(name, ".so"))
		return find_own(name, why, size);
	/* Where there is no slash, dlopen(3) would look elsewhere. */
	snprintf(path, sizeof(path), "%s%.*s", memchr(name, '/', length) ? "" : "./",
		 (int)length, name);
	if (!*rest)
		return true;
	if (strncmp(rest, ",prefix=", 8) || strlen(rest + 8) >= sizeof(prefix)) {
		snprintf(why, size, "'%s': a stack is PATH or PATH,prefix=foo_", name);
		return false;
	}
	strcpy(prefix, rest + 8);
	return true;
}

/* A stack without a name has its file's. */
static const char *name_of_file(void)
{
	const char *base = strrchr(path, '/');

	base = base ? base + 1 : path;
	snprintf(answer->name, sizeof(answer->name), "%.*s",
		 (int)(sizeof(answer->name) - 1), base);
	answer->name[strcspn(answer->name, ".")] = '\0';
	return answer->name;
}

const struct target *stack_target_again(const char *name, char *why, size_t size)
{
	loaded = false;
	memset(&stack_says, 0, sizeof(stack_says));
	if (!read_name(name, why, size) || !load(why, size))
		return NULL;
	loaded = true;
	stack_fill_in();
	return &stack_target;
}

const struct target *stack_target_by_name(const char *name, char *why, size_t size)
{
	snprintf(why, size, "%s cannot be loaded", name);
	if (!read_name(name, why, size) || !ask(why, size))
		return NULL;
	stack_says = answer->says;
	/* These lie in the memory of a process that is gone. */
	stack_says.families = NULL;
	stack_says.numbers = NULL;
	stack_says.open = NULL;
	stack_says.pass_time = NULL;
	stack_says.settle = NULL;
	stack_calls = answer->calls;
	if (stack_says.flags & SOCKCHECK_LOADS_ONCE && !load(why, size))
		return NULL;
	loaded = stack_says.flags & SOCKCHECK_LOADS_ONCE;
	stack_fill_in();
	stack_target.name = answer->name[0] ? answer->name : name_of_file();
	stack_target.version = version;
	stack_target.describe = describe;
	return &stack_target;
}
