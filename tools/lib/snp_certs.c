// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The certificate table of an extended guest request, GHCB 2.03 section
 * 4.1.8.1. The host writes it: every offset and length in it may lie.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cursor.h"
#include "lib.h"

#define ENTRY_SIZE 24

static const struct {
	const char *guid;
	const char *name;
} names[] = {
	{ "c0b406a4-a803-4952-9743-3fb6014cd0ae", "ARK" },
	{ "4ab7b379-bbac-4fe4-a02f-05aef327c782", "ASK" },
	{ "63da758d-e664-4564-adc5-f4b93be8accd", "VCEK" },
	{ "a8074bc2-a25a-483e-aae6-39c045a0b8a1", "VLEK" },
	{ "92f81bc3-5811-4d3d-97ff-d19f88dc67ea", "CRL" },
};

static int malformed(struct cvm_error *err, const char *why, unsigned long value)
{
	return cvm_error_set(err, -EBADMSG, CVM_ERR_CERTIFICATE, "certificate table", why, value);
}

/* Bytes in the order of the text, unlike a UEFI GUID. */
static void write_guid(char text[37], const uint8_t guid[16])
{
	static const uint8_t group_end[] = { 3, 5, 7, 9 };
	size_t i, group = 0;

	for (i = 0; i < 16; i++) {
		text += sprintf(text, "%02x", guid[i]);
		if (group < sizeof(group_end) && i == group_end[group]) {
			*text++ = '-';
			group++;
		}
	}
}

static const char *name_of(const char *guid)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(names[i].guid, guid))
			return names[i].name;
	return "unknown";
}

static int read_entry(struct cursor *c, const uint8_t *table, size_t len, size_t number,
		      struct cvm_snp_cert_entry *entry, struct cvm_error *err)
{
	const uint8_t *guid = cursor_take(c, 16);
	uint32_t offset = cursor_u32(c);
	uint32_t size = cursor_u32(c);

	if (c->overrun)
		return malformed(err, "ends before its closing entry, after %lu entries", number);
	if (cvm_is_zero(guid, 16) && !offset && !size)
		return 0;
	if (offset > len || size > len - offset)
		return malformed(err, "entry %lu points outside of the table", number);
	if (offset < ENTRY_SIZE || !size)
		return malformed(err, "entry %lu is empty or points at the header", number);

	write_guid(entry->guid, guid);
	entry->name = name_of(entry->guid);
	entry->data = table + offset;
	entry->len = size;
	return 1;
}

int cvm_snp_certs_parse(const void *table, size_t len, struct cvm_snp_cert_entry *entries,
			size_t max, struct cvm_error *err)
{
	struct cursor c = cursor_over(table, len);
	struct cvm_snp_cert_entry entry;
	size_t n = 0;
	int ret;

	while ((ret = read_entry(&c, table, len, n, &entry, err)) > 0) {
		if (n < max)
			entries[n] = entry;
		n++;
	}
	if (ret)
		return ret;
	return n < max ? n : max;
}
