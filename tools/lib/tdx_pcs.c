// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Addresses at Intel's Provisioning Certification Service, version 4. This library
 * only names them: fetching is somebody else's decision.
 */
#include <stdio.h>
#include <string.h>

#include "tdx.h"

#define API "https://api.trustedservices.intel.com"

const char cvm_pcs_qe_url[] = API "/tdx/certification/v4/qe/identity";
const char cvm_pcs_pck_url[] = API "/sgx/certification/v4/pckcert";

char *cvm_pcs_tcb_url(char url[CVM_URL_SIZE], const uint8_t fmspc[6])
{
	char text[13];

	snprintf(url, CVM_URL_SIZE, API "/tdx/certification/v4/tcb?fmspc=%s",
		 cvm_hex(text, fmspc, 6));
	return url;
}

char *cvm_pcs_crl_url(char url[CVM_URL_SIZE], const struct cert *issuer)
{
	if (issuer->self_issued)
		snprintf(url, CVM_URL_SIZE, "%s",
			 "https://certificates.trustedservices.intel.com/IntelSGXRootCA.der");
	else
		snprintf(url, CVM_URL_SIZE, API "/sgx/certification/v4/pckcrl?ca=%s&encoding=der",
			 cvm_tdx_is_named(issuer->x509, "Processor") ? "processor" : "platform");
	return url;
}
