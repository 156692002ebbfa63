// SPDX-License-Identifier: GPL-2.0-only
/*
 * Metadata fields of the TD and of the module, TDX Module ABI, "Metadata Access". The
 * top bit of a field identifier says nothing.
 */
#include "tdx.h"

#define ID_MASK			(~0ull >> 1)

#define TD_ATTRIBUTES		0x1110000300000000ull
#define TD_CONFIG_FLAGS		0x1110000300000016ull
#define TD_TD_CTLS		0x1110000300000017ull
#define TD_NOTIFY_ENABLES	0x1100000000000010ull

#define SYS_MINOR_VERSION	0x0800000100000003ull
#define SYS_MAJOR_VERSION	0x0800000100000004ull
#define SYS_TDX_FEATURES0	0x0a00000300000008ull

#define TD_CTLS_PENDING_VE_DISABLE	1ull
#define NOTIFY_ENABLES_ZERO_STEP	1ull

/* A field that a TD may write, and which of its bits */
static uint64_t *writable(uint64_t id, uint64_t *bits)
{
	switch (id & ID_MASK) {
	case TD_TD_CTLS:
		*bits = TD_CTLS_PENDING_VE_DISABLE;
		return &td.td_ctls;
	case TD_NOTIFY_ENABLES:
		*bits = NOTIFY_ENABLES_ZERO_STEP;
		return &td.notify_enables;
	default:
		return NULL;
	}
}

/**
 * field_read_vm() - TDG.VM.RD
 * @id: field identifier
 * @value: receives the field, or 0
 */
uint64_t field_read_vm(uint64_t id, uint64_t *value)
{
	uint64_t bits, *field = writable(id, &bits);

	*value = 0;
	if (field) {
		*value = *field;
		return TDX_SUCCESS;
	}
	switch (id & ID_MASK) {
	case TD_ATTRIBUTES:
		*value = td.identity.attributes;
		return TDX_SUCCESS;
	case TD_CONFIG_FLAGS:
		*value = td.config_flags;
		return TDX_SUCCESS;
	default:
		return TDX_FIELD_ID_INCORRECT;
	}
}

/**
 * field_write_vm() - TDG.VM.WR
 * @id: field identifier
 * @value: new value
 * @mask: bits to change
 * @old: receives what the field was, or 0
 */
uint64_t field_write_vm(uint64_t id, uint64_t value, uint64_t mask, uint64_t *old)
{
	uint64_t bits, *field = writable(id, &bits), ret;

	ret = field_read_vm(id, old);
	if (ret)
		return ret;
	if (!field || !(mask & bits))
		return TDX_FIELD_NOT_WRITABLE;
	if ((*field ^ value) & mask & ~bits)
		return TDX_FIELD_VALUE_NOT_VALID;
	mask &= bits;
	*field = (*field & ~mask) | (value & mask);
	return TDX_SUCCESS;
}

/**
 * field_read_system() - TDG.SYS.RD
 * @id: field identifier
 * @value: receives the field, or 0
 *
 * No optional feature is offered: neither topology enumeration nor #VE reduction.
 */
uint64_t field_read_system(uint64_t id, uint64_t *value)
{
	*value = 0;
	switch (id & ID_MASK) {
	case SYS_TDX_FEATURES0:
		return TDX_SUCCESS;
	case SYS_MAJOR_VERSION:
		*value = 1;
		return TDX_SUCCESS;
	case SYS_MINOR_VERSION:
		*value = td.identity.report_version == 10 ? 0 : 5;
		return TDX_SUCCESS;
	default:
		return TDX_FIELD_ID_INCORRECT;
	}
}
