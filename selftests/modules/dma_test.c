// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a device can reach in a confidential guest, tried out with QEMU's "edu" device,
 * which copies between memory and 4 KiB of its own when told so (QEMU,
 * docs/specs/edu.rst).
 *
 * The module plays the host: it hands the device addresses that no driver would.
 * Prints TAP into the kernel log.
 */
#define pr_fmt(fmt) "dma_test: " fmt

#include <linux/delay.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/set_memory.h>

#include "tap.h"

#define EDU_VENDOR	0x1234
#define EDU_DEVICE	0x11e8

#define EDU_DMA_SOURCE	0x80
#define EDU_DMA_TARGET	0x88
#define EDU_DMA_COUNT	0x90
#define EDU_DMA_COMMAND	0x98
#define EDU_DMA_RUN	1
#define EDU_DMA_TO_RAM	2
#define EDU_BUFFER	0x40000

/* QEMU's bounds check does not let the last byte of its buffer be used */
#define LENGTH		2048

#define SECRET	0x5a
#define PUBLIC	0xc3
#define EMPTY	0x00

static void __iomem *edu;

static bool run(u64 source, u64 target, u32 command)
{
	unsigned int waited;

	writeq(source, edu + EDU_DMA_SOURCE);
	writeq(target, edu + EDU_DMA_TARGET);
	writeq(LENGTH, edu + EDU_DMA_COUNT);
	writeq(command | EDU_DMA_RUN, edu + EDU_DMA_COMMAND);
	for (waited = 0; waited < 100; waited++) {
		if (!(readq(edu + EDU_DMA_COMMAND) & EDU_DMA_RUN))
			return true;
		msleep(50);
	}
	return false;
}

static bool device_reads(void *page)
{
	return run(__pa(page), EDU_BUFFER, 0);
}

static bool device_writes(void *page)
{
	return run(EDU_BUFFER, __pa(page), EDU_DMA_TO_RAM);
}

static bool holds(const void *page, u8 value)
{
	return !memchr_inv(page, value, LENGTH);
}

static void test_shared(void *shared)
{
	memset(shared, PUBLIC, PAGE_SIZE);
	ok(device_reads(shared), "the device reads a shared page");
	memset(shared, EMPTY, PAGE_SIZE);
	ok(device_writes(shared), "the device writes a shared page");
	ok(holds(shared, PUBLIC), "what it read comes back");
}

static void test_private(void *private, void *shared)
{
	memset(private, SECRET, PAGE_SIZE);
	ok(device_writes(private), "the device tries to write a private page");
	ok(holds(private, SECRET), "the page is as it was");
	ok(device_reads(private), "the device tries to read a private page");
	ok(device_writes(shared), "the device writes what it has got into a shared page");
	ok(!memchr(shared, SECRET, LENGTH), "no byte of the private page is in it");
}

/* An IOMMU remembers translations; one of a page that is no longer shared must be forgotten */
static bool test_taken_back(void *page)
{
	if (set_memory_encrypted((unsigned long)page, 1))
		return false;
	memset(page, SECRET, PAGE_SIZE);
	ok(device_writes(page), "the device tries to write the page that was shared before");
	ok(holds(page, SECRET), "the page is as it was");
	return true;
}

static int run_tests(void)
{
	void *private = (void *)__get_free_page(GFP_KERNEL);
	void *shared = (void *)__get_free_page(GFP_KERNEL);

	if (!private || !shared)
		return -ENOMEM;
	if (set_memory_decrypted((unsigned long)shared, 1))
		return -EIO;
	test_shared(shared);
	test_private(private, shared);
	test_shared(shared);
	if (!test_taken_back(shared))
		return -EIO;
	/* the pages are not given back: what the device still does to them is the host's */
	tap_done();
	return tap_failures ? -EBADE : 0;
}

static int __init dma_test_init(void)
{
	struct pci_dev *device = pci_get_device(EDU_VENDOR, EDU_DEVICE, NULL);
	int ret;

	if (!device)
		return -ENODEV;
	ret = pci_enable_device(device);
	if (ret)
		goto out;
	pci_set_master(device);
	edu = pci_iomap(device, 0, 0);
	if (!edu) {
		ret = -ENOMEM;
		goto out;
	}
	ret = run_tests();
	pci_iounmap(device, edu);
out:
	pci_dev_put(device);
	return ret;
}

static void __exit dma_test_exit(void)
{
}

module_init(dma_test_init);
module_exit(dma_test_exit);

MODULE_DESCRIPTION("DMA into private pages, tried out");
MODULE_LICENSE("GPL");
