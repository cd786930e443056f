/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * world.c - the world, and how each call changes it.
 */
#include <linux/net.h>
#include <stdint.h>
#include <string.h>

#include "constants.h"
#include "smaller.h"
#include "world.h"
#include "world_datagrams.h"
#include "world_families.h"
#include "world_files.h"
#include "world_ip.h"
#include "world_messages.h"
#include "world_poll.h"
#include "world_ports.h"
#include "world_tcp.h"
#include "world_unix_queue.h"

/* include/uapi/linux/net.h numbers them; net/socket.c, nargs, counts. */
unsigned int socketcall_arguments(int number)
{
	static const unsigned char counts[] = { 0, 3, 3, 3, 2, 3, 3, 3, 4, 4, 4,
						6, 6, 2, 5, 5, 3, 3, 4, 5, 4 };

	return number < 0 || number >= (int)sizeof(counts) ? 0 : counts[number];
}

const char *call_name(enum call_name name)
{
	static const char *const names[CALL_COUNT] = {
		[CALL_NONE] = "none",
		[CALL_SOCKET] = "socket",
		[CALL_CLOSE] = "close",
		[CALL_BIND] = "bind",
		[CALL_CONNECT] = "connect",
		[CALL_LISTEN] = "listen",
		[CALL_ACCEPT4] = "accept4",
		[CALL_SHUTDOWN] = "shutdown",
		[CALL_GETSOCKNAME] = "getsockname",
		[CALL_GETPEERNAME] = "getpeername",
		[CALL_SENDTO] = "sendto",
		[CALL_SENDMSG] = "sendmsg",
		[CALL_RECVFROM] = "recvfrom",
		[CALL_RECV] = "recv",
		[CALL_RECVMSG] = "recvmsg",
		[CALL_RECVMMSG] = "recvmmsg",
		[CALL_READ] = "read",
		[CALL_READV] = "readv",
		[CALL_RECVMMSGS] = "recvmmsg",
		[CALL_SETSOCKOPT] = "setsockopt",
		[CALL_GETSOCKOPT] = "getsockopt",
		[CALL_FCNTL] = "fcntl",
		[CALL_SOCKETCALL] = "socketcall",
		[CALL_FSTAT] = "fstat",
		[CALL_FSTATFS] = "fstatfs",
		[CALL_READLINK] = "readlink",
		[CALL_WRITE] = "write",
		[CALL_WRITEV] = "writev",
		[CALL_PREAD] = "pread",
		[CALL_PWRITE] = "pwrite",
		[CALL_PREADV] = "preadv",
		[CALL_PWRITEV] = "pwritev",
		[CALL_LSEEK] = "lseek",
		[CALL_MMAP] = "mmap",
		[CALL_FSYNC] = "fsync",
		[CALL_FDATASYNC] = "fdatasync",
		[CALL_SYNC_FILE_RANGE] = "sync_file_range",
		[CALL_READAHEAD] = "readahead",
		[CALL_GETDENTS] = "getdents",
		[CALL_FTRUNCATE] = "ftruncate",
		[CALL_FALLOCATE] = "fallocate",
		[CALL_FLOCK] = "flock",
		[CALL_FCHMOD] = "fchmod",
		[CALL_FCHOWN] = "fchown",
		[CALL_SENDFILE] = "sendfile",
		[CALL_SPLICE] = "splice",
		[CALL_TEE] = "tee",
		[CALL_VMSPLICE] = "vmsplice",
		[CALL_COPY_FILE_RANGE] = "copy_file_range",
		[CALL_DUP] = "dup",
		[CALL_DUP2] = "dup2",
		[CALL_DUP3] = "dup3",
		[CALL_OPEN] = "open",
		[CALL_IOCTL] = "ioctl",
		[CALL_POLL] = "poll",
		[CALL_SELECT] = "select",
		[CALL_EPOLL_CTL] = "epoll_ctl",
		[CALL_EPOLL_WAIT] = "epoll_wait",
	};

	return name < CALL_COUNT ? names[name] : "?";
}

bool call_exceeds_addresses(const struct call *call)
{
	return sizeof(size_t) == 8 && call->message.length > SIZE_MAX >> 2;
}

bool call_receives(enum call_name name)
{
	return name == CALL_RECVFROM || name == CALL_RECV || name == CALL_RECVMSG ||
	       name == CALL_RECVMMSG || name == CALL_READ || name == CALL_READV;
}

/* The loopback interface, whose number is 1 in every network namespace. */
static const struct world_interface loopback = {
	.index = 1,
	.name = "lo",
	.up = true,
	.addresses = { { { [10] = 0xff, [11] = 0xff, [12] = 127, [15] = 1 }, 8 },
		       { { [15] = 1 }, 128 } },
	.address_count = 2,
};

void world_init(struct world *world)
{
	memset(world, 0, sizeof(*world));
	world->open[0] = world->open[1] = world->open[2] = DESCRIPTOR_OPEN;
	world->interfaces[0] = loopback;
	world->caller.nofile = WORLD_DESCRIPTORS;
	world->settings = (struct world_settings){
		/* icmp(7): 'The default is "1 0", which means no group is allowed'. */
		.ping_group_low = 1,
		.ping_group_high = 0,
		.ip_default_ttl = 64,
		.ipv6_hop_limit = 64,
		.txrehash = 1,
		.mptcp_enabled = true,
		/* ip(7): 1024 is the first port that is not privileged, unless
		 * ip_unprivileged_port_start says otherwise; the range of ephemeral
		 * ports is 32768 to 60999. */
		.unprivileged_port_start = 1024,
		.port_low = 32768,
		.port_high = 60999,
	};
}

bool world_is_open(const struct world *world, int fd)
{
	return fd >= 0 && fd < WORLD_DESCRIPTORS &&
	       world->open[fd] != DESCRIPTOR_CLOSED;
}

int world_lowest_free(const struct world *world)
{
	int fd = world->first_descriptor;

	while (world_is_open(world, fd))
		fd++;
	return fd;
}

const struct world_socket *world_socket(const struct world *world, int fd)
{
	for (unsigned int i = 0; fd >= 0 && i < world->socket_count; i++)
		if (world->sockets[i].fd == fd)
			return &world->sockets[i];
	fd = world_duplicate_of(world, fd);
	return fd < 0 ? NULL : world_socket(world, fd);
}

struct world_socket *world_socket_to_change(struct world *world, int fd)
{
	return (struct world_socket *)world_socket(world, fd);
}

void world_copy(struct world *to, const struct world *from)
{
	size_t before = offsetof(struct world, sockets);
	size_t after = offsetof(struct world, socket_count);

	memcpy(to, from, before);
	memcpy(to->sockets, from->sockets, from->socket_count * sizeof(to->sockets[0]));
	memcpy((char *)to + after, (const char *)from + after, sizeof(*to) - after);
}

const struct world_interface *world_interface(const struct world *world,
					      unsigned int index)
{
	for (unsigned int i = 0; index && i < WORLD_INTERFACES; i++)
		if (world->interfaces[i].index == index)
			return &world->interfaces[i];
	return NULL;
}

const struct world_interface *world_interface_named(const struct world *world,
						    const char *name)
{
	for (unsigned int i = 0; i < WORLD_INTERFACES; i++)
		if (world->interfaces[i].index &&
		    !strcmp(world->interfaces[i].name, name))
			return &world->interfaces[i];
	return NULL;
}

unsigned int world_count(const struct world *world, int domain)
{
	unsigned int count = 0;

	for (unsigned int i = 0; i < world->socket_count; i++)
		count += world->sockets[i].domain == domain;
	return count;
}

bool world_has(const struct world *world, int feature)
{
	return world->kernel.features[feature] == YES;
}

static bool in_ping_range(const struct world_settings *settings, unsigned int gid)
{
	return settings->ping_group_low <= gid && gid <= settings->ping_group_high;
}

bool world_ping_allowed(const struct world *world)
{
	const struct world_caller *caller = &world->caller;

	if (in_ping_range(&world->settings, caller->gid))
		return true;
	for (unsigned int i = 0; i < caller->group_count; i++)
		if (in_ping_range(&world->settings, caller->groups[i]))
			return true;
	return false;
}

bool release_has(int version, int since, int backported)
{
	bool same_series = version / 1000 == backported / 1000;

	return !version || version >= since || (same_series && version >= backported);
}

static bool since(const struct world *world, int version)
{
	return !world->kernel.version || world->kernel.version >= version;
}

int world_ipproto_max(const struct world *world)
{
	/* Linux 5.6 gave IPPROTO_MPTCP the number 262 and so moved IPPROTO_MAX. */
	return since(world, LINUX(5, 6)) ? LINUX_IPPROTO_MPTCP + 1 : IPPROTO_RAW + 1;
}

/* The oldest kernel that is meant here is 4.11, which numbered AF_SMC. */
int world_af_max(const struct world *world)
{
	if (since(world, LINUX(5, 15)))
		return AF_MCTP + 1;
	return since(world, LINUX(4, 18)) ? AF_XDP + 1 : AF_SMC + 1;
}

/*
 * The protocols of inetsw[] (AF_INET) and inetsw6[] (AF_INET6), those of one type in
 * the order of the lists: inet_register_protosw() keeps the permanent ones, TCP and
 * UDP, at the front, where a protocol argument of 0 finds them.
 */
static const struct ip_protocol {
	int domain; /* AF_UNSPEC for both */
	int type;
	int protocol;
	int feature; /* FEATURE_NONE: every kernel with this family has it */
} ip_protocols[] = {
	{ AF_UNSPEC, SOCK_STREAM, IPPROTO_TCP, FEATURE_NONE },
	{ AF_INET, SOCK_STREAM, LINUX_IPPROTO_MPTCP, FEATURE_MPTCP },
	{ AF_INET6, SOCK_STREAM, LINUX_IPPROTO_MPTCP, FEATURE_MPTCP6 },
	{ AF_UNSPEC, SOCK_STREAM, IPPROTO_SCTP, FEATURE_SCTP },
	{ AF_UNSPEC, SOCK_STREAM, LINUX_IPPROTO_SMC, FEATURE_SMC },
	{ AF_UNSPEC, SOCK_DGRAM, IPPROTO_UDP, FEATURE_NONE },
	{ AF_INET, SOCK_DGRAM, IPPROTO_ICMP, FEATURE_NONE },
	{ AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6, FEATURE_NONE },
	{ AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE, FEATURE_UDPLITE },
	{ AF_INET6, SOCK_DGRAM, IPPROTO_UDPLITE, FEATURE_UDPLITE6 },
	{ AF_INET, SOCK_DGRAM, LINUX_IPPROTO_L2TP, FEATURE_L2TP },
	{ AF_INET6, SOCK_DGRAM, LINUX_IPPROTO_L2TP, FEATURE_L2TP6 },
	{ AF_UNSPEC, SOCK_RAW, IPPROTO_IP, FEATURE_NONE },
	{ AF_UNSPEC, SOCK_SEQPACKET, IPPROTO_SCTP, FEATURE_SCTP },
	{ AF_INET, SOCK_DCCP, IPPROTO_DCCP, FEATURE_DCCP },
	{ AF_INET6, SOCK_DCCP, IPPROTO_DCCP, FEATURE_DCCP6 },
};

#define IP_PROTOCOLS (sizeof(ip_protocols) / sizeof(ip_protocols[0]))

/*
 * An entry of protocol 0 is a wildcard, which takes any protocol but 0; an argument of
 * 0 takes any entry but a wildcard.
 */
static bool ip_protocol_fits(const struct ip_protocol *entry, int protocol)
{
	if (entry->protocol == protocol)
		return protocol != IPPROTO_IP;
	return protocol == IPPROTO_IP || entry->protocol == IPPROTO_IP;
}

enum ip_match world_ip_match(const struct world *world, int domain, int type,
			     int protocol, int *chosen)
{
	enum ip_match match = IP_TYPE_UNSUPPORTED;

	for (size_t i = 0; i < IP_PROTOCOLS; i++) {
		const struct ip_protocol *entry = &ip_protocols[i];

		if (entry->type != type)
			continue;
		if (entry->domain != AF_UNSPEC && entry->domain != domain)
			continue;
		if (entry->feature && !world_has(world, entry->feature))
			continue;
		match = IP_PROTOCOL_UNSUPPORTED;
		if (!ip_protocol_fits(entry, protocol))
			continue;
		if (chosen)
			*chosen = protocol ? protocol : entry->protocol;
		return IP_MATCH;
	}
	return match;
}

static bool is_ip(int domain)
{
	return domain == AF_INET || domain == AF_INET6;
}

/* The protocol that SO_PROTOCOL tells: the families below keep none but netlink's. */
static int chosen_protocol(const struct world *world, int domain, int type,
			   int protocol)
{
	int chosen = 0;

	if (is_ip(domain))
		world_ip_match(world, domain, type, protocol, &chosen);
	else if (domain == AF_NETLINK)
		chosen = protocol;
	return chosen;
}

static void add_socket(struct world *world, const struct call *call, int fd)
{
	struct world_socket *made = &world->sockets[world->socket_count];
	int domain = call->socket.domain;
	int type = call->socket.type & LINUX_SOCK_TYPE_MASK;

	if (world->socket_count == WORLD_SOCKETS)
		return;
	/* __sock_create(): the obsolete (AF_INET, SOCK_PACKET) is AF_PACKET's. */
	if (domain == AF_INET && type == SOCK_PACKET)
		domain = AF_PACKET;
	/* unix_create(): "AF_UNIX, SOCK_RAW though nothing uses it". */
	if (domain == AF_UNIX && type == SOCK_RAW)
		type = SOCK_DGRAM;
	*made = (struct world_socket){
		.fd = fd,
		.domain = domain,
		.type = type,
		.protocol = chosen_protocol(world, domain, type, call->socket.protocol),
		.argument = call->socket.protocol,
		.close_on_exec = call->socket.type & SOCK_CLOEXEC,
		.nonblocking = call->socket.type & SOCK_NONBLOCK,
		.pmtu_discovery = world->settings.ip_no_pmtu_disc ? IP_PMTUDISC_DONT
								  : IP_PMTUDISC_WANT,
		.ipv6only = domain == AF_INET6 && world->settings.bindv6only,
		.txrehash = world->settings.txrehash,
		.id = ++world->sockets_made,
		.uid = world->caller.fsuid,
		.network = world->network,
	};
	/* Any address of IPv4, in the form in which all addresses are kept. */
	if (domain == AF_INET)
		made->address[10] = made->address[11] = 0xff;
	/* ping_init_sock(): an ICMPv6 echo socket never takes IPv4. */
	if (domain == AF_INET6 && type == SOCK_DGRAM &&
	    made->protocol == IPPROTO_ICMPV6)
		made->ipv6only = true;
	/* INET_PROTOSW_REUSE: these have SO_REUSEADDR from the start. */
	if (is_ip(domain))
		made->reuseaddr = type == SOCK_RAW || made->protocol == IPPROTO_ICMP ||
				  made->protocol == IPPROTO_ICMPV6;
	world->socket_count++;
}

static void remove_socket(struct world *world, int fd)
{
	struct world_socket *closed = world_socket_to_change(world, fd);

	if (closed) {
		world_hang_up(world, closed);
		world_poll_hang_up(world, closed);
	}
	if (!closed || (is_ip(closed->domain) && !world_ip_close(world, closed)))
		return;
	/* Closing may have moved it. */
	closed = world_socket_to_change(world, fd);
	if (closed)
		*closed = world->sockets[--world->socket_count];
}

static void set_open(struct world *world, int fd, enum descriptor open)
{
	if (fd >= 0 && fd < WORLD_DESCRIPTORS)
		world->open[fd] = (unsigned char)open;
}

static void apply_bind(struct world *world, struct world_socket *bound,
		       const struct call *call)
{
	if (is_ip(bound->domain))
		world_ip_bind(world, bound, call);
	else if (bound->domain == AF_UNIX)
		world_unix_bind(world, bound, call);
	else if (bound->domain == AF_PACKET)
		world_packet_bind(world, bound, call);
	else if (bound->domain == AF_NETLINK)
		world_netlink_bind(world, bound, call);
	else if (bound->domain == AF_VSOCK)
		world_vsock_bind(world, bound, call);
}

static void apply_connect(struct world *world, struct world_socket *connected,
			  const struct call *call)
{
	if (world_is_tcp(connected))
		world_tcp_connect(world, connected, call);
	else if (is_ip(connected->domain))
		world_ip_connect(world, connected, call);
	else
		world_other_connect(world, connected, call);
}

static void apply_listen(struct world *world, struct world_socket *listener)
{
	if (is_ip(listener->domain))
		world_ip_listen(world, listener);
	else
		world_other_listen(world, listener);
}

/* The connection that waits longest.  accept(2): "On Linux, the new socket returned by
 * accept() does not inherit file status flags such as O_NONBLOCK". */
static void apply_accept(struct world *world, const struct call *call, int fd)
{
	const struct world_socket *listener = world_socket(world, call->fd);
	struct world_socket *first = NULL;

	set_open(world, fd, DESCRIPTOR_OPEN);
	for (unsigned int i = 0; listener && i < world->socket_count; i++) {
		struct world_socket *child = &world->sockets[i];

		if (child->listener == listener->id &&
		    (!first || child->id < first->id))
			first = child;
	}
	if (!first)
		return;
	first->listener = 0;
	first->fd = fd;
	first->nonblocking = call->flags & SOCK_NONBLOCK;
	first->close_on_exec = call->flags & SOCK_CLOEXEC;
}

static void apply_name(struct world *world, struct world_socket *told,
		       const struct result *result)
{
	if (is_ip(told->domain))
		world_ip_name_told(world, told, result);
	else
		world_other_name_told(told, result);
}

static void apply_shutdown(struct world *world, struct world_socket *shut, int how)
{
	shut->shut_read |= how != SHUT_WR;
	if (how != SHUT_RD)
		world_end(world, shut);
	world_poll_shut(world, shut, how);
	shut->tcp.shut_write |= how != SHUT_RD;
}

/* inet_shutdown(): for writing, nothing becomes of it; else it is a listener no more,
 * and as it was: tcp_disconnect(). */
static void shut_listener(struct world *world, struct world_socket *listener, int how)
{
	if (how == SHUT_WR)
		return;
	world_tcp_end_listener(world, listener);
	world_ip_shutdown(listener, how);
	listener->shut_read = listener->tcp.shut_write = false;
	listener->file.shut_write = false;
}

/* What a call on a socket that the world knows has changed of it. */
static void apply_to_socket(struct world *world, struct world_socket *known,
			    const struct call *call, const struct result *result)
{
	bool listened = known->state == SOCKET_LISTENING;

	switch (call->name) {
	case CALL_BIND:
		apply_bind(world, known, call);
		break;
	case CALL_CONNECT:
		apply_connect(world, known, call);
		break;
	case CALL_LISTEN:
		apply_listen(world, known);
		known->tcp.backlog = (unsigned int)call->backlog;
		break;
	case CALL_SHUTDOWN:
		if (is_ip(known->domain) && listened)
			shut_listener(world, known, call->how);
		else
			apply_shutdown(world, known, call->how);
		break;
	case CALL_SENDTO:
	case CALL_SENDMSG:
		world_send(world, known, call);
		break;
	case CALL_RECVFROM:
	case CALL_RECV:
	case CALL_RECVMSG:
	case CALL_RECVMMSG:
	case CALL_READ:
	case CALL_READV:
		if (world_is_tcp(known))
			world_tcp_receive(world, known, call, result->value);
		else if (known->domain == AF_UNIX)
			world_unix_receive(world, known, call, result);
		else {
			world_ip_sender_told(world, known, call, result);
			world_receive(known, call, result->value);
		}
		break;
	case CALL_RECVMMSGS:
		world_receive_several(known, call, result->value);
		break;
	case CALL_GETSOCKNAME:
		apply_name(world, known, result);
		if (known->domain == AF_UNIX)
			world_unix_named(world, known);
		break;
	case CALL_FCNTL:
		world_fcntl_apply(world, known, call, result);
		break;
	case CALL_SETSOCKOPT:
		world_set_option(world, known, call);
		break;
	case CALL_GETSOCKOPT:
		world_packet_error_told(known, call);
		world_error_told(known, call);
		break;
	case CALL_FSTAT:
		if (call->field == STAT_INO)
			known->ino = (unsigned long)result->value;
		break;
	default:
		break;
	}
}

/* Of the calls behind socketcall(2), as far as rules speak of them, one succeeds. */
static void apply_multiplexed(struct world *world, const struct call *call, int fd)
{
	const unsigned int *words = call->multiplexed.words;
	struct call made = {
		.name = CALL_SOCKET,
		.fd = -1,
		.socket = { (int)words[0], (int)words[1], (int)words[2] },
	};

	if (call->multiplexed.number != SYS_SOCKET)
		return;
	set_open(world, fd, DESCRIPTOR_OPEN);
	add_socket(world, &made, fd);
}

static bool duplicates(const struct call *call)
{
	return call->fcntl.command == F_DUPFD || call->fcntl.command == F_DUPFD_CLOEXEC;
}

static void apply_success(struct world *world, const struct call *call,
			  const struct result *result)
{
	int value = (int)result->value;
	struct world_socket *known = world_socket_to_change(world, call->fd);

	switch (call->name) {
	case CALL_SOCKET:
		set_open(world, value, DESCRIPTOR_OPEN);
		add_socket(world, call, value);
		break;
	case CALL_CLOSE:
		set_open(world, call->fd, DESCRIPTOR_CLOSED);
		if (!world_file_stays(world, call->fd))
			remove_socket(world, call->fd);
		break;
	case CALL_ACCEPT4:
		apply_accept(world, call, value);
		break;
	case CALL_SOCKETCALL:
		apply_multiplexed(world, call, value);
		break;
	default:
		if (known)
			apply_to_socket(world, known, call, result);
		else if (call->name == CALL_FCNTL && duplicates(call))
			set_open(world, value, world->open[call->fd]);
		world_file_apply(world, call, result);
		break;
	}
}

static void apply_failed_bind(struct world *world, const struct call *call, int error)
{
	struct world_socket *left = world_socket_to_change(world, call->fd);

	if (left && is_ip(left->domain))
		world_ip_bind_failed(left, call, error);
}

/* read(2) and readv(2) have no other memory than the bytes' place.  Where there is room
 * for all that waits, and nothing comes meanwhile, it is not that they could not be
 * written: more is asked for than ends within a process's addresses, as some releases
 * count these. */
static bool asks_for_too_much(const struct world *world,
			      const struct world_socket *receiver,
			      const struct call *call, int error)
{
	return error == EFAULT && !world->coming.kind &&
	       (call->name == CALL_READ || call->name == CALL_READV) &&
	       call->message.writable >=
		       smaller(call->message.length, world_waiting(receiver));
}

static void apply_failed_receive(struct world *world, const struct call *call,
				 int error)
{
	struct world_socket *receiver = world_socket_to_change(world, call->fd);

	if (receiver && asks_for_too_much(world, receiver, call, error))
		return;
	if (receiver && world_is_tcp(receiver))
		world_tcp_receive(world, receiver, call, -error);
	else if (receiver)
		world_receive_failed(world, receiver, call, error);
}

static void apply_failed_connect(struct world *world, const struct call *call,
				 int error)
{
	struct world_socket *client = world_socket_to_change(world, call->fd);

	if (client && world_is_tcp(client))
		world_tcp_connect_failed(world, client, call, error);
}

static void apply_failed_send(struct world *world, const struct call *call, int error)
{
	struct world_socket *sender = world_socket_to_change(world, call->fd);

	if (sender && is_ip(sender->domain))
		world_ip_send_failed(world, sender, call, error);
	if (sender && sender->domain == AF_UNIX)
		world_unix_send_failed(world, sender, call, error);
	else if (sender)
		world_send_failed(world, sender, call, error);
}

/* inet_shutdown() says ENOTCONN of a socket without a connection, and yet shuts it. */
static void apply_failed_shutdown(struct world *world, const struct call *call,
				  int error)
{
	struct world_socket *shut = world_socket_to_change(world, call->fd);

	if (!shut || !is_ip(shut->domain) || error != ENOTCONN)
		return;
	shut->shut_read |= call->how != SHUT_WR;
	world_poll_shut(world, shut, call->how);
}

void world_apply(struct world *world, const struct call *call,
		 const struct result *result)
{
	if (result->value >= 0)
		apply_success(world, call, result);
	else if (call->name == CALL_BIND)
		apply_failed_bind(world, call, (int)-result->value);
	else if (call->name == CALL_CONNECT)
		apply_failed_connect(world, call, (int)-result->value);
	else if (call_receives(call->name) || call->name == CALL_RECVMMSGS)
		apply_failed_receive(world, call, (int)-result->value);
	else if (call->name == CALL_SHUTDOWN)
		apply_failed_shutdown(world, call, (int)-result->value);
	else if (call->name == CALL_SENDTO || call->name == CALL_SENDMSG ||
		 call->name == CALL_WRITE || call->name == CALL_WRITEV)
		apply_failed_send(world, call, (int)-result->value);
	world->last_call = *call;
	if (call->name == CALL_SENDTO || call->name == CALL_SENDMSG ||
	    call->name == CALL_WRITE || call->name == CALL_WRITEV)
		world->last_call.message.payload = NULL;
	world->last_value = result->value;
}
