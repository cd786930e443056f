/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * privilege.c - who may make which socket: CAP_NET_RAW with and without, and from
 * inside a nested user namespace; the ping group range; refusal by a cgroup's program
 * and by a security module.
 */
#include "sockcheck.h"

static const struct kind {
	const char *name;
	int domain, type, protocol;
} raw_kinds[] = {
	{ "inet,icmp", AF_INET, SOCK_RAW, IPPROTO_ICMP },
	{ "inet,raw", AF_INET, SOCK_RAW, IPPROTO_RAW },
	{ "inet,tcp", AF_INET, SOCK_RAW, IPPROTO_TCP },
	{ "inet,200", AF_INET, SOCK_RAW, 200 },
	{ "inet,cloexec", AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_UDP },
	{ "inet6,icmpv6", AF_INET6, SOCK_RAW, IPPROTO_ICMPV6 },
	{ "inet6,raw", AF_INET6, SOCK_RAW, IPPROTO_RAW },
	{ "inet6,udp", AF_INET6, SOCK_RAW, IPPROTO_UDP },
};

static void without_capability(const void *row)
{
	const struct kind *kind = row;

	drop_capability(LINUX_CAP_NET_RAW);
	expect_errno(EPERM, t_socket(kind->domain, kind->type, kind->protocol));
}

/* Capabilities of a user namespace say nothing of a network that another governs. */
static void in_nested_namespace(const void *row)
{
	const struct kind *kind = row;

	enter_user_namespace();
	expect_errno(EPERM, t_socket(kind->domain, kind->type, kind->protocol));
}

/* But they do of a network namespace made with it. */
static void in_governing_namespace(const void *row)
{
	const struct kind *kind = row;

	drop_capability(LINUX_CAP_NET_RAW);
	enter_user_and_network_namespace();
	expect_descriptor(t_socket(kind->domain, kind->type, kind->protocol));
}

static const char *family_name(int domain)
{
	return domain == AF_INET ? "inet" : "inet6";
}

/* The variant's own part of a kind's name: what follows the family. */
static const char *short_name(const struct kind *kind)
{
	const char *name = kind->name;

	while (*name && *name != ',')
		name++;
	return *name ? name + 1 : name;
}

CASES(raw_sockets)
{
	for (size_t i = 0; i < COUNT(raw_kinds); i++) {
		const struct kind *kind = &raw_kinds[i];
		int feature = FEATURE_FAMILY(kind->domain);

		add_case(.name = name_case("socket.%s.raw_without_capability[%s]",
					   family_name(kind->domain), short_name(kind)),
			 .run_row = without_capability, .row = kind, .has = { feature },
			 .anywhere = true);
		add_case(.name = name_case(
				 "socket.%s.raw_without_capability[%s,nested]",
				 family_name(kind->domain), short_name(kind)),
			 .run_row = in_nested_namespace, .row = kind,
			 .needs = NEEDS_NESTED_NAMESPACE, .has = { feature });
		add_case(.name = name_case("socket.%s.created[raw,%s,governing]",
					   family_name(kind->domain), short_name(kind)),
			 .run_row = in_governing_namespace, .row = kind,
			 .needs = NEEDS_NESTED_NAMESPACE, .has = { feature });
	}
}

CASE("socket.packet.without_capability[raw,nested]", .needs = NEEDS_NESTED_NAMESPACE,
     .has = { FEATURE_FAMILY(AF_PACKET) })
{
	enter_user_namespace();
	expect_errno(EPERM, t_socket(AF_PACKET, SOCK_RAW, 0));
}

CASE("socket.packet.without_capability[dgram,nested]", .needs = NEEDS_NESTED_NAMESPACE,
     .has = { FEATURE_FAMILY(AF_PACKET) })
{
	enter_user_namespace();
	expect_errno(EPERM, t_socket(AF_PACKET, SOCK_DGRAM, 0));
}

CASE("socket.packet.obsolete_without_capability[nested]",
     .needs = NEEDS_NESTED_NAMESPACE, .has = { FEATURE_FAMILY(AF_PACKET) })
{
	enter_user_namespace();
	expect_errno(EPERM, t_socket(AF_INET, SOCK_PACKET, 0));
}

/* Who made a user namespace has every capability over what it governs. */
CASE("socket.packet.created[raw,network-of-child]", .needs = NEEDS_NESTED_NAMESPACE,
     .has = { FEATURE_FAMILY(AF_PACKET) })
{
	enter_network_of_child_namespace();
	expect_descriptor(t_socket(AF_PACKET, SOCK_RAW, 0));
}

CASE("socket.inet.created[raw,network-of-child]", .needs = NEEDS_NESTED_NAMESPACE)
{
	enter_network_of_child_namespace();
	expect_descriptor(t_socket(AF_INET, SOCK_RAW, IPPROTO_UDP));
}

CASE("socket.inet6.created[raw,network-of-child]", .needs = NEEDS_NESTED_NAMESPACE,
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	enter_network_of_child_namespace();
	expect_descriptor(t_socket(AF_INET6, SOCK_RAW, IPPROTO_UDP));
}

CASE("socket.packet.created[raw,governing]", .needs = NEEDS_NESTED_NAMESPACE,
     .has = { FEATURE_FAMILY(AF_PACKET) })
{
	drop_capability(LINUX_CAP_NET_RAW);
	enter_user_and_network_namespace();
	expect_descriptor(t_socket(AF_PACKET, SOCK_RAW, 0));
}

/* What needs no capability is made without any. */
static void unprivileged(const void *row)
{
	const struct kind *kind = row;

	drop_capability(LINUX_CAP_NET_RAW);
	drop_capability(LINUX_CAP_NET_ADMIN);
	drop_capability(LINUX_CAP_SYS_ADMIN);
	expect_descriptor(t_socket(kind->domain, kind->type, kind->protocol));
}

CASES(unprivileged)
{
	static const struct kind kinds[] = {
		{ "inet.created[stream,no-capability]", AF_INET, SOCK_STREAM, 0 },
		{ "inet.created[dgram,no-capability]", AF_INET, SOCK_DGRAM, 0 },
		{ "inet6.created[stream,no-capability]", AF_INET6, SOCK_STREAM, 0 },
		{ "unix.created[stream,no-capability]", AF_UNIX, SOCK_STREAM, 0 },
		{ "netlink.created[route,no-capability]", AF_NETLINK, SOCK_RAW, 0 },
	};

	for (size_t i = 0; i < COUNT(kinds); i++)
		add_case(.name = name_case("socket.%s", kinds[i].name),
			 .run_row = unprivileged, .row = &kinds[i],
			 .has = { FEATURE_FAMILY(kinds[i].domain) }, .anywhere = true);
}

/*
 * The ping group range: {low, high} and a group, its own or a supplementary one, at
 * each edge and just beyond.
 */
static const struct ping_row {
	const char *name;
	unsigned int low, high;
	unsigned int gid;
	unsigned int group_count, groups[2];
	bool allowed;
} ping_rows[] = {
	{ "nobody", 1, 0, 0, 0, { 0 }, false },
	{ "all", 0, 65535, 7, 0, { 0 }, true },
	{ "one", 100, 100, 100, 0, { 0 }, true },
	{ "below", 100, 200, 99, 0, { 0 }, false },
	{ "low-edge", 100, 200, 100, 0, { 0 }, true },
	{ "high-edge", 100, 200, 200, 0, { 0 }, true },
	{ "above", 100, 200, 201, 0, { 0 }, false },
	{ "supplementary-below", 100, 200, 50, 1, { 99 }, false },
	{ "supplementary-low-edge", 100, 200, 50, 1, { 100 }, true },
	{ "supplementary-high-edge", 100, 200, 50, 1, { 200 }, true },
	{ "supplementary-above", 100, 200, 50, 1, { 201 }, false },
	{ "second-supplementary", 100, 200, 50, 2, { 7, 150 }, true },
	{ "none-of-two", 100, 200, 50, 2, { 99, 201 }, false },
};

static void ping(const void *row, int domain, int protocol)
{
	const struct ping_row *it = row;

	set_ping_group_range(it->low, it->high);
	set_groups(it->groups, it->group_count);
	set_effective_group(it->gid);
	/* What was allowed is a socket like any other. */
	if (it->allowed)
		must_bind(expect_descriptor(t_socket(domain, SOCK_DGRAM, protocol)),
			  ip_address(domain == AF_INET ? "127.0.0.1" : "::1", 5000));
	else
		expect_errno(EACCES, t_socket(domain, SOCK_DGRAM, protocol));
}

static void ping_inet(const void *row)
{
	ping(row, AF_INET, IPPROTO_ICMP);
}

static void ping_inet6(const void *row)
{
	ping(row, AF_INET6, IPPROTO_ICMPV6);
}

CASES(ping_group_range)
{
	for (size_t i = 0; i < COUNT(ping_rows); i++) {
		const char *outcome = ping_rows[i].allowed ? "created"
							   : "ping_not_allowed";
		const char *name = ping_rows[i].name;

		add_case(.name = name_case("socket.inet.%s[ping,%s]", outcome, name),
			 .run_row = ping_inet, .row = &ping_rows[i],
			 .needs = NEEDS_IDS);
		add_case(.name = name_case("socket.inet6.%s[ping,%s]", outcome, name),
			 .run_row = ping_inet6, .row = &ping_rows[i],
			 .needs = NEEDS_IDS, .has = { FEATURE_FAMILY(AF_INET6) });
	}
}

/* A new network namespace lets nobody; one group suffices to say so. */
CASE("socket.inet.ping_not_allowed[default]")
{
	expect_errno(EACCES, t_socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP));
}

CASE("socket.inet6.ping_not_allowed[default]", .has = { FEATURE_FAMILY(AF_INET6) })
{
	expect_errno(EACCES, t_socket(AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6));
}

/* It is a matter of groups, not of capabilities. */
CASE("socket.inet.created[ping,no-capability]")
{
	set_ping_group_range(0, 0);
	drop_capability(LINUX_CAP_NET_RAW);
	expect_descriptor(t_socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP));
}

static const struct kind refused_kinds[] = {
	{ "inet,stream", AF_INET, SOCK_STREAM, 0 },
	{ "inet,dgram", AF_INET, SOCK_DGRAM, 0 },
	{ "inet6,stream", AF_INET6, SOCK_STREAM, 0 },
	{ "inet6,dgram", AF_INET6, SOCK_DGRAM, 0 },
	{ "inet,raw", AF_INET, SOCK_RAW, IPPROTO_UDP },
	{ "unix,stream", AF_UNIX, SOCK_STREAM, 0 },
	{ "netlink,raw", AF_NETLINK, SOCK_RAW, 0 },
};

static void by_cgroup(const void *row)
{
	const struct kind *kind = row;

	refuse_sockets_by_cgroup();
	expect_errno(EPERM, t_socket(kind->domain, kind->type, kind->protocol));
}

/* The program is asked for sockets of processes: not for those that the kernel makes
 * for a network namespace, without which there would be none. */
CASE("socket.refused.cgroup[new-network-namespace]",
     .needs = NEEDS_REAL_ROOT | NEEDS_CGROUP | NEEDS_NESTED_NAMESPACE,
     .since = LINUX(4, 10))
{
	refuse_sockets_by_cgroup();
	enter_user_and_network_namespace();
	expect_errno(EPERM, t_socket(AF_INET, SOCK_STREAM, 0));
}

/* The program is asked for the IP families only. */
static void beside_cgroup(const void *row)
{
	const struct kind *kind = row;

	refuse_sockets_by_cgroup();
	expect_descriptor(t_socket(kind->domain, kind->type, kind->protocol));
}

CASE("socket.inet.created[cgroup-allows]", .needs = NEEDS_REAL_ROOT | NEEDS_CGROUP,
     .types = SC_STREAM | SC_DGRAM, .since = LINUX(4, 10))
{
	allow_sockets_by_cgroup();
	expect_descriptor(t_socket(AF_INET, sc_type, 0));
}

CASE("socket.inet6.created[cgroup-allows]", .needs = NEEDS_REAL_ROOT | NEEDS_CGROUP,
     .types = SC_STREAM | SC_DGRAM, .since = LINUX(4, 10),
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	allow_sockets_by_cgroup();
	expect_descriptor(t_socket(AF_INET6, sc_type, 0));
}

static void by_security_module(const void *row)
{
	const struct kind *kind = row;

	refuse_sockets_by_security_module(false);
	expect_errno(EPERM, t_socket(kind->domain, kind->type, kind->protocol));
}

static void by_security_module_late(const void *row)
{
	const struct kind *kind = row;

	refuse_sockets_by_security_module(true);
	expect_errno(EPERM, t_socket(kind->domain, kind->type, kind->protocol));
}

CASES(refusals)
{
	for (size_t i = 0; i < COUNT(refused_kinds); i++) {
		const struct kind *kind = &refused_kinds[i];
		bool ip = kind->domain == AF_INET || kind->domain == AF_INET6;
		const int has = FEATURE_FAMILY(kind->domain);

		add_case(.name = ip ? name_case("socket.refused.cgroup[%s]", kind->name)
				 : kind->domain == AF_UNIX
					 ? "socket.unix.created[beside-cgroup]"
					 : "socket.netlink.created[beside-cgroup]",
			 .run_row = ip ? by_cgroup : beside_cgroup, .row = kind,
			 .has = { has }, .since = LINUX(4, 10),
			 .needs = NEEDS_REAL_ROOT | NEEDS_CGROUP);
		add_case(.name = name_case("socket.refused.security_module[%s]",
					   kind->name),
			 .run_row = by_security_module, .row = kind, .has = { has },
			 .needs = NEEDS_REAL_ROOT | NEEDS_CGROUP | NEEDS_BPF_SECURITY,
			 .since = LINUX(6, 0));
		add_case(.name = name_case("socket.refused.security_module_late[%s]",
					   kind->name),
			 .run_row = by_security_module_late, .row = kind,
			 .has = { has },
			 .needs = NEEDS_REAL_ROOT | NEEDS_CGROUP | NEEDS_BPF_SECURITY,
			 .since = LINUX(6, 0));
	}
}

/* A network namespace is made, with the raw sockets that the kernel has in it, by who
 * may have none himself. */
CASE("socket.inet6.raw_without_capability[new-network-namespace]",
     .caps = SC_CAP(LINUX_CAP_SYS_ADMIN), .has = { FEATURE_FAMILY(AF_INET6) })
{
	drop_capability(LINUX_CAP_NET_RAW);
	enter_network_namespace();
	expect_errno(EPERM, t_socket(AF_INET6, SOCK_RAW, IPPROTO_UDP));
}
