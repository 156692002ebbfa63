// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Which certificate a report should be checked with. A folder holds those of
 * many chips and TCB versions, and the host may have added some that only look
 * right: among those that fit equally well, what holds goes first.
 */
#include <errno.h>
#include <string.h>

#include "lib.h"

static bool same_hwid(const struct cvm_snp_report *report, const struct vek *vek)
{
	return vek->hwid_len && !memcmp(report->chip_id, vek->hwid, vek->hwid_len);
}

/* 0 for a certificate of another kind: a VLEK is no answer where a VCEK is asked for. */
static int fit(const struct cvm_snp_report *report, const struct vek *vek)
{
	if (!vek->present || vek->signer != report->signer)
		return 0;
	return 1 + 8 * same_hwid(report, vek) + 4 * (vek->tcb.raw == report->reported_tcb.raw) +
	       2 * (vek->product == report->product);
}

static int best_fit(const struct cvm_verifier *verifier, const struct cvm_snp_report *report)
{
	int best = 0;
	size_t i;

	for (i = 0; i < verifier->n_certs; i++) {
		int value = fit(report, &verifier->certs[i]->vek);

		if (value > best)
			best = value;
	}
	return best;
}

static int worth(const struct vek_choice *choice)
{
	if (!choice->vek)
		return 0;
	return 1 + 4 * choice->signed_by_vek +
	       2 * (choice->chain->state == CHAIN_VALID && choice->chain->in_time) +
	       (choice->chain->revocation != REVOCATION_REVOKED);
}

static int try(struct cvm_verifier *verifier, struct cert *vek, const uint8_t *bytes,
	       struct vek_choice *choice)
{
	int ret = cvm_signature_verify(verifier, vek, bytes);

	if (ret < 0)
		return ret;
	choice->vek = vek;
	choice->signed_by_vek = ret;
	choice->chain = cvm_chain_get(verifier, vek);
	return choice->chain ? 0 : -ENOMEM;
}

int cvm_vek_choose(struct cvm_verifier *verifier, const struct cvm_snp_report *report,
		   const uint8_t *bytes, struct vek_choice *choice)
{
	int best = best_fit(verifier, report);
	size_t i;

	memset(choice, 0, sizeof(*choice));
	for (i = 0; best && i < verifier->n_certs; i++) {
		struct cert *vek = verifier->certs[i];
		struct vek_choice candidate = { 0 };
		int ret;

		if (fit(report, &vek->vek) != best)
			continue;
		ret = try(verifier, vek, bytes, &candidate);
		if (ret)
			return ret;
		if (worth(&candidate) > worth(choice))
			*choice = candidate;
	}
	return 0;
}
