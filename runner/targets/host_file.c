/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * host_file.c - operations on any file, as the targets `host` and `socketcall` have
 * them.  Where an offset may take two registers, the C library knows which.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "../../expected/constants.h"
#include "host.h"

static void *pointer(long number)
{
	return (void *)number;
}

static long result(long value)
{
	return value == -1 ? -errno : value;
}

/* What a mapping's address is, is nobody's affair: 0, and it is gone again. */
static long map(int fd, const long *a)
{
	void *mapped = mmap(NULL, (size_t)a[0], (int)a[1], (int)a[2], fd, a[3]);

	if (mapped == MAP_FAILED)
		return -errno;
	munmap(mapped, (size_t)a[0]);
	return 0;
}

/* The descriptor's own link in /proc, opened; what has been opened is closed again. */
static long open_link(int fd, int flags)
{
	char path[64];
	int opened;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	opened = open(path, flags);
	if (opened < 0)
		return -errno;
	close(opened);
	return 0;
}

/* In which of the sets a[0] shall the descriptor stand?  Which are left goes to a[1].
 */
static long select_one(int fd, const long *a)
{
	struct timeval none = { 0, 0 };
	int *left = pointer(a[1]);
	fd_set sets[3];
	long ready;

	for (int i = 0; i < 3; i++) {
		FD_ZERO(&sets[i]);
		if (a[0] >> i & 1)
			FD_SET(fd, &sets[i]);
	}
	ready = result(select(fd + 1, &sets[0], &sets[1], &sets[2], &none));
	*left = 0;
	for (int i = 0; ready >= 0 && i < 3; i++)
		if (FD_ISSET(fd, &sets[i]))
			*left |= 1 << i;
	return ready;
}

static long at_offset(enum call_name name, int fd, const long *a)
{
	switch (name) {
	case CALL_PREAD:
		return pread(fd, pointer(a[0]), (size_t)a[1], a[2]);
	case CALL_PWRITE:
		return pwrite(fd, pointer(a[0]), (size_t)a[1], a[2]);
	case CALL_PREADV:
		return preadv(fd, pointer(a[0]), (int)a[1], a[2]);
	case CALL_PWRITEV:
		return pwritev(fd, pointer(a[0]), (int)a[1], a[2]);
	case CALL_LSEEK:
		return lseek(fd, a[0], (int)a[1]);
	case CALL_FTRUNCATE:
		return ftruncate(fd, a[0]);
	case CALL_FALLOCATE:
		return fallocate(fd, (int)a[0], a[1], a[2]);
	case CALL_SYNC_FILE_RANGE:
		return sync_file_range(fd, a[0], a[1], (unsigned int)a[2]);
	case CALL_READAHEAD:
		return readahead(fd, a[0], (size_t)a[1]);
	default:
		errno = ENOSYS;
		return -1;
	}
}

static long between_two(enum call_name name, int fd, const long *a)
{
	switch (name) {
	case CALL_SENDFILE:
		return sendfile(fd, (int)a[0], pointer(a[1]), (size_t)a[2]);
	case CALL_SPLICE:
		return splice(fd, pointer(a[0]), (int)a[1], pointer(a[2]), (size_t)a[3],
			      (unsigned int)a[4]);
	case CALL_TEE:
		return tee(fd, (int)a[0], (size_t)a[1], (unsigned int)a[2]);
	case CALL_COPY_FILE_RANGE:
		return syscall(SYS_copy_file_range, fd, a[0], a[1], a[2], a[3], a[4]);
	case CALL_DUP2:
		return dup2(fd, (int)a[0]);
	case CALL_DUP3:
		return syscall(SYS_dup3, fd, a[0], a[1]);
	case CALL_EPOLL_CTL:
		return epoll_ctl(fd, (int)a[0], (int)a[1], pointer(a[2]));
	default:
		return at_offset(name, fd, a);
	}
}

/* On machines that have had ids of 16 bits, the call for 32 is another. */
static long change_owner(int fd, const long *a)
{
#ifdef SYS_fchown32
	return syscall(SYS_fchown32, fd, a[0], a[1]);
#else
	return syscall(SYS_fchown, fd, a[0], a[1]);
#endif
}

long host_file(enum call_name name, int fd, const long argument[FILE_ARGUMENTS])
{
	const long *a = argument;

	switch (name) {
	case CALL_WRITEV:
		return result(syscall(SYS_writev, fd, a[0], a[1]));
	case CALL_MMAP:
		return map(fd, a);
	case CALL_FSYNC:
		return result(syscall(SYS_fsync, fd));
	case CALL_FDATASYNC:
		return result(syscall(SYS_fdatasync, fd));
	case CALL_GETDENTS:
		return result(syscall(SYS_getdents64, fd, a[0], a[1]));
	case CALL_FLOCK:
		return result(syscall(SYS_flock, fd, a[0]));
	case CALL_FCHMOD:
		return result(syscall(SYS_fchmod, fd, a[0]));
	case CALL_FCHOWN:
		return result(change_owner(fd, a));
	case CALL_VMSPLICE:
		return result(syscall(SYS_vmsplice, fd, a[0], a[1], a[2]));
	case CALL_DUP:
		return result(syscall(SYS_dup, fd));
	case CALL_OPEN:
		return open_link(fd, (int)a[0]);
	case CALL_SELECT:
		return select_one(fd, a);
	case CALL_EPOLL_WAIT:
		return result(epoll_wait(fd, pointer(a[0]), (int)a[1], (int)a[2]));
	default:
		return result(between_two(name, fd, a));
	}
}
