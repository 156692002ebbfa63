/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SNP_CIPHER_H
#define SNP_CIPHER_H

#include <stdint.h>

void cipher_init(uint64_t key);
void cipher_encrypt(uint64_t *out, const uint64_t *in, uint64_t gpa);
void cipher_decrypt(uint64_t *out, const uint64_t *in, uint64_t gpa);

#endif /* SNP_CIPHER_H */
