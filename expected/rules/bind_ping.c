/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bind_ping.c - rules of bind(2) for ICMP echo sockets, in the order of ping_bind().
 */
#include "bind_common.h"

const struct rule_list bind_ping = { CALL_BIND, NULL, 0 };
