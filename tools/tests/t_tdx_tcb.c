// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Intel's judgement on a TCB, as a table: which level fits, and what becomes of the
 * statuses of platform, TDX module and quoting enclave. The expectations are written
 * down from Intel's description of the algorithm and are not computed here.
 */
#include <stdlib.h>
#include <string.h>

#include "appraise.h"
#include "forge_tdx.h"
#include "tap.h"

/**
 * struct levels - collateral with two levels for each part, the quote reaches one of them
 * @platform: status of the level that SVNs 3 reach
 * @module: status of the level of TDX_01 that minor version 5 reaches
 * @qe: status of the level that ISVSVN 4 reaches
 */
struct levels {
	const char *platform;
	const char *module;
	const char *qe;
};

struct row {
	struct levels levels;
	enum cvm_tcb_status status;
	int exit_code;
};

#define UP   "UpToDate"
#define SWH  "SWHardeningNeeded"
#define CFG  "ConfigurationNeeded"
#define CSWH "ConfigurationAndSWHardeningNeeded"
#define OUT  "OutOfDate"
#define OUTC "OutOfDateConfigurationNeeded"
#define REV  "Revoked"

static const struct row rows[] = {
	{ { UP, UP, UP }, CVM_TCB_UP_TO_DATE, 0 },
	{ { SWH, UP, UP }, CVM_TCB_SW_HARDENING, 8 },
	{ { CFG, UP, UP }, CVM_TCB_CONFIGURATION, 8 },
	{ { CSWH, UP, UP }, CVM_TCB_CONFIGURATION_SW_HARDENING, 8 },
	{ { OUT, UP, UP }, CVM_TCB_OUT_OF_DATE, 8 },
	{ { OUTC, UP, UP }, CVM_TCB_OUT_OF_DATE_CONFIGURATION, 8 },
	{ { REV, UP, UP }, CVM_TCB_REVOKED, 6 },

	{ { UP, OUT, UP }, CVM_TCB_OUT_OF_DATE, 8 },
	{ { SWH, OUT, UP }, CVM_TCB_OUT_OF_DATE, 8 },
	{ { CFG, OUT, UP }, CVM_TCB_OUT_OF_DATE_CONFIGURATION, 8 },
	{ { CSWH, OUT, UP }, CVM_TCB_OUT_OF_DATE_CONFIGURATION, 8 },
	{ { OUT, OUT, UP }, CVM_TCB_OUT_OF_DATE, 8 },
	{ { OUTC, OUT, UP }, CVM_TCB_OUT_OF_DATE_CONFIGURATION, 8 },
	{ { REV, OUT, UP }, CVM_TCB_REVOKED, 6 },

	{ { UP, UP, OUT }, CVM_TCB_OUT_OF_DATE, 8 },
	{ { SWH, UP, OUT }, CVM_TCB_OUT_OF_DATE, 8 },
	{ { CFG, UP, OUT }, CVM_TCB_OUT_OF_DATE_CONFIGURATION, 8 },
	{ { CSWH, UP, OUT }, CVM_TCB_OUT_OF_DATE_CONFIGURATION, 8 },
	{ { OUT, UP, OUT }, CVM_TCB_OUT_OF_DATE, 8 },
	{ { OUTC, UP, OUT }, CVM_TCB_OUT_OF_DATE_CONFIGURATION, 8 },
	{ { CFG, OUT, OUT }, CVM_TCB_OUT_OF_DATE_CONFIGURATION, 8 },

	{ { UP, REV, UP }, CVM_TCB_REVOKED, 6 },
	{ { OUT, REV, UP }, CVM_TCB_REVOKED, 6 },
	{ { UP, UP, REV }, CVM_TCB_REVOKED, 6 },
	{ { UP, OUT, REV }, CVM_TCB_REVOKED, 6 },
	{ { REV, REV, REV }, CVM_TCB_REVOKED, 6 },
};

static json_t *svn_levels(int newest, const char *status, const char *advisory)
{
	return tdx_list(tdx_svn_level(newest, UP, NULL),
			tdx_svn_level(newest - 1, status, advisory));
}

static json_t *tcb_info(const struct levels *levels)
{
	json_t *other = tdx_module("TDX_03", tdx_list(tdx_svn_level(6, UP, NULL), NULL));
	json_t *ours = tdx_module("tdx_01", svn_levels(6, levels->module, "INTEL-SA-MODULE"));
	json_t *high = tdx_level(4, 4, 13, UP, NULL);
	json_t *low = tdx_level(3, 3, 13, levels->platform, "INTEL-SA-PLATFORM");

	return tdx_tcb_info(tdx_list(high, low), tdx_list(other, ours));
}

static json_t *qe_identity(const struct levels *levels)
{
	return tdx_qe_identity(svn_levels(5, levels->qe, "INTEL-SA-QE"));
}

static struct cvm_verifier *verifier_with(const struct tdx_keys *keys, const struct levels *levels)
{
	struct cvm_verifier *verifier = tdx_verifier_bare(keys);

	tdx_add_certificates(verifier, keys);
	tdx_add_document(verifier, keys, "tcbInfo", tcb_info(levels));
	tdx_add_document(verifier, keys, "enclaveIdentity", qe_identity(levels));
	return verifier;
}

static void check(struct cvm_verifier *verifier, const struct tdx_quote *quote,
		  enum cvm_tcb_status status, int exit_code, const char *name)
{
	struct blob blob = tdx_quote_make(quote);
	struct cvm_appraisal *a;

	if (cvm_verifier_appraise(verifier, blob.data, blob.len, &a, NULL))
		tap_bail_out("no appraisal");
	if (!tap_ok(a->tcb.status == status && a->exit_code == exit_code, "%s", name))
		tap_note("status %s, %s", cvm_tcb_status_name(a->tcb.status), a->summary);
	cvm_appraisal_free(a);
	blob_free(&blob);
}

static void test_rows(const struct tdx_keys *keys)
{
	struct tdx_quote quote = tdx_quote_new(keys);
	char name[256];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct row *row = &rows[i];
		struct cvm_verifier *verifier = verifier_with(keys, &row->levels);

		snprintf(name, sizeof(name), "platform %s, module %s, QE %s: %s",
			 row->levels.platform, row->levels.module, row->levels.qe,
			 cvm_tcb_status_name(row->status));
		check(verifier, &quote, row->status, row->exit_code, name);
		cvm_verifier_free(verifier);
	}
	blob_free(&quote.chain);
}

/* ---- which level fits ---- */

struct svns {
	uint8_t sgx;
	uint16_t pce;
	uint8_t tee[16];
	uint16_t qe;
	enum cvm_tcb_status status;
	int exit_code;
	const char *name;
};

static const struct svns svns[] = {
	{ 4, 13, { 6, 1, 4 }, 5, CVM_TCB_UP_TO_DATE, 0, "newest of all" },
	{ 9, 20, { 9, 1, 9 }, 9, CVM_TCB_UP_TO_DATE, 0, "newer than all levels" },
	{ 3, 13, { 6, 1, 4 }, 5, CVM_TCB_OUT_OF_DATE, 8, "an older CPU" },
	{ 4, 13, { 6, 1, 3 }, 5, CVM_TCB_OUT_OF_DATE, 8, "an older late microcode" },
	{ 4, 13, { 5, 1, 4 }, 5, CVM_TCB_OUT_OF_DATE, 8, "an older module" },
	{ 4, 13, { 6, 1, 4 }, 4, CVM_TCB_OUT_OF_DATE, 8, "an older quoting enclave" },
	{ 4, 12, { 6, 1, 4 }, 5, CVM_TCB_NO_MATCH, 8, "a PCE older than all" },
	{ 2, 13, { 6, 1, 4 }, 5, CVM_TCB_NO_MATCH, 8, "a CPU older than all" },
	{ 4, 13, { 6, 1, 2 }, 5, CVM_TCB_NO_MATCH, 8, "a late microcode older than all" },
	{ 4, 13, { 4, 1, 4 }, 5, CVM_TCB_NO_MATCH, 8, "a module older than all" },
	{ 4, 13, { 6, 1, 4 }, 3, CVM_TCB_NO_MATCH, 8, "a quoting enclave older than all" },
	{ 4, 13, { 6, 3, 4 }, 5, CVM_TCB_UP_TO_DATE, 0, "another module version" },
	{ 4, 13, { 6, 0, 4 }, 5, CVM_TCB_NO_MATCH, 8, "version 0 compares all SVNs" },
	{ 4, 13, { 6, 2, 4 }, 5, CVM_TCB_NO_MATCH, 6, "a module version nobody knows" },
};

static void test_svns(const struct tdx_keys *keys)
{
	static const struct levels out = { OUT, OUT, OUT };
	struct cvm_verifier *verifier = verifier_with(keys, &out);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(svns); i++) {
		struct tdx_quote quote = tdx_quote_new(keys);
		struct tdx_cert pck = tdx_pck(keys);

		memset(pck.svn, svns[i].sgx, sizeof(pck.svn));
		pck.pce_svn = svns[i].pce;
		blob_free(&quote.chain);
		quote.chain = tdx_chain_make(keys, &pck);
		quote.qe_isv_svn = svns[i].qe;
		memcpy(quote.tee_tcb_svn, svns[i].tee, 16);
		check(verifier, &quote, svns[i].status, svns[i].exit_code, svns[i].name);
		blob_free(&quote.chain);
	}
	cvm_verifier_free(verifier);
}

/* ---- relaunch advised ---- */

struct relaunch {
	struct levels levels;
	uint8_t svn2[3];
	uint16_t body_type;
	enum cvm_tcb_status status;
	const char *name;
};

static const struct relaunch relaunches[] = {
	{ { UP, OUT, UP }, { 6, 1, 4 }, 3, CVM_TCB_RELAUNCH, "the module was updated" },
	{ { UP, OUT, UP }, { 6, 3, 4 }, 3, CVM_TCB_RELAUNCH, "to another major version" },
	{ { SWH, OUT, UP }, { 6, 1, 4 }, 3, CVM_TCB_RELAUNCH, "and software hardening needed" },
	{ { CFG, OUT, UP },
	  { 6, 1, 4 },
	  3,
	  CVM_TCB_RELAUNCH_CONFIGURATION,
	  "and configuration needed" },
	{ { CSWH, OUT, UP },
	  { 6, 1, 4 },
	  3,
	  CVM_TCB_RELAUNCH_CONFIGURATION,
	  "and both of them needed" },
	{ { UP, OUT, UP }, { 5, 1, 4 }, 3, CVM_TCB_OUT_OF_DATE, "not updated" },
	{ { UP, OUT, UP }, { 6, 1, 3 }, 3, CVM_TCB_OUT_OF_DATE, "late microcode not updated" },
	{ { UP, OUT, UP }, { 6, 2, 4 }, 3, CVM_TCB_OUT_OF_DATE, "to a version nobody knows" },
	{ { UP, OUT, UP }, { 4, 0, 4 }, 3, CVM_TCB_RELAUNCH, "to version 0 by the first level" },
	{ { UP, OUT, UP }, { 3, 0, 4 }, 3, CVM_TCB_OUT_OF_DATE, "to version 0, too old" },
	{ { UP, OUT, OUT }, { 6, 1, 4 }, 3, CVM_TCB_OUT_OF_DATE, "but the QE is old too" },
	{ { OUT, OUT, UP }, { 6, 1, 4 }, 3, CVM_TCB_OUT_OF_DATE, "but the platform is old too" },
	{ { UP, UP, UP }, { 6, 1, 4 }, 3, CVM_TCB_UP_TO_DATE, "nothing was old" },
	{ { UP, OUT, UP }, { 6, 1, 4 }, 2, CVM_TCB_OUT_OF_DATE, "a body that cannot tell" },
};

static void test_relaunches(const struct tdx_keys *keys)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(relaunches); i++) {
		const struct relaunch *r = &relaunches[i];
		struct cvm_verifier *verifier = verifier_with(keys, &r->levels);
		struct tdx_quote quote = tdx_quote_new(keys);
		char name[128];

		quote.version = 5;
		quote.body_type = r->body_type;
		memcpy(quote.tee_tcb_svn2, r->svn2, sizeof(r->svn2));
		snprintf(name, sizeof(name), "relaunch: %s", r->name);
		check(verifier, &quote, r->status, r->status == CVM_TCB_UP_TO_DATE ? 0 : 8, name);
		blob_free(&quote.chain);
		cvm_verifier_free(verifier);
	}
}

/* ---- advisories ---- */

static void test_advisories(const struct tdx_keys *keys)
{
	static const struct levels levels = { OUT, OUT, OUT };
	struct cvm_verifier *verifier = verifier_with(keys, &levels);
	struct tdx_quote quote = tdx_quote_new(keys);
	struct blob blob = tdx_quote_make(&quote);
	struct cvm_appraisal *a;

	if (cvm_verifier_appraise(verifier, blob.data, blob.len, &a, NULL))
		tap_bail_out("no appraisal");
	tap_ok(a->tcb.n_advisories == 3, "as many advisories as there are levels");
	tap_ok(!strcmp(a->tcb.advisories[0], "INTEL-SA-PLATFORM"), "first that of the platform");
	tap_ok(!strcmp(a->tcb.advisories[1], "INTEL-SA-MODULE"), "then that of the module");
	tap_ok(!strcmp(a->tcb.advisories[2], "INTEL-SA-QE"), "then that of the quoting enclave");
	tap_ok(!strcmp(a->tcb.date, "2024-11-13T00:00:00Z") && a->tcb.evaluation_number == 18,
	       "date and evaluation number");
	cvm_appraisal_free(a);
	blob_free(&blob);
	blob_free(&quote.chain);
	cvm_verifier_free(verifier);
}

int main(void)
{
	struct tdx_keys keys;

	tdx_keys_make(&keys);
	test_rows(&keys);
	test_svns(&keys);
	test_relaunches(&keys);
	test_advisories(&keys);
	tdx_keys_free(&keys);
	return tap_done();
}
