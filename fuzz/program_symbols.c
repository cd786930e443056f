/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * program_symbols.c - the numbers of programs as a programmer writes them.
 */
#include <arpa/inet.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>

#include "program_symbols.h"

const char *const program_pointer_words[POINTER_KINDS] = {
	[POINTER_GOOD] = "",
	[POINTER_NULL] = "NULL",
	[POINTER_UNMAPPED] = "unmapped",
	[POINTER_PROTECTED] = "protected",
	[POINTER_READ_ONLY] = "read_only",
	[POINTER_FOREIGN] = "foreign",
	[POINTER_CUT_OFF] = "cut_off",
};

const char *const program_content_words[CONTENT_KINDS] = {
	[CONTENT_BYTES] = "buffer",
	[CONTENT_ZEROS] = "zeros",
	[CONTENT_ECHO] = "echo",
	[CONTENT_ECHO6] = "echo6",
	[CONTENT_IP] = "ip",
	[CONTENT_NLMSG] = "nlmsg",
	[CONTENT_NLMSG_GET] = "nlmsg_get",
	[CONTENT_ETHERNET] = "ethernet",
};

const char *const program_control_words[CONTROL_KINDS] = {
	[CONTROL_NONE] = "NULL",
	[CONTROL_RIGHTS] = "rights",
	[CONTROL_CREDENTIALS] = "credentials",
	[CONTROL_OTHER_USER] = "credentials_of_other_user",
	[CONTROL_OTHER_PROCESS] = "credentials_of_other_process",
	[CONTROL_UNKNOWN] = "unknown_control",
	[CONTROL_SHORT] = "short_control",
	[CONTROL_LONG] = "long_control",
};

const char *const program_descriptor_words[FD_KINDS] = {
	[FD_RESULT] = "fd",	      [FD_MINUS_ONE] = "-1",
	[FD_LEAST] = "INT_MIN",	      [FD_UNOPENED] = "unopened",
	[FD_LIMIT] = "RLIMIT_NOFILE", [FD_MOST] = "INT_MAX",
	[FD_FILE] = "file",	      [FD_O_PATH] = "path",
};

/* The flags stand behind the types. */
static const struct symbol types[] = {
	SYMBOL(SOCK_STREAM), SYMBOL(SOCK_DGRAM),     SYMBOL(SOCK_RAW),
	SYMBOL(SOCK_RDM),    SYMBOL(SOCK_SEQPACKET), SYMBOL(SOCK_DCCP),
	SYMBOL(SOCK_PACKET), SYMBOL(SOCK_CLOEXEC),   SYMBOL(SOCK_NONBLOCK),
};

static const struct symbol message_flags[] = {
	SYMBOL(MSG_OOB),      SYMBOL(MSG_PEEK),		SYMBOL(MSG_DONTROUTE),
	SYMBOL(MSG_CTRUNC),   SYMBOL(MSG_PROXY),	SYMBOL(MSG_TRUNC),
	SYMBOL(MSG_DONTWAIT), SYMBOL(MSG_EOR),		SYMBOL(MSG_WAITALL),
	SYMBOL(MSG_FIN),      SYMBOL(MSG_SYN),		SYMBOL(MSG_CONFIRM),
	SYMBOL(MSG_RST),      SYMBOL(MSG_ERRQUEUE),	SYMBOL(MSG_NOSIGNAL),
	SYMBOL(MSG_MORE),     SYMBOL(MSG_WAITFORONE),	SYMBOL(MSG_ZEROCOPY),
	SYMBOL(MSG_FASTOPEN), SYMBOL(MSG_CMSG_CLOEXEC), LINUX_SYMBOL(MSG_CMSG_COMPAT),
};

static const struct symbol accept_flags[] = {
	SYMBOL(SOCK_CLOEXEC),
	SYMBOL(SOCK_NONBLOCK),
};

static const struct symbol file_flags[] = {
	SYMBOL(O_NONBLOCK), SYMBOL(O_APPEND),  SYMBOL(O_ASYNC),
	SYMBOL(O_DIRECT),   SYMBOL(O_NOATIME),
};

static const struct symbol hows[] = {
	SYMBOL(SHUT_RD),
	SYMBOL(SHUT_WR),
	SYMBOL(SHUT_RDWR),
};

static const struct symbol commands[] = {
	SYMBOL(F_DUPFD),
	SYMBOL(F_DUPFD_CLOEXEC),
	SYMBOL(F_GETFD),
	SYMBOL(F_SETFD),
	SYMBOL(F_GETFL),
	SYMBOL(F_SETFL),
	SYMBOL(F_GETOWN),
	SYMBOL(F_SETOWN),
	SYMBOL(F_GETOWN_EX),
	SYMBOL(F_SETOWN_EX),
	SYMBOL(F_GETSIG),
	SYMBOL(F_SETSIG),
	SYMBOL(F_GETLK),
	SYMBOL(F_SETLK),
	SYMBOL(F_SETLKW),
	SYMBOL(F_SETLEASE),
	SYMBOL(F_GETLEASE),
	SYMBOL(F_NOTIFY),
	LINUX_SYMBOL(F_SETPIPE_SZ),
	LINUX_SYMBOL(F_GETPIPE_SZ),
	LINUX_SYMBOL(F_ADD_SEALS),
	LINUX_SYMBOL(F_GET_SEALS),
};

static const struct symbol requests[] = {
	SYMBOL(FIONREAD),	   SYMBOL(FIONBIO),
	SYMBOL(FIOASYNC),	   SYMBOL(FIOCLEX),
	SYMBOL(FIONCLEX),	   SYMBOL(FIOQSIZE),
	SYMBOL(TIOCOUTQ),	   SYMBOL(TCGETS),
	LINUX_SYMBOL(SIOCATMARK),  LINUX_SYMBOL(SIOCOUTQNSD),
	LINUX_SYMBOL(FIOSETOWN),   LINUX_SYMBOL(SIOCSPGRP),
	LINUX_SYMBOL(FIOGETOWN),   LINUX_SYMBOL(SIOCGPGRP),
	LINUX_SYMBOL(SIOCGSTAMP),  LINUX_SYMBOL(SIOCGSTAMPNS),
	LINUX_SYMBOL(SIOCGIFNAME), LINUX_SYMBOL(SIOCGIFINDEX),
};

static const struct symbol events[] = {
	SYMBOL(POLLIN),	    SYMBOL(POLLPRI),	SYMBOL(POLLOUT),    SYMBOL(POLLERR),
	SYMBOL(POLLHUP),    SYMBOL(POLLNVAL),	SYMBOL(POLLRDNORM), SYMBOL(POLLRDBAND),
	SYMBOL(POLLWRNORM), SYMBOL(POLLWRBAND), SYMBOL(POLLMSG),    SYMBOL(POLLRDHUP),
};

static const struct symbol limits[] = {
	SYMBOL(INT_MAX),  SYMBOL(INT_MIN),  SYMBOL(UINT_MAX),
	SYMBOL(LONG_MAX), SYMBOL(LONG_MIN),
};

static const struct symbol levels[] = {
	SYMBOL(SOL_SOCKET),	   SYMBOL(IPPROTO_IP),	   SYMBOL(IPPROTO_IPV6),
	SYMBOL(IPPROTO_TCP),	   SYMBOL(IPPROTO_UDP),	   SYMBOL(SOL_UDPLITE),
	SYMBOL(SOL_RAW),	   SYMBOL(IPPROTO_ICMPV6), LINUX_SYMBOL(SOL_PACKET),
	LINUX_SYMBOL(SOL_NETLINK), SYMBOL(AF_VSOCK),
};

#define TABLE(array)                \
	{                           \
		array, COUNT(array) \
	}
static const struct {
	const struct symbol *symbols;
	size_t count;
} tables[SYMBOL_CLASSES] = {
	[VALUES_DOMAIN] = TABLE(domain_symbols),
	[VALUES_TYPE] = TABLE(types),
	[VALUES_MESSAGE_FLAGS] = TABLE(message_flags),
	[VALUES_ACCEPT_FLAGS] = TABLE(accept_flags),
	[VALUES_HOW] = TABLE(hows),
	[VALUES_COMMAND] = TABLE(commands),
	[VALUES_REQUEST] = TABLE(requests),
	[VALUES_EVENTS] = TABLE(events),
	[SYMBOLS_IP_PROTOCOL] = TABLE(ip_protocol_symbols),
	[SYMBOLS_NETLINK_PROTOCOL] = TABLE(netlink_protocol_symbols),
	[SYMBOLS_FILE_FLAGS] = TABLE(file_flags),
	[SYMBOLS_LIMITS] = TABLE(limits),
	[SYMBOLS_LEVEL] = TABLE(levels),
};

const struct symbol *program_symbols(unsigned int class, size_t *count)
{
	*count = tables[class].count;
	return tables[class].symbols;
}

bool program_symbol(unsigned int class, const char *name, size_t length, long *number)
{
	for (size_t i = 0; i < tables[class].count; i++) {
		const struct symbol *symbol = &tables[class].symbols[i];

		if (strlen(symbol->name) == length &&
		    !memcmp(symbol->name, name, length)) {
			*number = symbol->number;
			return true;
		}
	}
	return false;
}

static const char *name_of(unsigned int class, long number)
{
	return symbol_name(tables[class].symbols, tables[class].count, number);
}

/* Flags, and what is left of the number. */
static void print_flags(unsigned int class, unsigned int number, const char *before,
			FILE *out)
{
	for (size_t i = 0; i < tables[class].count; i++) {
		unsigned int flag = (unsigned int)tables[class].symbols[i].number;

		if ((number & flag) != flag || (class == VALUES_TYPE && flag < 16))
			continue;
		fprintf(out, "%s%s", before, tables[class].symbols[i].name);
		number &= ~flag;
		before = "|";
	}
	if (number)
		fprintf(out, "%s0x%x", before, number);
	else if (!*before)
		fputs("0", out);
}

static void print_type(int type, FILE *out)
{
	const char *name = name_of(VALUES_TYPE, type & LINUX_SOCK_TYPE_MASK);

	if (name)
		fputs(name, out);
	else
		fprintf(out, "%d", type & LINUX_SOCK_TYPE_MASK);
	print_flags(VALUES_TYPE,
		    (unsigned int)type & ~(unsigned int)LINUX_SOCK_TYPE_MASK, "|", out);
}

static bool is_flags(unsigned int class)
{
	return class == VALUES_MESSAGE_FLAGS || class == VALUES_ACCEPT_FLAGS ||
	       class == VALUES_EVENTS || class == SYMBOLS_FILE_FLAGS;
}

void program_print_number(unsigned int class, long number, FILE *out)
{
	const char *name = is_flags(class) ? NULL : name_of(class, number);

	if (!name)
		name = name_of(SYMBOLS_LIMITS, number);
	if (class == VALUES_TYPE && number >= 0)
		print_type((int)number, out);
	else if (is_flags(class) && number != -1)
		print_flags(class, (unsigned int)number, "", out);
	else if (name)
		fputs(name, out);
	else if (class == VALUES_REQUEST && number > 9)
		fprintf(out, "0x%lx", (unsigned long)number);
	else
		fprintf(out, "%ld", number);
}

void program_print_protocol(int domain, int protocol, FILE *out)
{
	const char *name = NULL;

	if ((domain == AF_INET || domain == AF_INET6) && protocol)
		name = name_of(SYMBOLS_IP_PROTOCOL, protocol);
	else if (domain == AF_NETLINK)
		name = name_of(SYMBOLS_NETLINK_PROTOCOL, protocol);
	if (name)
		fputs(name, out);
	else if (domain == AF_PACKET && protocol > 0 && protocol <= 0xffff)
		fprintf(out, "htons(0x%04x)", ntohs((unsigned short)protocol));
	else
		program_print_number(VALUES_PROTOCOL, protocol, out);
}
