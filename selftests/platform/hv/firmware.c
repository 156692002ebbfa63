// SPDX-License-Identifier: GPL-2.0-only
/*
 * A machine that begins with firmware: the image and what it is to start come as
 * multiboot modules and stay where they are, in the hypervisor's hole. All RAM is
 * unaccepted; what the personality puts into it before the start is its own matter.
 */
#include "cpu.h"
#include "hv.h"
#include "multiboot.h"

#define IMAGE_MAX		0x1000000ul
#define LOW_HOLE		0xa0000ul	/* the machine has VGA and ROMs there */
#define LOW_HOLE_SIZE		0x60000ul

#define CMOS_INDEX		0x70
#define CMOS_DATA		0x71
#define CMOS_ABOVE_16M		0x34	/* 2 bytes, in units of 64 KiB */
#define CMOS_ABOVE_4G		0x5b	/* 3 bytes, likewise */
#define CMOS_UNIT		16
#define MIB_16			0x1000000ul

#define PIC_MASTER_MASK		0x21
#define PIC_SLAVE_MASK		0xa1
#define APIC_LVT_TIMER		0x320
#define APIC_LVT_LINT0		0x350
#define APIC_LVT_LINT1		0x360
#define APIC_TIMER_COUNT	0x380
#define LVT_MASKED		0x10000

struct firmware firmware;

static uint8_t low_hole[LOW_HOLE_SIZE] __attribute__((aligned(4096)));

extern char hv_end[];

static uint64_t cmos_number(uint8_t first, unsigned int bytes)
{
	uint64_t number = 0;

	while (bytes--) {
		outb(CMOS_INDEX, first + bytes);
		number = number << 8 | inb(CMOS_DATA);
	}
	return number << CMOS_UNIT;
}

/* The boot loader's map is less: its own firmware has taken some */
static void find_ram(void)
{
	uint64_t high = cmos_number(CMOS_ABOVE_4G, 3);

	firmware.low_end = MIB_16 + cmos_number(CMOS_ABOVE_16M, 2);
	firmware.high_end = high ? GIB_4 + high : 0;
	if (firmware.low_end < HV_BASE + HV_SIZE)
		panic("RAM ends at %lx, in the hypervisor", firmware.low_end);
	log_info("hv: RAM up to %lx and from %lx up to %lx\n", firmware.low_end, GIB_4,
		 firmware.high_end);
}

static void keep_command_line(const struct multiboot_module *module)
{
	const char *text = multiboot_words(module);
	size_t n = strlen(text);

	if (n >= sizeof(firmware.cmdline))
		panic("the kernel's command line is longer than a page");
	memcpy(firmware.cmdline, text, n);
}

static void keep_modules(const struct multiboot_module *modules, uint32_t count)
{
	firmware.image = (const uint8_t *)(uint64_t)modules[0].start;
	firmware.size = modules[0].end - modules[0].start;
	if (!firmware.size || firmware.size > IMAGE_MAX ||
	    (modules[0].start | modules[0].end) & ~PAGE_MASK)
		panic("the firmware has %lu bytes, not whole pages up to %lu", firmware.size,
		      IMAGE_MAX);
	firmware.base = GIB_4 - firmware.size;
	if (count < 2)
		return;
	firmware.kernel = (const uint8_t *)(uint64_t)modules[1].start;
	firmware.kernel_size = modules[1].end - modules[1].start;
	keep_command_line(&modules[1]);
	if (count < 3)
		return;
	firmware.initrd = (const uint8_t *)(uint64_t)modules[2].start;
	firmware.initrd_size = modules[2].end - modules[2].start;
}

/* Page states and nested tables go behind the modules */
static void assign_memory(uint64_t table)
{
	uint64_t top = firmware.high_end ? firmware.high_end : GIB_4, pages = top / PAGE_SIZE;
	uint64_t pool = (table + pages + PAGE_SIZE - 1) & PAGE_MASK, pool_end = HV_BASE + HV_SIZE;

	if (pool >= pool_end)
		panic("firmware, kernel and initramfs leave no room for the page tables");
	host_map(firmware.base, firmware.size, firmware.image);
	host_map(LOW_HOLE, LOW_HOLE_SIZE, low_hole);
	page_state_init((uint8_t *)table, pages);
	npt_init(pool, pool_end, personality->views);
	page_state_set_range(0, firmware.low_end, personality->unaccepted_state);
	page_state_set_range(GIB_4, firmware.high_end, personality->unaccepted_state);
	page_state_set_range(HV_BASE, HV_BASE + HV_SIZE, PAGE_HV);
}

/**
 * firmware_load() - take the firmware and what it is to start, and give pages their
 *	states
 * @multiboot: boot information; it is gone afterwards, the modules stay
 */
void firmware_load(const void *multiboot)
{
	const struct multiboot_info info = *(const struct multiboot_info *)multiboot;
	struct multiboot_module modules[3];
	uint64_t end = (uint64_t)hv_end;
	uint32_t i;

	if (!info.mods_count || info.mods_count > ARRAY_SIZE(modules))
		panic("%u modules, not firmware, kernel and initramfs", info.mods_count);
	memcpy(modules, (const void *)(uint64_t)info.mods_addr,
	       info.mods_count * sizeof(modules[0]));
	for (i = 0; i < info.mods_count; i++) {
		if (modules[i].start < end || modules[i].end < modules[i].start ||
		    modules[i].end > HV_BASE + HV_SIZE)
			panic("module %u is not in the hypervisor's memory", i);
		end = modules[i].end;
	}
	keep_modules(modules, info.mods_count);
	find_ram();
	assign_memory((end + PAGE_SIZE - 1) & PAGE_MASK);
}

/**
 * firmware_quiet_machine() - switch off what the machine's own firmware has left running
 *
 * The guest's does not expect interrupts of the old controllers.
 */
void firmware_quiet_machine(void)
{
	outb(PIC_MASTER_MASK, 0xff);
	outb(PIC_SLAVE_MASK, 0xff);
	apic_write(APIC_LVT_TIMER, LVT_MASKED);
	apic_write(APIC_LVT_LINT0, LVT_MASKED);
	apic_write(APIC_LVT_LINT1, LVT_MASKED);
	apic_write(APIC_TIMER_COUNT, 0);
}
