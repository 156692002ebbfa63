// SPDX-License-Identifier: GPL-2.0-only
/* What a host answers to the module. */
#include <string.h>

#include "seeds.h"
#include "../../kmod/snp_wire.h"

static void put_header(void)
{
	uint8_t bytes[10 + sizeof(struct cvm_snp_hdr)] = { 7, 0, 0, 0, 0, 0, 0, 0, 5, 1 };
	struct cvm_snp_hdr header = {
		.seqno = 8,
		.algo = 1,
		.hdr_version = 1,
		.hdr_size = sizeof(header),
		.type = 6,
		.version = 1,
		.size = 1216,
		.vmpck = 1,
	};

	memcpy(bytes + 10, &header, sizeof(header));
	seed_put_mode("kmod_snp_wire", "header", 0, bytes, sizeof(bytes));
}

static void put_payloads(void)
{
	uint8_t report[32 + 64] = { 0, 0, 0, 0, 64 }, key[64] = { 0 }, refused[32] = { 0x16 };

	seed_put_mode("kmod_snp_wire", "report", 1, report, sizeof(report));
	seed_put_mode("kmod_snp_wire", "key", 1, key, sizeof(key));
	seed_put_mode("kmod_snp_wire", "refused", 1, refused, sizeof(refused));
}

static void put_table(const char *name, uint32_t version, uint32_t unit, uint64_t size)
{
	struct {
		uint32_t version;
		uint32_t unit;
		uint64_t base;
		uint64_t size;
		uint64_t bits[8];
	} table = { version, unit, 0x40000000, size, { 0xf, 0, ~0ull } };

	seed_put("kmod_memory_efi", name, &table, sizeof(table));
}

/* Acts of the host, see fuzz_kmod_tdx_quote.c */
static void put_scripts(void)
{
	static const char good[] = "\6\0\0\0\0\7\0\0\0\0";
	static const char held[] = "\1\0\0\0\0\376\1\0\0\0\0\0\376\2\0\0\6\0\0";
	static const char late[] = "\1\0\0\0\0\0\0\0\6\0\0\0\0\0\0\3\0\0\6\0\0\0\0";
	static const char lies[] = "\2\0\5\377\377\377\377\0\0\2\0\5\30\0\0\0\0\0\10\24\0\4\1\2\3";

	seed_put("kmod_tdx_quote", "good", good, sizeof(good) - 1);
	seed_put("kmod_tdx_quote", "held", held, sizeof(held) - 1);
	seed_put("kmod_tdx_quote", "late", late, sizeof(late) - 1);
	seed_put("kmod_tdx_quote", "lies", lies, sizeof(lies) - 1);
}

void seeds_kmod(void)
{
	put_header();
	put_payloads();
	put_table("good", 1, 0x200000, 64);
	put_table("small", 1, 0x1000, 8);
	put_table("wrong", 2, 0x200000, 64);
	put_table("odd", 1, 0x200001, 64);
	put_scripts();
}
