// SPDX-License-Identifier: GPL-2.0-only
/*
 * From power-on to the guest's first instruction, and the end of a run.
 */
#include <stdarg.h>

#include "cpu.h"
#include "hostile.h"
#include "hv.h"

#define DEBUG_EXIT	0xf4
#define MULTIBOOT_CMDLINE	16

struct idt_gate {
	uint16_t offset_low;
	uint16_t selector;
	uint16_t flags;
	uint16_t offset_middle;
	uint32_t offset_high;
	uint32_t reserved;
};

static const struct personality *const personalities[] = {
	&plain_personality,
	&snp_personality,
	&tdx_personality,
	&sev_personality,
	&sev_es_personality,
};

const struct personality *personality;

static struct idt_gate idt[32] __attribute__((aligned(16)));
static char command_line[1024];

extern char exception_stubs[], nmi_stub[];

/**
 * stop() - end the run
 * @code: what QEMU's exit status shall say
 */
void stop(enum stop_code code)
{
	stats_print();
	leak_report();
	log_info("hv: stop 0x%x\n", code);
	outb(DEBUG_EXIT, code);
	for (;;)
		asm volatile("cli; hlt");
}

/**
 * panic() - end the run for a fault of the hypervisor or of its parameters
 * @format: as log_line()
 */
void panic(const char *format, ...)
{
	va_list arguments;

	log_info("hv: panic: ");
	va_start(arguments, format);
	log_line(format, arguments);
	va_end(arguments);
	log_info("\n");
	stop(STOP_INTERNAL);
}

void hv_exception(const uint64_t *frame);

/* Called by the stubs in boot.S */
void hv_exception(const uint64_t *frame)
{
	panic("exception %lu, error %lx, rip %lx", frame[0], frame[1], frame[2]);
}

static void set_gate(unsigned int vector, const char *handler)
{
	uint64_t offset = (uint64_t)handler;

	idt[vector] = (struct idt_gate){
		.offset_low = offset,
		.selector = 8,
		.flags = 0x8e00,
		.offset_middle = offset >> 16,
		.offset_high = offset >> 32,
	};
}

static void fill_idt(void)
{
	unsigned int vector;

	for (vector = 0; vector < ARRAY_SIZE(idt); vector++)
		set_gate(vector, exception_stubs + 16 * vector);
	set_gate(2, nmi_stub);
}

/**
 * hv_load_idt() - let exceptions of this processor reach the hypervisor
 */
void hv_load_idt(void)
{
	struct {
		uint16_t limit;
		uint64_t base;
	} __attribute__((packed)) pointer = { sizeof(idt) - 1, (uint64_t)idt };

	asm volatile("lidt %0" : : "m"(pointer));
}

/* The boot loader's copy lies where the nested tables will be */
static void keep_command_line(const uint8_t *multiboot)
{
	uint32_t address;
	const char *text;
	size_t n;

	memcpy(&address, multiboot + MULTIBOOT_CMDLINE, sizeof(address));
	text = (const char *)(uint64_t)address;
	n = strlen(text);
	if (n >= sizeof(command_line))
		panic("the hypervisor's command line is longer than %lu", sizeof(command_line));
	memcpy(command_line, text, n);
}

static const struct personality *find_personality(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(personalities); i++)
		if (strlen(name) == strlen(personalities[i]->name) &&
		    !memcmp(name, personalities[i]->name, strlen(name)))
			return personalities[i];
	panic("mode=%s is not known", name);
}

void hv_main(const void *multiboot);

/* Called by boot.S on the boot processor */
void hv_main(const void *multiboot)
{
	struct vcpu *v = &vcpus[0];

	fill_idt();
	hv_load_idt();
	keep_command_line(multiboot);
	options_parse(command_line, &options);
	behaviour_at_boot(command_line);
	personality = find_personality(options.mode);
	if (options.firmware && !personality->takes_firmware)
		panic("mode=%s boots without firmware", options.mode);
	log_info("hv: %s, TSC %lu kHz\n", command_line, tsc_khz());

	if (options.firmware)
		firmware_load(multiboot);
	else
		linux_load(multiboot);
	vcpu_intercept_all();
	personality->prepare();
	iommu_init();
	vcpu_init(v);
	v->started = true;
	smp_start();
	if (!options.firmware)
		linux_boot_params((void *)GPA_BOOT_PARAMS);
	link_init();
	hv_lock();
	personality->launch(v, (void *)GPA_BOOT_PARAMS);
	hv_unlock();
	log_info("hv: %u processors, the guest starts at %lx\n", vcpu_count, v->vmcb->save.rip);
	vcpu_run(v);
}
