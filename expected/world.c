/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * world.c - the world, and how each call changes it.
 */
#include <string.h>

#include "constants.h"
#include "world.h"

const char *call_name(enum call_name name)
{
	static const char *const names[CALL_COUNT] = {
		[CALL_NONE] = "none",
		[CALL_SOCKET] = "socket",
		[CALL_CLOSE] = "close",
		[CALL_GETSOCKNAME] = "getsockname",
		[CALL_GETSOCKOPT] = "getsockopt",
		[CALL_FCNTL] = "fcntl",
		[CALL_FSTAT] = "fstat",
		[CALL_FSTATFS] = "fstatfs",
		[CALL_READLINK] = "readlink",
	};

	return name < CALL_COUNT ? names[name] : "?";
}

void world_init(struct world *world)
{
	memset(world, 0, sizeof(*world));
	world->open[0] = world->open[1] = world->open[2] = true;
	world->caller.nofile = WORLD_DESCRIPTORS;
	world->settings = (struct world_settings){
		/* icmp(7): 'The default is "1 0", which means no group is allowed'. */
		.ping_group_low = 1,  .ping_group_high = 0, .ip_default_ttl = 64,
		.ipv6_hop_limit = 64, .txrehash = 1,	    .mptcp_enabled = true,
	};
}

bool world_is_open(const struct world *world, int fd)
{
	return fd >= 0 && fd < WORLD_DESCRIPTORS && world->open[fd];
}

int world_lowest_free(const struct world *world)
{
	int fd = 0;

	while (world_is_open(world, fd))
		fd++;
	return fd;
}

const struct world_socket *world_socket(const struct world *world, int fd)
{
	for (unsigned int i = 0; i < world->socket_count; i++)
		if (world->sockets[i].fd == fd)
			return &world->sockets[i];
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
		.ipv6only = world->settings.bindv6only,
		.txrehash = world->settings.txrehash,
	};
	/* ping_init_sock(): an ICMPv6 echo socket never takes IPv4. */
	if (domain == AF_INET6 && type == SOCK_DGRAM &&
	    made->protocol == IPPROTO_ICMPV6)
		made->ipv6only = true;
	world->socket_count++;
}

static void remove_socket(struct world *world, int fd)
{
	for (unsigned int i = 0; i < world->socket_count; i++)
		if (world->sockets[i].fd == fd)
			world->sockets[i] = world->sockets[--world->socket_count];
}

static void set_open(struct world *world, int fd, bool open)
{
	if (fd >= 0 && fd < WORLD_DESCRIPTORS)
		world->open[fd] = open;
}

static struct world_socket *socket_to_change(struct world *world, int fd)
{
	for (unsigned int i = 0; i < world->socket_count; i++)
		if (world->sockets[i].fd == fd)
			return &world->sockets[i];
	return NULL;
}

static void apply_success(struct world *world, const struct call *call, long value)
{
	struct world_socket *known;

	switch (call->name) {
	case CALL_SOCKET:
		set_open(world, (int)value, true);
		add_socket(world, call, (int)value);
		break;
	case CALL_CLOSE:
		set_open(world, call->fd, false);
		remove_socket(world, call->fd);
		break;
	case CALL_FSTAT:
		known = socket_to_change(world, call->fd);
		if (known && call->field == STAT_INO)
			known->ino = (unsigned long)value;
		break;
	default:
		break;
	}
}

void world_apply(struct world *world, const struct call *call,
		 const struct result *result)
{
	if (result->value >= 0)
		apply_success(world, call, result->value);
	world->last_call = *call;
	world->last_value = result->value;
}
