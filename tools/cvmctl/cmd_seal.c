// SPDX-License-Identifier: GPL-2.0-or-later
/* cvmctl seal list, show, rebase and remove: the seals there are. */
#include <errno.h>

#include "seal.h"

const struct option_spec seal_all_options[] = {
	{ "all", 0, NULL, "all seals", false },
	{ 0 },
};

/* ---- list ---- */

static int list_json(const struct seal_set *set, const uint8_t *root)
{
	json_t *object = json_result(EXIT_YES);

	json_object_set_new(object, "seals", seal_json_set(set));
	if (set->count)
		json_set_hex(object, "root", root, CVM_SEAL_DIGEST);
	else
		json_object_set_new(object, "root", json_null());
	return json_print(object, EXIT_YES);
}

static int list_text(const struct seal_set *set, const uint8_t *root)
{
	char text[80];
	int ret;

	if (!set->count) {
		puts("There are no seals:  cvmctl seal add kernel-rodata");
		return EXIT_YES;
	}
	ret = seal_screen_list(set);
	if (!ret && !settings.quiet)
		printf("\nroot %s, as of the last checks\n",
		       hex_elided(root, CVM_SEAL_DIGEST, text, sizeof(text)));
	return ret;
}

int cmd_seal_list(const struct args *args)
{
	uint8_t root[CVM_SEAL_DIGEST];
	struct seal_set set = { 0 };
	struct cvm_error err = { 0 };
	uint32_t count;
	int ret = seal_set_all(&set, &err);

	(void)args;
	if (!ret)
		ret = cvm_seal_root(settings.device, root, &count, &err);
	if (ret)
		ret = fail(&err, ret);
	else
		ret = settings.json ? list_json(&set, root) : list_text(&set, root);
	seal_set_free(&set);
	return ret;
}

/* ---- show ---- */

static int show_json(const struct cvm_seal *seal, struct cvm_error *err)
{
	json_t *object = json_result(EXIT_YES), *shown = seal_json(seal);
	int ret = seal_json_pages(shown, seal, err);

	json_object_set_new(object, "seal", shown);
	if (!ret)
		return json_print(object, EXIT_YES);
	json_decref(object);
	return ret;
}

int cmd_seal_show(const struct args *args)
{
	struct cvm_error err = { 0 };
	struct cvm_seal seal;
	uint32_t id;
	int ret = seal_id(args->operands[0], &id);

	if (ret)
		return ret;
	ret = cvm_seal_get(settings.device, id, &seal, &err);
	if (!ret)
		ret = settings.json ? show_json(&seal, &err) : seal_screen(&seal, &err);
	return ret < 0 ? fail(&err, ret) : ret;
}

/* ---- rebase and remove ---- */

/* One by one: what was done before a failure stays so, and is told */
static int each(const struct args *args,
		int (*change)(struct cvm_seal *seal, struct cvm_error *err), const char *key)
{
	struct seal_set set = { 0 };
	struct cvm_error err = { 0 };
	json_t *object;
	int ret;

	if (args_has(args, "all") == !!args->n_operands)
		return fail_usage("%s takes either numbers of seals or --all", args->command->name);
	ret = seal_set_get(args, &set);
	while (!ret && set.checked < set.count) {
		ret = change(&set.seals[set.checked], &err);
		ret = ret ? fail(&err, ret) : 0;
		set.checked += !ret;
	}
	if (!ret && settings.json) {
		object = json_result(EXIT_YES);
		json_object_set_new(object, key, seal_json_set(&set));
		ret = json_print(object, EXIT_YES);
	}
	seal_set_free(&set);
	return ret;
}

static int rebase(struct cvm_seal *seal, struct cvm_error *err)
{
	int ret = cvm_seal_rebase(settings.device, seal->id, seal, err);
	char title[SEAL_TITLE], root[80], previous[80];

	if (!ret && !settings.json && !settings.quiet)
		printf("seal %u: %s, generation %u, root %s, before %s\n", seal->id,
		       seal_title(seal, title), seal->generation,
		       hex_elided(seal->root, sizeof(seal->root), root, sizeof(root)),
		       hex_elided(seal->previous, sizeof(seal->previous), previous,
				  sizeof(previous)));
	return ret;
}

int cmd_seal_rebase(const struct args *args)
{
	return each(args, rebase, "seals");
}

static int remove_one(struct cvm_seal *seal, struct cvm_error *err)
{
	int ret = cvm_seal_remove(settings.device, seal->id, err);
	char title[SEAL_TITLE];

	if (!ret && !settings.json && !settings.quiet)
		printf("seal %u: %s, removed\n", seal->id, seal_title(seal, title));
	return ret;
}

int cmd_seal_remove(const struct args *args)
{
	return each(args, remove_one, "removed");
}
