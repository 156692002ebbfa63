/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Guest memory at a fixed address, and what the core does for the SNP personality,
 * stood in for. For one test program.
 */
#ifndef T_SNP_CORE_H
#define T_SNP_CORE_H

#include <setjmp.h>
#include <string.h>

#include "../link.h"
#include "../hv/snp/rmp.h"
#include "../hv/snp/snp.h"

#define MEMORY		0x10000000ul	/* guest memory, also an address of this process */
#define MEMORY_SIZE	0x400000ul
#define PAGES		((MEMORY + MEMORY_SIZE) / PAGE_SIZE)

static uint8_t states[PAGES];
static uint16_t entries[PAGES] __attribute__((unused));
static struct vmcb vmcbs[2];
static struct snp_vcpu snp_vcpus[2];
static jmp_buf stopped;
static enum stop_code stop_reason;
static unsigned int shoot_downs, woken;
static uint32_t port_value;
static uint64_t link_exit_info;
static uint32_t certificate_size;

struct vcpu vcpus[MAX_VCPUS];
unsigned int vcpu_count = 2;
struct snp snp = { .status = SNP_SEV_STATUS };

void npt_update(uint64_t gpa) { (void)gpa; }
void iommu_update(uint64_t gpa) { (void)gpa; }
void fetch_watch(uint64_t gpa, uint64_t size) { (void)gpa; (void)size; }
bool iommu_owns(uint64_t gpa) { return (void)gpa, false; }
void npt_map(uint64_t a, bool b, uint64_t c, bool d) { (void)a; (void)b; (void)c; (void)d; }
uint64_t npt_root_all_private(void) { return 0; }
void withhold(uint64_t gpa, const char *why) { (void)gpa; (void)why; }
void log_info(const char *format, ...) { (void)format; }
void log_trace(const char *format, ...) { (void)format; }
void vcpu_dump(const struct vcpu *v) { (void)v; }
void smp_shoot_down_others(struct vcpu *v) { (void)v; shoot_downs++; }
void smp_wake(struct vcpu *v) { woken |= 1u << v->id; }
void idle_until_nmi(struct vcpu *v) { (void)v; }
void vcpu_load_hidden(struct vcpu *v) { (void)v; }
void vmsa_load(struct vcpu *v, const void *page) { (void)v; (void)page; }
struct snp_vcpu *snp_vcpu(struct vcpu *v) { return &snp_vcpus[v->id]; }

void stop(enum stop_code code)
{
	stop_reason = code;
	longjmp(stopped, 1);
}

bool memory_is_guest(uint64_t gpa, uint64_t size)
{
	return gpa >= MEMORY && gpa + size <= MEMORY + MEMORY_SIZE;
}

bool apic_guest_write(struct vcpu *v, unsigned int reg, uint32_t value)
{
	(void)v;
	(void)reg;
	(void)value;
	return false;
}

uint32_t port_guest_in(uint16_t port, unsigned int size)
{
	(void)port;
	(void)size;
	return port_value++;
}

void port_guest_out(uint16_t port, unsigned int size, uint32_t value)
{
	(void)port;
	(void)size;
	port_value = port_value << 8 | value;
}

struct snp_cpuid cpuid_execute(uint32_t leaf, uint32_t subleaf)
{
	return (struct snp_cpuid){ leaf, subleaf, 0x11, 0x22 };
}

bool link_call(uint16_t command, const void *request, uint32_t request_size, void *answer,
	       uint32_t answer_max, uint32_t *answer_size)
{
	struct link_snp_response *response = answer;

	(void)request;
	(void)request_size;
	if (command == LINK_SNP_CERTIFICATES) {
		memset(answer, 0xcc, certificate_size);
		*answer_size = certificate_size;
		return true;
	}
	memset(answer, 0, answer_max);
	response->exit_info2 = link_exit_info;
	response->page[0] = 0x55;
	*answer_size = sizeof(*response);
	return true;
}

#endif /* T_SNP_CORE_H */
