/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * unix_address.c - bind(2) of AF_UNIX to what is no address of the family: lengths,
 * families, memory; and that all of them are looked at before the name.
 */
#include "unix.h"

static const struct row {
	const char *name;
	int family, addrlen;
	const char *path; /* its bytes, without the NUL */
	bool bound;	  /* the socket is */
} rows[] = {
	{ "addrlen_short[0]", AF_UNIX, 0, "", false },
	{ "addrlen_short[1]", AF_UNIX, 1, "", false },
	{ "addrlen_short[0,path]", AF_UNIX, 0, "/missing/socket", false },
	{ "addrlen_short[1,path]", AF_UNIX, 1, "/missing/socket", false },
	{ "addrlen_short[0,family]", AF_INET, 0, "", false },
	{ "addrlen_short[1,family]", AF_INET, 1, "", false },
	{ "addrlen_short[0,unspec]", AF_UNSPEC, 0, "", false },
	{ "addrlen_short[1,unspec]", AF_UNSPEC, 1, "", false },
	{ "addrlen_short[0,before-again]", AF_UNIX, 0, "", true },
	{ "addrlen_short[1,before-autobind-again]", AF_UNIX, 1, "", true },

	{ "addrlen_long[111,path]", AF_UNIX, SUN_SIZE + 1, "socket", false },
	{ "addrlen_long[112,path]", AF_UNIX, SUN_SIZE + 2, "socket", false },
	{ "addrlen_long[128,path]", AF_UNIX, ADDRESS_BYTES_MAX, "socket", false },
	{ "addrlen_long[111,abstract]", AF_UNIX, SUN_SIZE + 1, "", false },
	{ "addrlen_long[127,abstract]", AF_UNIX, ADDRESS_BYTES_MAX - 1, "", false },
	{ "addrlen_long[128,abstract]", AF_UNIX, ADDRESS_BYTES_MAX, "", false },
	{ "addrlen_long[before-no-directory]", AF_UNIX, SUN_SIZE + 1, "missing/socket",
	  false },
	{ "addrlen_long[before-in-use]", AF_UNIX, SUN_SIZE + 1, ".", false },
	{ "addrlen_long[family]", AF_INET, SUN_SIZE + 1, "", false },
	{ "addrlen_long[again]", AF_UNIX, SUN_SIZE + 1, "", true },

	{ "family[unspec]", AF_UNSPEC, 16, "socket", false },
	{ "family[unspec,abstract]", AF_UNSPEC, 16, "", false },
	{ "family[unspec,2]", AF_UNSPEC, SUN_PATH, "", false },
	{ "family[unspec,3]", AF_UNSPEC, SUN_PATH + 1, "", false },
	{ "family[unspec,110]", AF_UNSPEC, SUN_SIZE, "", false },
	{ "family[inet]", AF_INET, 16, "", false },
	{ "family[inet,2]", AF_INET, SUN_PATH, "", false },
	{ "family[inet,3]", AF_INET, SUN_PATH + 1, "s", false },
	{ "family[inet6]", AF_INET6, 28, "socket", false },
	{ "family[netlink]", AF_NETLINK, 12, "socket", false },
	{ "family[other-byte-order]", AF_UNIX << 8, 16, "socket", false },
	{ "family[high-byte]", AF_UNIX | 0x100, 16, "socket", false },
	{ "family[high-byte,2]", AF_UNIX | 0x100, SUN_PATH, "", false },
	{ "family[top-bit]", AF_UNIX | 0x8000, 16, "socket", false },
	{ "family[0xffff]", 0xffff, 16, "socket", false },
	{ "family[before-no-directory]", AF_INET, 16, "no/socket", false },
	{ "family[before-in-use]", AF_INET, 16, ".", false },
	{ "family[before-autobind-again]", AF_UNSPEC, SUN_PATH, "", true },
	{ "family[again]", AF_INET, 16, "", true },
};

static void refused(const void *data)
{
	const struct row *row = data;
	int type = sc_type ? sc_type : SOCK_STREAM;
	int fd = must_socket(AF_UNIX, type, 0);
	struct address address = family_only(row->family, row->addrlen);

	memcpy(address.bytes + SUN_PATH, row->path, strlen(row->path));
	if (row->bound)
		must_bind(fd, abstract_text("bound"));
	expect_errno(EINVAL, bind_to(fd, address));
	expect_that(row->bound ? is_named(fd, abstract_text("bound")) : is_unnamed(fd),
		    "the socket's name is another");
}

CASES(rows)
{
	/* None of them gets as far as a path, so there is no directory to shield. */
	for (size_t i = 0; i < COUNT(rows); i++)
		add_case(.name = name_case("bind.unix.%s", rows[i].name),
			 .run_row = refused, .row = &rows[i], HAS_UNIX,
			 .anywhere = !rows[i].bound);
}

CASE("bind.unix.addrlen_short[null]", .types = ALL_TYPES, HAS_UNIX, .anywhere = true)
{
	expect_errno(EINVAL, t_bind(must_socket(AF_UNIX, sc_type, 0), NULL, 0));
}

CASE("bind.unix.addrlen_long[types]", .types = ALL_TYPES, HAS_UNIX, .anywhere = true)
{
	int fd = must_socket(AF_UNIX, sc_type, 0);

	expect_errno(EINVAL, bind_to(fd, with_length(abstract_text("name"), 111)));
}

CASE("bind.unix.family[types]", .types = ALL_TYPES, HAS_UNIX, .anywhere = true)
{
	int fd = must_socket(AF_UNIX, sc_type, 0);

	expect_errno(EINVAL,
		     bind_to(fd, with_family(abstract_text("name"), AF_UNSPEC)));
}

/* Memory and the largest addrlen are looked at first, whatever the address is. */
static const struct {
	const char *name;
	int family;
	const char *path;
	int addrlen;
	bool bound;
} first[] = {
	{ "unix,before-addrlen-long", AF_UNIX, "socket", SUN_SIZE + 1, false },
	{ "unix,before-addrlen-short", AF_UNIX, "", 1, false },
	{ "unix,before-family", AF_INET, "", 16, false },
	{ "unix,before-autobind", AF_UNIX, "", SUN_PATH, false },
	{ "unix,before-autobind-again", AF_UNIX, "", SUN_PATH, true },
	{ "unix,before-no-directory", AF_UNIX, "missing/socket", SUN_SIZE, false },
	{ "unix,before-in-use", AF_UNIX, ".", SUN_SIZE, false },
	{ "unix,before-abstract-again", AF_UNIX, "", SUN_SIZE, true },
};

static struct address first_address(size_t i, int *fd)
{
	struct address address = family_only(first[i].family, first[i].addrlen);

	memcpy(address.bytes + SUN_PATH, first[i].path, strlen(first[i].path));
	*fd = must_socket(AF_UNIX, SOCK_STREAM, 0);
	if (first[i].bound)
		must_bind(*fd, abstract_text("bound"));
	return address;
}

/* All bytes but the last can be read. */
static void unreadable(const void *row)
{
	size_t i = (size_t)row;
	int fd;
	struct address address = first_address(i, &fd);
	size_t length = (size_t)address.length;

	expect_errno(EFAULT, t_bind(fd, cut_off_after(address.bytes, length - 1),
				    address.length));
}

static void out_of_range(const void *row)
{
	size_t i = (size_t)row;
	int fd;
	struct address address = first_address(i, &fd);

	address.length = i % 2 ? -1 : ADDRESS_BYTES_MAX + 1;
	expect_errno(EINVAL, bind_to(fd, address));
	expect_that(first[i].bound ? is_named(fd, abstract_text("bound"))
				   : is_unnamed(fd),
		    "the socket's name is another");
}

CASES(first)
{
	for (size_t i = 0; i < COUNT(first); i++) {
		const char *format = "bind.address.unreadable[%s]";

		add_case(.name = name_case(format, first[i].name),
			 .run_row = unreadable, .row = (const void *)i, HAS_UNIX,
			 .anywhere = !first[i].bound);
		format = "bind.addrlen.out_of_range[%s]";
		add_case(.name = name_case(format, first[i].name),
			 .run_row = out_of_range, .row = (const void *)i, HAS_UNIX,
			 .anywhere = !first[i].bound);
	}
}

/* What is not passed is not read: the name ends where the memory does. */
CASE("bind.unix.bound_abstract[end-of-memory]", .types = ALL_TYPES, HAS_UNIX)
{
	int fd = must_socket(AF_UNIX, sc_type, 0);
	struct address name = abstract_text("name");
	size_t length = (size_t)name.length;

	expect_value(0, t_bind(fd, cut_off_after(name.bytes, length), name.length));
	expect_that(is_named(fd, name), "the socket's name is another");
}

CASE("bind.unix.autobound[end-of-memory]", .types = ALL_TYPES, HAS_UNIX)
{
	int fd = must_socket(AF_UNIX, sc_type, 0);
	struct address family = autobind();

	expect_value(0, t_bind(fd, cut_off_after(family.bytes, SUN_PATH), SUN_PATH));
}
