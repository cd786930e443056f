/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * lwip.c - lwIP as Debian's liblwip builds it: with a thread of its own, this machine's
 * constants and structures, and no interface, so that a loopback is added here.
 */
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <lwip/init.h>
#include <lwip/netif.h>
#include <lwip/priv/tcp_priv.h>
#include <lwip/sockets.h>
#include <lwip/tcpip.h>

#include "../sockcheck_target.h"

/*
 * An interface of lwIP's has one address of IPv4, where all of 127.0.0.0/8 is local to
 * others.  What is local on another interface is taken in whatever comes in; and those
 * that have no link are no way out, so that all goes out through the first.
 */
#define LAST_ADDRESS 9

static struct netif loopback, others[LAST_ADDRESS - 1];

static err_t send_back(struct netif *netif, struct pbuf *packet, const ip4_addr_t *to)
{
	(void)to;
	return netif_loop_output(netif, packet);
}

static err_t send_back6(struct netif *netif, struct pbuf *packet, const ip6_addr_t *to)
{
	(void)to;
	return netif_loop_output(netif, packet);
}

static err_t set_up(struct netif *netif)
{
	netif->name[0] = 'l';
	netif->name[1] = 'o';
	netif->mtu = 65535;
	netif->output = send_back;
	netif->output_ip6 = send_back6;
	return ERR_OK;
}

static void add_loopback(void *done)
{
	ip4_addr_t address, mask, gateway;

	IP4_ADDR(&address, 127, 0, 0, 1);
	IP4_ADDR(&mask, 255, 0, 0, 0);
	IP4_ADDR(&gateway, 127, 0, 0, 1);
	netif_add(&loopback, &address, &mask, &gateway, NULL, set_up, tcpip_input);
	IP_ADDR6_HOST(loopback.ip6_addr, 0, 0, 0, 1);
	loopback.ip6_addr_state[0] = IP6_ADDR_PREFERRED;
	netif_set_default(&loopback);
	netif_set_link_up(&loopback);
	netif_set_up(&loopback);
	IP4_ADDR(&mask, 255, 255, 255, 255);
	for (int i = 0; i < LAST_ADDRESS - 1; i++) {
		IP4_ADDR(&address, 127, 0, 0, i + 2);
		netif_add(&others[i], &address, &mask, &gateway, NULL, set_up,
			  tcpip_input);
		netif_set_up(&others[i]);
	}
	sys_sem_signal(done);
}

static int start(void)
{
	sys_sem_t done;

	if (sys_sem_new(&done, 0) != ERR_OK)
		return -ENOMEM;
	tcpip_init(add_loopback, &done);
	sys_sem_wait(&done);
	sys_sem_free(&done);
	return 0;
}

/* TCP_TMR_INTERVAL, 250 ms: acknowledgements are put off until then, and what Nagle's
 * algorithm holds back until they come. */
static void pass_time(void)
{
	LOCK_TCPIP_CORE();
	tcp_fasttmr();
	UNLOCK_TCPIP_CORE();
}

/* lwip_socket() looks at the domain for nothing but whether it is AF_INET. */
static const struct sockcheck_family families[] = {
	{ AF_INET, 0 },
	{ AF_INET6, 0 },
	{ AF_INET, IPPROTO_UDPLITE },
	{ AF_INET6, IPPROTO_UDPLITE },
	{ 0, 0 },
};

/* posix/sockets.h has numbers of its own for these. */
#define LINUX_UDPLITE_SEND_CSCOV 10
#define LINUX_UDPLITE_RECV_CSCOV 11

static const struct sockcheck_number numbers[] = {
	{ SOCKCHECK_OPTION, IPPROTO_UDPLITE, LINUX_UDPLITE_SEND_CSCOV,
	  UDPLITE_SEND_CSCOV },
	{ SOCKCHECK_OPTION, IPPROTO_UDPLITE, LINUX_UDPLITE_RECV_CSCOV,
	  UDPLITE_RECV_CSCOV },
	{ SOCKCHECK_END, 0, 0, 0 },
};

const struct sockcheck_target sockcheck_target = {
	.abi = SOCKCHECK_TARGET_ABI,
	.flags = SOCKCHECK_LOADS_ONCE | SOCKCHECK_SLEEPS_WHEN_DONE,
	.name = "lwip",
	.version = LWIP_VERSION_STRING,
	.prefix = "lwip_",
	.open = start,
	/* LWIP_SOCKET_OFFSET */
	.first_descriptor = LWIP_SOCKET_OFFSET,
	.families = families,
	.numbers = numbers,
	.pass_time = pass_time,
};
