/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * vsock.h - connections of AF_VSOCK between two sockets of this machine.
 */
#ifndef CASES_RECVFROM_VSOCK_H
#define CASES_RECVFROM_VSOCK_H

#include "links.h"

/* For kernels that have a transport for that. */
#define LOCAL .has = { FEATURE_FAMILY(AF_VSOCK), FEATURE_VSOCK_LOCAL }
#define CID   LINUX_VMADDR_CID_LOCAL

/* The end that receives, and the one that sends. */
static inline void connect_two(int type, int fds[2])
{
	int listener = must_socket(AF_VSOCK, type, 0);

	need_vsock_port(vsock_port(0));
	must_bind(listener, vsock_address(CID, vsock_port(0)));
	must_listen(listener);
	fds[1] = must_socket(AF_VSOCK, type, 0);
	must_connect(fds[1], vsock_address(CID, vsock_port(0)));
	fds[0] = must_accept(listener);
}

#endif
