/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * segments.c - a segment of TCP made by hand, which a connection takes for its other
 * end's: what no other end would send at that time.
 */
#include <arpa/inet.h>
#include <sched.h>
#include <string.h>

#include "harness.h"

/* What comes next has this number in the stream: of a queue of TCP_REPAIR. */
static unsigned int next_in(int fd, int queue)
{
	const struct target *target = session.target;
	unsigned int number = 0;
	socklen_t length = sizeof(number);

	if (target->setsockopt(fd, IPPROTO_TCP, TCP_REPAIR_QUEUE, &queue,
			       sizeof(queue)) ||
	    target->getsockopt(fd, IPPROTO_TCP, TCP_QUEUE_SEQ, &number, &length))
		sc_skip("needs TCP_QUEUE_SEQ");
	return number;
}

static unsigned int add_words(unsigned int sum, const void *bytes, size_t length)
{
	unsigned short word;

	for (size_t i = 0; i + 1 < length; i += 2) {
		memcpy(&word, (const char *)bytes + i, sizeof(word));
		sum += word;
	}
	return sum;
}

/* RFC 9293, 3.1: over the addresses, the protocol and the length, too. */
static unsigned short sum_of(const struct tcphdr *segment,
			     const struct sockaddr_in *from,
			     const struct sockaddr_in *to)
{
	unsigned int sum = htons(IPPROTO_TCP) + htons(sizeof(*segment));

	sum = add_words(sum, &from->sin_addr, sizeof(from->sin_addr));
	sum = add_words(sum, &to->sin_addr, sizeof(to->sin_addr));
	sum = add_words(sum, segment, sizeof(*segment));
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (unsigned short)~sum;
}

/* A segment as from the other end, without a byte, whose urgent pointer leads to the
 * byte that comes next. */
static struct tcphdr announcement(int fd, const struct sockaddr_in *from,
				  const struct sockaddr_in *to)
{
	const struct target *target = session.target;
	struct tcphdr segment = { .source = from->sin_port,
				  .dest = to->sin_port,
				  .doff = sizeof(segment) / 4,
				  .ack = 1,
				  .urg = 1,
				  .window = htons(1024),
				  .urg_ptr = htons(1) };
	int on = 1, off = -1; /* TCP_REPAIR_OFF_NO_WP */

	if (target->setsockopt(fd, IPPROTO_TCP, LINUX_TCP_REPAIR, &on, sizeof(on)))
		sc_skip("needs TCP_REPAIR, which is refused");
	segment.seq = htonl(next_in(fd, LINUX_TCP_RECV_QUEUE));
	segment.ack_seq = htonl(next_in(fd, LINUX_TCP_SEND_QUEUE));
	must(!target->setsockopt(fd, IPPROTO_TCP, LINUX_TCP_REPAIR, &off, sizeof(off)),
	     "TCP_REPAIR does not end");
	segment.check = sum_of(&segment, from, to);
	return segment;
}

/* A request of io_uring would wait, but for the second flag. */
#define URGENT (MSG_OOB | MSG_DONTWAIT)

/* MSG_OOB tells the two apart: an urgent byte that has not come, and none. */
static void wait_announced(int fd)
{
	double deadline = now_ms() + patience_ms();
	const struct target *target = session.target;
	char byte;

	while (target->recvfrom(fd, &byte, 1, URGENT, NULL, NULL) != -EAGAIN &&
	       now_ms() < deadline)
		sched_yield();
	must(target->recvfrom(fd, &byte, 1, URGENT, NULL, NULL) == -EAGAIN,
	     "no urgent byte is announced");
}

void announce_urgent_here(int fd)
{
	const struct target *target = session.target;
	struct sockaddr_in from, to;
	socklen_t length = sizeof(from);
	struct tcphdr segment;
	long raw;

	need_kernel("segments of TCP that a case makes by hand");
	world_socket_to_change(&world, fd)->tcp.urgent = URGENT_ANNOUNCED;
	if (target->imaginary)
		return;
	must(!target->getpeername(fd, (void *)&from, &length) &&
		     !target->getsockname(fd, (void *)&to, &length),
	     "the connection has no names");
	segment = announcement(fd, &from, &to);
	raw = target->socket(AF_INET, SOCK_RAW, IPPROTO_TCP);
	must(raw >= 0, "a raw socket is refused");
	/* A raw socket does not look at the port, which must be 0 or the protocol. */
	to.sin_port = 0;
	must(target->sendto((int)raw, &segment, sizeof(segment), 0, (void *)&to,
			    sizeof(to)) == (long)sizeof(segment),
	     "the segment is not sent");
	target->close((int)raw);
	wait_announced(fd);
}
