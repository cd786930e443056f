/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * sockcheck_fault.h - faults that are chosen at run time; for a kernel under
 * `make mutation`, into which the calls below were woven.
 */
#ifndef SOCKCHECK_FAULT_H
#define SOCKCHECK_FAULT_H

#ifndef __ASSEMBLY__

/* The number of the fault that is to happen; 0 is none. */
extern int sockcheck_fault;

/* Whether each fault would have made a difference since the marks were last wiped. */
extern unsigned char sockcheck_marks[];

static inline __attribute__((always_inline)) _Bool sockcheck_is(int number)
{
	sockcheck_marks[number] = 1;
	return __builtin_expect(sockcheck_fault == number, 0);
}

/* A truth that was asked for; set aside by the fault. */
static inline __attribute__((always_inline)) _Bool sockcheck_forced(int number,
								    _Bool original,
								    _Bool mutated)
{
	if (original == mutated)
		return original;
	return sockcheck_is(number) ? mutated : original;
}

/* Both values are had, for neither changes anything. */
#define sockcheck_either(number, mutated, original)                     \
	({                                                              \
		__auto_type sockcheck_o = (original);                   \
		__typeof__(sockcheck_o) sockcheck_m = (mutated);        \
		if (sockcheck_o != sockcheck_m && sockcheck_is(number)) \
			sockcheck_o = sockcheck_m;                      \
		sockcheck_o;                                            \
	})

#endif
#endif
