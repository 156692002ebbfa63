// SPDX-License-Identifier: GPL-2.0-only
/*
 * QEMU's configuration device for a guest's firmware. Items that would tell of the
 * hypervisor are answered from its own; others come from the device. Its DMA would
 * write wherever the guest says, so it is done here, to pages that the guest shares.
 * QEMU, docs/specs/fw_cfg.rst.
 */
#include "fwcfg.h"
#include "hv.h"

#define DMA_SIGNATURE_HIGH	0x554d4551u	/* "QEMU" */
#define DMA_SIGNATURE_LOW	0x47464320u	/* " CFG" */

#define KEY_MASK	0xbfffu		/* bit 14 asks for writing */

/* All of it big endian */
struct dma_descriptor {
	uint32_t control;
	uint32_t length;
	uint64_t address;
};

struct item {
	uint16_t key;
	const uint8_t *data;
	uint64_t size;
};

static struct {
	struct item items[24];
	unsigned int count;
	const struct item *selected;	/* NULL for one of the device */
	uint64_t offset;
	uint32_t dma_high;
} config;

/**
 * fwcfg_answer() - answer for an item instead of the device
 * @key: of the item
 * @data: its bytes, which stay
 * @size: how many
 */
void fwcfg_answer(uint16_t key, const void *data, uint64_t size)
{
	if (config.count == ARRAY_SIZE(config.items))
		panic("fw_cfg: more than %lu items", ARRAY_SIZE(config.items));
	config.items[config.count++] = (struct item){ key, data, size };
}

static void select_item(uint16_t key)
{
	unsigned int i;

	log_trace("fw_cfg: item %x\n", key);
	config.offset = 0;
	config.selected = NULL;
	for (i = 0; i < config.count; i++)
		if (config.items[i].key == (key & KEY_MASK))
			config.selected = &config.items[i];
	if (!config.selected)
		fwcfg_device_select(key);
}

/* Past its end an item reads as zeros */
static void read_own(uint8_t *to, uint32_t length)
{
	const struct item *item = config.selected;
	uint64_t left = config.offset < item->size ? item->size - config.offset : 0;
	uint64_t n = length < left ? length : left;

	/* NOLINTNEXTLINE(clang-analyzer-unix.cstring.NullArg): whoever reads has a buffer */
	memcpy(to, item->data + (left ? config.offset : 0), n);
	/* NOLINTNEXTLINE(clang-analyzer-unix.cstring.NullArg): as above */
	memset(to + n, 0, length - n);
	config.offset += length;
}

static uint8_t read_byte(void)
{
	uint8_t byte;

	if (!config.selected)
		return fwcfg_device_byte();
	read_own(&byte, 1);
	return byte;
}

/* Where memory is that the guest shares; NULL for other memory, or in no one piece */
static void *shared_memory(uint64_t gpa, uint64_t size)
{
	return page_state_all(gpa, size, PAGE_SHARED) ? host_range(gpa, size) : NULL;
}

/* Returns the control word that tells how it ended: 0 or FWCFG_ERROR */
static uint32_t transfer(uint32_t control, uint32_t length, uint64_t address)
{
	uint8_t *buffer = NULL;

	if (!length || !(control & (FWCFG_READ | FWCFG_WRITE | FWCFG_SKIP)))
		return 0;
	if (control & (FWCFG_READ | FWCFG_WRITE)) {
		buffer = shared_memory(address, length);
		if (!buffer) {
			log_info("fw_cfg: DMA refused: %lx+%x is not shared\n", address, length);
			return FWCFG_ERROR;
		}
	}
	if (!config.selected)
		return fwcfg_device_dma(control & (FWCFG_READ | FWCFG_WRITE | FWCFG_SKIP), length,
					(uint64_t)buffer);
	if (control & FWCFG_READ) {
		read_own(buffer, length);
		return 0;
	}
	if (control & FWCFG_WRITE)
		return FWCFG_ERROR;
	config.offset += length;
	return 0;
}

/* The descriptor is read once: the guest may change it meanwhile */
static void dma(uint64_t gpa)
{
	struct dma_descriptor *shared;
	struct dma_descriptor copy;
	uint32_t control, result;

	shared = shared_memory(gpa & ~npt_address_bit(), sizeof(*shared));
	if (!shared) {
		log_info("fw_cfg: DMA refused: the descriptor at %lx is not shared\n", gpa);
		return;
	}
	memcpy(&copy, shared, sizeof(copy));
	control = __builtin_bswap32(copy.control);
	if (control & FWCFG_SELECT)
		select_item(control >> 16);
	result = transfer(control, __builtin_bswap32(copy.length),
			  __builtin_bswap64(copy.address) & ~npt_address_bit());
	__atomic_store_n(&shared->control, __builtin_bswap32(result), __ATOMIC_RELEASE);
}

static bool is_own(uint16_t port, unsigned int size)
{
	return port < FWCFG_PORT_END && port + size > FWCFG_PORT_SELECT;
}

/**
 * fwcfg_in() - the guest reads a port
 * @port: the port
 * @size: 1, 2 or 4 bytes
 * @value: receives what it reads
 *
 * Return: false when the port is not the device's.
 */
bool fwcfg_in(uint16_t port, unsigned int size, uint32_t *value)
{
	if (!is_own(port, size))
		return false;
	*value = 0;
	if (port == FWCFG_PORT_DATA && size == 1)
		*value = read_byte();
	else if (port == FWCFG_PORT_DMA_HIGH && size == 4)
		*value = DMA_SIGNATURE_HIGH;
	else if (port == FWCFG_PORT_DMA_LOW && size == 4)
		*value = DMA_SIGNATURE_LOW;
	return true;
}

/**
 * fwcfg_out() - the guest writes a port
 * @port: the port
 * @size: 1, 2 or 4 bytes
 * @value: what it writes
 *
 * Return: false when the port is not the device's.
 */
bool fwcfg_out(uint16_t port, unsigned int size, uint32_t value)
{
	uint64_t address;

	if (!is_own(port, size))
		return false;
	if (port == FWCFG_PORT_SELECT && size == 2) {
		select_item(value);
	} else if (port == FWCFG_PORT_DMA_HIGH && size == 4) {
		config.dma_high = __builtin_bswap32(value);
	} else if (port == FWCFG_PORT_DMA_LOW && size == 4) {
		address = (uint64_t)config.dma_high << 32 | __builtin_bswap32(value);
		config.dma_high = 0;
		dma(address);
	}
	return true;
}
