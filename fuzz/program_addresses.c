/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * program_addresses.c - the addresses that matter.  Bytes hold
 * their places, so new ones come last.
 */
#include "../expected/constants.h"
#include "program_layout.h"

static const struct address_shape shapes[] = {
	{ AF_INET, ADDRESS_INET },	 { AF_INET6, ADDRESS_INET6 },
	{ AF_UNIX, ADDRESS_PATH },	 { AF_UNIX, ADDRESS_ABSTRACT },
	{ AF_UNIX, ADDRESS_NOTHING },	 { AF_UNSPEC, ADDRESS_NOTHING },
	{ AF_UNSPEC, ADDRESS_INET },	 { AF_UNSPEC, ADDRESS_INET6 },
	{ AF_PACKET, ADDRESS_PACKET },	 { AF_NETLINK, ADDRESS_NETLINK },
	{ AF_VSOCK, ADDRESS_VSOCK },	 { AF_INET, ADDRESS_NOTHING },
	{ AF_INET6, ADDRESS_NOTHING },	 { AF_INET6, ADDRESS_INET },
	{ AF_INET, ADDRESS_INET6 },	 { AF_UNIX, ADDRESS_INET },
	{ AF_INET, ADDRESS_PATH },	 { AF_PACKET, ADDRESS_NOTHING },
	{ AF_NETLINK, ADDRESS_NOTHING }, { AF_VSOCK, ADDRESS_NOTHING },
	{ AF_INET, ADDRESS_PACKET },	 { AF_PACKET, ADDRESS_PATH },
	{ 255, ADDRESS_INET },		 { 0xffff, ADDRESS_INET6 },
	{ AF_UNSPEC, ADDRESS_PATH },	 { AF_UNSPEC, ADDRESS_NETLINK },
	{ AF_UNSPEC, ADDRESS_VSOCK },	 { AF_UNSPEC, ADDRESS_PACKET },
};

const struct address_shape *program_shapes(size_t *count)
{
	*count = COUNT(shapes);
	return shapes;
}

static const unsigned char inet_hosts[][16] = {
	{ 127, 0, 0, 1 },   { 0, 0, 0, 0 },	    { 127, 0, 0, 2 },
	{ 192, 0, 2, 1 },   { 255, 255, 255, 255 }, { 127, 255, 255, 255 },
	{ 224, 0, 0, 1 },   { 239, 0, 0, 1 },	    { 10, 0, 0, 1 },
	{ 169, 254, 0, 1 }, { 240, 0, 0, 1 },	    { 10, 0, 0, 255 },
	{ 0, 0, 0, 1 },	    { 8, 8, 8, 8 },
};

#define MAPPED(a, b, c, d)                                           \
	{                                                            \
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d \
	}
static const unsigned char inet6_hosts[][16] = {
	{ [15] = 1 },
	{ 0 },
	{ 0x20, 0x01, 0x0d, 0xb8, [15] = 1 },
	MAPPED(127, 0, 0, 1),
	MAPPED(0, 0, 0, 0),
	MAPPED(192, 0, 2, 1),
	MAPPED(224, 0, 0, 1),
	MAPPED(255, 255, 255, 255),
	{ 0xfe, 0x80, [15] = 1 },
	{ 0xfe, 0x80, [15] = 2 },
	{ 0xff, 0x02, [15] = 1 },
	{ 0xff, 0x01, [15] = 1 },
	{ 0xff, 0x0e, [15] = 1 },
	{ 0xfd, 0x00, [15] = 1 },
	{ [12] = 127, 0, 0, 1 }, /* IPv4-compatible */
	{ 0xfe, 0xc0, [15] = 1 },
};

const unsigned char (*program_hosts(enum program_address_form form, size_t *count))[16]
{
	*count = form == ADDRESS_INET ? COUNT(inet_hosts) : COUNT(inet6_hosts);
	return form == ADDRESS_INET ? inet_hosts : inet6_hosts;
}

/* The names of files are those that stand in the folder of a run, or do not. */
static const struct program_name paths[] = {
	{ "a", 1, 1 },	       { "b", 1, 1 },	 { "c", 1, 1 },	     { "dir/a", 5, 1 },
	{ "missing/a", 9, 1 }, { "file", 4, 1 }, { "file/a", 6, 1 }, { "dir", 3, 1 },
	{ "link", 4, 1 },      { "loop", 4, 1 }, { "loop/a", 6, 1 }, { ".", 1, 1 },
	{ "x", 1, 107 },       { "x", 1, 108 },	 { "x", 1, 106 },    { "x", 1, 125 },
	{ "dir/", 4, 1 },      { "./", 2, 50 },
};

static const struct program_name abstract_names[] = {
	{ "a", 1, 1 },	 { "b", 1, 1 },	  { "00000", 5, 1 }, { "\0", 1, 1 },
	{ "a\0", 2, 1 }, { "x", 1, 107 }, { "x", 1, 108 },   { "x", 1, 106 },
	{ "A", 1, 1 },	 { "\0a", 2, 1 },
};

const struct program_name *program_names(enum program_address_form form, size_t *count)
{
	*count = form == ADDRESS_PATH ? COUNT(paths) : COUNT(abstract_names);
	return form == ADDRESS_PATH ? paths : abstract_names;
}
