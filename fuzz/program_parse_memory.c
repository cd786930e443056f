/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * program_parse_memory.c - addresses and values of programs from text.
 */
#include <arpa/inet.h>
#include <string.h>

#include "program_parse.h"

#define NAME_TIMES_MAX 125

static bool parse_port(struct scanner *scanner, struct program_address *address)
{
	long port;

	if (!scan_expect(scanner, ':', "':' and a port"))
		return false;
	if (scan_take_word(scanner, "port"))
		return parse_port_of(scanner, address);
	if (!scan_number(scanner, VALUES_PORT, "a port", 0, 65535, &port))
		return false;
	address->port = (unsigned short)port;
	return true;
}

/* A host up to the character that ends it. */
static bool parse_host(struct scanner *scanner, int family, const char *ends,
		       unsigned char *host)
{
	size_t length = strcspn(scanner->at, ends);
	char text[INET6_ADDRSTRLEN];

	if (length < sizeof(text)) {
		memcpy(text, scanner->at, length);
		text[length] = '\0';
		if (inet_pton(family, text, host) == 1) {
			scanner->at += length;
			return true;
		}
	}
	return scan_fail(scanner, scanner->at, "an IPv%c address comes here, %s",
			 family == AF_INET ? '4' : '6',
			 family == AF_INET ? "127.0.0.1" : "[::1]");
}

static bool parse_inet(struct scanner *scanner, struct program_address *address)
{
	address->form = ADDRESS_INET;
	return parse_host(scanner, AF_INET, ":,} \t", address->host) &&
	       parse_port(scanner, address);
}

static bool parse_inet6(struct scanner *scanner, struct program_address *address)
{
	address->form = ADDRESS_INET6;
	scanner->at++;
	if (!parse_host(scanner, AF_INET6, "],} \t", address->host) ||
	    !scan_expect(scanner, ']', "']'") || !parse_port(scanner, address))
		return false;
	if (!scan_take(scanner, ','))
		return true;
	if (!scan_take_word(scanner, "scope"))
		return scan_fail(scanner, scanner->at, "'scope' and a number, or }");
	return scan_unsigned(scanner, VALUES_SCOPE, "a scope", &address->scope);
}

static bool check_path(struct scanner *scanner, const char *begin,
		       const struct program_address *address)
{
	struct program_address normal = *address;

	program_normalise_name(&normal);
	if (!memcmp(&normal.name, &address->name, sizeof(normal.name)))
		return true;
	return scan_fail(scanner, begin,
			 "a path is relative, of letters, digits, '/', '.', '_' and "
			 "'-', without '..'; an abstract name begins with '@'");
}

/* A path, or "@" and an abstract name; and how often it stands there. */
static bool parse_name(struct scanner *scanner, struct program_address *address)
{
	struct program_name *name = &address->name;
	unsigned char bytes[PROGRAM_NAME_MAX + 1];
	const char *begin = scanner->at;
	size_t length, abstract;
	long times = 1;

	abstract = begin[1] == '@';
	address->form = abstract ? ADDRESS_ABSTRACT : ADDRESS_PATH;
	if (!scan_string(scanner, bytes, PROGRAM_NAME_MAX + abstract, &length))
		return false;
	if (length == abstract)
		return scan_fail(scanner, begin,
				 "a name has a byte at least; {AF_UNIX} has none");
	if (scan_take(scanner, '*') &&
	    !scan_number(scanner, VALUES_ROOM, "how often the name stands there", 1,
			 NAME_TIMES_MAX / (long)(length - abstract), &times))
		return false;
	memcpy(name->bytes, bytes + abstract, length - abstract);
	name->length = (unsigned char)(length - abstract);
	name->times = (unsigned char)times;
	return check_path(scanner, begin, address);
}

/* A word, and the number behind it. */
static bool parse_member(struct scanner *scanner, const char *name, long most,
			 long *number)
{
	if (!scan_take_word(scanner, name))
		return scan_fail(scanner, scanner->at, "'%s' and a number come here",
				 name);
	return scan_number(scanner, VALUES_SCOPE, name, 0, most, number);
}

static bool parse_packet(struct scanner *scanner, struct program_address *address)
{
	long protocol, ifindex, halen;

	address->form = ADDRESS_PACKET;
	if (!parse_member(scanner, "protocol", 0xffff, &protocol) ||
	    !scan_expect(scanner, ',', "','") ||
	    !parse_member(scanner, "ifindex", 0xffffffff, &ifindex) ||
	    !scan_expect(scanner, ',', "','") ||
	    !parse_member(scanner, "halen", 255, &halen))
		return false;
	address->protocol = (unsigned short)protocol;
	address->ifindex = (unsigned int)ifindex;
	address->halen = (unsigned char)halen;
	return true;
}

static bool parse_getpid(struct scanner *scanner)
{
	return scan_expect(scanner, '(', "'('") && scan_expect(scanner, ')', "')'");
}

static bool parse_netlink(struct scanner *scanner, struct program_address *address)
{
	long groups;

	address->form = ADDRESS_NETLINK;
	if (!scan_take_word(scanner, "pid"))
		return scan_fail(scanner, scanner->at, "'pid' comes here");
	address->own_pid = scan_take_word(scanner, "getpid");
	if (address->own_pid ? !parse_getpid(scanner)
			     : !scan_unsigned(scanner, VALUES_NETLINK_PID, "a pid",
					      &address->pid))
		return false;
	if (!scan_expect(scanner, ',', "','") ||
	    !parse_member(scanner, "groups", 0xffffffff, &groups))
		return false;
	address->groups = (unsigned int)groups;
	return true;
}

static bool parse_vsock(struct scanner *scanner, struct program_address *address)
{
	long cid, port;

	address->form = ADDRESS_VSOCK;
	if (!parse_member(scanner, "cid", 0xffffffff, &cid) ||
	    !scan_expect(scanner, ',', "','") ||
	    !parse_member(scanner, "port", 0xffffffff, &port))
		return false;
	address->cid = (unsigned int)cid;
	address->vsock_port = (unsigned int)port;
	return true;
}

/* What follows the family: it shows by its beginning which form it is. */
static bool parse_form(struct scanner *scanner, struct program_address *address)
{
	char next = scan_peek(scanner);
	struct word word = scan_word(scanner);

	if (next >= '0' && next <= '9')
		return parse_inet(scanner, address);
	if (next == '[')
		return parse_inet6(scanner, address);
	if (next == '"')
		return parse_name(scanner, address);
	if (scan_is(word, "protocol"))
		return parse_packet(scanner, address);
	if (scan_is(word, "pid"))
		return parse_netlink(scanner, address);
	if (scan_is(word, "cid"))
		return parse_vsock(scanner, address);
	return scan_fail(
		scanner, scanner->at,
		"behind the family comes 127.0.0.1:PORT, [::1]:PORT, \"path\", "
		"\"@name\", protocol N, ifindex N, halen N; pid N, groups N; "
		"cid N, port N; or }");
}

static bool parse_braces(struct scanner *scanner, struct program_address *address)
{
	long family;

	if (!scan_expect(scanner, '{', "{ and an address, or NULL") ||
	    !scan_number(scanner, VALUES_DOMAIN, "a family", 0, 65535, &family))
		return false;
	address->family = (int)family;
	if (scan_take(scanner, ',') && !parse_form(scanner, address))
		return false;
	return scan_expect(scanner, '}', "}") &&
	       parse_pointer(scanner, &address->pointer);
}

bool parse_address(struct scanner *scanner, struct program_address *address)
{
	if (scan_take_word(scanner, "NULL"))
		address->pointer.kind = POINTER_NULL;
	else if (!parse_braces(scanner, address))
		return false;
	return scan_expect(scanner, ',', "',' and the address's length") &&
	       scan_int(scanner, VALUES_ROOM, "the address's length", &address->length);
}

static bool parse_value_number(struct scanner *scanner, struct program_value *value,
			       unsigned int i)
{
	if (scan_take_word(scanner, "getpid")) {
		value->own_pid = (unsigned char)(value->own_pid | 1U << i);
		return parse_getpid(scanner);
	}
	return scan_int(scanner, VALUES_NUMBER, "a value", &value->numbers[i]);
}

static bool parse_list(struct scanner *scanner, struct program_value *value)
{
	unsigned int i = 0;

	do {
		if (i == PROGRAM_NUMBERS)
			return scan_fail(scanner, scanner->at,
					 "a value has at most %d numbers",
					 PROGRAM_NUMBERS);
		if (!parse_value_number(scanner, value, i++))
			return false;
	} while (scan_take(scanner, ','));
	return scan_expect(scanner, '}', "} or ',' and one more number");
}

static bool parse_value_memory(struct scanner *scanner, struct program_value *value)
{
	unsigned char bytes[sizeof(value->numbers)] = { 0 };
	size_t length;

	if (scan_take_word(scanner, "NULL")) {
		value->pointer.kind = POINTER_NULL;
		return true;
	}
	if (scan_peek(scanner) == '"') {
		if (!scan_string(scanner, bytes, sizeof(bytes), &length))
			return false;
		memcpy(value->numbers, bytes, sizeof(bytes));
	} else if (scan_take(scanner, '{')) {
		if (!parse_list(scanner, value))
			return false;
	} else if (!scan_expect(scanner, '&',
				"&1, {1, 0}, \"lo\" or NULL, a value in memory,") ||
		   !parse_value_number(scanner, value, 0)) {
		return false;
	}
	return parse_pointer(scanner, &value->pointer);
}

bool parse_value(struct scanner *scanner, struct program_call *call)
{
	if (call->kind == PROGRAM_FCNTL && !program_fcntl_takes_memory(call->command))
		return parse_value_number(scanner, &call->value, 0);
	if (!parse_value_memory(scanner, &call->value))
		return false;
	return call->kind != PROGRAM_SETSOCKOPT ||
	       (scan_expect(scanner, ',', "',' and the value's length") &&
		scan_int(scanner, VALUES_OPTLEN, "the value's length",
			 &call->value.length));
}
