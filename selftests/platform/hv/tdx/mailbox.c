// SPDX-License-Identifier: GPL-2.0-only
/*
 * Starting the other processors by the multiprocessor wakeup mailbox (ACPI 6.5,
 * section 5.2.12.19), and the ACPI tables that tell the TD of it and of its event log.
 *
 * The TD writes the mailbox as plain memory, without an exit. It waits for the
 * answer, so that some exit of its vCPU comes soon, and the mailbox is looked at then.
 */
#include "tdx.h"

#define GPA_RSDT	(GPA_RSDP + 0x40)
#define GPA_CCEL_TABLE	(GPA_RSDP + 0x100)
#define GPA_MADT	(GPA_RSDP + 0x180)
#define PAGE_END	(GPA_RSDP + PAGE_SIZE)

#define HEADER_SIZE	36
#define HEADER_LENGTH	4
#define RSDP_CHECKSUM	8
#define RSDP_RSDT	16
#define RSDP_10_SIZE	20

#define MADT_WAKEUP	0x10
#define WAKEUP_SIZE	16

#define CCEL_TYPE_TDX	2

#define COMMAND_NONE	0
#define COMMAND_WAKEUP	1

struct mailbox {
	uint16_t command;
	uint16_t reserved;
	uint32_t apic_id;
	uint64_t vector;
};

struct ccel_table {
	uint8_t header[HEADER_SIZE];
	uint8_t type, subtype;
	uint16_t reserved;
	uint64_t area_size;
	uint64_t area;
} __attribute__((packed));

static uint32_t length_of(const void *table)
{
	uint32_t length;

	memcpy(&length, (const uint8_t *)table + HEADER_LENGTH, sizeof(length));
	return length;
}

static void set_length(void *table, uint32_t length)
{
	memcpy((uint8_t *)table + HEADER_LENGTH, &length, sizeof(length));
}

static void copy_madt(const void *madt)
{
	uint32_t length = length_of(madt);
	uint8_t *copy = (uint8_t *)GPA_MADT, *wakeup = copy + length;
	const uint64_t mailbox = TDX_GPA_MAILBOX;

	if (GPA_MADT + length + WAKEUP_SIZE > PAGE_END)
		panic("tdx: the MADT is longer than its page");
	memcpy(copy, madt, length);
	memset(wakeup, 0, WAKEUP_SIZE);
	wakeup[0] = MADT_WAKEUP;
	wakeup[1] = WAKEUP_SIZE;
	memcpy(wakeup + 8, &mailbox, sizeof(mailbox));
	set_length(copy, length + WAKEUP_SIZE);
	acpi_set_checksum(copy);
}

static void make_ccel(const void *like)
{
	struct ccel_table *table = (struct ccel_table *)GPA_CCEL_TABLE;

	memset(table, 0, sizeof(*table));
	memcpy(table->header, like, HEADER_SIZE);	/* OEM names */
	memcpy(table->header, "CCEL", 4);
	table->header[8] = 1;				/* revision */
	table->type = CCEL_TYPE_TDX;
	table->area_size = TDX_CCEL_SIZE;
	table->area = TDX_GPA_CCEL;
	set_length(table, sizeof(*table));
	acpi_set_checksum(table);
}

/* The firmware's root table with our MADT in place of its own, and CCEL behind */
static void copy_rsdt(uint32_t rsdt, uint32_t old_madt)
{
	uint8_t *copy = (uint8_t *)GPA_RSDT;
	uint32_t length = length_of((const void *)(uint64_t)rsdt), at, entry;
	const uint32_t madt = GPA_MADT, ccel = GPA_CCEL_TABLE;

	if (GPA_RSDT + length + sizeof(ccel) > GPA_CCEL_TABLE)
		panic("tdx: the RSDT names too many tables");
	memcpy(copy, (const void *)(uint64_t)rsdt, length);
	for (at = HEADER_SIZE; at < length; at += sizeof(entry)) {
		memcpy(&entry, copy + at, sizeof(entry));
		if (entry == old_madt)
			memcpy(copy + at, &madt, sizeof(madt));
	}
	memcpy(copy + length, &ccel, sizeof(ccel));
	set_length(copy, length + sizeof(ccel));
	acpi_set_checksum(copy);
}

static void point_rsdp(void)
{
	uint8_t *rsdp = (uint8_t *)GPA_RSDP, sum = 0;
	const uint32_t rsdt = GPA_RSDT;
	unsigned int i;

	memcpy(rsdp + RSDP_RSDT, &rsdt, sizeof(rsdt));
	rsdp[RSDP_CHECKSUM] = 0;
	for (i = 0; i < RSDP_10_SIZE; i++)
		sum += rsdp[i];
	rsdp[RSDP_CHECKSUM] = -sum;
}

/**
 * mailbox_init() - make the mailbox and the tables
 *
 * The page of the root pointer has room for them.
 */
void mailbox_init(void)
{
	uint32_t rsdt = acpi_rsdt((const void *)GPA_RSDP);
	const void *madt = acpi_find_table(rsdt, "APIC");

	if (!madt)
		panic("tdx: the firmware has no MADT");
	memset((void *)TDX_GPA_MAILBOX, 0, PAGE_SIZE);
	copy_madt(madt);
	make_ccel(madt);
	copy_rsdt(rsdt, (uint32_t)(uint64_t)madt);
	point_rsdp();
}

static struct mailbox *mailbox(void)
{
	return sept_is_private(TDX_GPA_MAILBOX, PAGE_SIZE) ? (struct mailbox *)TDX_GPA_MAILBOX :
							     NULL;
}

/**
 * mailbox_poll() - wake the processor that the TD names, if it names one
 * @v: the vCPU of this processor
 */
void mailbox_poll(struct vcpu *v)
{
	volatile struct mailbox *box = mailbox();
	unsigned int i;

	if (!box || box->command != COMMAND_WAKEUP)
		return;
	for (i = 0; i < vcpu_count; i++) {
		if (vcpus[i].started || &vcpus[i] == v || vcpus[i].apic_id != box->apic_id)
			continue;
		tdx_vcpu(&vcpus[i])->start = box->vector;
		smp_wake(&vcpus[i]);
		return;
	}
}

/**
 * mailbox_start() - an application processor begins
 * @v: the vCPU of this processor
 */
void mailbox_start(struct vcpu *v)
{
	volatile struct mailbox *box = mailbox();

	tdx_start_state(v, tdx_vcpu(v)->start);
	if (box)
		box->command = COMMAND_NONE;
}
