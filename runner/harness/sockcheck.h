/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * sockcheck.h - what a case sees.
 *
 * A case is a C function that drives the target into one rule and asserts the result:
 *
 *	CASE("socket.flags.unknown[0x10]", .anywhere = true)
 *	{
 *		expect_errno(EINVAL, t_socket(AF_INET, SOCK_STREAM | 0x10, 0));
 *	}
 *
 * Its name is its rule's id, with a variant in brackets where one rule has several.  It
 * runs in a process, a user namespace and a network namespace of its own, with `lo` up
 * and descriptors 0, 1 and 2 open.  Calls to the target are t_*; what is asserted of
 * them is expect_*, and the first that does not hold ends the case.  What must succeed
 * before anything can be asserted is must_*: where it fails, the case is broken.
 *
 * Cases that differ in data only come from one function that adds them:
 *
 *	static void refuses(const void *row) { ... }
 *
 *	CASES(flags)
 *	{
 *		for (size_t i = 0; i < COUNT(rows); i++)
 *			add_case(.name = name_case("socket.flags.unknown[%s]", ...),
 *				 .run_row = refuses, .row = &rows[i]);
 *	}
 */
#ifndef SOCKCHECK_H
#define SOCKCHECK_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "../../expected/constants.h"
#include "../../expected/world.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Values of .types: the case runs once for each, with sc_type set to it. */
enum sc_types {
	SC_STREAM = 1 << 0,
	SC_DGRAM = 1 << 1,
	SC_RAW = 1 << 2,
	SC_SEQPACKET = 1 << 3,
};

/* What a case needs that not every machine has, besides features and capabilities. */
enum sc_needs {
	/* Several user and group ids in its user namespace. */
	NEEDS_IDS = 1 << 0,
	/* The machine's own root, with its capabilities: no user namespace is made. */
	NEEDS_REAL_ROOT = 1 << 1,
	/* A machine that is ours to change: a guest. */
	NEEDS_GUEST = 1 << 2,
	/* A cgroup of its own, under cgroup2. */
	NEEDS_CGROUP = 1 << 3,
	/* /proc/self/fail-nth. */
	NEEDS_FAULT_INJECTION = 1 << 4,
	/* A user namespace within its user namespace. */
	NEEDS_NESTED_NAMESPACE = 1 << 5,
	/* BPF programs that serve as a security module for a cgroup. */
	NEEDS_BPF_SECURITY = 1 << 6,
};

#define SC_CAP(capability) (1ULL << (capability))

/* A case.  All members but name, run or run_row may be left out. */
struct sc_case {
	const char *name;
	const char *file;
	int line;
	void (*run)(void);
	void (*run_row)(const void *row);
	const void *row;

	unsigned int types;	 /* enum sc_types */
	unsigned int needs;	 /* enum sc_needs */
	unsigned long long caps; /* SC_CAP() of those needed in its user namespace */
	int has[3];		 /* features that the kernel must have */
	int lacks[3];		 /* features that it must not have */
	int knows;		 /* one that it may have or lack, if only that is known:
				    the call could have its module loaded else */
	int since;		 /* first release that the case is for, LINUX(), or 0 */
	int until;		 /* first release that it is no longer for, or 0 */

	/*
	 * The case is right, and harms nobody, in the namespaces of the host too: it
	 * sends nothing, binds nothing and changes no setting.  It still runs in its
	 * own where that can be had, but its `lo` is left down, which it cannot notice
	 * and which saves an eighth of its time.
	 */
	bool anywhere;

	/* The harness's own: */
	int type; /* the one of .types that this variant runs with, or 0 */
	const struct sc_case *next;
};

#define SC_JOIN_(a, b) a##b
#define SC_JOIN(a, b)  SC_JOIN_(a, b)

/* CASE(name, members of struct sc_case...): defines and registers a case. */
#define CASE(...)                                                                      \
	static void SC_JOIN(sc_run_, __LINE__)(void);                                  \
	__attribute__((constructor)) static void SC_JOIN(sc_register_, __LINE__)(void) \
	{                                                                              \
		sc_add(&(struct sc_case){ .file = __FILE__,                            \
					  .line = __LINE__,                            \
					  .run = SC_JOIN(sc_run_, __LINE__),           \
					  .name = __VA_ARGS__ });                      \
	}                                                                              \
	static void SC_JOIN(sc_run_, __LINE__)(void)

/* CASES(word): a function that adds cases with add_case(). */
#define CASES(word) __attribute__((constructor)) static void sc_cases_##word(void)

/* Adds a copy of the case; one variant a type where .types is given. */
void sc_add(const struct sc_case *added);

#define add_case(...) \
	sc_add(&(struct sc_case){ .file = __FILE__, .line = __LINE__, __VA_ARGS__ })

/* Makes a case's name, printf-like, that lasts as long as the program. */
const char *name_case(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The type that a case with .types runs with. */
extern int sc_type;

/*
 * Calls to the target: a value of 0 or more, or a negative errno.  Each is kept, with
 * its arguments, until the next; expect_*() speak of it.
 */
long t_socket(int domain, int type, int protocol);
long t_close(int fd);
long t_getsockopt(int fd, int level, int optname, void *optval, socklen_t *optlen);
long t_getsockname(int fd, void *address, socklen_t *addrlen);
long t_fcntl(int fd, int command, long argument);
long t_fstat(int fd, enum stat_field field);
long t_fstatfs(int fd);
long t_readlink(int fd, char *text, size_t size);

/* Where a macro below stands: in a file of cases, or in a header that several share. */
void sc_at(const char *file);
#define SC_LINE (sc_at(__FILE__), __LINE__)

/*
 * Assertions on the call just made.  Each also asks the rulebook which rule the call
 * lands in, which must be the one that the case is named for.
 */
#define expect_errno(error, call) \
	(sc_forget(), sc_expect_errors(SC_LINE, (call), (const int[]){ error, 0 }))
/* One of several, of the last call: where there is something to see to in between. */
#define expect_last_errno_in(...) \
	sc_expect_errors(SC_LINE, 0, (const int[]){ __VA_ARGS__, 0 })
#define expect_value(value, call) (sc_forget(), sc_expect_value(SC_LINE, value, (call)))
/* Returns the descriptor: the lowest that was free. */
#define expect_descriptor(call) (sc_forget(), sc_expect_descriptor(SC_LINE, (call)))
/* A value above 0, which is returned. */
#define expect_positive(call) (sc_forget(), sc_expect_positive(SC_LINE, (call)))
/* getsockopt(2) gives an int, or these bytes. */
#define expect_option(value, fd, level, optname)                             \
	sc_expect_option(SC_LINE, fd, level, optname, &(const int){ value }, \
			 sizeof(int))
#define expect_option_bytes(bytes, length, fd, level, optname) \
	sc_expect_option(SC_LINE, fd, level, optname, bytes, length)
/* getsockname(2) gives these bytes, and their length. */
#define expect_name(address, length, fd) sc_expect_name(SC_LINE, fd, address, length)
#define expect_link(text, fd)		 sc_expect_link(SC_LINE, fd, text)

void sc_forget(void);
void sc_expect_errors(int line, long came, const int *errors);
void sc_expect_value(int line, long value, long came);
int sc_expect_descriptor(int line, long came);
long sc_expect_positive(int line, long came);
void sc_expect_option(int line, int fd, int level, int optname, const void *bytes,
		      unsigned int length);
void sc_expect_name(int line, int fd, const void *address, unsigned int length);
void sc_expect_link(int line, int fd, const char *text);

/* Ends the case as failed where the condition, which no call shows, does not hold. */
#define expect_that(condition, ...) \
	((condition) ? (void)0 : sc_fail(SC_LINE, __VA_ARGS__))
void sc_fail(int line, const char *format, ...)
	__attribute__((noreturn, format(printf, 2, 3)));

/* Ends the case as skipped, or as broken. */
void sc_skip(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));
void sc_broken(int line, const char *format, ...)
	__attribute__((noreturn, format(printf, 2, 3)));

/* What must succeed before the assertion. */
#define must(condition, ...) ((condition) ? (void)0 : sc_broken(SC_LINE, __VA_ARGS__))
#define must_socket(domain, type, protocol) \
	sc_must_socket(SC_LINE, domain, type, protocol)
#define must_close(fd) sc_must_close(SC_LINE, fd)
int sc_must_socket(int line, int domain, int type, int protocol);
void sc_must_close(int line, int fd);

/* The world as it is now. */
const struct world *the_world(void);

/*
 * Preparations.  Each changes the process of the case, its namespaces or, in a guest,
 * the machine, and puts what it has made so into the world.  Where the machine refuses,
 * the case ends as skipped, with what was refused.
 */

/* Gives up a capability for good, LINUX_CAP_*. */
void drop_capability(int capability);
/* Enters a new user namespace, in which the caller has every capability, without a new
 * network namespace: over the old one the caller has none any more. */
void enter_user_namespace(void);
/* Enters a new user namespace and a network namespace that it governs. */
void enter_user_and_network_namespace(void);
/* Sets the soft limit RLIMIT_NOFILE. */
void limit_descriptors(unsigned int limit);
/* Opens descriptors that are not the target's until only the given one and those
 * above are free. */
void occupy_descriptors_below(int fd);
/* Writes a setting of the network namespace, by its sysctl's name. */
void set_ping_group_range(unsigned int low, unsigned int high);
void set_ip_no_pmtu_disc(int value);
void set_ip_default_ttl(int value);
void set_bindv6only(int value);
void set_ipv6_hop_limit(int value); /* of conf/all */
void set_txrehash(int value);
void set_mptcp_enabled(bool enabled);
void set_tcp_buffers(int receive, int send);
/* Sets the effective user or group id; needs NEEDS_IDS. */
void set_effective_user(unsigned int uid);
void set_effective_group(unsigned int gid);
/* Sets the user or group id that new files get; needs NEEDS_IDS. */
void set_filesystem_user(unsigned int uid);
void set_filesystem_group(unsigned int gid);
/* Leaves these as the only supplementary groups; needs NEEDS_IDS. */
void set_groups(const unsigned int *groups, unsigned int count);
/* Puts the caller into a cgroup whose program refuses sockets of the IP families. */
void refuse_sockets_by_cgroup(void);
/* The same with a program that allows them. */
void allow_sockets_by_cgroup(void);
/* Puts the caller into a cgroup for which a security module refuses every socket:
 * before it is made, or (late) when it has been. */
void refuse_sockets_by_security_module(bool late);
/* Makes the n-th allocation of the next call fail. */
void fail_allocation(unsigned int n);
/* Did the call since fail_allocation() get as far as the n-th allocation? */
bool allocation_failed(void);
/* Sets fs.file-max, which CAP_SYS_ADMIN overrides for files; needs NEEDS_GUEST. */
void set_file_max(unsigned int files);
/* Lowers fs.file-max until no file can be opened, and lays CAP_SYS_ADMIN aside; and
 * takes it up again, which overrides the limit. */
void exhaust_files(void);
void allow_files(void);
/* Enters the network namespace of a child that governs it by a user namespace of its
 * own: over that, who made it has every capability. */
void enter_network_of_child_namespace(void);
/* How many sockets there are in the network namespace: /proc/net/sockstat. */
int sockets_in_use(void);

#endif
