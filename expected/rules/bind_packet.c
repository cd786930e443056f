/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bind_packet.c - rules of bind(2) for AF_PACKET, in the order of packet_bind() and
 * packet_bind_spkt().
 */
#include "bind_common.h"

const struct rule_list bind_packet = { CALL_BIND, NULL, 0 };
