// SPDX-License-Identifier: GPL-2.0-or-later
/* The options that bind evidence to a nonce: the same for attest and verify. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cvmctl.h"

#define NONCE_MAX 4096

static int from_hex(const char *text, struct nonce *nonce)
{
	uint8_t data[NONCE_MAX];
	size_t len;
	int ret = hex_decode(text, data, sizeof(data), &len);

	if (ret == -E2BIG)
		return fail_usage("--nonce: more than %d bytes; use --nonce-file", NONCE_MAX);
	if (ret)
		return fail_usage("--nonce: \"%s\" is no even number of hex digits", text);
	snprintf(nonce->origin, sizeof(nonce->origin), "SHA-512(nonce)");
	return cvm_nonce_to_report_data(data, len, nonce->report_data);
}

static int from_file(const char *path, struct nonce *nonce)
{
	struct bytes bytes;
	int ret = files_read(path, &bytes);

	if (ret)
		return fail_io("cannot read", path, -ret);
	if (!bytes.len)
		ret = fail_usage("--nonce-file: %s is empty, and proves no freshness", path);
	else
		ret = cvm_nonce_to_report_data(bytes.data, bytes.len, nonce->report_data);
	free(bytes.data);
	snprintf(nonce->origin, sizeof(nonce->origin), "SHA-512(%s)", path);
	return ret;
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

/* Exactly one of the options must be there. Returns 0 or an exit status. */
int nonce_from_args(const struct args *args, bool none_allowed, struct nonce *nonce)
{
	int n = args_has(args, "nonce") + args_has(args, "nonce-file") +
		args_has(args, "report-data") + args_has(args, "no-nonce");
	int ret = 0;

	memset(nonce, 0, sizeof(*nonce));
	if (n != 1)
		return fail_usage("%s exactly one of --nonce, --nonce-file, --report-data%s",
				  n ? "give" : "missing:", none_allowed ? " or --no-nonce" : "");
	if (args_has(args, "no-nonce"))
		nonce->none = true;
	else if (args_has(args, "nonce"))
		ret = from_hex(args_get(args, "nonce"), nonce);
	else if (args_has(args, "nonce-file"))
		ret = from_file(args_get(args, "nonce-file"), nonce);
	else
		ret = from_report_data(args_get(args, "report-data"), nonce);
	return ret < 0 ? fail_io("cannot hash the nonce", "", -ret) : ret;
}
