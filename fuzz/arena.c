/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * arena.c - the memory that the calls of a program are given.
 *
 * Each slot is mapped twice, to be written by us in any case and, as a copy that is
 * passed, to be read only; behind each mapping lies a page that cannot be reached.
 */
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "arena.h"

#define PAGE 4096

static const size_t sizes[SLOTS] = {
	[SLOT_ADDRESS] = PAGE, [SLOT_LENGTH] = PAGE,	[SLOT_BUFFER] = 32 * PAGE,
	[SLOT_HEADER] = PAGE,  [SLOT_AREAS] = 5 * PAGE, [SLOT_CONTROL] = 2 * PAGE,
	[SLOT_VALUE] = PAGE,
};

static struct {
	unsigned char *read_write, *read_only;
} slots[SLOTS];

static unsigned char *no_access;

static unsigned char *map_before_hole(int fd, off_t offset, size_t size, int access)
{
	unsigned char *both =
		mmap(NULL, size + PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (both == MAP_FAILED ||
	    mmap(both, size, access, MAP_SHARED | MAP_FIXED, fd, offset) == MAP_FAILED)
		return NULL;
	return both;
}

bool arena_make(void)
{
	off_t offset = 0;
	int fd;

	if (no_access)
		return true;
	fd = memfd_create("sockcheck", MFD_CLOEXEC);
	for (int i = 0; i < SLOTS; i++)
		offset += (off_t)sizes[i];
	if (fd < 0 || ftruncate(fd, offset))
		return false;
	offset = 0;
	for (int i = 0; i < SLOTS; i++) {
		slots[i].read_write =
			map_before_hole(fd, offset, sizes[i], PROT_READ | PROT_WRITE);
		slots[i].read_only = map_before_hole(fd, offset, sizes[i], PROT_READ);
		if (!slots[i].read_write || !slots[i].read_only)
			return false;
		offset += (off_t)sizes[i];
	}
	close(fd);
	no_access = slots[0].read_write + sizes[0];
	return true;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* At an offset of the slot. */
static struct place at(enum slot slot, size_t offset, size_t length)
{
	size_t room = least(length, sizes[slot] - offset);

	return (struct place){ .pass = slots[slot].read_write + offset,
			       .own = slots[slot].read_write + offset,
			       .room = room,
			       .readable = room,
			       .writable = room };
}

/* Where nothing can be reached. */
static struct place nowhere(uintptr_t address)
{
	return (struct place){ .pass = (void *)address,
			       .foreign = (intptr_t)address < 0 };
}

static struct place place(enum slot slot, const struct program_pointer *pointer,
			  size_t offset, size_t length)
{
	struct place made;

	switch (pointer->kind) {
	case POINTER_NULL:
		return nowhere(0);
	case POINTER_UNMAPPED:
		/* vm.mmap_min_addr: nothing ever is there. */
		return nowhere(16);
	case POINTER_PROTECTED:
		return nowhere((uintptr_t)no_access);
	case POINTER_FOREIGN:
		return nowhere(~(uintptr_t)0xffff);
	case POINTER_READ_ONLY:
		made = at(slot, offset, length);
		made.pass = slots[slot].read_only + offset;
		made.writable = 0;
		return made;
	case POINTER_CUT_OFF:
		return at(slot, sizes[slot] - pointer->after,
			  least(length, pointer->after));
	default:
		made = at(slot, offset, length);
		made.whole = true;
		return made;
	}
}

struct place arena_input(enum slot slot, const struct program_pointer *pointer,
			 size_t length)
{
	return place(slot, pointer, length < sizes[slot] ? sizes[slot] - length : 0,
		     length);
}

struct place arena_output(enum slot slot, const struct program_pointer *pointer,
			  size_t length, size_t filled)
{
	struct place made = place(slot, pointer, 0, length);
	size_t whole;

	if (!made.own)
		return made;
	whole = least(made.room + ARENA_WATCHED,
		      (size_t)(slots[slot].read_write + sizes[slot] - made.own));
	if (whole > filled)
		whole = filled;
	memset(made.own, RESULT_FILL, whole);
	made.room = whole;
	return made;
}

bool arena_untouched(const struct place *place, size_t written)
{
	for (size_t i = written; place->own && i < place->room; i++)
		if (place->own[i] != RESULT_FILL)
			return false;
	return true;
}
