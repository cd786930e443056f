/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * symbols.c - numbers as a programmer writes them: errnos, families, types, protocols,
 * options, addresses; calls and results made of them.
 */
#include <arpa/inet.h>
#include <stdarg.h>
#include <string.h>

#include "../../expected/symbols.h"
#include "harness.h"

const char *errno_name(int error)
{
	static const struct symbol names[] = {
		SYMBOL(EPERM),		 SYMBOL(ENOENT),
		SYMBOL(EINTR),		 SYMBOL(EIO),
		SYMBOL(ENXIO),		 SYMBOL(EBADF),
		SYMBOL(EAGAIN),		 SYMBOL(ENOMEM),
		SYMBOL(EACCES),		 SYMBOL(EFAULT),
		SYMBOL(EBUSY),		 SYMBOL(EEXIST),
		SYMBOL(EXDEV),		 SYMBOL(ENODEV),
		SYMBOL(ENOTDIR),	 SYMBOL(EISDIR),
		SYMBOL(EINVAL),		 SYMBOL(ENFILE),
		SYMBOL(EMFILE),		 SYMBOL(ENOTTY),
		SYMBOL(EFBIG),		 SYMBOL(ENOSPC),
		SYMBOL(ESPIPE),		 SYMBOL(EROFS),
		SYMBOL(EPIPE),		 SYMBOL(ERANGE),
		SYMBOL(EDEADLK),	 SYMBOL(ENAMETOOLONG),
		SYMBOL(ENOSYS),		 SYMBOL(ELOOP),
		SYMBOL(EPROTO),		 SYMBOL(EBADMSG),
		SYMBOL(EOVERFLOW),	 SYMBOL(EUSERS),
		SYMBOL(ENOTSOCK),	 SYMBOL(EDESTADDRREQ),
		SYMBOL(EMSGSIZE),	 SYMBOL(EPROTOTYPE),
		SYMBOL(ENOPROTOOPT),	 SYMBOL(EPROTONOSUPPORT),
		SYMBOL(ESOCKTNOSUPPORT), SYMBOL(EOPNOTSUPP),
		SYMBOL(EPFNOSUPPORT),	 SYMBOL(EAFNOSUPPORT),
		SYMBOL(EADDRINUSE),	 SYMBOL(EADDRNOTAVAIL),
		SYMBOL(ENETDOWN),	 SYMBOL(ENETUNREACH),
		SYMBOL(ENETRESET),	 SYMBOL(ECONNABORTED),
		SYMBOL(ECONNRESET),	 SYMBOL(ENOBUFS),
		SYMBOL(EISCONN),	 SYMBOL(ENOTCONN),
		SYMBOL(ESHUTDOWN),	 SYMBOL(ETIMEDOUT),
		SYMBOL(ECONNREFUSED),	 SYMBOL(EHOSTDOWN),
		SYMBOL(EHOSTUNREACH),	 SYMBOL(EALREADY),
		SYMBOL(EINPROGRESS),	 SYMBOL(ESTALE),
		SYMBOL(EDQUOT),		 SYMBOL(ECANCELED),
		SYMBOL(ENOKEY),		 SYMBOL(ESRCH),
	};
	static char other[24];
	const char *name = symbol_name(names, COUNT(names), error);

	if (name)
		return name;
	snprintf(other, sizeof(other), "errno %d", error);
	return other;
}

const char *domain_name(int domain, char *text, size_t size)
{
	const char *name = symbol_name(domain_symbols, DOMAIN_SYMBOLS, domain);

	if (name)
		snprintf(text, size, "%s", name);
	else
		snprintf(text, size, "%d", domain);
	return text;
}

static void append(char *text, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
static void append(char *text, size_t size, const char *format, ...)
{
	size_t length = strlen(text);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text + length, size - length, format, arguments);
	va_end(arguments);
}

/* The type, and "|" before each flag; bits without a name as a number. */
static void format_type(int type, char *text, size_t size)
{
	static const struct symbol types[] = {
		SYMBOL(SOCK_STREAM), SYMBOL(SOCK_DGRAM),     SYMBOL(SOCK_RAW),
		SYMBOL(SOCK_RDM),    SYMBOL(SOCK_SEQPACKET), SYMBOL(SOCK_DCCP),
		SYMBOL(SOCK_PACKET),
	};
	const char *name =
		symbol_name(types, COUNT(types), type & LINUX_SOCK_TYPE_MASK);
	unsigned int rest = (unsigned int)type & ~(unsigned int)LINUX_SOCK_TYPE_MASK;

	if (name)
		snprintf(text, size, "%s", name);
	else
		snprintf(text, size, "%d", type & LINUX_SOCK_TYPE_MASK);
	if (rest & SOCK_CLOEXEC)
		append(text, size, "|SOCK_CLOEXEC");
	if (rest & SOCK_NONBLOCK)
		append(text, size, "|SOCK_NONBLOCK");
	rest &= ~(unsigned int)(SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (rest)
		append(text, size, "|0x%x", rest);
}

const char *netlink_name(int protocol)
{
	return symbol_name(netlink_protocol_symbols, NETLINK_PROTOCOL_SYMBOLS,
			   protocol);
}

static void format_protocol(int domain, int protocol, char *text, size_t size)
{
	const char *name = NULL;

	if ((domain == AF_INET || domain == AF_INET6) && protocol)
		name = symbol_name(ip_protocol_symbols, IP_PROTOCOL_SYMBOLS, protocol);
	else if (domain == AF_NETLINK)
		name = symbol_name(netlink_protocol_symbols, NETLINK_PROTOCOL_SYMBOLS,
				   protocol);
	if (name)
		snprintf(text, size, "%s", name);
	else if (domain == AF_PACKET && protocol > 0 && protocol <= 0xffff)
		snprintf(text, size, "htons(0x%04x)", ntohs((unsigned short)protocol));
	else if (protocol > 0xffff)
		snprintf(text, size, "0x%x", (unsigned int)protocol);
	else
		snprintf(text, size, "%d", protocol);
}

static const struct {
	int level;
	const char *level_name;
	int optname;
	const char *name;
} options[] = {
#define OPTION(level, optname)                   \
	{                                        \
		level, #level, optname, #optname \
	}
	OPTION(SOL_SOCKET, SO_ACCEPTCONN),
	OPTION(SOL_SOCKET, SO_BINDTODEVICE),
	OPTION(SOL_SOCKET, SO_BROADCAST),
	OPTION(SOL_SOCKET, SO_DEBUG),
	OPTION(SOL_SOCKET, SO_DOMAIN),
	OPTION(SOL_SOCKET, SO_DONTROUTE),
	OPTION(SOL_SOCKET, SO_ERROR),
	OPTION(SOL_SOCKET, SO_KEEPALIVE),
	OPTION(SOL_SOCKET, SO_LINGER),
	OPTION(SOL_SOCKET, SO_MARK),
	OPTION(SOL_SOCKET, SO_NO_CHECK),
	OPTION(SOL_SOCKET, SO_OOBINLINE),
	OPTION(SOL_SOCKET, SO_PASSCRED),
	OPTION(SOL_SOCKET, SO_PEEK_OFF),
	OPTION(SOL_SOCKET, SO_PRIORITY),
	OPTION(SOL_SOCKET, SO_PROTOCOL),
	OPTION(SOL_SOCKET, SO_RCVBUF),
	OPTION(SOL_SOCKET, SO_RCVLOWAT),
	OPTION(SOL_SOCKET, SO_RCVTIMEO),
	OPTION(SOL_SOCKET, SO_REUSEADDR),
	OPTION(SOL_SOCKET, SO_REUSEPORT),
	OPTION(SOL_SOCKET, SO_SNDBUF),
	OPTION(SOL_SOCKET, SO_SNDLOWAT),
	OPTION(SOL_SOCKET, SO_SNDTIMEO),
	OPTION(SOL_SOCKET, SO_TIMESTAMP),
	{ SOL_SOCKET, "SOL_SOCKET", LINUX_SO_TIMESTAMP_NEW, "SO_TIMESTAMP_NEW" },
	{ SOL_SOCKET, "SOL_SOCKET", LINUX_SO_TIMESTAMPNS_NEW, "SO_TIMESTAMPNS_NEW" },
	{ SOL_SOCKET, "SOL_SOCKET", LINUX_SO_RCVMARK, "SO_RCVMARK" },
	OPTION(SOL_SOCKET, SO_TXREHASH),
	OPTION(SOL_SOCKET, SO_TYPE),
	{ IPPROTO_IP, "IPPROTO_IP", LINUX_IP_BIND_ADDRESS_NO_PORT,
	  "IP_BIND_ADDRESS_NO_PORT" },
	{ IPPROTO_IP, "IPPROTO_IP", LINUX_IP_LOCAL_PORT_RANGE, "IP_LOCAL_PORT_RANGE" },
	{ IPPROTO_IP, "IPPROTO_IP", LINUX_IP_CHECKSUM, "IP_CHECKSUM" },
	{ IPPROTO_IP, "IPPROTO_IP", LINUX_IP_RECVFRAGSIZE, "IP_RECVFRAGSIZE" },
	OPTION(IPPROTO_IP, IP_FREEBIND),
	OPTION(IPPROTO_IP, IP_TRANSPARENT),
	OPTION(IPPROTO_IP, IP_HDRINCL),
	OPTION(IPPROTO_IP, IP_MTU_DISCOVER),
	OPTION(IPPROTO_IP, IP_MULTICAST_ALL),
	OPTION(IPPROTO_IP, IP_MULTICAST_LOOP),
	OPTION(IPPROTO_IP, IP_MULTICAST_TTL),
	OPTION(IPPROTO_IP, IP_NODEFRAG),
	OPTION(IPPROTO_IP, IP_RECVERR),
	OPTION(IPPROTO_IP, IP_TOS),
	OPTION(IPPROTO_IP, IP_TTL),
	OPTION(IPPROTO_IPV6, IPV6_CHECKSUM),
	{ IPPROTO_IPV6, "IPPROTO_IPV6", LINUX_IPV6_FREEBIND, "IPV6_FREEBIND" },
	{ IPPROTO_IPV6, "IPPROTO_IPV6", LINUX_IPV6_TRANSPARENT, "IPV6_TRANSPARENT" },
	OPTION(IPPROTO_IPV6, IPV6_HDRINCL),
	OPTION(IPPROTO_IPV6, IPV6_MTU_DISCOVER),
	OPTION(IPPROTO_IPV6, IPV6_MULTICAST_ALL),
	OPTION(IPPROTO_IPV6, IPV6_MULTICAST_HOPS),
	OPTION(IPPROTO_IPV6, IPV6_MULTICAST_LOOP),
	OPTION(IPPROTO_IPV6, IPV6_RECVERR),
	OPTION(IPPROTO_IPV6, IPV6_UNICAST_HOPS),
	OPTION(IPPROTO_IPV6, IPV6_V6ONLY),
	OPTION(IPPROTO_TCP, TCP_CORK),
	OPTION(IPPROTO_TCP, TCP_NODELAY),
	{ SOL_RAW, "SOL_RAW", LINUX_ICMP_FILTER, "ICMP_FILTER" },
	{ IPPROTO_ICMPV6, "IPPROTO_ICMPV6", LINUX_ICMP6_FILTER, "ICMP6_FILTER" },
	{ AF_VSOCK, "AF_VSOCK", LINUX_SO_VM_SOCKETS_BUFFER_SIZE,
	  "SO_VM_SOCKETS_BUFFER_SIZE" },
	{ AF_VSOCK, "AF_VSOCK", LINUX_SO_VM_SOCKETS_BUFFER_MIN_SIZE,
	  "SO_VM_SOCKETS_BUFFER_MIN_SIZE" },
	{ AF_VSOCK, "AF_VSOCK", LINUX_SO_VM_SOCKETS_BUFFER_MAX_SIZE,
	  "SO_VM_SOCKETS_BUFFER_MAX_SIZE" },
	OPTION(SOL_UDPLITE, UDPLITE_RECV_CSCOV),
	OPTION(SOL_UDPLITE, UDPLITE_SEND_CSCOV),
};

static void format_option(int level, int optname, char *text, size_t size)
{
	for (size_t i = 0; i < COUNT(options); i++)
		if (options[i].level == level && options[i].optname == optname) {
			snprintf(text, size, "%s, %s", options[i].level_name,
				 options[i].name);
			return;
		}
	snprintf(text, size, "%d, %d", level, optname);
}

static void format_socket(const struct call *call, char *text, size_t size)
{
	char domain[32], type[80], protocol[32];

	domain_name(call->socket.domain, domain, sizeof(domain));
	format_type(call->socket.type, type, sizeof(type));
	format_protocol(call->socket.domain, call->socket.protocol, protocol,
			sizeof(protocol));
	snprintf(text, size, "socket(%s, %s, %s)", domain, type, protocol);
}

static const char *field_name(enum stat_field field)
{
	static const char *const names[] = {
		[STAT_MODE] = "st_mode",  [STAT_UID] = "st_uid",
		[STAT_GID] = "st_gid",	  [STAT_NLINK] = "st_nlink",
		[STAT_SIZE] = "st_size",  [STAT_INO] = "st_ino",
		[STATFS_TYPE] = "f_type",
	};

	return names[field];
}

static void format_fcntl(const struct call *call, char *text, size_t size)
{
	static const struct symbol commands[] = { SYMBOL(F_GETFD), SYMBOL(F_SETFD),
						  SYMBOL(F_GETFL), SYMBOL(F_SETFL) };
	const char *name = symbol_name(commands, COUNT(commands), call->fcntl.command);

	if (name)
		snprintf(text, size, "fcntl(%d, %s, %ld)", call->fd, name,
			 call->fcntl.argument);
	else
		snprintf(text, size, "fcntl(%d, %d, %ld)", call->fd,
			 call->fcntl.command, call->fcntl.argument);
}

/* "bind(3, {AF_INET, 127.0.0.1:80}, 16)"; what cannot be read as such. */
static void format_name_call(const struct call *call, char *text, size_t size)
{
	const struct call_address *given = &call->address;
	char address[512] = "";

	if (given->unreadable)
		snprintf(address, sizeof(address), "an address that cannot be read");
	else if (given->addrlen < 0 || given->addrlen > ADDRESS_BYTES_MAX)
		snprintf(address, sizeof(address), "&addr");
	else
		format_address(given->bytes, (size_t)given->addrlen, address,
			       sizeof(address));
	snprintf(text, size, "%s(%d, %s, %d)", call_name(call->name), call->fd, address,
		 given->addrlen);
}

/* A value of setsockopt(2): a device's name, or an int, or bytes. */
static void format_setsockopt(const struct call *call, char *text, size_t size)
{
	unsigned int length = call->option.optlen;
	char option[80], value[80];
	int number;

	format_option(call->option.level, call->option.optname, option, sizeof(option));
	if (length > OPTION_BYTES_MAX)
		length = OPTION_BYTES_MAX;
	memcpy(&number, call->option.bytes, sizeof(number));
	if (call->option.level == SOL_SOCKET && call->option.optname == SO_BINDTODEVICE)
		snprintf(value, sizeof(value), "\"%.*s\"", (int)length,
			 (const char *)call->option.bytes);
	else if (call->option.readable < call->option.optlen)
		snprintf(value, sizeof(value), "unreadable");
	else if (length == sizeof(number))
		snprintf(value, sizeof(value), "&%d", number);
	else
		snprintf(value, sizeof(value), "&optval");
	snprintf(text, size, "setsockopt(%d, %s, %s, %d)", call->fd, option, value,
		 (int)call->option.optlen);
}

/* Memory that is passed, of which some may be out of reach. */
static const char *memory(const char *name, size_t reachable, size_t length)
{
	return reachable < length ? "unwritable" : name;
}

static void format_receive(const struct call *call, char *text, size_t size)
{
	size_t room = call->message.room < 0 ? 0 : (size_t)call->message.room;

	snprintf(text, size, "%s(%d, %s, %zu, 0x%x, %s, ", call_name(call->name),
		 call->fd,
		 call->message.foreign
			 ? "foreign memory"
			 : memory("&buf", call->message.writable, call->message.length),
		 call->message.length, (unsigned int)call->message.flags,
		 call->message.name_wanted
			 ? memory("&addr", call->message.name_writable, room)
			 : "NULL");
	if (call->message.addrlen_unreadable)
		append(text, size, call->message.name_wanted ? "unreadable)" : "NULL)");
	else
		append(text, size,
		       call->message.addrlen_unwritable ? "read-only %d)" : "&%d)",
		       call->message.room);
}

static void format_message(const struct call *call, char *text, size_t size)
{
	const struct call_address *to = &call->message.to;
	char address[512] = "NULL";

	if (to->addrlen > 0 && to->addrlen <= ADDRESS_BYTES_MAX)
		format_address(to->bytes, (size_t)to->addrlen, address,
			       sizeof(address));
	snprintf(text, size, "%s(%d, &buf, %zu, 0x%x, %s, %d)", call_name(call->name),
		 call->fd, call->message.length, (unsigned int)call->message.flags,
		 address, to->addrlen);
}

void format_call(const struct call *call, char *text, size_t size)
{
	char option[80];

	switch (call->name) {
	case CALL_BIND:
	case CALL_CONNECT:
		format_name_call(call, text, size);
		break;
	case CALL_LISTEN:
		snprintf(text, size, "listen(%d, %d)", call->fd, call->backlog);
		break;
	case CALL_ACCEPT4:
		snprintf(text, size, "accept4(%d, &addr, &addrlen, 0x%x)", call->fd,
			 (unsigned int)call->flags);
		break;
	case CALL_SHUTDOWN:
		snprintf(text, size, "shutdown(%d, %d)", call->fd, call->how);
		break;
	case CALL_RECVFROM:
	case CALL_RECV:
	case CALL_RECVMSG:
	case CALL_RECVMMSG:
	case CALL_READ:
	case CALL_READV:
		format_receive(call, text, size);
		break;
	case CALL_RECVMMSGS:
		snprintf(text, size, "recvmmsg(%d, &messages, %u, 0x%x)", call->fd,
			 call->message.asked, (unsigned int)call->message.flags);
		break;
	case CALL_SENDTO:
	case CALL_SENDMSG:
		format_message(call, text, size);
		break;
	case CALL_SOCKETCALL:
		snprintf(text, size, "socketcall(%d, %s)", call->multiplexed.number,
			 call->multiplexed.unreadable ? "unreadable memory" : "&args");
		break;
	case CALL_SETSOCKOPT:
		format_setsockopt(call, text, size);
		break;
	case CALL_SOCKET:
		format_socket(call, text, size);
		break;
	case CALL_GETSOCKOPT:
		format_option(call->option.level, call->option.optname, option,
			      sizeof(option));
		snprintf(text, size, "getsockopt(%d, %s, &optval, &%u)", call->fd,
			 option, call->option.optlen);
		break;
	case CALL_GETSOCKNAME:
	case CALL_GETPEERNAME:
		snprintf(text, size, "%s(%d, &addr, &addrlen)", call_name(call->name),
			 call->fd);
		break;
	case CALL_FCNTL:
		format_fcntl(call, text, size);
		break;
	case CALL_FSTAT:
	case CALL_FSTATFS:
		snprintf(text, size, "%s(%d).%s", call_name(call->name), call->fd,
			 field_name(call->field));
		break;
	case CALL_READLINK:
		snprintf(text, size, "readlink(\"/proc/self/fd/%d\")", call->fd);
		break;
	default:
		if (is_file_call(call->name)) {
			format_file_call(call, text, size);
			break;
		}
		snprintf(text, size, "%s(%d)", call_name(call->name), call->fd);
		break;
	}
}

static void format_hex(const unsigned char *bytes, size_t length, char *text,
		       size_t size)
{
	text[0] = '\0';
	for (size_t i = 0; i < length; i++)
		append(text, size, i ? " %02x" : "%02x", bytes[i]);
}

static void format_inet6(const struct sockaddr_in6 *in6, char *text, size_t size)
{
	char address[INET6_ADDRSTRLEN];

	inet_ntop(AF_INET6, &in6->sin6_addr, address, sizeof(address));
	snprintf(text, size, "{AF_INET6, [%s]:%u", address, ntohs(in6->sin6_port));
	if (in6->sin6_flowinfo)
		append(text, size, ", flowinfo 0x%x", ntohl(in6->sin6_flowinfo));
	if (in6->sin6_scope_id)
		append(text, size, ", scope %u", in6->sin6_scope_id);
	append(text, size, "}");
}

/* A path, or "@" and an abstract name; bytes that do not print as \xNN. */
static void format_unix(const unsigned char *path, size_t length, char *text,
			size_t size)
{
	size_t i = 0;

	snprintf(text, size, "{AF_UNIX");
	if (length)
		append(text, size, ", \"");
	if (length && !path[0]) {
		append(text, size, "@");
		i = 1;
	}
	for (; i < length; i++) {
		if (!path[i] && i + 1 == length)
			break;
		append(text, size, path[i] < 32 || path[i] > 126 ? "\\x%02x" : "%c",
		       path[i]);
	}
	append(text, size, length ? "\"}" : "}");
}

/* The family's own form, where the bytes are all there; else the bytes. */
void format_address(const void *address, size_t length, char *text, size_t size)
{
	struct sockaddr_storage copied;
	const struct sockaddr_in *in = (const void *)&copied;
	const struct sockaddr_ll *ll = (const void *)&copied;
	const struct sockaddr_nl *nl = (const void *)&copied;
	const struct linux_sockaddr_vm *vm = (const void *)&copied;
	size_t taken = length < sizeof(copied) ? length : sizeof(copied);
	char hex[400], ip[INET_ADDRSTRLEN];

	memset(&copied, 0, sizeof(copied));
	memcpy(&copied, address, taken);
	if (copied.ss_family == AF_INET && taken == sizeof(*in)) {
		inet_ntop(AF_INET, &in->sin_addr, ip, sizeof(ip));
		snprintf(text, size, "{AF_INET, %s:%u}", ip, ntohs(in->sin_port));
	} else if (copied.ss_family == AF_INET6 &&
		   taken == sizeof(struct sockaddr_in6)) {
		format_inet6((const void *)&copied, text, size);
	} else if (copied.ss_family == AF_UNIX && taken >= sizeof(sa_family_t)) {
		format_unix((const unsigned char *)&copied + sizeof(sa_family_t),
			    taken - sizeof(sa_family_t), text, size);
	} else if (copied.ss_family == AF_PACKET &&
		   taken >= offsetof(struct sockaddr_ll, sll_addr)) {
		snprintf(text, size,
			 "{AF_PACKET, protocol 0x%04x, ifindex %d, hatype %u, "
			 "pkttype %u, halen %u}",
			 ntohs(ll->sll_protocol), ll->sll_ifindex, ll->sll_hatype,
			 ll->sll_pkttype, ll->sll_halen);
	} else if (copied.ss_family == AF_NETLINK && taken == sizeof(*nl)) {
		snprintf(text, size, "{AF_NETLINK, pid %u, groups 0x%x}", nl->nl_pid,
			 nl->nl_groups);
	} else if (copied.ss_family == AF_VSOCK && taken == sizeof(*vm)) {
		snprintf(text, size, "{AF_VSOCK, cid %u, port %u}", vm->svm_cid,
			 vm->svm_port);
	} else {
		format_hex((const unsigned char *)&copied, taken, hex, sizeof(hex));
		snprintf(text, size, "{%s}", hex);
	}
}

/* An address, and the length that was told: of more than there is, "16 of 28". */
static void format_name(const struct result *result, char *text, size_t size)
{
	format_address(result->bytes, result->length, text, size);
	append(text, size, ", %u", result->length);
	if (result->told > result->length)
		append(text, size, " of %u", result->told);
}

static void format_bytes(const struct call *call, const struct result *result,
			 char *text, size_t size)
{
	const unsigned char *bytes = result->bytes;
	unsigned int length = result->length;
	int number;

	if (call->name == CALL_GETSOCKNAME || call->name == CALL_GETPEERNAME ||
	    call_receives(call->name) || call->name == CALL_ACCEPT4) {
		format_name(result, text, size);
	} else if (call->name == CALL_READLINK) {
		snprintf(text, size, "\"%.*s\"", (int)length, (const char *)bytes);
	} else if (length == sizeof(number)) {
		memcpy(&number, bytes, sizeof(number));
		snprintf(text, size, "%d", number);
	} else {
		format_hex(bytes, length, text, size);
	}
}

static void format_number(const struct call *call, long value, char *text, size_t size)
{
	if (call->name == CALL_FSTAT && call->field == STAT_MODE)
		snprintf(text, size, "0%lo", (unsigned long)value);
	else if (call->name == CALL_FSTATFS || call->name == CALL_FCNTL)
		snprintf(text, size, value > 9 ? "0x%lx" : "%ld", (unsigned long)value);
	else
		snprintf(text, size, "%ld", value);
}

/* The first bytes of the buffer, and what recvmsg(2) tells besides. */
static void format_received(const struct call *call, const struct result *result,
			    char *text, size_t size)
{
	char bytes[3 * OUTCOME_DATA_MAX + 1];
	size_t shown = result->data_room < 24 ? result->data_room : 24;

	if (result->data && shown) {
		format_hex(result->data, shown, bytes, sizeof(bytes));
		append(text, size, ", bytes %s%s", bytes,
		       shown < result->data_room ? " ..." : "");
	}
	if (call->name == CALL_RECVMSG || call->name == CALL_RECVMMSG)
		append(text, size, ", msg_flags 0x%x", (unsigned int)result->flags);
	if (result->control_length) {
		format_hex(result->control,
			   result->control_length < OUTCOME_DATA_MAX
				   ? result->control_length
				   : OUTCOME_DATA_MAX,
			   bytes, sizeof(bytes));
		append(text, size, ", control %s", bytes);
	}
}

void format_result(const struct call *call, const struct result *result, char *text,
		   size_t size)
{
	char bytes[512];

	if (result->value < 0 && result->value >= -4095) {
		snprintf(text, size, "-1 %s", errno_name((int)-result->value));
		return;
	}
	if (result->value == TARGET_NO_ERROR) {
		snprintf(text, size, "-1 without an errno");
		return;
	}
	if (result->value < TARGET_NO_ERROR) {
		snprintf(text, size, "%ld, neither a result nor an errno",
			 result->value - TARGET_NO_ERROR);
		return;
	}
	format_number(call, result->value, text, size);
	if (result->length) {
		format_bytes(call, result, bytes, sizeof(bytes));
		append(text, size, " and %s", bytes);
	}
	if (call_receives(call->name))
		format_received(call, result, text, size);
}

void format_outcome(const struct outcome *outcome, const struct world *before,
		    const struct call *call, char *text, size_t size)
{
	struct result due = { .value = outcome->value,
			      .length = outcome->length,
			      .told = outcome->tells ? outcome->told : 0,
			      .data = outcome->gives ? outcome->data : NULL,
			      .data_room = outcome->data_known,
			      .flags = outcome->flags };

	text[0] = '\0';
	switch (outcome->kind) {
	case OUTCOME_ERROR:
		for (size_t i = 0; i < OUTCOME_ERRORS && outcome->errors[i]; i++)
			append(text, size, "%s%s", i ? " or " : "-1 ",
			       errno_name(outcome->errors[i]));
		break;
	case OUTCOME_DESCRIPTOR:
		if (before)
			snprintf(text, size, "%d, the lowest free descriptor",
				 world_lowest_free(before));
		else
			snprintf(text, size, "the lowest free descriptor");
		break;
	case OUTCOME_ANY_VALUE:
		snprintf(text, size, "a number above 0");
		break;
	case OUTCOME_VALUE:
		memcpy(due.bytes, outcome->bytes, outcome->length);
		due.control_length = outcome->control_length;
		memcpy(due.control, outcome->control, outcome->control_length);
		format_result(call, &due, text, size);
		break;
	case OUTCOME_CHOSEN:
		snprintf(text, size, "%ld and %s", outcome->value,
			 outcome->choice ? outcome->choice->says
					 : "a name that the target chooses");
		break;
	}
	for (size_t i = 0;
	     outcome->kind != OUTCOME_ERROR && i < OUTCOME_ERRORS && outcome->errors[i];
	     i++)
		append(text, size, "%s%s", i ? " or " : ", or -1 ",
		       errno_name(outcome->errors[i]));
}

void format_citation(const struct citation *citation, char *text, size_t size)
{
	switch (citation->kind) {
	case CITE_NOTHING:
		snprintf(text, size, "nothing");
		break;
	case CITE_MANUAL:
		snprintf(text, size, "%s", citation->where);
		if (citation->error)
			append(text, size, " %s", citation->error);
		if (citation->quote)
			append(text, size, ": \"%s\"", citation->quote);
		break;
	case CITE_POSIX:
		snprintf(text, size, "POSIX.1-2024 %s", citation->where);
		if (citation->error)
			append(text, size, " %s", citation->error);
		if (citation->quote)
			append(text, size, ": %s", citation->quote);
		break;
	case CITE_KERNEL:
		snprintf(text, size, "%s:%s", citation->where, citation->function);
		break;
	case CITE_TEXT:
		snprintf(text, size, "%s", citation->where);
		break;
	}
}
