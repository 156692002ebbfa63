/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Guest memory at a fixed address, and what the core does for the TDX personality,
 * stood in for. For one test program.
 */
#ifndef T_TDX_CORE_H
#define T_TDX_CORE_H

#include <setjmp.h>
#include <string.h>
#include <sys/mman.h>

#include "../hv/tdx/tdx.h"

#define MEMORY		0x10000000ul	/* guest memory, also an address of this process */
#define MEMORY_SIZE	0x400000ul
#define PAGES		((MEMORY + MEMORY_SIZE) / PAGE_SIZE)

static uint8_t states[PAGES];
static struct vmcb vmcbs[2];
static jmp_buf stopped;
static enum stop_code stop_reason;
static unsigned int injected = ~0u;
static uint32_t apic_registers[0x400];
static uint8_t code[16];	/* at RIP */
static size_t code_size;

struct td td;
struct vcpu vcpus[MAX_VCPUS];
unsigned int vcpu_count = 2;
struct guest_image guest_image;

void npt_update(uint64_t gpa) { (void)gpa; }
void iommu_update(uint64_t gpa) { (void)gpa; }
void fetch_watch(uint64_t gpa, uint64_t size) { (void)gpa; (void)size; }
bool order_take(char c) { return (void)c, false; }
bool iommu_owns(uint64_t gpa) { return (void)gpa, false; }
uint64_t npt_address_bit(void) { return TDX_SHARED; }
void withhold(uint64_t gpa, const char *why) { (void)gpa; (void)why; }
void log_info(const char *format, ...) { (void)format; }
void log_trace(const char *format, ...) { (void)format; }
void vcpu_dump(const struct vcpu *v) { (void)v; }
void vcpu_allow_msr(uint32_t msr) { (void)msr; }
void smp_shoot_down_others(struct vcpu *v) { (void)v; }
uint64_t tsc_khz(void) { return 2600000; }
uint32_t apic_read(unsigned int reg) { return apic_registers[reg / 4]; }
void apic_write(unsigned int reg, uint32_t value) { apic_registers[reg / 4] = value; }

bool apic_guest_write(struct vcpu *v, unsigned int reg, uint32_t value)
{
	(void)v;
	(void)reg;
	(void)value;
	return false;
}

void vcpu_inject(struct vcpu *v, unsigned int vector, bool has_error, uint32_t error)
{
	(void)v;
	(void)has_error;
	(void)error;
	injected = vector;
}

bool guest_read(struct vcpu *v, uint64_t va, void *to, size_t n)
{
	(void)v;
	(void)va;
	if (n > code_size)
		return false;
	memcpy(to, code, n);
	return true;
}

void stop(enum stop_code reason)
{
	stop_reason = reason;
	longjmp(stopped, 1);
}

void tdx_stop(struct vcpu *v, enum stop_code reason, const char *why, uint64_t what)
{
	(void)v;
	(void)why;
	(void)what;
	stop(reason);
}

void panic(const char *format, ...)
{
	(void)format;
	stop(STOP_INTERNAL);
}

struct tdx_vcpu *tdx_vcpu(struct vcpu *v)
{
	static struct tdx_vcpu list[MAX_VCPUS];

	return &list[v->id];
}

static inline void put_code(const void *bytes, size_t size)
{
	memset(code, 0, sizeof(code));
	memcpy(code, bytes, size);
	code_size = size;
}

static inline struct vcpu *core_start(void)
{
	struct vcpu *v = &vcpus[0];

	page_state_init(states, PAGES);
	if (mmap((void *)MEMORY, MEMORY_SIZE, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) == MAP_FAILED)
		return NULL;
	v->vmcb = &vmcbs[0];
	return v;
}

static inline void set_pages(uint64_t gpa, unsigned int count, enum page_state state)
{
	for (; count; count--, gpa += PAGE_SIZE)
		page_state_set(gpa, state);
}

#endif /* T_TDX_CORE_H */
