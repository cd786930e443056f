/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * program_phrases.c - programs that lead somewhere: what takes many calls in the right
 * order, such as a connection, is seldom found call by call.
 */
#include <stdlib.h>

#include "program_random.h"

static const char *const texts[] = {
	/* A datagram over loopback, to a socket that is bound, and one back. */
	"fd0 = socket(AF_INET, SOCK_DGRAM|SOCK_NONBLOCK, 0)\n"
	"bind(fd0, {AF_INET, 127.0.0.1:5000}, 16)\n"
	"fd1 = socket(AF_INET, SOCK_DGRAM|SOCK_NONBLOCK, 0)\n"
	"sendto(fd1, buffer[64], 0, {AF_INET, 127.0.0.1:port(fd0)}, 16)\n"
	"recvfrom(fd0, buffer[64], MSG_DONTWAIT, name[128])\n"
	"sendto(fd0, buffer[8], 0, {AF_INET, 127.0.0.1:port(fd1)}, 16)\n"
	"recvfrom(fd1, buffer[16], MSG_DONTWAIT, name[16])\n",
	"fd0 = socket(AF_INET6, SOCK_DGRAM|SOCK_NONBLOCK, 0)\n"
	"bind(fd0, {AF_INET6, [::1]:0}, 28)\n"
	"fd1 = socket(AF_INET6, SOCK_DGRAM|SOCK_NONBLOCK, 0)\n"
	"connect(fd1, {AF_INET6, [::1]:port(fd0)}, 28)\n"
	"write(fd1, buffer[16])\n"
	"recvmsg(fd0, header, name[128], buffer[64], areas[2], control[128], "
	"MSG_DONTWAIT)\n",
	/* A connection of TCP, data in it, and its end. */
	"fd0 = socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK, 0)\n"
	"bind(fd0, {AF_INET, 127.0.0.1:0}, 16)\n"
	"listen(fd0, 5)\n"
	"fd1 = socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK, 0)\n"
	"connect(fd1, {AF_INET, 127.0.0.1:port(fd0)}, 16)\n"
	"fd2 = accept4(fd0, name[128], SOCK_NONBLOCK)\n"
	"sendto(fd1, buffer[64], MSG_NOSIGNAL, NULL, 0)\n"
	"recvfrom(fd2, buffer[16], MSG_DONTWAIT, NULL)\n"
	"sendto(fd1, buffer[1], MSG_OOB|MSG_NOSIGNAL, NULL, 0)\n"
	"recvfrom(fd2, buffer[1], MSG_OOB|MSG_DONTWAIT, NULL)\n"
	"shutdown(fd1, SHUT_WR)\n"
	"recvfrom(fd2, buffer[64], MSG_DONTWAIT, NULL)\n"
	"close(fd1)\n",
	"fd0 = socket(AF_INET6, SOCK_STREAM|SOCK_NONBLOCK, 0)\n"
	"bind(fd0, {AF_INET6, [::]:5000}, 28)\n"
	"listen(fd0, 1)\n"
	"fd1 = socket(AF_INET, SOCK_STREAM, 0)\n"
	"connect(fd1, {AF_INET, 127.0.0.1:5000}, 16)\n"
	"fd2 = accept4(fd0, name[28], SOCK_NONBLOCK)\n"
	"write(fd2, buffer[8])\n"
	"read(fd1, buffer[64])\n",
	/* The same port twice. */
	"fd0 = socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK, 0)\n"
	"setsockopt(fd0, SOL_SOCKET, SO_REUSEADDR, &1, 4)\n"
	"bind(fd0, {AF_INET, 0.0.0.0:5000}, 16)\n"
	"fd1 = socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK, 0)\n"
	"setsockopt(fd1, SOL_SOCKET, SO_REUSEADDR, &1, 4)\n"
	"bind(fd1, {AF_INET, 127.0.0.1:port(fd0)}, 16)\n"
	"getsockname(fd1, name[128])\n",
	"fd0 = socket(AF_INET, SOCK_DGRAM|SOCK_NONBLOCK, 0)\n"
	"setsockopt(fd0, SOL_SOCKET, SO_REUSEPORT, &1, 4)\n"
	"bind(fd0, {AF_INET, 127.0.0.1:5000}, 16)\n"
	"fd1 = socket(AF_INET6, SOCK_DGRAM|SOCK_NONBLOCK, 0)\n"
	"setsockopt(fd1, IPPROTO_IPV6, IPV6_V6ONLY, &1, 4)\n"
	"setsockopt(fd1, SOL_SOCKET, SO_REUSEPORT, &1, 4)\n"
	"bind(fd1, {AF_INET6, [::]:port(fd0)}, 28)\n",
	/* Refused, and what is left of it. */
	"fd0 = socket(AF_INET, SOCK_DGRAM|SOCK_NONBLOCK, 0)\n"
	"setsockopt(fd0, IPPROTO_IP, IP_RECVERR, &1, 4)\n"
	"connect(fd0, {AF_INET, 127.0.0.1:5001}, 16)\n"
	"sendto(fd0, buffer[8], 0, NULL, 0)\n"
	"recvfrom(fd0, buffer[64], MSG_DONTWAIT, name[128])\n"
	"recvmsg(fd0, header, name[128], buffer[64], areas[1], control[256], "
	"MSG_DONTWAIT|MSG_ERRQUEUE)\n"
	"getsockopt(fd0, SOL_SOCKET, SO_ERROR, value[4])\n",
	/* AF_UNIX: pairs, names, streams, descriptors. */
	"fd0, fd1 = socketpair(AF_UNIX, SOCK_STREAM|SOCK_NONBLOCK, 0, pair)\n"
	"sendmsg(fd0, header, NULL, 0, buffer[4], areas[1], rights(fd1), 0)\n"
	"recvmsg(fd1, header, name[128], buffer[64], areas[1], control[64], "
	"MSG_DONTWAIT)\n"
	"close(fd0)\n"
	"read(fd1, buffer[64])\n",
	"fd0 = socket(AF_UNIX, SOCK_DGRAM|SOCK_NONBLOCK, 0)\n"
	"bind(fd0, {AF_UNIX, \"a\"}, 4)\n"
	"fd1 = socket(AF_UNIX, SOCK_DGRAM|SOCK_NONBLOCK, 0)\n"
	"bind(fd1, {AF_UNIX, \"@b\"}, 4)\n"
	"sendto(fd1, buffer[64], 0, {AF_UNIX, \"a\"}, 4)\n"
	"recvfrom(fd0, buffer[16], MSG_TRUNC|MSG_DONTWAIT, name[128])\n"
	"setsockopt(fd0, SOL_SOCKET, SO_PEEK_OFF, &4, 4)\n"
	"recvfrom(fd0, buffer[16], MSG_PEEK|MSG_DONTWAIT, name[2])\n",
	"fd0 = socket(AF_UNIX, SOCK_STREAM|SOCK_NONBLOCK, 0)\n"
	"bind(fd0, {AF_UNIX}, 2)\n"
	"fd1 = socket(AF_UNIX, SOCK_SEQPACKET|SOCK_NONBLOCK, 0)\n"
	"bind(fd1, {AF_UNIX, \"@a\"}, 4)\n"
	"listen(fd1, 1)\n"
	"fd2 = socket(AF_UNIX, SOCK_SEQPACKET|SOCK_NONBLOCK, 0)\n"
	"connect(fd2, {AF_UNIX, \"@a\"}, 4)\n"
	"fd3 = accept4(fd1, name[128], SOCK_NONBLOCK)\n"
	"setsockopt(fd3, SOL_SOCKET, SO_PASSCRED, &1, 4)\n"
	"sendmsg(fd2, header, NULL, 0, buffer[16], areas[2], credentials, "
	"MSG_EOR|MSG_NOSIGNAL)\n"
	"recvmsg(fd3, header, name[128], buffer[4], areas[1], control[128], "
	"MSG_DONTWAIT)\n",
	/* Raw, echo, packet, netlink and vsock. */
	"fd0 = socket(AF_INET, SOCK_DGRAM|SOCK_NONBLOCK, IPPROTO_ICMP)\n"
	"bind(fd0, {AF_INET, 127.0.0.1:5000}, 16)\n"
	"sendto(fd0, echo[16], 0, {AF_INET, 127.0.0.1:0}, 16)\n"
	"recvfrom(fd0, buffer[64], MSG_DONTWAIT, name[128])\n",
	"fd0 = socket(AF_INET6, SOCK_DGRAM|SOCK_NONBLOCK, IPPROTO_ICMPV6)\n"
	"bind(fd0, {AF_INET6, [::1]:0}, 28)\n"
	"sendto(fd0, echo6[16], 0, {AF_INET6, [::1]:0}, 28)\n"
	"recvfrom(fd0, buffer[64], MSG_DONTWAIT, name[128])\n",
	"fd0 = socket(AF_INET, SOCK_RAW|SOCK_NONBLOCK, 253)\n"
	"fd1 = socket(AF_INET, SOCK_RAW|SOCK_NONBLOCK, 253)\n"
	"bind(fd1, {AF_INET, 127.0.0.1:0}, 16)\n"
	"sendto(fd0, buffer[64], 0, {AF_INET, 127.0.0.1:0}, 16)\n"
	"recvfrom(fd1, buffer[128], MSG_DONTWAIT, name[128])\n",
	"fd0 = socket(AF_PACKET, SOCK_DGRAM|SOCK_NONBLOCK, htons(0x0800))\n"
	"bind(fd0, {AF_PACKET, protocol 0x0800, ifindex 1, halen 0}, 20)\n"
	"fd1 = socket(AF_INET, SOCK_DGRAM|SOCK_NONBLOCK, 0)\n"
	"sendto(fd1, buffer[8], 0, {AF_INET, 127.0.0.1:5000}, 16)\n"
	"recvfrom(fd0, buffer[64], MSG_DONTWAIT, name[128])\n",
	"fd0 = socket(AF_NETLINK, SOCK_RAW|SOCK_NONBLOCK, NETLINK_ROUTE)\n"
	"bind(fd0, {AF_NETLINK, pid 0, groups 0x1}, 12)\n"
	"sendto(fd0, nlmsg[16], 0, {AF_NETLINK, pid 0, groups 0x0}, 12)\n"
	"recvfrom(fd0, buffer[64], MSG_DONTWAIT, name[128])\n",
	"fd0 = socket(AF_NETLINK, SOCK_DGRAM|SOCK_NONBLOCK, NETLINK_USERSOCK)\n"
	"bind(fd0, {AF_NETLINK, pid 5000, groups 0x0}, 12)\n"
	"fd1 = socket(AF_NETLINK, SOCK_DGRAM|SOCK_NONBLOCK, NETLINK_USERSOCK)\n"
	"sendto(fd1, buffer[64], 0, {AF_NETLINK, pid 5000, groups 0x0}, 12)\n"
	"recvfrom(fd0, buffer[16], MSG_DONTWAIT|MSG_TRUNC, name[128])\n",
	"fd0 = socket(AF_VSOCK, SOCK_STREAM|SOCK_NONBLOCK, 0)\n"
	"bind(fd0, {AF_VSOCK, cid 1, port 5000}, 16)\n"
	"listen(fd0, 1)\n"
	"fd1 = socket(AF_VSOCK, SOCK_STREAM|SOCK_NONBLOCK, 0)\n"
	"connect(fd1, {AF_VSOCK, cid 1, port 5000}, 16)\n",
	/* An association dissolved, and made again. */
	"fd0 = socket(AF_INET, SOCK_DGRAM|SOCK_NONBLOCK, 0)\n"
	"connect(fd0, {AF_INET, 127.0.0.1:5000}, 16)\n"
	"getpeername(fd0, name[128])\n"
	"connect(fd0, {AF_UNSPEC}, 16)\n"
	"getpeername(fd0, name[128])\n"
	"bind(fd0, {AF_UNSPEC, 0.0.0.0:0}, 16)\n",
	/* A descriptor's doubles. */
	"fd0 = socket(AF_INET, SOCK_DGRAM, 0)\n"
	"fd1 = dup(fd0)\n"
	"fcntl(fd1, F_SETFL, O_NONBLOCK)\n"
	"fcntl(fd0, F_GETFL, 0)\n"
	"close(fd0)\n"
	"recvfrom(fd1, buffer[1], 0, NULL)\n",
};

const struct program *program_phrase_at(unsigned int i)
{
	static struct program phrases[COUNT(texts)];
	static bool parsed[COUNT(texts)];
	struct program_error error;

	if (i >= COUNT(texts))
		return NULL;
	if (!parsed[i] && !program_parse(&phrases[i], texts[i], &error)) {
		fprintf(stderr, "program_phrases.c: phrase %u, line %u: %s\n", i,
			error.line, error.message);
		abort();
	}
	parsed[i] = true;
	return &phrases[i];
}

const struct program *program_phrase(struct program_random *random)
{
	return program_phrase_at(random_below(random, COUNT(texts)));
}
