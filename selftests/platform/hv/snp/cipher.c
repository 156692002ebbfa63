// SPDX-License-Identifier: GPL-2.0-only
/*
 * What stands in for AES-XTS of the memory controller: 16-byte blocks, keyed, tweaked by
 * the address, and the same input gives the same output. It hides nothing from anybody
 * who wants to know.
 */
#include "../hv.h"
#include "cipher.h"
#include "mix.h"

#define ROUNDS	6

static uint64_t key;

/**
 * cipher_init() - choose the key of this run
 * @value: any value
 */
void cipher_init(uint64_t value)
{
	key = value;
}

static void encrypt_block(uint64_t out[2], const uint64_t in[2], uint64_t address)
{
	uint64_t tweak = mix64(address ^ key);
	uint64_t left = in[0] ^ tweak, right = in[1] ^ mix64(tweak);
	unsigned int round;

	for (round = 0; round < ROUNDS; round++) {
		uint64_t next = left ^ mix64(right + tweak + round);

		left = right;
		right = next;
	}
	out[0] = left;
	out[1] = right;
}

static void decrypt_block(uint64_t out[2], const uint64_t in[2], uint64_t address)
{
	uint64_t tweak = mix64(address ^ key);
	uint64_t left = in[0], right = in[1];
	unsigned int round;

	for (round = ROUNDS; round-- > 0; ) {
		uint64_t before = right ^ mix64(left + tweak + round);

		right = left;
		left = before;
	}
	out[0] = left ^ tweak;
	out[1] = right ^ mix64(tweak);
}

/**
 * cipher_encrypt() - a page as the memory chip holds it
 * @out: a page, may be @in
 * @in: as the guest sees it through the C-bit
 * @gpa: address of the page
 */
void cipher_encrypt(uint64_t *out, const uint64_t *in, uint64_t gpa)
{
	unsigned int i;

	for (i = 0; i < PAGE_SIZE / sizeof(*in); i += 2)
		encrypt_block(out + i, in + i, gpa + i * sizeof(*in));
}

/**
 * cipher_decrypt() - a page as the guest sees it through the C-bit
 * @out: a page, may be @in
 * @in: as the memory chip holds it
 * @gpa: address of the page
 */
void cipher_decrypt(uint64_t *out, const uint64_t *in, uint64_t gpa)
{
	unsigned int i;

	for (i = 0; i < PAGE_SIZE / sizeof(*in); i += 2)
		decrypt_block(out + i, in + i, gpa + i * sizeof(*in));
}
