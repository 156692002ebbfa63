// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the hypervisor reads from the firmware's ACPI tables. ACPI 6.5, 5.2.
 */
#include "hv.h"

#define RSDP_RSDT	16
#define HEADER_SIZE	36
#define HEADER_LENGTH	4
#define HEADER_CHECKSUM	9
#define MADT_ENTRIES	44
#define MADT_LOCAL_APIC	0
#define MADT_ENABLED	1

static uint32_t read_u32(const void *from)
{
	uint32_t value;

	memcpy(&value, from, sizeof(value));
	return value;
}

/**
 * acpi_find_rsdp() - find the root pointer
 * @from: where to look, 16-byte aligned
 * @size: bytes to look through
 * @rsdp: receives the address
 */
bool acpi_find_rsdp(const void *from, size_t size, const void **rsdp)
{
	const uint8_t *at = from, *end = at + size;

	for (; at < end; at += 16) {
		if (memcmp(at, "RSD PTR ", 8))
			continue;
		*rsdp = at;
		return true;
	}
	return false;
}

/**
 * acpi_rsdt() - address of the root table
 * @rsdp: root pointer
 */
uint32_t acpi_rsdt(const void *rsdp)
{
	return read_u32((const uint8_t *)rsdp + RSDP_RSDT);
}

/**
 * acpi_find_table() - find a table by its signature
 * @rsdt: address of the root table
 * @signature: four characters
 */
const void *acpi_find_table(uint32_t rsdt, const char signature[4])
{
	const uint8_t *root = (const uint8_t *)(uint64_t)rsdt;
	const uint8_t *entry = root + HEADER_SIZE, *end = root + read_u32(root + HEADER_LENGTH);

	for (; entry < end; entry += 4) {
		const void *table = (const void *)(uint64_t)read_u32(entry);

		if (!memcmp(table, signature, 4))
			return table;
	}
	return NULL;
}

/**
 * acpi_set_checksum() - make a table valid after it was changed
 * @table: with its length in the header
 */
void acpi_set_checksum(void *table)
{
	uint8_t *bytes = table, sum = 0;
	uint32_t length = read_u32(bytes + HEADER_LENGTH), i;

	bytes[HEADER_CHECKSUM] = 0;
	for (i = 0; i < length; i++)
		sum += bytes[i];
	bytes[HEADER_CHECKSUM] = -sum;
}

/**
 * acpi_remove_table() - let nobody find a table
 * @rsdt: address of the root table
 * @signature: four characters
 */
void acpi_remove_table(uint32_t rsdt, const char signature[4])
{
	uint8_t *root = (uint8_t *)(uint64_t)rsdt;
	uint32_t length = read_u32(root + HEADER_LENGTH), at;

	for (at = HEADER_SIZE; at < length; at += 4) {
		if (memcmp((const void *)(uint64_t)read_u32(root + at), signature, 4))
			continue;
		memmove(root + at, root + at + 4, length - at - 4);
		length -= 4;
		memcpy(root + HEADER_LENGTH, &length, sizeof(length));
	}
	acpi_set_checksum(root);
}

/**
 * acpi_cpus() - APIC ids of the enabled processors
 * @madt: the table "APIC"
 * @apic_ids: receives them
 * @max: room there
 *
 * Return: number of ids stored.
 */
unsigned int acpi_cpus(const void *madt, uint8_t *apic_ids, unsigned int max)
{
	const uint8_t *table = madt, *end = table + read_u32(table + HEADER_LENGTH);
	const uint8_t *entry = table + MADT_ENTRIES;
	unsigned int n = 0;

	for (; entry + 2 <= end && entry[1]; entry += entry[1])
		if (entry[0] == MADT_LOCAL_APIC && entry[4] & MADT_ENABLED && n < max)
			apic_ids[n++] = entry[3];
	return n;
}
