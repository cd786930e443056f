/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * program.h - a program: a sequence of calls of the socket API, as fuzzers make them.
 *
 * It has three forms: these structures, bytes (program_decode(), program_encode()) and
 * text (program_parse(), program_print()).  What a call does not use of its structure
 * is zero.
 */
#ifndef FUZZ_PROGRAM_H
#define FUZZ_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "../expected/call.h"

#define PROGRAM_CALLS	    64
#define PROGRAM_DESCRIPTORS (2 * PROGRAM_CALLS)

/* The calls.  Bytes hold these numbers: new ones come last. */
enum program_kind {
	PROGRAM_SOCKET,
	PROGRAM_BIND,
	PROGRAM_CONNECT,
	PROGRAM_LISTEN,
	PROGRAM_ACCEPT4,
	PROGRAM_SENDTO,
	PROGRAM_RECVFROM,
	PROGRAM_SETSOCKOPT,
	PROGRAM_GETSOCKOPT,
	PROGRAM_GETSOCKNAME,
	PROGRAM_GETPEERNAME,
	PROGRAM_SHUTDOWN,
	PROGRAM_CLOSE,
	PROGRAM_SOCKETPAIR,
	PROGRAM_SENDMSG,
	PROGRAM_RECVMSG,
	PROGRAM_READ,
	PROGRAM_WRITE,
	PROGRAM_FCNTL,
	PROGRAM_IOCTL,
	PROGRAM_POLL, /* of one descriptor, without waiting */
	PROGRAM_DUP,
	PROGRAM_KINDS
};

/* Which descriptor is meant. */
enum program_descriptor_kind {
	/* The one that an earlier call has returned, whether it is open still or not.
	 * Where that call failed: -1. */
	FD_RESULT,
	FD_MINUS_ONE,
	FD_LEAST,    /* INT_MIN */
	FD_UNOPENED, /* below the limit of the process, and not open */
	FD_LIMIT,    /* the limit itself: RLIMIT_NOFILE */
	FD_MOST,     /* INT_MAX */
	FD_FILE,     /* a regular file, open for reading and writing */
	FD_O_PATH,   /* opened with O_PATH */
	FD_KINDS
};

struct program_descriptor {
	unsigned char kind;
	/* Of FD_RESULT: results are counted from 0 in the order of the calls
	 * that have them, a socketpair(2) has two: see program_results(). */
	unsigned char result;
};

/* Where memory that is passed lies. */
enum program_pointer_kind {
	POINTER_GOOD,
	POINTER_NULL,
	POINTER_UNMAPPED,
	POINTER_PROTECTED, /* mapped, but neither to be read nor written */
	POINTER_READ_ONLY,
	POINTER_FOREIGN, /* beyond what is a process's: the kernel's half */
	POINTER_CUT_OFF, /* so many bytes can be read and written: after */
	POINTER_KINDS
};

#define POINTER_AFTER_MAX 63

struct program_pointer {
	unsigned char kind;
	unsigned char after; /* of POINTER_CUT_OFF */
};

/* What follows the family in an address. */
enum program_address_form {
	ADDRESS_NOTHING, /* zeros */
	ADDRESS_INET,	 /* struct sockaddr_in: host, port */
	ADDRESS_INET6,	 /* struct sockaddr_in6: host, port, scope */
	ADDRESS_PATH,	 /* struct sockaddr_un: name */
	ADDRESS_ABSTRACT,
	ADDRESS_PACKET,	 /* struct sockaddr_ll: protocol, ifindex, halen */
	ADDRESS_NETLINK, /* struct sockaddr_nl: pid, groups */
	ADDRESS_VSOCK,	 /* struct sockaddr_vm: cid, vsock_port */
	ADDRESS_FORMS
};

#define PROGRAM_NAME_MAX 16

/* A name of AF_UNIX: `length` bytes, `times` times.  All of a path are printable, it is
 * relative, and leads to nothing above the working directory. */
struct program_name {
	unsigned char bytes[PROGRAM_NAME_MAX];
	unsigned char length; /* at least 1 */
	unsigned char times;  /* at least 1; length * times is at most 125 */
};

struct program_address {
	int family; /* 0 to 65535 */
	unsigned char form;
	unsigned char host[16]; /* 4 bytes of ADDRESS_INET */
	struct program_name name;
	/* Is the port that of a result's socket, port_of, as getsockname(2) tells it (0
	 * where there is none)?  Else its number. */
	bool port_taken;
	unsigned char port_of;
	unsigned short port;
	unsigned int scope;
	unsigned short protocol; /* as a number of this machine, ETH_P_IP */
	unsigned int ifindex;
	unsigned char halen;
	bool own_pid; /* the process's id instead of pid */
	unsigned int pid, groups;
	unsigned int cid, vsock_port;
	int length; /* as it is passed */
	struct program_pointer pointer;
};

/* What memory that is read holds. */
enum program_content {
	CONTENT_BYTES, /* 'a', 'b' and so on, over and over from 'z' on */
	CONTENT_ZEROS,
	CONTENT_ECHO,	   /* an ICMP echo request, then as CONTENT_BYTES */
	CONTENT_ECHO6,	   /* the same of ICMPv6 */
	CONTENT_IP,	   /* an IPv4 header with a UDP datagram to 127.0.0.1:5000 */
	CONTENT_NLMSG,	   /* NLMSG_NOOP, which wants to be acknowledged */
	CONTENT_NLMSG_GET, /* RTM_GETLINK of all */
	CONTENT_ETHERNET,  /* an Ethernet header of ETH_P_IP */
	CONTENT_KINDS
};

struct program_buffer {
	unsigned char content;
	long length; /* as it is passed, of size_t's bits */
	struct program_pointer pointer;
};

/* Memory for an address, an option's value or control messages that are told. */
struct program_room {
	int length; /* *addrlen, *optlen, msg_namelen, msg_controllen */
	struct program_pointer pointer;
	struct program_pointer length_pointer; /* addrlen, optlen; not of a msghdr */
};

/* Memory with a value that is passed: of setsockopt(2), ioctl(2), fcntl(2). */
#define PROGRAM_NUMBERS 4
struct program_value {
	int numbers[PROGRAM_NUMBERS];
	unsigned char own_pid; /* bit i: numbers[i] is the process's id */
	int length;	       /* optlen; else 0 */
	struct program_pointer pointer;
};

enum program_control_kind {
	CONTROL_NONE,
	CONTROL_RIGHTS,	       /* SCM_RIGHTS: the descriptor, `count` times */
	CONTROL_CREDENTIALS,   /* SCM_CREDENTIALS: the process's own */
	CONTROL_OTHER_USER,    /* the same with uid 1 */
	CONTROL_OTHER_PROCESS, /* the same with pid 1 */
	CONTROL_UNKNOWN,       /* of SOL_SOCKET, cmsg_type 0x7fff */
	CONTROL_SHORT,	       /* SCM_RIGHTS whose cmsg_len is below its header's */
	CONTROL_LONG,	       /* whose cmsg_len is more than there is */
	CONTROL_KINDS
};

struct program_control {
	unsigned char kind;
	struct program_descriptor descriptor;
	unsigned short count; /* of CONTROL_RIGHTS: 0 to 1000 */
};

/* An array of struct iovec that the buffer is cut into, all but the last of one byte.
 */
struct program_areas {
	long count; /* as it is passed: may be none of an array */
	struct program_pointer pointer;
};

struct program_call {
	unsigned char kind;
	struct program_descriptor fd; /* of all but socket(2) and socketpair(2) */
	int domain, type, protocol;   /* of socket(2) and socketpair(2) */
	struct program_pointer pair;  /* of socketpair(2): the array */
	struct program_address address;
	int backlog;		  /* of listen(2) */
	struct program_room name; /* of accept4(2), recvfrom(2) and the like */
	int flags;		  /* of accept4(2), and MSG_* */
	struct program_buffer buffer;
	struct program_pointer header;	  /* of sendmsg(2), recvmsg(2) */
	struct program_areas areas;	  /* of these */
	struct program_control control;	  /* of sendmsg(2) */
	struct program_room control_room; /* of recvmsg(2); length 0 and NULL: none */
	int how;			  /* of shutdown(2) */
	int level, optname;
	struct program_room told;   /* of getsockopt(2) */
	struct program_value value; /* of setsockopt(2), fcntl(2), ioctl(2) */
	int command;		    /* of fcntl(2) */
	unsigned int request;	    /* of ioctl(2) */
	int events;		    /* of poll(2) */
};

struct program {
	unsigned int count;
	struct program_call calls[PROGRAM_CALLS];
};

/*
 * Bytes: a record of PROGRAM_RECORD bytes for each call, and one more for each argument
 * whose value is in no table.  Any bytes are a program: a number that is too high is
 * taken modulo what there is, what is missing is zero, what follows the last call is
 * left.  program_encode() gives a program's only canonical bytes.
 */
#define PROGRAM_RECORD	  20
#define PROGRAM_BYTES_MAX ((size_t)PROGRAM_CALLS * 16 * PROGRAM_RECORD)

void program_decode(struct program *program, const void *bytes, size_t length);
/* The program's length in bytes; writes as many of them as there is room for in whole
 * calls.  The program must be normal. */
size_t program_encode(const struct program *program, void *bytes, size_t room);

/*
 * Makes a program normal, which all that come of this file's functions are: zero where
 * a call does not use its structure, references to results that are there, names that
 * are safe, no process's signals to another.
 */
void program_normalise(struct program *program);
/* Both of them normal: are all calls and arguments the same? */
bool program_equal(const struct program *a, const struct program *b);

/*
 * Text, a line a call: "fd0 = socket(AF_INET, SOCK_DGRAM, 0)".  Its syntax
 * stands in program_parse.c.
 */
void program_print(const struct program *program, FILE *out);
/* One call of it, without the end of a line; see program_first_result(). */
void program_print_call(const struct program_call *call, unsigned int first_result,
			FILE *out);

struct program_error {
	unsigned int line, column; /* from 1 */
	char message[512];	   /* what was wrong, and what is allowed */
};

/* False, with an error, where the text is none. */
bool program_parse(struct program *program, const char *text,
		   struct program_error *error);

/* Words of both forms for engines that know nothing of programs, as libFuzzer and AFL++
 * read them: name="bytes". */
void program_print_dictionary(FILE *out);

/* How many results, which are descriptors, a call has: 0, 1 or 2. */
unsigned int program_results(const struct program_call *call);
/* The number of the first result of the i-th call, or of the next one to come. */
unsigned int program_first_result(const struct program *program, unsigned int i);

/* The call's name as the manual spells it, "socketpair"; and as rules know it,
 * CALL_NONE for socketpair(2), of which none speaks. */
const char *program_call_name(enum program_kind kind);
enum call_name program_rule_name(enum program_kind kind);

/*
 * The bytes of an address: ADDRESS_BYTES_MAX of them, zero after its exact length,
 * which is returned.  `port` is that of port_of where port_taken, `pid` the process's.
 * No path is absolute or contains "..", whatever the family and form.
 */
size_t program_address_bytes(const struct program_address *address, unsigned short port,
			     unsigned int pid, unsigned char bytes[ADDRESS_BYTES_MAX]);

/* The first `length` bytes of a content. */
void program_content_bytes(enum program_content content, unsigned char *bytes,
			   size_t length);

/* Does the fcntl(2) command take memory and not a number, numbers[0]? */
bool program_fcntl_takes_memory(int command);

/*
 * The mutator.  A seed makes one result, always the same.
 */
struct program_random {
	unsigned long long state;
};
void program_seed(struct program_random *random, unsigned long long seed);
/* A new program of `calls` calls (at least 1). */
void program_make(struct program *program, unsigned int calls,
		  struct program_random *random);
/* Changes the program a little; `other` (or NULL) is one to take calls from. */
void program_mutate(struct program *program, const struct program *other,
		    struct program_random *random);
/* The beginning of a program with the end of another. */
void program_cross(struct program *program, const struct program *other,
		   struct program_random *random);
/* The program without its i-th call; what that returned is now another result. */
void program_remove(struct program *program, unsigned int i,
		    struct program_random *random);
/* program_vary.c: the i-th variation of a program, the same history of sockets of
 * another kind than the first's, and what comes is received by another call.  It may be
 * no different.  False where there are no more. */
bool program_variation(const struct program *program, unsigned int i,
		       struct program *other);
/* Encodes it without as many of its last calls as there is no room for: the length. */
size_t program_encode_within(const struct program *program, void *bytes, size_t room);

#endif
