// SPDX-License-Identifier: LGPL-2.1-or-later
/* Private keys of a test hierarchy, one file each in FUZZ_KEYS. */
#include <stdio.h>

#include <openssl/pem.h>

#include "forge_tdx.h"
#include "fuzz.h"
#include "tap.h"

static EVP_PKEY *load(const char *name)
{
	EVP_PKEY *key = NULL;
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s.pem", FUZZ_KEYS, name);
	file = fopen(path, "r");
	if (file) {
		key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
		fclose(file);
	}
	if (!key)
		tap_bail_out("no key in %s; make tests writes it", path);
	return key;
}

void fuzz_snp_keys(struct forge_keys *keys)
{
	keys->ark = load("ark");
	keys->ask = load("ask");
	keys->vek = load("vek");
	keys->other_vek = load("other-vek");
}

void fuzz_tdx_keys(struct tdx_keys *keys)
{
	keys->root = load("root");
	keys->ca = load("ca");
	keys->pck = load("pck");
	keys->signer = load("signer");
	keys->attestation = load("attestation");
	keys->other = load("other");
}
