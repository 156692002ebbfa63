// SPDX-License-Identifier: GPL-2.0-only
/*
 * MapGPA: a TD asks the VMM to share pages or to take them back (GHCI 1.5, section
 * 3.2). An honest VMM does so; the option fault= makes it lie.
 */
#include "../hostile.h"
#include "tdx.h"

#define VMCALL_SUCCESS		0
#define VMCALL_RETRY		1
#define VMCALL_INVALID_OPERAND	0x8000000000000000ull
#define VMCALL_ALIGN_ERROR	0x8000000000000002ull

static bool fault_is(const char *name)
{
	return strlen(td.fault) == strlen(name) && !memcmp(td.fault, name, strlen(name));
}

static uint64_t change(uint64_t gpa, uint64_t size, bool shared, uint64_t *failed)
{
	uint64_t at;

	for (at = gpa; at < gpa + size; at += PAGE_SIZE) {
		bool done = page_state_get(at) == PAGE_NONE ||
			    (shared ? sept_to_shared(at) : sept_to_private(at));

		if (!shared)
			attack_mapped(at);

		if (done)
			continue;
		*failed = at;
		return VMCALL_INVALID_OPERAND;
	}
	return VMCALL_SUCCESS;
}

/*
 * Does half of it, or nothing, and says where to go on. Linux gives up after three
 * answers without progress, so each vCPU is answered well every third time.
 */
static uint64_t change_with_retry(struct vcpu *v, uint64_t gpa, uint64_t size, bool shared,
				  uint64_t *failed)
{
	unsigned int call = tdx_vcpu(v)->map_calls++ % 3;
	uint64_t part = call == 1 ? size / 2 & PAGE_MASK : 0, ret;

	if (call == 2 || size == PAGE_SIZE)
		return change(gpa, size, shared, failed);
	ret = change(gpa, part, shared, failed);
	*failed = gpa + part;
	return ret ? ret : VMCALL_RETRY;
}

static uint64_t answer(struct vcpu *v, uint64_t gpa, uint64_t size, bool shared, uint64_t *failed)
{
	if (fault_is("mapgpa-retry"))
		return change_with_retry(v, gpa, size, shared, failed);
	if (fault_is("mapgpa-fail") || behaviour_plays("map-refuse") ||
	    (!shared && question_refuses())) {
		*failed = gpa;
		return VMCALL_INVALID_OPERAND;
	}
	if (fault_is("mapgpa-lie") || behaviour_plays("map-lie"))
		return VMCALL_SUCCESS;
	return change(gpa, size, shared, failed);
}

/**
 * map_gpa() - carry out a MapGPA
 * @v: the vCPU
 * @gpa: start, with the shared bit as wanted
 * @size: bytes
 * @failed: receives where it stopped, with the same bit
 *
 * Return: status for R10.
 */
uint64_t map_gpa(struct vcpu *v, uint64_t gpa, uint64_t size, uint64_t *failed)
{
	uint64_t bit = gpa & TDX_SHARED, start = gpa & ~TDX_SHARED, stopped = start, ret;

	*failed = gpa;
	if ((gpa | size) & ~PAGE_MASK)
		return VMCALL_ALIGN_ERROR;
	if (start + size < start || start + size > TDX_SHARED)
		return VMCALL_INVALID_OPERAND;
	ret = answer(v, start, size, bit, &stopped);
	*failed = stopped | bit;
	smp_shoot_down_others(v);
	return ret;
}
