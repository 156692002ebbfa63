// SPDX-License-Identifier: GPL-2.0-only
/*
 * The certificate table that the host gives with an extended request. GHCB
 * specification 2.03, section 4.1.8.1. GUIDs stand there as they are written, as in genuine tables.
 */
#include <string.h>

#include <openssl/pem.h>

#include "sp.h"

#define ENTRY_SIZE	24
#define MAX_ENTRIES	5

struct guid {
	uint8_t bytes[16];
};

/* c0b406a4-a803-4952-9743-3fb6014cd0ae */
static const struct guid guid_ark = { {
	0xc0, 0xb4, 0x06, 0xa4, 0xa8, 0x03, 0x49, 0x52,
	0x97, 0x43, 0x3f, 0xb6, 0x01, 0x4c, 0xd0, 0xae,
} };

/* 4ab7b379-bbac-4fe4-a02f-05aef327c782 */
static const struct guid guid_ask = { {
	0x4a, 0xb7, 0xb3, 0x79, 0xbb, 0xac, 0x4f, 0xe4,
	0xa0, 0x2f, 0x05, 0xae, 0xf3, 0x27, 0xc7, 0x82,
} };

/* 63da758d-e664-4564-adc5-f4b93be8accd */
static const struct guid guid_vcek = { {
	0x63, 0xda, 0x75, 0x8d, 0xe6, 0x64, 0x45, 0x64,
	0xad, 0xc5, 0xf4, 0xb9, 0x3b, 0xe8, 0xac, 0xcd,
} };

/* a8074bc2-a25a-483e-aae6-39c045a0b8a1 */
static const struct guid guid_vlek = { {
	0xa8, 0x07, 0x4b, 0xc2, 0xa2, 0x5a, 0x48, 0x3e,
	0xaa, 0xe6, 0x39, 0xc0, 0x45, 0xa0, 0xb8, 0xa1,
} };

struct writer {
	uint8_t *table;
	size_t max;
	size_t used;
	unsigned int entries;
	bool pem;
};

static void add(struct writer *writer, const struct guid *guid, X509 *cert)
{
	uint8_t *entry = writer->table + writer->entries++ * ENTRY_SIZE;
	BIO *bio = BIO_new(BIO_s_mem());
	uint32_t offset = writer->used, length;
	char *data;

	if (!(writer->pem ? PEM_write_bio_X509(bio, cert) : i2d_X509_bio(bio, cert)))
		die_openssl("cannot encode a certificate");
	length = BIO_get_mem_data(bio, &data);
	if (offset + length > writer->max)
		die("the certificate table is too large");
	memcpy(entry, guid, sizeof(*guid));
	memcpy(entry + 16, &offset, sizeof(offset));
	memcpy(entry + 20, &length, sizeof(length));
	memcpy(writer->table + offset, data, length);
	writer->used += length;
	BIO_free(bio);
}

/**
 * certtable_make() - make the table
 * @table: receives it
 * @max: room there
 * @certs: the hierarchy's certificates
 * @options: which signer, and what the table holds
 *
 * Return: its size, 0 for none.
 */
size_t certtable_make(uint8_t *table, size_t max, const struct certificates *certs,
		      const struct options *options)
{
	struct writer writer = {
		.table = table,
		.max = max,
		.used = (MAX_ENTRIES + 1) * ENTRY_SIZE,
		.pem = options->certs == CERTS_PEM,
	};

	memset(table, 0, max);
	if (options->certs == CERTS_NONE)
		return 0;
	/* ASVK takes the ASK's place: the table has no entry of its own for it */
	if (options->certs != CERTS_PARTIAL) {
		add(&writer, &guid_ark, certs->ark);
		add(&writer, &guid_ask, options->vlek ? certs->asvk : certs->ask);
	}
	if (options->vlek)
		add(&writer, &guid_vlek, certs->vlek);
	else
		add(&writer, &guid_vcek, certs->vcek);
	return writer.used;
}
