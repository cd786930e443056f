/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bind_netlink.c - rules of bind(2) for AF_NETLINK, in the order of netlink_bind().
 */
#include "bind_common.h"

const struct rule_list bind_netlink = { CALL_BIND, NULL, 0 };
