// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * X.509 path validation by libcrypto, of exactly one VEK, CA and root. Dates
 * and revocation are noted and not fatal, so that one run tells all it can.
 */
#include <errno.h>

#include <openssl/x509_vfy.h>

#include "lib.h"

static bool is_time_error(int error)
{
	return error == X509_V_ERR_CERT_HAS_EXPIRED || error == X509_V_ERR_CERT_NOT_YET_VALID ||
	       error == X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD ||
	       error == X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD;
}

static bool is_crl_error(int error)
{
	switch (error) {
	case X509_V_ERR_UNABLE_TO_GET_CRL:
	case X509_V_ERR_UNABLE_TO_DECRYPT_CRL_SIGNATURE:
	case X509_V_ERR_CRL_SIGNATURE_FAILURE:
	case X509_V_ERR_CRL_NOT_YET_VALID:
	case X509_V_ERR_CRL_HAS_EXPIRED:
	case X509_V_ERR_ERROR_IN_CRL_LAST_UPDATE_FIELD:
	case X509_V_ERR_ERROR_IN_CRL_NEXT_UPDATE_FIELD:
	case X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER:
	case X509_V_ERR_KEYUSAGE_NO_CRL_SIGN:
	case X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION:
	case X509_V_ERR_DIFFERENT_CRL_SCOPE:
	case X509_V_ERR_UNSUPPORTED_EXTENSION_FEATURE:
	case X509_V_ERR_CRL_PATH_VALIDATION_ERROR:
		return true;
	default:
		return false;
	}
}

static void note_time(struct path_result *result, int error, int depth)
{
	if (result->time_error)
		return;
	result->time_error = error;
	result->time_depth = depth;
}

static void note_crl(struct path_result *result, int error, int depth)
{
	if (error == X509_V_ERR_UNABLE_TO_GET_CRL && depth == 0)
		return;
	if (result->crl_error)
		return;
	result->crl_error = error;
	result->crl_depth = depth;
}

static int on_error(int ok, X509_STORE_CTX *ctx)
{
	struct path_result *result = X509_STORE_CTX_get_app_data(ctx);
	int error = X509_STORE_CTX_get_error(ctx);
	int depth = X509_STORE_CTX_get_error_depth(ctx);

	if (ok)
		return 1;
	if (is_time_error(error)) {
		note_time(result, error, depth);
		return 1;
	}
	if (error == X509_V_ERR_CERT_REVOKED) {
		if (result->revoked_depth < 0)
			result->revoked_depth = depth;
		return 1;
	}
	if (is_crl_error(error)) {
		note_crl(result, error, depth);
		return 1;
	}
	result->error = error;
	result->depth = depth;
	return 0;
}

static int run(X509_STORE_CTX *ctx, time_t at, struct stack_st_X509_CRL *crls,
	       struct path_result *result)
{
	X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(ctx);
	unsigned long flags = X509_V_FLAG_CHECK_SS_SIGNATURE;

	if (crls) {
		flags |= X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL;
		X509_STORE_CTX_set0_crls(ctx, crls);
	}
	X509_VERIFY_PARAM_set_flags(param, flags);
	X509_VERIFY_PARAM_set_time(param, at);
	X509_VERIFY_PARAM_set_depth(param, 1);
	X509_STORE_CTX_set_verify_cb(ctx, on_error);
	X509_STORE_CTX_set_app_data(ctx, result);
	/* a run that breaks off without having asked on_error() must not pass */
	if (X509_verify_cert(ctx) != 1 && !result->error) {
		result->error = X509_STORE_CTX_get_error(ctx);
		if (!result->error)
			result->error = X509_V_ERR_UNSPECIFIED;
	}
	return result->error == X509_V_ERR_OUT_OF_MEM ? -ENOMEM : 0;
}

int cvm_path_verify(X509 *vek, X509 *ca, X509 *root, time_t at, struct stack_st_X509_CRL *crls,
		    struct path_result *result)
{
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	struct stack_st_X509 *untrusted = sk_X509_new_null();
	struct stack_st_X509 *trusted = sk_X509_new_null();
	int ret = -ENOMEM;

	*result = (struct path_result){ .revoked_depth = -1 };
	if (!ctx || !untrusted || !trusted || (ca && !sk_X509_push(untrusted, ca)) ||
	    !sk_X509_push(trusted, root) || !X509_STORE_CTX_init(ctx, NULL, vek, untrusted))
		goto out;
	X509_STORE_CTX_set0_trusted_stack(ctx, trusted);
	ret = run(ctx, at, crls, result);
out:
	X509_STORE_CTX_free(ctx);
	sk_X509_free(untrusted);
	sk_X509_free(trusted);
	return ret;
}
