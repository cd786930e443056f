/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * symbols.h - numbers that calls and programs both show as a programmer writes them.
 */
#ifndef EXPECTED_SYMBOLS_H
#define EXPECTED_SYMBOLS_H

#include <stddef.h>

#include "constants.h"

struct symbol {
	long number;
	const char *name;
};

/* An element of a table of symbols; named in constants.h where headers are older. */
#define SYMBOL(name)        \
	{                   \
		name, #name \
	}
#define LINUX_SYMBOL(name)          \
	{                           \
		LINUX_##name, #name \
	}

#define DOMAIN_SYMBOLS		 46
#define IP_PROTOCOL_SYMBOLS	 13
#define NETLINK_PROTOCOL_SYMBOLS 21

extern const struct symbol domain_symbols[DOMAIN_SYMBOLS];
extern const struct symbol ip_protocol_symbols[IP_PROTOCOL_SYMBOLS];
extern const struct symbol netlink_protocol_symbols[NETLINK_PROTOCOL_SYMBOLS];

/* The name of a number, or NULL. */
const char *symbol_name(const struct symbol *symbols, size_t count, long number);

#endif
