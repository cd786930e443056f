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
 * (from the first call on that can notice) and descriptors 0, 1 and 2 open.  Calls to
 *the target are t_*; what is asserted of them is expect_*, and the first that does not
 *hold ends the case.  What must succeed before anything can be asserted is must_*:
 *where it fails, the case is broken.
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
#include <sys/uio.h>

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
	/* A kind of network interface that it can make: add_interface(). */
	NEEDS_INTERFACE = 1 << 7,
	/* Interfaces of kind vrf: add_vrf(). */
	NEEDS_VRF = 1 << 8,
	/* Landlock, with rights over TCP ports. */
	NEEDS_LANDLOCK = 1 << 9,
	/* A mount namespace, for a directory of its own. */
	NEEDS_MOUNTS = 1 << 10,
};

#define SC_CAP(capability) (1ULL << (capability))

/*
 * Values of .doors: the case runs once for each, and its t_recvfrom() is that call.
 * recvmsg(2), recvmmsg(2) and readv(2) get the buffer in two areas.
 */
enum sc_doors {
	SC_RECVFROM = 1 << 0, /* the name of this variant says nothing of it */
	SC_RECV = 1 << 1,
	SC_RECVMSG = 1 << 2,
	SC_RECVMMSG = 1 << 3,
	SC_READ = 1 << 4,
	SC_READV = 1 << 5,
};

/* A case.  All members but name, run or run_row may be left out. */
struct sc_case {
	const char *name;
	const char *file;
	int line;
	void (*run)(void);
	void (*run_row)(const void *row);
	const void *row;

	unsigned int types;	 /* enum sc_types */
	unsigned int doors;	 /* enum sc_doors; 0: recvfrom(2) only */
	unsigned int needs;	 /* enum sc_needs */
	unsigned long long caps; /* SC_CAP() of those needed in its user namespace */
	int has[3];		 /* features that the kernel must have */
	int lacks[3];		 /* features that it must not have */
	int knows;		 /* one that it may have or lack, if only that is known:
				    the call could have its module loaded else */
	int since;		 /* first release that the case is for, LINUX(), or 0 */
	int backported;		 /* RELEASE() of a stable series that it is for, too */
	int until;		 /* first release that it is no longer for, or 0 */

	/*
	 * The case is right, and harms nobody, in the namespaces of the host too: it
	 * sends nothing, binds nothing and changes no setting.  It still runs in its
	 * own where that can be had, but its `lo` is left down, which it cannot notice
	 * and which saves an eighth of its time.
	 */
	bool anywhere;

	/* The harness's own: */
	int type;	   /* the one of .types that this variant runs with, or 0 */
	unsigned int door; /* the one of .doors */
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

/* A copy of a row that a function has made for add_case(), which lasts as long. */
const void *keep_row(const void *row, size_t size);

/* The type that a case with .types runs with. */
extern int sc_type;

/*
 * An address argument, with its length.  There is room behind the address for any
 * length that bind(2) copies; it is zero.
 */
struct address {
	unsigned char bytes[ADDRESS_BYTES_MAX + 64];
	int length;
};

/* "127.0.0.1" or "fe80::1", and a port; a scope is an interface's index. */
struct address inet(const char *text, unsigned int port);
struct address inet6(const char *text, unsigned int port);
struct address inet6_scoped(const char *text, unsigned int port, unsigned int scope);
/* Either, told by the colon. */
struct address ip_address(const char *text, unsigned int port);
/* A path with the NUL at its end counted in; an abstract name without its first NUL. */
struct address unix_path(const char *path);
struct address unix_abstract(const void *name, size_t length);
/* The protocol in host byte order, LINUX_ETH_P_*; and a device by its name, which fills
 * at most the 14 bytes of sa_data and then has no NUL: for SOCK_PACKET. */
struct address packet_address(unsigned int protocol, int ifindex);
struct address packet_device(const char *name);
struct address netlink_address(unsigned int pid, unsigned int groups);
struct address vsock_address(unsigned int cid, unsigned int port);
/* A family alone, of the length that is asked for. */
struct address family_only(int family, int length);
/* The same address as one of another family, or of another length. */
struct address with_family(struct address address, int family);
struct address with_length(struct address address, int length);
/* The port of an address of the IP families. */
unsigned int port_of(const struct address *address);

/* Pointers that no call can read through: nothing is mapped there, or it is mapped
 * without the right to read. */
const void *unmapped_memory(void);
const void *protected_memory(void);
/* One in the kernel's half of the addresses, which programs of 64 bits have:
 * access_ok() asks for its place, whatever the length.  Elsewhere the case is skipped.
 */
void *foreign_memory(void);
/* A copy of which the first bytes can be read, and behind them nothing is mapped. */
const void *cut_off_after(const void *bytes, size_t readable);
/* A copy that can be read and not written: one for a case. */
const void *read_only_copy(const void *bytes, size_t count);

/*
 * Calls to the target: a value of 0 or more, or a negative errno.  Each is kept, with
 * its arguments, until the next; expect_*() speak of it.
 */
long t_socket(int domain, int type, int protocol);
long t_socketpair(int domain, int type, int protocol, int fds[2]);
long t_close(int fd);
long t_bind(int fd, const void *address, int addrlen);
long t_connect(int fd, const void *address, int addrlen);
long t_listen(int fd, int backlog);
long t_accept4(int fd, void *address, socklen_t *addrlen, int flags);
long t_shutdown(int fd, int how);
long t_sendto(int fd, const void *buffer, size_t length, int flags, const void *address,
	      int addrlen);
long t_sendmsg(int fd, const struct msghdr *header, int flags);
/* The call of the case's door.  The buffer is filled with RESULT_FILL before, as far as
 * it can be written: 64 bytes at most, or all of inbox.buffer.  Where more than 64 is
 * asked for, it must have room for 64. */
long t_recvfrom(int fd, void *buffer, size_t length, int flags, void *address,
		socklen_t *addrlen);
/* recvmsg(2) (or recvmmsg(2), where that is the door) with room for control messages,
 * without an address. */
long t_recvmsg(int fd, void *buffer, size_t length, int flags, void *control,
	       size_t *controllen);
/*
 * headers.c: the same with a header, areas or a number of messages that are the case's
 * own; the areas are filled with RESULT_FILL before.  What a message has brought into
 * them is the rule's to say, of several messages the case's: expect_that().
 */
long t_recvmsg_header(int fd, struct msghdr *header, int flags);
long t_readv(int fd, const struct iovec *areas, int count);
long t_recvmmsg(int fd, struct mmsghdr *messages, unsigned int count, int flags,
		struct linux_timeout *timeout);
/* Every door that can carry a call with these arguments, and means the same by it. */
#define doors_for(length, flags, address)                                     \
	(SC_RECVFROM | SC_RECVMSG | SC_RECVMMSG | ((address) ? 0 : SC_RECV) | \
	 ((address) || (flags) || !(length) ? 0 : SC_READ | SC_READV))
/* Where a case receives, with more behind it that a call must leave alone. */
extern struct inbox {
	unsigned char buffer[4096];
	unsigned char address[256];
	socklen_t addrlen;
} inbox;
/* With a block of 32-bit words, which must lie below 4 GiB: static memory does. */
long t_socketcall(int number, const void *args);
long t_setsockopt(int fd, int level, int optname, const void *optval, socklen_t optlen);
long t_getpeername(int fd, void *address, socklen_t *addrlen);
long t_getsockopt(int fd, int level, int optname, void *optval, socklen_t *optlen);
long t_getsockname(int fd, void *address, socklen_t *addrlen);
long t_fcntl(int fd, int command, long argument);
long t_fstat(int fd, enum stat_field field);
long t_fstatfs(int fd);
long t_readlink(int fd, char *text, size_t size);

/*
 * file_calls.c: what any file can be asked for.  Of most operations the arguments
 * behind the descriptor are given in the order of the manual's, pointers as numbers.
 */
long t_file(enum call_name name, int fd, const long argument[FILE_ARGUMENTS]);
#define file_call(name, fd, ...) \
	t_file(name, fd, (const long[FILE_ARGUMENTS]){ __VA_ARGS__ })
long t_write(int fd, const void *buffer, size_t length);
struct iovec;
long t_writev(int fd, const struct iovec *areas, long count);
/* The argument is memory of this length, of which what is there afterwards is kept. */
long t_ioctl(int fd, unsigned long request, void *argument, size_t length);
/* fcntl(2) whose argument points to memory of this length. */
long t_fcntl_at(int fd, int command, void *argument, size_t length);
/* Of one descriptor, without waiting; revents, or the sets in which it stands (1 the
 * first of them, 2 the second, 4 the third), is kept. */
long t_poll(int fd, short events);
long t_select(int fd, unsigned int sets);
/* Without waiting, too. */
long t_epoll_wait(int fd, void *events, int most);

/* Waits until these events of poll(2) have come, or so many bytes wait (FIONREAD), two
 * seconds at most. */
void wait_for_events(int fd, short events);
void wait_for_bytes(int fd, int count);
/* Waits until a datagram waits at a socket of UDP behind one, or several, of so many
 * bytes, which are not none; and until a socket has lost so many packets for want of
 * room.  What is sent over lo comes at once, as long as the processor has nothing else
 * to do for the network: __local_bh_enable_ip(). */
void wait_for_datagrams(int fd, int before);
void wait_for_drops(int fd, unsigned int count);
/* Waits until all that a TCP socket has sent is acknowledged, so long at most; of
 * others nothing is waited for. */
void wait_for_nothing_unsent(int fd);
/* pipes.c: a pipe in which so many bytes wait, and how many do now; a regular file of
 * so many bytes.  A case has one of each at most. */
void open_pipe(int ends[2], size_t bytes);
long pipe_bytes(int fd);
int open_data(size_t size);
/* What comes to a socket by calls that no rule speaks of: a byte of urgent data from
 * the other end, an ICMP error for what it has sent; or it is sent by as much as there
 * is room for. */
void send_urgent(int from, int to);
void send_in_vain(int fd);
void send_until_full(int fd);
/* Has another process wait until it can send a text, from a connected socket whose peer
 * has no room: which the world does not know of. */
void send_when_room(int fd, const char *text);
/* What a child does with a descriptor that fork(2) has made: F_SETFL, shutdown(2), and
 * close(2), which does not matter to its parent.  It must succeed. */
void child_sets_flags(int fd, int flags);
void child_shuts_down(int fd, int how);
void child_closes(int fd);

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
/* The last call gave 0, or the value, and wrote these bytes. */
#define expect_last_bytes(bytes, length) sc_expect_last_bytes(SC_LINE, 0, bytes, length)
#define expect_last_value(value, bytes, length) \
	sc_expect_last_bytes(SC_LINE, value, bytes, length)
/* The last call gave bytes that its rule allows. */
#define expect_last_chosen() sc_expect_last_chosen(SC_LINE)
/* getsockname(2) gives these bytes, and their length. */
#define expect_name(address, length, fd) sc_expect_name(SC_LINE, fd, address, length)
#define expect_link(text, fd)		 sc_expect_link(SC_LINE, fd, text)

/* getsockname(2) gives one of the names that its rule allows, which is put into *name.
 */
#define expect_chosen_name(name, fd) sc_expect_chosen_name(SC_LINE, fd, name)
/* recvfrom(2) gives a datagram of this size, sent from the address. */
#define expect_sender(address, size, fd)                                               \
	sc_expect_sender(SC_LINE, fd, (address).bytes, (unsigned int)(address).length, \
			 size)

/* recvfrom(2) gives so many bytes and, where there is a sender, of its address what
 * there was room for. */
#define expect_received(value, sender, room, call) \
	(sc_forget(), sc_expect_received(SC_LINE, value, sender, room, (call)))

/* The same with a sender whose address its rule leaves open in part. */
#define expect_open_sender(value, call) \
	(sc_forget(), sc_expect_open_sender(SC_LINE, value, (call)))

void sc_expect_open_sender(int line, long value, long came);
void sc_expect_received(int line, long value, const struct address *sender, int room,
			long came);
void sc_expect_chosen_name(int line, int fd, struct address *name);
void sc_expect_sender(int line, int fd, const void *address, unsigned int length,
		      size_t size);
void sc_forget(void);
void sc_expect_errors(int line, long came, const int *errors);
void sc_expect_value(int line, long value, long came);
int sc_expect_descriptor(int line, long came);
long sc_expect_positive(int line, long came);
void sc_expect_last_chosen(int line);
void sc_expect_last_bytes(int line, long value, const void *bytes, unsigned int length);
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
/* bind(2), connect(2) to, or send a datagram of four bytes to, an address. */
#define bind_to(fd, address) sc_bind_to(fd, address)
#define must_bind(fd, address) \
	sc_must(SC_LINE, sc_bind_to(fd, address), "bind(" #fd ", " #address ")")
#define must_connect(fd, address) \
	sc_must(SC_LINE, sc_connect_to(fd, address), "connect(" #fd ", " #address ")")
#define must_send(fd, address) \
	sc_must(SC_LINE, sc_send_to(fd, address), "sendto(" #fd ", " #address ")")
#define must_listen(fd) sc_must(SC_LINE, t_listen(fd, 8), "listen(" #fd ")")
/* Waits for a connection and accepts it. */
#define must_accept(fd) sc_must_accept(SC_LINE, fd)
/* An option that is an int; a device by its name. */
#define must_option(fd, level, optname, value)                                        \
	sc_must(SC_LINE,                                                              \
		t_setsockopt(fd, level, optname, &(const int){ value }, sizeof(int)), \
		"setsockopt(" #fd ", " #optname ")")
#define must_device(fd, name)                      \
	sc_must(SC_LINE, sc_bind_device(fd, name), \
		"setsockopt(" #fd ", SO_BINDTODEVICE)")
long sc_bind_to(int fd, struct address address);
long sc_connect_to(int fd, struct address address);
long sc_send_to(int fd, struct address address);
long sc_bind_device(int fd, const char *name);
void sc_must(int line, long came, const char *what);
int sc_must_accept(int line, int listener);
/* Waits until there is something to receive or accept, two seconds at most. */
void wait_readable(int fd);
/* Waits until so many bytes of a TCP stream have come, ever, read ones and urgent ones
 * with them: two seconds at most. */
void wait_for_stream(int fd, int count);
/* unsent.c: waits until the other end has acknowledged all that this one has sent;
 * until less than so many bytes are not sent yet. */
void wait_all_acknowledged(int fd);
void wait_for_less_unsent(int fd, int before);
/*
 * later.c: what comes to the socket of a connection as soon as this process waits in a
 * call, once: bytes that its other end sends, with flags; its end, SHUT_WR; a reset; or
 * what another process does to this end itself.
 */
void bytes_at_next_wait(int fd, int other, const char *bytes, int flags);
void end_at_next_wait(int fd, int other);
void reset_at_next_wait(int fd, int other);
void shutdown_at_next_wait(int fd);
void disconnect_at_next_wait(int fd);
/* unsent.c: has the other end announce an urgent byte that it cannot send, as this one
 * (whose SO_RCVBUF the case has made small before) has no room for what stands before
 * it. */
void announce_urgent(int fd, int other);
/* segments.c: has the byte that comes next to a socket of TCP over IPv4 announced as
 * urgent, by a segment that the other end knows nothing of and did not send. */
void announce_urgent_here(int fd);
/* The same while the next call waits, once, but with the bytes, of which the first is
 * the urgent one; whoever owns the socket (F_SETOWN) is sent SIGURG. */
void urgent_at_next_wait(int fd, const char *text);
/* Has ICMP tell a connection of TCP over IPv4, between two ports of one address, that
 * the other end's host cannot be reached. */
void tell_unreachable(int fd);
/* Has a TCP socket keep back a text, as more is said to follow (MSG_MORE), for as long
 * as lo is down, which it is from then on. */
void keep_back(int fd, const char *text);
/* Waits until there is an error to be told, or in the queue of errors. */
void wait_error(int fd);
/* Waits until there is a route to an address that lo has just been given. */
void wait_reachable(const char *text);
/*
 * Closes a connection's two ends, the first one first, and waits until that one is in
 * TIME_WAIT.
 */
void leave_in_time_wait(int first, int second);
/* Waits until the other end of a TCP connection has acknowledged that this one is shut
 * down, of which who waits for events of it is told once more. */
void wait_acknowledged(int fd);
int sc_must_socket(int line, int domain, int type, int protocol);
void sc_must_close(int line, int fd);

/* Does the target answer at once, as none of its calls is made? */
bool target_waits_not(void);
/* Skips the case where the target's descriptors are not those of this process, of which
 * 0, 1 and 2 are open. */
void need_own_descriptors(void);
/* Does the target take no more than 32 bits of a pointer? */
bool target_is_narrow(void);
/* Skips the case where control messages are those of 32-bit programs, and this is none.
 */
void need_own_control_layout(void);

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
/* Enters a new network namespace, which the same user namespace governs: that takes
 * CAP_SYS_ADMIN. */
void enter_network_namespace(void);
/* Enters a new user namespace and a network namespace that it governs. */
void enter_user_and_network_namespace(void);
/*
 * Has a signal come to this process, once, as soon as it waits in a call: SIGUSR1, with
 * a handler that does nothing, and SA_RESTART or not.
 */
void interrupt_next_wait(bool restart);
/*
 * others.c: what another process that shares the sockets, or another thread that shares
 * the descriptors, does as soon as this one waits in a call: one after the other, as
 * many as have a kind.  In the world it is so at once.
 */
enum act_kind {
	ACT_NONE,
	ACT_SEND, /* the text, to the address or (length 0) where fd is connected */
	ACT_SHUT_DOWN, /* for reading */
	ACT_CONNECT,   /* to the address */
	ACT_CLOSE,     /* its descriptor */
	ACT_LINK_DOWN, /* lo */
	ACT_LINK_GONE, /* the interface of that name */
	ACT_SIGNAL,    /* this process, which has a handler without SA_RESTART */
};
struct act {
	enum act_kind kind;
	int fd;
	const char *text;
	struct address to;
};
#define ACTS 4
void another_process_acts(const struct act acts[ACTS]);
void another_thread_acts(const struct act acts[ACTS]);
/* What the thread has closed is closed for this one too, once its call is over. */
void find_closed(int fd);
/* Has a text sent by the socket, once, as soon as this process waits in a call. */
void send_at_next_wait(int fd, const char *text);
/* The same with shutdown(2) of it. */
void shut_down_at_next_wait(int fd, int how);
/* Has another process send, from this connected socket, what its peer refuses with the
 * given error, as soon as this one waits in a call. */
void fail_next_wait(int fd, int error);
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
/* Whether packets of IPv6 get a flow label that nobody has asked for. */
void set_auto_flowlabels(bool wanted);
/* Whether connections have the flow labels of what comes to them, for new sockets. */
void set_flowlabel_reflect(bool wanted);
/* Whether a listener of SO_REUSEPORT that ends leaves what waits to others: Linux 5.14.
 */
void set_tcp_migrate_req(bool wanted);
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
/*
 * Puts the caller into a cgroup whose programs refuse to bind sockets of the IP
 * families: before the address is looked at, or (late) when they have their port.  The
 * programs are those of the cgroup that a socket was made in, so sockets made before
 * know nothing of it.
 */
void refuse_binds_by_cgroup(bool late);
/* The same for one family, AF_INET or AF_INET6, none of which the case binds after it,
 * or none that was made after it: the world is told nothing. */
void refuse_other_binds_by_cgroup(int domain, bool late);
/* The same with programs that allow them, and take away what refuses. */
void allow_binds_by_cgroup(bool late);
void let_cgroup_bind_again(void);
/* With programs that lift the need for CAP_NET_BIND_SERVICE: Linux 5.12. */
void allow_privileged_ports_by_cgroup(void);
/* Puts the caller into a cgroup whose program puts this port in the place of that of
 * whoever has sent what UDP receives: Linux 5.2. */
void rewrite_senders_by_cgroup(unsigned short port);
/* Puts the caller into a cgroup whose program binds a socket of the address's family to
 * that address, when it connects: with any port, Linux 5.8. */
void bind_by_cgroup_at_connect(struct address address);
/* Puts the caller into a cgroup for which a security module refuses every bind(2). */
void refuse_binds_by_security_module(void);
/* Gives up, by Landlock, the right to bind, or to connect, TCP sockets to any port but
 * one; port 0 stands for the one that bind(2) chooses.  Need NEEDS_LANDLOCK. */
void allow_bind_by_landlock(unsigned int port);
void allow_connect_by_landlock(unsigned int port);
/* Is there no machine behind the target, which answers from the rulebook alone?  Then
 * what a case would look at besides its calls is not there. */
bool nothing_behind(void);
/* sockmap.c: gives the group of SO_REUSEPORT that a socket is in a program of BPF,
 * which lets a datagram in where the group is bound to any address; the world is told
 * nothing. */
void let_in_by_any_address(int fd);
/* Puts a socket into a map of BPF, whose functions it has from then on. */
void put_into_sockmap(int fd);
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
/* Opens a descriptor that is not a socket, as open(2), pipe(2) or epoll_create(2) do.
 */
enum descriptor_kind {
	OPEN_FILE,
	OPEN_DIRECTORY,
	OPEN_PIPE,
	OPEN_EPOLL,
	OPEN_EVENT,
	OPEN_PATH_ONLY, /* O_PATH */
};
int open_descriptor(enum descriptor_kind kind);
/*
 * Adds a network interface to the network namespace, down and without addresses, and
 * returns its index; needs NEEDS_INTERFACE.  A VRF needs NEEDS_VRF; an interface is
 * moved into one by its index.
 */
unsigned int add_interface(const char *name);
unsigned int add_vrf(const char *name, unsigned int table);
void move_to_vrf(const char *name, unsigned int vrf);
void set_interface_up(const char *name, bool up);
/* Sets it up so that what is sent over it goes out, and is gone then. */
void set_interface_open(const char *name);
void remove_interface(const char *name);
/* Sets how long a packet on lo may be. */
void set_mtu(const char *name, unsigned int bytes);
/* Gives an interface ("lo" is one) an address, which is usable at once. */
void add_local_address(const char *interface, const char *text, unsigned int prefix);
/* More settings of the network namespace. */
void set_ip_nonlocal_bind(bool allowed);
void set_ipv6_nonlocal_bind(bool allowed);
void set_unprivileged_port_start(unsigned int port);
void set_port_range(unsigned int low, unsigned int high);
void set_reserved_ports(unsigned int low, unsigned int high); /* one range */
void set_autobind_reuse(bool allowed);
/* links.c: the families below IP.  The context ID of this machine, which is a guest;
 * a case that needs it is skipped elsewhere. */
unsigned int guest_cid(void);
/* A port of AF_VSOCK for this case: ports are the whole machine's, so these hold the
 * number of the process, which no other case has at the time. */
unsigned int vsock_port(unsigned int n);
/* Skips the case where somebody on this machine has the port. */
void need_vsock_port(unsigned int port);
/* Asks for an interface's address on the link, which the kernel may have drawn. */
void learn_hardware_address(const char *interface);
/* Sends a datagram over lo to an address and says whether the packet socket receives
 * it.  What is due is waited for; what is not, is given the time that it would need. */
bool packet_comes(int fd, const char *address, bool due);
/* Has a filter leave so many bytes of each packet. */
void cut_packets(int fd, unsigned int length);
/* Sets lo down and up and says whether the socket of NETLINK_ROUTE is told. */
bool link_change_comes(int fd, bool due);
/* Sends a message to a port of NETLINK_USERSOCK and says whether the socket gets it. */
bool message_comes(int fd, unsigned int pid, bool due);
/* A group of NETLINK_GENERIC, as a bit of nl_groups, that needs CAP_NET_ADMIN. */
unsigned int guarded_generic_group(void);
/*
 * directory.c: the directory of a case with NEEDS_MOUNTS.  It is the working directory,
 * empty, a file system of its own and in nobody else's sight; paths are relative to it,
 * as the name of a file in it or in a directory in it.
 */
void make_file(const char *path);
void make_directory(const char *path, enum path_kind kind);
/* A symbolic link to what is at the target, or to nothing; or to itself; or a chain of
 * links, the last of which leads to the target. */
void make_link(const char *path, const char *target);
void make_link_loop(const char *path);
void make_link_chain(const char *path, const char *target, unsigned int links);
void remove_file(const char *path);
/* Leaves the case in a directory that has been removed. */
void enter_removed_directory(void);
/* Leaves the case in an empty directory whose file system belongs to a user namespace
 * that has no ids but those of root. */
void enter_foreign_directory(void);
/* Makes the whole directory read-only: its mount, or its file system. */
enum read_only { READ_ONLY_MOUNT, READ_ONLY_FILE_SYSTEM };
void make_read_only(enum read_only what);
/* Takes the room for another file from it. */
void make_full(void);
/* Gives up, by Landlock, the right to make files that are sockets. */
void refuse_new_sockets_by_landlock(void);
void set_umask(unsigned int mask);
/* fchmod(2) of a socket: of its own inode, not of a file that it is bound to. */
void set_socket_mode(int fd, unsigned int mode);
/* The absolute path of a name in the directory, at most 107 bytes long. */
const char *absolute_path(const char *name);
/* Is there a socket at the path?  Its permission bits, 07777, and its owners. */
bool socket_at(const char *path);
unsigned int mode_at(const char *path);
unsigned int user_at(const char *path);
unsigned int group_at(const char *path);
/* Are the files of the directory those that the case, and bind(2) as far as it
 * succeeded, have made, and no other? */
bool no_other_files(void);
/* How many sockets there are in the network namespace: /proc/net/sockstat. */
int sockets_in_use(void);
/* counters.c: what the network namespace has counted of UDP over IPv4, or over IPv6, by
 * the name of /proc/net/snmp; 0 where there is nothing behind the target. */
long udp_counter(bool v4, const char *name);
/* The same of TCP, as TCPWinProbe: /proc/net/netstat. */
long tcp_counter(const char *name);
/* How many sockets a protocol has there, by its name in /proc/net/protocols: of those
 * with ports, the ones that have one. */
long sockets_of(const char *protocol);
/* Does a table of /proc/net have a socket that is bound to the address, and has no
 * peer? Where there is nothing behind the target, it has. */
bool in_table(const char *path, const struct address *local);

#endif
