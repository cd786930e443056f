/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * steps.c - steps of a case that are more than one call: waiting for what is on its
 * way, without ever waiting for luck; connections in TIME_WAIT; other descriptors.
 */
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "../../expected/world_messages.h"
#include "harness.h"

double patience_ms(void)
{
	/* What its threads had to do is done. */
	if (session.target->settles)
		return 0;
	return session.timeout_ms / 5.0;
}

/*
 * Between two looks: what is on its way mostly comes at once.  Where it does not, the
 * processor is for others, the longer the longer it takes.
 */
static void pass_time(double deadline_ms)
{
	double waited = patience_ms() - (deadline_ms - now_ms());
	struct timespec moment = { .tv_nsec = (long)(waited * 1e6 / 8) };

	if (waited < 5 || waited >= 8000)
		sched_yield();
	else
		nanosleep(&moment, NULL);
}

void wait_readable(int fd)
{
	struct pollfd waited = { .fd = fd, .events = POLLIN };

	if (session.target->poll && !session.target->imaginary)
		session.target->poll(&waited, 1, patience_ms());
}

void wait_for_events(int fd, short events)
{
	struct pollfd waited = { .fd = fd, .events = events };
	double deadline = now_ms() + patience_ms();

	if (session.target->imaginary || !session.target->poll || !events)
		return;
	session.target->poll(&waited, 1, patience_ms());
	while ((waited.revents & events) != events && now_ms() < deadline) {
		pass_time(deadline);
		session.target->poll(&waited, 1, 0);
	}
}

/* Is there a byte of a datagram at this offset of what waits at a socket of UDP? */
static bool has_byte_at(int fd, int offset)
{
	char byte;

	return setsockopt(fd, SOL_SOCKET, SO_PEEK_OFF, &offset, sizeof(offset)) ||
	       recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0 || errno != EAGAIN;
}

void wait_for_datagrams(int fd, int before)
{
	double deadline = now_ms() + patience_ms();
	int none = -1;

	if (session.target->imaginary || session.target->stack)
		return;
	while (!has_byte_at(fd, before) && now_ms() < deadline)
		pass_time(deadline);
	setsockopt(fd, SOL_SOCKET, SO_PEEK_OFF, &none, sizeof(none));
}

void wait_for_drops(int fd, unsigned int count)
{
	double deadline = now_ms() + patience_ms();
	unsigned int memory[9] = { 0 };
	socklen_t length = sizeof(memory);

	if (session.target->imaginary || session.target->stack)
		return;
	/* SK_MEMINFO_DROPS of include/uapi/linux/sock_diag.h. */
	while (!getsockopt(fd, SOL_SOCKET, LINUX_SO_MEMINFO, memory, &length) &&
	       length == sizeof(memory) && memory[8] < count && now_ms() < deadline)
		pass_time(deadline);
}

void wait_for_bytes(int fd, int count)
{
	double deadline = now_ms() + patience_ms();
	int waiting = -1;

	if (session.target->imaginary || !session.target->ioctl)
		return;
	while (!session.target->ioctl(fd, FIONREAD, &waiting) && waiting < count &&
	       now_ms() < deadline)
		pass_time(deadline);
}

void wait_for_nothing_unsent(int fd)
{
	const struct world_socket *sender = world_socket(&world, fd);
	double deadline = now_ms() + patience_ms();
	int unsent = -1;

	if (session.target->imaginary || !session.target->ioctl || !sender ||
	    sender->domain == AF_UNIX || sender->type != SOCK_STREAM)
		return;
	while (!session.target->ioctl(fd, TIOCOUTQ, &unsent) && unsent &&
	       now_ms() < deadline)
		pass_time(deadline);
}

void wait_error(int fd)
{
	struct pollfd waited = { .fd = fd, .events = 0 };

	/* POLLERR needs not be asked for. */
	if (session.target->poll)
		session.target->poll(&waited, 1, patience_ms());
}

/* Does what is sent to the address come back? */
static bool comes_back(struct address to)
{
	struct sockaddr *name = (struct sockaddr *)to.bytes;
	int fd = socket(name->sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	socklen_t length = (socklen_t)to.length;
	struct pollfd waited = { .fd = fd, .events = POLLIN };
	bool came;

	must(fd >= 0, "socket: %s", errno_name(errno));
	came = !bind(fd, name, length) && !getsockname(fd, name, &length) &&
	       !connect(fd, name, length) && send(fd, "", 1, 0) == 1 &&
	       poll(&waited, 1, 1) == 1 && waited.revents & POLLIN;
	close(fd);
	return came;
}

/* The kernel lets bind to an address of IPv6 before it has its route, and sends over lo
 * what it then does not take in: addrconf_dad_work(). */
void wait_reachable(const char *text)
{
	/* An address of the link is lo's here, whose index is 1. */
	struct address address = strncmp(text, "fe80:", 5) ? ip_address(text, 0)
							   : inet6_scoped(text, 0, 1);
	double deadline = now_ms() + patience_ms();
	bool reachable = session.target->imaginary;

	need_kernel("addresses that a case adds");
	while (!reachable && now_ms() < deadline)
		reachable = comes_back(address);
	if (!reachable)
		sc_skip("needs a way over lo to %s", text);
}

bool read_tcp_info(int fd, struct tcp_info *info)
{
	socklen_t length = sizeof(*info);

	memset(info, 0, sizeof(*info));
	return session.target->getsockopt &&
	       !session.target->getsockopt(fd, IPPROTO_TCP, TCP_INFO, info, &length);
}

void wait_acknowledged(int fd)
{
	double deadline = now_ms() + patience_ms();
	struct tcp_info info;

	if (session.target->imaginary)
		return;
	while (read_tcp_info(fd, &info) &&
	       (info.tcpi_state == TCP_FIN_WAIT1 || info.tcpi_state == TCP_CLOSING ||
		info.tcpi_state == TCP_LAST_ACK) &&
	       now_ms() < deadline)
		pass_time(deadline);
}

/* Has the connection ended for this end, as TCP_INFO tells? */
static bool has_ended(int fd)
{
	struct tcp_info info;

	return !read_tcp_info(fd, &info) || info.tcpi_state == TCP_CLOSE;
}

void leave_in_time_wait(int first, int second)
{
	double deadline = now_ms() + patience_ms();

	must_close(first);
	wait_readable(second); /* the first one's FIN */
	if (!session.target->imaginary) {
		sc_must(SC_LINE, t_shutdown(second, SHUT_WR), "shutdown(2)");
		/* Its last acknowledgement comes from an end that is in TIME_WAIT. */
		while (!has_ended(second) && now_ms() < deadline)
			pass_time(deadline);
		must(has_ended(second), "the connection's end does not come");
	}
	must_close(second);
}

static int open_kind(enum descriptor_kind kind)
{
	int ends[2];

	switch (kind) {
	case OPEN_FILE:
		return open("/dev/null", O_RDWR | O_CLOEXEC);
	case OPEN_DIRECTORY:
		return open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	case OPEN_PIPE:
		if (pipe(ends))
			return -1;
		close(ends[1]);
		return ends[0];
	case OPEN_EPOLL:
		return epoll_create1(EPOLL_CLOEXEC);
	case OPEN_EVENT:
		return eventfd(0, EFD_CLOEXEC);
	case OPEN_PATH_ONLY:
		/* Where even a target that forgets what O_PATH means changes nothing:
		 * procfs lets nobody change modes or owners. */
		return open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC);
	}
	return -1;
}

int open_descriptor(enum descriptor_kind kind)
{
	int fd = session.target->imaginary ? world_lowest_free(&world)
					   : open_kind(kind);

	need_kernel("descriptors that are no sockets");
	must(fd == world_lowest_free(&world), "a descriptor %d was opened: %s", fd,
	     errno_name(errno));
	world.open[fd] = kind == OPEN_PATH_ONLY ? DESCRIPTOR_PATH
			 : kind == OPEN_EPOLL	? DESCRIPTOR_EPOLL
			 : kind == OPEN_FILE || kind == OPEN_DIRECTORY
				 ? DESCRIPTOR_NO_EVENTS
				 : DESCRIPTOR_OPEN;
	return fd;
}

/* include/uapi/linux/tcp.h: tcpi_bytes_received, which C libraries know for long or do
 * not yet; an urgent byte counts, and what has been read too. */
#define BYTES_RECEIVED_AT 128

/* gVisor does not count them, but those that nobody has read yet. */
static int bytes_unread(int fd)
{
	int unread = 0;

	if (!session.target->ioctl || session.target->ioctl(fd, FIONREAD, &unread))
		return 0;
	return unread;
}

static int bytes_received(int fd)
{
	unsigned char info[256];
	socklen_t length = sizeof(info);
	unsigned long long received = 0;

	if (session.target->getsockopt(fd, IPPROTO_TCP, TCP_INFO, info, &length) ||
	    length < BYTES_RECEIVED_AT + sizeof(received))
		return -1;
	memcpy(&received, info + BYTES_RECEIVED_AT, sizeof(received));
	return received ? (int)received : bytes_unread(fd);
}

/* Where TCP_INFO tells nothing: until as much waits as should, by the world. */
static void wait_for_what_waits(int fd)
{
	const struct world_socket *receiver = world_socket(&world, fd);

	if (!session.target->stack || !session.target->ioctl)
		sc_skip("needs TCP_INFO, tcpi_bytes_received");
	if (receiver)
		wait_for_bytes(fd, (int)world_waiting(receiver));
}

void wait_for_stream(int fd, int count)
{
	double deadline = now_ms() + patience_ms();

	if (session.target->imaginary)
		return;
	if (bytes_received(fd) < 0) {
		wait_for_what_waits(fd);
		return;
	}
	while (bytes_received(fd) < count && now_ms() < deadline)
		pass_time(deadline);
	must(bytes_received(fd) >= count, "%d bytes do not come", count);
}

/* proc(5), stat: the state behind the name in brackets; 0 where it is gone. */
static char state_of(pid_t process)
{
	char path[64], text[512] = "";
	const char *state;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)process);
	file = fopen(path, "re");
	if (!file)
		return 0;
	if (!fgets(text, sizeof(text), file))
		text[0] = '\0';
	fclose(file);
	state = strrchr(text, ')');
	return (char)(state && state[1] ? state[2] : 0);
}

static bool is_asleep(pid_t process)
{
	return state_of(process) == 'S';
}

bool is_at_rest(pid_t process)
{
	char state = state_of(process);

	return state != 'R' && state != 'D';
}

static void handle(int number)
{
	(void)number;
}

void meet_signal(int number, bool restart)
{
	struct sigaction action = { .sa_handler = handle,
				    .sa_flags = restart ? SA_RESTART : 0 };

	must(!sigaction(number, &action, NULL), "sigaction: %s", errno_name(errno));
}

pid_t child_at_next_wait(int shared)
{
	pid_t waiting = getpid(), child;
	double deadline;

	need_kernel("others that act while a call waits");
	if (session.target->imaginary)
		return 0;
	child = (pid_t)syscall(SYS_clone, shared | SIGCHLD, 0, 0, 0, 0);
	must(child >= 0, "clone: %s", errno_name(errno));
	if (child)
		return 0;
	deadline = now_ms() + patience_ms();
	while (!is_asleep(waiting) && now_ms() < deadline)
		pass_time(deadline);
	return waiting;
}

void send_when_room(int fd, const char *text)
{
	double deadline = now_ms() + patience_ms();
	pid_t child;

	need_kernel("others that wait to send");
	if (session.target->imaginary)
		return;
	child = (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
	must(child >= 0, "clone: %s", errno_name(errno));
	/* By the system call itself: two processes cannot wait in one ring of io_uring.
	 */
	if (!child) {
		sendto(fd, text, strlen(text), 0, NULL, 0);
		_exit(0);
	}
	while (!is_asleep(child) && now_ms() < deadline)
		pass_time(deadline);
	/* Linux counts messages, net.unix.max_dgram_qlen; others count bytes. */
	if (state_of(child) == 'Z')
		sc_skip("needs a queue that is as full for short messages as for long");
	if (!is_asleep(child))
		sc_skip("needs proc(5) to tell that another process sleeps");
}

void interrupt_next_wait(bool restart)
{
	pid_t waiting;

	world.facts |= FACT_SIGNAL_COMES | (restart ? FACT_SIGNAL_RESTARTS : 0);
	meet_signal(SIGUSR1, restart);
	waiting = child_at_next_wait(0);
	if (!waiting)
		return;
	kill(waiting, SIGUSR1);
	_exit(0);
}

/* The world has it sent before the call, which cannot tell. */
void send_at_next_wait(int fd, const char *text)
{
	struct call call = { .name = CALL_SENDTO,
			     .fd = fd,
			     .message = { .length = strlen(text),
					  .payload = (const unsigned char *)text } };

	world_apply(&world, &call, &(struct result){ .value = (long)strlen(text) });
	if (!child_at_next_wait(0))
		return;
	session.target->sendto(fd, text, strlen(text), 0, NULL, 0);
	_exit(0);
}

void shut_down_at_next_wait(int fd, int how)
{
	struct call call = { .name = CALL_SHUTDOWN, .fd = fd, .how = how };

	world_apply(&world, &call, &(struct result){ .value = 0 });
	if (!child_at_next_wait(0))
		return;
	session.target->shutdown(fd, how);
	_exit(0);
}

void fail_next_wait(int fd, int error)
{
	struct world_socket *waiter = world_socket_to_change(&world, fd);

	must(waiter, "%d is no socket", fd);
	waiter->error = error;
	waiter->datagrams.refused = true;
	if (!child_at_next_wait(0))
		return;
	session.target->sendto(fd, "lost data", 9, 0, NULL, 0);
	_exit(0);
}
