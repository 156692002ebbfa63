/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * As much of a kernel as kmod/tdx_quote.c and kmod/memory_efi.c need, for one thread in
 * user space. The headers that they name are made empty by Makefile.inc.
 */
#ifndef CVM_FUZZ_KERNEL_H
#define CVM_FUZZ_KERNEL_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/types.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef u64 phys_addr_t;
#define nodemask_t unsigned long

/* CONFIG_ what nobody defines is 0 */
#define IS_ENABLED(CONFIG_OPTION) (CONFIG_OPTION)
#define PAGE_SIZE		  4096ul
#define BITS_PER_BYTE		  8
#define SZ_4K			  0x1000
#define SZ_4M			  0x400000
#define GFP_KERNEL		  0
#define HZ			  100
#define MEMREMAP_WB		  0
#define pr_warn(...)		  ((void)0)
#define cond_resched()		  ((void)0)
#define __init
#define BIT(n)		   (1ul << (n))
#define PFN_PHYS(pfn)	   ((phys_addr_t)(pfn) << 12)
#define ilog2(number)	   (63 - __builtin_clzll(number))
#define hweight8(byte)	   __builtin_popcount(byte)
#define hweight_long(word) __builtin_popcountl(word)

/* Whoever shares the memory may write it before each look at it. */
static void host_acts(void);
#define READ_ONCE(value) (*(host_acts(), (const volatile typeof(value) *)&(value)))

#define ERR_PTR(error)	 ((void *)(long)(error))
#define PTR_ERR(pointer) ((long)(pointer))
#define IS_ERR(pointer)	 ((unsigned long)(pointer) >= -4095ul)

static inline bool is_power_of_2(unsigned long number)
{
	return number && !(number & (number - 1));
}

struct mutex {
	const char *name;
	bool taken;
};

#define __MUTEX_INITIALIZER(lock) \
	{                         \
		.name = #lock     \
	}

#endif /* CVM_FUZZ_KERNEL_H */
