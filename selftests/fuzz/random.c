// SPDX-License-Identifier: GPL-2.0-only
/* Numbers that a seed makes again: xorshift64*. */
#include "fuzz.h"

/* Of each thread, so that another does not change what the seed makes */
static __thread uint64_t state = 1;

/**
 * random_seed() - begin anew
 * @seed: any number
 */
void random_seed(uint64_t seed)
{
	/* zero would stay zero */
	state = seed * 0x9e3779b97f4a7c15 | 1;
}

/**
 * random_bits() - 64 of them
 *
 * Return: the number.
 */
uint64_t random_bits(void)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return state * 0x2545f4914f6cdd1d;
}

/**
 * random_below() - a number from 0 on
 * @end: greater than all
 *
 * Return: the number.
 */
uint32_t random_below(uint32_t end)
{
	return (random_bits() >> 32) * end >> 32;
}

/**
 * one_in() - now and then
 * @count: one time of so many
 *
 * Return: whether it is this time.
 */
bool one_in(uint32_t count)
{
	return !random_below(count);
}
