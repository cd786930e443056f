/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * segments.c - a segment of TCP made by hand, which a connection takes for its other
 * end's: what no other end would send at that time; and a message of ICMP about one.
 */
#include <arpa/inet.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

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

/* Room for a text, of an even number of bytes. */
#define SEGMENT_TEXT 8

struct segment {
	struct tcphdr header;
	char text[SEGMENT_TEXT]; /* with zeroes behind it */
	size_t length;		 /* of the text */
	struct sockaddr_in to;	 /* without the port: raw(7) */
};

/* RFC 9293, 3.1: over the addresses, the protocol and the length, too. */
static unsigned short sum_of(const struct segment *segment,
			     const struct sockaddr_in *from,
			     const struct sockaddr_in *to)
{
	size_t length = sizeof(segment->header) + segment->length;
	unsigned int sum = htons(IPPROTO_TCP) + htons((unsigned short)length);

	sum = add_words(sum, &from->sin_addr, sizeof(from->sin_addr));
	sum = add_words(sum, &to->sin_addr, sizeof(to->sin_addr));
	sum = add_words(sum, &segment->header, sizeof(segment->header));
	sum = add_words(sum, segment->text, sizeof(segment->text));
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (unsigned short)~sum;
}

/* A segment as from the other end, with a text or without a byte, whose urgent pointer
 * leads to the byte that comes next. */
static void make_segment(int fd, const char *text, struct segment *segment)
{
	const struct target *target = session.target;
	struct tcphdr *header = &segment->header;
	struct sockaddr_in from;
	socklen_t length = sizeof(from);
	int on = 1, off = -1; /* TCP_REPAIR_OFF_NO_WP */

	must(!target->getpeername(fd, (void *)&from, &length) &&
		     !target->getsockname(fd, (void *)&segment->to, &length),
	     "the connection has no names");
	*header = (struct tcphdr){ .source = from.sin_port,
				   .dest = segment->to.sin_port,
				   .doff = sizeof(*header) / 4,
				   .ack = 1,
				   .urg = 1,
				   .window = htons(1024),
				   .urg_ptr = htons(1) };
	if (target->setsockopt(fd, IPPROTO_TCP, LINUX_TCP_REPAIR, &on, sizeof(on)))
		sc_skip("needs TCP_REPAIR, which is refused");
	header->seq = htonl(next_in(fd, LINUX_TCP_RECV_QUEUE));
	header->ack_seq = htonl(next_in(fd, LINUX_TCP_SEND_QUEUE));
	must(!target->setsockopt(fd, IPPROTO_TCP, LINUX_TCP_REPAIR, &off, sizeof(off)),
	     "TCP_REPAIR does not end");
	segment->length = strlen(text);
	must(segment->length <= SEGMENT_TEXT, "'%s' is too long", text);
	memcpy(segment->text, text, segment->length);
	header->check = sum_of(segment, &from, &segment->to);
	segment->to.sin_port = 0;
}

static int open_raw(int protocol)
{
	long raw = session.target->socket(AF_INET, SOCK_RAW, protocol);

	must(raw >= 0, "a raw socket is refused");
	return (int)raw;
}

static bool send_segment(int raw, const struct segment *segment)
{
	size_t length = sizeof(segment->header) + segment->length;

	return session.target->sendto(raw, segment, length, 0, (void *)&segment->to,
				      sizeof(segment->to)) == (long)length;
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
	struct segment segment = { .length = 0 };
	int raw;

	need_kernel("segments of TCP that a case makes by hand");
	world_socket_to_change(&world, fd)->tcp.urgent = URGENT_ANNOUNCED;
	if (session.target->imaginary)
		return;
	make_segment(fd, "", &segment);
	raw = open_raw(IPPROTO_TCP);
	must(send_segment(raw, &segment), "the segment is not sent");
	session.target->close(raw);
	wait_announced(fd);
}

void urgent_at_next_wait(int fd, const char *text)
{
	struct segment segment = { .length = 0 };
	int raw = -1;

	need_kernel("segments of TCP that a case makes by hand");
	world.facts |= FACT_SIGNAL_COMES;
	meet_signal(SIGURG, false);
	if (!session.target->imaginary) {
		make_segment(fd, text, &segment);
		raw = open_raw(IPPROTO_TCP);
	}
	if (child_at_next_wait(0))
		_exit(!send_segment(raw, &segment));
}

/* RFC 792: of the packet that it is about, the header and 8 bytes more. */
struct unreachable {
	struct icmphdr icmp;
	struct iphdr ip;
	unsigned short ports[2];
	unsigned int sequence;
};

void tell_unreachable(int fd)
{
	struct segment segment = { .length = 0 };
	struct unreachable message = {
		.icmp = { .type = ICMP_DEST_UNREACH, .code = ICMP_HOST_UNREACH },
		.ip = { .version = 4, .ihl = 5, .protocol = IPPROTO_TCP }
	};
	unsigned int sum;
	int raw;

	need_kernel("messages of ICMP that a case makes by hand");
	world_socket_to_change(&world, fd)->error = EHOSTUNREACH;
	if (session.target->imaginary)
		return;
	/* It is about what this end has sent: the other way round. */
	make_segment(fd, "", &segment);
	message.ip.saddr = message.ip.daddr = segment.to.sin_addr.s_addr;
	message.ports[0] = segment.header.dest;
	message.ports[1] = segment.header.source;
	message.sequence = segment.header.ack_seq;
	sum = add_words(0, &message, sizeof(message));
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	message.icmp.checksum = (unsigned short)~sum;
	raw = open_raw(IPPROTO_ICMP);
	must(session.target->sendto(raw, &message, sizeof(message), 0,
				    (void *)&segment.to,
				    sizeof(segment.to)) == (long)sizeof(message),
	     "the message is not sent");
	session.target->close(raw);
	wait_error(fd);
}
