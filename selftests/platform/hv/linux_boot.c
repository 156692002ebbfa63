// SPDX-License-Identifier: GPL-2.0-only
/*
 * Load a bzImage and its initramfs as the multiboot modules bring them, and tell
 * the kernel about its memory. Documentation/arch/x86/boot.rst of the kernel.
 */
#include "hv.h"
#include "multiboot.h"

#define SETUP_HEADER	0x1f1
#define JUMP_OFFSET	0x201
#define HEADER_MAGIC	0x202
#define TYPE_OF_LOADER	0x210
#define LOADFLAGS	0x211
#define CODE32_START	0x214
#define RAMDISK_IMAGE	0x218
#define RAMDISK_SIZE	0x21c
#define CMD_LINE_PTR	0x228
#define INIT_SIZE	0x260
#define ACPI_RSDP_ADDR	0x070
#define E820_ENTRIES	0x1e8
#define E820_TABLE	0x2d0

#define LOADED_HIGH	0x01
#define LOADER_UNKNOWN	0xff

#define VGA_START	0xa0000ul
#define VGA_END		0xc0000ul
#define LOW_MEMORY_END	0x100000ul
#define BIOS_SEGMENT	0xf0000ul
#define ACPI_20_RSDP_SIZE	36
#define FIRMWARE_TABLES_MAX	0x100000ul
#define CHIPSET_START		0xfec00000ul	/* registers and flash up to 4 GiB */

struct guest_image guest_image;
struct e820 guest_map;

static uint8_t setup_header[HEADER_MAGIC + 0x100];
static struct unaccepted unaccepted[2];
static unsigned int unaccepted_count;

extern char hv_end[];

static uint32_t field_u32(const uint8_t *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return value;
}

static void set_u32(uint8_t *at, uint32_t value)
{
	memcpy(at, &value, sizeof(value));
}

static void keep_memory_map(const struct multiboot_info *info)
{
	uint32_t offset = 0;

	while (offset < info->mmap_length) {
		const struct multiboot_range *range =
			(const void *)(uint64_t)(info->mmap_addr + offset);

		e820_add(&guest_map, range->start, range->start + range->length, range->type);
		offset += range->size + sizeof(range->size);
	}
}

static void load_kernel(const struct multiboot_module *module)
{
	const uint8_t *image = (const void *)(uint64_t)module->start;
	uint32_t size = module->end - module->start, setup_size;

	setup_size = bzimage_setup_size(image, size);
	if (GPA_KERNEL + field_u32(image + INIT_SIZE) > HV_BASE)
		panic("the kernel needs %x bytes, which reaches into the hypervisor",
		      field_u32(image + INIT_SIZE));
	memcpy(setup_header + SETUP_HEADER, image + SETUP_HEADER,
	       HEADER_MAGIC + image[JUMP_OFFSET] - SETUP_HEADER);
	guest_image.kernel = (const void *)GPA_KERNEL;
	guest_image.kernel_size = size - setup_size;
	memcpy((void *)GPA_KERNEL, image + setup_size, guest_image.kernel_size);
}

static void load_initrd(const struct multiboot_module *module)
{
	guest_image.initrd_size = module->end - module->start;
	memcpy((void *)GPA_INITRD, (const void *)(uint64_t)module->start,
	       guest_image.initrd_size);
}

static void load_command_line(const struct multiboot_module *module)
{
	const char *text = multiboot_words(module);
	size_t n;

	n = strlen(text);
	if (n >= PAGE_SIZE)
		panic("the kernel's command line is longer than a page");
	memset((void *)GPA_CMDLINE, 0, PAGE_SIZE);
	memcpy((void *)GPA_CMDLINE, text, n);
	guest_image.cmdline = (const char *)GPA_CMDLINE;
}

/*
 * Linux maps RESERVED ranges shared, and firmware tables lie in some: they become
 * ACPI ranges. What the personality puts below 640 KiB is its own.
 */
static void shape_map(void)
{
	unsigned int i;

	for (i = 0; i < guest_map.count; i++) {
		struct e820_entry *entry = &guest_map.entries[i];

		/* not the registers and the flash below 4 GiB, nor PCI configuration space */
		if (entry->type == E820_RESERVED && entry->start >= BIOS_SEGMENT &&
		    entry->size <= FIRMWARE_TABLES_MAX && entry->start < CHIPSET_START)
			entry->type = E820_ACPI;
	}
	e820_split(&guest_map, GPA_RSDP, GPA_RSDP + PAGE_SIZE, E820_ACPI);
	e820_split(&guest_map, GPA_PERSONALITY + 2 * PAGE_SIZE, VGA_START, personality->own_pages);
	e820_split(&guest_map, HV_BASE, HV_BASE + HV_SIZE, E820_RESERVED);
}

static void add_unaccepted(uint64_t start, uint64_t end)
{
	start = (start + SIZE_2M - 1) & ~(SIZE_2M - 1);
	end &= ~(SIZE_2M - 1);
	if (start >= end)
		return;
	if (unaccepted_count == ARRAY_SIZE(unaccepted))
		panic("RAM is in more than %lu parts", ARRAY_SIZE(unaccepted));
	unaccepted[unaccepted_count++] = (struct unaccepted){ start, end };
	page_state_set_range(start, end, personality->unaccepted_state);
	log_info("hv: %lx-%lx is not accepted\n", start, end);
}

/* RAM past the initramfs, below and above 4 GiB */
static void leave_unaccepted(void)
{
	uint64_t floor = GPA_INITRD + guest_image.initrd_size;
	unsigned int i;

	for (i = 0; i < guest_map.count; i++) {
		uint64_t start = guest_map.entries[i].start;
		uint64_t end = start + guest_map.entries[i].size;

		if (guest_map.entries[i].type == E820_RAM && end > floor)
			add_unaccepted(start > floor ? start : floor, end);
	}
}

/*
 * The room behind the hypervisor's image, where the modules were, takes the page
 * states and the nested tables.
 */
static void assign_memory(void)
{
	uint64_t top, table = (uint64_t)hv_end, pages;
	unsigned int i;

	shape_map();
	top = e820_ram_top(&guest_map);
	pages = top / PAGE_SIZE;
	page_state_init((uint8_t *)table, pages);
	npt_init((table + pages + PAGE_SIZE - 1) & PAGE_MASK, HV_BASE + HV_SIZE,
		 personality->views);

	page_state_set_range(0, LOW_MEMORY_END, personality->ram_state);
	for (i = 0; i < guest_map.count; i++) {
		const struct e820_entry *entry = &guest_map.entries[i];

		if (entry->type != E820_RESERVED)
			page_state_set_range(entry->start & PAGE_MASK, entry->start + entry->size,
					     personality->ram_state);
	}
	page_state_set_range(VGA_START, VGA_END, PAGE_NONE);
	page_state_set_range(HV_BASE, HV_BASE + HV_SIZE, PAGE_HV);
	if (GPA_INITRD + guest_image.initrd_size > top)
		panic("the initramfs does not fit into the guest's memory");
	if (options.unaccepted)
		leave_unaccepted();
}

/**
 * linux_load() - copy kernel, initramfs and command line to their places, shape the
 *	guest's memory map and give each page its state
 * @multiboot: boot information; it and the modules are gone afterwards
 */
void linux_load(const void *multiboot)
{
	const struct multiboot_info info = *(const struct multiboot_info *)multiboot;
	struct multiboot_module modules[2];

	if (info.mods_count != 2)
		panic("%u modules, not kernel and initramfs", info.mods_count);
	memcpy(modules, (const void *)(uint64_t)info.mods_addr, sizeof(modules));
	if (modules[1].end > HV_BASE + HV_SIZE)
		panic("kernel and initramfs are too large together");
	keep_memory_map(&info);
	load_command_line(&modules[0]);
	load_kernel(&modules[0]);
	load_initrd(&modules[1]);
	assign_memory();
}

static void copy_rsdp(void)
{
	const void *rsdp;

	if (!acpi_find_rsdp((void *)0xe0000, 0x20000, &rsdp))
		panic("the firmware has no ACPI tables");
	memset((void *)GPA_RSDP, 0, PAGE_SIZE);
	memcpy((void *)GPA_RSDP, rsdp, ACPI_20_RSDP_SIZE);
}

/**
 * linux_boot_params() - fill the kernel's boot parameters
 * @boot_params: a page in the guest's memory
 */
void linux_boot_params(void *boot_params)
{
	uint8_t *params = boot_params;
	uint64_t rsdp = GPA_RSDP;
	unsigned int i;

	memset(params, 0, PAGE_SIZE);
	memcpy(params + SETUP_HEADER, setup_header + SETUP_HEADER,
	       sizeof(setup_header) - SETUP_HEADER);
	params[TYPE_OF_LOADER] = LOADER_UNKNOWN;
	params[LOADFLAGS] |= LOADED_HIGH;
	set_u32(params + CODE32_START, GPA_KERNEL);
	set_u32(params + RAMDISK_IMAGE, GPA_INITRD);
	set_u32(params + RAMDISK_SIZE, guest_image.initrd_size);
	set_u32(params + CMD_LINE_PTR, GPA_CMDLINE);
	copy_rsdp();
	memcpy(params + ACPI_RSDP_ADDR, &rsdp, sizeof(rsdp));
	params[E820_ENTRIES] = guest_map.count;
	memcpy(params + E820_TABLE, guest_map.entries,
	       guest_map.count * sizeof(guest_map.entries[0]));
	for (i = 0; i < guest_map.count; i++)
		log_info("hv: memory %lx-%lx type %u\n", guest_map.entries[i].start,
			 guest_map.entries[i].start + guest_map.entries[i].size - 1,
			 guest_map.entries[i].type);
	if (options.unaccepted)
		efi_build((void *)GPA_EFI, params, &guest_map, GPA_RSDP, unaccepted,
			  unaccepted_count);
}
