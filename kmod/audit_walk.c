// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the page tables say of a page: private or shared with the host.
 *
 * Only reads them, and tolerates that they change meanwhile: an entry is read
 * once and judged as it was. No policy here.
 */
#include <linux/cc_platform.h>
#include <linux/irqflags.h>
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/sched.h>

#include <asm/coco.h>

#include "audit.h"
#include "cvm.h"

/* An entry that would not change by being made shared is shared: true of both vendors. */
static bool entry_is_shared(u64 value)
{
	return cc_mkdec(value) == value;
}

/* The frame bits of an entry; the bit that says private is not among them */
static unsigned long entry_pfn(u64 value, unsigned int shift)
{
	return PHYS_PFN(value & ~(BIT(shift) - 1) & __PHYSICAL_MASK);
}

/* Above the lowest level an entry without this bit leads to another table */
static bool leads_on(u64 value, unsigned int shift)
{
	return value & _PAGE_PRESENT && shift > PAGE_SHIFT && !(value & _PAGE_PSE);
}

static enum cvm_entry_state entry_state(u64 value)
{
	if (!(value & _PAGE_PRESENT))
		return CVM_ENTRY_ABSENT;
	/* on a machine without encryption the bit means nothing */
	return cc_platform_has(CC_ATTR_MEM_ENCRYPT) && entry_is_shared(value) ?
	       CVM_ENTRY_SHARED : CVM_ENTRY_PRIVATE;
}

/*
 * The last entry on the way to an address, and the bits of address below it. Not by
 * lookup_address(): that tells no place in the table for an entry that is not there, so
 * that empty tables could only be passed in small steps, and 6.1 tells a wrong level too.
 */
static u64 *find_entry(const struct mm_struct *mm, unsigned long address, unsigned int *shift)
{
	/* all kernel mappings are in the tables of whatever runs */
	pgd_t *pgd = (mm ? mm->pgd : (pgd_t *)__va(read_cr3_pa())) + pgd_index(address);
	p4d_t *p4d;
	pud_t *pud;
	pmd_t *pmd;

	*shift = PGDIR_SHIFT;
	if (!leads_on(READ_ONCE(pgd->pgd), *shift))
		return (u64 *)pgd;
	p4d = p4d_offset(pgd, address);
	*shift = P4D_SHIFT;
	if (!leads_on(READ_ONCE(*(u64 *)p4d), *shift))
		return (u64 *)p4d;
	pud = pud_offset(p4d, address);
	*shift = PUD_SHIFT;
	if (!leads_on(READ_ONCE(*(u64 *)pud), *shift))
		return (u64 *)pud;
	pmd = pmd_offset(pud, address);
	*shift = PMD_SHIFT;
	if (!leads_on(READ_ONCE(*(u64 *)pmd), *shift))
		return (u64 *)pmd;
	*shift = PAGE_SHIFT;
	return (u64 *)pte_offset_kernel(pmd, address);
}

/* Entries to the end of the table that go on as the first one does */
static unsigned int count_alike(const u64 *entry, u64 first, unsigned int shift)
{
	unsigned int i, left = PTRS_PER_PTE - offset_in_page(entry) / sizeof(*entry);
	unsigned long next = entry_pfn(first, shift);
	enum cvm_entry_state state = entry_state(first);
	u64 value;

	for (i = 1; i < left; i++) {
		value = READ_ONCE(entry[i]);
		if (leads_on(value, shift) || entry_state(value) != state)
			break;
		if (state == CVM_ENTRY_ABSENT)
			continue;
		next += BIT(shift - PAGE_SHIFT);
		if (entry_pfn(value, shift) != next)
			break;
	}
	return i;
}

/*
 * Interrupts are off meanwhile: who frees a page table first flushes the TLBs of all CPUs,
 * and that waits for this one. @count may be NULL.
 */
static u64 read_entry(const struct mm_struct *mm, unsigned long address, unsigned int *shift,
		      unsigned int *count)
{
	unsigned long flags;
	u64 *entry, value;

	local_irq_save(flags);
	entry = find_entry(mm, address, shift);
	value = READ_ONCE(*entry);
	if (count)
		*count = count_alike(entry, value, *shift);
	local_irq_restore(flags);
	return value;
}

/**
 * cvm_walk_step() - read the entries that map an address and those after it
 * @mm: of a process, whose mappings the caller keeps in place; NULL for the kernel's
 * @address: any address of the one or the other
 * @step: filled in
 *
 * Context: any.
 */
void cvm_walk_step(const struct mm_struct *mm, unsigned long address, struct cvm_walk_step *step)
{
	unsigned int shift, count;
	u64 value = read_entry(mm, address, &shift, &count);
	unsigned long offset = (address & (BIT(shift) - 1)) >> PAGE_SHIFT;

	step->state = entry_state(value);
	step->pages = ((unsigned long)count << (shift - PAGE_SHIFT)) - offset;
	step->pfn = step->state == CVM_ENTRY_ABSENT ? 0 : entry_pfn(value, shift) + offset;
}

/**
 * cvm_walk_address() - what one kernel address is mapped to
 * @address: any kernel address
 * @pfn: set when it is mapped
 * @writable: set when it is mapped: whether the entry allows to write
 *
 * Context: any.
 * Return: what its own mapping says, and no other.
 */
enum cvm_entry_state cvm_walk_address(unsigned long address, unsigned long *pfn, bool *writable)
{
	unsigned int shift;
	u64 value = read_entry(NULL, address, &shift, NULL);

	if (!(value & _PAGE_PRESENT))
		return CVM_ENTRY_ABSENT;
	*pfn = entry_pfn(value, shift) + ((address & (BIT(shift) - 1)) >> PAGE_SHIFT);
	*writable = value & _PAGE_RW;
	return entry_state(value);
}

/*
 * The kernel's image has a mapping of its own, and boot shares .bss..decrypted in that one
 * only: the direct map goes on calling those pages private.
 */
static struct cvm_span image;

static unsigned long image_address(unsigned long pfn)
{
	return PFN_PHYS(pfn) - phys_base + __START_KERNEL_map;
}

static void add_to_image(const struct cvm_walk_step *step)
{
	if (!image.end || step->pfn < image.first)
		image.first = step->pfn;
	image.end = max(image.end, step->pfn + step->pages);
}

/**
 * cvm_walk_init() - find out where the kernel's image lies
 */
void __init cvm_walk_init(void)
{
	unsigned long address = __START_KERNEL_map, end = address + KERNEL_IMAGE_SIZE;
	struct cvm_walk_step step;

	for (; address < end; address += step.pages * PAGE_SIZE) {
		cvm_walk_step(NULL, address, &step);
		if (step.state != CVM_ENTRY_ABSENT)
			add_to_image(&step);
		cond_resched();
	}
}

/**
 * cvm_walk_pages() - what the kernel's own mappings say of a page of memory
 * @pfn: a page of online memory
 * @step: filled in; shared when either mapping says so
 *
 * Context: any.
 */
void cvm_walk_pages(unsigned long pfn, struct cvm_walk_step *step)
{
	struct cvm_walk_step other;

	cvm_walk_step(NULL, (unsigned long)pfn_to_kaddr(pfn), step);
	if (pfn < image.first)
		step->pages = min(step->pages, image.first - pfn);
	if (!cvm_span_has(&image, pfn))
		return;
	cvm_walk_step(NULL, image_address(pfn), &other);
	step->pages = min(step->pages, other.pages);
	if (other.state == CVM_ENTRY_SHARED && other.pfn == pfn)
		step->state = CVM_ENTRY_SHARED;
}

/**
 * cvm_walk_is_image() - is a page part of the kernel's image?
 * @pfn: any
 */
bool cvm_walk_is_image(unsigned long pfn)
{
	return cvm_span_has(&image, pfn);
}

static enum cvm_entry_state state_at(unsigned long address)
{
	unsigned int shift;

	return entry_state(read_entry(NULL, address, &shift, NULL));
}

/**
 * cvm_walk_page() - what the kernel's own mappings say of one page of memory
 * @pfn: a page of online memory
 *
 * Context: any.
 * Return: shared when either mapping says so.
 */
enum cvm_entry_state cvm_walk_page(unsigned long pfn)
{
	enum cvm_entry_state state = state_at((unsigned long)pfn_to_kaddr(pfn));

	if (cvm_span_has(&image, pfn) && state_at(image_address(pfn)) == CVM_ENTRY_SHARED)
		return CVM_ENTRY_SHARED;
	return state;
}

/**
 * cvm_walk_shared() - count pages that one of their mappings calls shared
 * @pfn: first page of a range of online memory
 * @pages: length of the range
 *
 * Context: may sleep.
 * Return: the number; 0 on a machine without memory encryption.
 */
unsigned long cvm_walk_shared(unsigned long pfn, unsigned long pages)
{
	unsigned long end = pfn + pages, shared = 0;
	struct cvm_walk_step step;

	while (pfn < end) {
		cvm_walk_pages(pfn, &step);
		pages = min(step.pages, end - pfn);
		if (step.state == CVM_ENTRY_SHARED)
			shared += pages;
		pfn += pages;
		cond_resched();
	}
	return shared;
}
