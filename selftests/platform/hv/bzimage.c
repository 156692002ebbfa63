// SPDX-License-Identifier: GPL-2.0-only
/* The file of a Linux kernel. Documentation/arch/x86/boot.rst of the kernel. */
#include "hv.h"

#define SETUP_SECTS	0x1f1
#define SECTOR		512
#define HEADER_MAGIC	0x202
#define SIZE_MIN	0x1000

/**
 * bzimage_setup_size() - where the protected-mode part begins; panics on another file
 * @image: the file
 * @size: bytes of it
 */
uint32_t bzimage_setup_size(const uint8_t *image, uint64_t size)
{
	uint32_t setup;

	if (size < SIZE_MIN || memcmp(image + HEADER_MAGIC, "HdrS", 4))
		panic("the kernel is no bzImage");
	setup = ((image[SETUP_SECTS] ? image[SETUP_SECTS] : 4) + 1) * SECTOR;
	if (setup >= size)
		panic("the bzImage is cut off");
	return setup;
}
