// SPDX-License-Identifier: GPL-2.0-only
/*
 * QEMU's configuration device, as the hypervisor uses it. QEMU, docs/specs/fw_cfg.rst.
 */
#include "cpu.h"
#include "fwcfg.h"
#include "hv.h"

#define SPIN_LIMIT	10000000

static struct {
	uint32_t control;
	uint32_t length;
	uint64_t address;
} descriptor __attribute__((aligned(16)));

/**
 * fwcfg_device_select() - begin with an item
 * @key: of the item
 */
void fwcfg_device_select(uint16_t key)
{
	outw(FWCFG_PORT_SELECT, key);
}

/**
 * fwcfg_device_byte() - next byte of the item
 */
uint8_t fwcfg_device_byte(void)
{
	return inb(FWCFG_PORT_DATA);
}

/**
 * fwcfg_device_dma() - transfer bytes of the item
 * @control: what to do
 * @length: bytes
 * @host: where the hypervisor has them
 *
 * Return: 0, or the device's error bit.
 */
uint32_t fwcfg_device_dma(uint32_t control, uint32_t length, uint64_t host)
{
	uint64_t address = (uint64_t)&descriptor;
	unsigned int spins = 0;
	uint32_t left;

	descriptor.length = __builtin_bswap32(length);
	descriptor.address = __builtin_bswap64(host);
	__atomic_store_n(&descriptor.control, __builtin_bswap32(control), __ATOMIC_RELEASE);
	outl(FWCFG_PORT_DMA_HIGH, __builtin_bswap32(address >> 32));
	outl(FWCFG_PORT_DMA_LOW, __builtin_bswap32((uint32_t)address));
	do {
		left = __builtin_bswap32(__atomic_load_n(&descriptor.control, __ATOMIC_ACQUIRE));
		if (++spins == SPIN_LIMIT)
			panic("fw_cfg: the device does not finish a transfer");
	} while (left & ~FWCFG_ERROR);
	return left;
}
