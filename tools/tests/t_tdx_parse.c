// SPDX-License-Identifier: LGPL-2.1-or-later
/* Bytes to fields: kinds of evidence, lengths that nest, certification data, JSON as it stands. */
#include <stdlib.h>
#include <string.h>

#include "appraise.h"
#include "forge_tdx.h"
#include "tap.h"
#include "tdx_json.h"

/* offsets in a quote of version 4 */
#define AT_KEY_TYPE	2
#define AT_TEE_TYPE	4
#define AT_VENDOR	12
#define AT_AUTH_SIZE	632
#define AT_OUTER_TYPE	764
#define AT_OUTER_SIZE	766
#define AT_QE_AUTH_SIZE 1218
#define AT_INNER_TYPE	1252
#define AT_INNER_SIZE	1254
/* and of version 5 */
#define AT_BODY_TYPE	48
#define AT_BODY_SIZE	50

static struct tdx_keys keys;

/* ---- fields ---- */

static void test_fields(void)
{
	struct blob blob = tdx_quote_of(&keys, 5, 3);
	struct cvm_tdx_quote quote;

	tap_ok(!cvm_tdx_quote_parse(blob.data, blob.len, &quote, NULL), "a quote of version 5");
	tap_ok(quote.version == 5 && quote.body_type == 3 && quote.key_type == 2, "  its header");
	tap_ok(quote.td.is_15 && quote.td.from_quote && quote.td.xfam == 0x606e7, "  its body");
	tap_ok(quote.td.mrtd[0] == 0xa0 && quote.td.rtmr[3][47] == 0xa7, "  its measurements");
	tap_ok(quote.td.report_data[63] == 0x42, "  its report data");
	tap_ok(quote.qe.isv_svn == 4 && quote.qe.isv_prod_id == 2, "  its quoting enclave");
	tap_ok(quote.qe.mr_signer[0] == 0xdc && quote.qe.mr_enclave[31] == 0x9e, "  who made that");
	tap_ok(quote.qe_auth_len == 32 && quote.qe_auth[2] == 3, "  its authentication data");
	tap_ok(quote.certification == CVM_TDX_CERT_PCK_CHAIN, "  its certification data");
	tap_ok(quote.signed_len == 48 + 6 + 648 && quote.len == blob.len, "  its lengths");
	blob_free(&blob);
}

/* ---- what no quoting enclave writes ---- */

struct odd {
	uint16_t version;
	size_t at;
	size_t size;
	uint32_t value;
	const char *why;
	const char *name;
};

static const struct odd odds[] = {
	{ 4, 0, 2, 3, "version", "version 3" },
	{ 4, 0, 2, 6, "version", "version 6" },
	{ 4, AT_KEY_TYPE, 2, 3, "key type", "an attestation key on P-384" },
	{ 4, AT_TEE_TYPE, 4, 0, "SGX enclave", "a quote of an enclave" },
	{ 4, AT_TEE_TYPE, 4, 0x82, "TEE type", "another TEE" },
	{ 4, AT_VENDOR, 1, 0, "quoting enclave", "another vendor" },
	{ 4, AT_AUTH_SIZE, 4, 0, "", "signature data of no bytes" },
	{ 4, AT_AUTH_SIZE, 4, 100, "", "signature data of 100 bytes" },
	{ 4, AT_AUTH_SIZE, 4, 0xffffffff, "beyond", "signature data of 4 GiB" },
	{ 4, AT_OUTER_TYPE, 2, 5, "has 6", "a chain where the enclave's report belongs" },
	{ 4, AT_OUTER_SIZE, 4, 0, "do not fill", "outer data of no bytes" },
	{ 4, AT_OUTER_SIZE, 4, 0xffffffff, "do not fill", "outer data of 4 GiB" },
	{ 4, AT_QE_AUTH_SIZE, 2, 0xffff, "", "authentication data of 64 KiB" },
	{ 4, AT_QE_AUTH_SIZE, 2, 31, "", "authentication data of one byte less" },
	{ 4, AT_INNER_TYPE, 2, 0, "1 to 5", "inner type 0" },
	{ 4, AT_INNER_TYPE, 2, 6, "1 to 5", "inner type 6 again" },
	{ 4, AT_INNER_TYPE, 2, 7, "1 to 5", "inner type 7" },
	{ 4, AT_INNER_SIZE, 4, 1, "do not fill", "inner data of one byte" },
	{ 4, AT_INNER_SIZE, 4, 0xffffffff, "do not fill", "inner data of 4 GiB" },
	{ 5, AT_BODY_TYPE, 2, 1, "body type", "an enclave's body" },
	{ 5, AT_BODY_TYPE, 2, 2, "does not have", "a body of another size" },
	{ 5, AT_BODY_SIZE, 4, 0, "does not have", "a body of no bytes" },
	{ 5, AT_BODY_SIZE, 4, 0xffffffff, "does not have", "a body of 4 GiB" },
};

static void test_odds(void)
{
	size_t i, k;

	for (i = 0; i < ARRAY_SIZE(odds); i++) {
		struct blob blob =
			tdx_quote_of(&keys, odds[i].version, odds[i].version == 4 ? 2 : 3);
		struct cvm_tdx_quote quote;
		struct cvm_error err = { 0 };
		int ret;

		for (k = 0; k < odds[i].size; k++)
			blob.data[odds[i].at + k] = odds[i].value >> 8 * k;
		ret = cvm_tdx_quote_parse(blob.data, blob.len, &quote, &err);
		if (!tap_ok(ret && strstr(err.why, odds[i].why), "%s is refused", odds[i].name))
			tap_note("%d: %s", ret, err.why);
		blob_free(&blob);
	}
}

/* ---- kinds ---- */

static void expect_kind(const void *data, size_t len, enum cvm_evidence_kind kind, const char *name)
{
	enum cvm_evidence_kind found = cvm_evidence_kind(data, len);

	if (!tap_ok(found == kind, "%s is of kind %s", name, cvm_evidence_kind_name(kind)))
		tap_note("it is %s", cvm_evidence_kind_name(found));
}

static void test_kinds(void)
{
	uint8_t report[CVM_SNP_REPORT_SIZE] = { 0 }, log[64] = { 0 };
	struct blob blob = tdx_quote_of(&keys, 4, 2);

	expect_kind(blob.data, blob.len, CVM_EVIDENCE_TDX_QUOTE, "a quote");
	expect_kind(blob.data, 8, CVM_EVIDENCE_TDX_QUOTE, "the start of a quote");
	expect_kind(blob.data, CVM_SNP_REPORT_SIZE, CVM_EVIDENCE_TDX_QUOTE,
		    "a quote cut to the size of an SNP report");
	expect_kind(blob.data, 7, CVM_EVIDENCE_UNKNOWN, "seven bytes");
	expect_kind(blob.data, 0, CVM_EVIDENCE_UNKNOWN, "nothing");
	forge_report(report);
	expect_kind(report, sizeof(report), CVM_EVIDENCE_SNP_REPORT, "an SNP report");
	report[0] = 4;
	report[4] = 0x81;
	expect_kind(report, sizeof(report), CVM_EVIDENCE_SNP_REPORT, "one with guest SVN 81h");
	memset(report, 0, sizeof(report));
	report[0] = 0x81;
	expect_kind(report, 1024, CVM_EVIDENCE_TDX_REPORT, "a TDREPORT");
	log[4] = 3;
	memcpy(log + 32, "Spec ID Event03", 16);
	expect_kind(log, sizeof(log), CVM_EVIDENCE_CCEL, "an event log");
	memset(log, 0, sizeof(log));
	expect_kind(log, sizeof(log), CVM_EVIDENCE_UNKNOWN, "zeros");
	blob_free(&blob);
}

/* ---- names ---- */

static void test_names(void)
{
	tap_ok(!strcmp(cvm_tdx_attribute_name(0), "DEBUG"), "bit 0 is DEBUG");
	tap_ok(!strcmp(cvm_tdx_attribute_name(28), "SEPT_VE_DISABLE"), "bit 28 is SEPT_VE_DISABLE");
	tap_ok(!cvm_tdx_attribute_name(1) && !cvm_tdx_attribute_name(64), "others have no name");
	tap_ok(!strcmp(cvm_tcb_status_name(CVM_TCB_OUT_OF_DATE_CONFIGURATION),
		       "OutOfDateConfigurationNeeded"),
	       "a status has Intel's name");
}

/* ---- JSON as it stands ---- */

struct raw {
	const char *text;
	const char *raw;
};

static const struct raw raws[] = {
	{ "{\"a\":1,\"x\":{\"b\":[1,{\"c\":\"}]\"}]},\"z\":2}", "{\"b\":[1,{\"c\":\"}]\"}]}" },
	{ " { \"x\" : { \"b\" : 1 } , \"z\":2}", "{ \"b\" : 1 }" },
	{ "{\"x\":{\"b\":\"\\\"}\"}}", "{\"b\":\"\\\"}\"}" },
	{ "{\"y\":{\"x\":3},\"x\":{}}", "{}" },
	{ "{\"y\":\"\\\"x\\\":\",\"x\":{\"q\":0}\n}", "{\"q\":0}" },
	{ "{\"y\":{\"x\":3}}", NULL },
	{ "{\"xx\":{}}", NULL },
	{ "[\"x\",{}]", NULL },
	{ "{", NULL },
	{ "{}", NULL },
	{ "{3", NULL },
	{ "{\"x", NULL },
	{ "{\"x\"", NULL },
	{ "{\"x\":", NULL },
	{ "{\"\\", NULL },
	{ "", NULL },
};

static void test_raw(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(raws); i++) {
		/* what a caller that does not clear them could have there */
		const char *raw = "";
		size_t len = SIZE_MAX / 2, text_len = strlen(raws[i].text);
		/* exactly as long as it is, so that a sanitizer sees the byte behind it */
		char *text = malloc(text_len ? text_len : 1);
		int ret;

		memcpy(text, raws[i].text, text_len);
		ret = cvm_json_raw(text, text_len, "x", &raw, &len);
		if (raws[i].raw)
			tap_ok(!ret && len == strlen(raws[i].raw) && !memcmp(raw, raws[i].raw, len),
			       "%s has %s", raws[i].text, raws[i].raw);
		else
			tap_ok(ret, "\"%s\" has nothing", raws[i].text);
		free(text);
	}
}

/* ---- collateral ---- */

static void expect_collateral(const void *data, size_t len, int ret, const char *name)
{
	struct cvm_verifier *verifier = verifier_at(FORGE_NOW);
	struct cvm_error err = { 0 };
	int found = cvm_verifier_add_collateral(verifier, data, len, "test", &err);

	if (!tap_ok(!found == !ret, "%s is %s", name, ret ? "refused" : "taken"))
		tap_note("%d: %s", found, err.why);
	cvm_verifier_free(verifier);
}

static void test_document(const char *name, json_t *document, int ret, const char *what)
{
	struct blob blob = tdx_signed(keys.signer, name, document);

	expect_collateral(blob.data, blob.len, ret, what);
	blob_free(&blob);
}

static json_t *tcb_info_with(const char *key, json_t *value)
{
	json_t *info = tdx_new_tcb_info();

	if (value)
		json_object_set_new(info, key, value);
	else
		json_object_del(info, key);
	return info;
}

static void test_documents(void)
{
	test_document("tcbInfo", tdx_new_tcb_info(), 0, "TCB info");
	test_document("enclaveIdentity", tdx_new_qe_identity(), 0, "an enclave identity");
	test_document("other", tdx_new_tcb_info(), 1, "another document");
	test_document("tcbInfo", tcb_info_with("id", json_string("SGX")), 0, "TCB info for SGX");
	test_document("tcbInfo", tcb_info_with("version", json_integer(2)), 1, "version 2");
	test_document("tcbInfo", tcb_info_with("fmspc", json_string("b0c0")), 1, "a short FMSPC");
	test_document("tcbInfo", tcb_info_with("tcbLevels", NULL), 1, "TCB info without levels");
	test_document("tcbInfo", tcb_info_with("tcbLevels", json_string("x")), 1, "levels of text");
	test_document("tcbInfo", tcb_info_with("tcbType", json_integer(1)), 1, "TCB type 1");
	test_document("tcbInfo", tcb_info_with("issueDate", json_string("2025-11-20")), 1,
		      "a date without time");
	test_document("tcbInfo", tcb_info_with("tdxModule", NULL), 1, "TCB info without a module");
	test_document("tcbInfo", tcb_info_with("tdxModuleIdentities", NULL), 0,
		      "TCB info without identities of modules");
	test_document("tcbInfo",
		      tdx_tcb_info(tdx_list(tdx_level(256, 3, 13, "UpToDate", NULL), NULL),
				   json_array()),
		      1, "an SVN of 256");
	test_document("tcbInfo",
		      tdx_tcb_info(tdx_list(tdx_level(3, 3, 13, "Fine", NULL), NULL), json_array()),
		      1, "a status that Intel does not have");
	test_document("tcbInfo",
		      tdx_tcb_info(tdx_list(tdx_level(3, 3, 13, "UpToDate", "\x1b[31m"), NULL),
				   json_array()),
		      1, "an advisory with control characters");
}

static void test_files(void)
{
	static const char twice[] = "{\"tcbInfo\":{},\"tcbInfo\":{},\"signature\":\"00\"}";
	struct forge_crl crl = tdx_root_crl(&keys);
	struct blob der = forge_crl(&crl);
	char *hex = malloc(2 * der.len + 2);

	expect_collateral(der.data, der.len, 0, "a CRL in DER");
	cvm_hex(hex, der.data, der.len);
	expect_collateral(hex, 2 * der.len, 0, "a CRL in hexadecimal");
	memcpy(hex + 2 * der.len, "\n", 2);
	expect_collateral(hex, 2 * der.len + 1, 0, "and with a line end");
	expect_collateral(hex, 2 * der.len - 1, 1, "and half a byte less");
	expect_collateral(twice, strlen(twice), 1, "a key that is there twice");
	expect_collateral("{", 1, 1, "an open brace");
	expect_collateral("", 0, 1, "an empty file");
	expect_collateral(" ", 1, 1, "a blank");
	free(hex);
	blob_free(&der);
}

/* As it stands in an HTTP header, with the name of the header or without. */
static void test_percent(void)
{
	struct tdx_cert signer = tdx_signer(&keys);
	struct blob pem = tdx_cert_make(&signer);
	char *text = calloc(3, pem.len + 64);
	size_t i, len = sprintf(text, "TCB-Info-Issuer-Chain: ");

	for (i = 0; i < pem.len; i++)
		len += sprintf(text + len, strchr("\n /+=", pem.data[i]) ? "%%%02X" : "%c",
			       pem.data[i]);
	expect_collateral(text, len, 0, "an issuer chain of an HTTP header");
	expect_collateral(text + 23, len - 23, 0, "and without its name");
	expect_collateral(text, len - 40, 1, "and cut short");
	free(text);
	blob_free(&pem);
}

int main(void)
{
	tdx_keys_make(&keys);
	test_fields();
	test_odds();
	test_kinds();
	test_names();
	test_raw();
	test_documents();
	test_files();
	test_percent();
	tdx_keys_free(&keys);
	return tap_done();
}
