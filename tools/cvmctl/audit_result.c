// SPDX-License-Identifier: GPL-2.0-or-later
/* The last pass with its findings, and what the baseline says of them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "audit.h"

static int add_finding(void *ctx, const struct cvm_finding *finding)
{
	struct audit_result *result = ctx;
	struct audit_finding *grown;

	if (result->count == result->room) {
		result->room = result->room ? 2 * result->room : 16;
		grown = realloc(result->findings, result->room * sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		result->findings = grown;
	}
	result->findings[result->count].finding = *finding;
	result->findings[result->count++].accepted = false;
	return 0;
}

static int judge_findings(struct audit_result *result, const char *path, bool must_exist,
			  struct cvm_error *err)
{
	json_t *baseline;
	size_t i;
	int ret = audit_baseline_load(path, &baseline);

	if (ret == -ENOENT && !must_exist)
		return 0;
	if (ret) {
		err->code = ret == -EINVAL ? CVM_ERR_POLICY : CVM_ERR_IO;
		snprintf(err->what, sizeof(err->what), "%s", path);
		snprintf(err->why, sizeof(err->why), "%s",
			 ret == -EINVAL ? "is no baseline of an audit" : strerror(-ret));
		return ret;
	}
	for (i = 0; i < result->count; i++)
		result->findings[i].accepted =
			audit_baseline_accepts(baseline, &result->findings[i].finding);
	json_decref(baseline);
	return 0;
}

int audit_result_get(struct audit_result *result, const char *baseline, bool must_exist,
		     struct cvm_error *err)
{
	int ret = cvm_audit_get(&result->audit, err);

	if (!ret)
		ret = cvm_audit_findings(add_finding, result, err);
	return ret ? ret : judge_findings(result, baseline, must_exist, err);
}

void audit_result_free(struct audit_result *result)
{
	free(result->findings);
	result->findings = NULL;
}

const struct audit_finding *audit_result_find(const struct audit_result *result, uint32_t id)
{
	size_t i;

	for (i = 0; i < result->count; i++)
		if (result->findings[i].finding.id == id)
			return &result->findings[i];
	return NULL;
}

size_t audit_result_unexpected(const struct audit_result *result)
{
	size_t i, n = 0;

	for (i = 0; i < result->count; i++)
		n += !result->findings[i].accepted;
	return n;
}
