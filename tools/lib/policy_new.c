// SPDX-License-Identifier: LGPL-2.1-or-later
/* A policy text from evidence that is known to be good. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy.h"

/* The evidence that a policy is made from: one of the two. */
struct origin {
	const struct cvm_snp_report *snp;
	const struct cvm_tdx_report *tdx;
};

static const char head[] =
	"# Policy for cvmctl verify; cvm-policy(5) explains every key.\n"
	"# Made from one report: it accepts that evidence and what is at least as new.\n"
	"# Take out or widen what may differ between your guests.\n";

static const char chip_note[] = "# one machine only; take the # away to bind the guest to it\n#";

/* What stands above a section, or above a key when @key is not NULL. */
static const struct {
	const char *section;
	const char *key;
	const char *text;
} notes[] = {
	{ "snp", "measurement", "# launch digest: firmware, kernel, initrd and command line" },
	{ "snp", "host_data", "# chosen by the host at launch" },
	{ "snp", "family_id", "# from the ID block, zero without one" },
	{ "guest-policy", NULL,
	  "# bits of the guest policy: required (set), forbidden (clear) or any" },
	{ "platform-info", NULL, "# what the host runs with: required, forbidden or any" },
	{ "tcb", NULL, "# lowest firmware versions, as the certificate attests them" },
	{ "tcb-committed", NULL, "# lowest versions the host can go back to" },
	{ "tcb-current", NULL, "# lowest versions that run" },
	{ "tcb-launch", NULL, "# lowest versions when the guest was launched" },
	{ "tdx", "mrtd", "# what the TD began with: its firmware" },
	{ "tdx", "rtmr0",
	  "# firmware settings; 1 boot loader, 2 kernel and initrd, 3 applications" },
	{ "tdx", "mrconfigid", "# chosen by the host at launch" },
	{ "tdx", "mrseam", "# this one version of the TDX module; take the # away to ask for it" },
	{ "tdx", "xfam_required", "# CPU features that the TD may use" },
	{ "td-attributes", NULL, "# required (set), forbidden (clear) or any" },
	{ "tdx-tcb", "status", "# what Intel may say of the TCB, see cvm-policy(5)" },
	{ "tdx-tcb", "min_tee_tcb_svn", "# lowest SVNs of the TDX module" },
};

static void write_note(FILE *out, const char *section, const char *key)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(notes); i++) {
		if (strcmp(notes[i].section, section) || !notes[i].key != !key)
			continue;
		if (!key || !strcmp(notes[i].key, key))
			fprintf(out, "%s\n", notes[i].text);
	}
}

static void write_bit(FILE *out, const struct policy_key *key, uint64_t word)
{
	if (key->where == CVM_SNP_POLICY_DEBUG && key->kind == RULE_GUEST_BIT && word & key->where)
		fputs("# WARNING: this guest runs with DEBUG, the host can read its memory\n", out);
	fprintf(out, "%s = %s\n", key->key, word & key->where ? "required" : "forbidden");
}

static void write_bytes(FILE *out, const struct policy_key *key, const uint8_t *field)
{
	char text[2 * 64 + 1];

	if (!strcmp(key->key, "chip_id"))
		fprintf(out, "%s", chip_note);
	fprintf(out, "%s = %s\n", key->key, cvm_hex(text, field, key->size));
}

static void write_vmpl(FILE *out, const struct policy_key *key, uint32_t vmpl)
{
	if (vmpl <= 3)
		fprintf(out, "%s = %u\n", key->key, vmpl);
	else
		fprintf(out, "# the host asked for this report, so there is no %s\n", key->key);
}

static void write_product(FILE *out, const struct policy_key *key, enum cvm_snp_product product)
{
	if (product == CVM_SNP_UNKNOWN)
		fprintf(out, "#%s = Milan, Genoa, Turin (this report does not tell)\n", key->key);
	else
		fprintf(out, "%s = %s\n", key->key, cvm_snp_product_name(product));
}

static void write_crl_age(FILE *out, const struct policy_key *key)
{
	fprintf(out, "# asks for a CRL that is not older than that\n#%s = 7d\n", key->key);
}

static void write_key(FILE *out, const struct policy_key *key, const struct cvm_snp_report *report)
{
	const uint8_t *field = (const uint8_t *)report + key->where;

	switch (key->kind) {
	case RULE_GUEST_BIT:
		return write_bit(out, key, report->policy);
	case RULE_PLATFORM_BIT:
		return write_bit(out, key, report->platform_info);
	case RULE_MIN_TCB:
		if (strcmp(key->key, "min_fmc") || report->reported_tcb.has_fmc)
			fprintf(out, "%s = %u\n", key->key, *field);
		return;
	case RULE_MIN_NUMBER:
		fprintf(out, "%s = %u\n", key->key, *(const uint32_t *)field);
		return;
	case RULE_MAX_VMPL:
		return write_vmpl(out, key, report->vmpl);
	case RULE_MIN_ABI:
		fprintf(out, "%s = %u.%u\n", key->key, CVM_SNP_POLICY_ABI_MAJOR(report->policy),
			CVM_SNP_POLICY_ABI_MINOR(report->policy));
		return;
	case RULE_BYTES:
		return write_bytes(out, key, field);
	case RULE_PRODUCT:
		return write_product(out, key, report->product);
	case RULE_SIGNER:
		fprintf(out, "%s = %s\n", key->key,
			report->signer == CVM_SNP_SIGNER_VLEK ? "vlek" : "vcek");
		return;
	case RULE_CRL_AGE:
		return write_crl_age(out, key);
	default:
		return;
	}
}

/* ---- TDX ---- */

static void write_td_bit(FILE *out, const struct policy_key *key, uint64_t word)
{
	if (key->where == CVM_TDX_ATTR_UNTRUSTED && word & key->where)
		fputs("# WARNING: this TD runs with DEBUG, the host can look into it\n", out);
	fprintf(out, "%s = %s\n", key->key, word & key->where ? "required" : "forbidden");
}

static void write_td_key(FILE *out, const struct policy_key *key,
			 const struct cvm_tdx_report *report)
{
	const uint8_t *bytes = (const uint8_t *)report;

	switch (key->kind) {
	case RULE_TD_BIT:
		return write_td_bit(out, key, report->td_attributes);
	case RULE_TD_BYTES:
		if (!strcmp(key->key, "mrservicetd") && !report->is_15)
			return;
		/* a TDX module is updated under its TDs; its signer stays */
		if (!strcmp(key->key, "mrseam"))
			fputc('#', out);
		return write_bytes(out, key, bytes + key->where);
	case RULE_TD_REQUIRED:
	case RULE_TD_ALLOWED:
		fprintf(out, "%s = %#" PRIx64 "\n", key->key, report->xfam);
		return;
	case RULE_TD_MIN_SVN:
		return write_bytes(out, key, bytes + key->where);
	case RULE_TCB_STATUS:
		fprintf(out, "%s = %s\n", key->key, cvm_tcb_status_name(CVM_TCB_UP_TO_DATE));
		return;
	case RULE_TCB_ADVISORIES:
		fprintf(out, "# advisories that may concern it, any without this key\n#%s =\n",
			key->key);
		return;
	case RULE_TCB_EVALUATION:
		fprintf(out, "# oldest evaluation of Intel that will do\n#%s = 18\n", key->key);
		return;
	case RULE_CRL_AGE:
		return write_crl_age(out, key);
	default:
		return;
	}
}

/* ---- both ---- */

static void write_any(FILE *out, const struct policy_key *key, const struct origin *origin)
{
	if (origin->tdx)
		write_td_key(out, key, origin->tdx);
	if (origin->snp)
		write_key(out, key, origin->snp);
}

static bool concerns(const struct policy_key *key, const struct origin *origin)
{
	return origin->tdx ? !cvm_policy_key_is_snp(key) : !cvm_policy_key_is_tdx(key);
}

static void write_all(FILE *out, const struct origin *origin)
{
	const char *section = "";
	size_t i;

	fputs(head, out);
	for (i = 0; i < cvm_policy_n_keys; i++) {
		const struct policy_key *key = &cvm_policy_keys[i];

		if (!concerns(key, origin))
			continue;
		if (strcmp(section, key->section)) {
			section = key->section;
			fputc('\n', out);
			write_note(out, section, NULL);
			fprintf(out, "[%s]\n", section);
		}
		write_note(out, section, key->key);
		write_any(out, key, origin);
	}
}

static int write_text(const struct origin *origin, char **text, struct cvm_error *err)
{
	size_t len;
	FILE *out;
	bool failed;

	*text = NULL;
	out = open_memstream(text, &len);
	if (!out)
		return cvm_error_nomem(err, "policy");
	write_all(out, origin);
	failed = ferror(out);
	if (!fclose(out) && !failed)
		return 0;
	free(*text);
	*text = NULL;
	return cvm_error_nomem(err, "policy");
}

int cvm_policy_from_report(const struct cvm_snp_report *report, char **text, struct cvm_error *err)
{
	struct origin origin = { .snp = report };

	return write_text(&origin, text, err);
}

int cvm_policy_from_tdx(const struct cvm_tdx_report *report, char **text, struct cvm_error *err)
{
	struct origin origin = { .tdx = report };

	return write_text(&origin, text, err);
}
