/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * netlink.h - what the cases of bind(2) for AF_NETLINK share.
 */
#ifndef CASES_BIND_NETLINK_H
#define CASES_BIND_NETLINK_H

#include "sockcheck.h"

/* NETLINK_USERSOCK is for any use, and no part of the kernel listens there. */
#define ROUTE	 .has = { FEATURE_NETLINK(NETLINK_ROUTE) }
#define USERSOCK .has = { FEATURE_NETLINK(NETLINK_USERSOCK) }
#define ADMIN	 .caps = SC_CAP(LINUX_CAP_NET_ADMIN)

/* include/uapi/linux/rtnetlink.h, RTMGRP_LINK and RTMGRP_NEIGH. */
#define LINK_GROUP  1
#define NEIGH_GROUP 4

/* A port that no process has: their numbers end at 2^22. */
#define PORT 0x40000001U

static inline int usersock(void)
{
	return must_socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK);
}

static inline int route(void)
{
	return must_socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
}

#endif
