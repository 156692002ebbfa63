// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * seeds KEYS FOLDER: a hierarchy of test keys into KEYS unless it is there, and inputs for
 * the fuzz targets into FOLDER/TARGET. Nothing of it is committed: keys are secrets.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <openssl/pem.h>

#include "forge_tdx.h"
#include "seeds.h"
#include "tap.h"

static const char *folder;

void seed_put(const char *target, const char *name, const void *data, size_t len)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, target);
	mkdir(path, 0777);
	snprintf(path, sizeof(path), "%s/%s/%s", folder, target, name);
	file = fopen(path, "wb");
	if (!file || fwrite(data, 1, len, file) != len || fclose(file))
		tap_bail_out("%s cannot be written", path);
}

void seed_put_mode(const char *target, const char *name, uint8_t mode, const void *data, size_t len)
{
	uint8_t *bytes = malloc(len + 1);

	if (!bytes)
		tap_bail_out("no memory");
	bytes[0] = mode;
	memcpy(bytes + 1, data, len);
	seed_put(target, name, bytes, len + 1);
	free(bytes);
}

void seed_put_evidence(const char *target, const char *name, struct blob blob)
{
	seed_put(target, name, blob.data, blob.len);
	seed_put("show", name, blob.data, blob.len);
}

/* ---- keys ---- */

static void key_file(const char *keys, const char *name, EVP_PKEY **key)
{
	char path[4096];
	EVP_PKEY *old;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s.pem", keys, name);
	file = fopen(path, "r");
	old = file ? PEM_read_PrivateKey(file, NULL, NULL, NULL) : NULL;
	if (file)
		fclose(file);
	if (old) {
		EVP_PKEY_free(*key);
		*key = old;
		return;
	}
	file = fopen(path, "w");
	if (!file || !PEM_write_PrivateKey(file, *key, NULL, NULL, 0, NULL, NULL) || fclose(file))
		tap_bail_out("%s cannot be written", path);
}

static void keep_keys(const char *keys, struct forge_keys *snp, struct tdx_keys *tdx)
{
	const struct {
		const char *name;
		EVP_PKEY **key;
	} files[] = {
		{ "ark", &snp->ark },	  { "ask", &snp->ask },
		{ "vek", &snp->vek },	  { "other-vek", &snp->other_vek },
		{ "root", &tdx->root },	  { "ca", &tdx->ca },
		{ "pck", &tdx->pck },	  { "signer", &tdx->signer },
		{ "other", &tdx->other }, { "attestation", &tdx->attestation },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(files); i++)
		key_file(keys, files[i].name, files[i].key);
}

int main(int argc, char **argv)
{
	struct forge_keys snp;
	struct tdx_keys tdx;

	if (argc != 3) {
		fputs("usage: seeds KEYS FOLDER\n", stderr);
		return 2;
	}
	folder = argv[2];
	mkdir(argv[1], 0777);
	mkdir(folder, 0777);
	forge_keys_make(&snp);
	tdx_keys_make(&tdx);
	keep_keys(argv[1], &snp, &tdx);
	seeds_snp(&snp);
	seeds_tdx(&tdx);
	seeds_log();
	seeds_kmod();
	forge_keys_free(&snp);
	tdx_keys_free(&tdx);
	return 0;
}
