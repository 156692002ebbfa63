/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The reverse map table: what the hardware knows of each page of the guest,
 * APM volume 2, section 15.36.
 *
 * Whether a page is assigned and validated is the core's page state; the rest
 * of the entry (VMSA bit, permissions of the lower VMPLs, entry size) is here.
 */
#ifndef SNP_RMP_H
#define SNP_RMP_H

#include <stdbool.h>
#include <stdint.h>

#define RMP_2M_PAGES	512ul
#define RMP_2M_SIZE	0x200000ul

/* Results of the RMP instructions in RAX, APM volume 3 */
enum rmp_result {
	RMP_OK			= 0,
	RMP_FAIL_INPUT		= 1,
	RMP_FAIL_PERMISSION	= 2,
	RMP_FAIL_INUSE		= 3,
	RMP_FAIL_SIZEMISMATCH	= 6,
	/* no result of the instruction: it ends otherwise */
	RMP_NOT_ASSIGNED	= 0x100,	/* nested page fault, the VM stops */
	RMP_NOT_VALIDATED	= 0x101,	/* #VC, page not validated */
};

/**
 * struct rmp_adjust - RDX of RMPADJUST, and of RMPQUERY as a result
 * @vmpl: target VMPL, numerically above the caller's
 * @permissions: bit 0 read, 1 write, 2 user execute, 3 supervisor execute
 * @vmsa: the page holds a VM save area
 */
struct rmp_adjust {
	uint8_t vmpl;
	uint8_t permissions;
	bool vmsa;
};

void rmp_init(uint16_t *entries, uint64_t pages, bool never_2m);
void rmp_launch_2m(void);
bool rmp_is_assigned(uint64_t gpa);
bool rmp_is_2m(uint64_t gpa);
bool rmp_is_vmsa(uint64_t gpa);
void rmp_assign(uint64_t gpa, bool large);
void rmp_release(uint64_t gpa);
void rmp_smash(uint64_t gpa);
enum rmp_result rmp_validate(uint64_t gpa, bool large, bool validate, bool *changed);
enum rmp_result rmp_adjust(uint64_t gpa, bool large, struct rmp_adjust wanted, bool in_use);
enum rmp_result rmp_query(uint64_t gpa, uint8_t vmpl, struct rmp_adjust *found, bool *large);
uint64_t rmp_smash_count(void);

#endif /* SNP_RMP_H */
