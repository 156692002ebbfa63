// SPDX-License-Identifier: GPL-2.0-only
/*
 * MSG_KEY_REQ: a key that only this guest on this platform can have. Section 7.2.
 *
 * AMD's derivation is not published. This one is HKDF over the chosen root and
 * exactly the selected fields, so that the same selection gives the same key and
 * any other gives another.
 */
#include <string.h>

#include <openssl/kdf.h>

#include "sp.h"

/* ROOT_KEY_SELECT: bit 0 VMRK, bits 2:1 which VEK, as in MSG_REPORT_REQ */
#define SELECT_VMRK		0x01u
#define SELECT_KEY(select)	((select) >> 1 & 3)
#define SELECT_RESERVED		(~0x07u)

#define FIELD_POLICY		0x01ull
#define FIELD_IMAGE_ID		0x02ull
#define FIELD_FAMILY_ID		0x04ull
#define FIELD_MEASUREMENT	0x08ull
#define FIELD_SVN		0x10ull
#define FIELD_TCB		0x20ull
#define FIELDS			0x3full

enum root {
	ROOT_VCEK,
	ROOT_VMRK,
	ROOT_VLEK,
};

struct key_request {
	uint32_t root;
	uint32_t reserved;
	uint64_t fields;
	uint32_t vmpl;
	uint32_t guest_svn;
	uint64_t tcb;
};

/* What the key depends on; a field that was not selected is zero */
struct key_context {
	uint64_t fields;
	uint32_t root;
	uint32_t vmpl;
	uint64_t policy;
	uint8_t image_id[16];
	uint8_t family_id[16];
	uint8_t measurement[SP_DIGEST];
	uint64_t guest_svn;
	uint64_t tcb;
};

/* Newer software may have the keys of older, never the reverse */
static bool allowed(const struct processor *sp, const struct key_request *request)
{
	const struct options *o = &sp->options;

	if (request->root & SELECT_RESERVED || request->reserved || request->fields & ~FIELDS ||
	    request->vmpl >= SP_VMPCK_COUNT)
		return false;
	if (request->fields & FIELD_SVN && request->guest_svn > o->guest_svn)
		return false;
	return !(request->fields & FIELD_TCB) ||
	       !tcb_exceeds(o->product, request->tcb, o->committed_tcb);
}

static enum firmware_status select_root(const struct processor *sp, uint32_t select,
					enum root *root)
{
	enum firmware_status status;
	bool vlek;

	*root = ROOT_VMRK;
	if (select & SELECT_VMRK)
		return SELECT_KEY(select) ? FW_INVALID_PARAM : FW_SUCCESS;
	status = endorsement_key(sp, SELECT_KEY(select), &vlek);
	if (status != FW_SUCCESS)
		return status;
	*root = vlek ? ROOT_VLEK : ROOT_VCEK;
	return *root == ROOT_VCEK && sp->options.mask_chip_key ? FW_INVALID_KEY : FW_SUCCESS;
}

static struct key_context select_fields(const struct processor *sp,
					const struct key_request *request, enum root root)
{
	const struct options *o = &sp->options;
	struct key_context context = { 0 };

	context.fields = request->fields;
	context.root = root;
	context.vmpl = request->vmpl;
	if (request->fields & FIELD_POLICY)
		context.policy = o->policy;
	if (request->fields & FIELD_IMAGE_ID)
		memcpy(context.image_id, o->image_id, sizeof(context.image_id));
	if (request->fields & FIELD_FAMILY_ID)
		memcpy(context.family_id, o->family_id, sizeof(context.family_id));
	if (request->fields & FIELD_MEASUREMENT)
		memcpy(context.measurement, sp->measurement, sizeof(context.measurement));
	if (request->fields & FIELD_SVN)
		context.guest_svn = request->guest_svn;
	if (request->fields & FIELD_TCB)
		context.tcb = request->tcb;
	return context;
}

static void hkdf(const uint8_t secret[32], const void *info, size_t info_size, uint8_t key[32])
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_id(EVP_PKEY_HKDF, NULL);
	size_t size = 32;

	if (!context || EVP_PKEY_derive_init(context) != 1 ||
	    EVP_PKEY_CTX_set_hkdf_md(context, EVP_sha384()) != 1 ||
	    EVP_PKEY_CTX_set1_hkdf_key(context, secret, 32) != 1 ||
	    EVP_PKEY_CTX_add1_hkdf_info(context, info, info_size) != 1 ||
	    EVP_PKEY_derive(context, key, &size) != 1)
		die_openssl("cannot derive a key");
	EVP_PKEY_CTX_free(context);
}

/**
 * key_derive() - derive a key
 * @sp: with its guest launched
 * @request: payload of the request, 32 bytes
 * @key: receives the key
 *
 * Return: FW_INVALID_PARAM when the request asks for what this guest must not
 * have, FW_INVALID_KEY when the root is not there.
 */
enum firmware_status key_derive(const struct processor *sp, const uint8_t *request,
				uint8_t key[32])
{
	struct key_request wanted;
	struct key_context context;
	enum firmware_status status;
	enum root root;

	memcpy(&wanted, request, sizeof(wanted));
	if (!allowed(sp, &wanted))
		return FW_INVALID_PARAM;
	status = select_root(sp, wanted.root, &root);
	if (status != FW_SUCCESS)
		return status;
	context = select_fields(sp, &wanted, root);
	hkdf(sp->root_secret[root == ROOT_VMRK], &context, sizeof(context), key);
	return FW_SUCCESS;
}
