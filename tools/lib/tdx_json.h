/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How the files that read Intel's signed JSON get typed values out of it. */
#ifndef CVM_TDX_JSON_H
#define CVM_TDX_JSON_H

#include <jansson.h>

#include "lib.h"

/**
 * struct json_reader - the first thing that was wrong with a document
 * @why: a key that is absent or not of its type, or NULL; what was read after it is zero
 *
 * Like a cursor: a parser reads all it wants and asks once.
 */
struct json_reader {
	const char *why;
};

/* tdx_json.c */
/* Bytes of the value of member @key as they stand in the object @text. 0 or -EBADMSG. */
int cvm_json_raw(const char *text, size_t len, const char *key, const char **raw, size_t *raw_len);
json_t *cvm_json_array(struct json_reader *reader, const json_t *object, const char *key);
json_t *cvm_json_object(struct json_reader *reader, const json_t *object, const char *key);
const char *cvm_json_text(struct json_reader *reader, const json_t *object, const char *key);
uint32_t cvm_json_number(struct json_reader *reader, const json_t *object, const char *key,
			 uint32_t max);
/* Exactly @len bytes in hexadecimal. */
void cvm_json_hex(struct json_reader *reader, const json_t *object, const char *key, void *bytes,
		  size_t len);
/* "2025-11-17T05:34:36Z", copied to @text unless it is NULL. */
time_t cvm_json_date(struct json_reader *reader, const json_t *object, const char *key,
		     char text[CVM_TCB_DATE_SIZE]);

#endif /* CVM_TDX_JSON_H */
