/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hypervisor's core, in sections headed by the file that implements them.
 * A personality (snp/, tdx/, sev/) knows this header and struct personality;
 * the core knows nothing of any vendor.
 */
#ifndef HV_HV_H
#define HV_HV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vmcb.h"

#define PAGE_SIZE	4096ul
#define PAGE_MASK	(~(PAGE_SIZE - 1))
#define SIZE_2M		0x200000ul
#define GIB_4		0x100000000ul

/* The hole in the guest's memory that holds the hypervisor and its tables */
#define HV_BASE		0x8000000ul
#define HV_SIZE		0x4000000ul

#define MAX_VCPUS	8

#define GPA_EFI		0x80000ul	/* fabricated EFI tables, 8 pages */
#define GPA_RSDP	0x8f000ul	/* copy of the ACPI root pointer */
#define GPA_BOOT_PARAMS	0x90000ul
#define GPA_CMDLINE	0x91000ul
#define GPA_PERSONALITY	0x92000ul	/* 0x92000-0x93fff RAM, 0x94000-0x97fff reserved */
#define GPA_KERNEL	0x1000000ul
#define GPA_INITRD	0xc000000ul

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/**
 * enum stop_code - why a run ended; QEMU's exit status is 2 * code + 1
 * @STOP_POWER_OFF: the guest switched itself off
 * @STOP_RESET: the guest reset itself
 * @STOP_TERMINATED: the guest gave up, by its own protocol
 * @STOP_VIOLATION: an access that hardware would not have allowed to go on
 * @STOP_DEAD: it halts for ever
 * @STOP_INTERNAL: a fault of the hypervisor or of its parameters
 */
enum stop_code {
	STOP_POWER_OFF	= 0x10,
	STOP_RESET	= 0x11,
	STOP_TERMINATED	= 0x20,
	STOP_VIOLATION	= 0x21,
	STOP_DEAD	= 0x22,
	STOP_INTERNAL	= 0x2f,
};

/**
 * enum page_state - what the trusted part of the platform says of a 4 KiB page
 * @PAGE_NONE: no memory there: MMIO, or nothing
 * @PAGE_PRIVATE: the guest's, accepted or validated
 * @PAGE_PENDING: the guest's, not yet accepted or validated
 * @PAGE_SHARED: the host's
 * @PAGE_HV: the hypervisor's own, invisible
 */
enum page_state {
	PAGE_NONE,
	PAGE_PRIVATE,
	PAGE_PENDING,
	PAGE_SHARED,
	PAGE_HV,
};

/**
 * struct registers - what VMRUN does not keep; RAX, RSP and RIP are in the VMCB
 */
struct registers {
	uint64_t rbx, rcx, rdx, rsi, rdi, rbp;
	uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
};

/**
 * struct vcpu - a virtual processor, always on the physical one of its number
 * @id: number, 0 is the boot processor
 * @apic_id: of its local APIC
 * @vmcb: of the guest
 * @idle_vmcb: runs one HLT of the hypervisor, see idle.c
 * @regs: the guest's registers
 * @in_guest: in VMRUN; the others look at it
 * @runs: VMRUNs finished; the others look at it
 * @nmi_pending: an NMI for the guest waits to be injected
 * @kicked: the NMI that comes is the hypervisor's own
 * @last_kick: TSC when it was sent
 * @started: it runs, or shall run: set by smp_wake() for an application processor
 * @dead: it halts with interrupts off
 * @personality: the personality's own state
 */
struct vcpu {
	unsigned int id;
	unsigned int apic_id;
	struct vmcb *vmcb;
	struct vmcb *idle_vmcb;
	struct registers regs;
	volatile bool in_guest;
	volatile uint64_t runs;
	volatile bool nmi_pending;
	volatile bool kicked;
	volatile uint64_t last_kick;
	volatile bool started;
	bool dead;
	void *personality;
};

/* boot.S */
void vmrun(struct vmcb *vmcb, struct registers *regs);
extern uint64_t boot_pml4[];
extern char idle_code[];

/* main.c */
extern const struct personality *personality;
void hv_load_idt(void);
void stop(enum stop_code code) __attribute__((noreturn));
void panic(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

/* options.c */

/**
 * struct options - the hypervisor's command line
 * @mode: name of the personality
 * @unaccepted: describe unaccepted memory by an EFI table
 * @firmware: the first module is firmware, which starts the kernel
 * @trace: log every exit's protocol
 * @slow_accept: ms that a hostile host takes for each page or 2 MiB to accept
 * @refuse_accept: pages after which it gives no more, 0 for never
 * @text: the whole line, for options of a personality
 */
struct options {
	char mode[16];
	bool unaccepted;
	bool firmware;
	bool trace;
	uint64_t slow_accept;
	uint64_t refuse_accept;
	const char *text;
};

extern struct options options;
void options_parse(const char *text, struct options *result);
bool option_is_set(const char *text, const char *word);
const char *option_value(const char *text, const char *name, char *value, size_t size);

/* string.c */
void *memcpy(void *to, const void *from, size_t n);
void *memset(void *to, int c, size_t n);
void *memmove(void *to, const void *from, size_t n);
int memcmp(const void *a, const void *b, size_t n);
size_t strlen(const char *s);

/* log.c: %s %c %u %d %x %lu %lx %ld %0Nlx and %% */
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_trace(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_line(const char *format, __builtin_va_list arguments);

/* stats.c */
void stats_count_exit(struct vcpu *v);
void stats_print(void);
void vcpu_dump(const struct vcpu *v);

/* tsc.c */
uint64_t tsc_khz(void);

/* question.c */
#define QUESTION_PORT	0x4c56
#define ATTACK_PORT	0x5a0	/* a hostile host on order: see attack.c of the personality */
bool question_refuses(void);
void question_answer(char what);

/* page_state.c */
void page_state_init(uint8_t *table, uint64_t pages);
enum page_state page_state_get(uint64_t gpa);
bool page_state_all(uint64_t gpa, uint64_t size, enum page_state state);
void page_state_set(uint64_t gpa, enum page_state state);
bool page_state_may_accept(uint64_t gpa);
void page_state_set_range(uint64_t start, uint64_t end, enum page_state state);
void page_state_accepted_again(void);
uint64_t page_state_accepted(void);
void page_state_stats(void);
const char *page_state_name(enum page_state state);
void page_state_log(void);
uint64_t page_state_end(void);
uint64_t page_state_count(enum page_state state);

/* host_address.c: where the guest's pages are */
void host_map(uint64_t gpa, uint64_t size, const void *host);
uint64_t host_address(uint64_t gpa);
void *host_range(uint64_t gpa, uint64_t size);

/* npt.c */

/**
 * struct npt_views - how a personality tells private from shared addresses
 * @bit: position of the bit in a guest physical address; 0 for one view only, with
 *	@set_is_private false
 * @set_is_private: the bit marks private (SNP) rather than shared (TDX) addresses
 */
struct npt_views {
	unsigned int bit;
	bool set_is_private;
};

void npt_init(uint64_t pool, uint64_t pool_end, struct npt_views views);
uint64_t *npt_new_table(void);
void npt_update(uint64_t gpa);
void npt_hide(uint64_t start, uint64_t size);
void npt_withhold(uint64_t gpa, uint64_t size);
void npt_map(uint64_t gpa, bool private, uint64_t target, bool writable);
bool npt_fault(struct vcpu *v);
uint64_t npt_root(void);
uint64_t npt_root_all_private(void);
uint64_t npt_address_bit(void);

/* iommu.c: what devices reach */
void iommu_init(void);
void iommu_update(uint64_t gpa);
void iommu_sync(void);
bool iommu_owns(uint64_t gpa);
void iommu_poll(void);
void iommu_stats(void);

/* memory.c: the guest's memory */
bool memory_is_guest(uint64_t gpa, uint64_t size);
bool guest_translate(struct vcpu *v, uint64_t va, uint64_t *gpa, bool *private);
bool guest_read(struct vcpu *v, uint64_t va, void *to, size_t n);
bool guest_write(struct vcpu *v, uint64_t va, const void *from, size_t n);

/* vcpu.c */
void vcpu_init(struct vcpu *v);
void vcpu_run(struct vcpu *v) __attribute__((noreturn));
void vcpu_inject(struct vcpu *v, unsigned int vector, bool has_error, uint32_t error);
void vcpu_intercept_all(void);
void vcpu_allow_msr(uint32_t msr);
void vcpu_allow_port(uint16_t port);
void vcpu_save_hidden(struct vcpu *v);
void vcpu_load_hidden(struct vcpu *v);
void hv_lock(void);
void hv_unlock(void);

/* idle.c */
void idle_init(struct vcpu *v);
void idle_until_interrupt(struct vcpu *v);
void idle_masked(struct vcpu *v);
void idle_until_nmi(struct vcpu *v);

/* smp.c */
extern struct vcpu vcpus[MAX_VCPUS];
extern unsigned int vcpu_count;
void smp_start(void);
void smp_wake(struct vcpu *v);
void smp_shoot_down_others(struct vcpu *v);
void smp_kick(struct vcpu *v);
void smp_serve_nmi(struct vcpu *v);

/* apic.c */
#define APIC_ID			0x20
#define APIC_SPURIOUS		0xf0
#define APIC_ICR_LOW		0x300
#define APIC_ICR_HIGH		0x310

uint32_t apic_read(unsigned int reg);
void apic_write(unsigned int reg, uint32_t value);
void apic_send_nmi(unsigned int apic_id);
bool apic_guest_write(struct vcpu *v, unsigned int reg, uint32_t value);

/* port.c: port I/O on behalf of the guest */
bool port_is_hidden(uint16_t port, unsigned int size);
bool port_ends_run(uint16_t port, uint32_t value, enum stop_code *code);
uint32_t port_guest_in(uint16_t port, unsigned int size);
void port_guest_out(uint16_t port, unsigned int size, uint32_t value);

/* direct.c: ports without a protocol */
void direct_allow_ports(void);
bool direct_port_exit(struct vcpu *v);

/* mmio.c: device registers on behalf of the guest */
bool mmio_allowed(uint64_t gpa, uint64_t size);
uint64_t mmio_read(uint64_t gpa, uint64_t size);
void mmio_write(struct vcpu *v, uint64_t gpa, uint64_t value, uint64_t size);

/* link.c */

/**
 * enum link_progress - what became of a request to the host process
 * @LINK_WAITING: nothing yet
 * @LINK_ANSWERED: it was carried out
 * @LINK_FAILED: refused, or not answered in time
 */
enum link_progress {
	LINK_WAITING,
	LINK_ANSWERED,
	LINK_FAILED,
};

void link_init(void);
bool link_present(void);
bool link_begin(uint16_t command, const void *request, uint32_t request_size,
		void *answer, uint32_t answer_max);
enum link_progress link_poll(uint32_t *answer_size);
bool link_call(uint16_t command, const void *request, uint32_t request_size,
	       void *answer, uint32_t answer_max, uint32_t *answer_size);

/* sha384.c */

/**
 * struct sha384 - a digest in the making
 * @state: of the compression function
 * @block: bytes that do not fill a block yet
 * @length: bytes so far
 */
struct sha384 {
	uint64_t state[8];
	uint8_t block[128];
	uint64_t length;
};

void sha384_begin(struct sha384 *hash);
void sha384_add(struct sha384 *hash, const void *data, size_t size);
void sha384_end(struct sha384 *hash, uint8_t digest[48]);
void sha384(const void *data, size_t size, uint8_t digest[48]);

/* hmac.c */
void hmac_sha256(const uint8_t key[32], const void *data, size_t size, uint8_t mac[32]);

/* e820.c */

struct e820_entry {
	uint64_t start;
	uint64_t size;
	uint32_t type;
} __attribute__((packed));

#define E820_RAM	1
#define E820_RESERVED	2
#define E820_ACPI	3
#define E820_NVS	4
#define E820_MAX	64

/**
 * struct e820 - the guest's memory map
 * @entries: sorted as the firmware gave them
 * @count: entries in use
 */
struct e820 {
	struct e820_entry entries[E820_MAX];
	unsigned int count;
};

void e820_add(struct e820 *map, uint64_t start, uint64_t end, uint32_t type);
void e820_split(struct e820 *map, uint64_t start, uint64_t end, uint32_t type);
uint64_t e820_ram_top(const struct e820 *map);

/* acpi.c */
void acpi_set_checksum(void *table);
bool acpi_find_rsdp(const void *from, size_t size, const void **rsdp);
uint32_t acpi_rsdt(const void *rsdp);
const void *acpi_find_table(uint32_t rsdt, const char signature[4]);
void acpi_remove_table(uint32_t rsdt, const char signature[4]);
unsigned int acpi_cpus(const void *madt, uint8_t *apic_ids, unsigned int max);

/* efi.c */

/**
 * struct unaccepted - what the fabricated EFI table says is not accepted yet
 * @start: 2 MiB aligned
 * @end: 2 MiB aligned
 */
struct unaccepted {
	uint64_t start;
	uint64_t end;
};

void efi_build(void *page, void *boot_params, const struct e820 *map, uint64_t rsdp,
	       const struct unaccepted *ranges, unsigned int count);

/* linux_boot.c */

/**
 * struct guest_image - the kernel as the loader left it
 * @kernel: at GPA_KERNEL
 * @kernel_size: bytes at GPA_KERNEL
 * @initrd_size: bytes at GPA_INITRD
 * @cmdline: in the guest's memory
 */
struct guest_image {
	const void *kernel;
	uint64_t kernel_size;
	uint64_t initrd_size;
	const char *cmdline;
};

extern struct guest_image guest_image;
extern struct e820 guest_map;
void linux_load(const void *multiboot);
void linux_boot_params(void *boot_params);

/* bzimage.c */
uint32_t bzimage_setup_size(const uint8_t *image, uint64_t size);

/* firmware.c */

/**
 * struct firmware - what a machine with firmware is made of
 * @image: the firmware, which ends at 4 GiB
 * @size: bytes of it
 * @base: its address for the guest
 * @kernel: for the firmware to start, or NULL
 * @kernel_size: bytes of it
 * @initrd: that goes with it, or NULL
 * @initrd_size: bytes of it
 * @cmdline: of the kernel
 * @low_end: RAM is from 0 to here, less the hypervisor's hole
 * @high_end: and from 4 GiB to here; 0 for none
 */
struct firmware {
	const uint8_t *image;
	uint64_t size;
	uint64_t base;
	const uint8_t *kernel;
	uint64_t kernel_size;
	const uint8_t *initrd;
	uint64_t initrd_size;
	char cmdline[PAGE_SIZE];
	uint64_t low_end;
	uint64_t high_end;
};

extern struct firmware firmware;
void firmware_load(const void *multiboot);
void firmware_quiet_machine(void);

/* fwcfg.c: QEMU's configuration device, as the guest sees it */
void fwcfg_answer(uint16_t key, const void *data, uint64_t size);
bool fwcfg_in(uint16_t port, unsigned int size, uint32_t *value);
bool fwcfg_out(uint16_t port, unsigned int size, uint32_t value);

/* fwcfg_items.c: which of its items are the hypervisor's */
void fwcfg_offer_kernel(void);
bool fwcfg_rename_table(uint8_t *all, uint64_t size, const char from[4], const char to[4]);
void fwcfg_hide_iommu(void);

/* fwcfg_device.c: the device itself */
void fwcfg_device_select(uint16_t key);
uint8_t fwcfg_device_byte(void);
uint32_t fwcfg_device_dma(uint32_t control, uint32_t length, uint64_t host);

/**
 * struct personality - one kind of guest
 * @name: value of the option mode=
 * @views: how its addresses tell private from shared
 * @unaccepted_state: state of pages that the EFI table calls unaccepted
 * @ram_state: state of RAM otherwise
 * @own_pages: E820 type of the pages from 0x94000 on, which are the personality's
 * @takes_firmware: its guests can be started by firmware
 * @prepare: before anything is loaded: options, own tables
 * @launch: after the kernel was loaded: pages of its own, measurement, first
 *	register state of the boot processor
 * @vcpu_init: intercepts of a processor
 * @vcpu_start: register state of an application processor that was woken
 * @startup: another vCPU gets an INIT, or a startup IPI with a vector; NULL to drop both
 * @touch: the hypervisor is about to use the guest's own mapping of a page; may be NULL
 * @read_only: the page is mapped without write permission; may be NULL
 * @masks_nmi: the vCPU takes no NMI now; may be NULL
 * @exit: serve a #VMEXIT, with the big lock held; the core has served NMI,
 *	EFER and shutdown
 * @order: the test has ordered how the host behaves, see behaviour.c; may be NULL
 * @stats: print counters at the end of a run
 */
struct personality {
	const char *name;
	struct npt_views views;
	enum page_state unaccepted_state;
	enum page_state ram_state;
	uint32_t own_pages;
	bool takes_firmware;
	void (*prepare)(void);
	void (*launch)(struct vcpu *v, void *boot_params);
	void (*vcpu_init)(struct vcpu *v);
	void (*vcpu_start)(struct vcpu *v);
	void (*startup)(struct vcpu *target, bool sipi, uint8_t vector);
	void (*touch)(struct vcpu *v, uint64_t gpa, bool private);
	bool (*read_only)(uint64_t gpa);
	bool (*masks_nmi)(struct vcpu *v);
	void (*exit)(struct vcpu *v);
	void (*order)(void);
	void (*stats)(void);
};

extern const struct personality plain_personality;
extern const struct personality snp_personality;
extern const struct personality tdx_personality;
extern const struct personality sev_personality;
extern const struct personality sev_es_personality;

#endif /* HV_HV_H */
