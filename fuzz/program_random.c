/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * program_random.c - arguments by chance, mostly such as go together.
 */
#include <string.h>

#include "../expected/constants.h"
#include "program_random.h"

/* splitmix64, of Steele, Lea and Flood: any seed is as good as another. */
static unsigned long long next(struct program_random *random)
{
	unsigned long long word = random->state += 0x9e3779b97f4a7c15ULL;

	word = (word ^ word >> 30) * 0xbf58476d1ce4e5b9ULL;
	word = (word ^ word >> 27) * 0x94d049bb133111ebULL;
	return word ^ word >> 31;
}

void program_seed(struct program_random *random, unsigned long long seed)
{
	random->state = seed;
}

unsigned int random_below(struct program_random *random, unsigned int limit)
{
	return limit ? (unsigned int)((next(random) >> 32) * limit >> 32) : 0;
}

bool random_chance(struct program_random *random, unsigned int percent)
{
	return random_below(random, 100) < percent;
}

/* Of `count`, mostly the first `common`. */
static size_t random_place(struct program_random *random, size_t count, size_t common)
{
	return random_below(random,
			    (unsigned int)(random_chance(random, 70) ? common : count));
}

long random_value(struct program_random *random, enum value_class values)
{
	const struct value_table *table = program_values(values);

	if (random_chance(random, 1))
		return (long)next(random);
	return table->values[random_place(random, table->count, table->common)];
}

/* One of a table of other shape: any of them. */
#define RANDOM_OF(random, array) (array)[random_below(random, COUNT(array))]

static void random_descriptor(struct program_random *random, unsigned int results,
			      struct program_descriptor *fd)
{
	*fd = (struct program_descriptor){ 0 };
	if (!results || random_chance(random, 2))
		fd->kind = (unsigned char)(1 + random_below(random, FD_KINDS - 1));
	else if (random_chance(random, 50))
		fd->result = (unsigned char)(results - 1 -
					     random_below(random,
							  results > 2 ? 2 : results));
	else
		fd->result = (unsigned char)random_below(random, results);
}

static void random_pointer(struct program_random *random,
			   struct program_pointer *pointer)
{
	*pointer = (struct program_pointer){ 0 };
	if (random_chance(random, 96))
		return;
	pointer->kind = (unsigned char)random_below(random, POINTER_KINDS);
	if (pointer->kind == POINTER_CUT_OFF)
		pointer->after =
			(unsigned char)random_below(random, POINTER_AFTER_MAX + 1);
}

/* Sockets that there are; the other combinations come of changing one number. */
void random_socket(struct program_random *random, struct program_call *call)
{
	static const int sockets[][3] = {
		{ AF_INET, SOCK_DGRAM, 0 },
		{ AF_INET, SOCK_STREAM, 0 },
		{ AF_INET6, SOCK_DGRAM, 0 },
		{ AF_INET6, SOCK_STREAM, 0 },
		{ AF_UNIX, SOCK_DGRAM, 0 },
		{ AF_UNIX, SOCK_STREAM, 0 },
		{ AF_UNIX, SOCK_SEQPACKET, 0 },
		{ AF_INET, SOCK_DGRAM, IPPROTO_ICMP },
		{ AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6 },
		{ AF_INET, SOCK_RAW, IPPROTO_UDP },
		{ AF_INET, SOCK_RAW, IPPROTO_ICMP },
		{ AF_INET, SOCK_RAW, IPPROTO_RAW },
		{ AF_INET, SOCK_RAW, 253 },
		{ AF_INET6, SOCK_RAW, IPPROTO_UDP },
		{ AF_INET6, SOCK_RAW, IPPROTO_ICMPV6 },
		{ AF_INET6, SOCK_RAW, 253 },
		{ AF_INET6, SOCK_RAW, IPPROTO_RAW },
		{ AF_PACKET, SOCK_RAW, 0x0300 },
		{ AF_PACKET, SOCK_DGRAM, 0x0300 },
		{ AF_NETLINK, SOCK_RAW, NETLINK_ROUTE },
		{ AF_NETLINK, SOCK_DGRAM, NETLINK_USERSOCK },
		{ AF_NETLINK, SOCK_RAW, NETLINK_GENERIC },
		{ AF_VSOCK, SOCK_STREAM, 0 },
		{ AF_VSOCK, SOCK_SEQPACKET, 0 },
		{ AF_VSOCK, SOCK_DGRAM, 0 },
		{ AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE },
		{ AF_INET, SOCK_STREAM, LINUX_IPPROTO_MPTCP },
	};
	const int *chosen = sockets[random_chance(random, 50)
					    ? random_below(random, 7)
					    : random_below(random, COUNT(sockets))];

	call->domain = chosen[0];
	call->type = chosen[1] | (random_chance(random, 80) ? SOCK_NONBLOCK : 0);
	call->protocol = chosen[2];
}

static void random_host(struct program_random *random, struct program_address *address)
{
	size_t count;
	const unsigned char(*hosts)[16] =
		program_hosts((enum program_address_form)address->form, &count);

	memcpy(address->host, hosts[random_place(random, count, COMMON_HOSTS)], 16);
}

static void random_port(struct program_random *random, struct program_address *address,
			unsigned int results)
{
	address->port_taken = results && random_chance(random, 50);
	address->port_of = (unsigned char)random_below(random, results);
	address->port = (unsigned short)random_value(random, VALUES_PORT);
}

static void random_name(struct program_random *random, struct program_address *address)
{
	size_t count;
	const struct program_name *names =
		program_names((enum program_address_form)address->form, &count);

	address->name = names[random_place(random, count, COMMON_NAMES)];
}

/* What stands behind the family: all of it, since only what the form has counts. */
static void random_form(struct program_random *random, struct program_address *address,
			unsigned int results)
{
	if (address->form == ADDRESS_INET || address->form == ADDRESS_INET6)
		random_host(random, address);
	if (address->form == ADDRESS_PATH || address->form == ADDRESS_ABSTRACT)
		random_name(random, address);
	random_port(random, address, results);
	address->scope = (unsigned int)random_value(random, VALUES_SCOPE);
	address->protocol =
		(unsigned short)random_value(random, VALUES_ETHERNET_PROTOCOL);
	address->ifindex = (unsigned int)random_value(random, VALUES_INTERFACE);
	address->halen = (unsigned char)random_value(random, VALUES_HALEN);
	address->own_pid = random_chance(random, 30);
	address->pid = (unsigned int)random_value(random, VALUES_NETLINK_PID);
	address->groups = (unsigned int)random_value(random, VALUES_NETLINK_GROUPS);
	address->cid = (unsigned int)random_value(random, VALUES_CID);
	address->vsock_port = (unsigned int)random_value(random, VALUES_VSOCK_PORT);
}

static void random_shape(struct program_random *random, struct program_address *address,
			 int domain)
{
	size_t count, place;
	const struct address_shape *shapes = program_shapes(&count);

	place = random_place(random, count, COMMON_SHAPES);
	/* Try for one of the family; that of some comes more than once. */
	for (int i = 0; i < 50 && random_chance(random, 98); i++) {
		if (shapes[place].family == domain && shapes[place].form)
			break;
		place = random_below(random, COMMON_SHAPES);
	}
	address->family = shapes[place].family;
	address->form = (unsigned char)shapes[place].form;
}

static void random_address_length(struct program_random *random,
				  struct program_address *address)
{
	long all[LENGTHS_MAX];
	size_t count;

	program_normalise_name(address);
	count = program_lengths(address, all);
	address->length = (int)all[random_chance(random, 92)
					   ? 0
					   : random_below(random, (unsigned int)count)];
}

static void random_address(struct program_random *random,
			   struct program_address *address, int domain,
			   unsigned int results)
{
	memset(address, 0, sizeof(*address));
	random_shape(random, address, domain);
	random_form(random, address, results);
	random_address_length(random, address);
	random_pointer(random, &address->pointer);
}

/* One thing of an address, that is there already. */
void change_address(struct program_random *random, struct program_address *address,
		    int domain, unsigned int results)
{
	bool exact = address->length == program_exact_length(address);

	switch (random_below(random, 6)) {
	case 0:
		random_shape(random, address, domain);
		random_form(random, address, results);
		break;
	case 1:
	case 2:
		if (address->form == ADDRESS_INET || address->form == ADDRESS_INET6)
			random_host(random, address);
		else
			random_form(random, address, results);
		break;
	case 3:
		random_port(random, address, results);
		address->scope = (unsigned int)random_value(random, VALUES_SCOPE);
		break;
	case 4:
		random_address_length(random, address);
		return;
	default:
		random_pointer(random, &address->pointer);
		break;
	}
	program_normalise_name(address);
	if (exact)
		address->length = program_exact_length(address);
}

static void random_room(struct program_random *random, struct program_room *room)
{
	room->length = (int)random_value(random, VALUES_ROOM);
	random_pointer(random, &room->pointer);
	random_pointer(random, &room->length_pointer);
	if (random_chance(random, 25)) {
		room->length = 0;
		room->pointer.kind = room->length_pointer.kind = POINTER_NULL;
	}
}

static void random_buffer(struct program_random *random, int domain,
			  struct program_buffer *buffer)
{
	static const unsigned char fitting[][2] = {
		{ AF_INET, CONTENT_ECHO },	   { AF_INET6, CONTENT_ECHO6 },
		{ AF_INET, CONTENT_IP },	   { AF_NETLINK, CONTENT_NLMSG },
		{ AF_NETLINK, CONTENT_NLMSG_GET }, { AF_PACKET, CONTENT_ETHERNET },
		{ AF_PACKET, CONTENT_IP },
	};
	const unsigned char *fit = RANDOM_OF(random, fitting);

	buffer->content = CONTENT_BYTES;
	if (fit[0] == domain)
		buffer->content = fit[1];
	else if (random_chance(random, 10))
		buffer->content = (unsigned char)random_below(random, CONTENT_KINDS);
	buffer->length = random_value(random, VALUES_BUFFER_LENGTH);
	random_pointer(random, &buffer->pointer);
}

static void random_control(struct program_random *random, unsigned int results,
			   struct program_control *control)
{
	control->kind = CONTROL_NONE;
	if (random_chance(random, 50))
		control->kind = (unsigned char)random_below(random, CONTROL_KINDS);
	random_descriptor(random, results, &control->descriptor);
	control->count = (unsigned short)(random_value(random, VALUES_RIGHTS) & 0x3ff);
}

static void random_numbers(struct program_random *random, struct program_value *value)
{
	memset(value, 0, sizeof(*value));
	value->numbers[0] = (int)random_value(random, VALUES_NUMBER);
	for (unsigned int i = 1; i < PROGRAM_NUMBERS && random_chance(random, 25); i++)
		value->numbers[i] = (int)random_value(random, VALUES_NUMBER);
	if (random_chance(random, 5))
		value->own_pid = (unsigned char)random_below(random, 4);
	value->length = (int)random_value(random, VALUES_OPTLEN);
	random_pointer(random, &value->pointer);
}

/* Half of what takes the place of another is of its level, near it in the table: it is
 * of the same use. */
static const struct option_name *near_option(struct program_random *random,
					     const struct program_call *call)
{
	size_t count;
	const struct option_name *options = program_options(&count);

	for (size_t i = 0; i < count; i++) {
		size_t first = i < 4 ? 0 : i - 4;
		size_t place = first + random_below(random, 9);

		if (options[i].level != call->level ||
		    options[i].optname != call->optname)
			continue;
		if (place < count && options[place].level == call->level)
			return &options[place];
	}
	return NULL;
}

/* Mostly of a level that the socket has. */
static void random_option(struct program_random *random, int domain,
			  struct program_call *call)
{
	size_t count;
	const struct option_name *options = program_options(&count);
	const struct option_name *option = NULL;

	if (call->optname && random_chance(random, 50))
		option = near_option(random, call);
	for (int i = 0; !option && i < 20 && random_chance(random, 95); i++) {
		const struct option_name *some =
			&options[random_below(random, (unsigned int)count)];

		if (some->level == SOL_SOCKET ||
		    (domain == AF_INET && some->level == IPPROTO_IP) ||
		    (domain == AF_INET6 && some->level == IPPROTO_IPV6))
			option = some;
	}
	if (!option)
		option = &options[random_below(random, (unsigned int)count)];
	call->level = option->level;
	call->optname = option->optname;
	if (random_chance(random, 1))
		call->optname = (int)random_below(random, 300);
}

void random_part(struct program_random *random, const struct argument *argument,
		 int domain, unsigned int results, struct program_call *call)
{
	void *member = (char *)call + argument->offset;
	struct program_areas *areas = member;
	int *number = member;

	switch (argument->kind) {
	case ARGUMENT_DESCRIPTOR:
		random_descriptor(random, results, member);
		break;
	case ARGUMENT_NUMBER:
		*number = (int)random_value(random, argument->values);
		break;
	case ARGUMENT_OPTION:
		random_option(random, domain, call);
		break;
	case ARGUMENT_POINTER:
		random_pointer(random, member);
		break;
	case ARGUMENT_ADDRESS:
		random_address(random, member, domain, results);
		break;
	case ARGUMENT_ROOM:
		random_room(random, member);
		break;
	case ARGUMENT_BUFFER:
		random_buffer(random, domain, member);
		break;
	case ARGUMENT_AREAS:
		areas->count = random_value(random, VALUES_AREAS);
		random_pointer(random, &areas->pointer);
		break;
	case ARGUMENT_CONTROL:
		random_control(random, results, member);
		break;
	case ARGUMENT_VALUE:
		random_numbers(random, member);
		break;
	case ARGUMENT_NONE:
		break;
	}
}
