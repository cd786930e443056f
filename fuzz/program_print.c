/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * program_print.c - a program as text.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <string.h>

#include "../expected/constants.h"
#include "program_symbols.h"

static void print_descriptor(const struct program_descriptor *fd, FILE *out)
{
	fputs(program_descriptor_words[fd->kind], out);
	if (fd->kind == FD_RESULT)
		fprintf(out, "%u", fd->result);
}

/* Behind what it points to, after a space; nothing for good memory. */
static void print_pointer(const struct program_pointer *pointer, FILE *out)
{
	if (pointer->kind)
		fprintf(out, " %s", program_pointer_words[pointer->kind]);
	if (pointer->kind == POINTER_CUT_OFF)
		fprintf(out, " %u", pointer->after);
}

/* Bytes in quotes; those that do not print as \xNN. */
static void print_name(const struct program_name *name, const char *before, FILE *out)
{
	fprintf(out, "\"%s", before);
	for (unsigned int i = 0; i < name->length; i++) {
		unsigned char byte = name->bytes[i];

		if (byte == '"' || byte == '\\')
			fprintf(out, "\\%c", byte);
		else
			fprintf(out, byte < 32 || byte > 126 ? "\\x%02x" : "%c", byte);
	}
	fputc('"', out);
	if (name->times > 1)
		fprintf(out, " * %u", name->times);
}

static void print_port(const struct program_address *address, FILE *out)
{
	if (address->port_taken)
		fprintf(out, ":port(fd%u)", address->port_of);
	else
		fprintf(out, ":%u", address->port);
}

static void print_host(const struct program_address *address, FILE *out)
{
	bool inet = address->form == ADDRESS_INET;
	char text[INET6_ADDRSTRLEN];

	inet_ntop(inet ? AF_INET : AF_INET6, address->host, text, sizeof(text));
	fprintf(out, inet ? "%s" : "[%s]", text);
	print_port(address, out);
	if (address->scope)
		fprintf(out, ", scope %u", address->scope);
}

static void print_form(const struct program_address *address, FILE *out)
{
	fputs(address->form ? ", " : "", out);
	switch (address->form) {
	case ADDRESS_INET:
	case ADDRESS_INET6:
		print_host(address, out);
		break;
	case ADDRESS_PATH:
	case ADDRESS_ABSTRACT:
		print_name(&address->name, address->form == ADDRESS_PATH ? "" : "@",
			   out);
		break;
	case ADDRESS_PACKET:
		fprintf(out, "protocol 0x%04x, ifindex %u, halen %u", address->protocol,
			address->ifindex, address->halen);
		break;
	case ADDRESS_NETLINK:
		if (address->own_pid)
			fputs("pid getpid()", out);
		else
			fprintf(out, "pid %u", address->pid);
		fprintf(out, ", groups 0x%x", address->groups);
		break;
	case ADDRESS_VSOCK:
		fprintf(out, "cid %u, port %u", address->cid, address->vsock_port);
		break;
	default:
		break;
	}
}

/* NULL stands for an address of which nothing is said but that. */
static void print_address(const struct program_address *address, FILE *out)
{
	if (!address->family && !address->form &&
	    address->pointer.kind == POINTER_NULL) {
		fputs("NULL", out);
	} else {
		fputc('{', out);
		program_print_number(VALUES_DOMAIN, address->family, out);
		print_form(address, out);
		fputc('}', out);
		print_pointer(&address->pointer, out);
	}
	fputs(", ", out);
	program_print_number(VALUES_ROOM, address->length, out);
}

/* NULL stands for no memory, of no length, whose length cannot be told either. */
static void print_room(const struct program_room *room, const char *name, bool told,
		       FILE *out)
{
	bool nothing = room->pointer.kind == POINTER_NULL && !room->length &&
		       (!told || room->length_pointer.kind == POINTER_NULL);

	if (nothing) {
		fputs("NULL", out);
		return;
	}
	fprintf(out, "%s[", name);
	program_print_number(VALUES_ROOM, room->length, out);
	fputc(']', out);
	print_pointer(&room->pointer, out);
	if (room->length_pointer.kind) {
		fputs(" length", out);
		print_pointer(&room->length_pointer, out);
	}
}

static void print_memory(const char *name, long length,
			 const struct program_pointer *pointer, FILE *out)
{
	fprintf(out, "%s[", name);
	program_print_number(VALUES_BUFFER_LENGTH, length, out);
	fputc(']', out);
	print_pointer(pointer, out);
}

static void print_control(const struct program_control *control, FILE *out)
{
	fputs(program_control_words[control->kind], out);
	if (control->kind != CONTROL_RIGHTS)
		return;
	fputc('(', out);
	print_descriptor(&control->descriptor, out);
	if (control->count != 1)
		fprintf(out, " * %u", control->count);
	fputc(')', out);
}

static void print_one_number(const struct program_value *value, unsigned int i,
			     unsigned int class, FILE *out)
{
	if (value->own_pid >> i & 1)
		fputs("getpid()", out);
	else
		program_print_number(class, value->numbers[i], out);
}

/* How many of the numbers there are: all that follow are 0. */
static unsigned int numbers_of(const struct program_value *value)
{
	unsigned int count = PROGRAM_NUMBERS;

	while (count && !value->numbers[count - 1] && !(value->own_pid >> (count - 1)))
		count--;
	return count;
}

/* The value's bytes as a device's name; false where they are none. */
static bool print_device(const struct program_value *value, FILE *out)
{
	unsigned char bytes[sizeof(value->numbers)];
	size_t length = sizeof(bytes);

	memcpy(bytes, value->numbers, sizeof(bytes));
	while (length && !bytes[length - 1])
		length--;
	for (size_t i = 0; i < length; i++)
		if (bytes[i] <= 32 || bytes[i] > 126 || bytes[i] == '"' ||
		    bytes[i] == '\\')
			return false;
	if (!length || value->own_pid)
		return false;
	fprintf(out, "\"%.*s\"", (int)length, (const char *)bytes);
	return true;
}

static void print_memory_of_value(const struct program_call *call, FILE *out)
{
	const struct program_value *value = &call->value;
	unsigned int count = numbers_of(value);
	bool device = call->kind == PROGRAM_SETSOCKOPT && call->level == SOL_SOCKET &&
		      call->optname == SO_BINDTODEVICE;

	if (!count && value->pointer.kind == POINTER_NULL) {
		fputs("NULL", out);
		return;
	}
	if (!device || !print_device(value, out)) {
		fputs(count > 1 ? "{" : "&", out);
		for (unsigned int i = 0; i < count || !i; i++) {
			fputs(i ? ", " : "", out);
			print_one_number(value, i, VALUES_NUMBER, out);
		}
		fputs(count > 1 ? "}" : "", out);
	}
	print_pointer(&value->pointer, out);
}

static void print_value(const struct program_call *call, FILE *out)
{
	if (call->kind == PROGRAM_FCNTL && !program_fcntl_takes_memory(call->command)) {
		print_one_number(&call->value, 0,
				 call->command == F_SETFL ? SYMBOLS_FILE_FLAGS
							  : VALUES_NUMBER,
				 out);
		return;
	}
	print_memory_of_value(call, out);
	if (call->kind == PROGRAM_SETSOCKOPT) {
		fputs(", ", out);
		program_print_number(VALUES_OPTLEN, call->value.length, out);
	}
}

static void print_number(const struct program_call *call,
			 const struct argument *argument, FILE *out)
{
	const int *number = (const void *)((const char *)call + argument->offset);

	if (argument->values == VALUES_PROTOCOL)
		program_print_protocol(call->domain, *number, out);
	else
		program_print_number(argument->values, *number, out);
}

static void print_argument(const struct program_call *call,
			   const struct argument *argument, FILE *out)
{
	const void *member = (const char *)call + argument->offset;
	const struct program_buffer *buffer = member;
	const struct program_areas *areas = member;

	switch (argument->kind) {
	case ARGUMENT_DESCRIPTOR:
		print_descriptor(member, out);
		break;
	case ARGUMENT_NUMBER:
		print_number(call, argument, out);
		break;
	case ARGUMENT_OPTION:
		program_print_option(call->level, call->optname, out);
		break;
	case ARGUMENT_POINTER:
		fputs(argument->name, out);
		print_pointer(member, out);
		break;
	case ARGUMENT_ADDRESS:
		print_address(member, out);
		break;
	case ARGUMENT_ROOM:
		print_room(member, argument->name, call->kind != PROGRAM_RECVMSG, out);
		break;
	case ARGUMENT_BUFFER:
		print_memory(program_content_words[buffer->content], buffer->length,
			     &buffer->pointer, out);
		break;
	case ARGUMENT_AREAS:
		print_memory(argument->name, areas->count, &areas->pointer, out);
		break;
	case ARGUMENT_CONTROL:
		print_control(member, out);
		break;
	case ARGUMENT_VALUE:
		print_value(call, out);
		break;
	case ARGUMENT_NONE:
		break;
	}
}

void program_print_call(const struct program_call *call, unsigned int first_result,
			FILE *out)
{
	const struct argument *argument =
		program_arguments_of((enum program_kind)call->kind);
	unsigned int results = program_results(call);

	for (unsigned int i = 0; i < results; i++)
		fprintf(out, "%sfd%u", i ? ", " : "", first_result + i);
	fprintf(out, "%s%s(", results ? " = " : "",
		program_call_name((enum program_kind)call->kind));
	for (unsigned int i = 0; argument[i].kind; i++) {
		fputs(i ? ", " : "", out);
		print_argument(call, &argument[i], out);
	}
	fputc(')', out);
}

void program_print(const struct program *program, FILE *out)
{
	unsigned int result = 0;

	for (unsigned int i = 0; i < program->count; i++) {
		program_print_call(&program->calls[i], result, out);
		fputc('\n', out);
		result += program_results(&program->calls[i]);
	}
}
