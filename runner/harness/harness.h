/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * harness.h - what the parts of the harness share; cases do not see it.
 */
#ifndef HARNESS_H
#define HARNESS_H

#include <signal.h>
#include <stdio.h>
#include <sys/types.h>

#include "../../expected/rulebook.h"
#include "../targets/target.h"
#include "sockcheck.h"

#define SOCKCHECK_VERSION "0.1"

#define TEXT_MAX 1024

enum verdict {
	VERDICT_NONE, /* the case has not said anything: it died */
	VERDICT_PASS,
	VERDICT_FAIL,
	VERDICT_SKIP,
	VERDICT_BROKEN,
	VERDICT_TIMEOUT,
	VERDICT_CRASH,
};

/*
 * What the process of a case tells the harness, in memory that both share.  The case
 * may have written anything into it: its texts are cut off when they are read.
 */
struct report {
	int begun;   /* not 0: the namespaces are entered, time counts; any number in
		      * a report that a case has written over */
	int verdict; /* enum verdict */
	int line;    /* in the file, or 0 */
	char file[256];
	char call[TEXT_MAX];
	char expected[TEXT_MAX];
	char came[TEXT_MAX];
	char message[TEXT_MAX]; /* of a skip, its reason */
};

/* Which namespaces of its own a case can have on this machine. */
enum isolation {
	ISOLATED,	  /* user and network namespace */
	ISOLATED_NETWORK, /* a network namespace; the user is root and stays it */
	NOT_ISOLATED,
};

/* By whose word a result is judged. */
enum profile {
	PROFILE_LINUX,
	PROFILE_POSIX,
};

/* A run of cases: how, and on what. */
struct session {
	const struct target *target;
	enum profile profile;
	struct world world; /* each case starts from a copy */
	enum isolation isolation;
	char why_not[256];     /* why isolation is not ISOLATED, or "" */
	bool real_root;	       /* root of the machine, not of a user namespace */
	char why_no_root[256]; /* why real_root is not, or "" */
	pid_t process;	       /* of the harness */
	bool guest;	       /* the machine is ours to change */
	bool names_in_first;   /* abstract ones, in the machine's network only */
	int quota;	       /* the user namespace to make others in, or -1 */
	int release; /* LINUX(x, y) to judge by, or 0: what the target says it is */
	unsigned int timeout_ms;
	struct report *report; /* shared with the case that runs */
	int output; /* where a case's standard output goes: a file in memory */
};

extern struct session session;

/* registry.c: all cases, in the order of their names. */
const struct sc_case *first_case(void);
const struct sc_case *find_case(const char *name);
/* Sorts what the constructors added; false (said on stderr) where a name stands twice.
 */
bool sort_cases(void);
/* The length of the rule's id in a case's name. */
size_t rule_length(const char *name);
/* Is the name, or its rule, what the pattern asks for?  Only * and ? are special. */
bool matches(const char *pattern, const char *name);
/* "CAP_NET_RAW" and so on for each need of a case; false after the last. */
bool describe_need(const struct sc_case *tested, size_t i, char *text, size_t size);
/* "Linux 6.7 and later, and 6.1 from its release 64 on"; @backported may be 0. */
void format_since(int since, int backported, char *text, size_t size);

/* needs.c */
const char *feature_name(int feature, char *text, size_t size);

/* symbols.c: numbers as a programmer writes them.  All cut off at size. */
const char *errno_name(int error);
const char *domain_name(int domain, char *text, size_t size);
const char *netlink_name(int protocol); /* NULL for a number without a name */
void format_call(const struct call *call, char *text, size_t size);
void format_result(const struct call *call, const struct result *result, char *text,
		   size_t size);
void format_address(const void *address, size_t length, char *text, size_t size);
void format_citation(const struct citation *citation, char *text, size_t size);
void format_outcome(const struct outcome *outcome, const struct world *world,
		    const struct call *call, char *text, size_t size);

/* calls.c: the case's own state. */
struct made_call {
	struct call call;
	struct result result;
	struct world before;	 /* as the call found it */
	const struct rule *rule; /* that it lands in, or NULL */
	bool valid;
};
/* Starts the target where it has not been: before the first call to it.  Where it does
 * not start, the case ends as broken. */
void start_target(void);
/* Keeps the call and the world that it meets, and asks the rulebook; keeps bytes that
 * it wrote, at most as many as the target says it wrote; follows it in the world. */
void before_call(const struct call *call);
void keep_result(const void *bytes, size_t length, size_t room);
long after_call(long value);
/* An address argument as the target will see it, without touching memory that cannot
 * be read. */
struct call_address look_at_address(const void *address, int addrlen);
extern struct made_call last;
extern struct world world; /* of the case that this process runs */
extern const struct sc_case *running;
extern unsigned int asserted; /* assertions that have held */
extern bool own_network;      /* it has a network namespace of its own */

/* A call that the target does not offer cannot be tested, so the case is skipped. */
#define OFFERED(wanted)         \
	(session.target->wanted \
		 ? (void)0      \
		 : sc_skip("%s does not offer %s", session.target->name, #wanted))

/* file_calls.c */
bool is_file_call(enum call_name name);
void format_file_call(const struct call *call, char *text, size_t size);

/* Says why the case cannot run here at all; false where it can. */
bool cannot_run(const struct sc_case *tested, char *why, size_t size);
/* Within the sandbox: fills in the caller, and skips where a capability is missing. */
void meet_caller(void);

/* Skips the case where the target is a stack of this process: it has no such thing. */
void need_kernel(const char *what);

/* sandbox.c */
/* Finds out which namespaces can be had, and prepares the session for cases. */
bool open_session(const struct target *target);
/* Runs one case in a process of its own.  The result is in session.report, which is
 * whole and terminated; returns the time it took in milliseconds. */
double run_case(const struct sc_case *tested);
/* What the case printed, cut off at size. */
void read_output(char *text, size_t size);
/* The clock that nobody sets, in milliseconds. */
double now_ms(void);
/* Within the process of a case: it shall end with the harness.  A change of credentials
 * takes this back, so it is said again after each. */
void die_with_harness(void);
/* Ends the process of a case with a verdict. */
void end_case(enum verdict verdict, int line, const char *message)
	__attribute__((noreturn));
extern volatile sig_atomic_t stopped; /* the signal that asks the harness to end */

/* faults.c: of a kernel with faults in it; both are false on any other. */
bool choose_fault(const char *number);
bool open_marks(void);
void wipe_marks(void);
void print_marks(FILE *out);

/* namespaces.c */
#define MAPPED_IDS "0 0 65536"
/* Find out what this machine lets us have: session.isolation, session.real_root, and
 * why not. */
void find_isolation(void);
/* Is this a case of AF_UNIX, on a machine that is ours, that would not have abstract
 * names in a network namespace of its own? */
bool stays_in_network(const struct sc_case *tested);
void find_root(void);
/* Do this process's capabilities hold over its network namespace? */
bool governs_network(void);
/* How long a case waits for the kernel to take those of others apart, in ms: with the
 * time limit of a case, less than a worker may be silent. */
#define ROOM_MS 12000
/* Within the process of a case: enters namespaces.  0 or a negative errno. */
int enter_namespaces(int flags, bool several_ids);
/* After unshare(CLONE_NEWUSER): maps the one user and the one group that the caller was
 * outside to what they are inside.  0 or a negative errno. */
int map_one_id(unsigned int uid, unsigned int inside_uid, unsigned int gid,
	       unsigned int inside_gid);
/* quota.c: makes the user namespace with the limit, where that can be had; and enters
 * it, in the process of a case. */
void make_quota(void);
void enter_quota(void);

/* loopback.c: sets `lo` up at once.  0 or a negative errno. */
int raise_loopback(void);
/* The same, once in a case that has a network namespace of its own: before whatever
 * could notice, and before a preparation after which it could not be done any more. */
void need_loopback(void);
/* The same before a call, if that could notice. */
void prepare_loopback(const struct call *call);

/* A file in /proc: writes a line, 0 or a negative errno; reads a number, 0 where there
 * is none. */
int write_file(const char *path, const char *text);
int read_number(const char *path);

/* cgroup.c: the cgroup of a case. */
bool cgroup_available(char *why, size_t size);
/* Makes a cgroup for this process, below the one it is in, and moves it there.  The
 * cgroup's descriptor, or a negative errno. */
int enter_cgroup(void);
/* Removes the cgroup that a process, which has ended, has made. */
void remove_cgroup(pid_t process);
/* Removes those of cases whose harness was killed before it could. */
void remove_stale_cgroups(void);

/* bpf.c: programs that refuse, or allow.  Each moves the caller to a cgroup of its own
 * and attaches a program there; false, with an error, where that is refused. */
bool bpf_security_available(char *why, size_t size);
bool attach_socket_program(bool allows, char *error, size_t size);
enum security_hook {
	HOOK_SOCKET_CREATE,
	HOOK_SOCKET_POST_CREATE,
	HOOK_SOCKET_BIND,
};
bool attach_security_refusal(enum security_hook hook, char *error, size_t size);
/* At bind(2), for AF_INET, AF_INET6 or (AF_UNSPEC) both: before the address is looked
 * at, or (late) when the socket has its port.  The answer is what the program returns.
 */
bool attach_bind_program(int domain, bool late, int answer, char *error, size_t size);
/* At what UDP receives: a program that puts the port in the place of each sender's. */
bool attach_sender_program(unsigned short port, char *error, size_t size);
/* bpf(2): what it gives, or a negative errno. */
int bpf(int command, void *attributes, unsigned int size);
/* At connect(2): a program that binds the socket to an address, if it has none. */
bool attach_connect_program(const struct address *address, char *error, size_t size);
int load_any_address_program(void);
/* Takes all programs of attach_bind_program() away again. */
int detach_bind_programs(void);

/* landlock.c */
bool landlock_available(char *why, size_t size);

/* memory.c: can the bytes be read?  All can but those that memory.c has made so. */
bool readable(const void *address, size_t length);
/* How many of the bytes at the address, from the first on, can be read and written. */
size_t reachable(const void *address, size_t length);

/* steps.c: how long anything may take that the target does by itself, milliseconds. */
double patience_ms(void);

/* Is the process one that neither runs nor would: it waits, or is stopped, or gone? */
bool is_at_rest(pid_t process);
struct tcp_info;
/* TCP_INFO, zero where the target does not tell it: false. */
bool read_tcp_info(int fd, struct tcp_info *info);
/* A signal is handled, by nothing; with SA_RESTART or not. */
void meet_signal(int number, bool restart);
/*
 * Makes a child, which has copies of all descriptors or, with CLONE_FILES, the same
 * table of them.  In the child, once this process is asleep in a call: its number; the
 * child must end by _exit().  In this process, and for an imaginary target: 0.
 */
pid_t child_at_next_wait(int shared);

/* network.c: can a case make an interface without having a module loaded? */
bool interfaces_available(char *why, size_t size);
bool vrf_available(char *why, size_t size);

/* directory.c: can a case have a directory of its own?  Enters it, in a mount namespace
 * that the process has made for itself. */
bool mounts_available(char *why, size_t size);
void enter_directory(bool own_mounts);
/* Is it, for want of mounts, one of a machine that is ours?  Its files are removed when
 * the process of the case has ended. */
extern bool in_plain_directory;
void remove_plain_directory(pid_t process);
/* prepare.c: has a child make something, and enters it while the child is there.  What
 * `make` does in the child, or `enter` in the parent, returned: 0 or a negative errno.
 */
int enter_what_child_makes(int (*make)(void), int (*enter)(pid_t child));

/* profile.c */
const char *profile_name(void);
bool set_profile(const char *name); /* false where there is none of that name */
/* Does the profile have nothing to say of the case?  Why not; before anything runs. */
bool profile_skips(const struct sc_case *tested, char *why, size_t size);
/* Within a case: skips it where the call leads to what the profile does not know. */
void profile_before(const struct call *call);
/* What the profile has due of the last call, or skips the case. */
void judged_outcome(struct outcome *due);

/* tap.c */
void tap_begin(FILE *out);
void tap_point(FILE *out, const struct sc_case *tested, double duration_ms);
/* Prints 1..N; returns how many points were not ok. */
unsigned int tap_end(FILE *out);
/* Prints text as a JSON string. */
void print_json(FILE *out, const char *text);

/* chosen.c: cases named in a file, one a line; false, with the reason, where that is no
 * such file. */
bool choose_cases(const char *path, char *why, size_t size);
bool is_chosen(const struct sc_case *tested);

/* guest.c: is this process, by its program's name, the first of a machine? */
bool is_first_process(const char *name);
/* Runs the program there, and switches the machine off. */
void run_guest(int argc, char **argv, int (*program)(int argc, char **argv))
	__attribute__((noreturn));

/* explain.c */
int list_cases(char *const *patterns, size_t count, bool json);
int list_rules(bool json);
int explain_rule(const char *id, bool json);

/* network.c: takes an interface away, which the world is not told of. */
void delete_link(const char *name);

#endif
