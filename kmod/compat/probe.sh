#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# compat/probe.sh CC [FLAG...]: print "#define HAVE_*" for each thing that the
# kernel's headers have. Compiling is the only test that survives distribution
# kernels, which take features from newer versions without changing their own.
set -eu

# snippet HEADERS STATEMENT
snippet()
{
	printf '#include <%s>\n' $1
	printf 'void probe(void);\nvoid probe(void)\n{\n%s\n}\n' "$2"
}

# has NAME HEADERS STATEMENT CC [FLAG...]
# The headers alone must compile: otherwise "absent" would only mean "broken",
# and a kernel that has the thing would be treated as one that lacks it.
has()
{
	name=$1
	headers=$2
	statement=$3
	shift 3
	if ! snippet "$headers" 'return;' | "$@" -w -x c -c -o /dev/null - >&2; then
		echo "compat/probe.sh: cannot compile $headers" >&2
		exit 1
	fi
	if snippet "$headers" "$statement" | "$@" -w -x c -c -o /dev/null - 2>/dev/null; then
		echo "#define HAVE_$name 1"
	fi
}

echo '/* SPDX-License-Identifier: GPL-2.0-only */'
echo '/* Made by compat/probe.sh */'

has GENL_SPLIT_OPS 'net/genetlink.h' 'struct genl_split_ops op = {}; (void)op;' "$@"
has ACR_FLAGS 'linux/gfp.h' '(void)ACR_FLAGS_NONE;' "$@"
has TDX_EXTEND_RTMR 'linux/module.h asm/tdx.h' '(void)tdx_mcall_extend_rtmr;' "$@"
has SWIOTLB_DEFPOOL 'linux/swiotlb.h' '(void)offsetof(struct io_tlb_mem, defpool);' "$@"
has CC_VENDOR_HYPERV 'linux/types.h asm/coco.h' '(void)CC_VENDOR_HYPERV;' "$@"
has FPROBE_FTRACE_REGS 'linux/fprobe.h' \
	'_Static_assert(__builtin_types_compatible_p(typeof(((struct fprobe *)0)->entry_handler),
	 int (*)(struct fprobe *, unsigned long, unsigned long, struct ftrace_regs *, void *)), "");' "$@"
has RDMSRQ 'asm/msr.h' '(void)rdmsrq_safe_on_cpu;' "$@"
has FOLIO_MAPPING 'linux/mm.h' '(void)FOLIO_MAPPING_ANON;' "$@"
has SNP_VMPL 'linux/module.h linux/cc_platform.h asm/sev.h' '(void)(snp_vmpl + 0);' "$@"
has MODULE_MEMORY 'linux/module.h' 'struct module m; (void)m.mem[MOD_TEXT];' "$@"
has PIN_WITH_VMAS 'linux/mm.h' '(void)pin_user_pages_remote(NULL, 0, 0, 0, NULL, NULL, NULL);' "$@"
