/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Digests as text. Part of libcvm.h, which is what programs include. */
#ifndef LIBCVM_HEX_H
#define LIBCVM_HEX_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Lower case without separators; @text has room for 2 * @len + 1, and is returned. */
char *cvm_hex(char *text, const void *bytes, size_t len);
/* Exactly @len bytes, or -EINVAL. */
int cvm_unhex(const char *text, size_t text_len, uint8_t *bytes, size_t len);

#ifdef __cplusplus
}
#endif

#endif /* LIBCVM_HEX_H */
