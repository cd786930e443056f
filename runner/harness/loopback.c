/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * loopback.c - `lo` of a case's network namespace: up before the first call that could
 * notice.  Setting it up and taking it down again costs the kernel a fifth of what it
 * costs to make and end the case's process, and two in five cases never look.
 */
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "../../expected/world_ip.h"
#include "harness.h"

/* gVisor has no SIOCSIFFLAGS, and `lo` of a fresh network namespace up. */
static bool is_up(int fd)
{
	struct ifreq request = { .ifr_name = "lo" };

	return !ioctl(fd, SIOCGIFFLAGS, &request) && request.ifr_flags & IFF_UP;
}

int raise_loopback(void)
{
	struct ifreq request = { .ifr_name = "lo" };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), error = 0;

	if (fd < 0)
		return -errno;
	request.ifr_flags = IFF_UP;
	if (ioctl(fd, SIOCSIFFLAGS, &request)) {
		error = -errno;
		if (is_up(fd))
			error = 0;
	}
	close(fd);
	return error;
}

void need_loopback(void)
{
	static bool raised;
	int error;

	/* A case that is right anywhere does not look at the network. */
	if (raised || !own_network || running->anywhere)
		return;
	raised = true;
	error = raise_loopback();
	if (error)
		sc_broken(0, "lo cannot be set up: %s", errno_name(-error));
}

/* Binding looks for an address unless it is given none, or any. */
static bool bind_is_blind(const struct call *call)
{
	const struct world_socket *on = world_socket(&world, call->fd);
	struct ip_name name;

	if (!on || on->domain == AF_UNIX || on->domain == AF_VSOCK)
		return true;
	if (on->domain != AF_INET && on->domain != AF_INET6)
		return false;
	if (call->address.unreadable ||
	    call->address.addrlen < (int)sizeof(struct sockaddr_in))
		return true;
	ip_name_of(on->domain, &call->address, &name);
	return ip_is_any(name.address);
}

/* Is it all the same to this call whether `lo` is up? */
static bool is_blind(const struct call *call)
{
	switch (call->name) {
	case CALL_SOCKET:
		/* These may be told of every interface. */
		return call->socket.domain != AF_PACKET &&
		       call->socket.domain != AF_NETLINK &&
		       call->socket.type != SOCK_PACKET;
	case CALL_BIND:
		return bind_is_blind(call);
	case CALL_CONNECT:
	case CALL_SENDTO:
	case CALL_SENDMSG:
		return false;
	case CALL_SETSOCKOPT:
		/* At the other levels, groups are joined. */
		return call->option.level == SOL_SOCKET;
	default:
		return true;
	}
}

void prepare_loopback(const struct call *call)
{
	if (!is_blind(call))
		need_loopback();
}
