/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the boot loader hands over: Multiboot Specification 0.6.96, section 3.3.
 */
#ifndef HV_MULTIBOOT_H
#define HV_MULTIBOOT_H

#include <stdint.h>

struct multiboot_info {
	uint32_t flags, mem_lower, mem_upper, boot_device, cmdline;
	uint32_t mods_count, mods_addr, syms[4], mmap_length, mmap_addr;
};

struct multiboot_module {
	uint32_t start, end, string, reserved;
};

struct multiboot_range {
	uint32_t size;
	uint64_t start, length;
	uint32_t type;
} __attribute__((packed));

/**
 * multiboot_words() - the words that were given with a module
 * @module: the module; QEMU puts the file's name first
 */
static inline const char *multiboot_words(const struct multiboot_module *module)
{
	const char *text = (const char *)(uint64_t)module->string;

	while (*text && *text != ' ')
		text++;
	while (*text == ' ')
		text++;
	return text;
}

#endif /* HV_MULTIBOOT_H */
