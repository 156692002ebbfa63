// SPDX-License-Identifier: GPL-2.0-only
/*
 * The GHCB protocols against a piece of guest memory at fixed addresses.
 */
#include <stdlib.h>
#include <sys/mman.h>

#include "../hv/snp/vmsa.h"
#include "t_snp_core.h"
#include "t_tap.h"

#define GHCB		MEMORY
#define SHARED		(MEMORY + 0x1000)
#define SHARED2		(MEMORY + 0x2000)
#define PRIVATE		(MEMORY + 0x10000)
#define LARGE		(MEMORY + 0x200000)
#define BUFFER		(GHCB + 0x800)

/* ---- one call ---- */

static struct ghcb *const ghcb = (struct ghcb *)GHCB;

/* A field of 8 bytes by its place in the page, with its valid bit */
static void set(size_t offset, uint64_t value)
{
	memcpy((uint8_t *)ghcb + offset, &value, sizeof(value));
	ghcb->valid_bitmap[offset / 64] |= 1u << offset / 8 % 8;
}

static bool is_valid(size_t offset)
{
	return ghcb->valid_bitmap[offset / 64] >> offset / 8 % 8 & 1;
}

#define AT(field)	offsetof(struct ghcb, field)

static void begin(uint64_t code, uint64_t info1, uint64_t info2)
{
	memset(ghcb->valid_bitmap, 0, sizeof(ghcb->valid_bitmap));
	ghcb->protocol_version = 2;
	ghcb->ghcb_usage = 0;
	set(AT(sw_exit_code), code);
	set(AT(sw_exit_info_1), info1);
	set(AT(sw_exit_info_2), info2);
}

/* Return: false if the call stopped the VM */
static bool vmgexit(uint64_t msr)
{
	snp_vcpus[0].ghcb_msr = msr;
	if (setjmp(stopped))
		return false;
	ghcb_exit(&vcpus[0]);
	return true;
}

static bool succeeds(void)
{
	return vmgexit(GHCB) && !ghcb->sw_exit_info_1;
}

static bool fails_with(enum ghcb_error error)
{
	return vmgexit(GHCB) && ghcb->sw_exit_info_1 == 2 && ghcb->sw_exit_info_2 == error;
}

static uint64_t msr_answer(uint64_t request)
{
	return vmgexit(request) ? snp_vcpus[0].ghcb_msr : 0;
}

static void start(void)
{
	uint64_t at;

	page_state_init(states, PAGES);
	memset(entries, 0, sizeof(entries));
	rmp_init(entries, PAGES, false);
	for (at = MEMORY; at < MEMORY + MEMORY_SIZE; at += PAGE_SIZE)
		page_state_set(at, PAGE_PRIVATE);
	page_state_set(GHCB, PAGE_SHARED);
	page_state_set(SHARED, PAGE_SHARED);
	page_state_set(SHARED2, PAGE_SHARED);
	memset(snp_vcpus, 0, sizeof(snp_vcpus));
	vcpus[1].id = 1;
	vcpus[1].apic_id = 1;
	vcpus[0].vmcb = &vmcbs[0];
	vcpus[1].vmcb = &vmcbs[1];
	snp_vcpus[0].ghcb_registered = GHCB;
	ghcb->sw_scratch = 0;
}

/* ---- tests ---- */

static void test_msr_protocol(void)
{
	start();
	tap_ok(msr_answer(0x002) == (2ull << 48 | 1ull << 32 | 47ull << 24 | 1),
	       "SEV information: versions and C-bit");
	tap_ok(msr_answer(0x8000001full << 32 | 1ull << 30 | 4) >> 32 ==
	       (47 | 5 << 6), "CPUID by the MSR");
	tap_ok(msr_answer(0x010) == (~0ull << 12 | 0x011), "no preferred page");
	tap_ok(msr_answer(SHARED | 0x012) == (SHARED | 0x013) &&
	       snp_vcpus[0].ghcb_registered == SHARED, "registration");
	tap_ok(msr_answer(0x7000000000 | 0x012) != (0x7000000000 | 0x013),
	       "registration outside of memory");
	tap_ok(msr_answer(0x080) == (3ull << 12 | 0x081), "features");
	tap_ok(msr_answer((uint64_t)PSC_OP_SHARED << 52 | PRIVATE | 0x014) == 0x015 &&
	       page_state_get(PRIVATE) == PAGE_SHARED && shoot_downs, "page to shared");
	tap_ok(msr_answer((uint64_t)PSC_OP_PRIVATE << 52 | PRIVATE | 0x014) == 0x015 &&
	       page_state_get(PRIVATE) == PAGE_PENDING, "page to private: not validated");
	tap_ok(msr_answer(3ull << 52 | PRIVATE | 0x014) >> 32, "unknown operation");
	tap_ok(msr_answer((uint64_t)PSC_OP_SHARED << 52 | 0x7000000000 | 0x014) >> 32,
	       "page outside of memory");
	tap_ok(!vmgexit(0x100 | 1 << 12 | 2 << 16) && stop_reason == STOP_TERMINATED,
	       "termination");
	tap_ok(!vmgexit(0x0ff) && stop_reason == STOP_VIOLATION, "unknown request");
}

static void test_checks(void)
{
	start();
	begin(GHCB_EXIT_WBINVD, 0, 0);
	tap_ok(succeeds(), "a good call");
	snp_vcpus[0].ghcb_registered = 0;
	tap_ok(fails_with(GHCB_ERR_NOT_REGISTERED), "page not registered");
	snp_vcpus[0].ghcb_registered = GHCB;
	begin(GHCB_EXIT_WBINVD, 0, 0);
	ghcb->ghcb_usage = 1;
	tap_ok(fails_with(GHCB_ERR_INVALID_USAGE), "usage");
	begin(GHCB_EXIT_WBINVD, 0, 0);
	ghcb->protocol_version = 3;
	tap_ok(fails_with(GHCB_ERR_INVALID_USAGE), "version");
	begin(GHCB_EXIT_WBINVD, 0, 0);
	ghcb->valid_bitmap[GHCB_BIT(sw_exit_info_2) / 8] = 0;
	tap_ok(fails_with(GHCB_ERR_MISSING_INPUT), "exit information not valid");
	begin(0x80001234, 0, 0);
	tap_ok(fails_with(GHCB_ERR_INVALID_EVENT), "unknown exit code");
	page_state_set(GHCB, PAGE_PRIVATE);
	tap_ok(!vmgexit(GHCB) && stop_reason == STOP_VIOLATION, "private GHCB page");
}

static void test_cpuid_dr7(void)
{
	start();
	begin(GHCB_EXIT_CPUID, 0, 0);
	set(AT(rax), 1);
	tap_ok(fails_with(GHCB_ERR_MISSING_INPUT), "CPUID without RCX");
	set(AT(rcx), 0);
	begin(GHCB_EXIT_CPUID, 0, 0);
	set(AT(rax), 0x8000001f);
	set(AT(rcx), 0);
	tap_ok(succeeds() && (ghcb->rax & 0x1a) == 0x1a && is_valid(AT(rbx)) && is_valid(AT(rdx)),
	       "CPUID");
	begin(GHCB_EXIT_CPUID, 0, 0);
	set(AT(rax), 0xd);
	set(AT(rcx), 0);
	tap_ok(fails_with(GHCB_ERR_MISSING_INPUT), "CPUID 0xd without XCR0");
	begin(GHCB_EXIT_WRITE_DR7, 0, 0);
	set(AT(rax), 0x155);
	tap_ok(succeeds(), "write DR7");
	begin(GHCB_EXIT_READ_DR7, 0, 0);
	tap_ok(succeeds() && ghcb->rax == 0x555, "read DR7");
	begin(GHCB_EXIT_RDPMC, 0, 0);
	set(AT(rcx), 0);
	tap_ok(vmgexit(GHCB) && ghcb->sw_exit_info_1 == 1 &&
	       (ghcb->sw_exit_info_2 & 0xff) == 13, "RDPMC is #GP");
	begin(GHCB_EXIT_MSR, 1, 0);
	set(AT(rcx), 0xc0010117);
	set(AT(rax), 0);
	set(AT(rdx), 0);
	tap_ok(vmgexit(GHCB) && ghcb->sw_exit_info_1 == 1, "write of a host's MSR is #GP");
	begin(GHCB_EXIT_FEATURES, 0, 0);
	tap_ok(succeeds() && ghcb->sw_exit_info_2 == 3, "features");
}

static void test_io(void)
{
	start();
	port_value = 0x12345678;
	begin(GHCB_EXIT_IOIO, 0x3f8ull << 16 | 1 << 4 | 1, 0);
	tap_ok(succeeds() && is_valid(AT(rax)), "IN");
	begin(GHCB_EXIT_IOIO, 0x3f8ull << 16 | 1 << 4, 0);
	tap_ok(fails_with(GHCB_ERR_MISSING_INPUT), "OUT without RAX");
	begin(GHCB_EXIT_IOIO, 0x3f8ull << 16 | 3 << 4 | 1, 0);
	tap_ok(fails_with(GHCB_ERR_INVALID_INPUT), "IN of 3 bytes");
	port_value = 0;
	memcpy(ghcb->shared_buffer, "abc", 3);
	begin(GHCB_EXIT_IOIO, 0x3f8ull << 16 | 1 << 4 | 4, 3);
	set(AT(sw_scratch), BUFFER);
	tap_ok(succeeds() && port_value == 0x616263, "OUTS");
	port_value = 7;
	begin(GHCB_EXIT_IOIO, 0x3f8ull << 16 | 1 << 4 | 5, 3);
	set(AT(sw_scratch), SHARED);
	tap_ok(succeeds() && !memcmp((void *)SHARED, "\7\10\11", 3), "INS into other memory");
	begin(GHCB_EXIT_IOIO, 0x3f8ull << 16 | 1 << 4 | 5, 3);
	tap_ok(fails_with(GHCB_ERR_MISSING_INPUT), "INS without scratch area");
	set(AT(sw_scratch), PRIVATE);
	begin(GHCB_EXIT_IOIO, 0x3f8ull << 16 | 1 << 4 | 5, 3);
	set(AT(sw_scratch), PRIVATE);
	tap_ok(fails_with(GHCB_ERR_INVALID_SCRATCH), "private scratch area");
	begin(GHCB_EXIT_IOIO, 0x3f8ull << 16 | 1 << 4 | 5, 3);
	set(AT(sw_scratch), GHCB + 0x3f0);
	tap_ok(fails_with(GHCB_ERR_INVALID_SCRATCH), "scratch area over the valid bitmap");
	begin(GHCB_EXIT_IOIO, 0x3f8ull << 16 | 1 << 4 | 5, 3);
	set(AT(sw_scratch), BUFFER + 2030);
	tap_ok(fails_with(GHCB_ERR_INVALID_SCRATCH), "scratch area past the shared buffer");
	begin(GHCB_EXIT_IOIO, 0x3f8ull << 16 | 1 << 4 | 5, ~0ull / 2);
	set(AT(sw_scratch), SHARED);
	tap_ok(fails_with(GHCB_ERR_INVALID_INPUT), "endless INS");
	begin(GHCB_EXIT_MMIO_READ, PRIVATE, 4);
	set(AT(sw_scratch), BUFFER);
	tap_ok(fails_with(GHCB_ERR_INVALID_INPUT), "MMIO of private memory");
	begin(GHCB_EXIT_MMIO_WRITE, SHARED, 4);
	set(AT(sw_scratch), BUFFER);
	tap_ok(fails_with(GHCB_ERR_INVALID_INPUT), "MMIO of shared memory");
	begin(GHCB_EXIT_MMIO_READ, 0xfee00001, 4);
	set(AT(sw_scratch), BUFFER);
	tap_ok(fails_with(GHCB_ERR_INVALID_INPUT), "MMIO out of alignment");
	begin(GHCB_EXIT_MMIO_READ, 0xfee00000, 5);
	set(AT(sw_scratch), BUFFER);
	tap_ok(fails_with(GHCB_ERR_INVALID_INPUT), "MMIO of 5 bytes");
}

static uint64_t psc_entry(uint64_t gpa, unsigned int op, bool large)
{
	return gpa | (uint64_t)op << 52 | (uint64_t)large << 56;
}

static void begin_psc(uint16_t current, uint16_t end)
{
	struct psc_header header = { current, end, 0 };

	begin(GHCB_EXIT_PSC, 0, 0);
	set(AT(sw_scratch), BUFFER);
	memcpy(ghcb->shared_buffer, &header, sizeof(header));
}

static void test_psc(void)
{
	uint64_t *entry = (uint64_t *)(BUFFER + 8), before;
	const struct psc_header *header = (const struct psc_header *)BUFFER;

	start();
	memset((void *)PRIVATE, 0xab, PAGE_SIZE);
	begin_psc(0, 1);
	entry[0] = psc_entry(PRIVATE, PSC_OP_SHARED, false);
	entry[1] = psc_entry(LARGE, PSC_OP_SHARED, true);
	tap_ok(succeeds() && !ghcb->sw_exit_info_2 && header->current == 2, "page state change");
	tap_ok(page_state_get(LARGE + 0x1ff000) == PAGE_SHARED, "all of 2 MiB");
	tap_ok(PSC_ENTRY_DONE(entry[0]) == 1 && PSC_ENTRY_DONE(entry[1]) == 512, "pages done");
	tap_ok(*(uint64_t *)PRIVATE != 0xabababababababab, "contents are gone");
	begin_psc(0, 0);
	entry[0] = psc_entry(LARGE, PSC_OP_PRIVATE, true);
	tap_ok(succeeds() && rmp_is_2m(LARGE), "2 MiB entry");
	begin_psc(0, 1);
	entry[0] = psc_entry(PRIVATE, PSC_OP_PRIVATE, false);
	entry[1] = psc_entry(0x7000000000, PSC_OP_PRIVATE, false);
	tap_ok(succeeds() && ghcb->sw_exit_info_2 == PSC_ERR_ENTRY && header->current == 1,
	       "a bad entry stops the list where it is");
	begin_psc(0, 253);
	tap_ok(succeeds() && ghcb->sw_exit_info_2 == PSC_ERR_HEADER, "too many entries");
	begin_psc(3, 2);
	tap_ok(succeeds() && ghcb->sw_exit_info_2 == PSC_ERR_HEADER, "list behind its end");
	begin_psc(0, 0);
	entry[0] = psc_entry(LARGE + 0x1000, PSC_OP_SHARED, true);
	tap_ok(succeeds() && ghcb->sw_exit_info_2 == PSC_ERR_ENTRY, "2 MiB out of alignment");
	snp.keep_contents = true;
	page_state_set(PRIVATE, PAGE_PRIVATE);
	before = *(uint64_t *)PRIVATE;
	begin_psc(0, 0);
	entry[0] = psc_entry(PRIVATE, PSC_OP_SHARED, false);
	tap_ok(succeeds() && before == *(uint64_t *)PRIVATE, "contents are kept when told so");
	snp.keep_contents = false;
	page_state_set(PRIVATE, PAGE_PRIVATE);
	begin_psc(0, 0);
	entry[0] = psc_entry(PRIVATE, PSC_OP_PRIVATE, false);
	tap_ok(succeeds() && page_state_get(PRIVATE) == PAGE_PRIVATE,
	       "asking for an own page does not take its validation");
}

static void begin_ap(unsigned int request, uint64_t gpa, uint64_t features)
{
	begin(GHCB_EXIT_AP_CREATION, 1ull << 32 | request, gpa);
	set(AT(rax), features);
	woken = 0;
}

static void test_ap_creation(void)
{
	struct vmsa *vmsa = (struct vmsa *)PRIVATE;
	struct rmp_adjust make = { .vmpl = 1, .vmsa = true };

	start();
	memset(vmsa, 0, sizeof(*vmsa));
	vmsa->efer = EFER_SVME;
	vmsa->sev_features = 1;
	begin_ap(AP_CREATE, PRIVATE, 1);
	tap_ok(fails_with(GHCB_ERR_INVALID_INPUT) && !woken, "AP from a page that is no VMSA");
	rmp_adjust(PRIVATE, false, make, false);
	begin_ap(AP_CREATE, PRIVATE, 1);
	tap_ok(succeeds() && woken == 2 && snp_vcpus[1].order == AP_RUN &&
	       snp_vcpus[1].next_vmsa == PRIVATE, "AP creation");
	begin_ap(AP_CREATE, PRIVATE, 9);
	tap_ok(fails_with(GHCB_ERR_INVALID_INPUT), "AP with other features");
	begin_ap(AP_CREATE, PRIVATE + 8, 1);
	tap_ok(fails_with(GHCB_ERR_INVALID_INPUT), "AP from within a page");
	begin_ap(AP_CREATE, 0x7000000000, 1);
	tap_ok(fails_with(GHCB_ERR_INVALID_INPUT), "AP from outside of memory");
	begin(GHCB_EXIT_AP_CREATION, 1ull << 32 | AP_CREATE, PRIVATE);
	tap_ok(fails_with(GHCB_ERR_MISSING_INPUT), "AP without features");
	begin(GHCB_EXIT_AP_CREATION, 7ull << 32 | AP_CREATE, PRIVATE);
	set(AT(rax), 1);
	tap_ok(fails_with(GHCB_ERR_INVALID_INPUT), "AP that is not there");
	begin_ap(AP_CREATE_ON_INIT, PRIVATE, 1);
	tap_ok(fails_with(GHCB_ERR_INVALID_INPUT), "AP on INIT");
	begin_ap(AP_DESTROY, 0, 1);
	tap_ok(succeeds() && snp_vcpus[1].order == AP_PARK, "AP destruction");
}

static void test_guest_request(void)
{
	start();
	begin(GHCB_EXIT_GUEST_REQUEST, SHARED, SHARED2);
	tap_ok(succeeds() && !ghcb->sw_exit_info_2 && *(uint8_t *)SHARED2 == 0x55,
	       "guest request");
	begin(GHCB_EXIT_GUEST_REQUEST, PRIVATE, SHARED2);
	tap_ok(fails_with(GHCB_ERR_INVALID_INPUT), "private request page");
	begin(GHCB_EXIT_GUEST_REQUEST, SHARED, SHARED2 + 8);
	tap_ok(fails_with(GHCB_ERR_INVALID_INPUT), "response page out of alignment");
	link_exit_info = 2ull << 32;
	memset((void *)SHARED2, 0, PAGE_SIZE);
	begin(GHCB_EXIT_GUEST_REQUEST, SHARED, SHARED2);
	tap_ok(succeeds() && ghcb->sw_exit_info_2 == 2ull << 32 && !*(uint8_t *)SHARED2,
	       "busy");
	link_exit_info = 0;
	certificate_size = 5000;
	begin(GHCB_EXIT_EXT_GUEST_REQUEST, SHARED, SHARED2);
	set(AT(rax), LARGE);
	set(AT(rbx), 1);
	tap_ok(succeeds() && ghcb->sw_exit_info_2 == VMM_ERR_INVALID_LEN && ghcb->rbx == 2 &&
	       is_valid(AT(rbx)), "certificates do not fit");
	begin(GHCB_EXIT_EXT_GUEST_REQUEST, SHARED, SHARED2);
	set(AT(rax), LARGE);
	set(AT(rbx), 2);
	tap_ok(fails_with(GHCB_ERR_INVALID_INPUT), "certificates to private memory");
	page_state_set(LARGE, PAGE_SHARED);
	page_state_set(LARGE + PAGE_SIZE, PAGE_SHARED);
	begin(GHCB_EXIT_EXT_GUEST_REQUEST, SHARED, SHARED2);
	set(AT(rax), LARGE);
	set(AT(rbx), 2);
	tap_ok(succeeds() && !ghcb->sw_exit_info_2 && *(uint8_t *)(LARGE + 4999) == 0xcc,
	       "certificates");
	begin(GHCB_EXIT_EXT_GUEST_REQUEST, SHARED, SHARED2);
	set(AT(rax), LARGE);
	tap_ok(fails_with(GHCB_ERR_MISSING_INPUT), "certificates without RBX");
}

static void test_attack(void)
{
	bool changed;
	uint32_t before = attack_count();

	start();
	memset((void *)PRIVATE, 0xab, PAGE_SIZE);
	begin(GHCB_EXIT_IOIO, (uint64_t)ATTACK_PORT << 16 | 4 << 4, 0);
	set(AT(rax), 1u << 28 | PRIVATE / PAGE_SIZE);
	tap_ok(succeeds() && page_state_get(PRIVATE) == PAGE_PENDING, "page taken away");
	tap_ok(*(uint8_t *)PRIVATE == 0xab, "with its contents");
	tap_ok(rmp_validate(PRIVATE, false, true, &changed) == RMP_OK && changed,
	       "the guest sees it by PVALIDATE");
	begin(GHCB_EXIT_IOIO, (uint64_t)ATTACK_PORT << 16 | 4 << 4, 0);
	set(AT(rax), 2u << 28 | PRIVATE / PAGE_SIZE);
	tap_ok(succeeds() && *(uint8_t *)PRIVATE == 0, "page taken away and zeroed");
	begin(GHCB_EXIT_IOIO, (uint64_t)ATTACK_PORT << 16 | 4 << 4, 0);
	set(AT(rax), 1u << 28 | SHARED / PAGE_SIZE);
	tap_ok(succeeds() && page_state_get(SHARED) == PAGE_SHARED, "a shared page is no target");
	begin(GHCB_EXIT_IOIO, (uint64_t)ATTACK_PORT << 16 | 4 << 4 | 1, 0);
	tap_ok(succeeds() && ghcb->rax == before + 2, "attacks are counted");
}

static void test_sev_es(void)
{
	static const uint64_t snp_only[] = { GHCB_EXIT_PSC, GHCB_EXIT_GUEST_REQUEST,
					     GHCB_EXIT_EXT_GUEST_REQUEST, GHCB_EXIT_AP_CREATION };
	unsigned int i, refused = 0;

	start();
	snp.status = SEV_STATUS_SEV | SEV_STATUS_ES;
	snp.jump_table = PRIVATE;
	snp_vcpus[0].ghcb_registered = 0;
	for (i = 0; i < ARRAY_SIZE(snp_only); i++) {
		begin(snp_only[i], 0, 0);
		set(AT(rax), 0);
		set(AT(rbx), 0);
		set(AT(sw_scratch), BUFFER);
		refused += fails_with(GHCB_ERR_INVALID_EVENT);
	}
	tap_ok(refused == i, "SEV-ES: what only an SNP guest may ask is unknown");
	begin(GHCB_EXIT_FEATURES, 0, 0);
	tap_ok(succeeds() && !ghcb->sw_exit_info_2, "SEV-ES: no features");
	tap_ok(msr_answer(0x080) == 0x081, "SEV-ES: nor by the MSR");
	begin(GHCB_EXIT_AP_JUMP_TABLE, 1, 0);
	tap_ok(succeeds() && ghcb->sw_exit_info_2 == PRIVATE, "SEV-ES: the AP jump table");
	tap_ok(!vmgexit(SHARED | 0x012) && !vmgexit(PRIVATE | 1ull << 52 | 0x014) &&
	       stop_reason == STOP_VIOLATION, "SEV-ES: no page is registered or changed");
	begin(0x7b, ATTACK_PORT << 16 | 4 << 4 | 1, 0);
	port_value = 0x99;
	tap_ok(succeeds() && ghcb->rax == 0x99, "SEV-ES: there is no RMP to attack");
	snp.status = SNP_SEV_STATUS;
	snp.jump_table = 0;
}

/*
 * Whatever a guest writes into the page, the hypervisor answers or stops the VM.
 * Left out is what would touch the machine that runs the test: MMIO, RDTSCP.
 */
static void test_nonsense(void)
{
	static const uint64_t addresses[] = {
		GHCB, BUFFER, SHARED, PRIVATE, LARGE, 0, ~0ull, 0x7000000000, GHCB + 0xff8,
	};
	unsigned int i, answered = 0, stops = 0;
	uint64_t word[8];

	srandom(1);
	for (i = 0; i < 200000; i++) {
		unsigned int w;

		if (i % 1000 == 0)
			start();
		page_state_set(GHCB, PAGE_SHARED);
		for (w = 0; w < ARRAY_SIZE(word); w++)
			word[w] = random() % 4 ? addresses[random() % ARRAY_SIZE(addresses)] :
				  (uint64_t)random() << 32 >> random() % 64;
		for (w = 0; w < 64; w++)
			((uint64_t *)BUFFER)[w] = word[w % 8] ^ (uint64_t)(random() & 0xfff) << 52;
		begin(random() % 2 ? 0x80000003u + random() % 0x11 : 0x70u + random() % 0x17,
		      word[0], word[1]);
		set(AT(rax), word[2]);
		set(AT(rbx), word[3]);
		set(AT(rcx), word[4] | 0xc0020000);	/* no MSR of this machine */
		set(AT(rdx), word[5]);
		set(AT(sw_scratch), word[6]);
		if (vmgexit(random() % 8 ? GHCB : word[7]))
			answered++;
		else
			stops++;
		snp_vcpus[0].ghcb_registered = GHCB;
	}
	tap_ok(answered + stops == i && answered > i / 2, "nonsense is answered or stops the VM");
}

int main(void)
{
	void *memory = mmap((void *)MEMORY, MEMORY_SIZE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

	if (memory != (void *)MEMORY) {
		printf("1..0 # SKIP no memory at a fixed address\n");
		return 0;
	}
	test_msr_protocol();
	test_checks();
	test_cpuid_dr7();
	test_io();
	test_psc();
	test_ap_creation();
	test_guest_request();
	test_attack();
	test_sev_es();
	test_nonsense();
	return tap_done();
}
