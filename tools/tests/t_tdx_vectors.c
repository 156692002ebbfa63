// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Genuine quotes with known verdicts: every TDX quote of the manifest in
 * ../shared/vectors/evidence with every collateral that was tried on it, the collateral
 * by itself, and the TDREPORTs. That data is not part of the project.
 */
#define _GNU_SOURCE /* timegm(), strptime() */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "appraise.h"
#include "tap.h"
#include "tdx.h"

#define HCL_HEADER 32 /* of an Azure HCL report, before the report of the hardware */

static char folder[4200];
static const json_t *entries;

static struct blob load(const char *file)
{
	char path[8192];
	struct blob blob;

	snprintf(path, sizeof(path), "%s/%s", folder, file);
	blob = blob_read(path);
	if (!blob.data)
		tap_bail_out("cannot read %s", path);
	return blob;
}

static time_t parse_time(const char *text)
{
	struct tm tm = { 0 };

	if (!text ||
	    !strptime(text, text[10] == 'T' ? "%Y-%m-%dT%H:%M:%SZ" : "%Y-%m-%d %H:%M:%S", &tm))
		tap_bail_out("no verify_time in an entry");
	return timegm(&tm);
}

static const char *text_of(const json_t *entry, const char *key)
{
	return json_string_value(json_object_get(entry, key));
}

static const json_t *find(const char *id)
{
	size_t i;

	for (i = 0; i < json_array_size(entries); i++)
		if (!strcmp(text_of(json_array_get(entries, i), "id"), id))
			return json_array_get(entries, i);
	tap_bail_out("the manifest has no entry %s", id);
}

static bool is_kind(const json_t *entry, const char *kind)
{
	return !strcmp(text_of(entry, "kind"), kind);
}

static bool is_preproduction(const json_t *entry)
{
	return strstr(text_of(entry, "id"), "PREPROD");
}

/* ---- verifiers ---- */

static void add_collateral(struct cvm_verifier *verifier, const json_t *collateral)
{
	const json_t *files = json_object_get(collateral, "files");
	struct cvm_error err;
	size_t i;

	for (i = 0; i < json_array_size(files); i++) {
		const char *name = json_string_value(json_array_get(files, i));
		struct blob blob = load(name);

		if (cvm_verifier_add_collateral(verifier, blob.data, blob.len, name, &err))
			tap_bail_out("%s: %s", err.what, err.why);
		blob_free(&blob);
	}
}

static struct cvm_verifier *verifier_with(const json_t *collateral, time_t at)
{
	struct cvm_verifier *verifier = verifier_at(at);

	add_collateral(verifier, collateral);
	return verifier;
}

static void trust_preproduction(struct cvm_verifier *verifier)
{
	add_roots(verifier, load("certs/intel/PREPROD_intel_sgx_root_ca.der"));
}

/*
 * One bundle came with the TCB signing certificate of 2018, which had expired by then.
 * Its successor is for the same key.
 */
static bool has_old_signer(const json_t *collateral)
{
	return !strcmp(text_of(collateral, "id"), "collateral-automata-2025-10-00806f");
}

static void add_new_signer(struct cvm_verifier *verifier)
{
	add_certs(verifier, load("certs/intel/intel_tcb_signing_2025_2032.der"));
}

static bool has_all_crls(const json_t *collateral)
{
	const json_t *files = json_object_get(collateral, "files");
	size_t i, crls = 0;

	for (i = 0; i < json_array_size(files); i++)
		crls += !!strstr(json_string_value(json_array_get(files, i)), "_crl");
	return crls == 2;
}

/* ---- what Intel says of a TCB ---- */

/* The word for what Intel's own library answered, NULL where it was not asked. */
static const char *status_of_qvl(const json_t *evaluation)
{
	static const struct {
		const char *qvl;
		const char *name;
	} words[] = {
		{ "STATUS_OK", "UpToDate" },
		{ "STATUS_TCB_OUT_OF_DATE", "OutOfDate" },
		{ "STATUS_TCB_NOT_SUPPORTED", "NoMatchingLevel" },
	};
	const json_t *answers =
		json_object_get(evaluation, "peer_intel_qvl_7e5b2a1_pck_tcb_qe_quote");
	const char *answer = json_string_value(json_array_get(answers, 3));
	size_t i;

	for (i = 0; answer && i < ARRAY_SIZE(words); i++)
		if (!strcmp(words[i].qvl, answer))
			return words[i].name;
	return NULL;
}

static bool agrees(enum cvm_tcb_status status, const char *expected)
{
	return !expected || !strcmp(cvm_tcb_status_name(status), expected);
}

static bool has_advisories(const struct cvm_tcb_verdict *tcb, const json_t *expected)
{
	size_t i, k;

	for (i = 0; i < json_array_size(expected); i++) {
		const char *advisory = json_string_value(json_array_get(expected, i));

		for (k = 0; k < tcb->n_advisories; k++)
			if (!strcmp(tcb->advisories[k], advisory))
				break;
		if (k == tcb->n_advisories)
			return false;
	}
	return true;
}

static void check_tcb(const struct cvm_appraisal *a, const json_t *evaluation, const char *name)
{
	const char *date = text_of(evaluation, "tcbDate");
	const struct cvm_tcb_verdict *tcb = &a->tcb;
	bool good = a->has_tcb && agrees(tcb->platform, text_of(evaluation, "platform")) &&
		    agrees(tcb->module, text_of(evaluation, "tdx_module")) &&
		    agrees(tcb->qe, text_of(evaluation, "qe")) &&
		    agrees(tcb->status, status_of_qvl(evaluation)) &&
		    (!date || !strcmp(tcb->date, date)) &&
		    has_advisories(tcb, json_object_get(evaluation, "advisories"));

	if (!tap_ok(good, "%s: TCB %s", name, cvm_tcb_status_name(tcb->status)))
		tap_note("platform %s module %s qe %s date %s, %zu advisories",
			 cvm_tcb_status_name(tcb->platform), cvm_tcb_status_name(tcb->module),
			 cvm_tcb_status_name(tcb->qe), tcb->date, tcb->n_advisories);
}

/* ---- quote and collateral ---- */

static bool is_debug(const json_t *entry)
{
	return json_is_true(json_object_get(json_object_get(entry, "fields"), "td_debug"));
}

static struct expected expected_of(const json_t *entry, const json_t *evaluation,
				   const json_t *collateral, const struct cvm_appraisal *a)
{
	if (json_is_true(json_object_get(evaluation, "pck_not_yet_valid_at_that_time")))
		return (struct expected){ CVM_REJECTED,	   6,	"validity", CVM_RESULT_FAIL,
					  "not yet valid", NULL };
	if (json_is_true(json_object_get(evaluation, "pck_revoked")))
		return REJECTED(6);
	if (!has_all_crls(collateral))
		return (struct expected){ CVM_UNDECIDED,      6,    "revocation",
					  CVM_RESULT_MISSING, NULL, "https://" };
	if (is_debug(entry) || a->tcb.status != CVM_TCB_UP_TO_DATE)
		return REJECTED(8);
	return ACCEPTED;
}

static void test_pair(const json_t *entry, const char *id, const json_t *evaluation)
{
	const json_t *collateral = find(id);
	struct cvm_verifier *verifier =
		verifier_with(collateral, parse_time(text_of(evaluation, "verify_time")));
	struct blob quote =
		load(json_string_value(json_array_get(json_object_get(entry, "files"), 0)));
	struct expected untrusted = { CVM_REJECTED,  6,	       "chain", CVM_RESULT_FAIL,
				      "not Intel's", "--roots" };
	struct expected expired = { CVM_REJECTED,  6,	"tcb-info", CVM_RESULT_FAIL,
				    "has expired", NULL };
	struct cvm_appraisal *a;
	char name[256];

	snprintf(name, sizeof(name), "%s with %s", text_of(entry, "id"), id);
	if (is_preproduction(entry)) {
		expect(verifier, quote.data, quote.len, untrusted, "  untrusted as it is");
		trust_preproduction(verifier);
	}
	if (has_old_signer(collateral)) {
		expect(verifier, quote.data, quote.len, expired, "  its signer has expired");
		add_new_signer(verifier);
	}
	if (cvm_verifier_appraise(verifier, quote.data, quote.len, &a, NULL))
		tap_bail_out("no appraisal");
	check_tcb(a, evaluation, name);
	expect(verifier, quote.data, quote.len, expected_of(entry, evaluation, collateral, a),
	       name);
	cvm_appraisal_free(a);
	blob_free(&quote);
	cvm_verifier_free(verifier);
}

/* ---- the quote by itself ---- */

static bool has_hex(const json_t *fields, const char *key, const void *bytes, size_t len)
{
	const char *expected = text_of(fields, key);
	char text[257];

	return !expected || !strcmp(expected, cvm_hex(text, bytes, len));
}

static bool has_registers(const json_t *fields, const struct cvm_tdx_report *td)
{
	const json_t *rtmrs = json_object_get(fields, "rtmr");
	char text[97];
	size_t i;

	for (i = 0; i < CVM_TDX_RTMRS; i++)
		if (strcmp(json_string_value(json_array_get(rtmrs, i)),
			   cvm_hex(text, td->rtmr[i], 48)))
			return false;
	return true;
}

static void test_fields(const json_t *entry, const struct blob *blob)
{
	const json_t *fields = json_object_get(entry, "fields");
	struct cvm_tdx_quote quote;
	struct cvm_error err = { 0 };
	const struct cvm_tdx_report *td = &quote.td;
	bool good = !cvm_tdx_quote_parse(blob->data, blob->len, &quote, &err);

	good = good &&
	       quote.version == json_integer_value(json_object_get(fields, "quote_version")) &&
	       has_hex(fields, "tee_tcb_svn", td->tee_tcb_svn, 16) &&
	       has_hex(fields, "mrseam", td->mrseam, 48) &&
	       has_hex(fields, "mrsignerseam", td->mrsignerseam, 48) &&
	       has_hex(fields, "td_attributes", &td->td_attributes, 8) &&
	       has_hex(fields, "xfam", &td->xfam, 8) && has_hex(fields, "mrtd", td->mrtd, 48) &&
	       has_hex(fields, "mrconfigid", td->mrconfigid, 48) &&
	       has_hex(fields, "mrowner", td->mrowner, 48) &&
	       has_hex(fields, "mrownerconfig", td->mrownerconfig, 48) &&
	       has_hex(fields, "report_data", td->report_data, 64) &&
	       has_hex(fields, "tee_tcb_svn2", td->tee_tcb_svn2, 16) &&
	       has_hex(fields, "mrservicetd", td->mrservicetd, 48) && has_registers(fields, td);
	if (!tap_ok(good, "%s: every field", text_of(entry, "id")))
		tap_note("%s: %s", err.what, err.why);
}

static void test_alone(const json_t *entry)
{
	struct blob blob =
		load(json_string_value(json_array_get(json_object_get(entry, "files"), 0)));
	struct cvm_verifier *verifier = verifier_at(parse_time("2026-11-23T00:00:00Z"));
	struct expected open = {
		CVM_UNDECIDED,
		6,
		"tcb-info",
		CVM_RESULT_MISSING,
		text_of(json_object_get(entry, "fields"), "pck_fmspc"),
		"https://api.trustedservices.intel.com/tdx/certification/v4/tcb?fmspc="
	};

	test_fields(entry, &blob);
	tap_ok(cvm_evidence_kind(blob.data, blob.len) == CVM_EVIDENCE_TDX_QUOTE,
	       "  its kind is seen");
	if (is_preproduction(entry))
		trust_preproduction(verifier);
	expect(verifier, blob.data, blob.len, open, "  without collateral it is open");
	cvm_verifier_set_time(verifier, parse_time("2010-01-01T00:00:00Z"));
	expect(verifier, blob.data, blob.len, REJECTED(6), "  and not long before");
	cvm_verifier_set_time(verifier, parse_time("2046-01-01T00:00:00Z"));
	expect(verifier, blob.data, blob.len, REJECTED(6), "  and not long after");
	blob_free(&blob);
	cvm_verifier_free(verifier);
}

static void test_quote(const json_t *entry)
{
	json_t *evaluations = json_object_get(entry, "tcb_evaluations"), *evaluation;
	const char *id;

	test_alone(entry);
	json_object_foreach(evaluations, id, evaluation) test_pair(entry, id, evaluation);
}

/* ---- the collateral by itself ---- */

static size_t count(struct cvm_verifier *verifier, enum collateral_state state)
{
	struct tdx_cache *cache = cvm_tdx_cache_get(verifier);
	struct collateral *found;
	size_t i, n = 0;

	for (i = 0; i < cache->n_collateral; i++) {
		struct collateral *collateral = cache->collateral[i];
		struct pck pck = { 0 };

		if (collateral->tcb_info) {
			memcpy(pck.fmspc, collateral->tcb_info->fmspc, sizeof(pck.fmspc));
			memcpy(pck.pce_id, collateral->tcb_info->pce_id, sizeof(pck.pce_id));
		}
		if (cvm_collateral_find(verifier, collateral->kind, &pck, NULL, &found))
			tap_bail_out("no memory");
		n += found == collateral && found->state == state &&
		     cvm_collateral_in_time(found, verifier->at);
	}
	return n;
}

static void test_collateral(const json_t *entry)
{
	time_t at = parse_time(text_of(entry, "verify_time"));
	struct cvm_verifier *verifier = verifier_with(entry, at);
	size_t n = cvm_tdx_cache_get(verifier)->n_collateral;

	if (is_preproduction(entry)) {
		tap_ok(count(verifier, COLLATERAL_FORGED) == n, "%s: not Intel's",
		       text_of(entry, "id"));
		trust_preproduction(verifier);
	}
	if (has_old_signer(entry)) {
		tap_ok(count(verifier, COLLATERAL_FORGED) == n, "%s: its signer has expired",
		       text_of(entry, "id"));
		add_new_signer(verifier);
	}
	tap_ok(n && count(verifier, COLLATERAL_GENUINE) == n, "%s: %zu documents genuine",
	       text_of(entry, "id"), n);
	cvm_verifier_free(verifier);
}

/* ---- TDREPORTs ---- */

static void test_tdreport(const char *file, size_t from)
{
	struct cvm_verifier *verifier = verifier_at(FORGE_NOW);
	struct blob blob = load(file);
	struct cvm_tdx_report report;
	struct cvm_error err = { 0 };

	if (!tap_ok(!cvm_tdx_report_parse(blob.data + from, CVM_TDX_REPORT_SIZE, &report, &err),
		    "%s: TDREPORT", file))
		tap_note("%s", err.why);
	expect(verifier, blob.data + from, CVM_TDX_REPORT_SIZE,
	       (struct expected){ CVM_UNDECIDED, 6, "mac", CVM_RESULT_MISSING, "its own machine",
				  "quote" },
	       "  and open, for nobody else can check it");
	blob_free(&blob);
	cvm_verifier_free(verifier);
}

/* A folder with the collateral of all must not confuse. */
static void test_all_collateral(void)
{
	struct cvm_verifier *verifier = verifier_at(0);
	const json_t *entry, *evaluation;
	struct blob quote;
	size_t i;

	for (i = 0; i < json_array_size(entries); i++)
		if (is_kind(json_array_get(entries, i), "tdx-collateral"))
			add_collateral(verifier, json_array_get(entries, i));
	entry = find("tdx-v5-90c06f000000-cf77a6e9");
	evaluation = json_object_get(json_object_get(entry, "tcb_evaluations"),
				     "collateral-attrs-2026-03");
	cvm_verifier_set_time(verifier, parse_time(text_of(evaluation, "verify_time")));
	quote = load(json_string_value(json_array_get(json_object_get(entry, "files"), 0)));
	expect(verifier, quote.data, quote.len, ACCEPTED, "with all collateral there is");
	blob_free(&quote);
	cvm_verifier_free(verifier);
}

static void test_entry(const json_t *entry)
{
	const json_t *files = json_object_get(entry, "files");
	const char *id = text_of(entry, "id");

	if (is_kind(entry, "tdx-quote"))
		test_quote(entry);
	else if (is_kind(entry, "tdx-collateral"))
		test_collateral(entry);
	else if (!strcmp(id, "ccel-attrs-tdreport"))
		test_tdreport(json_string_value(json_array_get(files, 1)), 0);
	else if (is_kind(entry, "azure-hcl") && strstr(id, "tdx"))
		test_tdreport(json_string_value(json_array_get(files, 0)), HCL_HEADER);
}

int main(void)
{
	const char *shared = shared_folder();
	char path[8192];
	json_t *manifest;
	size_t i;

	if (!shared) {
		tap_skip("genuine quotes", "../shared is not here");
		return tap_done();
	}
	snprintf(folder, sizeof(folder), "%s/vectors/evidence", shared);
	snprintf(path, sizeof(path), "%s/MANIFEST.json", folder);
	manifest = json_load_file(path, 0, NULL);
	entries = json_object_get(manifest, "entries");
	if (!entries)
		tap_bail_out("cannot read %s", path);
	for (i = 0; i < json_array_size(entries); i++)
		test_entry(json_array_get(entries, i));
	test_all_collateral();
	json_decref(manifest);
	return tap_done();
}
