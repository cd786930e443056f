/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * errors_sent.c - what a UDP socket is told of its own datagrams: which were too long
 * for the path, when they were sent, and that their bytes are its own again.
 */
#include "errors.h"

#define BOTH_DOORS .doors = SC_RECVMSG | SC_RECVMMSG
#define SENT_FROM  4090
#define SENT_TO	   4091
#define LINK	   14

/* The error, and behind it an address, or none. */
static struct control_due due_error(const struct version *version,
				    const struct sock_extended_err *error,
				    const struct address *offender)
{
	bool v4 = version->domain == AF_INET;
	struct control_due due = { v4 ? IPPROTO_IP : IPPROTO_IPV6,
				   v4 ? IP_RECVERR : IPV6_RECVERR,
				   (unsigned int)(sizeof(*error) +
						  (v4 ? sizeof(struct sockaddr_in)
						      : sizeof(struct sockaddr_in6))),
				   { 0 },
				   false };

	memcpy(due.bytes, error, sizeof(*error));
	if (offender)
		memcpy(due.bytes + sizeof(*error), offender->bytes,
		       (size_t)offender->length);
	return due;
}

static const struct control_due time_of_sending = {
	.level = SOL_SOCKET,
	.type = SO_TIMESTAMPING,
	.length = 3 * sizeof(struct timespec),
	.open = true,
};

static int sender_of(const struct version *version)
{
	int fd = must_socket(version->domain, SOCK_DGRAM, 0);

	must_bind(fd, at(version, SENT_FROM));
	return fd;
}

static void receiver_of(const struct version *version)
{
	must_bind(must_socket(version->domain, SOCK_DGRAM, 0), at(version, SENT_TO));
}

/* Of a path that lets 1500 bytes pass, and a datagram that may not be cut, or is longer
 * than any: sendto(2) tells it, and the queue, with the MTU. */
static const struct long_row {
	const char *name;
	const struct version *version;
	int level, optname, value;
	size_t length;
	bool fits;
} long_rows[] = {
	{ "udp,do", &ip4, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO, 1473, false },
	{ "udp,probe", &ip4, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_PROBE, 1473,
	  false },
	{ "udp,do,fits", &ip4, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO, 1472,
	  true },
	{ "udp,dont", &ip4, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT, 1473, true },
	{ "udp6,do", &ip6, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_DO, 1453,
	  false },
	{ "udp6,probe", &ip6, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_PROBE,
	  1453, false },
	{ "udp6,do,fits", &ip6, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_DO, 1452,
	  true },
	{ "udp6,want", &ip6, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_WANT, 1453,
	  true },
	{ "udp6,dontfrag", &ip6, IPPROTO_IPV6, LINUX_IPV6_DONTFRAG, 1, 1453, false },
	{ "udp6,dontfrag,fits", &ip6, IPPROTO_IPV6, LINUX_IPV6_DONTFRAG, 1, 1452,
	  true },
	{ "udp6,mapped,do", &mapped, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO, 1473,
	  false },
};

static unsigned char text[2000];

/* Sends what is too long, or is not. */
static void send_long(int fd, const struct long_row *row)
{
	struct address to = at(row->version, SENT_TO);
	long came = t_sendto(fd, text, row->length, 0, to.bytes, to.length);

	must(came == (row->fits ? (long)row->length : -EMSGSIZE), "sendto(2) gives %ld",
	     came);
}

static int with_long(const struct long_row *row)
{
	bool v4 = row->version->v4;
	int fd;

	set_mtu("lo", 1500);
	receiver_of(row->version);
	fd = sender_of(row->version);
	must_option(fd, row->level, row->optname, row->value);
	must_option(fd, v4 ? IPPROTO_IP : IPPROTO_IPV6, v4 ? IP_RECVERR : IPV6_RECVERR,
		    1);
	send_long(fd, row);
	return fd;
}

/* That alone is told. */
static void expect_too_long(int fd, const struct version *version)
{
	struct sock_extended_err error = { .ee_errno = EMSGSIZE,
					   .ee_origin = SO_EE_ORIGIN_LOCAL,
					   .ee_info = 1500 };
	struct control_due due = due_error(version, &error, NULL);
	struct controls_received control;

	expect_value(0, receive_control(fd, 64, MSG_ERRQUEUE, 256, &control));
	expect_due(&control, &due, 1);
	expect_queue_empty(fd);
}

static void is_too_long(const void *data)
{
	const struct long_row *row = data;

	expect_too_long(with_long(row), row->version);
}

/* What was never on its way was never stamped, and SO_TIMESTAMPING has nothing to say
 * of it: only SO_TIMESTAMP has a time for all. */
static void has_no_time(const void *data)
{
	const struct long_row *row = data;
	int fd = with_long(row);

	must_option(fd, SOL_SOCKET, SO_TIMESTAMPING,
		    LINUX_SOF_TIMESTAMPING_RX_SOFTWARE |
			    LINUX_SOF_TIMESTAMPING_SOFTWARE);
	expect_too_long(fd, row->version);
}

static void is_not_too_long(const void *data)
{
	expect_errno(EAGAIN, receive(with_long(data), 64, MSG_ERRQUEUE));
}

CASES(long)
{
	for (size_t i = 0; i < COUNT(long_rows); i++) {
		const struct long_row *it = &long_rows[i];

		add_case(.name = name_case("recvfrom.%s[%s]",
					   it->fits ? "ip.no_error_waits"
						    : "errqueue.explained",
					   it->name),
			 .run_row = it->fits ? is_not_too_long : is_too_long, .row = it,
			 .doors = it->fits ? SC_RECVFROM : SC_RECVMSG | SC_RECVMMSG,
			 .has = { FEATURE_FAMILY(it->version->domain) });
		if (!it->fits)
			add_case(.name = name_case("recvfrom.errqueue.explained"
						   "[%s,timestamping]",
						   it->name),
				 .run_row = has_no_time, .row = it, BOTH_DOORS,
				 .has = { FEATURE_FAMILY(it->version->domain) });
	}
}

/* IPV6_RECVPATHMTU, RFC 3542, 11.3. */
static const struct long_row too_long = {
	"udp6", &ip6, IPPROTO_IPV6, LINUX_IPV6_DONTFRAG, 1, 1453, false
};

static int with_path_mtu(void)
{
	int fd;

	set_mtu("lo", 1500);
	fd = sender_of(&ip6);
	must_option(fd, IPPROTO_IPV6, LINUX_IPV6_DONTFRAG, 1);
	must_option(fd, IPPROTO_IPV6, LINUX_IPV6_RECVPATHMTU, 1);
	send_long(fd, &too_long);
	return fd;
}

static struct control_due due_path_mtu(unsigned int mtu)
{
	struct control_due due = { IPPROTO_IPV6, LINUX_IPV6_PATHMTU, 32, { 0 }, false };
	struct address to = at(&ip6, 0);

	memcpy(due.bytes, to.bytes, (size_t)to.length);
	memcpy(due.bytes + to.length, &mtu, sizeof(mtu));
	return due;
}

#define PATH_MTU .has = { FEATURE_FAMILY(AF_INET6) }

CASE("recvfrom.path_mtu.told[udp6]", .doors = doors_for(64, 0, true), PATH_MTU)
{
	struct address to = at(&ip6, 0);
	int fd = with_path_mtu();

	expect_received(0, &to, ROOM, receive(fd, 64, 0));
	expect_nothing(fd);
}

CASE("recvfrom.path_mtu.told[udp6,control]", BOTH_DOORS, PATH_MTU)
{
	struct control_due due = due_path_mtu(1500);
	struct controls_received control;
	int fd = with_path_mtu();

	expect_value(0, receive_control(fd, 64, 0, 200, &control));
	expect_due(&control, &due, 1);
	expect_nothing(fd);
}

/* SO_TIMESTAMP: it has a time, too, before all else. */
CASE("recvfrom.path_mtu.told[udp6,control,timestamp]", BOTH_DOORS, PATH_MTU)
{
	struct control_due due[] = {
		{ SOL_SOCKET, SCM_TIMESTAMP, sizeof(struct timeval), { 0 }, true },
		due_path_mtu(1500),
	};
	struct controls_received control;
	int fd = with_path_mtu();

	must_option(fd, SOL_SOCKET, SO_TIMESTAMP, 1);
	expect_value(0, receive_control(fd, 64, 0, 200, &control));
	expect_due(&control, due, COUNT(due));
	expect_nothing(fd);
}

CASE("recvfrom.path_mtu.told[udp6,control-cut]", BOTH_DOORS, PATH_MTU)
{
	struct controls_received control;
	int fd = with_path_mtu();

	expect_value(0, receive_control(fd, 64, 0, CMSG_LEN(31), &control));
	expect_that(control.length == CMSG_LEN(31), "%zu bytes", control.length);
	expect_nothing(fd);
}

/* To an address of the link, which has a scope: the interface that it is sent by. */
static int with_path_mtu_of_link(struct address to)
{
	long came;
	int fd;

	add_local_address("lo", "fe80::1", 64);
	wait_reachable("fe80::1");
	set_mtu("lo", 1500);
	fd = must_socket(AF_INET6, SOCK_DGRAM, 0);
	must_option(fd, IPPROTO_IPV6, LINUX_IPV6_DONTFRAG, 1);
	must_option(fd, IPPROTO_IPV6, LINUX_IPV6_RECVPATHMTU, 1);
	came = t_sendto(fd, text, 1453, 0, to.bytes, to.length);
	must(came == -EMSGSIZE, "sendto(2) gives %ld", came);
	return fd;
}

CASE("recvfrom.path_mtu.told[udp6,link-local]", .doors = doors_for(64, 0, true),
     PATH_MTU)
{
	struct address to = inet6_scoped("fe80::1", 0, 1);
	int fd = with_path_mtu_of_link(inet6_scoped("fe80::1", SENT_TO, 1));

	expect_received(0, &to, ROOM, receive(fd, 64, 0));
	expect_nothing(fd);
}

CASE("recvfrom.path_mtu.told[udp6,link-local,control]", BOTH_DOORS, PATH_MTU)
{
	struct address to = inet6_scoped("fe80::1", 0, 1);
	struct control_due due = due_path_mtu(1500);
	struct controls_received control;
	int fd = with_path_mtu_of_link(inet6_scoped("fe80::1", SENT_TO, 1));

	memcpy(due.bytes, to.bytes, (size_t)to.length);
	expect_value(0, receive_control(fd, 64, 0, 200, &control));
	expect_due(&control, &due, 1);
	expect_nothing(fd);
}

/* A raw socket is told as well. */
static int raw_with_path_mtu(void)
{
	struct address to = at(&ip6, 0);
	int fd = must_socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6);
	long came;

	set_mtu("lo", 1500);
	must_option(fd, IPPROTO_IPV6, LINUX_IPV6_DONTFRAG, 1);
	must_option(fd, IPPROTO_IPV6, LINUX_IPV6_RECVPATHMTU, 1);
	came = t_sendto(fd, text, 1500, 0, to.bytes, to.length);
	must(came == -EMSGSIZE, "sendto(2) gives %ld", came);
	return fd;
}

CASE("recvfrom.path_mtu.told[raw6]", .doors = doors_for(64, 0, true), .caps = NEEDS_RAW,
     PATH_MTU)
{
	struct address to = at(&ip6, 0);
	int fd = raw_with_path_mtu();

	expect_received(0, &to, ROOM, receive(fd, 64, 0));
	expect_nothing(fd);
}

CASE("recvfrom.path_mtu.told[raw6,control]", BOTH_DOORS, .caps = NEEDS_RAW, PATH_MTU)
{
	struct control_due due = due_path_mtu(1500);
	struct controls_received control;
	int fd = raw_with_path_mtu();

	expect_value(0, receive_control(fd, 64, 0, 200, &control));
	expect_due(&control, &due, 1);
	expect_nothing(fd);
}

/* Who asks no more is told no more, though something was too long. */
CASE("recvfrom.ip.would_block[raw6,path-mtu-taken-back]", .caps = NEEDS_RAW, PATH_MTU)
{
	int fd = raw_with_path_mtu();

	must_option(fd, IPPROTO_IPV6, LINUX_IPV6_RECVPATHMTU, 0);
	expect_errno(EAGAIN, receive(fd, 64, MSG_DONTWAIT));
}

/* Where nothing was too long, the option waits for nothing. */
CASE("recvfrom.ip.would_block[raw6,path-mtu]", .caps = NEEDS_RAW, PATH_MTU)
{
	int fd = must_socket(AF_INET6, SOCK_RAW, IPPROTO_UDP);

	must_option(fd, IPPROTO_IPV6, LINUX_IPV6_RECVPATHMTU, 1);
	expect_errno(EAGAIN, receive(fd, 64, MSG_DONTWAIT));
}

/* Nor is it in the way of what has come. */
CASE("recvfrom.datagram.received[raw6,path-mtu]", .doors = doors_for(64, 0, true),
     .caps = NEEDS_RAW, PATH_MTU)
{
	struct address from = inet6("::1", 0);
	int fd = must_socket(AF_INET6, SOCK_RAW, 253);

	must_option(fd, IPPROTO_IPV6, LINUX_IPV6_RECVPATHMTU, 1);
	send_bytes(fd, "data", 4, from);
	wait_readable(fd);
	expect_received(4, &from, ROOM, receive(fd, 64, 0));
}

/* MSG_PEEK takes it too. */
CASE("recvfrom.path_mtu.told[udp6,peek]", .doors = doors_for(64, 1, true), PATH_MTU)
{
	struct address to = at(&ip6, 0);
	int fd = with_path_mtu();

	expect_received(0, &to, ROOM, receive(fd, 64, MSG_PEEK));
	expect_nothing(fd);
}

CASE("recvfrom.path_mtu.told[udp6,length-0]", .doors = doors_for(0, 0, true), PATH_MTU)
{
	struct address to = at(&ip6, 0);
	int fd = with_path_mtu();

	expect_received(0, &to, ROOM, receive(fd, 0, 0));
	expect_nothing(fd);
}

CASE("recvfrom.path_mtu.told[udp6,address-not-wanted]",
     .doors = doors_for(64, 0, false), PATH_MTU)
{
	int fd = with_path_mtu();

	expect_value(0, t_recvfrom(fd, inbox.buffer, 64, 0, NULL, NULL));
	expect_nothing(fd);
}

static void cuts_address(const void *data)
{
	const int *room = data;
	struct address to = at(&ip6, 0);
	int fd = with_path_mtu();

	memset(inbox.address, RESULT_FILL, sizeof(inbox.address));
	inbox.addrlen = (socklen_t)*room;
	expect_received(
		0, &to, *room,
		t_recvfrom(fd, inbox.buffer, 64, 0, inbox.address, &inbox.addrlen));
}

CASES(path_rooms)
{
	static const int rooms[] = { 0, 1, 8, 27, 28 };

	for (size_t i = 0; i < COUNT(rooms); i++)
		add_case(.name = name_case("recvfrom.path_mtu.told[udp6,room-%d]",
					   rooms[i]),
			 .run_row = cuts_address, .row = &rooms[i], PATH_MTU);
}

/* What came meanwhile waits on. */
CASE("recvfrom.path_mtu.told[udp6,data-waits]", .doors = doors_for(64, 0, true),
     PATH_MTU)
{
	struct address to = at(&ip6, 0);
	int fd = with_path_mtu();
	long came;

	must_send(must_socket(AF_INET6, SOCK_DGRAM, 0), at(&ip6, SENT_FROM));
	wait_readable(fd);
	expect_received(0, &to, ROOM, receive(fd, 64, 0));
	came = receive(fd, 64, MSG_DONTWAIT);
	expect_that(came == 4, "the datagram that waited gives %ld", came);
}

/* The last one counts, and only while it is asked for. */
CASE("recvfrom.path_mtu.told[udp6,two]", BOTH_DOORS, PATH_MTU)
{
	struct control_due due = due_path_mtu(1400);
	struct controls_received control;
	int fd = with_path_mtu();

	set_mtu("lo", 1400);
	send_long(fd, &too_long);
	expect_value(0, receive_control(fd, 64, 0, 200, &control));
	expect_due(&control, &due, 1);
	expect_nothing(fd);
}

CASE("recvfrom.ip.would_block[udp6,path-mtu-taken-back]", PATH_MTU)
{
	int fd = with_path_mtu();

	must_option(fd, IPPROTO_IPV6, LINUX_IPV6_RECVPATHMTU, 0);
	expect_errno(EAGAIN, receive(fd, 64, MSG_DONTWAIT));
}

CASE("recvfrom.ip.would_block[udp6,path-mtu-not-asked]", PATH_MTU)
{
	int fd;

	set_mtu("lo", 1500);
	fd = sender_of(&ip6);
	must_option(fd, IPPROTO_IPV6, LINUX_IPV6_DONTFRAG, 1);
	send_long(fd, &too_long);
	must_option(fd, IPPROTO_IPV6, LINUX_IPV6_RECVPATHMTU, 1);
	expect_errno(EAGAIN, receive(fd, 64, MSG_DONTWAIT));
}

/* The queue of errors is another matter. */
CASE("recvfrom.ip.no_error_waits[udp6,path-mtu-waits]", PATH_MTU)
{
	int fd = with_path_mtu();
	long came;

	expect_errno(EAGAIN, receive(fd, 64, MSG_ERRQUEUE));
	came = receive(fd, 64, MSG_DONTWAIT);
	expect_that(!came, "the path MTU gives %ld", came);
}

CASE("recvfrom.path_mtu.addrlen_negative[udp6]", PATH_MTU)
{
	int fd = with_path_mtu();

	inbox.addrlen = (socklen_t)-1;
	expect_errno(EINVAL, t_recvfrom(fd, inbox.buffer, 64, 0, inbox.address,
					&inbox.addrlen));
	expect_nothing(fd);
}

CASE("recvfrom.path_mtu.address_unwritable[udp6,address]", PATH_MTU)
{
	int fd = with_path_mtu();

	inbox.addrlen = ROOM;
	expect_errno(EFAULT, t_recvfrom(fd, inbox.buffer, 64, 0,
					(void *)unmapped_memory(), &inbox.addrlen));
	expect_nothing(fd);
}

CASE("recvfrom.path_mtu.address_unwritable[udp6,addrlen]", PATH_MTU)
{
	int fd = with_path_mtu();

	expect_errno(EFAULT, t_recvfrom(fd, inbox.buffer, 64, 0, inbox.address,
					(void *)unmapped_memory()));
	expect_nothing(fd);
}

/* Nothing is copied, so no buffer is looked at. */
CASE("recvfrom.path_mtu.told[udp6,buffer-null]", .doors = doors_for(64, 0, false),
     PATH_MTU)
{
	int fd = with_path_mtu();

	expect_value(0, t_recvfrom(fd, NULL, 64, 0, NULL, NULL));
	expect_nothing(fd);
}

/* When it was sent, with the frame: headers of Ethernet, IP and UDP, and the bytes. */
#define WHEN (LINUX_SOF_TIMESTAMPING_TX_SOFTWARE | LINUX_SOF_TIMESTAMPING_SOFTWARE)

static const struct stamp_row {
	const char *name;
	const struct version *version;
	int stamps;
	bool timed, offended;
	long size;
} stamp_rows[] = {
	{ "ip4,frame", &ip4, WHEN, true, false, LINK + 20 + 8 + 4 },
	{ "ip6,frame", &ip6, WHEN, true, true, LINK + 40 + 8 + 4 },
	{ "mapped,frame", &mapped, WHEN, true, true, LINK + 20 + 8 + 4 },
	{ "ip4,frame,cmsg", &ip4, WHEN | LINUX_SOF_TIMESTAMPING_OPT_CMSG, true, true,
	  LINK + 20 + 8 + 4 },
	{ "ip4,frame,no-time", &ip4, LINUX_SOF_TIMESTAMPING_TX_SOFTWARE, false, false,
	  LINK + 20 + 8 + 4 },
	{ "ip4,only,cmsg", &ip4,
	  WHEN | LINUX_SOF_TIMESTAMPING_OPT_CMSG | LINUX_SOF_TIMESTAMPING_OPT_TSONLY,
	  true, false, 0 },
};

static int stamped_with(const struct version *version, int stamps)
{
	int fd = sender_of(version);

	receiver_of(version);
	must_option(fd, SOL_SOCKET, SO_TIMESTAMPING, stamps);
	send_bytes(fd, "data", 4, at(version, SENT_TO));
	wait_error(fd);
	return fd;
}

static void expect_stamp(const struct stamp_row *row, int fd, unsigned int info,
			 unsigned int key)
{
	struct sock_extended_err sent = { .ee_errno = ENOMSG,
					  .ee_origin = SO_EE_ORIGIN_TIMESTAMPING,
					  .ee_info = info,
					  .ee_data = key };
	struct address self = at(row->version, 0);
	struct control_due due[] = {
		time_of_sending,
		due_error(row->version, &sent, row->offended ? &self : NULL),
	};
	struct controls_received control;

	expect_value(row->size, receive_control(fd, 128, MSG_ERRQUEUE, 256, &control));
	expect_due(&control, row->timed ? due : due + 1, row->timed ? 2 : 1);
	/* The rulebook knows the first 64 of them. */
	expect_that(!row->size || !memcmp(inbox.buffer + row->size - 4, "data",
					  row->size > 64 ? 2 : 4),
		    "other bytes than were sent");
}

static void is_stamped(const void *data)
{
	const struct stamp_row *row = data;
	int fd = stamped_with(row->version, row->stamps);

	expect_stamp(row, fd, 0, 0);
	expect_queue_empty(fd);
	expect_nothing(fd);
}

/* No address is told with it. */
static void is_stamped_by_nobody(const void *data)
{
	const struct stamp_row *row = data;
	struct address nobody = { .length = 0 };
	int fd = stamped_with(row->version, row->stamps);

	expect_received(row->size, &nobody, ROOM, receive(fd, 128, MSG_ERRQUEUE));
	expect_queue_empty(fd);
}

CASES(stamps)
{
	for (size_t i = 0; i < COUNT(stamp_rows); i++) {
		const struct stamp_row *it = &stamp_rows[i];
		int family = FEATURE_FAMILY(it->version->domain);

		add_case(.name = name_case("recvfrom.errqueue.sent_at[%s]", it->name),
			 .run_row = is_stamped, .row = it, BOTH_DOORS,
			 .has = { family });
		add_case(.name = name_case("recvfrom.errqueue.sent_at[%s,no-address]",
					   it->name),
			 .run_row = is_stamped_by_nobody, .row = it,
			 .doors = doors_for(128, MSG_ERRQUEUE, true),
			 .has = { family });
	}
}

/* Options have something to say of what was sent, too. */
CASE("recvfrom.errqueue.sent_at[ip4,frame,ttl,pktinfo]", BOTH_DOORS,
     .has = { FEATURE_FAMILY(AF_INET) })
{
	struct sock_extended_err sent = { .ee_errno = ENOMSG,
					  .ee_origin = SO_EE_ORIGIN_TIMESTAMPING };
	struct address self = at(&ip4, 0);
	struct control_due due[] = { time_of_sending,
				     { IPPROTO_IP, IP_PKTINFO, 12, { 1 }, false },
				     control_number(IPPROTO_IP, IP_TTL, 9),
				     due_error(&ip4, &sent, &self) };
	struct controls_received control;
	int fd = sender_of(&ip4);

	receiver_of(&ip4);
	for (int i = 0; i < 2; i++)
		memcpy(due[1].bytes + 4 + 4 * i, self.bytes + 4, 4);
	must_option(fd, SOL_SOCKET, SO_TIMESTAMPING,
		    WHEN | LINUX_SOF_TIMESTAMPING_OPT_CMSG);
	must_option(fd, IPPROTO_IP, IP_PKTINFO, 1);
	must_option(fd, IPPROTO_IP, IP_RECVTTL, 1);
	must_option(fd, IPPROTO_IP, IP_TTL, 9);
	send_bytes(fd, "data", 4, at(&ip4, SENT_TO));
	wait_error(fd);
	expect_value(46, receive_control(fd, 128, MSG_ERRQUEUE, 256, &control));
	expect_due(&control, due, 4);
}

CASE("recvfrom.errqueue.sent_at[ip6,frame,hoplimit,pktinfo]", BOTH_DOORS,
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	struct sock_extended_err sent = { .ee_errno = ENOMSG,
					  .ee_origin = SO_EE_ORIGIN_TIMESTAMPING };
	struct address self = at(&ip6, 0);
	struct control_due due[] = { time_of_sending,
				     { IPPROTO_IPV6, IPV6_PKTINFO, 20, { 0 }, false },
				     control_number(IPPROTO_IPV6, IPV6_HOPLIMIT, 9),
				     due_error(&ip6, &sent, &self) };
	struct controls_received control;
	int fd = sender_of(&ip6), lo = 1;

	receiver_of(&ip6);
	memcpy(due[1].bytes, self.bytes + 8, 16);
	memcpy(due[1].bytes + 16, &lo, sizeof(lo));
	must_option(fd, SOL_SOCKET, SO_TIMESTAMPING, WHEN);
	must_option(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
	must_option(fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1);
	must_option(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, 9);
	send_bytes(fd, "data", 4, at(&ip6, SENT_TO));
	wait_error(fd);
	expect_value(66, receive_control(fd, 128, MSG_ERRQUEUE, 256, &control));
	expect_due(&control, due, 4);
}

/* SOF_TIMESTAMPING_OPT_ID counts the datagrams; with SOF_TIMESTAMPING_TX_SCHED there
 * are two stamps of each, the first when it was handed to the queue. */
CASE("recvfrom.errqueue.sent_at[ip4,counted]", BOTH_DOORS,
     .has = { FEATURE_FAMILY(AF_INET) })
{
	static const struct stamp_row only = { "", &ip4, 0, true, false, 0 };
	int fd = stamped_with(&ip4, WHEN | LINUX_SOF_TIMESTAMPING_OPT_ID |
					    LINUX_SOF_TIMESTAMPING_OPT_TSONLY);

	send_bytes(fd, "data", 4, at(&ip4, SENT_TO));
	expect_stamp(&only, fd, 0, 0);
	wait_error(fd);
	expect_stamp(&only, fd, 0, 1);
	expect_queue_empty(fd);
}

CASE("recvfrom.errqueue.sent_at[ip4,scheduled]", BOTH_DOORS,
     .has = { FEATURE_FAMILY(AF_INET) })
{
	static const struct stamp_row only = { "", &ip4, 0, true, false, 0 };
	int fd = stamped_with(&ip4, WHEN | LINUX_SOF_TIMESTAMPING_TX_SCHED |
					    LINUX_SOF_TIMESTAMPING_OPT_TSONLY);

	expect_stamp(&only, fd, 1, 0);
	wait_error(fd);
	expect_stamp(&only, fd, 0, 0);
	expect_queue_empty(fd);
}

/* MSG_ZEROCOPY: over lo the bytes are copied after all, and the calls are told of as a
 * range, from ee_info to ee_data. */
static int with_lent_bytes(const struct version *version, int times)
{
	struct address to = at(version, SENT_TO);
	int fd = sender_of(version);

	receiver_of(version);
	must_option(fd, SOL_SOCKET, LINUX_SO_ZEROCOPY, 1);
	for (int i = 0; i < times; i++)
		sc_must(SC_LINE,
			t_sendto(fd, text, 64, LINUX_MSG_ZEROCOPY, to.bytes, to.length),
			"sendto(2)");
	wait_error(fd);
	return fd;
}

struct lent_row {
	const struct version *version;
	int times;
};

static void is_given_back(const void *data)
{
	const struct lent_row *row = data;
	struct sock_extended_err lent = { .ee_origin = SO_EE_ORIGIN_ZEROCOPY,
					  .ee_code = SO_EE_CODE_ZEROCOPY_COPIED,
					  .ee_data = (unsigned int)row->times - 1 };
	struct control_due due = due_error(row->version, &lent, NULL);
	struct controls_received control;
	int fd = with_lent_bytes(row->version, row->times);

	expect_value(0, receive_control(fd, 64, MSG_ERRQUEUE, 200, &control));
	expect_due(&control, &due, 1);
	expect_queue_empty(fd);
}

static void is_given_back_by_nobody(const void *data)
{
	const struct lent_row *row = data;
	struct address nobody = { .length = 0 };
	int fd = with_lent_bytes(row->version, row->times);

	expect_received(0, &nobody, ROOM, receive(fd, 64, MSG_ERRQUEUE));
	expect_queue_empty(fd);
}

CASES(lent)
{
	static const struct lent_row rows[] = {
		{ &ip4, 1 }, { &ip4, 3 }, { &ip6, 1 }, { &ip6, 2 }, { &mapped, 1 }
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		int family = FEATURE_FAMILY(rows[i].version->domain);

		add_case(.name = name_case("recvfrom.errqueue.given_back[%s,%d]",
					   rows[i].version->name, rows[i].times),
			 .run_row = is_given_back, .row = &rows[i], BOTH_DOORS,
			 .has = { family }, .since = LINUX(5, 0));
		add_case(.name = name_case("recvfrom.errqueue.given_back[%s,%d,no-"
					   "address]",
					   rows[i].version->name, rows[i].times),
			 .run_row = is_given_back_by_nobody, .row = &rows[i],
			 .doors = doors_for(64, MSG_ERRQUEUE, true), .has = { family },
			 .since = LINUX(5, 0));
	}
}
