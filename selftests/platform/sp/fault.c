// SPDX-License-Identifier: GPL-2.0-only
/*
 * Wrong answers on purpose, as data. The secure processor would not give them:
 * the host gives them in its place, or the key is known to the adversary.
 */
#include <stdio.h>
#include <string.h>

#include "sp.h"

#define HEADER_SEQUENCE	0x20
#define HEADER_TYPE	0x34
#define HEADER_VERSION	0x31
#define HEADER_SIZE	0x36
#define HEADER_VMPCK	0x3c
#define PAYLOAD		0x60
#define REPORT_DATA	0x50
#define REPORT_VMPL	0x30
#define REPORT_SIGNATURE	0x2a0
#define VMM_ERROR(code)	((uint64_t)(code) << 32)

static void next_sequence(uint8_t *header)
{
	header[HEADER_SEQUENCE]++;
}

static void other_type(uint8_t *header)
{
	header[HEADER_TYPE] ^= 2;
}

static void other_version(uint8_t *header)
{
	header[HEADER_VERSION]++;
}

static void long_size(uint8_t *header)
{
	header[HEADER_SIZE] = 0xff;
	header[HEADER_SIZE + 1] = 0xff;
}

static void short_size(uint8_t *header)
{
	header[HEADER_SIZE + 1] = 0;
}

static void other_vmpck(uint8_t *header)
{
	header[HEADER_VMPCK] ^= 1;
}

static void wrong_tag(uint8_t *page)
{
	page[0] ^= 1;
}

static void wrong_payload(uint8_t *page)
{
	page[PAYLOAD + 100] ^= 1;
}

static void empty_page(uint8_t *page)
{
	memset(page, 0, SP_PAGE);
}

static void other_nonce(uint8_t *report)
{
	report[REPORT_DATA] ^= 1;
}

static void other_vmpl(uint8_t *report)
{
	report[REPORT_VMPL] ^= 1;
}

static void other_signature(uint8_t *report)
{
	report[REPORT_SIGNATURE] ^= 1;
}

static const struct fault faults[] = {
	{ .name = "none", .what = "the default" },
	{ .name = "bad-tag", .what = "authentication tag changed", .spoil_page = wrong_tag },
	{ .name = "bad-payload", .what = "ciphertext changed", .spoil_page = wrong_payload },
	{ .name = "empty", .what = "response page of zeroes", .spoil_page = empty_page },
	{ .name = "bad-sequence", .what = "sequence number skipped",
	  .spoil_header = next_sequence },
	{ .name = "bad-type", .what = "answer to another request", .spoil_header = other_type },
	{ .name = "bad-version", .what = "unknown header version",
	  .spoil_header = other_version },
	{ .name = "too-long", .what = "message size past the page", .spoil_header = long_size },
	{ .name = "truncated", .what = "message shorter than the report",
	  .spoil_header = short_size },
	{ .name = "foreign-vmpck", .what = "header names another key",
	  .spoil_header = other_vmpck },
	{ .name = "wrong-nonce", .what = "report for other report data",
	  .spoil_report = other_nonce },
	{ .name = "wrong-vmpl", .what = "report for another VMPL", .spoil_report = other_vmpl },
	{ .name = "bad-signature", .what = "report changed after it was signed",
	  .spoil_signed = other_signature },
	{ .name = "replay", .what = "the answer before once more", .replay = true },
	{ .name = "firmware-error", .what = "every request fails in the firmware",
	  .exit_info2 = FW_RESOURCE_LIMIT },
	{ .name = "vmm-error", .what = "every request fails in the host",
	  .exit_info2 = VMM_ERROR(0x100) },
	{ .name = "no-answer", .what = "requests are not answered", .no_answer = true },
	{ .name = "quote-failed", .what = "quotes fail", .quote = QUOTE_FAILED },
	{ .name = "quote-busy", .what = "two quotes are unavailable", .quote = QUOTE_BUSY },
	{ .name = "quote-never", .what = "quotes are not answered", .quote = QUOTE_NEVER },
	{ .name = "quote-empty", .what = "success without a quote", .quote = QUOTE_EMPTY },
	{ .name = "quote-long", .what = "a length past the buffer", .quote = QUOTE_LONG },
	{ .name = "quote-garbage", .what = "bytes that are no quote", .quote = QUOTE_GARBAGE },
	{ .name = "quote-bad-signature", .what = "quote changed after it was signed",
	  .quote = QUOTE_BAD_SIGNATURE },
	{ .name = "quote-other-data", .what = "quote for other report data",
	  .quote = QUOTE_OTHER_DATA },
	{ .name = "mac-ignored", .what = "quotes for reports of other machines",
	  .quote = QUOTE_MAC_IGNORED },
};

/**
 * fault_find() - find a fault by its name
 * @name: value of fault=
 *
 * Return: NULL when there is none.
 */
const struct fault *fault_find(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(faults); i++)
		if (!strcmp(name, faults[i].name))
			return &faults[i];
	return NULL;
}

/**
 * fault_parse() - a list of faults
 * @text: names with + between them
 * @found: receives them, and NULL behind the last
 *
 * Return: false when one is unknown, or there are too many.
 */
bool fault_parse(const char *text, const struct fault *found[FAULTS_MAX])
{
	size_t count = 0, length;
	char name[32];

	for (;; text += length + 1) {
		length = strcspn(text, "+");
		if (length >= sizeof(name) || count == FAULTS_MAX - 1)
			return false;
		memcpy(name, text, length);
		name[length] = '\0';
		found[count] = fault_find(name);
		if (!found[count++])
			return false;
		if (!text[length])
			break;
	}
	found[count] = NULL;
	return true;
}

/**
 * fault_print() - list the faults
 */
void fault_print(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(faults); i++)
		printf("    %-16s %s\n", faults[i].name, faults[i].what);
}
