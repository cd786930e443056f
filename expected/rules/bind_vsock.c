/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bind_vsock.c - rules of bind(2) for AF_VSOCK, in the order of vsock_bind().
 */
#include "bind_common.h"

const struct rule_list bind_vsock = { CALL_BIND, NULL, 0 };
