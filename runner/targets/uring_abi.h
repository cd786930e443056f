/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * uring_abi.h - io_uring's numbers and structures, as far as sockets need them.  Those
 * of <linux/io_uring.h> are as old as the machine that this is built on.
 */
#ifndef RUNNER_TARGETS_URING_ABI_H
#define RUNNER_TARGETS_URING_ABI_H

#include <stdint.h>

/* What a request asks for, with the release that has it first. */
enum {
	URING_OP_READV = 1,	    /* 5.1 */
	URING_OP_SENDMSG = 9,	    /* 5.3 */
	URING_OP_RECVMSG = 10,	    /* 5.3 */
	URING_OP_ACCEPT = 13,	    /* 5.5 */
	URING_OP_ASYNC_CANCEL = 14, /* 5.5 */
	URING_OP_CONNECT = 16,	    /* 5.5 */
	URING_OP_CLOSE = 19,	    /* 5.6 */
	URING_OP_READ = 22,	    /* 5.6 */
	URING_OP_WRITE = 23,	    /* 5.6 */
	URING_OP_SEND = 26,	    /* 5.6 */
	URING_OP_RECV = 27,	    /* 5.6 */
	URING_OP_SOCKET = 45,	    /* 5.19 */
	URING_OP_URING_CMD = 46,    /* 5.19 */
	URING_OP_SENDMSG_ZC = 48,   /* 6.1 */
	URING_OP_BIND = 56,	    /* 6.11 */
	URING_OP_LISTEN = 57,	    /* 6.11 */
};

/* Of URING_OP_URING_CMD on a socket, Linux 6.7. */
enum { URING_CMD_GETSOCKOPT = 2, URING_CMD_SETSOCKOPT = 3 };

/* Of URING_OP_READ and its like, in operation_flags: RWF_NOWAIT of preadv2(2). */
#define URING_NOWAIT 8U

#define URING_ACCEPT_DONTWAIT 2U /* in priority, Linux 6.10 */

/*
 * A request: 64 bytes, in which most members mean something else to each operation. The
 * members of a union are of one size: what is not named of one is zero.
 */
struct uring_request {
	uint8_t operation;
	uint8_t flags;
	uint16_t priority; /* of network operations: their own flags */
	int32_t fd;
	union {
		uint64_t offset; /* in a file, or a second address */
		struct {
			uint32_t command; /* of URING_OP_URING_CMD */
			uint32_t command_rest;
		};
	};
	union {
		uint64_t address;
		struct {
			uint32_t level;
			uint32_t optname;
		};
	};
	uint32_t length;
	uint32_t operation_flags;
	uint64_t user_data; /* comes back in the completion */
	uint16_t buffer;
	uint16_t personality;
	union {
		struct {
			uint16_t addrlen; /* of URING_OP_SEND */
			uint16_t addrlen_rest;
		};
		uint32_t optlen;
	};
	uint64_t optval;
	uint64_t unused;
};

struct uring_completion {
	uint64_t user_data;
	int32_t result;
	uint32_t flags;
};

/* Where in the memory of a queue its parts lie. */
struct uring_submission_offsets {
	uint32_t head, tail, mask, entries, flags, dropped, array, reserved;
	uint64_t user_address;
};

struct uring_completion_offsets {
	uint32_t head, tail, mask, entries, overflow, completions, flags, reserved;
	uint64_t user_address;
};

struct uring_params {
	uint32_t submissions, completions, flags, cpu, idle, features, queue;
	uint32_t reserved[3];
	struct uring_submission_offsets submission;
	struct uring_completion_offsets completion;
};

#define URING_FEATURE_SINGLE_MMAP      (1U << 0)  /* 5.4 */
#define URING_FEATURE_RECV_SEND_BUNDLE (1U << 14) /* 6.10 */

#define URING_OFFSET_QUEUES   0
#define URING_OFFSET_REQUESTS 0x10000000

#define URING_ENTER_WAIT       (1U << 0)
#define URING_ENTER_REGISTERED (1U << 4)

#define URING_REGISTER_PROBE 8
#define URING_REGISTER_RING  20 /* 5.18 */

#define URING_PROBED_MAX 64

struct uring_probe {
	uint8_t last;
	uint8_t count;
	uint16_t reserved;
	uint32_t reserved_too[3];
	struct {
		uint8_t operation;
		uint8_t reserved;
		uint16_t flags; /* 1: the kernel has it */
		uint32_t reserved_too;
	} operations[URING_PROBED_MAX];
};

struct uring_registered {
	uint32_t index; /* which place, or UINT32_MAX: any; and the one that it got */
	uint32_t reserved;
	uint64_t data; /* the descriptor */
};

#endif
