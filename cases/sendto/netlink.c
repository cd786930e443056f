/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * netlink.c - sendto(2) and sendmsg(2) on AF_NETLINK: what is refused before anybody is
 * sent anything.
 */
#include "door.h"

static const unsigned char bytes[SIZE] = "abcdefg";

static void is_out_of_band(const void *data)
{
	const struct row *row = data;
	struct address to = netlink_address(0, 0), odd = with_length(to, 1);
	int fd = open_kind(row->kind);

	expect_errno(EOPNOTSUPP, put(row->door, fd, bytes, SIZE, MSG_OOB, &to));
	expect_errno(EOPNOTSUPP, put(row->door, fd, bytes, 0, MSG_OOB, &odd));
	expect_errno(EOPNOTSUPP, put(row->door, fd, bytes, SIZE, MSG_OOB, NULL));
}

static void is_nothing(const void *data)
{
	const struct row *row = data;
	struct address to = netlink_address(0, 0), odd = with_length(to, 1);
	int fd = open_kind(row->kind);

	expect_errno(ENODATA, put(row->door, fd, bytes, 0, 0, NULL));
	expect_errno(ENODATA, put(row->door, fd, bytes, 0, 0, &odd));
}

static void is_malformed(const void *data)
{
	const struct row *row = data;
	struct address to = netlink_address(0, 0);
	struct address wrong[] = { with_length(to, 1), with_length(to, 11),
				   with_family(to, AF_UNSPEC),
				   with_family(to, AF_UNIX) };
	int fd = open_kind(row->kind);

	for (size_t i = 0; i < COUNT(wrong); i++)
		expect_errno(EINVAL, put(row->door, fd, bytes, SIZE, 0, &wrong[i]));
}

static void is_not_permitted(const void *data)
{
	const struct row *row = data;
	struct address group = netlink_address(0, 1), other = netlink_address(1, 0);
	int fd;

	drop_capability(LINUX_CAP_NET_ADMIN);
	fd = open_kind(row->kind);
	expect_errno(EPERM, put(row->door, fd, bytes, SIZE, 0, &group));
	expect_errno(EPERM, put(row->door, fd, bytes, SIZE, 0, &other));
}

static void add(const struct kind *kind, const char *rule, int since,
		void (*run)(const void *))
{
	for (enum door door = SENDTO; door < DOORS; door++) {
		struct row row = { kind, door, NULL };

		add_case(.name = name_case("sendto.netlink.%s[%s%s]", rule, kind->name,
					   door_name(door)),
			 .run_row = run, .row = keep_row(&row, sizeof(row)),
			 .has = { FEATURE_FAMILY(AF_NETLINK) }, .since = since);
	}
}

CASES(netlink)
{
	for (size_t k = 0; k < COUNT(kinds); k++) {
		const struct kind *kind = &kinds[k];

		if (kind->domain != AF_NETLINK)
			continue;
		add(kind, "out_of_band", 0, is_out_of_band);
		add(kind, "nothing", LINUX(5, 16), is_nothing);
		add(kind, "address_malformed", 0, is_malformed);
		if (kind->protocol == NETLINK_ROUTE)
			add(kind, "not_permitted", 0, is_not_permitted);
	}
}
