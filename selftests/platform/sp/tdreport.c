// SPDX-License-Identifier: GPL-2.0-only
/*
 * TDREPORT as the module makes it, for evidence without a guest, and the check that one
 * is of this machine. TDX Module ABI, TDREPORT_STRUCT.
 */
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/hmac.h>

#include "td.h"

#define CPU_SVN		16
#define TCB_INFO_HASH	32
#define TD_INFO_HASH	80
#define REPORT_DATA	128
#define MAC		224
#define TCB_INFO	256
#define TCB_INFO_SIZE	239
#define TD_INFO		512
#define TD_INFO_SIZE	512

static void digest(const uint8_t *data, size_t size, uint8_t *to)
{
	unsigned int length;

	if (!EVP_Digest(data, size, to, &length, EVP_sha384(), NULL))
		die_openssl("cannot make a digest");
}

static void mac(const struct link_td_identity *identity, const uint8_t *report, uint8_t to[32])
{
	unsigned int length;

	if (!HMAC(EVP_sha256(), identity->mac_key, sizeof(identity->mac_key), report, MAC, to,
		  &length))
		die_openssl("cannot make a MAC");
}

/**
 * tdreport_make() - a TDREPORT of a TD with nothing in it
 * @identity: of the TD
 * @data: report data
 * @report: receives it
 */
void tdreport_make(const struct link_td_identity *identity, const uint8_t data[64],
		   uint8_t report[TD_REPORT_SIZE])
{
	const uint8_t valid[3] = { 0xff, 0x01, identity->report_version == 10 ? 0 : 0x03 };
	uint8_t *info = report + TCB_INFO, *td = report + TD_INFO;

	memset(report, 0, TD_REPORT_SIZE);
	report[0] = 0x81;
	memcpy(report + CPU_SVN, identity->cpu_svn, 16);
	memcpy(report + REPORT_DATA, data, 64);
	memcpy(info, valid, sizeof(valid));
	memcpy(info + 8, identity->tee_tcb_svn, 16);
	memcpy(info + 24, identity->mrseam, 48);
	memcpy(info + 72, identity->mrsignerseam, 48);
	memcpy(info + 120, &identity->seam_attributes, 8);
	if (identity->report_version != 10)
		memcpy(info + 128, identity->tee_tcb_svn2, 16);
	memcpy(td, &identity->attributes, 8);
	memcpy(td + 8, &identity->xfam, 8);
	memset(td + 16, 0x3d, 48);	/* MRTD */
	memcpy(td + 64, identity->mrconfigid, 48);
	memcpy(td + 112, identity->mrowner, 48);
	memcpy(td + 160, identity->mrownerconfig, 48);
	digest(info, TCB_INFO_SIZE, report + TCB_INFO_HASH);
	digest(td, TD_INFO_SIZE, report + TD_INFO_HASH);
	mac(identity, report, report + MAC);
}

/**
 * tdreport_is_ours() - did this machine make a report, and is it whole?
 * @identity: with the MAC's key
 * @report: to check
 */
bool tdreport_is_ours(const struct link_td_identity *identity,
		      const uint8_t report[TD_REPORT_SIZE])
{
	uint8_t right[48];

	mac(identity, report, right);
	if (CRYPTO_memcmp(report + MAC, right, 32))
		return false;
	digest(report + TCB_INFO, TCB_INFO_SIZE, right);
	if (memcmp(report + TCB_INFO_HASH, right, 48))
		return false;
	digest(report + TD_INFO, TD_INFO_SIZE, right);
	return !memcmp(report + TD_INFO_HASH, right, 48);
}
