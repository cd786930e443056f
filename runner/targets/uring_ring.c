/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * uring_ring.c - a ring of io_uring(7), by its three system calls.  A case counts on
 * which descriptors are free, and may exhaust them: so the ring is registered with the
 * process and known by its place there, and its descriptor closed (Linux 5.18). Neither
 * the ring nor the place is inherited: a child makes its own.
 */
#include <errno.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "threads.h"
#include "uring_ring.h"

_Static_assert(sizeof(struct uring_request) == 64, "a request has 64 bytes");
_Static_assert(sizeof(struct uring_params) == 120, "its parameters have 120");

/* One request, and a second to cancel it with. */
#define REQUESTS 2

/* What a completion is of. */
enum { REQUEST = 1, CANCELLATION = 2 };

static struct {
	pid_t owner; /* whose ring it is: this process's, or its parent's */
	unsigned int place;
	uint32_t features;
	uint64_t operations; /* a bit for each that the kernel has */
	struct uring_request *requests;
	uint32_t *submission_tail, *array;
	uint32_t submission_mask;
	uint32_t *completion_head, *completion_tail;
	uint32_t completion_mask;
	struct uring_completion *completions;
} ring;

#ifdef SYS_io_uring_setup
static int setup(struct uring_params *params)
{
	long fd = syscall(SYS_io_uring_setup, REQUESTS, params);

	return fd < 0 ? -errno : (int)fd;
}

static int enroll(int fd, unsigned int operation, void *argument, unsigned int count)
{
	long came = syscall(SYS_io_uring_register, fd, operation, argument, count);

	return came < 0 ? -errno : (int)came;
}

static long enter(unsigned int submitted, unsigned int awaited)
{
	long came = syscall(SYS_io_uring_enter, ring.place, submitted, awaited,
			    URING_ENTER_WAIT | URING_ENTER_REGISTERED, NULL, 0);

	return came < 0 ? -errno : came;
}
#else
static int setup(struct uring_params *params)
{
	(void)params;
	return -ENOSYS;
}

static int enroll(int fd, unsigned int operation, void *argument, unsigned int count)
{
	(void)fd;
	(void)operation;
	(void)argument;
	(void)count;
	return -ENOSYS;
}

static long enter(unsigned int submitted, unsigned int awaited)
{
	(void)submitted;
	(void)awaited;
	return -ENOSYS;
}
#endif

static void *map(int fd, size_t size, long offset)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, offset);

	return memory == MAP_FAILED ? NULL : memory;
}

/* Maps both queues, which share their memory, and the requests. */
static int map_ring(int fd, const struct uring_params *params)
{
	const struct uring_submission_offsets *in = &params->submission;
	const struct uring_completion_offsets *out = &params->completion;
	size_t in_size = in->array + params->submissions * sizeof(uint32_t);
	size_t out_size = out->completions +
			  params->completions * sizeof(struct uring_completion);
	unsigned char *queues =
		map(fd, in_size > out_size ? in_size : out_size, URING_OFFSET_QUEUES);

	ring.requests = map(fd, params->submissions * sizeof(struct uring_request),
			    URING_OFFSET_REQUESTS);
	if (!queues || !ring.requests)
		return -ENOMEM;
	ring.submission_tail = (uint32_t *)(void *)(queues + in->tail);
	ring.submission_mask = *(uint32_t *)(void *)(queues + in->mask);
	ring.array = (uint32_t *)(void *)(queues + in->array);
	ring.completion_head = (uint32_t *)(void *)(queues + out->head);
	ring.completion_tail = (uint32_t *)(void *)(queues + out->tail);
	ring.completion_mask = *(uint32_t *)(void *)(queues + out->mask);
	ring.completions = (void *)(queues + out->completions);
	return 0;
}

static int probe(int fd)
{
	struct uring_probe probe = { 0 };
	int error = enroll(fd, URING_REGISTER_PROBE, &probe, URING_PROBED_MAX);

	ring.operations = 0;
	for (unsigned int i = 0; !error && i < probe.count; i++)
		if (probe.operations[i].flags & 1)
			ring.operations |= 1ULL << i;
	return error;
}

/* So that the ring is known without its descriptor. */
static int take_place(int fd)
{
	struct uring_registered registered = { UINT32_MAX, 0, (uint64_t)fd };
	int came = enroll(fd, URING_REGISTER_RING, &registered, 1);

	ring.place = registered.index;
	/* Linux 5.18 has this operation of io_uring_register(2). */
	return came == -EINVAL ? -ENOSYS : came < 0 ? came : 0;
}

static int prepare_ring(int fd, const struct uring_params *params)
{
	int error;

	if (!(params->features & URING_FEATURE_SINGLE_MMAP))
		return -ENOSYS;
	ring.features = params->features;
	error = map_ring(fd, params);
	if (!error)
		error = probe(fd);
	return error ? error : take_place(fd);
}

int uring_make(void)
{
	struct uring_params params = { 0 };
	pid_t self = getpid();
	int fd, error;

	if (ring.owner == self)
		return 0;
	fd = setup(&params);
	if (fd < 0)
		return fd;
	error = prepare_ring(fd, &params);
	close(fd);
	if (!error)
		ring.owner = self;
	return error;
}

bool uring_offers(int operation)
{
	return ring.operations >> operation & 1;
}

bool uring_has_feature(uint32_t feature)
{
	return ring.features & feature;
}

/* Puts a request into the queue.  Only this process writes the tail. */
static void queue(const struct uring_request *request, uint64_t user_data)
{
	uint32_t tail = *ring.submission_tail, i = tail & ring.submission_mask;

	ring.requests[i] = *request;
	ring.requests[i].user_data = user_data;
	ring.array[i] = i;
	__atomic_store_n(ring.submission_tail, tail + 1, __ATOMIC_RELEASE);
}

/* Takes back one that the kernel has not taken. */
static void unqueue(void)
{
	__atomic_store_n(ring.submission_tail, *ring.submission_tail - 1,
			 __ATOMIC_RELEASE);
}

/* Takes the next completion out of its queue; false where there is none. */
static bool next_completion(struct uring_completion *completion)
{
	uint32_t head = *ring.completion_head;

	if (head == __atomic_load_n(ring.completion_tail, __ATOMIC_ACQUIRE))
		return false;
	*completion = ring.completions[head & ring.completion_mask];
	__atomic_store_n(ring.completion_head, head + 1, __ATOMIC_RELEASE);
	return true;
}

/*
 * The wait has ended without a completion, by a signal.  What io_uring_enter(2) tells
 * of it is EINTR, unless the request has been completed in the meantime.
 */
static long cancel(void)
{
	static const struct uring_request cancellation = {
		.operation = URING_OP_ASYNC_CANCEL, .fd = -1, .address = REQUEST
	};
	struct uring_completion completion;
	long result = -ECANCELED, came;
	int pending = 2;

	queue(&cancellation, CANCELLATION);
	came = enter(1, 2);
	while (pending && (came >= 0 || came == -EINTR)) {
		if (!next_completion(&completion)) {
			came = enter(0, (unsigned int)pending);
			continue;
		}
		pending--;
		if (completion.user_data == REQUEST)
			result = completion.result;
	}
	return result == -ECANCELED ? -EINTR : result;
}

long uring_perform(const struct uring_request *request)
{
	struct uring_completion completion;
	long came = uring_make();

	if (came)
		return came;
	queue(request, REQUEST);
	came = enter(1, 1);
	if (came < 0) {
		unqueue();
		return came;
	}
	/* That it was submitted is told first: an interrupted wait is not told at all.
	 */
	return next_completion(&completion) ? completion.result : cancel();
}

long uring_perform_by_worker(const struct uring_request *request)
{
	long result = uring_perform(request);

	while (!threads_sleep(getpid(), getpid()))
		sched_yield();
	return result;
}
