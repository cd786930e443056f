/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * prepare.c - preparations of a case: what it changes of its process, its namespaces
 * or its guest, each put into the world as well.
 *
 * For an imaginary target only the world is changed where a machine would be needed.
 */
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/capability.h>

#include "harness.h"

static bool imaginary(void)
{
	return session.target->imaginary;
}

/* For good where it is also taken from the permitted ones. */
static void set_capability(int capability, bool effective, bool permitted)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[2] = { { 0 } };
	unsigned int bit = 1U << capability % 32;

	must(!syscall(SYS_capget, &header, data), "capget: %s", errno_name(errno));
	data[capability / 32].effective &= ~bit;
	data[capability / 32].permitted &= permitted ? ~0U : ~bit;
	data[capability / 32].effective |= effective ? bit : 0;
	must(!syscall(SYS_capset, &header, data), "capset: %s", errno_name(errno));
}

void drop_capability(int capability)
{
	need_kernel("capabilities");
	need_loopback();
	set_capability(capability, false, false);
	if (capability == LINUX_CAP_DAC_OVERRIDE)
		world.caller.cap_dac_override = false;
	else if (capability == LINUX_CAP_DAC_READ_SEARCH)
		world.caller.cap_dac_read_search = false;
	else if (capability == LINUX_CAP_NET_RAW)
		world.caller.cap_net_raw = false;
	else if (capability == LINUX_CAP_NET_ADMIN)
		world.caller.cap_net_admin = false;
	else if (capability == LINUX_CAP_NET_BIND_SERVICE)
		world.caller.cap_net_bind_service = false;
	else if (capability == LINUX_CAP_AUDIT_READ)
		world.caller.cap_audit_read = false;
}

/* Those over the network namespace, which a new user namespace gives or takes. */
static void know_capabilities(bool has)
{
	world.caller.cap_net_raw = has;
	world.caller.cap_net_admin = has;
	world.caller.cap_net_bind_service = has;
}

/* The ids of the caller are mapped to root's, as in the sandbox itself. */
static void enter(int flags)
{
	int error;

	need_kernel("namespaces");
	need_loopback();
	error = imaginary() ? 0 : enter_namespaces(flags, false);
	if (error)
		sc_skip("needs a nested user namespace: %s", errno_name(-error));
	world.caller.machine = false;
	if (flags & CLONE_NEWNET)
		world.network++;
}

void enter_user_namespace(void)
{
	enter(CLONE_NEWUSER);
	know_capabilities(false);
}

void enter_network_namespace(void)
{
	enter(CLONE_NEWNET);
}

void enter_user_and_network_namespace(void)
{
	enter(CLONE_NEWUSER | CLONE_NEWNET);
	know_capabilities(true);
}

/* The child makes what it shall, says so, and is there until its parent is in it. */
static void make_and_wait(int (*make)(void), const int told[2], const int done[2])
{
	char byte = (char)-make();

	/* The parent's end alone keeps this process waiting: its death ends it too. */
	close(done[1]);
	if (write(told[1], &byte, 1) == 1 && read(done[0], &byte, 1) < 0)
		_exit(1);
	_exit(0);
}

int enter_what_child_makes(int (*make)(void), int (*enter_that_of)(pid_t child))
{
	int told[2], done[2], error;
	char byte = 0;
	pid_t child;

	must(!pipe(told) && !pipe(done), "pipe: %s", errno_name(errno));
	child = fork();
	must(child >= 0, "fork: %s", errno_name(errno));
	if (!child)
		make_and_wait(make, told, done);
	must(read(told[0], &byte, 1) == 1, "the child does not answer");
	error = byte ? -byte : enter_that_of(child);
	close(told[0]);
	close(told[1]);
	close(done[0]);
	close(done[1]);
	waitpid(child, NULL, 0);
	return error;
}

static int govern_namespace(void)
{
	return enter_namespaces(CLONE_NEWUSER | CLONE_NEWNET, false);
}

static int enter_network_of(pid_t process)
{
	char path[64];
	int fd, error = 0;

	snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)process);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (setns(fd, CLONE_NEWNET))
		error = -errno;
	close(fd);
	return error;
}

void enter_network_of_child_namespace(void)
{
	int error;

	need_kernel("namespaces");
	need_loopback();
	know_capabilities(true);
	world.network++;
	if (imaginary())
		return;
	error = enter_what_child_makes(govern_namespace, enter_network_of);
	if (error)
		sc_skip("needs the network of a nested user namespace: %s",
			errno_name(-error));
}

void limit_descriptors(unsigned int limit)
{
	struct rlimit now;

	need_kernel("the limit of a process's descriptors");
	need_loopback();
	must(!getrlimit(RLIMIT_NOFILE, &now), "getrlimit: %s", errno_name(errno));
	now.rlim_cur = limit;
	must(!setrlimit(RLIMIT_NOFILE, &now), "setrlimit: %s", errno_name(errno));
	world.caller.nofile = limit;
}

void occupy_descriptors_below(int fd)
{
	need_kernel("descriptors that are no sockets");
	need_loopback();
	must(fd <= WORLD_DESCRIPTORS, "the world keeps %d descriptors",
	     WORLD_DESCRIPTORS);
	if ((unsigned int)fd > world.caller.nofile)
		sc_skip("needs %d descriptors; RLIMIT_NOFILE allows %u", fd,
			world.caller.nofile);
	for (;;) {
		int lowest = world_lowest_free(&world), opened;

		if (lowest >= fd)
			return;
		opened = open("/dev/null", O_RDWR);
		must(opened == lowest, "open gave %d, not %d", opened, lowest);
		world.open[lowest] = DESCRIPTOR_OPEN;
	}
}

/* Writes a sysctl below /proc/sys; false (and errno) where that is refused. */
static bool write_sysctl(const char *name, const char *text)
{
	char path[128];
	int fd, error;

	snprintf(path, sizeof(path), "/proc/sys/%s", name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	error = write(fd, text, strlen(text)) < 0 ? errno : 0;
	close(fd);
	errno = error;
	return !error;
}

static void set_sysctl(const char *name, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
static void set_sysctl(const char *name, const char *format, ...)
{
	va_list arguments;
	char text[64];

	need_kernel("sysctls");
	/* Never the settings of somebody's machine, whatever a case declares. */
	must(imaginary() || session.guest || (own_network && !strncmp(name, "net/", 4)),
	     "/proc/sys/%s is not this case's own", name);
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (!imaginary() && !write_sysctl(name, text))
		sc_skip("needs to write '%s' to /proc/sys/%s: %s", text, name,
			errno_name(errno));
}

/* Where there is no such setting, as in gVisor, nobody is kept from ping sockets. */
static bool ping_is_for_all(unsigned int low, unsigned int high)
{
	return low <= getegid() && getegid() <= high && !imaginary() &&
	       !access("/proc/sys/net/ipv4", F_OK) &&
	       access("/proc/sys/net/ipv4/ping_group_range", F_OK);
}

void set_ping_group_range(unsigned int low, unsigned int high)
{
	if (!ping_is_for_all(low, high))
		set_sysctl("net/ipv4/ping_group_range", "%u %u", low, high);
	world.settings.ping_group_low = low;
	world.settings.ping_group_high = high;
}

void set_ip_no_pmtu_disc(int value)
{
	set_sysctl("net/ipv4/ip_no_pmtu_disc", "%d", value);
	world.settings.ip_no_pmtu_disc = value;
}

void set_ip_default_ttl(int value)
{
	set_sysctl("net/ipv4/ip_default_ttl", "%d", value);
	world.settings.ip_default_ttl = value;
}

void set_bindv6only(int value)
{
	set_sysctl("net/ipv6/bindv6only", "%d", value);
	world.settings.bindv6only = value;
}

void set_flowlabel_reflect(bool wanted)
{
	set_sysctl("net/ipv6/flowlabel_reflect", "%d", wanted);
}

void set_auto_flowlabels(bool wanted)
{
	set_sysctl("net/ipv6/auto_flowlabels", "%d", wanted);
}

void set_tcp_migrate_req(bool wanted)
{
	set_sysctl("net/ipv4/tcp_migrate_req", "%d", wanted);
}

void set_ipv6_hop_limit(int value)
{
	set_sysctl("net/ipv6/conf/all/hop_limit", "%d", value);
	world.settings.ipv6_hop_limit = value;
}

void set_txrehash(int value)
{
	set_sysctl("net/core/txrehash", "%d", value);
	world.settings.txrehash = value;
}

void set_mptcp_enabled(bool enabled)
{
	set_sysctl("net/mptcp/enabled", "%d", enabled);
	world.settings.mptcp_enabled = enabled;
}

void set_tcp_buffers(int receive, int send)
{
	set_sysctl("net/ipv4/tcp_rmem", "4096 %d 8388608", receive);
	set_sysctl("net/ipv4/tcp_wmem", "4096 %d 8388608", send);
	world.settings.tcp_rmem_default = receive;
	world.settings.tcp_wmem_default = send;
}

void set_ip_nonlocal_bind(bool allowed)
{
	set_sysctl("net/ipv4/ip_nonlocal_bind", "%d", allowed);
	world.settings.ip_nonlocal_bind = allowed;
}

void set_ipv6_nonlocal_bind(bool allowed)
{
	set_sysctl("net/ipv6/ip_nonlocal_bind", "%d", allowed);
	world.settings.ipv6_nonlocal_bind = allowed;
}

void set_unprivileged_port_start(unsigned int port)
{
	set_sysctl("net/ipv4/ip_unprivileged_port_start", "%u", port);
	world.settings.unprivileged_port_start = port;
}

void set_port_range(unsigned int low, unsigned int high)
{
	set_sysctl("net/ipv4/ip_local_port_range", "%u %u", low, high);
	world.settings.port_low = (unsigned short)low;
	world.settings.port_high = (unsigned short)high;
}

void set_reserved_ports(unsigned int low, unsigned int high)
{
	set_sysctl("net/ipv4/ip_local_reserved_ports", "%u-%u", low, high);
	world.settings.reserved_low = (unsigned short)low;
	world.settings.reserved_high = (unsigned short)high;
}

void set_autobind_reuse(bool allowed)
{
	set_sysctl("net/ipv4/ip_autobind_reuse", "%d", allowed);
	world.settings.autobind_reuse = allowed;
}

void set_effective_user(unsigned int uid)
{
	need_kernel("users");
	need_loopback();
	if (!imaginary())
		must(!setresuid((uid_t)-1, uid, (uid_t)-1), "setresuid: %s",
		     errno_name(errno));
	die_with_harness();
	world.caller.fsuid = uid;
}

void set_effective_group(unsigned int gid)
{
	need_kernel("groups");
	need_loopback();
	if (!imaginary())
		must(!setresgid((gid_t)-1, gid, (gid_t)-1), "setresgid: %s",
		     errno_name(errno));
	die_with_harness();
	world.caller.gid = world.caller.fsgid = gid;
}

/* setfsuid(2) and setfsgid(2) tell what was before, and of failure nothing. */
void set_filesystem_user(unsigned int uid)
{
	need_kernel("users");
	if (!imaginary()) {
		setfsuid(uid);
		if ((unsigned int)setfsuid((uid_t)-1) != uid)
			sc_skip("needs setfsuid(2), which is refused");
		die_with_harness();
	}
	world.caller.fsuid = uid;
}

void set_filesystem_group(unsigned int gid)
{
	need_kernel("groups");
	if (!imaginary()) {
		setfsgid(gid);
		if ((unsigned int)setfsgid((gid_t)-1) != gid)
			sc_skip("needs setfsgid(2), which is refused");
		die_with_harness();
	}
	world.caller.fsgid = gid;
}

void set_groups(const unsigned int *groups, unsigned int count)
{
	gid_t list[WORLD_GROUPS_MAX];

	need_kernel("groups");
	must(count <= WORLD_GROUPS_MAX, "the world keeps %d groups", WORLD_GROUPS_MAX);
	for (unsigned int i = 0; i < count; i++) {
		list[i] = groups[i];
		world.caller.groups[i] = groups[i];
	}
	world.caller.group_count = count;
	if (!imaginary())
		must(!setgroups(count, list), "setgroups: %s", errno_name(errno));
}

/*
 * failslab spares allocations that may wait, which those of socket(2) are; whether it
 * does is a setting of the machine, below debugfs.
 */
static void allow_failures(void)
{
	static const char setting[] = "/sys/kernel/debug/failslab/ignore-gfp-wait";
	int fd = open(setting, O_WRONLY | O_CLOEXEC);

	if (fd < 0) {
		mount("debugfs", "/sys/kernel/debug", "debugfs", 0, NULL);
		fd = open(setting, O_WRONLY | O_CLOEXEC);
	}
	if (fd < 0)
		sc_skip("needs %s: %s", setting, errno_name(errno));
	must(write(fd, "N", 1) == 1, "%s: %s", setting, errno_name(errno));
	close(fd);
}

static int fail_nth = -1;

/* How many allocations a call of an imaginary target makes. */
#define IMAGINARY_ALLOCATIONS 3

void fail_allocation(unsigned int n)
{
	char text[16];

	need_kernel("fault injection");
	need_loopback();
	if (!imaginary() || n <= IMAGINARY_ALLOCATIONS)
		world.facts |= FACT_NO_MEMORY;
	if (imaginary())
		return;
	if (fail_nth < 0) {
		allow_failures();
		fail_nth = open("/proc/self/fail-nth", O_RDWR | O_CLOEXEC);
		must(fail_nth >= 0, "/proc/self/fail-nth: %s", errno_name(errno));
		must(fail_nth == world_lowest_free(&world), "fail-nth is %d", fail_nth);
		world.open[fail_nth] = DESCRIPTOR_OPEN;
	}
	snprintf(text, sizeof(text), "%u", n);
	must(pwrite(fail_nth, text, strlen(text), 0) > 0, "fail-nth: %s",
	     errno_name(errno));
}

bool allocation_failed(void)
{
	bool expected = world.facts & FACT_NO_MEMORY;
	char text[16] = "";

	world.facts &= ~(unsigned int)FACT_NO_MEMORY;
	if (imaginary())
		return expected;
	/* "fail-nth" counts down to 0: then the fault has been injected. */
	must(pread(fail_nth, text, sizeof(text) - 1, 0) > 0, "fail-nth: %s",
	     errno_name(errno));
	must(pwrite(fail_nth, "0", 1, 0) == 1, "fail-nth: %s", errno_name(errno));
	return atoi(text) == 0;
}

/* The harness puts the guest's own value back when the case has ended. */
void set_file_max(unsigned int files)
{
	need_loopback();
	set_sysctl("fs/file-max", "%u", files);
	world.settings.file_max = files;
}

void exhaust_files(void)
{
	need_loopback();
	/* None at all: the kernel counts open files roughly, a batch on each core. */
	world.facts |= FACT_FILES_EXHAUSTED;
	set_sysctl("fs/file-max", "%u", 0);
	if (!imaginary())
		set_capability(LINUX_CAP_SYS_ADMIN, false, true);
}

void allow_files(void)
{
	world.facts &= ~(unsigned int)FACT_FILES_EXHAUSTED;
	if (!imaginary())
		set_capability(LINUX_CAP_SYS_ADMIN, true, true);
}

int sockets_in_use(void)
{
	FILE *file;
	int used = 0;

	need_kernel("/proc/net/sockstat");
	file = fopen("/proc/net/sockstat", "re");
	if (!file)
		sc_skip("needs /proc/net/sockstat: %s", errno_name(errno));
	must(fscanf(file, "sockets: used %d", &used) == 1,
	     "/proc/net/sockstat does not say how many are used");
	fclose(file);
	return used;
}

static void attach_to_cgroup(bool allows)
{
	char error[256] = "";

	need_kernel("cgroups");
	if (!imaginary() && !attach_socket_program(allows, error, sizeof(error)))
		sc_skip("needs a program at BPF_CGROUP_INET_SOCK_CREATE: %s", error);
}

void refuse_sockets_by_cgroup(void)
{
	world.facts |= FACT_CGROUP_REFUSES_CREATE;
	attach_to_cgroup(false);
}

void allow_sockets_by_cgroup(void)
{
	attach_to_cgroup(true);
}

void refuse_sockets_by_security_module(bool late)
{
	char error[256] = "";

	need_kernel("security modules");
	need_loopback();
	world.facts |= late ? FACT_SECURITY_REFUSES_SOCKET
			    : FACT_SECURITY_REFUSES_CREATE;
	if (!imaginary() && !attach_security_refusal(late ? HOOK_SOCKET_POST_CREATE
							  : HOOK_SOCKET_CREATE,
						     error, sizeof(error)))
		sc_skip("needs a BPF program as a security module: %s", error);
}

void refuse_binds_by_security_module(void)
{
	char error[256] = "";

	need_kernel("security modules");
	world.facts |= FACT_SECURITY_REFUSES_BIND;
	if (!imaginary() &&
	    !attach_security_refusal(HOOK_SOCKET_BIND, error, sizeof(error)))
		sc_skip("needs a BPF program as a security module: %s", error);
}

/* What a program at a hook of bind(2) returns. */
#define ANSWER_REFUSED 0
#define ANSWER_ALLOWED 1
/* include/linux/bpf-cgroup.h: BPF_RET_BIND_NO_CAP_NET_BIND_SERVICE, one bit up. */
#define ANSWER_PRIVILEGED 3

static void attach_at_bind(int domain, bool late, int answer)
{
	char error[256] = "";

	need_kernel("cgroups");
	if (!imaginary() &&
	    !attach_bind_program(domain, late, answer, error, sizeof(error)))
		sc_skip("needs a program at a cgroup's hooks of bind(2): %s", error);
}

void refuse_binds_by_cgroup(bool late)
{
	world.facts |= late ? FACT_CGROUP_REFUSES_BOUND : FACT_CGROUP_REFUSES_BIND;
	attach_at_bind(AF_UNSPEC, late, ANSWER_REFUSED);
}

void refuse_other_binds_by_cgroup(int domain, bool late)
{
	attach_at_bind(domain, late, ANSWER_REFUSED);
}

void allow_binds_by_cgroup(bool late)
{
	attach_at_bind(AF_UNSPEC, late, ANSWER_ALLOWED);
}

void let_cgroup_bind_again(void)
{
	int error;

	need_kernel("cgroups");
	error = imaginary() ? 0 : detach_bind_programs();
	must(!error, "BPF_PROG_DETACH: %s", errno_name(-error));
	world.facts &=
		~(unsigned int)(FACT_CGROUP_REFUSES_BIND | FACT_CGROUP_REFUSES_BOUND);
}

void allow_privileged_ports_by_cgroup(void)
{
	attach_at_bind(AF_UNSPEC, false, ANSWER_PRIVILEGED);
	/* As far as ports go. */
	world.caller.cap_net_bind_service = true;
}

void rewrite_senders_by_cgroup(unsigned short port)
{
	char error[256] = "";

	need_kernel("cgroups");
	world.sender_port = port;
	if (!imaginary() && !attach_sender_program(port, error, sizeof(error)))
		sc_skip("needs a program at a cgroup's hooks of recvmsg(2): %s", error);
}

void bind_by_cgroup_at_connect(struct address address)
{
	struct call_address *bound = &world.bound_at_connect;
	char error[256] = "";

	need_kernel("cgroups");
	bound->addrlen = address.length;
	memcpy(bound->bytes, address.bytes, sizeof(bound->bytes));
	if (!imaginary() && !attach_connect_program(&address, error, sizeof(error)))
		sc_skip("needs a program at a cgroup's hooks of connect(2): %s", error);
}

bool nothing_behind(void)
{
	return imaginary();
}
