/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What Intel signs about TCB levels, parsed: TCB info version 3 and enclave identity version 2. */
#ifndef CVM_TDX_TCB_H
#define CVM_TDX_TCB_H

#include <jansson.h>

#include "lib.h"

/**
 * struct tcb_judgement - what Intel says of one level
 * @status: of that level
 * @date: when it came to be
 * @advisories: names of advisories that concern it
 * @n_advisories: number of @advisories
 */
struct tcb_judgement {
	enum cvm_tcb_status status;
	char date[CVM_TCB_DATE_SIZE];
	char (*advisories)[CVM_TCB_ADVISORY_SIZE];
	size_t n_advisories;
};

/**
 * struct svn_level - a level that one number decides
 * @isv_svn: lowest security version that has it
 * @judgement: on it
 */
struct svn_level {
	uint16_t isv_svn;
	struct tcb_judgement judgement;
};

struct svn_levels {
	struct svn_level *levels;
	size_t n;
};

/**
 * struct tcb_level - a TCB level of a platform
 * @sgx: lowest SVNs of the CPU's components
 * @tdx: lowest SVNs of the TDX module and its components
 * @pce_svn: lowest SVN of the provisioning enclave
 * @judgement: on it
 */
struct tcb_level {
	uint8_t sgx[16];
	uint8_t tdx[16];
	uint16_t pce_svn;
	struct tcb_judgement judgement;
};

/**
 * struct module_identity - a TDX module as Intel makes it
 * @version: its major version, 0 for the one that stands for all older modules
 * @mrsigner: its signer
 * @attributes: its SEAM attributes
 * @levels: by its minor version
 */
struct module_identity {
	uint8_t version;
	uint8_t mrsigner[48];
	uint64_t attributes;
	struct svn_levels levels;
};

struct tcb_info {
	uint8_t fmspc[6];
	uint8_t pce_id[2];
	uint32_t evaluation_number;
	struct module_identity *modules; /* the first is version 0 */
	size_t n_modules;
	struct tcb_level *levels;
	size_t n_levels;
};

struct qe_identity {
	uint32_t evaluation_number;
	uint32_t misc_select;
	uint32_t misc_select_mask;
	uint8_t attributes[16];
	uint8_t attributes_mask[16];
	uint8_t mr_signer[32];
	uint16_t isv_prod_id;
	struct svn_levels levels;
};

/* tdx_level.c */
/* Levels as they stand under "tcbLevels", newest first. 0, -EBADMSG or -ENOMEM. */
int cvm_svn_levels_parse(const json_t *object, struct svn_levels *levels, const char **why);
void cvm_svn_levels_free(struct svn_levels *levels);
int cvm_tcb_judgement_parse(const json_t *level, struct tcb_judgement *judgement, const char **why);
/* The first level that @svn reaches, or NULL. */
const struct tcb_judgement *cvm_svn_levels_find(const struct svn_levels *levels, uint16_t svn);

/* tdx_tcb_info.c */
/* 0, -EBADMSG with *why, or -ENOMEM. */
int cvm_tcb_info_parse(const json_t *document, struct tcb_info **info, const char **why);
void cvm_tcb_info_free(struct tcb_info *info);
const struct module_identity *cvm_tcb_info_module(const struct tcb_info *info, uint8_t version);

/* tdx_qe.c */
int cvm_qe_identity_parse(const json_t *document, struct qe_identity **identity, const char **why);
void cvm_qe_identity_free(struct qe_identity *identity);
/* Why this is not the enclave of @identity, or NULL. */
const char *cvm_qe_mismatch(const struct qe_identity *identity, const struct cvm_sgx_report *qe);

/* tdx_tcb.c */
/**
 * struct tcb_question - what a TCB is judged by
 * @info: of the platform's FMSPC
 * @identity: of the quoting enclave
 * @pck: SVNs of CPU and PCE
 * @quote: SVNs of TDX module and quoting enclave
 */
struct tcb_question {
	const struct tcb_info *info;
	const struct qe_identity *identity;
	const struct pck *pck;
	const struct cvm_tdx_quote *quote;
};

/* Why the TDX module of @td is none that @info speaks of, or NULL. */
const char *cvm_tdx_module_mismatch(const struct tcb_info *info, const struct cvm_tdx_report *td);
/* 0 or -ENOMEM. */
int cvm_tcb_judge(const struct tcb_question *question, struct cvm_tcb_verdict *verdict);
void cvm_tcb_verdict_release(struct cvm_tcb_verdict *verdict);
/* CVM_TCB_UNKNOWN when Intel has no such word. */
enum cvm_tcb_status cvm_tcb_status_of_name(const char *name, size_t len);

#endif /* CVM_TDX_TCB_H */
