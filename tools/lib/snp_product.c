// SPDX-License-Identifier: LGPL-2.1-or-later
/* Which line of AMD products a CPU, a certificate or a name belongs to. */
#include <string.h>
#include <strings.h>

#include "lib.h"

const char *cvm_snp_product_name(enum cvm_snp_product product)
{
	switch (product) {
	case CVM_SNP_MILAN:
		return "Milan";
	case CVM_SNP_GENOA:
		return "Genoa";
	case CVM_SNP_TURIN:
		return "Turin";
	default:
		return "unknown";
	}
}

/* Extended family and model as the report gives them: already combined with the base values. */
enum cvm_snp_product cvm_snp_product_of_cpu(uint8_t family, uint8_t model)
{
	if (family == 0x19 && model <= 0x0f)
		return CVM_SNP_MILAN;
	if (family == 0x19 && model <= 0x1f)
		return CVM_SNP_GENOA;
	/* Bergamo and Siena are Zen 4c: endorsed under Genoa's roots */
	if (family == 0x19 && model >= 0xa0 && model <= 0xaf)
		return CVM_SNP_GENOA;
	if (family == 0x1a && model <= 0x1f)
		return CVM_SNP_TURIN;
	return CVM_SNP_UNKNOWN;
}

/*
 * The productName of a VEK carries a stepping ("Milan-B0") in certificates of
 * the older lines and none in those of the newer.
 */
enum cvm_snp_product cvm_snp_product_of_name(const char *name)
{
	static const struct {
		const char *name;
		enum cvm_snp_product product;
	} lines[] = {
		{ "Milan", CVM_SNP_MILAN },   { "Genoa", CVM_SNP_GENOA },
		{ "Bergamo", CVM_SNP_GENOA }, { "Siena", CVM_SNP_GENOA },
		{ "Turin", CVM_SNP_TURIN },
	};
	size_t len = strcspn(name, "-");
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lines); i++)
		if (strlen(lines[i].name) == len && !strncasecmp(lines[i].name, name, len))
			return lines[i].product;
	return CVM_SNP_UNKNOWN;
}

size_t cvm_snp_hwid_size(enum cvm_snp_product product)
{
	return product == CVM_SNP_TURIN ? 8 : 64;
}
