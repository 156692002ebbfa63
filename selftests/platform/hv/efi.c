// SPDX-License-Identifier: GPL-2.0-only
/*
 * As much EFI as Linux needs to find the table of unaccepted memory: a system
 * table with configuration tables, a memory map, no services. The kernel must be
 * told efi=noruntime. UEFI 2.10, 4.3, 4.6 and 7.2.3.
 */
#include "hv.h"

#define TABLES_OFFSET		0x400
#define VENDOR_OFFSET		0x300
#define MEMORY_MAP_OFFSET	0x1000
#define UNACCEPTED_OFFSET	0x2000
#define UNACCEPTED_MAX		0x6000

#define EFI_INFO		0x1c0	/* of boot_params */
#define EFI_RESERVED		0
#define EFI_CONVENTIONAL	7
#define EFI_ACPI_RECLAIM	9
#define EFI_WRITE_BACK		0x8

struct efi_guid {
	uint8_t bytes[16];
};

struct efi_config_table {
	struct efi_guid guid;
	uint64_t table;
};

struct efi_system_table {
	uint64_t signature;
	uint32_t revision;
	uint32_t header_size;
	uint32_t crc32;
	uint32_t reserved;
	uint64_t vendor;
	uint32_t vendor_revision;
	uint32_t pad;
	uint64_t console[6];
	uint64_t runtime_services;
	uint64_t boot_services;
	uint64_t table_count;
	uint64_t tables;
};

struct efi_memory_descriptor {
	uint32_t type;
	uint32_t pad;
	uint64_t physical;
	uint64_t virtual;
	uint64_t pages;
	uint64_t attributes;
};

struct efi_unaccepted_table {
	uint32_t version;
	uint32_t unit_size;
	uint64_t physical_base;
	uint64_t bitmap_size;
	uint8_t bitmap[];
};

struct efi_info {
	uint32_t loader_signature;
	uint32_t system_table;
	uint32_t descriptor_size;
	uint32_t descriptor_version;
	uint32_t memory_map;
	uint32_t memory_map_size;
	uint32_t system_table_high;
	uint32_t memory_map_high;
};

/* LINUX_EFI_UNACCEPTED_MEM_TABLE_GUID, d5d1de3c-105c-44f9-9ea9-bcef98120031 */
static const struct efi_guid unaccepted_guid = { {
	0x3c, 0xde, 0xd1, 0xd5, 0x5c, 0x10, 0xf9, 0x44,
	0x9e, 0xa9, 0xbc, 0xef, 0x98, 0x12, 0x00, 0x31,
} };

/* ACPI_20_TABLE_GUID, 8868e871-e4f1-11d3-bc22-0080c73c8881 */
static const struct efi_guid acpi_guid = { {
	0x71, 0xe8, 0x68, 0x88, 0xf1, 0xe4, 0xd3, 0x11,
	0xbc, 0x22, 0x00, 0x80, 0xc7, 0x3c, 0x88, 0x81,
} };

static uint32_t efi_type(uint32_t e820_type)
{
	switch (e820_type) {
	case E820_RAM:
		return EFI_CONVENTIONAL;
	case E820_ACPI:
		return EFI_ACPI_RECLAIM;
	default:
		return EFI_RESERVED;
	}
}

static uint32_t build_memory_map(struct efi_memory_descriptor *to, const struct e820 *map)
{
	uint32_t n = 0;
	unsigned int i;

	for (i = 0; i < map->count; i++) {
		const struct e820_entry *entry = &map->entries[i];

		if (entry->size < PAGE_SIZE)
			continue;
		to[n++] = (struct efi_memory_descriptor){
			.type = efi_type(entry->type),
			.physical = entry->start & PAGE_MASK,
			.pages = entry->size / PAGE_SIZE,
			.attributes = EFI_WRITE_BACK,
		};
	}
	return n * sizeof(*to);
}

static void build_unaccepted(struct efi_unaccepted_table *table, const struct unaccepted *ranges,
			     unsigned int count)
{
	uint64_t base = count ? ranges[0].start : 0, end = count ? ranges[count - 1].end : 0;
	uint64_t at;
	unsigned int i;

	table->version = 1;
	table->unit_size = SIZE_2M;
	table->physical_base = base;
	table->bitmap_size = ((end - base) / SIZE_2M + 63) / 64 * 8;
	if (sizeof(*table) + table->bitmap_size > UNACCEPTED_MAX)
		panic("no room for the table of unaccepted memory");
	for (i = 0; i < count; i++) {
		for (at = ranges[i].start; at < ranges[i].end; at += SIZE_2M) {
			uint64_t unit = (at - base) / SIZE_2M;

			table->bitmap[unit / 8] |= 1 << unit % 8;
		}
	}
}

/**
 * efi_build() - write the tables, and their address into boot_params
 * @page: where the tables go, 8 pages below 4 GiB
 * @boot_params: the kernel's
 * @map: the guest's memory map
 * @rsdp: address of the ACPI root pointer
 * @ranges: memory that is not accepted, in ascending order
 * @count: number of @ranges
 */
void efi_build(void *page, void *boot_params, const struct e820 *map, uint64_t rsdp,
	       const struct unaccepted *ranges, unsigned int count)
{
	uint8_t *base = page;
	struct efi_system_table *system = page;
	struct efi_config_table *tables = (void *)(base + TABLES_OFFSET);
	struct efi_info info = {
		.loader_signature = 0x34364c45,	/* "EL64" */
		.system_table = (uint64_t)page,
		.descriptor_size = sizeof(struct efi_memory_descriptor),
		.descriptor_version = 1,
		.memory_map = (uint64_t)base + MEMORY_MAP_OFFSET,
	};

	memset(page, 0, UNACCEPTED_OFFSET + UNACCEPTED_MAX);
	memcpy(base + VENDOR_OFFSET, "c\0v\0m\0\0", 8);
	tables[0] = (struct efi_config_table){ acpi_guid, rsdp };
	tables[1] = (struct efi_config_table){ unaccepted_guid,
					       (uint64_t)base + UNACCEPTED_OFFSET };
	*system = (struct efi_system_table){
		.signature = 0x5453595320494249,	/* "IBI SYST" */
		.revision = 2 << 16 | 70,
		.header_size = sizeof(*system),
		.vendor = (uint64_t)base + VENDOR_OFFSET,
		.table_count = 2,
		.tables = (uint64_t)tables,
	};
	info.memory_map_size = build_memory_map((void *)(base + MEMORY_MAP_OFFSET), map);
	build_unaccepted((void *)(base + UNACCEPTED_OFFSET), ranges, count);
	memcpy((uint8_t *)boot_params + EFI_INFO, &info, sizeof(info));
}
