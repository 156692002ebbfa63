// SPDX-License-Identifier: LGPL-2.1-or-later
/* AMD's extensions of VCEK and VLEK certificates: AMD 57230, tables 8 and 9. */
#include <stdio.h>
#include <string.h>

#include <openssl/objects.h>

#include "lib.h"

/* 1.3.6.1.4.1.3704.1, DER */
static const uint8_t amd_arc[] = { 0x2b, 0x06, 0x01, 0x04, 0x01, 0x9c, 0x78, 0x01 };

/* what follows the arc */
#define EXT_PRODUCT_NAME 2
#define EXT_SPL		 3
#define EXT_HWID	 4
#define EXT_CSP_ID	 5

/* numbers below EXT_SPL */
enum { SPL_BL = 1, SPL_TEE, SPL_SNP, SPL_4, SPL_5, SPL_6, SPL_7, SPL_UCODE, SPL_FMC, SPL_MAX };

struct spl_set {
	bool has[SPL_MAX];
	uint8_t value[SPL_MAX];
};

const char *cvm_signer_name(enum cvm_snp_signer signer)
{
	switch (signer) {
	case CVM_SNP_SIGNER_VCEK:
		return "VCEK";
	case CVM_SNP_SIGNER_VLEK:
		return "VLEK";
	case CVM_SNP_SIGNER_NONE:
		return "no key";
	default:
		return "an unknown key";
	}
}

static const char *read_spl(const ASN1_OCTET_STRING *value, unsigned int number,
			    struct spl_set *spl)
{
	const uint8_t *at = ASN1_STRING_get0_data(value);
	const uint8_t *end = at + ASN1_STRING_length(value);
	ASN1_INTEGER *integer = d2i_ASN1_INTEGER(NULL, &at, end - at);
	int64_t svn = -1;

	if (integer && at == end)
		ASN1_INTEGER_get_int64(&svn, integer);
	ASN1_INTEGER_free(integer);
	if (svn < 0 || svn > UINT8_MAX)
		return "a TCB extension is no number from 0 to 255";
	if (number == 0 || number >= SPL_MAX)
		return NULL;
	if (spl->has[number])
		return "a TCB extension is there twice";
	spl->has[number] = true;
	spl->value[number] = svn;
	return NULL;
}

static const char *read_text(const ASN1_OCTET_STRING *value, char *text, size_t size)
{
	const uint8_t *at = ASN1_STRING_get0_data(value);
	const uint8_t *end = at + ASN1_STRING_length(value);
	ASN1_IA5STRING *string = d2i_ASN1_IA5STRING(NULL, &at, end - at);
	int i, len = string ? ASN1_STRING_length(string) : 0;
	const char *why = NULL;

	if (!string || at != end || !len || (size_t)len >= size || text[0])
		why = "a text extension is malformed or there twice";
	for (i = 0; !why && i < len; i++) {
		char c = ASN1_STRING_get0_data(string)[i];

		if (c < ' ' || c > '~')
			why = "a text extension holds control characters";
		text[i] = c;
	}
	text[why ? 0 : len] = '\0';
	ASN1_IA5STRING_free(string);
	return why;
}

/* The bytes stand bare in the extension; an OCTET STRING around them has been announced. */
static const char *read_hwid(const ASN1_OCTET_STRING *value, struct vek *vek)
{
	const uint8_t *at = ASN1_STRING_get0_data(value);
	size_t len = ASN1_STRING_length(value);

	if ((len == 66 || len == 10) && at[0] == V_ASN1_OCTET_STRING && at[1] == len - 2) {
		at += 2;
		len -= 2;
	}
	if ((len != 64 && len != 8) || vek->hwid_len)
		return "the hardware ID is neither 64 nor 8 bytes, or there twice";
	memcpy(vek->hwid, at, len);
	vek->hwid_len = len;
	return NULL;
}

static const char *read_extension(X509_EXTENSION *ext, struct vek *vek, struct spl_set *spl)
{
	const ASN1_OBJECT *oid = X509_EXTENSION_get_object(ext);
	const ASN1_OCTET_STRING *value = X509_EXTENSION_get_data(ext);
	const uint8_t *arc = OBJ_get0_data(oid);
	size_t len = OBJ_length(oid);

	if (len <= sizeof(amd_arc) || memcmp(arc, amd_arc, sizeof(amd_arc)))
		return NULL;
	vek->present = true;
	arc += sizeof(amd_arc);
	len -= sizeof(amd_arc);
	if (len == 2 && arc[0] == EXT_SPL)
		return read_spl(value, arc[1], spl);
	if (len == 1 && arc[0] == EXT_PRODUCT_NAME)
		return read_text(value, vek->product_name, sizeof(vek->product_name));
	if (len == 1 && arc[0] == EXT_HWID)
		return read_hwid(value, vek);
	if (len == 1 && arc[0] == EXT_CSP_ID)
		return read_text(value, vek->csp_id, sizeof(vek->csp_id));
	return NULL;
}

/* Every byte of the TCB version has its extension, the reserved ones too. */
static uint64_t tcb_of(const struct spl_set *spl)
{
	static const uint8_t milan[8] = { SPL_BL, SPL_TEE, SPL_4,   SPL_5,
					  SPL_6,  SPL_7,   SPL_SNP, SPL_UCODE };
	static const uint8_t turin[8] = { SPL_FMC, SPL_BL, SPL_TEE, SPL_SNP,
					  SPL_5,   SPL_6,  SPL_7,   SPL_UCODE };
	const uint8_t *layout = spl->has[SPL_FMC] ? turin : milan;
	uint64_t raw = 0;
	int i;

	for (i = 7; i >= 0; i--)
		raw = raw << 8 | spl->value[layout[i]];
	return raw;
}

static bool has_fmc(enum cvm_snp_product product)
{
	return product == CVM_SNP_TURIN;
}

static const char *check_complete(const struct vek *vek, const struct spl_set *spl)
{
	bool fmc = spl->has[SPL_FMC];

	if (!spl->has[SPL_BL] || !spl->has[SPL_TEE] || !spl->has[SPL_SNP] || !spl->has[SPL_UCODE])
		return "a TCB extension is missing";
	if (!vek->product_name[0])
		return "the product name is missing";
	if (vek->product != CVM_SNP_UNKNOWN && fmc != has_fmc(vek->product))
		return "the TCB layout is not that of its product";
	if (!vek->hwid_len == !vek->csp_id[0])
		return "exactly one of hardware ID and CSP ID must be there";
	return NULL;
}

void cvm_vek_parse(const X509 *x509, struct vek *vek)
{
	struct spl_set spl = { 0 };
	int i, n = X509_get_ext_count(x509);

	memset(vek, 0, sizeof(*vek));
	for (i = 0; i < n; i++) {
		const char *why = read_extension(X509_get_ext(x509, i), vek, &spl);

		if (why && !vek->malformed)
			vek->malformed = why;
	}
	if (!vek->present)
		return;
	vek->product = cvm_snp_product_of_name(vek->product_name);
	vek->signer = vek->csp_id[0] ? CVM_SNP_SIGNER_VLEK : CVM_SNP_SIGNER_VCEK;
	if (!vek->malformed)
		vek->malformed = check_complete(vek, &spl);
	cvm_snp_tcb_decode(tcb_of(&spl), spl.has[SPL_FMC] ? CVM_SNP_TURIN : vek->product,
			   &vek->tcb);
}
