/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * move.h - pipes and files that bytes are moved from and to.
 */
#ifndef CASES_FILEOPS_MOVE_H
#define CASES_FILEOPS_MOVE_H

#include "states.h"

#define WAITING 5 /* bytes in the pipe, or of the file */

static inline long splice_to(int in, int out, long length, long flags)
{
	return file_call(CALL_SPLICE, in, 0, out, 0, length, flags);
}

#endif
