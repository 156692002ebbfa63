// SPDX-License-Identifier: GPL-2.0-or-later
/* cvmctl show: what evidence or a certificate table says, without judging it. */
#include <stdlib.h>
#include <string.h>

#include "cvmctl.h"

/* A table has a handful of entries; the rest of a longer one is not shown. */
#define ENTRIES_MAX 64

static int show_report(const char *name, const struct bytes *bytes,
		       const struct cvm_snp_report *report)
{
	char title[160];
	json_t *result;

	if (settings.json) {
		result = json_result(EXIT_YES);
		json_object_set_new(result, "type", json_string("snp-report"));
		json_object_set_new(result, "report", report_json(report));
		return json_print(result, EXIT_YES);
	}
	report_title(report, bytes->len, title, sizeof(title));
	printf("%s: %s\n", name, title);
	if (settings.quiet)
		return EXIT_YES;
	report_rows_full(report);
	printf("\nDecoded, not verified:  cvmctl verify %s --nonce HEX\n", name);
	return EXIT_YES;
}

static int show_td(const char *name, const struct bytes *bytes, const struct cvm_tdx_report *td)
{
	char title[160];
	json_t *result;

	if (settings.json) {
		result = json_result(EXIT_YES);
		json_object_set_new(result, "type",
				    json_string(td->from_quote ? "tdx-quote" : "tdx-report"));
		json_object_set_new(result, "report", td_json(td));
		return json_print(result, EXIT_YES);
	}
	td_title(td, bytes->len, title, sizeof(title));
	printf("%s: %s\n", name, title);
	if (settings.quiet)
		return EXIT_YES;
	td_rows(td);
	if (td->from_quote)
		printf("\nDecoded, not verified:  cvmctl verify %s --nonce HEX --collateral DIR\n",
		       name);
	return EXIT_YES;
}

static int show_quote(const char *name, const struct bytes *bytes)
{
	struct cvm_tdx_quote quote;
	struct cvm_error err = { 0 };
	int ret = cvm_tdx_quote_parse(bytes->data, bytes->len, &quote, &err);

	if (!ret)
		return show_td(name, bytes, &quote.td);
	snprintf(err.what, sizeof(err.what), "%s", name);
	return fail(&err, ret);
}

static int show_tdreport(const char *name, const struct bytes *bytes)
{
	struct cvm_tdx_report td;
	struct cvm_error err = { 0 };
	int ret = cvm_tdx_report_parse(bytes->data, bytes->len, &td, &err);

	if (!ret)
		return show_td(name, bytes, &td);
	snprintf(err.what, sizeof(err.what), "%s", name);
	return fail(&err, ret);
}

static int show_snp(const char *name, const struct bytes *bytes)
{
	struct cvm_snp_cert_entry entries[ENTRIES_MAX];
	struct cvm_snp_report report;
	struct cvm_error err = { 0 }, table_err = { 0 };
	int ret, n;

	ret = cvm_snp_report_parse(bytes->data, bytes->len, &report, &err);
	if (!ret)
		return show_report(name, bytes, &report);
	n = cvm_snp_certs_parse(bytes->data, bytes->len, entries, ENTRIES_MAX, &table_err);
	if (n > 0)
		return certs_show(name, bytes, entries, n > ENTRIES_MAX ? ENTRIES_MAX : n);
	snprintf(err.what, sizeof(err.what), "%s", name);
	return fail(&err, ret);
}

static int show_bytes(const char *name, const struct bytes *bytes)
{
	switch (cvm_evidence_kind(bytes->data, bytes->len)) {
	case CVM_EVIDENCE_TDX_QUOTE:
		return show_quote(name, bytes);
	case CVM_EVIDENCE_TDX_REPORT:
		return show_tdreport(name, bytes);
	case CVM_EVIDENCE_CCEL:
		return eventlog_show(name, bytes);
	default:
		return show_snp(name, bytes);
	}
}

int cmd_show(const struct args *args)
{
	const char *path = args->operands[0];
	struct bytes bytes;
	int ret = files_read(path, &bytes);

	if (ret)
		return fail_io("cannot read", path, -ret);
	ret = show_bytes(path, &bytes);
	free(bytes.data);
	return ret;
}
