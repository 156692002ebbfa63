// SPDX-License-Identifier: LGPL-2.1-or-later
/* Identity of the quoting enclave for TDs: enclave identity version 2, "TD_QE". */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tdx_json.h"
#include "tdx_tcb.h"

#define VERSION 2

static uint32_t read_le32(struct json_reader *reader, const json_t *document, const char *key)
{
	uint8_t bytes[4];

	/* written as the bytes of the field stand in a report */
	cvm_json_hex(reader, document, key, bytes, sizeof(bytes));
	return bytes[0] | bytes[1] << 8 | bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static int read_document(const json_t *document, struct qe_identity *identity, const char **why)
{
	struct json_reader reader = { 0 };

	identity->evaluation_number =
		cvm_json_number(&reader, document, "tcbEvaluationDataNumber", UINT32_MAX);
	identity->misc_select = read_le32(&reader, document, "miscselect");
	identity->misc_select_mask = read_le32(&reader, document, "miscselectMask");
	cvm_json_hex(&reader, document, "attributes", identity->attributes, 16);
	cvm_json_hex(&reader, document, "attributesMask", identity->attributes_mask, 16);
	cvm_json_hex(&reader, document, "mrsigner", identity->mr_signer, 32);
	identity->isv_prod_id = cvm_json_number(&reader, document, "isvprodid", UINT16_MAX);
	if (cvm_json_number(&reader, document, "version", UINT32_MAX) != VERSION && !reader.why)
		reader.why = "version (2 is known)";
	if (reader.why) {
		*why = reader.why;
		return -EBADMSG;
	}
	return cvm_svn_levels_parse(document, &identity->levels, why);
}

int cvm_qe_identity_parse(const json_t *document, struct qe_identity **identity, const char **why)
{
	int ret;

	*identity = calloc(1, sizeof(**identity));
	if (!*identity)
		return -ENOMEM;
	ret = read_document(document, *identity, why);
	if (ret) {
		cvm_qe_identity_free(*identity);
		*identity = NULL;
	}
	return ret;
}

void cvm_qe_identity_free(struct qe_identity *identity)
{
	if (!identity)
		return;
	cvm_svn_levels_free(&identity->levels);
	free(identity);
}

const char *cvm_qe_mismatch(const struct qe_identity *identity, const struct cvm_sgx_report *qe)
{
	size_t i;

	if ((qe->misc_select & identity->misc_select_mask) != identity->misc_select)
		return "MISCSELECT";
	for (i = 0; i < sizeof(qe->attributes); i++)
		if ((qe->attributes[i] & identity->attributes_mask[i]) != identity->attributes[i])
			return "ATTRIBUTES";
	if (memcmp(qe->mr_signer, identity->mr_signer, sizeof(qe->mr_signer)))
		return "MRSIGNER";
	if (qe->isv_prod_id != identity->isv_prod_id)
		return "ISVPRODID";
	return NULL;
}
