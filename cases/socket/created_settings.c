/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * created_settings.c - options of a socket that socket(2) has just made which the
 * settings of its network or of the machine decide: TTL, path MTU discovery,
 * IPV6_V6ONLY, buffers; and MPTCP, which they switch off.
 */
#include <sys/time.h>

#include "created.h"

/* Options that the network's settings decide. */
static void so_txrehash(const void *row)
{
	expect_option(1, must_make(row), SOL_SOCKET, SO_TXREHASH);
}

static void so_txrehash_off(const void *row)
{
	int fd;

	set_txrehash(0);
	fd = must_make(row);
	set_txrehash(1);
	expect_option(0, fd, SOL_SOCKET, SO_TXREHASH);
}

CASE("socket.new.ip_ttl[default]", .types = SC_STREAM | SC_DGRAM)
{
	expect_option(64, must_socket(AF_INET, sc_type, 0), IPPROTO_IP, IP_TTL);
}

CASE("socket.new.ip_ttl[set-before]", .types = SC_STREAM | SC_DGRAM)
{
	set_ip_default_ttl(33);
	expect_option(33, must_socket(AF_INET, sc_type, 0), IPPROTO_IP, IP_TTL);
}

CASE("socket.new.ip_ttl[inet6]", .types = SC_STREAM | SC_DGRAM,
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	set_ip_default_ttl(33);
	expect_option(33, must_socket(AF_INET6, sc_type, 0), IPPROTO_IP, IP_TTL);
}

CASE("socket.new.ip_ttl[set-after]", .types = SC_STREAM | SC_DGRAM)
{
	int fd = must_socket(AF_INET, sc_type, 0);

	set_ip_default_ttl(33);
	expect_option(33, fd, IPPROTO_IP, IP_TTL);
}

CASE("socket.new.ip_mtu_discover[default]", .types = SC_STREAM | SC_DGRAM)
{
	expect_option(IP_PMTUDISC_WANT, must_socket(AF_INET, sc_type, 0), IPPROTO_IP,
		      IP_MTU_DISCOVER);
}

CASE("socket.new.ip_mtu_discover[1]", .types = SC_STREAM | SC_DGRAM)
{
	set_ip_no_pmtu_disc(1);
	expect_option(IP_PMTUDISC_DONT, must_socket(AF_INET, sc_type, 0), IPPROTO_IP,
		      IP_MTU_DISCOVER);
}

CASE("socket.new.ip_mtu_discover[inet6,0]", .types = SC_STREAM | SC_DGRAM,
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	expect_option(IP_PMTUDISC_WANT, must_socket(AF_INET6, sc_type, 0), IPPROTO_IP,
		      IP_MTU_DISCOVER);
}

CASE("socket.new.ip_mtu_discover[inet6,1]", .types = SC_STREAM | SC_DGRAM,
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	set_ip_no_pmtu_disc(1);
	expect_option(IP_PMTUDISC_DONT, must_socket(AF_INET6, sc_type, 0), IPPROTO_IP,
		      IP_MTU_DISCOVER);
}

CASE("socket.new.ip_mtu_discover[2]", .types = SC_STREAM | SC_DGRAM)
{
	set_ip_no_pmtu_disc(2);
	expect_option(IP_PMTUDISC_DONT, must_socket(AF_INET, sc_type, 0), IPPROTO_IP,
		      IP_MTU_DISCOVER);
}

/* The socket keeps what it was made with. */
CASE("socket.new.ip_mtu_discover[set-after]", .types = SC_STREAM | SC_DGRAM)
{
	int fd = must_socket(AF_INET, sc_type, 0);

	set_ip_no_pmtu_disc(1);
	expect_option(IP_PMTUDISC_WANT, fd, IPPROTO_IP, IP_MTU_DISCOVER);
}

CASES(txrehash)
{
	static const char *const names[] = { "tcp", "tcp6" };

	for (size_t i = 0; i < COUNT(names); i++) {
		const struct kind *kind = kind_named(names[i]);

		add_case(.name = name_case("socket.new.so_txrehash[%s]", names[i]),
			 .run_row = so_txrehash, .row = kind, .has = { kind->has },
			 .since = LINUX(6, 2));
		add_case(.name = name_case("socket.new.so_txrehash[%s,off]", names[i]),
			 .run_row = so_txrehash_off, .row = kind, .has = { kind->has },
			 .since = LINUX(6, 2));
	}
}

CASE("socket.new.ipv6_mtu_discover[ip_no_pmtu_disc]", .types = SC_STREAM | SC_DGRAM,
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	set_ip_no_pmtu_disc(1);
	expect_option(IPV6_PMTUDISC_WANT, must_socket(AF_INET6, sc_type, 0),
		      IPPROTO_IPV6, IPV6_MTU_DISCOVER);
}

CASE("socket.new.ipv6_unicast_hops[64]", .types = SC_STREAM | SC_DGRAM,
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	set_ipv6_hop_limit(64);
	expect_option(64, must_socket(AF_INET6, sc_type, 0), IPPROTO_IPV6,
		      IPV6_UNICAST_HOPS);
}

CASE("socket.new.ipv6_unicast_hops[33]", .types = SC_STREAM | SC_DGRAM,
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	set_ipv6_hop_limit(33);
	expect_option(33, must_socket(AF_INET6, sc_type, 0), IPPROTO_IPV6,
		      IPV6_UNICAST_HOPS);
}

/* The socket has none of its own: it asks for the setting when it is asked. */
CASE("socket.new.ipv6_unicast_hops[set-after]", .types = SC_STREAM | SC_DGRAM,
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	int fd = must_socket(AF_INET6, sc_type, 0);

	set_ipv6_hop_limit(33);
	expect_option(33, fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS);
}

CASE("socket.new.ipv6_v6only[default]", .types = SC_STREAM | SC_DGRAM,
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	expect_option(0, must_socket(AF_INET6, sc_type, 0), IPPROTO_IPV6, IPV6_V6ONLY);
}

CASE("socket.new.ipv6_v6only[bindv6only]", .types = SC_STREAM | SC_DGRAM,
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	set_bindv6only(1);
	expect_option(1, must_socket(AF_INET6, sc_type, 0), IPPROTO_IPV6, IPV6_V6ONLY);
}

CASE("socket.new.ipv6_v6only[set-after]", .types = SC_STREAM | SC_DGRAM,
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	int fd = must_socket(AF_INET6, sc_type, 0);

	set_bindv6only(1);
	expect_option(0, fd, IPPROTO_IPV6, IPV6_V6ONLY);
}

CASE("socket.new.ipv6_v6only[ping6]", .has = { FEATURE_FAMILY(AF_INET6) })
{
	set_ping_group_range(0, 0);
	expect_option(1, must_socket(AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6),
		      IPPROTO_IPV6, IPV6_V6ONLY);
}

CASE("socket.inet.mptcp_disabled", .has = { FEATURE_MPTCP })
{
	set_mptcp_enabled(false);
	expect_errno(ENOPROTOOPT, t_socket(AF_INET, SOCK_STREAM, LINUX_IPPROTO_MPTCP));
}

CASE("socket.inet6.mptcp_disabled", .has = { FEATURE_MPTCP6 })
{
	set_mptcp_enabled(false);
	expect_errno(ENOPROTOOPT, t_socket(AF_INET6, SOCK_STREAM, LINUX_IPPROTO_MPTCP));
}

CASE("socket.inet.created[tcp,mptcp-disabled]", .has = { FEATURE_MPTCP })
{
	set_mptcp_enabled(false);
	expect_descriptor(t_socket(AF_INET, SOCK_STREAM, IPPROTO_TCP));
}

/* net.core.*_default are the machine's: what they are is taken from there. */
static void default_buffer(int domain, int bytes, int optname)
{
	if (!bytes)
		sc_skip("needs to read /proc/sys/net/core/%cmem_default",
			optname == SO_RCVBUF ? 'r' : 'w');
	expect_option(bytes, must_socket(domain, SOCK_DGRAM, 0), SOL_SOCKET, optname);
}

CASE("socket.new.so_rcvbuf[udp]", .anywhere = true)
{
	default_buffer(AF_INET, the_world()->settings.rmem_default, SO_RCVBUF);
}

CASE("socket.new.so_sndbuf[udp]", .anywhere = true)
{
	default_buffer(AF_INET, the_world()->settings.wmem_default, SO_SNDBUF);
}

CASE("socket.new.so_rcvbuf[unix-dgram]", .anywhere = true)
{
	default_buffer(AF_UNIX, the_world()->settings.rmem_default, SO_RCVBUF);
}

CASE("socket.new.so_sndbuf[unix-dgram]", .anywhere = true)
{
	default_buffer(AF_UNIX, the_world()->settings.wmem_default, SO_SNDBUF);
}

/* TCP's are the network namespace's own. */
static void tcp_buffer(int domain, int bytes, int optname)
{
	set_tcp_buffers(70000, 30000);
	expect_option(bytes, must_socket(domain, SOCK_STREAM, 0), SOL_SOCKET, optname);
}

static void mptcp_buffer(const char *kind, int bytes, int optname)
{
	set_tcp_buffers(70000, 30000);
	expect_option(bytes, must_make(kind_named(kind)), SOL_SOCKET, optname);
}

CASE("socket.new.so_rcvbuf_mptcp[mptcp]", .has = { FEATURE_MPTCP },
     .since = LINUX(6, 1))
{
	mptcp_buffer("mptcp", 70000, SO_RCVBUF);
}

CASE("socket.new.so_rcvbuf_mptcp[mptcp6]", .has = { FEATURE_MPTCP6 },
     .since = LINUX(6, 1))
{
	mptcp_buffer("mptcp6", 70000, SO_RCVBUF);
}

CASE("socket.new.so_sndbuf_mptcp[mptcp]", .has = { FEATURE_MPTCP },
     .since = LINUX(6, 1))
{
	mptcp_buffer("mptcp", 30000, SO_SNDBUF);
}

CASE("socket.new.so_sndbuf_mptcp[mptcp6]", .has = { FEATURE_MPTCP6 },
     .since = LINUX(6, 1))
{
	mptcp_buffer("mptcp6", 30000, SO_SNDBUF);
}

static void expect_vsock_timeout(int fd, long seconds, long microseconds)
{
	struct timeval timeout = { -1, -1 };
	socklen_t length = sizeof(timeout);

	if (target_waits_not())
		return;
	must(!t_getsockopt(fd, AF_VSOCK, LINUX_SO_VM_SOCKETS_CONNECT_TIMEOUT, &timeout,
			   &length),
	     "getsockopt(2) of SO_VM_SOCKETS_CONNECT_TIMEOUT");
	/* A 32-bit program has a struct of its own. */
	if (length != sizeof(timeout))
		return;
	expect_that(timeout.tv_sec == seconds && timeout.tv_usec == microseconds,
		    "it connects within %ld s and %ld us", (long)timeout.tv_sec,
		    (long)timeout.tv_usec);
}

/* Each option is an unsigned long long; and who connects waits for two seconds. */
static void vsock_buffer(const char *kind, int optname, unsigned long long bytes)
{
	int fd = must_make(kind_named(kind));

	expect_option_bytes(&bytes, sizeof(bytes), fd, AF_VSOCK, optname);
	expect_vsock_timeout(fd, 2, 0);
}

CASE("socket.new.vsock_buffer[size]", .has = { FEATURE_FAMILY(AF_VSOCK) },
     .since = LINUX(5, 5), .anywhere = true)
{
	vsock_buffer("vsock-stream", LINUX_SO_VM_SOCKETS_BUFFER_SIZE, 262144);
}

CASE("socket.new.vsock_buffer[least]", .has = { FEATURE_FAMILY(AF_VSOCK) },
     .since = LINUX(5, 5), .anywhere = true)
{
	vsock_buffer("vsock-stream", LINUX_SO_VM_SOCKETS_BUFFER_MIN_SIZE, 128);
}

CASE("socket.new.vsock_buffer[most]", .has = { FEATURE_FAMILY(AF_VSOCK) },
     .since = LINUX(5, 5), .anywhere = true)
{
	vsock_buffer("vsock-stream", LINUX_SO_VM_SOCKETS_BUFFER_MAX_SIZE, 262144);
}

/* A stream cannot wait for more than its buffer holds: vsock_set_rcvlowat(). */
CASE("socket.new.vsock_buffer[size,low-water]", .has = { FEATURE_FAMILY(AF_VSOCK) },
     .since = LINUX(6, 1))
{
	static const int sizes[] = { 262144, 262145 };
	int fd = must_make(kind_named("vsock-stream"));
	unsigned long long bytes = 262144;

	expect_option_bytes(&bytes, sizeof(bytes), fd, AF_VSOCK,
			    LINUX_SO_VM_SOCKETS_BUFFER_SIZE);
	for (size_t i = 0; i < COUNT(sizes); i++)
		expect_that(target_waits_not() ||
				    t_setsockopt(fd, SOL_SOCKET, SO_RCVLOWAT, &sizes[i],
						 sizeof(int)) == (i ? -EINVAL : 0),
			    "SO_RCVLOWAT of %d is %s", sizes[i],
			    i ? "taken" : "refused");
}

/* What is accepted has all of its listener: __vsock_create() with a parent. */
static int accepted_vsock(void)
{
	const struct timeval timeout = { 3, 500000 };
	struct address address = vsock_address(LINUX_VMADDR_CID_LOCAL, vsock_port(0));
	int listener = must_make(kind_named("vsock-stream")), client;

	need_vsock_port(vsock_port(0));
	sc_must(SC_LINE,
		t_setsockopt(listener, AF_VSOCK, LINUX_SO_VM_SOCKETS_CONNECT_TIMEOUT,
			     &timeout, sizeof(timeout)),
		"setsockopt(2) of SO_VM_SOCKETS_CONNECT_TIMEOUT");
	must_bind(listener, address);
	must_listen(listener);
	client = must_make(kind_named("vsock-stream"));
	must_connect(client, address);
	return must_accept(listener);
}

static const struct inherited {
	const char *name;
	int optname;
	unsigned long long bytes;
} inherited[] = {
	{ "size", LINUX_SO_VM_SOCKETS_BUFFER_SIZE, 262144 },
	{ "least", LINUX_SO_VM_SOCKETS_BUFFER_MIN_SIZE, 128 },
	{ "most", LINUX_SO_VM_SOCKETS_BUFFER_MAX_SIZE, 262144 },
};

static void inherits_buffer(const void *data)
{
	const struct inherited *row = data;
	int fd = accepted_vsock();

	expect_option_bytes(&row->bytes, sizeof(row->bytes), fd, AF_VSOCK,
			    row->optname);
	expect_vsock_timeout(fd, 3, 500000);
}

CASES(inherited)
{
	for (size_t i = 0; i < COUNT(inherited); i++)
		add_case(.name = name_case("socket.new.vsock_buffer[accepted,%s]",
					   inherited[i].name),
			 .run_row = inherits_buffer, .row = &inherited[i],
			 .since = LINUX(5, 5),
			 .has = { FEATURE_FAMILY(AF_VSOCK), FEATURE_VSOCK_LOCAL });
}

CASE("socket.new.icmp6_filter", .has = { FEATURE_FAMILY(AF_INET6) },
     .caps = SC_CAP(LINUX_CAP_NET_RAW), .anywhere = true)
{
	static const unsigned char none[32];

	expect_option_bytes(none, sizeof(none), must_make(kind_named("raw6-icmpv6")),
			    IPPROTO_ICMPV6, LINUX_ICMP6_FILTER);
}

CASE("socket.new.so_rcvbuf_tcp[tcp]")
{
	tcp_buffer(AF_INET, 70000, SO_RCVBUF);
}

CASE("socket.new.so_rcvbuf_tcp[tcp6]", .has = { FEATURE_FAMILY(AF_INET6) })
{
	tcp_buffer(AF_INET6, 70000, SO_RCVBUF);
}

CASE("socket.new.so_sndbuf_tcp[tcp]")
{
	tcp_buffer(AF_INET, 30000, SO_SNDBUF);
}

CASE("socket.new.so_sndbuf_tcp[tcp6]", .has = { FEATURE_FAMILY(AF_INET6) })
{
	tcp_buffer(AF_INET6, 30000, SO_SNDBUF);
}

/* Documentation/networking/ip-sysctl.rst, flowlabel_reflect: "enabled for established
 * flows", of a socket that was made then; IPV6_FL_F_REFLECT takes it off again, once.
 */
static void reflects(bool wanted)
{
	/* include/uapi/linux/in6.h: struct in6_flowlabel_req, IPV6_FL_A_PUT,
	 * IPV6_FL_F_REFLECT, IPV6_FLOWLABEL_MGR */
	struct {
		struct in6_addr to;
		unsigned int label;
		unsigned char action, share;
		unsigned short flags, expires, linger;
		unsigned int padding;
	} request = { .action = 1, .flags = 4 };
	long came;
	int fd;

	set_flowlabel_reflect(wanted);
	fd = expect_descriptor(t_socket(AF_INET6, SOCK_STREAM, 0));
	set_flowlabel_reflect(!wanted);
	came = t_setsockopt(fd, IPPROTO_IPV6, 32, &request, sizeof(request));
	expect_that(target_waits_not() || came == (wanted ? 0 : -ESRCH),
		    "setsockopt(2) of IPV6_FLOWLABEL_MGR gives %ld", came);
}

CASE("socket.inet6.created[flowlabel-reflect]", .has = { FEATURE_FAMILY(AF_INET6) },
     .since = LINUX(3, 14))
{
	reflects(true);
}

CASE("socket.inet6.created[flowlabel-reflect,off]", .has = { FEATURE_FAMILY(AF_INET6) },
     .since = LINUX(3, 14))
{
	reflects(false);
}
