/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * SHA-256 (FIPS 180-4), for tests that check digests and do not trust who made them, and for
 * the platform's hypervisor, which has no library to take it from.
 */
#ifndef SELFTESTS_SHA256_H
#define SELFTESTS_SHA256_H

#include <stdint.h>
#include <string.h>

#define SHA256_BLOCK	64

static const uint32_t sha256_constants[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
	0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
	0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
	0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
	0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
	0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
	0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
	0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
	0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static inline uint32_t sha256_rotate(uint32_t value, unsigned int by)
{
	return value >> by | value << (32 - by);
}

static inline void sha256_expand(const uint8_t *block, uint32_t *words)
{
	unsigned int i;

	for (i = 0; i < 16; i++)
		words[i] = (uint32_t)block[4 * i] << 24 | block[4 * i + 1] << 16 |
			   block[4 * i + 2] << 8 | block[4 * i + 3];
	for (; i < 64; i++)
		words[i] = words[i - 16] + words[i - 7] +
			   (sha256_rotate(words[i - 15], 7) ^ sha256_rotate(words[i - 15], 18) ^
			    words[i - 15] >> 3) +
			   (sha256_rotate(words[i - 2], 17) ^ sha256_rotate(words[i - 2], 19) ^
			    words[i - 2] >> 10);
}

static inline void sha256_block(uint32_t *state, const uint8_t *block)
{
	uint32_t words[64], v[8], one, two;
	unsigned int i;

	sha256_expand(block, words);
	memcpy(v, state, sizeof(v));
	for (i = 0; i < 64; i++) {
		one = v[7] + sha256_constants[i] + words[i] + ((v[4] & v[5]) ^ (~v[4] & v[6])) +
		      (sha256_rotate(v[4], 6) ^ sha256_rotate(v[4], 11) ^ sha256_rotate(v[4], 25));
		two = ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2])) +
		      (sha256_rotate(v[0], 2) ^ sha256_rotate(v[0], 13) ^ sha256_rotate(v[0], 22));
		memmove(v + 1, v, 7 * sizeof(*v));
		v[4] += one;
		v[0] = one + two;
	}
	for (i = 0; i < 8; i++)
		state[i] += v[i];
}

/* Digest of one block and then of the data; the block may be NULL */
static inline void sha256_after(const uint8_t *block, const uint8_t *data, size_t length,
				uint8_t *digest)
{
	uint32_t state[8] = {
		0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
		0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
	};
	uint8_t last[2 * SHA256_BLOCK] = { 0 };
	size_t left = length, size, i;

	if (block) {
		sha256_block(state, block);
		length += SHA256_BLOCK;
	}
	for (; left >= SHA256_BLOCK; left -= SHA256_BLOCK, data += SHA256_BLOCK)
		sha256_block(state, data);
	memcpy(last, data, left);
	last[left] = 0x80;
	size = left + 9 > SHA256_BLOCK ? 2 * SHA256_BLOCK : SHA256_BLOCK;
	for (i = 0; i < 8; i++)
		last[size - 1 - i] = (uint64_t)length * 8 >> 8 * i;
	for (i = 0; i < size; i += SHA256_BLOCK)
		sha256_block(state, last + i);
	for (i = 0; i < 32; i++)
		digest[i] = state[i / 4] >> (24 - 8 * (i % 4));
}

static inline void sha256(const uint8_t *data, size_t length, uint8_t *digest)
{
	sha256_after(NULL, data, length, digest);
}

#endif /* SELFTESTS_SHA256_H */
