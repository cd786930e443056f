/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bpf.c - the smallest BPF programs there are, which refuse or allow, attached to the
 * cgroup of a case: at the making or the binding of an AF_INET or AF_INET6 socket, or
 * as a security module; one that changes the senders of what UDP receives; one that
 * binds a socket which connects; and one for a group of SO_REUSEPORT.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/bpf.h>

#include "harness.h"

/* include/uapi/linux/bpf.h, for headers older than Linux 4.17 and 6.0. */
#define PROG_TYPE_SOCK_ADDR  18
#define ATTACH_INET4_BIND    8
#define ATTACH_INET6_BIND    9
#define ATTACH_INET4_BOUND   12
#define ATTACH_INET6_BOUND   13
#define ATTACH_INET4_CONNECT 10
#define ATTACH_INET6_CONNECT 11
#define ATTACH_UDP4_RECEIVE  19
#define ATTACH_UDP6_RECEIVE  20
#define CALL_BIND_OF_BPF     64 /* BPF_FUNC_bind */
#define PROG_TYPE_LSM	     29
#define PROG_TYPE_REUSEPORT  21
#define BIND_INANY_AT	     28 /* in struct sk_reuseport_md */
#define ATTACH_LSM_CGROUP    43
#define BTF_MAGIC_NUMBER     0xeb9f
#define VMLINUX_BTF	     "/sys/kernel/btf/vmlinux"

int bpf(int command, void *attributes, unsigned int size)
{
	long value = syscall(SYS_bpf, command, attributes, size);

	return value < 0 ? -errno : (int)value;
}

/* At the hooks here, 'return 0' means: refuse with EPERM; 'return 1' means: allow. */
#define PROGRAM_LENGTH 2
#define PROGRAM_RETURNS(value)                                                         \
	{                                                                              \
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = (value) }, \
			{ .code = BPF_JMP | BPF_EXIT },                                \
	}
static const struct bpf_insn refuses[PROGRAM_LENGTH] = PROGRAM_RETURNS(0);
static const struct bpf_insn allows[PROGRAM_LENGTH] = PROGRAM_RETURNS(1);

/* A program, and where it is attached. */
struct program {
	const struct bpf_insn *instructions;
	uint32_t type, attach_type;
	uint32_t btf_id; /* of the function that it is attached to, or 0 */
	uint32_t length; /* of one that is longer than PROGRAM_LENGTH, or 0 */
};

/*
 * The attributes of BPF_PROG_LOAD up to the last that is needed here: a header of the
 * build host's may lack it.
 */
struct program_attributes {
	uint32_t prog_type;
	uint32_t insn_cnt;
	uint64_t insns;
	uint64_t license;
	uint32_t log_level;
	uint32_t log_size;
	uint64_t log_buf;
	uint32_t kern_version;
	uint32_t prog_flags;
	char prog_name[16];
	uint32_t prog_ifindex;
	uint32_t expected_attach_type;
	uint32_t prog_btf_fd;
	uint32_t func_info_rec_size;
	uint64_t func_info;
	uint32_t func_info_cnt;
	uint32_t line_info_rec_size;
	uint64_t line_info;
	uint32_t line_info_cnt;
	uint32_t attach_btf_id;
};

static int load_program(const struct program *program)
{
	struct program_attributes attributes = {
		.prog_type = program->type,
		.insn_cnt = program->length ? program->length : PROGRAM_LENGTH,
		.insns = (uint64_t)(uintptr_t)program->instructions,
		.license = (uint64_t)(uintptr_t) "Dual BSD/GPL",
		.prog_name = "sockcheck",
		.expected_attach_type = program->attach_type,
		.attach_btf_id = program->btf_id,
	};

	return bpf(BPF_PROG_LOAD, &attributes, sizeof(attributes));
}

struct attachment {
	uint32_t target_fd, attach_bpf_fd, attach_type, attach_flags;
};

static int attach_program(int cgroup, int program, uint32_t attach_type)
{
	struct attachment attributes = { (uint32_t)cgroup, (uint32_t)program,
					 attach_type, 0 };

	return bpf(BPF_PROG_ATTACH, &attributes, sizeof(attributes));
}

/* Loads, moves to a cgroup, attaches, and leaves no descriptor open. */
static bool run_in_cgroup(const struct program *program, char *error, size_t size)
{
	int loaded = load_program(program), cgroup, status;

	if (loaded < 0) {
		snprintf(error, size, "BPF_PROG_LOAD: %s", errno_name(-loaded));
		return false;
	}
	cgroup = enter_cgroup();
	if (cgroup < 0) {
		snprintf(error, size, "a cgroup of its own: %s", errno_name(-cgroup));
		close(loaded);
		return false;
	}
	status = attach_program(cgroup, loaded, program->attach_type);
	close(loaded);
	close(cgroup);
	if (status < 0)
		snprintf(error, size, "BPF_PROG_ATTACH: %s", errno_name(-status));
	return status >= 0;
}

bool attach_socket_program(bool allow, char *error, size_t size)
{
	struct program program = { allow ? allows : refuses, BPF_PROG_TYPE_CGROUP_SOCK,
				   BPF_CGROUP_INET_SOCK_CREATE, 0, 0 };

	return run_in_cgroup(&program, error, size);
}

/*
 * The cgroup that programs at bind(2) have been attached to, so that they can be
 * detached: the last descriptor, which no case comes to.
 */
static int bind_cgroup = -1;
static uint32_t bind_hooks[2];

/* A cgroup of its own, entered once, however many programs it gets. */
static int enter_bind_cgroup(void)
{
	int cgroup;

	if (bind_cgroup >= 0)
		return bind_cgroup;
	cgroup = enter_cgroup();
	if (cgroup < 0)
		return cgroup;
	bind_cgroup = fcntl(cgroup, F_DUPFD_CLOEXEC, WORLD_DESCRIPTORS - 1);
	if (bind_cgroup < 0)
		bind_cgroup = -errno;
	close(cgroup);
	return bind_cgroup;
}

static bool attach_here(const struct program *program, char *error, size_t size)
{
	int loaded = load_program(program), cgroup, status;

	if (loaded < 0) {
		snprintf(error, size, "BPF_PROG_LOAD: %s", errno_name(-loaded));
		return false;
	}
	cgroup = enter_bind_cgroup();
	status = cgroup < 0 ? cgroup
			    : attach_program(cgroup, loaded, program->attach_type);
	close(loaded);
	if (status < 0)
		snprintf(error, size, "%s: %s",
			 cgroup < 0 ? "a cgroup of its own" : "BPF_PROG_ATTACH",
			 errno_name(-status));
	return status >= 0;
}

static bool attach_at(uint32_t hook, uint32_t type, const struct bpf_insn *instructions,
		      char *error, size_t size)
{
	struct program program = { instructions, type, hook, 0, 0 };

	return attach_here(&program, error, size);
}

/* include/uapi/linux/bpf.h, struct bpf_sock_addr: where its user_port stands. */
#define USER_PORT 24

bool attach_sender_program(unsigned short port, char *error, size_t size)
{
	const struct bpf_insn instructions[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K,
		  .dst_reg = 2,
		  .imm = htons(port) },
		{ .code = BPF_STX | BPF_MEM | BPF_W,
		  .dst_reg = 1,
		  .src_reg = 2,
		  .off = USER_PORT },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = 1 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	struct program program = { instructions, PROG_TYPE_SOCK_ADDR,
				   ATTACH_UDP4_RECEIVE, 0, COUNT(instructions) };

	if (!attach_here(&program, error, size))
		return false;
	program.attach_type = ATTACH_UDP6_RECEIVE;
	return attach_here(&program, error, size);
}

/* The instructions before and behind those that write the address, and all. */
#define BEHIND_ADDRESS 6
#define CONNECT_MAX    (sizeof(struct sockaddr_in6) / 4 + BEHIND_ADDRESS)

/* Writes the address below the frame pointer, a word at a time: as many instructions.
 */
static uint32_t write_address(struct bpf_insn *program, const struct address *address)
{
	uint32_t words = (uint32_t)address->length / 4;

	for (uint32_t i = 0; i < words; i++) {
		int32_t word;

		memcpy(&word, address->bytes + 4 * i, sizeof(word));
		program[i] = (struct bpf_insn){ .code = BPF_ST | BPF_MEM | BPF_W,
						.dst_reg = BPF_REG_10,
						.off = (short)(4 * i - address->length),
						.imm = word };
	}
	return words;
}

/* 'return bind_inany' of the context: who is not bound to any address gets nothing. */
int load_any_address_program(void)
{
	static const struct bpf_insn instructions[PROGRAM_LENGTH] = {
		{ .code = BPF_LDX | BPF_MEM | BPF_W,
		  .dst_reg = BPF_REG_0,
		  .src_reg = BPF_REG_1,
		  .off = BIND_INANY_AT },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	const struct program program = { instructions, PROG_TYPE_REUSEPORT, 0, 0, 0 };

	return load_program(&program);
}

/* bpf_bind() of the context, which is in the first register; then 'return 1'. */
bool attach_connect_program(const struct address *address, char *error, size_t size)
{
	const struct bpf_insn behind[BEHIND_ADDRESS] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_X,
		  .dst_reg = BPF_REG_2,
		  .src_reg = BPF_REG_10 },
		{ .code = BPF_ALU64 | BPF_ADD | BPF_K,
		  .dst_reg = BPF_REG_2,
		  .imm = -address->length },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K,
		  .dst_reg = BPF_REG_3,
		  .imm = address->length },
		{ .code = BPF_JMP | BPF_CALL, .imm = CALL_BIND_OF_BPF },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = 1 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	bool v4 = address->length == sizeof(struct sockaddr_in);
	struct bpf_insn instructions[CONNECT_MAX];
	uint32_t words = write_address(instructions, address);
	struct program program = { instructions, PROG_TYPE_SOCK_ADDR,
				   v4 ? ATTACH_INET4_CONNECT : ATTACH_INET6_CONNECT, 0,
				   words + BEHIND_ADDRESS };

	memcpy(instructions + words, behind, sizeof(behind));
	return attach_here(&program, error, size);
}

bool attach_bind_program(int domain, bool late, int answer, char *error, size_t size)
{
	const struct bpf_insn program[PROGRAM_LENGTH] = PROGRAM_RETURNS(answer);
	uint32_t type = late ? (uint32_t)BPF_PROG_TYPE_CGROUP_SOCK
			     : PROG_TYPE_SOCK_ADDR;

	bind_hooks[0] = late ? ATTACH_INET4_BOUND : ATTACH_INET4_BIND;
	bind_hooks[1] = late ? ATTACH_INET6_BOUND : ATTACH_INET6_BIND;
	if (domain == AF_INET)
		bind_hooks[1] = 0;
	if (domain == AF_INET6)
		bind_hooks[0] = 0;
	for (size_t i = 0; i < COUNT(bind_hooks); i++)
		if (bind_hooks[i] &&
		    !attach_at(bind_hooks[i], type, program, error, size))
			return false;
	return true;
}

int detach_bind_programs(void)
{
	for (size_t i = 0; i < COUNT(bind_hooks); i++) {
		struct attachment attributes = { (uint32_t)bind_cgroup, 0,
						 bind_hooks[i], 0 };
		int error;

		if (!bind_hooks[i])
			continue;
		error = bpf(BPF_PROG_DETACH, &attributes, sizeof(attributes));
		if (error)
			return error;
	}
	return 0;
}

/* Documentation/bpf/btf.rst: the header of a BTF blob, and of each type in it. */
struct btf_blob {
	uint16_t magic;
	uint8_t version, flags;
	uint32_t hdr_len, type_off, type_len, str_off, str_len;
};

struct btf_entry {
	uint32_t name_off;
	uint32_t info; /* bits 0-15: how many members; 24-28: the kind */
	uint32_t size_or_type;
};

#define BTF_KIND_OF(entry)  ((entry)->info >> 24 & 0x1f)
#define BTF_COUNT_OF(entry) ((entry)->info & 0xffff)
#define BTF_FUNC	    12

/* How many bytes follow the entry; -1 for a kind that is not known. */
static long btf_extra(const struct btf_entry *entry)
{
	static const signed char fixed[] = { 0, 4, 0, 12, -1, -1, -1, 0, 0, 0,
					     0, 0, 0, -1, 4,  -1, 0,  4, 0, -1 };
	uint32_t kind = BTF_KIND_OF(entry), count = BTF_COUNT_OF(entry);

	switch (kind) {
	case 4:	 /* struct: 12 bytes a member */
	case 5:	 /* union */
	case 15: /* the variables of a section */
	case 19: /* enum of 64 bits */
		return (long)count * 12;
	case 6:	 /* enum: 8 bytes a value */
	case 13: /* prototype: 8 bytes a parameter */
		return (long)count * 8;
	default:
		return kind < COUNT(fixed) ? fixed[kind] : -1;
	}
}

/* The number of the function in the blob, or 0. */
static uint32_t btf_function(const unsigned char *blob, size_t length, const char *name)
{
	const struct btf_blob *header = (const void *)blob;
	const unsigned char *types, *end;
	const char *strings;
	uint32_t id = 1;

	if (length < sizeof(*header) || header->magic != BTF_MAGIC_NUMBER ||
	    (size_t)header->hdr_len + header->type_off + header->type_len > length ||
	    (size_t)header->hdr_len + header->str_off + header->str_len > length)
		return 0;
	types = blob + header->hdr_len + header->type_off;
	strings = (const char *)blob + header->hdr_len + header->str_off;
	end = types + header->type_len;
	for (; types + sizeof(struct btf_entry) <= end; id++) {
		const struct btf_entry *entry = (const void *)types;
		long extra = btf_extra(entry);

		if (BTF_KIND_OF(entry) == BTF_FUNC &&
		    entry->name_off < header->str_len &&
		    !strcmp(strings + entry->name_off, name))
			return id;
		if (extra < 0)
			return 0;
		types += sizeof(*entry) + (size_t)extra;
	}
	return 0;
}

static unsigned char *read_blob(size_t *length)
{
	size_t room = 32 << 20;
	unsigned char *blob = malloc(room);
	int fd = open(VMLINUX_BTF, O_RDONLY | O_CLOEXEC);
	ssize_t got = 1;

	for (*length = 0; blob && fd >= 0 && got > 0; *length += (size_t)got) {
		got = read(fd, blob + *length, room - *length);
		if (got <= 0)
			break;
	}
	if (fd >= 0)
		close(fd);
	return blob;
}

/*
 * The hooks by which a security module may refuse a socket, or bind(2), with the
 * numbers that BTF gives them, and why no program can be attached there: found out
 * once, by the harness, because the blob is megabytes long.
 */
static struct {
	bool known;
	char why_not[256];
	const char *const names[3];
	uint32_t ids[3];
} hooks = { .names = {
		    [HOOK_SOCKET_CREATE] = "bpf_lsm_socket_create",
		    [HOOK_SOCKET_POST_CREATE] = "bpf_lsm_socket_post_create",
		    [HOOK_SOCKET_BIND] = "bpf_lsm_socket_bind",
	    } };

static struct program security_program(uint32_t btf_id)
{
	return (struct program){ refuses, PROG_TYPE_LSM, ATTACH_LSM_CGROUP, btf_id, 0 };
}

static void try_hook(size_t i)
{
	struct program program = security_program(hooks.ids[i]);
	int loaded = hooks.ids[i] ? load_program(&program) : -ENOENT;

	if (loaded >= 0)
		close(loaded);
	else
		snprintf(hooks.why_not, sizeof(hooks.why_not),
			 "needs a BPF program at %s: %s", hooks.names[i],
			 errno_name(-loaded));
}

static void find_hooks(void)
{
	size_t length = 0;
	unsigned char *blob;

	hooks.known = true;
	if (access(VMLINUX_BTF, R_OK)) {
		snprintf(hooks.why_not, sizeof(hooks.why_not),
			 "needs " VMLINUX_BTF ": a kernel with CONFIG_DEBUG_INFO_BTF, "
			 "CONFIG_BPF_LSM and bpf among its security modules");
		return;
	}
	blob = read_blob(&length);
	for (size_t i = 0; i < COUNT(hooks.ids); i++) {
		hooks.ids[i] = blob ? btf_function(blob, length, hooks.names[i]) : 0;
		try_hook(i);
	}
	free(blob);
}

bool bpf_security_available(char *why, size_t size)
{
	if (!hooks.known)
		find_hooks();
	snprintf(why, size, "%s", hooks.why_not);
	return !hooks.why_not[0];
}

bool attach_security_refusal(enum security_hook hook, char *error, size_t size)
{
	struct program program = security_program(hooks.ids[hook]);

	return run_in_cgroup(&program, error, size);
}
