// SPDX-License-Identifier: GPL-2.0-only
/* The module's reader of the firmware's table of unaccepted memory, compiled here. */
#include "fuzz.h"
#include "kernel.h"

#define EFI_INVALID_TABLE_ADDR (~0ull)
#define TABLE_AT	       0x7f000010ull
#define HEAD_SIZE	       24
#define BITMAP_SIZE_MAX	       0x400000

/* in place of kmod/compat/unaccepted.h */
#define _CVM_COMPAT_UNACCEPTED_H

static const u8 *input;
static size_t input_size;

static void host_acts(void)
{
}

static phys_addr_t cvm_efi_unaccepted(void)
{
	return input_size ? TABLE_AT : EFI_INVALID_TABLE_ADDR;
}

/* The input, and zeros behind it, in exactly as much memory as was asked for. */
static void *memremap(phys_addr_t address, size_t size, int flags)
{
	size_t at = address - TABLE_AT, len;
	u8 *mapped = calloc(1, size);

	(void)flags;
	FUZZ_CHECK(address == TABLE_AT || address == TABLE_AT + HEAD_SIZE);
	FUZZ_CHECK(size && size <= BITMAP_SIZE_MAX);
	len = at < input_size ? input_size - at : 0;
	if (mapped && len)
		memcpy(mapped, input + at, len < size ? len : size);
	return mapped;
}

static void memunmap(void *mapped)
{
	free(mapped);
}

#include "../../kmod/memory_efi.c"

/* In the first @bytes of the bitmap, of which the input may have fewer */
static u64 set_bits(u64 bytes)
{
	u64 count = 0;
	size_t i;

	for (i = HEAD_SIZE; i < input_size && i - HEAD_SIZE < bytes; i++)
		count += __builtin_popcount(input[i]);
	return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cvm_memory_efi efi;

	input = data;
	input_size = size;
	cvm_memory_efi(&efi);
	FUZZ_CHECK(efi.present == !!size);
	if (!efi.present || efi.wrong) {
		FUZZ_CHECK(!efi.base && !efi.unit && !efi.length && !efi.unaccepted);
		return 0;
	}
	FUZZ_CHECK(is_power_of_2(efi.unit) && efi.unit >= PAGE_SIZE);
	FUZZ_CHECK(!(efi.base % efi.unit) && efi.length && !(efi.length % efi.unit));
	FUZZ_CHECK(efi.unaccepted <= efi.length && !(efi.unaccepted % efi.unit));
	FUZZ_CHECK(efi.unaccepted == efi.unit * set_bits(efi.length / efi.unit / 8));
	return 0;
}
