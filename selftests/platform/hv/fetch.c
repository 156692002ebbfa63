// SPDX-License-Identifier: GPL-2.0-only
/*
 * A host that changes shared memory between two reads of it, the surest way there is:
 * each read of a watched page is an exit, and what is read a second time is another
 * value then. A guest that reads everything once notices nothing.
 *
 * A copy reads upwards, with more than one read in 8 bytes perhaps. So reads are counted
 * in runs, of which each goes upwards: a second read is one of what another run has read.
 */
#include "cpu.h"
#include "hostile.h"
#include "hv.h"

#define PAGES_MAX	16
#define WORD		8
#define DB_VECTOR	1
#define RFLAGS_TF	0x100ul
#define DR6_BS		0x4000ul
#define FAULT_WRITE	0x2ul

static struct {
	uint64_t start, size;		/* nothing is watched while the size is 0 */
	uint32_t read_in[PAGES_MAX * PAGE_SIZE / WORD];	/* run, 0 for not read */
	uint32_t run;
	uint64_t last_offset;
	uint64_t reads, again;
	struct vcpu *stepping;		/* it executes one instruction with the page mapped */
	uint64_t page, flags;
} watch;

static bool is_watched(uint64_t gpa)
{
	return gpa - watch.start < watch.size;
}

/**
 * fetch_watch() - change what the guest reads twice from here, when that was ordered
 * @gpa: where they are, page aligned
 * @size: bytes
 */
void fetch_watch(uint64_t gpa, uint64_t size)
{
	size = (size + PAGE_SIZE - 1) & PAGE_MASK;
	if (!behaviour_is("fetch") || watch.size || size > PAGES_MAX * PAGE_SIZE)
		return;
	memset(watch.read_in, 0, sizeof(watch.read_in));
	watch.run = 1;
	watch.last_offset = 0;
	watch.reads = 0;
	watch.again = 0;
	watch.start = gpa;
	watch.size = size;
	npt_hide(gpa, size);
	smp_shoot_down_others(NULL);
}

/**
 * fetch_end() - the guest has its pages again
 */
void fetch_end(void)
{
	if (!watch.size)
		return;
	watch.size = 0;
	npt_hide(0, 0);
	log_info("hv: watched reads %lu, of them second ones %lu\n", watch.reads, watch.again);
}

static void note_read(struct vcpu *v, uint64_t gpa)
{
	uint64_t offset = gpa - watch.start;
	uint32_t *read_in = &watch.read_in[offset / WORD];

	behaviour_count(1);
	watch.reads++;
	if (offset <= watch.last_offset)
		watch.run++;
	if (*read_in && *read_in != watch.run) {
		watch.again++;
		*(uint8_t *)host_address(gpa) ^= 0xff;
		log_info("hv: second read of %lx at rip %lx\n", offset, v->vmcb->save.rip);
	}
	*read_in = watch.run;
	watch.last_offset = offset;
}

/* Interrupts wait: one would save the trap flag that is not the guest's */
static void step(struct vcpu *v, uint64_t gpa)
{
	struct vmcb_save *save = &v->vmcb->save;

	watch.stepping = v;
	watch.page = gpa & PAGE_MASK;
	watch.flags = save->rflags & (RFLAGS_TF | RFLAGS_IF);
	npt_map(watch.page, false, host_address(watch.page), true);
	save->rflags = (save->rflags & ~RFLAGS_IF) | RFLAGS_TF;
	v->vmcb->control.intercept_exceptions |= 1u << DB_VECTOR;
}

/**
 * fetch_fault() - serve a nested page fault of a watched page
 * @v: the vCPU
 *
 * A write begins the next request, and ends the watch.
 *
 * Return: false when it is none.
 */
bool fetch_fault(struct vcpu *v)
{
	uint64_t address = v->vmcb->control.exit_info_2, gpa = address & ~npt_address_bit();

	if (!is_watched(gpa) || page_state_get(gpa) != PAGE_SHARED)
		return false;
	if (watch.stepping)
		return true;
	if (v->vmcb->control.exit_info_1 & FAULT_WRITE) {
		fetch_end();
		return true;
	}
	note_read(v, gpa);
	step(v, gpa);
	return true;
}

/**
 * fetch_stepped() - the instruction is over, or ended in another exit
 * @v: the vCPU that exits
 *
 * Return: true if the exit was only for this and is served.
 */
bool fetch_stepped(struct vcpu *v)
{
	struct vmcb_save *save = &v->vmcb->save;

	if (watch.stepping != v)
		return false;
	watch.stepping = NULL;
	npt_update(watch.page);
	v->vmcb->control.intercept_exceptions &= ~(1u << DB_VECTOR);
	save->rflags = (save->rflags & ~(RFLAGS_TF | RFLAGS_IF)) | watch.flags;
	if (v->vmcb->control.exit_code != EXIT_EXCEPTION(DB_VECTOR))
		return false;
	save->dr6 &= ~DR6_BS;
	return !(watch.flags & RFLAGS_TF);
}
