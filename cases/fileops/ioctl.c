/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * ioctl.c - ioctl(2) of sockets of each kind: flags, owners, timestamps, interfaces,
 * requests that nobody knows, memory that cannot be reached.  What waits to be received
 * is in queue.c.
 */
#include <limits.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <unistd.h>

#include "kinds.h"

/* Requests that nobody knows, with an argument that nobody looks at. */
static const struct unknown {
	const char *name;
	unsigned long request;
	bool read; /* with the letter of sockets: it is read as a struct ifreq */
	/* compat_sock_ioctl_trans(): of a 32-bit program, only these are read. */
	bool compatible;
} unknowns[] = {
	{ "0", 0, false, false },
	{ "0x1234", 0x1234, false, false },
	{ "tcgets", TCGETS, false, false },
	{ "fioqsize-like", 0xffffffffUL, false, false },
	{ "0x89c8", 0x89c8, true, false },
	{ "siocsiflink", 0x8911, true, false },
	{ "siocgifmem", 0x891f, true, true },
	{ "siocsifmem", 0x8920, true, true },
};

struct unknown_row {
	const struct unknown *unknown;
	const struct kind *kind;
};

static void is_unknown(const void *data)
{
	const struct unknown_row *row = data;
	unsigned long request = row->unknown->request;
	struct ifreq interface = { .ifr_name = "lo" };
	int fd = open_kind(row->kind);

	expect_errno(ENOTTY, t_ioctl(fd, request, &interface, sizeof(interface)));
	if (!row->unknown->read)
		expect_errno(ENOTTY, t_ioctl(fd, request, NULL, sizeof(interface)));
}

static void is_read_first(const void *data)
{
	const struct unknown_row *row = data;
	int fd = open_kind(row->kind);

	if (sizeof(long) == 4 && !row->unknown->compatible)
		sc_skip("a 64-bit kernel may refuse this request of a 32-bit program "
			"before it is read");
	expect_errno(EFAULT,
		     t_ioctl(fd, row->unknown->request, NULL, sizeof(struct ifreq)));
	expect_errno(EFAULT, t_ioctl(fd, row->unknown->request,
				     (void *)unmapped_memory(), sizeof(struct ifreq)));
}

CASES(unknowns)
{
	for (size_t i = 0; i < COUNT(unknowns); i++)
		for (size_t k = 0; k < COUNT(kinds); k++) {
			struct unknown_row row = { &unknowns[i], &kinds[k] };

			if (i && !stands_for_family(&kinds[k]))
				continue;
			add_on_kind(&kinds[k], is_unknown, &row,
				    "ioctl.request_unknown[%s,%s]", kinds[k].name,
				    unknowns[i].name);
			if (unknowns[i].read)
				add_on_kind(&kinds[k], is_read_first, &row,
					    "ioctl.request_unreadable[%s,%s]",
					    kinds[k].name, unknowns[i].name);
		}
}

static void has_no_size(const void *data)
{
	long long size = 0;

	expect_errno(ENOTTY, t_ioctl(open_kind(data), FIOQSIZE, &size, sizeof(size)));
}

/* The descriptor's flag, and the socket's, set and taken away. */
static void marks(const void *data)
{
	int fd = open_kind(data);

	expect_value(0, t_ioctl(fd, FIOCLEX, NULL, 0));
	expect_value(0, t_ioctl(fd, FIONCLEX, NULL, 0));
}

static void tells_marks(const void *data)
{
	int fd = open_kind(data);

	sc_must(SC_LINE, t_ioctl(fd, FIOCLEX, NULL, 0), "FIOCLEX");
	expect_value(FD_CLOEXEC, t_fcntl(fd, F_GETFD, 0));
	sc_must(SC_LINE, t_ioctl(fd, FIONCLEX, NULL, 0), "FIONCLEX");
	expect_value(0, t_fcntl(fd, F_GETFD, 0));
}

static void sets_mode(const void *data)
{
	static const int numbers[] = { 1, 0, -1, 0x100, INT_MIN, 0 };
	int fd = open_kind(data);

	for (size_t i = 0; i < COUNT(numbers); i++) {
		int on = numbers[i];

		expect_value(0, t_ioctl(fd, FIONBIO, &on, sizeof(on)));
		expect_value(0, t_ioctl(fd, FIOASYNC, &on, sizeof(on)));
	}
}

static void mode(int fd, unsigned long request, int on)
{
	sc_must(SC_LINE, t_ioctl(fd, request, &on, sizeof(on)), "ioctl(2)");
}

static void tells_mode(const void *data)
{
	int fd = open_kind(data);

	mode(fd, FIONBIO, 1);
	expect_value(O_RDWR | O_NONBLOCK, t_fcntl(fd, F_GETFL, 0));
	mode(fd, FIOASYNC, 0x100);
	expect_value(O_RDWR | O_NONBLOCK | O_ASYNC, t_fcntl(fd, F_GETFL, 0));
	mode(fd, FIOASYNC, 0x100);
	mode(fd, FIONBIO, 0);
	expect_value(O_RDWR | O_ASYNC, t_fcntl(fd, F_GETFL, 0));
	mode(fd, FIOASYNC, 0);
	expect_value(O_RDWR, t_fcntl(fd, F_GETFL, 0));
}

static int own_group(void)
{
	if (!getpgrp())
		sc_skip("needs a process group with a number");
	return getpgrp();
}

static const unsigned long set_requests[] = { LINUX_FIOSETOWN, LINUX_SIOCSPGRP };
static const unsigned long get_requests[] = { LINUX_FIOGETOWN, LINUX_SIOCGPGRP };

static void sets_owner(const void *data)
{
	int owners[] = { getpid(), 0, -own_group(), 0 };
	int fd = open_kind(data);

	for (size_t i = 0; i < COUNT(owners); i++)
		for (size_t r = 0; r < 2; r++)
			expect_value(0, t_ioctl(fd, set_requests[r], &owners[i],
						sizeof(owners[i])));
}

static void tells_owner(const void *data)
{
	int owners[] = { 0, getpid(), -own_group(), getpid(), 0 };
	int fd = open_kind(data);

	for (size_t i = 0; i < COUNT(owners); i++)
		for (size_t r = 0; r < 2; r++) {
			int told = -2;

			if (i)
				mode(fd, set_requests[r], owners[i]);
			t_ioctl(fd, get_requests[r], &told, sizeof(told));
			expect_last_bytes(&owners[i], sizeof(owners[i]));
		}
}

/* By fcntl(2) set, by ioctl(2) told. */
static void shares_owner(const void *data)
{
	int fd = open_kind(data), told = -2, owner = getpid();

	sc_must(SC_LINE, t_fcntl(fd, F_SETOWN, owner), "F_SETOWN");
	t_ioctl(fd, LINUX_SIOCGPGRP, &told, sizeof(told));
	expect_last_bytes(&owner, sizeof(owner));
}

static void refuses_owner(const void *data)
{
	int fd = open_kind(data);

	for (size_t r = 0; r < 2; r++) {
		int gone[] = { INT_MAX, -INT_MAX };

		expect_errno(ESRCH,
			     t_ioctl(fd, set_requests[r], &gone[0], sizeof(gone[0])));
		expect_errno(ESRCH,
			     t_ioctl(fd, set_requests[r], &gone[1], sizeof(gone[1])));
	}
}

static void refuses_int_min(const void *data)
{
	int fd = open_kind(data), owner = INT_MIN;

	for (size_t r = 0; r < 2; r++)
		expect_errno(EINVAL,
			     t_ioctl(fd, set_requests[r], &owner, sizeof(owner)));
}

/* Memory that is not there, for requests that read or write an int. */
static void unreachable_mode(const void *data)
{
	int fd = open_kind(data);

	expect_errno(EFAULT, t_ioctl(fd, FIONBIO, NULL, sizeof(int)));
	expect_errno(EFAULT, t_ioctl(fd, FIOASYNC, NULL, sizeof(int)));
	expect_errno(EFAULT,
		     t_ioctl(fd, FIONBIO, (void *)protected_memory(), sizeof(int)));
	expect_errno(EFAULT,
		     t_ioctl(fd, FIOASYNC, (void *)unmapped_memory(), sizeof(int)));
}

static void unreachable_owner(const void *data)
{
	int fd = open_kind(data);

	for (size_t r = 0; r < 2; r++) {
		expect_errno(EFAULT, t_ioctl(fd, set_requests[r], NULL, sizeof(int)));
		expect_errno(EFAULT, t_ioctl(fd, get_requests[r], NULL, sizeof(int)));
		expect_errno(EFAULT, t_ioctl(fd, set_requests[r],
					     (void *)protected_memory(), sizeof(int)));
		expect_errno(EFAULT, t_ioctl(fd, get_requests[r],
					     (void *)unmapped_memory(), sizeof(int)));
	}
}

/* Timestamps, where nothing was received: of the families that have any. */
static void has_no_stamp(const void *data)
{
	const struct kind *kind = data;
	bool has = kind->domain != AF_UNIX && kind->domain != AF_NETLINK;
	long stamp[2] = { 0 };
	int fd = open_kind(kind);

	for (unsigned long request = LINUX_SIOCGSTAMP; request <= LINUX_SIOCGSTAMPNS;
	     request++) {
		expect_errno(has ? ENOENT : ENOTTY,
			     t_ioctl(fd, request, stamp, sizeof(stamp)));
		expect_errno(has ? ENOENT : ENOTTY,
			     t_ioctl(fd, request, NULL, sizeof(stamp)));
	}
}

/* Interfaces: the one that there is, by whatever socket it is asked for. */
static void tells_name(const void *data)
{
	struct ifreq asked = { .ifr_ifindex = 1 }, told = { .ifr_ifindex = 1 };
	int fd = open_kind(data);

	/* Behind the NUL, the name's bytes may be anything: here they stay 0. */
	memcpy(told.ifr_name, "lo", 3);
	t_ioctl(fd, LINUX_SIOCGIFNAME, &asked, sizeof(asked));
	expect_interface(&told);
}

static void tells_index(const void *data)
{
	struct ifreq asked = { .ifr_name = "lo", .ifr_ifindex = 77 };
	struct ifreq told = { .ifr_name = "lo", .ifr_ifindex = 1 };
	int fd = open_kind(data);

	t_ioctl(fd, LINUX_SIOCGIFINDEX, &asked, sizeof(asked));
	expect_interface(&told);
}

static void no_interface(const void *data)
{
	static const int indexes[] = { 0, 99, -1, INT_MAX };
	struct ifreq asked = { .ifr_name = "nosuch0" };
	int fd = open_kind(data);

	expect_errno(ENODEV, t_ioctl(fd, LINUX_SIOCGIFINDEX, &asked, sizeof(asked)));
	for (size_t i = 0; i < COUNT(indexes); i++) {
		asked.ifr_ifindex = indexes[i];
		expect_errno(ENODEV,
			     t_ioctl(fd, LINUX_SIOCGIFNAME, &asked, sizeof(asked)));
	}
}

static void unreachable_interface(const void *data)
{
	static const unsigned long requests[] = { LINUX_SIOCGIFNAME,
						  LINUX_SIOCGIFINDEX };
	struct ifreq lo = { .ifr_name = "lo", .ifr_ifindex = 1 };
	int fd = open_kind(data);

	for (size_t r = 0; r < 2; r++) {
		expect_errno(EFAULT, t_ioctl(fd, requests[r], NULL, sizeof(lo)));
		expect_errno(EFAULT, t_ioctl(fd, requests[r],
					     (void *)protected_memory(), sizeof(lo)));
		/* All but its last byte is there. */
		expect_errno(EFAULT, t_ioctl(fd, requests[r],
					     (void *)cut_off_after(&lo, sizeof(lo) - 1),
					     sizeof(lo)));
	}
}

static const struct {
	const char *rule;
	void (*run)(const void *kind);
	bool every;
} steps[] = {
	{ "no_size[%s]", has_no_size, false },
	{ "close_on_exec[%s]", marks, true },
	{ "mode[%s]", sets_mode, true },
	{ "mode_unreadable[%s]", unreachable_mode, false },
	{ "set_owner[%s]", sets_owner, false },
	{ "owner[%s]", tells_owner, true },
	{ "owner[%s,by-fcntl]", shares_owner, false },
	{ "owner_gone[%s]", refuses_owner, false },
	{ "owner_unknown[%s]", refuses_int_min, false },
	{ "owner_unreachable[%s]", unreachable_owner, false },
	{ "interface_name[%s]", tells_name, true },
	{ "interface_index[%s]", tells_index, true },
	{ "no_interface[%s]", no_interface, false },
	{ "interface_unreachable[%s]", unreachable_interface, false },
};

static void add_step(const struct kind *kind, void (*run)(const void *),
		     const char *call, const char *rule)
{
	char name[64];

	snprintf(name, sizeof(name), rule, kind->name);
	add_on_kind(kind, run, kind, "%s.%s", call, name);
}

CASES(steps)
{
	for (size_t k = 0; k < COUNT(kinds); k++) {
		const struct kind *kind = &kinds[k];
		bool has = kind->domain != AF_UNIX && kind->domain != AF_NETLINK;

		for (size_t i = 0; i < COUNT(steps); i++)
			if (steps[i].every || stands_for_family(kind))
				add_step(kind, steps[i].run, "ioctl", steps[i].rule);
		add_step(kind, has_no_stamp, "ioctl",
			 has ? "no_stamp[%s]" : "stamps_unknown[%s]");
		if (!stands_for_family(kind))
			continue;
		add_step(kind, tells_marks, "fcntl", "descriptor_flags[%s,by-ioctl]");
		add_step(kind, tells_mode, "fcntl", "status_flags[%s,by-ioctl]");
	}
}

/* An alias's name is that of its interface; one that is too long is cut. */
CASE("ioctl.interface_index[alias]")
{
	struct ifreq asked = { .ifr_name = "lo:9" };
	struct ifreq told = { .ifr_name = "lo:9", .ifr_ifindex = 1 };
	int fd = must_socket(AF_INET, SOCK_DGRAM, 0);

	t_ioctl(fd, LINUX_SIOCGIFINDEX, &asked, sizeof(asked));
	expect_interface(&told);
}

/* The descriptor comes before the request. */
static const unsigned long descriptor_requests[] = {
	FIONBIO,	   FIOCLEX,	     FIONREAD, LINUX_SIOCGPGRP,
	LINUX_SIOCGIFNAME, LINUX_SIOCGSTAMP, 0x1234,
};

static void not_open(const void *data)
{
	const unsigned long *request = data;

	expect_errno(EBADF, t_ioctl(3, *request, NULL, 0));
	expect_errno(EBADF, t_ioctl(-1, *request, NULL, 0));
}

static void path_only(const void *data)
{
	const unsigned long *request = data;

	expect_errno(EBADF,
		     t_ioctl(open_descriptor(OPEN_PATH_ONLY), *request, NULL, 0));
}

CASES(descriptors)
{
	for (size_t i = 0; i < COUNT(descriptor_requests); i++) {
		const unsigned long *request = &descriptor_requests[i];

		add_case(.name = name_case("ioctl.not_open[0x%lx]", *request),
			 .run_row = not_open, .row = request, .anywhere = true);
		add_case(.name = name_case("ioctl.path_only[0x%lx]", *request),
			 .run_row = path_only, .row = request, .anywhere = true);
	}
}
