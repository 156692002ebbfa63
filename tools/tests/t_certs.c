// SPDX-License-Identifier: LGPL-2.1-or-later
/* Certificates in every form they come in, and in forms they must not come in. */
#include <stdlib.h>
#include <string.h>

#include "appraise.h"
#include "tap.h"

#define MAX_PARTS 5

static const uint8_t guid_ark[16] = { 0xc0, 0xb4, 0x06, 0xa4, 0xa8, 0x03, 0x49, 0x52,
				      0x97, 0x43, 0x3f, 0xb6, 0x01, 0x4c, 0xd0, 0xae };
static const uint8_t guid_ask[16] = { 0x4a, 0xb7, 0xb3, 0x79, 0xbb, 0xac, 0x4f, 0xe4,
				      0xa0, 0x2f, 0x05, 0xae, 0xf3, 0x27, 0xc7, 0x82 };
static const uint8_t guid_vcek[16] = { 0x63, 0xda, 0x75, 0x8d, 0xe6, 0x64, 0x45, 0x64,
				       0xad, 0xc5, 0xf4, 0xb9, 0x3b, 0xe8, 0xac, 0xcd };
static const uint8_t guid_crl[16] = { 0x92, 0xf8, 0x1b, 0xc3, 0x58, 0x11, 0x4d, 0x3d,
				      0x97, 0xff, 0xd1, 0x9f, 0x88, 0xdc, 0x67, 0xea };
static const uint8_t guid_other[16] = { 1, 2, 3 };

static struct forge_keys keys;
static struct blob ark, ask, vcek;
static uint8_t report[CVM_SNP_REPORT_SIZE];

struct part {
	const uint8_t *guid;
	struct blob blob;
};

static void put32(uint8_t *at, uint32_t value)
{
	int i;

	for (i = 0; i < 4; i++)
		at[i] = value >> 8 * i;
}

/* Entries, the closing entry, the certificates. */
static struct blob make_table(const struct part *parts, size_t n)
{
	size_t at = (n + 1) * 24, i;
	struct blob table = { .len = at };

	for (i = 0; i < n; i++)
		table.len += parts[i].blob.len;
	table.data = calloc(1, table.len);
	if (!table.data)
		tap_bail_out("no memory");
	for (i = 0; i < n; i++) {
		memcpy(table.data + 24 * i, parts[i].guid, 16);
		put32(table.data + 24 * i + 16, at);
		put32(table.data + 24 * i + 20, parts[i].blob.len);
		memcpy(table.data + at, parts[i].blob.data, parts[i].blob.len);
		at += parts[i].blob.len;
	}
	return table;
}

static struct blob join(struct blob a, struct blob b, struct blob c)
{
	struct blob all = { .len = a.len + b.len + c.len };

	all.data = malloc(all.len);
	if (!all.data)
		tap_bail_out("no memory");
	memcpy(all.data, a.data, a.len);
	memcpy(all.data + a.len, b.data, b.len);
	if (c.len)
		memcpy(all.data + a.len + b.len, c.data, c.len);
	blob_free(&a);
	blob_free(&b);
	blob_free(&c);
	return all;
}

/* The form holds ASK and VCEK; the root is named apart. */
static void check_accepted(struct blob certs, const char *name)
{
	struct cvm_verifier *verifier = verifier_at(FORGE_NOW);

	if (cvm_verifier_add_roots(verifier, ark.data, ark.len, "root", NULL))
		tap_bail_out("root does not load");
	add_certs(verifier, certs);
	expect(verifier, report, sizeof(report), ACCEPTED, name);
	cvm_verifier_free(verifier);
}

/* What does not load names the file and the reason, and leaves no trace in the verifier. */
static bool is_refused(const void *data, size_t len)
{
	struct cvm_verifier *verifier = verifier_at(FORGE_NOW);
	struct cvm_error err = { 0 };
	int ret = cvm_verifier_add_certs(verifier, data, len, "a file", &err);

	cvm_verifier_free(verifier);
	return ret < 0 && err.code == CVM_ERR_CERTIFICATE && strstr(err.what, "a file") &&
	       err.why[0];
}

static void test_forms(void)
{
	struct blob text = { (uint8_t *)strdup("subject=whatever\n\n"), 18 };
	struct part der[] = { { guid_ark, ark }, { guid_ask, ask }, { guid_vcek, vcek } };
	struct part pem[] = { { guid_ark, forge_pem(ark) },
			      { guid_ask, forge_pem(ask) },
			      { guid_vcek, forge_pem(vcek) } };
	struct part mixed[] = { { guid_other, { (uint8_t *)"anything", 8 } },
				{ guid_ask, ask },
				{ guid_vcek, pem[2].blob } };
	int i;

	check_accepted(join(forge_pem(ask), forge_pem(vcek), (struct blob){ 0 }), "PEM");
	check_accepted(join(text, forge_pem(vcek), forge_pem(ask)), "PEM with text before it");
	check_accepted(make_table(der, 3), "a table of DER");
	check_accepted(make_table(pem, 3), "a table of PEM");
	check_accepted(make_table(mixed, 3), "a table of both, with an entry nobody knows");
	for (i = 0; i < 3; i++)
		blob_free(&pem[i].blob);
}

static void test_padded_table(void)
{
	struct part parts[] = { { guid_ask, ask }, { guid_vcek, vcek } };
	struct blob table = make_table(parts, 2);
	struct blob padded = { calloc(1, 16384), 16384 };

	memcpy(padded.data, table.data, table.len);
	blob_free(&table);
	check_accepted(padded, "a table in whole pages");
}

static void test_table_with_crl(void)
{
	static const long of_ask[] = { 0x10001 };
	struct forge_crl list = forge_ark_crl(&keys);
	struct part parts[] = { { guid_ask, ask }, { guid_vcek, vcek }, { guid_crl, { 0 } } };
	struct cvm_verifier *verifier = verifier_at(FORGE_NOW);

	list.revoked = of_ask;
	list.n_revoked = 1;
	parts[2].blob = forge_crl(&list);
	cvm_verifier_add_roots(verifier, ark.data, ark.len, "root", NULL);
	add_certs(verifier, make_table(parts, 3));
	expect(verifier, report, sizeof(report), REJECTED(6), "a CRL in the table counts");
	cvm_verifier_free(verifier);
	blob_free(&parts[2].blob);
}

static bool same(const uint8_t *data, size_t len, struct blob blob)
{
	return len == blob.len && !memcmp(data, blob.data, len);
}

static void test_names(void)
{
	struct part parts[] = { { guid_ark, ark }, { guid_vcek, vcek }, { guid_other, ask } };
	struct blob table = make_table(parts, 3);
	struct cvm_snp_cert_entry entries[MAX_PARTS];
	int n = cvm_snp_certs_parse(table.data, table.len, entries, MAX_PARTS, NULL);

	if (!tap_ok(n == 3, "a table has its entries"))
		return;
	tap_ok(!strcmp(entries[0].name, "ARK"), "an ARK");
	tap_ok(!strcmp(entries[1].name, "VCEK"), "a VCEK");
	tap_ok(!strcmp(entries[2].name, "unknown"), "an entry that nobody knows");
	tap_ok(!strcmp(entries[1].guid, "63da758d-e664-4564-adc5-f4b93be8accd"), "its GUID");
	tap_ok(same(entries[1].data, entries[1].len, vcek), "its bytes");
	tap_ok(cvm_snp_certs_parse(table.data, table.len, entries, 2, NULL) == 2,
	       "no more entries than there is room for");
	blob_free(&table);
}

static bool lies(struct blob table, size_t at, uint32_t value)
{
	uint8_t *copy = malloc(table.len);
	struct cvm_snp_cert_entry entries[MAX_PARTS];
	bool refused;

	memcpy(copy, table.data, table.len);
	put32(copy + at, value);
	refused = cvm_snp_certs_parse(copy, table.len, entries, MAX_PARTS, NULL) < 0 &&
		  is_refused(copy, table.len);
	free(copy);
	return refused;
}

static void test_lying_table(void)
{
	struct part parts[] = { { guid_ask, ask }, { guid_vcek, vcek } };
	struct blob table = make_table(parts, 2);
	uint32_t len = table.len;

	tap_ok(lies(table, 16, len), "an offset at the end");
	tap_ok(lies(table, 16, len + 1), "an offset behind the end");
	tap_ok(lies(table, 16, UINT32_MAX), "an offset far away");
	tap_ok(lies(table, 16, 0), "an offset into the header");
	tap_ok(lies(table, 20, len), "a length behind the end");
	tap_ok(lies(table, 20, UINT32_MAX), "a length that wraps around");
	tap_ok(lies(table, 20, 0), "an empty entry");
	tap_ok(lies(table, 48, 1), "no closing entry");
	tap_ok(is_refused(table.data, 48), "a table that ends before its closing entry");
	blob_free(&table);
}

/* Cut anywhere, and in memory that ends there. */
static void test_truncated_table(void)
{
	struct part parts[] = { { guid_ask, ask }, { guid_vcek, vcek } };
	struct blob table = make_table(parts, 2);
	size_t len, wrong = 0;

	for (len = 0; len < table.len; len++) {
		uint8_t *exact = malloc(len ? len : 1);

		memcpy(exact, table.data, len);
		wrong += !is_refused(exact, len);
		free(exact);
	}
	tap_ok(!wrong, "a table cut anywhere is refused");
	for (len = 0, wrong = 0; len < vcek.len; len++)
		wrong += !is_refused(vcek.data, len);
	tap_ok(!wrong, "a certificate cut anywhere is refused");
	blob_free(&table);
}

static void test_garbage(void)
{
	static const char no_cert[] = "-----BEGIN SOMETHING-----\nAAAA\n-----END SOMETHING-----\n";
	static const char broken[] = "-----BEGIN CERTIFICATE-----\nAAAA\n";
	struct blob longer = { calloc(1, vcek.len + 1), vcek.len + 1 };
	struct blob pem = forge_pem(vcek);
	uint8_t zeros[64] = { 0 }, noise[4096];
	size_t i;

	srand(1);
	for (i = 0; i < sizeof(noise); i++)
		noise[i] = rand();
	memcpy(longer.data, vcek.data, vcek.len);
	tap_ok(is_refused("", 0), "an empty file");
	tap_ok(is_refused("\0", 1), "one byte");
	tap_ok(is_refused(zeros, sizeof(zeros)), "zeros: a table without entries");
	tap_ok(is_refused(noise, sizeof(noise)), "noise");
	tap_ok(is_refused("some text\n", 10), "text");
	tap_ok(is_refused(no_cert, sizeof(no_cert) - 1), "PEM without a certificate");
	tap_ok(is_refused(broken, sizeof(broken) - 1), "PEM without an end");
	tap_ok(is_refused(longer.data, longer.len), "a byte behind a certificate");
	pem.data[pem.len / 2] = '!';
	tap_ok(is_refused(pem.data, pem.len), "PEM with a broken line");
	blob_free(&pem);
	blob_free(&longer);
}

static void test_wrong_place(void)
{
	struct forge_crl list = forge_ark_crl(&keys);
	struct cvm_verifier *verifier = verifier_at(FORGE_NOW);
	struct blob crl = forge_crl(&list);
	struct cvm_error err;

	tap_ok(cvm_verifier_add_crl(verifier, ask.data, ask.len, "f", &err) < 0,
	       "a certificate is no CRL");
	tap_ok(err.code == CVM_ERR_CERTIFICATE, "and the error is of a certificate");
	tap_ok(cvm_verifier_add_roots(verifier, ask.data, ask.len, "f", &err) < 0,
	       "an ASK is no root");
	tap_ok(strstr(err.why, "self-signed"), "and the error says why");
	tap_ok(cvm_verifier_add_roots(verifier, crl.data, crl.len, "f", &err) < 0,
	       "a CRL is no root");
	cvm_verifier_add_certs(verifier, ask.data, ask.len, "f", &err);
	tap_ok(!cvm_verifier_add_certs(verifier, ask.data, ask.len, "f", &err),
	       "a certificate may come twice");
	blob_free(&crl);
	cvm_verifier_free(verifier);
}

/* Each byte of a table changed in turn: whatever comes of it, nothing breaks. */
static void test_flipped_table(void)
{
	struct part parts[] = { { guid_ask, ask }, { guid_vcek, vcek } };
	struct blob table = make_table(parts, 2);
	size_t at, accepted = 0;

	for (at = 0; at < table.len; at++) {
		struct cvm_verifier *verifier = verifier_at(FORGE_NOW);

		table.data[at] ^= 0x41;
		cvm_verifier_add_roots(verifier, ark.data, ark.len, "root", NULL);
		if (!cvm_verifier_add_certs(verifier, table.data, table.len, "table", NULL))
			accepted += !exit_code_of(verifier, report, sizeof(report));
		table.data[at] ^= 0x41;
		cvm_verifier_free(verifier);
	}
	/* only the GUIDs are nobody's business */
	tap_ok(accepted <= 32, "a flipped byte in a table does not get through");
	tap_note("%zu of %zu flips changed nothing that counts", accepted, table.len);
	blob_free(&table);
}

int main(void)
{
	struct forge_cert cert;

	forge_keys_make(&keys);
	cert = forge_ark(&keys);
	ark = forge_cert(&cert);
	cert = forge_ask(&keys);
	ask = forge_cert(&cert);
	cert = forge_vcek(&keys);
	vcek = forge_cert(&cert);
	forge_report(report);
	forge_sign(report, keys.vek);

	test_forms();
	test_padded_table();
	test_table_with_crl();
	test_names();
	test_lying_table();
	test_truncated_table();
	test_garbage();
	test_wrong_place();
	test_flipped_table();

	blob_free(&ark);
	blob_free(&ask);
	blob_free(&vcek);
	forge_keys_free(&keys);
	return tap_done();
}
