/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * program_parse.c - a program from text:
 *
 *	# A line is a call; a descriptor has a name, once a call has returned it.
 *	fd0 = socket(AF_INET, SOCK_DGRAM|SOCK_NONBLOCK, 0)
 *	bind(fd0, {AF_INET, 127.0.0.1:5000}, 16)
 *	fd1, fd2 = socketpair(AF_UNIX, SOCK_STREAM, 0, pair)
 *	sendto(fd0, buffer[64], 0, {AF_INET, 127.0.0.1:port(fd0)} read_only, 16)
 *	recvfrom(fd0, buffer[64] cut_off 10, MSG_DONTWAIT, name[128] length unmapped)
 *	bind(fd1, {AF_UNIX, "x" * 107}, 110)
 *	setsockopt(fd0, SOL_SOCKET, SO_LINGER, {1, 0}, 8)
 *	sendmsg(fd1, header, NULL, 0, buffer[1], areas[1], rights(fd0 * 2), 0)
 *	recvmsg(fd2, header, NULL, buffer[1], areas[1], control[64], 0)
 *	fcntl(unopened, F_SETFL, O_NONBLOCK)
 *
 * Behind what is passed by a pointer stands what is wrong with that: NULL, unmapped,
 * protected, read_only, foreign, cut_off and how many bytes are left.  A descriptor
 * that no call has returned is unopened, file (a regular one), path (with O_PATH), -1,
 * INT_MIN, INT_MAX or RLIMIT_NOFILE.  What is sent is a buffer of letters or zeros,
 * echo, echo6, ip, nlmsg, nlmsg_get, ethernet: see enum program_content.
 */
#include <string.h>

#include "program_parse.h"

/* fd and digits: which result it is; or false, with an error. */
static bool named(struct scanner *scanner, struct word word, unsigned char *result)
{
	unsigned int number = 0;

	for (size_t i = 2; i < word.length; i++) {
		number = number * 10 + (unsigned int)(word.text[i] - '0');
		if (word.text[i] < '0' || word.text[i] > '9' || number >= NAMES_MAX)
			number = NAMES_MAX;
	}
	if (number >= NAMES_MAX)
		return scan_fail(scanner, word.text,
				 "results are called fd0 to fd%d, not '%.*s'",
				 NAMES_MAX - 1,
				 word.length > 30 ? 30 : (int)word.length, word.text);
	*result = (unsigned char)number;
	scanner->at += word.length;
	scanner->named = number;
	return true;
}

static bool is_name(struct word word)
{
	return word.length > 2 && !memcmp(word.text, "fd", 2);
}

static bool parse_result(struct scanner *scanner, unsigned char *result)
{
	struct word word = scan_word(scanner);
	const char *begin = scanner->at;

	if (!is_name(word))
		return scan_fail(scanner, begin,
				 "the name of a result, fd0, comes here");
	if (!named(scanner, word, result))
		return false;
	if (!scanner->names[scanner->named])
		return scan_fail(scanner, begin, "no call before has the result fd%u",
				 scanner->named);
	*result = (unsigned char)(scanner->names[scanner->named] - 1);
	return true;
}

static bool parse_descriptor(struct scanner *scanner, struct program_descriptor *fd)
{
	*fd = (struct program_descriptor){ 0 };
	if (is_name(scan_word(scanner)))
		return parse_result(scanner, &fd->result);
	if (scan_peek(scanner) == '-' && scanner->at[1] == '1' &&
	    !scan_is_part(scanner->at[2])) {
		scanner->at += 2;
		fd->kind = FD_MINUS_ONE;
		return true;
	}
	if (scan_take_word(scanner, "fd"))
		return scan_fail(scanner, scanner->at - 2,
				 "the name of a result has a number: fd0");
	return scan_choice(scanner, program_descriptor_words, FD_KINDS, "a descriptor",
			   &fd->kind);
}

bool parse_pointer(struct scanner *scanner, struct program_pointer *pointer)
{
	long after;

	*pointer = (struct program_pointer){ 0 };
	for (unsigned char kind = POINTER_NULL; kind < POINTER_KINDS; kind++)
		if (scan_take_word(scanner, program_pointer_words[kind]))
			pointer->kind = kind;
	if (pointer->kind != POINTER_CUT_OFF)
		return true;
	if (!scan_number(scanner, VALUES_SCOPE, "where memory is cut off", 0,
			 POINTER_AFTER_MAX, &after))
		return false;
	pointer->after = (unsigned char)after;
	return true;
}

bool parse_port_of(struct scanner *scanner, struct program_address *address)
{
	address->port_taken = true;
	return scan_expect(scanner, '(', "'('") &&
	       parse_result(scanner, &address->port_of) &&
	       scan_expect(scanner, ')', "')'");
}

/* "[", a number and "]". */
static bool parse_size(struct scanner *scanner, const char *what, long least, long most,
		       long *number)
{
	return scan_expect(scanner, '[', "'[' and a length") &&
	       scan_number(scanner, VALUES_ROOM, what, least, most, number) &&
	       scan_expect(scanner, ']', "']'");
}

static bool parse_room(struct scanner *scanner, const char *name, bool told,
		       struct program_room *room)
{
	struct word word = scan_word(scanner);
	long length;

	if (scan_take_word(scanner, "NULL")) {
		room->pointer.kind = POINTER_NULL;
		room->length_pointer.kind = told ? POINTER_NULL : POINTER_GOOD;
		return true;
	}
	if (!scan_take_word(scanner, name))
		return scan_fail(scanner, word.text,
				 "%s[128], with another length, or NULL comes here",
				 name);
	if (!parse_size(scanner, name, -2147483647L - 1, 4294967295L, &length) ||
	    !parse_pointer(scanner, &room->pointer))
		return false;
	room->length = (int)length;
	word = scan_word(scanner);
	if (!told || !scan_take_word(scanner, "length"))
		return true;
	if (!parse_pointer(scanner, &room->length_pointer))
		return false;
	if (!room->length_pointer.kind)
		return scan_fail(scanner, word.text,
				 "behind 'length' comes what is wrong with its "
				 "pointer: NULL, unmapped, ...");
	return true;
}

static bool parse_buffer(struct scanner *scanner, struct program_buffer *buffer)
{
	return scan_choice(scanner, program_content_words, CONTENT_KINDS,
			   "memory that is passed", &buffer->content) &&
	       parse_size(scanner, "a length", -__LONG_MAX__ - 1, __LONG_MAX__,
			  &buffer->length) &&
	       parse_pointer(scanner, &buffer->pointer);
}

static bool parse_areas(struct scanner *scanner, struct program_areas *areas)
{
	if (!scan_take_word(scanner, "areas"))
		return scan_fail(scanner, scanner->at,
				 "areas[1], with another number, comes here");
	return parse_size(scanner, "how many areas", -__LONG_MAX__ - 1, __LONG_MAX__,
			  &areas->count) &&
	       parse_pointer(scanner, &areas->pointer);
}

static bool parse_control(struct scanner *scanner, struct program_control *control)
{
	long count = 1;

	if (!scan_choice(scanner, program_control_words, CONTROL_KINDS,
			 "a control message", &control->kind))
		return false;
	if (control->kind != CONTROL_RIGHTS)
		return true;
	if (!scan_expect(scanner, '(', "'(' and a descriptor") ||
	    !parse_descriptor(scanner, &control->descriptor) ||
	    (scan_take(scanner, '*') &&
	     !scan_number(scanner, VALUES_RIGHTS, "how often it is passed", 0, 1000,
			  &count)) ||
	    !scan_expect(scanner, ')', "')'"))
		return false;
	control->count = (unsigned short)count;
	return true;
}

static bool parse_word(struct scanner *scanner, const struct argument *argument,
		       struct program_pointer *pointer)
{
	if (!scan_take_word(scanner, argument->name))
		return scan_fail(scanner, scanner->at, "'%s' comes here",
				 argument->name);
	return parse_pointer(scanner, pointer);
}

static bool parse_option(struct scanner *scanner, struct program_call *call)
{
	struct word word;

	if (!scan_int(scanner, SYMBOLS_LEVEL, "a level", &call->level) ||
	    !scan_expect(scanner, ',', "',' and an option"))
		return false;
	word = scan_word(scanner);
	if (program_option_symbol(call->level, word.text, word.length,
				  &call->optname)) {
		scanner->at += word.length;
		return true;
	}
	return scan_int(scanner, SYMBOLS_LIMITS, "an option of this level",
			&call->optname);
}

static bool parse_argument(struct scanner *scanner, const struct argument *argument,
			   struct program_call *call)
{
	void *member = (char *)call + argument->offset;

	switch (argument->kind) {
	case ARGUMENT_DESCRIPTOR:
		return parse_descriptor(scanner, member);
	case ARGUMENT_NUMBER:
		return scan_int(scanner, argument->values, argument->name, member);
	case ARGUMENT_OPTION:
		return parse_option(scanner, call);
	case ARGUMENT_POINTER:
		return parse_word(scanner, argument, member);
	case ARGUMENT_ADDRESS:
		return parse_address(scanner, member);
	case ARGUMENT_ROOM:
		return parse_room(scanner, argument->name,
				  call->kind != PROGRAM_RECVMSG, member);
	case ARGUMENT_BUFFER:
		return parse_buffer(scanner, member);
	case ARGUMENT_AREAS:
		return parse_areas(scanner, member);
	case ARGUMENT_CONTROL:
		return parse_control(scanner, member);
	case ARGUMENT_VALUE:
		return parse_value(scanner, call);
	case ARGUMENT_NONE:
		break;
	}
	return false;
}

static bool parse_arguments(struct scanner *scanner, struct program_call *call)
{
	const struct argument *argument =
		program_arguments_of((enum program_kind)call->kind);

	if (!scan_expect(scanner, '(', "'('"))
		return false;
	for (unsigned int i = 0; argument[i].kind; i++) {
		if (i && !scan_expect(scanner, ',', "',' and one more argument"))
			return false;
		if (!parse_argument(scanner, &argument[i], call))
			return false;
	}
	return scan_expect(scanner, ')', "')'") &&
	       scan_expect(scanner, '\n', "the end of the line or a comment");
}

/* Names before "=": how many, and which. */
static bool parse_names(struct scanner *scanner, unsigned int names[2],
			unsigned int *count)
{
	unsigned char result;

	for (*count = 0; is_name(scan_word(scanner));) {
		if (*count == 2)
			return scan_fail(scanner, scanner->at,
					 "no call has more than two results");
		if (!named(scanner, scan_word(scanner), &result))
			return false;
		names[(*count)++] = scanner->named;
		if (!scan_take(scanner, ','))
			break;
	}
	return !*count || scan_expect(scanner, '=', "'=' and a call");
}

static bool parse_kind(struct scanner *scanner, unsigned char *kind)
{
	const char *words[PROGRAM_KINDS];

	for (unsigned int i = 0; i < PROGRAM_KINDS; i++)
		words[i] = program_call_name((enum program_kind)i);
	return scan_choice(scanner, words, PROGRAM_KINDS, "a call", kind);
}

/* Is it as it may be?  All but owners and signals has been looked at. */
static bool check_call(struct scanner *scanner, const char *begin,
		       const struct program_call *call, unsigned int results)
{
	struct program_call normal = *call;

	program_normalise_call(&normal, results);
	if (call->value.own_pid == normal.value.own_pid &&
	    !memcmp(call->value.numbers, normal.value.numbers,
		    sizeof(normal.value.numbers)))
		return true;
	return scan_fail(scanner, begin,
			 "an owner is 0, getpid(), INT_MAX or INT_MIN; a signal is 0, "
			 "23, 29 or none: a program sends none to other processes");
}

static bool parse_line(struct scanner *scanner, struct program *program,
		       unsigned int *results)
{
	struct program_call *call = &program->calls[program->count];
	unsigned int names[2], count;
	const char *begin;

	if (scan_peek(scanner) == '\n')
		return true;
	begin = scanner->at;
	if (program->count == PROGRAM_CALLS)
		return scan_fail(scanner, begin, "a program has at most %d calls",
				 PROGRAM_CALLS);
	if (!parse_names(scanner, names, &count) || !parse_kind(scanner, &call->kind) ||
	    !parse_arguments(scanner, call) ||
	    !check_call(scanner, begin, call, *results))
		return false;
	program_normalise_call(call, *results);
	if (count && count != program_results(call))
		return scan_fail(scanner, begin, "this call has %u results, not %u",
				 program_results(call), count);
	for (unsigned int i = 0; i < count; i++)
		scanner->names[names[i]] = (unsigned char)(*results + i + 1);
	*results += program_results(call);
	program->count++;
	return true;
}

#define LINE_MAX_LENGTH 1023

bool program_parse(struct program *program, const char *text,
		   struct program_error *error)
{
	struct scanner scanner = { .error = error };
	unsigned int results = 0;
	char line[LINE_MAX_LENGTH + 1];

	memset(program, 0, sizeof(*program));
	memset(error, 0, sizeof(*error));
	while (*text) {
		size_t length = strcspn(text, "\n");
		size_t copied = length > LINE_MAX_LENGTH ? LINE_MAX_LENGTH : length;

		memcpy(line, text, copied);
		line[copied] = '\0';
		scanner.line = scanner.at = line;
		scanner.number++;
		if (copied < length)
			return scan_fail(&scanner, line + copied,
					 "a line has at most %d characters",
					 LINE_MAX_LENGTH);
		if (!parse_line(&scanner, program, &results))
			return false;
		text += length + (text[length] == '\n');
	}
	return true;
}
