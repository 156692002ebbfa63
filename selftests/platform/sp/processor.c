// SPDX-License-Identifier: GPL-2.0-only
/*
 * The secure processor's state, from power-on to the end of its one guest.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include "sp.h"

/* secrets page, section 8.14.2.5 */
#define SECRETS_VERSION	3
#define SECRETS_FMS	0x08
#define SECRETS_VMPCK	0x20

static void random_bytes(void *to, int size)
{
	if (RAND_bytes(to, size) != 1)
		die_openssl("no random bytes");
}

/* What makes this chip this chip is kept with its keys */
static void identity(const char *folder, const char *name, uint8_t *bytes, size_t size)
{
	char path[PATH_MAX];
	uint8_t *kept;
	size_t kept_size;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (access(path, R_OK)) {
		random_bytes(bytes, size);
		folder_write(folder, name, bytes, size);
		return;
	}
	kept = file_read(path, &kept_size);
	if (kept_size != size)
		die("%s has %zu bytes, not %zu", path, kept_size, size);
	memcpy(bytes, kept, size);
	free(kept);
}

static void write_crl(const char *folder, const char *name, X509_CRL *crl)
{
	uint8_t *der = NULL;
	int size = i2d_X509_CRL(crl, &der);

	if (size < 0)
		die_openssl("cannot encode the CRL");
	folder_write(folder, name, der, size);
	OPENSSL_free(der);
	X509_CRL_free(crl);
}

static void publish(struct processor *sp, const char *folder)
{
	folder_write_cert(folder, "ark", sp->certs.ark);
	folder_write_cert(folder, "ask", sp->certs.ask);
	folder_write_cert(folder, "asvk", sp->certs.asvk);
	folder_write_cert(folder, "vcek", sp->certs.vcek);
	folder_write_cert(folder, "vlek", sp->certs.vlek);
	folder_write(folder, "certs.table", sp->table, sp->table_size);
	write_crl(folder, "crl.der", crl_make_ark(&sp->certs, &sp->keys, &sp->options));
	write_crl(folder, "crl-vek.der", crl_make_vek(&sp->certs, &sp->keys, &sp->options));
}

/**
 * processor_start() - power on: identity, keys and certificates
 * @sp: with its options set
 * @folder: state folder; receives what a verifier needs
 * @key_folder: where private keys are kept, for many runs to share
 */
void processor_start(struct processor *sp, const char *folder, const char *key_folder)
{
	struct options *options = &sp->options;

	folder_make(folder);
	folder_make(key_folder);
	if (!options->has_chip_id)
		identity(folder, "chip-id", options->chip_id, SP_CHIP_ID);
	if (options->product->has_fmc)
		memset(options->chip_id + SP_TURIN_CHIP_ID, 0, SP_CHIP_ID - SP_TURIN_CHIP_ID);
	identity(folder, "root-secrets", sp->root_secret[0], sizeof(sp->root_secret));
	memcpy(sp->chip_id, options->chip_id, SP_CHIP_ID);
	keys_load(&sp->keys, key_folder);
	certificates_make(&sp->certs, &sp->keys, options);
	sp->table_size = certtable_make(sp->table, sizeof(sp->table), &sp->certs, options);
	publish(sp, folder);
}

/**
 * processor_stop() - power off
 * @sp: started
 */
void processor_stop(struct processor *sp)
{
	certificates_free(&sp->certs);
	keys_free(&sp->keys);
	OPENSSL_cleanse(sp, sizeof(*sp));
}

static uint32_t family_model_stepping(const struct product *product)
{
	return (uint32_t)(product->family - 0xf) << 20 | (product->model >> 4) << 16 | 0xf << 8 |
	       (product->model & 0xf) << 4 | product->stepping;
}

/**
 * processor_launch() - SNP_LAUNCH_FINISH, section 8.18
 * @sp: started
 * @measurement: launch digest
 * @secrets: receives the guest's secrets page
 */
void processor_launch(struct processor *sp, const uint8_t measurement[SP_DIGEST],
		      uint8_t secrets[SP_PAGE])
{
	uint32_t version = SECRETS_VERSION, fms = family_model_stepping(sp->options.product);

	memcpy(sp->measurement, measurement, SP_DIGEST);
	random_bytes(sp->report_id, sizeof(sp->report_id));
	random_bytes(sp->vmpck, sizeof(sp->vmpck));
	memset(sp->sequence, 0, sizeof(sp->sequence));
	sp->launched = true;

	memset(secrets, 0, SP_PAGE);
	memcpy(secrets, &version, sizeof(version));
	memcpy(secrets + SECRETS_FMS, &fms, sizeof(fms));
	memcpy(secrets + SECRETS_VMPCK, sp->vmpck, sizeof(sp->vmpck));
}
