/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * group.h - a group of sockets that share a port by SO_REUSEPORT, with a program of its
 * own.
 */
#ifndef CASES_BIND_GROUP_H
#define CASES_BIND_GROUP_H

#include <linux/filter.h>

#include "sockcheck.h"

/* A classic BPF program that chooses the first socket: it makes a group before bind(2)
 * does. */
static inline void must_attach_program(int fd)
{
	struct sock_filter first = { BPF_RET | BPF_K, 0, 0, 0 };
	struct sock_fprog program = { 1, &first };

	sc_must(SC_LINE,
		t_setsockopt(fd, SOL_SOCKET, LINUX_SO_ATTACH_REUSEPORT_CBPF, &program,
			     sizeof(program)),
		"setsockopt(2) of SO_ATTACH_REUSEPORT_CBPF");
}

#endif
