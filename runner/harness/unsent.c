/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * unsent.c - what a stream has not sent, or not had acknowledged: an urgent byte that
 * is only announced, bytes that more was said to follow, or for which there is no room.
 */
#include <sched.h>
#include <string.h>

#include "../../expected/world_messages.h"
#include "harness.h"

/* Has the other end acknowledged all that this one has sent, as TCP_INFO tells? */
static bool all_acknowledged(int fd)
{
	struct tcp_info info;

	return read_tcp_info(fd, &info) && !info.tcpi_unacked;
}

void wait_all_acknowledged(int fd)
{
	double deadline = now_ms() + patience_ms();

	if (session.target->imaginary)
		return;
	while (!all_acknowledged(fd) && now_ms() < deadline)
		sched_yield();
	must(all_acknowledged(fd), "no acknowledgement comes");
}

void wait_for_less_unsent(int fd, int before)
{
	double deadline = now_ms() + patience_ms();
	int left = before;

	if (session.target->imaginary)
		return;
	while (!session.target->ioctl(fd, LINUX_SIOCOUTQNSD, &left) && left >= before &&
	       now_ms() < deadline)
		sched_yield();
	must(left < before, "%d bytes are not sent", before);
}

/*
 * What fills the receiver's window, the urgent byte behind it, and a byte the other
 * way: its acknowledgement carries the urgent pointer, as every segment does until the
 * urgent byte is sent (tcp_transmit_skb()).
 */
static void fill_and_announce(int fd, int other)
{
	static const char filling[32768];
	const struct target *target = session.target;
	struct tcp_info info;

	/* A kernel has it; one that does not tell is broken. */
	if (target->stack && !read_tcp_info(fd, &info))
		sc_skip("needs TCP_INFO");
	must(target->sendto(other, filling, sizeof(filling), MSG_DONTWAIT, NULL, 0) ==
		     (long)sizeof(filling),
	     "the send buffer is too small");
	must(target->sendto(other, "!", 1, MSG_OOB | MSG_DONTWAIT, NULL, 0) == 1,
	     "the send buffer is full");
	must(target->sendto(fd, "?", 1, 0, NULL, 0) == 1, "nothing can be sent back");
	wait_all_acknowledged(fd);
}

void announce_urgent(int fd, int other)
{
	struct world_socket *receiver = world_socket_to_change(&world, fd);

	receiver->tcp.urgent = URGENT_ANNOUNCED;
	if (!session.target->imaginary)
		fill_and_announce(fd, other);
}

/*
 * What is kept back goes by itself after 200 ms (tcp(7), TCP_CORK), but not over an
 * interface that is down.
 */
void keep_back(int fd, const char *text)
{
	struct world_socket *sender = world_socket_to_change(&world, fd);
	struct world_message *unsent = &sender->tcp.unsent;
	unsigned int length = (unsigned int)strlen(text);
	unsigned int start = world_keep(&world, (const unsigned char *)text, length);

	if (!unsent->length)
		*unsent = (struct world_message){ .start = start };
	unsent->length += length;
	if (unsent->start + unsent->kept == start)
		unsent->kept += length;
	set_interface_up("lo", false);
	if (session.target->imaginary)
		return;
	must(session.target->sendto(fd, text, length, MSG_MORE, NULL, 0) ==
		     (long)length,
	     "nothing can be sent");
}
