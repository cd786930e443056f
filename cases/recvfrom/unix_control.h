/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * unix_control.h - what is sent by AF_UNIX besides the data, and what has come of it.
 */
#ifndef CASES_RECVFROM_UNIX_CONTROL_H
#define CASES_RECVFROM_UNIX_CONTROL_H

#include <sys/stat.h>

#include "unix.h"

#define HEADERS (SC_RECVMSG | SC_RECVMMSG)
/* The doors without room for control messages. */
#define BARE_DOORS (SC_RECVFROM | SC_RECV | SC_READ | SC_READV)

#define RIGHTS(n)   CMSG_SPACE((n) * sizeof(int))
#define CREDENTIALS CMSG_SPACE(sizeof(struct ucred))
#define HEADER	    CMSG_LEN(0)

static const int types[] = { SOCK_DGRAM, SOCK_SEQPACKET, SOCK_STREAM };

/* What is sent, and what has come. */
static _Alignas(struct cmsghdr) unsigned char sent[1024], control[1024];
static size_t controllen;

static inline size_t add_message(size_t used, int type, const void *data, size_t length)
{
	struct cmsghdr header = { .cmsg_len = CMSG_LEN(length),
				  .cmsg_level = SOL_SOCKET,
				  .cmsg_type = type };

	memcpy(sent + used, &header, sizeof(header));
	memcpy(sent + used + CMSG_LEN(0), data, length);
	return used + CMSG_SPACE(length);
}

static inline void send_with(int fd, const char *text, size_t length)
{
	struct iovec area = { (void *)text, strlen(text) };
	struct msghdr header = { .msg_iov = &area,
				 .msg_iovlen = 1,
				 .msg_control = sent,
				 .msg_controllen = length };

	must(t_sendmsg(fd, &header, 0) == (long)strlen(text), "nothing was sent");
}

#define FDS_MAX 20

/* Sends a text with as many descriptors, all of one file. */
static inline void send_rights(int fd, const char *text, int file, size_t count)
{
	int fds[FDS_MAX];

	for (size_t i = 0; i < count; i++)
		fds[i] = file;
	send_with(fd, text, add_message(0, SCM_RIGHTS, fds, count * sizeof(int)));
}

static inline long receive(int fd, size_t length, int flags, size_t room)
{
	controllen = room;
	memset(control, RESULT_FILL, sizeof(control));
	return t_recvmsg(fd, inbox.buffer, length, flags, control, &controllen);
}

/* The descriptors that stand in a message at this place: so many, the first of which
 * has this number, and each the next one. */
static inline void expect_rights(size_t at, size_t count, int first)
{
	struct cmsghdr header;

	memcpy(&header, control + at, sizeof(header));
	expect_that(header.cmsg_level == SOL_SOCKET && header.cmsg_type == SCM_RIGHTS,
		    "the message is one of type %d", header.cmsg_type);
	expect_that(header.cmsg_len == CMSG_LEN(count * sizeof(int)),
		    "the message is %zu bytes long", (size_t)header.cmsg_len);
	for (size_t i = 0; i < count; i++) {
		int fd;

		memcpy(&fd, control + at + CMSG_LEN(0) + i * sizeof(fd), sizeof(fd));
		expect_that(fd == first + (int)i, "descriptor %zu is %d, not %d", i, fd,
			    first + (int)i);
	}
}

/* Nothing is written behind what the call tells of. */
static inline void expect_no_more(size_t room)
{
	for (size_t i = room; i < sizeof(control); i++)
		expect_that(control[i] == RESULT_FILL,
			    "memory is written behind the room for control messages");
}

/* Two descriptors of one file. */
static inline bool same_file(int one, int other)
{
	struct stat first, second;

	if (nothing_behind())
		return true;
	return !fstat(one, &first) && !fstat(other, &second) &&
	       first.st_ino == second.st_ino && first.st_dev == second.st_dev;
}

static inline bool closes_on_exec(int fd)
{
	return fcntl(fd, F_GETFD) & FD_CLOEXEC;
}

/* Of 0 to 2, a pair and the file, the lowest that is free is this one. */
#define FIRST 6

#define EACH_TYPE .types = SC_DGRAM | SC_SEQPACKET | SC_STREAM
#define IN_HEADER .doors = HEADERS, HAS_UNIX

/* A pair, and a file to pass: 3, 4 and 5. */
static inline int pair_and_file(int type, int fds[2])
{
	need_own_control_layout();
	unix_pair(type, fds);
	return open_descriptor(OPEN_PIPE);
}

#endif
