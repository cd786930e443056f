/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bind_vsock.c - rules of bind(2) for AF_VSOCK, in the order of vsock_bind(), and of
 * the name that getsockname(2) tells afterwards.
 */
#include "../world_links.h"
#include "bind_common.h"

/* net/vmw_vsock/af_vsock.c, LAST_RESERVED_PORT. */
#define LAST_PRIVILEGED 1023

static bool vsock(const struct world *world, const struct call *call)
{
	return call_is_on(world, call, AF_VSOCK);
}

static struct linux_sockaddr_vm given(const struct call *call)
{
	struct linux_sockaddr_vm address;

	memcpy(&address, call->address.bytes, sizeof(address));
	return address;
}

static bool addrlen_short(const struct world *world, const struct call *call)
{
	return vsock(world, call) &&
	       call->address.addrlen < (int)sizeof(struct linux_sockaddr_vm);
}

static bool family_unsupported(const struct world *world, const struct call *call)
{
	return vsock(world, call) && address_family(call) != AF_VSOCK;
}

static bool flags_unknown(const struct world *world, const struct call *call)
{
	bool named = !world->kernel.version || world->kernel.version >= LINUX(5, 11);
	unsigned int known = named ? LINUX_VMADDR_FLAG_TO_HOST : 0;

	return vsock(world, call) && given(call).svm_flags & ~known;
}

static bool already_bound(const struct world *world, const struct call *call)
{
	return vsock(world, call) && call_socket(world, call)->name_length;
}

static bool cid_is_local(const struct world *world, unsigned int cid)
{
	switch (cid) {
	case LINUX_VMADDR_CID_ANY:
		return true;
	case LINUX_VMADDR_CID_LOCAL:
		return world_has(world, FEATURE_VSOCK_LOCAL);
	case LINUX_VMADDR_CID_HOST:
		return world_has(world, FEATURE_VSOCK_HOST);
	default:
		return cid && cid == world->vsock_cid;
	}
}

static bool cid_not_local(const struct world *world, const struct call *call)
{
	return vsock(world, call) && !cid_is_local(world, given(call).svm_cid);
}

/* capable(): whatever a user namespace gives does not count. */
static bool port_privileged(const struct world *world, const struct call *call)
{
	const struct world_caller *caller = &world->caller;

	return vsock(world, call) && given(call).svm_port <= LAST_PRIVILEGED &&
	       !(caller->machine && caller->cap_net_bind_service);
}

static bool port_in_use(const struct world *world, const struct call *call)
{
	struct linux_sockaddr_vm address = given(call);

	return vsock(world, call) && address.svm_port != LINUX_VMADDR_PORT_ANY &&
	       world_vsock_port_used(world, call_socket(world, call), address.svm_cid,
				     address.svm_port);
}

static const struct rule bind_vsock_rules[] = {
	{
		.id = "bind.vsock.addrlen_short",
		.says = "an addrlen below sizeof(struct sockaddr_vm) is refused",
		.when = addrlen_short,
		.outcome = FAILS(EINVAL),
		.posix_silent = true,
		.cites = { MANUAL_QUOTE("bind(2)", "EINVAL", "addrlen is wrong"),
			   MANUAL_QUOTE("vsock(7)", "EINVAL",
					"providing an invalid struct sockaddr_vm"),
			   POSIX("bind", "EINVAL"),
			   KERNEL("net/vmw_vsock/vsock_addr.c", "vsock_addr_cast"),
			   KERNEL("net/vmw_vsock/af_vsock.c", "vsock_bind") },
	},
	{
		.id = "bind.vsock.family_unsupported",
		.says = "an address of another family is refused",
		.when = family_unsupported,
		.outcome = FAILS(EINVAL),
		/* POSIX has EAFNOSUPPORT for it, as the kernel's own check has. */
		.cites = { MANUAL_QUOTE("bind(2)", "EINVAL",
					"addr is not a valid address for this socket's "
					"domain."),
			   MANUAL_QUOTE("vsock(7)", "EINVAL",
					"providing an invalid struct sockaddr_vm"),
			   KERNEL("net/vmw_vsock/vsock_addr.c", "vsock_addr_validate"),
			   KERNEL("net/vmw_vsock/af_vsock.c", "vsock_bind") },
	},
	{
		.id = "bind.vsock.flags_unknown",
		.says = "the first byte of svm_zero, which is svm_flags since 5.11, "
			"must hold nothing but VMADDR_FLAG_TO_HOST; before 5.11, "
			"nothing at all",
		.when = flags_unknown,
		.outcome = FAILS(EINVAL),
		.cites = { MANUAL_QUOTE("vsock(7)", "EINVAL",
					"providing an invalid struct sockaddr_vm"),
			   QUOTE("vsock(7)", "svm_zero must be zero-filled."),
			   KERNEL("net/vmw_vsock/vsock_addr.c",
				  "vsock_addr_validate") },
	},
	{
		.id = "bind.vsock.already_bound",
		.says = "a socket that has a port is not bound again, to the same "
			"address either",
		.when = already_bound,
		.outcome = FAILS(EINVAL),
		.posix_silent = true,
		.cites = { MANUAL_QUOTE("bind(2)", "EINVAL",
					"The socket is already bound to an address."),
			   MANUAL_QUOTE("vsock(7)", "EINVAL",
					"attempting to bind a socket that is already "
					"bound"),
			   POSIX("bind", "EINVAL"),
			   KERNEL("net/vmw_vsock/af_vsock.c", "__vsock_bind") },
	},
	{
		.id = "bind.vsock.cid_not_local",
		.says = "a context ID that is not any is refused where no transport "
			"has it for this machine",
		.when = cid_not_local,
		.outcome = FAILS(EADDRNOTAVAIL),
		.posix_silent = true,
		.cites = { MANUAL_QUOTE("vsock(7)", "EADDRNOTAVAIL",
					"unable to bind to a nonlocal CID."),
			   MANUAL_QUOTE("bind(2)", "EADDRNOTAVAIL",
					"the requested address was not local."),
			   POSIX("bind", "EADDRNOTAVAIL"),
			   KERNEL("net/vmw_vsock/af_vsock.c", "vsock_find_cid") },
	},
	{
		.id = "bind.vsock.port_privileged",
		.says = "a port below 1024 needs CAP_NET_BIND_SERVICE over the "
			"machine, "
			"not over a network namespace",
		.when = port_privileged,
		.outcome = FAILS(EACCES),
		.posix_silent = true,
		.cites = { MANUAL_QUOTE("vsock(7)", "EACCES",
					"Unable to bind to a privileged port without "
					"the CAP_NET_BIND_SERVICE capability."),
			   QUOTE("vsock(7)", "The port numbers below 1024 are called "
					     "privileged ports."),
			   POSIX("bind", "EACCES"),
			   KERNEL("net/vmw_vsock/af_vsock.c",
				  "__vsock_bind_connectible") },
	},
	{
		.id = "bind.vsock.port_in_use",
		.says = "a port that another socket on the machine has, at the same "
			"context ID or where either is any, is refused",
		.when = port_in_use,
		.outcome = FAILS(EADDRINUSE),
		.posix_silent = true,
		.cites = { MANUAL_QUOTE("vsock(7)", "EADDRINUSE",
					"Unable to bind to a port that is already in "
					"use."),
			   MANUAL("bind(2)", "EADDRINUSE"), POSIX("bind", "EADDRINUSE"),
			   KERNEL("net/vmw_vsock/af_vsock.c",
				  "__vsock_find_bound_socket") },
	},
	{
		.id = "bind.vsock.bound",
		.says = "a socket is bound to a context ID of this machine, or any, "
			"and to a port that is free",
		.when = vsock,
		.outcome = RETURNS(0),
		.posix_silent = true,
		.cites = { QUOTE("vsock(7)", "VMADDR_CID_ANY (-1U) means any address "
					     "for binding;"),
			   QUOTE("vsock(7)",
				 "The special constant VMADDR_PORT_ANY (-1U) means any "
				 "port number for binding."),
			   POSIX("bind", NULL),
			   KERNEL("net/vmw_vsock/af_vsock.c",
				  "__vsock_bind_connectible") },
	},
};
RULE_LIST(bind_vsock, CALL_BIND);

static bool chosen(const struct world *world, const struct call *call)
{
	return vsock(world, call) && call_socket(world, call)->name_open;
}

/* Is it one that the kernel may have chosen? */
static bool choosable(const struct world *world, const struct call *call,
		      const struct linux_sockaddr_vm *name)
{
	return name->svm_port > LAST_PRIVILEGED &&
	       name->svm_port != LINUX_VMADDR_PORT_ANY &&
	       !world_vsock_port_used(world, call_socket(world, call), name->svm_cid,
				      name->svm_port);
}

static bool name_allowed(const struct world *world, const struct call *call,
			 const unsigned char *bytes, unsigned int length)
{
	struct linux_sockaddr_vm name, due = world_vsock_name(call_socket(world, call));

	if (length != sizeof(name))
		return false;
	memcpy(&name, bytes, sizeof(name));
	due.svm_port = name.svm_port;
	return !memcmp(&name, &due, sizeof(name)) && choosable(world, call, &name);
}

static unsigned int first_name(const struct world *world, const struct call *call,
			       unsigned char *bytes)
{
	struct linux_sockaddr_vm name = world_vsock_name(call_socket(world, call));

	name.svm_port = LAST_PRIVILEGED + 1;
	while (!choosable(world, call, &name))
		name.svm_port++;
	memcpy(bytes, &name, sizeof(name));
	return sizeof(name);
}

static const struct choice free_port = {
	.says = "the context ID, with a port from 1024 on that is not in use",
	.allows = name_allowed,
	.example = first_name,
};

static bool has_name(const struct world *world, const struct call *call)
{
	return vsock(world, call) && call_socket(world, call)->name_length;
}

static void tell_name(const struct world *world, const struct call *call,
		      struct outcome *outcome)
{
	const struct world_socket *on = call_socket(world, call);

	outcome->length = on->name_length;
	memcpy(outcome->bytes, on->name, on->name_length);
}

static const struct rule bind_vsock_names_rules[] = {
	{
		.id = "bind.name.vsock_chosen",
		.says = "VMADDR_PORT_ANY stands for a port that is free and not "
			"privileged",
		.when = chosen,
		.outcome = CHOSEN(free_port),
		.cites = { QUOTE("vsock(7)",
				 "The special constant VMADDR_PORT_ANY (-1U) means any "
				 "port number for binding."),
			   KERNEL("net/vmw_vsock/af_vsock.c",
				  "__vsock_bind_connectible") },
	},
	{
		.id = "bind.name.vsock",
		.says = "the name of a socket is the context ID and port that it was "
			"bound to, and zero where the address has nothing else to tell",
		.when = has_name,
		.outcome = RETURNS(0),
		.computed = tell_name,
		.posix_silent = true,
		.cites = { QUOTE("getsockname(2)",
				 "getsockname() returns the current address to which "
				 "the socket sockfd is bound"),
			   QUOTE("vsock(7)", "svm_reserved1 is always set to 0."),
			   POSIX("getsockname", NULL),
			   KERNEL("net/vmw_vsock/af_vsock.c", "vsock_getname") },
	},
};
RULE_LIST(bind_vsock_names, CALL_GETSOCKNAME);
