// SPDX-License-Identifier: GPL-2.0-only
/*
 * ATTESTATION_REPORT in its layouts 2, 3 and 5. Section 7.3, table 23.
 */
#include <string.h>

#include <openssl/bn.h>
#include <openssl/ecdsa.h>

#include "sp.h"

#define SIGNATURE_ALGORITHM	1	/* ECDSA P-384 with SHA-384 */
#define SIGNER_VLEK		1
#define SIGNER_NONE		7
#define FLAG_AUTHOR_KEY		0x01u
#define FLAG_MASK_CHIP_KEY	0x02u
#define FLAG_SIGNER_SHIFT	2
#define COMPONENT_SIZE		72
#define FIRMWARE_MAJOR		1
#define FIRMWARE_MINOR		55

struct report {
	uint32_t version;
	uint32_t guest_svn;
	uint64_t policy;
	uint8_t family_id[16];
	uint8_t image_id[16];
	uint32_t vmpl;
	uint32_t signature_algorithm;
	uint64_t current_tcb;
	uint64_t platform_info;
	uint32_t flags;			/* author key, mask chip key, signing key */
	uint32_t reserved_04c;
	uint8_t report_data[64];
	uint8_t measurement[48];
	uint8_t host_data[32];
	uint8_t id_key_digest[48];
	uint8_t author_key_digest[48];
	uint8_t report_id[32];
	uint8_t report_id_ma[32];
	uint64_t reported_tcb;
	uint8_t cpuid_family, cpuid_model, cpuid_stepping;
	uint8_t reserved_18b[21];
	uint8_t chip_id[64];
	uint64_t committed_tcb;
	uint8_t current_build, current_minor, current_major, reserved_1eb;
	uint8_t committed_build, committed_minor, committed_major, reserved_1ef;
	uint64_t launch_tcb;
	uint64_t launch_mit_vector;
	uint64_t current_mit_vector;
	uint8_t reserved_208[152];
	uint8_t signature_r[COMPONENT_SIZE];
	uint8_t signature_s[COMPONENT_SIZE];
	uint8_t reserved_330[368];
};

_Static_assert(sizeof(struct report) == SP_REPORT_SIZE, "struct report");
_Static_assert(offsetof(struct report, reported_tcb) == 0x180, "reported_tcb");
_Static_assert(offsetof(struct report, chip_id) == 0x1a0, "chip_id");
_Static_assert(offsetof(struct report, signature_r) == SP_REPORT_SIGNED, "signature");

static void fill_guest(struct report *report, const struct processor *sp,
		       const uint8_t data[64], uint32_t vmpl)
{
	const struct options *o = &sp->options;

	report->guest_svn = o->guest_svn;
	report->policy = o->policy;
	report->vmpl = vmpl;
	memcpy(report->family_id, o->family_id, sizeof(report->family_id));
	memcpy(report->image_id, o->image_id, sizeof(report->image_id));
	memcpy(report->report_data, data, sizeof(report->report_data));
	memcpy(report->measurement, sp->measurement, sizeof(report->measurement));
	memcpy(report->host_data, o->host_data, sizeof(report->host_data));
	memcpy(report->id_key_digest, o->id_key_digest, sizeof(report->id_key_digest));
	memcpy(report->author_key_digest, o->author_key_digest,
	       sizeof(report->author_key_digest));
	memcpy(report->report_id, sp->report_id, sizeof(report->report_id));
	memset(report->report_id_ma, 0xff, sizeof(report->report_id_ma));
}

/* A masked chip key signs nothing; a VLEK is no chip key */
static bool is_signed(const struct options *options, bool vlek)
{
	return vlek || !options->mask_chip_key;
}

static uint32_t flags(const struct options *options, bool vlek)
{
	uint32_t signer = vlek ? SIGNER_VLEK : 0;

	if (!is_signed(options, vlek))
		signer = SIGNER_NONE;
	return (options->has_author_key ? FLAG_AUTHOR_KEY : 0) |
	       (options->mask_chip_key ? FLAG_MASK_CHIP_KEY : 0) | signer << FLAG_SIGNER_SHIFT;
}

static void fill_platform(struct report *report, const struct processor *sp, bool vlek)
{
	const struct options *o = &sp->options;

	report->flags = flags(o, vlek);
	report->version = o->report_version;
	report->signature_algorithm = SIGNATURE_ALGORITHM;
	report->platform_info = o->platform_info;
	report->current_tcb = o->current_tcb;
	report->reported_tcb = o->reported_tcb;
	report->committed_tcb = o->committed_tcb;
	report->launch_tcb = o->launch_tcb;
	report->current_build = o->product->firmware_build;
	report->current_minor = FIRMWARE_MINOR;
	report->current_major = FIRMWARE_MAJOR;
	report->committed_build = o->product->firmware_build;
	report->committed_minor = FIRMWARE_MINOR;
	report->committed_major = FIRMWARE_MAJOR;
	if (!o->mask_chip_id)
		memcpy(report->chip_id, sp->chip_id, sizeof(report->chip_id));
	if (o->report_version >= 3) {
		report->cpuid_family = o->product->family;
		report->cpuid_model = o->product->model;
		report->cpuid_stepping = o->product->stepping;
	}
	if (o->report_version >= 5) {
		report->launch_mit_vector = o->launch_mitigations;
		report->current_mit_vector = o->current_mitigations;
	}
}

/* R and S, little endian, each in 72 bytes */
static void seal_report(struct report *report, EVP_PKEY *key)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	uint8_t der[256];
	const uint8_t *at = der;
	size_t size = sizeof(der);
	ECDSA_SIG *signature;

	if (EVP_DigestSignInit(context, NULL, EVP_sha384(), NULL, key) != 1 ||
	    EVP_DigestSign(context, der, &size, (const uint8_t *)report, SP_REPORT_SIGNED) != 1)
		die_openssl("cannot sign a report");
	signature = d2i_ECDSA_SIG(NULL, &at, size);
	if (!signature)
		die_openssl("cannot take a signature apart");
	BN_bn2lebinpad(ECDSA_SIG_get0_r(signature), report->signature_r, COMPONENT_SIZE);
	BN_bn2lebinpad(ECDSA_SIG_get0_s(signature), report->signature_s, COMPONENT_SIZE);
	ECDSA_SIG_free(signature);
	EVP_MD_CTX_free(context);
}

/**
 * report_make() - make and sign a report
 * @sp: with its guest launched
 * @data: the guest's 64 bytes
 * @vmpl: level it is for
 * @vlek: the VLEK signs, not the VCEK
 * @report: receives it
 */
void report_make(const struct processor *sp, const uint8_t data[64], uint32_t vmpl, bool vlek,
		 uint8_t report[SP_REPORT_SIZE])
{
	const struct fault *fault = sp->options.fault;
	struct report made = { 0 };

	fill_platform(&made, sp, vlek);
	fill_guest(&made, sp, data, vmpl);
	if (fault->spoil_report)
		fault->spoil_report((uint8_t *)&made);
	if (is_signed(&sp->options, vlek))
		seal_report(&made, vlek ? sp->keys.vlek : sp->keys.vcek);
	if (fault->spoil_signed)
		fault->spoil_signed((uint8_t *)&made);
	memcpy(report, &made, sizeof(made));
}
