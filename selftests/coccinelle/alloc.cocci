// SPDX-License-Identifier: GPL-2.0-only
// Memory that is used before somebody looked whether there is any.

@exists@
expression memory, index;
identifier member;
@@
memory = \(kmalloc\|kzalloc\|kcalloc\|kvmalloc\|kvzalloc\|kvcalloc\|kmemdup\|vzalloc\|alloc_page\|cvm_shared_alloc\|memremap\)(...)
... when != memory
(
*memory->member
|
*memory[index]
|
*memcpy(memory, ...)
|
*memset(memory, ...)
)

@exists@
type T;
identifier memory, member;
expression index;
@@
T memory = \(kmalloc\|kzalloc\|kcalloc\|kvmalloc\|kvzalloc\|kvcalloc\|kmemdup\|vzalloc\|alloc_page\|cvm_shared_alloc\|memremap\)(...);
... when != memory
(
*memory->member
|
*memory[index]
|
*memcpy(memory, ...)
|
*memset(memory, ...)
)
