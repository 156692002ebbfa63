// SPDX-License-Identifier: GPL-2.0-or-later
/* Seals as JSON. Addresses of the kernel are text: many readers have no 64 bits. */
#include "seal.h"

static void set_address(json_t *object, const char *key, uint64_t address)
{
	json_object_set_new(object, key, json_sprintf("%#llx", (unsigned long long)address));
}

static void set_digest(json_t *object, const char *key, const uint8_t *digest)
{
	if (hex_is_zero(digest, CVM_SEAL_DIGEST))
		json_object_set_new(object, key, json_null());
	else
		json_set_hex(object, key, digest, CVM_SEAL_DIGEST);
}

json_t *seal_json(const struct cvm_seal *seal)
{
	json_t *object;

	object = json_pack("{s:i, s:s, s:o, s:s, s:b, s:I, s:I, s:I, s:I, s:i, s:b, s:b}", "id",
			   (int)seal->id, "kind", cvm_seal_kind_name(seal->kind), "name",
			   json_text(seal->name), "state", cvm_seal_state_name(seal->state),
			   "unexpected", seal_is_unexpected(seal), "pages", (json_int_t)seal->pages,
			   "changed", (json_int_t)seal->changed, "patched",
			   (json_int_t)seal->patched, "missing", (json_int_t)seal->missing,
			   "generation", (int)seal->generation, "exec", seal->exec, "keep",
			   seal->keep);
	if (seal->kind == CVM_SEALED_PROCESS)
		json_object_set_new(object, "pid", json_integer(seal->pid));
	set_address(object, "start", seal->start);
	json_set_time(object, "created", seal->created);
	json_set_time(object, "rebased", seal->rebased);
	json_set_time(object, "checked", seal->checked);
	set_digest(object, "root", seal->root);
	set_digest(object, "now", seal->now);
	set_digest(object, "previous", seal->previous);
	return object;
}

json_t *seal_json_set(const struct seal_set *set)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < set->count; i++)
		json_array_append_new(list, seal_json(&set->seals[i]));
	return list;
}

static int add_page(void *ctx, const struct cvm_sealed_page *page)
{
	json_t *object = json_pack("{s:I, s:s, s:b}", "index", (json_int_t)page->index, "state",
				   cvm_seal_state_name(page->state), "writable", page->writable);

	set_address(object, "address", page->address);
	set_digest(object, "sealed", page->sealed);
	set_digest(object, "now", page->now);
	return json_array_append_new(ctx, object);
}

/* Which pages differed at the last check */
int seal_json_pages(json_t *object, const struct cvm_seal *seal, struct cvm_error *err)
{
	json_t *pages = json_array();
	int ret = cvm_seal_pages(settings.device, seal->id, add_page, pages, err);

	json_object_set_new(object, "differ", pages);
	return ret;
}
