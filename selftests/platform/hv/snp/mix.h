/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SNP_MIX_H
#define SNP_MIX_H

#include <stdint.h>

/**
 * mix64() - a bijection that spreads every bit over all (finalizer of splitmix64)
 * @word: input
 */
static inline uint64_t mix64(uint64_t word)
{
	word ^= word >> 30;
	word *= 0xbf58476d1ce4e5b9ul;
	word ^= word >> 27;
	word *= 0x94d049bb133111ebul;
	return word ^ word >> 31;
}

#endif /* SNP_MIX_H */
