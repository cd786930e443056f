/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * fileops_epoll.c - rules of epoll_ctl(2) and epoll_wait(2) where the file is a socket,
 * or should have been one; in the order of do_epoll_ctl() and do_epoll_wait().
 */
#include <string.h>
#include <sys/epoll.h>

#include "../world_poll.h"
#include "fileops_common.h"

/* sys/epoll.h has it since glibc 2.24; Linux 4.5. */
#define EXCLUSIVE (1U << 28)

static long operation(const struct call *call)
{
	return call->file.argument[0];
}

static int target(const struct call *call)
{
	return (int)call->file.argument[1];
}

static unsigned int events(const struct call *call)
{
	unsigned int wanted;

	memcpy(&wanted, call->file.bytes, sizeof(wanted));
	return wanted;
}

static const struct world_interest *interest(const struct world *world,
					     const struct call *call)
{
	return world_interest(world, call->fd, target(call));
}

static bool event_unreadable(const struct world *world, const struct call *call)
{
	(void)world;
	return operation(call) != EPOLL_CTL_DEL && call->file.argument[2] != 1;
}

static bool one_not_open(const struct world *world, const struct call *call)
{
	int fd = target(call);

	return fd_not_usable(world, call) || !world_is_open(world, fd) ||
	       world->open[fd] == DESCRIPTOR_PATH;
}

static bool without_events(const struct world *world, const struct call *call)
{
	return world->open[target(call)] == DESCRIPTOR_NO_EVENTS;
}

static bool no_epoll(const struct world *world, const struct call *call)
{
	return world->open[call->fd] != DESCRIPTOR_EPOLL || call->fd == target(call);
}

/* EPOLLEXCLUSIVE_OK_BITS */
#define EXCLUSIVE_MAY (EPOLLIN | EPOLLOUT | EPOLLERR | EPOLLHUP | EPOLLWAKEUP | EPOLLET)

static bool exclusive_misused(const struct world *world, const struct call *call)
{
	(void)world;
	if (operation(call) == EPOLL_CTL_DEL || !(events(call) & EXCLUSIVE))
		return false;
	return operation(call) == EPOLL_CTL_MOD ||
	       (operation(call) == EPOLL_CTL_ADD &&
		events(call) & ~(EXCLUSIVE | EXCLUSIVE_MAY));
}

static bool operation_unknown(const struct world *world, const struct call *call)
{
	(void)world;
	return operation(call) < EPOLL_CTL_ADD || operation(call) > EPOLL_CTL_MOD;
}

static bool added_twice(const struct world *world, const struct call *call)
{
	return operation(call) == EPOLL_CTL_ADD && interest(world, call);
}

static bool not_added(const struct world *world, const struct call *call)
{
	return operation(call) != EPOLL_CTL_ADD && !interest(world, call);
}

static bool exclusive_modified(const struct world *world, const struct call *call)
{
	unsigned int before;

	if (operation(call) != EPOLL_CTL_MOD)
		return false;
	memcpy(&before, interest(world, call)->event, sizeof(before));
	return before & EXCLUSIVE;
}

static bool target_is_socket(const struct world *world, const struct call *call)
{
	return world_socket(world, target(call));
}

static const struct rule fileops_epoll_ctl_rules[] = {
	{
		.id = "epoll_ctl.event_unreadable",
		.says = "an event that cannot be read is refused before the "
			"descriptors are looked at, unless it is for EPOLL_CTL_DEL",
		.when = event_unreadable,
		.outcome = FAILS(EFAULT),
		.cites = { KERNEL("fs/eventpoll.c", "SYSCALL_DEFINE4") },
		.undocumented = true,
	},
	{
		.id = "epoll_ctl.not_open",
		.says = "neither descriptor may be one that is not open, or is for the "
			"path only",
		.when = one_not_open,
		.outcome = FAILS(EBADF),
		.cites = { MANUAL_QUOTE("epoll_ctl(2)", "EBADF",
					"epfd or fd is not a valid file descriptor."),
			   KERNEL("fs/eventpoll.c", "do_epoll_ctl") },
	},
	{
		.id = "epoll_ctl.no_events",
		.says = "a file that has no events is refused, before it matters "
			"whether the other descriptor is an epoll instance",
		.when = without_events,
		.outcome = FAILS(EPERM),
		.cites = { MANUAL_QUOTE("epoll_ctl(2)", "EPERM",
					"The target file fd does not support epoll."),
			   KERNEL("fs/eventpoll.c", "do_epoll_ctl") },
	},
	{
		.id = "epoll_ctl.not_epoll",
		.says = "a socket is no epoll instance, and no instance watches itself",
		.when = no_epoll,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE("epoll_ctl(2)", "EINVAL",
					"epfd is not an epoll file descriptor, or fd "
					"is the same as epfd"),
			   KERNEL("fs/eventpoll.c", "do_epoll_ctl") },
	},
	{
		.id = "epoll_ctl.exclusive_misused",
		.says = "EPOLLEXCLUSIVE is for EPOLL_CTL_ADD only, and goes with few "
			"events",
		.when = exclusive_misused,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE(
				   "epoll_ctl(2)", "EINVAL",
				   "An invalid event type was specified along with "
				   "EPOLLEXCLUSIVE in events."),
			   MANUAL_QUOTE("epoll_ctl(2)", "EINVAL",
					"op was EPOLL_CTL_MOD and events included "
					"EPOLLEXCLUSIVE."),
			   KERNEL("fs/eventpoll.c", "do_epoll_ctl") },
	},
	{
		.id = "epoll_ctl.operation_unknown",
		.says = "an operation that is none is refused",
		.when = operation_unknown,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE(
				   "epoll_ctl(2)", "EINVAL",
				   "the requested operation op is not supported by "
				   "this interface."),
			   KERNEL("fs/eventpoll.c", "do_epoll_ctl") },
	},
	{
		.id = "epoll_ctl.added_twice",
		.says = "a descriptor that is watched already is not added",
		.when = added_twice,
		.outcome = FAILS(EEXIST),
		.cites = { MANUAL_QUOTE("epoll_ctl(2)", "EEXIST",
					"op was EPOLL_CTL_ADD, and the supplied file "
					"descriptor fd is already registered with this "
					"epoll instance."),
			   KERNEL("fs/eventpoll.c", "do_epoll_ctl") },
	},
	{
		.id = "epoll_ctl.not_added",
		.says = "a descriptor that is not watched is neither modified nor "
			"taken away",
		.when = not_added,
		.outcome = FAILS(ENOENT),
		.cites = { MANUAL_QUOTE("epoll_ctl(2)", "ENOENT",
					"op was EPOLL_CTL_MOD or EPOLL_CTL_DEL, and fd "
					"is not registered with this epoll instance."),
			   KERNEL("fs/eventpoll.c", "do_epoll_ctl") },
	},
	{
		.id = "epoll_ctl.exclusive_modified",
		.says = "what was added with EPOLLEXCLUSIVE is not modified",
		.when = exclusive_modified,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE(
				   "epoll_ctl(2)", "EINVAL",
				   "op was EPOLL_CTL_MOD and the EPOLLEXCLUSIVE "
				   "flag has previously been applied to this epfd, "
				   "fd pair."),
			   KERNEL("fs/eventpoll.c", "do_epoll_ctl") },
	},
	{
		.id = "epoll_ctl.done",
		.says = "a socket is added, modified and taken away, in whatever state "
			"it is",
		.when = target_is_socket,
		.outcome = RETURNS(0),
		.cites = { QUOTE("epoll_ctl(2)",
				 "When successful, epoll_ctl() returns zero."),
			   KERNEL("fs/eventpoll.c", "do_epoll_ctl") },
	},
};
RULE_LIST(fileops_epoll_ctl, CALL_EPOLL_CTL);

/* Of epoll_wait(2): where events go, how many, how long. */
static bool no_room(const struct world *world, const struct call *call)
{
	long most = call->file.argument[1];

	(void)world;
	/* EP_MAX_EVENTS */
	return most <= 0 || most > (long)(0x7fffffff / sizeof(struct epoll_event));
}

/*
 * Linux 6.15 looks the descriptor up before it checks its arguments, which had been the
 * other way round: ep_check_params(), which IORING_OP_EPOLL_WAIT has with it.
 */
static bool room_comes_first(const struct world *world, const struct call *call)
{
	int version = world->kernel.version;

	return version && version < LINUX(6, 15) && no_room(world, call);
}

static bool wait_not_epoll(const struct world *world, const struct call *call)
{
	return world->open[call->fd] != DESCRIPTOR_EPOLL;
}

/* The events of all sockets that are watched and ready, as far as there is room. */
static unsigned int ready(const struct world *world, const struct call *call,
			  unsigned char *bytes)
{
	unsigned int count = 0;

	for (unsigned int i = 0; i < world->interest_count; i++) {
		const struct world_interest *it = &world->interests[i];
		unsigned int now = world_interest_events(world, it);
		unsigned char *event = bytes + count * sizeof(struct epoll_event);

		if (it->epoll != call->fd || !now ||
		    count == (unsigned int)call->file.argument[1] ||
		    (count + 1) * sizeof(struct epoll_event) > RESULT_BYTES_MAX)
			continue;
		memcpy(event, it->event, sizeof(struct epoll_event));
		memcpy(event, &now, sizeof(now));
		count++;
	}
	return count;
}

static bool is_ready(const struct world *world, const struct call *call)
{
	unsigned char bytes[RESULT_BYTES_MAX];

	return ready(world, call, bytes);
}

static bool unwritable(const struct world *world, const struct call *call)
{
	return is_ready(world, call) && call->file.argument[0] != 1;
}

static void tells_ready(const struct world *world, const struct call *call,
			struct outcome *outcome)
{
	outcome->kind = OUTCOME_VALUE;
	outcome->value = ready(world, call, outcome->bytes);
	outcome->length =
		(unsigned int)((size_t)outcome->value * sizeof(struct epoll_event));
}

static bool any(const struct world *world, const struct call *call)
{
	(void)world;
	(void)call;
	return true;
}

static const struct rule fileops_epoll_wait_rules[] = {
	{
		.id = "epoll_wait.no_room_first",
		.says = "before Linux 6.15, room for no event, or for too many, is "
			"refused before the descriptor is looked at",
		.when = room_comes_first,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE("epoll_wait(2)", "EINVAL",
					"epfd is not an epoll file descriptor, or "
					"maxevents is less than or equal to zero."),
			   KERNEL("fs/eventpoll.c", "do_epoll_wait") },
		.until = LINUX(6, 15),
	},
	{
		.id = "epoll_wait.not_open",
		.says = "a descriptor that is not open, or for the path only, is "
			"refused",
		.when = fd_not_usable,
		.outcome = FAILS(EBADF),
		.cites = { MANUAL_QUOTE("epoll_wait(2)", "EBADF",
					"epfd is not a valid file descriptor."),
			   KERNEL("fs/eventpoll.c", "do_epoll_wait") },
	},
	{
		.id = "epoll_wait.no_room",
		.says = "room for no event, or for too many, is refused, whatever the "
			"descriptor is open on",
		.when = no_room,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE("epoll_wait(2)", "EINVAL",
					"epfd is not an epoll file descriptor, or "
					"maxevents is less than or equal to zero."),
			   KERNEL("fs/eventpoll.c", "do_epoll_wait") },
		.since = LINUX(6, 15),
	},
	{
		.id = "epoll_wait.not_epoll",
		.says = "a socket is no epoll instance",
		.when = wait_not_epoll,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE("epoll_wait(2)", "EINVAL",
					"epfd is not an epoll file descriptor, or "
					"maxevents is less than or equal to zero."),
			   KERNEL("fs/eventpoll.c", "do_epoll_wait") },
	},
	{
		.id = "epoll_wait.unwritable",
		.says = "an event that cannot be written is not told",
		.when = unwritable,
		.outcome = FAILS(EFAULT),
		.cites = { MANUAL_QUOTE("epoll_wait(2)", "EFAULT",
					"The memory area pointed to by events is not "
					"accessible with write permissions."),
			   KERNEL("fs/eventpoll.c", "ep_send_events") },
	},
	{
		.id = "epoll_wait.ready",
		.says = "each socket of which an event that was asked for holds is "
			"told, with the data that was left for it; of an edge, once",
		.when = is_ready,
		.computed = tells_ready,
		.cites = { QUOTE("epoll_wait(2)",
				 "On success, epoll_wait() returns the number of file "
				 "descriptors ready for the requested I/O"),
			   QUOTE("epoll(7)",
				 "when used as a level-triggered interface (the "
				 "default, when EPOLLET is not specified), epoll is "
				 "simply a faster poll(2)"),
			   KERNEL("fs/eventpoll.c", "ep_send_events") },
	},
	{
		.id = "epoll_wait.not_ready",
		.says = "nothing is told where no event holds, where an edge is not "
			"new, and where one shot was enough",
		.when = any,
		.outcome = RETURNS(0),
		.cites = { QUOTE("epoll_wait(2)",
				 "zero if no file descriptor became ready during the "
				 "requested timeout milliseconds."),
			   QUOTE("epoll(7)", "edge-triggered mode delivers events only "
					     "when changes "
					     "occur on the monitored file descriptor."),
			   QUOTE("epoll_ctl(2)",
				 "the file descriptor is disabled in the interest list "
				 "and no other events will be reported by the epoll "
				 "interface."),
			   KERNEL("fs/eventpoll.c", "ep_poll") },
	},
};
RULE_LIST(fileops_epoll_wait, CALL_EPOLL_WAIT);
