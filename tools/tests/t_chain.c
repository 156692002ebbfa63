// SPDX-License-Identifier: LGPL-2.1-or-later
/* Chains that hold and chains that do not, each with one thing wrong. */
#include <string.h>

#include "appraise.h"
#include "tap.h"

static struct forge_keys keys;
static uint8_t report[CVM_SNP_REPORT_SIZE];

static void check(struct cvm_verifier *verifier, struct expected expected, const char *name)
{
	expect(verifier, report, sizeof(report), expected, name);
	cvm_verifier_free(verifier);
}

/* The usual chain with another VEK. */
static void check_vek(struct forge_cert vek, struct expected expected, const char *name)
{
	struct cvm_verifier *verifier = verifier_of(&keys);

	add_certs(verifier, forge_cert(&vek));
	check(verifier, expected, name);
}

static void check_all(struct forge_cert ark, struct forge_cert ask, struct forge_cert vek,
		      struct expected expected, const char *name)
{
	struct cvm_verifier *verifier = verifier_at(FORGE_NOW);

	add_roots(verifier, forge_cert(&ark));
	add_certs(verifier, forge_cert(&ask));
	add_certs(verifier, forge_cert(&vek));
	check(verifier, expected, name);
}

/* The usual VCEK with another root and another ASK. */
static void check_cas(struct forge_cert ark, struct forge_cert ask, struct expected expected,
		      const char *name)
{
	check_all(ark, ask, forge_vcek(&keys), expected, name);
}

static struct expected fails(const char *name, const char *detail)
{
	return (struct expected){ CVM_REJECTED, 6, name, CVM_RESULT_FAIL, detail, NULL };
}

static struct expected is_open(const char *name, const char *remedy)
{
	return (struct expected){ CVM_UNDECIDED, 6, name, CVM_RESULT_MISSING, NULL, remedy };
}

/* ---- what is missing ---- */

static void test_missing(void)
{
	struct forge_cert ark = forge_ark(&keys), ask = forge_ask(&keys), vcek = forge_vcek(&keys);
	struct cvm_verifier *verifier = verifier_at(FORGE_NOW);

	check(verifier,
	      is_open("vek-certificate",
		      "https://kdsintf.amd.com/vcek/v1/Milan/7f3c11223344556677880000"),
	      "no certificate at all");
	check(verifier_of(&keys),
	      is_open("vek-certificate", "?blSPL=4&teeSPL=0&snpSPL=24&ucodeSPL=219"),
	      "no VCEK; the address names its TCB");

	verifier = verifier_at(FORGE_NOW);
	add_roots(verifier, forge_cert(&ark));
	add_certs(verifier, forge_cert(&vcek));
	check(verifier, is_open("chain", "https://kdsintf.amd.com/vcek/v1/Milan/cert_chain"),
	      "no ASK");

	verifier = verifier_at(FORGE_NOW);
	add_certs(verifier, forge_cert(&vcek));
	add_certs(verifier, forge_cert(&ask));
	check(verifier, is_open("chain", "cert_chain"), "no ARK");
}

static void test_foreign_root(void)
{
	struct forge_cert ark = forge_ark(&keys), ask = forge_ask(&keys), vcek = forge_vcek(&keys);
	struct cvm_verifier *verifier = verifier_at(FORGE_NOW);

	add_certs(verifier, forge_cert(&ark));
	add_certs(verifier, forge_cert(&ask));
	add_certs(verifier, forge_cert(&vcek));
	check(verifier, fails("chain", "none of AMD's"), "a root that nobody named");

	ask.issuer_key = keys.ask;
	check_cas(ark, ask, fails("chain", "signature"), "an ASK that the root did not sign");
	ark.issuer_key = keys.ask;
	check_cas(ark, forge_ask(&keys), fails("chain", "signature"),
		  "a root that did not sign itself");
}

/* ---- dates ---- */

static void test_dates(void)
{
	struct forge_cert vcek = forge_vcek(&keys), ask = forge_ask(&keys), ark = forge_ark(&keys);

	vcek.until = FORGE_NOW - 1;
	check_vek(vcek, fails("validity", "expired"), "an expired VCEK");
	vcek.until = FORGE_NOW + 1;
	check_vek(vcek, ACCEPTED, "a VCEK in its last second");
	vcek.from = FORGE_NOW + 1;
	check_vek(vcek, fails("validity", "not yet valid"), "a VCEK of tomorrow");
	ask.until = FORGE_NOW - 1;
	check_cas(ark, ask, fails("validity", "SEV-Milan has expired"), "an expired ASK");
	ark.from = FORGE_NOW + 1;
	check_cas(ark, forge_ask(&keys), fails("validity", "ARK-Milan is not yet valid"),
		  "a root of tomorrow");
}

/* ---- what AMD's certificates must be ---- */

static void test_rules(void)
{
	struct forge_cert vcek = forge_vcek(&keys), ask = forge_ask(&keys);
	EVP_PKEY *weak = EVP_RSA_gen(2048), *p256 = EVP_EC_gen("P-256");

	vcek.pkcs1 = true;
	check_vek(vcek, fails("chain", "RSA-PSS"), "a VCEK signed with PKCS#1 v1.5");
	vcek = forge_vcek(&keys);
	vcek.digest = EVP_sha256();
	check_vek(vcek, fails("chain", "SHA-384"), "a VCEK signed with SHA-256");
	vcek = forge_vcek(&keys);
	vcek.key = p256;
	check_vek(vcek, fails("chain", "P-384"), "a VCEK on P-256");
	vcek.key = weak;
	check_vek(vcek, fails("chain", "P-384"), "a VCEK with an RSA key");

	ask.no_ca = true;
	check_cas(forge_ark(&keys), ask, fails("chain", "invalid CA"), "an ASK that is no CA");
	ask = forge_ask(&keys);
	ask.key = weak;
	vcek = forge_vcek(&keys);
	vcek.issuer_key = weak;
	check_all(forge_ark(&keys), ask, vcek, fails("chain", "4096"), "an ASK with 2048 bits");
	EVP_PKEY_free(weak);
	EVP_PKEY_free(p256);
}

static void test_ca_of_other_line(void)
{
	struct forge_cert ark = forge_ark(&keys), ask = forge_ask(&keys);
	struct forge_cert vcek = forge_vcek(&keys);

	ark.subject = "ARK-Genoa";
	ark.issuer = "ARK-Genoa";
	ask.issuer = "ARK-Genoa";
	ask.subject = "SEV-Genoa";
	vcek.issuer = "SEV-Genoa";
	check_all(ark, ask, vcek, fails("product", "Genoa"), "a Milan VCEK under Genoa's CAs");
}

/* ---- extensions against the report ---- */

static void test_extensions(void)
{
	struct forge_cert vcek = forge_vcek(&keys);
	uint8_t other[64];

	memcpy(other, forge_hwid, sizeof(other));
	other[63] ^= 1;
	vcek.hwid = other;
	check_vek(vcek, fails("vek-hwid", "certificate of"), "a VCEK of another chip, same key");
	vcek = forge_vcek(&keys);
	vcek.key = keys.other_vek;
	vcek.hwid = other;
	check_vek(vcek, fails("report-signature", "did not sign"), "a swapped VCEK");
	vcek = forge_vcek(&keys);
	vcek.tcb = FORGE_TCB - (1ull << 56);
	check_vek(vcek, fails("vek-tcb", "4.0.24.218"), "a VCEK of another TCB, same key");
	vcek = forge_vcek(&keys);
	vcek.wrap_hwid = true;
	check_vek(vcek, ACCEPTED, "a hardware ID in an OCTET STRING");
	vcek = forge_vcek(&keys);
	vcek.product = "Milan";
	check_vek(vcek, ACCEPTED, "a product name without stepping");
	vcek.product = "Genoa";
	check_vek(vcek, fails("product", "Genoa"), "a VCEK of another product");
	vcek = forge_vcek(&keys);
	vcek.hwid_len = 8;
	check_vek(vcek, fails("vek-hwid", NULL), "a Milan VCEK with a Turin hardware ID");
	vcek = forge_vcek(&keys);
	vcek.without_tcb = true;
	check_vek(vcek, fails("vek-certificate", "TCB"), "a VCEK without TCB");
	vcek = forge_vcek(&keys);
	vcek.hwid = NULL;
	check_vek(vcek, fails("vek-certificate", "hardware ID"), "a VCEK without hardware ID");
	vcek = forge_vcek(&keys);
	vcek.csp_id = "CN=both";
	check_vek(vcek, is_open("vek-certificate", NULL), "a certificate that is VCEK and VLEK");
}

static void test_masked_chip(void)
{
	uint8_t kept[CVM_SNP_REPORT_SIZE];
	struct forge_cert vcek = forge_vcek(&keys);

	memcpy(kept, report, sizeof(kept));
	memset(report + AT_CHIP_ID, 0, 64);
	forge_sign(report, keys.vek);
	check_vek(vcek,
		  (struct expected){ CVM_ACCEPTED, 0, "vek-hwid", CVM_RESULT_SKIPPED, "masks",
				     NULL },
		  "a masked chip id");
	check(verifier_of(&keys), is_open("vek-certificate", "masked"),
	      "a masked chip id and no VCEK: no address to ask");
	memcpy(report, kept, sizeof(kept));
}

/* Turin: another TCB layout and a hardware ID of eight bytes. */
static void test_turin(void)
{
	static const uint8_t tcb[8] = { 1, 2, 3, 4, 0, 0, 0, 71 };
	struct forge_cert ark = forge_ark(&keys), ask = forge_ask(&keys);
	struct forge_cert vcek = forge_vcek(&keys);
	uint8_t kept[CVM_SNP_REPORT_SIZE];

	memcpy(kept, report, sizeof(kept));
	report[AT_VERSION] = 5;
	memcpy(report + AT_CPUID, (const uint8_t[]){ 0x1a, 0x02, 0x01 }, 3);
	memcpy(report + AT_REPORTED_TCB, tcb, sizeof(tcb));
	memset(report + AT_CHIP_ID + 8, 0, 56);
	forge_sign(report, keys.vek);

	check(verifier_at(FORGE_NOW),
	      is_open("vek-certificate",
		      "/Turin/7f3c112233445566?fmcSPL=1&blSPL=2&teeSPL=3&snpSPL=4&ucodeSPL=71"),
	      "the address of a Turin VCEK");
	ark.subject = "ARK-Turin";
	ark.issuer = "ARK-Turin";
	ask.issuer = "ARK-Turin";
	ask.subject = "SEV-Turin";
	vcek.issuer = "SEV-Turin";
	vcek.product = "Turin";
	vcek.hwid_len = 8;
	vcek.tcb = 71ull << 56 | 4 << 24 | 3 << 16 | 2 << 8 | 1;
	check_all(ark, ask, vcek,
		  (struct expected){ CVM_ACCEPTED, 0, "vek-tcb", CVM_RESULT_OK, "1.2.3.4.71",
				     NULL },
		  "a Turin report");
	memcpy(report, kept, sizeof(kept));
}

static void test_vlek(void)
{
	struct forge_cert vlek = forge_vlek(&keys), asvk = forge_ask(&keys);
	struct cvm_verifier *verifier = verifier_of(&keys);
	uint8_t kept[CVM_SNP_REPORT_SIZE];

	memcpy(kept, report, sizeof(kept));
	add_certs(verifier, forge_cert(&vlek));
	check(verifier, is_open("vek-certificate", NULL), "a VLEK is no answer to a VCEK's report");

	report[AT_KEY_BITS] = CVM_SNP_SIGNER_VLEK << 2;
	forge_sign(report, keys.vek);
	asvk.subject = "SEV-VLEK-Milan";
	verifier = verifier_of(&keys);
	add_certs(verifier, forge_cert(&asvk));
	add_certs(verifier, forge_cert(&vlek));
	check(verifier,
	      (struct expected){ CVM_ACCEPTED, 0, "vek-hwid", CVM_RESULT_SKIPPED,
				 "CN=cloud.example", NULL },
	      "a VLEK");
	check(verifier_of(&keys), is_open("vek-certificate", "provider"), "no VLEK");
	vlek.issuer = "SEV-Milan";
	check_vek(vlek, fails("chain", "ASK"), "a VLEK that an ASK signed");
	/* a host that masks the chip key and loads a VLEK is what providers do */
	report[AT_KEY_BITS] |= 2;
	forge_sign(report, keys.vek);
	vlek.issuer = "SEV-VLEK-Milan";
	verifier = verifier_of(&keys);
	add_certs(verifier, forge_cert(&asvk));
	add_certs(verifier, forge_cert(&vlek));
	check(verifier, ACCEPTED, "a VLEK on a host with MASK_CHIP_KEY");
	memcpy(report, kept, sizeof(kept));
}

/* ---- what a host may add ---- */

static void test_decoys(void)
{
	struct cvm_verifier *verifier = verifier_at(FORGE_NOW);
	struct forge_cert ark = forge_ark(&keys), ask = forge_ask(&keys);
	struct forge_cert vcek = forge_vcek(&keys), expired = vcek;

	/* the same names first, and none of them holds */
	ask.key = keys.ark;
	ask.issuer_key = keys.ask;
	add_certs(verifier, forge_cert(&ask));
	ark.key = keys.ask;
	ark.issuer_key = keys.ask;
	add_certs(verifier, forge_cert(&ark));
	vcek.key = keys.other_vek;
	add_certs(verifier, forge_cert(&vcek));
	expired.until = FORGE_NOW - 5;
	add_certs(verifier, forge_cert(&expired));

	ark = forge_ark(&keys);
	ask = forge_ask(&keys);
	vcek = forge_vcek(&keys);
	add_certs(verifier, forge_cert(&vcek));
	add_certs(verifier, forge_cert(&ask));
	expect(verifier, report, sizeof(report), REJECTED(6), "decoys alone");
	add_roots(verifier, forge_cert(&ark));
	check(verifier, ACCEPTED, "decoys before the right ones");
}

/* ---- revocation ---- */

static void check_crl(struct forge_crl crl, struct expected expected, const char *name)
{
	struct cvm_verifier *verifier = verifier_of(&keys);
	struct forge_cert vcek = forge_vcek(&keys);

	add_certs(verifier, forge_cert(&vcek));
	add_crl(verifier, forge_crl(&crl));
	check(verifier, expected, name);
}

static struct expected with_crl(const char *detail)
{
	return (struct expected){ CVM_ACCEPTED, 0, "revocation", CVM_RESULT_OK, detail, NULL };
}

static void test_revocation(void)
{
	static const long of_ask[] = { 5, 0x10001 }, of_vcek[] = { 7 };
	struct forge_crl crl = forge_ark_crl(&keys);

	check_vek(forge_vcek(&keys),
		  (struct expected){ CVM_ACCEPTED, 0, "revocation", CVM_RESULT_SKIPPED,
				     "not checked", "https://kdsintf.amd.com/vcek/v1/Milan/crl" },
		  "no CRL is said, with the address");
	check_crl(crl, with_crl("CRL of 2025-11-20"), "an empty CRL");
	crl.revoked = of_ask;
	crl.n_revoked = 2;
	check_crl(crl, fails("revocation", "SEV-Milan is revoked"), "a revoked ASK");
	crl.from -= 90l * 86400;
	crl.until = FORGE_NOW - 1;
	check_crl(crl, fails("revocation", "revoked"), "a revoked ASK, on an old CRL");
	crl.revoked = of_vcek;
	crl.n_revoked = 1;
	check_crl(crl, is_open("revocation", "crl"), "an expired CRL");
	crl = forge_ark_crl(&keys);
	crl.revoked = of_vcek;
	crl.n_revoked = 1;
	check_crl(crl, with_crl(NULL), "the serial of a VCEK on the list of its ASK's issuer");
	crl.issuer = "SEV-Milan";
	crl.key = keys.ask;
	check_crl(crl, fails("revocation", "SEV-VCEK is revoked"), "a revoked VCEK");
	crl.n_revoked = 0;
	check_crl(crl, is_open("revocation", "crl"), "a CRL of the ASK alone");
}

static void test_bad_crls(void)
{
	struct forge_crl crl = forge_ark_crl(&keys);
	struct cvm_verifier *verifier;
	struct cvm_error err;
	struct blob blob;

	crl.key = keys.ask;
	check_crl(crl, fails("revocation", "not signed"), "a forged CRL");
	crl = forge_ark_crl(&keys);
	crl.issuer = "ARK-Genoa";
	check_crl(crl, is_open("revocation", "crl"), "a CRL of another line");
	crl = forge_ark_crl(&keys);
	crl.from = FORGE_NOW + 1;
	check_crl(crl, is_open("revocation", "crl"), "a CRL of tomorrow");

	crl = forge_ark_crl(&keys);
	crl.no_until = true;
	blob = forge_crl(&crl);
	verifier = verifier_of(&keys);
	tap_ok(cvm_verifier_add_crl(verifier, blob.data, blob.len, "crl", &err) < 0,
	       "a CRL without an end is refused");
	tap_ok(err.code == CVM_ERR_CERTIFICATE, "and the error is of a certificate");
	cvm_verifier_free(verifier);
	blob_free(&blob);
}

/* What was found out about a chain holds only for what it was found out with. */
static void test_cache(void)
{
	static const long of_ask[] = { 0x10001 };
	struct cvm_verifier *verifier = verifier_of(&keys);
	struct forge_cert vcek = forge_vcek(&keys);
	struct forge_crl crl = forge_ark_crl(&keys);

	add_certs(verifier, forge_cert(&vcek));
	expect(verifier, report, sizeof(report), ACCEPTED, "a chain, first time");
	expect(verifier, report, sizeof(report), ACCEPTED, "a chain, from memory");
	cvm_verifier_set_time(verifier, FORGE_NOW + 8 * FORGE_YEAR);
	expect(verifier, report, sizeof(report), fails("validity", NULL), "eight years later");
	cvm_verifier_set_time(verifier, FORGE_NOW);
	expect(verifier, report, sizeof(report), ACCEPTED, "and back");
	crl.revoked = of_ask;
	crl.n_revoked = 1;
	add_crl(verifier, forge_crl(&crl));
	check(verifier, fails("revocation", NULL), "a CRL that came later");
}

int main(void)
{
	forge_keys_make(&keys);
	forge_report(report);
	forge_sign(report, keys.vek);

	check_vek(forge_vcek(&keys),
		  (struct expected){ CVM_ACCEPTED, 0, "chain", CVM_RESULT_OK,
				     "VCEK <- SEV-Milan <- ARK-Milan", NULL },
		  "a chain that holds");
	test_missing();
	test_foreign_root();
	test_dates();
	test_rules();
	test_ca_of_other_line();
	test_extensions();
	test_masked_chip();
	test_turin();
	test_vlek();
	test_decoys();
	test_revocation();
	test_bad_crls();
	test_cache();

	forge_keys_free(&keys);
	return tap_done();
}
