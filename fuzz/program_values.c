/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * program_values.c - the values of arguments that matter: what rules look at, and the
 * edges of each.  The common ones come first, so many of each; bytes hold their places,
 * so new ones come last.
 */
#include <limits.h>
#include <poll.h>
#include <sys/ioctl.h>

#include "../expected/constants.h"
#include "program_layout.h"

static const long domains[] = {
	AF_INET,      AF_INET6, AF_UNIX,      AF_PACKET, AF_NETLINK, AF_VSOCK,
	AF_UNSPEC,    AF_AX25,	AF_APPLETALK, AF_X25,	 AF_KEY,     AF_IRDA,
	AF_BLUETOOTH, AF_ALG,	AF_SMC,	      AF_XDP,	 AF_MCTP,    45,
	46,	      63,	255,	      -1,	 INT_MAX,    INT_MIN,
	AF_CAN,	      AF_TIPC,	AF_MPLS,      28,	 AF_QIPCRTR, AF_IB,
};

static const long types[] = {
	SOCK_STREAM | SOCK_NONBLOCK,
	SOCK_DGRAM | SOCK_NONBLOCK,
	SOCK_RAW | SOCK_NONBLOCK,
	SOCK_SEQPACKET | SOCK_NONBLOCK,
	SOCK_STREAM,
	SOCK_DGRAM,
	SOCK_RAW,
	SOCK_SEQPACKET,
	SOCK_RDM,
	SOCK_DCCP,
	SOCK_PACKET,
	0,
	7,
	11,
	15,
	16,
	SOCK_STREAM | SOCK_CLOEXEC,
	SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
	SOCK_DGRAM | 0x10,
	SOCK_STREAM | 0x40000000,
	-1,
	INT_MIN,
	SOCK_PACKET | SOCK_NONBLOCK,
};

/* IP's, netlink's, and (in network byte order) Ethernet's. */
static const long protocols[] = {
	0,
	IPPROTO_UDP,
	IPPROTO_TCP,
	IPPROTO_ICMP,
	IPPROTO_ICMPV6,
	IPPROTO_RAW,
	IPPROTO_UDPLITE,
	IPPROTO_SCTP,
	LINUX_IPPROTO_MPTCP,
	LINUX_IPPROTO_SMC,
	IPPROTO_DCCP,
	IPPROTO_IGMP,
	LINUX_IPPROTO_L2TP,
	IPPROTO_MH,
	253,
	254,
	257,
	263,
	-1,
	INT_MAX,
	INT_MIN,
	NETLINK_USERSOCK,
	NETLINK_SOCK_DIAG,
	NETLINK_AUDIT,
	NETLINK_CONNECTOR,
	NETLINK_KOBJECT_UEVENT,
	NETLINK_GENERIC,
	22,
	31,
	32,
	0x0300, /* htons(ETH_P_ALL) of a little-endian machine */
	0x0008, /* htons(ETH_P_IP) */
	0x0608, /* htons(ETH_P_ARP) */
	0xdd86, /* htons(ETH_P_IPV6) */
	0xffff,
	0x10000,
};

static const long backlogs[] = { 1, 0, 5, 128, 4096, -1, INT_MAX, INT_MIN, 2 };

static const long message_flags[] = {
	MSG_DONTWAIT,
	0,
	MSG_DONTWAIT | MSG_PEEK,
	MSG_DONTWAIT | MSG_TRUNC,
	MSG_DONTWAIT | MSG_OOB,
	MSG_DONTWAIT | MSG_ERRQUEUE,
	MSG_DONTWAIT | MSG_WAITALL,
	MSG_DONTWAIT | MSG_PEEK | MSG_TRUNC,
	MSG_DONTWAIT | MSG_PEEK | MSG_WAITALL,
	MSG_DONTWAIT | MSG_PEEK | MSG_OOB,
	MSG_DONTWAIT | MSG_PEEK | MSG_ERRQUEUE,
	MSG_DONTWAIT | MSG_NOSIGNAL,
	MSG_DONTWAIT | MSG_EOR,
	MSG_DONTWAIT | MSG_MORE,
	MSG_DONTWAIT | MSG_CONFIRM,
	MSG_DONTWAIT | MSG_DONTROUTE,
	MSG_DONTWAIT | MSG_CTRUNC,
	MSG_DONTWAIT | MSG_CMSG_CLOEXEC,
	MSG_DONTWAIT | MSG_PROXY,
	MSG_DONTWAIT | MSG_FIN,
	MSG_DONTWAIT | MSG_SYN,
	MSG_DONTWAIT | MSG_RST,
	MSG_DONTWAIT | MSG_WAITFORONE,
	MSG_DONTWAIT | MSG_ZEROCOPY,
	MSG_DONTWAIT | MSG_FASTOPEN,
	(int)LINUX_MSG_CMSG_COMPAT,
	-1,
	MSG_PEEK,
	MSG_OOB,
	MSG_OOB | MSG_NOSIGNAL,
	MSG_NOSIGNAL,
	MSG_TRUNC,
	MSG_ERRQUEUE,
	MSG_WAITALL,
	MSG_DONTWAIT | MSG_OOB | MSG_ERRQUEUE,
	MSG_DONTWAIT | 0x00080000,
	MSG_DONTWAIT | 0x02000000,
};

static const long accept_flags[] = {
	SOCK_NONBLOCK, 0,  SOCK_CLOEXEC, SOCK_NONBLOCK | SOCK_CLOEXEC, 1,
	0x10,	       -1, O_ASYNC,
};

static const long hows[] = { SHUT_RD, SHUT_WR, SHUT_RDWR, 3, -1, INT_MAX, INT_MIN };

static const long commands[] = {
	F_GETFL,
	F_SETFL,
	F_GETFD,
	F_SETFD,
	F_DUPFD,
	F_DUPFD_CLOEXEC,
	F_GETOWN,
	F_SETOWN,
	F_GETOWN_EX,
	F_SETOWN_EX,
	F_GETSIG,
	F_SETSIG,
	F_GETLK,
	F_SETLK,
	F_SETLEASE,
	F_GETLEASE,
	F_NOTIFY,
	LINUX_F_SETPIPE_SZ,
	LINUX_F_GETPIPE_SZ,
	LINUX_F_ADD_SEALS,
	LINUX_F_GET_SEALS,
	-1,
	999,
	INT_MAX,
};

static const long requests[] = {
	FIONREAD,
	FIONBIO,
	FIOASYNC,
	FIOCLEX,
	FIONCLEX,
	FIOQSIZE,
	LINUX_SIOCATMARK,
	TIOCOUTQ,
	LINUX_SIOCOUTQNSD,
	LINUX_FIOSETOWN,
	LINUX_SIOCSPGRP,
	LINUX_FIOGETOWN,
	LINUX_SIOCGPGRP,
	LINUX_SIOCGSTAMP,
	LINUX_SIOCGSTAMPNS,
	LINUX_SIOCGIFNAME,
	LINUX_SIOCGIFINDEX,
	TCGETS,
	0,
	-1,
	0x894f, /* of no use since Linux 2.6: an unknown one of sockets */
	0x89e0, /* SIOCPROTOPRIVATE */
	0x89f0, /* SIOCDEVPRIVATE */
};

static const long events[] = {
	POLLIN,
	POLLOUT,
	POLLIN | POLLOUT | POLLPRI | POLLRDHUP,
	POLLPRI,
	POLLRDHUP,
	POLLRDNORM | POLLWRNORM,
	POLLRDBAND | POLLWRBAND,
	POLLMSG,
	0,
	0x7fff,
	-1,
};

static const long buffer_lengths[] = {
	64,    1,	 0,	   2,	     4,	      8,      16,     63,      65,
	7,     28,	 100,	   255,	     256,     512,    1024,   1472,    1473,
	1500,  2048,	 4096,	   4097,     8192,    16384,  32768,  65507,   65508,
	65527, 65535,	 65536,	   65537,    131072,  212992, 212960, INT_MAX, 1L << 31,
	-1L,   LONG_MIN, UINT_MAX, 1L << 32, 1 << 20,
};

static const long rooms[] = {
	128,  16, 0,	   1,	    2,	3,  4,	 8,   12,  15,	17,
	18,   20, 27,	   28,	    29, 64, 110, 111, 127, 129, 256,
	1024, -1, INT_MIN, INT_MAX, 24, 32, 40,	 13,  255, 512,
};

static const long area_counts[] = {
	1, 2, 0, 3, 8, 9, 1024, 1025, -1, INT_MAX, LONG_MAX, LONG_MIN,
};

static const long rights[] = { 1, 2, 0, 3, 253, 254, 1000 };

static const long option_lengths[] = {
	4, 0, 1, 2, 3, 5, 8, 12, 16, 15, 7, 20, 32, 128, 256, -1, INT_MIN, INT_MAX,
};

static const long numbers[] = {
	0,
	1,
	-1,
	2,
	3,
	4,
	5,
	8,
	16,
	64,
	100,
	128,
	255,
	256,
	1000,
	1024,
	2048,  /* O_NONBLOCK, where it is that */
	8192,  /* O_ASYNC */
	10240, /* both */
	3072,  /* O_NONBLOCK|O_APPEND */
	4096,
	65535,
	65536,
	1 << 20,
	INT_MAX,
	INT_MIN,
	-2,
	0x0000006f6c,	   /* "lo" of a little-endian machine */
	0x0100007f,	   /* 127.0.0.1 of one */
	0x020000e0,	   /* 224.0.0.2 */
	0x010000ef,	   /* 239.0.0.1 */
	5000 | 5010 << 16, /* IP_LOCAL_PORT_RANGE */
	5010 | 5000 << 16,
	6,
	7,
	9,
	10,
	17,
	23, /* SIGURG */
	29, /* SIGIO */
	65,
	500000,
	1000000,
	0x6d6d7564, /* "dumm" */
	1 << 9,
	1 << 10,
	1 << 11,
};

static const long ports[] = {
	5000, 0, 5001, 1, 80, 1023, 1024, 5002, 5010, 32767, 32768, 60999, 61000, 65535,
};

static const long scopes[] = { 0, 1, 2, 99, UINT_MAX, INT_MAX };
static const long ethernet_protocols[] = { 0,	   0x0003, 0x0800, 0x0806,
					   0x86dd, 0xffff, 1,	   0x88b5 };
static const long interfaces[] = { 1, 0, 2, 99, UINT_MAX, INT_MAX };
static const long halens[] = { 6, 0, 1, 8, 9, 255 };
static const long netlink_pids[] = { 0, 1, 5000, INT_MAX, UINT_MAX };
static const long netlink_groups[] = { 0, 1, 2, 3, 16, 0x80000000L, UINT_MAX };
static const long cids[] = { UINT_MAX, 0, 1, 2, 3, 99 };
static const long vsock_ports[] = { 5000, UINT_MAX, 0, 1, 1023, 1024, 5001, INT_MAX };

#define TABLE(array, common)                \
	{                                   \
		array, COUNT(array), common \
	}
static const struct value_table tables[VALUE_CLASSES] = {
	[VALUES_DOMAIN] = TABLE(domains, 6),
	[VALUES_TYPE] = TABLE(types, 5),
	[VALUES_PROTOCOL] = TABLE(protocols, 3),
	[VALUES_BACKLOG] = TABLE(backlogs, 2),
	[VALUES_MESSAGE_FLAGS] = TABLE(message_flags, 8),
	[VALUES_ACCEPT_FLAGS] = TABLE(accept_flags, 2),
	[VALUES_HOW] = TABLE(hows, 3),
	[VALUES_COMMAND] = TABLE(commands, 4),
	[VALUES_REQUEST] = TABLE(requests, 5),
	[VALUES_EVENTS] = TABLE(events, 3),
	[VALUES_BUFFER_LENGTH] = TABLE(buffer_lengths, 7),
	[VALUES_ROOM] = TABLE(rooms, 2),
	[VALUES_AREAS] = TABLE(area_counts, 2),
	[VALUES_RIGHTS] = TABLE(rights, 2),
	[VALUES_OPTLEN] = TABLE(option_lengths, 1),
	[VALUES_NUMBER] = TABLE(numbers, 3),
	[VALUES_PORT] = TABLE(ports, 3),
	[VALUES_SCOPE] = TABLE(scopes, 2),
	[VALUES_ETHERNET_PROTOCOL] = TABLE(ethernet_protocols, 3),
	[VALUES_INTERFACE] = TABLE(interfaces, 2),
	[VALUES_HALEN] = TABLE(halens, 2),
	[VALUES_NETLINK_PID] = TABLE(netlink_pids, 1),
	[VALUES_NETLINK_GROUPS] = TABLE(netlink_groups, 2),
	[VALUES_CID] = TABLE(cids, 3),
	[VALUES_VSOCK_PORT] = TABLE(vsock_ports, 2),
};

const struct value_table *program_values(enum value_class values)
{
	return &tables[values];
}
