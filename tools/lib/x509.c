// SPDX-License-Identifier: LGPL-2.1-or-later
/* Certificates and CRLs out of DER, PEM and certificate tables. */
#define _GNU_SOURCE /* memmem() */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <openssl/err.h>
#include <openssl/pem.h>

#include "lib.h"

#define INPUT_SIZE_MAX (16u << 20)
#define ENTRIES_MAX    64

static int malformed(struct cvm_error *err, const char *name, const char *why)
{
	return cvm_error_set(err, -EBADMSG, CVM_ERR_CERTIFICATE, name, "%s", why);
}

static int give_cert(const struct x509_sink *sink, X509 *x509)
{
	int ret = sink->cert(sink->owner, x509);

	return ret ? ret : 1;
}

static int give_crl(const struct x509_sink *sink, X509_CRL *crl)
{
	int ret = sink->crl(sink->owner, crl);

	return ret ? ret : 1;
}

/* One object that fills @data to the last byte; certificate and CRL differ deep inside. */
static int load_der(const uint8_t *data, size_t len, const char *name, const struct x509_sink *sink,
		    struct cvm_error *err)
{
	const uint8_t *end = data;
	X509_CRL *crl;
	X509 *x509 = d2i_X509(NULL, &end, len);

	if (x509 && end == data + len)
		return give_cert(sink, x509);
	X509_free(x509);
	if (x509)
		return malformed(err, name, "bytes follow the certificate");

	end = data;
	crl = d2i_X509_CRL(NULL, &end, len);
	if (crl && end == data + len)
		return give_crl(sink, crl);
	X509_CRL_free(crl);
	return malformed(err, name,
			 crl ? "bytes follow the CRL" : "neither a certificate nor a CRL in DER");
}

static int load_pem_block(const char *label, const uint8_t *data, long len, const char *name,
			  const struct x509_sink *sink, struct cvm_error *err)
{
	if (strcmp(label, PEM_STRING_X509) && strcmp(label, PEM_STRING_X509_OLD) &&
	    strcmp(label, PEM_STRING_X509_TRUSTED) && strcmp(label, PEM_STRING_X509_CRL))
		return 0;
	return load_der(data, len, name, sink, err);
}

/* Every block of the text; a broken one is an error, not the end of the list. */
static int load_pem(const uint8_t *data, size_t len, const char *name, const struct x509_sink *sink,
		    struct cvm_error *err)
{
	BIO *bio = BIO_new_mem_buf(data, len);
	char *label, *header;
	uint8_t *block;
	long block_len;
	int ret = 0, found = 0;

	if (!bio)
		return cvm_error_nomem(err, name);
	while (ret >= 0 && PEM_read_bio(bio, &label, &header, &block, &block_len)) {
		ret = load_pem_block(label, block, block_len, name, sink, err);
		found += ret > 0;
		OPENSSL_free(label);
		OPENSSL_free(header);
		OPENSSL_free(block);
	}
	if (ret >= 0 && ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE)
		ret = malformed(err, name, "a PEM block is broken");
	BIO_free(bio);
	return ret < 0 ? ret : found;
}

static bool is_pem(const uint8_t *data, size_t len)
{
	static const char begin[] = "-----BEGIN ";

	return !memchr(data, 0, len) && memmem(data, len, begin, sizeof(begin) - 1);
}

static bool is_der(const uint8_t *data, size_t len)
{
	return len > 2 && data[0] == 0x30;
}

/* Firmware vendors put DER there, configfs-tsm users have met PEM; zero padding follows both. */
static int load_entry(const struct cvm_snp_cert_entry *entry, const char *name,
		      const struct x509_sink *sink, struct cvm_error *err)
{
	char what[128];
	size_t len = entry->len;

	snprintf(what, sizeof(what), "%s (%s entry)", name, entry->name);
	if (is_der(entry->data, len))
		return load_der(entry->data, len, what, sink, err);
	while (len && !entry->data[len - 1])
		len--;
	if (is_pem(entry->data, len))
		return load_pem(entry->data, len, what, sink, err);
	if (!strcmp(entry->name, "unknown"))
		return 0;
	return malformed(err, what, "neither DER nor PEM");
}

static int load_table(const uint8_t *data, size_t len, const char *name,
		      const struct x509_sink *sink, struct cvm_error *err)
{
	struct cvm_snp_cert_entry entries[ENTRIES_MAX];
	int i, found = 0, n = cvm_snp_certs_parse(data, len, entries, ENTRIES_MAX, err);

	if (n < 0 && err)
		snprintf(err->what, sizeof(err->what), "%s", name);
	if (n < 0)
		return n;
	for (i = 0; i < n; i++) {
		int ret = load_entry(&entries[i], name, sink, err);

		if (ret < 0)
			return ret;
		found += ret;
	}
	return found;
}

static int load_any(const uint8_t *data, size_t len, const char *name, const struct x509_sink *sink,
		    struct cvm_error *err)
{
	if (!len)
		return malformed(err, name, "empty");
	if (len > INPUT_SIZE_MAX)
		return malformed(err, name, "more than 16 MiB");
	if (is_der(data, len))
		return load_der(data, len, name, sink, err);
	if (is_pem(data, len))
		return load_pem(data, len, name, sink, err);
	if (len >= 24)
		return load_table(data, len, name, sink, err);
	return malformed(err, name, "neither DER, PEM nor a certificate table");
}

int cvm_x509_load(const void *data, size_t len, const char *name, const struct x509_sink *sink,
		  struct cvm_error *err)
{
	int found;

	ERR_set_mark();
	found = load_any(data, len, name, sink, err);
	ERR_pop_to_mark();
	if (found == -ENOMEM)
		return cvm_error_nomem(err, name);
	return found;
}

void cvm_x509_common_name(const X509_NAME *x509_name, char *text, size_t size)
{
	int at = X509_NAME_get_index_by_NID((X509_NAME *)x509_name, NID_commonName, -1);
	const ASN1_STRING *value;

	text[0] = '\0';
	if (at < 0)
		return;
	value = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(x509_name, at));
	if (ASN1_STRING_length(value) < 0 || (size_t)ASN1_STRING_length(value) >= size)
		return;
	snprintf(text, size, "%.*s", ASN1_STRING_length(value),
		 (const char *)ASN1_STRING_get0_data(value));
	/* the name comes from whoever made the file, and goes to a terminal */
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			*text = '?';
}

char *cvm_x509_date(char text[11], const ASN1_TIME *when)
{
	struct tm tm;

	if (!ASN1_TIME_to_tm(when, &tm) || !strftime(text, 11, "%Y-%m-%d", &tm))
		snprintf(text, 11, "?");
	return text;
}

int cvm_x509_time(const ASN1_TIME *when, time_t *seconds)
{
	struct tm tm;

	if (!when || !ASN1_TIME_to_tm(when, &tm))
		return -EBADMSG;
	*seconds = timegm(&tm);
	return 0;
}
