/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * stack_numbers.c - constants that a stack has other numbers for; and calls that cannot
 * be made of a stack, as it lacks one, or as they hand over memory that would end it.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "stack.h"

static const struct sockcheck_number none = { .kind = SOCKCHECK_END };

static const struct sockcheck_number *numbers(void)
{
	return stack_says.numbers ? stack_says.numbers : &none;
}

bool stack_number(enum sockcheck_kind kind, int level, int of_linux, int *of_stack)
{
	bool taken = false;

	*of_stack = of_linux;
	for (const struct sockcheck_number *it = numbers(); it->kind; it++) {
		if (it->kind != kind || it->level != level)
			continue;
		if (it->of_linux == of_linux) {
			*of_stack = it->of_stack;
			return it->of_stack != SOCKCHECK_NONE;
		}
		/* A number that is none of Linux's would be one of the stack's. */
		taken |= it->of_stack == of_linux;
	}
	return !taken;
}

bool stack_bits(enum sockcheck_kind kind, int of_linux, int *of_stack)
{
	int left = of_linux, taken = 0;

	*of_stack = 0;
	for (const struct sockcheck_number *it = numbers(); it->kind; it++) {
		if (it->kind != kind)
			continue;
		if (it->of_stack != SOCKCHECK_NONE)
			taken |= it->of_stack;
		if (!(of_linux & it->of_linux))
			continue;
		if (it->of_stack == SOCKCHECK_NONE)
			return false;
		*of_stack |= it->of_stack;
		left &= ~it->of_linux;
	}
	*of_stack |= left;
	return !(left & taken);
}

int linux_number(enum sockcheck_kind kind, int of_stack)
{
	for (const struct sockcheck_number *it = numbers(); it->kind; it++)
		if (it->kind == kind && it->of_stack == of_stack)
			return it->of_linux;
	return of_stack;
}

int linux_bits(enum sockcheck_kind kind, int of_stack)
{
	int left = of_stack, of_linux = 0;

	for (const struct sockcheck_number *it = numbers(); it->kind; it++)
		if (it->kind == kind && it->of_stack != SOCKCHECK_NONE &&
		    of_stack & it->of_stack) {
			of_linux |= it->of_linux;
			left &= ~it->of_stack;
		}
	return of_linux | left;
}

/* Puts what cannot be said to the stack into why: true. */
static bool lacks(char *why, size_t size, const char *what, int number)
{
	snprintf(why, size, "%s has no way to say %s %#x", stack_target.name, what,
		 (unsigned int)number);
	return true;
}

static bool cannot_say(enum sockcheck_kind kind, const char *what, int number,
		       char *why, size_t size)
{
	int of_stack;

	return !stack_number(kind, 0, number, &of_stack) &&
	       lacks(why, size, what, number);
}

static bool cannot_say_bits(enum sockcheck_kind kind, const char *what, int bits,
			    char *why, size_t size)
{
	int of_stack;

	return !stack_bits(kind, bits, &of_stack) && lacks(why, size, what, bits);
}

#define TYPE_MASK 0xf

static bool cannot_say_socket(const struct call *call, char *why, size_t size)
{
	return cannot_say(SOCKCHECK_FAMILY, "the family", call->socket.domain, why,
			  size) ||
	       cannot_say(SOCKCHECK_TYPE, "the type", call->socket.type & TYPE_MASK,
			  why, size) ||
	       cannot_say_bits(SOCKCHECK_TYPE_FLAG, "the flags of a type",
			       call->socket.type & ~TYPE_MASK, why, size) ||
	       cannot_say(SOCKCHECK_PROTOCOL, "the protocol", call->socket.protocol,
			  why, size);
}

static bool cannot_say_option(const struct call *call, char *why, size_t size)
{
	int of_stack;

	if (cannot_say(SOCKCHECK_LEVEL, "the level", call->option.level, why, size))
		return true;
	return !stack_number(SOCKCHECK_OPTION, call->option.level, call->option.optname,
			     &of_stack) &&
	       lacks(why, size, "the option", call->option.optname);
}

/* A family of more than a byte, or cut in two, where the first is the length. */
static bool cannot_say_address(const struct call_address *address, char *why,
			       size_t size)
{
	sa_family_t family = 0;

	if (address->addrlen <= 0 || address->unreadable)
		return false;
	memcpy(&family, address->bytes, sizeof(family));
	if (stack_says.flags & SOCKCHECK_ADDRESS_LENGTH &&
	    (address->addrlen < 2 || family > 0xff))
		return lacks(why, size, "the address's family", family);
	return address->addrlen >= 2 &&
	       cannot_say(SOCKCHECK_FAMILY, "the address's family", family, why, size);
}

static bool cannot_say_fcntl(const struct call *call, char *why, size_t size)
{
	return cannot_say(SOCKCHECK_FCNTL, "fcntl(2)'s command", call->fcntl.command,
			  why, size) ||
	       (call->fcntl.command == F_SETFL &&
		cannot_say_bits(SOCKCHECK_STATUS_FLAG, "the status flags",
				(int)call->fcntl.argument, why, size));
}

static bool cannot_say_numbers(const struct call *call, char *why, size_t size)
{
	if (call_receives(call->name))
		return cannot_say_bits(SOCKCHECK_MESSAGE, "the flags",
				       call->message.flags, why, size);
	switch (call->name) {
	case CALL_SOCKET:
		return cannot_say_socket(call, why, size);
	case CALL_BIND:
	case CALL_CONNECT:
		return cannot_say_address(&call->address, why, size);
	case CALL_SENDTO:
	case CALL_SENDMSG:
		return cannot_say_address(&call->message.to, why, size) ||
		       cannot_say_bits(SOCKCHECK_MESSAGE, "the flags",
				       call->message.flags, why, size);
	case CALL_GETSOCKOPT:
	case CALL_SETSOCKOPT:
		return cannot_say_option(call, why, size);
	case CALL_SHUTDOWN:
		return cannot_say(SOCKCHECK_HOW, "shutdown(2)'s how", call->how, why,
				  size);
	case CALL_FCNTL:
		return cannot_say_fcntl(call, why, size);
	case CALL_IOCTL:
		return cannot_say(SOCKCHECK_IOCTL, "ioctl(2)'s request",
				  (int)call->file.argument[0], why, size);
	case CALL_POLL:
		return cannot_say_bits(SOCKCHECK_POLL, "the events",
				       (int)call->file.argument[0], why, size);
	default:
		return false;
	}
}

static bool room_is_bad(const struct call *call)
{
	return call->message.name_wanted &&
	       (call->message.addrlen_unreadable || call->message.addrlen_unwritable ||
		call->message.name_writable < (socklen_t)call->message.room);
}

static bool receives_badly(const struct call *call)
{
	const unsigned int bad = HEADER_UNREADABLE | HEADER_READ_ONLY |
				 AREAS_UNREADABLE | TIMEOUT_UNREADABLE |
				 TIMEOUT_READ_ONLY;

	return call->message.foreign || call->message.wrong & bad ||
	       room_is_bad(call) || call->message.writable < call->message.length;
}

/* Is there memory among the arguments that cannot be read or written? */
static bool memory_is_bad(const struct call *call)
{
	if (call_receives(call->name))
		return receives_badly(call);
	switch (call->name) {
	case CALL_BIND:
	case CALL_CONNECT:
		return call->address.unreadable;
	case CALL_SENDTO:
	case CALL_SENDMSG:
		return call->message.to.unreadable || call->message.foreign ||
		       call->message.wrong & (HEADER_UNREADABLE | AREAS_UNREADABLE) ||
		       (call->message.length && !call->message.payload);
	case CALL_WRITE:
	case CALL_WRITEV:
		return call->message.foreign || call->message.areas_unreadable ||
		       call->message.readable < call->message.length;
	case CALL_SETSOCKOPT:
		return call->option.readable < call->option.optlen;
	case CALL_FCNTL:
		return call->fcntl.unreachable;
	case CALL_IOCTL:
		return call->file.foreign || call->file.argument[1] == 2 ||
		       call->file.reachable < call->file.length;
	default:
		return false;
	}
}

static bool is_offered(enum call_name name)
{
	switch (name) {
	case CALL_WRITEV:
		return stack_calls.writev;
	case CALL_SELECT:
		return stack_calls.select;
	case CALL_SOCKET:
	case CALL_BIND:
	case CALL_CONNECT:
	case CALL_LISTEN:
	case CALL_ACCEPT4:
	case CALL_SHUTDOWN:
	case CALL_SENDTO:
	case CALL_SENDMSG:
	case CALL_RECVFROM:
	case CALL_RECV:
	case CALL_RECVMSG:
	case CALL_READ:
	case CALL_READV:
	case CALL_SETSOCKOPT:
	case CALL_GETSOCKOPT:
	case CALL_GETSOCKNAME:
	case CALL_GETPEERNAME:
	case CALL_CLOSE:
	case CALL_WRITE:
	case CALL_FCNTL:
	case CALL_IOCTL:
	case CALL_POLL:
		/* The table of the target has these one by one. */
		return true;
	default:
		return false;
	}
}

bool stack_cannot_express(const struct world *world, const struct call *call, char *why,
			  size_t size)
{
	(void)world;
	if (!is_offered(call->name)) {
		snprintf(why, size, "%s does not offer %s", stack_target.name,
			 call_name(call->name));
		return true;
	}
	if (call->name == CALL_ACCEPT4 && call->flags && !stack_calls.accept4) {
		snprintf(why, size, "%s does not offer accept4", stack_target.name);
		return true;
	}
	if (!(stack_says.flags & SOCKCHECK_CHECKS_MEMORY) && memory_is_bad(call)) {
		snprintf(why, size,
			 "memory that cannot be used would end this process, which %s "
			 "is part of",
			 stack_target.name);
		return true;
	}
	return cannot_say_numbers(call, why, size);
}
