/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * packet.c - socket(2) for AF_PACKET, and for the obsolete (AF_INET, SOCK_PACKET): the
 * whole table of types and protocols, with the capability and without.
 */
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "table.h"

static const struct {
	const char *name;
	int type;
	bool supported;
} types[] = {
	{ "0", 0, false },
	{ "stream", SOCK_STREAM, false },
	{ "dgram", SOCK_DGRAM, true },
	{ "raw", SOCK_RAW, true },
	{ "rdm", SOCK_RDM, false },
	{ "seqpacket", SOCK_SEQPACKET, false },
	{ "dccp", SOCK_DCCP, false },
	{ "7", 7, false },
	{ "8", 8, false },
	{ "9", 9, false },
	{ "packet", SOCK_PACKET, true },
};

/* The protocol is a number of Ethernet in network order; its upper bytes are lost. */
static const struct {
	const char *name;
	int protocol;
	bool swapped; /* as htons() has it */
} protocols[] = {
	{ "0", 0, false },
	{ "ETH_P_ALL", ETH_P_ALL, true },
	{ "ETH_P_IP", ETH_P_IP, true },
	{ "-1", -1, false },
	{ "INT_MAX", 0x7fffffff, false },
	{ "INT_MIN", -0x7fffffff - 1, false },
};

/* Without CAP_NET_RAW even a type that there is not is refused for that. */
static void without_capability(const void *row)
{
	const struct cell *cell = row;

	drop_capability(LINUX_CAP_NET_RAW);
	expect_errno(EPERM, t_socket(cell->domain, cell->type, cell->protocol));
}

static void add(const char *outcome, const char *type, const char *protocol,
		const struct cell *cell, bool capable)
{
	add_case(.name = name_case("socket.packet.%s[%s,%s]", outcome, type, protocol),
		 .run_row = capable ? run_cell : without_capability, .row = cell,
		 .has = { FEATURE_FAMILY(AF_PACKET) },
		 .caps = capable ? SC_CAP(LINUX_CAP_NET_RAW) : 0, .anywhere = !capable);
}

static int in_order(size_t p)
{
	return protocols[p].swapped ? htons((unsigned short)protocols[p].protocol)
				    : protocols[p].protocol;
}

CASES(packet_table)
{
	static struct cell cells[COUNT(types) * COUNT(protocols)];

	for (size_t i = 0; i < COUNT(cells); i++) {
		size_t t = i / COUNT(protocols), p = i % COUNT(protocols);

		cells[i] = (struct cell){ AF_PACKET, types[t].type, in_order(p),
					  types[t].supported ? 0 : ESOCKTNOSUPPORT };
		add(types[t].supported ? "created" : "type_unsupported", types[t].name,
		    protocols[p].name, &cells[i], true);
		if (!p)
			add("without_capability", types[t].name, protocols[p].name,
			    &cells[i], false);
	}
}

CASES(obsolete_table)
{
	static struct cell cells[COUNT(protocols)];

	for (size_t p = 0; p < COUNT(protocols); p++) {
		cells[p] = (struct cell){ AF_INET, SOCK_PACKET, in_order(p), 0 };
		add("created", "obsolete", protocols[p].name, &cells[p], true);
		add("obsolete_without_capability", "packet", protocols[p].name,
		    &cells[p], false);
	}
}

/* Only AF_INET's SOCK_PACKET is the packet family's. */
CASE("socket.inet6.type_unsupported[packet,0]", .has = { FEATURE_FAMILY(AF_INET6) },
     .anywhere = true)
{
	expect_errno(ESOCKTNOSUPPORT, t_socket(AF_INET6, SOCK_PACKET, 0));
}

CASE("socket.packet.obsolete_without_capability[flags]",
     .has = { FEATURE_FAMILY(AF_PACKET) }, .anywhere = true)
{
	drop_capability(LINUX_CAP_NET_RAW);
	expect_errno(EPERM, t_socket(AF_INET, SOCK_PACKET | SOCK_CLOEXEC, 0));
}

/* packet(7)'s PACKET_TX_RING: memory that the socket shares with its caller, from which
 * it sends the frames that are marked, until there is none. */
#define RING_TEXT "frame"
#define RING_SIZE 5

static void *ring_of(int fd, unsigned int size)
{
	struct tpacket_req ring = { .tp_block_size = size,
				    .tp_block_nr = 1,
				    .tp_frame_size = size,
				    .tp_frame_nr = 1 };
	int version = TPACKET_V2;
	void *memory;

	if (t_setsockopt(fd, SOL_PACKET, PACKET_VERSION, &version, sizeof(version)) ==
	    -ENOPROTOOPT)
		sc_skip("needs rings of packet sockets");
	sc_must(SC_LINE,
		t_setsockopt(fd, SOL_PACKET, PACKET_TX_RING, &ring, sizeof(ring)),
		"setsockopt(2) of PACKET_TX_RING");
	memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	must(memory != MAP_FAILED, "mmap(2) of the ring");
	return memory;
}

static void mark_frame(void *memory)
{
	struct tpacket2_hdr *header = memory;
	char *data = (char *)memory + TPACKET2_HDRLEN - sizeof(struct sockaddr_ll);

	memcpy(data, RING_TEXT, RING_SIZE);
	header->tp_len = RING_SIZE;
	header->tp_status = TP_STATUS_SEND_REQUEST;
}

CASE("socket.packet.created[dgram,0,ring]", .has = { FEATURE_FAMILY(AF_PACKET) },
     .caps = SC_CAP(LINUX_CAP_NET_RAW))
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET,
				  .sll_protocol = htons(ETHERTYPE_LOCAL),
				  .sll_ifindex = 1,
				  .sll_halen = 6 };
	int fd = expect_descriptor(t_socket(AF_PACKET, SOCK_DGRAM, 0));
	void *memory;
	long sent;

	if (target_waits_not())
		return;
	memory = ring_of(fd, (unsigned int)sysconf(_SC_PAGESIZE));
	for (int i = 0; i < 2; i++) {
		mark_frame(memory);
		sent = t_sendto(fd, NULL, 0, 0, &to, sizeof(to));
		expect_that(sent == RING_SIZE, "%ld bytes were sent", sent);
	}
}

/* packet(7): with protocol 0, no packets are received; so it takes no part in sharing
 * them out: fanout_add(). */
CASE("socket.packet.created[raw,0,no-fanout]", .has = { FEATURE_FAMILY(AF_PACKET) },
     .caps = SC_CAP(LINUX_CAP_NET_RAW))
{
	int fd = expect_descriptor(t_socket(AF_PACKET, SOCK_RAW, 0)), wanted = 1;

	expect_that(target_waits_not() ||
			    t_setsockopt(fd, SOL_PACKET, PACKET_FANOUT, &wanted,
					 sizeof(wanted)) == -EINVAL,
		    "PACKET_FANOUT is not refused with EINVAL");
}

/* A packet socket stands in /proc/net/ptype, as long as it has no device: in that of
 * its own network namespace. */
static int hooks_in_sight(void)
{
	FILE *file = fopen("/proc/thread-self/net/ptype", "re");
	char line[256];
	int count = 0;

	if (!file)
		sc_skip("needs /proc/net/ptype");
	while (fgets(line, sizeof(line), file))
		count += strstr(line, "packet_rcv") != NULL;
	fclose(file);
	return count;
}

CASE("socket.packet.created[raw,ETH_P_IP,not-in-sight]",
     .has = { FEATURE_FAMILY(AF_PACKET) }, .caps = SC_CAP(LINUX_CAP_NET_RAW),
     .needs = NEEDS_NESTED_NAMESPACE)
{
	expect_descriptor(t_socket(AF_PACKET, SOCK_RAW, htons(ETH_P_IP)));
	if (target_waits_not())
		return;
	expect_that(hooks_in_sight() == 1, "%d sockets are in sight, not one",
		    hooks_in_sight());
	enter_user_and_network_namespace();
	expect_that(!hooks_in_sight(), "%d sockets of another network are in sight",
		    hooks_in_sight());
}
