// SPDX-License-Identifier: GPL-2.0-only
/* The quoting enclave at work, and how it fails on purpose. */
#include <stdio.h>
#include <string.h>

#include "td.h"

/* GHCI 1.5, section 3.3, table of the status codes */
#define STATUS_SUCCESS		0
#define STATUS_ERROR		0x8000000000000000ull
#define STATUS_UNAVAILABLE	0x8000000000000001ull

#define BUSY_ANSWERS	2
#define REPORT_DATA	128
#define SIGNATURE_V4	(48 + 584 + 4)

/**
 * enclave_start() - keys and certificates, and what a verifier needs
 * @enclave: receives them
 * @options: what was chosen
 * @folder: state folder
 * @key_folder: where private keys are kept
 */
void enclave_start(struct enclave *enclave, const struct options *options, const char *folder,
		   const char *key_folder)
{
	folder_make(folder);
	folder_make(key_folder);
	enclave->options = options;
	enclave_forget(enclave);
	td_keys_load(&enclave->keys, key_folder);
	td_certificates_make(&enclave->certs, &enclave->keys, options);
	pcs_publish(enclave, folder);
}

/**
 * enclave_forget() - begin with the first fault
 * @enclave: with its options set
 */
void enclave_forget(struct enclave *enclave)
{
	enclave->busy = 0;
	enclave->fault = 0;
}

/**
 * enclave_stop() - forget keys and certificates
 * @enclave: started
 */
void enclave_stop(struct enclave *enclave)
{
	td_certificates_free(&enclave->certs);
	td_keys_free(&enclave->keys);
}

/* Of several faults each is for one quote, the last for all that follow */
static enum quote_fault next_fault(struct enclave *enclave)
{
	const struct fault *const *fault = enclave->options->faults + enclave->fault;

	if (!fault[0])
		return QUOTE_HONEST;
	if (fault[0]->quote == QUOTE_BUSY && enclave->busy < BUSY_ANSWERS)
		return QUOTE_BUSY;
	if (fault[1])
		enclave->fault++;
	return fault[0]->quote;
}

static bool is_well(struct enclave *enclave, enum quote_fault fault, const uint8_t *report,
		    size_t size, struct link_td_quote *head)
{
	if (fault == QUOTE_FAILED) {
		head->status = STATUS_ERROR;
		return false;
	}
	if (fault == QUOTE_BUSY && enclave->busy < BUSY_ANSWERS) {
		enclave->busy++;
		head->status = STATUS_UNAVAILABLE;
		return false;
	}
	if (fault == QUOTE_EMPTY)
		return false;
	if (size != TD_REPORT_SIZE ||
	    (fault != QUOTE_MAC_IGNORED &&
	     !tdreport_is_ours(&enclave->options->td.identity, report))) {
		fputs("sp: quote refused: the TDREPORT is not this machine's\n", stderr);
		head->status = STATUS_ERROR;
		return false;
	}
	return true;
}

static void spoil(enum quote_fault fault, struct link_td_quote *head, uint8_t *quote)
{
	switch (fault) {
	case QUOTE_LONG:
		head->claimed = 0xffffff00;
		break;
	case QUOTE_GARBAGE:
		memset(quote, 0xa5, head->length);
		break;
	case QUOTE_BAD_SIGNATURE:
		quote[SIGNATURE_V4 + (quote[0] == 5 ? 6 : 0)] ^= 1;
		break;
	default:
		break;
	}
}

/**
 * enclave_serve() - answer a request for a quote
 * @enclave: started
 * @report: the request
 * @report_size: its size
 * @head: receives status and lengths
 * @quote: receives the quote
 *
 * Return: false when there is to be no answer.
 */
bool enclave_serve(struct enclave *enclave, const uint8_t *report, size_t report_size,
		   struct link_td_quote *head, uint8_t quote[TD_QUOTE_MAX])
{
	enum quote_fault fault = next_fault(enclave);
	uint8_t copy[TD_REPORT_SIZE];

	*head = (struct link_td_quote){ .status = STATUS_SUCCESS };
	if (fault == QUOTE_NEVER)
		return false;
	if (is_well(enclave, fault, report, report_size, head)) {
		memcpy(copy, report, sizeof(copy));
		if (fault == QUOTE_OTHER_DATA)
			copy[REPORT_DATA] ^= 1;
		head->length = quote_make(enclave, copy, quote);
		head->claimed = head->length;
		spoil(fault, head, quote);
	}
	fprintf(stderr, "sp: quote: status %llx, %u bytes\n", (unsigned long long)head->status,
		head->length);
	return true;
}
