// SPDX-License-Identifier: GPL-2.0-only
/*
 * The secure processor's side of guest messages: what it must refuse.
 */
#include <string.h>

#include "../sp/sp.h"
#include "t_tap.h"

#define HEADER		0x60
#define AAD		0x30

enum {
	KEY_REQ		= 3,
	REPORT_REQ	= 5,
	TSC_INFO_REQ	= 17,
};

static struct processor sp;
static uint8_t request[SP_PAGE], response[SP_PAGE], payload[SP_PAGE];

static void put16(uint8_t *to, uint16_t value) { memcpy(to, &value, 2); }
static void put32(uint8_t *to, uint32_t value) { memcpy(to, &value, 4); }
static void put64(uint8_t *to, uint64_t value) { memcpy(to, &value, 8); }

static bool gcm(bool encrypt, uint64_t sequence, const uint8_t *key, const uint8_t *aad,
		const uint8_t *in, int size, uint8_t *out, uint8_t *tag)
{
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	uint8_t iv[12] = { 0 };
	int n;
	bool good;

	memcpy(iv, &sequence, sizeof(sequence));
	EVP_CipherInit_ex(context, EVP_aes_256_gcm(), NULL, key, iv, encrypt);
	EVP_CipherUpdate(context, NULL, &n, aad, AAD);
	EVP_CipherUpdate(context, out, &n, in, size);
	if (!encrypt)
		EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, 16, tag);
	good = EVP_CipherFinal_ex(context, out + n, &n) == 1;
	if (encrypt)
		EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, 16, tag);
	EVP_CIPHER_CTX_free(context);
	return good;
}

static void seal(uint8_t type, uint16_t size, uint64_t sequence, uint8_t vmpck,
		 const uint8_t *key)
{
	memset(request, 0, sizeof(request));
	put64(request + 0x20, sequence);
	request[0x30] = 1;
	request[0x31] = 1;
	put16(request + 0x32, HEADER);
	request[0x34] = type;
	request[0x35] = 1;
	put16(request + 0x36, size);
	request[0x3c] = vmpck;
	gcm(true, sequence, key, request + AAD, payload, size, request + HEADER, request);
}

static enum firmware_status ask(void)
{
	uint32_t length;

	return message_serve(&sp, request, response, &length);
}

static bool open_response(uint8_t *plain, uint8_t vmpck)
{
	uint64_t sequence;
	uint16_t size;

	memcpy(&sequence, response + 0x20, 8);
	memcpy(&size, response + 0x36, 2);
	if (gcm(false, sequence, sp.vmpck[vmpck], response + AAD, response + HEADER, size,
		plain, response))
		return true;
	memset(plain, 0xee, SP_PAGE);
	return false;
}

static uint32_t response_status(uint8_t vmpck)
{
	uint8_t plain[SP_PAGE];
	uint32_t status;

	open_response(plain, vmpck);
	memcpy(&status, plain, 4);
	return status;
}

static uint32_t report_status(uint32_t vmpl, uint8_t vmpck)
{
	memset(payload, 0, sizeof(payload));
	payload[0] = 0xab;
	put32(payload + 64, vmpl);
	seal(REPORT_REQ, 96, sp.sequence[vmpck] + 1, vmpck, sp.vmpck[vmpck]);
	return ask() == FW_SUCCESS ? response_status(vmpck) : ~0u;
}

static void test_sequence(void)
{
	uint8_t kept[SP_PAGE];

	tap_ok(report_status(0, 0) == 0, "a report is given");
	tap_ok(sp.sequence[0] == 2, "the sequence goes on by two");
	memcpy(kept, request, sizeof(kept));
	tap_ok(ask() == FW_INVALID_PARAM, "the same message again is refused");
	seal(REPORT_REQ, 96, sp.sequence[0] + 2, 0, sp.vmpck[0]);
	tap_ok(ask() == FW_INVALID_PARAM, "a skipped number is refused");
	tap_ok(sp.sequence[0] == 2, "a refused message does not move the sequence");
	tap_ok(report_status(0, 0) == 0, "the right number is taken afterwards");
	memcpy(request, kept, sizeof(kept));
	tap_ok(ask() == FW_INVALID_PARAM, "an old message is refused");
}

static void test_authentication(void)
{
	seal(REPORT_REQ, 96, sp.sequence[0] + 1, 0, sp.vmpck[1]);
	tap_ok(ask() == FW_BAD_MEASUREMENT, "a foreign key is refused");
	seal(REPORT_REQ, 96, sp.sequence[0] + 1, 0, sp.vmpck[0]);
	request[0] ^= 1;
	tap_ok(ask() == FW_BAD_MEASUREMENT, "a changed tag is refused");
	seal(REPORT_REQ, 96, sp.sequence[0] + 1, 0, sp.vmpck[0]);
	request[HEADER + 5] ^= 1;
	tap_ok(ask() == FW_BAD_MEASUREMENT, "a changed payload is refused");
	seal(REPORT_REQ, 96, sp.sequence[0] + 1, 0, sp.vmpck[0]);
	request[0x34] = KEY_REQ;
	tap_ok(ask() == FW_BAD_MEASUREMENT, "a changed type is refused");
}

static void test_header(void)
{
	static const struct {
		unsigned int offset;
		uint8_t value;
		const char *name;
	} cases[] = {
		{ 0x30, 2, "unknown algorithm" },
		{ 0x31, 2, "unknown header version" },
		{ 0x32, 0x50, "other header size" },
		{ 0x35, 2, "unknown message version" },
		{ 0x37, 0xff, "size past the page" },
		{ 0x3c, 4, "key number 4" },
		{ 0x3c, 0xff, "key number 255" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		seal(REPORT_REQ, 96, sp.sequence[0] + 1, 0, sp.vmpck[0]);
		request[cases[i].offset] = cases[i].value;
		tap_ok(ask() == FW_INVALID_PARAM, cases[i].name);
	}
	seal(99, 96, sp.sequence[0] + 1, 0, sp.vmpck[0]);
	tap_ok(ask() == FW_INVALID_PARAM, "unknown message type");
}

static void test_vmpl(void)
{
	tap_ok(report_status(3, 0) == 0, "VMPCK 0 may ask for VMPL 3");
	tap_ok(report_status(4, 0) == FW_INVALID_PARAM, "there is no VMPL 4");
	tap_ok(report_status(2, 2) == 0, "VMPCK 2 may ask for VMPL 2");
	tap_ok(report_status(1, 2) == FW_INVALID_PARAM, "VMPCK 2 must not ask for VMPL 1");
	tap_ok(sp.sequence[2] == 4, "a refusal inside of a message is an answer");
}

static uint32_t key_status(uint32_t root, uint32_t vmpl, uint8_t vmpck)
{
	memset(payload, 0, sizeof(payload));
	put32(payload, root);
	put32(payload + 16, vmpl);
	seal(KEY_REQ, 32, sp.sequence[vmpck] + 1, vmpck, sp.vmpck[vmpck]);
	return ask() == FW_SUCCESS ? response_status(vmpck) : ~0u;
}

static void test_key_request(void)
{
	tap_ok(key_status(0, 1, 0) == 0, "VMPCK 0 may derive a key of VMPL 1");
	tap_ok(key_status(0, 0, 1) == FW_INVALID_PARAM, "VMPCK 1 must not derive one of VMPL 0");
	tap_ok(key_status(4, 0, 0) == FW_INVALID_KEY, "a key of the VLEK, without one");
	memset(payload, 0, sizeof(payload));
	seal(KEY_REQ, 31, sp.sequence[0] + 1, 0, sp.vmpck[0]);
	tap_ok(ask() == FW_SUCCESS && response_status(0) == FW_INVALID_PARAM,
	       "a short request for a key");
}

static uint32_t selected(uint32_t key_select, uint32_t reserved)
{
	memset(payload, 0, sizeof(payload));
	put32(payload + 68, key_select);
	put32(payload + 92, reserved);
	seal(REPORT_REQ, 96, sp.sequence[0] + 1, 0, sp.vmpck[0]);
	return ask() == FW_SUCCESS ? response_status(0) : ~0u;
}

static void test_key_select(void)
{
	tap_ok(selected(1, 0) == FW_SUCCESS, "the VCEK may be asked for");
	tap_ok(selected(2, 0) == FW_INVALID_KEY, "a VLEK that is not there");
	tap_ok(selected(3, 0) == FW_INVALID_PARAM, "key selection 3 is reserved");
	tap_ok(selected(0, 1) == FW_INVALID_PARAM, "reserved bytes must be zero");
	sp.options.vlek = true;
	sp.keys.vlek = sp.keys.vcek;
	tap_ok(selected(2, 0) == FW_SUCCESS, "a VLEK that is there");
	sp.options.vlek = false;
	memset(payload, 0, sizeof(payload));
	seal(REPORT_REQ, 95, sp.sequence[0] + 1, 0, sp.vmpck[0]);
	tap_ok(ask() == FW_SUCCESS && response_status(0) == FW_INVALID_PARAM,
	       "a short request for a report");
}

static void test_tsc(void)
{
	memset(payload, 0, sizeof(payload));
	seal(TSC_INFO_REQ, 128, sp.sequence[0] + 1, 0, sp.vmpck[0]);
	tap_ok(ask() == FW_SUCCESS && response_status(0) == FW_SUCCESS, "TSC info");
}

/* The guest says that it sent less or more than it did */
static void test_truncated(void)
{
	seal(REPORT_REQ, 96, sp.sequence[0] + 1, 0, sp.vmpck[0]);
	put16(request + 0x36, 80);
	tap_ok(ask() == FW_BAD_MEASUREMENT, "a message cut short");
	seal(REPORT_REQ, 96, sp.sequence[0] + 1, 0, sp.vmpck[0]);
	put16(request + 0x36, 112);
	tap_ok(ask() == FW_BAD_MEASUREMENT, "a message made longer");
	seal(REPORT_REQ, 96, sp.sequence[0] + 1, 0, sp.vmpck[0]);
	memset(request + HEADER, 0, sizeof(request) - HEADER);
	tap_ok(ask() == FW_BAD_MEASUREMENT, "a message without its payload");
	seal(REPORT_REQ, SP_PAGE - HEADER, sp.sequence[0] + 1, 0, sp.vmpck[0]);
	tap_ok(ask() == FW_SUCCESS && response_status(0) == FW_INVALID_PARAM,
	       "a message as long as the page");
}

static void test_overflow(void)
{
	uint64_t kept = sp.sequence[3];

	sp.sequence[3] = UINT64_MAX - 1;
	seal(REPORT_REQ, 96, sp.sequence[3] + 1, 3, sp.vmpck[3]);
	tap_ok(ask() == FW_AEAD_OFLOW, "no number is left");
	sp.sequence[3] = kept;
}

static bool fault_spoils(const char *name)
{
	uint8_t plain[SP_PAGE];
	bool good;

	sp.options.fault = fault_find(name);
	memset(payload, 0, sizeof(payload));
	seal(REPORT_REQ, 96, sp.sequence[0] + 1, 0, sp.vmpck[0]);
	good = ask() == FW_SUCCESS && open_response(plain, 0);
	sp.options.fault = fault_find("none");
	return !good;
}

static void test_faults(void)
{
	tap_ok(!fault_spoils("none"), "an answer without fault opens");
	tap_ok(fault_spoils("bad-tag"), "fault=bad-tag does not open");
	tap_ok(fault_spoils("bad-payload"), "fault=bad-payload does not open");
	tap_ok(fault_spoils("empty"), "fault=empty does not open");
	tap_ok(!fault_spoils("truncated"), "fault=truncated opens: the firmware lies");
	tap_ok(response[0x37] == 0, "... and is short");
	tap_ok(!fault_find("no-such-fault"), "an unknown fault");
}

int main(void)
{
	uint8_t secrets[SP_PAGE], measurement[SP_DIGEST] = { 7 };

	options_parse(&sp.options, NULL, 0);
	sp.keys.vcek = EVP_EC_gen("P-384");
	memset(sp.root_secret, 0x55, sizeof(sp.root_secret));
	seal(REPORT_REQ, 96, 1, 0, sp.vmpck[0]);
	tap_ok(ask() == FW_INVALID_GUEST_STATE, "nothing before the launch, not with keys of zero");
	processor_launch(&sp, measurement, secrets);
	tap_ok(!memcmp(secrets + 0x20, sp.vmpck, sizeof(sp.vmpck)),
	       "the secrets page carries the keys");
	test_sequence();
	test_authentication();
	test_header();
	test_truncated();
	test_overflow();
	test_vmpl();
	test_key_select();
	test_key_request();
	test_tsc();
	test_faults();
	EVP_PKEY_free(sp.keys.vcek);
	return tap_done();
}
