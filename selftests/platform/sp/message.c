// SPDX-License-Identifier: GPL-2.0-only
/*
 * Guest messages: AES-256-GCM, the sequence number as IV. Sections 7 and 8.26.
 *
 * The firmware takes its exact next number and goes on only when it succeeds, so
 * a replayed message is as wrong as a skipped one.
 */
#include <string.h>

#include "sp.h"

#define ALGORITHM_AES_256_GCM	1
#define HEADER_VERSION		1
#define MESSAGE_VERSION		1
#define TAG_SIZE		16
#define IV_SIZE			12
#define AAD_OFFSET		0x30
#define AAD_SIZE		0x30
#define PAYLOAD_MAX		(SP_PAGE - sizeof(struct header))

enum message_type {
	MSG_KEY_REQ		= 3,
	MSG_KEY_RSP		= 4,
	MSG_REPORT_REQ		= 5,
	MSG_REPORT_RSP		= 6,
	MSG_TSC_INFO_REQ	= 17,
	MSG_TSC_INFO_RSP	= 18,
};

struct header {
	uint8_t tag[32];
	uint64_t sequence;
	uint64_t reserved_28;
	uint8_t algorithm;
	uint8_t version;
	uint16_t header_size;
	uint8_t type;
	uint8_t message_version;
	uint16_t size;
	uint32_t reserved_38;
	uint8_t vmpck;
	uint8_t reserved_3d[35];
};

_Static_assert(sizeof(struct header) == 0x60, "struct header");

struct report_request {
	uint8_t data[64];
	uint32_t vmpl;
	uint32_t key_select;
	uint8_t reserved[24];
};

struct report_response {
	uint32_t status;
	uint32_t size;
	uint8_t reserved[24];
	uint8_t report[SP_REPORT_SIZE];
};

#define KEY_REQUEST_SIZE	32
#define KEY_REQUEST_VMPL	16

struct key_response {
	uint32_t status;
	uint8_t reserved[28];
	uint8_t key[32];
};

struct tsc_response {
	uint32_t status;
	uint32_t reserved;
	uint64_t scale, offset;
	uint32_t factor;
	uint8_t reserved_1c[100];
};

static bool gcm(bool encrypt, const uint8_t *key, const struct header *header,
		const uint8_t *in, uint8_t *out, uint8_t tag[TAG_SIZE])
{
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	uint8_t iv[IV_SIZE] = { 0 };
	int length;
	bool good;

	memcpy(iv, &header->sequence, sizeof(header->sequence));
	if (!context ||
	    EVP_CipherInit_ex(context, EVP_aes_256_gcm(), NULL, key, iv, encrypt) != 1 ||
	    EVP_CipherUpdate(context, NULL, &length, (const uint8_t *)header + AAD_OFFSET,
			     AAD_SIZE) != 1 ||
	    EVP_CipherUpdate(context, out, &length, in, header->size) != 1)
		die_openssl("AES-256-GCM");
	if (!encrypt)
		EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, TAG_SIZE, tag);
	good = EVP_CipherFinal_ex(context, out + length, &length) == 1;
	if (encrypt)
		EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, TAG_SIZE, tag);
	EVP_CIPHER_CTX_free(context);
	return good;
}

static bool header_is_good(const struct header *header)
{
	return header->algorithm == ALGORITHM_AES_256_GCM && header->version == HEADER_VERSION &&
	       header->message_version == MESSAGE_VERSION &&
	       header->header_size == sizeof(*header) && header->size <= PAYLOAD_MAX &&
	       header->vmpck < SP_VMPCK_COUNT;
}

/**
 * endorsement_key() - which key KEY_SEL of a request means, sections 7.2 and 7.3
 * @sp: with its options set
 * @key_select: 0 VLEK if there is one, else VCEK; 1 VCEK; 2 VLEK
 * @vlek: receives whether it is the VLEK
 */
enum firmware_status endorsement_key(const struct processor *sp, uint32_t key_select, bool *vlek)
{
	bool has_vlek = sp->options.vlek;

	switch (key_select) {
	case 0:
		*vlek = has_vlek;
		return FW_SUCCESS;
	case 1:
		*vlek = false;
		return FW_SUCCESS;
	case 2:
		*vlek = true;
		return has_vlek ? FW_SUCCESS : FW_INVALID_KEY;
	default:
		return FW_INVALID_PARAM;
	}
}

static bool is_zero(const uint8_t *bytes, size_t size)
{
	while (size && !*bytes) {
		bytes++;
		size--;
	}
	return !size;
}

static bool report_request_is_good(const struct header *header,
				   const struct report_request *request)
{
	return header->size == sizeof(*request) && request->vmpl < SP_VMPCK_COUNT &&
	       request->vmpl >= header->vmpck &&
	       is_zero(request->reserved, sizeof(request->reserved));
}

/* A key of VMPL n speaks for levels n and below it in privilege */
static uint32_t answer_report(const struct processor *sp, const struct header *header,
			      const uint8_t *payload, uint8_t *answer)
{
	struct report_response *response = (void *)answer;
	struct report_request request;
	bool vlek;

	memcpy(&request, payload, sizeof(request));
	response->status = FW_INVALID_PARAM;
	if (report_request_is_good(header, &request))
		response->status = endorsement_key(sp, request.key_select, &vlek);
	if (response->status != FW_SUCCESS)
		return offsetof(struct report_response, report);
	response->size = SP_REPORT_SIZE;
	report_make(sp, request.data, request.vmpl, vlek, response->report);
	return sizeof(*response);
}

static uint32_t answer_key(const struct processor *sp, const struct header *header,
			   const uint8_t *payload, uint8_t *answer)
{
	struct key_response *response = (void *)answer;
	uint32_t vmpl;

	memcpy(&vmpl, payload + KEY_REQUEST_VMPL, sizeof(vmpl));
	response->status = FW_INVALID_PARAM;
	if (header->size == KEY_REQUEST_SIZE && vmpl >= header->vmpck)
		response->status = key_derive(sp, payload, response->key);
	return sizeof(*response);
}

/* Secure TSC is not offered: no scale, no offset */
static uint32_t answer_tsc(const struct processor *sp, const struct header *header,
			   const uint8_t *payload, uint8_t *answer)
{
	(void)sp;
	(void)header;
	(void)payload;
	(void)answer;
	return sizeof(struct tsc_response);
}

static const struct {
	uint8_t request, response;
	uint32_t (*answer)(const struct processor *sp, const struct header *header,
			   const uint8_t *payload, uint8_t *answer);
} handlers[] = {
	{ MSG_KEY_REQ, MSG_KEY_RSP, answer_key },
	{ MSG_REPORT_REQ, MSG_REPORT_RSP, answer_report },
	{ MSG_TSC_INFO_REQ, MSG_TSC_INFO_RSP, answer_tsc },
};

static bool handle(const struct processor *sp, const struct header *request,
		   const uint8_t *payload, struct header *response, uint8_t *answer)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(handlers); i++) {
		if (request->type != handlers[i].request)
			continue;
		response->type = handlers[i].response;
		response->size = handlers[i].answer(sp, request, payload, answer);
		return true;
	}
	return false;
}

static void seal(const struct processor *sp, struct header *header, const uint8_t *answer,
		 uint8_t page[SP_PAGE])
{
	const struct fault *fault = sp->options.fault;
	const uint8_t *key = sp->vmpck[header->vmpck];
	uint16_t size = header->size;
	uint8_t tag[TAG_SIZE];

	if (fault->spoil_header)
		fault->spoil_header((uint8_t *)header);
	if (header->size > PAYLOAD_MAX) {	/* the header may lie, the page has an end */
		struct header honest = *header;

		honest.size = size;
		gcm(true, key, &honest, answer, page + sizeof(*header), tag);
	} else {
		gcm(true, key, header, answer, page + sizeof(*header), tag);
	}
	memcpy(page, header, sizeof(*header));
	memcpy(page, tag, TAG_SIZE);
	if (fault->spoil_page)
		fault->spoil_page(page);
}

/**
 * message_serve() - SNP_GUEST_REQUEST
 * @sp: with its guest launched
 * @request: the guest's page
 * @response: receives the answer's page
 * @length: receives the bytes in use there
 *
 * Return: firmware status; @response is meaningful only with success.
 */
enum firmware_status message_serve(struct processor *sp, const uint8_t *request,
				   uint8_t *response, uint32_t *length)
{
	uint8_t payload[SP_PAGE] = { 0 }, tag[TAG_SIZE];
	uint8_t answer[SP_PAGE] __attribute__((aligned(8))) = { 0 };
	struct header header, reply = { 0 };
	uint64_t *sequence;

	memset(response, 0, SP_PAGE);
	*length = 0;
	if (!sp->launched)	/* its keys would be zeroes */
		return FW_INVALID_GUEST_STATE;
	memcpy(&header, request, sizeof(header));
	if (!header_is_good(&header))
		return FW_INVALID_PARAM;
	sequence = &sp->sequence[header.vmpck];
	if (*sequence >= UINT64_MAX - 2)
		return FW_AEAD_OFLOW;
	if (header.sequence != *sequence + 1)
		return FW_INVALID_PARAM;
	memcpy(tag, header.tag, sizeof(tag));
	if (!gcm(false, sp->vmpck[header.vmpck], &header, request + sizeof(header), payload, tag))
		return FW_BAD_MEASUREMENT;

	reply = header;
	memset(reply.tag, 0, sizeof(reply.tag));
	reply.sequence = header.sequence + 1;
	if (!handle(sp, &header, payload, &reply, answer))
		return FW_INVALID_PARAM;
	*sequence += 2;
	*length = sizeof(reply) + reply.size;
	seal(sp, &reply, answer, response);
	return FW_SUCCESS;
}
