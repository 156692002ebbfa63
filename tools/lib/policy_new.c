// SPDX-License-Identifier: LGPL-2.1-or-later
/* A policy text from evidence that is known to be good. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy.h"

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
		fprintf(out, "# asks for a CRL that is not older than that\n#%s = 7d\n", key->key);
		return;
	}
}

static void write_all(FILE *out, const struct cvm_snp_report *report)
{
	const char *section = "";
	size_t i;

	fputs(head, out);
	for (i = 0; i < cvm_policy_n_keys; i++) {
		const struct policy_key *key = &cvm_policy_keys[i];

		if (strcmp(section, key->section)) {
			section = key->section;
			fputc('\n', out);
			write_note(out, section, NULL);
			fprintf(out, "[%s]\n", section);
		}
		write_note(out, section, key->key);
		write_key(out, key, report);
	}
}

int cvm_policy_from_report(const struct cvm_snp_report *report, char **text, struct cvm_error *err)
{
	size_t len;
	FILE *out;
	bool failed;

	*text = NULL;
	out = open_memstream(text, &len);
	if (!out)
		return cvm_error_nomem(err, "policy");
	write_all(out, report);
	failed = ferror(out);
	if (!fclose(out) && !failed)
		return 0;
	free(*text);
	*text = NULL;
	return cvm_error_nomem(err, "policy");
}
