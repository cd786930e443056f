/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * others.c - what others that share its sockets do while this process waits in a call.
 *
 * The other one is a child: it has a copy of each descriptor, or (as a thread would)
 * the same table of them.  It sees this process asleep, acts and is gone.
 */
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "../../expected/world_families.h"
#include "harness.h"

static void act(const struct act *it, pid_t waiting)
{
	const struct target *target = session.target;
	const void *to = it->to.length ? it->to.bytes : NULL;
	socklen_t length = (socklen_t)it->to.length;

	switch (it->kind) {
	case ACT_SEND:
		target->sendto(it->fd, it->text, strlen(it->text), 0, to, length);
		break;
	case ACT_SHUT_DOWN:
		target->shutdown(it->fd, SHUT_RD);
		break;
	case ACT_CONNECT:
		target->connect(it->fd, to, it->to.length);
		break;
	case ACT_CLOSE:
		target->close(it->fd);
		break;
	case ACT_LINK_DOWN:
		set_interface_up("lo", false);
		break;
	case ACT_LINK_GONE:
		delete_link(it->text);
		break;
	case ACT_SIGNAL:
		kill(waiting, SIGUSR1);
		break;
	case ACT_NONE:
		break;
	}
}

static struct call_address address_of(const struct act *it)
{
	struct call_address address = { .addrlen = it->to.length };

	memcpy(address.bytes, it->to.bytes, sizeof(address.bytes));
	return address;
}

static void tell_world(const struct act *it)
{
	struct call call = { .fd = it->fd };
	long value = 0;

	switch (it->kind) {
	case ACT_SEND:
		call.name = CALL_SENDTO;
		value = (long)strlen(it->text);
		call.message.length = (size_t)value;
		call.message.payload = (const unsigned char *)it->text;
		call.message.to = address_of(it);
		break;
	case ACT_SHUT_DOWN:
		call.name = CALL_SHUTDOWN;
		call.how = SHUT_RD;
		break;
	case ACT_CONNECT:
		call.name = CALL_CONNECT;
		call.address = address_of(it);
		break;
	case ACT_LINK_DOWN:
		world_packet_link_down(&world, 1);
		world.interfaces[0].up = false;
		return;
	case ACT_LINK_GONE:
		world_packet_link_gone(&world,
				       world_interface_named(&world, it->text)->index);
		return;
	case ACT_SIGNAL:
		world.facts |= FACT_SIGNAL_COMES;
		return;
	case ACT_CLOSE:
	case ACT_NONE:
		return;
	}
	world_apply(&world, &call, &(struct result){ .value = value });
}

static void others_act(const struct act *acts, int shared)
{
	pid_t waiting;

	for (size_t i = 0; i < ACTS; i++)
		tell_world(&acts[i]);
	meet_signal(SIGUSR1, false);
	waiting = child_at_next_wait(shared);
	for (size_t i = 0; waiting && i < ACTS; i++)
		act(&acts[i], waiting);
	if (waiting)
		_exit(0);
}

void another_process_acts(const struct act acts[ACTS])
{
	others_act(acts, 0);
}

void another_thread_acts(const struct act acts[ACTS])
{
	others_act(acts, CLONE_FILES);
}

void find_closed(int fd)
{
	world_apply(&world, &(struct call){ .name = CALL_CLOSE, .fd = fd },
		    &(struct result){ .value = 0 });
}
