/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * assert.c - assertions: the call's rule, what the case expects, what came.
 */
#include <stdarg.h>
#include <string.h>

#include "harness.h"

unsigned int asserted;

void sc_forget(void)
{
	last.valid = false;
}

static void copy(char *to, const char *from)
{
	snprintf(to, TEXT_MAX, "%s", from);
}

static void report_call(void)
{
	struct report *report = session.report;

	if (!last.valid)
		return;
	format_call(&last.call, report->call, TEXT_MAX);
	format_result(&last.call, &last.result, report->came, TEXT_MAX);
}

void sc_fail(int line, const char *format, ...)
{
	char message[TEXT_MAX];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);
	report_call();
	end_case(VERDICT_FAIL, line, message);
}

void sc_broken(int line, const char *format, ...)
{
	char message[TEXT_MAX];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);
	report_call();
	end_case(VERDICT_BROKEN, line, message);
}

void sc_skip(const char *format, ...)
{
	char message[TEXT_MAX];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);
	end_case(VERDICT_SKIP, 0, message);
}

/* The call must land in the rule that the case is named for. */
static void check_rule(int line)
{
	size_t length = rule_length(running->name);

	if (!last.valid)
		sc_broken(line,
			  "nothing was asked of the target before this assertion");
	if (!last.rule)
		sc_fail(line,
			"the rulebook has no rule for this call; the case names "
			"%.*s",
			(int)length, running->name);
	if (strlen(last.rule->id) != length ||
	    strncmp(last.rule->id, running->name, length))
		sc_fail(line, "the call lands in rule %s; the case names %.*s",
			last.rule->id, (int)length, running->name);
}

/* What the case expects must be what its rule says, or one of the things it says. */
static void check_case(int line, const struct outcome *expected, const char *text)
{
	struct result wanted = { .value = expected->value,
				 .length = expected->length,
				 .told = expected->told };
	struct outcome due;
	bool agrees = true;
	char says[TEXT_MAX];

	rule_outcome(last.rule, &last.before, &last.call, &due);
	/* These the case leaves to its rule: check_rest(). */
	due.marks = due.controls = false;
	memcpy(wanted.bytes, expected->bytes, expected->length);
	if (expected->kind == OUTCOME_ERROR) {
		for (size_t i = 0; i < OUTCOME_ERRORS && expected->errors[i]; i++)
			agrees &= outcome_has_error(&due, expected->errors[i]);
	} else if (expected->kind == OUTCOME_VALUE) {
		agrees = outcome_allows(&due, &last.before, &last.call, &wanted);
	} else {
		agrees = expected->kind == due.kind;
	}
	if (agrees)
		return;
	format_outcome(&due, &last.before, &last.call, says, sizeof(says));
	sc_fail(line, "the case expects %s, its rule says %s", text, says);
}

/* Where the profile allows what Linux does not do, the case cannot go on from there: it
 * has passed. */
static void end_of_what_is_known(int line)
{
	struct outcome linux_does;

	rule_outcome(last.rule, &last.before, &last.call, &linux_does);
	if ((last.result.value < 0) != (linux_does.kind == OUTCOME_ERROR) &&
	    !outcome_allows(&linux_does, &last.before, &last.call, &last.result))
		end_case(VERDICT_PASS, line, "");
}

/* What the rule says and the case leaves to it: the bytes that were received and none
 * behind them, msg_flags, control messages.  By POSIX, all that it says. */
static void check_rest(int line)
{
	char text[TEXT_MAX];
	struct outcome due;

	judged_outcome(&due);
	if (outcome_allows(&due, &last.before, &last.call, &last.result)) {
		end_of_what_is_known(line);
		return;
	}
	format_outcome(&due, &last.before, &last.call, text, sizeof(text));
	copy(session.report->expected, text);
	report_call();
	end_case(VERDICT_FAIL, line, "");
}

static void check(int line, const struct outcome *expected)
{
	char text[TEXT_MAX] = "";

	if (last.valid)
		format_outcome(expected, &last.before, &last.call, text, sizeof(text));
	copy(session.report->expected, text);
	check_rule(line);
	check_case(line, expected, text);
	if (session.profile == PROFILE_LINUX &&
	    !outcome_allows(expected, &last.before, &last.call, &last.result)) {
		report_call();
		end_case(VERDICT_FAIL, line, "");
	}
	check_rest(line);
	copy(session.report->expected, "");
	asserted++;
}

void sc_expect_errors(int line, long came, const int *errors)
{
	struct outcome expected = { .kind = OUTCOME_ERROR };

	(void)came;
	for (size_t i = 0; i < OUTCOME_ERRORS && errors[i]; i++)
		expected.errors[i] = errors[i];
	check(line, &expected);
}

void sc_expect_value(int line, long value, long came)
{
	(void)came;
	check(line, &(struct outcome){ .kind = OUTCOME_VALUE, .value = value });
}

int sc_expect_descriptor(int line, long came)
{
	check(line, &(struct outcome){ .kind = OUTCOME_DESCRIPTOR });
	return (int)came;
}

long sc_expect_positive(int line, long came)
{
	check(line, &(struct outcome){ .kind = OUTCOME_ANY_VALUE });
	return came;
}

static void expect_bytes(int line, long value, const void *bytes, unsigned int length)
{
	struct outcome expected = { .kind = OUTCOME_VALUE,
				    .value = value,
				    .length = length };

	if (length > sizeof(expected.bytes))
		sc_broken(line, "the case expects %u bytes; at most %zu are compared",
			  length, sizeof(expected.bytes));
	memcpy(expected.bytes, bytes, length);
	check(line, &expected);
}

void sc_expect_last_bytes(int line, long value, const void *bytes, unsigned int length)
{
	expect_bytes(line, value, bytes, length);
}

void sc_expect_option(int line, int fd, int level, int optname, const void *bytes,
		      unsigned int length)
{
	unsigned char optval[RESULT_BYTES_MAX];
	socklen_t optlen = sizeof(optval);

	/* Filled with what no option holds, so that bytes left unwritten show. */
	memset(optval, 0xa5, sizeof(optval));
	t_getsockopt(fd, level, optname, optval, &optlen);
	expect_bytes(line, 0, bytes, length);
}

void sc_expect_name(int line, int fd, const void *address, unsigned int length)
{
	unsigned char name[RESULT_BYTES_MAX];
	socklen_t addrlen = sizeof(name);

	memset(name, 0xa5, sizeof(name));
	t_getsockname(fd, name, &addrlen);
	expect_bytes(line, 0, address, length);
}

/* The rule's own set is what is expected: the case looks at the name that came. */
void sc_expect_chosen_name(int line, int fd, struct address *name)
{
	struct outcome expected = { .kind = OUTCOME_CHOSEN };
	socklen_t addrlen = RESULT_BYTES_MAX;

	memset(name, 0xa5, sizeof(*name));
	t_getsockname(fd, name->bytes, &addrlen);
	name->length = (int)addrlen;
	if (last.rule)
		rule_outcome(last.rule, &last.before, &last.call, &expected);
	if (expected.kind != OUTCOME_CHOSEN)
		expected = (struct outcome){ .kind = OUTCOME_CHOSEN };
	check(line, &expected);
}

void sc_expect_last_chosen(int line)
{
	struct outcome expected = { .kind = OUTCOME_CHOSEN };

	if (last.rule)
		rule_outcome(last.rule, &last.before, &last.call, &expected);
	if (expected.kind != OUTCOME_CHOSEN)
		expected = (struct outcome){ .kind = OUTCOME_CHOSEN };
	check(line, &expected);
}

void sc_expect_sender(int line, int fd, const void *address, unsigned int length,
		      size_t size)
{
	struct address sender = { .length = (int)length };
	unsigned char buffer[256], name[RESULT_BYTES_MAX];
	socklen_t addrlen = sizeof(name);

	memcpy(sender.bytes, address, length);
	memset(name, RESULT_FILL, sizeof(name));
	wait_readable(fd);
	sc_expect_received(
		line, (long)size, &sender, sizeof(name),
		t_recvfrom(fd, buffer, sizeof(buffer), MSG_DONTWAIT, name, &addrlen));
}

void sc_expect_received(int line, long value, const struct address *sender, int room,
			long came)
{
	struct outcome expected = { .kind = OUTCOME_VALUE, .value = value };

	(void)came;
	if (sender) {
		expected.tells = true;
		expected.told = (unsigned int)sender->length;
		expected.length =
			(unsigned int)(room < sender->length ? room : sender->length);
		memcpy(expected.bytes, sender->bytes, expected.length);
	}
	check(line, &expected);
}

void sc_expect_open_sender(int line, long value, long came)
{
	struct outcome expected = { .kind = OUTCOME_CHOSEN };

	(void)came;
	if (last.valid && last.rule)
		rule_outcome(last.rule, &last.before, &last.call, &expected);
	if (expected.kind != OUTCOME_CHOSEN)
		expected = (struct outcome){ .kind = OUTCOME_CHOSEN };
	else if (expected.value != value)
		sc_fail(line, "the case expects %ld, its rule says %ld", value,
			expected.value);
	check(line, &expected);
}

void sc_expect_link(int line, int fd, const char *text)
{
	char link[RESULT_BYTES_MAX];

	memset(link, 0xa5, sizeof(link));
	t_readlink(fd, link, sizeof(link));
	expect_bytes(line, (long)strlen(text), text, (unsigned int)strlen(text));
}

void sc_must(int line, long came, const char *what)
{
	if (came < 0)
		sc_broken(line, "%s, which the case needs, did not succeed", what);
}

int sc_must_accept(int line, int listener)
{
	long fd;

	wait_readable(listener);
	fd = t_accept4(listener, NULL, NULL, 0);
	if (fd < 0)
		sc_broken(line, "a connection that the case needs was not accepted");
	return (int)fd;
}

int sc_must_socket(int line, int domain, int type, int protocol)
{
	long fd = t_socket(domain, type, protocol);

	if (fd < 0)
		sc_broken(line, "a socket that the case needs could not be made");
	return (int)fd;
}

void sc_must_close(int line, int fd)
{
	if (t_close(fd))
		sc_broken(line, "a descriptor that the case needs free was not closed");
}
