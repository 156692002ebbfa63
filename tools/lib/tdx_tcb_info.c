// SPDX-License-Identifier: LGPL-2.1-or-later
/* TCB info of Intel's provisioning service, version 3, for TDX. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tdx_json.h"
#include "tdx_tcb.h"

#define VERSION	   3
#define COMPONENTS 16

static int refuse(const char **why, const char *key)
{
	*why = key;
	return -EBADMSG;
}

static void read_components(struct json_reader *reader, const json_t *tcb, const char *key,
			    uint8_t svn[COMPONENTS])
{
	const json_t *array = cvm_json_array(reader, tcb, key);
	size_t i;

	if (json_array_size(array) != COMPONENTS)
		reader->why = key;
	for (i = 0; !reader->why && i < COMPONENTS; i++)
		svn[i] = cvm_json_number(reader, json_array_get(array, i), "svn", UINT8_MAX);
}

static int read_level(const json_t *object, struct tcb_level *level, const char **why)
{
	struct json_reader reader = { 0 };
	const json_t *tcb = cvm_json_object(&reader, object, "tcb");

	read_components(&reader, tcb, "sgxtcbcomponents", level->sgx);
	read_components(&reader, tcb, "tdxtcbcomponents", level->tdx);
	level->pce_svn = cvm_json_number(&reader, tcb, "pcesvn", UINT16_MAX);
	if (reader.why)
		return refuse(why, reader.why);
	return cvm_tcb_judgement_parse(object, &level->judgement, why);
}

static int read_levels(const json_t *array, struct tcb_info *info, const char **why)
{
	size_t i, n = json_array_size(array);
	int ret = 0;

	info->levels = calloc(n + 1, sizeof(*info->levels));
	if (!info->levels)
		return -ENOMEM;
	info->n_levels = n;
	for (i = 0; i < n && !ret; i++)
		ret = read_level(json_array_get(array, i), &info->levels[i], why);
	return ret;
}

/* Who made the module. The mask is not read: Intel's own library asks for equality. */
static void read_signer(struct json_reader *reader, const json_t *object,
			struct module_identity *module)
{
	uint8_t attributes[8];
	size_t i;

	cvm_json_hex(reader, object, "mrsigner", module->mrsigner, sizeof(module->mrsigner));
	cvm_json_hex(reader, object, "attributes", attributes, sizeof(attributes));
	for (i = 0; i < sizeof(attributes); i++)
		module->attributes |= (uint64_t)attributes[i] << 8 * i;
}

/* "TDX_03", the major version in hexadecimal */
static void read_version(struct json_reader *reader, const json_t *object,
			 struct module_identity *module)
{
	const char *id = cvm_json_text(reader, object, "id");

	if (strncasecmp(id, "TDX_", 4) || cvm_unhex(id + 4, strlen(id + 4), &module->version, 1) ||
	    !module->version)
		reader->why = "id of a TDX module";
}

static int read_module(const json_t *object, struct module_identity *module, const char **why)
{
	struct json_reader reader = { 0 };

	read_signer(&reader, object, module);
	read_version(&reader, object, module);
	if (reader.why)
		return refuse(why, reader.why);
	return cvm_svn_levels_parse(object, &module->levels, why);
}

/* "tdxModule" speaks for version 0; the identities are absent in TCB info of the first years. */
static int read_modules(const json_t *document, struct tcb_info *info, const char **why)
{
	const json_t *identities = json_object_get(document, "tdxModuleIdentities");
	size_t i, n = json_array_size(identities);
	struct json_reader reader = { 0 };
	int ret = 0;

	info->modules = calloc(n + 1, sizeof(*info->modules));
	if (!info->modules)
		return -ENOMEM;
	info->n_modules = n + 1;
	read_signer(&reader, cvm_json_object(&reader, document, "tdxModule"), &info->modules[0]);
	if (reader.why)
		return refuse(why, reader.why);
	for (i = 0; i < n && !ret; i++)
		ret = read_module(json_array_get(identities, i), &info->modules[i + 1], why);
	return ret;
}

static int read_document(const json_t *document, struct tcb_info *info, const char **why)
{
	struct json_reader reader = { 0 };
	const json_t *levels = cvm_json_array(&reader, document, "tcbLevels");
	int ret;

	cvm_json_hex(&reader, document, "fmspc", info->fmspc, sizeof(info->fmspc));
	cvm_json_hex(&reader, document, "pceId", info->pce_id, sizeof(info->pce_id));
	/* the only way of comparing that exists: lowest SVN of each component */
	cvm_json_number(&reader, document, "tcbType", 0);
	info->evaluation_number =
		cvm_json_number(&reader, document, "tcbEvaluationDataNumber", UINT32_MAX);
	if (cvm_json_number(&reader, document, "version", UINT32_MAX) != VERSION && !reader.why)
		reader.why = "version (3 is known)";
	if (reader.why)
		return refuse(why, reader.why);
	ret = read_modules(document, info, why);
	return ret ? ret : read_levels(levels, info, why);
}

int cvm_tcb_info_parse(const json_t *document, struct tcb_info **info, const char **why)
{
	int ret;

	*info = calloc(1, sizeof(**info));
	if (!*info)
		return -ENOMEM;
	ret = read_document(document, *info, why);
	if (ret) {
		cvm_tcb_info_free(*info);
		*info = NULL;
	}
	return ret;
}

void cvm_tcb_info_free(struct tcb_info *info)
{
	size_t i;

	if (!info)
		return;
	for (i = 0; i < info->n_modules; i++)
		cvm_svn_levels_free(&info->modules[i].levels);
	for (i = 0; i < info->n_levels; i++)
		free(info->levels[i].judgement.advisories);
	free(info->modules);
	free(info->levels);
	free(info);
}

const struct module_identity *cvm_tcb_info_module(const struct tcb_info *info, uint8_t version)
{
	size_t i;

	for (i = 0; i < info->n_modules; i++)
		if (info->modules[i].version == version)
			return &info->modules[i];
	return NULL;
}
