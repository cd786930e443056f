/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * marks.c - which faults of a kernel under `make mutation` would have made a difference
 * while a case ran.  Such a kernel has a file that holds a bit a fault; a write wipes
 * it.
 */
#include <fcntl.h>
#include <unistd.h>

#include "harness.h"

static int marks = -1;

bool choose_fault(const char *number)
{
	return !write_file("/sys/module/kernel/parameters/sockcheck_fault", number);
}

bool open_marks(void)
{
	marks = open("/proc/sockcheck_marks", O_RDWR | O_CLOEXEC);
	return marks >= 0;
}

void wipe_marks(void)
{
	if (marks >= 0 && pwrite(marks, "0", 1, 0) != 1)
		perror("sockcheck: /proc/sockcheck_marks");
}

/* A line that is no point: "# marks", and the bytes in hexadecimal. */
void print_marks(FILE *out)
{
	static unsigned char bits[1 << 14];
	ssize_t length;

	if (marks < 0)
		return;
	length = pread(marks, bits, sizeof(bits), 0);
	while (length > 0 && !bits[length - 1])
		length--;
	fputs("# marks ", out);
	for (ssize_t i = 0; i < length; i++)
		fprintf(out, "%02x", bits[i]);
	fputc('\n', out);
}
