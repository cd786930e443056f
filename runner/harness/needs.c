/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * needs.c - what a case needs of the machine: whether it can be had, and the words for
 * it.  A need that cannot be met is a skip with its reason, never a pass.
 */
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/capability.h>

#include "harness.h"

const char *feature_name(int feature, char *text, size_t size)
{
	static const char *const names[FEATURE_FAMILIES] = {
		[FEATURE_MPTCP] = "IPPROTO_MPTCP for AF_INET",
		[FEATURE_MPTCP6] = "IPPROTO_MPTCP for AF_INET6",
		[FEATURE_UDPLITE] = "IPPROTO_UDPLITE for AF_INET",
		[FEATURE_UDPLITE6] = "IPPROTO_UDPLITE for AF_INET6",
		[FEATURE_SCTP] = "IPPROTO_SCTP",
		[FEATURE_DCCP] = "SOCK_DCCP for AF_INET",
		[FEATURE_DCCP6] = "SOCK_DCCP for AF_INET6",
		[FEATURE_L2TP] = "IPPROTO_L2TP for AF_INET",
		[FEATURE_L2TP6] = "IPPROTO_L2TP for AF_INET6",
		[FEATURE_SMC] = "IPPROTO_SMC",
		[FEATURE_VSOCK_DGRAM] = "datagrams of AF_VSOCK",
		[FEATURE_VSOCK_LOCAL] = "VMADDR_CID_LOCAL",
		[FEATURE_VSOCK_HOST] = "VMADDR_CID_HOST",
		[FEATURE_COMPAT] = "calls of 32-bit programs beside those of 64 bits",
		[FEATURE_SOCKETCALL] = "socketcall(2) for programs like this",
	};

	if (feature >= FEATURE_NETLINKS && netlink_name(feature - FEATURE_NETLINKS))
		snprintf(text, size, "%s", netlink_name(feature - FEATURE_NETLINKS));
	else if (feature >= FEATURE_NETLINKS)
		snprintf(text, size, "netlink family %d", feature - FEATURE_NETLINKS);
	else if (feature >= FEATURE_FAMILIES)
		domain_name(feature - FEATURE_FAMILIES, text, size);
	else
		snprintf(text, size, "%s", names[feature] ? names[feature] : "?");
	return text;
}

static const struct {
	unsigned int need;
	const char *name;
} need_names[] = {
	{ NEEDS_IDS, "several user and group ids" },
	{ NEEDS_REAL_ROOT, "the machine's root" },
	{ NEEDS_GUEST, "a guest" },
	{ NEEDS_CGROUP, "a cgroup of its own" },
	{ NEEDS_FAULT_INJECTION, "fault injection" },
	{ NEEDS_NESTED_NAMESPACE, "a nested user namespace" },
	{ NEEDS_BPF_SECURITY, "BPF as a security module" },
	{ NEEDS_MOUNTS, "a mount namespace" },
	{ NEEDS_LANDLOCK, "Landlock" },
};

static const char *capability_name(int capability)
{
	switch (capability) {
	case LINUX_CAP_NET_BIND_SERVICE:
		return "CAP_NET_BIND_SERVICE";
	case LINUX_CAP_NET_ADMIN:
		return "CAP_NET_ADMIN";
	case LINUX_CAP_NET_RAW:
		return "CAP_NET_RAW";
	case LINUX_CAP_SYS_ADMIN:
		return "CAP_SYS_ADMIN";
	case LINUX_CAP_AUDIT_READ:
		return "CAP_AUDIT_READ";
	default:
		return "a capability";
	}
}

void format_since(int since, int backported, char *text, size_t size)
{
	int used = snprintf(text, size, "Linux " LINUX_FORMAT, LINUX_PARTS(since));

	if (since % 1000 && used > 0 && (size_t)used < size)
		used += snprintf(text + used, size - (size_t)used, ".%d", since % 1000);
	if (used > 0 && (size_t)used < size)
		used += snprintf(text + used, size - (size_t)used, " and later");
	if (backported && used > 0 && (size_t)used < size)
		snprintf(text + used, size - (size_t)used,
			 ", and " LINUX_FORMAT " from its release %d on",
			 LINUX_PARTS(backported), backported % 1000);
}

/* Describes the i-th of the needs; i counts over all kinds of them. */
bool describe_need(const struct sc_case *tested, size_t i, char *text, size_t size)
{
	char feature[64];

	for (size_t k = 0; k < COUNT(need_names); k++)
		if (tested->needs & need_names[k].need && !i--) {
			snprintf(text, size, "%s", need_names[k].name);
			return true;
		}
	for (int capability = 0; capability < 64; capability++)
		if (tested->caps & SC_CAP(capability) && !i--) {
			snprintf(text, size, "%s", capability_name(capability));
			return true;
		}
	for (size_t k = 0; k < COUNT(tested->has); k++)
		if (tested->has[k] && !i--) {
			snprintf(
				text, size, "%s",
				feature_name(tested->has[k], feature, sizeof(feature)));
			return true;
		}
	for (size_t k = 0; k < COUNT(tested->lacks); k++)
		if (tested->lacks[k] && !i--) {
			snprintf(text, size, "no %s",
				 feature_name(tested->lacks[k], feature,
					      sizeof(feature)));
			return true;
		}
	if (tested->knows && !i--) {
		snprintf(text, size, "%s or not, but known",
			 feature_name(tested->knows, feature, sizeof(feature)));
		return true;
	}
	if (tested->since && !i--) {
		format_since(tested->since, tested->backported, text, size);
		return true;
	}
	if (tested->until && !i--) {
		snprintf(text, size, "Linux before " LINUX_FORMAT,
			 LINUX_PARTS(tested->until));
		return true;
	}
	if (!tested->anywhere && !i) {
		snprintf(text, size, "a network namespace of its own");
		return true;
	}
	return false;
}

/* Is the feature not as wanted?  UNKNOWN wants no more than that it be known. */
static bool lacking(int feature, enum known wanted, char *why, size_t size)
{
	enum known known = session.world.kernel.features[feature];
	const char *whose = session.target->stack ? session.target->name
						  : "this kernel";
	char name[64];

	if (!feature || (wanted == UNKNOWN ? known != UNKNOWN : known == wanted))
		return false;
	feature_name(feature, name, sizeof(name));
	if (known == UNKNOWN)
		snprintf(why, size,
			 "cannot tell whether this kernel has %s, or would load a "
			 "module "
			 "for it",
			 name);
	else
		snprintf(why, size, "%s has %s%s", whose, known == NO ? "no " : "",
			 name);
	return true;
}

/* Needs of the kernel: has what the case needs, lacks what it must not have. */
static bool cannot_feature(const struct sc_case *tested, char *why, size_t size)
{
	for (size_t i = 0; i < COUNT(tested->has); i++)
		if (lacking(tested->has[i], YES, why, size))
			return true;
	for (size_t i = 0; i < COUNT(tested->lacks); i++)
		if (lacking(tested->lacks[i], NO, why, size))
			return true;
	return lacking(tested->knows, UNKNOWN, why, size);
}

static bool cannot_release(const struct sc_case *tested, char *why, size_t size)
{
	int version = session.world.kernel.version;
	char since[64];

	/* Where the target has no release of Linux, what is newest counts. */
	if (!release_has(version, tested->since, tested->backported)) {
		format_since(tested->since, tested->backported, since, sizeof(since));
		snprintf(why, size, "is for %s", since);
	} else if (tested->until && (!version || version >= tested->until)) {
		snprintf(why, size, "is for Linux before " LINUX_FORMAT,
			 LINUX_PARTS(tested->until));
	} else {
		return false;
	}
	return true;
}

static bool cannot_isolate(const struct sc_case *tested, char *why, size_t size)
{
	if (session.isolation == ISOLATED || tested->anywhere || session.target->stack)
		return false;
	if (session.isolation == ISOLATED_NETWORK)
		return false;
	snprintf(why, size, "needs a network namespace of its own: %s",
		 session.why_not);
	return true;
}

static bool cannot_machine(const struct sc_case *tested, char *why, size_t size)
{
	if (tested->needs & NEEDS_GUEST && !session.guest) {
		snprintf(why, size, "changes the whole machine: runs in a guest only");
		return true;
	}
	if (tested->needs & (NEEDS_GUEST | NEEDS_REAL_ROOT) && !session.real_root) {
		snprintf(why, size, "needs root of the machine: %s",
			 session.why_no_root);
		return true;
	}
	if (tested->needs & NEEDS_IDS && !session.real_root) {
		snprintf(why, size,
			 "needs several user and group ids: root of the "
			 "machine, who may map them");
		return true;
	}
	if (tested->needs & NEEDS_NESTED_NAMESPACE && session.isolation != ISOLATED) {
		snprintf(why, size, "needs a user namespace: %s", session.why_not);
		return true;
	}
	if (tested->needs & NEEDS_FAULT_INJECTION &&
	    access("/proc/self/fail-nth", R_OK | W_OK)) {
		snprintf(why, size,
			 "needs /proc/self/fail-nth: a kernel with "
			 "CONFIG_FAULT_INJECTION and CONFIG_FAILSLAB");
		return true;
	}
	return false;
}

#define NO_KERNEL "needs %s, which a stack in this process does not have"

/* The first thing that only a kernel has, or only a machine. */
static bool cannot_stack(const struct sc_case *tested, char *why, size_t size)
{
	static const char *const kinds[] = { "network interfaces of its own", "a VRF" };
	const char *what = NULL;

	if (!session.target->stack)
		return false;
	for (size_t i = 0; !what && i < COUNT(need_names); i++)
		if (tested->needs & need_names[i].need)
			what = need_names[i].name;
	if (!what && tested->needs & (NEEDS_INTERFACE | NEEDS_VRF))
		what = kinds[tested->needs & NEEDS_VRF ? 1 : 0];
	if (what)
		snprintf(why, size, NO_KERNEL, what);
	return what;
}

void need_own_descriptors(void)
{
	need_kernel("the descriptors of the process");
}

void need_kernel(const char *what)
{
	if (session.target->stack)
		sc_skip(NO_KERNEL, what);
}

bool cannot_run(const struct sc_case *tested, char *why, size_t size)
{
	if (session.target->imaginary)
		return false;
	if (session.target->cannot && session.target->cannot(why, size))
		return true;
	if (cannot_stack(tested, why, size) || cannot_isolate(tested, why, size) ||
	    cannot_machine(tested, why, size) || cannot_release(tested, why, size) ||
	    cannot_feature(tested, why, size))
		return true;
	if (tested->needs & NEEDS_CGROUP && !cgroup_available(why, size))
		return true;
	if (tested->needs & NEEDS_MOUNTS && !mounts_available(why, size))
		return true;
	if (tested->needs & NEEDS_INTERFACE && !interfaces_available(why, size))
		return true;
	if (tested->needs & NEEDS_VRF && !vrf_available(why, size))
		return true;
	if (tested->needs & NEEDS_LANDLOCK && !landlock_available(why, size))
		return true;
	return tested->needs & NEEDS_BPF_SECURITY && !bpf_security_available(why, size);
}

static unsigned long long effective_capabilities(void)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[2] = { { 0 } };

	if (syscall(SYS_capget, &header, data))
		return 0;
	return (unsigned long long)data[1].effective << 32 | data[0].effective;
}

static void read_groups(struct world_caller *caller)
{
	gid_t groups[WORLD_GROUPS_MAX];
	int read = getgroups(WORLD_GROUPS_MAX, groups);

	caller->group_count = read < 0 ? 0 : (unsigned int)read;
	for (unsigned int i = 0; i < caller->group_count; i++)
		caller->groups[i] = groups[i];
}

/* A target that makes nothing so has every feature that the case needs, and no more. */
static void imagine(const struct sc_case *tested)
{
	for (size_t i = 0; i < COUNT(tested->has); i++)
		if (tested->has[i])
			world.kernel.features[tested->has[i]] = YES;
	for (size_t i = 0; i < COUNT(tested->lacks); i++)
		if (tested->lacks[i])
			world.kernel.features[tested->lacks[i]] = NO;
	world.caller.cap_dac_override = world.caller.cap_dac_read_search = true;
	if (tested->caps & SC_CAP(LINUX_CAP_NET_RAW))
		world.caller.cap_net_raw = true;
	if (tested->caps & SC_CAP(LINUX_CAP_NET_ADMIN))
		world.caller.cap_net_admin = true;
	if (tested->caps & SC_CAP(LINUX_CAP_NET_BIND_SERVICE))
		world.caller.cap_net_bind_service = true;
	if (tested->caps & SC_CAP(LINUX_CAP_AUDIT_READ))
		world.caller.cap_audit_read = true;
	if (tested->until)
		world.kernel.version = tested->until - 1;
}

/* Is no user namespace between this process and the machine?  As the sandbox has it. */
static bool is_of_the_machine(void)
{
	if (running->needs & (NEEDS_GUEST | NEEDS_REAL_ROOT))
		return session.real_root || session.target->imaginary;
	return session.real_root && session.isolation != ISOLATED &&
	       !session.target->imaginary;
}

/* To a stack, any part of its process is as good as any other. */
static void may_do_all(struct world_caller *caller)
{
	caller->cap_net_raw = caller->cap_net_admin = true;
	caller->cap_net_bind_service = caller->cap_audit_read = true;
	caller->nofile = WORLD_DESCRIPTORS;
}

void meet_caller(void)
{
	unsigned long long capabilities = effective_capabilities();
	struct rlimit limit;

	world_copy(&world, &session.world);
	world.caller.cap_dac_override = capabilities & SC_CAP(LINUX_CAP_DAC_OVERRIDE);
	world.caller.cap_dac_read_search = capabilities &
					   SC_CAP(LINUX_CAP_DAC_READ_SEARCH);
	if (!own_network && capabilities && !governs_network())
		capabilities = 0;
	world.caller.cap_net_raw = capabilities & SC_CAP(LINUX_CAP_NET_RAW);
	world.caller.cap_net_admin = capabilities & SC_CAP(LINUX_CAP_NET_ADMIN);
	world.caller.cap_net_bind_service = capabilities &
					    SC_CAP(LINUX_CAP_NET_BIND_SERVICE);
	world.caller.cap_audit_read = capabilities & SC_CAP(LINUX_CAP_AUDIT_READ);
	world.caller.machine = is_of_the_machine();
	world.caller.pid = (unsigned int)getpid();
	world.caller.group = (unsigned int)getpgrp();
	world.caller.real_uid = getuid();
	world.caller.real_gid = getgid();
	world.caller.gid = getegid();
	world.caller.fsuid = geteuid();
	world.caller.fsgid = getegid();
	read_groups(&world.caller);
	if (!getrlimit(RLIMIT_NOFILE, &limit))
		world.caller.nofile = (unsigned int)limit.rlim_cur;
	if (session.target->imaginary) {
		imagine(running);
		return;
	}
	if (session.target->stack) {
		may_do_all(&world.caller);
		return;
	}
	for (int capability = 0; capability < 64; capability++)
		if (running->caps & ~capabilities & SC_CAP(capability))
			sc_skip("needs %s over its network namespace",
				capability_name(capability));
}
