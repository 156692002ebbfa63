// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory encryption without an RMP: which accesses turn a page, and that its contents are
 * right on both sides.
 */
#include <stdlib.h>
#include <sys/mman.h>

#include "../hv/sev/sev.h"
#include "../hv/snp/cipher.h"
#include "t_snp_core.h"
#include "t_tap.h"

#define PAGE		(MEMORY + 0x10000)
#define OTHER		(MEMORY + 0x11000)
#define HOLE		(MEMORY + 0x12000)
#define SHARED_VIEW	0ul
#define FETCH		0x10ul
#define WALK		0x200000000ul

static bool changed_alone;	/* nobody else could use the page while it changed */
static unsigned int synced;

void iommu_sync(void)
{
	synced++;
	changed_alone = page_state_get(PAGE) == PAGE_NONE && shoot_downs == synced;
}

bool npf_encrypt_walk(struct vcpu *v, uint64_t gpa) { return (void)v, gpa == PAGE; }
void npf_stats(void) { }

static bool fault(uint64_t address, uint64_t info)
{
	vmcbs[0].control.exit_info_1 = info;
	vmcbs[0].control.exit_info_2 = address;
	vmcbs[0].control.nested_cr3 = 1;
	return view_fault(&vcpus[0]);
}

static bool stops(uint64_t address, uint64_t info)
{
	if (setjmp(stopped))
		return stop_reason == STOP_VIOLATION;
	fault(address, info);
	return false;
}

static enum view_action rule(bool encrypted, enum page_state state)
{
	return view_rule((struct view_access){ .encrypted = encrypted, .state = state });
}

static void test_rules(void)
{
	tap_ok(rule(true, PAGE_PRIVATE) == VIEW_RETRY && rule(false, PAGE_SHARED) == VIEW_RETRY,
	       "a page is used as it was last");
	tap_ok(rule(true, PAGE_SHARED) == VIEW_TURN && rule(false, PAGE_PRIVATE) == VIEW_TURN,
	       "the other way turns it");
	tap_ok(rule(false, PAGE_NONE) == VIEW_DEVICE, "a device");
	tap_ok(rule(true, PAGE_NONE) == VIEW_VIOLATION, "no device is encrypted");
	tap_ok(rule(true, PAGE_HV) == VIEW_VIOLATION && rule(false, PAGE_HV) == VIEW_VIOLATION,
	       "the hypervisor's memory");
}

static void fill(uint64_t *page, uint64_t value)
{
	unsigned int i;

	for (i = 0; i < PAGE_SIZE / sizeof(*page); i++)
		page[i] = value;
}

static void test_cipher(void)
{
	static uint64_t plain[PAGE_SIZE / 8], cipher[PAGE_SIZE / 8], again[PAGE_SIZE / 8];

	cipher_init(0x1234);
	fill(plain, 0x5555);
	cipher_encrypt(cipher, plain, PAGE);
	tap_ok(memcmp(plain, cipher, PAGE_SIZE), "ciphertext is not plaintext");
	tap_ok(memcmp(cipher, cipher + 2, 16), "equal blocks have different ciphertext");
	cipher_encrypt(again, plain, OTHER);
	tap_ok(memcmp(cipher, again, 16), "so have equal blocks of different pages");
	cipher_decrypt(again, cipher, PAGE);
	tap_ok(!memcmp(again, plain, PAGE_SIZE), "it can be decrypted");
	cipher[2] ^= 1;
	cipher_decrypt(again, cipher, PAGE);
	tap_ok(!memcmp(again, plain, 16) && memcmp(again + 2, plain + 2, 8) &&
	       memcmp(again + 3, plain + 3, 8) && !memcmp(again + 4, plain + 4, PAGE_SIZE - 32),
	       "a bit of ciphertext changes the block that it is in");
	cipher_init(0x1235);
	cipher_encrypt(again, plain, PAGE);
	tap_ok(memcmp(again + 4, cipher + 4, 16), "another key makes other ciphertext");
}

static void test_turns(void)
{
	uint64_t *page = (uint64_t *)PAGE;
	uint64_t kept[2];

	page_state_set(PAGE, PAGE_PRIVATE);
	fill(page, 0x77);
	tap_ok(fault(PAGE | SHARED_VIEW, 0) && page_state_get(PAGE) == PAGE_SHARED,
	       "an access without C-bit makes a page shared");
	tap_ok(page[0] != 0x77 && page[1] != 0x77, "and shows ciphertext");
	tap_ok(changed_alone, "no vCPU and no device had the page meanwhile");
	memcpy(kept, page, sizeof(kept));
	page[2] = 0x88;
	tap_ok(fault(PAGE | SNP_C_BIT, 2) && page_state_get(PAGE) == PAGE_PRIVATE,
	       "one with C-bit makes it private");
	tap_ok(page[0] == 0x77 && page[1] == 0x77 && page[2] != 0x88 && page[4] == 0x77,
	       "and shows plaintext, but for what was written");
	view_touch(&vcpus[0], PAGE, false);
	tap_ok(page_state_get(PAGE) == PAGE_SHARED && page[2] == 0x88 &&
	       !memcmp(page, kept, sizeof(kept)), "the hypervisor sees it through either mapping");
	view_touch(&vcpus[0], PAGE, false);
	tap_ok(page[2] == 0x88, "as often as it wants");
}

static void test_others(void)
{
	page_state_set(PAGE, PAGE_PRIVATE);
	page_state_set(OTHER, PAGE_PRIVATE);
	page_state_set(HOLE, PAGE_HV);
	tap_ok(fault(PAGE, WALK) && page_state_get(PAGE) == PAGE_PRIVATE,
	       "a table walk without C-bit is encrypted at the top");
	tap_ok(stops(OTHER, WALK), "and not known below");
	tap_ok(stops(PAGE, FETCH), "code without C-bit is not known");
	tap_ok(stops(HOLE, 0) && stops(HOLE | SNP_C_BIT, 0), "the hypervisor's memory");
	tap_ok(!fault(0xfee00300, 2), "a device is the caller's");
	tap_ok(stops(0xfee00300 | SNP_C_BIT, 2), "but not through the C-bit");
	page_state_set(PAGE, PAGE_SHARED);
	vmcbs[0].control.exit_info_2 = PAGE;
	vmcbs[0].control.nested_cr3 = npt_root_all_private();
	tap_ok(view_fault(&vcpus[0]) && page_state_get(PAGE) == PAGE_PRIVATE,
	       "with paging off every access is encrypted");
}

int main(void)
{
	page_state_init(states, PAGES);
	if (mmap((void *)MEMORY, MEMORY_SIZE, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) == MAP_FAILED) {
		printf("1..0 # SKIP no memory at a fixed address\n");
		return 0;
	}
	vcpus[0].vmcb = &vmcbs[0];
	test_rules();
	test_cipher();
	test_turns();
	test_others();
	return tap_done();
}
