/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * packet_frames.c - what else comes with the frames for which bind(2) has set up a
 * packet socket: what the kernel knows of a sum, and which of two sockets has room.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "sockcheck.h"

#define PACKET .caps = SC_CAP(LINUX_CAP_NET_RAW), .has = { FEATURE_FAMILY(AF_PACKET) }
#define LO     1

/* IFF_NAPI: Linux 4.15. */
#define LINUX_IFF_NAPI 0x10

/*
 * A segment of TCP from another machine: Ethernet, IPv4 and TCP, of 14, 20 and 20
 * bytes, from 192.0.2.1:7 to 192.0.2.2:9, with its acknowledgement flag.
 */
#define IP_AT  14
#define TCP_AT 34
#define SUM_AT (TCP_AT + 16)
#define WHOLE  54

static const unsigned char segment[WHOLE] = {
	2,    0x11, 0x22, 0x33, 0x44, 0x55, 2,	  0x11, 0x22, 0x33,
	0x44, 0x56, 8,	  0, /* IPv4 */
	0x45, 0,    0,	  40,	0,    0,    0x40, 0,	64,   6,
	0,    0,    192,  0,	2,    1,    192,  0,	2,    2, /* TCP */
	0,    7,    0,	  9,	0,    0,    0,	  1,	0,    0,
	0,    1,    0x50, 0x10, 4,    0,    0,	  0,	0,    0,
};

static unsigned int add_up(const unsigned char *bytes, size_t length)
{
	unsigned int sum = 0;

	for (size_t i = 0; i < length; i += 2)
		sum += (unsigned int)(bytes[i] << 8 | bytes[i + 1]);
	return sum;
}

static void put_sum(unsigned char *at, unsigned int sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	at[0] = (unsigned char)(~sum >> 8);
	at[1] = (unsigned char)~sum;
}

/* With the sums of both headers; that of TCP is right, or not. */
static void make_segment_to(unsigned char frame[WHOLE], const char *to, bool right)
{
	memcpy(frame, segment, WHOLE);
	inet_pton(AF_INET, to, frame + IP_AT + 16);
	put_sum(frame + IP_AT + 10, add_up(frame + IP_AT, 20));
	/* The pseudo-header: both addresses, the protocol and the length. */
	put_sum(frame + SUM_AT, add_up(frame + IP_AT + 12, 8) + IPPROTO_TCP + 20 +
					add_up(frame + TCP_AT, 20));
	if (!right)
		frame[SUM_AT] ^= 0x40;
}

static void make_segment(unsigned char frame[WHOLE], bool right)
{
	make_segment_to(frame, "192.0.2.2", right);
}

/* An interface whose frames this process makes; one that the kernel may join with
 * others before it looks at them, for which it has to know their sums. */
static int open_tap(int *index)
{
	struct ifreq request = { .ifr_flags = IFF_TAP | IFF_NO_PI | LINUX_IFF_NAPI,
				 .ifr_name = "tap0" };
	int tap = -1, any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	/* The file alone may have a module loaded. */
	if (access("/proc/modules", F_OK) || !access("/sys/class/misc/tun", F_OK))
		tap = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
	if (tap < 0 || ioctl(tap, TUNSETIFF, &request))
		sc_skip("needs an interface of kind tap");
	must(!ioctl(any, SIOCGIFINDEX, &request), "SIOCGIFINDEX");
	*index = request.ifr_ifindex;
	request.ifr_flags = IFF_UP;
	must(!ioctl(any, SIOCSIFFLAGS, &request), "SIOCSIFFLAGS");
	close(any);
	return tap;
}

/* What PACKET_AUXDATA says of the next frame, which is of so many bytes. */
static unsigned int next_status(int fd, long size)
{
	_Alignas(struct cmsghdr) unsigned char control[128];
	struct tpacket_auxdata auxdata = { 0 };
	size_t length = sizeof(control);
	unsigned char bytes[128];
	long came;

	wait_readable(fd);
	came = t_recvmsg(fd, bytes, sizeof(bytes), MSG_DONTWAIT, control, &length);
	expect_that(came == size, "%ld bytes come, not %ld", came, size);
	memcpy(&auxdata, control + CMSG_LEN(0), sizeof(auxdata));
	return auxdata.tp_status;
}

/* Documentation/networking/packet_mmap.rst: TP_STATUS_CSUM_VALID says "that at least
 * the transport header checksum of the packet has been already validated on the kernel
 * side"; it is not said of a sum that is wrong. */
static void tells_of_sum(const void *data)
{
	bool right = *(const bool *)data;
	unsigned char frame[WHOLE];
	unsigned int status, due = right ? TP_STATUS_CSUM_VALID : 0;
	int fd = must_socket(AF_PACKET, SOCK_RAW, 0), tap, index;

	need_own_control_layout();
	expect_value(0, bind_to(fd, packet_address(LINUX_ETH_P_IP, LO)));
	if (nothing_behind())
		return;
	tap = open_tap(&index);
	must_option(fd, LINUX_SOL_PACKET, PACKET_AUXDATA, 1);
	bind_to(fd, packet_address(LINUX_ETH_P_IP, index));
	make_segment(frame, right);
	must(write(tap, frame, WHOLE) == WHOLE, "the frame cannot be written");
	status = next_status(fd, WHOLE);
	expect_that((status & (TP_STATUS_CSUM_VALID | TP_STATUS_CSUMNOTREADY)) == due,
		    "tp_status is 0x%x", status);
}

CASES(sums)
{
	static const bool rights[] = { true, false };

	for (size_t i = 0; i < COUNT(rights); i++)
		add_case(.name = name_case("bind.packet.bound[comes,sum-%s]",
					   rights[i] ? "valid" : "wrong"),
			 .run_row = tells_of_sum, .row = &rights[i],
			 .since = LINUX(4, 15),
			 .caps = SC_CAP(LINUX_CAP_NET_RAW) |
				 SC_CAP(LINUX_CAP_NET_ADMIN),
			 .has = { FEATURE_FAMILY(AF_PACKET) });
}

/*
 * What goes out is for others to verify, also where it has come in and was found right:
 * the segment comes in over the one interface and is forwarded over another, which has
 * no header of its own.
 */
#define TOWARDS "198.51.100.9"

static void set_address(const char *interface, unsigned long request, const char *text)
{
	struct ifreq asked = { .ifr_name = "" };
	struct sockaddr_in address = { .sin_family = AF_INET };
	int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	strcpy(asked.ifr_name, interface);
	inet_pton(AF_INET, text, &address.sin_addr);
	memcpy(&asked.ifr_addr, &address, sizeof(address));
	must(!ioctl(any, request, &asked), "%s cannot have the address %s", interface,
	     text);
	close(any);
}

/* IPv6 would greet its neighbours. */
static void keep_quiet(const char *interface)
{
	char path[80];
	int file;

	snprintf(path, sizeof(path), "/proc/sys/net/ipv6/conf/%s/disable_ipv6",
		 interface);
	file = open(path, O_WRONLY | O_CLOEXEC);
	must(file < 0 || write(file, "1", 1) == 1, "%s cannot be written", path);
	if (file >= 0)
		close(file);
}

static int open_way_out(int *index)
{
	struct ifreq request = { .ifr_flags = IFF_TUN | IFF_NO_PI, .ifr_name = "tun0" };
	int tun = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
	int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	must(tun >= 0 && !ioctl(tun, TUNSETIFF, &request), "TUNSETIFF");
	must(!ioctl(any, SIOCGIFINDEX, &request), "SIOCGIFINDEX");
	*index = request.ifr_ifindex;
	keep_quiet("tun0");
	set_address("tun0", SIOCSIFADDR, "198.51.100.1");
	set_address("tun0", SIOCSIFNETMASK, "255.255.255.0");
	request.ifr_flags = IFF_UP;
	must(!ioctl(any, SIOCSIFFLAGS, &request), "SIOCSIFFLAGS");
	close(any);
	return tun;
}

static void forward_packets(void)
{
	int file = open("/proc/sys/net/ipv4/ip_forward", O_WRONLY | O_CLOEXEC);

	if (file < 0 || write(file, "1", 1) != 1)
		sc_skip("needs to forward packets: net.ipv4.ip_forward");
	close(file);
}

/* To the interface's own address on the link. */
static void address_frame(unsigned char frame[WHOLE])
{
	struct ifreq request = { .ifr_name = "tap0" };
	int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	must(!ioctl(any, SIOCGIFHWADDR, &request), "SIOCGIFHWADDR");
	memcpy(frame, request.ifr_hwaddr.sa_data, 6);
	close(any);
}

CASE("bind.packet.bound[goes-out,sum-valid]", .since = LINUX(4, 15),
     .caps = SC_CAP(LINUX_CAP_NET_RAW) | SC_CAP(LINUX_CAP_NET_ADMIN),
     .has = { FEATURE_FAMILY(AF_PACKET) })
{
	int fd = must_socket(AF_PACKET, SOCK_RAW, 0), tap, index, in;
	unsigned char frame[WHOLE];
	unsigned int status;

	need_own_control_layout();
	expect_value(0, bind_to(fd, packet_address(LINUX_ETH_P_IP, LO)));
	if (nothing_behind())
		return;
	tap = open_tap(&in);
	set_address("tap0", SIOCSIFADDR, "192.0.2.2");
	forward_packets();
	open_way_out(&index);
	must_option(fd, LINUX_SOL_PACKET, PACKET_AUXDATA, 1);
	make_segment_to(frame, TOWARDS, true);
	address_frame(frame);
	bind_to(fd, packet_address(LINUX_ETH_P_ALL, index));
	must(write(tap, frame, WHOLE) == WHOLE, "the frame cannot be written");
	status = next_status(fd, WHOLE - IP_AT);
	expect_that(status == TP_STATUS_USER, "tp_status is 0x%x", status);
}

/* The same in the words of struct virtio_net_hdr: VIRTIO_NET_HDR_F_DATA_VALID. */
struct vnet {
	unsigned char flags, kind;
	unsigned short header, segment, start, offset;
};

CASE("bind.packet.bound[comes,sum-valid,vnet-header]", .since = LINUX(4, 15),
     .caps = SC_CAP(LINUX_CAP_NET_RAW) | SC_CAP(LINUX_CAP_NET_ADMIN),
     .has = { FEATURE_FAMILY(AF_PACKET) })
{
	unsigned char frame[WHOLE], bytes[128] = { 0 };
	int fd = must_socket(AF_PACKET, SOCK_RAW, 0), tap, index;
	struct vnet told;
	long came;

	expect_value(0, bind_to(fd, packet_address(LINUX_ETH_P_IP, LO)));
	if (nothing_behind())
		return;
	tap = open_tap(&index);
	must_option(fd, LINUX_SOL_PACKET, PACKET_VNET_HDR, 1);
	bind_to(fd, packet_address(LINUX_ETH_P_IP, index));
	make_segment(frame, true);
	must(write(tap, frame, WHOLE) == WHOLE, "the frame cannot be written");
	wait_readable(fd);
	came = t_recvfrom(fd, bytes, sizeof(bytes), MSG_DONTWAIT, NULL, NULL);
	expect_that(came == 10 + WHOLE, "%ld bytes come", came);
	memcpy(&told, bytes, sizeof(told));
	expect_that(told.flags == 2 && !told.kind, "flags %u, kind %u", told.flags,
		    told.kind);
}

/* With PACKET_VNET_HDR: where the sum that is not there yet begins, and where it
 * belongs; VIRTIO_NET_HDR_F_NEEDS_CSUM. */
CASE("bind.packet.bound[comes,sum-not-ready,vnet-header]", PACKET)
{
	struct vnet told;
	int fd = must_socket(AF_PACKET, SOCK_RAW, 0);
	unsigned char bytes[128] = { 0 };
	long came;

	must_option(fd, LINUX_SOL_PACKET, PACKET_VNET_HDR, 1);
	expect_value(0, bind_to(fd, packet_address(LINUX_ETH_P_IP, LO)));
	if (nothing_behind())
		return;
	must_send(must_socket(AF_INET, SOCK_DGRAM, 0), inet("127.0.0.1", 9));
	wait_readable(fd);
	came = t_recvfrom(fd, bytes, sizeof(bytes), MSG_DONTWAIT, NULL, NULL);
	expect_that(came == 10 + 14 + 20 + 8 + 4, "%ld bytes come", came);
	memcpy(&told, bytes, sizeof(told));
	expect_that(told.flags == 1 && !told.kind && told.start == 14 + 20 &&
			    told.offset == 6,
		    "flags %u, kind %u, start %u, offset %u", told.flags, told.kind,
		    told.start, told.offset);
}

/* Sends so many small frames over lo. */
static void send_frames(int count)
{
	const struct sockaddr_ll to = { .sll_family = AF_PACKET,
					.sll_protocol = htons(ETHERTYPE_LOCAL),
					.sll_ifindex = LO,
					.sll_halen = 6 };
	int fd = must_socket(AF_PACKET, SOCK_DGRAM, 0);

	for (int i = 0; i < count; i++)
		must(t_sendto(fd, "frame", 5, 0, &to, sizeof(to)) == 5,
		     "nothing was sent");
}

#define MANY 40

static int take_all(int fd)
{
	unsigned char bytes[64];
	int count = 0;

	while (count <= MANY &&
	       t_recvfrom(fd, bytes, sizeof(bytes), MSG_DONTWAIT, NULL, NULL) > 0)
		count++;
	return count;
}

static void take_one(int fd)
{
	unsigned char bytes[64];

	wait_readable(fd);
	must(t_recvfrom(fd, bytes, sizeof(bytes), MSG_DONTWAIT, NULL, NULL) > 0,
	     "a frame does not come");
}

/*
 * packet(7): PACKET_FANOUT_ROLLOVER "sends all data to a single socket, moving to the
 * next when one becomes backlogged"; once the next has been read, it has room again.
 */
CASE("bind.packet.bound[comes,fanout,next-one-read]", PACKET)
{
	int fds[2], group = PACKET_FANOUT_ROLLOVER << 16 | 7, first, second;
	/* Who was there first gets each frame last: dev_add_pack(). */
	int last = must_socket(AF_PACKET, SOCK_DGRAM, htons(ETHERTYPE_LOCAL));

	for (int i = 0; i < 2; i++) {
		fds[i] = must_socket(AF_PACKET, SOCK_DGRAM, 0);
		must_option(fds[i], SOL_SOCKET, SO_RCVBUF, 1);
		expect_value(0, bind_to(fds[i], packet_address(ETHERTYPE_LOCAL, LO)));
		must_option(fds[i], LINUX_SOL_PACKET, PACKET_FANOUT, group);
	}
	if (nothing_behind())
		return;
	send_frames(MANY);
	for (int i = 0; i < MANY; i++)
		take_one(last);
	second = take_all(fds[1]);
	expect_that(second && second < MANY, "the second one gets %d", second);
	send_frames(1);
	take_one(last);
	second = take_all(fds[1]);
	first = take_all(fds[0]);
	expect_that(first && second == 1, "once read, the second one gets %d of one",
		    second);
}
