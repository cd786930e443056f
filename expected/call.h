/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * call.h - one call of the socket API, as data: what a rule's condition looks at.
 */
#ifndef EXPECTED_CALL_H
#define EXPECTED_CALL_H

#include <stdbool.h>
#include <stddef.h>

enum call_name {
	CALL_NONE,
	CALL_SOCKET,
	CALL_CLOSE,
	CALL_BIND,
	CALL_CONNECT,
	CALL_LISTEN,
	CALL_ACCEPT4,
	CALL_SHUTDOWN,
	CALL_GETSOCKNAME,
	CALL_GETPEERNAME,
	CALL_SENDTO,
	CALL_SENDMSG,
	CALL_RECVFROM,
	/* The doors beside it: see call_receives(). */
	CALL_RECV,
	CALL_RECVMSG,
	CALL_RECVMMSG, /* of one message */
	CALL_READ,
	CALL_READV,
	CALL_RECVMMSGS, /* recvmmsg(2) of any number of messages */
	CALL_SETSOCKOPT,
	CALL_GETSOCKOPT,
	CALL_FCNTL,
	CALL_FSTAT,
	CALL_FSTATFS,
	CALL_READLINK,
	CALL_SOCKETCALL,
	/* What any file can be asked for. */
	CALL_WRITE,
	CALL_WRITEV,
	CALL_PREAD,
	CALL_PWRITE,
	CALL_PREADV,
	CALL_PWRITEV,
	CALL_LSEEK,
	CALL_MMAP,
	CALL_FSYNC,
	CALL_FDATASYNC,
	CALL_SYNC_FILE_RANGE,
	CALL_READAHEAD,
	CALL_GETDENTS,
	CALL_FTRUNCATE,
	CALL_FALLOCATE,
	CALL_FLOCK,
	CALL_FCHMOD,
	CALL_FCHOWN,
	CALL_SENDFILE,
	CALL_SPLICE,
	CALL_TEE,
	CALL_VMSPLICE,
	CALL_COPY_FILE_RANGE,
	CALL_DUP,
	CALL_DUP2,
	CALL_DUP3,
	CALL_OPEN,
	CALL_IOCTL,
	CALL_POLL,
	CALL_SELECT,
	CALL_EPOLL_CTL,
	CALL_EPOLL_WAIT,
	CALL_COUNT
};

/*
 * The members of struct stat and struct statfs that rules speak of.  One fstat(2) is
 * one call for each member asked for, so that each has a rule of its own.
 */
enum stat_field {
	STAT_MODE,
	STAT_UID,
	STAT_GID,
	STAT_NLINK,
	STAT_SIZE,
	STAT_INO,
	STATFS_TYPE,
};

/* Room for any address: sizeof(struct sockaddr_storage), the most that is copied. */
#define ADDRESS_BYTES_MAX 128

/* An address argument: what lies in the caller's memory, as far as it is passed. */
struct call_address {
	int addrlen;	 /* as it was passed */
	bool unreadable; /* not all of the addrlen bytes can be read */
	/* The bytes that the kernel copies, where addrlen allows it; else zeros. */
	unsigned char bytes[ADDRESS_BYTES_MAX];
};

/* Room for the value of an option that rules look at, a device's name the longest. */
#define OPTION_BYTES_MAX 16

/* The most arguments that a call behind socketcall(2) has. */
#define SOCKETCALL_WORDS 6

/* The most arguments behind the descriptor of an operation on a file; and room for what
 * rules look at of the memory that one reads. */
#define FILE_ARGUMENTS 5
#define FILE_BYTES_MAX 24

/* What is wrong with the arguments of a call that receives, where a case gives it a
 * header, areas or a timeout of its own. */
enum wrong {
	HEADER_UNREADABLE = 1 << 0,
	HEADER_READ_ONLY = 1 << 1,
	AREAS_TOO_MANY = 1 << 2, /* more than UIO_MAXIOV */
	AREAS_UNREADABLE = 1 << 3,
	AREA_NEGATIVE = 1 << 4, /* an iov_len that is none of a ssize_t */
	TIMEOUT_UNREADABLE = 1 << 5,
	TIMEOUT_READ_ONLY = 1 << 6,
	TIMEOUT_INVALID = 1 << 7, /* no number of seconds and nanoseconds */
	TIMEOUT_OVER = 1 << 8,	  /* not wrong: it is over at once */
};

/* A call: its name, its descriptor (where it has one) and its other arguments. */
struct call {
	enum call_name name;
	int fd;
	union {
		struct {
			int domain;
			int type;
			int protocol;
		} socket;
		struct {
			int level;
			int optname;
			unsigned int optlen;
			/* Of setsockopt(2): the first bytes of the value, as far as
			 * they can be read; how many of its optlen bytes can be; and
			 * whether it is NULL. */
			unsigned char bytes[OPTION_BYTES_MAX];
			size_t readable;
			bool null;
		} option;
		struct call_address address; /* of bind(2) and connect(2) */
		struct {
			size_t length; /* of the buffer */
			int flags;
			struct call_address to; /* of sendto(2); addrlen 0: none */
			/* Of sendto(2): the bytes, for as long as the call is made;
			 * NULL where they cannot be read. */
			const unsigned char *payload;
			bool foreign; /* the buffer lies beyond what is a process's */
			/* Of sendmsg(2): how many descriptors it passes, and whose
			 * credentials it gives, if any: pid, uid and gid. */
			unsigned int rights;
			bool credentials_given;
			bool control_given; /* any control message at all */
			unsigned int credentials[3];
			/* Of recvfrom(2): how much of the buffer can be written;
			 * whether addr is not NULL, addrlen can be read, its value, and
			 * how much of the memory at addr can be written. */
			size_t writable;
			bool name_wanted, addrlen_unreadable, addrlen_unwritable;
			int room;
			size_t name_writable;
			/* Of recvmsg(2): msg_controllen, of memory that can be written.
			 */
			size_t control_room;
			/* Of writev(2) and sendmsg(2), and of recvmsg(2) and readv(2)
			 * with areas of the case's own: how many areas there are said
			 * to be; and whether what says where they are can be read. Of
			 * all calls that send: how many of the bytes can be read. */
			long areas;
			bool areas_unreadable;
			size_t readable;
			unsigned int wrong; /* enum wrong */
			/* Of recvmmsg(2): how many messages it asks for, and how many
			 * of them, from the first on, have a header that can be read.
			 */
			unsigned int asked, headers;
		} message;
		int backlog; /* of listen(2) */
		int flags;   /* of accept4(2) */
		int how;     /* of shutdown(2) */
		struct {
			int command;
			long argument;
			bool unreachable; /* the memory that it points to */
			/* Which begins with: struct f_owner_ex, l_type and l_pid. */
			int numbers[2];
		} fcntl;
		enum stat_field field;
		struct {
			/* As they stand behind the descriptor.  A pointer is 0 for
			 * NULL, 1, or 2 where the memory cannot be reached. */
			long argument[FILE_ARGUMENTS];
			size_t length;	  /* of the memory that is passed, */
			size_t reachable; /* and how much can be read or written */
			bool foreign;	  /* it lies beyond what is a process's */
			unsigned char bytes[FILE_BYTES_MAX]; /* it begins with */
		} file;
		struct {
			int number;
			bool unreadable; /* not all of its arguments can be read */
			unsigned int words[SOCKETCALL_WORDS]; /* its arguments */
		} multiplexed;				      /* of socketcall(2) */
	};
};

/* How many arguments socketcall(2) reads for a call's number: 0 for one that is none.
 */
unsigned int socketcall_arguments(int number);

/* Room for the longest thing that a call writes back: a struct sockaddr_storage. */
#define RESULT_BYTES_MAX 128

/* Room for control messages. */
#define RESULT_CONTROL_MAX 256

/* What a buffer is filled with before a call that receives, so that bytes show which
 * were written where none was due, or were left unwritten. */
#define RESULT_FILL 0xa5

/*
 * What a call gave: a value or a negative errno, and the bytes that it wrote to its
 * caller (an address, an option's value, a link's text).
 */
struct result {
	long value;
	unsigned int told; /* of recvfrom(2): *addrlen afterwards */
	unsigned int length;
	unsigned char bytes[RESULT_BYTES_MAX];
	/* Of calls that receive: the buffer, which was filled with RESULT_FILL, and how
	 * much of it can be looked at; NULL where it cannot. */
	const unsigned char *data;
	size_t data_room;
	/* Of recvmsg(2) and recvmmsg(2): msg_flags, and what stands in msg_control. */
	int flags;
	unsigned int control_length;
	unsigned char control[RESULT_CONTROL_MAX];
};

/* Is it recvfrom(2) or a door beside it, whose rules are those of recvfrom(2) wherever
 * it has no other of its own? */
bool call_receives(enum call_name name);

/* Is more to be received or sent than ends within a process's addresses, wherever it
 * begins?  Only where a pointer has 64 bits can that be told. */
bool call_exceeds_addresses(const struct call *call);

/* The call's name as the manual spells it, "getsockopt"; never NULL. */
const char *call_name(enum call_name name);

#endif
