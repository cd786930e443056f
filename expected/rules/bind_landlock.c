/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bind_landlock.c - rules of bind(2) where Landlock governs TCP ports.
 */
#include "bind_common.h"

const struct rule_list bind_landlock = { CALL_BIND, NULL, 0 };
