// SPDX-License-Identifier: LGPL-2.1-or-later
/* Policy rules about TDX: each key with a value that holds and one that does not. */
#include <stdlib.h>
#include <string.h>

#include "appraise.h"
#include "forge_tdx.h"
#include "tap.h"

static struct tdx_keys keys;

/* fields of forge_quote.c's TD as hexadecimal text */
#define A0 \
	"a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0"
#define A1 \
	"a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1"
#define A4 \
	"a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4"
#define A7 \
	"a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7"
#define SE \
	"5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e"
#define Z \
	"000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"

struct rule {
	const char *text;
	int exit_code;
	const char *check;
};

static const struct rule rules[] = {
	{ "[tdx]\nmrtd = " A0 "\n", 0, "mrtd" },
	{ "[tdx]\nmrtd = " A1 ",\n  " A0 "\n", 0, "mrtd" },
	{ "[tdx]\nmrtd = " A1 "\n", 8, "mrtd" },
	{ "[tdx]\nmrconfigid = " A1 "\n", 0, "mrconfigid" },
	{ "[tdx]\nmrowner = " A1 "\n", 8, "mrowner" },
	{ "[tdx]\nmrownerconfig = " A1 "\n", 8, "mrownerconfig" },
	{ "[tdx]\nrtmr0 = " A4 "\n", 0, "rtmr0" },
	{ "[tdx]\nrtmr1 = " A4 "\n", 8, "rtmr1" },
	{ "[tdx]\nrtmr3 = " A7 "\n", 0, "rtmr3" },
	{ "[tdx]\nmrseam = " SE "\n", 0, "mrseam" },
	{ "[tdx]\nmrsignerseam = " Z "\n", 0, "mrsignerseam" },
	{ "[tdx]\nmrservicetd = " Z "\n", 0, "mrservicetd" },
	{ "[tdx]\nmrservicetd = " A0 "\n", 8, "mrservicetd" },
	{ "[tdx]\nxfam_required = 0x3\n", 0, "xfam-required" },
	{ "[tdx]\nxfam_required = 0x8\n", 8, "xfam-required" },
	{ "[tdx]\nxfam_allowed = 606e7\n", 0, "xfam-allowed" },
	{ "[tdx]\nxfam_allowed = 0x600e7\n", 8, "xfam-allowed" },
	{ "[td-attributes]\nsept_ve_disable = required\n", 0, "td-attributes.sept_ve_disable" },
	{ "[td-attributes]\nsept_ve_disable = forbidden\n", 8, "td-attributes.sept_ve_disable" },
	{ "[td-attributes]\nmigratable = required\n", 8, "td-attributes.migratable" },
	{ "[td-attributes]\nperfmon = forbidden\n", 0, "td-attributes.perfmon" },
	{ "[tdx-tcb]\nmin_tee_tcb_svn = 05010300000000000000000000000000\n", 0, "tee-tcb-svn" },
	{ "[tdx-tcb]\nmin_tee_tcb_svn = 05010400000000000000000000000000\n", 8, "tee-tcb-svn" },
	{ "[tdx-tcb]\nmin_evaluation_number = 18\n", 0, "tcb-evaluation" },
	{ "[tdx-tcb]\nmin_evaluation_number = 19\n", 8, "tcb-evaluation" },
	{ "[tdx-tcb]\nstatus = UpToDate\n", 0, "tcb-status" },
	{ "[tdx-tcb]\nstatus = OutOfDate\n", 8, "tcb-status" },
	{ "[tdx-tcb]\nadvisories =\n", 0, "tcb-advisories" },
	{ "[revocation]\nmax_crl_age = 2d\n", 0, "crl-age" },
	{ "[revocation]\nmax_crl_age = 1h\n", 8, "crl-age" },
	{ "[snp]\nmax_vmpl = 0\n", 8, "platform-allowed" },
	{ "[snp]\nmax_vmpl = 0\n[tdx]\nmrtd = " A0 "\n", 0, "mrtd" },
};

static struct cvm_policy *parse(const char *text)
{
	struct cvm_policy *policy;
	struct cvm_error err;

	if (cvm_policy_parse(text, strlen(text), "test.policy", &policy, &err))
		tap_bail_out("%s: %s", err.what, err.why);
	return policy;
}

static void expect_with(struct cvm_verifier *verifier, const struct tdx_quote *quote,
			const char *text, struct expected expected)
{
	struct blob blob = tdx_quote_make(quote);
	char name[128];

	snprintf(name, sizeof(name), "%.100s: exit %d", text, expected.exit_code);
	for (char *at = name; *at; at++)
		if (*at == '\n')
			*at = ' ';
	cvm_verifier_set_policy(verifier, parse(text));
	expect(verifier, blob.data, blob.len, expected, name);
	blob_free(&blob);
}

static void test_rules(void)
{
	struct cvm_verifier *verifier = tdx_verifier_of(&keys);
	struct tdx_quote quote = tdx_quote_new(&keys);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rules); i++) {
		struct expected expected = { rules[i].exit_code ? CVM_REJECTED : CVM_ACCEPTED,
					     rules[i].exit_code,
					     rules[i].check,
					     rules[i].exit_code ? CVM_RESULT_FAIL : CVM_RESULT_OK,
					     NULL,
					     NULL };

		expect_with(verifier, &quote, rules[i].text, expected);
	}
	blob_free(&quote.chain);
	cvm_verifier_free(verifier);
}

static void test_debug(void)
{
	struct cvm_verifier *verifier = tdx_verifier_of(&keys);
	struct tdx_quote quote = tdx_quote_new(&keys);
	struct expected refused = { CVM_REJECTED,  8,	"td-attributes.debug", CVM_RESULT_FAIL,
				    "DEBUG is on", NULL };

	quote.td_attributes = CVM_TDX_ATTR_DEBUG;
	expect_with(verifier, &quote, "", refused);
	expect_with(verifier, &quote, "[td-attributes]\ndebug = any\n", ACCEPTED);
	quote.td_attributes = CVM_TDX_ATTR_PERF_PROF;
	refused.detail = "profiling is on";
	expect_with(verifier, &quote, "", refused);
	/* SEPT_VE_DISABLE is a matter of the policy and not wired in */
	quote.td_attributes = 0;
	expect_with(verifier, &quote, "", ACCEPTED);
	blob_free(&quote.chain);
	cvm_verifier_free(verifier);
}

/* ---- Intel's judgement ---- */

static struct cvm_verifier *verifier_out_of_date(void)
{
	json_t *level = tdx_level(3, 3, 13, "OutOfDate", "INTEL-SA-01036");
	json_t *module = tdx_module("TDX_01", tdx_list(tdx_svn_level(4, "UpToDate", NULL), NULL));
	struct cvm_verifier *verifier = tdx_verifier_bare(&keys);

	tdx_add_certificates(verifier, &keys);
	tdx_add_document(verifier, &keys, "tcbInfo",
			 tdx_tcb_info(tdx_list(level, NULL), tdx_list(module, NULL)));
	tdx_add_document(verifier, &keys, "enclaveIdentity", tdx_new_qe_identity());
	return verifier;
}

static void test_status(void)
{
	struct cvm_verifier *verifier = verifier_out_of_date();
	struct tdx_quote quote = tdx_quote_new(&keys);

	expect_with(verifier, &quote, "",
		    (struct expected){ CVM_REJECTED, 8, "tcb-status", CVM_RESULT_FAIL, "OutOfDate",
				       "status = UpToDate" });
	expect_with(verifier, &quote, "[tdx-tcb]\nstatus = UpToDate, OutOfDate\n", ACCEPTED);
	expect_with(verifier, &quote,
		    "[tdx-tcb]\nstatus = OutOfDate\nadvisories = INTEL-SA-01036, INTEL-SA-1\n",
		    ACCEPTED);
	expect_with(verifier, &quote, "[tdx-tcb]\nstatus = OutOfDate\nadvisories = INTEL-SA-1\n",
		    (struct expected){ CVM_REJECTED, 8, "tcb-advisories", CVM_RESULT_FAIL,
				       "INTEL-SA-01036", NULL });
	blob_free(&quote.chain);
	cvm_verifier_free(verifier);
}

/* ---- policy files ---- */

static void test_refused(void)
{
	static const char *const texts[] = {
		"[tdx]\nmrtd = a0\n",
		"[tdx]\nxfam_allowed = 0x\n",
		"[tdx]\nxfam_allowed = 0x12345678123456789\n",
		"[tdx]\nxfam_allowed = 0xg\n",
		"[tdx]\nmeasurement = " A0 "\n",
		"[tdx-tcb]\nstatus = Revoked\n",
		"[tdx-tcb]\nstatus = NoMatchingLevel\n",
		"[tdx-tcb]\nstatus = uptodate\n",
		"[tdx-tcb]\nstatus =\n",
		"[tdx-tcb]\nmin_tee_tcb_svn = 0501\n",
		"[tdx-tcb]\nmin_tee_tcb_svn = 05010300000000000000000000000000\n"
		"min_tee_tcb_svn = 05010300000000000000000000000000\n",
		"[tdx-tcb]\nadvisories = INTEL-SA-000000000000000000000000000000000000\n",
		"[td-attributes]\ndebug = no\n",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(texts); i++) {
		struct cvm_policy *policy;
		struct cvm_error err;
		int ret =
			cvm_policy_parse(texts[i], strlen(texts[i]), "test.policy", &policy, &err);

		tap_ok(ret && strstr(err.what, "line"), "refused: %s", ret ? err.why : "nothing");
	}
}

/* A policy made of evidence accepts that evidence. */
static void test_new(void)
{
	struct cvm_verifier *verifier = tdx_verifier_of(&keys);
	struct tdx_quote quote = tdx_quote_new(&keys);
	struct cvm_tdx_quote parsed;
	struct blob blob;
	char *text;

	quote.version = 5;
	quote.body_type = 3;
	blob = tdx_quote_make(&quote);
	if (cvm_tdx_quote_parse(blob.data, blob.len, &parsed, NULL) ||
	    cvm_policy_from_tdx(&parsed.td, &text, NULL))
		tap_bail_out("no policy from a TD");
	expect_with(verifier, &quote, text, ACCEPTED);
	quote.td_attributes |= CVM_TDX_ATTR_MIGRATABLE;
	expect_with(verifier, &quote, text, REJECTED(8));
	free(text);
	blob_free(&blob);
	blob_free(&quote.chain);
	cvm_verifier_free(verifier);
}

int main(void)
{
	tdx_keys_make(&keys);
	test_rules();
	test_debug();
	test_status();
	test_refused();
	test_new();
	tdx_keys_free(&keys);
	return tap_done();
}
