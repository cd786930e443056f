/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * memory_rights.c - recvmsg(2) of AF_UNIX with descriptors that are passed, without
 * memory for a table that has a place for them.
 */
#include "unix_control.h"

#define ALLOCATIONS 20
#define BY_GUEST    .needs = NEEDS_GUEST | NEEDS_FAULT_INJECTION

/*
 * A table of open files has 64 places at first; a descriptor that has none in it needs
 * a larger one.  As on a socket that has no number left, the data comes without it.
 */
#define FIRST_TABLE 64

CASE("recvmsg.unix.rights_memory", EACH_TYPE, .doors = HEADERS, HAS_UNIX, BY_GUEST)
{
	bool cut = false;

	need_own_control_layout();
	/* The file by which allocations fail has a place of its own in the table. */
	fail_allocation(1);
	allocation_failed();
	/* The pair and the file have the last three. */
	occupy_descriptors_below(FIRST_TABLE - 3);
	for (unsigned int n = 1; n <= ALLOCATIONS; n++) {
		int fds[2], file;
		bool failed;
		long came;

		unix_pair(sc_type, fds);
		file = open_descriptor(OPEN_FILE);
		send_rights(fds[1], "data", file, 1);
		fail_allocation(n);
		came = receive(fds[0], 64, 0, RIGHTS(1));
		failed = allocation_failed();
		if (!failed) {
			expect_that(came == 4, "%ld bytes came", came);
			expect_rights(0, 1, FIRST_TABLE);
			expect_that(cut, "no allocation that failed kept it away");
			return;
		}
		sc_expect_received(SC_LINE, 4, NULL, 0, came);
		expect_that(!controllen, "msg_controllen is %zu", controllen);
		cut = true;
		must_close(fds[0]);
		must_close(fds[1]);
		must_close(file);
	}
	sc_broken(SC_LINE, "more than %d allocations in one call", ALLOCATIONS);
}
