/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The TDX half of the host process: the quoting enclave, Intel's provisioning service,
 * and the identity of the TD. Sections are headed by the file that implements them.
 */
#ifndef SP_TD_H
#define SP_TD_H

#include "sp.h"

#define TD_REPORT_SIZE	1024
#define TD_QUOTE_MAX	8192

/* td_keys.c */

/**
 * struct td_keys - the hierarchy: root -> PCK CA -> PCK, root -> TCB signing, and the
 *	attestation key, which the quoting enclave binds to its report
 */
struct td_keys {
	EVP_PKEY *root, *ca, *pck, *tcb_signing, *attestation;
};

/**
 * struct td_certificates - certificates of the keys
 */
struct td_certificates {
	X509 *root, *ca, *pck, *tcb_signing;
};

/**
 * struct enclave - the quoting enclave and the provisioning service
 * @options: what was chosen
 * @keys: its keys
 * @certs: their certificates
 * @busy: requests turned away so far, for fault=quote-busy
 * @fault: which of the faults is next
 */
struct enclave {
	const struct options *options;
	struct td_keys keys;
	struct td_certificates certs;
	unsigned int busy;
	unsigned int fault;
};

void td_keys_load(struct td_keys *keys, const char *folder);
void td_keys_free(struct td_keys *keys);

/* pck.c */
void td_certificates_make(struct td_certificates *certs, const struct td_keys *keys,
			  const struct options *options);
void td_certificates_free(struct td_certificates *certs);
char *td_chain_pem(const struct td_certificates *certs);

/* pcs.c */
void pcs_publish(const struct enclave *enclave, const char *folder);

/* sign.c */
void ecdsa_sign(EVP_PKEY *key, const void *data, size_t size, uint8_t signature[64]);
void ec_point(EVP_PKEY *key, uint8_t point[64]);

/* tdreport.c */
void tdreport_make(const struct link_td_identity *identity, const uint8_t data[64],
		   uint8_t report[TD_REPORT_SIZE]);
bool tdreport_is_ours(const struct link_td_identity *identity,
		      const uint8_t report[TD_REPORT_SIZE]);

/* quote.c */
extern const uint8_t qe_mrsigner[32];	/* pcs.c */
size_t quote_make(const struct enclave *enclave, const uint8_t report[TD_REPORT_SIZE],
		  uint8_t quote[TD_QUOTE_MAX]);

/* enclave.c */
void enclave_start(struct enclave *enclave, const struct options *options, const char *folder,
		   const char *key_folder);
void enclave_forget(struct enclave *enclave);
void enclave_stop(struct enclave *enclave);
bool enclave_serve(struct enclave *enclave, const uint8_t *report, size_t report_size,
		   struct link_td_quote *head, uint8_t quote[TD_QUOTE_MAX]);

#endif /* SP_TD_H */
