/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * address.c - the address argument of bind(2): each length of it, and pointers through
 * which it cannot be read.
 */
#include <limits.h>

#include "sockcheck.h"

#define STORAGE ((int)sizeof(struct sockaddr_storage))

/* bind(2) of AF_INET6 takes an address without its scope: RFC 2133 had none. */
#define IN6_LEAST 24

static struct address any_of(int domain, unsigned int port)
{
	return domain == AF_INET ? inet("0.0.0.0", port) : inet6("::", port);
}

static const struct kind {
	const char *name;
	int domain;
	int type;
	int least;
} kinds[] = {
	{ "stream", AF_INET, SOCK_STREAM, sizeof(struct sockaddr_in) },
	{ "dgram", AF_INET, SOCK_DGRAM, sizeof(struct sockaddr_in) },
	{ "stream", AF_INET6, SOCK_STREAM, IN6_LEAST },
	{ "dgram", AF_INET6, SOCK_DGRAM, IN6_LEAST },
};

static const char *family_name(int domain)
{
	return domain == AF_INET ? "inet" : "inet6";
}

/* One length on one kind of socket; each row is made by its table's loop. */
struct length {
	const struct kind *kind;
	int addrlen;
};

static const struct length *add_length(const struct kind *kind, int addrlen)
{
	struct length row = { kind, addrlen };

	return keep_row(&row, sizeof(row));
}

static void short_length(const void *row)
{
	const struct length *it = row;
	int fd = must_socket(it->kind->domain, it->kind->type, 0);
	struct address any = any_of(it->kind->domain, 5000);

	expect_errno(EINVAL, t_bind(fd, any.bytes, it->addrlen));
}

CASES(short_lengths)
{
	for (size_t i = 0; i < COUNT(kinds); i++)
		for (int addrlen = 0; addrlen < kinds[i].least; addrlen++)
			add_case(.name = name_case("bind.%s.addrlen_short[%d,%s]",
						   family_name(kinds[i].domain),
						   addrlen, kinds[i].name),
				 .run_row = short_length,
				 .row = add_length(&kinds[i], addrlen),
				 .has = { FEATURE_FAMILY(kinds[i].domain) },
				 .anywhere = true);
}

/* What lies behind the address, and in sin_zero, is not looked at. */
static void enough_length(const void *row)
{
	const struct length *it = row;
	int fd = must_socket(it->kind->domain, it->kind->type, 0);
	struct address any = any_of(it->kind->domain, 5000);

	for (int i = it->kind->domain == AF_INET ? 8 : 28; i < STORAGE; i++)
		any.bytes[i] = 0xff;
	expect_value(0, t_bind(fd, any.bytes, it->addrlen));
}

CASES(enough_lengths)
{
	static const int longer[] = { 48, 64, 110, 127, 128 };

	for (size_t i = 0; i < COUNT(kinds); i++) {
		const struct kind *kind = &kinds[i];
		int last = 32;

		for (int k = 0; k <= last - kind->least + (int)COUNT(longer); k++) {
			int addrlen = kind->least + k;

			if (addrlen > last)
				addrlen = longer[addrlen - last - 1];
			add_case(.name = name_case("bind.%s.bound[addrlen-%d,%s]",
						   family_name(kind->domain), addrlen,
						   kind->name),
				 .run_row = enough_length,
				 .row = add_length(kind, addrlen),
				 .has = { FEATURE_FAMILY(kind->domain) });
		}
	}
}

/* None between is different. */
static void every_length(const void *row)
{
	const struct kind *kind = row;

	for (int addrlen = kind->least; addrlen <= STORAGE; addrlen++) {
		int fd = must_socket(kind->domain, kind->type, 0);
		struct address any = any_of(kind->domain, 5000);

		expect_value(0, t_bind(fd, any.bytes, addrlen));
		must_close(fd);
	}
}

CASES(every_length)
{
	for (size_t i = 0; i < COUNT(kinds); i++)
		add_case(.name = name_case("bind.%s.bound[every-addrlen-to-128,%s]",
					   family_name(kinds[i].domain), kinds[i].name),
			 .run_row = every_length, .row = &kinds[i],
			 .has = { FEATURE_FAMILY(kinds[i].domain) });
}

/* Sockets of each family whose addresses are read by the same function. */
static const struct family {
	const char *name;
	int domain;
	int type;
	unsigned long long caps;
	int least, full; /* shortest address and sizeof its structure */
} families[] = {
	{ "inet,stream", AF_INET, SOCK_STREAM, 0, sizeof(struct sockaddr_in),
	  sizeof(struct sockaddr_in) },
	{ "inet,dgram", AF_INET, SOCK_DGRAM, 0, sizeof(struct sockaddr_in),
	  sizeof(struct sockaddr_in) },
	{ "inet6,stream", AF_INET6, SOCK_STREAM, 0, IN6_LEAST,
	  sizeof(struct sockaddr_in6) },
	{ "inet6,dgram", AF_INET6, SOCK_DGRAM, 0, IN6_LEAST,
	  sizeof(struct sockaddr_in6) },
	{ "unix,stream", AF_UNIX, SOCK_STREAM, 0, 3, sizeof(struct sockaddr_un) },
	{ "unix,dgram", AF_UNIX, SOCK_DGRAM, 0, 3, sizeof(struct sockaddr_un) },
	{ "packet,dgram", AF_PACKET, SOCK_DGRAM, SC_CAP(LINUX_CAP_NET_RAW),
	  sizeof(struct sockaddr_ll), sizeof(struct sockaddr_ll) },
	{ "netlink,raw", AF_NETLINK, SOCK_RAW, 0, sizeof(struct sockaddr_nl),
	  sizeof(struct sockaddr_nl) },
};

static const struct out_of_range {
	const char *name;
	int addrlen;
} ranges[] = {
	{ "minus-1", -1 },	{ "int-min", INT_MIN },	 { "minus-16", -16 },
	{ "129", 129 },		{ "130", 130 },		 { "256", 256 },
	{ "4096", 4096 },	{ "65552", 65536 + 16 }, /* its low 16 bits are right */
	{ "int-max", INT_MAX },
};

struct range_row {
	const struct family *family;
	const struct out_of_range *range;
};

static struct range_row range_rows[COUNT(families)][COUNT(ranges)];

static void out_of_range(const void *row)
{
	const struct range_row *it = row;
	int fd = must_socket(it->family->domain, it->family->type, 0);
	struct address right = family_only(it->family->domain, STORAGE);

	expect_errno(EINVAL, t_bind(fd, right.bytes, it->range->addrlen));
}

/* The length comes before the pointer. */
static void out_of_range_unmapped(const void *row)
{
	const struct range_row *it = row;
	int fd = must_socket(it->family->domain, it->family->type, 0);

	expect_errno(EINVAL, t_bind(fd, unmapped_memory(), it->range->addrlen));
}

static void out_of_range_null(const void *row)
{
	const struct range_row *it = row;
	int fd = must_socket(it->family->domain, it->family->type, 0);

	expect_errno(EINVAL, t_bind(fd, NULL, it->range->addrlen));
}

CASES(ranges)
{
	for (size_t i = 0; i < COUNT(families); i++) {
		const struct family *family = &families[i];

		for (size_t k = 0; k < COUNT(ranges); k++) {
			struct range_row *row = &range_rows[i][k];

			*row = (struct range_row){ family, &ranges[k] };
			add_case(.name = name_case("bind.addrlen.out_of_range[%s,%s]",
						   ranges[k].name, family->name),
				 .run_row = out_of_range, .row = row,
				 .caps = family->caps,
				 .has = { FEATURE_FAMILY(family->domain) },
				 .anywhere = true);
			add_case(.name = name_case("bind.addrlen.out_of_range[%s,"
						   "before-unmapped,%s]",
						   ranges[k].name, family->name),
				 .run_row = out_of_range_unmapped, .row = row,
				 .caps = family->caps,
				 .has = { FEATURE_FAMILY(family->domain) },
				 .anywhere = true);
			/* One of each sign will do with NULL, which is as bad. */
			if (ranges[k].addrlen != -1 && ranges[k].addrlen != 129)
				continue;
			add_case(.name = name_case("bind.addrlen.out_of_range[%s,"
						   "before-null,%s]",
						   ranges[k].name, family->name),
				 .run_row = out_of_range_null, .row = row,
				 .caps = family->caps,
				 .has = { FEATURE_FAMILY(family->domain) },
				 .anywhere = true);
		}
	}
}

static const void *null_pointer(void)
{
	return NULL;
}

/* Nothing is mapped at the lowest addresses, at any of them. */
static const void *lowest_page(void)
{
	return (const void *)8;
}

static const struct pointer {
	const char *name;
	const void *(*get)(void);
} pointers[] = {
	{ "null", null_pointer },
	{ "lowest-page", lowest_page },
	{ "unmapped", unmapped_memory },
	{ "read-protected", protected_memory },
};

struct pointer_row {
	const struct family *family;
	const struct pointer *pointer;
};

static struct pointer_row pointer_rows[COUNT(families)][COUNT(pointers)];

static void bad_pointer(const void *row)
{
	const struct pointer_row *it = row;
	int fd = must_socket(it->family->domain, it->family->type, 0);

	expect_errno(EFAULT, t_bind(fd, it->pointer->get(), it->family->full));
}

/* A single byte suffices: the family has not been asked for its least length yet. */
static void bad_pointer_one_byte(const void *row)
{
	const struct pointer_row *it = row;
	int fd = must_socket(it->family->domain, it->family->type, 0);

	expect_errno(EFAULT, t_bind(fd, it->pointer->get(), 1));
}

static void bad_pointer_most(const void *row)
{
	const struct pointer_row *it = row;
	int fd = must_socket(it->family->domain, it->family->type, 0);

	expect_errno(EFAULT, t_bind(fd, it->pointer->get(), STORAGE));
}

CASES(pointers)
{
	for (size_t i = 0; i < COUNT(families); i++)
		for (size_t k = 0; k < COUNT(pointers); k++) {
			struct pointer_row *row = &pointer_rows[i][k];

			*row = (struct pointer_row){ &families[i], &pointers[k] };
			add_case(.name = name_case("bind.address.unreadable[%s,%s]",
						   pointers[k].name, families[i].name),
				 .run_row = bad_pointer, .row = row,
				 .caps = families[i].caps,
				 .has = { FEATURE_FAMILY(families[i].domain) },
				 .anywhere = true);
			add_case(.name = name_case("bind.address.unreadable[%s,"
						   "addrlen-1,%s]",
						   pointers[k].name, families[i].name),
				 .run_row = bad_pointer_one_byte, .row = row,
				 .caps = families[i].caps,
				 .has = { FEATURE_FAMILY(families[i].domain) },
				 .anywhere = true);
			add_case(.name = name_case("bind.address.unreadable[%s,"
						   "addrlen-128,%s]",
						   pointers[k].name, families[i].name),
				 .run_row = bad_pointer_most, .row = row,
				 .caps = families[i].caps,
				 .has = { FEATURE_FAMILY(families[i].domain) },
				 .anywhere = true);
		}
}

/* With no bytes to read the pointer does not matter; the length is too short then. */
static void bad_pointer_no_bytes(const void *row)
{
	const struct pointer_row *it = row;
	int fd = must_socket(it->family->domain, it->family->type, 0);

	expect_errno(EINVAL, t_bind(fd, it->pointer->get(), 0));
}

CASES(pointers_not_read)
{
	for (size_t i = 0; i < COUNT(families); i++)
		for (size_t k = 0; k < COUNT(pointers); k++) {
			const struct family *family = &families[i];
			bool stream = family->type == SOCK_STREAM;

			if (family->domain != AF_INET && family->domain != AF_INET6)
				continue;
			add_case(.name = name_case("bind.%s.addrlen_short[0,%s,%s]",
						   family_name(family->domain),
						   pointers[k].name,
						   stream ? "stream" : "dgram"),
				 .run_row = bad_pointer_no_bytes,
				 .row = &pointer_rows[i][k],
				 .has = { FEATURE_FAMILY(family->domain) },
				 .anywhere = true);
		}
}

/* An address that runs over into a page that is not there. */
struct cut_row {
	const struct family *family;
	int readable;
	int addrlen;
};

static const struct cut_row *add_cut(const struct family *family, int readable,
				     int addrlen)
{
	struct cut_row row = { family, readable, addrlen };

	return keep_row(&row, sizeof(row));
}

static void cut_off(const void *row)
{
	const struct cut_row *it = row;
	int fd = must_socket(it->family->domain, it->family->type, 0);
	struct address right = family_only(it->family->domain, it->addrlen);

	expect_errno(EFAULT,
		     t_bind(fd, cut_off_after(right.bytes, (size_t)it->readable),
			    it->addrlen));
}

static void add_cut_off(const struct family *family, int readable, int addrlen)
{
	add_case(.name = name_case("bind.address.unreadable[%d-of-%d,%s]", readable,
				   addrlen, family->name),
		 .run_row = cut_off, .row = add_cut(family, readable, addrlen),
		 .caps = family->caps, .has = { FEATURE_FAMILY(family->domain) },
		 .anywhere = true);
}

CASES(cut_off)
{
	for (size_t i = 0; i < COUNT(families); i++) {
		const struct family *family = &families[i];
		bool every = family->domain == AF_INET || family->domain == AF_INET6;

		for (int readable = 0; readable < family->full; readable++)
			if (every || readable < 3 || readable == family->full - 1)
				add_cut_off(family, readable, family->full);
		/* All of addrlen is read, also what the family would not look at. */
		add_cut_off(family, family->full, family->full + 1);
		add_cut_off(family, family->full, STORAGE);
		add_cut_off(family, STORAGE - 1, STORAGE);
		/* And also what is too short for the family. */
		add_cut_off(family, 1, 2);
	}
}

/* An address that ends where its page ends is read to its end, and no further. */
static void ends_with_page(const void *row)
{
	const struct length *it = row;
	int fd = must_socket(it->kind->domain, it->kind->type, 0);
	struct address any = any_of(it->kind->domain, 5000);

	expect_value(0, t_bind(fd, cut_off_after(any.bytes, (size_t)it->addrlen),
			       it->addrlen));
}

/* One that is too short is not read further either. */
static void short_ends_with_page(const void *row)
{
	const struct length *it = row;
	int fd = must_socket(it->kind->domain, it->kind->type, 0);
	struct address any = any_of(it->kind->domain, 5000);

	expect_errno(EINVAL, t_bind(fd, cut_off_after(any.bytes, (size_t)it->addrlen),
				    it->addrlen));
}

CASES(ends_with_page)
{
	for (size_t i = 0; i < COUNT(kinds); i++) {
		const struct kind *kind = &kinds[i];
		const char *family = family_name(kind->domain);
		const int ends[] = { kind->least, 28, STORAGE };
		const int too_short[] = { 1, 2, kind->least - 1 };

		for (size_t k = 0; k < COUNT(ends); k++)
			add_case(.name = name_case("bind.%s.bound[addrlen-%d,"
						   "ends-with-its-page,%s]",
						   family, ends[k], kind->name),
				 .run_row = ends_with_page,
				 .row = add_length(kind, ends[k]),
				 .has = { FEATURE_FAMILY(kind->domain) });
		for (size_t k = 0; k < COUNT(too_short); k++)
			add_case(.name = name_case("bind.%s.addrlen_short[%d,"
						   "ends-with-its-page,%s]",
						   family, too_short[k], kind->name),
				 .run_row = short_ends_with_page,
				 .row = add_length(kind, too_short[k]),
				 .has = { FEATURE_FAMILY(kind->domain) },
				 .anywhere = true);
	}
}

/* An address at an odd place of memory is as good as any. */
CASE("bind.inet.bound[odd-pointer]", .types = SC_STREAM | SC_DGRAM)
{
	int fd = must_socket(AF_INET, sc_type, 0);
	struct address any = inet("127.0.0.1", 5000);
	unsigned char memory[sizeof(any.bytes) + 1];

	for (size_t i = 0; i < sizeof(any.bytes); i++)
		memory[i + 1] = any.bytes[i];
	expect_value(0, t_bind(fd, memory + 1, any.length));
}

/*
 * Each number of a family, registered or not, on sockets of AF_INET and AF_INET6: with
 * any address and port 0, so that nothing but the family is wrong.
 */
struct family_row {
	int domain;
	int type;
	int family;
};

static void wrong_family(const void *row)
{
	const struct family_row *it = row;
	int fd = must_socket(it->domain, it->type, 0);
	struct address any = any_of(it->domain, 0);

	expect_errno(EAFNOSUPPORT, bind_to(fd, with_family(any, it->family)));
}

static void add_family(const struct kind *kind, int family)
{
	struct family_row row = { kind->domain, kind->type, family };

	/* AF_UNSPEC with INADDR_ANY is AF_INET's to AF_INET. */
	if (family == kind->domain || (family == AF_UNSPEC && kind->domain == AF_INET))
		return;
	add_case(.name = name_case("bind.%s.family_unsupported[%d,%s]",
				   family_name(kind->domain), family, kind->name),
		 .run_row = wrong_family, .row = keep_row(&row, sizeof(row)),
		 .has = { FEATURE_FAMILY(kind->domain) }, .anywhere = true);
}

CASES(wrong_families)
{
	/* Above all families; AF_INET and AF_INET6 in the other order of bytes; such
	 * that the low eight bits alone would be right. */
	static const int far[] = { 48,
				   127,
				   128,
				   255,
				   256,
				   512,
				   10 << 8,
				   256 + AF_INET,
				   256 + AF_INET6,
				   32767,
				   32768 + AF_INET,
				   65535 };

	for (size_t i = 0; i < COUNT(kinds); i++) {
		for (int family = 0; family < 48; family++)
			add_family(&kinds[i], family);
		for (size_t k = 0; k < COUNT(far); k++)
			add_family(&kinds[i], far[k]);
	}
}

/* A whole, right address of the other family is not taken either. */
CASE("bind.inet.family_unsupported[inet6-address]", .types = SC_STREAM | SC_DGRAM,
     .anywhere = true)
{
	expect_errno(EAFNOSUPPORT,
		     bind_to(must_socket(AF_INET, sc_type, 0), inet6("::1", 5000)));
}

CASE("bind.inet.family_unsupported[mapped-address]", .types = SC_STREAM | SC_DGRAM,
     .anywhere = true)
{
	expect_errno(EAFNOSUPPORT, bind_to(must_socket(AF_INET, sc_type, 0),
					   inet6("::ffff:127.0.0.1", 5000)));
}

CASE("bind.inet6.family_unsupported[inet-address]", .types = SC_STREAM | SC_DGRAM,
     .has = { FEATURE_FAMILY(AF_INET6) }, .anywhere = true)
{
	int fd = must_socket(AF_INET6, sc_type, 0);

	expect_errno(EAFNOSUPPORT,
		     bind_to(fd, with_length(inet("127.0.0.1", 5000), 28)));
}

/* As long as it is, it is too short to be looked at. */
CASE("bind.inet6.addrlen_short[inet-address]", .types = SC_STREAM | SC_DGRAM,
     .has = { FEATURE_FAMILY(AF_INET6) }, .anywhere = true)
{
	int fd = must_socket(AF_INET6, sc_type, 0);

	expect_errno(EINVAL, bind_to(fd, inet("127.0.0.1", 5000)));
}

CASE("bind.inet6.family_unsupported[unspec,loopback]", .types = SC_STREAM | SC_DGRAM,
     .has = { FEATURE_FAMILY(AF_INET6) }, .anywhere = true)
{
	int fd = must_socket(AF_INET6, sc_type, 0);

	expect_errno(EAFNOSUPPORT,
		     bind_to(fd, with_family(inet6("::1", 5000), AF_UNSPEC)));
}
