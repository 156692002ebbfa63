// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hierarchy's private keys. They are made once for a state folder and kept
 * there; they are test keys and no verifier pins them.
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "sp.h"

#define CA_BITS	4096	/* as AMD's */

static EVP_PKEY *load(const char *path)
{
	FILE *file = fopen(path, "r");
	EVP_PKEY *key;

	if (!file)
		return NULL;
	key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
	fclose(file);
	if (!key)
		die_openssl(path);
	return key;
}

static void keep(const char *folder, const char *name, EVP_PKEY *key)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *data;
	long size;

	if (!PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL))
		die_openssl("cannot write a key");
	size = BIO_get_mem_data(bio, &data);
	folder_write(folder, name, data, size);
	BIO_free(bio);
}

/**
 * key_load_or_make() - a key that is kept in a folder
 * @folder: where
 * @name: of the file, without its ending
 * @curve: of a new key, NULL for RSA
 *
 * Return: the key, for EVP_PKEY_free().
 */
EVP_PKEY *key_load_or_make(const char *folder, const char *name, const char *curve)
{
	char path[PATH_MAX], file[64];
	EVP_PKEY *key;

	snprintf(file, sizeof(file), "%s.key.pem", name);
	snprintf(path, sizeof(path), "%s/%s", folder, file);
	key = load(path);
	if (key)
		return key;
	key = curve ? EVP_EC_gen(curve) : EVP_RSA_gen(CA_BITS);
	if (!key)
		die_openssl("cannot make a key");
	keep(folder, file, key);
	return key;
}

/**
 * keys_load() - take the keys from a folder, making those that are missing
 * @keys: receives them
 * @folder: state folder
 */
void keys_load(struct keys *keys, const char *folder)
{
	keys->ark = key_load_or_make(folder, "ark", NULL);
	keys->ask = key_load_or_make(folder, "ask", NULL);
	keys->asvk = key_load_or_make(folder, "asvk", NULL);
	keys->vcek = key_load_or_make(folder, "vcek", "P-384");
	keys->vlek = key_load_or_make(folder, "vlek", "P-384");
}

/**
 * keys_free() - forget the keys
 * @keys: the keys
 */
void keys_free(struct keys *keys)
{
	EVP_PKEY_free(keys->ark);
	EVP_PKEY_free(keys->ask);
	EVP_PKEY_free(keys->asvk);
	EVP_PKEY_free(keys->vcek);
	EVP_PKEY_free(keys->vlek);
}
