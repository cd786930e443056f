/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * address.c - address arguments of cases, made of text.
 */
#include <arpa/inet.h>
#include <string.h>

#include "harness.h"

static struct address address_of(const void *bytes, size_t length)
{
	struct address made = { .length = (int)length };

	memcpy(made.bytes, bytes, length);
	return made;
}

struct address inet(const char *text, unsigned int port)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
				  .sin_port = htons((unsigned short)port) };

	must(inet_pton(AF_INET, text, &in.sin_addr) == 1, "'%s' is no IPv4 address",
	     text);
	return address_of(&in, sizeof(in));
}

struct address inet6_scoped(const char *text, unsigned int port, unsigned int scope)
{
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6,
				    .sin6_port = htons((unsigned short)port),
				    .sin6_scope_id = scope };

	must(inet_pton(AF_INET6, text, &in6.sin6_addr) == 1, "'%s' is no IPv6 address",
	     text);
	return address_of(&in6, sizeof(in6));
}

struct address inet6(const char *text, unsigned int port)
{
	return inet6_scoped(text, port, 0);
}

struct address ip_address(const char *text, unsigned int port)
{
	return strchr(text, ':') ? inet6(text, port) : inet(text, port);
}

#define SUN_PATH offsetof(struct sockaddr_un, sun_path)

struct address unix_path(const char *path)
{
	struct address made = family_only(AF_UNIX, 0);
	size_t length = strlen(path) + 1;

	must(SUN_PATH + length <= sizeof(made.bytes),
	     "the path is too long to be passed");
	memcpy(made.bytes + SUN_PATH, path, length);
	made.length = (int)(SUN_PATH + length);
	return made;
}

struct address unix_abstract(const void *name, size_t length)
{
	struct address made = family_only(AF_UNIX, 0);

	must(SUN_PATH + 1 + length <= sizeof(made.bytes),
	     "the name is too long to be passed");
	memcpy(made.bytes + SUN_PATH + 1, name, length);
	made.length = (int)(SUN_PATH + 1 + length);
	return made;
}

struct address packet_address(unsigned int protocol, int ifindex)
{
	struct sockaddr_ll ll = { .sll_family = AF_PACKET,
				  .sll_protocol = htons((unsigned short)protocol),
				  .sll_ifindex = ifindex };

	return address_of(&ll, sizeof(ll));
}

struct address packet_device(const char *name)
{
	struct sockaddr device = { .sa_family = AF_PACKET };
	size_t length = strlen(name);

	must(length <= sizeof(device.sa_data), "the name is too long to be passed");
	memcpy(device.sa_data, name, length);
	return address_of(&device, sizeof(device));
}

struct address netlink_address(unsigned int pid, unsigned int groups)
{
	struct sockaddr_nl nl = { .nl_family = AF_NETLINK,
				  .nl_pid = pid,
				  .nl_groups = groups };

	return address_of(&nl, sizeof(nl));
}

struct address vsock_address(unsigned int cid, unsigned int port)
{
	struct linux_sockaddr_vm vm = { .svm_family = AF_VSOCK,
					.svm_port = port,
					.svm_cid = cid };

	return address_of(&vm, sizeof(vm));
}

struct address family_only(int family, int length)
{
	struct address made = { .length = length };
	sa_family_t number = (sa_family_t)family;

	memcpy(made.bytes, &number, sizeof(number));
	return made;
}

struct address with_family(struct address address, int family)
{
	sa_family_t number = (sa_family_t)family;

	memcpy(address.bytes, &number, sizeof(number));
	return address;
}

struct address with_length(struct address address, int length)
{
	address.length = length;
	return address;
}

unsigned int port_of(const struct address *address)
{
	struct sockaddr_in in;

	memcpy(&in, address->bytes, sizeof(in));
	return ntohs(in.sin_port);
}

long sc_bind_to(int fd, struct address address)
{
	return t_bind(fd, address.bytes, address.length);
}

long sc_connect_to(int fd, struct address address)
{
	return t_connect(fd, address.bytes, address.length);
}

long sc_send_to(int fd, struct address address)
{
	return t_sendto(fd, "data", 4, 0, address.bytes, address.length);
}

long sc_bind_device(int fd, const char *name)
{
	return t_setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name,
			    (socklen_t)strlen(name));
}
