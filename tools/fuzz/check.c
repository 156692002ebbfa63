// SPDX-License-Identifier: LGPL-2.1-or-later
/* What must hold of any output, whatever the input was. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "libcvm.h"

void fuzz_check_failed(const char *file, int line, const char *what)
{
	fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
	abort();
}

bool fuzz_lies_in(const void *part, size_t len, const void *whole, size_t size)
{
	uintptr_t at = (uintptr_t)part, start = (uintptr_t)whole;

	return at >= start && at - start <= size && len <= size - (at - start);
}

bool fuzz_is_text(const char *text, size_t size)
{
	return memchr(text, '\0', size);
}

bool fuzz_is_plain(const char *text, bool lines)
{
	static const char ellipsis[] = "\xe2\x80\xa6";

	while (*text) {
		if (!strncmp(text, ellipsis, strlen(ellipsis)))
			text += strlen(ellipsis);
		else if ((*text >= ' ' && *text <= '~') || (lines && *text == '\n'))
			text++;
		else
			return false;
	}
	return true;
}

bool fuzz_is_told(int ret, const struct cvm_error *err)
{
	return ret < 0 && err->code != CVM_ERR_NONE && fuzz_is_text(err->what, sizeof(err->what)) &&
	       fuzz_is_text(err->why, sizeof(err->why)) && *err->why;
}

static bool is_consistent(const struct cvm_check *check, enum cvm_verdict verdict)
{
	if (!fuzz_is_plain(check->name, false) || !fuzz_is_plain(check->detail, false))
		return false;
	if (check->remedy && !fuzz_is_plain(check->remedy, true))
		return false;
	return verdict != CVM_ACCEPTED ||
	       (check->result != CVM_RESULT_FAIL && check->result != CVM_RESULT_MISSING);
}

bool fuzz_is_consistent(const struct cvm_appraisal *appraisal)
{
	static const char *const words[] = { "ACCEPTED", "REJECTED", "UNKNOWN" };
	const char *word = words[appraisal->verdict];
	size_t i;

	for (i = 0; i < appraisal->n_checks; i++)
		if (!is_consistent(&appraisal->checks[i], appraisal->verdict))
			return false;
	return appraisal->n_checks &&
	       (appraisal->verdict == CVM_ACCEPTED) == !appraisal->exit_code &&
	       !strncmp(appraisal->summary, word, strlen(word)) &&
	       fuzz_is_plain(appraisal->summary, false) && fuzz_is_text(appraisal->fmspc, 13);
}

bool fuzz_is_accepted(struct cvm_verifier *verifier, const void *evidence, size_t size)
{
	struct cvm_appraisal *appraisal;
	bool accepted;

	if (cvm_verifier_appraise(verifier, evidence, size, &appraisal, NULL))
		return false;
	accepted = appraisal->verdict == CVM_ACCEPTED && fuzz_is_consistent(appraisal);
	cvm_appraisal_free(appraisal);
	return accepted;
}
