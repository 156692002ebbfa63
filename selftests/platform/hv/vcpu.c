// SPDX-License-Identifier: GPL-2.0-only
/*
 * A virtual processor: its control block, and the loop that runs it.
 *
 * Physical interrupts are not intercepted. They go to the guest's IDT, and
 * QEMU's local APIC stands behind it. One big lock is held around exit handling
 * and dropped for VMRUN and for idling.
 */
#include "cpu.h"
#include "hostile.h"
#include "hv.h"

#define MSRPM_SIZE	0x2000
#define IOPM_SIZE	0x3000
#define UD_VECTOR	6
#define POLL_RUNS	8	/* how often faults of devices are looked for */
#define GP_VECTOR	13

#define EVENT_TYPE(info)	((info) >> 8 & 7)
#define EVENT_SOFTWARE		4
#define EVENT_MASK		0xffffffff80000fffull

static uint8_t msr_permissions[MSRPM_SIZE] __attribute__((aligned(4096)));
static uint8_t io_permissions[IOPM_SIZE] __attribute__((aligned(4096)));
static struct vmcb vmcbs[MAX_VCPUS];
static uint8_t host_save[MAX_VCPUS][PAGE_SIZE] __attribute__((aligned(4096)));
static volatile int big_lock;

/**
 * hv_lock() - take the lock around everything that vCPUs share
 */
void hv_lock(void)
{
	while (__atomic_exchange_n(&big_lock, 1, __ATOMIC_ACQUIRE))
		cpu_pause();
}

/**
 * hv_unlock() - give it back
 */
void hv_unlock(void)
{
	__atomic_store_n(&big_lock, 0, __ATOMIC_RELEASE);
}

/**
 * vcpu_intercept_all() - intercept every MSR and port, until they are allowed
 */
void vcpu_intercept_all(void)
{
	memset(msr_permissions, 0xff, sizeof(msr_permissions));
	memset(io_permissions, 0xff, sizeof(io_permissions));
}

static unsigned int msr_bit(uint32_t msr)
{
	return msr < 0x2000 ? msr * 2 : (msr - 0xc0000000 + 0x2000) * 2;
}

/**
 * vcpu_allow_msr() - let guests read and write an MSR of the processor
 * @msr: in 0-1fffh or c0000000h-c0001fffh
 */
void vcpu_allow_msr(uint32_t msr)
{
	msr_permissions[msr_bit(msr) / 8] &= ~(3 << msr_bit(msr) % 8);
}

/**
 * vcpu_allow_port() - let guests use a port of the machine
 * @port: the port
 */
void vcpu_allow_port(uint16_t port)
{
	io_permissions[port / 8] &= ~(1 << port % 8);
}

/**
 * vcpu_init() - prepare this physical processor and its vCPU
 * @v: the vCPU of this processor
 */
void vcpu_init(struct vcpu *v)
{
	struct vmcb_control *control;
	uint32_t regs[4];

	cpuid(1, 0, regs);
	v->apic_id = regs[1] >> 24;
	v->vmcb = &vmcbs[v->id];
	wrmsr(MSR_VM_HSAVE_PA, (uint64_t)host_save[v->id]);

	control = &v->vmcb->control;
	control->intercepts = INTERCEPT(EXIT_NMI) | INTERCEPT(EXIT_MSR) | INTERCEPT(EXIT_IOIO) |
			      INTERCEPT(EXIT_SHUTDOWN) | INTERCEPT(EXIT_VMRUN) |
			      INTERCEPT(EXIT_VMLOAD) | INTERCEPT(EXIT_VMSAVE) |
			      INTERCEPT(EXIT_STGI) | INTERCEPT(EXIT_CLGI) |
			      INTERCEPT(EXIT_SKINIT);
	control->iopm_base = (uint64_t)io_permissions;
	control->msrpm_base = (uint64_t)msr_permissions;
	control->asid = 1;
	control->nested_control = 1;
	control->nested_cr3 = npt_root();
	v->vmcb->save.g_pat = 0x0007040600070406ull;
	personality->vcpu_init(v);
	idle_init(v);
}

/**
 * vcpu_save_hidden() - bring TR, LDTR, FS, GS and system call MSRs into the VMCB
 * @v: the vCPU of this processor
 *
 * They stay in the processor while the hypervisor runs.
 */
void vcpu_save_hidden(struct vcpu *v)
{
	asm volatile("vmsave" : : "a"(v->vmcb) : "memory");
}

/**
 * vcpu_load_hidden() - take them from the VMCB
 * @v: the vCPU of this processor
 */
void vcpu_load_hidden(struct vcpu *v)
{
	asm volatile("vmload" : : "a"(v->vmcb) : "memory");
}

/**
 * vcpu_inject() - deliver an exception at the next entry
 * @v: the vCPU
 * @vector: of the exception
 * @has_error: it carries an error code; QEMU goes by the vector, so this must
 *	agree with the architecture for vectors 8, 10-14 and 17
 * @error: the code
 */
void vcpu_inject(struct vcpu *v, unsigned int vector, bool has_error, uint32_t error)
{
	v->vmcb->control.event_injection = vector | EVENT_EXCEPTION | EVENT_VALID |
		(has_error ? EVENT_HAS_ERROR | (uint64_t)error << 32 : 0);
}

/*
 * An exit in the middle of delivering an event: the event comes first, unless
 * the exit was answered by one. A software interrupt is executed again.
 */
static void requeue_event(struct vcpu *v)
{
	struct vmcb_control *control = &v->vmcb->control;
	uint64_t info = control->exit_interrupt_info;

	if (info & EVENT_VALID && EVENT_TYPE(info) != EVENT_SOFTWARE &&
	    !(control->event_injection & EVENT_VALID))
		control->event_injection = info & EVENT_MASK;
	control->exit_interrupt_info = 0;
}

static bool takes_nmi(struct vcpu *v)
{
	return !personality->masks_nmi || !personality->masks_nmi(v);
}

static void enter_guest(struct vcpu *v)
{
	struct vmcb_control *control = &v->vmcb->control;

	requeue_event(v);
	storm_blow(v);
	if (v->nmi_pending && !(control->event_injection & EVENT_VALID) && takes_nmi(v)) {
		v->nmi_pending = false;
		control->event_injection = 2 | EVENT_NMI | EVENT_VALID;
	}
	control->tlb_control = 1;
	__atomic_store_n(&v->in_guest, true, __ATOMIC_SEQ_CST);
	vmrun(v->vmcb, &v->regs);
	v->runs++;
	__atomic_store_n(&v->in_guest, false, __ATOMIC_SEQ_CST);
	control->event_injection = 0;
	v->vmcb->save.efer |= EFER_SVME;	/* VMRUN demands it of the guest */
}

/* The guest does not see SVME, and LMA is the processor's to set */
static void efer_access(struct vcpu *v)
{
	struct vmcb_save *save = &v->vmcb->save;
	uint64_t value = (uint32_t)save->rax | v->regs.rdx << 32;

	if (v->vmcb->control.exit_info_1) {
		bool paging = save->cr0 & CR0_PG;

		if (value & ~EFER_DEFINED || (paging && (value ^ save->efer) & EFER_LME)) {
			vcpu_inject(v, GP_VECTOR, true, 0);
			return;
		}
		save->efer = (value & ~EFER_LMA) | (save->efer & EFER_LMA) | EFER_SVME;
	} else {
		save->rax = (uint32_t)(save->efer & ~EFER_SVME);
		v->regs.rdx = 0;
	}
	save->rip += 2;
}

static void shut_down(struct vcpu *v, const char *why)
{
	log_info("hv: vcpu %u: %s\n", v->id, why);
	vcpu_dump(v);
	stop(STOP_TERMINATED);
}

static void serve_exit(struct vcpu *v)
{
	uint64_t code = v->vmcb->control.exit_code;

	stats_count_exit(v);
	if (fetch_stepped(v))
		return;
	switch ((uint32_t)code) {
	case EXIT_MSR:
		if ((uint32_t)v->regs.rcx == MSR_EFER)
			efer_access(v);
		else
			personality->exit(v);
		break;
	case EXIT_NPF:
		if (!fetch_fault(v) && !withhold_fault(v) && !npt_fault(v))
			personality->exit(v);
		break;
	case EXIT_VMRUN:
	case EXIT_VMLOAD:
	case EXIT_VMSAVE:
	case EXIT_STGI:
	case EXIT_CLGI:
	case EXIT_SKINIT:
		vcpu_inject(v, UD_VECTOR, false, 0);
		break;
	case EXIT_SHUTDOWN:
		shut_down(v, "the guest shut down by a triple fault");
		break;
	case EXIT_INVALID:
		shut_down(v, "the processor refuses the guest's state");
		break;
	default:
		personality->exit(v);
	}
}

/**
 * vcpu_run() - run the guest on this processor until the run ends
 * @v: the vCPU of this processor
 */
void vcpu_run(struct vcpu *v)
{
	vcpu_load_hidden(v);
	for (;;) {
		enter_guest(v);
		if (v->vmcb->control.exit_code == EXIT_NMI) {
			smp_serve_nmi(v);
			continue;
		}
		hv_lock();
		serve_exit(v);
		iommu_sync();
		if (v->runs % POLL_RUNS == 0)
			iommu_poll();
		hv_unlock();
	}
}
