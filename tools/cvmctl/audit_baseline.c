// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The baseline: what was shared when the administrator looked, and which findings are
 * accepted. A finding is accepted by what it is and who made it, not by its address,
 * which changes with every boot.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "audit.h"

#define SCHEMA "cvmctl/audit-baseline/1"

int audit_baseline_load(const char *path, json_t **baseline)
{
	const char *schema;
	json_error_t error;
	struct stat status;

	if (stat(path, &status))
		return -errno;
	*baseline = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
	if (!*baseline)
		return -EINVAL;
	schema = json_string_value(json_object_get(*baseline, "schema"));
	if (schema && !strcmp(schema, SCHEMA))
		return 0;
	json_decref(*baseline);
	return -EINVAL;
}

/* The caller without its offset, which changes with every build */
static json_t *signature_of(const struct cvm_finding *finding)
{
	const char *caller = finding->has_owner ? finding->owner.caller : "";

	return json_pack("{s:s, s:s, s:s#}", "verdict", cvm_page_verdict_name(finding->verdict),
			 "use", cvm_page_use_name(finding->use), "caller", caller,
			 (int)strcspn(caller, "+"));
}

bool audit_baseline_accepts(const json_t *baseline, const struct cvm_finding *finding)
{
	json_t *signature = signature_of(finding), *entry;
	bool accepted = false;
	size_t i;

	json_array_foreach(json_object_get(baseline, "accepted"), i, entry)
		accepted |= json_equal(entry, signature);
	json_decref(signature);
	return accepted;
}

/* Those of an older baseline stay; @accept_id is added, all when it is negative */
static json_t *accepted_json(json_t *before, const struct audit_result *result, int accept_id)
{
	json_t *accepted = before ? json_deep_copy(json_object_get(before, "accepted"))
				  : json_array();
	size_t i;

	for (i = 0; i < result->count; i++) {
		const struct audit_finding *shown = &result->findings[i];

		if (!shown->accepted && (accept_id < 0 || shown->finding.id == (uint32_t)accept_id))
			json_array_append_new(accepted, signature_of(&shown->finding));
	}
	return accepted;
}

/* The folders of the default path need not be there; what fails shows when it is written */
static void make_folders(const char *path)
{
	char *folder = strdup(path), *slash = folder;

	while (slash && (slash = strchr(slash + 1, '/'))) {
		*slash = '\0';
		mkdir(folder, 0755);
		*slash = '/';
	}
	free(folder);
}

int audit_baseline_save(const char *path, const struct audit_result *result, int accept_id)
{
	json_t *before = NULL, *baseline;
	char *text;
	int ret = audit_baseline_load(path, &before);

	if (ret && ret != -ENOENT)
		return ret;
	baseline = json_pack("{s:s, s:o, s:o}", "schema", SCHEMA, "shared",
			     audit_json_uses(&result->audit), "accepted",
			     accepted_json(before, result, accept_id));
	json_decref(before);
	text = json_dumps(baseline, JSON_INDENT(2));
	json_decref(baseline);
	if (!text)
		return -ENOMEM;
	make_folders(path);
	ret = files_write(path, text, strlen(text), 0644);
	free(text);
	return ret;
}

/* Prints what is shared now and what was; 1 when they differ */
int audit_baseline_diff(const json_t *baseline, const struct audit_result *result)
{
	const json_t *shared = json_object_get(baseline, "shared");
	uint64_t before, now;
	uint32_t use;
	int differ = 0;

	for (use = 0; use < CVM_PAGE_USES_MAX; use++) {
		const char *name = cvm_page_use_name(use);

		before = json_integer_value(json_object_get(shared, name));
		now = result->audit.uses[use];
		if (before == now)
			continue;
		differ = 1;
		printf("  %-16s %llu pages, in the baseline %llu\n", name, (unsigned long long)now,
		       (unsigned long long)before);
	}
	return differ;
}
