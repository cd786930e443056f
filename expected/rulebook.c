/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * rulebook.c - the rulebook: all lists of rules in the order of the checks, and the
 * search in them.
 */
#include <string.h>
#include <sys/socket.h>

#include "rulebook.h"
#include "rules/lists.h"

/*
 * First match wins, so the order is the order of the checks.  For socket(2) that is
 * the order of __sys_socket(): the arguments, the family's own checks, what creation
 * may run out of, the descriptor.
 */
static const struct rule_list *const lists[] = {
	/* socket(2) */
	&socket_arguments,
	&socket_inet,
	&socket_inet6,
	&socket_unix,
	&socket_packet,
	&socket_netlink,
	&socket_vsock,
	&socket_resources,
	&socket_created,
	/*
	 * bind(2), in the order of __sys_bind(): the descriptor, the address, the
	 * security hook, the family's own.
	 */
	&bind_arguments,
	&bind_landlock,
	&bind_raw,
	&bind_ping,
	&bind_inet,
	&bind_inet_ports,
	&bind_inet6,
	&bind_inet6_overlooked,
	&bind_inet6_ports,
	&bind_unix,
	&bind_packet,
	&bind_netlink,
	&bind_vsock,
	/* What other calls tell of a socket that has been bound. */
	&bind_ping_names,
	&bind_names,
	&bind_unix_names,
	&bind_unix_reaches,
	&bind_raw_names,
	&bind_packet_names,
	&bind_netlink_names,
	&bind_vsock_names,
	&bind_packet_errors,
	&bind_options,
	/* accept4(2), listen(2), shutdown(2), connect(2), getpeername(2) */
	&accept_arguments,
	&bind_accepts,
	&accept_unix,
	&listen_outcomes,
	&shutdown_outcomes,
	&connect_refusals,
	&peer_names,
	/*
	 * sendto(2) and sendmsg(2), in the order of __sys_sendto() and
	 * ___sys_sendmsg(); then the family's own.
	 */
	&sendmsg_flags,
	&sendto_arguments,
	&sendmsg_header,
	&sendto_address,
	&sendmsg_areas,
	&sendto_ip_refusals,
	&sendto_ip_ways,
	&sendto_tcp,
	&sendto_unix_refusals,
	&sendto_unix_ways,
	&sendto_netlink,
	/*
	 * recvfrom(2), in the order of __sys_recvfrom(): the buffer, the descriptor,
	 * the family's own.  Before it, what the doors beside it have of their own.
	 */
	&recvmmsgs,
	&recvmsg_header,
	&readv_arguments,
	&read_arguments,
	&recvfrom_arguments,
	&read_nothing,
	&recvfrom_path_mtu,
	&recvfrom_errors,
	&recvfrom_peek,
	&recvfrom_ip,
	&recvfrom_tcp,
	&recvfrom_unix,
	&recvmsg_unix,
	&recvfrom_unix_data,
	&recvfrom_packet_sent,
	&recvfrom_packet,
	&recvfrom_netlink,
	&recvfrom_vsock,
	&recvfrom_faults,
	&recvfrom_tcp_urgent,
	&recvfrom_tcp_ends,
	&recvfrom_tcp_bytes,
	&recvfrom_raw,
	&recvfrom_control,
	&recvfrom_message,
	&recvfrom_wait,
	/*
	 * setsockopt(2), in the order of __sys_setsockopt(): the descriptor, the level,
	 * the family's own.
	 */
	&setsockopt_arguments,
	&setsockopt_socket,
	&setsockopt_ip,
	&setsockopt_ipv6,
	&setsockopt_tcp,
	&setsockopt_udp,
	&setsockopt_raw,
	&setsockopt_packet,
	&setsockopt_netlink,
	&recvfrom_tcp_options,
	/* socketcall(2) */
	&socketcall,
	/* Operations on any file, a call a list. */
	&fileops_lseek,
	&fileops_pread,
	&fileops_pwrite,
	&fileops_preadv,
	&fileops_pwritev,
	&fileops_mmap,
	&fileops_fsync,
	&fileops_fdatasync,
	&fileops_sync_file_range,
	&fileops_readahead,
	&fileops_getdents,
	&fileops_ftruncate,
	&fileops_fallocate,
	&fileops_open,
	&fileops_flock,
	&fileops_fchmod,
	&fileops_mode,
	&fileops_sendfile,
	&fileops_splice,
	&fileops_tee,
	&fileops_vmsplice,
	&fileops_copy_file_range,
	&fileops_write,
	&fileops_writev,
	&fileops_poll,
	&fileops_select,
	&fileops_epoll_ctl,
	&fileops_epoll_wait,
	&fileops_ioctl,
	&fileops_queue,
	&fileops_requests,
	&fileops_flags,
	&recvfrom_error_options,
	/* What getsockopt(2) tells of what has just been set. */
	&setsockopt_told,
	/* What other calls tell of a socket that socket(2) has just made. */
	&socket_new_options,
	&socket_new_names,
	&socket_new_fcntl,
	/* The rest of fcntl(2), and what makes and closes descriptors. */
	&fileops_fcntl,
	&fileops_owner,
	&fileops_special,
	&fileops_dup,
	&fileops_dup2,
	&fileops_dup3,
	&fileops_close,
	&socket_new_fstat,
	&socket_new_fstatfs,
	&socket_new_readlink,
};

#define LISTS (sizeof(lists) / sizeof(lists[0]))

static bool holds_on(const struct rule *rule, int version)
{
	return release_has(version, rule->since, rule->backported) &&
	       (!rule->until || (version && version < rule->until));
}

/* The doors beside recvfrom(2) keep its rules too, recvmmsg(2) also those of
 * recvmsg(2), readv(2) those of read(2); and sendmsg(2) those of sendto(2). */
static bool speaks_of(enum call_name list, enum call_name call)
{
	return list == call || (list == CALL_RECVFROM && call_receives(call)) ||
	       (list == CALL_RECVMSG && call == CALL_RECVMMSG) ||
	       (list == CALL_RECVMMSG && call == CALL_RECVMMSGS) ||
	       (list == CALL_READ && call == CALL_READV) ||
	       (list == CALL_SENDTO && call == CALL_SENDMSG);
}

const struct rule *rulebook_find(const struct world *world, const struct call *call)
{
	for (size_t i = 0; i < LISTS; i++) {
		if (!speaks_of(lists[i]->call, call->name))
			continue;
		for (size_t k = 0; k < lists[i]->count; k++) {
			const struct rule *rule = &lists[i]->rules[k];

			if (holds_on(rule, world->kernel.version) &&
			    rule->when(world, call))
				return rule;
		}
	}
	return NULL;
}

const struct rule *rulebook_by_id(const char *id, enum call_name *call)
{
	for (size_t i = 0; i < LISTS; i++)
		for (size_t k = 0; k < lists[i]->count; k++)
			if (!strcmp(lists[i]->rules[k].id, id)) {
				if (call)
					*call = lists[i]->call;
				return &lists[i]->rules[k];
			}
	return NULL;
}

void outcome_from(const struct stated *stated, struct outcome *outcome)
{
	memset(outcome, 0, sizeof(*outcome));
	outcome->kind = stated->kind;
	memcpy(outcome->errors, stated->errors, sizeof(outcome->errors));
	outcome->value = stated->value;
	outcome->choice = stated->choice;
}

void rule_outcome(const struct rule *rule, const struct world *world,
		  const struct call *call, struct outcome *outcome)
{
	outcome_from(&rule->outcome, outcome);
	if (call->name == CALL_RECVMSG || call->name == CALL_RECVMMSG) {
		outcome->marks = true;
		/* Linux hands this flag back: ___sys_recvmsg(). */
		outcome->flags = call->message.flags & MSG_CMSG_CLOEXEC;
	}
	if (rule->computed)
		rule->computed(world, call, outcome);
}

bool outcome_has_error(const struct outcome *outcome, int error)
{
	for (size_t i = 0; i < OUTCOME_ERRORS && outcome->errors[i]; i++)
		if (outcome->errors[i] == error)
			return true;
	return false;
}

/* May the byte of the buffer be this one? */
static bool byte_allowed(const struct outcome *outcome, const struct call *call,
			 const struct result *result, size_t i)
{
	if (i < outcome->data_length)
		return i >= outcome->data_known || outcome->data_open >> i & 1 ||
		       result->data[i] == outcome->data[i];
	if (i - outcome->data_length < outcome->data_spilt)
		return true;
	return (outcome->litters && i < call->message.length) ||
	       result->data[i] == RESULT_FILL;
}

/* The bytes that are due, and the buffer behind them as it was. */
static bool data_allowed(const struct outcome *outcome, const struct call *call,
			 const struct result *result)
{
	for (size_t i = 0; outcome->gives && result->data && i < result->data_room; i++)
		if (!byte_allowed(outcome, call, result, i))
			return false;
	return true;
}

static bool control_allowed(const struct outcome *outcome, const struct result *result)
{
	if (result->control_length != outcome->control_length)
		return false;
	for (unsigned int i = 0; i < outcome->control_length; i++)
		if (i - outcome->control_open >= outcome->control_open_length &&
		    result->control[i] != outcome->control[i])
			return false;
	return true;
}

static bool header_allowed(const struct outcome *outcome, const struct result *result)
{
	if (outcome->marks && (result->flags ^ outcome->flags) & ~outcome->flags_open)
		return false;
	return !outcome->controls || control_allowed(outcome, result);
}

/* The name of a unix socket up to the end of its path: a NUL there may be counted. */
static bool path_allowed(const struct outcome *outcome, const struct result *result)
{
	unsigned int end = outcome->length;

	while (end > sizeof(sa_family_t) && !outcome->bytes[end - 1])
		end--;
	return result->length >= end && !memcmp(result->bytes, outcome->bytes, end) &&
	       (result->length == end || !result->bytes[end]) &&
	       (!outcome->tells || result->told >= end);
}

/* What the call writes besides data: an address, an option's value, events. */
static bool bytes_allowed(const struct outcome *outcome, const struct result *result)
{
	if (outcome->bytes_ignored)
		return true;
	if (outcome->path_open)
		return path_allowed(outcome, result);
	if (result->length != outcome->length ||
	    (outcome->tells && result->told != outcome->told))
		return false;
	for (unsigned int i = 0; i < outcome->length; i++)
		if ((result->bytes[i] ^ outcome->bytes[i]) & ~outcome->bytes_open[i])
			return false;
	return true;
}

/* Where bits of it are open, it is no error all the same. */
static bool value_allowed(const struct outcome *outcome, long value)
{
	return !((value ^ outcome->value) & ~outcome->value_open) &&
	       (value < 0) == (outcome->value < 0);
}

bool outcome_allows(const struct outcome *outcome, const struct world *world,
		    const struct call *call, const struct result *result)
{
	if (result->value < 0 && outcome_has_error(outcome, (int)-result->value))
		return true;
	switch (outcome->kind) {
	case OUTCOME_ERROR:
		return false;
	case OUTCOME_DESCRIPTOR:
		return result->value == world_lowest_free(world);
	case OUTCOME_ANY_VALUE:
		return result->value > 0;
	case OUTCOME_VALUE:
		return value_allowed(outcome, result->value) &&
		       bytes_allowed(outcome, result) &&
		       data_allowed(outcome, call, result) &&
		       header_allowed(outcome, result);
	case OUTCOME_CHOSEN:
		return result->value == outcome->value &&
		       outcome->choice->allows(world, call, result->bytes,
					       result->length) &&
		       data_allowed(outcome, call, result);
	}
	return false;
}

void rulebook_visit(void (*visit)(const struct rule *rule, enum call_name call,
				  void *context),
		    void *context)
{
	for (size_t i = 0; i < LISTS; i++)
		for (size_t k = 0; k < lists[i]->count; k++)
			visit(&lists[i]->rules[k], lists[i]->call, context);
}
