// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading the firmware's ACPI tables, whose addresses have 32 bits.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "../hv/hv.h"
#include "t_tap.h"

#define RSDP	0x100
#define RSDT	0x200
#define FADT	0x300
#define MADT	0x400

static uint8_t *low;

static uint32_t address_of(unsigned int offset)
{
	return (uint32_t)(uint64_t)(low + offset);
}

static void set_u32(unsigned int offset, uint32_t value)
{
	memcpy(low + offset, &value, sizeof(value));
}

static void add_table(unsigned int offset, const char *signature, uint32_t length)
{
	memcpy(low + offset, signature, 4);
	set_u32(offset + 4, length);
}

/* A local APIC of the MADT */
static void add_cpu(unsigned int *length, uint8_t id, uint32_t flags)
{
	uint8_t entry[8] = { 0, 8, id, id * 2, flags };

	memcpy(low + MADT + *length, entry, sizeof(entry));
	*length += sizeof(entry);
}

static void build(void)
{
	const uint8_t io_apic[12] = { 1, 12, 0, 0, 0, 0, 0xc0, 0xfe };
	unsigned int length = 44;

	memcpy(low + RSDP, "RSD PTR ", 8);
	set_u32(RSDP + 16, address_of(RSDT));
	add_table(RSDT, "RSDT", 36 + 8);
	set_u32(RSDT + 36, address_of(FADT));
	set_u32(RSDT + 40, address_of(MADT));
	add_table(FADT, "FACP", 0x84);
	add_cpu(&length, 0, 1);
	memcpy(low + MADT + length, io_apic, sizeof(io_apic));
	length += sizeof(io_apic);
	add_cpu(&length, 1, 1);
	add_cpu(&length, 2, 0);
	add_cpu(&length, 3, 1);
	add_table(MADT, "APIC", length);
}

static void test_find(void)
{
	const void *rsdp = NULL;

	tap_ok(acpi_find_rsdp(low, PAGE_SIZE, &rsdp) && rsdp == low + RSDP, "the root pointer");
	tap_ok(!acpi_find_rsdp(low + RSDP + 16, 0x100, &rsdp), "there is none");
	tap_ok(acpi_rsdt(low + RSDP) == address_of(RSDT), "the root table");
	tap_ok(acpi_find_table(address_of(RSDT), "APIC") == low + MADT, "a table");
	tap_ok(!acpi_find_table(address_of(RSDT), "HPET"), "a table that is not there");
}

static void test_cpus(void)
{
	uint8_t ids[4];

	tap_ok(acpi_cpus(low + MADT, ids, 4) == 3 && ids[0] == 0 && ids[1] == 2 && ids[2] == 6,
	       "APIC ids of enabled processors");
	tap_ok(acpi_cpus(low + MADT, ids, 2) == 2, "no more than there is room for");
	low[MADT + 44 + 1] = 0;
	tap_ok(acpi_cpus(low + MADT, ids, 4) == 0, "an entry without length ends the list");
}

static uint8_t sum_of_rsdt(void)
{
	uint8_t sum = 0;
	uint32_t length, i;

	memcpy(&length, low + RSDT + 4, sizeof(length));
	for (i = 0; i < length; i++)
		sum += low[RSDT + i];
	return sum;
}

static void test_remove(void)
{
	acpi_remove_table(address_of(RSDT), "HPET");
	tap_ok(acpi_find_table(address_of(RSDT), "FACP") && sum_of_rsdt() == 0,
	       "removing a table that is not there changes nothing but the checksum");
	acpi_remove_table(address_of(RSDT), "FACP");
	tap_ok(!acpi_find_table(address_of(RSDT), "FACP"), "a table that was removed");
	tap_ok(acpi_find_table(address_of(RSDT), "APIC") == low + MADT, "the one after it");
	tap_ok(sum_of_rsdt() == 0, "the checksum");
}

int main(void)
{
	low = mmap(NULL, PAGE_SIZE, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	if (low == MAP_FAILED) {
		printf("1..0 # SKIP no memory with a 32-bit address\n");
		return 0;
	}
	build();
	test_find();
	test_cpus();
	test_remove();
	return tap_done();
}
