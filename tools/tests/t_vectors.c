// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Genuine evidence with known verdicts: every SNP entry of the manifest in
 * ../shared/vectors/evidence. That data is not part of the project.
 */
#define _GNU_SOURCE /* timegm(), strptime() */
#include <jansson.h>
#include <string.h>
#include <time.h>

#include "appraise.h"
#include "tap.h"

static char folder[4200];

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

	if (!text || !strptime(text, "%Y-%m-%dT%H:%M:%SZ", &tm))
		tap_bail_out("no verify_time in an entry");
	return timegm(&tm);
}

static void add(struct cvm_verifier *verifier, const char *file)
{
	add_certs(verifier, load(file));
}

static const char *text_of(const json_t *entry, const char *key)
{
	return json_string_value(json_object_get(entry, key));
}

static const char *file_of(const json_t *entry, size_t i)
{
	return json_string_value(json_array_get(json_object_get(entry, "files"), i));
}

static void expect_file(struct cvm_verifier *verifier, const char *file, struct expected expected,
			const char *name)
{
	struct blob report = load(file);

	expect(verifier, report.data, report.len, expected, name);
	blob_free(&report);
}

/* The same genuine report, once with the nonce it has and once with another. */
static void test_report_data(struct cvm_verifier *verifier, const char *file, bool debug)
{
	struct blob report = load(file);
	uint8_t data[64];

	if (debug)
		goto out;
	memcpy(data, report.data + AT_REPORT_DATA, sizeof(data));
	cvm_verifier_expect_report_data(verifier, data, "the test");
	expect_file(verifier, file, ACCEPTED, "  and with its own report data");
	data[63] ^= 1;
	cvm_verifier_expect_report_data(verifier, data, "the test");
	expect_file(verifier, file, REJECTED(7), "  and not with other report data");
out:
	blob_free(&report);
}

static bool is_debug(const json_t *entry)
{
	const json_t *fields = json_object_get(entry, "fields");

	return json_is_true(json_object_get(fields, "policy_debug"));
}

static void test_report(const json_t *entry)
{
	bool debug = is_debug(entry);
	time_t at = parse_time(text_of(entry, "verify_time"));
	struct cvm_verifier *verifier = verifier_at(at);

	add(verifier, file_of(entry, 1));
	expect_file(verifier, file_of(entry, 0), UNDECIDED, "  without its CAs it is open");
	add(verifier, text_of(entry, "chain"));
	expect_file(verifier, file_of(entry, 0), debug ? REJECTED(8) : ACCEPTED,
		    text_of(entry, "id"));
	test_report_data(verifier, file_of(entry, 0), debug);
	cvm_verifier_expect_nothing(verifier);
	cvm_verifier_set_time(verifier, at - 100l * FORGE_YEAR / 10);
	expect_file(verifier, file_of(entry, 0), REJECTED(6), "  and not ten years earlier");
	cvm_verifier_set_time(verifier, at + 100l * FORGE_YEAR / 10);
	expect_file(verifier, file_of(entry, 0), REJECTED(6), "  and not ten years later");
	cvm_verifier_free(verifier);
}

static const json_t *find(const json_t *entries, const char *id)
{
	size_t i;

	for (i = 0; i < json_array_size(entries); i++)
		if (!strcmp(text_of(json_array_get(entries, i), "id"), id))
			return json_array_get(entries, i);
	return NULL;
}

/* The table holds PEM; it must do for the report that it came with. */
static void test_table(const json_t *entry, const json_t *entries)
{
	const json_t *report = find(entries, "snp-v3-genoa-vcek-8d8bfb3e");
	struct cvm_verifier *verifier;

	if (!report)
		tap_bail_out("the manifest has no report for the certificate table");
	verifier = verifier_at(parse_time(text_of(report, "verify_time")));
	expect_file(verifier, file_of(report, 0), UNDECIDED, "  without the table it is open");
	add(verifier, file_of(entry, 0));
	expect_file(verifier, file_of(report, 0), ACCEPTED, text_of(entry, "id"));
	cvm_verifier_free(verifier);
}

/* Made by others: two VCEKs that AMD did not sign, a report with somebody else's VCEK. */
static void test_negative(const json_t *entry, const json_t *entries)
{
	const json_t *report = find(entries, "snp-v2-milan-vcek-7c614616");
	bool has_report = json_array_size(json_object_get(entry, "files")) > 1;
	struct cvm_verifier *verifier;

	if (!report)
		tap_bail_out("the manifest has no report for a negative");
	verifier = verifier_at(parse_time("2025-02-01T00:00:00Z"));
	add(verifier, "certs/amd/milan_vcek_chain.pem");
	add(verifier, file_of(entry, has_report ? 1 : 0));
	expect_file(verifier, file_of(has_report ? entry : report, 0), REJECTED(6),
		    text_of(entry, "id"));
	cvm_verifier_free(verifier);
}

static bool is_report(const json_t *entry)
{
	return !strcmp(text_of(entry, "kind"), "snp-report");
}

/* A folder with everything in it, certificates of other chips too, must not confuse. */
static void test_all_certs(const json_t *entries)
{
	struct cvm_verifier *verifier = verifier_at(0);
	const json_t *entry;
	size_t i;

	for (i = 0; i < json_array_size(entries); i++) {
		entry = json_array_get(entries, i);
		if (!is_report(entry))
			continue;
		add(verifier, file_of(entry, 1));
		add(verifier, text_of(entry, "chain"));
	}
	for (i = 0; i < json_array_size(entries); i++) {
		entry = json_array_get(entries, i);
		if (!is_report(entry))
			continue;
		cvm_verifier_set_time(verifier, parse_time(text_of(entry, "verify_time")));
		expect_file(verifier, file_of(entry, 0), is_debug(entry) ? REJECTED(8) : ACCEPTED,
			    "  with the certificates of all");
	}
	cvm_verifier_free(verifier);
}

static void test_entry(const json_t *entry, const json_t *entries)
{
	const char *kind = text_of(entry, "kind");

	if (is_report(entry))
		test_report(entry);
	else if (!strcmp(kind, "snp-certs-table"))
		test_table(entry, entries);
	else if (!strcmp(kind, "negative"))
		test_negative(entry, entries);
}

int main(void)
{
	const char *shared = shared_folder();
	char path[8192];
	json_t *manifest, *entries;
	size_t i;

	if (!shared) {
		tap_skip("genuine evidence", "../shared is not here");
		return tap_done();
	}
	snprintf(folder, sizeof(folder), "%s/vectors/evidence", shared);
	snprintf(path, sizeof(path), "%s/MANIFEST.json", folder);
	manifest = json_load_file(path, 0, NULL);
	entries = json_object_get(manifest, "entries");
	if (!entries)
		tap_bail_out("cannot read %s", path);
	for (i = 0; i < json_array_size(entries); i++)
		test_entry(json_array_get(entries, i), entries);
	test_all_certs(entries);
	json_decref(manifest);
	return tap_done();
}
