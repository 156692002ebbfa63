// SPDX-License-Identifier: GPL-2.0-only
/*
 * QEMU's configuration device as a guest's firmware meets it, against a piece of guest
 * memory at a fixed address; a stand-in is the device.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "../hv/hv.h"
#include "t_tap.h"

#define MEMORY		0x10000000ul
#define PAGES		4
#define PRIVATE_PAGE	2
#define BIT		(1ull << 51)

#define ERROR		1u
#define READ		2u
#define SKIP		4u
#define SELECT		8u
#define WRITE		16u

#define KEY_KERNEL_SIZE	0x08
#define KEY_CMDLINE	0x15
#define KEY_DEVICE	0x20
#define BZIMAGE_MIN	0x1000

struct descriptor {
	uint32_t control, length;
	uint64_t address;
};

static uint8_t (*const memory)[PAGE_SIZE] = (void *)MEMORY;
static struct descriptor *const descriptor = (void *)MEMORY;
static uint8_t states[MEMORY / PAGE_SIZE + PAGES];
static uint8_t image[0x2000];

struct firmware firmware;
struct options options;

/* ---- what the core would do ---- */

void panic(const char *format, ...)
{
	puts(format);
	abort();
}

void log_info(const char *format, ...)
{
	(void)format;
}

void log_trace(const char *format, ...)
{
	(void)format;
}

uint64_t npt_address_bit(void)
{
	return BIT;
}

uint64_t tsc_khz(void)
{
	return 2600000;
}

void npt_update(uint64_t gpa)
{
	(void)gpa;
}

void iommu_update(uint64_t gpa)
{
	(void)gpa;
}

/* ---- the device ---- */

static struct {
	uint16_t key;
	unsigned int bytes, transfers;
	uint32_t control, length;
	uint64_t host;
} device;

void fwcfg_device_select(uint16_t key)
{
	device.key = key;
	device.bytes = 0;
}

uint8_t fwcfg_device_byte(void)
{
	return 0x40 + device.bytes++;
}

uint32_t fwcfg_device_dma(uint32_t control, uint32_t length, uint64_t host)
{
	device.transfers++;
	device.control = control;
	device.length = length;
	device.host = host;
	return 0;
}

/* ---- the guest ---- */

static uint8_t read_byte(void)
{
	uint32_t value = 0;

	fwcfg_in(0x511, 1, &value);
	return value;
}

/* Return: the control word that the device leaves */
static uint32_t dma(uint32_t control, uint32_t length, void *buffer)
{
	uint64_t gpa = (uint64_t)descriptor | BIT;

	descriptor->control = __builtin_bswap32(control);
	descriptor->length = __builtin_bswap32(length);
	descriptor->address = __builtin_bswap64((uint64_t)buffer);
	fwcfg_out(0x514, 4, __builtin_bswap32(gpa >> 32));
	fwcfg_out(0x518, 4, __builtin_bswap32((uint32_t)gpa));
	return __builtin_bswap32(descriptor->control);
}

static bool start(void)
{
	unsigned int i;

	if (mmap(memory, PAGES * PAGE_SIZE, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) == MAP_FAILED)
		return false;
	page_state_init(states, sizeof(states));
	for (i = 0; i < PAGES; i++)
		page_state_set((uint64_t)memory[i],
			       i == PRIVATE_PAGE ? PAGE_PRIVATE : PAGE_SHARED);
	return true;
}

static void offer(void)
{
	memcpy(image + 0x202, "HdrS", 4);
	image[0x1f1] = 3;
	memset(image + 2048, 0x77, sizeof(image) - 2048);
	firmware.kernel = image;
	firmware.kernel_size = sizeof(image);
	strcpy(firmware.cmdline, "console=ttyS0");
	fwcfg_offer_kernel();
}

static void test_ports(void)
{
	uint32_t value = 0;

	tap_ok(!fwcfg_in(0x50f, 1, &value) && !fwcfg_in(0x51c, 4, &value) &&
	       !fwcfg_out(0x50c, 4, 0) && !fwcfg_out(0x3f8, 1, 0), "other ports are left alone");
	tap_ok(fwcfg_in(0x514, 4, &value) && value == 0x554d4551 &&
	       fwcfg_in(0x518, 4, &value) && value == 0x47464320, "the DMA signature");
	tap_ok(fwcfg_in(0x50f, 2, &value) && !value && fwcfg_in(0x510, 2, &value) && !value,
	       "an access of another size reads zero");
}

static void test_bytes(void)
{
	fwcfg_out(0x510, 2, KEY_DEVICE);
	tap_ok(device.key == KEY_DEVICE && read_byte() == 0x40 && read_byte() == 0x41,
	       "an item of the device");
	fwcfg_out(0x510, 2, KEY_KERNEL_SIZE);
	tap_ok(device.key == KEY_DEVICE && read_byte() == 0 && read_byte() == 0x18 &&
	       read_byte() == 0 && read_byte() == 0 && read_byte() == 0,
	       "an item of the hypervisor, and zeros behind it");
	fwcfg_out(0x510, 2, KEY_CMDLINE | 0x4000);
	/* NOLINTNEXTLINE(misc-redundant-expression): each call reads the next byte */
	tap_ok(read_byte() == 'c' && read_byte() == 'o', "the writing bit selects the same item");
}

static void test_dma(void)
{
	uint32_t end = (uint32_t)strlen(firmware.cmdline) + 1;
	void *marked = (void *)((uint64_t)memory[1] | BIT);

	memset(memory[1], 0xee, PAGE_SIZE);
	tap_ok(!dma(KEY_CMDLINE << 16 | SELECT | READ, 64, memory[1]) &&
	       !strcmp((char *)memory[1], "console=ttyS0") && memory[1][end] == 0 &&
	       memory[1][63] == 0 && memory[1][64] == 0xee,
	       "a transfer, with zeros behind the item");
	tap_ok(!dma(KEY_CMDLINE << 16 | SELECT | SKIP, 8, NULL) &&
	       !dma(READ, 5, memory[1]) && !memcmp(memory[1], "ttyS0", 5), "a skip");
	/* NOLINTNEXTLINE(misc-redundant-expression): each call skips */
	tap_ok(!dma(SKIP, 0xffffffff, NULL) && !dma(SKIP, 0xffffffff, NULL) &&
	       !dma(READ, 4, memory[1]) && !memory[1][0], "far behind the end are zeros");
	tap_ok(dma(KEY_CMDLINE << 16 | SELECT | WRITE, 4, memory[1]) == ERROR,
	       "the hypervisor's items cannot be written");
	tap_ok(!dma(KEY_DEVICE << 16 | SELECT | READ, 16, marked) &&
	       device.transfers == 1 && device.control == READ && device.length == 16 &&
	       device.host == (uint64_t)memory[1], "the device transfers to where the page is");
	tap_ok(!dma(0, 16, memory[1]) && device.transfers == 1, "no order, no transfer");
}

/* What a TD must not be able to have overwritten, and what is not its own */
static void test_refusals(void)
{
	uint32_t gpa = (uint32_t)(uint64_t)memory[PRIVATE_PAGE];

	device.transfers = 0;
	tap_ok(dma(KEY_DEVICE << 16 | SELECT | READ, 16, memory[PRIVATE_PAGE]) == ERROR &&
	       dma(READ, PAGE_SIZE + 1, memory[PRIVATE_PAGE - 1]) == ERROR, "a private page");
	tap_ok(dma(READ, 16, image) == ERROR && dma(READ, 2 * PAGE_SIZE, memory[3]) == ERROR,
	       "memory that the guest does not have");
	tap_ok(dma(READ, 0xffffffff, (void *)~0xffull) == ERROR, "an address that wraps");
	tap_ok(!device.transfers, "none of it reached the device");
	memcpy(memory[PRIVATE_PAGE], descriptor, sizeof(*descriptor));
	memset(memory[PRIVATE_PAGE], 0x55, 4);
	fwcfg_out(0x514, 4, __builtin_bswap32((uint64_t)memory >> 32));
	fwcfg_out(0x518, 4, __builtin_bswap32(gpa));
	tap_ok(memory[PRIVATE_PAGE][0] == 0x55, "a private descriptor is not answered");
}

static void test_tables(void)
{
	uint8_t tables[100] = "....DMAR";

	tap_ok(!fwcfg_rename_table(tables, sizeof(tables), "DMAR", "CVM0"),
	       "a name without a table behind it");
	memcpy(tables + 40, "DMAR", 4);
	memcpy(tables + 50, "BOCHS ", 6);
	tap_ok(fwcfg_rename_table(tables, sizeof(tables), "DMAR", "CVM0") &&
	       !memcmp(tables + 40, "CVM0", 4) && !memcmp(tables + 4, "DMAR", 4),
	       "the table has another name");
	tap_ok(!fwcfg_rename_table(tables, 35, "CVM0", "DMAR"), "a table that is cut off");
}

int main(void)
{
	if (!start()) {
		printf("1..0 # SKIP no memory at a fixed address\n");
		return 0;
	}
	offer();
	test_ports();
	test_bytes();
	test_dma();
	test_refusals();
	test_tables();
	return tap_done();
}
