// SPDX-License-Identifier: GPL-2.0-only
/*
 * Items of the configuration device that are the hypervisor's: the kernel, for the
 * device's own is the hypervisor, and the ACPI tables, for they name the IOMMU that
 * the hypervisor keeps. QEMU, include/standard-headers/linux/qemu_fw_cfg.h.
 */
#include "fwcfg.h"
#include "hv.h"

#define KEY_KERNEL_ADDRESS	0x07
#define KEY_KERNEL_SIZE		0x08
#define KEY_INITRD_ADDRESS	0x0a
#define KEY_INITRD_SIZE		0x0b
#define KEY_KERNEL_ENTRY	0x10
#define KEY_KERNEL_DATA		0x11
#define KEY_INITRD_DATA		0x12
#define KEY_CMDLINE_ADDRESS	0x13
#define KEY_CMDLINE_SIZE	0x14
#define KEY_CMDLINE_DATA	0x15
#define KEY_SETUP_ADDRESS	0x16
#define KEY_SETUP_SIZE		0x17
#define KEY_SETUP_DATA		0x18
#define KEY_DIRECTORY		0x19

#define ACPI_FILE		"etc/acpi/tables"
#define TABLES_MAX		0x40000ul
#define FILES_MAX		256
#define ACPI_HEADER		36
#define ACPI_OEM		10
#define ACPI_OEM_NAME		"BOCHS "

/* All numbers big endian */
struct directory_entry {
	uint32_t size;
	uint16_t key;
	uint16_t reserved;
	char name[56];
};

static struct {
	uint32_t setup, kernel, initrd, cmdline;
} sizes;

static uint8_t tables[TABLES_MAX];

static void measure_kernel(void)
{
	sizes.setup = bzimage_setup_size(firmware.kernel, firmware.kernel_size);
	sizes.kernel = firmware.kernel_size - sizes.setup;
	sizes.initrd = firmware.initrd_size;
	sizes.cmdline = strlen(firmware.cmdline) + 1;
}

/**
 * fwcfg_offer_kernel() - let the guest find its kernel, or none
 */
void fwcfg_offer_kernel(void)
{
	static const uint16_t addresses[] = {
		KEY_KERNEL_ADDRESS, KEY_INITRD_ADDRESS, KEY_KERNEL_ENTRY, KEY_CMDLINE_ADDRESS,
		KEY_SETUP_ADDRESS,
	};
	static const uint32_t no_address;
	unsigned int i;

	if (firmware.kernel)
		measure_kernel();
	for (i = 0; i < ARRAY_SIZE(addresses); i++)
		fwcfg_answer(addresses[i], &no_address, sizeof(no_address));
	fwcfg_answer(KEY_SETUP_SIZE, &sizes.setup, sizeof(sizes.setup));
	fwcfg_answer(KEY_SETUP_DATA, firmware.kernel, sizes.setup);
	fwcfg_answer(KEY_KERNEL_SIZE, &sizes.kernel, sizeof(sizes.kernel));
	fwcfg_answer(KEY_KERNEL_DATA, firmware.kernel + sizes.setup, sizes.kernel);
	fwcfg_answer(KEY_INITRD_SIZE, &sizes.initrd, sizeof(sizes.initrd));
	fwcfg_answer(KEY_INITRD_DATA, firmware.initrd, sizes.initrd);
	fwcfg_answer(KEY_CMDLINE_SIZE, &sizes.cmdline, sizeof(sizes.cmdline));
	fwcfg_answer(KEY_CMDLINE_DATA, firmware.cmdline, sizes.cmdline);
}

static void read_device(void *to, uint32_t length)
{
	if (fwcfg_device_dma(FWCFG_READ, length, (uint64_t)to))
		panic("fw_cfg: the device does not give %u bytes", length);
}

/* Returns the key of a file, or 0 */
static uint16_t find_file(const char *name, uint32_t *size)
{
	struct directory_entry entry;
	uint32_t count;

	fwcfg_device_select(KEY_DIRECTORY);
	read_device(&count, sizeof(count));
	count = __builtin_bswap32(count);
	if (count > FILES_MAX)
		panic("fw_cfg: %u files", count);
	while (count--) {
		read_device(&entry, sizeof(entry));
		if (memcmp(entry.name, name, strlen(name) + 1))
			continue;
		*size = __builtin_bswap32(entry.size);
		return __builtin_bswap16(entry.key);
	}
	return 0;
}

/**
 * fwcfg_rename_table() - give a table a name that nobody looks for
 * @all: tables of QEMU, one behind the other
 * @size: bytes of them
 * @from: signature of the table
 * @to: its new one
 *
 * The firmware computes the checksum, so that it is right afterwards.
 *
 * Return: false when there is no such table.
 */
bool fwcfg_rename_table(uint8_t *all, uint64_t size, const char from[4], const char to[4])
{
	uint64_t at;

	for (at = 0; at + ACPI_HEADER <= size; at++) {
		if (memcmp(all + at, from, 4) ||
		    memcmp(all + at + ACPI_OEM, ACPI_OEM_NAME, strlen(ACPI_OEM_NAME)))
			continue;
		memcpy(all + at, to, 4);
		return true;
	}
	return false;
}

/**
 * fwcfg_hide_iommu() - let the guest's firmware build its ACPI tables without DMAR
 */
void fwcfg_hide_iommu(void)
{
	uint32_t size = 0;
	uint16_t key = find_file(ACPI_FILE, &size);

	if (!key || size > sizeof(tables))
		panic("fw_cfg: " ACPI_FILE " has key %x and %u bytes", key, size);
	fwcfg_device_select(key);
	read_device(tables, size);
	fwcfg_rename_table(tables, size, "DMAR", "CVM0");
	fwcfg_answer(key, tables, size);
}
