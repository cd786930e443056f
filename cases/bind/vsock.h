/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * vsock.h - sockets of AF_VSOCK. Their ports are the whole machine's, whatever the
 * network namespace: every case takes those of vsock_port(), which no other case has at
 * the time.
 */
#ifndef CASES_BIND_VSOCK_H
#define CASES_BIND_VSOCK_H

#include "sockcheck.h"

#define VSOCK .has = { FEATURE_FAMILY(AF_VSOCK) }
#define ANY   LINUX_VMADDR_CID_ANY
#define LOCAL LINUX_VMADDR_CID_LOCAL

static inline int stream(void)
{
	return must_socket(AF_VSOCK, SOCK_STREAM, 0);
}

static inline struct address any(unsigned int n)
{
	return vsock_address(ANY, vsock_port(n));
}

#endif
