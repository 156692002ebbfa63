// SPDX-License-Identifier: GPL-2.0-only
/* name=value words of the TDX half. */
#include <stdio.h>
#include <string.h>

#include "td.h"

#define DAY	86400
#define YEAR	(365 * DAY)

enum td_kind {
	TD_NUMBER,	/* uint64_t */
	TD_BYTES,	/* array */
	TD_TIME,	/* time_t */
	TD_STATUS,	/* const char *, a TCB status */
	TD_TEXT,	/* const char * */
	TD_VERSION,	/* 1.0 or 1.5 */
	TD_CA,		/* platform or processor */
	TD_SVNS,	/* numbers, with commas between */
};

struct td_option {
	const char *name;
	enum td_kind kind;
	struct {
		size_t offset, size;
	} at;
	const char *what;
};

#define AT(field)	{ offsetof(struct td_options, field), \
			  sizeof(((struct td_options *)0)->field) }

static const struct td_option table[] = {
	{ "td-version", TD_VERSION, AT(identity.report_version), "of the TDX module, 1.0 or 1.5" },
	{ "td-attributes", TD_NUMBER, AT(identity.attributes), "attributes of the TD" },
	{ "xfam", TD_NUMBER, AT(identity.xfam), "extended features of the TD" },
	{ "mrconfigid", TD_BYTES, AT(identity.mrconfigid), "48 bytes of the TD's owner" },
	{ "mrowner", TD_BYTES, AT(identity.mrowner), "48 bytes of the TD's owner" },
	{ "mrownerconfig", TD_BYTES, AT(identity.mrownerconfig), "48 bytes of the TD's owner" },
	{ "mrseam", TD_BYTES, AT(identity.mrseam), "measurement of the TDX module" },
	{ "mrsignerseam", TD_BYTES, AT(identity.mrsignerseam), "signer of the TDX module" },
	{ "tee-tcb-svn", TD_BYTES, AT(identity.tee_tcb_svn), "of the module at launch" },
	{ "tee-tcb-svn2", TD_BYTES, AT(identity.tee_tcb_svn2), "of the module that runs" },
	{ "cpu-svn", TD_BYTES, AT(identity.cpu_svn), "CPUSVN" },
	{ "quote-version", TD_NUMBER, AT(quote_version), "4 (the default) or 5" },
	{ "fmspc", TD_BYTES, AT(fmspc), "6 bytes, of the platform" },
	{ "pce-id", TD_BYTES, AT(pce_id), "2 bytes, of the provisioning enclave" },
	{ "pce-svn", TD_NUMBER, AT(pce_svn), "of the provisioning enclave" },
	{ "pck-tcb", TD_SVNS, AT(pck_tcb), "SVNs of the TCB components, at most 16" },
	{ "pck-ca", TD_CA, AT(processor_ca), "who issues the PCK certificate" },
	{ "qe-svn", TD_NUMBER, AT(qe_svn), "of the quoting enclave" },
	{ "tcb-status", TD_STATUS, AT(tcb_status), "of the platform's TCB level" },
	{ "module-status", TD_STATUS, AT(module_status), "of the TDX module's TCB level" },
	{ "qe-status", TD_STATUS, AT(qe_status), "of the quoting enclave's TCB level" },
	{ "advisories", TD_TEXT, AT(advisories), "of the platform's TCB level" },
	{ "tcb-eval", TD_NUMBER, AT(tcb_evaluation), "tcbEvaluationDataNumber" },
	{ "issue-date", TD_TIME, AT(issued), "of the collateral" },
	{ "next-update", TD_TIME, AT(next_update), "of the collateral" },
	{ "pck-not-before", TD_TIME, AT(pck_from), "first second of the PCK certificate" },
	{ "pck-not-after", TD_TIME, AT(pck_until), "last second of the PCK certificate" },
};

static const char *const kinds[] = { "N", "HEX", "RFC3339", "STATUS", "A,B", "1.0|1.5",
				     "platform|processor", "N,N,..." };

static const char *const statuses[] = {
	"UpToDate", "SWHardeningNeeded", "ConfigurationNeeded", "ConfigurationAndSWHardeningNeeded",
	"OutOfDate", "OutOfDateConfigurationNeeded", "Revoked", "NoMatchingLevel",
};

static const char *status(const char *text)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(statuses); i++)
		if (!strcmp(text, statuses[i]))
			return statuses[i];
	die("'%s' is no TCB status of Intel", text);
}

static uint32_t version(const char *text)
{
	if (strcmp(text, "1.0") && strcmp(text, "1.5"))
		die("'%s' is not 1.0 or 1.5", text);
	return text[2] == '0' ? 10 : 15;
}

static bool is_processor(const char *text)
{
	if (strcmp(text, "platform") && strcmp(text, "processor"))
		die("'%s' is not platform or processor", text);
	return !strcmp(text, "processor");
}

static void svns(const char *text, uint8_t *to, size_t size)
{
	char copy[128], *rest = copy, *word;
	size_t i = 0;

	snprintf(copy, sizeof(copy), "%s", text);
	memset(to, 0, size);
	while ((word = strsep(&rest, ","))) {
		if (i == size || option_number(word) > UINT8_MAX)
			die("'%s' is not %zu numbers up to 255", text, size);
		to[i++] = option_number(word);
	}
}

static void put(const struct td_option *option, void *place, const char *text)
{
	switch (option->kind) {
	case TD_NUMBER:
		*(uint64_t *)place = option_number(text);
		break;
	case TD_BYTES:
		memset(place, 0, option->at.size);
		hex_parse(text, place, option->at.size);
		break;
	case TD_TIME:
		*(time_t *)place = option_time(text);
		break;
	case TD_STATUS:
		*(const char **)place = status(text);
		break;
	case TD_TEXT:
		*(const char **)place = text;
		break;
	case TD_VERSION:
		*(uint32_t *)place = version(text);
		break;
	case TD_CA:
		*(bool *)place = is_processor(text);
		break;
	case TD_SVNS:
		svns(text, place, option->at.size);
		break;
	}
}

/**
 * td_options_take() - take a word that is one of the TDX half
 * @td: receives the value
 * @word: name=value
 *
 * Return: false when the name is another's.
 */
bool td_options_take(struct td_options *td, const char *word)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(table); i++) {
		size_t n = strlen(table[i].name);

		if (strncmp(word, table[i].name, n) || word[n] != '=')
			continue;
		put(&table[i], (char *)td + table[i].at.offset, word + n + 1);
		if (td->quote_version != 4 && td->quote_version != 5)
			die("quote-version is 4 or 5");
		return true;
	}
	return false;
}

/**
 * td_options_default() - a machine that Intel has nothing to say against
 * @td: receives it
 * @now: the time
 */
void td_options_default(struct td_options *td, time_t now)
{
	static const uint8_t fmspc[6] = { 0xc0, 0xff, 0xee, 0, 0, 0 };
	static const uint8_t tcb[16] = { 3, 3, 2, 2, 4, 1, 0, 5 };

	memset(td, 0, sizeof(*td));
	td->identity.report_version = 15;
	td->identity.attributes = 1ull << 28;	/* SEPT_VE_DISABLE */
	td->identity.xfam = 0xe7;
	td->identity.tee_tcb_svn[0] = 3;	/* minor and major version of the module */
	td->identity.tee_tcb_svn[1] = 1;
	td->identity.tee_tcb_svn[2] = 6;
	memcpy(td->identity.tee_tcb_svn2, td->identity.tee_tcb_svn, 16);
	memset(td->identity.mrseam, 0x5e, sizeof(td->identity.mrseam));
	memcpy(td->identity.cpu_svn, tcb, sizeof(tcb));
	td->quote_version = 4;
	memcpy(td->fmspc, fmspc, sizeof(fmspc));
	memcpy(td->pck_tcb, tcb, sizeof(tcb));
	td->pce_svn = 13;
	td->qe_svn = 4;
	td->tcb_status = statuses[0];
	td->module_status = statuses[0];
	td->qe_status = statuses[0];
	td->advisories = "";
	td->tcb_evaluation = 18;
	td->issued = now - DAY;
	td->next_update = now + 30 * DAY;
	td->pck_from = now - DAY;
	td->pck_until = now + 7 * YEAR;
}

/**
 * td_options_print() - list the options
 */
void td_options_print(void)
{
	char left[64];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(table); i++) {
		snprintf(left, sizeof(left), "%s=%s", table[i].name, kinds[table[i].kind]);
		printf("  %-40s %s\n", left, table[i].what);
	}
}
