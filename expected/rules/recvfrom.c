/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * recvfrom.c - rules of recvfrom(2) that hold for every family: the buffer's place and
 * the descriptor, in the order of __sys_recvfrom().
 */
#include "call_common.h"

static bool buffer_foreign(const struct world *world, const struct call *call)
{
	(void)world;
	/* The other doors look at the descriptor first: see recvmsg.c and read.c. */
	return call->message.foreign &&
	       (call->name == CALL_RECVFROM || call->name == CALL_RECV);
}

static const struct rule recvfrom_arguments_rules[] = {
	{
		.id = "recvfrom.buffer.foreign",
		.says = "a buffer beyond the addresses that a process may have is "
			"refused, also of no bytes, before the descriptor is looked "
			"at",
		.when = buffer_foreign,
		.outcome = FAILS(EFAULT),
		.cites = { MANUAL_QUOTE("recvfrom(2)", "EFAULT",
					"The receive buffer pointer(s) point outside "
					"the process's address space."),
			   KERNEL("net/socket.c", "__sys_recvfrom") },
	},
	{
		.id = "recvfrom.fd.not_open",
		.says = "a descriptor that is not open is refused",
		.when = fd_not_open,
		.outcome = FAILS(EBADF),
		.cites = { MANUAL_QUOTE("recvfrom(2)", "EBADF",
					"The argument sockfd is an invalid file "
					"descriptor."),
			   POSIX("recvfrom", "EBADF"),
			   KERNEL("net/socket.c", "sockfd_lookup_light") },
	},
	{
		.id = "recvfrom.fd.path_only",
		.says = "a descriptor opened with O_PATH is refused as one that is not "
			"open",
		.when = fd_path_only,
		.outcome = FAILS(EBADF),
		.cites = { MANUAL("recvfrom(2)", "EBADF"),
			   QUOTE("open(2)",
				 "The file itself is not opened, and other file "
				 "operations (e.g., read(2), write(2), fchmod(2), "
				 "fchown(2), fgetxattr(2), ioctl(2), mmap(2)) fail "
				 "with the error EBADF."),
			   KERNEL("fs/file.c", "__fget_light") },
	},
	{
		.id = "recvfrom.fd.not_a_socket",
		.says = "a descriptor of anything but a socket is refused",
		.when = fd_no_socket,
		.outcome = FAILS(ENOTSOCK),
		.cites = { MANUAL_QUOTE("recvfrom(2)", "ENOTSOCK",
					"The file descriptor sockfd does not refer to "
					"a socket."),
			   POSIX("recvfrom", "ENOTSOCK"),
			   KERNEL("net/socket.c", "sock_from_file") },
	},
};
RULE_LIST(recvfrom_arguments, CALL_RECVFROM);
