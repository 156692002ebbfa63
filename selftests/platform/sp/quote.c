// SPDX-License-Identifier: GPL-2.0-only
/*
 * Quotes, as Intel's TD quoting enclave makes them: Intel TDX DCAP Quoting Library API,
 * appendix A.3 (version 4) and A.4 (version 5).
 */
#include <stdlib.h>
#include <string.h>

#include "td.h"

#define TEE_TDX			0x81
#define ECDSA_P256		2
#define BODY_TD_10		2
#define BODY_TD_15		3
#define BODY_10_SIZE		584
#define BODY_15_SIZE		648
#define QE_REPORT_SIZE		384
#define CERT_PCK_CHAIN		5
#define CERT_QE_REPORT		6
#define AUTH_SIZE		32
#define QE_PRODUCT		2

static const uint8_t intel_vendor[16] = {
	0x93, 0x9a, 0x72, 0x33, 0xf7, 0x9c, 0x4c, 0xa9, 0x94, 0x0a, 0x0d, 0xb3,
	0x95, 0x7f, 0x06, 0x07,
};

struct writer {
	uint8_t *bytes;
	size_t size;
};

static void put(struct writer *w, const void *data, size_t size)
{
	if (size > TD_QUOTE_MAX - w->size)
		die("the quote is too long");
	memcpy(w->bytes + w->size, data, size);
	w->size += size;
}

static void put_u16(struct writer *w, uint16_t value)
{
	put(w, &value, sizeof(value));
}

static void put_u32(struct writer *w, uint32_t value)
{
	put(w, &value, sizeof(value));
}

static void put_header(struct writer *w, const struct td_options *td)
{
	const uint8_t user_data[20] = { 0 };
	bool v4 = td->quote_version == 4;

	put_u16(w, td->quote_version);
	put_u16(w, ECDSA_P256);
	put_u32(w, TEE_TDX);
	put_u16(w, v4 ? td->qe_svn : 0);
	put_u16(w, v4 ? td->pce_svn : 0);
	put(w, intel_vendor, sizeof(intel_vendor));
	put(w, user_data, sizeof(user_data));
}

/* Fields of TEE_TCB_INFO and TDINFO in the quote's own order */
static void put_body(struct writer *w, const uint8_t *report, bool is_15)
{
	const uint8_t *info = report + 256, *td = report + 512;

	put(w, info + 8, 16);		/* TEE_TCB_SVN */
	put(w, info + 24, 48);		/* MRSEAM */
	put(w, info + 72, 48);		/* MRSIGNERSEAM */
	put(w, info + 120, 8);		/* SEAMATTRIBUTES */
	put(w, td, 8);			/* TDATTRIBUTES */
	put(w, td + 8, 8);		/* XFAM */
	put(w, td + 16, 48);		/* MRTD */
	put(w, td + 64, 3 * 48);	/* MRCONFIGID, MROWNER, MROWNERCONFIG */
	put(w, td + 208, 4 * 48);	/* RTMR */
	put(w, report + 128, 64);	/* REPORTDATA */
	if (is_15) {
		put(w, info + 128, 16);	/* TEE_TCB_SVN2 */
		put(w, td + 400, 48);	/* MRSERVICETD */
	}
}

static void put_signed_part(struct writer *w, const struct td_options *td, const uint8_t *report)
{
	bool is_15 = td->quote_version == 5 && td->identity.report_version != 10;

	put_header(w, td);
	if (td->quote_version == 5) {
		put_u16(w, is_15 ? BODY_TD_15 : BODY_TD_10);
		put_u32(w, is_15 ? BODY_15_SIZE : BODY_10_SIZE);
	}
	put_body(w, report, is_15);
}

/* The report of the quoting enclave vouches for the attestation key */
static void make_qe_report(const struct enclave *enclave, const uint8_t key[64],
			   const uint8_t auth[AUTH_SIZE], uint8_t report[QE_REPORT_SIZE])
{
	const struct td_options *td = &enclave->options->td;
	uint8_t bound[64 + AUTH_SIZE];
	unsigned int length;
	uint16_t product = QE_PRODUCT, svn = td->qe_svn;

	memset(report, 0, QE_REPORT_SIZE);
	memcpy(report, td->pck_tcb, 16);		/* CPUSVN */
	/* ATTRIBUTES: INIT, MODE64BIT, PROVISION_KEY; XFRM */
	report[48] = 0x15;
	report[56] = 0xe7;
	memset(report + 64, 0x9e, 32);			/* MRENCLAVE */
	memcpy(report + 128, qe_mrsigner, 32);
	memcpy(report + 256, &product, sizeof(product));
	memcpy(report + 258, &svn, sizeof(svn));
	memcpy(bound, key, 64);
	memcpy(bound + 64, auth, AUTH_SIZE);
	if (!EVP_Digest(bound, sizeof(bound), report + 320, &length, EVP_sha256(), NULL))
		die_openssl("cannot make a digest");
}

static void put_certification(struct writer *w, const struct enclave *enclave,
			      const uint8_t key[64])
{
	uint8_t report[QE_REPORT_SIZE], signature[64], auth[AUTH_SIZE];
	char *chain = td_chain_pem(&enclave->certs);
	size_t chain_size = strlen(chain) + 1;		/* Intel's ends with a zero byte */
	int i;

	for (i = 0; i < AUTH_SIZE; i++)
		auth[i] = i;
	make_qe_report(enclave, key, auth, report);
	ecdsa_sign(enclave->keys.pck, report, sizeof(report), signature);
	put_u16(w, CERT_QE_REPORT);
	put_u32(w, sizeof(report) + sizeof(signature) + 2 + AUTH_SIZE + 6 + chain_size);
	put(w, report, sizeof(report));
	put(w, signature, sizeof(signature));
	put_u16(w, AUTH_SIZE);
	put(w, auth, sizeof(auth));
	put_u16(w, CERT_PCK_CHAIN);
	put_u32(w, chain_size);
	put(w, chain, chain_size);
	free(chain);
}

/**
 * quote_make() - sign a report that was checked
 * @enclave: who signs
 * @report: the TDREPORT
 * @quote: receives the quote
 *
 * Return: its length.
 */
size_t quote_make(const struct enclave *enclave, const uint8_t report[TD_REPORT_SIZE],
		  uint8_t quote[TD_QUOTE_MAX])
{
	struct writer w = { .bytes = quote };
	uint8_t signature[64], key[64];
	size_t length_at;
	uint32_t length;

	put_signed_part(&w, &enclave->options->td, report);
	ecdsa_sign(enclave->keys.attestation, quote, w.size, signature);
	ec_point(enclave->keys.attestation, key);
	length_at = w.size;
	put_u32(&w, 0);
	put(&w, signature, sizeof(signature));
	put(&w, key, sizeof(key));
	put_certification(&w, enclave, key);
	length = w.size - length_at - sizeof(length);
	memcpy(quote + length_at, &length, sizeof(length));
	return w.size;
}
