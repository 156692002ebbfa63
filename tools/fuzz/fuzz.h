/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the fuzz targets share: checks that end the run like a crash does, and keys. */
#ifndef CVM_FUZZ_H
#define CVM_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Called by libFuzzer. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* check.c */
/* Not assert(): NDEBUG must not silence it. */
#define FUZZ_CHECK(good)                                              \
	do {                                                          \
		if (!(good))                                          \
			fuzz_check_failed(__FILE__, __LINE__, #good); \
	} while (0)

struct cvm_appraisal;
struct cvm_error;
struct cvm_verifier;

void fuzz_check_failed(const char *file, int line, const char *what) __attribute__((noreturn));
/* @len bytes at @part lie in the @size bytes at @whole. */
bool fuzz_lies_in(const void *part, size_t len, const void *whole, size_t size);
/* It ends inside of its @size bytes. */
bool fuzz_is_text(const char *text, size_t size);
/* It moves no cursor: a line, or with @lines several. */
bool fuzz_is_plain(const char *text, bool lines);
/* A failure says what failed and why. */
bool fuzz_is_told(int ret, const struct cvm_error *err);
/* Verdict, exit code, summary and checks say the same, in plain words. */
bool fuzz_is_consistent(const struct cvm_appraisal *appraisal);
/* For genuine evidence: where that is refused, nothing forged can be accepted either. */
bool fuzz_is_accepted(struct cvm_verifier *verifier, const void *evidence, size_t size);

/* keys.c: written by the program seeds, so that evidence in a corpus stays genuine */
struct forge_keys;
struct tdx_keys;

void fuzz_snp_keys(struct forge_keys *keys);
void fuzz_tdx_keys(struct tdx_keys *keys);

#endif /* CVM_FUZZ_H */
