// SPDX-License-Identifier: GPL-2.0-only
/* The quoting enclave: what it takes, what it makes of it, and its faults. */
#include <stdlib.h>
#include <string.h>

#include "../sp/td.h"
#include "t_tap.h"

#define BODY		48
#define REPORT_DATA	520	/* in the body */
#define SIGNATURE	(BODY + 584 + 4)
#define KEY		(SIGNATURE + 64)
#define QE_REPORT	(KEY + 64 + 6)
#define QE_AUTH		(QE_REPORT + 384 + 64)

static struct options options;
static struct enclave enclave;
static uint8_t report[TD_REPORT_SIZE], quote[TD_QUOTE_MAX];
static struct link_td_quote head;

static bool set_faults(const char *text)
{
	enclave.busy = 0;
	enclave.fault = 0;
	return fault_parse(text, options.faults);
}

static bool ask(const char *fault)
{
	set_faults(fault);
	return enclave_serve(&enclave, report, sizeof(report), &head, quote);
}

static bool is_signed(EVP_PKEY *key, const uint8_t *data, size_t size, const uint8_t *signature)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	uint8_t der[72], length = 0;
	int i, half;
	bool good;

	/* two positive integers of 32 bytes, with a zero before a set top bit */
	der[length++] = 0x30;
	length++;
	for (half = 0; half < 2; half++) {
		const uint8_t *at = signature + 32 * half;

		for (i = 0; i < 31 && !at[i]; i++)
			;
		der[length++] = 2;
		der[length++] = 32 - i + (at[i] >> 7);
		if (at[i] >> 7)
			der[length++] = 0;
		memcpy(der + length, at + i, 32 - i);
		length += 32 - i;
	}
	der[1] = length - 2;
	good = EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
	       EVP_DigestVerify(context, der, length, data, size) == 1;
	EVP_MD_CTX_free(context);
	return good;
}

static void test_quote(void)
{
	uint8_t bound[96], digest[32], point[64];
	unsigned int length;

	tap_ok(ask("none") && head.status == 0 && head.length == head.claimed, "a quote is made");
	tap_ok(quote[0] == 4 && quote[2] == 2 && quote[4] == 0x81, "version 4, P-256, TDX");
	tap_ok(!memcmp(quote + BODY + REPORT_DATA, report + 128, 64), "the report data is in it");
	tap_ok(!memcmp(quote + BODY + 16, options.td.identity.mrseam, 48), "MRSEAM");
	tap_ok(is_signed(enclave.keys.attestation, quote, BODY + 584, quote + SIGNATURE),
	       "the attestation key signs it");
	ec_point(enclave.keys.attestation, point);
	tap_ok(!memcmp(quote + KEY, point, 64), "and is in it");
	tap_ok(is_signed(enclave.keys.pck, quote + QE_REPORT, 384, quote + QE_REPORT + 384),
	       "the PCK signs the report of the quoting enclave");
	memcpy(bound, quote + KEY, 64);
	memcpy(bound + 64, quote + QE_AUTH + 2, 32);
	EVP_Digest(bound, sizeof(bound), digest, &length, EVP_sha256(), NULL);
	tap_ok(!memcmp(quote + QE_REPORT + 320, digest, 32), "which vouches for the attestation key");
}

static void test_version_5(void)
{
	options.td.quote_version = 5;
	tap_ok(ask("none") && quote[0] == 5 && quote[48] == 3 && quote[50] == 0x88 &&
	       quote[51] == 2,
	       "version 5 has a body of TDX 1.5");
	options.td.identity.report_version = 10;
	tap_ok(ask("none") && quote[48] == 2 && quote[50] == 0x48 && quote[51] == 2,
	       "or of TDX 1.0");
	options.td.identity.report_version = 15;
	options.td.quote_version = 4;
}

static void test_foreign(void)
{
	report[224] ^= 1;
	tap_ok(ask("none") && head.status && !head.length, "a report with another MAC is refused");
	tap_ok(ask("mac-ignored") && !head.status && head.length, "unless that is the fault");
	report[224] ^= 1;
	report[600] ^= 1;
	tap_ok(ask("none") && head.status && !head.length, "a report whose TDINFO was changed too");
	report[600] ^= 1;
	tap_ok(enclave_serve(&enclave, report, 1023, &head, quote) && head.status,
	       "and one that is too short");
}

static void test_faults(void)
{
	char many[5 * FAULTS_MAX + 5] = "none";
	unsigned int i;

	for (i = 1; i <= FAULTS_MAX; i++)
		memcpy(many + 5 * i - 1, "+none", 5);
	tap_ok(ask("quote-failed") && head.status && !head.length, "fault: a quote fails");
	set_faults("quote-busy");
	enclave_serve(&enclave, report, sizeof(report), &head, quote);
	tap_ok(head.status == 0x8000000000000001ull, "fault: unavailable");
	enclave_serve(&enclave, report, sizeof(report), &head, quote);
	enclave_serve(&enclave, report, sizeof(report), &head, quote);
	tap_ok(head.status == 0 && head.length, "twice");
	tap_ok(!ask("quote-never"), "fault: no answer");
	tap_ok(ask("quote-empty") && !head.status && !head.length, "fault: success without a quote");
	tap_ok(ask("quote-long") && head.claimed > head.length, "fault: a length that is a lie");
	tap_ok(ask("quote-garbage") && quote[0] == 0xa5, "fault: no quote");
	tap_ok(ask("quote-bad-signature") &&
	       !is_signed(enclave.keys.attestation, quote, BODY + 584, quote + SIGNATURE),
	       "fault: a signature that does not hold");
	tap_ok(ask("quote-other-data") && quote[BODY + REPORT_DATA] != report[128] &&
	       is_signed(enclave.keys.attestation, quote, BODY + 584, quote + SIGNATURE),
	       "fault: other report data, signed well");
	tap_ok(ask("quote-failed+quote-empty+none") && head.status, "several faults: the first");
	enclave_serve(&enclave, report, sizeof(report), &head, quote);
	tap_ok(!head.status && !head.length, "then the second");
	enclave_serve(&enclave, report, sizeof(report), &head, quote);
	enclave_serve(&enclave, report, sizeof(report), &head, quote);
	tap_ok(!head.status && head.length, "and the last for all others");
	tap_ok(!set_faults("none+unknown") && !set_faults("none+") &&
	       !set_faults(many), "a list with an unknown one, an empty one, too many");
}

int main(void)
{
	char folder[] = "/tmp/t_sp_tdx.XXXXXX", command[64];
	uint8_t data[64];
	int ret;

	if (!mkdtemp(folder))
		return 1;
	memset(data, 0x5c, sizeof(data));
	options_parse(&options, NULL, 0);
	memset(options.td.identity.mac_key, 0x11, 32);
	tdreport_make(&options.td.identity, data, report);
	enclave_start(&enclave, &options, folder, folder);
	tap_ok(tdreport_is_ours(&options.td.identity, report), "the machine knows its own report");
	test_quote();
	test_version_5();
	test_foreign();
	test_faults();
	enclave_stop(&enclave);
	snprintf(command, sizeof(command), "rm -r %s", folder);
	ret = system(command);
	return tap_done() || ret;
}
