/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * sockmap.c - a map of BPF that holds sockets, whose functions it replaces by its own:
 * without a program, they do what the others did.  And a program that a socket's group
 * of SO_REUSEPORT has.
 */
#include <fcntl.h>
#include <stdint.h>
#include <unistd.h>

#include <linux/bpf.h>

#include "harness.h"

/* include/uapi/linux/bpf.h, for headers older than Linux 4.14. */
#define ATTACH_REUSEPORT_EBPF 52 /* SO_ATTACH_REUSEPORT_EBPF */
#define MAP_TYPE_SOCKMAP      15

/* The attributes of BPF_MAP_CREATE, and of BPF_MAP_UPDATE_ELEM. */
struct map_attributes {
	uint32_t type, key_size, value_size, max_entries;
};

struct element_attributes {
	uint32_t map;
	uint64_t key __attribute__((aligned(8)));
	uint64_t value;
	uint64_t flags;
};

/* A map of one socket, which stays open as long as the case: else the socket would get
 * its own functions back.  It is the last descriptor, which no case comes to. */
static int make_map(void)
{
	struct map_attributes attributes = { MAP_TYPE_SOCKMAP, sizeof(uint32_t),
					     sizeof(uint32_t), 1 };
	int made = bpf(BPF_MAP_CREATE, &attributes, sizeof(attributes)), map;

	if (made < 0)
		return made;
	map = fcntl(made, F_DUPFD_CLOEXEC, WORLD_DESCRIPTORS - 1);
	if (map < 0)
		map = -errno;
	close(made);
	return map;
}

static int put(int map, int fd)
{
	uint32_t key = 0, value = (uint32_t)fd;
	struct element_attributes attributes = { .map = (uint32_t)map,
						 .key = (uint64_t)(uintptr_t)&key,
						 .value = (uint64_t)(uintptr_t)&value };

	return bpf(BPF_MAP_UPDATE_ELEM, &attributes, sizeof(attributes));
}

void let_in_by_any_address(int fd)
{
	int program, error;

	need_kernel("programs of BPF");
	need_own_descriptors();
	if (session.target->imaginary)
		return;
	program = load_any_address_program();
	if (program < 0)
		sc_skip("needs BPF_PROG_TYPE_SK_REUSEPORT: %s", errno_name(-program));
	error = setsockopt(fd, SOL_SOCKET, ATTACH_REUSEPORT_EBPF, &program,
			   sizeof(program))
			? errno
			: 0;
	close(program);
	must(!error, "SO_ATTACH_REUSEPORT_EBPF: %s", errno_name(error));
}

void put_into_sockmap(int fd)
{
	int map, error;

	need_kernel("maps of BPF");
	need_own_descriptors();
	world_socket_to_change(&world, fd)->in_sockmap = true;
	if (session.target->imaginary)
		return;
	map = make_map();
	if (map < 0)
		sc_skip("needs BPF_MAP_TYPE_SOCKMAP: %s", errno_name(-map));
	error = put(map, fd);
	if (error < 0)
		sc_skip("needs a socket of AF_UNIX in a sockmap: %s",
			errno_name(-error));
}
