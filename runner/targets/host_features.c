/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * host_features.c - what the running kernel has and lacks, read from /proc, from its
 * configuration and from its list of modules: never by trying the call that is tested.
 */
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "../../expected/constants.h"
#include "host.h"

/*
 * Where a feature shows: its name in /proc/net/protocols, its option in the kernel's
 * configuration, and the alias by which socket(2) would have its module loaded.  With
 * neither name nor option, no Linux from `gone` on (0: none ever) has code for it.
 */
static const struct evidence {
	int feature;
	const char *protocol;
	const char *option;
	const char *alias;
	int gone;
} evidences[] = {
	{ FEATURE_MPTCP, "MPTCP", "CONFIG_MPTCP", NULL, 0 },
	{ FEATURE_MPTCP6, "MPTCPv6", "CONFIG_MPTCP_IPV6", NULL, 0 },
	/* Built in wherever IPv4 or IPv6 is, as long as Linux has it. */
	{ FEATURE_UDPLITE, "UDP-Lite", NULL, NULL, 0 },
	{ FEATURE_UDPLITE6, "UDPLITEv6", NULL, NULL, 0 },
	{ FEATURE_SCTP, "SCTP", "CONFIG_IP_SCTP", "net-pf-2-proto-132", 0 },
	{ FEATURE_DCCP, "DCCP", "CONFIG_IP_DCCP", "net-pf-2-proto-33", 0 },
	{ FEATURE_DCCP6, "DCCPv6", "CONFIG_IP_DCCP", "net-pf-10-proto-33", 0 },
	{ FEATURE_L2TP, "L2TP/IP", "CONFIG_L2TP_IP", "net-pf-2-proto-115", 0 },
	{ FEATURE_L2TP6, "L2TP/IPv6", "CONFIG_L2TP_IP", "net-pf-10-proto-115", 0 },
	{ FEATURE_SMC, "INET_SMC", "CONFIG_SMC", "net-pf-2-proto-256", 0 },
	{ FEATURE_VSOCK_DGRAM, NULL, "CONFIG_VMWARE_VMCI_VSOCKETS", "net-pf-40", 0 },
	{ FEATURE_VSOCK_LOCAL, NULL, "CONFIG_VSOCKETS_LOOPBACK", "net-pf-40", 0 },
	{ FEATURE_VSOCK_HOST, NULL, "CONFIG_VHOST_VSOCK", "net-pf-40", 0 },

#define FAMILY(domain, protocol, option, number)                              \
	{                                                                     \
		FEATURE_FAMILY(domain), protocol, option, "net-pf-" number, 0 \
	}
#define NO_FAMILY(domain, gone)                                \
	{                                                      \
		FEATURE_FAMILY(domain), NULL, NULL, NULL, gone \
	}
	NO_FAMILY(AF_UNSPEC, 0),
	FAMILY(AF_UNIX, "UNIX", "CONFIG_UNIX", "1"),
	FAMILY(AF_INET, "TCP", "CONFIG_INET", "2"),
	FAMILY(AF_AX25, "AX25", "CONFIG_AX25", "3"),
	NO_FAMILY(AF_IPX, LINUX(4, 18)),
	FAMILY(AF_APPLETALK, "DDP", "CONFIG_ATALK", "5"),
	FAMILY(AF_NETROM, "NETROM", "CONFIG_NETROM", "6"),
	NO_FAMILY(AF_BRIDGE, 0),
	FAMILY(AF_ATMPVC, "VCC", "CONFIG_ATM", "8"),
	FAMILY(AF_X25, "X25", "CONFIG_X25", "9"),
	FAMILY(AF_INET6, "TCPv6", "CONFIG_IPV6", "10"),
	FAMILY(AF_ROSE, "ROSE", "CONFIG_ROSE", "11"),
	NO_FAMILY(AF_DECnet, LINUX(6, 1)),
	NO_FAMILY(AF_NETBEUI, 0),
	NO_FAMILY(AF_SECURITY, 0),
	FAMILY(AF_KEY, "KEY", "CONFIG_NET_KEY", "15"),
	FAMILY(AF_NETLINK, "NETLINK", "CONFIG_NET", "16"),
	FAMILY(AF_PACKET, "PACKET", "CONFIG_PACKET", "17"),
	NO_FAMILY(AF_ASH, 0),
	NO_FAMILY(AF_ECONET, LINUX(3, 5)),
	FAMILY(AF_ATMSVC, "VCC", "CONFIG_ATM_CLIP", "20"),
	FAMILY(AF_RDS, "RDS", "CONFIG_RDS", "21"),
	NO_FAMILY(AF_SNA, 0),
	NO_FAMILY(AF_IRDA, LINUX(4, 17)),
	FAMILY(AF_PPPOX, "PPPOE", "CONFIG_PPP", "24"),
	NO_FAMILY(AF_WANPIPE, 0),
	FAMILY(AF_LLC, "LLC", "CONFIG_LLC2", "26"),
	NO_FAMILY(AF_IB, 0),
	NO_FAMILY(AF_MPLS, 0),
	FAMILY(AF_CAN, "CAN_RAW", "CONFIG_CAN", "29"),
	FAMILY(AF_TIPC, "TIPC", "CONFIG_TIPC", "30"),
	FAMILY(AF_BLUETOOTH, "HCI", "CONFIG_BT", "31"),
	FAMILY(AF_IUCV, "AF_IUCV", "CONFIG_AFIUCV", "32"),
	FAMILY(AF_RXRPC, "RXRPC", "CONFIG_AF_RXRPC", "33"),
	FAMILY(AF_ISDN, "misdn", "CONFIG_MISDN", "34"),
	FAMILY(AF_PHONET, "PHONET", "CONFIG_PHONET", "35"),
	FAMILY(AF_IEEE802154, "IEEE-802.15.4-RAW", "CONFIG_IEEE802154_SOCKET", "36"),
	FAMILY(AF_CAIF, NULL, "CONFIG_CAIF", "37"),
	FAMILY(AF_ALG, "ALG", "CONFIG_CRYPTO_USER_API", "38"),
	FAMILY(AF_NFC, "NFC_RAW", "CONFIG_NFC", "39"),
	FAMILY(AF_VSOCK, "AF_VSOCK", "CONFIG_VSOCKETS", "40"),
	FAMILY(AF_KCM, "KCM", "CONFIG_AF_KCM", "41"),
	FAMILY(AF_QIPCRTR, "QIPCRTR", "CONFIG_QRTR", "42"),
	FAMILY(AF_SMC, "SMC", "CONFIG_SMC", "43"),
	FAMILY(AF_XDP, "XDP", "CONFIG_XDP_SOCKETS", "44"),
	FAMILY(AF_MCTP, "MCTP", "CONFIG_MCTP", "45"),

#define NETLINK(protocol, option)                                                      \
	{                                                                              \
		FEATURE_NETLINK(protocol), NULL, option, "net-pf-16-proto-" #protocol, \
			0                                                              \
	}
#define NO_NETLINK(protocol, gone)                                \
	{                                                         \
		FEATURE_NETLINK(protocol), NULL, NULL, NULL, gone \
	}
	/* include/uapi/linux/netlink.h */
	NETLINK(0, "CONFIG_NET"),		 /* ROUTE */
	NO_NETLINK(1, 0),			 /* UNUSED */
	NETLINK(2, "CONFIG_NET"),		 /* USERSOCK */
	NO_NETLINK(3, LINUX(3, 5)),		 /* FIREWALL */
	NETLINK(4, "CONFIG_NET"),		 /* SOCK_DIAG */
	NO_NETLINK(5, LINUX(3, 17)),		 /* NFLOG */
	NETLINK(6, "CONFIG_XFRM_USER"),		 /* XFRM */
	NETLINK(7, "CONFIG_SECURITY_SELINUX"),	 /* SELINUX */
	NETLINK(8, "CONFIG_SCSI_ISCSI_ATTRS"),	 /* ISCSI */
	NETLINK(9, "CONFIG_AUDIT"),		 /* AUDIT */
	NETLINK(10, "CONFIG_INET"),		 /* FIB_LOOKUP */
	NETLINK(11, "CONFIG_CONNECTOR"),	 /* CONNECTOR */
	NETLINK(12, "CONFIG_NETFILTER_NETLINK"), /* NETFILTER */
	NO_NETLINK(13, LINUX(3, 5)),		 /* IP6_FW */
	NO_NETLINK(14, LINUX(6, 1)),		 /* DNRTMSG */
	NETLINK(15, "CONFIG_NET"),		 /* KOBJECT_UEVENT */
	NETLINK(16, "CONFIG_NET"),		 /* GENERIC */
	NO_NETLINK(17, 0),			 /* never numbered */
	NETLINK(18, "CONFIG_SCSI_NETLINK"),	 /* SCSITRANSPORT */
	NO_NETLINK(19, LINUX(2, 6)),		 /* ECRYPTFS */
	NETLINK(20, "CONFIG_INFINIBAND"),	 /* RDMA */
	NETLINK(21, "CONFIG_CRYPTO_USER"),	 /* CRYPTO */
	NO_NETLINK(22, 0),			 /* SMC, numbered but never served */
	NO_NETLINK(23, 0),
	NO_NETLINK(24, 0),
	NO_NETLINK(25, 0),
	NO_NETLINK(26, 0),
	NO_NETLINK(27, 0),
	NO_NETLINK(28, 0),
	NO_NETLINK(29, 0),
	NO_NETLINK(30, 0),
	NO_NETLINK(31, 0),
};

#define EVIDENCES (sizeof(evidences) / sizeof(evidences[0]))

static int running_version(char *release, size_t size)
{
	static const char debian[] = "Debian ";
	unsigned int major = 0, minor = 0, patch = 0;
	struct utsname name;
	const char *told;

	if (uname(&name))
		return 0;
	snprintf(release, size, "%.60s", name.release);
	/* Debian's 6.1.0-57 tells there which stable release it is of. */
	told = strstr(name.version, debian);
	told = told ? told + strlen(debian) : name.release;
	if (sscanf(told, "%3u.%3u.%3u", &major, &minor, &patch) < 2)
		return 0;
	return RELEASE((int)major, (int)minor, (int)patch);
}

/* Can the kernel load a module for a call at all? */
static bool modules_can_load(void)
{
	char text[256] = "";
	FILE *file;

	if (access("/proc/modules", F_OK))
		return false;
	file = fopen("/proc/sys/kernel/modprobe", "re");
	if (!file)
		return true;
	if (!fgets(text, sizeof(text), file))
		text[0] = '\0';
	fclose(file);
	return text[0] != '\0' && text[0] != '\n';
}

static void found(struct world_kernel *kernel, int feature)
{
	kernel->features[feature] = YES;
}

static void see_protocol(struct world_kernel *kernel, const char *name)
{
	for (size_t i = 0; i < EVIDENCES; i++)
		if (evidences[i].protocol && !strcmp(evidences[i].protocol, name))
			found(kernel, evidences[i].feature);
}

/*
 * /proc/net/protocols lists what is registered, in every network namespace.  A heading
 * with nothing below, as gVisor has it, tells nothing.
 */
static bool read_protocols(struct world_kernel *kernel)
{
	char line[512], name[64];
	FILE *file = fopen("/proc/net/protocols", "re");
	int lines = 0;

	if (!file)
		return false;
	for (; fgets(line, sizeof(line), file); lines++)
		if (sscanf(line, "%63s", name) == 1)
			see_protocol(kernel, name);
	fclose(file);
	return lines > 1;
}

/* A family lists its sockets in a file of its own, where it has one. */
static void read_socket_lists(struct world_kernel *kernel)
{
	static const struct {
		const char *path;
		int domain;
	} lists[] = {
		{ "/proc/net/unix", AF_UNIX },	     { "/proc/net/tcp", AF_INET },
		{ "/proc/net/tcp6", AF_INET6 },	     { "/proc/net/packet", AF_PACKET },
		{ "/proc/net/netlink", AF_NETLINK },
	};

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (!access(lists[i].path, F_OK))
			found(kernel, FEATURE_FAMILY(lists[i].domain));
	/* net/core/rtnetlink.c is part of every kernel that has netlink. */
	if (kernel->features[FEATURE_FAMILY(AF_NETLINK)] == YES)
		found(kernel, FEATURE_NETLINK(NETLINK_ROUTE));
}

/* /proc/net/netlink lists the kernel's own netlink sockets of this namespace. */
static void read_netlink(struct world_kernel *kernel)
{
	char line[512];
	unsigned int protocol;
	FILE *file = fopen("/proc/net/netlink", "re");

	if (!file)
		return;
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "%*s %u", &protocol) == 1 && protocol < MAX_LINKS)
			found(kernel, FEATURE_NETLINK(protocol));
	fclose(file);
}

static const struct evidence *by_option(const char *option, size_t length, size_t from)
{
	for (size_t i = from; i < EVIDENCES; i++)
		if (evidences[i].option &&
		    !strncmp(evidences[i].option, option, length) &&
		    !evidences[i].option[length])
			return &evidences[i];
	return NULL;
}

/*
 * An option that is set does not show that the feature is there (it may be part of a
 * module, or switched off at boot); one that is not set shows that it is not.
 */
static void see_option(const char *line, bool *in_config, bool *built_in)
{
	size_t length = strcspn(line, "=");
	const struct evidence *it = by_option(line, length, 0);

	for (; it; it = by_option(line, length, (size_t)(it - evidences) + 1)) {
		in_config[it - evidences] = line[length] && line[length + 1] != 'n';
		built_in[it - evidences] = line[length] && line[length + 1] == 'y';
	}
}

static FILE *open_config(const char *config, const char *release)
{
	static const char *const places[] = { "/boot/config-%s",
					      "/lib/modules/%s/config",
					      "/usr/lib/modules/%s/config",
					      "/lib/modules/%s/build/.config" };
	char path[160];
	FILE *file;

	if (config && (file = fopen(config, "re")))
		return file;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		snprintf(path, sizeof(path), places[i], release);
		file = fopen(path, "re");
		if (file)
			return file;
	}
	return NULL;
}

/*
 * Reads the kernel's configuration.  in_config[i] tells whether the option of evidence
 * i is set there; false is returned where no configuration can be read.
 */
static bool read_config(const char *config, const char *release, bool *in_config,
			bool *built_in)
{
	char line[512];
	FILE *file = open_config(config, release);

	if (!file)
		return false;
	while (fgets(line, sizeof(line), file))
		if (!strncmp(line, "CONFIG_", 7))
			see_option(line, in_config, built_in);
	fclose(file);
	return true;
}

/* "net-pf-2-proto-132-type-1" is an alias of "net-pf-2-proto-132", and of itself. */
static bool alias_is(const char *alias, const char *of)
{
	size_t length = strlen(of);

	return !strncmp(alias, of, length) &&
	       (alias[length] == '\0' || alias[length] == '-');
}

static bool read_aliases(const char *release, bool *may_load)
{
	char path[160], line[512], alias[128];
	FILE *file;

	snprintf(path, sizeof(path), "/lib/modules/%s/modules.alias", release);
	file = fopen(path, "re");
	if (!file)
		return false;
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "alias %127[^ ]", alias) != 1)
			continue;
		for (size_t i = 0; i < EVIDENCES; i++)
			if (evidences[i].alias && alias_is(alias, evidences[i].alias))
				may_load[i] = true;
	}
	fclose(file);
	return true;
}

/* What is known of the kernel, for judging what /proc does not show. */
struct knowledge {
	bool protocols, config, aliases, loadable;
	bool in_config[EVIDENCES], built_in[EVIDENCES], may_load[EVIDENCES];
};

/* Is a feature that nothing has shown surely absent? */
static bool surely_absent(const struct evidence *it, size_t i,
			  const struct knowledge *known, int version)
{
	if (!it->option)
		return it->protocol ? known->protocols : version && version >= it->gone;
	if (known->config && !known->in_config[i])
		return true;
	if (known->config && (known->loadable || !it->protocol))
		return false;
	if (!it->protocol || !known->protocols)
		return false;
	/* Not registered now, and no module can come to change that. */
	return !known->loadable || (known->aliases && !known->may_load[i]);
}

/* Does a filter of system calls stand between this process and the kernel? */
static bool is_filtered(void)
{
	char line[256];
	FILE *file = fopen("/proc/self/status", "re");
	bool filtered = false;

	while (file && fgets(line, sizeof(line), file))
		filtered |= !strncmp(line, "Seccomp:\t2", 10);
	if (file)
		fclose(file);
	return filtered;
}

/* Nothing in /proc shows these transports of AF_VSOCK, which are there once they are
 * built in or their modules are. */
static void find_transports(struct world_kernel *kernel, const bool *built_in)
{
	static const struct {
		int feature;
		const char *module;
	} transports[] = {
		{ FEATURE_VSOCK_LOCAL, "/sys/module/vsock_loopback" },
		{ FEATURE_VSOCK_HOST, "/sys/module/vhost_vsock" },
	};

	for (size_t k = 0; k < sizeof(transports) / sizeof(transports[0]); k++)
		for (size_t i = 0; i < EVIDENCES; i++)
			if (evidences[i].feature == transports[k].feature &&
			    (built_in[i] || !access(transports[k].module, F_OK)))
				found(kernel, transports[k].feature);
}

void host_describe_features(struct world_kernel *kernel, const char *config)
{
	struct knowledge known = { 0 };
	char release[64] = "";

	memset(kernel, 0, sizeof(*kernel));
	kernel->version = running_version(release, sizeof(release));
	known.protocols = read_protocols(kernel);
	read_socket_lists(kernel);
	read_netlink(kernel);
	known.config = read_config(config, release, known.in_config, known.built_in);
	known.loadable = modules_can_load();
	known.aliases = known.loadable && read_aliases(release, known.may_load);
	/* Always built in with sockets, but without a socket of the kernel's own. */
	found(kernel, FEATURE_NETLINK(NETLINK_USERSOCK));
	for (size_t i = 0; i < EVIDENCES; i++)
		if (kernel->features[evidences[i].feature] == UNKNOWN &&
		    surely_absent(&evidences[i], i, &known, kernel->version))
			kernel->features[evidences[i].feature] = NO;
	find_transports(kernel, known.built_in);
	/* What container engines are known to refuse, though the kernel has it. */
	if (is_filtered()) {
		kernel->features[FEATURE_FAMILY(AF_VSOCK)] = UNKNOWN;
		kernel->features[FEATURE_NETLINK(NETLINK_AUDIT)] = UNKNOWN;
	}
}
