// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Certificate tables, by libcvm and by the module: what the module hands on is what
 * libcvm reads, to the last entry.
 */
#include <string.h>

#include "fuzz.h"
#include "libcvm.h"

#define ENTRIES 16

/* kmod/snp_wire.h has a structure of the same name as libcvm.h */
int cvm_snp_certs_len(const void *table, uint32_t size);

static void check_entries(const struct cvm_snp_cert_entry *entries, int n, const uint8_t *data,
			  size_t size)
{
	int i;

	for (i = 0; i < n; i++) {
		FUZZ_CHECK(strlen(entries[i].guid) == 36);
		FUZZ_CHECK(fuzz_is_plain(entries[i].guid, false));
		FUZZ_CHECK(entries[i].name);
		FUZZ_CHECK(entries[i].len);
		FUZZ_CHECK(fuzz_lies_in(entries[i].data, entries[i].len, data, size));
	}
}

static void check_same(const struct cvm_snp_cert_entry *a, const struct cvm_snp_cert_entry *b,
		       int n)
{
	int i;

	for (i = 0; i < n; i++) {
		FUZZ_CHECK(!strcmp(a[i].guid, b[i].guid) && a[i].name == b[i].name);
		FUZZ_CHECK(a[i].data == b[i].data && a[i].len == b[i].len);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cvm_snp_cert_entry entries[ENTRIES], again[ENTRIES];
	struct cvm_error err = { 0 };
	int n = cvm_snp_certs_parse(data, size, entries, ENTRIES, &err);
	int len = cvm_snp_certs_len(data, size);

	FUZZ_CHECK(len < 0 || (size_t)len <= size);
	if (n < 0) {
		FUZZ_CHECK(fuzz_is_told(n, &err));
		return 0;
	}
	FUZZ_CHECK(n <= ENTRIES);
	check_entries(entries, n, data, size);
	FUZZ_CHECK(len >= 0 && !n == !len);
	if (!n)
		return 0;
	FUZZ_CHECK(cvm_snp_certs_parse(data, len, again, ENTRIES, NULL) == n);
	check_same(entries, again, n);
	FUZZ_CHECK(cvm_snp_certs_parse(data, size, again, 1, NULL) == 1);
	return 0;
}
