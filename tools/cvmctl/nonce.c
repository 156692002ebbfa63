// SPDX-License-Identifier: GPL-2.0-or-later
/* The options that bind evidence to a nonce: the same for attest and verify. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cvmctl.h"

#define NONCE_MAX 4096

static int from_hex(const char *text, struct nonce *nonce)
{
	int ret;

	nonce->bytes.data = malloc(NONCE_MAX);
	if (!nonce->bytes.data)
		return -ENOMEM;
	ret = hex_decode(text, nonce->bytes.data, NONCE_MAX, &nonce->bytes.len);
	if (ret == -E2BIG)
		return fail_usage("--nonce: more than %d bytes; use --nonce-file", NONCE_MAX);
	if (ret)
		return fail_usage("--nonce: \"%s\" is no even number of hex digits", text);
	snprintf(nonce->name, sizeof(nonce->name), "nonce");
	return 0;
}

static int from_file(const char *path, struct nonce *nonce)
{
	int ret = files_read(path, &nonce->bytes);

	if (ret)
		return fail_io("cannot read", path, -ret);
	if (!nonce->bytes.len)
		return fail_usage("--nonce-file: %s is empty, and proves no freshness", path);
	snprintf(nonce->name, sizeof(nonce->name), "%s", path);
	return 0;
}

static int hash(struct nonce *nonce)
{
	snprintf(nonce->origin, sizeof(nonce->origin), "SHA-512(%s)", nonce->name);
	return cvm_nonce_to_report_data(nonce->bytes.data, nonce->bytes.len, nonce->report_data);
}

static int from_report_data(const char *text, struct nonce *nonce)
{
	size_t len;
	int ret = hex_decode(text, nonce->report_data, sizeof(nonce->report_data), &len);

	if (ret || len != sizeof(nonce->report_data))
		return fail_usage("--report-data: it takes 128 hex digits, exactly 64 bytes");
	snprintf(nonce->origin, sizeof(nonce->origin), "the bytes of --report-data");
	return 0;
}

static int parse(const struct args *args, struct nonce *nonce)
{
	int ret;

	if (args_has(args, "no-nonce")) {
		nonce->none = true;
		return 0;
	}
	if (args_has(args, "report-data"))
		return from_report_data(args_get(args, "report-data"), nonce);
	if (args_has(args, "nonce"))
		ret = from_hex(args_get(args, "nonce"), nonce);
	else
		ret = from_file(args_get(args, "nonce-file"), nonce);
	return ret ? ret : hash(nonce);
}

/* Exactly one of the options must be there. Returns 0 or an exit status. */
int nonce_from_args(const struct args *args, bool none_allowed, struct nonce *nonce)
{
	int n = args_has(args, "nonce") + args_has(args, "nonce-file") +
		args_has(args, "report-data") + args_has(args, "no-nonce");
	int ret;

	memset(nonce, 0, sizeof(*nonce));
	if (n != 1)
		return fail_usage("%s exactly one of --nonce, --nonce-file, --report-data%s",
				  n ? "give" : "missing:", none_allowed ? " or --no-nonce" : "");
	ret = parse(args, nonce);
	if (ret)
		nonce_release(nonce);
	return ret < 0 ? fail_io("cannot hash the nonce", "", -ret) : ret;
}

/* A root is hashed together with a nonce, so there must be one. Returns 0 or an exit status. */
int nonce_bind_seals(struct nonce *nonce, const uint8_t root[CVM_SEAL_DIGEST])
{
	int ret = cvm_seal_to_report_data(nonce->bytes.data, nonce->bytes.len, root,
					  nonce->report_data);

	if (ret)
		return fail_io("cannot hash the nonce", "", -ret);
	memcpy(nonce->seal_root, root, sizeof(nonce->seal_root));
	nonce->has_seal_root = true;
	return 0;
}

void nonce_release(struct nonce *nonce)
{
	free(nonce->bytes.data);
	nonce->bytes = (struct bytes){ 0 };
}
