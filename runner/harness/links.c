/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * links.c - preparations and observations of cases on the families below IP: packets
 * that come, messages that come, ports that are the whole machine's.
 *
 * What is sent here goes through the target's calls, but is none of the case's: the
 * world does not follow it, and nothing of it is left behind.
 */
#include <arpa/inet.h>
#include <net/if.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/filter.h>
#include <linux/genetlink.h>
#include <linux/rtnetlink.h>

#include "../../expected/world_families.h"
#include "harness.h"

/* include/uapi/linux/vm_sockets.h */
#define LINUX_GET_LOCAL_CID _IO(7, 0xb9)

static bool imaginary(void)
{
	return session.target->imaginary;
}

unsigned int guest_cid(void)
{
	unsigned int cid = 0;
	int fd;

	if (imaginary())
		return world.vsock_cid = 3;
	fd = open("/dev/vsock", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		sc_skip("needs this machine's context ID: /dev/vsock: %s",
			errno_name(errno));
	if (ioctl(fd, LINUX_GET_LOCAL_CID, &cid))
		cid = LINUX_VMADDR_CID_ANY;
	close(fd);
	if (cid <= LINUX_VMADDR_CID_HOST || cid == LINUX_VMADDR_CID_ANY)
		sc_skip("needs a guest with a context ID of its own");
	return world.vsock_cid = cid;
}

unsigned int vsock_port(unsigned int n)
{
	/* Process numbers have 22 bits at most: include/linux/threads.h. */
	return 0x40000000U | ((unsigned int)getpid() & 0x3fffff) << 4 | (n & 0xf);
}

void need_vsock_port(unsigned int port)
{
	struct address probe = vsock_address(LINUX_VMADDR_CID_ANY, port);
	long fd, bound;

	if (imaginary())
		return;
	start_target();
	fd = session.target->socket(AF_VSOCK, SOCK_STREAM, 0);
	must(fd >= 0, "a socket of AF_VSOCK cannot be made");
	bound = session.target->bind((int)fd, (void *)probe.bytes, probe.length);
	session.target->close((int)fd);
	if (bound == -EADDRINUSE)
		sc_skip("needs port %u of AF_VSOCK: somebody on this machine has it",
			port);
}

void learn_hardware_address(const char *interface)
{
	struct world_interface *known =
		(struct world_interface *)world_interface_named(&world, interface);
	struct ifreq request = { .ifr_name = "" };
	int fd;

	need_kernel("network interfaces that a case makes");
	must(known, "there is no interface %s", interface);
	known->hardware[0] = 2;
	if (imaginary())
		return;
	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", interface);
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	must(fd >= 0 && !ioctl(fd, SIOCGIFHWADDR, &request), "SIOCGIFHWADDR: %s",
	     errno_name(errno));
	close(fd);
	memcpy(known->hardware, request.ifr_hwaddr.sa_data, sizeof(known->hardware));
}

static bool waits(int fd, int timeout_ms)
{
	struct pollfd waited = { .fd = fd, .events = POLLIN };

	return session.target->poll(&waited, 1, timeout_ms) > 0;
}

static bool holds(const char *bytes, size_t length, const char *text)
{
	size_t size = strlen(text);

	for (size_t i = 0; i + size <= length; i++)
		if (!memcmp(bytes + i, text, size))
			return true;
	return false;
}

/* Takes all that waits out of the queue, and says whether one of it holds the text. */
static bool take_all(int fd, const char *text)
{
	char buffer[2048];
	bool found = false;
	long length;

	while ((length = session.target->recvfrom(fd, buffer, sizeof(buffer),
						  MSG_DONTWAIT, NULL, NULL)) >= 0)
		found |= holds(buffer, (size_t)length, text);
	return found;
}

/* A datagram socket that is bound to the address; its name is put into *address. */
static int receiver(struct address *address)
{
	socklen_t length = sizeof(address->bytes);
	sa_family_t family;
	long fd;

	memcpy(&family, address->bytes, sizeof(family));
	start_target();
	fd = session.target->socket(family, SOCK_DGRAM, 0);
	must(fd >= 0 &&
		     !session.target->bind((int)fd, (void *)address->bytes,
					   address->length) &&
		     !session.target->getsockname((int)fd, (void *)address->bytes,
						  &length),
	     "a datagram socket that the case needs cannot be made");
	return (int)fd;
}

/* Sends the text from a socket to itself, and waits until it is there. */
static void send_over(int fd, const struct address *to, const char *text)
{
	must(session.target->sendto(fd, text, strlen(text), 0, (void *)to->bytes,
				    (socklen_t)to->length) > 0 &&
		     waits(fd, patience_ms()),
	     "a datagram over lo does not arrive");
	take_all(fd, text);
}

bool packet_comes(int fd, const char *address, bool due)
{
	static unsigned int sent;
	struct address to;
	bool found;
	char text[32];
	int other;

	if (imaginary())
		return due;
	to = ip_address(address, 0);
	other = receiver(&to);
	snprintf(text, sizeof(text), "<sockcheck %u>", ++sent);
	send_over(other, &to, text);
	/* Of one packet, the last receiver may get it after the datagram socket has it;
	 * once a second packet is there, the first is everywhere. */
	send_over(other, &to, "<sockcheck>");
	session.target->close(other);
	found = take_all(fd, text);
	if (!found && due && waits(fd, patience_ms()))
		found = take_all(fd, text);
	return found;
}

void cut_packets(int fd, unsigned int length)
{
	struct sock_filter all_of_it = BPF_STMT(BPF_RET | BPF_K, length);
	struct sock_fprog program = { 1, &all_of_it };

	sc_must(SC_LINE,
		t_setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program,
			     sizeof(program)),
		"setsockopt(2), SO_ATTACH_FILTER");
	world_packet_cut(world_socket_to_change(&world, fd), length);
}

static bool is_told_of_link(int fd)
{
	union {
		struct nlmsghdr header;
		char bytes[8192];
	} message;
	bool found = false;
	long length;

	while ((length = session.target->recvfrom(fd, &message, sizeof(message),
						  MSG_DONTWAIT, NULL, NULL)) > 0)
		found |= length >= (long)sizeof(message.header) &&
			 message.header.nlmsg_type == RTM_NEWLINK;
	return found;
}

bool link_change_comes(int fd, bool due)
{
	if (!imaginary())
		is_told_of_link(fd);
	/* The messages are in the queues when the change is done. */
	set_interface_up("lo", false);
	set_interface_up("lo", true);
	return imaginary() ? due : is_told_of_link(fd);
}

bool message_comes(int fd, unsigned int pid, bool due)
{
	struct address to = netlink_address(pid, 0);
	struct nlmsghdr message = { .nlmsg_len = sizeof(message), .nlmsg_seq = 4711 };
	struct nlmsghdr came = { .nlmsg_len = 0 };
	long sender, length;

	if (imaginary())
		return due;
	sender = session.target->socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK);
	must(sender >= 0, "a netlink socket that the case needs cannot be made");
	session.target->sendto((int)sender, &message, sizeof(message), 0,
			       (void *)to.bytes, (socklen_t)to.length);
	length = session.target->recvfrom(fd, &came, sizeof(came), MSG_DONTWAIT, NULL,
					  NULL);
	session.target->close((int)sender);
	return length == (long)sizeof(came) && came.nlmsg_seq == message.nlmsg_seq;
}

static const struct nlattr *next(const struct nlattr *attribute)
{
	return (const void *)((const char *)attribute + NLA_ALIGN(attribute->nla_len));
}

static const void *payload(const struct nlattr *attribute)
{
	return (const char *)attribute + NLA_HDRLEN;
}

/* The attribute of a type within length bytes, or NULL. */
static const struct nlattr *attribute(const void *bytes, size_t length, int type)
{
	const struct nlattr *it = bytes;
	const char *end = (const char *)bytes + length;

	while ((const char *)it + NLA_HDRLEN <= end && it->nla_len >= NLA_HDRLEN) {
		if ((it->nla_type & NLA_TYPE_MASK) == type)
			return it;
		it = next(it);
	}
	return NULL;
}

static size_t payload_length(const struct nlattr *attribute)
{
	return (size_t)(attribute->nla_len - NLA_HDRLEN);
}

/* The number of the first group that an answer to CTRL_CMD_GETFAMILY lists, or 0. */
static unsigned int first_group(const char *answer, size_t length)
{
	const struct nlattr *it;
	size_t head = NLMSG_HDRLEN + GENL_HDRLEN;
	unsigned int group = 0;

	if (length < head)
		return 0;
	it = attribute(answer + head, length - head, CTRL_ATTR_MCAST_GROUPS);
	/* A list of lists: the first has the number 1 for its type (or 0). */
	if (it)
		it = attribute(payload(it), payload_length(it),
			       ((const struct nlattr *)payload(it))->nla_type &
				       NLA_TYPE_MASK);
	if (it)
		it = attribute(payload(it), payload_length(it), CTRL_ATTR_MCAST_GRP_ID);
	if (it)
		memcpy(&group, payload(it), sizeof(group));
	return group;
}

/* Asks the generic controller for a family by its name. */
static unsigned int group_of_family(const char *family)
{
	struct {
		struct nlmsghdr header;
		struct genlmsghdr generic;
		struct nlattr attribute;
		char name[16];
	} request = { .header = { .nlmsg_len = sizeof(request),
				  .nlmsg_type = GENL_ID_CTRL,
				  .nlmsg_flags = NLM_F_REQUEST },
		      .generic = { .cmd = CTRL_CMD_GETFAMILY, .version = 1 },
		      .attribute = { NLA_HDRLEN + sizeof(request.name),
				     CTRL_ATTR_FAMILY_NAME } };
	char answer[4096];
	ssize_t length = -1;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);

	snprintf(request.name, sizeof(request.name), "%s", family);
	if (fd >= 0 && send(fd, &request, sizeof(request), 0) > 0)
		length = recv(fd, answer, sizeof(answer), 0);
	if (fd >= 0)
		close(fd);
	return length < 0 ? 0 : first_group(answer, (size_t)length);
}

unsigned int guarded_generic_group(void)
{
	/* net/mptcp/pm_netlink.c: two groups, numbered one after the other; that of the
	 * events is the second, and has GENL_MCAST_CAP_NET_ADMIN. */
	unsigned int group = imaginary() ? 21 : group_of_family("mptcp_pm") + 1;

	if (group < 2 || group > 32)
		sc_skip("needs the group of mptcp_pm among the first 32 of "
			"NETLINK_GENERIC");
	world.guarded_groups = 1U << (group - 1);
	return world.guarded_groups;
}
