// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory that is another one at its second read: what counts as one.
 */
#include <string.h>

#include "../hv/hostile.h"
#include "../hv/hv.h"
#include "t_tap.h"

#define PAGE		0x5000ul
#define DB		EXIT_EXCEPTION(1)
#define TRAP		0x100ul
#define WRITE		2

static uint8_t memory[PAGE_SIZE];
static uint64_t hidden;
static struct vmcb vmcb;
static struct vcpu vcpu = { .vmcb = &vmcb };

void log_info(const char *format, ...) { (void)format; }
void npt_hide(uint64_t start, uint64_t size) { hidden = size ? start : 0; }
void npt_update(uint64_t gpa) { (void)gpa; }
void npt_map(uint64_t a, bool b, uint64_t c, bool d) { (void)a; (void)b; (void)c; (void)d; }
uint64_t npt_address_bit(void) { return 1ull << 51; }
void smp_shoot_down_others(struct vcpu *v) { (void)v; }
uint64_t host_address(uint64_t gpa) { return (uint64_t)memory + gpa - PAGE; }
enum page_state page_state_get(uint64_t gpa) { return (void)gpa, PAGE_SHARED; }
const char *option_value(const char *t, const char *n, char *v, size_t s)
{
	(void)t;
	(void)n;
	(void)s;
	return v;
}

static void begin(void)
{
	fetch_end();
	memset(memory, 0, sizeof(memory));
	behaviour_begin("fetch");
	fetch_watch(PAGE, 100);
}

static bool fault(uint64_t offset, uint64_t access)
{
	vmcb.control.exit_info_1 = access;
	vmcb.control.exit_info_2 = PAGE + offset;
	return fetch_fault(&vcpu);
}

/* One read and the end of its instruction; what the guest got */
static uint8_t read_at(uint64_t offset)
{
	uint8_t got;

	fault(offset, 0);
	got = memory[offset];
	vmcb.control.exit_code = DB;
	fetch_stepped(&vcpu);
	return got;
}

static void test_once(void)
{
	unsigned int i, changed = 0;

	begin();
	tap_ok(hidden == PAGE, "what was ordered is watched");
	for (i = 0; i < PAGE_SIZE; i += 8)
		changed += !!read_at(i);
	tap_ok(!changed, "a copy by words");
	begin();
	for (i = 0; i < 64; i++)
		changed += !!read_at(i);
	changed += !!read_at(61);
	tap_ok(changed == 1, "a copy by bytes, until it goes back");
}

static void test_twice(void)
{
	begin();
	tap_ok(!read_at(8) && read_at(8), "the same word twice");
	begin();
	tap_ok(!read_at(0x14) && !read_at(0) && !read_at(8) && read_at(0x10),
	       "a field, then a copy of all");
	begin();
	tap_ok(!read_at(0) && !read_at(8) && !read_at(0x10) && read_at(8), "a copy, then a field");
}

static void test_end(void)
{
	begin();
	read_at(0);
	tap_ok(fault(0, WRITE) && !hidden && !fault(0, 0), "a write ends it");
	begin();
	vmcb.save.rflags = 0x202;
	fault(0, 0);
	tap_ok(vmcb.save.rflags == (0x2 | TRAP), "one instruction, without interrupts");
	vmcb.control.exit_code = DB;
	tap_ok(fetch_stepped(&vcpu) && vmcb.save.rflags == 0x202, "then all is as before");
	fetch_end();
	behaviour_begin("");
	fetch_watch(PAGE, 100);
	tap_ok(!hidden, "an honest host watches nothing");
}

int main(void)
{
	test_once();
	test_twice();
	test_end();
	return tap_done();
}
