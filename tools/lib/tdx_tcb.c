// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The judgement on a TCB: Intel's Provisioning Certification Service for ECDSA
 * Attestation, "Get TDX TCB Info", and the verification library that goes with it.
 * A platform level is chosen by SVNs; module and quoting enclave may only worsen it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tdx_tcb.h"

/* what the bytes of TEE_TCB_SVN are */
#define SVN_MODULE_MINOR 0
#define SVN_MODULE_MAJOR 1
#define SVN_LATE_UCODE	 2

const char *cvm_tdx_module_mismatch(const struct tcb_info *info, const struct cvm_tdx_report *td)
{
	const struct module_identity *module;

	module = cvm_tcb_info_module(info, td->tee_tcb_svn[SVN_MODULE_MAJOR]);
	if (!module)
		return "the TCB info does not know this major version";
	if (memcmp(module->mrsigner, td->mrsignerseam, sizeof(td->mrsignerseam)))
		return "MRSIGNERSEAM is not that of the TCB info";
	/* beyond what the TCB info says Intel's library wants them to be zero */
	if (td->seam_attributes || td->seam_attributes != module->attributes)
		return "SEAM attributes are not those of the TCB info";
	return NULL;
}

/* ---- levels ---- */

static bool reaches(const uint8_t svn[16], const uint8_t wanted[16], size_t from)
{
	size_t i;

	for (i = from; i < 16; i++)
		if (svn[i] < wanted[i])
			return false;
	return true;
}

static bool reaches_sgx(const struct pck *pck, const struct tcb_level *level)
{
	return reaches(pck->svn, level->sgx, 0) && pck->pce_svn >= level->pce_svn;
}

/* A module with a major version has its own identity, which judges its two SVNs. */
static bool reaches_tdx(const uint8_t svn[16], const struct tcb_level *level)
{
	return reaches(svn, level->tdx, svn[SVN_MODULE_MAJOR] ? SVN_LATE_UCODE : 0);
}

/**
 * struct choice - the levels that fit
 * @sgx: first that CPU and PCE reach, whatever the TDX module is, or NULL
 * @platform: first that the TDX module reaches as well, or NULL
 * @module: of the TDX module's identity, or NULL
 * @qe: of the quoting enclave's identity, or NULL
 */
struct choice {
	const struct tcb_judgement *sgx;
	const struct tcb_judgement *platform;
	const struct tcb_judgement *module;
	const struct tcb_judgement *qe;
};

static void choose_platform(const struct tcb_question *q, struct choice *choice)
{
	const struct tcb_level *level = q->info->levels;
	const struct tcb_level *end = level + q->info->n_levels;

	for (; level < end && !choice->platform; level++) {
		if (!reaches_sgx(q->pck, level))
			continue;
		if (!choice->sgx)
			choice->sgx = &level->judgement;
		if (reaches_tdx(q->quote->td.tee_tcb_svn, level))
			choice->platform = &level->judgement;
	}
}

static void choose(const struct tcb_question *q, struct choice *choice)
{
	const uint8_t *svn = q->quote->td.tee_tcb_svn;
	const struct module_identity *module;

	choose_platform(q, choice);
	module = cvm_tcb_info_module(q->info, svn[SVN_MODULE_MAJOR]);
	if (module && svn[SVN_MODULE_MAJOR])
		choice->module = cvm_svn_levels_find(&module->levels, svn[SVN_MODULE_MINOR]);
	choice->qe = cvm_svn_levels_find(&q->identity->levels, q->quote->qe.isv_svn);
}

static enum cvm_tcb_status status_of(const struct tcb_judgement *judgement)
{
	return judgement ? judgement->status : CVM_TCB_NO_MATCH;
}

/* ---- one status out of several ---- */

static bool needs_configuration(enum cvm_tcb_status status)
{
	return status == CVM_TCB_CONFIGURATION || status == CVM_TCB_CONFIGURATION_SW_HARDENING ||
	       status == CVM_TCB_OUT_OF_DATE_CONFIGURATION ||
	       status == CVM_TCB_RELAUNCH_CONFIGURATION;
}

static bool is_out_of_date(enum cvm_tcb_status status)
{
	return status == CVM_TCB_OUT_OF_DATE || status == CVM_TCB_OUT_OF_DATE_CONFIGURATION;
}

static bool is_current(enum cvm_tcb_status status)
{
	return status == CVM_TCB_UP_TO_DATE || status == CVM_TCB_SW_HARDENING ||
	       status == CVM_TCB_CONFIGURATION || status == CVM_TCB_CONFIGURATION_SW_HARDENING;
}

/* @part is the TDX module or the quoting enclave: UpToDate, OutOfDate, Revoked or no match. */
static enum cvm_tcb_status converge(enum cvm_tcb_status status, enum cvm_tcb_status part)
{
	if (part == CVM_TCB_REVOKED || part == CVM_TCB_NO_MATCH)
		return part;
	if (!is_out_of_date(part) || !is_current(status))
		return status;
	return needs_configuration(status) ? CVM_TCB_OUT_OF_DATE_CONFIGURATION
					   : CVM_TCB_OUT_OF_DATE;
}

/* The module that runs now is the newest, although the TD was launched by an older one. */
static bool has_newest_module(const struct tcb_info *info, const uint8_t svn2[16])
{
	const struct tcb_level *newest = info->levels;
	const struct module_identity *module;

	if (!info->n_levels || svn2[SVN_LATE_UCODE] < newest->tdx[SVN_LATE_UCODE])
		return false;
	if (!svn2[SVN_MODULE_MAJOR])
		return svn2[SVN_MODULE_MINOR] >= newest->tdx[SVN_MODULE_MINOR];
	module = cvm_tcb_info_module(info, svn2[SVN_MODULE_MAJOR]);
	return module && module->levels.n &&
	       svn2[SVN_MODULE_MINOR] >= module->levels.levels[0].isv_svn;
}

/* Only the module at launch is old, all else is current: a relaunch is what helps. */
static bool helps_relaunch(const struct tcb_question *q, const struct choice *choice,
			   enum cvm_tcb_status status)
{
	return q->quote->body_type == 3 && is_out_of_date(status) && choice->module &&
	       choice->module->status == CVM_TCB_OUT_OF_DATE &&
	       is_current(status_of(choice->sgx)) && status_of(choice->qe) == CVM_TCB_UP_TO_DATE &&
	       has_newest_module(q->info, q->quote->td.tee_tcb_svn2);
}

static enum cvm_tcb_status conclude(const struct tcb_question *q, const struct choice *choice,
				    const struct cvm_tcb_verdict *verdict)
{
	enum cvm_tcb_status status;

	if (!choice->platform)
		return CVM_TCB_NO_MATCH;
	status = converge(verdict->platform, verdict->module);
	if (status == CVM_TCB_REVOKED || status == CVM_TCB_NO_MATCH)
		return status;
	if (helps_relaunch(q, choice, status)) {
		bool configuration = needs_configuration(status) ||
				     needs_configuration(status_of(choice->sgx));

		status = configuration ? CVM_TCB_RELAUNCH_CONFIGURATION : CVM_TCB_RELAUNCH;
	}
	return converge(status, verdict->qe);
}

/* ---- advisories ---- */

static bool is_listed(const struct cvm_tcb_verdict *verdict, const char *advisory)
{
	size_t i;

	for (i = 0; i < verdict->n_advisories; i++)
		if (!strcmp(verdict->advisories[i], advisory))
			return true;
	return false;
}

static void add_advisories(struct cvm_tcb_verdict *verdict, const struct tcb_judgement *judgement)
{
	size_t i;

	for (i = 0; judgement && i < judgement->n_advisories; i++)
		if (!is_listed(verdict, judgement->advisories[i]))
			memcpy(verdict->advisories[verdict->n_advisories++],
			       judgement->advisories[i], CVM_TCB_ADVISORY_SIZE);
}

static int collect_advisories(const struct choice *choice, struct cvm_tcb_verdict *verdict)
{
	const struct tcb_judgement *all[] = { choice->platform, choice->module, choice->qe };
	size_t i, room = 0;

	for (i = 0; i < ARRAY_SIZE(all); i++)
		room += all[i] ? all[i]->n_advisories : 0;
	if (!room)
		return 0;
	verdict->advisories = calloc(room, sizeof(*verdict->advisories));
	if (!verdict->advisories)
		return -ENOMEM;
	for (i = 0; i < ARRAY_SIZE(all); i++)
		add_advisories(verdict, all[i]);
	return 0;
}

void cvm_tcb_verdict_release(struct cvm_tcb_verdict *verdict)
{
	free(verdict->advisories);
	memset(verdict, 0, sizeof(*verdict));
}

int cvm_tcb_judge(const struct tcb_question *question, struct cvm_tcb_verdict *verdict)
{
	bool has_module = question->quote->td.tee_tcb_svn[SVN_MODULE_MAJOR];
	struct choice choice = { 0 };

	memset(verdict, 0, sizeof(*verdict));
	choose(question, &choice);
	verdict->evaluation_number = question->info->evaluation_number;
	verdict->platform = status_of(choice.platform);
	verdict->module = has_module ? status_of(choice.module) : CVM_TCB_UP_TO_DATE;
	verdict->qe = status_of(choice.qe);
	verdict->status = conclude(question, &choice, verdict);
	if (choice.platform)
		memcpy(verdict->date, choice.platform->date, sizeof(verdict->date));
	return collect_advisories(&choice, verdict);
}
