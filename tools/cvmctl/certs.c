// SPDX-License-Identifier: GPL-2.0-or-later
/* A host's certificate table, as a table and as JSON. Nothing in it is trusted here. */
#include <errno.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "cvmctl.h"

struct summary {
	const char *format;
	char subject[128];
	char not_after[32];
};

static X509 *read_certificate(const struct cvm_snp_cert_entry *entry, const char **format)
{
	BIO *bio = BIO_new_mem_buf(entry->data, entry->len);
	X509 *cert;

	*format = "?";
	if (!bio)
		return NULL;
	cert = d2i_X509_bio(bio, NULL);
	BIO_free(bio);
	*format = "DER";
	if (cert)
		return cert;
	bio = BIO_new_mem_buf(entry->data, entry->len);
	cert = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
	BIO_free(bio);
	*format = cert ? "PEM" : "?";
	return cert;
}

static void summarize(const struct cvm_snp_cert_entry *entry, struct summary *summary)
{
	X509 *cert = read_certificate(entry, &summary->format);
	struct tm tm;

	summary->subject[0] = '\0';
	summary->not_after[0] = '\0';
	if (!cert)
		return;
	X509_NAME_get_text_by_NID(X509_get_subject_name(cert), NID_commonName, summary->subject,
				  sizeof(summary->subject));
	if (ASN1_TIME_to_tm(X509_get0_notAfter(cert), &tm))
		rfc3339_format(timegm(&tm), summary->not_after, sizeof(summary->not_after));
	X509_free(cert);
}

static json_t *entry_json(const struct cvm_snp_cert_entry *entry)
{
	struct summary summary;
	json_t *object;

	summarize(entry, &summary);
	object = json_pack("{s:s, s:s, s:s, s:I}", "name", entry->name, "guid", entry->guid,
			   "format", summary.format, "length", (json_int_t)entry->len);
	/* a subject that is no UTF-8 is left out: json_string() gives NULL for it */
	if (*summary.subject)
		json_object_set_new(object, "subject", json_string(summary.subject));
	if (*summary.not_after)
		json_object_set_new(object, "not_after", json_string(summary.not_after));
	return object;
}

static int show_json(const struct cvm_snp_cert_entry *entries, size_t n)
{
	json_t *result = json_result(EXIT_YES);
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < n; i++)
		json_array_append_new(list, entry_json(&entries[i]));
	json_object_set_new(result, "type", json_string("certificate-table"));
	json_object_set_new(result, "certificates", list);
	return json_print(result, EXIT_YES);
}

static int print_line(struct table *table, const struct cvm_snp_cert_entry *entry)
{
	struct summary summary;
	char bytes[24];

	summarize(entry, &summary);
	snprintf(bytes, sizeof(bytes), "%zu", entry->len);
	return table_line(table,
			  (const char *const[]){ entry->name, summary.format, bytes,
						 *summary.subject ? summary.subject : entry->guid,
						 summary.not_after });
}

static int print_table(const struct cvm_snp_cert_entry *entries, size_t n)
{
	static const struct table_column columns[] = {
		{ "NAME", false },    { "FORMAT", false },    { "BYTES", true },
		{ "SUBJECT", false }, { "NOT AFTER", false }, { 0 },
	};
	struct table *table = table_new(columns);
	int ret = table ? 0 : -1;
	size_t i;

	for (i = 0; !ret && i < n; i++)
		ret = print_line(table, &entries[i]);
	if (!ret)
		ret = table_print(table);
	table_free(table);
	return ret;
}

int certs_show(const char *name, const struct bytes *table,
	       const struct cvm_snp_cert_entry *entries, size_t n)
{
	if (settings.json)
		return show_json(entries, n);
	if (!settings.quiet)
		printf("%s: certificate table, %zu bytes, %zu entries, as the host gave it\n", name,
		       table->len, n);
	return print_table(entries, n) ? fail_io("cannot print the table", "", ENOMEM) : EXIT_YES;
}
