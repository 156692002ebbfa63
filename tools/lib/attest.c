// SPDX-License-Identifier: LGPL-2.1-or-later
/* Which interface gives evidence or a key: the first that is here and free. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"

struct transport {
	enum cvm_transport id;
	const char *name;
	int (*evidence)(const struct cvm_attest_request *request,
			struct cvm_evidence_bytes *evidence, struct cvm_error *err);
	int (*key)(const struct cvm_key_request *request, uint8_t key[32], struct cvm_error *err);
};

/* In the order of preference. configfs-tsm gives no keys. */
static const struct transport transports[] = {
	{ CVM_TRANSPORT_CVM, "cvm", cvm_dev_evidence, cvm_dev_key },
	{ CVM_TRANSPORT_TSM, "tsm", cvm_tsm_evidence, NULL },
	{ CVM_TRANSPORT_SEV_GUEST, "sev-guest", cvm_sev_guest_evidence, cvm_sev_guest_key },
};

const char *cvm_transport_name(enum cvm_transport transport)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(transports); i++)
		if (transports[i].id == transport)
			return transports[i].name;
	return "auto";
}

/* Nothing is here: that is the machine, the module, or an interface it does not have. */
static int nothing_here(struct cvm_error *err)
{
	struct cvm_platform platform;
	int ret = cvm_platform_probe(&platform, err);

	if (ret)
		return ret;
	return cvm_error_set(err, -ENODEV, CVM_ERR_NO_MODULE, "cannot open " CVM_DEVICE_PATH,
			     "the cvm module is not loaded, and no other interface answers");
}

/*
 * Whether the next interface is worth a try. A refusal by firmware or host is
 * not: the same request would be refused again, or worse, granted elsewhere.
 */
static bool try_next(int ret)
{
	return ret == -ENODEV || ret == -EBUSY;
}

/* An owner that stands in the way says more than an interface that is absent. */
static void remember(struct cvm_error *best, const struct cvm_error *latest, int *ret,
		     int latest_ret)
{
	if (*ret == -EBUSY && latest_ret == -ENODEV)
		return;
	*best = *latest;
	*ret = latest_ret;
}

static int finish(int ret, const struct cvm_error *found, bool automatic, struct cvm_error *err)
{
	if (ret == -ENODEV && automatic)
		return nothing_here(err);
	if (ret && err)
		*err = *found;
	return ret;
}

/* The kernel's own interfaces give quotes only */
static bool has_evidence(const struct transport *transport,
			 const struct cvm_attest_request *request)
{
	if (request->tdreport && transport->id != CVM_TRANSPORT_CVM)
		return false;
	return request->transport == CVM_TRANSPORT_AUTO || request->transport == transport->id;
}

int cvm_attest(const struct cvm_attest_request *request, struct cvm_evidence_bytes *evidence,
	       struct cvm_error *err)
{
	bool automatic = request->transport == CVM_TRANSPORT_AUTO;
	struct cvm_error found = { 0 }, latest = { 0 };
	int ret = -ENODEV, latest_ret;
	size_t i;

	if (request->tdreport && !automatic && request->transport != CVM_TRANSPORT_CVM)
		return cvm_error_set(err, -EOPNOTSUPP, CVM_ERR_NO_INTERFACE,
				     cvm_transport_name(request->transport),
				     "it gives no TDREPORTs, /dev/cvm does");
	for (i = 0; i < ARRAY_SIZE(transports) && try_next(ret); i++) {
		if (!has_evidence(&transports[i], request))
			continue;
		memset(evidence, 0, sizeof(*evidence));
		evidence->transport = transports[i].id;
		latest_ret = transports[i].evidence(request, evidence, &latest);
		if (latest_ret)
			cvm_evidence_release(evidence);
		remember(&found, &latest, &ret, latest_ret);
	}
	return finish(ret, &found, automatic, err);
}

void cvm_evidence_release(struct cvm_evidence_bytes *evidence)
{
	free(evidence->report);
	free(evidence->certs);
	memset(evidence, 0, sizeof(*evidence));
}

int cvm_derive_key(const struct cvm_key_request *request, uint8_t key[32], enum cvm_transport *used,
		   struct cvm_error *err)
{
	bool automatic = request->transport == CVM_TRANSPORT_AUTO;
	struct cvm_error found = { 0 }, latest = { 0 };
	int ret = -ENODEV, latest_ret;
	size_t i;

	if (request->transport == CVM_TRANSPORT_TSM)
		return cvm_error_set(err, -EOPNOTSUPP, CVM_ERR_NO_INTERFACE, "configfs-tsm",
				     "it gives evidence only, no keys");
	for (i = 0; i < ARRAY_SIZE(transports) && try_next(ret); i++) {
		if (!transports[i].key || (!automatic && transports[i].id != request->transport))
			continue;
		latest_ret = transports[i].key(request, key, &latest);
		if (!latest_ret && used)
			*used = transports[i].id;
		remember(&found, &latest, &ret, latest_ret);
	}
	return finish(ret, &found, automatic, err);
}
