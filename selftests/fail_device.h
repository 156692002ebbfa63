/* SPDX-License-Identifier: GPL-2.0-only */
/* The calls of /dev/cvm that shall fail. */
#ifndef SELFTESTS_FAIL_DEVICE_H
#define SELFTESTS_FAIL_DEVICE_H

#include <sys/mman.h>

#include "fail_call.h"
#include "fault.h"
#include "seal.h"

#define FAIL_EXTENTS	4
#define FAIL_NONCE	0x5a

static int device = -1;

/* ---- evidence, keys, registers ---- */

static struct answer evidence_answer;
static uint8_t evidence[CVM_REPORT_MAX];
static struct cvm_derive_key key;
static struct cvm_register reg;
static uint8_t reg_before[CVM_TDX_DIGEST_SIZE];

static void prepare_evidence(void)
{
	answer_prepare(&evidence_answer, FAIL_NONCE);
	evidence_answer.ioc.report = (uintptr_t)evidence;
	evidence_answer.ioc.report_len = sizeof(evidence);
}

static void prepare_certs(void)
{
	prepare_evidence();
	answer_want_certs(&evidence_answer);
}

static void prepare_tdreport(void)
{
	prepare_evidence();
	evidence_answer.ioc.format = CVM_FORMAT_TDX_REPORT;
}

static int run_evidence(void)
{
	return device_call(device, CVM_EVIDENCE, &evidence_answer.ioc);
}

static const char *wrong_evidence(int ret)
{
	uint8_t nonce[CVM_REPORT_DATA_SIZE];

	memset(nonce, FAIL_NONCE, sizeof(nonce));
	if (!ret && !memmem(evidence, evidence_answer.ioc.report_len, nonce, sizeof(nonce)))
		return "the evidence is not for the nonce";
	return NULL;
}

static void prepare_key(void)
{
	key = (struct cvm_derive_key){ .size = sizeof(key), .vmpl = CVM_VMPL_CURRENT };
}

static int run_key(void)
{
	return device_call(device, CVM_DERIVE_KEY, &key);
}

static const char *wrong_key(int ret)
{
	bool empty = seal_is_zero(key.key);

	return empty == !!ret ? NULL : ret ? "there is a key all the same" : "the key is empty";
}

static void prepare_register(void)
{
	reg = (struct cvm_register){ .size = sizeof(reg), .number = CVM_REGISTER_RTMR3 };
}

static int run_register(void)
{
	return device_call(device, CVM_REGISTER_READ, &reg);
}

static int read_register(uint8_t value[CVM_TDX_DIGEST_SIZE])
{
	int ret;

	prepare_register();
	ret = run_register();
	memcpy(value, reg.value, sizeof(reg.value));
	return ret;
}

static const char *wrong_register(int ret)
{
	uint8_t first[CVM_TDX_DIGEST_SIZE], second[CVM_TDX_DIGEST_SIZE];

	memcpy(first, reg.value, sizeof(first));
	if (!ret && (read_register(second) || memcmp(first, second, sizeof(first))))
		return "another reading gives another value";
	return NULL;
}

static void prepare_extend(void)
{
	read_register(reg_before);
	prepare_register();
	memset(reg.value, FAIL_NONCE, sizeof(reg.value));
}

static int run_extend(void)
{
	return device_call(device, CVM_REGISTER_EXTEND, &reg);
}

static const char *wrong_extend(int ret)
{
	uint8_t now[CVM_TDX_DIGEST_SIZE];

	read_register(now);
	if (!memcmp(now, reg_before, sizeof(now)) == !!ret)
		return NULL;
	return ret ? "it is extended all the same" : "it is not extended";
}

/* ---- maps ---- */

static struct cvm_memory_extent memory_extents[FAIL_EXTENTS];
static struct cvm_audit_extent audit_extents[FAIL_EXTENTS];
static struct cvm_memory_map memory_map;
static struct cvm_audit_map audit_map;

static void prepare_memory_map(void)
{
	memory_map = (struct cvm_memory_map){ .size = sizeof(memory_map), .count = FAIL_EXTENTS,
					      .extents = (uintptr_t)memory_extents };
}

static int run_memory_map(void)
{
	return device_call(device, CVM_MEMORY_MAP, &memory_map);
}

static const char *wrong_memory_map(int ret)
{
	return ret || memory_map.count ? NULL : "no memory";
}

static void prepare_audit_map(void)
{
	audit_map = (struct cvm_audit_map){ .size = sizeof(audit_map), .count = FAIL_EXTENTS,
					    .extents = (uintptr_t)audit_extents };
}

static int run_audit_map(void)
{
	return device_call(device, CVM_AUDIT_MAP, &audit_map);
}

static const char *wrong_audit_map(int ret)
{
	return ret || audit_map.count ? NULL : "no memory";
}

/* ---- seals ---- */

static struct cvm_seal_add seal;
static struct cvm_seal_info info;
static struct cvm_seal_root root;
static struct cvm_seal_page differing[FAIL_EXTENTS];
static struct cvm_seal_pages pages;
static struct cvm_seal_bytes bytes;
static uint8_t kept[SEAL_PAGE];
static uint8_t *patched;	/* a page of this process, which it may execute */

static unsigned int seals(uint32_t *last)
{
	struct cvm_seal_info each = { .size = sizeof(each), .flags = CVM_SEAL_NEXT };
	unsigned int count = 0;

	*last = 0;
	while (!device_call(device, CVM_SEAL_GET, &each)) {
		*last = each.id;
		count++;
		each = (struct cvm_seal_info){ .size = sizeof(each), .flags = CVM_SEAL_NEXT,
					       .id = each.id };
	}
	return count;
}

static void undo_seals(void)
{
	uint32_t last;

	while (seals(&last))
		if (seal_remove(device, last))
			tap_bail("seal %u cannot be removed", last);
}

static void prepare_image(uint32_t kind, const char *symbol)
{
	static uint64_t address;
	static const char *known;

	if (known != symbol)
		address = seal_symbol(symbol);
	known = symbol;
	seal = (struct cvm_seal_add){ .size = sizeof(seal), .kind = kind, .start = address,
				      .length = FAIL_EXTENTS * SEAL_PAGE };
}

static void prepare_rodata(void)
{
	prepare_image(CVM_SEAL_KERNEL_RODATA, "__start_rodata");
}

static void prepare_text(void)
{
	prepare_image(CVM_SEAL_KERNEL_TEXT, "_stext");
}

static void prepare_range(void)
{
	prepare_image(CVM_SEAL_RANGE, "__start_rodata");
	snprintf(seal.name, sizeof(seal.name), "range");
}

static void prepare_keep(void)
{
	prepare_rodata();
	seal.flags = CVM_SEAL_KEEP;
}

static void prepare_module(void)
{
	seal = (struct cvm_seal_add){ .size = sizeof(seal), .kind = CVM_SEAL_MODULE,
				      .name = "cvm" };
}

static void prepare_process(void)
{
	seal = (struct cvm_seal_add){ .size = sizeof(seal), .kind = CVM_SEAL_PROCESS,
				      .flags = CVM_SEAL_EXEC, .pid = getpid() };
}

static int run_add(void)
{
	return seal_add(device, &seal);
}

static const char *wrong_add(int ret)
{
	uint32_t last;
	unsigned int count = seals(&last);

	if (ret)
		return count ? "there is a seal all the same" : NULL;
	return count == 1 && last == seal.id ? NULL : "it is not in the list";
}

static void prepare_sealed(void)
{
	prepare_rodata();
	run_add();
	info = (struct cvm_seal_info){ .size = sizeof(info), .id = seal.id };
	root = (struct cvm_seal_root){ .size = sizeof(root), .id = seal.id };
}

static int run_get(void)
{
	return device_call(device, CVM_SEAL_GET, &info);
}

static const char *wrong_get(int ret)
{
	return ret || info.pages == FAIL_EXTENTS ? NULL : "it is another seal";
}

static int run_check(void)
{
	return device_call(device, CVM_SEAL_CHECK, &info);
}

/* A page that could not be read for lack of memory is not a page that is missing */
static const char *wrong_check(int ret)
{
	struct cvm_seal_info now;
	int got = seal_info(device, CVM_SEAL_GET, seal.id, &now);

	if (!ret && info.state != CVM_SEAL_INTACT)
		return "it calls changed what is not";
	return got || now.state != CVM_SEAL_INTACT || now.generation != 1 ?
	       "the seal has changed" : NULL;
}

static int run_rebase(void)
{
	return device_call(device, CVM_SEAL_REBASE, &info);
}

/* When nothing but the answer was lost the seal may be the new one, as its generation tells */
static const char *wrong_rebase(int ret)
{
	struct cvm_seal_info now;
	int got = seal_info(device, CVM_SEAL_GET, seal.id, &now);

	if (got || now.state != CVM_SEAL_INTACT)
		return "the seal has changed";
	if (!ret && now.generation != 2)
		return "it is not the new seal";
	return ret && ret != -EFAULT && now.generation != 1 ? "it is the new seal" : NULL;
}

static int run_remove(void)
{
	return device_call(device, CVM_SEAL_REMOVE, &root);
}

static const char *wrong_remove(int ret)
{
	uint32_t last;

	if (seals(&last) == !!ret)
		return NULL;
	return ret ? "it is gone all the same" : "it is still there";
}

static void prepare_root(void)
{
	prepare_sealed();
	root.id = 0;
}

static int run_root(void)
{
	return device_call(device, CVM_SEAL_ROOT, &root);
}

static const char *wrong_root(int ret)
{
	bool whole = root.count == 1 && !seal_is_zero(root.root);

	return ret || whole ? NULL : "it does not cover the seal";
}

static void write_page(uint8_t value)
{
	mprotect(patched, SEAL_PAGE, PROT_READ | PROT_WRITE);
	*patched = value;
	mprotect(patched, SEAL_PAGE, PROT_READ | PROT_EXEC);
}

/* One page that differs */
static void prepare_pages(void)
{
	if (!patched)
		patched = mmap(NULL, SEAL_PAGE, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	write_page(1);
	prepare_process();
	run_add();
	write_page(2);
	seal_state(device, seal.id);
	pages = (struct cvm_seal_pages){ .size = sizeof(pages), .id = seal.id,
					 .count = FAIL_EXTENTS, .pages = (uintptr_t)differing };
}

static int run_pages(void)
{
	return device_call(device, CVM_SEAL_PAGES, &pages);
}

static const char *wrong_pages(int ret)
{
	bool whole = pages.count == 1 && differing[0].address == (uintptr_t)patched;

	return ret || whole ? NULL : "it is not the page that differs";
}

static void prepare_bytes(void)
{
	prepare_keep();
	run_add();
	bytes = (struct cvm_seal_bytes){ .size = sizeof(bytes), .id = seal.id,
					 .sealed = (uintptr_t)kept, .now = (uintptr_t)kept };
}

static int run_bytes(void)
{
	return device_call(device, CVM_SEAL_BYTES, &bytes);
}

#define DEVICE_CALL(name, prepare, run, wrong, undo) \
	{ name, prepare, run, wrong, undo, NULL, 0 }

static const struct fail_call device_calls[] = {
	DEVICE_CALL("evidence", prepare_evidence, run_evidence, wrong_evidence, NULL),
	DEVICE_CALL("evidence, certificates", prepare_certs, run_evidence, wrong_evidence, NULL),
	DEVICE_CALL("evidence, report only", prepare_tdreport, run_evidence, wrong_evidence, NULL),
	DEVICE_CALL("derive key", prepare_key, run_key, wrong_key, NULL),
	DEVICE_CALL("read register", prepare_register, run_register, wrong_register, NULL),
	DEVICE_CALL("extend register", prepare_extend, run_extend, wrong_extend, NULL),
	DEVICE_CALL("memory map", prepare_memory_map, run_memory_map, wrong_memory_map, NULL),
	DEVICE_CALL("audit map", prepare_audit_map, run_audit_map, wrong_audit_map, NULL),
	DEVICE_CALL("seal kernel rodata", prepare_rodata, run_add, wrong_add, undo_seals),
	DEVICE_CALL("seal kernel text", prepare_text, run_add, wrong_add, undo_seals),
	DEVICE_CALL("seal module", prepare_module, run_add, wrong_add, undo_seals),
	DEVICE_CALL("seal range", prepare_range, run_add, wrong_add, undo_seals),
	DEVICE_CALL("seal process", prepare_process, run_add, wrong_add, undo_seals),
	DEVICE_CALL("seal and keep", prepare_keep, run_add, wrong_add, undo_seals),
	DEVICE_CALL("get seal", prepare_sealed, run_get, wrong_get, undo_seals),
	DEVICE_CALL("check seal", prepare_sealed, run_check, wrong_check, undo_seals),
	DEVICE_CALL("rebase seal", prepare_sealed, run_rebase, wrong_rebase, undo_seals),
	DEVICE_CALL("remove seal", prepare_sealed, run_remove, wrong_remove, undo_seals),
	DEVICE_CALL("root of seals", prepare_root, run_root, wrong_root, undo_seals),
	DEVICE_CALL("pages of seal", prepare_pages, run_pages, wrong_pages, undo_seals),
	DEVICE_CALL("bytes of seal", prepare_bytes, run_bytes, NULL, undo_seals),
};

#endif /* SELFTESTS_FAIL_DEVICE_H */
