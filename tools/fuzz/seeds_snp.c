// SPDX-License-Identifier: LGPL-2.1-or-later
/* Reports, certificates, certificate tables and policies of SNP. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "forge_tdx.h"
#include "seeds.h"
#include "tap.h"

#define VERIFY_MODES 4
#define ENTRY_SIZE   24
#define TABLE_MAX    16384

/* ---- policies ---- */

static const char *const policies[] = {
	"# nothing\n\n; nothing\n",
	"[snp]\nproduct = Genoa, Milan\nsigner = vcek\nmax_vmpl = 0\nmin_abi = 1.51\n",
	"[snp]\nmin_version = 3\nmin_guest_svn = 3\nhost_data=00\r\n",
	"[snp]\nchip_id = 7f3c112233445566,\n  7f3c112233445567\n",
	"[guest-policy]\ndebug = any\nsmt = required\nmigrate_ma = forbidden\n",
	"[platform-info]\nsmt = required\ntsme = forbidden\nalias_check = any\n",
	"[tcb]\nmin_snp = 24\n[tcb-committed]\nmin_tee = 0\n[tcb-launch]\nmin_microcode = 1\n",
	"[revocation]\nmax_crl_age = 5d\n",
	"[revocation]\nmax_crl_age = 120h\n",
	"[tdx]\nxfam_allowed = 0x606e7\nxfam_required = 3\n[td-attributes]\ndebug = forbidden\n",
	"[tdx-tcb]\nstatus = UpToDate, SWHardeningNeeded\nadvisories = INTEL-SA-01036\n",
	"[tdx-tcb]\nmin_evaluation_number = 17\nadvisories =\n",
	"[tdx-tcb]\nmin_tee_tcb_svn = 05010300000000000000000000000000\n",
};

static void put_policies(const uint8_t report[CVM_SNP_REPORT_SIZE])
{
	struct cvm_snp_report parsed;
	char name[32], *text;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		snprintf(name, sizeof(name), "policy-%zu", i);
		seed_put("policy", name, policies[i], strlen(policies[i]));
		seed_put("show", name, policies[i], strlen(policies[i]));
	}
	if (cvm_snp_report_parse(report, CVM_SNP_REPORT_SIZE, &parsed, NULL) ||
	    cvm_policy_from_report(&parsed, &text, NULL))
		tap_bail_out("no policy of a report");
	seed_put("policy", "snp", text, strlen(text));
	free(text);
}

/* ---- reports ---- */

static void put_verify(const char *name, const uint8_t report[CVM_SNP_REPORT_SIZE])
{
	uint8_t bytes[CVM_SNP_REPORT_SIZE + 256];
	const char *policy = policies[1];
	char mode_name[64];
	uint8_t mode;

	memcpy(bytes, report, CVM_SNP_REPORT_SIZE);
	memcpy(bytes + CVM_SNP_REPORT_SIZE, policy, strlen(policy));
	for (mode = 0; mode < VERIFY_MODES; mode++) {
		snprintf(mode_name, sizeof(mode_name), "%s-mode-%u", name, mode);
		seed_put_mode("verify_snp", mode_name, mode, bytes, CVM_SNP_REPORT_SIZE);
		snprintf(mode_name, sizeof(mode_name), "%s-policy-%u", name, mode);
		seed_put_mode("verify_snp", mode_name, mode, bytes,
			      CVM_SNP_REPORT_SIZE + strlen(policy));
	}
}

static void put_reports(const struct forge_keys *keys)
{
	uint8_t report[CVM_SNP_REPORT_SIZE], version;
	char name[32];

	for (version = 2; version <= 6; version++) {
		forge_report(report);
		report[AT_VERSION] = version;
		forge_sign(report, keys->vek);
		snprintf(name, sizeof(name), "report-%u", version);
		seed_put_evidence("snp_report", name, (struct blob){ report, sizeof(report) });
		put_verify(name, report);
	}
	put_policies(report);
}

/* ---- certificates ---- */

struct table {
	uint8_t bytes[TABLE_MAX];
	size_t at;
	size_t end;
};

static const uint8_t vcek_guid[16] = { 0x63, 0xda, 0x75, 0x8d, 0xe6, 0x64, 0x45, 0x64,
				       0xad, 0xc5, 0xf4, 0xb9, 0x3b, 0xe8, 0xac, 0xcd };
static const uint8_t ask_guid[16] = { 0x4a, 0xb7, 0xb3, 0x79, 0xbb, 0xac, 0x4f, 0xe4,
				      0xa0, 0x2f, 0x05, 0xae, 0xf3, 0x27, 0xc7, 0x82 };

static void put_entry(struct table *table, const uint8_t guid[16], const struct blob *blob)
{
	uint32_t numbers[2] = { table->end, blob->len };

	memcpy(table->bytes + table->at, guid, 16);
	memcpy(table->bytes + table->at + 16, numbers, sizeof(numbers));
	memcpy(table->bytes + table->end, blob->data, blob->len);
	table->at += ENTRY_SIZE;
	table->end += blob->len;
}

static void put_tables(const struct blob *vcek, const struct blob *ask)
{
	struct table table = { .end = 3 * ENTRY_SIZE };
	struct blob small = { (uint8_t *)"0\1x", 3 };

	put_entry(&table, vcek_guid, vcek);
	put_entry(&table, ask_guid, ask);
	seed_put_evidence("snp_certs", "table", (struct blob){ table.bytes, table.end });
	seed_put("x509", "table", table.bytes, table.end);
	seed_put_mode("kmod_snp_wire", "table", 2, table.bytes, table.end);
	table = (struct table){ .end = 3 * ENTRY_SIZE };
	put_entry(&table, vcek_guid, &small);
	put_entry(&table, ask_guid, &small);
	seed_put_evidence("snp_certs", "small", (struct blob){ table.bytes, table.end });
	seed_put_evidence("snp_certs", "empty", (struct blob){ table.bytes + table.at, 24 });
	seed_put_mode("kmod_snp_wire", "small", 2, table.bytes, table.end);
}

static void put_verify_certs(const struct blob *vcek, const struct blob *crl)
{
	seed_put_mode("verify_certs", "vcek", 0, vcek->data, vcek->len);
	seed_put_mode("verify_certs", "vcek-signed", 1, vcek->data, vcek->len);
	seed_put_mode("verify_certs", "crl", 2, crl->data, crl->len);
	seed_put_mode("verify_certs", "crl-by-ark", 3, crl->data, crl->len);
	seed_put_mode("verify_certs", "crl-by-ask", 7, crl->data, crl->len);
}

static void put_certs(const struct forge_keys *keys)
{
	static const long revoked[] = { 7, 8 };
	struct forge_cert certs[] = { forge_ark(keys), forge_ask(keys), forge_vcek(keys),
				      forge_vlek(keys) };
	struct forge_crl crl = forge_ark_crl(keys);
	struct blob blobs[ARRAY_SIZE(certs)], list, pem;
	char name[32];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(certs); i++) {
		blobs[i] = forge_cert(&certs[i]);
		snprintf(name, sizeof(name), "cert-%zu", i);
		seed_put("x509", name, blobs[i].data, blobs[i].len);
	}
	pem = forge_pem(blobs[2]);
	seed_put("x509", "pem", pem.data, pem.len);
	put_tables(&blobs[2], &blobs[1]);
	crl.revoked = revoked;
	crl.n_revoked = ARRAY_SIZE(revoked);
	list = forge_crl(&crl);
	seed_put("x509", "crl", list.data, list.len);
	put_verify_certs(&blobs[2], &list);
	for (i = 0; i < ARRAY_SIZE(certs); i++)
		blob_free(&blobs[i]);
	blob_free(&list);
	blob_free(&pem);
}

void seeds_snp(const struct forge_keys *keys)
{
	put_reports(keys);
	put_certs(keys);
}
