// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lines of processors, and their two layouts of a TCB version. Section 2.2. The
 * numbers are near those of real machines in 2025.
 */
#include <string.h>

#include "sp.h"

static const struct product products[] = {
	{
		.name = "milan", .title = "Milan", .vcek_title = "Milan-B0",
		.family = 0x19, .model = 0x01, .stepping = 1,
		.tcb = 0xdb18000000000004, .firmware_build = 29, .mitigations = 0x0b,
	},
	{
		.name = "genoa", .title = "Genoa", .vcek_title = "Genoa",
		.family = 0x19, .model = 0x11, .stepping = 1,
		.tcb = 0x541700000000000a, .firmware_build = 49, .mitigations = 0x0b,
	},
	{
		.name = "turin", .title = "Turin", .vcek_title = "Turin",
		.family = 0x1a, .model = 0x02, .stepping = 1, .has_fmc = true,
		.tcb = 0x4700000002000101, .firmware_build = 61,
	},
};

/**
 * product_find() - find a product by its name
 * @name: lower case
 *
 * Return: NULL when there is none.
 */
const struct product *product_find(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(products); i++)
		if (!strcmp(name, products[i].name))
			return &products[i];
	return NULL;
}

/**
 * tcb_split() - take a TCB version apart
 * @product: decides the layout
 * @raw: TCB_VERSION
 */
struct tcb tcb_split(const struct product *product, uint64_t raw)
{
	if (product->has_fmc)
		return (struct tcb){
			.fmc = raw,
			.bootloader = raw >> 8,
			.tee = raw >> 16,
			.snp = raw >> 24,
			.microcode = raw >> 56,
		};
	return (struct tcb){
		.bootloader = raw,
		.tee = raw >> 8,
		.snp = raw >> 48,
		.microcode = raw >> 56,
	};
}

/**
 * tcb_join() - put a TCB version together
 * @product: decides the layout
 * @tcb: components
 */
uint64_t tcb_join(const struct product *product, struct tcb tcb)
{
	if (product->has_fmc)
		return tcb.fmc | (uint64_t)tcb.bootloader << 8 | (uint64_t)tcb.tee << 16 |
		       (uint64_t)tcb.snp << 24 | (uint64_t)tcb.microcode << 56;
	return tcb.bootloader | (uint64_t)tcb.tee << 8 | (uint64_t)tcb.snp << 48 |
	       (uint64_t)tcb.microcode << 56;
}

/**
 * tcb_exceeds() - is a component of one TCB version above the other's?
 * @product: decides the layout
 * @a: TCB_VERSION
 * @b: TCB_VERSION
 */
bool tcb_exceeds(const struct product *product, uint64_t a, uint64_t b)
{
	struct tcb x = tcb_split(product, a), y = tcb_split(product, b);

	return x.fmc > y.fmc || x.bootloader > y.bootloader || x.tee > y.tee || x.snp > y.snp ||
	       x.microcode > y.microcode;
}
