/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * world.h - what a rule's condition may look at: the sockets that exist, the caller,
 * the kernel, the network's settings.  No system call is needed to hold one.
 */
#ifndef EXPECTED_WORLD_H
#define EXPECTED_WORLD_H

#include "call.h"

/* A kernel release as one number that compares: LINUX(5, 6) is Linux 5.6, and
 * RELEASE(6, 1, 64) the 64th stable release of Linux 6.1. */
#define RELEASE(major, minor, patch) ((major)*1000000 + (minor)*1000 + (patch))
#define LINUX(major, minor)	     RELEASE(major, minor, 0)

/* For printf(), with both parts of one that LINUX() made. */
#define LINUX_FORMAT	     "%d.%d"
#define LINUX_PARTS(release) (release) / 1000000, (release) / 1000 % 1000

/*
 * Does a kernel of this version have what came with release @since?  With @backported,
 * a RELEASE(), the kernels of that series have it too, from that one on.  Where there
 * is no version it is the newest, and where there is no @since, all have it.
 */
bool release_has(int version, int since, int backported);

/*
 * What a kernel may have or lack.  An address family and a netlink protocol are
 * features too, numbered by FEATURE_FAMILY() and FEATURE_NETLINK().
 */
enum feature {
	FEATURE_NONE,
	FEATURE_MPTCP,	     /* IPPROTO_MPTCP for AF_INET */
	FEATURE_MPTCP6,	     /* and for AF_INET6 */
	FEATURE_UDPLITE,     /* IPPROTO_UDPLITE for AF_INET */
	FEATURE_UDPLITE6,    /* and for AF_INET6 */
	FEATURE_SCTP,	     /* IPPROTO_SCTP */
	FEATURE_DCCP,	     /* SOCK_DCCP for AF_INET */
	FEATURE_DCCP6,	     /* and for AF_INET6 */
	FEATURE_L2TP,	     /* SOCK_DGRAM, IPPROTO_L2TP for AF_INET */
	FEATURE_L2TP6,	     /* and for AF_INET6 */
	FEATURE_SMC,	     /* SOCK_STREAM, IPPROTO_SMC */
	FEATURE_VSOCK_DGRAM, /* a transport that carries datagrams of AF_VSOCK */
	FEATURE_VSOCK_LOCAL, /* one to the same machine: VMADDR_CID_LOCAL */
	FEATURE_VSOCK_HOST,  /* one to guests of this machine: VMADDR_CID_HOST */
	FEATURE_SOCKETCALL,  /* socketcall(2), for this program */
	FEATURE_COMPAT,	     /* the calls of 32-bit programs, beside those of 64 bits */
	FEATURE_FAMILIES,
	FEATURE_NETLINKS = FEATURE_FAMILIES + 64,
	FEATURE_COUNT = FEATURE_NETLINKS + 32
};
#define FEATURE_FAMILY(domain)	  (FEATURE_FAMILIES + (domain))
#define FEATURE_NETLINK(protocol) (FEATURE_NETLINKS + (protocol))

enum known { UNKNOWN, NO, YES };

/*
 * Facts that no call shows.  A case that makes one so (fills the file table, attaches a
 * program) puts it into the world.
 */
enum fact {
	FACT_SECURITY_REFUSES_CREATE = 1
				       << 0, /* a security module, before the socket */
	FACT_SECURITY_REFUSES_SOCKET = 1 << 1, /* a security module, once it is made */
	FACT_CGROUP_REFUSES_CREATE =
		1 << 2,		       /* a program at BPF_CGROUP_INET_SOCK_CREATE */
	FACT_NO_MEMORY = 1 << 3,       /* an allocation of this call fails */
	FACT_FILES_EXHAUSTED = 1 << 4, /* fs.file-max files are open */
	FACT_LANDLOCK_BIND = 1 << 5, /* Landlock governs TCP ports: see landlock_port */
	FACT_CGROUP_REFUSES_BIND = 1 << 6, /* a program at BPF_CGROUP_INET[46]_BIND */
	FACT_CGROUP_REFUSES_BOUND =
		1 << 7, /* a program at BPF_CGROUP_INET[46]_POST_BIND */
	FACT_SECURITY_REFUSES_BIND = 1 << 8, /* a security module, before the family */
	FACT_SIGNAL_COMES = 1 << 9,	/* a signal with a handler, to whoever waits */
	FACT_SIGNAL_RESTARTS = 1 << 10, /* and the handler has SA_RESTART */
};

struct world_kernel {
	int version;			       /* LINUX(6, 1); 0 for 'the newest' */
	unsigned char features[FEATURE_COUNT]; /* enum known */
};

#define WORLD_GROUPS_MAX 32

struct world_caller {
	/* Over files of the case's directory: */
	bool cap_dac_override;
	bool cap_dac_read_search;
	/* In the user namespace that owns the network namespace: */
	bool cap_net_raw;
	bool cap_net_admin;
	bool cap_net_bind_service;
	bool cap_audit_read;
	/* Its capabilities hold over the machine too: no user namespace is between. */
	bool machine;
	unsigned int pid;   /* as getpid(2) tells it */
	unsigned int group; /* its process group, as getpgrp(2) tells it */
	/* As getuid(2) and getgid(2) tell them. */
	unsigned int real_uid, real_gid;
	unsigned int gid; /* effective, as getegid(2) tells it */
	unsigned int
		fsuid; /* of the file system: setfsuid(2); else the effective one */
	unsigned int fsgid;
	unsigned int groups[WORLD_GROUPS_MAX]; /* supplementary */
	unsigned int group_count;
	unsigned int nofile; /* soft limit of RLIMIT_NOFILE */
	unsigned int umask;  /* umask(2) */
	/* The only TCP port that Landlock lets the caller bind: FACT_LANDLOCK_BIND. */
	unsigned short landlock_port;
};

/* Settings of the network namespace, with the names of their sysctls. */
struct world_settings {
	unsigned int ping_group_low; /* net.ipv4.ping_group_range */
	unsigned int ping_group_high;
	int ip_default_ttl;    /* net.ipv4.ip_default_ttl */
	int ip_no_pmtu_disc;   /* net.ipv4.ip_no_pmtu_disc */
	int ipv6_hop_limit;    /* net.ipv6.conf.all.hop_limit */
	int bindv6only;	       /* net.ipv6.bindv6only */
	int txrehash;	       /* net.core.txrehash */
	bool mptcp_enabled;    /* net.mptcp.enabled */
	int rmem_default;      /* net.core.rmem_default, bytes; 0 where not known */
	int wmem_default;      /* net.core.wmem_default, bytes; 0 where not known */
	int tcp_rmem_default;  /* net.ipv4.tcp_rmem, second number; 0 where not known */
	int tcp_wmem_default;  /* net.ipv4.tcp_wmem, second number; 0 where not known */
	unsigned int file_max; /* fs.file-max, where a case has set it; else 0 */
	bool ip_nonlocal_bind; /* net.ipv4.ip_nonlocal_bind */
	bool ipv6_nonlocal_bind;	      /* net.ipv6.ip_nonlocal_bind */
	unsigned int unprivileged_port_start; /* net.ipv4.ip_unprivileged_port_start */
	unsigned short port_low;	      /* net.ipv4.ip_local_port_range */
	unsigned short port_high;
	unsigned short reserved_low;  /* net.ipv4.ip_local_reserved_ports: one range, */
	unsigned short reserved_high; /* or 0 to 0 */
	bool autobind_reuse;	      /* net.ipv4.ip_autobind_reuse */
};

/* A local address of an interface.  IPv4 is kept as ::ffff:a.b.c.d. */
struct world_address {
	unsigned char bytes[16];
	unsigned int prefix; /* bits, counted in the address's own family */
};

#define WORLD_ADDRESSES 4

struct world_interface {
	unsigned int index; /* 0: there is none in this place */
	char name[16];
	bool up;
	unsigned int vrf; /* index of the VRF device that it belongs to, or 0 */
	struct world_address addresses[WORLD_ADDRESSES];
	unsigned int address_count;
	unsigned char hardware[6]; /* its address on the link, where it has one */
	unsigned int network;	   /* the network namespace that it is in */
};

#define WORLD_INTERFACES 4

/* What is at a path, as far as bind(2) of AF_UNIX can tell. */
enum path_kind {
	PATH_FILE,
	PATH_SOCKET,
	PATH_DIRECTORY,
	PATH_UNWRITABLE,   /* a directory in which the caller may make nothing */
	PATH_UNSEARCHABLE, /* a directory that the caller may not pass */
	PATH_NO_SOCKETS,   /* one on a file system that has no files of that kind */
	PATH_LOOP,	   /* a symbolic link to itself */
	PATH_LINK,	   /* a symbolic link, or a chain of them, to the target */
};

#define WORLD_PATH_MAX 128
#define WORLD_PATHS    12

/* A file that a case or a bind has made, by its path below the case's directory. */
struct world_path {
	char path[WORLD_PATH_MAX];
	enum path_kind kind;
	unsigned int mode;   /* of a socket: its permission bits */
	unsigned int socket; /* of a socket: the id of the one that was bound */
	unsigned int links;  /* of PATH_LINK: how many lead to the target */
	char target[16];
};

/* The directory of a case, which is its working directory and a file system. */
struct world_files {
	char directory[16];  /* its absolute path; empty where there is none */
	bool read_only;	     /* mounted so */
	bool full;	     /* has no room for one more file */
	bool removed;	     /* the working directory is one below it, and is gone */
	bool foreign;	     /* of a user namespace that knows no ids but 0 */
	bool no_new_sockets; /* Landlock lets the caller make none of that kind */
};

enum socket_state {
	SOCKET_UNCONNECTED, /* TCP's CLOSE */
	SOCKET_LISTENING,
	SOCKET_CONNECTED,
	SOCKET_CLOSING,	  /* closed here, not by the other end: has no descriptor */
	SOCKET_TIME_WAIT, /* closed by both ends: has no descriptor */
};

/* Of a sender, as SCM_CREDENTIALS tells them. */
struct world_credentials {
	bool known;
	unsigned int pid, uid, gid;
};

/* The header of an IPv6 packet has others behind it, of 8 or 16 bytes here: the second
 * byte says how many times 8 come behind the first 8. */
#define EXTENSION_BYTES_MAX 16
struct world_extension {
	unsigned char kind; /* IPPROTO_HOPOPTS, IPPROTO_ROUTING, IPPROTO_DSTOPTS */
	unsigned char bytes[EXTENSION_BYTES_MAX];
};

#define WORLD_EXTENSIONS 3

/* What a packet carries besides, or what a socket's options have its packets carry. */
struct world_carried {
	unsigned char options[8]; /* of the header of IPv4 */
	unsigned char options_length;
	struct world_extension extensions[WORLD_EXTENSIONS]; /* in their order */
	unsigned char extension_count;
	bool unlabelled;   /* the flow label is 0: IPV6_AUTOFLOWLABEL is off */
	unsigned int mark; /* SO_MARK */
};

/* Of what has come by IP: what its header said of it, for control messages. */
struct world_header {
	unsigned char to[16]; /* its destination */
	unsigned short to_port;
	unsigned char tos; /* IPv6's traffic class */
	unsigned char ttl; /* IPv6's hop limit */
	/* Of IP_PKTINFO: what was noted when it came. */
	enum { NOTED_NOTHING, NOTED_INTERFACE, NOTED_ALL } noted;
	unsigned short segment;	 /* several datagrams as one, each as long: UDP_GRO */
	unsigned short fragment; /* it came in pieces, the longest of this length */
	/* Whether its checksum was added up, so that it can be told. */
	enum { SUMMED_NOT, SUMMED, SUMMED_IF_CUT } summed;
	unsigned int drops; /* so many were dropped before it came */
	struct world_carried carried;
};

/*
 * A datagram or record that waits to be received; of a stream, what one call has sent.
 * Bytes lie in world.bytes, as far as there is room for them.
 */
struct world_message {
	unsigned int length;	  /* bytes that are left of it */
	unsigned int start, kept; /* the first of them, as far as they are kept */
	/* Its sender's address, as recvfrom(2) tells it; length 0 for none. */
	unsigned int name_start, name_length;
	unsigned int group; /* of AF_NETLINK: the group that it was sent to, or 0 */
	bool from_other;    /* likewise: it comes from the namespace of world.nsid */
	unsigned int whole; /* of AF_PACKET: its length before a filter cut it */
	unsigned int tag;   /* likewise: WORLD_TAGGED and the TCI of its VLAN, or 0;
			       WORLD_TAG_IN_HEADER */
	/* The port in its sender's address is one that the kernel has chosen for it and
	 * nobody has told: world_ports.c. */
	bool port_open;
	/* Of AF_UNIX, and where the port is open: */
	unsigned int sender; /* the id of its socket, whose name may come later */
	/* Of AF_UNIX: */
	unsigned int rights; /* so many descriptors come with it: SCM_RIGHTS */
	struct world_credentials credentials;
	bool urgent;	  /* the out-of-band byte of a stream */
	bool mark;	  /* where one was, which has been received */
	bool peeked;	  /* empty, and peeked at: SO_PEEK_OFF goes on behind it */
	bool ends_record; /* of AF_VSOCK: sent with MSG_EOR */
	/* Bit i: the byte i of those that are kept is the kernel's to choose. */
	unsigned long long open;
	struct world_header header;
};

/* TCP's urgent byte, of which a connection knows one at most: the last. */
enum urgent {
	URGENT_NONE,
	URGENT_ANNOUNCED, /* it is known that one comes */
	URGENT_WAITS,
	URGENT_READ, /* by MSG_OOB; its place in the stream still counts */
};

/* What a socket is besides, if it is a stream of the IP families: world_tcp.c. */
struct world_tcp {
	bool connecting; /* connect(2) does not wait, and the other end is silent */
	bool broken;	 /* reset, or refused: the connection is no more */
	bool shut_write; /* shutdown(2), SHUT_WR or SHUT_RDWR */
	unsigned int backlog;	    /* of a listener */
	unsigned char urgent;	    /* enum urgent */
	bool urgent_passed;	    /* its place lies before all that waits */
	unsigned int urgent_offset; /* else: so many bytes that wait lie before it */
	unsigned char urgent_byte;
	int repair_queue;	     /* TCP_REPAIR_QUEUE */
	struct world_message unsent; /* what TCP_REPAIR has put to the send queue */
};

#define WORLD_QUEUE 4
#define WORLD_BYTES 2048

/* An error that waits in the queue that MSG_ERRQUEUE reads. */
struct world_error {
	int error;	      /* the members of struct sock_extended_err: an errno, */
	bool stamped;	      /* it comes with the time of sending, */
	bool packet;	      /* and with what else that packet says */
	unsigned char origin; /* SO_EE_ORIGIN_*, */
	unsigned char type, code;
	unsigned int info, data;
	unsigned char offender[16]; /* who says so, or all zero */
	bool v4;		    /* it came by IPv4 */
	unsigned char tos;	    /* of the packet that told of it */
	/* What could not be delivered, with the name of its destination. */
	struct world_message message;
};

#define WORLD_ERRORS 3

/* Which control messages were asked for, by socket options. */
enum told_control {
	TOLD_TIMESTAMP = 1 << 0,     /* SO_TIMESTAMP */
	TOLD_TIMESTAMPNS = 1 << 1,   /* SO_TIMESTAMPNS */
	TOLD_GRO = 1 << 2,	     /* UDP_GRO */
	TOLD_PKTINFO = 1 << 3,	     /* IP_PKTINFO */
	TOLD_TTL = 1 << 4,	     /* IP_RECVTTL */
	TOLD_TOS = 1 << 5,	     /* IP_RECVTOS */
	TOLD_ORIGDST = 1 << 6,	     /* IP_RECVORIGDSTADDR */
	TOLD_PKTINFO6 = 1 << 7,	     /* IPV6_RECVPKTINFO */
	TOLD_HOPLIMIT = 1 << 8,	     /* IPV6_RECVHOPLIMIT */
	TOLD_TCLASS = 1 << 9,	     /* IPV6_RECVTCLASS */
	TOLD_ORIGDST6 = 1 << 10,     /* IPV6_RECVORIGDSTADDR */
	TOLD_OPTIONS = 1 << 11,	     /* IP_RECVOPTS */
	TOLD_RETURNED = 1 << 12,     /* IP_RETOPTS */
	TOLD_CHECKSUM = 1 << 13,     /* IP_CHECKSUM */
	TOLD_FRAGMENT = 1 << 14,     /* IP_RECVFRAGSIZE */
	TOLD_FRAGMENT6 = 1 << 15,    /* IPV6_RECVFRAGSIZE */
	TOLD_FLOW = 1 << 16,	     /* IPV6_FLOWINFO */
	TOLD_HOPOPTS = 1 << 17,	     /* IPV6_RECVHOPOPTS */
	TOLD_DSTOPTS = 1 << 18,	     /* IPV6_RECVDSTOPTS */
	TOLD_ROUTING = 1 << 19,	     /* IPV6_RECVRTHDR */
	TOLD_OLD_PKTINFO = 1 << 20,  /* IPV6_2292PKTINFO, */
	TOLD_OLD_HOPLIMIT = 1 << 21, /* IPV6_2292HOPLIMIT, */
	TOLD_OLD_HOPOPTS = 1 << 22,  /* IPV6_2292HOPOPTS, */
	TOLD_OLD_DSTOPTS = 1 << 23,  /* IPV6_2292DSTOPTS, */
	TOLD_OLD_ROUTING = 1 << 24,  /* IPV6_2292RTHDR */
	TOLD_PATHMTU = 1 << 25,	     /* IPV6_RECVPATHMTU */
	TOLD_DROPS = 1 << 26,	     /* SO_RXQ_OVFL */
	TOLD_MARK = 1 << 27,	     /* SO_RCVMARK */
	TOLD_NEW_TIMES = 1 << 28,    /* in the layout of SO_TIMESTAMP_NEW */
};

/* Of UDP, raw and echo sockets: what options have made of them, and errors. */
struct world_datagrams {
	unsigned int told; /* enum told_control */
	bool recverr;	   /* IP_RECVERR */
	bool recverr6;	   /* IPV6_RECVERR */
	unsigned char tos; /* IP_TOS; IPV6_TCLASS */
	unsigned char tclass;
	unsigned char ttl; /* IP_TTL, IPV6_UNICAST_HOPS; 0: the default */
	unsigned char hops;
	bool sends_flow;      /* IPV6_FLOWINFO_SEND */
	bool header_included; /* IP_HDRINCL */
	bool summed;	      /* IPV6_CHECKSUM, at: */
	unsigned int sum_offset;
	unsigned int filtered;	/* ICMP_FILTER: a bit for each type */
	unsigned short segment; /* UDP_SEGMENT */
	int stamps;		/* SO_TIMESTAMPING */
	struct world_carried carries;
	bool spoilt;		     /* a datagram for it had a wrong checksum, */
	unsigned int spoilt_waiting; /* so many had, and nobody knows yet */
	unsigned int drops;
	bool dont_fragment;    /* IPV6_DONTFRAG */
	bool whole6;	       /* IPV6_MTU_DISCOVER: IPV6_PMTUDISC_DO or _PROBE */
	bool zerocopy;	       /* SO_ZEROCOPY */
	unsigned int sent;     /* so many datagrams, since they are counted */
	unsigned int copied;   /* with MSG_ZEROCOPY */
	unsigned int path_mtu; /* which waits to be told, or 0; and where to */
	unsigned char path_to[16];
	bool refused; /* ICMP has had something to say of what it sent */
	struct world_error errors[WORLD_ERRORS];
	unsigned int error_count;
};

/* A socket as an open file: what its descriptors share. */
struct world_file {
	bool flags_set;	    /* F_SETFL, FIONBIO or FIOASYNC: not as it was made */
	bool async, append; /* O_ASYNC, O_APPEND */
	bool marked;	    /* F_SETFD, FIOCLEX or FIONCLEX, of a descriptor */
	bool shut_write;    /* nothing can be sent: shutdown(2), of either end */
	bool urgent;	    /* a byte of urgent data has come, and is not taken */
	bool full;	    /* there is no room for what is sent */
	int owner_type;	    /* F_OWNER_*, of F_SETOWN_EX; as it is, a thread */
	int owner;	    /* its number, or 0 */
	int signal;	    /* F_SETSIG; 0: SIGIO */
};

/* A socket as its creation left it, and what calls have changed since. */
struct world_socket {
	int fd;
	int domain;
	int type;     /* without the flags; SOCK_RAW of AF_UNIX is SOCK_DGRAM here */
	int protocol; /* the one that was chosen, never 0 for AF_INET streams */
	int argument; /* the protocol argument of socket(2), as it was given */
	bool close_on_exec;
	bool nonblocking;
	int pmtu_discovery; /* IP_PMTUDISC_*: IP_MTU_DISCOVER */
	bool ipv6only;	    /* IPV6_V6ONLY, likewise */
	int txrehash;	    /* SO_TXREHASH, likewise */
	unsigned long ino;  /* its inode's number, once fstat(2) has told it; else 0 */
	unsigned int uid;   /* fsuid of who made it: SO_REUSEPORT compares it */
	bool reuseaddr;	    /* SO_REUSEADDR */
	bool reuseport;	    /* SO_REUSEPORT */
	bool own_group;	    /* SO_ATTACH_REUSEPORT_CBPF, before it was bound */
	bool in_repair;	    /* TCP_REPAIR */
	bool bound_by_program; /* see bound_at_connect */
	bool in_sockmap;      /* of AF_UNIX: a map of BPF has it, and no program does */
	bool nonlocal;	      /* IP_FREEBIND or IP_TRANSPARENT, or those of IPv6 */
	bool address_no_port; /* IP_BIND_ADDRESS_NO_PORT */
	bool broadcasts;      /* SO_BROADCAST */
	bool reset_on_close;  /* SO_LINGER with no time: no TIME_WAIT */
	unsigned int interface; /* SO_BINDTODEVICE: the interface's index, or 0 */
	unsigned short range_low, range_high; /* IP_LOCAL_PORT_RANGE, or 0 */
	enum socket_state state;
	bool receive_timeout; /* SO_RCVTIMEO is set */
	bool shut_read;	      /* shutdown(2), SHUT_RD or SHUT_RDWR */
	/* Of the IP families: the address at which it receives (IPv4 as
	 * ::ffff:a.b.c.d), its port, and what bind(2) itself has fixed of the two. */
	unsigned char address[16];
	unsigned short port; /* 0: none, or (port_open) not told yet */
	bool port_open;	     /* bound to a port that the kernel has chosen */
	bool address_fixed, port_fixed;
	unsigned int port_taken; /* which bind(2) or listen(2) of the world's it was */
	/* Of TCP, that each who has taken the port had SO_REUSEADDR then, and does not
	 * listen; and of SO_REUSEPORT, for which addresses: world_conflict.c. */
	bool reuse_remembered;
	enum {
		REMEMBERED_NOTHING,
		REMEMBERED_ONE,
		REMEMBERED_ANY,
	} reuseport_remembered;
	unsigned int scope; /* of a link-local address: its interface's index */
	unsigned char peer_address[16];
	unsigned short peer_port;
	unsigned int id;       /* of this socket, as long as the world lasts */
	unsigned int peer;     /* id of the other end of a connection, or 0 */
	unsigned int listener; /* id of the listener that it waits at, or 0 */
	/* What waits to be received.  A stream that has more puts it to its last. */
	struct world_message queue[WORLD_QUEUE];
	unsigned int queued;
	unsigned int got; /* how many messages have come to it, ever */
	bool at_end;	  /* the other end of its connection sends no more */
	int error; /* the errno that waits: told once, by the next call, or SO_ERROR */
	struct world_tcp tcp;
	/* Of the other families: the name that bind(2) gave, as getsockname(2) tells
	 * it; length 0 for none. */
	unsigned int name_length;
	unsigned char name[ADDRESS_BYTES_MAX];
	bool name_open; /* bound, by a name that the kernel chose and has not told */
	/* Of AF_UNIX: the id of the socket that bind(2) gave the name to, which an
	 * accepted one has it from; and the permission bits in which fchmod(2) has
	 * made it other than 0777. */
	unsigned int name_owner;
	unsigned int mode_flipped;
	bool pass_credentials;	  /* SO_PASSCRED */
	bool urgent_inline;	  /* SO_OOBINLINE */
	bool urgent_dropped;	  /* of AF_UNIX: a byte was passed over, see ioctl(2) */
	int low_water;		  /* SO_RCVLOWAT; 0 where it was not set */
	bool timestamps;	  /* SO_TIMESTAMP */
	bool peeks_at;		  /* SO_PEEK_OFF is not negative, but: */
	unsigned int peek_offset; /* where the next MSG_PEEK begins */
	struct world_datagrams datagrams;
	unsigned int network; /* the network namespace that it was made in */
	struct world_file file;
	struct {
		bool bound;
		unsigned short protocol; /* in network byte order; 0: none */
		unsigned int ifindex;	 /* 0: any */
		bool fanout;		 /* PACKET_FANOUT */
		bool down;		 /* SO_ERROR will tell ENETDOWN */
		bool auxdata;		 /* PACKET_AUXDATA */
		bool vnet_header;	 /* PACKET_VNET_HDR */
		bool segments;		 /* datagrams of UDP, as one packet, wait */
		bool small;		 /* SO_RCVBUF: a long packet fills it */
		unsigned int snap;	 /* what a filter leaves of a packet; 0: all */
	} packet;
	struct {
		bool pktinfo;	 /* NETLINK_PKTINFO */
		bool no_enobufs; /* NETLINK_NO_ENOBUFS */
		bool all_nsid;	 /* NETLINK_LISTEN_ALL_NSID */
		bool small;	 /* SO_RCVBUF has been set: a long message fills it */
	} netlink;
	/* Of AF_VSOCK: more has come than there was room for, which ends the
	 * connection. */
	bool overrun;
};

/* What a descriptor is open on, as far as a call that wants a socket can tell. */
enum descriptor {
	DESCRIPTOR_CLOSED,
	DESCRIPTOR_OPEN, /* a socket, or (world_socket() tells) something else */
	DESCRIPTOR_PATH, /* opened with O_PATH */
	DESCRIPTOR_EPOLL,
	DESCRIPTOR_PIPE_READ, /* the ends of a case's pipe: world.pipe_bytes */
	DESCRIPTOR_PIPE_WRITE,
	DESCRIPTOR_DATA,      /* a case's regular file: world.data_size, data_offset */
	DESCRIPTOR_NO_EVENTS, /* a file or directory, of which poll(2) knows nothing */
};

/* A descriptor that dup(2) and its like have made of another one, of a socket. */
struct world_duplicate {
	int fd;
	int of;
	bool close_on_exec;
};

#define WORLD_DUPLICATES 8

/* What an epoll instance watches. */
struct world_interest {
	int epoll, fd;		 /* the descriptor as it was given */
	unsigned int socket;	 /* the id of what it was open on */
	unsigned char event[16]; /* struct epoll_event */
	unsigned int told, got;	 /* what was told last, and how much had come then */
	bool disabled;		 /* by EPOLLONESHOT */
};

#define WORLD_INTERESTS 4

/* What comes to a socket as soon as a call waits for it, and not earlier. */
enum coming {
	COMES_NOTHING,
	COMES_BYTES,
	COMES_END,	  /* the other end sends no more */
	COMES_RESET,	  /* the other end breaks the connection */
	COMES_SHUTDOWN,	  /* another process shuts this end down for reading */
	COMES_DISCONNECT, /* or dissolves its association: connect(2), AF_UNSPEC */
};

struct world_coming {
	enum coming kind;
	unsigned int socket; /* the id of the one that it comes to */
	int flags;	     /* that the bytes are sent with */
	struct world_message message;
};

#define WORLD_DESCRIPTORS 256
#define WORLD_SOCKETS	  64

struct world {
	struct world_kernel kernel;
	struct world_caller caller;
	struct world_settings settings;
	unsigned int facts;		       /* enum fact */
	unsigned char open[WORLD_DESCRIPTORS]; /* enum descriptor */
	int first_descriptor;		       /* the lowest there can be */
	struct world_socket sockets[WORLD_SOCKETS];
	unsigned int socket_count;
	unsigned int sockets_made; /* the last id that was given */
	unsigned int ports_taken;  /* how often bind(2) or listen(2) took one */
	unsigned int sent;	   /* how many sendto(2) have sent something */
	struct call last_call;	   /* the call before this one, and what it gave */
	long last_value;
	struct world_interface interfaces[WORLD_INTERFACES];
	unsigned int lo_mtu;  /* of lo, where a case has set it; else 0: 65536 */
	unsigned int network; /* which network namespace this is: 0 is the first */
	/* The number that one namespace has for another: RTM_NEWNSID, once. */
	struct {
		bool given;
		unsigned int in, of;
		int id;
	} nsid;
	unsigned int vsock_cid; /* of this machine as a guest, or 0 */
	/* The port that a BPF program at BPF_CGROUP_UDP[46]_RECVMSG puts in the place
	 * of each sender's, or 0. */
	unsigned short sender_port;
	/* What one at BPF_CGROUP_INET[46]_CONNECT binds a socket to, as connect(2)
	 * begins; addrlen 0 for none. */
	struct call_address bound_at_connect;
	/* Groups of NETLINK_GENERIC that need CAP_NET_ADMIN, as nl_groups has them. */
	unsigned int guarded_groups;
	struct world_path paths[WORLD_PATHS];
	unsigned int path_count;
	struct world_files files;
	unsigned char bytes[WORLD_BYTES]; /* of messages that were sent */
	unsigned int bytes_used;
	struct world_duplicate duplicates[WORLD_DUPLICATES];
	unsigned int duplicate_count;
	size_t pipe_bytes;	       /* that wait in the case's pipe */
	size_t data_size, data_offset; /* of the case's regular file */
	struct world_interest interests[WORLD_INTERESTS];
	unsigned int interest_count;
	struct world_coming coming;
};

/*
 * Fills in the world of a process that has just been put into a network namespace of
 * its own: descriptors 0, 1 and 2 open, no socket, no capability, the documented
 * defaults of the settings, a kernel of which no feature is known.
 */
void world_init(struct world *world);

/*
 * Changes the world as the call, with this result, has changed it.  A result that no
 * rule allows is taken as it came: the world follows the target, not the rules.
 */
void world_apply(struct world *world, const struct call *call,
		 const struct result *result);

/* The first bytes of a message, message->kept of them; and its sender's address. */
const unsigned char *world_message_bytes(const struct world *world,
					 const struct world_message *message);
const unsigned char *world_message_name(const struct world *world,
					const struct world_message *message);

/* The socket with an id, or NULL. */
struct world_socket *world_socket_by_id(struct world *world, unsigned int id);

/* The socket behind a descriptor, or NULL where there is none. */
const struct world_socket *world_socket(const struct world *world, int fd);

/* How many sockets of a family there are. */
unsigned int world_count(const struct world *world, int domain);

/* Is the descriptor open?  False for one outside what a world keeps. */
bool world_is_open(const struct world *world, int fd);

/* The same socket, to be changed. */
struct world_socket *world_socket_to_change(struct world *world, int fd);

/* Copies what is in use of a world. */
void world_copy(struct world *to, const struct world *from);

/* The interface of an index or a name, or NULL. */
const struct world_interface *world_interface(const struct world *world,
					      unsigned int index);
const struct world_interface *world_interface_named(const struct world *world,
						    const char *name);

/* The lowest descriptor that is not open: what the next successful call returns. */
int world_lowest_free(const struct world *world);

/* Does the kernel have the feature for sure?  Unknown is no. */
bool world_has(const struct world *world, int feature);

/* Is one of the caller's groups within net.ipv4.ping_group_range? */
bool world_ping_allowed(const struct world *world);

/* How many values an IP protocol argument may have: IPPROTO_MAX of this kernel. */
int world_ipproto_max(const struct world *world);

/* How many address families this kernel numbers: AF_MAX. */
int world_af_max(const struct world *world);

/* What a type and a protocol of AF_INET or AF_INET6 come to. */
enum ip_match {
	IP_TYPE_UNSUPPORTED,	 /* no protocol of this type is registered */
	IP_PROTOCOL_UNSUPPORTED, /* some are, but not this one */
	IP_MATCH
};

/*
 * Looks a type and protocol up as inet_create() and inet6_create() do, in the table of
 * the protocols that the kernel has registered.  *chosen, where not NULL, is set to the
 * protocol of the socket on IP_MATCH.
 */
enum ip_match world_ip_match(const struct world *world, int domain, int type,
			     int protocol, int *chosen);

#endif
