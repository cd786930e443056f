/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * errors_queue.c - recvfrom(2) with MSG_ERRQUEUE: the queue of errors that IP_RECVERR
 * has: what was sent and where to, who says what of it, in which order; and what is
 * told there besides refusals.
 */
#include <linux/net_tstamp.h>

#include "errors.h"

/* The queue: what was sent, where to; then it is gone, and the error that waits. */
static const struct asked of_queue[] = {
	{ "errqueue", MSG_ERRQUEUE, 64 },
	{ "errqueue,length-4", MSG_ERRQUEUE, 4 },
	{ "errqueue,dontwait", MSG_ERRQUEUE | MSG_DONTWAIT, 64 },
	{ "errqueue,peek", MSG_ERRQUEUE | MSG_PEEK, 64 },
	{ "errqueue,trunc", MSG_ERRQUEUE | MSG_TRUNC, 64 },
	{ "errqueue,waitall", MSG_ERRQUEUE | MSG_WAITALL, 64 },
	{ "errqueue,oob", MSG_ERRQUEUE | MSG_OOB, 64 },
};

static void is_in_queue(const void *data)
{
	const struct row *row = data;
	struct address closed = at(row->told->version, CLOSED);
	int fd = refused(row->told);

	expect_received(4, &closed, ROOM,
			receive(fd, row->asked->length, row->asked->flags));
	expect_that(!memcmp(inbox.buffer, "lost", 4), "other bytes than were sent");
	expect_queue_empty(fd);
	expect_nothing(fd);
}

/* Of which there is less room, and never a word of how long it was. */
static const struct asked of_queue_cut[] = {
	{ "errqueue,length-0", MSG_ERRQUEUE, 0 },
	{ "errqueue,length-1", MSG_ERRQUEUE, 1 },
	{ "errqueue,length-3", MSG_ERRQUEUE, 3 },
	{ "errqueue,length-0,trunc", MSG_ERRQUEUE | MSG_TRUNC, 0 },
	{ "errqueue,length-3,trunc", MSG_ERRQUEUE | MSG_TRUNC, 3 },
};

static void is_cut(const void *data)
{
	const struct row *row = data;
	struct address closed = at(row->told->version, CLOSED);
	int fd = refused(row->told);

	expect_received((long)row->asked->length, &closed, ROOM,
			receive(fd, row->asked->length, row->asked->flags));
	expect_queue_empty(fd);
}

CASES(queued)
{
	for (size_t t = 0; t < COUNT(told); t++) {
		if (!told[t].recverr)
			continue;
		for (size_t i = 0; i < COUNT(of_queue); i++)
			add("errqueue.received", &told[t], &of_queue[i],
			    doors_for(64, MSG_ERRQUEUE, true), is_in_queue);
		for (size_t i = 0; i < COUNT(of_queue_cut); i++)
			add("errqueue.cut", &told[t], &of_queue_cut[i],
			    doors_for(64, MSG_ERRQUEUE, true), is_cut);
	}
}

/* What was lost may be nothing; of a long datagram the message of ICMP brings as much
 * as makes it 576 bytes long, or 1280. */
struct long_row {
	const struct told *told;
	size_t length;
	long value;
};

static unsigned char long_bytes[2000];

static void is_as_long(const void *data)
{
	const struct long_row *row = data;
	struct address closed = at(row->told->version, CLOSED);
	int fd;

	memset(long_bytes, 'x', sizeof(long_bytes));
	fd = refused_bytes(row->told, long_bytes, row->length);
	expect_received(row->value, &closed, ROOM, receive(fd, 1500, MSG_ERRQUEUE));
	expect_queue_empty(fd);
}

CASES(long_rows)
{
	static const struct long_row rows[] = {
		{ &told[1], 0, 0 },	  { &told[1], 1, 1 },
		{ &told[1], 520, 520 },	  { &told[1], 521, 520 },
		{ &told[1], 1400, 520 },  { &told[4], 0, 0 },
		{ &told[4], 1, 1 },	  { &told[4], 1184, 1184 },
		{ &told[4], 1185, 1184 }, { &told[4], 1400, 1184 },
		{ &told[7], 521, 520 },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		add_case(.name = name_case("recvfrom.errqueue.received[%s,sent-%zu]",
					   rows[i].told->name, rows[i].length),
			 .run_row = is_as_long, .row = &rows[i],
			 .has = { FEATURE_FAMILY(rows[i].told->version->domain) });
}

/* Two of them come in their order, and each renews the error that waits. */
static int refused_twice(const struct told *it)
{
	struct address closed = at(it->version, CLOSED), other = at(it->version, OTHER);
	int fd = refused(it), error = 0;
	socklen_t length = sizeof(error);

	/* Else sendto(2) tells it. */
	t_getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length);
	must(error == ECONNREFUSED, "SO_ERROR tells %d", error);
	send_bytes(fd, "second", 6, it->connected ? closed : other);
	/* Its error is told as soon as it is in the queue. */
	while (!target_waits_not() &&
	       !t_getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) && !error)
		wait_error(fd);
	return fd;
}

static void come_in_order(const void *data)
{
	const struct row *row = data;
	const struct version *version = row->told->version;
	struct address first = at(version, CLOSED);
	struct address second = at(version, row->told->connected ? CLOSED : OTHER);
	int fd = refused_twice(row->told);

	expect_received(4, &first, ROOM, receive(fd, 64, MSG_ERRQUEUE));
	expect_received(6, &second, ROOM, receive(fd, 64, MSG_ERRQUEUE));
	expect_that(!memcmp(inbox.buffer, "second", 6), "other bytes than were sent");
	expect_queue_empty(fd);
	expect_nothing(fd);
}

/* "the pending socket error is regenerated based on the next queued error" */
static void is_regenerated(const void *data)
{
	const struct row *row = data;
	int fd = refused_twice(row->told);
	long came = receive(fd, 64, MSG_ERRQUEUE);

	must(came == 4, "the queue of errors gives %ld", came);
	expect_errno(ECONNREFUSED, receive(fd, 64, MSG_DONTWAIT));
	expect_nothing(fd);
}

static const struct asked in_order = { "two-in-order", 0, 64 };
static const struct asked regenerated = { "regenerated", 0, 64 };

CASES(in_order)
{
	for (size_t t = 0; t < COUNT(told); t++) {
		if (!told[t].recverr)
			continue;
		add("errqueue.received", &told[t], &in_order, 0, come_in_order);
		add("error.refused", &told[t], &regenerated, 0, is_regenerated);
	}
}

/* A datagram that waits is another matter. */
static void leaves_data(const void *data)
{
	const struct row *row = data;
	struct address other = at(row->told->version, OTHER);
	int fd = data_to(row->told);
	long came;

	expect_received(4, &other, ROOM, receive(fd, 64, MSG_ERRQUEUE));
	expect_that(!memcmp(inbox.buffer, "lost", 4), "other bytes than were sent");
	came = receive(fd, 64, MSG_DONTWAIT);
	expect_that(came == 4 && !memcmp(inbox.buffer, "data", 4),
		    "the datagram that waited gives %ld", came);
}

/* Faults: the error is gone, as a datagram would be. */
static const struct fault {
	const char *name;
	const char *rule;
	int error;
	bool buffer, address, addrlen; /* unmapped */
	int room;
	size_t length;
} faults[] = {
	{ "unmapped", "buffer_unwritable", EFAULT, true, false, false, ROOM, 64 },
	{ "unmapped,length-1", "buffer_unwritable", EFAULT, true, false, false, ROOM,
	  1 },
	{ "before-addrlen", "buffer_unwritable", EFAULT, true, false, true, ROOM, 64 },
	{ "before-negative", "buffer_unwritable", EFAULT, true, false, false, -1, 64 },
	{ "negative", "addrlen_negative", EINVAL, false, false, false, -1, 64 },
	{ "before-address", "addrlen_negative", EINVAL, false, true, false, -1, 64 },
	{ "addrlen", "address_unwritable", EFAULT, false, false, true, ROOM, 64 },
	{ "address", "address_unwritable", EFAULT, false, true, false, ROOM, 64 },
	{ "before-cut", "address_unwritable", EFAULT, false, true, false, ROOM, 1 },
};

struct fault_row {
	const struct told *told;
	const struct fault *fault;
};

static void has_fault(const void *data)
{
	const struct fault_row *row = data;
	const struct fault *it = row->fault;
	int fd = refused(row->told);
	void *nowhere = (void *)unmapped_memory();

	inbox.addrlen = (socklen_t)it->room;
	expect_errno(it->error,
		     t_recvfrom(fd, it->buffer ? nowhere : inbox.buffer, it->length,
				MSG_ERRQUEUE, it->address ? nowhere : inbox.address,
				it->addrlen ? nowhere : &inbox.addrlen));
	expect_queue_empty(fd);
}

static const struct asked left = { "data-stays", 0, 64 };

CASES(faults)
{
	for (size_t t = 0; t < COUNT(told); t++) {
		if (!told[t].recverr)
			continue;
		add("errqueue.received", &told[t], &left, 0, leaves_data);
		for (size_t i = 0; i < COUNT(faults); i++) {
			struct fault_row row = { &told[t], &faults[i] };

			add_case(.name = name_case("recvfrom.errqueue.%s[%s,%s]",
						   faults[i].rule, told[t].name,
						   faults[i].name),
				 .run_row = has_fault,
				 .row = keep_row(&row, sizeof(row)),
				 .has = { FEATURE_FAMILY(told[t].version->domain),
					  told[t].feature });
		}
	}
}

/* The control message: the error, and behind it the address of who says so. */
static const struct sock_extended_err port_unreachable = {
	.ee_errno = ECONNREFUSED,
	.ee_origin = SO_EE_ORIGIN_ICMP,
	.ee_type = 3,
	.ee_code = 3,
};
static const struct sock_extended_err port_unreachable6 = {
	.ee_errno = ECONNREFUSED,
	.ee_origin = SO_EE_ORIGIN_ICMP6,
	.ee_type = 1,
	.ee_code = 4,
};

/* The last control message is the error, and so long; what is before it is skipped. */
static void expect_error(const struct version *version,
			 const struct controls_received *control,
			 const struct sock_extended_err *error,
			 const struct address *offender)
{
	bool v4 = version->domain == AF_INET;
	size_t address = v4 ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
	size_t length = CMSG_LEN(sizeof(*error) + address);
	size_t space = CMSG_SPACE(sizeof(*error) + address);
	const unsigned char *last = control->bytes + control->length - space;
	struct cmsghdr header;

	expect_that(control->length >= space, "control messages of %zu bytes",
		    control->length);
	memcpy(&header, last, sizeof(header));
	expect_that(header.cmsg_len == length &&
			    header.cmsg_level == (v4 ? IPPROTO_IP : IPPROTO_IPV6) &&
			    header.cmsg_type == (v4 ? IP_RECVERR : IPV6_RECVERR),
		    "another control message");
	expect_that(!memcmp(last + sizeof(header), error, sizeof(*error)),
		    "another error");
	expect_that(!memcmp(last + sizeof(header) + sizeof(*error), offender->bytes,
			    address),
		    "another offender");
}

struct explained_row {
	const struct told *told;
	size_t length, room;
	int flags;
};

static void is_explained(const void *data)
{
	const struct explained_row *row = data;
	const struct version *version = row->told->version;
	struct address offender = at(version, 0);
	struct controls_received control;
	int fd = refused(row->told);

	expect_value(row->length < 4 ? (long)row->length : 4,
		     receive_control(fd, row->length, MSG_ERRQUEUE | row->flags,
				     row->room, &control));
	expect_error(version, &control,
		     version->v4 ? &port_unreachable : &port_unreachable6, &offender);
	expect_queue_empty(fd);
	expect_nothing(fd);
}

/* Less room than it takes: what there is room for of it, if that is a header. */
static void is_partly_explained(const void *data)
{
	const struct explained_row *row = data;
	struct controls_received control;
	size_t due = row->room < sizeof(struct cmsghdr) ? 0 : row->room;
	int fd = refused(row->told);

	expect_value(4, receive_control(fd, 64, MSG_ERRQUEUE, row->room, &control));
	expect_that(control.length == due, "control messages of %zu bytes",
		    control.length);
	expect_queue_empty(fd);
	expect_nothing(fd);
}

static void add_explained(const struct told *it, size_t length, size_t room, int flags)
{
	struct explained_row row = { it, length, room, flags };

	add_case(.name = name_case(
			 "recvfrom.errqueue.explained[%s,length-%zu,room-%zu%s]",
			 it->name, length, room, flags & MSG_PEEK ? ",peek" : ""),
		 .run_row = is_explained, .row = keep_row(&row, sizeof(row)),
		 .doors = SC_RECVMSG | SC_RECVMMSG,
		 .has = { FEATURE_FAMILY(it->version->domain), it->feature });
}

CASES(explained)
{
	static const size_t little[] = { 1, 8, 15, 16, 17, 31, 32, 47, 59 };

	for (size_t t = 0; t < COUNT(told); t++) {
		size_t takes = told[t].version->domain == AF_INET
				       ? CMSG_SPACE(16 + sizeof(struct sockaddr_in))
				       : CMSG_SPACE(16 + sizeof(struct sockaddr_in6));

		if (!told[t].recverr)
			continue;
		add_explained(&told[t], 64, takes, 0);
		add_explained(&told[t], 64, 200, 0);
		add_explained(&told[t], 3, 200, 0);
		add_explained(&told[t], 0, 200, 0);
		add_explained(&told[t], 64, 200, MSG_PEEK);
		for (size_t i = 0; i < COUNT(little); i++) {
			struct explained_row row = { &told[t], 64, little[i], 0 };

			if (little[i] >= takes)
				continue;
			add_case(.name = name_case("recvfrom.errqueue.control_cut[%s,"
						   "room-%zu]",
						   told[t].name, little[i]),
				 .run_row = is_partly_explained,
				 .row = keep_row(&row, sizeof(row)),
				 .doors = SC_RECVMSG | SC_RECVMMSG,
				 .has = { FEATURE_FAMILY(told[t].version->domain),
					  told[t].feature });
		}
	}
}

/* Who says so is the host that was sent to, not the one that has sent. */
CASE("recvfrom.errqueue.explained[udp,offender]")
{
	struct address closed = inet("127.0.0.9", CLOSED);
	struct address offender = inet("127.0.0.9", 0);
	struct controls_received control;
	int fd = open_told(&told[1], closed);

	send_bytes(fd, "lost", 4, closed);
	wait_error(fd);
	expect_value(4, receive_control(fd, 64, MSG_ERRQUEUE, 200, &control));
	expect_error(&ip4, &control, &port_unreachable, &offender);
}

/* "all IP options (IP_OPTIONS, IP_TTL, etc.) enabled on the socket and contained in the
 * error packet are passed as control messages" */
CASE("recvfrom.errqueue.explained[udp,ttl,tos]")
{
	static const unsigned char internet_control = 0xc0;
	struct address offender = inet("127.0.0.1", 0);
	struct controls_received control;
	struct cmsghdr header;
	int fd, ttl;

	fd = open_told(&told[1], at(&ip4, CLOSED));
	must_option(fd, IPPROTO_IP, IP_RECVTTL, 1);
	must_option(fd, IPPROTO_IP, IP_RECVTOS, 1);
	/* Of what is sent, not of what comes back. */
	must_option(fd, IPPROTO_IP, IP_TTL, 9);
	send_bytes(fd, "lost", 4, at(&ip4, CLOSED));
	wait_error(fd);
	expect_value(4, receive_control(fd, 64, MSG_ERRQUEUE, 200, &control));
	memcpy(&header, control.bytes, sizeof(header));
	memcpy(&ttl, control.bytes + CMSG_LEN(0), sizeof(ttl));
	expect_that(header.cmsg_type == IP_TTL && ttl == 64, "a TTL of %d", ttl);
	memcpy(&header, control.bytes + CMSG_SPACE(sizeof(int)), sizeof(header));
	expect_that(header.cmsg_type == IP_TOS &&
			    control.bytes[CMSG_SPACE(sizeof(int)) + CMSG_LEN(0)] ==
				    internet_control,
		    "another TOS");
	expect_error(&ip4, &control, &port_unreachable, &offender);
}

CASE("recvfrom.errqueue.explained[udp6,hop-limit]")
{
	struct address offender = inet6("::1", 0);
	struct controls_received control;
	struct cmsghdr header;
	int fd = open_told(&told[4], at(&ip6, CLOSED)), limit;

	must_option(fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1);
	must_option(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, 9);
	send_bytes(fd, "lost", 4, at(&ip6, CLOSED));
	wait_error(fd);
	expect_value(4, receive_control(fd, 64, MSG_ERRQUEUE, 200, &control));
	memcpy(&header, control.bytes, sizeof(header));
	memcpy(&limit, control.bytes + CMSG_LEN(0), sizeof(limit));
	expect_that(header.cmsg_type == IPV6_HOPLIMIT && limit == 64,
		    "a hop limit of %d", limit);
	expect_error(&ip6, &control, &port_unreachable6, &offender);
}

/* Too long for IP: told at once by sendto(2), and queued without payload or offender;
 * no error waits.  What lo could carry is told beside it. */
static const struct too_long {
	const char *name;
	const struct told *told;
	size_t length;
	unsigned int mtu;
	/* __ip_append_data() has the port of the peer, or 0, not the datagram's. */
	unsigned int port;
} too_long[] = {
	{ "udp", &told[1], 65508, 65535, 0 },
	{ "udp,connected", &told[2], 65508, 65535, CLOSED },
	{ "udp6", &told[4], 65528, 65536, CLOSED },
	{ "udp6,mapped", &told[7], 65508, 65535, 0 },
};

static int sent_too_long(const struct too_long *it)
{
	static unsigned char bytes[65536];
	struct address to = at(it->told->version, CLOSED);
	int fd = open_told(it->told, to);
	long came = t_sendto(fd, bytes, it->length, 0, to.bytes, to.length);

	must(came == -EMSGSIZE, "sendto(2) gives %ld", came);
	return fd;
}

static void is_local(const void *data)
{
	const struct too_long *row = data;
	struct sock_extended_err error = { .ee_errno = EMSGSIZE,
					   .ee_origin = SO_EE_ORIGIN_LOCAL,
					   .ee_info = row->mtu };
	struct address nobody = { .length = 0 };
	struct controls_received control;
	int fd = sent_too_long(row);

	expect_value(0, receive_control(fd, 64, MSG_ERRQUEUE, 200, &control));
	expect_error(row->told->version, &control, &error, &nobody);
	expect_queue_empty(fd);
}

static void is_local_with_name(const void *data)
{
	const struct too_long *row = data;
	struct address to = at(row->told->version, row->port);
	int fd = sent_too_long(row);

	expect_received(0, &to, ROOM, receive(fd, 64, MSG_ERRQUEUE));
	expect_queue_empty(fd);
}

static void waits_not(const void *data)
{
	const struct too_long *row = data;

	expect_errno(EAGAIN, receive(sent_too_long(row), 64, MSG_DONTWAIT));
}

CASES(too_long)
{
	for (size_t i = 0; i < COUNT(too_long); i++) {
		const struct too_long *it = &too_long[i];
		int family = FEATURE_FAMILY(it->told->version->domain);

		add_case(.name = name_case("recvfrom.errqueue.explained[%s,local]",
					   it->name),
			 .run_row = is_local, .row = it, .has = { family });
		add_case(.name = name_case("recvfrom.errqueue.received[%s,local]",
					   it->name),
			 .run_row = is_local_with_name, .row = it, .has = { family });
		add_case(.name = name_case("recvfrom.ip.would_block[%s,too-long]",
					   it->name),
			 .run_row = waits_not, .row = it, .has = { family });
	}
}

/* When a datagram was sent, and no more: it is no error, so none waits. */
static int stamped(const struct version *version)
{
	int fd = must_socket(version->domain, SOCK_DGRAM, 0);
	int to = must_socket(version->domain, SOCK_DGRAM, 0);

	must_bind(to, at(version, OTHER));
	must_option(fd, SOL_SOCKET, SO_TIMESTAMPING,
		    SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE |
			    SOF_TIMESTAMPING_OPT_TSONLY);
	send_bytes(fd, "data", 4, at(version, OTHER));
	wait_error(fd);
	return fd;
}

static void tells_when(const void *data)
{
	static const struct timespec none[2];
	const struct version *version = data;
	struct sock_extended_err sent = { .ee_errno = ENOMSG,
					  .ee_origin = SO_EE_ORIGIN_TIMESTAMPING };
	struct address nobody = { .length = 0 };
	struct controls_received control;
	struct cmsghdr header;
	int fd = stamped(version);

	expect_value(0, receive_control(fd, 64, MSG_ERRQUEUE, 256, &control));
	memcpy(&header, control.bytes, sizeof(header));
	expect_that(header.cmsg_len == CMSG_LEN(3 * sizeof(struct timespec)) &&
			    header.cmsg_level == SOL_SOCKET &&
			    header.cmsg_type == SCM_TIMESTAMPING,
		    "another control message");
	/* The first is the software's; no hardware has any. */
	expect_that(!memcmp(control.bytes + CMSG_LEN(sizeof(struct timespec)), none,
			    sizeof(none)),
		    "a time of hardware");
	expect_error(version, &control, &sent, &nobody);
	expect_queue_empty(fd);
	expect_nothing(fd);
}

static void tells_no_address(const void *data)
{
	struct address nobody = { .length = 0 };
	int fd = stamped(data);

	expect_received(0, &nobody, ROOM, receive(fd, 64, MSG_ERRQUEUE));
	expect_queue_empty(fd);
}

CASES(stamped)
{
	static const struct version *const versions[] = { &ip4, &ip6, &mapped };

	for (size_t i = 0; i < COUNT(versions); i++) {
		int family = FEATURE_FAMILY(versions[i]->domain);

		add_case(.name = name_case("recvfrom.errqueue.sent_at[%s]",
					   versions[i]->name),
			 .run_row = tells_when, .row = versions[i],
			 .doors = SC_RECVMSG | SC_RECVMMSG, .has = { family });
		add_case(.name = name_case("recvfrom.errqueue.sent_at[%s,no-address]",
					   versions[i]->name),
			 .run_row = tells_no_address, .row = versions[i],
			 .doors = doors_for(64, MSG_ERRQUEUE, true), .has = { family });
	}
}

/* A mapped address is one of IPv4: what IP_RECVTTL asks for comes with its error. */
CASE("recvfrom.errqueue.explained[udp6,mapped,recverr,ttl]",
     .doors = SC_RECVMSG | SC_RECVMMSG, .has = { FEATURE_FAMILY(AF_INET6) })
{
	struct controls_received control;
	struct address closed = at(&mapped, CLOSED);
	int fd = must_socket(AF_INET6, SOCK_DGRAM, 0);

	must_bind(fd, at(&mapped, PORT));
	set_recverr(fd, &mapped);
	must_option(fd, IPPROTO_IP, IP_RECVTTL, 1);
	send_bytes(fd, "lost", 4, closed);
	wait_error(fd);
	expect_value(4, receive_control(fd, 64, MSG_ERRQUEUE, 256, &control));
}

/* IPV6_FLOWINFO_SEND: the destination is told with its class and label, here none. */
static void tells_flow(int traffic_class)
{
	struct address closed = at(&ip6, CLOSED);
	uint32_t flow = htonl((uint32_t)traffic_class << 20);
	int fd = must_socket(AF_INET6, SOCK_DGRAM, 0);

	must_bind(fd, at(&ip6, PORT));
	set_recverr(fd, &ip6);
	must_option(fd, IPPROTO_IPV6, LINUX_IPV6_FLOWINFO_SEND, 1);
	must_option(fd, IPPROTO_IPV6, LINUX_IPV6_AUTOFLOWLABEL, 0);
	must_option(fd, IPPROTO_IPV6, IPV6_TCLASS, traffic_class);
	send_bytes(fd, "lost", 4, closed);
	memcpy(closed.bytes + offsetof(struct sockaddr_in6, sin6_flowinfo), &flow,
	       sizeof(flow));
	wait_error(fd);
	expect_received(4, &closed, ROOM, receive(fd, 64, MSG_ERRQUEUE));
}

CASE("recvfrom.errqueue.received[udp6,recverr,flow]",
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	tells_flow(0);
}

CASE("recvfrom.errqueue.received[udp6,recverr,flow,class]",
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	tells_flow(0x20);
}

/* At an address of the link; what it sends to a port there is refused. */
static int refused_on_link(struct address closed)
{
	int fd;

	add_local_address("lo", "fe80::1", 64);
	wait_reachable("fe80::1");
	fd = must_socket(AF_INET6, SOCK_DGRAM, 0);
	must_bind(fd, inet6_scoped("fe80::1", PORT, 1));
	set_recverr(fd, &ip6);
	send_bytes(fd, "lost", 4, closed);
	wait_error(fd);
	return fd;
}

/* An address of the link is told with its interface's index, which lo's is 1: whom it
 * was sent to, and the offender. */
CASE("recvfrom.errqueue.explained[udp6,recverr,link-local]",
     .doors = SC_RECVMSG | SC_RECVMMSG, .has = { FEATURE_FAMILY(AF_INET6) })
{
	struct address offender = inet6_scoped("fe80::1", 0, 1);
	struct controls_received control;
	int fd = refused_on_link(inet6_scoped("fe80::1", CLOSED, 1));

	expect_value(4, receive_control(fd, 64, MSG_ERRQUEUE, 256, &control));
	expect_error(&ip6, &control, &port_unreachable6, &offender);
}

CASE("recvfrom.errqueue.received[udp6,recverr,link-local]",
     .has = { FEATURE_FAMILY(AF_INET6) })
{
	struct address closed = inet6_scoped("fe80::1", CLOSED, 1);
	int fd = refused_on_link(closed);

	expect_received(4, &closed, ROOM, receive(fd, 64, MSG_ERRQUEUE));
}

/* Where no address is wanted, none is told. */
static void is_told_no_address(const void *data)
{
	int fd = refused(data);

	expect_value(4, t_recvfrom(fd, inbox.buffer, 64, MSG_ERRQUEUE, NULL, NULL));
	expect_that(!memcmp(inbox.buffer, "lost", 4), "other bytes than were sent");
	expect_queue_empty(fd);
}

CASES(no_address)
{
	for (size_t t = 0; t < COUNT(told); t++)
		if (told[t].recverr)
			add_case(.name = name_case("recvfrom.errqueue.received[%s,"
						   "no-address]",
						   told[t].name),
				 .run_row = is_told_no_address, .row = &told[t],
				 .doors = SC_RECVFROM | SC_RECV,
				 .has = { FEATURE_FAMILY(told[t].version->domain),
					  told[t].feature });
}
