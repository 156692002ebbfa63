// SPDX-License-Identifier: GPL-2.0-only
/* The TDX module's memory, fields, reports and measurements, against libcrypto. */
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>

#include "t_tdx_core.h"
#include "t_tap.h"

#define MB2	0x200000ul

static uint64_t accept_at(uint64_t gpa, unsigned int level)
{
	return sept_accept(gpa | level);
}

static void test_accept(void)
{
	uint64_t gpa = MEMORY + MB2;

	set_pages(MEMORY, 1024, PAGE_PENDING);
	memset((void *)gpa, 0x5a, PAGE_SIZE);
	tap_ok(accept_at(gpa + PAGE_SIZE, 1) == TDX_OPERAND_INVALID(OPERAND_RCX),
	       "2 MiB must be aligned");
	tap_ok(accept_at(gpa, 3) == TDX_OPERAND_INVALID(OPERAND_RCX), "there is no level 3");
	tap_ok(accept_at(gpa | TDX_SHARED, 0) == TDX_OPERAND_INVALID(OPERAND_RCX),
	       "a shared address is none of the TD's own");
	tap_ok(accept_at(0x40000000, 2) == TDX_PAGE_SIZE_MISMATCH, "1 GiB is mapped smaller");
	tap_ok(accept_at(gpa, 0) == TDX_SUCCESS && page_state_get(gpa) == PAGE_PRIVATE,
	       "a pending page is accepted");
	tap_ok(*(uint64_t *)gpa == 0, "and zeroed");
	tap_ok(accept_at(gpa, 0) == TDX_PAGE_ALREADY_ACCEPTED, "once");
	tap_ok(accept_at(gpa, 1) == TDX_PAGE_SIZE_MISMATCH,
	       "2 MiB of which a part is accepted are mapped by 4 KiB");
	tap_ok(accept_at(MEMORY, 1) == TDX_SUCCESS, "2 MiB are accepted");
	tap_ok(accept_at(MEMORY, 1) == TDX_PAGE_ALREADY_ACCEPTED, "once");
	page_state_set(MEMORY, PAGE_SHARED);
	tap_ok(accept_at(MEMORY, 0) == TDX_OPERAND_INVALID(OPERAND_RCX), "a shared page cannot be");
	tap_ok(accept_at(0, 0) == TDX_OPERAND_INVALID(OPERAND_RCX), "what is no memory cannot be");
}

static void test_conversion(void)
{
	set_pages(MEMORY, 4, PAGE_PRIVATE);
	memset((void *)MEMORY, 0x5a, PAGE_SIZE);
	tap_ok(sept_to_shared(MEMORY) && page_state_get(MEMORY) == PAGE_SHARED &&
	       *(uint64_t *)MEMORY == 0, "a page that becomes shared loses its contents");
	tap_ok(sept_to_private(MEMORY) && page_state_get(MEMORY) == PAGE_PENDING,
	       "a page that is taken back is pending");
	tap_ok(!sept_to_shared(0) && !sept_to_private(0), "no memory, no conversion");
}

static void test_violation(struct vcpu *v)
{
	v->vmcb->control.exit_info_2 = MEMORY;
	td.identity.attributes = TD_ATTR_SEPT_VE_DISABLE;
	page_state_set(MEMORY, PAGE_PENDING);
	if (!setjmp(stopped))
		sept_violation(v);
	tap_ok(stop_reason == STOP_VIOLATION, "a pending page ends the TD with SEPT_VE_DISABLE");
	td.identity.attributes = 0;
	injected = 0;
	sept_violation(v);
	tap_ok(injected == 20, "without it is a #VE");
	v->vmcb->control.exit_info_2 = 0xfec00000 | TDX_SHARED;
	injected = 0;
	sept_violation(v);
	tap_ok(injected == 8, "a second #VE before the first was asked about is a #DF");
	tdx_vcpu(v)->ve.valid = false;
	sept_violation(v);
	tap_ok(injected == 20 && tdx_vcpu(v)->ve.gpa == (0xfec00000 | TDX_SHARED),
	       "a shared address of a device is a #VE with that address");
	tdx_vcpu(v)->ve.valid = false;
	v->vmcb->control.exit_info_2 = MEMORY;
	page_state_set(MEMORY, PAGE_SHARED);
	stop_reason = 0;
	if (!setjmp(stopped))
		sept_violation(v);
	tap_ok(stop_reason == STOP_VIOLATION, "a private access to a shared page ends the TD");
}

static void test_fields(void)
{
	uint64_t value;

	td.identity.attributes = TD_ATTR_SEPT_VE_DISABLE;
	tap_ok(!field_read_vm(0x1110000300000000, &value) && value == TD_ATTR_SEPT_VE_DISABLE,
	       "attributes");
	tap_ok(!field_write_vm(0x9110000300000017, 1, 1, &value) && value == 0 && td.td_ctls == 1,
	       "TD_CTLS is written, the top bit of the field says nothing");
	tap_ok(!field_read_vm(0x1110000300000017, &value) && value == 1, "and read");
	tap_ok(field_write_vm(0x1110000300000017, 2, 2, &value) == 0xc0000c0100000000,
	       "not all of it");
	tap_ok(field_write_vm(0x1110000300000017, 3, 3, &value) == 0xc0000c0300000000,
	       "a bit that may not be set");
	tap_ok(!field_write_vm(0x1110000300000017, 0, ~0ull, &value) && td.td_ctls == 0,
	       "bits that stay may be in the mask");
	tap_ok(field_write_vm(0x1110000300000000, 0, 1, &value) == 0xc0000c0100000000,
	       "attributes stay");
	tap_ok(field_read_vm(0x1234, &value) == TDX_FIELD_ID_INCORRECT && value == 0,
	       "a field that is not there");
	tap_ok(!field_read_system(0x0a00000300000008, &value) && value == 0, "TDX_FEATURES0");
	tap_ok(field_read_system(0x1234, &value) == TDX_FIELD_ID_INCORRECT, "no such field");
}

static bool equals_digest(const EVP_MD *md, const void *data, size_t size, const void *digest)
{
	uint8_t right[EVP_MAX_MD_SIZE];
	unsigned int length;

	return EVP_Digest(data, size, right, &length, md, NULL) && !memcmp(right, digest, length);
}

static void test_report(void)
{
	uint8_t report[1024], data[64], mac[32];
	unsigned int length;

	memset(data, 0xd5, sizeof(data));
	memset(td.identity.mac_key, 0x4b, sizeof(td.identity.mac_key));
	memset(td.identity.mrowner, 0x33, sizeof(td.identity.mrowner));
	td.identity.report_version = 15;
	report_build(data, report);
	tap_ok(report[0] == 0x81 && !memcmp(report + 128, data, 64), "type and report data");
	tap_ok(report[256] == 0xff && report[257] == 1 && report[258] == 3, "VALID of a 1.5 module");
	tap_ok(equals_digest(EVP_sha384(), report + 256, 239, report + 32), "TEE_TCB_INFO_HASH");
	tap_ok(equals_digest(EVP_sha384(), report + 512, 512, report + 80), "TEE_INFO_HASH");
	HMAC(EVP_sha256(), td.identity.mac_key, 32, report, 224, mac, &length);
	tap_ok(!memcmp(report + 224, mac, 32), "the MAC is HMAC-SHA256 of what is before it");
	tap_ok(report[512 + 112] == 0x33, "MROWNER");
	td.identity.report_version = 10;
	report_build(data, report);
	tap_ok(report[256] == 0xff && report[257] == 1 && report[258] == 0, "VALID of a 1.0 module");
}

static void test_extend(void)
{
	uint8_t both[96] = { 0 }, data[48];

	memset(data, 0x11, sizeof(data));
	memcpy(both + 48, data, 48);
	memset(td.rtmr, 0, sizeof(td.rtmr));
	rtmr_extend(2, data);
	tap_ok(equals_digest(EVP_sha384(), both, 96, td.rtmr[2]), "extend is SHA-384 of old and new");
}

static void test_mrtd(void)
{
	static uint8_t page[4096];
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t record[128], right[48], got[48];
	uint64_t gpa = 0x1000, at;

	memset(page, 0x77, sizeof(page));
	EVP_DigestInit(ctx, EVP_sha384());
	memset(record, 0, sizeof(record));
	memcpy(record, "MEM.PAGE.ADD", 12);
	memcpy(record + 16, &gpa, 8);
	EVP_DigestUpdate(ctx, record, sizeof(record));
	for (at = 0; at < 4096; at += 256) {
		uint64_t where = gpa + at;

		memset(record, 0, sizeof(record));
		memcpy(record, "MR.EXTEND", 9);
		memcpy(record + 16, &where, 8);
		EVP_DigestUpdate(ctx, record, sizeof(record));
		EVP_DigestUpdate(ctx, page + at, 256);
	}
	EVP_DigestFinal(ctx, right, NULL);
	EVP_MD_CTX_free(ctx);
	mrtd_begin();
	mrtd_add_page(gpa, page);
	mrtd_end(got);
	tap_ok(!memcmp(got, right, sizeof(right)), "MRTD of one page");
}

/* Replays the log by its own lengths */
static bool replays(const uint8_t *log, size_t size)
{
	uint8_t registers[4][48] = { 0 }, both[96];
	const uint8_t *at = log + 32 + 33, *end = log + size;
	uint32_t index, data;

	while (at + 66 < end && memcmp(at, "\xff\xff\xff\xff", 4)) {
		memcpy(&index, at, 4);
		memcpy(&data, at + 62, 4);
		memcpy(both, registers[index - 1], 48);
		memcpy(both + 48, at + 14, 48);
		sha384(both, 96, registers[index - 1]);
		at += 66 + data;
	}
	return !memcmp(registers, td.rtmr, sizeof(registers));
}

static void test_log(void)
{
	static uint8_t log[4096];

	guest_image = (struct guest_image){ .kernel = "kernel", .kernel_size = 6,
					    .cmdline = "quiet" };
	memset(td.rtmr, 0, sizeof(td.rtmr));
	ccel_build(log, sizeof(log));
	tap_ok(replays(log, sizeof(log)), "the event log replays to the registers");
	tap_ok(log[sizeof(log) - 1] == 0xff, "what is left of its area is ff bytes");
	if (!setjmp(stopped))
		ccel_build(log, 100);
	tap_ok(stop_reason == STOP_INTERNAL, "a log does not run over its area");
}

static void test_hmac(void)
{
	/* RFC 4231, test case 2, its key padded by zeros as HMAC does */
	static const uint8_t key[32] = "Jefe";
	static const uint8_t right[32] = {
		0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e, 0x6a, 0x04, 0x24, 0x26, 0x08, 0x95,
		0x75, 0xc7, 0x5a, 0x00, 0x3f, 0x08, 0x9d, 0x27, 0x39, 0x83, 0x9d, 0xec, 0x58, 0xb9,
		0x64, 0xec, 0x38, 0x43,
	};
	uint8_t mac[32];

	hmac_sha256(key, "what do ya want for nothing?", 28, mac);
	tap_ok(!memcmp(mac, right, sizeof(right)), "HMAC-SHA256, RFC 4231 test case 2");
}

int main(void)
{
	struct vcpu *v = core_start();

	if (!v) {
		printf("1..0 # SKIP no memory at a fixed address\n");
		return 0;
	}
	test_hmac();
	test_accept();
	test_conversion();
	test_violation(v);
	test_fields();
	test_report();
	test_extend();
	test_mrtd();
	test_log();
	return tap_done();
}
