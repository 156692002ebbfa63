// SPDX-License-Identifier: GPL-2.0-only
/*
 * DMA: an emulated device reaches the pages that the guest shares, and no others.
 *
 * QEMU's VT-d unit stands between devices and memory. It is the hypervisor's: the
 * guest is not told of it, and cannot reach its registers. One second-level table
 * serves all devices; it maps what is in PAGE_SHARED, where the guest has it, so that a
 * device that is handed the address of a private page meets a fault, as it would meet
 * the RMP check or another key on hardware. Intel VT-d specification 3.3, sections 9
 * (tables) and 10 (registers). Without such a unit DMA goes unchecked, and the log
 * says so.
 */
#include "hv.h"

#define REG_GLOBAL_COMMAND	0x18
#define REG_GLOBAL_STATUS	0x1c
#define REG_ROOT_TABLE		0x20
#define REG_CONTEXT_COMMAND	0x28
#define REG_FAULT_STATUS	0x34
#define REG_IOTLB		0xf8
#define REG_FAULT_RECORD	0x220

#define COMMAND_TRANSLATE	(1u << 31)
#define COMMAND_ROOT_TABLE	(1u << 30)
#define CONTEXT_INVALIDATE_ALL	(1ull << 63 | 1ull << 61)
#define IOTLB_INVALIDATE_ALL	(1ull << 63 | 1ull << 60)
#define FAULT_STATUS_OVERFLOW	1u
#define RECORD_FAULT		(1ull << 63)
#define RECORD_READ		(1ull << 62)

#define ENTRY_PRESENT		1ull
#define ENTRY_READ_WRITE	3ull
#define ENTRY_LARGE		(1ull << 7)
#define ENTRY_ADDRESS		0x000ffffffffff000ull
#define ENTRIES			512
#define LEVELS			3	/* 39 bits */
#define CONTEXT_39_BITS		1
#define TABLE_LIMIT		(1ull << 39)

#define BUSES			256
#define DMAR_UNITS		48
#define DMAR_UNIT_TYPE		0	/* DRHD */
#define UNIT_REGISTERS		8
#define SPIN_LIMIT		10000000

static struct {
	volatile uint8_t *registers;
	uint64_t *root;		/* second-level table */
	bool stale;		/* a mapping was taken away, the unit may remember it */
	uint64_t refused;
	uint64_t last_record, last_address;	/* logged */
} unit;

static void write32(unsigned int reg, uint32_t value)
{
	*(volatile uint32_t *)(unit.registers + reg) = value;
}

static uint32_t read32(unsigned int reg)
{
	return *(volatile uint32_t *)(unit.registers + reg);
}

static void write64(unsigned int reg, uint64_t value)
{
	*(volatile uint64_t *)(unit.registers + reg) = value;
}

static uint64_t read64(unsigned int reg)
{
	return *(volatile uint64_t *)(unit.registers + reg);
}

/* ---- second-level tables ---- */

static unsigned int index_at(uint64_t address, unsigned int level)
{
	return address >> (12 + 9 * (level - 1)) & (ENTRIES - 1);
}

static uint64_t entry_for(uint64_t gpa)
{
	return page_state_get(gpa) == PAGE_SHARED ? host_address(gpa) | ENTRY_READ_WRITE : 0;
}

/* The entry of 2 MiB; tables above it are made */
static uint64_t *entry_of_2m(uint64_t gpa)
{
	uint64_t *table = unit.root;
	unsigned int level;

	for (level = LEVELS; level > 2; level--) {
		uint64_t *entry = &table[index_at(gpa, level)];

		if (!(*entry & ENTRY_PRESENT))
			*entry = (uint64_t)npt_new_table() | ENTRY_READ_WRITE;
		table = (uint64_t *)(*entry & ENTRY_ADDRESS);
	}
	return &table[index_at(gpa, 2)];
}

static void fill(uint64_t *entry, uint64_t gpa)
{
	uint64_t *table = npt_new_table();
	unsigned int i;

	for (i = 0; i < ENTRIES; i++)
		table[i] = entry_for(gpa + i * PAGE_SIZE);
	*entry = (uint64_t)table | ENTRY_READ_WRITE;
}

static void map_all(void)
{
	uint64_t gpa, end = page_state_end();

	for (gpa = 0; gpa < end; gpa += SIZE_2M) {
		uint64_t at;

		if (page_state_all(gpa, SIZE_2M, PAGE_SHARED) &&
		    host_range(gpa, SIZE_2M) == (void *)gpa) {
			*entry_of_2m(gpa) = gpa | ENTRY_LARGE | ENTRY_READ_WRITE;
			continue;
		}
		for (at = gpa; at < gpa + SIZE_2M; at += PAGE_SIZE)
			if (page_state_get(at) == PAGE_SHARED)
				break;
		if (at < gpa + SIZE_2M)
			fill(entry_of_2m(gpa), gpa);
	}
}

/**
 * iommu_update() - make what devices reach follow the state of a page
 * @gpa: page aligned
 *
 * The caller of a conversion calls iommu_sync() before the guest goes on.
 */
void iommu_update(uint64_t gpa)
{
	uint64_t *entry, *leaf, wanted = entry_for(gpa);

	if (!unit.root || gpa >= TABLE_LIMIT)
		return;
	entry = entry_of_2m(gpa);
	if (!(*entry & ENTRY_PRESENT) && !wanted)
		return;
	if (!(*entry & ENTRY_PRESENT) || (*entry & ENTRY_LARGE && !wanted)) {
		unit.stale |= *entry & ENTRY_PRESENT;
		fill(entry, gpa & ~(SIZE_2M - 1));
		return;
	}
	if (*entry & ENTRY_LARGE)
		return;
	leaf = (uint64_t *)(*entry & ENTRY_ADDRESS) + index_at(gpa, 1);
	unit.stale |= *leaf && !wanted;
	*leaf = wanted;
}

/**
 * iommu_sync() - have the unit forget mappings that were taken away
 */
void iommu_sync(void)
{
	unsigned int spins = 0;

	if (!unit.stale)
		return;
	write64(REG_IOTLB, IOTLB_INVALIDATE_ALL);
	while (read64(REG_IOTLB) & RECORD_FAULT)
		if (++spins == SPIN_LIMIT)
			panic("the IOMMU does not invalidate its cache");
	unit.stale = false;
}

/* ---- the unit ---- */

static void wait_for_status(uint32_t bit)
{
	unsigned int spins = 0;

	while (!(read32(REG_GLOBAL_STATUS) & bit))
		if (++spins == SPIN_LIMIT)
			panic("the IOMMU does not take command %x", bit);
}

/* Each bus has its table, each device function in it the same domain */
static uint64_t *build_root_table(void)
{
	uint64_t *root = npt_new_table(), *contexts = npt_new_table();
	unsigned int i;

	for (i = 0; i < ENTRIES / 2; i++) {
		contexts[2 * i] = (uint64_t)unit.root | ENTRY_PRESENT;
		contexts[2 * i + 1] = 1 << 8 | CONTEXT_39_BITS;
	}
	for (i = 0; i < BUSES; i++)
		root[2 * i] = (uint64_t)contexts | ENTRY_PRESENT;
	return root;
}

static uint64_t find_registers(const uint8_t *dmar)
{
	uint32_t length;
	uint64_t base;

	memcpy(&length, dmar + 4, sizeof(length));
	if (length < DMAR_UNITS + UNIT_REGISTERS + sizeof(base) ||
	    dmar[DMAR_UNITS] != DMAR_UNIT_TYPE)
		panic("the DMAR table begins with no remapping unit");
	memcpy(&base, dmar + DMAR_UNITS + UNIT_REGISTERS, sizeof(base));
	return base;
}

/**
 * iommu_init() - take the unit, hide it from the guest, and let shared pages through
 *
 * After the guest's memory got its states, before the guest sees its ACPI tables.
 */
void iommu_init(void)
{
	const void *rsdp, *dmar;
	uint32_t rsdt;

	if (!acpi_find_rsdp((void *)0xe0000, 0x20000, &rsdp))
		panic("the firmware has no ACPI tables");
	rsdt = acpi_rsdt(rsdp);
	dmar = acpi_find_table(rsdt, "DMAR");
	if (!dmar) {
		log_info("hv: there is no IOMMU, DMA goes unchecked\n");
		return;
	}
	unit.registers = (volatile uint8_t *)find_registers(dmar);
	acpi_remove_table(rsdt, "DMAR");
	unit.root = npt_new_table();
	map_all();
	write64(REG_ROOT_TABLE, (uint64_t)build_root_table());
	write32(REG_GLOBAL_COMMAND, COMMAND_ROOT_TABLE);
	wait_for_status(COMMAND_ROOT_TABLE);
	write64(REG_CONTEXT_COMMAND, CONTEXT_INVALIDATE_ALL);
	write64(REG_IOTLB, IOTLB_INVALIDATE_ALL);
	write32(REG_GLOBAL_COMMAND, COMMAND_TRANSLATE);
	wait_for_status(COMMAND_TRANSLATE);
	log_info("hv: IOMMU at %lx, devices reach shared pages only\n", (uint64_t)unit.registers);
}

/**
 * iommu_owns() - does an address belong to the unit's registers?
 * @gpa: any address
 */
bool iommu_owns(uint64_t gpa)
{
	return unit.registers && (gpa & PAGE_MASK) == (uint64_t)unit.registers;
}

/**
 * iommu_poll() - log a DMA that was refused
 *
 * The unit has room for one record, and says only that more were lost.
 */
void iommu_poll(void)
{
	uint64_t record, address;

	if (!unit.registers)
		return;
	record = read64(REG_FAULT_RECORD + 8);
	if (!(record & RECORD_FAULT))
		return;
	address = read64(REG_FAULT_RECORD) & PAGE_MASK;
	unit.refused++;
	if (address != unit.last_address || record != unit.last_record)
		log_info("hv: DMA refused: device %02lx:%02lx.%lx, %s %lx, page state %u\n",
			 record >> 8 & 0xff, record >> 3 & 0x1f, record & 7,
			 record & RECORD_READ ? "read of" : "write to", address,
			 page_state_get(address));
	unit.last_address = address;
	unit.last_record = record;
	write64(REG_FAULT_RECORD + 8, RECORD_FAULT);
	write32(REG_FAULT_STATUS, FAULT_STATUS_OVERFLOW);
}

/**
 * iommu_stats() - log how many refusals were recorded
 */
void iommu_stats(void)
{
	iommu_poll();
	if (unit.registers)
		log_info("stats: DMA refused %lu\n", unit.refused);
}
