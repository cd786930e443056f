/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * sums.h - the checksums of datagrams of UDP and UDP-Lite that are made by hand.
 */
#ifndef CASES_RECVFROM_SUMS_H
#define CASES_RECVFROM_SUMS_H

#include "ip.h"

enum sum { RIGHT, WRONG, NONE };

static inline unsigned int add_up(unsigned int sum, const unsigned char *bytes,
				  size_t length)
{
	for (size_t i = 0; i < length; i++)
		sum += i % 2 ? bytes[i] : (unsigned int)bytes[i] << 8;
	return sum;
}

/* RFC 768: with a pseudo-header of the addresses, the protocol and the length; and
 * RFC 3828: of as many bytes as are covered. */
static inline void sum_up(const struct version *version, int protocol,
			  unsigned char *datagram, size_t length, size_t covered,
			  enum sum how)
{
	struct address address = at(version, 0);
	size_t at_byte = version->v4 ? 4 : 8, size = version->v4 ? 4 : 16;
	unsigned int sum = (unsigned int)protocol + (unsigned int)length;

	datagram[6] = datagram[7] = 0;
	if (how == NONE)
		return;
	for (int i = 0; i < 2; i++)
		sum = add_up(sum, address.bytes + at_byte, size);
	sum = add_up(sum, datagram, covered);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	if (how == WRONG)
		sum ^= 0x40;
	datagram[6] = (unsigned char)(~sum >> 8);
	datagram[7] = (unsigned char)~sum;
}

#endif
