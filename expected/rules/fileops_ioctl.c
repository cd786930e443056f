/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * fileops_ioctl.c - rules of ioctl(2) on a socket: those that any file has in the order
 * of do_vfs_ioctl(), those of all sockets in that of sock_ioctl(), those of a family,
 * interfaces, and what nobody knows.  What tells of the queue is in fileops_queue.c.
 */
#include <limits.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>

#include "fileops_common.h"

static bool asks(const struct world *world, const struct call *call, long request)
{
	return on_socket(world, call) && call->file.argument[0] == request;
}

static bool out_of_reach(const struct call *call)
{
	return call->file.reachable < call->file.length;
}

static int number(const struct call *call)
{
	int value;

	memcpy(&value, call->file.bytes, sizeof(value));
	return value;
}

static bool marks(const struct world *world, const struct call *call)
{
	return asks(world, call, FIOCLEX) || asks(world, call, FIONCLEX);
}

static bool sets_mode(const struct world *world, const struct call *call)
{
	return asks(world, call, FIONBIO) || asks(world, call, FIOASYNC);
}

static bool mode_unreadable(const struct world *world, const struct call *call)
{
	return sets_mode(world, call) && out_of_reach(call);
}

static bool asks_size(const struct world *world, const struct call *call)
{
	return asks(world, call, FIOQSIZE);
}

static bool sets_owner(const struct world *world, const struct call *call)
{
	return asks(world, call, LINUX_FIOSETOWN) || asks(world, call, LINUX_SIOCSPGRP);
}

static bool asks_owner(const struct world *world, const struct call *call)
{
	return asks(world, call, LINUX_FIOGETOWN) || asks(world, call, LINUX_SIOCGPGRP);
}

static bool owner_unreachable(const struct world *world, const struct call *call)
{
	return (sets_owner(world, call) || asks_owner(world, call)) &&
	       out_of_reach(call);
}

static bool owner_unknown(const struct world *world, const struct call *call)
{
	return sets_owner(world, call) && number(call) == INT_MIN;
}

/* Nobody but the caller, and its process group, is an owner that cases name. */
static bool owner_gone(const struct world *world, const struct call *call)
{
	int owner = number(call);

	return sets_owner(world, call) && owner && owner != (int)world->caller.pid &&
	       owner != -(int)world->caller.group;
}

static void tells_owner(const struct world *world, const struct call *call,
			struct outcome *outcome)
{
	const struct world_file *file = &call_socket(world, call)->file;
	int owner = file->owner_type == F_OWNER_PGRP ? -file->owner : file->owner;

	outcome->kind = OUTCOME_VALUE;
	outcome->length = sizeof(owner);
	memcpy(outcome->bytes, &owner, sizeof(owner));
}

/* sockopt SIOCGSTAMP: the families whose operations have no gettstamp. */
static bool has_no_stamps(const struct world_socket *socket)
{
	return socket->domain == AF_UNIX || socket->domain == AF_NETLINK ||
	       socket->domain == AF_VSOCK;
}

static bool asks_stamp(const struct world *world, const struct call *call)
{
	return asks(world, call, LINUX_SIOCGSTAMP) ||
	       asks(world, call, LINUX_SIOCGSTAMPNS);
}

static bool stamps_unknown(const struct world *world, const struct call *call)
{
	return asks_stamp(world, call) && has_no_stamps(call_socket(world, call));
}

/* Of a stream, none is ever kept; of datagrams, that of the last one that was taken. */
static bool no_stamp(const struct world *world, const struct call *call)
{
	const struct world_socket *on = call_socket(world, call);

	return asks_stamp(world, call) &&
	       (on->type == SOCK_STREAM || on->got == on->queued);
}

static bool stamp_unwritable(const struct world *world, const struct call *call)
{
	return asks_stamp(world, call) && out_of_reach(call);
}

/* struct timeval, or struct timespec, of the kernel's long. */
struct stamp {
	long seconds, fraction;
};

static long fractions(const struct call *call)
{
	return call->file.argument[0] == LINUX_SIOCGSTAMP ? 1000000 : 1000000000;
}

static bool is_stamp(const struct world *world, const struct call *call,
		     const unsigned char *bytes, unsigned int length)
{
	struct stamp stamp;

	(void)world;
	memcpy(&stamp, bytes, sizeof(stamp));
	return length == sizeof(stamp) && stamp.seconds > 0 && stamp.fraction >= 0 &&
	       stamp.fraction < fractions(call);
}

static unsigned int some_stamp(const struct world *world, const struct call *call,
			       unsigned char *bytes)
{
	struct stamp stamp = { 1, 0 };

	(void)world;
	(void)call;
	memcpy(bytes, &stamp, sizeof(stamp));
	return sizeof(stamp);
}

static const struct choice stamps = {
	.says = "a time",
	.allows = is_stamp,
	.example = some_stamp,
};

#define FIO_OWNER                                                                  \
	QUOTE("socket(7)", "Set the process or process group that is to receive "  \
			   "SIGIO or SIGURG signals when I/O becomes possible or " \
			   "urgent data is available.")

static const struct rule fileops_ioctl_rules[] = {
	DESCRIPTOR_RULES("ioctl", MANUAL_QUOTE("ioctl(2)", "EBADF",
					       "fd is not a valid file descriptor.")),
	{
		.id = "ioctl.close_on_exec",
		.says = "FIOCLEX sets the close-on-exec flag, FIONCLEX takes it away; "
			"the argument is not looked at",
		.when = marks,
		.outcome = RETURNS(0),
		.cites = { KERNEL("fs/ioctl.c", "do_vfs_ioctl") },
		.undocumented = true,
	},
	{
		.id = "ioctl.mode_unreadable",
		.says = "FIONBIO and FIOASYNC refuse an int that cannot be read",
		.when = mode_unreadable,
		.outcome = FAILS(EFAULT),
		.cites = { MANUAL_QUOTE("ioctl(2)", "EFAULT",
					"argp references an inaccessible memory area."),
			   KERNEL("fs/ioctl.c", "ioctl_fionbio"),
			   KERNEL("fs/ioctl.c", "ioctl_fioasync") },
	},
	{
		.id = "ioctl.mode",
		.says = "FIONBIO and FIOASYNC set O_NONBLOCK and O_ASYNC where the int "
			"is not 0, and take it away where it is",
		.when = sets_mode,
		.outcome = RETURNS(0),
		.cites = { QUOTE("socket(7)",
				 "Change the O_ASYNC flag to enable or disable "
				 "asynchronous I/O mode of the socket."),
			   KERNEL("fs/ioctl.c", "ioctl_fionbio"),
			   KERNEL("fs/ioctl.c", "ioctl_fioasync") },
	},
	{
		.id = "ioctl.no_size",
		.says = "FIOQSIZE is not for sockets",
		.when = asks_size,
		.outcome = FAILS(ENOTTY),
		.cites = { MANUAL_QUOTE("ioctl(2)", "ENOTTY",
					"The specified request does not apply to the "
					"kind of object that the file descriptor fd "
					"references."),
			   KERNEL("fs/ioctl.c", "do_vfs_ioctl") },
	},
	{
		.id = "ioctl.owner_unreachable",
		.says = "FIOSETOWN, SIOCSPGRP, FIOGETOWN and SIOCGPGRP refuse an int "
			"that cannot be read or written",
		.when = owner_unreachable,
		.outcome = FAILS(EFAULT),
		.cites = { MANUAL_QUOTE("ioctl(2)", "EFAULT",
					"argp references an inaccessible memory area."),
			   KERNEL("net/socket.c", "sock_ioctl") },
	},
	{
		.id = "ioctl.owner_unknown",
		.says = "INT_MIN is no process group's number",
		.when = owner_unknown,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE("ioctl(2)", "EINVAL",
					"request or argp is not valid."),
			   KERNEL("fs/fcntl.c", "f_setown") },
	},
	{
		.id = "ioctl.owner_gone",
		.says = "an owner that is no process or process group is refused",
		.when = owner_gone,
		.outcome = FAILS(ESRCH),
		/* fcntl(2) has it no more than ioctl(2), but POSIX for F_SETOWN. */
		.posix_silent = true,
		.cites = { FIO_OWNER, POSIX("fcntl", "ESRCH"),
			   KERNEL("fs/fcntl.c", "f_setown") },
	},
	{
		.id = "ioctl.set_owner",
		.says = "FIOSETOWN and SIOCSPGRP set a process, a process group (by a "
			"number below 0) or nobody (0) as the owner",
		.when = sets_owner,
		.outcome = RETURNS(0),
		.cites = { FIO_OWNER, KERNEL("net/socket.c", "sock_ioctl") },
	},
	{
		.id = "ioctl.owner",
		.says = "FIOGETOWN and SIOCGPGRP tell the owner, 0 where there is none",
		.when = asks_owner,
		.computed = tells_owner,
		.cites = { QUOTE("socket(7)",
				 "Get the current process or process group that "
				 "receives SIGIO or SIGURG signals, or 0 when none is "
				 "set."),
			   KERNEL("net/socket.c", "sock_ioctl") },
	},
	{
		.id = "ioctl.stamps_unknown",
		.says = "AF_UNIX and netlink have no timestamps of packets",
		.when = stamps_unknown,
		.outcome = FAILS(ENOTTY),
		/* socket(7) says it of all sockets. */
		.cites = { MANUAL_QUOTE("ioctl(2)", "ENOTTY",
					"The specified request does not apply to the "
					"kind of object that the file descriptor fd "
					"references."),
			   KERNEL("net/socket.c", "sock_ioctl") },
	},
	{
		.id = "ioctl.no_stamp",
		.says = "where nothing has been received there is no timestamp, which "
			"is said before the memory is looked at",
		.when = no_stamp,
		.outcome = FAILS(ENOENT),
		.cites = { QUOTE("socket(7)",
				 "it fails if no such packet has been received, (i.e., "
				 "ioctl(2) returns -1 with errno set to ENOENT)."),
			   KERNEL("net/core/sock.c", "sock_gettstamp") },
	},
	{
		.id = "ioctl.stamp_unwritable",
		.says = "a timestamp is not written where that cannot be",
		.when = stamp_unwritable,
		.outcome = FAILS(EFAULT),
		.cites = { MANUAL_QUOTE("ioctl(2)", "EFAULT",
					"argp references an inaccessible memory area."),
			   KERNEL("net/core/sock.c", "sock_gettstamp") },
	},
	{
		.id = "ioctl.stamp",
		.says = "the time at which what was received last came is told",
		.when = asks_stamp,
		.outcome = CHOSEN(stamps),
		.cites = { QUOTE("socket(7)",
				 "Return a struct timeval with the receive timestamp "
				 "of the last packet passed to the user."),
			   KERNEL("net/core/sock.c", "sock_gettstamp") },
	},
};
RULE_LIST(fileops_ioctl, CALL_IOCTL);

/* Interfaces: struct ifreq begins with a name; then comes what is asked or told. */
static bool asks_name(const struct world *world, const struct call *call)
{
	return asks(world, call, LINUX_SIOCGIFNAME);
}

static bool asks_index(const struct world *world, const struct call *call)
{
	return asks(world, call, LINUX_SIOCGIFINDEX);
}

static bool interface_unreachable(const struct world *world, const struct call *call)
{
	return (asks_name(world, call) || asks_index(world, call)) &&
	       out_of_reach(call);
}

static const struct world_interface *interface_of(const struct world *world,
						  const struct call *call)
{
	char name[IFNAMSIZ + 1] = "";
	int index;

	if (asks_name(world, call)) {
		memcpy(&index, call->file.bytes + IFNAMSIZ, sizeof(index));
		return world_interface(world, (unsigned int)index);
	}
	memcpy(name, call->file.bytes, IFNAMSIZ - 1);
	/* dev_ioctl(): what follows a colon was an alias once, and is overlooked. */
	name[strcspn(name, ":")] = '\0';
	return world_interface_named(world, name);
}

static bool no_interface(const struct world *world, const struct call *call)
{
	return (asks_name(world, call) || asks_index(world, call)) &&
	       !interface_of(world, call);
}

/* The name, or the index, is put in its place; all else stays as it was given. */
static void tells_interface(const struct world *world, const struct call *call,
			    struct outcome *outcome)
{
	const struct world_interface *interface = interface_of(world, call);

	outcome->kind = OUTCOME_VALUE;
	outcome->length = FILE_BYTES_MAX;
	memcpy(outcome->bytes, call->file.bytes, FILE_BYTES_MAX);
	if (asks_name(world, call)) {
		memset(outcome->bytes, 0, IFNAMSIZ);
		memcpy(outcome->bytes, interface->name, strlen(interface->name));
	} else {
		memcpy(outcome->bytes + IFNAMSIZ, &interface->index,
		       sizeof(interface->index));
	}
}

/*
 * What sock_do_ioctl() does with a request that the family does not know: one with the
 * letter of sockets may be an interface's, and is read first.
 */
static bool is_socket_request(const struct call *call)
{
	return (call->file.argument[0] >> 8 & 0xff) == 0x89;
}

static bool request_unreadable(const struct world *world, const struct call *call)
{
	return on_socket(world, call) && is_socket_request(call) && out_of_reach(call);
}

#define INTERFACE_OUTCOME(id_, says_, when_, quote_, function_)                       \
	{                                                                             \
		.id = id_, .says = says_, .when = when_, .computed = tells_interface, \
		.cites = {                                                            \
			QUOTE("netdevice(7)", quote_),                                \
			KERNEL("net/core/dev_ioctl.c", function_)                     \
		}                                                                     \
	}

static const struct rule fileops_requests_rules[] = {
	{
		.id = "ioctl.interface_unreachable",
		.says = "a struct ifreq that cannot be read is refused",
		.when = interface_unreachable,
		.outcome = FAILS(EFAULT),
		.cites = { MANUAL_QUOTE("ioctl(2)", "EFAULT",
					"argp references an inaccessible memory area."),
			   KERNEL("net/socket.c", "get_user_ifreq") },
	},
	{
		.id = "ioctl.no_interface",
		.says = "an index or a name that no interface has is refused",
		.when = no_interface,
		.outcome = FAILS(ENODEV),
		/* packet(7) says it of addresses, netdevice(7) has no errors. */
		.cites = { KERNEL("net/core/dev_ioctl.c", "dev_ifname"),
			   KERNEL("net/core/dev_ioctl.c", "dev_ifsioc_locked") },
		.undocumented = true,
	},
	INTERFACE_OUTCOME("ioctl.interface_name",
			  "the name of the interface with this index is told, by a "
			  "socket of any family",
			  asks_name,
			  "Given the ifr_ifindex, return the name of the interface in "
			  "ifr_name.",
			  "dev_ifname"),
	INTERFACE_OUTCOME("ioctl.interface_index",
			  "the index of the interface with this name is told, by a "
			  "socket of any family",
			  asks_index,
			  "Retrieve the interface index of the interface into "
			  "ifr_ifindex.",
			  "dev_ifsioc_locked"),
	{
		.id = "ioctl.request_unreadable",
		.says = "a request with the letter of sockets is read before it turns "
			"out that nobody knows it",
		.when = request_unreadable,
		.outcome = FAILS(EFAULT),
		.cites = { MANUAL_QUOTE("ioctl(2)", "EFAULT",
					"argp references an inaccessible memory area."),
			   KERNEL("net/socket.c", "sock_do_ioctl") },
	},
	{
		.id = "ioctl.request_unknown",
		.says = "what neither files nor sockets, nor the family, nor "
			"interfaces know is refused, whatever the argument",
		.when = on_socket,
		.outcome = FAILS(ENOTTY),
		.cites = { MANUAL_QUOTE("ioctl(2)", "ENOTTY",
					"The specified request does not apply to the "
					"kind of object that the file descriptor fd "
					"references."),
			   KERNEL("net/socket.c", "sock_do_ioctl"),
			   KERNEL("fs/ioctl.c", "vfs_ioctl") },
	},
};
RULE_LIST(fileops_requests, CALL_IOCTL);
