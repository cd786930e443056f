/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * socket_inet.c - rules of socket(2) for AF_INET, in the order of inet_create().
 */
#define IP_FAMILY     AF_INET
#define IP_RULES      socket_inet_rules
#define IP_RULE	      "socket.inet."
#define IP_ECHO	      IPPROTO_ICMP
#define IP_ECHO_SINCE LINUX(3, 0)
#define IP_FILE	      "net/ipv4/af_inet.c"
#define IP_FUNCTION   "inet_create"
#include "socket_ip.h"

RULE_LIST(socket_inet, CALL_SOCKET);
