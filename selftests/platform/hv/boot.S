/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From the multiboot entry to C, VMRUN, exception stubs, and how application
 * processors come up. The hypervisor runs with interrupts off for good; only
 * NMIs reach it.
 */

#define CODE_SELECTOR	0x08
#define DATA_SELECTOR	0x10
#define TRAMPOLINE	0x8000
#define STACK_SIZE	0x4000
#define MAX_VCPUS	8
#define MAPPED_512G	128		/* 64 TiB, as in mmio.c */

#define MSR_EFER	0xc0000080
#define EFER_BITS	0x1900		/* SVME, NXE, LME */
#define CR0_BITS	0x80000031	/* PG, NE, ET, PE */
#define CR4_BITS	0x20		/* PAE */

/* In 64-bit mode; an application processor has no stack yet, so it is no function */
	.macro	load_data_segments
	mov	$DATA_SELECTOR, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %ss
	xor	%eax, %eax
	mov	%eax, %fs
	mov	%eax, %gs
	.endm

	.section .multiboot, "ax"
	.align	4
	.long	0x1badb002		/* multiboot 1 */
	.long	3			/* page-aligned modules, memory map */
	.long	-(0x1badb002 + 3)

	.code32
	.globl	_start
_start:
	cli
	cld
	mov	%ebx, %ebp		/* multiboot information */

	/* one to one, by pages of 1 GiB: firmware puts PCI devices at 56 TiB */
	xor	%ecx, %ecx
1:	mov	%ecx, %eax
	shl	$30, %eax
	or	$0x83, %eax
	mov	%eax, boot_pdpt(,%ecx,8)
	mov	%ecx, %eax
	shr	$2, %eax
	mov	%eax, boot_pdpt + 4(,%ecx,8)
	inc	%ecx
	cmp	$(512 * MAPPED_512G), %ecx
	jne	1b
	mov	$(boot_pdpt + 3), %eax
	xor	%ecx, %ecx
1:	mov	%eax, boot_pml4(,%ecx,8)
	add	$4096, %eax
	inc	%ecx
	cmp	$MAPPED_512G, %ecx
	jne	1b

	mov	$CR4_BITS, %eax
	mov	%eax, %cr4
	mov	$boot_pml4, %eax
	mov	%eax, %cr3
	mov	$MSR_EFER, %ecx
	rdmsr
	or	$EFER_BITS, %eax
	wrmsr
	mov	$CR0_BITS, %eax
	mov	%eax, %cr0
	lgdt	gdt_pointer
	ljmp	$CODE_SELECTOR, $1f

	.code64
1:	load_data_segments
	mov	$stacks + STACK_SIZE, %rsp
	mov	%ebp, %edi
	call	hv_main
	ud2

	.text

/* void vmrun(struct vmcb *vmcb, struct registers *regs) */
	.globl	vmrun
vmrun:
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	push	%rsi
	mov	%rdi, %rax
	mov	0x00(%rsi), %rbx
	mov	0x08(%rsi), %rcx
	mov	0x10(%rsi), %rdx
	mov	0x20(%rsi), %rdi
	mov	0x28(%rsi), %rbp
	mov	0x30(%rsi), %r8
	mov	0x38(%rsi), %r9
	mov	0x40(%rsi), %r10
	mov	0x48(%rsi), %r11
	mov	0x50(%rsi), %r12
	mov	0x58(%rsi), %r13
	mov	0x60(%rsi), %r14
	mov	0x68(%rsi), %r15
	mov	0x18(%rsi), %rsi
	clgi
	vmrun
	push	%rsi
	mov	8(%rsp), %rsi
	mov	%rbx, 0x00(%rsi)
	mov	%rcx, 0x08(%rsi)
	mov	%rdx, 0x10(%rsi)
	mov	%rdi, 0x20(%rsi)
	mov	%rbp, 0x28(%rsi)
	mov	%r8, 0x30(%rsi)
	mov	%r9, 0x38(%rsi)
	mov	%r10, 0x40(%rsi)
	mov	%r11, 0x48(%rsi)
	mov	%r12, 0x50(%rsi)
	mov	%r13, 0x58(%rsi)
	mov	%r14, 0x60(%rsi)
	mov	%r15, 0x68(%rsi)
	pop	%rax
	mov	%rax, 0x18(%rsi)
	pop	%rsi
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
	ret

/* What the idle VMCB runs: one HLT with interrupts on */
	.globl	idle_code
idle_code:
	hlt
	jmp	idle_code

/* A kick has done its work when it arrives */
	.globl	nmi_stub
nmi_stub:
	iretq

	.macro	exception_stub vector
	.align	16
	.if (\vector != 8) && ((\vector < 10) || (\vector > 14)) && (\vector != 17)
	push	$0
	.endif
	push	$\vector
	jmp	exception_entry
	.endm

	.globl	exception_stubs
	.align	16
exception_stubs:
	.set	vector, 0
	.rept	32
	.altmacro
	exception_stub %vector
	.noaltmacro
	.set	vector, vector + 1
	.endr

exception_entry:
	mov	%rsp, %rdi
	and	$~15, %rsp
	call	hv_exception
	ud2

/* Copied to TRAMPOLINE; a SIPI starts it in real mode */
	.code16
	.globl	trampoline, trampoline_end
	.align	16
trampoline:
	cli
	xor	%ax, %ax
	mov	%ax, %ds
	lgdtl	(TRAMPOLINE + trampoline_gdt - trampoline)
	mov	$CR4_BITS, %eax
	mov	%eax, %cr4
	mov	(TRAMPOLINE + trampoline_cr3 - trampoline), %eax
	mov	%eax, %cr3
	mov	$MSR_EFER, %ecx
	rdmsr
	or	$EFER_BITS, %eax
	wrmsr
	mov	$CR0_BITS, %eax
	mov	%eax, %cr0
	ljmpl	*(TRAMPOLINE + trampoline_target - trampoline)
	.align	8
trampoline_target:
	.long	application_processor
	.word	CODE_SELECTOR
	.align	8
trampoline_gdt:
	.word	23
	.long	gdt
	.align	8
trampoline_cr3:
	.long	boot_pml4
trampoline_end:

	.code64
application_processor:
	load_data_segments
	mov	smp_next_id, %edi	/* one starts at a time */
	mov	%edi, %eax
	inc	%eax
	imul	$STACK_SIZE, %eax, %eax
	lea	stacks(%rax), %rsp
	call	smp_application_processor
	ud2

	.section .rodata
	.align	8
gdt:
	.quad	0
	.quad	0x00af9a000000ffff	/* CODE_SELECTOR */
	.quad	0x00cf92000000ffff	/* DATA_SELECTOR */
gdt_pointer:
	.word	23
	.quad	gdt

	.bss
	.align	4096
	.globl	boot_pml4
boot_pml4:
	.skip	4096
boot_pdpt:
	.skip	4096 * MAPPED_512G
stacks:
	.skip	STACK_SIZE * MAX_VCPUS

	.section .note.GNU-stack, "", @progbits
