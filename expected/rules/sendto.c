/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * sendto.c - rules of sendto(2) and sendmsg(2) that hold for every family, in the order
 * of __sys_sendto() and ___sys_sendmsg(): the descriptor, the header, the address, the
 * areas.  And those of TCP, which has no use for an address.
 */
#include "sendto_common.h"

/* MSG_CMSG_COMPAT is what the kernel marks the calls of 32-bit programs with. */
static bool compat_flag(const struct world *world, const struct call *call)
{
	return (unsigned int)call->message.flags & LINUX_MSG_CMSG_COMPAT &&
	       world_has(world, FEATURE_COMPAT);
}

static const struct rule sendmsg_flags_rules[] = {
	{
		.id = "sendmsg.flags.compat",
		.says = "the flag by which the kernel knows calls of 32-bit programs "
			"is refused, before the descriptor is looked at",
		.when = compat_flag,
		.outcome = FAILS(EINVAL),
		.cites = { SENDTO_EINVAL, KERNEL("net/socket.c", "__sys_sendmsg") },
	},
};
RULE_LIST(sendmsg_flags, CALL_SENDMSG);

/* Of sendmsg(2), areas are looked at last. */
static bool buffer_foreign(const struct world *world, const struct call *call)
{
	(void)world;
	return call->name == CALL_SENDTO && call->message.foreign;
}

static const struct rule sendto_arguments_rules[] = {
	{
		.id = "sendto.buffer.foreign",
		.says = "a buffer beyond the addresses that a process may have is "
			"refused, also of no bytes, before the descriptor is looked "
			"at",
		.when = buffer_foreign,
		.outcome = FAILS(EFAULT),
		.cites = { SENDTO_FAULT, KERNEL("net/socket.c", "__sys_sendto") },
	},
	{
		.id = "sendto.fd.not_open",
		.says = "a descriptor that is not open is refused",
		.when = fd_not_open,
		.outcome = FAILS(EBADF),
		.cites = { MANUAL_QUOTE("sendto(2)", "EBADF",
					"sockfd is not a valid open file descriptor."),
			   POSIX("sendto", "EBADF"),
			   KERNEL("net/socket.c", "sockfd_lookup_light") },
	},
	{
		.id = "sendto.fd.path_only",
		.says = "a descriptor opened with O_PATH is refused as one that is not "
			"open",
		.when = fd_path_only,
		.outcome = FAILS(EBADF),
		.cites = { MANUAL("sendto(2)", "EBADF"),
			   QUOTE("open(2)",
				 "The file itself is not opened, and other file "
				 "operations (e.g., read(2), write(2), fchmod(2), "
				 "fchown(2), fgetxattr(2), ioctl(2), mmap(2)) fail "
				 "with the error EBADF."),
			   KERNEL("fs/file.c", "__fget_light") },
	},
	{
		.id = "sendto.fd.not_a_socket",
		.says = "a descriptor of anything but a socket is refused",
		.when = fd_no_socket,
		.outcome = FAILS(ENOTSOCK),
		.cites = { MANUAL_QUOTE("sendto(2)", "ENOTSOCK",
					"The file descriptor sockfd does not refer to "
					"a socket."),
			   POSIX("sendto", "ENOTSOCK"),
			   KERNEL("net/socket.c", "sock_from_file") },
	},
};
RULE_LIST(sendto_arguments, CALL_SENDTO);

static bool is_wrong(const struct call *call, enum wrong what)
{
	return call->message.wrong & (unsigned int)what;
}

static bool header_unreadable(const struct world *world, const struct call *call)
{
	return on_socket(world, call) && is_wrong(call, HEADER_UNREADABLE);
}

static const struct rule sendmsg_header_rules[] = {
	{
		.id = "sendmsg.header.unreadable",
		.says = "a header that cannot be read is refused, once the descriptor "
			"has been looked at",
		.when = header_unreadable,
		.outcome = FAILS(EFAULT),
		.cites = { SENDTO_FAULT,
			   KERNEL("net/socket.c", "copy_msghdr_from_user") },
	},
};
RULE_LIST(sendmsg_header, CALL_SENDMSG);

/* sendmsg(2) takes of a longer one as much as there is room for. */
static bool addrlen_out_of_range(const struct world *world, const struct call *call)
{
	int addrlen = call->message.to.addrlen;

	return on_socket(world, call) && (addrlen < 0 || (call->name == CALL_SENDTO &&
							  addrlen > ADDRESS_BYTES_MAX));
}

static bool address_unreadable(const struct world *world, const struct call *call)
{
	return on_socket(world, call) && call->message.to.unreadable;
}

static const struct rule sendto_address_rules[] = {
	{
		.id = "sendto.addrlen.out_of_range",
		.says = "an addrlen below 0 is refused, and by sendto(2) one above "
			"sizeof(struct sockaddr_storage), before the socket is asked",
		.when = addrlen_out_of_range,
		.outcome = FAILS(EINVAL),
		.cites = { SENDTO_EINVAL, POSIX("sendto", "EINVAL"),
			   KERNEL("net/socket.c", "move_addr_to_kernel"),
			   KERNEL("net/socket.c", "__copy_msghdr") },
	},
	{
		.id = "sendto.address.unreadable",
		.says = "an address of which not all addrlen bytes can be read is "
			"refused, before the socket is asked",
		.when = address_unreadable,
		.outcome = FAILS(EFAULT),
		.cites = { SENDTO_FAULT,
			   KERNEL("net/socket.c", "move_addr_to_kernel") },
	},
};
RULE_LIST(sendto_address, CALL_SENDTO);

static bool areas_too_many(const struct world *world, const struct call *call)
{
	return on_socket(world, call) && is_wrong(call, AREAS_TOO_MANY);
}

static bool areas_unreadable(const struct world *world, const struct call *call)
{
	return on_socket(world, call) && is_wrong(call, AREAS_UNREADABLE);
}

static bool area_negative(const struct world *world, const struct call *call)
{
	return on_socket(world, call) && is_wrong(call, AREA_NEGATIVE);
}

/* Of one that ends there only, not all kernels say so: import_ubuf() cuts it. */
static bool area_foreign(const struct world *world, const struct call *call)
{
	return on_socket(world, call) && call->message.foreign &&
	       !call_exceeds_addresses(call);
}

static const struct rule sendmsg_areas_rules[] = {
	{
		.id = "sendmsg.areas.too_many",
		.says = "more than 1024 areas are refused",
		.when = areas_too_many,
		.outcome = FAILS(EMSGSIZE),
		/* sendto(2) has EMSGSIZE of messages that are too long. */
		.cites = { POSIX("sendmsg", "EMSGSIZE"),
			   KERNEL("net/socket.c", "__copy_msghdr") },
	},
	{
		.id = "sendmsg.areas.unreadable",
		.says = "what says where the areas are must be readable",
		.when = areas_unreadable,
		.outcome = FAILS(EFAULT),
		.cites = { SENDTO_FAULT,
			   KERNEL("lib/iov_iter.c", "copy_iovec_from_user") },
	},
	{
		.id = "sendmsg.areas.negative",
		.says = "an area whose length is more than SSIZE_MAX is refused, "
			"before the place of any is looked at",
		.when = area_negative,
		.outcome = FAILS(EINVAL),
		.cites = { SENDTO_EINVAL, POSIX("sendmsg", "EINVAL"),
			   KERNEL("lib/iov_iter.c", "copy_iovec_from_user") },
	},
	{
		.id = "sendmsg.areas.foreign",
		.says = "an area beyond the addresses that a process may have is "
			"refused, before the socket is asked",
		.when = area_foreign,
		.outcome = FAILS(EFAULT),
		.cites = { SENDTO_FAULT, KERNEL("lib/iov_iter.c", "__import_iovec") },
	},
};
RULE_LIST(sendmsg_areas, CALL_SENDMSG);

/* TCP and MPTCP, in a state of which rules speak; an error that waits is told first. */
static const struct world_socket *on_tcp(const struct world *world,
					 const struct call *call)
{
	const struct world_socket *on = sender_of(world, call);

	if (!on || !is_ip(on) || on->type != SOCK_STREAM ||
	    (on->protocol != IPPROTO_TCP && on->protocol != LINUX_IPPROTO_MPTCP))
		return NULL;
	return sends_plainly(call, MSG_OOB) && !on->tcp.connecting && !on->in_repair &&
			       !on->error
		       ? on
		       : NULL;
}

static bool tcp_not_connected(const struct world *world, const struct call *call)
{
	const struct world_socket *on = on_tcp(world, call);

	return on && tcp_has_none(on);
}

static bool tcp_shut_down(const struct world *world, const struct call *call)
{
	const struct world_socket *on = on_tcp(world, call);

	return on && world_sends_no_more(on);
}

static bool tcp_would_block(const struct world *world, const struct call *call)
{
	const struct world_socket *on = on_tcp(world, call);

	return on && on->file.full && waits_not(on, call) && call->message.length;
}

/* Of what can be read in part, a part may be sent. */
static bool tcp_unreadable(const struct world *world, const struct call *call)
{
	const struct world_socket *on = on_tcp(world, call);

	return on && !on->file.full && call->message.length && !call->message.readable;
}

static bool tcp_sends(const struct world *world, const struct call *call)
{
	const struct world_socket *on = on_tcp(world, call);

	return on && !on->file.full && is_readable(call);
}

/* For POSIX, an address on a connection may be refused. */
static void posix_ignores(const struct world *world, const struct call *call,
			  struct outcome *outcome)
{
	(void)world;
	if (has_address(call))
		posix_or_fails(outcome, EISCONN);
}

static const struct rule sendto_tcp_rules[] = {
	{
		.id = "sendto.tcp.not_connected",
		.says = "TCP without a connection refuses to send, also nothing, as if "
			"the connection were broken; SIGPIPE comes too, without "
			"MSG_NOSIGNAL",
		.when = tcp_not_connected,
		.outcome = FAILS(EPIPE),
		.posix = POSIX_UNCONNECTED,
		.cites = { MANUAL("sendto(2)", "EPIPE"), POSIX("sendto", "EPIPE"),
			   POSIX_SAYS("sendto", "ENOTCONN",
				      "the socket is not connected"),
			   POSIX("sendto", "EDESTADDRREQ"),
			   KERNEL("net/core/stream.c", "sk_stream_wait_connect"),
			   KERNEL("net/core/stream.c", "sk_stream_error") },
	},
	{
		.id = "sendto.tcp.shut_down",
		.says = "a stream that is shut down for writing, or broken, refuses to "
			"send, also nothing; SIGPIPE comes too, without MSG_NOSIGNAL",
		.when = tcp_shut_down,
		.outcome = FAILS(EPIPE),
		.posix = FAILS(EPIPE, ECONNRESET),
		.cites = { SENDTO_SHUT, POSIX("sendto", "EPIPE"),
			   KERNEL("net/ipv4/tcp.c", "tcp_sendmsg_locked") },
	},
	{
		.id = "sendto.tcp.would_block",
		.says = "where there is no room, who does not want to wait is told so",
		.when = tcp_would_block,
		.outcome = FAILS(EAGAIN),
		.cites = { SENDTO_FULL, POSIX("sendto", "EAGAIN"),
			   KERNEL("net/core/stream.c", "sk_stream_wait_memory") },
	},
	{
		.id = "sendto.tcp.unreadable",
		.says = "what cannot be read is not sent",
		.when = tcp_unreadable,
		.outcome = FAILS(EFAULT),
		.cites = { SENDTO_FAULT,
			   KERNEL("net/ipv4/tcp.c", "tcp_sendmsg_locked") },
	},
	{
		.id = "sendto.tcp.sent",
		.says = "all of it is sent, whatever the address is",
		.when = tcp_sends,
		.computed = tells_length,
		.posix_computed = posix_ignores,
		.cites = { SENDTO_SENT,
			   QUOTE("sendto(2)",
				 "the arguments dest_addr and addrlen are ignored"),
			   POSIX_SAYS("sendto", "EISCONN",
				      "an address on a connection"),
			   KERNEL("net/ipv4/tcp.c", "tcp_sendmsg_locked") },
	},
};
RULE_LIST(sendto_tcp, CALL_SENDTO);

static bool on_netlink(const struct world *world, const struct call *call)
{
	return call_is_on(world, call, AF_NETLINK);
}

static bool netlink_out_of_band(const struct world *world, const struct call *call)
{
	return on_netlink(world, call) && has_flag(call, MSG_OOB);
}

static bool netlink_nothing(const struct world *world, const struct call *call)
{
	return on_netlink(world, call) && !call->message.length;
}

static bool netlink_address_wrong(const struct world *world, const struct call *call)
{
	return on_netlink(world, call) && sender_of(world, call) && has_address(call) &&
	       (call->message.to.addrlen < (int)sizeof(struct sockaddr_nl) ||
		family_to(call) != AF_NETLINK);
}

/* To whom NETLINK_ROUTE lets everybody send is the kernel alone. */
static bool netlink_not_permitted(const struct world *world, const struct call *call)
{
	const struct world_socket *on = sender_of(world, call);
	struct sockaddr_nl to;

	if (!on || on->domain != AF_NETLINK || on->protocol != NETLINK_ROUTE ||
	    world->caller.cap_net_admin || !has_address(call))
		return false;
	memcpy(&to, call->message.to.bytes, sizeof(to));
	return to.nl_pid || to.nl_groups;
}

static const struct rule sendto_netlink_rules[] = {
	{
		.id = "sendto.netlink.out_of_band",
		.says = "AF_NETLINK knows no out-of-band data",
		.when = netlink_out_of_band,
		.outcome = FAILS(EOPNOTSUPP),
		.cites = { SENDTO_FLAG,
			   KERNEL("net/netlink/af_netlink.c", "netlink_sendmsg") },
	},
	{
		.id = "sendto.netlink.nothing",
		.says = "a message of no bytes is refused",
		.when = netlink_nothing,
		.outcome = FAILS(ENODATA),
		.since = LINUX(5, 16),
		.cites = { KERNEL("net/netlink/af_netlink.c", "netlink_sendmsg") },
		.undocumented = true,
	},
	{
		.id = "sendto.netlink.address_malformed",
		.says = "an address that is too short for a struct sockaddr_nl, or of "
			"another family, is refused",
		.when = netlink_address_wrong,
		.outcome = FAILS(EINVAL),
		.cites = { SENDTO_EINVAL,
			   KERNEL("net/netlink/af_netlink.c", "netlink_sendmsg") },
	},
	{
		.id = "sendto.netlink.not_permitted",
		.says = "to a group, or to another process, a message of NETLINK_ROUTE "
			"needs CAP_NET_ADMIN",
		.when = netlink_not_permitted,
		.outcome = FAILS(EPERM),
		.cites = { QUOTE("netlink(7)",
				 "Only processes with an effective UID of 0 or the "
				 "CAP_NET_ADMIN capability may send or listen to a "
				 "netlink multicast group."),
			   KERNEL("net/netlink/af_netlink.c", "netlink_sendmsg") },
	},
};
RULE_LIST(sendto_netlink, CALL_SENDTO);
