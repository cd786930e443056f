/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * ping_effects.c - what an ICMP echo socket is once it was bound, or refused: its name,
 * the identifier that is its port, its device; and what then comes to it.
 */
#include <string.h>

#include "ping.h"

/* The names of echo sockets: the identifier is the port, and its bytes are in order. */
CASE("bind.name.ip[ping]")
{
	struct address name = inet("127.0.0.1", 0x1234);
	int fd;

	prepare_echo(AF_INET, 0);
	fd = echo_socket(AF_INET);
	must_bind(fd, name);
	expect_name(name.bytes, sizeof(struct sockaddr_in), fd);
}

CASE("bind.name.ip[ping,unspec]")
{
	struct address name = inet("0.0.0.0", 0x1234);
	int fd;

	prepare_echo(AF_INET, 0);
	fd = echo_socket(AF_INET);
	must_bind(fd, with_family(name, AF_UNSPEC));
	expect_name(name.bytes, sizeof(struct sockaddr_in), fd);
}

CASE("bind.name.ip[ping6]", .has = { FEATURE_FAMILY(AF_INET6) })
{
	struct address name = inet6("::1", 0x1234);
	int fd;

	prepare_echo(AF_INET6, 0);
	fd = echo_socket(AF_INET6);
	must_bind(fd, name);
	expect_name(name.bytes, sizeof(struct sockaddr_in6), fd);
}

CASE("bind.name.ip[ping6,link-local]", .has = { FEATURE_FAMILY(AF_INET6) },
     .caps = SC_CAP(LINUX_CAP_NET_ADMIN))
{
	struct address name = inet6_scoped("fe80::1", 0x1234, 1);
	int fd;

	prepare_echo(AF_INET6, ADDRESSES);
	fd = echo_socket(AF_INET6);
	must_bind(fd, name);
	expect_name(name.bytes, sizeof(struct sockaddr_in6), fd);
}

/* ping_bind() locks an address that is not any: __udp_disconnect() leaves it. */
static void disconnected_as(int domain, struct address name, struct address peer,
			    struct address due)
{
	struct sockaddr nowhere = { .sa_family = AF_UNSPEC };
	int fd;

	prepare_echo(domain, 0);
	fd = echo_socket(domain);
	must_bind(fd, name);
	must_connect(fd, peer);
	must(t_connect(fd, &nowhere, sizeof(nowhere)) == 0,
	     "it cannot be disconnected");
	expect_name(due.bytes, (unsigned int)due.length, fd);
}

static void disconnected(int domain, struct address name, struct address peer)
{
	disconnected_as(domain, name, peer, name);
}

CASE("bind.name.ip[ping,one-disconnected]")
{
	disconnected(AF_INET, local_of(AF_INET, 0x1234), local_of(AF_INET, 0));
}

CASE("bind.name.ip[ping6,one-disconnected]", .has = { FEATURE_FAMILY(AF_INET6) })
{
	disconnected(AF_INET6, local_of(AF_INET6, 0x1234), local_of(AF_INET6, 0));
}

/* Nor is an identifier that nobody has asked for. */
CASE("bind.name.ip[ping,any-id-disconnected]")
{
	disconnected_as(AF_INET, local_of(AF_INET, 0), local_of(AF_INET, 0),
			local_of(AF_INET, 0));
}

CASE("bind.name.ip[ping6,any-id-disconnected]", .has = { FEATURE_FAMILY(AF_INET6) })
{
	disconnected_as(AF_INET6, local_of(AF_INET6, 0), local_of(AF_INET6, 0),
			local_of(AF_INET6, 0));
}

/* One that is any is not locked: with the peer, the address that it was reached from
 * goes. */
static void any_disconnected(int domain)
{
	disconnected(domain, any_of(domain, 0x1234), local_of(domain, 0));
}

CASE("bind.name.ip[ping,any-disconnected]")
{
	any_disconnected(AF_INET);
}

CASE("bind.name.ip[ping6,any-disconnected]", .has = { FEATURE_FAMILY(AF_INET6) })
{
	any_disconnected(AF_INET6);
}

/* The kernel looks for one from the last that it has chosen on: the next one is in
 * use, and is passed over. */
static void taken_behind(int domain, unsigned int by)
{
	struct address first, name;
	unsigned int next;
	int fd, taken, last;

	prepare_echo(domain, 0);
	fd = echo_socket(domain);
	taken = echo_socket(domain);
	last = echo_socket(domain);
	must_bind(fd, local_of(domain, 0));
	expect_chosen_name(&first, fd);
	next = port_of(&first) + by > 65535 ? 1 : port_of(&first) + by;
	must_option(taken, SOL_SOCKET, SO_REUSEADDR, 0);
	must_bind(taken, local_of(domain, next));
	must_bind(last, local_of(domain, 0));
	expect_chosen_name(&name, last);
	expect_that(port_of(&name) != next, "it has the identifier of another");
}

CASE("bind.name.ping_id[next-taken]")
{
	taken_behind(AF_INET, 1);
}

/* The one that has the next one's place in the kernel's table, of 64, is another. */
CASE("bind.name.ping_id[next-place-taken]")
{
	taken_behind(AF_INET, 65);
}

CASE("bind.name.ping_id[next-taken,inet6]", .has = { FEATURE_FAMILY(AF_INET6) })
{
	taken_behind(AF_INET6, 1);
}

/* An identifier that the kernel chooses may be any but 0 and those that are in use. */
static void chosen(int domain)
{
	struct address name, other;
	int fd;

	prepare_echo(domain, 0);
	fd = echo_socket(domain);
	must_bind(fd, local_of(domain, 0));
	expect_chosen_name(&name, fd);
	fd = echo_socket(domain);
	must_bind(fd, local_of(domain, 0));
	expect_chosen_name(&other, fd);
	expect_that(port_of(&name) != port_of(&other), "both have one identifier");
}

CASE("bind.name.ping_id[inet]")
{
	chosen(AF_INET);
}

CASE("bind.name.ping_id[inet6]", .has = { FEATURE_FAMILY(AF_INET6) })
{
	chosen(AF_INET6);
}

/* Neither the range of ephemeral ports nor a connection makes a difference. */
CASE("bind.name.ping_id[outside-range]")
{
	struct address name;
	int fd;

	prepare_echo(AF_INET, 0);
	set_port_range(40000, 40000);
	set_reserved_ports(1024, 39999);
	must_bind(echo_socket(AF_INET), local_of(AF_INET, 40000));
	fd = echo_socket(AF_INET);
	must_bind(fd, local_of(AF_INET, 0));
	expect_chosen_name(&name, fd);
}

CASE("bind.name.ping_id[connected]")
{
	struct address name;
	int fd;

	prepare_echo(AF_INET, 0);
	fd = prepare_socket(AF_INET, CONNECTED);
	expect_chosen_name(&name, fd);
}

/* A third socket that has it no more is refused, though the two before share. */
CASE("bind.ping.id_in_use[third]")
{
	int fds[3];

	prepare_echo(AF_INET, 0);
	for (size_t i = 0; i < COUNT(fds); i++)
		fds[i] = echo_socket(AF_INET);
	must_option(fds[2], SOL_SOCKET, SO_REUSEADDR, 0);
	must_bind(fds[0], local_of(AF_INET, ID));
	must_bind(fds[1], local_of(AF_INET, ID));
	expect_errno(EADDRINUSE, bind_to(fds[2], local_of(AF_INET, ID)));
}

/* One of the others suffices, whichever it is in the kernel's list. */
static void one_of_two_alone(size_t alone)
{
	int fds[3];

	prepare_echo(AF_INET, 0);
	for (size_t i = 0; i < COUNT(fds); i++)
		fds[i] = echo_socket(AF_INET);
	must_bind(fds[0], local_of(AF_INET, ID));
	must_bind(fds[1], local_of(AF_INET, ID));
	must_option(fds[alone], SOL_SOCKET, SO_REUSEADDR, 0);
	expect_errno(EADDRINUSE, bind_to(fds[2], local_of(AF_INET, ID)));
}

CASE("bind.ping.id_in_use[first-alone]")
{
	one_of_two_alone(0);
}

CASE("bind.ping.id_in_use[second-alone]")
{
	one_of_two_alone(1);
}

/* A socket that is closed, or refused, has no identifier any more. */
CASE("bind.ping.bound[after-close]")
{
	int first, second;

	prepare_echo(AF_INET, 0);
	first = prepare_socket(AF_INET, TAKEN);
	second = prepare_socket(AF_INET, TAKEN);
	must_bind(first, local_of(AF_INET, ID));
	must_close(first);
	expect_value(0, bind_to(second, local_of(AF_INET, ID)));
}

CASE("bind.ping.bound[after-refusal]")
{
	int first, second;

	prepare_echo(AF_INET, 0);
	first = prepare_socket(AF_INET, TAKEN);
	second = prepare_socket(AF_INET, TAKEN);
	must_bind(first, local_of(AF_INET, ID));
	must(bind_to(second, local_of(AF_INET, ID)) == -EADDRINUSE, "it is bound");
	expect_value(0, bind_to(second, local_of(AF_INET, ID + 1)));
}

/* Disconnected, a socket that bind(2) gave no identifier has none. */
CASE("bind.ping.bound[disconnected]")
{
	int fd;

	prepare_echo(AF_INET, 0);
	fd = prepare_socket(AF_INET, CONNECTED);
	must_connect(fd, family_only(AF_UNSPEC, sizeof(struct sockaddr_in)));
	expect_value(0, bind_to(fd, local_of(AF_INET, ID)));
}

/* ... and one that it gave an identifier keeps it. */
CASE("bind.ping.already_bound[disconnected]")
{
	int fd;

	prepare_echo(AF_INET, 0);
	fd = prepare_socket(AF_INET, BOUND | CONNECTED);
	must_connect(fd, family_only(AF_UNSPEC, sizeof(struct sockaddr_in)));
	expect_errno(EINVAL, bind_to(fd, local_of(AF_INET, ID)));
}

/* What a socket that was refused still is: bound to no address, and to no interface
 * but its own. */
static bool has_no_name(int fd, int domain)
{
	struct address name = { .length = 0 }, none = family_only(domain, 0);
	socklen_t addrlen = sizeof(struct sockaddr_in6);

	sc_must(SC_LINE, t_getsockname(fd, name.bytes, &addrlen), "getsockname(2)");
	return !memcmp(name.bytes, none.bytes, sizeof(none.bytes));
}

/* SO_BINDTOIFINDEX, since Linux 5.1. */
#define LINUX_SO_BINDTOIFINDEX 62

static int device_of(int fd)
{
	int index = -1;
	socklen_t length = sizeof(index);

	sc_must(SC_LINE,
		t_getsockopt(fd, SOL_SOCKET, LINUX_SO_BINDTOIFINDEX, &index, &length),
		"getsockopt(2), SO_BINDTOIFINDEX");
	return index;
}

CASE("bind.ping.id_in_use[nothing-bound]")
{
	int fd;

	prepare_echo(AF_INET, 0);
	prepare_other(AF_INET, TAKEN);
	fd = prepare_socket(AF_INET, TAKEN);
	expect_errno(EADDRINUSE, bind_to(fd, local_of(AF_INET, ID)));
	expect_that(has_no_name(fd, AF_INET), "the refused socket has a name");
}

CASE("bind.ping.id_in_use[inet6,nothing-bound]", .has = { FEATURE_FAMILY(AF_INET6) })
{
	int fd;

	prepare_echo(AF_INET6, 0);
	prepare_other(AF_INET6, TAKEN);
	fd = prepare_socket(AF_INET6, TAKEN);
	expect_errno(EADDRINUSE, bind_to(fd, local_of(AF_INET6, ID)));
	expect_that(has_no_name(fd, AF_INET6), "the refused socket has a name");
}

/* The scope of a link-local address becomes the socket's interface... */
CASE("bind.ping.bound[inet6,device-set]", .has = { FEATURE_FAMILY(AF_INET6) },
     .caps = SC_CAP(LINUX_CAP_NET_ADMIN), .since = LINUX(5, 1))
{
	int fd;

	prepare_echo(AF_INET6, ADDRESSES);
	fd = echo_socket(AF_INET6);
	expect_value(0, bind_to(fd, inet6_scoped("fe80::1", ID, 1)));
	expect_that(nothing_behind() || device_of(fd) == 1,
		    "it is not bound to the interface");
}

/* ... that of another address does not ... */
CASE("bind.ping.bound[inet6,device-not-set]", .has = { FEATURE_FAMILY(AF_INET6) },
     .since = LINUX(5, 1))
{
	int fd;

	prepare_echo(AF_INET6, 0);
	fd = echo_socket(AF_INET6);
	expect_value(0, bind_to(fd, inet6_scoped("::1", ID, 1)));
	expect_that(nothing_behind() || !device_of(fd), "it is bound to the interface");
}

/* ... and where the identifier is in use, it is put back: to none, or to another. */
CASE("bind.ping.id_in_use[inet6,device-restored]", .has = { FEATURE_FAMILY(AF_INET6) },
     .caps = SC_CAP(LINUX_CAP_NET_ADMIN), .since = LINUX(5, 1))
{
	int fd;

	prepare_echo(AF_INET6, ADDRESSES);
	prepare_other(AF_INET6, TAKEN);
	fd = prepare_socket(AF_INET6, TAKEN);
	expect_errno(EADDRINUSE, bind_to(fd, inet6_scoped("fe80::1", ID, 1)));
	expect_that(nothing_behind() || !device_of(fd),
		    "the refused socket is bound to an interface");
}

CASE("bind.ping.id_in_use[inet6,other-device-restored]",
     .has = { FEATURE_FAMILY(AF_INET6) }, .needs = NEEDS_INTERFACE,
     .caps = SC_CAP(LINUX_CAP_NET_ADMIN), .since = LINUX(5, 1))
{
	int fd;

	prepare_echo(AF_INET6, ADDRESSES | SECOND);
	prepare_other(AF_INET6, TAKEN);
	fd = prepare_socket(AF_INET6, TAKEN | ON_SECOND);
	expect_errno(EADDRINUSE, bind_to(fd, inet6_scoped("fe80::1", ID, 1)));
	expect_that(nothing_behind() || device_of(fd) == 2,
		    "the refused socket is bound to another interface");
}

CASE("bind.ping6.address_not_local[device-kept]", .has = { FEATURE_FAMILY(AF_INET6) },
     .caps = SC_CAP(LINUX_CAP_NET_ADMIN), .since = LINUX(5, 1))
{
	int fd;

	prepare_echo(AF_INET6, ADDRESSES);
	fd = echo_socket(AF_INET6);
	expect_errno(EADDRNOTAVAIL, bind_to(fd, inet6_scoped("fe80::2", ID, 1)));
	expect_that(nothing_behind() || !device_of(fd),
		    "the refused socket is bound to an interface");
}

/*
 * The identifier goes out with the echo requests, and the replies that have it come
 * back to the socket.
 */
static void check_echo(int fd, int domain)
{
	/* Type, code, checksum, identifier, sequence: the kernel fills in two. */
	unsigned char request[8] = { domain == AF_INET ? 8 : 128, [7] = 1 };
	unsigned char reply[64] = { 0 };
	struct address to = local_of(domain, 0);

	if (nothing_behind())
		return;
	sc_must(SC_LINE, t_sendto(fd, request, sizeof(request), 0, to.bytes, to.length),
		"sendto(2) of an echo request");
	wait_readable(fd);
	expect_that(t_recvfrom(fd, reply, sizeof(reply), MSG_DONTWAIT, NULL, NULL) ==
			    sizeof(request),
		    "no reply comes");
	expect_that(reply[0] == (domain == AF_INET ? 0 : 129), "it is no reply");
	expect_that((reply[4] << 8 | reply[5]) == ID,
		    "it has the identifier %d, not that which was bound",
		    reply[4] << 8 | reply[5]);
}

CASE("bind.ping.bound[echo]")
{
	int fd;

	prepare_echo(AF_INET, 0);
	fd = echo_socket(AF_INET);
	expect_value(0, bind_to(fd, local_of(AF_INET, ID)));
	check_echo(fd, AF_INET);
}

CASE("bind.ping.bound[inet6,echo]", .has = { FEATURE_FAMILY(AF_INET6) })
{
	int fd;

	prepare_echo(AF_INET6, 0);
	fd = echo_socket(AF_INET6);
	expect_value(0, bind_to(fd, local_of(AF_INET6, ID)));
	check_echo(fd, AF_INET6);
}

/* What /proc/net says: the socket counts from then on, and has an address and no peer;
 * also where it had one before. */
static void is_listed(int domain, bool had_peer)
{
	struct sockaddr nowhere = { .sa_family = AF_UNSPEC };
	struct address name = local_of(domain, ID);
	const char *protocol = domain == AF_INET ? "PING" : "PINGv6";
	long before;
	int fd;

	prepare_echo(domain, 0);
	fd = echo_socket(domain);
	if (had_peer) {
		must_connect(fd, local_of(domain, 0));
		sc_must(SC_LINE, t_connect(fd, &nowhere, sizeof(nowhere)),
			"connect(2) to AF_UNSPEC");
	}
	before = sockets_of(protocol);
	expect_value(0, bind_to(fd, name));
	if (nothing_behind())
		return;
	expect_that(sockets_of(protocol) == before + 1, "it counts as %ld sockets",
		    sockets_of(protocol) - before);
	expect_that(in_table(domain == AF_INET ? "/proc/net/icmp" : "/proc/net/icmp6",
			     &name),
		    "it is not listed as bound, without a peer");
	must_close(fd);
	expect_that(sockets_of(protocol) == before, "it counts though it is closed");
}

CASE("bind.ping.bound[listed]")
{
	is_listed(AF_INET, false);
}

CASE("bind.ping.bound[listed,inet6]", .has = { FEATURE_FAMILY(AF_INET6) })
{
	is_listed(AF_INET6, false);
}

CASE("bind.ping.bound[listed,had-peer]")
{
	is_listed(AF_INET, true);
}

CASE("bind.ping.bound[listed,had-peer,inet6]", .has = { FEATURE_FAMILY(AF_INET6) })
{
	is_listed(AF_INET6, true);
}

/* ping_hashfn(): there are 64 lists of sockets.  That each has one does not keep the
 * kernel from choosing among the other identifiers. */
#define LISTS 64

static void takes_one_of_each(void)
{
	need_own_descriptors();
	for (unsigned int i = 0; i < LISTS && !nothing_behind(); i++) {
		struct address name = any_of(AF_INET, ID + i);
		int fd = socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP);

		must(fd >= 0 && !bind(fd, (void *)name.bytes, (socklen_t)name.length),
		     "the identifier %u cannot be taken: %d", ID + i, errno);
	}
}

CASE("bind.name.ping_id[each-list-used]")
{
	struct address name;
	int fd;

	prepare_echo(AF_INET, 0);
	fd = echo_socket(AF_INET);
	takes_one_of_each();
	must_bind(fd, local_of(AF_INET, 0));
	expect_chosen_name(&name, fd);
}
