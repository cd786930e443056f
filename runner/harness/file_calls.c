/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * file_calls.c - the calls that any file can be asked for, made of a socket: what they
 * are given is described for the rulebook, what they write is kept.
 */
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness.h"

/*
 * The arguments behind the descriptor, a letter for each: a number, its bits in hex, a
 * descriptor, memory (its size is the next argument), an array of struct iovec (its
 * count is), a pointer to an offset, to an int that is written, to a struct epoll_event
 * that is read.
 */
static const char *const shapes[CALL_COUNT] = {
	[CALL_PREAD] = "mnn",
	[CALL_PWRITE] = "mnn",
	[CALL_PREADV] = "vnn",
	[CALL_PWRITEV] = "vnn",
	[CALL_LSEEK] = "nn",
	[CALL_MMAP] = "nxxn",
	[CALL_FSYNC] = "",
	[CALL_FDATASYNC] = "",
	[CALL_READAHEAD] = "nn",
	[CALL_SYNC_FILE_RANGE] = "nnx",
	[CALL_GETDENTS] = "mn",
	[CALL_FTRUNCATE] = "n",
	[CALL_FALLOCATE] = "xnn",
	[CALL_FLOCK] = "x",
	[CALL_FCHMOD] = "x",
	[CALL_FCHOWN] = "nn",
	[CALL_SENDFILE] = "don",
	[CALL_SPLICE] = "odonx",
	[CALL_TEE] = "dnx",
	[CALL_VMSPLICE] = "vnx",
	[CALL_COPY_FILE_RANGE] = "odonx",
	[CALL_DUP] = "",
	[CALL_DUP2] = "d",
	[CALL_DUP3] = "dx",
	[CALL_OPEN] = "x",
	[CALL_SELECT] = "xi",
	[CALL_EPOLL_CTL] = "nde",
	[CALL_EPOLL_WAIT] = "mnn",
	[CALL_IOCTL] = "xm",
};

bool is_file_call(enum call_name name)
{
	return shapes[name] || name == CALL_WRITE || name == CALL_WRITEV;
}

/* On 64-bit machines, the upper half of all addresses is the kernel's. */
static bool is_foreign(const void *memory)
{
	return sizeof(memory) == 8 && (intptr_t)memory < 0;
}

/* Memory that a call reads or writes: how much there is, and how much of it. */
static void look_at_memory(struct call *call, const void *memory, size_t length)
{
	call->file.length = length;
	call->file.foreign = is_foreign(memory);
	call->file.reachable = call->file.foreign ? 0 : reachable(memory, length);
	if (length && call->file.reachable == length)
		memcpy(call->file.bytes, memory,
		       length < FILE_BYTES_MAX ? length : FILE_BYTES_MAX);
}

/* All that an array points to; what cannot be reached, or lies behind that, is not. */
static void look_at_vector(struct call *call, const struct iovec *vector, long count)
{
	bool whole = true;

	if (count <= 0 || count > IOV_MAX ||
	    reachable(vector, (size_t)count * sizeof(*vector)) <
		    (size_t)count * sizeof(*vector))
		return;
	for (long i = 0; i < count; i++) {
		size_t length = vector[i].iov_len;
		size_t there = reachable(vector[i].iov_base, length);

		call->file.length += length;
		call->file.reachable += whole ? there : 0;
		whole = whole && there == length;
	}
}

static long look_at_pointer(const void *memory, size_t length)
{
	if (!memory)
		return 0;
	return reachable(memory, length) == length ? 1 : 2;
}

static void look_at_event(struct call *call, long *argument)
{
	const struct epoll_event *event = (const void *)*argument;

	*argument = look_at_pointer(event, sizeof(*event));
	if (*argument == 1)
		memcpy(call->file.bytes, event, sizeof(*event));
}

static void look_at_arguments(struct call *call, const long *given)
{
	const char *shape = shapes[call->name];

	for (size_t i = 0; shape[i]; i++) {
		long *argument = &call->file.argument[i];
		const void *memory = (const void *)given[i];

		*argument = given[i];
		if (shape[i] == 'o') {
			*argument = look_at_pointer(memory, sizeof(off_t));
		} else if (shape[i] == 'i') {
			*argument = 1;
		} else if (shape[i] == 'e') {
			look_at_event(call, argument);
		} else if (shape[i] == 'v') {
			size_t array = (size_t)given[i + 1] * sizeof(struct iovec);

			*argument = look_at_pointer(memory, array);
			look_at_vector(call, memory, given[i + 1]);
		} else if (shape[i] == 'm') {
			look_at_memory(call, memory, (size_t)given[i + 1]);
			*argument = look_at_pointer(memory, (size_t)given[i + 1]);
		}
	}
}

long t_file(enum call_name name, int fd, const long argument[FILE_ARGUMENTS])
{
	struct call call = { .name = name, .fd = fd, .file = { .length = 0 } };

	OFFERED(file);
	look_at_arguments(&call, argument);
	before_call(&call);
	return after_call(session.target->file(name, fd, argument));
}

long t_write(int fd, const void *buffer, size_t length)
{
	struct call call = { .name = CALL_WRITE, .fd = fd, .message = { .areas = 1 } };

	OFFERED(write);
	call.message.length = length;
	call.message.foreign = is_foreign(buffer);
	call.message.readable = is_foreign(buffer) ? 0 : reachable(buffer, length);
	if (call.message.readable == length)
		call.message.payload = buffer;
	before_call(&call);
	return after_call(session.target->write(fd, buffer, length));
}

/* The bytes of all areas, as far as they can be read; how many can. */
static size_t gather(const struct iovec *areas, long count, unsigned char *bytes,
		     size_t room)
{
	size_t gathered = 0;

	for (long i = 0; i < count; i++) {
		size_t there = reachable(areas[i].iov_base, areas[i].iov_len);
		size_t copied = there < room - gathered ? there : room - gathered;

		if (copied)
			memcpy(bytes + gathered, areas[i].iov_base, copied);
		gathered += copied;
		if (there < areas[i].iov_len)
			break;
	}
	return gathered;
}

long t_writev(int fd, const struct iovec *areas, long count)
{
	struct call call = { .name = CALL_WRITEV,
			     .fd = fd,
			     .message = { .areas = count } };
	static unsigned char bytes[4096];
	bool sane = count >= 0 && count <= IOV_MAX;
	size_t size = sane ? (size_t)count * sizeof(*areas) : 0;

	OFFERED(file);
	call.message.areas_unreadable = size && reachable(areas, size) < size;
	for (long i = 0; sane && !call.message.areas_unreadable && i < count; i++)
		call.message.length += areas[i].iov_len;
	if (sane && !call.message.areas_unreadable)
		call.message.readable = gather(areas, count, bytes, sizeof(bytes));
	call.message.payload = bytes;
	before_call(&call);
	return after_call(session.target->file(
		CALL_WRITEV, fd, (const long[FILE_ARGUMENTS]){ (long)areas, count }));
}

/*
 * What a request has written: as much as its rule has it write, or, where that is
 * nothing, all of the memory if it is not as it was.
 */
static void keep_written(const void *memory, size_t length, const void *before)
{
	struct outcome due = { .length = 0 };

	if (last.rule)
		rule_outcome(last.rule, &last.before, &last.call, &due);
	if (due.kind == OUTCOME_VALUE && due.length)
		keep_result(memory, due.length, length);
	else if (due.kind == OUTCOME_CHOSEN || memcmp(memory, before, length))
		keep_result(memory, length, length);
}

long t_ioctl(int fd, unsigned long request, void *argument, size_t length)
{
	struct call call = { .name = CALL_IOCTL, .fd = fd, .file = { .length = 0 } };
	unsigned char before[RESULT_BYTES_MAX];
	long value;

	OFFERED(ioctl);
	must(length <= sizeof(before), "ioctl(2) of more than %zu bytes",
	     sizeof(before));
	call.file.argument[0] = (long)request;
	look_at_memory(&call, argument, length);
	call.file.argument[1] = look_at_pointer(argument, length);
	if (call.file.reachable == length && length)
		memcpy(before, argument, length);
	before_call(&call);
	value = session.target->ioctl(fd, request, argument);
	if (value >= 0 && call.file.reachable == length && length)
		keep_written(argument, length, before);
	return after_call(value);
}

long t_fcntl_at(int fd, int command, void *argument, size_t length)
{
	struct call call = { .name = CALL_FCNTL,
			     .fd = fd,
			     .fcntl = { .command = command } };
	size_t numbers = sizeof(call.fcntl.numbers);
	long value;

	OFFERED(fcntl);
	call.fcntl.argument = look_at_pointer(argument, length);
	call.fcntl.unreachable = call.fcntl.argument != 1;
	if (!call.fcntl.unreachable)
		memcpy(call.fcntl.numbers, argument,
		       length < numbers ? length : numbers);
	before_call(&call);
	value = session.target->fcntl(fd, command, (long)argument);
	if (value >= 0 && !call.fcntl.unreachable && command == F_GETOWN_EX)
		keep_result(argument, length, length);
	return after_call(value);
}

long t_poll(int fd, short events)
{
	struct call call = { .name = CALL_POLL,
			     .fd = fd,
			     .file = { .argument = { events } } };
	struct pollfd polled = { .fd = fd, .events = events, .revents = -1 };
	long value;

	OFFERED(poll);
	before_call(&call);
	value = session.target->poll(&polled, 1, 0);
	if (value >= 0)
		keep_result(&polled.revents, sizeof(polled.revents),
			    sizeof(polled.revents));
	return after_call(value);
}

long t_epoll_wait(int fd, void *events, int most)
{
	const long argument[FILE_ARGUMENTS] = { (long)events, most, 0 };
	struct call call = { .name = CALL_EPOLL_WAIT,
			     .fd = fd,
			     .file = { .length = 0 } };
	size_t room = most > 0 ? (size_t)most * sizeof(struct epoll_event) : 0;
	long value;

	OFFERED(file);
	call.file.argument[0] = look_at_pointer(events, room);
	call.file.argument[1] = most;
	before_call(&call);
	value = session.target->file(CALL_EPOLL_WAIT, fd, argument);
	if (value > 0 && call.file.argument[0] == 1)
		keep_result(events, (size_t)value * sizeof(struct epoll_event), room);
	return after_call(value);
}

long t_select(int fd, unsigned int sets)
{
	struct call call = { .name = CALL_SELECT,
			     .fd = fd,
			     .file = { .argument = { sets, 1 } } };
	int left = -1;
	long value;

	OFFERED(file);
	before_call(&call);
	value = session.target->file(CALL_SELECT, fd,
				     (const long[FILE_ARGUMENTS]){ sets, (long)&left });
	if (value >= 0)
		keep_result(&left, sizeof(left), sizeof(left));
	return after_call(value);
}

/* One letter's argument as a programmer writes it. */
static void format_argument(const struct call *call, char letter, long argument,
			    char *text, size_t size)
{
	static const char *const pointers[] = { "NULL", "&", "unreachable memory" };

	if (letter == 'x')
		snprintf(text, size, "0x%lx", (unsigned long)argument);
	else if (letter == 'n' || letter == 'd')
		snprintf(text, size, "%ld", argument);
	else if (call->file.foreign)
		snprintf(text, size, "foreign memory");
	else
		snprintf(text, size, "%s",
			 pointers[argument < 0 || argument > 2 ? 1 : argument]);
}

static void format_arguments(const struct call *call, char *text, size_t size)
{
	const char *shape = shapes[call->name];
	size_t used =
		(size_t)snprintf(text, size, "%s(%d", call_name(call->name), call->fd);

	for (size_t i = 0; shape[i] && used < size; i++) {
		char argument[64];

		format_argument(call, shape[i], call->file.argument[i], argument,
				sizeof(argument));
		used += (size_t)snprintf(text + used, size - used, ", %s", argument);
	}
	if (used < size)
		snprintf(text + used, size - used, ")");
}

static void format_write(const struct call *call, char *text, size_t size)
{
	const char *memory = call->message.foreign ? "foreign memory"
			     : call->message.readable < call->message.length
				     ? "memory that cannot be read"
				     : "&buf";

	if (call->name == CALL_WRITE)
		snprintf(text, size, "write(%d, %s, %zu)", call->fd, memory,
			 call->message.length);
	else
		snprintf(text, size, "writev(%d, %s, %ld) of %zu bytes", call->fd,
			 call->message.areas_unreadable ? "unreachable memory" : "&iov",
			 call->message.areas, call->message.length);
}

void format_file_call(const struct call *call, char *text, size_t size)
{
	if (call->name == CALL_WRITE || call->name == CALL_WRITEV)
		format_write(call, text, size);
	else
		format_arguments(call, text, size);
}

/* A call of a child, which shares the descriptors as fork(2) left them; it has nothing
 * of the world that it could change. */
static void in_child(long (*act)(int fd, long argument), int fd, long argument)
{
	pid_t child;
	int status;

	need_kernel("processes that share its sockets");
	if (session.target->imaginary)
		return;
	child = fork();
	must(child >= 0, "fork: %s", errno_name(errno));
	if (!child)
		_exit(act(fd, argument) ? 1 : 0);
	must(waitpid(child, &status, 0) == child && WIFEXITED(status) &&
		     !WEXITSTATUS(status),
	     "the child did not succeed");
}

static long set_flags(int fd, long flags)
{
	return session.target->fcntl(fd, F_SETFL, flags);
}

static long close_fd(int fd, long argument)
{
	(void)argument;
	return session.target->close(fd);
}

static long shut_down(int fd, long how)
{
	return session.target->shutdown(fd, (int)how);
}

void child_sets_flags(int fd, int flags)
{
	struct call call = { .name = CALL_FCNTL,
			     .fd = fd,
			     .fcntl = { .command = F_SETFL, .argument = flags } };

	in_child(set_flags, fd, flags);
	world_apply(&world, &call, &(struct result){ .value = 0 });
}

void child_shuts_down(int fd, int how)
{
	struct call call = { .name = CALL_SHUTDOWN, .fd = fd, .how = how };

	in_child(shut_down, fd, how);
	world_apply(&world, &call, &(struct result){ .value = 0 });
}

void child_closes(int fd)
{
	in_child(close_fd, fd, 0);
}

void send_urgent(int from, int to)
{
	if (!session.target->imaginary)
		must(session.target->sendto(from, "u", 1, MSG_OOB, NULL, 0) == 1,
		     "sendto(2) of urgent data");
	wait_for_events(to, POLLPRI);
	world_socket_to_change(&world, to)->file.urgent = true;
}

void send_in_vain(int fd)
{
	if (!session.target->imaginary)
		must(session.target->sendto(fd, "v", 1, 0, NULL, 0) == 1, "sendto(2)");
	wait_for_events(fd, POLLERR);
	world_socket_to_change(&world, fd)->error = ECONNREFUSED;
}

void send_until_full(int fd)
{
	static const unsigned char bytes[256];
	long came = 0;

	for (int i = 0; !session.target->imaginary && came >= 0; i++) {
		must(i < 100000, "there is always room");
		came = session.target->sendto(fd, bytes, sizeof(bytes), MSG_DONTWAIT,
					      NULL, 0);
	}
	must(!came || came == -EAGAIN, "sendto(2) gave %ld", came);
	world_socket_to_change(&world, fd)->file.full = true;
}
