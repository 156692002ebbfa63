// SPDX-License-Identifier: GPL-2.0-only
/*
 * TDREPORT and the registers in it: TDX Module ABI, TDREPORT_STRUCT. Layouts of 1.0
 * and 1.5; the MAC is HMAC-SHA256 under a key that the quoting enclave shares.
 */
#include "tdx.h"

#define REPORT_SIZE		1024
#define TCB_INFO		256
#define TCB_INFO_SIZE		239
#define TD_INFO			512
#define TD_INFO_SIZE		512

#define TYPE_TDX		0x81
#define VALID_10		0x00000000000001ffull
#define VALID_15		0x00000000000301ffull	/* bytes ff 01 03 */

/* offsets in REPORTMACSTRUCT */
#define CPU_SVN			16
#define TCB_INFO_HASH		32
#define TD_INFO_HASH		80
#define REPORT_DATA		128
#define MAC			224
#define MAC_STRUCT_SIZE		256

/* offsets in TEE_TCB_INFO */
#define TEE_TCB_SVN		8
#define MRSEAM			24
#define MRSIGNERSEAM		72
#define SEAM_ATTRIBUTES		120
#define TEE_TCB_SVN2		128

/* offsets in TDINFO */
#define ATTRIBUTES		0
#define XFAM			8
#define MRTD			16
#define MRCONFIGID		64
#define MROWNER			112
#define MROWNERCONFIG		160
#define RTMR			208

static bool is_15(void)
{
	return td.identity.report_version != 10;
}

static void build_tcb_info(uint8_t *info)
{
	const struct link_td_identity *identity = &td.identity;
	uint64_t valid = is_15() ? VALID_15 : VALID_10;

	memcpy(info, &valid, sizeof(valid));
	memcpy(info + TEE_TCB_SVN, identity->tee_tcb_svn, sizeof(identity->tee_tcb_svn));
	memcpy(info + MRSEAM, identity->mrseam, sizeof(identity->mrseam));
	memcpy(info + MRSIGNERSEAM, identity->mrsignerseam, sizeof(identity->mrsignerseam));
	memcpy(info + SEAM_ATTRIBUTES, &identity->seam_attributes,
	       sizeof(identity->seam_attributes));
	if (is_15())
		memcpy(info + TEE_TCB_SVN2, identity->tee_tcb_svn2,
		       sizeof(identity->tee_tcb_svn2));
}

static void build_td_info(uint8_t *info)
{
	const struct link_td_identity *identity = &td.identity;

	memcpy(info + ATTRIBUTES, &identity->attributes, sizeof(identity->attributes));
	memcpy(info + XFAM, &identity->xfam, sizeof(identity->xfam));
	memcpy(info + MRTD, td.mrtd, sizeof(td.mrtd));
	memcpy(info + MRCONFIGID, identity->mrconfigid, sizeof(identity->mrconfigid));
	memcpy(info + MROWNER, identity->mrowner, sizeof(identity->mrowner));
	memcpy(info + MROWNERCONFIG, identity->mrownerconfig, sizeof(identity->mrownerconfig));
	memcpy(info + RTMR, td.rtmr, sizeof(td.rtmr));
}

/**
 * report_build() - TDG.MR.REPORT
 * @report_data: the TD's own 64 bytes
 * @report: receives the TDREPORT
 */
void report_build(const uint8_t report_data[64], uint8_t report[REPORT_SIZE])
{
	memset(report, 0, REPORT_SIZE);
	build_tcb_info(report + TCB_INFO);
	build_td_info(report + TD_INFO);
	report[0] = TYPE_TDX;
	memcpy(report + CPU_SVN, td.identity.cpu_svn, sizeof(td.identity.cpu_svn));
	sha384(report + TCB_INFO, TCB_INFO_SIZE, report + TCB_INFO_HASH);
	sha384(report + TD_INFO, TD_INFO_SIZE, report + TD_INFO_HASH);
	memcpy(report + REPORT_DATA, report_data, 64);
	hmac_sha256(td.identity.mac_key, report, MAC, report + MAC);
}

/**
 * report_verify() - TDG.MR.VERIFYREPORT
 * @mac_struct: REPORTMACSTRUCT of a report
 *
 * Return: whether it was made on this machine, as TDCALL's status.
 */
uint64_t report_verify(const uint8_t mac_struct[MAC_STRUCT_SIZE])
{
	uint8_t mac[32];

	if (memcmp(mac_struct + CPU_SVN, td.identity.cpu_svn, sizeof(td.identity.cpu_svn)))
		return TDX_INVALID_CPUSVN;
	hmac_sha256(td.identity.mac_key, mac_struct, MAC, mac);
	return memcmp(mac, mac_struct + MAC, sizeof(mac)) ? TDX_INVALID_REPORTMACSTRUCT :
							    TDX_SUCCESS;
}

/**
 * rtmr_extend() - TDG.MR.RTMR.EXTEND
 * @index: 0 to 3
 * @data: digest to extend with
 */
void rtmr_extend(unsigned int index, const uint8_t data[TDX_DIGEST])
{
	uint8_t both[2 * TDX_DIGEST];

	memcpy(both, td.rtmr[index], TDX_DIGEST);
	memcpy(both + TDX_DIGEST, data, TDX_DIGEST);
	sha384(both, sizeof(both), td.rtmr[index]);
}
