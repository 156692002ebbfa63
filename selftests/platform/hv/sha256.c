// SPDX-License-Identifier: GPL-2.0-only
/*
 * SHA-256, FIPS 180-4, and HMAC with it, RFC 2104. The hypervisor has no library to
 * take them from.
 */
#include "hv.h"

#define BLOCK	64
#define ROUNDS	64
#define DIGEST	32

static const uint32_t constants[ROUNDS] = {
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

static uint32_t rotate(uint32_t x, unsigned int n)
{
	return x >> n | x << (32 - n);
}

static void expand(uint32_t w[ROUNDS], const uint8_t *block)
{
	unsigned int i;

	for (i = 0; i < 16; i++) {
		uint32_t word;

		memcpy(&word, block + 4 * i, 4);
		w[i] = __builtin_bswap32(word);
	}
	for (; i < ROUNDS; i++) {
		uint32_t a = w[i - 15], b = w[i - 2];

		w[i] = w[i - 16] + (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) + w[i - 7] +
		       (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10);
	}
}

static void compress(uint32_t state[8], const uint8_t *block)
{
	uint32_t w[ROUNDS], s[8];
	unsigned int i;

	expand(w, block);
	memcpy(s, state, sizeof(s));
	for (i = 0; i < ROUNDS; i++) {
		uint32_t t1 = s[7] + (rotate(s[4], 6) ^ rotate(s[4], 11) ^ rotate(s[4], 25)) +
			      ((s[4] & s[5]) ^ (~s[4] & s[6])) + constants[i] + w[i];
		uint32_t t2 = (rotate(s[0], 2) ^ rotate(s[0], 13) ^ rotate(s[0], 22)) +
			      ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));

		memmove(s + 1, s, 7 * sizeof(*s));
		s[4] += t1;
		s[0] = t1 + t2;
	}
	for (i = 0; i < 8; i++)
		state[i] += s[i];
}

/* Digest of one block and then of @data; the block may be NULL */
static void digest_after(const uint8_t *block, const void *data, size_t size,
			 uint8_t digest[DIGEST])
{
	uint32_t state[8] = {
		0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
		0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
	};
	uint64_t bits = __builtin_bswap64((size + (block ? BLOCK : 0)) * 8);
	uint8_t tail[2 * BLOCK] = { 0 };
	const uint8_t *bytes = data;
	size_t padded;
	unsigned int i;

	if (block)
		compress(state, block);
	for (; size >= BLOCK; size -= BLOCK, bytes += BLOCK)
		compress(state, bytes);
	memcpy(tail, bytes, size);
	tail[size] = 0x80;
	padded = size + 9 > BLOCK ? 2 * BLOCK : BLOCK;
	memcpy(tail + padded - 8, &bits, 8);
	compress(state, tail);
	if (padded > BLOCK)
		compress(state, tail + BLOCK);
	for (i = 0; i < 8; i++) {
		uint32_t word = __builtin_bswap32(state[i]);

		memcpy(digest + 4 * i, &word, 4);
	}
}

/**
 * hmac_sha256() - message authentication code of one buffer
 * @key: 32 bytes
 * @data: bytes
 * @size: how many
 * @mac: receives 32 bytes
 */
void hmac_sha256(const uint8_t key[32], const void *data, size_t size, uint8_t mac[32])
{
	uint8_t inner[BLOCK], outer[BLOCK], digest[DIGEST];
	unsigned int i;

	for (i = 0; i < BLOCK; i++) {
		inner[i] = (i < DIGEST ? key[i] : 0) ^ 0x36;
		outer[i] = (i < DIGEST ? key[i] : 0) ^ 0x5c;
	}
	digest_after(inner, data, size, digest);
	digest_after(outer, digest, DIGEST, mac);
}
