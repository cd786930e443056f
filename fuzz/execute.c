/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * execute.c - runs programs against a target: which descriptor is meant, which calls
 * are not made, what is left at the end.
 */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../expected/world_ip.h"
#include "../expected/world_tcp.h"
#include "finding.h"
#include "isolate.h"
#include "known.h"
#include "making.h"
#include "sandbox.h"

/* One program's run. */
struct run {
	const struct executor *executor;
	const struct target *target;
	const struct program *program;
	struct oracle *oracle;
	unsigned int pid;		  /* of this process */
	int results[PROGRAM_DESCRIPTORS]; /* the descriptors that calls have returned */
	struct leavings leavings;
	struct made made;
	struct making making;
};

bool execute_open(struct executor *executor)
{
	executor->against = NULL;
	if (executor->target->stack) {
		executor->stack = *executor->target;
		executor->target = &executor->stack;
	}
	if (!arena_make()) {
		perror("sockcheck: memory for programs");
		return false;
	}
	executor->isolated = executor->target->stack;
	return sandbox_enter(executor->target, executor->ordinary, &executor->first);
}

static int descriptor(const struct run *run, const struct program_descriptor *meant)
{
	switch (meant->kind) {
	case FD_RESULT:
		return run->results[meant->result];
	case FD_LEAST:
		return INT_MIN;
	case FD_UNOPENED:
		return SANDBOX_DESCRIPTORS - 2;
	case FD_LIMIT:
		return SANDBOX_DESCRIPTORS;
	case FD_MOST:
		return INT_MAX;
	case FD_FILE:
		return run->target->stack ? -1 : SANDBOX_FILE;
	case FD_O_PATH:
		return run->target->stack ? -1 : SANDBOX_O_PATH;
	default:
		return -1;
	}
}

/* Who asks for a port knows it from then on. */
static void tell_name(struct run *run, int fd, const struct sockaddr_storage *name,
		      socklen_t length)
{
	struct call call = { .name = CALL_GETSOCKNAME, .fd = fd };
	struct result result = { .told = length, .length = length };

	if (length > sizeof(result.bytes))
		return;
	memcpy(result.bytes, name, length);
	oracle_take(run->oracle, &call, &result);
}

/* The port of another socket, as getsockname(2) tells it. */
static unsigned short port_of(struct run *run, const struct program_call *asked)
{
	struct sockaddr_storage name;
	struct sockaddr_in in;
	socklen_t length = sizeof(name);
	int fd;

	if (!asked->address.port_taken)
		return 0;
	fd = run->results[asked->address.port_of];
	if (fd < 0 || !run->target->getsockname ||
	    run->target->getsockname(fd, (struct sockaddr *)&name, &length))
		return 0;
	tell_name(run, fd, &name, length);
	memcpy(&in, &name, sizeof(in));
	if (in.sin_family != AF_INET && in.sin_family != AF_INET6)
		return 0;
	return (unsigned short)(in.sin_port >> 8 | in.sin_port << 8);
}

/* Families of which more than making and closing sockets could lead out of the sandbox,
 * or change the machine. */
static bool is_safe(int domain)
{
	return domain == AF_UNIX || domain == AF_INET || domain == AF_INET6 ||
	       domain == AF_PACKET || domain == AF_NETLINK;
}

static bool needs_safety(const struct run *run, const struct call *call)
{
	const struct world_socket *on = world_socket(&run->oracle->world, call->fd);

	if (call->name == CALL_CLOSE || call->name == CALL_GETSOCKNAME)
		return false;
	return on && !is_safe(on->domain);
}

/* Would socket(2) have the kernel look for a module?  Nothing is loaded. */
static bool may_load_module(const struct run *run, const struct call *call,
			    enum program_kind kind)
{
	const struct world_kernel *kernel = &run->oracle->world.kernel;
	int domain = call->socket.domain;

	if ((kind != PROGRAM_SOCKET && kind != PROGRAM_SOCKETPAIR) || domain < 0 ||
	    domain >= world_af_max(&run->oracle->world))
		return false;
	if (domain == AF_NETLINK && call->socket.protocol >= 0 &&
	    call->socket.protocol < MAX_LINKS &&
	    kernel->features[FEATURE_NETLINK(call->socket.protocol)] == UNKNOWN)
		return true;
	return kernel->features[FEATURE_FAMILY(domain)] == UNKNOWN;
}

static bool offers(const struct target *target, enum program_kind kind)
{
	switch (kind) {
	case PROGRAM_SOCKET:
		return target->socket;
	case PROGRAM_BIND:
		return target->bind;
	case PROGRAM_CONNECT:
		return target->connect;
	case PROGRAM_LISTEN:
		return target->listen;
	case PROGRAM_ACCEPT4:
		return target->accept4;
	case PROGRAM_SENDTO:
		return target->sendto;
	case PROGRAM_RECVFROM:
		return target->recvfrom;
	case PROGRAM_SETSOCKOPT:
		return target->setsockopt;
	case PROGRAM_GETSOCKOPT:
		return target->getsockopt;
	case PROGRAM_GETSOCKNAME:
		return target->getsockname;
	case PROGRAM_GETPEERNAME:
		return target->getpeername;
	case PROGRAM_SHUTDOWN:
		return target->shutdown;
	case PROGRAM_CLOSE:
		return target->close;
	case PROGRAM_SOCKETPAIR:
		return target->socketpair;
	case PROGRAM_SENDMSG:
		return target->sendmsg;
	case PROGRAM_RECVMSG:
		return target->recvmsg;
	case PROGRAM_READ:
		return target->read;
	case PROGRAM_WRITE:
		return target->write;
	case PROGRAM_FCNTL:
		return target->fcntl;
	case PROGRAM_IOCTL:
		return target->ioctl;
	case PROGRAM_POLL:
		return target->poll;
	default:
		return target->file;
	}
}

/* What the call waits for, where it may wait at all. */
static short waits_for(const struct run *run, const struct program_call *asked,
		       const struct world_socket *on)
{
	(void)run;
	switch (asked->kind) {
	case PROGRAM_ACCEPT4:
		return on->nonblocking ? 0 : POLLIN;
	case PROGRAM_RECVFROM:
	case PROGRAM_RECVMSG:
		return on->nonblocking || asked->flags & MSG_DONTWAIT ? 0 : POLLIN;
	case PROGRAM_READ:
		return on->nonblocking ? 0 : POLLIN;
	case PROGRAM_SENDTO:
	case PROGRAM_SENDMSG:
		return on->nonblocking || asked->flags & MSG_DONTWAIT ? 0 : POLLOUT;
	case PROGRAM_WRITE:
		return on->nonblocking ? 0 : POLLOUT;
	default:
		return 0;
	}
}

/* That there is room for what a rule has sent, the world does not know for sure. */
static bool is_sure(const struct run *run, const struct rule *rule)
{
	enum call_name name = run->made.call.name;
	struct outcome due;

	if (name != CALL_SENDTO && name != CALL_SENDMSG)
		return strncmp(rule->id, "recvfrom.wait", 13);
	rule_outcome(rule, &run->oracle->world, &run->made.call, &due);
	return due.kind == OUTCOME_ERROR;
}

/* Would it wait, for all that is known? */
static bool would_wait(struct run *run, const struct program_call *asked)
{
	const struct call *call = &run->made.call;
	const struct world_socket *on = world_socket(&run->oracle->world, call->fd);
	struct pollfd polled = { .fd = call->fd };
	const struct rule *rule;

	if (!on)
		return false;
	polled.events = waits_for(run, asked, on);
	if (!polled.events)
		return false;
	rule = run->making.unmodelled ? NULL : oracle_rule(run->oracle, call);
	if (rule && is_sure(run, rule))
		return false;
	if (!run->target->poll || (rule && polled.events == POLLIN))
		return true;
	return run->target->poll(&polled, 1, 0) != 1 ||
	       !(polled.revents & (polled.events | POLLERR));
}

/* Which stacks, and what stands before them here, use without a look at it. */
static bool is_needed(const struct making *making, const struct place *place)
{
	switch (making->asked->kind) {
	case PROGRAM_GETSOCKNAME:
	case PROGRAM_GETPEERNAME:
		return place == &making->address || place == &making->length;
	case PROGRAM_GETSOCKOPT:
		return place == &making->value || place == &making->length;
	case PROGRAM_SETSOCKOPT:
		return place == &making->value;
	case PROGRAM_SENDMSG:
	case PROGRAM_RECVMSG:
		return place == &making->header;
	default:
		return false;
	}
}

/* A bad pointer would be followed by a stack of this process. */
static bool lies_well(const struct making *making)
{
	const struct place *places[] = { &making->address, &making->length,
					 &making->buffer,  &making->header,
					 &making->areas,   &making->control,
					 &making->value };

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (places[i]->pass ? !places[i]->whole : is_needed(making, places[i]))
			return false;
	/* No more areas are laid out. */
	return making->areas_count >= 0 && making->areas_count <= LINUX_UIO_MAXIOV;
}

/* A stack may know no way to where a kernel says at once that there is none, and try
 * until its time is up. */
static bool may_try_for_long(const struct run *run, const struct program_call *asked)
{
	const struct world_socket *on =
		world_socket(&run->oracle->world, run->made.call.fd);

	return asked->kind == PROGRAM_CONNECT && on && on->type == SOCK_STREAM &&
	       !on->nonblocking && !oracle_rule(run->oracle, &run->made.call);
}

/* Each time costs a program's patience: seen so often, it is believed. */
#define BELIEVED 4

static bool is_known_to_wait(const struct run *run)
{
	const struct rule *rule;
	char key[FINDING_KEY_MAX];

	if (!run->made.call.name || run->making.unmodelled)
		return false;
	rule = oracle_rule(run->oracle, &run->made.call);
	snprintf(key, sizeof(key), "%s: timeout",
		 rule ? rule->id : call_name(run->made.call.name));
	return known_times(key) >= BELIEVED;
}

/* A name made of an address of another form may begin with a slash; those of paths are
 * of the folder. */
static bool may_leave_folder(const struct program_call *asked)
{
	unsigned char bytes[ADDRESS_BYTES_MAX];

	if (asked->kind != PROGRAM_BIND || asked->address.family != AF_UNIX ||
	    asked->address.form == ADDRESS_PATH)
		return false;
	program_address_bytes(&asked->address, 0, 0, bytes);
	return asked->address.port_taken || memchr(bytes + sizeof(sa_family_t), '/',
						   sizeof(bytes) - sizeof(sa_family_t));
}

static bool cannot_express(const struct run *run)
{
	char why[256];

	return run->target->cannot_express && run->made.call.name &&
	       !run->making.unmodelled &&
	       run->target->cannot_express(&run->oracle->world, &run->made.call, why,
					   sizeof(why));
}

static const char *why_not(struct run *run, const struct program_call *asked)
{
	if (cannot_express(run))
		return "the target has no way to make it";
	if (may_leave_folder(asked))
		return "its name may lead out of the folder";
	if (may_load_module(run, &run->made.call, asked->kind))
		return "nobody knows whether the kernel has the family";
	if (needs_safety(run, &run->made.call))
		return "what its family does is not of the sandbox";
	if (run->target->stack && !lies_well(&run->making))
		return "a stack of this process would follow the pointer";
	if (would_wait(run, asked))
		return "it would wait";
	if (run->target->stack && may_try_for_long(run, asked))
		return "it may try for long";
	if (run->target->stack && is_known_to_wait(run))
		return "the target is known to wait";
	return NULL;
}

/* What ICMP tells of routes stays. */
static bool leaves_routes(const struct run *run, const struct call *call,
			  const struct result *result)
{
	const struct world_socket *on = world_socket(&run->oracle->world, call->fd);

	return on && oracle_is_sending(call) && result->value >= 0 &&
	       on->type == SOCK_RAW && on->domain != AF_NETLINK;
}

/* Has it closed or shut down what may be a connection that nobody has followed? */
static bool ends_unknown(const struct run *run, const struct call *call)
{
	const struct world_socket *on = world_socket(&run->oracle->world, call->fd);

	return on && world_is_tcp(on) &&
	       (call->name == CALL_CLOSE || call->name == CALL_SHUTDOWN) &&
	       oracle_doubts(run->oracle, call->fd) & DOUBT_STATE;
}

/* A RST ends a connection of which one end only has sent its FIN; else one of them is
 * in TIME_WAIT. */
static bool waits_for_time(const struct world *world, const struct world_socket *socket)
{
	const struct world_socket *peer =
		world_socket_by_id((struct world *)world, socket->peer);

	if (!world_is_tcp(socket) || socket->tcp.broken)
		return false;
	if (socket->state == SOCKET_TIME_WAIT ||
	    (socket->at_end && socket->tcp.shut_write))
		return true;
	return socket->state == SOCKET_CLOSING && (!peer || peer->tcp.shut_write);
}

static bool leaves_connections(const struct world *world)
{
	for (unsigned int i = 0; i < world->socket_count; i++)
		if (waits_for_time(world, &world->sockets[i]))
			return true;
	return false;
}

static bool mismatches_early(const struct run *run)
{
	const struct made *made = &run->made;

	return made->judgement.judged == JUDGED_DIFFERENT &&
	       made->result.value == -EAGAIN;
}

/* What is on its way over lo mostly has come; where it has not, it comes at once. */
static void try_again(struct run *run)
{
	struct pollfd polled = { .fd = run->made.call.fd, .events = POLLIN };

	if (!run->target->poll)
		return;
	run->target->poll(&polled, 1, 20);
	making_make(&run->making);
	oracle_judge(run->oracle, &run->made.call, &run->made.result,
		     &run->made.judgement);
}

static void judge(struct run *run)
{
	struct made *made = &run->made;

	made->judgement.judged = JUDGED_NOT;
	made->judgement.rule = NULL;
	if (!made->call.name || run->making.unmodelled || made->result.value == -EINTR)
		return;
	oracle_judge(run->oracle, &made->call, &made->result, &made->judgement);
	if (mismatches_early(run))
		try_again(run);
}

/* Of arguments that the rulebook does not know: what was taken by a call that failed at
 * them, and what was set by one that did not. */
static bool has_unknown_effects(const struct run *run)
{
	const struct made *made = &run->made;

	if (!run->making.unmodelled)
		return false;
	return call_receives(made->call.name)
		       ? made->result.value == -EFAULT
		       : made->call.name == CALL_IOCTL && made->result.value >= 0;
}

static void take(struct run *run, const struct program_call *asked)
{
	static const struct outcome nobody_knows = { .kind = OUTCOME_ANY_VALUE };
	struct made *made = &run->made;

	run->leavings.stale |= leaves_routes(run, &made->call, &made->result) ||
			       ends_unknown(run, &made->call);
	if (asked->kind == PROGRAM_SOCKETPAIR)
		oracle_take_pair(run->oracle, &made->call, &made->result,
				 run->making.pair);
	else
		oracle_take(run->oracle, &made->call, &made->result);
	if (made->judgement.judged == JUDGED_DIFFERENT)
		oracle_deviated(run->oracle, &made->call, &made->result,
				&made->judgement.due);
	if (has_unknown_effects(run))
		oracle_deviated(run->oracle, &made->call, &made->result, &nobody_knows);
}

/* What is to be undone at the end, whoever may know of it. */
static void note_leavings(struct leavings *leavings, const struct program_call *asked,
			  long value)
{
	bool stream = asked->kind == PROGRAM_ACCEPT4 ||
		      (asked->kind == PROGRAM_SOCKET &&
		       (asked->domain == AF_INET || asked->domain == AF_INET6) &&
		       (asked->type & LINUX_SOCK_TYPE_MASK) == SOCK_STREAM);

	if (value >= 0 && stream)
		leavings->streams[leavings->stream_count++] = (int)value;
	/* The bytes of any address may be a name. */
	if (value >= 0 && asked->kind == PROGRAM_BIND &&
	    asked->address.family == AF_UNIX)
		leavings->files = true;
}

static void keep_results(struct run *run, unsigned int index,
			 const struct program_call *asked, bool made)
{
	unsigned int first = program_first_result(run->program, index);
	unsigned int count = program_results(asked);
	long value = made ? run->made.result.value : -1;

	for (unsigned int i = 0; i < count; i++)
		run->results[first + i] = value < 0    ? -1
					  : count == 2 ? run->making.pair[i]
						       : (int)value;
	note_leavings(&run->leavings, asked, value);
}

static void begin_call(struct run *run, unsigned int index)
{
	const struct program_call *asked = &run->program->calls[index];
	struct made *made = &run->made;

	made->index = index;
	made->skipped = made->violation = NULL;
	made->ended = ENDED_NOT;
	made->other = NULL;
	made->judgement.judged = JUDGED_NOT;
	made->judgement.rule = NULL;
	run->making = (struct making){
		.target = run->target, .asked = asked, .made = made, .pid = run->pid
	};
	run->making.descriptor = descriptor(run, &asked->control.descriptor);
}

static bool prepare(struct run *run, const struct program_call *asked)
{
	return making_prepare(&run->making, descriptor(run, &asked->fd),
			      port_of(run, asked));
}

/* One call: true where it was made. */
static bool step(struct run *run, unsigned int index)
{
	const struct program_call *asked = &run->program->calls[index];
	struct made *made = &run->made;

	begin_call(run, index);
	if (!offers(run->target, asked->kind)) {
		made->skipped = "the target does not offer the call";
		return false;
	}
	if (!prepare(run, asked))
		return false;
	made->skipped = why_not(run, asked);
	if (made->skipped)
		return false;
	if (run->target->stack)
		isolate_note(made, run->oracle);
	making_make(&run->making);
	sandbox_settle();
	judge(run);
	return true;
}

static struct run run;

static void begin(const struct executor *executor, const struct program *program)
{
	static struct oracle oracle;

	run.executor = executor;
	run.target = executor->target;
	run.program = program;
	run.oracle = &oracle;
	/* An engine may have forked since. */
	run.pid = (unsigned int)getpid();
	run.leavings = (struct leavings){ .stream_count = 0 };
	sandbox_begin(executor->target);
}

static void end(void)
{
	sandbox_end(run.target, &run.leavings);
	if (run.target->reset)
		run.target->reset();
}

static unsigned int run_judged(execute_watch watch, void *context, struct trace *trace)
{
	unsigned int made = 0;
	bool go_on = true;

	oracle_begin(run.oracle, &run.executor->first);
	run.oracle->world.caller.pid = run.pid;
	for (unsigned int i = 0; go_on && i < run.program->count; i++) {
		bool was_made = step(&run, i);

		keep_results(&run, i, &run.program->calls[i], was_made);
		go_on = !watch || watch(context, &run.made, run.oracle);
		if (was_made)
			take(&run, &run.program->calls[i]);
		if (trace)
			trace->made[i] = was_made;
		made += was_made;
	}
	run.leavings.stale |= run.oracle->lost ||
			      leaves_connections(&run.oracle->world);
	if (trace)
		trace->stale = run.leavings.stale;
	return made;
}

unsigned int execute(const struct executor *executor, const struct program *program,
		     execute_watch watch, void *context)
{
	unsigned int made;

	if (executor->isolated)
		return isolate_execute(executor, program, watch, context);
	begin(executor, program);
	made = run_judged(watch, context, NULL);
	end();
	return made;
}

unsigned int execute_traced(const struct executor *executor,
			    const struct program *program, struct trace *trace)
{
	unsigned int made;

	begin(executor, program);
	made = run_judged(NULL, NULL, trace);
	end();
	return made;
}

unsigned int execute_bare(const struct executor *executor,
			  const struct program *program, const struct trace *trace)
{
	unsigned int made = 0;

	begin(executor, program);
	for (unsigned int i = 0; i < program->count; i++) {
		begin_call(&run, i);
		if (trace->made[i] && prepare(&run, &program->calls[i])) {
			making_make(&run.making);
			made++;
		}
		keep_results(&run, i, &program->calls[i], trace->made[i]);
	}
	run.leavings.stale = trace->stale;
	end();
	return made;
}
