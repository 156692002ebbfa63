// SPDX-License-Identifier: GPL-2.0-only
/* HMAC with SHA-256, RFC 2104. */
#include "../../sha256.h"
#include "hv.h"

#define BLOCK	SHA256_BLOCK
#define DIGEST	32

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
	sha256_after(inner, data, size, digest);
	sha256_after(outer, digest, DIGEST, mac);
}
