// SPDX-License-Identifier: LGPL-2.1-or-later
/* Levels and what Intel says of them: parts that TCB info and enclave identities share. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tdx_json.h"
#include "tdx_tcb.h"

static const char *const names[CVM_TCB_STATUSES] = {
	[CVM_TCB_UNKNOWN] = "Unknown",
	[CVM_TCB_UP_TO_DATE] = "UpToDate",
	[CVM_TCB_SW_HARDENING] = "SWHardeningNeeded",
	[CVM_TCB_CONFIGURATION] = "ConfigurationNeeded",
	[CVM_TCB_CONFIGURATION_SW_HARDENING] = "ConfigurationAndSWHardeningNeeded",
	[CVM_TCB_RELAUNCH] = "TDRelaunchAdvised",
	[CVM_TCB_RELAUNCH_CONFIGURATION] = "TDRelaunchAdvisedConfigurationNeeded",
	[CVM_TCB_OUT_OF_DATE] = "OutOfDate",
	[CVM_TCB_OUT_OF_DATE_CONFIGURATION] = "OutOfDateConfigurationNeeded",
	[CVM_TCB_REVOKED] = "Revoked",
	[CVM_TCB_NO_MATCH] = "NoMatchingLevel",
};

const char *cvm_tcb_status_name(enum cvm_tcb_status status)
{
	return status < CVM_TCB_STATUSES ? names[status] : names[CVM_TCB_UNKNOWN];
}

enum cvm_tcb_status cvm_tcb_status_of_name(const char *name, size_t len)
{
	size_t i;

	for (i = CVM_TCB_UNKNOWN + 1; i < CVM_TCB_STATUSES; i++)
		if (strlen(names[i]) == len && !memcmp(names[i], name, len))
			return i;
	return CVM_TCB_UNKNOWN;
}

/* The words that TCB info may hold; the others are conclusions. */
static bool is_published(enum cvm_tcb_status status)
{
	return status != CVM_TCB_UNKNOWN && status != CVM_TCB_NO_MATCH &&
	       status != CVM_TCB_RELAUNCH && status != CVM_TCB_RELAUNCH_CONFIGURATION;
}

/* Advisory names end up in terminals and JSON: letters, digits and dashes only. */
static bool is_advisory(const char *name)
{
	static const char allowed[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

	return *name && strlen(name) < CVM_TCB_ADVISORY_SIZE && name[strspn(name, allowed)] == '\0';
}

static int read_advisories(const json_t *array, struct tcb_judgement *judgement, const char **why)
{
	size_t i, n = json_array_size(array);

	judgement->advisories = n ? calloc(n, sizeof(*judgement->advisories)) : NULL;
	if (n && !judgement->advisories)
		return -ENOMEM;
	for (i = 0; i < n; i++) {
		const char *name = json_string_value(json_array_get(array, i));

		if (!name || !is_advisory(name)) {
			*why = "advisoryIDs";
			return -EBADMSG;
		}
		memcpy(judgement->advisories[i], name, strlen(name));
	}
	judgement->n_advisories = n;
	return 0;
}

int cvm_tcb_judgement_parse(const json_t *level, struct tcb_judgement *judgement, const char **why)
{
	struct json_reader reader = { 0 };
	const char *status = cvm_json_text(&reader, level, "tcbStatus");

	judgement->status = cvm_tcb_status_of_name(status, strlen(status));
	cvm_json_date(&reader, level, "tcbDate", judgement->date);
	if (!reader.why && !is_published(judgement->status))
		reader.why = "tcbStatus";
	if (reader.why) {
		*why = reader.why;
		return -EBADMSG;
	}
	return read_advisories(json_object_get(level, "advisoryIDs"), judgement, why);
}

int cvm_svn_levels_parse(const json_t *object, struct svn_levels *levels, const char **why)
{
	struct json_reader reader = { 0 };
	const json_t *array = cvm_json_array(&reader, object, "tcbLevels");
	size_t i, n = json_array_size(array);
	int ret = 0;

	levels->levels = calloc(n + 1, sizeof(*levels->levels));
	if (!levels->levels)
		return -ENOMEM;
	levels->n = n;
	for (i = 0; i < n && !ret; i++) {
		const json_t *level = json_array_get(array, i);
		const json_t *tcb = cvm_json_object(&reader, level, "tcb");

		levels->levels[i].isv_svn = cvm_json_number(&reader, tcb, "isvsvn", UINT16_MAX);
		if (i && levels->levels[i].isv_svn >= levels->levels[i - 1].isv_svn)
			reader.why = "tcbLevels (their order)";
		ret = cvm_tcb_judgement_parse(level, &levels->levels[i].judgement, why);
	}
	if (!ret && reader.why) {
		*why = reader.why;
		ret = -EBADMSG;
	}
	return ret;
}

void cvm_svn_levels_free(struct svn_levels *levels)
{
	size_t i;

	for (i = 0; i < levels->n; i++)
		free(levels->levels[i].judgement.advisories);
	free(levels->levels);
}

const struct tcb_judgement *cvm_svn_levels_find(const struct svn_levels *levels, uint16_t svn)
{
	size_t i;

	for (i = 0; i < levels->n; i++)
		if (svn >= levels->levels[i].isv_svn)
			return &levels->levels[i].judgement;
	return NULL;
}
