/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * write_case.c - a finding as a case, ready for cases/.
 */
#include <string.h>
#include <sys/socket.h>

#include "write.h"

/* The results of a program's calls are variables: fd0, fd1. */
static void write_fd(const struct program_descriptor *fd, FILE *out)
{
	static const char *const names[FD_KINDS] = {
		[FD_MINUS_ONE] = "-1",
		[FD_LEAST] = "INT_MIN",
		[FD_UNOPENED] = "255",
		[FD_LIMIT] = "256",
		[FD_MOST] = "INT_MAX",
		[FD_FILE] = "open_descriptor(OPEN_FILE)",
		[FD_O_PATH] = "open_descriptor(OPEN_PATH_ONLY)",
	};

	if (fd->kind == FD_RESULT)
		fprintf(out, "fd%u", fd->result);
	else
		fputs(names[fd->kind], out);
}

static void write_bytes(const char *type, const char *name, const unsigned char *bytes,
			size_t length, FILE *out)
{
	fprintf(out, "\tstatic const %s %s[] = {", type, name);
	for (size_t i = 0; i < length; i++)
		fprintf(out, "%s%s0x%02x", i ? "," : "", i % 12 ? " " : "\n\t\t",
			bytes[i]);
	fprintf(out, "%s\n\t};\n", length ? "," : " 0");
}

/* Addresses as bytes, in front of all statements. */
static void write_addresses(const struct program *program, FILE *out)
{
	unsigned char bytes[ADDRESS_BYTES_MAX];
	char name[32];

	for (unsigned int i = 0; i < program->count; i++) {
		const struct program_address *address = &program->calls[i].address;
		int length = address->length;

		if (length <= 0 || address->pointer.kind == POINTER_NULL)
			continue;
		program_address_bytes(address, address->port, 0, bytes);
		snprintf(name, sizeof(name), "address%u", i);
		write_bytes("unsigned char", name, bytes,
			    length > ADDRESS_BYTES_MAX ? ADDRESS_BYTES_MAX
						       : (size_t)length,
			    out);
	}
}

static void write_address(const struct program *program, unsigned int i, FILE *out)
{
	const struct program_address *address = &program->calls[i].address;

	if (address->length > 0 && address->pointer.kind != POINTER_NULL)
		fprintf(out, "address%u, %d", i, address->length);
	else
		fprintf(out, "NULL, %d", address->length);
}

/* One call as an expression; false where a case of this has to be written by hand. */
static bool write_call(const struct program *program, unsigned int i, FILE *out)
{
	const struct program_call *call = &program->calls[i];

	fprintf(out, "t_%s(", program_call_name(call->kind));
	if (call->kind != PROGRAM_SOCKET && call->kind != PROGRAM_SOCKETPAIR)
		write_fd(&call->fd, out);
	switch (call->kind) {
	case PROGRAM_SOCKET:
		fprintf(out, "%d, 0x%x, %d)", call->domain, (unsigned int)call->type,
			call->protocol);
		return true;
	case PROGRAM_BIND:
	case PROGRAM_CONNECT:
		fputs(", ", out);
		write_address(program, i, out);
		break;
	case PROGRAM_LISTEN:
		fprintf(out, ", %d", call->backlog);
		break;
	case PROGRAM_ACCEPT4:
		fprintf(out, ", NULL, NULL, 0x%x", (unsigned int)call->flags);
		break;
	case PROGRAM_SENDTO:
		fprintf(out, ", buffer, %ld, 0x%x, ", call->buffer.length,
			(unsigned int)call->flags);
		write_address(program, i, out);
		break;
	case PROGRAM_RECVFROM:
		fprintf(out, ", buffer, %ld, 0x%x, NULL, NULL", call->buffer.length,
			(unsigned int)call->flags);
		break;
	case PROGRAM_READ:
	case PROGRAM_WRITE:
		fprintf(out, ", buffer, %ld", call->buffer.length);
		break;
	case PROGRAM_SHUTDOWN:
		fprintf(out, ", %d", call->how);
		break;
	case PROGRAM_SETSOCKOPT:
		fprintf(out, ", %d, %d, (int[]){ %d, %d, %d, %d }, %d", call->level,
			call->optname, call->value.numbers[0], call->value.numbers[1],
			call->value.numbers[2], call->value.numbers[3],
			call->value.length);
		break;
	case PROGRAM_GETSOCKNAME:
	case PROGRAM_GETPEERNAME:
		fputs(", name, &addrlen", out);
		break;
	case PROGRAM_GETSOCKOPT:
		fprintf(out, ", %d, %d, name, &addrlen", call->level, call->optname);
		break;
	case PROGRAM_FCNTL:
		fprintf(out, ", %d, %d", call->command, call->value.numbers[0]);
		break;
	case PROGRAM_POLL:
		fprintf(out, ", 0x%x", (unsigned int)call->events);
		break;
	case PROGRAM_SOCKETPAIR:
		fprintf(out, "%d, 0x%x, %d, pair", call->domain,
			(unsigned int)call->type, call->protocol);
		break;
	case PROGRAM_CLOSE:
	case PROGRAM_DUP:
		break;
	default:
		fputs(", /* see the program */", out);
		break;
	}
	fputc(')', out);
	return true;
}

static void write_expectation(const struct finding *finding,
			      const struct program *program, FILE *out)
{
	const struct outcome *due = &finding->made.judgement.due;
	unsigned int i = finding->made.index;

	if (due->kind == OUTCOME_ERROR) {
		fputs("\texpect_errno(", out);
		fputs(strerrorname_np(due->errors[0]), out);
	} else if (due->kind == OUTCOME_DESCRIPTOR) {
		fputs("\texpect_descriptor(", out);
		write_call(program, i, out);
		fputs(");\n", out);
		return;
	} else {
		fprintf(out, "\texpect_value(%ld", due->value);
	}
	fputs(", ", out);
	write_call(program, i, out);
	fputs(");\n", out);
}

static void write_statements(const struct finding *finding,
			     const struct program *program, FILE *out)
{
	unsigned int result = 0;

	for (unsigned int i = 0; i < finding->made.index && i < program->count; i++) {
		unsigned int results = program_results(&program->calls[i]);

		fputc('\t', out);
		if (results == 1)
			fprintf(out, "int fd%u = (int)", result);
		write_call(program, i, out);
		fputs(";\n", out);
		if (results == 2)
			fprintf(out, "\tint fd%u = pair[0], fd%u = pair[1];\n", result,
				result + 1);
		result += results;
	}
}

static bool uses(const struct program *program, enum program_kind kind)
{
	for (unsigned int i = 0; i < program->count; i++)
		if (program->calls[i].kind == kind)
			return true;
	return false;
}

static void write_variables(const struct program *program, FILE *out)
{
	if (uses(program, PROGRAM_SENDTO) || uses(program, PROGRAM_RECVFROM) ||
	    uses(program, PROGRAM_READ) || uses(program, PROGRAM_WRITE))
		fputs("\tstatic unsigned char buffer[131072] = \"abcdefgh\";\n", out);
	if (uses(program, PROGRAM_GETSOCKNAME) || uses(program, PROGRAM_GETPEERNAME) ||
	    uses(program, PROGRAM_GETSOCKOPT))
		fputs("\tunsigned char name[128];\n"
		      "\tsocklen_t addrlen = sizeof(name);\n",
		      out);
	if (uses(program, PROGRAM_SOCKETPAIR))
		fputs("\tint pair[2];\n", out);
}

void write_case(const struct finding *finding, const struct program *program, FILE *out)
{
	const struct rule *rule = finding->made.judgement.rule;

	fputs("/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */\n"
	      "/*\n * What the fuzzer found: ",
	      out);
	fprintf(out, "due was %s, came %s.\n *\n", finding->due, finding->came);
	program_print(program, out);
	fputs(" */\n#include <limits.h>\n\n#include \"sockcheck.h\"\n\n", out);
	fprintf(out, "CASE(\"%s[found]\")\n{\n", rule ? rule->id : "unknown.rule");
	write_addresses(program, out);
	write_variables(program, out);
	fputc('\n', out);
	write_statements(finding, program, out);
	fputc('\n', out);
	write_expectation(finding, program, out);
	fputs("}\n", out);
}
