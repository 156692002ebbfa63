// SPDX-License-Identifier: GPL-2.0-only
/* TDCALL as a TD issues it: leaves and their errors, what TDVMCALL shows the VMM, quotes. */
#include <stdio.h>

#include "t_tdx_core.h"
#include "t_tap.h"

#define REFUSED		0x8000000000000000ull
#define ALL_REGISTERS	0xffecull
#define VMCALL_RDMSR	31
#define VMCALL_WRMSR	32
#define VMCALL_IO	30
#define GET_QUOTE	0x10002
#define IN_FLIGHT	0xffffffffffffffffull

static enum { HOST_SILENT, HOST_FAILS, HOST_ANSWERS } host;
static struct link_td_quote answer;
static const void *asked;
static uint32_t answer_size;
static void *answer_place;
static uint64_t last_out;

bool link_present(void) { return true; }
bool link_begin(uint16_t command, const void *request, uint32_t size, void *reply, uint32_t max)
{
	(void)size;
	(void)max;
	asked = request;
	answer_place = reply;
	return command == LINK_TD_QUOTE;
}

enum link_progress link_poll(uint32_t *size)
{
	if (host == HOST_SILENT)
		return LINK_WAITING;
	if (host == HOST_FAILS)
		return LINK_FAILED;
	memcpy(answer_place, &answer, sizeof(answer));
	*size = answer_size;
	return LINK_ANSWERED;
}

bool mmio_allowed(uint64_t gpa, uint64_t size) { return (void)gpa, size == 4; }
uint64_t mmio_read(uint64_t gpa, uint64_t size) { return (void)gpa, (void)size, 0x5a; }
void mmio_write(struct vcpu *v, uint64_t gpa, uint64_t value, uint64_t size)
{
	(void)v;
	(void)gpa;
	(void)value;
	(void)size;
}

uint32_t port_guest_in(uint16_t port, unsigned int size) { return (void)port, (void)size, 0x77; }
void port_guest_out(uint16_t port, unsigned int size, uint32_t value)
{
	(void)port;
	(void)size;
	last_out = value;
}

void idle_until_interrupt(struct vcpu *v) { (void)v; }
void idle_masked(struct vcpu *v) { (void)v; }

static uint64_t tdcall(struct vcpu *v, uint64_t leaf)
{
	put_code("\x66\x0f\x01\xcc", 4);
	v->vmcb->save.rax = leaf;
	v->vmcb->save.cpl = 0;
	return module_instruction(v) ? v->vmcb->save.rax : ~0ull;
}

static uint64_t vmcall(struct vcpu *v, uint64_t call, uint64_t r12, uint64_t r13)
{
	v->regs.rcx = ALL_REGISTERS;
	v->regs.r10 = 0;
	v->regs.r11 = call;
	v->regs.r12 = r12;
	v->regs.r13 = r13;
	return tdcall(v, 0) ? ~0ull : v->regs.r10;
}

static void test_instruction(struct vcpu *v)
{
	put_code("\x0f\x0b", 2);
	tap_ok(!module_instruction(v), "ud2 is not TDCALL");
	put_code("\x66\x0f\x01\xcc", 4);
	v->vmcb->save.cpl = 3;
	injected = 0;
	tap_ok(module_instruction(v) && injected == 13, "TDCALL of a user is #GP");
	tap_ok(tdcall(v, 30) == TDX_OPERAND_INVALID(OPERAND_RAX), "a leaf that is not there");
	v->regs.rcx = 4;
	tap_ok(tdcall(v, 5) == TDX_OPERAND_INVALID(OPERAND_RCX), "VP.CPUIDVE.SET, reserved bits");
	v->regs.rcx = 2;
	tap_ok(!tdcall(v, 5) && tdx_vcpu(v)->cpuid_ve == 2, "VP.CPUIDVE.SET for users");
	v->vmcb->save.rax = 1;
	v->vmcb->save.cpl = 3;
	injected = 0;
	cpuid_exit(v);
	tap_ok(injected == 20, "a user's CPUID is a #VE then");
	tdx_vcpu(v)->ve.valid = false;
	v->vmcb->save.cpl = 0;
	injected = 0;
	cpuid_exit(v);
	tap_ok(injected == 0, "the kernel's is answered");
	tap_ok(tdcall(v, 3) == TDX_NO_VE_INFO, "VP.VEINFO.GET without a #VE");
}

static void test_registers(struct vcpu *v)
{
	v->regs.rcx = ALL_REGISTERS | 1;
	tap_ok(tdcall(v, 0) == TDX_OPERAND_INVALID(OPERAND_RCX), "RAX cannot be exposed");
	v->regs.rcx = ALL_REGISTERS | 1ull << 32;
	tap_ok(tdcall(v, 0) == TDX_OPERAND_INVALID(OPERAND_RCX), "reserved bits of RCX");
	v->regs = (struct registers){ .rcx = 1 << 10 | 1 << 11 | 1 << 12 | 1 << 13 | 1 << 14,
				      .r11 = VMCALL_IO, .r12 = 1, .r13 = 1, .r14 = 0x80,
				      .r15 = 0x99, .r9 = 0x1234 };
	last_out = ~0ull;
	tap_ok(!tdcall(v, 0) && !v->regs.r10 && last_out == 0,
	       "the VMM sees zero for a register that is not exposed");
	tap_ok(v->regs.r15 == 0x99 && v->regs.r9 == 0x1234, "and cannot change it");
	v->regs = (struct registers){ .rcx = 1 << 10 | 1 << 12 | 1 << 13 | 1 << 14,
				      .r11 = 0x66, .r12 = 1, .r14 = 0x80 };
	tap_ok(!tdcall(v, 0) && v->regs.r10 == REFUSED && v->regs.r11 == 0x66,
	       "a call whose number is hidden is none");
}

static void test_msrs(struct vcpu *v)
{
	static const uint32_t served[] = { 0x802, 0x803, 0x80d, 0x80f, 0x828, 0x830, 0x838, 0x83e };
	static const uint32_t refused[] = { 0x3b, 0x800, 0x808, 0x80b, 0x80e, 0x810, 0x829, 0x831,
					    0x83a, 0x83f, 0x840, 0x10, 0xc0000080 };
	uint64_t value;
	unsigned int i;
	bool right = true;

	for (i = 0; i < ARRAY_SIZE(served); i++)
		right = right && vmm_msr(served[i]) == VMM_APIC;
	tap_ok(right, "the VMM serves those of the x2APIC that the module leaves to it");
	right = true;
	for (i = 0; i < ARRAY_SIZE(refused); i++)
		right = right && vmm_msr(refused[i]) == VMM_REFUSED;
	tap_ok(right, "and no other, no TSC and no EFER");
	tap_ok(vmm_msr(0x1b) == VMM_APIC_BASE && !vmcall(v, VMCALL_WRMSR, 0x1b, 0xfee00d00) &&
	       vmcall(v, VMCALL_WRMSR, 0x1b, 0xfee00900) == REFUSED,
	       "the APIC's base is answered and stays as it is");
	tap_ok(vmcall(v, VMCALL_WRMSR, 0x803, 0) == REFUSED &&
	       vmcall(v, VMCALL_WRMSR, 0x802, 0) == REFUSED &&
	       vmcall(v, VMCALL_WRMSR, 0x839, 0) == REFUSED, "version, ID and count stay");
	tap_ok(vmcall(v, VMCALL_WRMSR, 0x828, 1) == REFUSED &&
	       vmcall(v, VMCALL_WRMSR, 0x80f, 1ull << 32) == REFUSED, "reserved bits");
	tap_ok(!vmcall(v, VMCALL_WRMSR, 0x80f, 0x1ff) && apic_read(0xf0) == 0x1ff, "SVR is written");
	tap_ok(!vmcall(v, VMCALL_RDMSR, 0x80f, 0) && v->regs.r11 == 0x1ff, "and read");
	tap_ok(!x2apic_read(v, 0x80b, &value) && !x2apic_read(v, 0x83f, &value) &&
	       !x2apic_read(v, 0x80e, &value), "EOI and self IPI cannot be read");
	tap_ok(x2apic_write(v, 0x80b, 0) && !x2apic_write(v, 0x80b, 1), "EOI takes 0 only");
	tap_ok(!x2apic_write(v, 0x808, 0x100), "TPR has 8 bits");
}

/* A port is written with VMCALL_IO: bits 31:28 the attack, bits 27:0 the page */
static void attack(struct vcpu *v, uint32_t order)
{
	v->regs.r14 = ATTACK_PORT;
	v->regs.r15 = order;
	vmcall(v, VMCALL_IO, 4, 1);
}

static void test_replace(struct vcpu *v)
{
	uint8_t *page = (uint8_t *)MEMORY;

	page_state_set(MEMORY, PAGE_PRIVATE);
	memset(page, 0x33, PAGE_SIZE);
	attack(v, 1u << 28 | MEMORY / PAGE_SIZE);
	tap_ok(page_state_get(MEMORY) == PAGE_PENDING && !page[0] && !page[PAGE_SIZE - 1],
	       "a hostile VMM replaces a page: pending, and empty");
	v->regs.rcx = MEMORY;
	tap_ok(!tdcall(v, 23) && v->regs.rcx == (MEMORY | 1ull << 62), "the module tells");
	page_state_set(MEMORY, PAGE_SHARED);
	attack(v, 1u << 28 | MEMORY / PAGE_SIZE);
	tap_ok(page_state_get(MEMORY) == PAGE_SHARED, "not a shared one");
	page_state_set(MEMORY, PAGE_PRIVATE);
	attack(v, 2u << 28 | MEMORY / PAGE_SIZE);
	tap_ok(page_state_get(MEMORY) == PAGE_PRIVATE, "there is no other attack");
	td.no_attr_rd = true;
	v->regs.rcx = MEMORY;
	tap_ok(tdcall(v, 23) == TDX_OPERAND_INVALID(OPERAND_RAX), "a module without ATTR.RD");
	td.no_attr_rd = false;
}

static void test_mapping(struct vcpu *v)
{
	page_state_set(MEMORY, PAGE_PRIVATE);
	v->regs.rcx = MEMORY + 0x123;
	tap_ok(!tdcall(v, 23) && v->regs.rcx == MEMORY, "MEM.PAGE.ATTR.RD of a private page");
	page_state_set(MEMORY, PAGE_PENDING);
	v->regs.rcx = MEMORY;
	tap_ok(!tdcall(v, 23) && v->regs.rcx == (MEMORY | 1ull << 62), "of a pending one");
	v->regs.rcx = MEMORY | TDX_SHARED;
	tap_ok(tdcall(v, 23) == TDX_OPERAND_INVALID(OPERAND_RCX) && !v->regs.rcx,
	       "a shared address");
	page_state_set(MEMORY, PAGE_SHARED);
	v->regs.rcx = MEMORY;
	stop_reason = 0;
	if (!setjmp(stopped))
		tdcall(v, 23);
	tap_ok(stop_reason == STOP_VIOLATION, "the private address of a shared page ends the TD");
}

static void test_verify(struct vcpu *v)
{
	uint8_t *report = (uint8_t *)MEMORY;

	page_state_set(MEMORY, PAGE_PRIVATE);
	report_build((const uint8_t *)MEMORY + 2048, report);
	v->regs.rcx = MEMORY;
	tap_ok(!tdcall(v, 22), "MR.VERIFYREPORT of this machine's report");
	report[130] ^= 1;
	tap_ok(tdcall(v, 22) == TDX_INVALID_REPORTMACSTRUCT, "of a changed one");
	report[16] ^= 1;
	tap_ok(tdcall(v, 22) == TDX_INVALID_CPUSVN, "of another processor");
	v->regs.rcx = MEMORY + 64;
	tap_ok(tdcall(v, 22) == TDX_OPERAND_INVALID(OPERAND_RCX), "not aligned");
}

static uint64_t *request_quote(uint64_t version, uint32_t length)
{
	uint64_t *buffer = (uint64_t *)(MEMORY + PAGE_SIZE);

	set_pages(MEMORY + PAGE_SIZE, 2, PAGE_SHARED);
	memset(buffer, 0x33, 2 * PAGE_SIZE);
	buffer[0] = version;
	buffer[1] = 0;
	buffer[2] = length;
	return buffer;
}

static uint64_t get_quote(struct vcpu *v, uint64_t size)
{
	return vmcall(v, GET_QUOTE, (MEMORY + PAGE_SIZE) | TDX_SHARED, size);
}

static void test_quote(struct vcpu *v)
{
	uint64_t *buffer = request_quote(1, 1024);

	host = HOST_SILENT;
	tap_ok(get_quote(v, 100) == REFUSED, "GetQuote: a size that is no pages");
	tap_ok(vmcall(v, GET_QUOTE, MEMORY + PAGE_SIZE, 2 * PAGE_SIZE) == REFUSED,
	       "GetQuote: a private address");
	buffer[0] = 2;
	tap_ok(get_quote(v, 2 * PAGE_SIZE) == REFUSED, "GetQuote: another version");
	request_quote(1, 1023);
	tap_ok(get_quote(v, 2 * PAGE_SIZE) == REFUSED, "GetQuote: no TDREPORT");
	buffer = request_quote(1, 1024);
	tap_ok(!get_quote(v, 2 * PAGE_SIZE) && buffer[1] == IN_FLIGHT, "GetQuote: in flight");
	quote_poll();
	tap_ok(quote_in_flight() && get_quote(v, 2 * PAGE_SIZE) == 1, "GetQuote: one at a time");
	memset(buffer + 3, 0, 1024);
	tap_ok(((const uint8_t *)asked)[5] == 0x33, "GetQuote: the report was copied once");
	host = HOST_FAILS;
	quote_poll();
	tap_ok(!quote_in_flight() && buffer[1] == 0x8000000000000001, "GetQuote: unavailable");

	buffer = request_quote(1, 1024);
	get_quote(v, 2 * PAGE_SIZE);
	host = HOST_ANSWERS;
	answer = (struct link_td_quote){ .length = 100, .claimed = 0xffffffff };
	answer_size = sizeof(answer) + 99;
	quote_poll();
	tap_ok(buffer[1] == 0x8000000000000000, "GetQuote: an answer with another length");

	buffer = request_quote(1, 1024);
	get_quote(v, 2 * PAGE_SIZE);
	answer_size = sizeof(answer) + 100;
	quote_poll();
	tap_ok(!buffer[1] && buffer[2] >> 32 == 0xffffffff, "GetQuote: a host that claims more");

	buffer = request_quote(1, 1024);
	get_quote(v, 2 * PAGE_SIZE);
	set_pages(MEMORY + PAGE_SIZE, 2, PAGE_PRIVATE);
	quote_poll();
	tap_ok(!quote_in_flight() && buffer[1] == IN_FLIGHT,
	       "GetQuote: a buffer that was taken back is not written");
}

int main(void)
{
	struct vcpu *v = core_start();

	if (!v) {
		printf("1..0 # SKIP no memory at a fixed address\n");
		return 0;
	}
	test_instruction(v);
	test_registers(v);
	test_msrs(v);
	test_mapping(v);
	test_replace(v);
	test_verify(v);
	test_quote(v);
	return tap_done();
}
