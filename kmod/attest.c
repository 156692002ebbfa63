// SPDX-License-Identifier: GPL-2.0-only
/* From nonce to evidence: who may ask now, how often, and of whom. */
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "cvm.h"

/*
 * The secure processor serves all guests of a host one by one. A process that
 * asks without pause would starve others, and make the host throttle us. It
 * may ask BURST times, then RATE times a second.
 */
#define BURST	256
#define RATE	50

static struct {
	spinlock_t lock;		/* all below */
	unsigned int tokens;
	unsigned long refilled;	/* jiffies */
} bucket = {
	.lock = __SPIN_LOCK_UNLOCKED(bucket.lock),
	.tokens = BURST,
};

static bool try_take_token(void)
{
	unsigned long earned, now = jiffies;
	bool taken;

	spin_lock(&bucket.lock);
	earned = min((now - bucket.refilled) / (HZ / RATE), (unsigned long)BURST);
	if (earned) {
		bucket.tokens = min_t(unsigned long, bucket.tokens + earned, BURST);
		bucket.refilled = now;
	}
	taken = bucket.tokens;
	if (taken)
		bucket.tokens--;
	spin_unlock(&bucket.lock);
	return taken;
}

static int take_token(void)
{
	while (!try_take_token()) {
		schedule_timeout_killable(HZ / RATE);
		if (fatal_signal_pending(current))
			return -EINTR;
	}
	return 0;
}

/* May a request go to the platform now? Tells who owns the device, too. */
static int admit(bool platform_can, char owner[CVM_OWNER_SIZE])
{
	struct cvm_attestation attestation;

	cvm_platform()->attestation(&attestation);
	memcpy(owner, attestation.owner, CVM_OWNER_SIZE);
	if (!attestation.supported || !platform_can)
		return -EOPNOTSUPP;
	if (attestation.key_destroyed)
		return -ENOKEY;
	if (!attestation.usable)
		return owner[0] ? -EBUSY : -ENODEV;
	return take_token();
}

static u32 resolve_vmpl(u32 vmpl)
{
	struct cvm_facts facts;

	if (vmpl != CVM_VMPL_CURRENT)
		return vmpl;
	cvm_platform()->facts(&facts);
	return facts.vmpl;
}

/**
 * cvm_attest_evidence() - get evidence for a nonce
 * @request: see &struct cvm_evidence_request; @request->vmpl may be
 *	CVM_VMPL_CURRENT; report and certs are NULL on failure
 * @owner: takes the name of the driver that owns the attestation device
 *
 * Context: sleeps, killable.
 * Return: 0; -EBUSY when another driver owns the device; -ENODEV when none
 * does; -EOPNOTSUPP when the platform has no evidence to give; else as the
 * platform's evidence operation.
 */
int cvm_attest_evidence(struct cvm_evidence_request *request, char owner[CVM_OWNER_SIZE])
{
	const struct cvm_platform_ops *platform = cvm_platform();
	int ret;

	request->vmpl = resolve_vmpl(request->vmpl);
	ret = admit(platform->evidence, owner);
	if (ret)
		return ret;
	ret = platform->evidence(request);
	if (!ret && request->report_len > CVM_REPORT_MAX)
		ret = -EBADMSG;
	if (ret) {
		kvfree(request->report);
		kvfree(request->certs);
		request->report = NULL;
		request->certs = NULL;
	}
	return ret;
}

/**
 * cvm_attest_derive_key() - get a key bound to this guest and platform
 * @request: see &struct cvm_key_request; @request->vmpl may be
 *	CVM_VMPL_CURRENT. The caller wipes it
 * @owner: as for cvm_attest_evidence()
 *
 * The caller has checked that whoever asks may have keys.
 *
 * Context: sleeps, killable.
 * Return: as cvm_attest_evidence().
 */
int cvm_attest_derive_key(struct cvm_key_request *request, char owner[CVM_OWNER_SIZE])
{
	const struct cvm_platform_ops *platform = cvm_platform();
	int ret;

	request->vmpl = resolve_vmpl(request->vmpl);
	ret = admit(platform->derive_key, owner);
	return ret ?: platform->derive_key(request);
}
