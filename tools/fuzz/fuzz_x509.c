// SPDX-License-Identifier: LGPL-2.1-or-later
/* Certificates, roots and CRLs: DER, PEM, tables; what is in their extensions. */
#include <string.h>

#include "fuzz.h"
#include "lib.h"

typedef int adder(struct cvm_verifier *verifier, const void *data, size_t len, const char *name,
		  struct cvm_error *err);

static void check_cert(const struct cert *cert)
{
	const struct vek *vek = &cert->vek;
	struct pck pck;
	char name[32], date[11];

	FUZZ_CHECK(fuzz_is_text(vek->product_name, sizeof(vek->product_name)));
	FUZZ_CHECK(fuzz_is_text(vek->csp_id, sizeof(vek->csp_id)));
	FUZZ_CHECK(fuzz_is_plain(vek->product_name, false) && fuzz_is_plain(vek->csp_id, false));
	FUZZ_CHECK(vek->hwid_len <= sizeof(vek->hwid));
	FUZZ_CHECK(!cert->pinned && !cert->intel);
	cvm_pck_parse(cert->x509, &pck);
	FUZZ_CHECK(pck.present || !pck.malformed);
	memset(name, 0xa5, sizeof(name));
	cvm_x509_common_name(X509_get_subject_name(cert->x509), name, sizeof(name));
	FUZZ_CHECK(fuzz_is_text(name, sizeof(name)) && fuzz_is_plain(name, false));
	cvm_x509_date(date, X509_get0_notAfter(cert->x509));
	FUZZ_CHECK(fuzz_is_text(date, sizeof(date)) && fuzz_is_plain(date, false));
}

static void check_add(adder *add, const uint8_t *data, size_t size)
{
	struct cvm_verifier *verifier;
	struct cvm_error err = { 0 };
	size_t i;
	int ret;

	FUZZ_CHECK(!cvm_verifier_new(&verifier));
	ret = add(verifier, data, size, "fuzz", &err);
	FUZZ_CHECK(!ret || fuzz_is_told(ret, &err));
	FUZZ_CHECK(ret || verifier->n_certs || verifier->n_crls);
	for (i = 0; i < verifier->n_certs; i++) {
		check_cert(verifier->certs[i]);
		FUZZ_CHECK(verifier->certs[i]->trusted == (add == cvm_verifier_add_roots));
	}
	FUZZ_CHECK(add != cvm_verifier_add_crl || !verifier->n_certs);
	FUZZ_CHECK(add != cvm_verifier_add_roots || !verifier->n_crls);
	cvm_verifier_free(verifier);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_add(cvm_verifier_add_certs, data, size);
	check_add(cvm_verifier_add_crl, data, size);
	check_add(cvm_verifier_add_roots, data, size);
	check_add(cvm_verifier_add_collateral, data, size);
	return 0;
}
