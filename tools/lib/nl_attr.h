/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Values of netlink attributes that may be absent: then 0, false or "". */
#ifndef CVM_NL_ATTR_H
#define CVM_NL_ATTR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nl.h"

static inline uint64_t attr_u64(struct nlattr *attr)
{
	return attr ? nla_get_u64(attr) : 0;
}

static inline uint32_t attr_u32(struct nlattr *attr)
{
	return attr ? nla_get_u32(attr) : 0;
}

static inline bool attr_flag(struct nlattr *attr)
{
	return attr && nla_get_u8(attr);
}

static inline void attr_text(struct nlattr *attr, char *text, size_t size)
{
	*text = '\0';
	if (attr)
		nla_strlcpy(text, attr, size);
}

#endif /* CVM_NL_ATTR_H */
