/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * memory.c - mmap(2) of sockets of each kind, and what they can be locked and marked
 * with: flock(2), fchmod(2), a descriptor for the path only.
 */
#include <sys/file.h>
#include <sys/mman.h>

#include "kinds.h"

#define PAGE 4096L

/* With MAP_SHARED unless it is told. */
static const struct access {
	const char *name;
	long prot, flags, length, offset;
} accesses[] = {
	{ "none", PROT_NONE, MAP_SHARED, PAGE, 0 },
	{ "read", PROT_READ, MAP_SHARED, PAGE, 0 },
	{ "write", PROT_WRITE, MAP_SHARED, PAGE, 0 },
	{ "read-write", PROT_READ | PROT_WRITE, MAP_SHARED, PAGE, 0 },
	{ "read,private", PROT_READ, MAP_PRIVATE, PAGE, 0 },
	{ "read,validate", PROT_READ, MAP_SHARED_VALIDATE, PAGE, 0 },
	{ "read,byte", PROT_READ, MAP_SHARED, 1, 0 },
	{ "read,further", PROT_READ, MAP_SHARED, PAGE, PAGE },
};

struct mapping {
	const struct kind *kind;
	const struct access *access;
	int error; /* 0: it is mapped */
};

static void maps(const void *data)
{
	const struct mapping *row = data;
	const struct access *it = row->access;
	int fd = open_kind(row->kind);

	if (row->error)
		expect_errno(row->error, file_call(CALL_MMAP, fd, it->length, it->prot,
						   it->flags, it->offset));
	else
		expect_value(0, file_call(CALL_MMAP, fd, it->length, it->prot,
					  it->flags, it->offset));
}

static void add_mapping(const struct kind *kind, const struct access *it)
{
	bool tcp = !strcmp(kind->rules, "tcp");
	const char *rule = "no_device";
	struct mapping row = { kind, it, ENODEV };

	if (tcp) {
		row.error = it->prot & PROT_WRITE ? EPERM : 0;
		rule = row.error ? "tcp_writable" : "tcp";
	} else if (kind->domain == AF_PACKET) {
		row.error = EINVAL;
		rule = "packet_without_ring";
	}
	add_on_kind(kind, maps, &row, "mmap.%s[%s,%s]", rule, kind->name, it->name);
}

CASES(mappings)
{
	/* Its state does not matter to TCP. */
	static const struct kind alone = { "tcp,alone", "tcp", AF_INET, SOCK_STREAM,
					   0,		0,     false,	0 };

	for (size_t i = 0; i < COUNT(accesses); i++) {
		for (size_t k = 0; k < COUNT(kinds); k++)
			if (i < 3 || !strcmp(kinds[k].rules, "tcp") ||
			    stands_for_family(&kinds[k]) || kinds[k].type == SOCK_RAW)
				add_mapping(&kinds[k], &accesses[i]);
		add_mapping(&alone, &accesses[i]);
	}
}

static void locks(const void *data)
{
	int fd = open_kind(data);

	expect_value(0, file_call(CALL_FLOCK, fd, LOCK_SH));
	expect_value(0, file_call(CALL_FLOCK, fd, LOCK_EX | LOCK_NB));
	expect_value(0, file_call(CALL_FLOCK, fd, LOCK_UN));
	expect_value(0, file_call(CALL_FLOCK, fd, LOCK_UN));
}

static void opens_path(const void *data)
{
	int fd = open_kind(data);

	expect_value(0, file_call(CALL_OPEN, fd, O_PATH));
	expect_value(0, file_call(CALL_OPEN, fd, O_PATH | O_NOFOLLOW));
}

static void changes_mode(const void *data)
{
	int fd = open_kind(data);

	expect_value(0, file_call(CALL_FCHMOD, fd, 0));
	expect_value(0, file_call(CALL_FCHMOD, fd, 01777));
}

static void tells_mode(const void *data)
{
	int fd = open_kind(data);

	sc_must(SC_LINE, file_call(CALL_FCHMOD, fd, 0640), "fchmod(2)");
	expect_value(S_IFSOCK | 0640, t_fstat(fd, STAT_MODE));
	sc_must(SC_LINE, file_call(CALL_FCHMOD, fd, 01000), "fchmod(2)");
	expect_value(S_IFSOCK | 01000, t_fstat(fd, STAT_MODE));
}

CASES(marks)
{
	for (size_t k = 0; k < COUNT(kinds); k++) {
		const struct kind *kind = &kinds[k];

		add_on_kind(kind, locks, kind, "flock.socket[%s]", kind->name);
		add_on_kind(kind, opens_path, kind, "open.path_only[%s]", kind->name);
		add_on_kind(kind, changes_mode, kind, "fchmod.socket[%s]", kind->name);
		add_on_kind(kind, tells_mode, kind, "fchmod.told[%s]", kind->name);
	}
}

CASE("open.no_such_link[closed]", .anywhere = true)
{
	int fd = must_socket(AF_INET, SOCK_DGRAM, 0);

	must_close(fd);
	expect_errno(ENOENT, file_call(CALL_OPEN, fd, O_RDONLY));
}

CASE("open.no_such_link[path-only]", .anywhere = true)
{
	expect_errno(ENOENT, file_call(CALL_OPEN, 3, O_PATH));
}
