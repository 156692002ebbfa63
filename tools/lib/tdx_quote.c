// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Quotes of TDs, versions 4 and 5: Intel TDX DCAP Quoting Library API, appendix A.3
 * and A.4. Lengths nest four deep, and whoever carried the quote may have changed
 * them: each inner part is read with a cursor over exactly its own bytes.
 */
#include <errno.h>
#include <string.h>

#include "cursor.h"
#include "lib.h"

#define HEADER_SIZE	   48
#define KEY_TYPE_P256	   2
#define TEE_TYPE_SGX	   0
#define TEE_TYPE_TDX	   0x81
#define BODY_TD_10	   2
#define BODY_TD_15	   3
#define BODY_TD_10_SIZE	   584
#define BODY_TD_15_SIZE	   648
#define QE_REPORT_SIZE	   384
#define SIGNATURE_SIZE	   64
#define VENDOR_AT	   12
#define QUOTE_VERSIONS_MAX 16

/* 939a7233-f79c-4ca9-940a-0db3957f0607, the quoting enclave of Intel */
static const uint8_t intel[16] = { 0x93, 0x9a, 0x72, 0x33, 0xf7, 0x9c, 0x4c, 0xa9,
				   0x94, 0x0a, 0x0d, 0xb3, 0x95, 0x7f, 0x06, 0x07 };

static int malformed(struct cvm_error *err, const char *why, unsigned long value)
{
	return cvm_error_set(err, -EBADMSG, CVM_ERR_EVIDENCE, "quote", why, value);
}

bool cvm_tdx_is_quote(const uint8_t *data, size_t len)
{
	struct cursor c = cursor_over(data, len);
	uint16_t version = cursor_number(&c, 2);
	uint16_t key_type = cursor_number(&c, 2);
	uint32_t tee_type = cursor_u32(&c);

	if (c.overrun || !version || version > QUOTE_VERSIONS_MAX)
		return false;
	if (key_type && tee_type == TEE_TYPE_TDX)
		return true;
	return len >= VENDOR_AT + sizeof(intel) && !memcmp(data + VENDOR_AT, intel, sizeof(intel));
}

static int read_header(struct cursor *c, struct cvm_tdx_quote *quote, struct cvm_error *err)
{
	uint16_t qe_svn, pce_svn;

	quote->version = cursor_number(c, 2);
	quote->key_type = cursor_number(c, 2);
	quote->tee_type = cursor_u32(c);
	qe_svn = cursor_number(c, 2);
	pce_svn = cursor_number(c, 2);
	cursor_copy(c, quote->vendor, sizeof(quote->vendor));
	cursor_copy(c, quote->user_data, sizeof(quote->user_data));
	if (c->overrun)
		return malformed(err, "ends in its header", 0);
	if (quote->version != 4 && quote->version != 5)
		return malformed(err, "version %lu, quotes of TDs have 4 or 5", quote->version);
	if (quote->tee_type == TEE_TYPE_SGX)
		return malformed(err, "it is of an SGX enclave, not of a TD", 0);
	if (quote->tee_type != TEE_TYPE_TDX)
		return malformed(err, "TEE type %#lx, that of a TD is 0x81", quote->tee_type);
	if (quote->key_type != KEY_TYPE_P256)
		return malformed(err, "attestation key type %lu, only 2 (ECDSA P-256) exists",
				 quote->key_type);
	if (memcmp(quote->vendor, intel, sizeof(intel)))
		return malformed(err, "made by a quoting enclave that is not Intel's", 0);
	if (quote->version == 4) {
		quote->qe_svn = qe_svn;
		quote->pce_svn = pce_svn;
	}
	return 0;
}

/* Version 4 has the body of TDX 1.0 right after its header; version 5 says which it has. */
static int read_body(struct cursor *c, struct cvm_tdx_quote *quote, struct cvm_error *err)
{
	uint32_t size = BODY_TD_10_SIZE, expected;

	quote->body_type = BODY_TD_10;
	if (quote->version > 4) {
		quote->body_type = cursor_number(c, 2);
		size = cursor_u32(c);
	}
	if (!c->overrun && quote->body_type != BODY_TD_10 && quote->body_type != BODY_TD_15)
		return malformed(err, "body type %lu, that of a TD is 2 or 3", quote->body_type);
	expected = quote->body_type == BODY_TD_10 ? BODY_TD_10_SIZE : BODY_TD_15_SIZE;
	if (!c->overrun && size != expected)
		return malformed(err, "a body of %lu bytes, which its type does not have", size);
	cvm_tdx_body_read(c, quote->body_type == BODY_TD_15, &quote->td);
	return c->overrun ? malformed(err, "ends in its body", 0) : 0;
}

static void read_enclave(struct cursor c, struct cvm_sgx_report *enclave)
{
	cursor_copy(&c, enclave->cpu_svn, sizeof(enclave->cpu_svn));
	enclave->misc_select = cursor_u32(&c);
	cursor_skip(&c, 28);
	cursor_copy(&c, enclave->attributes, sizeof(enclave->attributes));
	cursor_copy(&c, enclave->mr_enclave, sizeof(enclave->mr_enclave));
	cursor_skip(&c, 32);
	cursor_copy(&c, enclave->mr_signer, sizeof(enclave->mr_signer));
	cursor_skip(&c, 96);
	enclave->isv_prod_id = cursor_number(&c, 2);
	enclave->isv_svn = cursor_number(&c, 2);
	cursor_skip(&c, 60);
	cursor_copy(&c, enclave->report_data, sizeof(enclave->report_data));
}

/* Type and length, then that many bytes, which must be all that is left. */
static int read_certification(struct cursor *c, uint16_t *type, struct cursor *data,
			      struct cvm_error *err)
{
	uint32_t size;

	*type = cursor_number(c, 2);
	size = cursor_u32(c);
	if (c->overrun)
		return malformed(err, "ends before its certification data", 0);
	if (size != c->left)
		return malformed(err, "certification data of %lu bytes do not fill their place",
				 size);
	*data = cursor_over(c->at, size);
	return 0;
}

static int read_qe(struct cursor c, struct cvm_tdx_quote *quote, struct cvm_error *err)
{
	struct cursor data = { 0 };
	uint16_t type;
	int ret;

	quote->qe_bytes = cursor_take(&c, QE_REPORT_SIZE);
	quote->qe_signature = cursor_take(&c, SIGNATURE_SIZE);
	quote->qe_auth_len = cursor_number(&c, 2);
	quote->qe_auth = cursor_take(&c, quote->qe_auth_len);
	if (c.overrun)
		return malformed(err, "ends in the report of its quoting enclave", 0);
	read_enclave(cursor_over(quote->qe_bytes, QE_REPORT_SIZE), &quote->qe);
	ret = read_certification(&c, &type, &data, err);
	if (ret)
		return ret;
	if (type < CVM_TDX_CERT_PPID || type > CVM_TDX_CERT_PCK_CHAIN)
		return malformed(err, "certification data of type %lu, the PCK has 1 to 5", type);
	quote->certification = type;
	quote->certification_data = data.at;
	quote->certification_len = data.left;
	return 0;
}

/*
 * What follows the signature data is no part of the quote: configfs-tsm and others hand
 * out whole pages, and Intel's library lets it pass as well.
 */
static int read_signature(struct cursor *c, struct cvm_tdx_quote *quote, struct cvm_error *err)
{
	uint32_t size = cursor_u32(c);
	struct cursor data = cursor_over(c->at, c->left), inner;
	uint16_t type;
	int ret;

	if (c->overrun)
		return malformed(err, "ends before its signature", 0);
	if (size > c->left)
		return malformed(err, "signature data of %lu bytes go beyond its end", size);
	data.left = size;
	quote->trailing = c->left - size;
	quote->signature = cursor_take(&data, SIGNATURE_SIZE);
	quote->attestation_key = cursor_take(&data, SIGNATURE_SIZE);
	if (data.overrun)
		return malformed(err, "ends in its signature", 0);
	ret = read_certification(&data, &type, &inner, err);
	if (ret)
		return ret;
	if (type != CVM_TDX_CERT_QE_REPORT)
		return malformed(err, "certification data of type %lu, a quote has 6", type);
	return read_qe(inner, quote, err);
}

int cvm_tdx_quote_parse(const void *data, size_t len, struct cvm_tdx_quote *quote,
			struct cvm_error *err)
{
	struct cursor c = cursor_over(data, len);
	int ret;

	memset(quote, 0, sizeof(*quote));
	ret = read_header(&c, quote, err);
	if (!ret)
		ret = read_body(&c, quote, err);
	if (ret)
		return ret;
	quote->signed_len = c.at - (const uint8_t *)data;
	ret = read_signature(&c, quote, err);
	quote->len = len - quote->trailing;
	return ret;
}
