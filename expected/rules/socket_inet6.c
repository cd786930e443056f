/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * socket_inet6.c - rules of socket(2) for AF_INET6, in the order of inet6_create().
 */
#define IP_FAMILY     AF_INET6
#define IP_RULES      socket_inet6_rules
#define IP_RULE	      "socket.inet6."
#define IP_ECHO	      IPPROTO_ICMPV6
#define IP_ECHO_SINCE LINUX(3, 11)
#define IP_FILE	      "net/ipv6/af_inet6.c"
#define IP_FUNCTION   "inet6_create"
#include "socket_ip.h"

RULE_LIST(socket_inet6, CALL_SOCKET);
