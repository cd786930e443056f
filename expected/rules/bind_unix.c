/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bind_unix.c - rules of bind(2) for AF_UNIX, in the order of unix_bind().
 */
#include "bind_common.h"

const struct rule_list bind_unix = { CALL_BIND, NULL, 0 };
