/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * socketcall.c - the target `socketcall`: this kernel through socketcall(2), which
 * 32-bit programs have.  A 64-bit one of x86 comes to it by `int $0x80`, as long as
 * everything that it points to lies below 4 GiB: static memory of a static program
 * does, and a case runs on a stack that does.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/net.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../expected/constants.h"
#include "host.h"

#if defined(__x86_64__) && !defined(__ILP32__)
#define BY_INTERRUPT
#endif

#ifdef BY_INTERRUPT
/* arch/x86/entry/syscalls/syscall_32.tbl */
#define SOCKETCALL_32 102L

long socketcall_enter(int number, const void *args)
{
	long value;

	__asm__ volatile("int $0x80"
			 : "=a"(value)
			 : "0"(SOCKETCALL_32), "b"((long)number), "c"(args)
			 : "memory", "r8", "r9", "r10", "r11");
	return (int)value;
}

static bool reaches_memory(void)
{
	static char anywhere;

	return (uintptr_t)&anywhere <= UINT32_MAX;
}
#elif defined(SYS_socketcall)
long socketcall_enter(int number, const void *args)
{
	long value = syscall(SYS_socketcall, number, args);

	return value == -1 ? -errno : value;
}

static bool reaches_memory(void)
{
	return sizeof(void *) == 4;
}
#else
long socketcall_enter(int number, const void *args)
{
	(void)number;
	(void)args;
	return -ENOSYS;
}

static bool reaches_memory(void)
{
	return true;
}
#endif

/* A kernel without IA32 emulation kills a process that tries. */
static bool try_enter(void)
{
	pid_t child = fork();
	int status;

	if (!child)
		_exit(socketcall_enter(0, NULL) == -EINVAL ? 0 : 1);
	return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
	       !WEXITSTATUS(status);
}

bool socketcall_works(char *why, size_t size)
{
	static int works = -1;

	if (works < 0)
		works = reaches_memory() && try_enter();
	if (!reaches_memory())
		snprintf(why, size,
			 "needs a static program, whose memory lies below "
			 "4 GiB");
	else if (!works)
		snprintf(why, size,
			 "needs socketcall(2): a 32-bit kernel, or one of "
			 "x86 with CONFIG_IA32_EMULATION");
	return works;
}

static bool socketcall_cannot(char *why, size_t size)
{
	return !socketcall_works(why, size);
}

/* A pointer as 32 bits; what would not fit has not been put where it must be. */
static uint32_t word(const void *pointer)
{
	if ((uintptr_t)pointer > UINT32_MAX) {
		fprintf(stderr, "socketcall: %p lies above 4 GiB\n", pointer);
		abort();
	}
	return (uint32_t)(uintptr_t)pointer;
}

static uint32_t block[6];
#define CALL(number, ...) \
	(set_block((const uint32_t[6]){ __VA_ARGS__ }), socketcall_enter(number, block))

static void set_block(const uint32_t words[6])
{
	for (size_t i = 0; i < 6; i++)
		block[i] = words[i];
}

static long through_socket(int domain, int type, int protocol)
{
	return CALL(SYS_SOCKET, (uint32_t)domain, (uint32_t)type, (uint32_t)protocol);
}

static long through_socketpair(int domain, int type, int protocol, int fds[2])
{
	return CALL(SYS_SOCKETPAIR, (uint32_t)domain, (uint32_t)type,
		    (uint32_t)protocol, word(fds));
}

static long through_bind(int fd, const struct sockaddr *address, int addrlen)
{
	return CALL(SYS_BIND, (uint32_t)fd, word(address), (uint32_t)addrlen);
}

static long through_connect(int fd, const struct sockaddr *address, int addrlen)
{
	return CALL(SYS_CONNECT, (uint32_t)fd, word(address), (uint32_t)addrlen);
}

static long through_listen(int fd, int backlog)
{
	return CALL(SYS_LISTEN, (uint32_t)fd, (uint32_t)backlog);
}

static long through_accept4(int fd, struct sockaddr *address, socklen_t *addrlen,
			    int flags)
{
	return CALL(SYS_ACCEPT4, (uint32_t)fd, word(address), word(addrlen),
		    (uint32_t)flags);
}

static long through_getsockname(int fd, struct sockaddr *address, socklen_t *addrlen)
{
	return CALL(SYS_GETSOCKNAME, (uint32_t)fd, word(address), word(addrlen));
}

static long through_getpeername(int fd, struct sockaddr *address, socklen_t *addrlen)
{
	return CALL(SYS_GETPEERNAME, (uint32_t)fd, word(address), word(addrlen));
}

static long through_sendto(int fd, const void *buffer, size_t length, int flags,
			   const struct sockaddr *address, socklen_t addrlen)
{
	return CALL(SYS_SENDTO, (uint32_t)fd, word(buffer), (uint32_t)length,
		    (uint32_t)flags, word(address), addrlen);
}

static long through_recvfrom(int fd, void *buffer, size_t length, int flags,
			     struct sockaddr *address, socklen_t *addrlen)
{
	return CALL(SYS_RECVFROM, (uint32_t)fd, word(buffer), (uint32_t)length,
		    (uint32_t)flags, word(address), word(addrlen));
}

static long through_recv(int fd, void *buffer, size_t length, int flags)
{
	return CALL(SYS_RECV, (uint32_t)fd, word(buffer), (uint32_t)length,
		    (uint32_t)flags);
}

/* struct iovec, msghdr and mmsghdr of a 32-bit program. */
struct narrow_area {
	uint32_t base, length;
};

struct narrow_header {
	uint32_t name, namelen, areas, area_count, control, controllen, flags;
};

struct narrow_message {
	struct narrow_header header;
	uint32_t length;
};

#define AREAS 4
static struct narrow_area narrow_areas[AREAS];
static struct narrow_message narrow_message;

static void narrow_down(const struct msghdr *header)
{
	for (size_t i = 0; i < (size_t)header->msg_iovlen && i < AREAS; i++)
		narrow_areas[i] =
			(struct narrow_area){ word(header->msg_iov[i].iov_base),
					      (uint32_t)header->msg_iov[i].iov_len };
	narrow_message = (struct narrow_message){
		.header = { word(header->msg_name), header->msg_namelen,
			    word(narrow_areas), (uint32_t)header->msg_iovlen,
			    word(header->msg_control), (uint32_t)header->msg_controllen,
			    (uint32_t)header->msg_flags },
	};
}

static void widen(struct msghdr *header)
{
	header->msg_namelen = narrow_message.header.namelen;
	header->msg_controllen = narrow_message.header.controllen;
	header->msg_flags = (int)narrow_message.header.flags;
}

static long through_sendmsg(int fd, const struct msghdr *header, int flags)
{
	narrow_down(header);
	return CALL(SYS_SENDMSG, (uint32_t)fd, word(&narrow_message.header),
		    (uint32_t)flags);
}

static long through_recvmsg(int fd, struct msghdr *header, int flags)
{
	long value;

	narrow_down(header);
	value = CALL(SYS_RECVMSG, (uint32_t)fd, word(&narrow_message.header),
		     (uint32_t)flags);
	widen(header);
	return value;
}

/* Of one message, without a timeout: headers.c asks for nothing else of a target that
 * is narrow. */
static long through_recvmmsg(int fd, struct mmsghdr *messages, unsigned int count,
			     int flags, struct linux_timeout *timeout)
{
	long value;

	(void)timeout;
	narrow_down(&messages[0].msg_hdr);
	value = CALL(SYS_RECVMMSG, (uint32_t)fd, word(&narrow_message), count,
		     (uint32_t)flags, 0);
	widen(&messages[0].msg_hdr);
	messages[0].msg_len = narrow_message.length;
	return value;
}

static long through_shutdown(int fd, int how)
{
	return CALL(SYS_SHUTDOWN, (uint32_t)fd, (uint32_t)how);
}

/*
 * The old numbers of the timeouts mean other structures to 32-bit programs; the new
 * ones (Linux 5.1) mean the same to all, which is that of 64-bit programs.
 */
static int timeout_for_all(int level, int optname)
{
	if (sizeof(long) < 8 || level != SOL_SOCKET)
		return optname;
	if (optname == SO_RCVTIMEO)
		return LINUX_SO_RCVTIMEO_NEW;
	return optname == SO_SNDTIMEO ? LINUX_SO_SNDTIMEO_NEW : optname;
}

static long through_getsockopt(int fd, int level, int optname, void *optval,
			       socklen_t *optlen)
{
	return CALL(SYS_GETSOCKOPT, (uint32_t)fd, (uint32_t)level,
		    (uint32_t)timeout_for_all(level, optname), word(optval),
		    word(optlen));
}

/* struct sock_fprog of a 32-bit program. */
struct narrow_program {
	uint16_t length;
	uint32_t filter;
};

static long attach(int fd, int optname, const struct sock_fprog *program)
{
	static struct narrow_program narrow;

	narrow = (struct narrow_program){ program->len, word(program->filter) };
	return CALL(SYS_SETSOCKOPT, (uint32_t)fd, SOL_SOCKET, (uint32_t)optname,
		    word(&narrow), sizeof(narrow));
}

static long through_setsockopt(int fd, int level, int optname, const void *optval,
			       socklen_t optlen)
{
	if (level == SOL_SOCKET && optlen == sizeof(struct sock_fprog) &&
	    (optname == LINUX_SO_ATTACH_REUSEPORT_CBPF || optname == SO_ATTACH_FILTER))
		return attach(fd, optname, optval);
	return CALL(SYS_SETSOCKOPT, (uint32_t)fd, (uint32_t)level,
		    (uint32_t)timeout_for_all(level, optname), word(optval), optlen);
}

/* What is no call of the multiplexer's is the host's own. */
static long own_read(int fd, void *buffer, size_t length)
{
	return host_target.read(fd, buffer, length);
}

static long own_readv(int fd, const struct iovec *areas, int count)
{
	return host_target.readv(fd, areas, count);
}

static long own_write(int fd, const void *buffer, size_t length)
{
	return host_target.write(fd, buffer, length);
}

static long own_fcntl(int fd, int command, long argument)
{
	return host_target.fcntl(fd, command, argument);
}

static long own_ioctl(int fd, unsigned long request, void *argument)
{
	return host_target.ioctl(fd, request, argument);
}

static long own_poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
	return host_target.poll(fds, count, timeout_ms);
}

static long own_close(int fd)
{
	return host_target.close(fd);
}

static long own_fstat(int fd, enum stat_field field)
{
	return host_target.fstat(fd, field);
}

static long own_fstatfs(int fd)
{
	return host_target.fstatfs(fd);
}

static long own_readlink(int fd, char *text, size_t size)
{
	return host_target.readlink(fd, text, size);
}

static void own_version(char *text, size_t size)
{
	host_target.version(text, size);
}

static void own_describe(struct world_kernel *kernel)
{
	host_target.describe(kernel);
}

#ifdef BY_INTERRUPT
#define STACK_SIZE ((size_t)512 << 10)

/* On a stack below 4 GiB (in fact 2), where the case's own buffers lie then. */
static void run_low(void (*run)(void))
{
	unsigned char *stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
				    MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_32BIT,
				    -1, 0);

	if (stack == MAP_FAILED) {
		perror("socketcall: no stack below 4 GiB");
		abort();
	}
	/* The ABI wants it to be aligned to 16 bytes at a call. */
	__asm__ volatile("movq %%rsp, %%r12\n\t"
			 "movq %0, %%rsp\n\t"
			 "call *%1\n\t"
			 "movq %%r12, %%rsp"
			 :
			 : "r"(stack + STACK_SIZE), "r"(run)
			 : "memory", "cc", "rax", "rcx", "rdx", "rsi", "rdi", "r8",
			   "r9", "r10", "r11", "r12");
}
#else
#define run_low NULL
#endif

const struct target socketcall_target = {
	.name = "socketcall",
	.narrow = true,
	.cannot = socketcall_cannot,
	.run = run_low,
	.version = own_version,
	.describe = own_describe,
	.socket = through_socket,
	.socketpair = through_socketpair,
	.bind = through_bind,
	.connect = through_connect,
	.listen = through_listen,
	.accept4 = through_accept4,
	.getsockname = through_getsockname,
	.getpeername = through_getpeername,
	.sendto = through_sendto,
	.recvfrom = through_recvfrom,
	.recv = through_recv,
	.sendmsg = through_sendmsg,
	.recvmsg = through_recvmsg,
	.recvmmsg = through_recvmmsg,
	.readv = own_readv,
	.shutdown = through_shutdown,
	.getsockopt = through_getsockopt,
	.setsockopt = through_setsockopt,
	.socketcall = socketcall_enter,
	.read = own_read,
	.write = own_write,
	.fcntl = own_fcntl,
	.ioctl = own_ioctl,
	.poll = own_poll,
	.close = own_close,
	.fstat = own_fstat,
	.fstatfs = own_fstatfs,
	.readlink = own_readlink,
	.file = host_file,
};
