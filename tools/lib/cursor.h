/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The one way this library reads bytes it did not make: a position that cannot
 * leave its buffer. Running out is sticky, so a parser reads all its fields and
 * asks once at the end.
 */
#ifndef CVM_CURSOR_H
#define CVM_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/**
 * struct cursor - a bounded position in bytes of somebody else
 * @at: next byte
 * @left: bytes from @at to the end
 * @overrun: more was asked for than there was; all further reads give zeros
 */
struct cursor {
	const uint8_t *at;
	size_t left;
	bool overrun;
};

static inline struct cursor cursor_over(const void *data, size_t len)
{
	return (struct cursor){ .at = data, .left = len };
}

/* The next @len bytes in place, or NULL. */
static inline const uint8_t *cursor_take(struct cursor *c, size_t len)
{
	const uint8_t *at = c->at;

	if (c->overrun || len > c->left) {
		c->overrun = true;
		return NULL;
	}
	c->at += len;
	c->left -= len;
	return at;
}

static inline void cursor_skip(struct cursor *c, size_t len)
{
	cursor_take(c, len);
}

static inline void cursor_copy(struct cursor *c, void *out, size_t len)
{
	const uint8_t *at = cursor_take(c, len);

	if (at)
		memcpy(out, at, len);
	else
		memset(out, 0, len);
}

/* Little endian, at most 8 bytes. */
static inline uint64_t cursor_number(struct cursor *c, size_t len)
{
	const uint8_t *at = cursor_take(c, len);
	uint64_t value = 0;

	while (at && len--)
		value = value << 8 | at[len];
	return value;
}

static inline uint8_t cursor_u8(struct cursor *c)
{
	return cursor_number(c, 1);
}

static inline uint32_t cursor_u32(struct cursor *c)
{
	return cursor_number(c, 4);
}

static inline uint64_t cursor_u64(struct cursor *c)
{
	return cursor_number(c, 8);
}

#endif /* CVM_CURSOR_H */
