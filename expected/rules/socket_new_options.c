/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * socket_new_options.c - what getsockopt(2) tells of a socket that socket(2) has just
 * made: the options that creation sets.
 */
#include <string.h>
#include <sys/time.h>

#include "../constants.h"

#include "lists.h"

static void integer(struct outcome *outcome, int value)
{
	outcome->kind = OUTCOME_VALUE;
	outcome->value = 0;
	outcome->length = sizeof(value);
	memcpy(outcome->bytes, &value, sizeof(value));
}

static bool is_ip(const struct world_socket *it)
{
	return it->domain == AF_INET || it->domain == AF_INET6;
}

static bool is_raw(const struct world_socket *it, int domain)
{
	return it->domain == domain && it->type == SOCK_RAW;
}

static bool is_tcp(const struct world_socket *it)
{
	return is_ip(it) && it->type == SOCK_STREAM && it->protocol == IPPROTO_TCP;
}

static bool is_mptcp(const struct world_socket *it)
{
	return is_ip(it) && it->protocol == LINUX_IPPROTO_MPTCP;
}

static bool is_udp(const struct world_socket *it)
{
	return is_ip(it) && it->protocol == IPPROTO_UDP && it->type == SOCK_DGRAM;
}

/*
 * Which sockets have options of level IPPROTO_IP: those of AF_INET, and of AF_INET6 all
 * but raw ones, which "can have sockets using v6 API for ipv4" (inet6_create()).  MPTCP
 * knows few of them.
 */
static bool has_ip_options(const struct world_socket *it)
{
	if (is_mptcp(it))
		return false;
	return it->domain == AF_INET ||
	       (it->domain == AF_INET6 && it->type != SOCK_RAW);
}

static bool has_ipv6_options(const struct world_socket *it)
{
	return it->domain == AF_INET6 && !is_mptcp(it);
}

static bool is_udplite(const struct world_socket *it)
{
	return is_ip(it) && it->type == SOCK_DGRAM && it->protocol == IPPROTO_UDPLITE;
}

static bool is_ping(const struct world_socket *it)
{
	return is_ip(it) && it->type == SOCK_DGRAM &&
	       (it->protocol == IPPROTO_ICMP || it->protocol == IPPROTO_ICMPV6);
}

/*
 * One option: the condition (this level and name, on a socket `it` for which `applies`
 * holds) and the integer that must come, over `it` and the world.
 */
#define OPTION(name, level_, optname_, applies, expected)                            \
	static bool asks_##name(const struct world *world, const struct call *call)  \
	{                                                                            \
		const struct world_socket *it = world_socket(world, call->fd);       \
                                                                                     \
		return it && call->option.level == (level_) &&                       \
		       call->option.optname == (optname_) && (applies);              \
	}                                                                            \
	static void tells_##name(const struct world *world, const struct call *call, \
				 struct outcome *outcome)                            \
	{                                                                            \
		const struct world_socket *it = world_socket(world, call->fd);       \
                                                                                     \
		(void)it;                                                            \
		integer(outcome, (expected));                                        \
	}

OPTION(so_type, SOL_SOCKET, SO_TYPE, true, it->type)
OPTION(so_domain, SOL_SOCKET, SO_DOMAIN, true, it->domain)
OPTION(so_protocol, SOL_SOCKET, SO_PROTOCOL, true, it->protocol)
OPTION(so_acceptconn, SOL_SOCKET, SO_ACCEPTCONN, true, 0)
OPTION(so_error, SOL_SOCKET, SO_ERROR, true, 0)
OPTION(so_rcvlowat, SOL_SOCKET, SO_RCVLOWAT, true, 1)
OPTION(so_sndlowat, SOL_SOCKET, SO_SNDLOWAT, true, 1)
OPTION(so_peek_off, SOL_SOCKET, SO_PEEK_OFF, it->domain == AF_UNIX || is_udp(it), -1)
/* INET_PROTOSW_REUSE: raw and echo sockets share their number from the start. */
OPTION(so_reuseaddr, SOL_SOCKET, SO_REUSEADDR, true,
       is_raw(it, AF_INET) || is_raw(it, AF_INET6) || is_ping(it))
OPTION(so_txrehash, SOL_SOCKET, SO_TXREHASH, is_tcp(it), it->txrehash)
OPTION(so_rcvbuf, SOL_SOCKET, SO_RCVBUF,
       !is_tcp(it) && it->type == SOCK_DGRAM && world->settings.rmem_default,
       world->settings.rmem_default)
OPTION(so_sndbuf, SOL_SOCKET, SO_SNDBUF,
       !is_tcp(it) && it->type == SOCK_DGRAM && world->settings.wmem_default,
       world->settings.wmem_default)
OPTION(so_rcvbuf_tcp, SOL_SOCKET, SO_RCVBUF,
       is_tcp(it) && world->settings.tcp_rmem_default, world->settings.tcp_rmem_default)
OPTION(so_sndbuf_tcp, SOL_SOCKET, SO_SNDBUF,
       is_tcp(it) && world->settings.tcp_wmem_default, world->settings.tcp_wmem_default)

OPTION(so_rcvbuf_mptcp, SOL_SOCKET, SO_RCVBUF,
       is_mptcp(it) && world->settings.tcp_rmem_default,
       world->settings.tcp_rmem_default)
OPTION(so_sndbuf_mptcp, SOL_SOCKET, SO_SNDBUF,
       is_mptcp(it) && world->settings.tcp_wmem_default,
       world->settings.tcp_wmem_default)

OPTION(ip_ttl, IPPROTO_IP, IP_TTL, has_ip_options(it), world->settings.ip_default_ttl)
OPTION(ip_mtu_discover, IPPROTO_IP, IP_MTU_DISCOVER, has_ip_options(it),
       it->pmtu_discovery)
OPTION(ip_hdrincl, IPPROTO_IP, IP_HDRINCL, is_raw(it, AF_INET),
       it->protocol == IPPROTO_RAW)
OPTION(ip_multicast_ttl, IPPROTO_IP, IP_MULTICAST_TTL, has_ip_options(it), 1)
OPTION(ip_multicast_loop, IPPROTO_IP, IP_MULTICAST_LOOP, has_ip_options(it), 1)
OPTION(ip_multicast_all, IPPROTO_IP, IP_MULTICAST_ALL,
       it->domain == AF_INET && has_ip_options(it), 1)

/* ip(7) has it default to 1; inet6_create() leaves it 0. */
OPTION(ip_multicast_all_of_ipv6, IPPROTO_IP, IP_MULTICAST_ALL,
       it->domain == AF_INET6 && has_ip_options(it), 0)

OPTION(ipv6_v6only, IPPROTO_IPV6, IPV6_V6ONLY, it->domain == AF_INET6, it->ipv6only)
OPTION(ipv6_unicast_hops, IPPROTO_IPV6, IPV6_UNICAST_HOPS, has_ipv6_options(it),
       world->settings.ipv6_hop_limit)
OPTION(ipv6_multicast_hops, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, has_ipv6_options(it), 1)
OPTION(ipv6_multicast_loop, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, has_ipv6_options(it), 1)
OPTION(ipv6_multicast_all, IPPROTO_IPV6, IPV6_MULTICAST_ALL, has_ipv6_options(it), 1)
OPTION(ipv6_mtu_discover, IPPROTO_IPV6, IPV6_MTU_DISCOVER, has_ipv6_options(it),
       IPV6_PMTUDISC_WANT)
OPTION(ipv6_hdrincl, IPPROTO_IPV6, IPV6_HDRINCL, is_raw(it, AF_INET6),
       it->protocol == IPPROTO_RAW)

/* rawv6_init_sk(): where the checksum of the two protocols stands; -1 is 'none'. */
static int raw6_checksum_offset(int protocol)
{
	switch (protocol) {
	case IPPROTO_ICMPV6:
		return 2;
	case IPPROTO_MH:
		return 4;
	default:
		return -1;
	}
}

OPTION(ipv6_checksum, IPPROTO_IPV6, IPV6_CHECKSUM, is_raw(it, AF_INET6),
       raw6_checksum_offset(it->protocol))
OPTION(udplite_coverage, SOL_UDPLITE, call->option.optname,
       is_udplite(it) && (call->option.optname == UDPLITE_SEND_CSCOV ||
			  call->option.optname == UDPLITE_RECV_CSCOV),
       0)

/* Switches that every new socket has off: those of POSIX, and others. */
static bool is_posix_switch(int level, int optname)
{
	if (level != SOL_SOCKET)
		return false;
	switch (optname) {
	case SO_BROADCAST:
	case SO_DEBUG:
	case SO_DONTROUTE:
	case SO_KEEPALIVE:
	case SO_OOBINLINE:
		return true;
	default:
		return false;
	}
}

OPTION(switched_off, call->option.level, call->option.optname,
       is_posix_switch(call->option.level, call->option.optname), 0)

static bool is_linux_switch(const struct world_socket *it, int level, int optname)
{
	static const struct {
		int level, optname;
	} switches[] = {
		{ SOL_SOCKET, SO_REUSEPORT }, { SOL_SOCKET, SO_PRIORITY },
		{ SOL_SOCKET, SO_MARK },      { SOL_SOCKET, SO_TIMESTAMP },
		{ SOL_SOCKET, SO_NO_CHECK },  { SOL_SOCKET, SO_PASSCRED },
		{ IPPROTO_IP, IP_FREEBIND },  { IPPROTO_IP, IP_TOS },
		{ IPPROTO_IP, IP_NODEFRAG },  { IPPROTO_IPV6, IPV6_RECVERR },
		{ IPPROTO_TCP, TCP_NODELAY }, { IPPROTO_TCP, TCP_CORK },
	};
	bool known = false;

	for (size_t i = 0; i < sizeof(switches) / sizeof(switches[0]); i++)
		known |= switches[i].level == level && switches[i].optname == optname;
	if (level == IPPROTO_IP)
		return known && it->domain == AF_INET && has_ip_options(it);
	if (level == IPPROTO_IPV6)
		return known && has_ipv6_options(it);
	if (level == IPPROTO_TCP)
		return known && is_tcp(it);
	return known && (optname != SO_PASSCRED || it->domain == AF_UNIX);
}

OPTION(switched_off_linux, call->option.level, call->option.optname,
       is_linux_switch(it, call->option.level, call->option.optname), 0)
OPTION(ip_recverr, IPPROTO_IP, IP_RECVERR, has_ip_options(it), 0)

/* What is not an integer: structures, all bytes of which are 0. */
static bool asks_timeout(const struct world *world, const struct call *call)
{
	return world_socket(world, call->fd) && call->option.level == SOL_SOCKET &&
	       (call->option.optname == SO_RCVTIMEO ||
		call->option.optname == SO_SNDTIMEO);
}

static void tells_timeout(const struct world *world, const struct call *call,
			  struct outcome *outcome)
{
	(void)world;
	(void)call;
	outcome->kind = OUTCOME_VALUE;
	outcome->length = sizeof(struct timeval);
}

static bool asks_linger(const struct world *world, const struct call *call)
{
	return world_socket(world, call->fd) && call->option.level == SOL_SOCKET &&
	       call->option.optname == SO_LINGER;
}

static void tells_linger(const struct world *world, const struct call *call,
			 struct outcome *outcome)
{
	(void)world;
	(void)call;
	outcome->kind = OUTCOME_VALUE;
	outcome->length = sizeof(struct linger);
}

static bool asks_icmp_filter(const struct world *world, const struct call *call)
{
	const struct world_socket *it = world_socket(world, call->fd);

	return it && is_raw(it, AF_INET) && it->protocol == IPPROTO_ICMP &&
	       call->option.level == SOL_RAW &&
	       call->option.optname == LINUX_ICMP_FILTER;
}

/* struct icmp_filter: a bit for each type that is kept back. */
static void tells_icmp_filter(const struct world *world, const struct call *call,
			      struct outcome *outcome)
{
	(void)world;
	(void)call;
	integer(outcome, 0);
}

static bool asks_icmp6_filter(const struct world *world, const struct call *call)
{
	const struct world_socket *it = world_socket(world, call->fd);

	return it && is_raw(it, AF_INET6) && it->protocol == IPPROTO_ICMPV6 &&
	       call->option.level == IPPROTO_ICMPV6 &&
	       call->option.optname == LINUX_ICMP6_FILTER;
}

static void tells_icmp6_filter(const struct world *world, const struct call *call,
			       struct outcome *outcome)
{
	(void)world;
	(void)call;
	outcome->kind = OUTCOME_VALUE;
	outcome->length = 32;
}

static bool asks_vsock_buffer(const struct world *world, const struct call *call)
{
	const struct world_socket *it = world_socket(world, call->fd);

	return it && it->domain == AF_VSOCK && call->option.level == AF_VSOCK &&
	       call->option.optname >= LINUX_SO_VM_SOCKETS_BUFFER_SIZE &&
	       call->option.optname <= LINUX_SO_VM_SOCKETS_BUFFER_MAX_SIZE;
}

static void tells_vsock_buffer(const struct world *world, const struct call *call,
			       struct outcome *outcome)
{
	bool least = call->option.optname == LINUX_SO_VM_SOCKETS_BUFFER_MIN_SIZE;
	unsigned long long bytes = least ? 128 : 262144;

	(void)world;
	outcome->kind = OUTCOME_VALUE;
	outcome->length = sizeof(bytes);
	memcpy(outcome->bytes, &bytes, sizeof(bytes));
}

#define OPTION_RULE(name, line, ...)                                          \
	{                                                                     \
		.id = "socket.new." #name, .says = line, .when = asks_##name, \
		.computed = tells_##name, .cites = {                          \
			__VA_ARGS__                                           \
		}                                                             \
	}
#define OPTION_RULE_UNDOCUMENTED(name, line, ...)                             \
	{                                                                     \
		.id = "socket.new." #name, .says = line, .when = asks_##name, \
		.computed = tells_##name, .cites = { __VA_ARGS__ },           \
		.undocumented = true                                          \
	}
#define INET_CREATE  KERNEL("net/ipv4/af_inet.c", "inet_create")
#define INET6_CREATE KERNEL("net/ipv6/af_inet6.c", "inet6_create")
#define INIT_DATA    KERNEL("net/core/sock.c", "sock_init_data")

static const struct rule socket_new_options_rules[] = {
	OPTION_RULE(so_type, "SO_TYPE tells the type without the flags",
		    QUOTE("socket(7)", "Gets the socket type as an integer (e.g., "
				       "SOCK_STREAM)."),
		    POSIX("getsockopt", NULL), KERNEL("net/socket.c", "__sock_create")),
	OPTION_RULE(so_domain, "SO_DOMAIN tells the family",
		    QUOTE("socket(7)", "Retrieves the socket domain as an integer, "
				       "returning a value such as AF_INET6."),
		    POSIX("getsockopt", NULL),
		    KERNEL("net/core/sock.c", "sock_getsockopt")),
	{
		.id = "socket.new.so_protocol",
		.says = "SO_PROTOCOL tells the protocol that was chosen; 0 for a "
			"family that keeps none",
		.when = asks_so_protocol,
		.computed = tells_so_protocol,

		.cites = { QUOTE("socket(7)",
				 "Retrieves the socket protocol as an integer, "
				 "returning a value such as IPPROTO_SCTP."),
			   POSIX("getsockopt", NULL), INET_CREATE },
	},
	OPTION_RULE(so_acceptconn, "a new socket does not listen",
		    QUOTE("socket(7)",
			  "The value 0 indicates that this is not a listening socket"),
		    POSIX("getsockopt", NULL), INIT_DATA),
	OPTION_RULE(so_error, "a new socket has no error pending",
		    QUOTE("socket(7)", "Get and clear the pending socket error."),
		    POSIX("getsockopt", NULL), INIT_DATA),
	OPTION_RULE(so_rcvlowat, "SO_RCVLOWAT is 1",
		    QUOTE("socket(7)", "These two values are initialized to 1."),
		    POSIX_SAYS("XSH 2.10.16", NULL, "SO_RCVLOWAT is 1 by default"),
		    INIT_DATA),
	OPTION_RULE(so_sndlowat, "SO_SNDLOWAT is 1",
		    QUOTE("socket(7)", "These two values are initialized to 1."),
		    KERNEL("net/core/sock.c", "sock_getsockopt")),
	OPTION_RULE(so_peek_off, "SO_PEEK_OFF is -1: a peek reads from the front",
		    QUOTE("socket(7)", "it is set to -1 for all new sockets"),
		    INIT_DATA),
	OPTION_RULE_UNDOCUMENTED(
		so_reuseaddr,
		"SO_REUSEADDR is set on raw and echo sockets and on no "
		"other",
		INET_CREATE, INET6_CREATE),
	{
		.id = "socket.new.so_txrehash",
		.says = "SO_TXREHASH is as net.core.txrehash was when the socket was "
			"made",
		.when = asks_so_txrehash,
		.computed = tells_so_txrehash,
		.cites = { TEXT("Documentation/admin-guide/sysctl/net.rst: txrehash"),
			   INET_CREATE, INET6_CREATE },
		.undocumented = true,
		/* Linux 5.18 had the option, but a socket took the setting only when it
		 * was connected or listened; inet_create() sets it since 6.2.  Of other
		 * sockets nothing is said: newer kernels refuse the option there. */
		.since = LINUX(6, 2),
	},
	OPTION_RULE(so_rcvbuf, "SO_RCVBUF of datagrams is net.core.rmem_default",
		    QUOTE("socket(7)", "The default value is set by the "
				       "/proc/sys/net/core/rmem_default file"),
		    INIT_DATA),
	OPTION_RULE(so_sndbuf, "SO_SNDBUF of datagrams is net.core.wmem_default",
		    QUOTE("socket(7)", "The default value is set by the "
				       "/proc/sys/net/core/wmem_default file"),
		    INIT_DATA),
	OPTION_RULE(so_rcvbuf_tcp,
		    "SO_RCVBUF of TCP is the second number of net.ipv4.tcp_rmem",
		    QUOTE("tcp(7)", "the default size of the receive buffer for a TCP "
				    "socket."),
		    KERNEL("net/ipv4/tcp.c", "tcp_init_sock")),
	OPTION_RULE(so_sndbuf_tcp,
		    "SO_SNDBUF of TCP is the second number of net.ipv4.tcp_wmem",
		    QUOTE("tcp(7)",
			  "The default size of the send buffer for a TCP socket."),
		    KERNEL("net/ipv4/tcp.c", "tcp_init_sock")),
	OPTION_RULE(ip_ttl, "IP_TTL is net.ipv4.ip_default_ttl, as it is when asked",
		    QUOTE("ip(7)", "Set the default time-to-live value of outgoing "
				   "packets."),
		    INET_CREATE),
	OPTION_RULE(
		ip_mtu_discover,
		"IP_MTU_DISCOVER is as net.ipv4.ip_no_pmtu_disc was when the socket "
		"was made",
		QUOTE("ip(7)", "The system-wide default can be toggled between "
			       "IP_PMTUDISC_WANT and IP_PMTUDISC_DONT by writing "
			       "(respectively, zero and nonzero values) to the "
			       "/proc/sys/net/ipv4/ip_no_pmtu_disc file."),
		INET_CREATE),
	OPTION_RULE(
		ip_hdrincl, "IP_HDRINCL is set for IPPROTO_RAW and no other protocol",
		QUOTE("raw(7)", "A protocol of IPPROTO_RAW implies enabled IP_HDRINCL"),
		INET_CREATE),
	OPTION_RULE(ip_multicast_ttl, "IP_MULTICAST_TTL is 1",
		    QUOTE("ip(7)",
			  "The default is 1 which means that multicast packets "
			  "don't leave the local network"),
		    INET_CREATE),
	OPTION_RULE_UNDOCUMENTED(ip_multicast_loop, "IP_MULTICAST_LOOP is set",
				 INET_CREATE, TEXT("RFC 1112 section 6.1")),
	OPTION_RULE(
		ip_multicast_all, "IP_MULTICAST_ALL is set",
		QUOTE("ip(7)", "The argument is a boolean integer (defaults to 1)."),
		INET_CREATE),
	OPTION_RULE(ipv6_v6only,
		    "IPV6_V6ONLY is net.ipv6.bindv6only, and set for echo sockets",
		    QUOTE("ipv6(7)",
			  "The default value for this flag is defined by the contents "
			  "of the file /proc/sys/net/ipv6/bindv6only."),
		    INET6_CREATE, KERNEL("net/ipv4/ping.c", "ping_init_sock")),
	OPTION_RULE_UNDOCUMENTED(
		ipv6_unicast_hops,
		"IPV6_UNICAST_HOPS is net.ipv6.conf.all.hop_limit, 64 by default",
		KERNEL("net/ipv6/ipv6_sockglue.c", "do_ipv6_getsockopt"),
		TEXT("Documentation/networking/ip-sysctl.rst: hop_limit")),
	OPTION_RULE_UNDOCUMENTED(ipv6_multicast_hops, "IPV6_MULTICAST_HOPS is 1",
				 INET6_CREATE, TEXT("RFC 3493 section 5.2")),
	OPTION_RULE_UNDOCUMENTED(ipv6_multicast_loop, "IPV6_MULTICAST_LOOP is set",
				 INET6_CREATE, TEXT("RFC 3493 section 5.2")),
	{
		.id = "socket.new.ipv6_multicast_all",
		.says = "IPV6_MULTICAST_ALL is set",
		.when = asks_ipv6_multicast_all,
		.computed = tells_ipv6_multicast_all,
		.cites = { INET6_CREATE },
		.undocumented = true,
		.since = LINUX(4, 20),
	},
	OPTION_RULE_UNDOCUMENTED(ipv6_mtu_discover,
				 "IPV6_MTU_DISCOVER is IPV6_PMTUDISC_WANT, whatever "
				 "IPv4's setting",
				 INET6_CREATE),
	OPTION_RULE_UNDOCUMENTED(ipv6_hdrincl,
				 "IPV6_HDRINCL is set for IPPROTO_RAW and no other "
				 "protocol",
				 INET6_CREATE),
	OPTION_RULE_UNDOCUMENTED(
		ipv6_checksum,
		"IPV6_CHECKSUM is 2 for ICMPv6, 4 for mobility headers, "
		"and -1 (off) for other raw sockets",
		KERNEL("net/ipv6/raw.c", "rawv6_init_sk"),
		TEXT("RFC 3542 section 3.1")),
	OPTION_RULE(
		udplite_coverage,
		"UDPLITE_SEND_CSCOV and UDPLITE_RECV_CSCOV are 0: checksums cover all",
		QUOTE("udplite(7)", "If this option is not set, the only difference "
				    "from UDP is in using a different IP protocol "
				    "identifier"),
		KERNEL("net/ipv4/udp.c", "udp_lib_getsockopt")),
	OPTION_RULE(timeout, "SO_RCVTIMEO and SO_SNDTIMEO are 0: calls wait for ever",
		    QUOTE("socket(7)", "If the timeout is set to zero (the default), "
				       "then the operation will never timeout."),
		    POSIX_SAYS("XSH 2.10.16", NULL,
			       "SO_RCVTIMEO and SO_SNDTIMEO are 0 by default"),
		    INIT_DATA),
	OPTION_RULE_UNDOCUMENTED(linger, "SO_LINGER is off",
				 KERNEL("net/core/sock.c", "sk_alloc")),
	OPTION_RULE(switched_off,
		    "options of POSIX that the caller has not switched on are 0",
		    POSIX("XSH 2.10.16", NULL), KERNEL("net/core/sock.c", "sk_alloc")),
	OPTION_RULE_UNDOCUMENTED(switched_off_linux,
				 "options of Linux that the caller has not switched on "
				 "are 0",
				 KERNEL("net/core/sock.c", "sk_alloc")),
	OPTION_RULE(ip_recverr, "IP_RECVERR is off",
		    QUOTE("ip(7)", "IP_RECVERR defaults to off."),
		    KERNEL("net/core/sock.c", "sk_alloc")),
	OPTION_RULE_UNDOCUMENTED(ip_multicast_all_of_ipv6,
				 "IP_MULTICAST_ALL of an AF_INET6 socket is off, where "
				 "ip(7) has it default to 1",
				 INET6_CREATE),
	OPTION_RULE(icmp_filter, "a raw ICMP socket keeps no type of message back",
		    QUOTE("raw(7)", "The default is to filter no ICMP messages."),
		    KERNEL("net/ipv4/raw.c", "raw_sk_init")),
	OPTION_RULE_UNDOCUMENTED(icmp6_filter,
				 "a raw ICMPv6 socket keeps no type of message back",
				 KERNEL("net/ipv6/raw.c", "rawv6_init_sk"),
				 TEXT("RFC 3542 section 3.2")),
	{
		.id = "socket.new.so_rcvbuf_mptcp",
		.says = "SO_RCVBUF of MPTCP is the second number of net.ipv4.tcp_rmem",
		.when = asks_so_rcvbuf_mptcp,
		.computed = tells_so_rcvbuf_mptcp,
		.cites = { KERNEL("net/mptcp/protocol.c", "mptcp_init_sock") },
		.undocumented = true,
		.since = LINUX(6, 1), /* earlier texts were not read */
	},
	{
		.id = "socket.new.so_sndbuf_mptcp",
		.says = "SO_SNDBUF of MPTCP is the second number of net.ipv4.tcp_wmem",
		.when = asks_so_sndbuf_mptcp,
		.computed = tells_so_sndbuf_mptcp,
		.cites = { KERNEL("net/mptcp/protocol.c", "mptcp_init_sock") },
		.undocumented = true,
		.since = LINUX(6, 1),
	},
	{
		.id = "socket.new.vsock_buffer",
		.says = "a buffer of AF_VSOCK is of 256 KiB, at least 128 bytes, at "
			"most 256 KiB",
		.when = asks_vsock_buffer,
		.computed = tells_vsock_buffer,
		.cites = { KERNEL("net/vmw_vsock/af_vsock.c", "__vsock_create") },
		.undocumented = true,
		.since = LINUX(5, 5),
	},
};
RULE_LIST(socket_new_options, CALL_GETSOCKOPT);
