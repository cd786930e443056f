/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * pipes.c - other files that bytes are moved to a socket from, or from one to: a pipe,
 * a regular file.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "harness.h"

static const char letters[] = "abcdefghijklmnopqrstuvwxyz";

static void must_write(int fd, size_t size)
{
	must(size < sizeof(letters), "at most %zu bytes are written", sizeof(letters));
	must(write(fd, letters, size) == (ssize_t)size, "write: %s", errno_name(errno));
}

void open_pipe(int ends[2], size_t bytes)
{
	need_kernel("pipes");
	if (session.target->imaginary) {
		ends[0] = world_lowest_free(&world);
		world.open[ends[0]] = DESCRIPTOR_PIPE_READ;
		ends[1] = world_lowest_free(&world);
	} else {
		must(!pipe(ends), "pipe: %s", errno_name(errno));
		must_write(ends[1], bytes);
	}
	world.open[ends[0]] = DESCRIPTOR_PIPE_READ;
	world.open[ends[1]] = DESCRIPTOR_PIPE_WRITE;
	world.pipe_bytes = bytes;
}

long pipe_bytes(int fd)
{
	int bytes = -1;

	if (session.target->imaginary)
		return (long)world.pipe_bytes;
	must(!ioctl(fd, FIONREAD, &bytes), "FIONREAD: %s", errno_name(errno));
	return bytes;
}

/* A file without a name, in memory, or else where temporary files are. */
static int open_unnamed(void)
{
	char path[] = "/tmp/sockcheck-XXXXXX";
	int fd = -1;

#ifdef SYS_memfd_create
	fd = (int)syscall(SYS_memfd_create, "data of a case", 0U);
#endif
	if (fd >= 0)
		return fd;
	fd = mkstemp(path);
	if (fd >= 0)
		unlink(path);
	return fd;
}

int open_data(size_t size)
{
	int fd;

	need_kernel("files");
	fd = session.target->imaginary ? world_lowest_free(&world) : open_unnamed();
	must(fd == world_lowest_free(&world), "a file %d was opened: %s", fd,
	     errno_name(errno));
	if (!session.target->imaginary) {
		must_write(fd, size);
		must(!lseek(fd, 0, SEEK_SET), "lseek: %s", errno_name(errno));
	}
	world.open[fd] = DESCRIPTOR_DATA;
	world.data_size = size;
	world.data_offset = 0;
	return fd;
}
