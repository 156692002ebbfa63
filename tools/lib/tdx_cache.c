// SPDX-License-Identifier: LGPL-2.1-or-later
/* What a verifier keeps for TDX. A verifier that sees SNP only never makes it. */
#include <stdlib.h>

#include <openssl/evp.h>

#include "tdx.h"

struct tdx_cache *cvm_tdx_cache_get(struct cvm_verifier *verifier)
{
	struct tdx_cache *cache = verifier->tdx;

	if (cache)
		return cache;
	cache = calloc(1, sizeof(*cache));
	if (!cache)
		return NULL;
	cache->sha256 = EVP_MD_fetch(NULL, "SHA2-256", NULL);
	if (!cache->sha256) {
		free(cache);
		return NULL;
	}
	verifier->tdx = cache;
	return cache;
}

void cvm_tdx_cache_free(struct tdx_cache *cache)
{
	size_t i;

	if (!cache)
		return;
	for (i = 0; i < cache->n_collateral; i++)
		cvm_collateral_free(cache->collateral[i]);
	for (i = 0; i < TDX_PLATFORMS; i++)
		cvm_platform_free(cache->platforms[i]);
	for (i = 0; i < TDX_CRL_PROOFS; i++)
		X509_free(cache->crl_proofs[i].issuer);
	free(cache->collateral);
	EVP_MD_free(cache->sha256);
	free(cache);
}
