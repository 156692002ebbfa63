// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The SGX extension of a PCK certificate: Intel SGX PCK Certificate and CRL Profile
 * Specification, section 1.3.5. A sequence of pairs of an OID and a value, of which
 * one is such a sequence again.
 */
#include <string.h>

#include <openssl/asn1.h>
#include <openssl/objects.h>
#include <openssl/x509.h>

#include "lib.h"

/* 1.2.840.113741.1.13.1, DER */
static const uint8_t sgx_arc[] = { 0x2a, 0x86, 0x48, 0x86, 0xf8, 0x4d, 0x01, 0x0d, 0x01 };

/* what follows the arc */
#define SGX_TCB	    2
#define SGX_PCE_ID  3
#define SGX_FMSPC   4
/* numbers below SGX_TCB: 1 to 16 are the SVNs of the components */
#define TCB_PCE_SVN 17
#define TCB_CPU_SVN 18
#define TCB_LAST    18

/* The pairs seen, so that none is taken twice and none is missing. */
struct seen {
	bool tcb;
	bool pce_id;
	bool fmspc;
	bool svn[TCB_LAST + 1];
};

/**
 * struct pair - one entry of a sequence of the extension
 * @rest: OID behind the arc
 * @rest_len: bytes of it
 * @value: what it names
 */
struct pair {
	const uint8_t *rest;
	size_t rest_len;
	const ASN1_TYPE *value;
};

static ASN1_SEQUENCE_ANY *read_sequence(const ASN1_STRING *string)
{
	const uint8_t *at = ASN1_STRING_get0_data(string);
	const uint8_t *end = at + ASN1_STRING_length(string);
	ASN1_SEQUENCE_ANY *sequence = d2i_ASN1_SEQUENCE_ANY(NULL, &at, end - at);

	if (sequence && at == end)
		return sequence;
	sk_ASN1_TYPE_pop_free(sequence, ASN1_TYPE_free);
	return NULL;
}

static bool read_pair(const ASN1_SEQUENCE_ANY *entry, struct pair *pair)
{
	const ASN1_TYPE *name;
	const uint8_t *oid;
	size_t len;

	if (sk_ASN1_TYPE_num(entry) != 2)
		return false;
	name = sk_ASN1_TYPE_value(entry, 0);
	if (ASN1_TYPE_get(name) != V_ASN1_OBJECT)
		return false;
	oid = OBJ_get0_data(name->value.object);
	len = OBJ_length(name->value.object);
	if (len <= sizeof(sgx_arc) || memcmp(oid, sgx_arc, sizeof(sgx_arc)))
		return false;
	pair->rest = oid + sizeof(sgx_arc);
	pair->rest_len = len - sizeof(sgx_arc);
	pair->value = sk_ASN1_TYPE_value(entry, 1);
	return true;
}

static bool read_octets(const struct pair *pair, uint8_t *out, size_t len)
{
	const ASN1_STRING *octets;

	if (ASN1_TYPE_get(pair->value) != V_ASN1_OCTET_STRING)
		return false;
	octets = pair->value->value.octet_string;
	if ((size_t)ASN1_STRING_length(octets) != len)
		return false;
	memcpy(out, ASN1_STRING_get0_data(octets), len);
	return true;
}

static bool read_number(const struct pair *pair, int64_t max, int64_t *number)
{
	return ASN1_TYPE_get(pair->value) == V_ASN1_INTEGER &&
	       ASN1_INTEGER_get_int64(number, pair->value->value.integer) && *number >= 0 &&
	       *number <= max;
}

static bool first_time(bool *seen)
{
	bool first = !*seen;

	*seen = true;
	return first;
}

static const char *read_tcb_pair(const struct pair *pair, struct pck *pck, struct seen *seen)
{
	int64_t number = 0;
	uint8_t which;

	if (pair->rest_len != 2 || pair->rest[0] != SGX_TCB)
		return "an entry of the TCB extension is not one of the TCB";
	which = pair->rest[1];
	if (!which || which > TCB_LAST || !first_time(&seen->svn[which]))
		return "an entry of the TCB extension is unknown or there twice";
	if (which == TCB_CPU_SVN)
		return read_octets(pair, pck->cpu_svn, 16) ? NULL : "CPUSVN is not 16 bytes";
	if (!read_number(pair, which == TCB_PCE_SVN ? UINT16_MAX : UINT8_MAX, &number))
		return "an SVN of the TCB extension is out of range";
	if (which == TCB_PCE_SVN)
		pck->pce_svn = number;
	else
		pck->svn[which - 1] = number;
	return NULL;
}

/* Hands each pair of a sequence to @read. NULL, or why the sequence cannot be used. */
static const char *read_pairs(const ASN1_STRING *string, struct pck *pck, struct seen *seen,
			      const char *(*read)(const struct pair *pair, struct pck *pck,
						  struct seen *seen))
{
	ASN1_SEQUENCE_ANY *sequence = read_sequence(string);
	const char *why = sequence ? NULL : "the SGX extension is not what DER allows";
	int i;

	for (i = 0; !why && i < sk_ASN1_TYPE_num(sequence); i++) {
		const ASN1_TYPE *type = sk_ASN1_TYPE_value(sequence, i);
		ASN1_SEQUENCE_ANY *entry = NULL;
		struct pair pair;

		if (ASN1_TYPE_get(type) == V_ASN1_SEQUENCE)
			entry = read_sequence(type->value.sequence);
		if (entry && read_pair(entry, &pair))
			why = read(&pair, pck, seen);
		else
			why = "the SGX extension holds something else than pairs";
		sk_ASN1_TYPE_pop_free(entry, ASN1_TYPE_free);
	}
	sk_ASN1_TYPE_pop_free(sequence, ASN1_TYPE_free);
	return why;
}

static const char *read_top_pair(const struct pair *pair, struct pck *pck, struct seen *seen)
{
	if (pair->rest_len != 1)
		return NULL;
	switch (pair->rest[0]) {
	case SGX_TCB:
		if (!first_time(&seen->tcb) || ASN1_TYPE_get(pair->value) != V_ASN1_SEQUENCE)
			return "the TCB extension is malformed or there twice";
		return read_pairs(pair->value->value.sequence, pck, seen, read_tcb_pair);
	case SGX_PCE_ID:
		if (!first_time(&seen->pce_id) || !read_octets(pair, pck->pce_id, 2))
			return "the PCE-ID is malformed or there twice";
		return NULL;
	case SGX_FMSPC:
		if (!first_time(&seen->fmspc) || !read_octets(pair, pck->fmspc, 6))
			return "the FMSPC is malformed or there twice";
		return NULL;
	default:
		return NULL;
	}
}

static const char *check_complete(const struct seen *seen)
{
	int i;

	if (!seen->tcb || !seen->pce_id || !seen->fmspc)
		return "TCB, PCE-ID or FMSPC is missing";
	for (i = 1; i <= TCB_LAST; i++)
		if (!seen->svn[i])
			return "an SVN of the TCB extension is missing";
	return NULL;
}

static bool is_sgx_extension(X509_EXTENSION *ext)
{
	const ASN1_OBJECT *oid = X509_EXTENSION_get_object(ext);

	return OBJ_length(oid) == sizeof(sgx_arc) &&
	       !memcmp(OBJ_get0_data(oid), sgx_arc, sizeof(sgx_arc));
}

void cvm_pck_parse(const X509 *x509, struct pck *pck)
{
	struct seen seen = { 0 };
	int i, n = X509_get_ext_count(x509);

	memset(pck, 0, sizeof(*pck));
	for (i = 0; i < n && !pck->malformed; i++) {
		X509_EXTENSION *ext = X509_get_ext(x509, i);

		if (!is_sgx_extension(ext))
			continue;
		if (pck->present)
			pck->malformed = "the SGX extension is there twice";
		else
			pck->malformed =
				read_pairs(X509_EXTENSION_get_data(ext), pck, &seen, read_top_pair);
		pck->present = true;
	}
	if (pck->present && !pck->malformed)
		pck->malformed = check_complete(&seen);
}
