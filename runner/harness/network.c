/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * network.c - interfaces and addresses of a case's own network namespace, made by
 * rtnetlink.c and put into the world.
 */
#include <arpa/inet.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

#include "../../expected/world_families.h"
#include "harness.h"
#include "rtnetlink.h"

/* include/uapi/linux/if_addr.h and if_link.h, for older headers. */
#define ADDRESS_NODAD 0x02
#define VRF_TABLE     1 /* IFLA_VRF_TABLE */
#define VETH_PEER     1 /* VETH_INFO_PEER */

/*
 * Kinds of interface that serve: each works alone, and sends nothing.  The cheapest to
 * take apart comes first: a bridge costs everybody on the machine some milliseconds.
 */
static const char *const kinds[] = { "veth", "dummy", "ifb", "bridge" };

static bool file_has(const char *path, const char *text)
{
	char line[512];
	FILE *file = fopen(path, "re");
	bool found = false;

	while (file && !found && fgets(line, sizeof(line), file))
		found = strstr(line, text);
	if (file)
		fclose(file);
	return found;
}

/* Is the kind in the kernel already, so that asking for it loads no module? */
static bool kind_is_there(const char *kind)
{
	struct utsname name;
	char path[160], module[64];

	/* A kernel without modules, or one that is ours alone: asking is harmless. */
	if (session.guest || access("/proc/modules", F_OK))
		return true;
	snprintf(path, sizeof(path), "/sys/module/%s", kind);
	if (!access(path, F_OK))
		return true;
	snprintf(module, sizeof(module), "/%s.ko", kind);
	if (uname(&name))
		return false;
	snprintf(path, sizeof(path), "/lib/modules/%.64s/modules.builtin",
		 name.release);
	return file_has(path, module);
}

/* The other end of a veth, far from the numbers that cases see. */
#define PEER_DISTANCE 100

static void append_peer(struct request *request, unsigned int index)
{
	struct ifinfomsg body = { .ifi_family = AF_UNSPEC,
				  .ifi_index = (int)index + PEER_DISTANCE };
	char name[16];
	struct rtattr *data = append(request, IFLA_INFO_DATA, NULL, 0);
	struct rtattr *peer = append(request, VETH_PEER, &body, sizeof(body));

	snprintf(name, sizeof(name), "peer%u", index);
	append(request, IFLA_IFNAME, name, strlen(name) + 1);
	end_nest(request, peer);
	end_nest(request, data);
}

static int add_link(const char *name, const char *kind, unsigned int index,
		    unsigned int table)
{
	struct ifinfomsg body = { .ifi_family = AF_UNSPEC, .ifi_index = (int)index };
	struct request request;
	struct rtattr *info, *data;

	begin(&request, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &body, sizeof(body));
	append(&request, IFLA_IFNAME, name, strlen(name) + 1);
	info = append(&request, IFLA_LINKINFO, NULL, 0);
	append(&request, IFLA_INFO_KIND, kind, strlen(kind));
	if (table) {
		data = append(&request, IFLA_INFO_DATA, NULL, 0);
		append(&request, VRF_TABLE, &table, sizeof(table));
		end_nest(&request, data);
	}
	if (!strcmp(kind, "veth"))
		append_peer(&request, index);
	end_nest(&request, info);
	return ask(&request);
}

static const char *usable_kind;
static bool kinds_known;

/* Which kind can be made: the ones that are there are tried where it harms nobody. */
bool interfaces_available(char *why, size_t size)
{
	if (!kinds_known) {
		kinds_known = true;
		for (size_t i = 0; !usable_kind && i < COUNT(kinds); i++)
			if (kind_is_there(kinds[i]))
				usable_kind = kinds[i];
	}
	snprintf(why, size,
		 "needs a second interface: no veth, dummy, ifb or bridge is in "
		 "this kernel, or a module would have to be loaded");
	return usable_kind;
}

bool vrf_available(char *why, size_t size)
{
	snprintf(why, size,
		 "needs interfaces of kind vrf: not in this kernel, or a module would "
		 "have to be loaded");
	return kind_is_there("vrf");
}

static struct world_interface *new_interface(const char *name)
{
	for (unsigned int i = 0; i < WORLD_INTERFACES; i++) {
		struct world_interface *made = &world.interfaces[i];

		if (made->index)
			continue;
		snprintf(made->name, sizeof(made->name), "%s", name);
		/* Numbered as the kernel numbers them: from 2 on, one after another. */
		made->index = i + 1;
		made->network = world.network;
		return made;
	}
	sc_broken(0, "the world keeps %d interfaces", WORLD_INTERFACES);
}

static struct world_interface *known_interface(const char *name)
{
	struct world_interface *known =
		(struct world_interface *)world_interface_named(&world, name);

	must(known, "there is no interface %s", name);
	return known;
}

static void own_network_only(void)
{
	must(session.target->imaginary || own_network,
	     "the network is not this case's own");
	need_loopback();
}

/* Of the second interface: one of kinds. */
static const char *kind_made;

unsigned int add_interface(const char *name)
{
	struct world_interface *made = new_interface(name);
	int error = -EOPNOTSUPP;

	need_kernel("network interfaces that a case makes");
	own_network_only();
	if (session.target->imaginary)
		return made->index;
	for (size_t i = 0; error == -EOPNOTSUPP && i < COUNT(kinds); i++)
		if (kind_is_there(kinds[i])) {
			kind_made = kinds[i];
			error = add_link(name, kinds[i], made->index, 0);
		}
	if (error)
		sc_skip("needs a second interface: %s", errno_name(-error));
	return made->index;
}

unsigned int add_vrf(const char *name, unsigned int table)
{
	struct world_interface *made = new_interface(name);
	int error;

	need_kernel("network interfaces that a case makes");
	own_network_only();
	made->vrf = made->index;
	if (session.target->imaginary)
		return made->index;
	error = add_link(name, "vrf", made->index, table);
	if (error)
		sc_skip("needs an interface of kind vrf: %s", errno_name(-error));
	return made->index;
}

void move_to_vrf(const char *name, unsigned int vrf)
{
	struct world_interface *moved = known_interface(name);
	struct ifinfomsg body = { .ifi_family = AF_UNSPEC,
				  .ifi_index = (int)moved->index };
	struct request request;
	int error;

	need_kernel("network interfaces that a case makes");
	moved->vrf = vrf;
	if (session.target->imaginary)
		return;
	begin(&request, RTM_NEWLINK, 0, &body, sizeof(body));
	append(&request, IFLA_MASTER, &vrf, sizeof(vrf));
	error = ask(&request);
	must(!error, "%s cannot become part of a VRF: %s", name, errno_name(-error));
}

static int set_link_up(int index, bool up)
{
	struct ifinfomsg body = { .ifi_family = AF_UNSPEC,
				  .ifi_index = index,
				  .ifi_flags = up ? IFF_UP : 0,
				  .ifi_change = IFF_UP };
	struct request request;

	begin(&request, RTM_NEWLINK, 0, &body, sizeof(body));
	return ask(&request);
}

void set_interface_up(const char *name, bool up)
{
	struct world_interface *changed = known_interface(name);
	char path[128];
	int error;

	need_kernel("network interfaces that a case makes");
	own_network_only();
	if (changed->up && !up)
		world_packet_link_down(&world, changed->index);
	changed->up = up;
	if (session.target->imaginary)
		return;
	/* No address of its own making, which would come when it pleases. */
	snprintf(path, sizeof(path), "/proc/sys/net/ipv6/conf/%s/addr_gen_mode", name);
	write_file(path, "1");
	error = set_link_up((int)changed->index, up);
	if (error == -EOPNOTSUPP)
		sc_skip("needs an interface that can be set up and down: EOPNOTSUPP");
	must(!error, "%s: cannot be set up or down: %s", name, errno_name(-error));
}

static void disable_ipv6(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "/proc/sys/net/ipv6/conf/%s/disable_ipv6", name);
	write_file(path, "1");
}

/* A veth has a carrier at once where its other end is up before. */
static void set_peer_up(unsigned int index)
{
	char name[16];
	int error;

	snprintf(name, sizeof(name), "peer%u", index);
	disable_ipv6(name);
	error = set_link_up((int)index + PEER_DISTANCE, true);
	must(!error, "%s: cannot be set up: %s", name, errno_name(-error));
}

void set_interface_open(const char *name)
{
	unsigned int index = known_interface(name)->index;

	if (!session.target->imaginary) {
		if (!strcmp(kind_made, "bridge"))
			sc_skip("needs an interface over which frames go out");
		/* IPv6 would greet its neighbours. */
		disable_ipv6(name);
		if (!strcmp(kind_made, "veth"))
			set_peer_up(index);
	}
	set_interface_up(name, true);
}

void delete_link(const char *name)
{
	struct ifinfomsg body = { .ifi_family = AF_UNSPEC };
	struct request request;
	int error;

	begin(&request, RTM_DELLINK, 0, &body, sizeof(body));
	append(&request, IFLA_IFNAME, name, strlen(name) + 1);
	error = ask(&request);
	if (error == -EOPNOTSUPP)
		sc_skip("needs an interface that can be taken away: EOPNOTSUPP");
	must(!error, "%s cannot be taken away: %s", name, errno_name(-error));
}

void remove_interface(const char *name)
{
	need_kernel("network interfaces that a case makes");
	own_network_only();
	world_packet_link_gone(&world, known_interface(name)->index);
	if (!session.target->imaginary)
		delete_link(name);
}

void set_mtu(const char *name, unsigned int bytes)
{
	struct world_interface *changed = known_interface(name);
	struct ifinfomsg body = { .ifi_family = AF_UNSPEC,
				  .ifi_index = (int)changed->index };
	struct request request;
	int error;

	need_kernel("network interfaces that a case sets up");
	own_network_only();
	must(changed->index == 1, "the world keeps the MTU of lo only");
	world.lo_mtu = bytes;
	if (session.target->imaginary)
		return;
	begin(&request, RTM_NEWLINK, 0, &body, sizeof(body));
	append(&request, IFLA_MTU, &bytes, sizeof(bytes));
	error = ask(&request);
	if (error == -EOPNOTSUPP)
		sc_skip("needs an interface of which the MTU can be set: EOPNOTSUPP");
	must(!error, "%s: cannot have an MTU of %u: %s", name, bytes,
	     errno_name(-error));
}

static void remember_address(struct world_interface *of, int family, const void *bytes,
			     unsigned int prefix)
{
	struct world_address *added = &of->addresses[of->address_count];

	must(of->address_count < WORLD_ADDRESSES,
	     "the world keeps %d addresses of an interface", WORLD_ADDRESSES);
	of->address_count++;
	memset(added, 0, sizeof(*added));
	added->prefix = prefix;
	if (family == AF_INET) {
		added->bytes[10] = added->bytes[11] = 0xff;
		memcpy(added->bytes + 12, bytes, 4);
	} else {
		memcpy(added->bytes, bytes, 16);
	}
}

void add_local_address(const char *interface, const char *text, unsigned int prefix)
{
	struct world_interface *of = known_interface(interface);
	int family = strchr(text, ':') ? AF_INET6 : AF_INET;
	size_t length = family == AF_INET ? 4 : 16;
	/* Usable at once, without a search for duplicates. */
	struct ifaddrmsg body = { .ifa_family = (unsigned char)family,
				  .ifa_prefixlen = (unsigned char)prefix,
				  .ifa_flags = ADDRESS_NODAD,
				  /* Of `lo` it is 1 on Linux only. */
				  .ifa_index = if_nametoindex(interface) };
	struct request request;
	unsigned char bytes[16];
	int error, routes;

	need_kernel("addresses that a case adds");
	own_network_only();
	must(inet_pton(family, text, bytes) == 1, "'%s' is no address", text);
	remember_address(of, family, bytes, prefix);
	if (session.target->imaginary)
		return;
	routes = family == AF_INET6 ? hear_routes() : -1;
	begin(&request, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &body, sizeof(body));
	append(&request, IFA_LOCAL, bytes, length);
	append(&request, IFA_ADDRESS, bytes, length);
	error = ask(&request);
	must(!error, "%s cannot get the address %s: %s", interface, text,
	     errno_name(-error));
	/* addrconf_dad_work() gives it its route, later: what is sent there before that
	 * is lost. */
	if (routes >= 0)
		must(local_route_comes(routes, bytes), "%s: no route comes to %s",
		     interface, text);
}
