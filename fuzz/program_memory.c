/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * program_memory.c - what the memory holds that a program's calls pass: addresses and
 * contents of buffers.
 */
#include <arpa/inet.h>
#include <string.h>

#include "../expected/constants.h"
#include "program_layout.h"

#define SUN_PATH offsetof(struct sockaddr_un, sun_path)

int program_exact_length(const struct program_address *address)
{
	int name = address->name.length * address->name.times;

	switch (address->form) {
	case ADDRESS_INET:
		return sizeof(struct sockaddr_in);
	case ADDRESS_INET6:
		return sizeof(struct sockaddr_in6);
	case ADDRESS_PATH:
	case ADDRESS_ABSTRACT:
		/* The NUL is behind the one, before the other. */
		return (int)SUN_PATH + name + 1;
	case ADDRESS_PACKET:
		return sizeof(struct sockaddr_ll);
	case ADDRESS_NETLINK:
		return sizeof(struct sockaddr_nl);
	case ADDRESS_VSOCK:
		return sizeof(struct linux_sockaddr_vm);
	default:
		return sizeof(sa_family_t);
	}
}

/* Room for an address of each form. */
union form {
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	struct sockaddr_ll ll;
	struct sockaddr_nl nl;
	struct linux_sockaddr_vm vm;
	unsigned char bytes[ADDRESS_BYTES_MAX];
};

static void put_name(const struct program_name *name, unsigned char *to)
{
	for (unsigned int i = 0; i < name->times; i++)
		memcpy(to + (size_t)i * name->length, name->bytes, name->length);
}

/* No path leads out of the working directory, whoever takes the bytes for one. */
static void stay_inside(unsigned char bytes[ADDRESS_BYTES_MAX])
{
	sa_family_t family;

	memcpy(&family, bytes, sizeof(family));
	if (family != AF_UNIX || !bytes[SUN_PATH])
		return;
	if (bytes[SUN_PATH] == '/')
		bytes[SUN_PATH] = '_';
	for (size_t i = SUN_PATH; i + 1 < ADDRESS_BYTES_MAX && bytes[i]; i++)
		if (bytes[i] == '.' && bytes[i + 1] == '.')
			bytes[i] = bytes[i + 1] = '_';
}

static void put_form(const struct program_address *address, unsigned short port,
		     unsigned int pid, union form *made)
{
	switch (address->form) {
	case ADDRESS_INET:
		made->in.sin_port = htons(port);
		memcpy(&made->in.sin_addr, address->host, 4);
		break;
	case ADDRESS_INET6:
		made->in6.sin6_port = htons(port);
		memcpy(&made->in6.sin6_addr, address->host, 16);
		made->in6.sin6_scope_id = address->scope;
		break;
	case ADDRESS_PATH:
		put_name(&address->name, made->bytes + SUN_PATH);
		break;
	case ADDRESS_ABSTRACT:
		put_name(&address->name, made->bytes + SUN_PATH + 1);
		break;
	case ADDRESS_PACKET:
		made->ll.sll_protocol = htons(address->protocol);
		made->ll.sll_ifindex = (int)address->ifindex;
		made->ll.sll_halen = address->halen;
		break;
	case ADDRESS_NETLINK:
		made->nl.nl_pid = address->own_pid ? pid : address->pid;
		made->nl.nl_groups = address->groups;
		break;
	case ADDRESS_VSOCK:
		made->vm.svm_cid = address->cid;
		made->vm.svm_port = address->vsock_port;
		break;
	default:
		break;
	}
}

size_t program_address_bytes(const struct program_address *address, unsigned short port,
			     unsigned int pid, unsigned char bytes[ADDRESS_BYTES_MAX])
{
	sa_family_t family = (sa_family_t)address->family;
	union form made;

	memset(&made, 0, sizeof(made));
	put_form(address, address->port_taken ? port : address->port, pid, &made);
	memcpy(made.bytes, &family, sizeof(family));
	stay_inside(made.bytes);
	memcpy(bytes, made.bytes, ADDRESS_BYTES_MAX);
	return (size_t)program_exact_length(address);
}

/* Type 8 or 128, code 0, a checksum that the kernel sets, an identifier likewise. */
static const unsigned char echo[] = { 8, 0, 0, 0, 0, 0, 0, 1 };
static const unsigned char echo6[] = { 128, 0, 0, 0, 0, 0, 0, 1 };

/* Whose lengths are those of 28 bytes in all; sums that are not asked for. */
static const unsigned char ip[] = { 0x45, 0,	0,    28,   0, 0, 0,   0, 64, 17,
				    0,	  0,	127,  0,    0, 1, 127, 0, 0,  1,
				    0x13, 0x88, 0x13, 0x88, 0, 8, 0,   0 };

/* struct nlmsghdr of a little-endian machine: NLM_F_REQUEST|NLM_F_ACK, NLMSG_NOOP; and
 * with NLM_F_DUMP, RTM_GETLINK. */
static const unsigned char noop[] = { 16, 0, 0, 0, 1, 0, 5, 0, 1, 0, 0, 0, 0, 0, 0, 0 };
static const unsigned char getlink[] = { 32, 0, 0, 0, 18, 0, 1, 3, 1, 0, 0,
					 0,  0, 0, 0, 0,  0, 0, 0, 0, 0, 0,
					 0,  0, 0, 0, 0,  0, 0, 0, 0, 0 };
static const unsigned char ethernet[] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0 };

#define BEGINNING(array)             \
	{                            \
		array, sizeof(array) \
	}
static const struct {
	const unsigned char *bytes;
	size_t length;
} beginnings[CONTENT_KINDS] = {
	[CONTENT_ECHO] = BEGINNING(echo),
	[CONTENT_ECHO6] = BEGINNING(echo6),
	[CONTENT_IP] = BEGINNING(ip),
	[CONTENT_NLMSG] = BEGINNING(noop),
	[CONTENT_NLMSG_GET] = BEGINNING(getlink),
	[CONTENT_ETHERNET] = BEGINNING(ethernet),
};

void program_content_bytes(enum program_content content, unsigned char *bytes,
			   size_t length)
{
	size_t given = beginnings[content].length;

	if (given > length)
		given = length;
	if (given)
		memcpy(bytes, beginnings[content].bytes, given);
	for (size_t i = given; i < length; i++)
		bytes[i] = content == CONTENT_ZEROS
				   ? 0
				   : (unsigned char)('a' + (i - given) % 26);
}
