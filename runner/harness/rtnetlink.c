/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * rtnetlink.c - requests to rtnetlink(7), and what it tells of routes.
 */
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "harness.h"
#include "rtnetlink.h"

/* Adding an address tells of two routes, or of three. */
#define MESSAGES_MAX 64

void begin(struct request *request, int type, int flags, const void *body,
	   size_t length)
{
	memset(request, 0, sizeof(*request));
	request->header.nlmsg_type = (unsigned short)type;
	request->header.nlmsg_flags =
		(unsigned short)(NLM_F_REQUEST | NLM_F_ACK | flags);
	memcpy(request->bytes, body, length);
	request->header.nlmsg_len = NLMSG_LENGTH((unsigned int)length);
}

struct rtattr *append(struct request *request, int type, const void *data,
		      size_t length)
{
	size_t at = NLMSG_ALIGN(request->header.nlmsg_len) - NLMSG_HDRLEN;
	struct rtattr *attribute = (void *)(request->bytes + at);

	must(at + RTA_SPACE(length) <= sizeof(request->bytes),
	     "a request to rtnetlink is too long");
	attribute->rta_type = (unsigned short)type;
	attribute->rta_len = (unsigned short)RTA_LENGTH(length);
	if (length)
		memcpy(RTA_DATA(attribute), data, length);
	request->header.nlmsg_len =
		(unsigned int)(NLMSG_HDRLEN + at + RTA_ALIGN(attribute->rta_len));
	return attribute;
}

void end_nest(struct request *request, struct rtattr *nest)
{
	nest->rta_len =
		(unsigned short)((unsigned char *)&request->header +
				 request->header.nlmsg_len - (unsigned char *)nest);
}

int ask(struct request *request)
{
	struct {
		struct nlmsghdr header;
		struct nlmsgerr error;
		unsigned char rest[1024];
	} answer;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	int error = 0;

	if (fd < 0)
		return -errno;
	if (send(fd, request, request->header.nlmsg_len, 0) < 0 ||
	    recv(fd, &answer, sizeof(answer), 0) < (ssize_t)sizeof(answer.header))
		error = -errno;
	else if (answer.header.nlmsg_type == NLMSG_ERROR)
		error = answer.error.error;
	close(fd);
	return error;
}

int hear_routes(void)
{
	struct sockaddr_nl name = { .nl_family = AF_NETLINK,
				    .nl_groups = RTMGRP_IPV6_ROUTE };
	struct timeval limit = { .tv_sec = 1 };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (fd >= 0 &&
	    (bind(fd, (void *)&name, sizeof(name)) ||
	     setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)))) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* Does the message tell of a new local route to the address? */
static bool tells_of(const struct nlmsghdr *header, const void *address)
{
	const struct rtmsg *route = NLMSG_DATA(header);
	unsigned int left = (unsigned int)RTM_PAYLOAD(header);

	if (header->nlmsg_type != RTM_NEWROUTE || route->rtm_type != RTN_LOCAL)
		return false;
	for (const struct rtattr *it = RTM_RTA(route); RTA_OK(it, left);
	     it = RTA_NEXT(it, left))
		if (it->rta_type == RTA_DST && RTA_PAYLOAD(it) == 16 &&
		    !memcmp(RTA_DATA(it), address, 16))
			return true;
	return false;
}

bool local_route_comes(int fd, const void *address)
{
	union {
		struct nlmsghdr header;
		unsigned char bytes[4096];
	} message;
	bool comes = false;
	ssize_t length;

	for (int i = 0; !comes && i < MESSAGES_MAX; i++) {
		length = recv(fd, &message, sizeof(message), 0);
		if (length < (ssize_t)NLMSG_LENGTH(sizeof(struct rtmsg)))
			break;
		comes = NLMSG_OK(&message.header, (unsigned int)length) &&
			tells_of(&message.header, address);
	}
	close(fd);
	return comes;
}
