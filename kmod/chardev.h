/* SPDX-License-Identifier: GPL-2.0-only */
/* What the doors behind /dev/cvm know of each other. */
#ifndef _CVM_CHARDEV_H
#define _CVM_CHARDEV_H

#include "uapi/cvm.h"
#include "uapi/cvm_seal.h"

/* What every argument begins with is its size, wherever it is in the union */
union argument {
	u32 size;
	struct cvm_evidence evidence;
	struct cvm_derive_key derive_key;
	struct cvm_register reg;
	struct cvm_memory_map map;
	struct cvm_audit_map audit_map;
	struct cvm_seal_add seal_add;
	struct cvm_seal_info seal_info;
	struct cvm_seal_pages seal_pages;
	struct cvm_seal_bytes seal_bytes;
	struct cvm_seal_root seal_root;
};

/* ---- seal_door.c ---- */

int cvm_seal_door_add(union argument *argument);
void cvm_seal_door_undo_add(const union argument *argument);
int cvm_seal_door_get(union argument *argument);
int cvm_seal_door_check(union argument *argument);
int cvm_seal_door_rebase(union argument *argument);
int cvm_seal_door_remove(union argument *argument);
int cvm_seal_door_root(union argument *argument);
int cvm_seal_door_pages(union argument *argument);
int cvm_seal_door_bytes(union argument *argument);

#endif /* _CVM_CHARDEV_H */
