// SPDX-License-Identifier: GPL-2.0-only
/* The private keys of the TDX hierarchy: P-256, test keys that no verifier pins. */
#include "td.h"

/**
 * td_keys_load() - take the keys from a folder, making those that are missing
 * @keys: receives them
 * @folder: where keys are kept
 */
void td_keys_load(struct td_keys *keys, const char *folder)
{
	keys->root = key_load_or_make(folder, "td-root", "P-256");
	keys->ca = key_load_or_make(folder, "td-pck-ca", "P-256");
	keys->pck = key_load_or_make(folder, "td-pck", "P-256");
	keys->tcb_signing = key_load_or_make(folder, "td-tcb-signing", "P-256");
	keys->attestation = key_load_or_make(folder, "td-attestation", "P-256");
}

/**
 * td_keys_free() - forget the keys
 * @keys: the keys
 */
void td_keys_free(struct td_keys *keys)
{
	EVP_PKEY_free(keys->root);
	EVP_PKEY_free(keys->ca);
	EVP_PKEY_free(keys->pck);
	EVP_PKEY_free(keys->tcb_signing);
	EVP_PKEY_free(keys->attestation);
}
