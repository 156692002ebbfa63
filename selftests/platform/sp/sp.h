/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The host process that plays the AMD secure processor and the host that passes
 * on its certificates; td.h has what plays Intel's side. Sections are headed by the
 * file that implements them.
 *
 * Section numbers are those of the SEV-SNP firmware ABI specification, 56860.
 */
#ifndef SP_SP_H
#define SP_SP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "../link.h"

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof(*(array)))

#define SP_PAGE			4096
#define SP_REPORT_SIZE		1184
#define SP_REPORT_SIGNED	0x2a0
#define SP_DIGEST		48
#define FAULTS_MAX		16	/* with the NULL behind the last */
#define SP_VMPCK_COUNT		4
#define SP_VMPCK_SIZE		32
#define SP_CHIP_ID		64
#define SP_TURIN_CHIP_ID	8

/* die.c: failures of this process end it, with a reason */
void die(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));
void die_openssl(const char *what) __attribute__((noreturn));

/* product.c */

/**
 * struct product - a line of processors
 * @name: as options spell it
 * @title: as certificates of CAs and the VLEK spell it
 * @vcek_title: as the VCEK's certificate spells it
 * @family: CPUID family
 * @model: CPUID model
 * @stepping: CPUID stepping
 * @has_fmc: TCB layout with an FMC component, chip id of 8 bytes
 * @tcb: TCB of a freshly made processor
 * @firmware_build: third part of the firmware's version
 * @mitigations: mitigation vector, reports of version 5 have it
 */
struct product {
	const char *name;
	const char *title;
	const char *vcek_title;
	uint8_t family, model, stepping;
	bool has_fmc;
	uint64_t tcb;
	uint8_t firmware_build;
	uint64_t mitigations;
};

/**
 * struct tcb - a TCB_VERSION taken apart, section 2.2
 */
struct tcb {
	uint8_t bootloader, tee, snp, microcode, fmc;
};

const struct product *product_find(const char *name);
struct tcb tcb_split(const struct product *product, uint64_t raw);
uint64_t tcb_join(const struct product *product, struct tcb tcb);
bool tcb_exceeds(const struct product *product, uint64_t a, uint64_t b);

/* options.c */

enum certs_form {
	CERTS_DER,
	CERTS_PEM,
	CERTS_NONE,
	CERTS_PARTIAL,	/* the VEK alone */
};

/**
 * struct td_options - the TD, the machine and what Intel says of both
 * @identity: what the hypervisor is told at launch; its MAC key is made new each time
 * @quote_version: 4 or 5
 * @fmspc: of the platform
 * @pce_id: of its provisioning enclave
 * @pce_svn: of its provisioning enclave
 * @pck_tcb: SVNs of the platform's TCB components
 * @processor_ca: the Processor CA issues the PCK certificate, not the Platform CA
 * @qe_svn: of the quoting enclave
 * @tcb_status: of the platform's TCB level
 * @module_status: of the TDX module's
 * @qe_status: of the quoting enclave's
 * @advisories: of the platform's TCB level, separated by commas
 * @tcb_evaluation: tcbEvaluationDataNumber
 * @issued: issueDate of the collateral
 * @next_update: nextUpdate of the collateral
 * @pck_from: first second of the PCK certificate
 * @pck_until: last second of the PCK certificate
 */
struct td_options {
	struct link_td_identity identity;
	uint64_t quote_version;
	uint8_t fmspc[6], pce_id[2], pck_tcb[16];
	uint64_t pce_svn;
	bool processor_ca;
	uint64_t qe_svn;
	const char *tcb_status, *module_status, *qe_status, *advisories;
	uint64_t tcb_evaluation;
	time_t issued, next_update, pck_from, pck_until;
};

/**
 * struct options - everything that can be chosen, by name=value words
 */
struct options {
	const struct product *product;
	uint64_t report_version;
	bool vlek;
	uint64_t current_tcb, committed_tcb, launch_tcb, reported_tcb;
	uint64_t policy, guest_svn, platform_info, vmpl;
	uint64_t launch_mitigations, current_mitigations;
	uint8_t host_data[32], family_id[16], image_id[16];
	uint8_t id_key_digest[SP_DIGEST], author_key_digest[SP_DIGEST];
	bool has_author_key;
	uint8_t chip_id[SP_CHIP_ID];
	bool has_chip_id, mask_chip_id, mask_chip_key;
	enum certs_form certs;
	uint64_t throttle;
	time_t vek_from, vek_until, crl_from, crl_until;
	const char *revoke;
	const struct fault *fault, *faults[FAULTS_MAX];
	struct td_options td;
};

void options_parse(struct options *options, char **words, int count);
void options_print(void);
uint64_t option_number(const char *text);
time_t option_time(const char *text);
size_t hex_parse(const char *text, uint8_t *bytes, size_t max);

/* td_options.c */
void td_options_default(struct td_options *td, time_t now);
bool td_options_take(struct td_options *td, const char *word);
void td_options_print(void);

/* fault.c */

/**
 * enum quote_fault - how the quoting enclave answers wrongly
 */
enum quote_fault {
	QUOTE_HONEST,
	QUOTE_FAILED,		/* status of an error */
	QUOTE_BUSY,		/* twice unavailable, then well */
	QUOTE_NEVER,		/* no answer */
	QUOTE_EMPTY,		/* success without a quote */
	QUOTE_LONG,		/* claims more than any buffer holds */
	QUOTE_GARBAGE,		/* bytes that are no quote */
	QUOTE_BAD_SIGNATURE,
	QUOTE_OTHER_DATA,	/* for other report data, signed well */
	QUOTE_MAC_IGNORED,	/* takes reports that are not the machine's */
};

/**
 * struct fault - one way to answer wrongly
 * @name: value of fault=
 * @what: for the list of options
 * @spoil_header: change the header before it is authenticated
 * @spoil_page: change the encrypted page
 * @spoil_report: change the report before it is signed
 * @spoil_signed: change the report after it was signed
 * @exit_info2: answer every request with this error
 * @replay: answer with what the request before was answered with
 * @no_answer: do not answer at all
 * @quote: how the quoting enclave answers
 */
struct fault {
	const char *name;
	const char *what;
	void (*spoil_header)(uint8_t *header);
	void (*spoil_page)(uint8_t *page);
	void (*spoil_report)(uint8_t *report);
	void (*spoil_signed)(uint8_t *report);
	uint64_t exit_info2;
	bool replay;
	bool no_answer;
	enum quote_fault quote;
};

const struct fault *fault_find(const char *name);
bool fault_parse(const char *text, const struct fault *found[FAULTS_MAX]);
void fault_print(void);

/* keys.c */

/**
 * struct keys - the hierarchy: ARK -> ASK -> VCEK, ARK -> ASVK -> VLEK
 */
struct keys {
	EVP_PKEY *ark, *ask, *asvk, *vcek, *vlek;
};

EVP_PKEY *key_load_or_make(const char *folder, const char *name, const char *curve);
void keys_load(struct keys *keys, const char *folder);
void keys_free(struct keys *keys);

/* certificates.c */

/**
 * struct certificates - certificates of the keys
 */
struct certificates {
	X509 *ark, *ask, *asvk, *vcek, *vlek;
};

void certificates_make(struct certificates *certs, const struct keys *keys,
		       const struct options *options);
void certificates_free(struct certificates *certs);
EVP_MD_CTX *pss_context(EVP_PKEY *key);

/* crl.c */
X509_CRL *crl_begin(const X509 *issuer, const struct options *options);
void crl_add(X509_CRL *crl, const X509 *cert, time_t when);
X509_CRL *crl_make_ark(const struct certificates *certs, const struct keys *keys,
		       const struct options *options);
X509_CRL *crl_make_vek(const struct certificates *certs, const struct keys *keys,
		       const struct options *options);

/* certtable.c */
size_t certtable_make(uint8_t *table, size_t max, const struct certificates *certs,
		      const struct options *options);

/* folder.c: files of the state folder, each replaced as a whole */
void folder_make(const char *folder);
void folder_write(const char *folder, const char *name, const void *data, size_t size);
void folder_write_cert(const char *folder, const char *name, X509 *cert);
void *file_read(const char *path, size_t *size);

/* processor.c */

/**
 * struct processor - the secure processor with its one guest
 * @options: what was chosen
 * @keys: endorsement keys
 * @certs: their certificates
 * @table: the host's certificate table
 * @table_size: bytes of it
 * @measurement: launch digest
 * @report_id: of the guest
 * @vmpck: keys of the guest messages
 * @sequence: last sequence number used with each
 * @chip_id: of this processor
 * @root_secret: what keys are derived from, for each root
 * @throttled: requests turned away so far
 * @launched: there is a guest
 */
struct processor {
	struct options options;
	struct keys keys;
	struct certificates certs;
	uint8_t table[SP_PAGE * 6];
	size_t table_size;
	uint8_t measurement[SP_DIGEST];
	uint8_t report_id[32];
	uint8_t vmpck[SP_VMPCK_COUNT][SP_VMPCK_SIZE];
	uint64_t sequence[SP_VMPCK_COUNT];
	uint8_t chip_id[SP_CHIP_ID];
	uint8_t root_secret[2][32];
	uint64_t throttled;
	bool launched;
};

void processor_start(struct processor *sp, const char *folder, const char *key_folder);
void processor_stop(struct processor *sp);
void processor_launch(struct processor *sp, const uint8_t measurement[SP_DIGEST],
		      uint8_t secrets[SP_PAGE]);

/* firmware status codes, section 7 */
enum firmware_status {
	FW_SUCCESS		= 0x00,
	FW_INVALID_GUEST_STATE	= 0x02,
	FW_BAD_MEASUREMENT	= 0x0b,
	FW_INVALID_PARAM	= 0x16,
	FW_RESOURCE_LIMIT	= 0x17,
	FW_AEAD_OFLOW		= 0x1d,
	FW_INVALID_KEY		= 0x27,
};

/* message.c */
enum firmware_status endorsement_key(const struct processor *sp, uint32_t key_select,
				     bool *vlek);
enum firmware_status message_serve(struct processor *sp, const uint8_t *request,
				   uint8_t *response, uint32_t *length);

/* report.c */
void report_make(const struct processor *sp, const uint8_t data[64], uint32_t vmpl, bool vlek,
		 uint8_t report[SP_REPORT_SIZE]);

/* key.c */
enum firmware_status key_derive(const struct processor *sp, const uint8_t *request,
				uint8_t key[32]);

/* serve.c */
struct enclave;
void serve(struct processor *sp, struct enclave *enclave, const char *socket_path,
	   const char *folder, const char *key_folder);

/* predict.c */
void predict(const char *kernel, const char *initrd, const char *cmdline);

#endif /* SP_SP_H */
