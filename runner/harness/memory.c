/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * memory.c - memory that cannot be read, for arguments that point to it.
 */
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "harness.h"

/* Where a target that takes 32 bits of a pointer can reach it. */
#ifdef MAP_32BIT
#define BELOW_4GIB MAP_32BIT
#else
#define BELOW_4GIB 0
#endif

/*
 * Pages of one mapping: the first and the third can be read and written, the second is
 * mapped without the right to read, the fourth is not mapped, the fifth is there to be
 * made read-only.  Nothing is mapped later, which the kernel would put into the hole.
 */
static unsigned char *pages;
static size_t page_size;

static void make_pages(void)
{
	if (pages)
		return;
	page_size = (size_t)sysconf(_SC_PAGESIZE);
	pages = mmap(NULL, 5 * page_size, PROT_NONE,
		     MAP_PRIVATE | MAP_ANONYMOUS | BELOW_4GIB, -1, 0);
	must(pages != MAP_FAILED, "mmap: %s", errno_name(errno));
	must(!mprotect(pages, page_size, PROT_READ | PROT_WRITE), "mprotect: %s",
	     errno_name(errno));
	must(!mprotect(pages + 2 * page_size, page_size, PROT_READ | PROT_WRITE),
	     "mprotect: %s", errno_name(errno));
	must(!munmap(pages + 3 * page_size, page_size), "munmap: %s",
	     errno_name(errno));
}

const void *unmapped_memory(void)
{
	make_pages();
	return pages + 3 * page_size;
}

const void *protected_memory(void)
{
	make_pages();
	return pages + page_size;
}

void *foreign_memory(void)
{
	if (sizeof(void *) < 8 || target_is_narrow())
		sc_skip("needs pointers of 64 bits, of which half are foreign");
	return (void *)(intptr_t)-4096;
}

const void *cut_off_after(const void *bytes, size_t count)
{
	unsigned char *end;

	make_pages();
	must(count <= page_size, "at most %zu bytes can be cut off", page_size);
	end = pages + 3 * page_size;
	memcpy(end - count, bytes, count);
	return end - count;
}

static bool touches(const void *address, size_t length, const unsigned char *bad,
		    size_t bad_length)
{
	uintptr_t begin = (uintptr_t)address, other = (uintptr_t)bad;

	return begin < other + bad_length && other < begin + length;
}

/* A page that can be read and not written, once it is asked for. */
static unsigned char *read_only;

const void *read_only_copy(const void *bytes, size_t count)
{
	make_pages();
	must(count <= page_size, "at most %zu bytes can be read-only", page_size);
	must(!read_only, "there is one read-only page for a case");
	read_only = pages + 4 * page_size;
	must(!mprotect(read_only, page_size, PROT_READ | PROT_WRITE), "mprotect: %s",
	     errno_name(errno));
	memcpy(read_only, bytes, count);
	must(!mprotect(read_only, page_size, PROT_READ), "mprotect: %s",
	     errno_name(errno));
	return read_only;
}

bool readable(const void *address, size_t length)
{
	if (!length)
		return true;
	/* Nothing is ever mapped at the lowest addresses: vm.mmap_min_addr. */
	if ((uintptr_t)address < 4096)
		return false;
	/* On 64-bit machines, the upper half of all addresses is the kernel's. */
	if (sizeof(void *) == 8 && (intptr_t)address < 0)
		return false;
	return !pages || !(touches(address, length, pages + page_size, page_size) ||
			   touches(address, length, pages + 3 * page_size, page_size));
}

static size_t reachable_before(const void *address, size_t length,
			       const unsigned char *bad)
{
	uintptr_t begin = (uintptr_t)address, end = (uintptr_t)bad;

	if (!touches(address, length, bad, page_size))
		return length;
	return begin < end ? end - begin : 0;
}

size_t reachable(const void *address, size_t length)
{
	if ((uintptr_t)address < 4096)
		return 0;
	if (!pages)
		return length;
	if (read_only)
		length = reachable_before(address, length, read_only);
	length = reachable_before(address, length, pages + page_size);
	return reachable_before(address, length, pages + 3 * page_size);
}
