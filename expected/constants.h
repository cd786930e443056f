/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * constants.h - numbers of the Linux socket API that an older or smaller C library
 * does not name.  The values are those of include/linux/socket.h, include/uapi/linux
 * and include/linux/net.h, the same on every architecture that is named here.
 */
#ifndef EXPECTED_CONSTANTS_H
#define EXPECTED_CONSTANTS_H

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>

#include <linux/if_packet.h>
#include <linux/netlink.h>

/* include/linux/net.h: the largest type is SOCK_PACKET (10), the mask is four bits. */
#define LINUX_SOCK_MAX	     11
#define LINUX_SOCK_TYPE_MASK 0xf

#ifndef SOCK_DCCP
#define SOCK_DCCP 6
#endif
#ifndef SOCK_PACKET
#define SOCK_PACKET 10
#endif

#ifndef AF_IB
#define AF_IB 27
#endif
#ifndef AF_MPLS
#define AF_MPLS 28
#endif
#ifndef AF_VSOCK
#define AF_VSOCK 40
#endif
#ifndef AF_KCM
#define AF_KCM 41
#endif
#ifndef AF_QIPCRTR
#define AF_QIPCRTR 42
#endif
#ifndef AF_SMC
#define AF_SMC 43
#endif
#ifndef AF_XDP
#define AF_XDP 44
#endif
#ifndef AF_MCTP
#define AF_MCTP 45
#endif

#ifndef IPPROTO_DCCP
#define IPPROTO_DCCP 33
#endif
#ifndef IPPROTO_MH
#define IPPROTO_MH 135
#endif
#ifndef IPPROTO_UDPLITE
#define IPPROTO_UDPLITE 136
#endif
#define LINUX_IPPROTO_L2TP 115
/* Above 255, so only for socket(2): Linux 6.11 and Linux 5.6. */
#define LINUX_IPPROTO_SMC   256
#define LINUX_IPPROTO_MPTCP 262

#ifndef SO_REUSEPORT
#define SO_REUSEPORT 15
#endif
#ifndef SO_PROTOCOL
#define SO_PROTOCOL 38
#endif
#ifndef SO_DOMAIN
#define SO_DOMAIN 39
#endif
#ifndef SO_TXREHASH
#define SO_TXREHASH 74
#endif
#ifndef IP_NODEFRAG
#define IP_NODEFRAG 22
#endif
#ifndef IP_MULTICAST_ALL
#define IP_MULTICAST_ALL 49
#endif
#ifndef IPV6_MULTICAST_ALL
#define IPV6_MULTICAST_ALL 29
#endif
#ifndef IPV6_HDRINCL
#define IPV6_HDRINCL 36
#endif
#ifndef SOL_RAW
#define SOL_RAW 255
#endif
/* include/uapi/linux/icmp.h, icmpv6.h and vm_sockets.h, whose options have these
 * numbers at the levels SOL_RAW, IPPROTO_ICMPV6 and AF_VSOCK. */
#define LINUX_ICMP_FILTER		    1
#define LINUX_ICMP6_FILTER		    1
#define LINUX_SO_VM_SOCKETS_BUFFER_SIZE	    0
#define LINUX_SO_VM_SOCKETS_BUFFER_MIN_SIZE 1
#define LINUX_SO_VM_SOCKETS_BUFFER_MAX_SIZE 2
/* As old as the family: it has a long for the seconds and one for the microseconds. */
#define LINUX_SO_VM_SOCKETS_CONNECT_TIMEOUT 6

#ifndef SO_BINDTODEVICE
#define SO_BINDTODEVICE 25
#endif
#ifndef IP_FREEBIND
#define IP_FREEBIND 15
#endif
#ifndef IP_TRANSPARENT
#define IP_TRANSPARENT 19
#endif
/* include/uapi/asm-generic/socket.h: Linux 4.5; tcp.h: Linux 3.5. */
#define LINUX_SO_ATTACH_REUSEPORT_CBPF 51
#define LINUX_SO_MEMINFO	       55
/* include/net/tcp.h: the queues of TCP_REPAIR_QUEUE. */
#define LINUX_TCP_NO_QUEUE   0
#define LINUX_TCP_RECV_QUEUE 1
#define LINUX_TCP_SEND_QUEUE 2
#define LINUX_TCP_REPAIR     19
/* include/uapi/asm-generic/socket.h: Linux 5.1. */
#define LINUX_SO_RCVTIMEO_NEW 66
#define LINUX_SO_SNDTIMEO_NEW 67
/* Likewise; and Linux 5.19. */
#define LINUX_SO_TIMESTAMP_NEW	 63
#define LINUX_SO_TIMESTAMPNS_NEW 64
#define LINUX_SO_RCVMARK	 75
/* include/uapi/linux/in.h: Linux 4.0 and 4.11. */
#define LINUX_IP_CHECKSUM     23
#define LINUX_IP_RECVFRAGSIZE 25
/* include/uapi/linux/in.h: Linux 4.2 and 6.3; in6.h: Linux 4.15 and 2.6.37. */
#define LINUX_IP_BIND_ADDRESS_NO_PORT 24
#define LINUX_IP_LOCAL_PORT_RANGE     51
#define LINUX_IPV6_FREEBIND	      78
#define LINUX_IPV6_TRANSPARENT	      75

/* include/uapi/linux/in6.h: Linux 2.2, 4.0 and 4.11. */
#define LINUX_IPV6_FLOWINFO	 11
#define LINUX_IPV6_FLOWINFO_SEND 33
#define LINUX_IPV6_AUTOFLOWLABEL 70
#define LINUX_IPV6_RECVFRAGSIZE	 77
/* include/uapi/linux/in6.h: Linux 2.6.37; udp.h: Linux 4.18 and 5.0. */
#define LINUX_IPV6_RECVORIGDSTADDR 74
#define LINUX_UDP_SEGMENT	   103
#define LINUX_UDP_GRO		   104

/* include/uapi/asm-generic/socket.h: Linux 2.6.33, 5.19, 6.14 and 5.1. */
#define LINUX_SO_MARK		  36
#define LINUX_SO_RXQ_OVFL	  40
#define LINUX_SO_ZEROCOPY	  60
#define LINUX_SO_TIMESTAMPING_NEW 65
/* include/uapi/linux/net_tstamp.h */
#define LINUX_SOF_TIMESTAMPING_TX_SOFTWARE (1 << 1)
#define LINUX_SOF_TIMESTAMPING_RX_SOFTWARE (1 << 3)
#define LINUX_SOF_TIMESTAMPING_SOFTWARE	   (1 << 4)
#define LINUX_SOF_TIMESTAMPING_OPT_ID	   (1 << 7)
#define LINUX_SOF_TIMESTAMPING_TX_SCHED	   (1 << 8)
#define LINUX_SOF_TIMESTAMPING_OPT_CMSG	   (1 << 10)
#define LINUX_SOF_TIMESTAMPING_OPT_TSONLY  (1 << 11)
#define LINUX_SOF_TIMESTAMPING_OPT_STATS   (1 << 12)
/* include/uapi/linux/in.h and in6.h: those of 2292 are of RFC 2292, which RFC 3542 has
 * replaced. */
#define LINUX_IPV6_2292PKTINFO	2
#define LINUX_IPV6_2292HOPOPTS	3
#define LINUX_IPV6_2292DSTOPTS	4
#define LINUX_IPV6_2292RTHDR	5
#define LINUX_IPV6_2292HOPLIMIT 8
#define LINUX_IPV6_RECVHOPOPTS	53
#define LINUX_IPV6_HOPOPTS	54
#define LINUX_IPV6_RECVRTHDR	56
#define LINUX_IPV6_RTHDR	57
#define LINUX_IPV6_RECVDSTOPTS	58
#define LINUX_IPV6_DSTOPTS	59
#define LINUX_IPV6_RECVPATHMTU	60
#define LINUX_IPV6_PATHMTU	61
#define LINUX_IPV6_DONTFRAG	62

#ifndef SOL_UDPLITE
#define SOL_UDPLITE 136
#endif
#ifndef UDPLITE_SEND_CSCOV
#define UDPLITE_SEND_CSCOV 10
#define UDPLITE_RECV_CSCOV 11
#endif

#define LINUX_VMADDR_CID_ANY  0xffffffffU
#define LINUX_VMADDR_PORT_ANY 0xffffffffU
/* vsock(7) names them; include/uapi/linux/vm_sockets.h. */
#define LINUX_VMADDR_CID_HYPERVISOR 0
#define LINUX_VMADDR_CID_LOCAL	    1
#define LINUX_VMADDR_CID_HOST	    2
#define LINUX_VMADDR_FLAG_TO_HOST   1

/* include/uapi/linux/netlink.h: Linux 4.12; include/linux/socket.h. */
#define LINUX_NLM_F_CAPPED 0x100
/* include/uapi/linux/netlink.h, rtnetlink.h and net_namespace.h: Linux 4.2, 4.0. */
#define LINUX_NETLINK_LISTEN_ALL_NSID 8
#define LINUX_RTM_NEWNSID	      88
#define LINUX_NETNSA_NSID	      1
#define LINUX_NETNSA_PID	      2
#define LINUX_SOL_PACKET	      263

/* include/linux/socket.h, include/uapi/linux/if_ether.h and if_arp.h. */
#define LINUX_SOL_NETLINK 270
#define LINUX_ETH_P_ALL	  0x0003
#define LINUX_ETH_P_IP	  0x0800
#define LINUX_ETH_P_ARP	  0x0806
/* IEEE 802's first one for experiments: include/uapi/linux/if_ether.h has no such. */
#define ETHERTYPE_LOCAL	      0x88b5
#define LINUX_ETH_P_8021Q     0x8100
#define LINUX_ETH_P_IPV6      0x86dd
#define LINUX_ARPHRD_ETHER    1
#define LINUX_ARPHRD_LOOPBACK 772

/* include/uapi/linux/magic.h and capability.h. */
#define LINUX_SOCKFS_MAGIC	   0x534F434B
#define LINUX_CAP_DAC_OVERRIDE	   1
#define LINUX_CAP_DAC_READ_SEARCH  2
#define LINUX_CAP_NET_BIND_SERVICE 10
#define LINUX_CAP_NET_BROADCAST	   11
#define LINUX_CAP_NET_ADMIN	   12
#define LINUX_CAP_NET_RAW	   13
#define LINUX_CAP_SYS_ADMIN	   21
#define LINUX_CAP_AUDIT_READ	   37

/* include/uapi/asm-generic/sockios.h and include/uapi/linux/sockios.h. */
#define LINUX_FIOSETOWN	   0x8901
#define LINUX_SIOCSPGRP	   0x8902
#define LINUX_FIOGETOWN	   0x8903
#define LINUX_SIOCGPGRP	   0x8904
#define LINUX_SIOCATMARK   0x8905
#define LINUX_SIOCGSTAMP   0x8906
#define LINUX_SIOCGSTAMPNS 0x8907
#define LINUX_SIOCGIFNAME  0x8910
#define LINUX_SIOCGIFINDEX 0x8933
#define LINUX_SIOCOUTQNSD  0x894b

/* include/uapi/linux/fcntl.h. */
#define LINUX_F_SETPIPE_SZ 1031
#define LINUX_F_GETPIPE_SZ 1032
#define LINUX_F_ADD_SEALS  1033
#define LINUX_F_GET_SEALS  1034

/* include/uapi/linux/uio.h and include/linux/socket.h. */
#define LINUX_UIO_MAXIOV      1024
#define LINUX_MSG_CMSG_COMPAT 0x80000000U
#define LINUX_MSG_ZEROCOPY    0x4000000

/* The timeout of recvmmsg(2); of 64 bits where there is only the newer of its calls. */
struct linux_timeout {
#ifdef SYS_recvmmsg
	long seconds, nanoseconds;
#else
	long long seconds, nanoseconds;
#endif
};

/* include/uapi/linux/vm_sockets.h, whose header older systems do not install. */
struct linux_sockaddr_vm {
	unsigned short svm_family;
	unsigned short svm_reserved1;
	unsigned int svm_port;
	unsigned int svm_cid;
	unsigned char svm_flags;
	unsigned char svm_zero[3];
};

#endif
