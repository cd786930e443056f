/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * socket.c - options of SOL_SOCKET, which all sockets have: what is refused, in the
 * order in which it is looked at, and what is set.
 */
#include <sys/time.h>

#include "setting.h"

#define SOCKET(optname) SOL_SOCKET, optname

static const struct setting device_unreadable[] = {
	{ "nowhere", UDP, SOCKET(SO_BINDTODEVICE), 0, 3, LIES_NOWHERE, 0 },
	{ "null", TCP, SOCKET(SO_BINDTODEVICE), 0, 1, LIES_AT_NULL, 0 },
	{ "last", UDP6, SOCKET(SO_BINDTODEVICE), 0, 15, LIES_AT_END, 0 },
	{ "nowhere", UNIX_DGRAM, SOCKET(SO_BINDTODEVICE), 0, 3, LIES_NOWHERE, 0 },
};

static const struct setting shorts[] = {
	{ "number", UDP, SOCKET(SO_BROADCAST), 1, 3, LIES_WELL, 0 },
	{ "empty", TCP, SOCKET(SO_REUSEADDR), 1, 0, LIES_WELL, 0 },
	{ "empty", UNIX_STREAM, SOCKET(SO_PASSCRED), 1, 0, LIES_AT_NULL, 0 },
	{ "linger", TCP6, SOCKET(SO_LINGER), 1, 3, LIES_WELL, 0 },
	{ "before-read-only", UDP6, SOCKET(SO_TYPE), 1, 1, LIES_WELL, 0 },
	{ "before-unknown", NETLINK, SOCKET(9999), 1, 2, LIES_WELL, 0 },
	{ "before-unreadable", PACKET, SOCKET(SO_RCVBUF), 1, 3, LIES_NOWHERE, 0 },
};

static const struct setting unreadable[] = {
	{ "nowhere", UDP, SOCKET(SO_BROADCAST), 1, 4, LIES_NOWHERE, 0 },
	{ "null", TCP, SOCKET(SO_KEEPALIVE), 1, 4, LIES_AT_NULL, 0 },
	{ "last", UDP6, SOCKET(SO_RCVBUF), 1, 4, LIES_AT_END, 0 },
	{ "nowhere", UNIX_DGRAM, SOCKET(SO_PASSCRED), 1, 4, LIES_NOWHERE, 0 },
	{ "before-read-only", RAW, SOCKET(SO_ERROR), 1, 4, LIES_NOWHERE, 0 },
	{ "before-unknown", PACKET, SOCKET(9999), 1, 4, LIES_NOWHERE, 0 },
	{ "before-structure", TCP6, SOCKET(SO_LINGER), 1, 4, LIES_NOWHERE, 0 },
};

static const struct setting read_only[] = {
	{ "type", UDP, SOCKET(SO_TYPE), SOCK_STREAM, 4, LIES_WELL, 0 },
	{ "error", TCP, SOCKET(SO_ERROR), 0, 4, LIES_WELL, 0 },
	{ "domain", UDP6, SOCKET(SO_DOMAIN), AF_INET, 4, LIES_WELL, 0 },
	{ "protocol", RAW, SOCKET(SO_PROTOCOL), 6, 4, LIES_WELL, 0 },
	{ "accepts", TCP6, SOCKET(SO_ACCEPTCONN), 1, 4, LIES_WELL, 0 },
	{ "type", UNIX_STREAM, SOCKET(SO_TYPE), SOCK_DGRAM, 4, LIES_WELL, 0 },
	{ "domain", NETLINK, SOCKET(SO_DOMAIN), AF_INET, 4, LIES_WELL, 0 },
	{ "protocol", PACKET, SOCKET(SO_PROTOCOL), 3, 4, LIES_WELL, 0 },
};

static const struct setting least_sent[] = {
	{ "one", TCP, SOCKET(SO_SNDLOWAT), 1, 4, LIES_WELL, 0 },
	{ "more", UDP, SOCKET(SO_SNDLOWAT), 4096, 4, LIES_WELL, 0 },
	{ "one", UNIX_STREAM, SOCKET(SO_SNDLOWAT), 1, 4, LIES_WELL, 0 },
};

static const struct setting unknown[] = {
	{ "zero", UDP, SOCKET(0), 1, 4, LIES_WELL, 0 },
	{ "negative", TCP, SOCKET(-1), 1, 4, LIES_WELL, 0 },
	{ "high", TCP6, SOCKET(9999), 1, 4, LIES_WELL, 0 },
	{ "most", UNIX_DGRAM, SOCKET(INT_MAX), 1, 4, LIES_WELL, 0 },
	{ "high", NETLINK, SOCKET(9999), 1, 4, LIES_WELL, 0 },
	{ "high", PACKET, SOCKET(9999), 1, 4, LIES_WELL, 0 },
};

/* Of so many bytes as an int has, so that the structure is missed. */
static const struct setting structure_short[] = {
	{ "linger", TCP, SOCKET(SO_LINGER), 1, 4, LIES_WELL, 0 },
	{ "linger-by-one", UDP, SOCKET(SO_LINGER), 0, sizeof(struct linger) - 1,
	  LIES_WELL, 0 },
	{ "linger", UNIX_STREAM, SOCKET(SO_LINGER), 0, 4, LIES_WELL, 0 },
	{ "receive", UDP, SOCKET(SO_RCVTIMEO), 0, 4, LIES_WELL, 0 },
	{ "receive-by-one", TCP6, SOCKET(SO_RCVTIMEO), 0, sizeof(struct timeval) - 1,
	  LIES_WELL, 0 },
	{ "send", UNIX_DGRAM, SOCKET(SO_SNDTIMEO), 0, 4, LIES_WELL, 0 },
};

static const struct setting structure_unreadable[] = {
	{ "linger", TCP, SOCKET(SO_LINGER), 1, sizeof(struct linger), LIES_AT_END, 0 },
	{ "receive", UDP, SOCKET(SO_RCVTIMEO), 1, sizeof(struct timeval), LIES_AT_END,
	  0 },
	{ "send", UNIX_STREAM, SOCKET(SO_SNDTIMEO), 1, sizeof(struct timeval),
	  LIES_AT_END, 0 },
	{ "stamping", UDP, SOCKET(SO_TIMESTAMPING), 0, 8, LIES_AT_END, LINUX(5, 14) },
};

static const struct setting peek_offset_unsupported[] = {
	{ "zero", PING, SOCKET(SO_PEEK_OFF), 0, 4, LIES_WELL, 0 },
	{ "zero", PING6, SOCKET(SO_PEEK_OFF), 0, 4, LIES_WELL, 0 },
	{ "zero", RAW, SOCKET(SO_PEEK_OFF), 0, 4, LIES_WELL, 0 },
	{ "zero", RAW6, SOCKET(SO_PEEK_OFF), 0, 4, LIES_WELL, 0 },
	{ "off", PACKET, SOCKET(SO_PEEK_OFF), -1, 4, LIES_WELL, 0 },
	{ "zero", NETLINK, SOCKET(SO_PEEK_OFF), 0, 4, LIES_WELL, 0 },
};

static const struct setting reuseport_unsupported[] = {
	{ "on", UNIX_STREAM, SOCKET(SO_REUSEPORT), 1, 4, LIES_WELL, LINUX(6, 13) },
	{ "on", UNIX_DGRAM, SOCKET(SO_REUSEPORT), 2, 4, LIES_WELL, LINUX(6, 13) },
	{ "on", NETLINK, SOCKET(SO_REUSEPORT), 1, 4, LIES_WELL, LINUX(6, 13) },
	{ "on", PACKET, SOCKET(SO_REUSEPORT), 1, 4, LIES_WELL, LINUX(6, 13) },
};

static const struct setting credentials_unsupported[] = {
	{ "on", TCP, SOCKET(SO_PASSCRED), 1, 4, LIES_WELL, LINUX(6, 16) },
	{ "off", UDP6, SOCKET(SO_PASSCRED), 0, 4, LIES_WELL, LINUX(6, 16) },
	{ "on", PACKET, SOCKET(SO_PASSCRED), 1, 4, LIES_WELL, LINUX(6, 16) },
};

static const struct setting rehash_unsupported[] = {
	{ "on", UDP, SOCKET(SO_TXREHASH), 1, 4, LIES_WELL, LINUX(6, 16) },
	{ "out-of-range", UNIX_STREAM, SOCKET(SO_TXREHASH), 2, 4, LIES_WELL,
	  LINUX(6, 16) },
	{ "off", RAW6, SOCKET(SO_TXREHASH), 0, 4, LIES_WELL, LINUX(6, 16) },
};

static const struct setting rehash_out_of_range[] = {
	{ "below", TCP, SOCKET(SO_TXREHASH), -2, 4, LIES_WELL, LINUX(5, 18) },
	{ "above", TCP6, SOCKET(SO_TXREHASH), 2, 4, LIES_WELL, LINUX(5, 18) },
};

static const struct setting zerocopy_unsupported[] = {
	{ "on", RAW, SOCKET(LINUX_SO_ZEROCOPY), 1, 4, LIES_WELL, LINUX(5, 0) },
	{ "on", PING6, SOCKET(LINUX_SO_ZEROCOPY), 1, 4, LIES_WELL, LINUX(5, 0) },
	{ "on", UDPLITE, SOCKET(LINUX_SO_ZEROCOPY), 1, 4, LIES_WELL, LINUX(5, 0) },
	{ "out-of-range", UNIX_STREAM, SOCKET(LINUX_SO_ZEROCOPY), 2, 4, LIES_WELL,
	  LINUX(5, 0) },
	{ "off", NETLINK, SOCKET(LINUX_SO_ZEROCOPY), 0, 4, LIES_WELL, LINUX(5, 0) },
};

static const struct setting zerocopy_out_of_range[] = {
	{ "above", TCP, SOCKET(LINUX_SO_ZEROCOPY), 2, 4, LIES_WELL, LINUX(5, 0) },
	{ "below", UDP, SOCKET(LINUX_SO_ZEROCOPY), -1, 4, LIES_WELL, LINUX(5, 0) },
};

static const struct setting stamps_unknown[] = {
	{ "highest", UDP, SOCKET(SO_TIMESTAMPING), INT_MIN, 4, LIES_WELL, 0 },
	{ "all", TCP, SOCKET(SO_TIMESTAMPING), -1, 4, LIES_WELL, 0 },
	{ "bit-24", UNIX_DGRAM, SOCKET(SO_TIMESTAMPING), 1 << 24, 4, LIES_WELL, 0 },
};

/* For anybody. */
static const struct setting unprivileged[] = {
	{ "debug-off", UDP, SOCKET(SO_DEBUG), 0, 4, LIES_WELL, 0 },
	{ "priority-0", TCP, SOCKET(SO_PRIORITY), 0, 4, LIES_WELL, 0 },
	{ "priority-6", UNIX_DGRAM, SOCKET(SO_PRIORITY), 6, 4, LIES_WELL, 0 },
};

static const struct setting accepted[] = {
	{ "reuse", TCP, SOCKET(SO_REUSEADDR), 1, 4, LIES_WELL, 0 },
	{ "reuse-negative", UDP, SOCKET(SO_REUSEADDR), -1, 4, LIES_WELL, 0 },
	{ "reuse-port", UDP6, SOCKET(SO_REUSEPORT), 1, 4, LIES_WELL, 0 },
	{ "reuse-port", RAW, SOCKET(SO_REUSEPORT), 1, 4, LIES_WELL, 0 },
	{ "no-route", UDP, SOCKET(SO_DONTROUTE), 1, 4, LIES_WELL, 0 },
	{ "broadcast", UDP, SOCKET(SO_BROADCAST), 1, 4, LIES_WELL, 0 },
	{ "broadcast", TCP, SOCKET(SO_BROADCAST), 1, 4, LIES_WELL, 0 },
	{ "send-buffer", UNIX_STREAM, SOCKET(SO_SNDBUF), 0, 4, LIES_WELL, 0 },
	{ "send-buffer-negative", UDP, SOCKET(SO_SNDBUF), -1, 4, LIES_WELL, 0 },
	{ "receive-buffer", TCP, SOCKET(SO_RCVBUF), 1, 4, LIES_WELL, 0 },
	{ "receive-buffer-most", NETLINK, SOCKET(SO_RCVBUF), INT_MAX, 4, LIES_WELL, 0 },
	{ "keep-alive", TCP6, SOCKET(SO_KEEPALIVE), 1, 4, LIES_WELL, 0 },
	{ "keep-alive", UDP, SOCKET(SO_KEEPALIVE), 1, 4, LIES_WELL, 0 },
	{ "inline", TCP, SOCKET(SO_OOBINLINE), 1, 4, LIES_WELL, 0 },
	{ "no-sum", UDP, SOCKET(SO_NO_CHECK), 1, 4, LIES_WELL, 0 },
	{ "time", PACKET, SOCKET(SO_TIMESTAMP), 1, 4, LIES_WELL, 0 },
	{ "time", UDP, SOCKET(SO_TIMESTAMPNS), 1, 4, LIES_WELL, 0 },
	{ "stamping", UDP6, SOCKET(SO_TIMESTAMPING), 0x7f, 4, LIES_WELL, 0 },
	{ "stamping-off", TCP, SOCKET(SO_TIMESTAMPING), 0, 4, LIES_WELL, 0 },
	{ "low-water", TCP, SOCKET(SO_RCVLOWAT), 100, 4, LIES_WELL, 0 },
	{ "low-water-zero", UDP, SOCKET(SO_RCVLOWAT), 0, 4, LIES_WELL, 0 },
	{ "low-water-negative", UNIX_STREAM, SOCKET(SO_RCVLOWAT), -1, 4, LIES_WELL, 0 },
	{ "drops", UDP, SOCKET(LINUX_SO_RXQ_OVFL), 1, 4, LIES_WELL, 0 },
	{ "mark-told", UDP, SOCKET(LINUX_SO_RCVMARK), 1, 4, LIES_WELL, LINUX(5, 19) },
	{ "credentials", UNIX_SEQPACKET, SOCKET(SO_PASSCRED), 1, 4, LIES_WELL, 0 },
	{ "credentials", NETLINK, SOCKET(SO_PASSCRED), 1, 4, LIES_WELL, 0 },
	{ "peek-offset", UNIX_STREAM, SOCKET(SO_PEEK_OFF), 7, 4, LIES_WELL, 0 },
	{ "peek-offset-least", UDP, SOCKET(SO_PEEK_OFF), INT_MIN, 4, LIES_WELL, 0 },
	{ "peek-offset", UDP6, SOCKET(SO_PEEK_OFF), 0, 4, LIES_WELL, 0 },
	{ "rehash-default", TCP, SOCKET(SO_TXREHASH), -1, 4, LIES_WELL, LINUX(5, 18) },
	{ "rehash", TCP6, SOCKET(SO_TXREHASH), 1, 4, LIES_WELL, LINUX(5, 18) },
	{ "zerocopy", TCP, SOCKET(LINUX_SO_ZEROCOPY), 1, 4, LIES_WELL, LINUX(5, 0) },
	{ "zerocopy", UDP6, SOCKET(LINUX_SO_ZEROCOPY), 0, 4, LIES_WELL, LINUX(5, 0) },
	{ "linger", TCP, SOCKET(SO_LINGER), 1, sizeof(struct linger), LIES_WELL, 0 },
	{ "receive-timeout", UDP, SOCKET(SO_RCVTIMEO), 1, sizeof(struct timeval),
	  LIES_WELL, 0 },
	{ "send-timeout", UNIX_DGRAM, SOCKET(SO_SNDTIMEO), 0, sizeof(struct timeval),
	  LIES_WELL, 0 },
	/* What is behind the int is not looked at. */
	{ "long", UDP, SOCKET(SO_BROADCAST), 1, 64, LIES_WELL, 0 },
	{ "unreadable-behind", UDP, SOCKET(SO_BROADCAST), 1, 5, LIES_AT_END, 0 },
};

CASES(of_socket)
{
	ADD_SETTINGS("setsockopt.device.unreadable", EFAULT, device_unreadable);
	ADD_SETTINGS("setsockopt.socket.short", EINVAL, shorts);
	ADD_SETTINGS("setsockopt.socket.unreadable", EFAULT, unreadable);
	ADD_SETTINGS("setsockopt.socket.read_only", ENOPROTOOPT, read_only);
	ADD_SETTINGS("setsockopt.socket.least_sent", ENOPROTOOPT, least_sent);
	ADD_SETTINGS("setsockopt.socket.unknown", ENOPROTOOPT, unknown);
	ADD_SETTINGS("setsockopt.socket.structure_short", EINVAL, structure_short);
	ADD_SETTINGS("setsockopt.socket.structure_unreadable", EFAULT,
		     structure_unreadable);
	ADD_SETTINGS("setsockopt.socket.peek_offset_unsupported", EOPNOTSUPP,
		     peek_offset_unsupported);
	ADD_SETTINGS("setsockopt.socket.reuseport_unsupported", EOPNOTSUPP,
		     reuseport_unsupported);
	ADD_SETTINGS("setsockopt.socket.credentials_unsupported", EOPNOTSUPP,
		     credentials_unsupported);
	ADD_SETTINGS("setsockopt.socket.rehash_unsupported", EOPNOTSUPP,
		     rehash_unsupported);
	ADD_SETTINGS("setsockopt.socket.rehash_out_of_range", EINVAL,
		     rehash_out_of_range);
	ADD_SETTINGS("setsockopt.socket.zerocopy_unsupported", EOPNOTSUPP,
		     zerocopy_unsupported);
	ADD_SETTINGS("setsockopt.socket.zerocopy_out_of_range", EINVAL,
		     zerocopy_out_of_range);
	ADD_SETTINGS("setsockopt.socket.stamps_unknown", EINVAL, stamps_unknown);
	ADD_SETTINGS("setsockopt.socket.privileged", 0, unprivileged);
	ADD_SETTINGS("setsockopt.socket.accepted", 0, accepted);
}

static long set_timeout(int fd, int optname, long seconds, long microseconds)
{
	struct timeval timeout = { .tv_sec = seconds, .tv_usec = microseconds };

	return t_setsockopt(fd, SOL_SOCKET, optname, &timeout, sizeof(timeout));
}

CASE("setsockopt.socket.timeout_invalid[second]", .types = SC_STREAM | SC_DGRAM)
{
	int fd = must_socket(AF_INET, sc_type, 0);

	expect_errno(EDOM, set_timeout(fd, SO_RCVTIMEO, 0, 1000000));
}

CASE("setsockopt.socket.timeout_invalid[negative]", .types = SC_STREAM | SC_DGRAM)
{
	int fd = must_socket(AF_INET, sc_type, 0);

	expect_errno(EDOM, set_timeout(fd, SO_SNDTIMEO, 1, -1));
}

CASE("setsockopt.socket.timeout_invalid[unix]", .has = { FEATURE_FAMILY(AF_UNIX) })
{
	int fd = must_socket(AF_UNIX, SOCK_DGRAM, 0);

	expect_errno(EDOM, set_timeout(fd, SO_RCVTIMEO, -1, 1000000));
}

/* As if there were none. */
CASE("setsockopt.socket.accepted[tcp,timeout-negative]")
{
	int fd = must_socket(AF_INET, SOCK_STREAM, 0);

	expect_value(0, set_timeout(fd, SO_RCVTIMEO, -1, 0));
}

CASE("setsockopt.socket.accepted[udp,timeout-longest]")
{
	int fd = must_socket(AF_INET, SOCK_DGRAM, 0);

	expect_value(0, set_timeout(fd, SO_SNDTIMEO, LONG_MAX, 999999));
}

CASE("setsockopt.device.unknown", .types = SC_STREAM | SC_DGRAM)
{
	int fd = must_socket(AF_INET, sc_type, 0);

	expect_errno(ENODEV, sc_bind_device(fd, "none0"));
}

CASE("setsockopt.device.unknown[unix]", .has = { FEATURE_FAMILY(AF_UNIX) })
{
	int fd = must_socket(AF_UNIX, SOCK_DGRAM, 0);

	expect_errno(ENODEV, sc_bind_device(fd, "none0"));
}

/* Of a longer name, the first 15 bytes count. */
CASE("setsockopt.device.unknown[long]")
{
	int fd = must_socket(AF_INET, SOCK_DGRAM, 0);

	expect_errno(ENODEV, sc_bind_device(fd, "none-of-so-long-a-name"));
}

CASE("setsockopt.device.bound", .types = SC_STREAM | SC_DGRAM,
     .caps = SC_CAP(LINUX_CAP_NET_RAW))
{
	int fd = must_socket(AF_INET, sc_type, 0);

	expect_value(0, sc_bind_device(fd, "lo"));
}

CASE("setsockopt.device.bound[unprivileged]", .types = SC_STREAM | SC_DGRAM,
     .since = LINUX(5, 7))
{
	int fd = must_socket(AF_INET, sc_type, 0);

	drop_capability(LINUX_CAP_NET_RAW);
	expect_value(0, sc_bind_device(fd, "lo"));
}

CASE("setsockopt.device.bound[none]", .caps = SC_CAP(LINUX_CAP_NET_RAW))
{
	int fd = must_socket(AF_INET, SOCK_DGRAM, 0);

	must_device(fd, "lo");
	expect_value(0, t_setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, NULL, 0));
}

CASE("setsockopt.device.bound[again]", .caps = SC_CAP(LINUX_CAP_NET_RAW))
{
	int fd = must_socket(AF_INET, SOCK_DGRAM, 0);

	must_device(fd, "lo");
	expect_value(0, sc_bind_device(fd, "lo"));
}

CASE("setsockopt.device.bound[not-terminated]", .caps = SC_CAP(LINUX_CAP_NET_RAW))
{
	int fd = must_socket(AF_INET, SOCK_DGRAM, 0);

	expect_value(0, t_setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "lost", 2));
}

CASE("setsockopt.device.bound_already", .since = LINUX(5, 7))
{
	int fd = must_socket(AF_INET, SOCK_DGRAM, 0);

	must_device(fd, "lo");
	drop_capability(LINUX_CAP_NET_RAW);
	expect_errno(EPERM, sc_bind_device(fd, "lo"));
}

CASE("setsockopt.device.bound_already[none]", .since = LINUX(5, 7))
{
	int fd = must_socket(AF_INET, SOCK_STREAM, 0);

	must_device(fd, "lo");
	drop_capability(LINUX_CAP_NET_RAW);
	expect_errno(EPERM, sc_bind_device(fd, ""));
}

static void give_up(void)
{
	drop_capability(LINUX_CAP_NET_ADMIN);
	drop_capability(LINUX_CAP_NET_RAW);
}

static long set_number(int fd, int optname, int value)
{
	return t_setsockopt(fd, SOL_SOCKET, optname, &value, sizeof(value));
}

CASE("setsockopt.socket.debug_forbidden", .types = SC_STREAM | SC_DGRAM)
{
	int fd = must_socket(AF_INET, sc_type, 0);

	drop_capability(LINUX_CAP_NET_ADMIN);
	expect_errno(EACCES, set_number(fd, SO_DEBUG, 1));
}

CASE("setsockopt.socket.buffer_forbidden[receive]", .types = SC_STREAM | SC_DGRAM)
{
	int fd = must_socket(AF_INET, sc_type, 0);

	drop_capability(LINUX_CAP_NET_ADMIN);
	expect_errno(EPERM, set_number(fd, SO_RCVBUFFORCE, 4096));
}

CASE("setsockopt.socket.buffer_forbidden[send]", .has = { FEATURE_FAMILY(AF_UNIX) })
{
	int fd = must_socket(AF_UNIX, SOCK_STREAM, 0);

	drop_capability(LINUX_CAP_NET_ADMIN);
	expect_errno(EPERM, set_number(fd, SO_SNDBUFFORCE, 4096));
}

CASE("setsockopt.socket.priority_forbidden[above]", .types = SC_STREAM | SC_DGRAM)
{
	int fd = must_socket(AF_INET, sc_type, 0);

	give_up();
	expect_errno(EPERM, set_number(fd, SO_PRIORITY, 7));
}

CASE("setsockopt.socket.priority_forbidden[below]")
{
	int fd = must_socket(AF_INET, SOCK_DGRAM, 0);

	give_up();
	expect_errno(EPERM, set_number(fd, SO_PRIORITY, -1));
}

CASE("setsockopt.socket.mark_forbidden", .types = SC_STREAM | SC_DGRAM)
{
	int fd = must_socket(AF_INET, sc_type, 0);

	give_up();
	expect_errno(EPERM, set_number(fd, LINUX_SO_MARK, 1));
}

CASE("setsockopt.socket.mark_forbidden[zero]")
{
	int fd = must_socket(AF_INET, SOCK_DGRAM, 0);

	give_up();
	expect_errno(EPERM, set_number(fd, LINUX_SO_MARK, 0));
}

/* A user namespace's capabilities say nothing of a network that another governs. */
CASE("setsockopt.socket.mark_forbidden[nested]", .needs = NEEDS_NESTED_NAMESPACE)
{
	int fd = must_socket(AF_INET, SOCK_DGRAM, 0);

	enter_user_namespace();
	expect_errno(EPERM, set_number(fd, LINUX_SO_MARK, 1));
}

CASE("setsockopt.socket.privileged[priority-7]", .caps = SC_CAP(LINUX_CAP_NET_ADMIN))
{
	int fd = must_socket(AF_INET, SOCK_DGRAM, 0);

	expect_value(0, set_number(fd, SO_PRIORITY, 7));
}

CASE("setsockopt.socket.privileged[priority-7-raw]", .since = LINUX(5, 17),
     .caps = SC_CAP(LINUX_CAP_NET_RAW))
{
	int fd = must_socket(AF_INET, SOCK_DGRAM, 0);

	drop_capability(LINUX_CAP_NET_ADMIN);
	expect_value(0, set_number(fd, SO_PRIORITY, 7));
}

CASE("setsockopt.socket.privileged[mark]", .types = SC_STREAM | SC_DGRAM,
     .caps = SC_CAP(LINUX_CAP_NET_ADMIN))
{
	int fd = must_socket(AF_INET, sc_type, 0);

	expect_value(0, set_number(fd, LINUX_SO_MARK, 1));
}

CASE("setsockopt.socket.privileged[mark-raw]", .since = LINUX(5, 17),
     .caps = SC_CAP(LINUX_CAP_NET_RAW))
{
	int fd = must_socket(AF_INET, SOCK_DGRAM, 0);

	drop_capability(LINUX_CAP_NET_ADMIN);
	expect_value(0, set_number(fd, LINUX_SO_MARK, -1));
}
