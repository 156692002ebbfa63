// SPDX-License-Identifier: GPL-2.0-only
/*
 * The other processors: starting them, waking their vCPUs, and making them drop
 * translations that are no longer right.
 */
#include "cpu.h"
#include "hv.h"

#define TRAMPOLINE	0x8000ul
#define ICR_INIT	0x4500
#define ICR_SIPI	(0x4600 | TRAMPOLINE / PAGE_SIZE)
#define APIC_ENABLED	0x1ff
#define LATE_KICK_MS	5
#define ANSWER_LIMIT_MS	30000

struct vcpu vcpus[MAX_VCPUS];
unsigned int vcpu_count = 1;

unsigned int smp_next_id;	/* read by boot.S */
static volatile bool came_up;

extern char trampoline[], trampoline_end[];

static void delay_ms(uint64_t ms)
{
	uint64_t end = rdtsc() + ms * tsc_khz();

	while (rdtsc() < end)
		cpu_pause();
}

void smp_application_processor(unsigned int id);

/* Called by boot.S on each application processor */
void smp_application_processor(unsigned int id)
{
	struct vcpu *v = &vcpus[id];

	hv_load_idt();
	v->id = id;
	vcpu_init(v);
	apic_write(APIC_SPURIOUS, APIC_ENABLED);
	__atomic_store_n(&came_up, true, __ATOMIC_RELEASE);
	while (!v->started)
		asm volatile("cli; hlt" : : : "memory");
	hv_lock();
	v->kicked = false;
	personality->vcpu_start(v);
	hv_unlock();
	vcpu_run(v);
}

/*
 * A guest can make a device send an INIT, which QEMU delivers to the processor and
 * not to the hypervisor. Such a vCPU is gone; the run ends rather than hangs.
 */
static void expect_answer(const struct vcpu *v, uint64_t since)
{
	if (rdtsc() - since < ANSWER_LIMIT_MS * tsc_khz())
		return;
	log_info("hv: vcpu %u does not leave the guest: was its processor reset?\n", v->id);
	vcpu_dump(v);
	stop(STOP_VIOLATION);
}

static void send_ipi(unsigned int apic_id, uint32_t command)
{
	apic_write(APIC_ICR_HIGH, apic_id << 24);
	apic_write(APIC_ICR_LOW, command);
}

static void start_one(unsigned int apic_id)
{
	unsigned int ms;

	smp_next_id = vcpu_count;
	came_up = false;
	send_ipi(apic_id, ICR_INIT);
	delay_ms(2);
	send_ipi(apic_id, ICR_SIPI);
	for (ms = 0; ms < 2000 && !came_up; ms++)
		delay_ms(1);
	if (!came_up)
		panic("processor with APIC id %u does not start", apic_id);
	vcpu_count++;
}

/**
 * smp_start() - start all other processors, one by one; they wait in the hypervisor
 */
void smp_start(void)
{
	unsigned int own = apic_read(APIC_ID) >> 24, n, i;
	uint8_t ids[MAX_VCPUS];
	const void *rsdp, *madt;

	if (!acpi_find_rsdp((void *)0xe0000, 0x20000, &rsdp))
		panic("the firmware has no ACPI tables");
	madt = acpi_find_table(acpi_rsdt(rsdp), "APIC");
	n = madt ? acpi_cpus(madt, ids, MAX_VCPUS) : 0;
	memcpy((void *)TRAMPOLINE, trampoline, trampoline_end - trampoline);
	apic_write(APIC_SPURIOUS, apic_read(APIC_SPURIOUS) | 0x100);
	for (i = 0; i < n; i++)
		if (ids[i] != own)
			start_one(ids[i]);
	memset((void *)TRAMPOLINE, 0, trampoline_end - trampoline);
}

/**
 * smp_kick() - make a vCPU leave the guest, or end its idling
 * @v: another vCPU
 */
void smp_kick(struct vcpu *v)
{
	v->kicked = true;
	v->last_kick = rdtsc();
	apic_send_nmi(v->apic_id);
}

/**
 * smp_wake() - let a vCPU run whose register state is ready
 * @v: another vCPU, not started yet
 *
 * It may have looked at @started just before and go to sleep only now; so kick
 * until it has answered.
 */
void smp_wake(struct vcpu *v)
{
	uint64_t start = rdtsc();

	v->started = true;
	smp_kick(v);
	hv_unlock();
	while (v->kicked) {
		expect_answer(v, start);
		delay_ms(1);
		if (v->kicked)
			smp_kick(v);
	}
	hv_lock();
}

/**
 * smp_shoot_down_others() - no vCPU goes on with an old translation
 * @v: the caller's vCPU
 *
 * VMRUN drops all translations, so it is enough that each vCPU that is in the
 * guest leaves it once. Leaving for an NMI takes no lock.
 */
void smp_shoot_down_others(struct vcpu *v)
{
	uint64_t runs[MAX_VCPUS], start = rdtsc();
	bool kicked[MAX_VCPUS] = { 0 };
	unsigned int i;

	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	for (i = 0; i < vcpu_count; i++) {
		if (&vcpus[i] == v || !vcpus[i].in_guest)
			continue;
		runs[i] = vcpus[i].runs;
		kicked[i] = true;
		smp_kick(&vcpus[i]);
	}
	for (i = 0; i < vcpu_count; i++)
		while (kicked[i] && vcpus[i].in_guest && vcpus[i].runs == runs[i])
			expect_answer(&vcpus[i], start);
}

/**
 * smp_serve_nmi() - take the NMI that ended a VMRUN
 * @v: the vCPU of this processor
 *
 * It stays pending after the exit and would end every VMRUN again. What is not a
 * kick is the guest's. Two kicks may come as one NMI or as two, the second of them
 * late.
 */
void smp_serve_nmi(struct vcpu *v)
{
	asm volatile("stgi; nop; nop; clgi" : : : "memory");
	if (!v->kicked && rdtsc() - v->last_kick > LATE_KICK_MS * tsc_khz())
		v->nmi_pending = true;
	v->kicked = false;
}
