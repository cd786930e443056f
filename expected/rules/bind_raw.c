/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bind_raw.c - rules of bind(2) for raw sockets of the IP families, in the order of
 * raw_bind() and rawv6_bind().
 */
#include "bind_common.h"

const struct rule_list bind_raw = { CALL_BIND, NULL, 0 };
