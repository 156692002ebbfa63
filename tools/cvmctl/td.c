// SPDX-License-Identifier: GPL-2.0-or-later
/* A TD, as its report or quote tells of it: rows for people and JSON. */
#include <stdlib.h>
#include <string.h>

#include "cvmctl.h"

#define NAME_SIZE 160

void td_title(const struct cvm_tdx_report *td, size_t len, char *text, size_t size)
{
	snprintf(text, size, "Intel TDX %s, %zu bytes, TDX %s",
		 td->from_quote ? "quote" : "TDREPORT", len, td->is_15 ? "1.5" : "1.0");
}

static char *attributes_text(uint64_t attributes, char text[NAME_SIZE])
{
	unsigned int bit;
	size_t at = 0;

	text[0] = '\0';
	for (bit = 0; bit < 64 && at < NAME_SIZE; bit++)
		if (attributes >> bit & 1)
			at += snprintf(text + at, NAME_SIZE - at, "%s%s", at ? " " : "",
				       cvm_tdx_attribute_name(bit) ? cvm_tdx_attribute_name(bit)
								   : "reserved");
	return text;
}

static void row_digest(const char *label, const uint8_t *data, size_t len)
{
	char text[160];

	if (hex_is_zero(data, len))
		term_row(label, "report", "all zero");
	else
		term_row(label, "report", "%s", hex_elided(data, len, text, sizeof(text)));
}

void td_rows(const struct cvm_tdx_report *td)
{
	char names[NAME_SIZE], label[16];
	unsigned int i;

	term_row("attributes", "report", "%#llx %s", (unsigned long long)td->td_attributes,
		 attributes_text(td->td_attributes, names));
	term_row("XFAM", "report", "%#llx", (unsigned long long)td->xfam);
	row_digest("MRTD", td->mrtd, sizeof(td->mrtd));
	for (i = 0; i < CVM_TDX_RTMRS; i++) {
		snprintf(label, sizeof(label), "RTMR%u", i);
		row_digest(label, td->rtmr[i], sizeof(td->rtmr[i]));
	}
	row_digest("MRCONFIGID", td->mrconfigid, sizeof(td->mrconfigid));
	row_digest("MROWNER", td->mrowner, sizeof(td->mrowner));
	row_digest("MROWNERCONF.", td->mrownerconfig, sizeof(td->mrownerconfig));
	if (td->is_15)
		row_digest("MRSERVICETD", td->mrservicetd, sizeof(td->mrservicetd));
	row_digest("report data", td->report_data, sizeof(td->report_data));
	term_row("TDX module", "report", "version %u.%u, seam attributes %#llx", td->tee_tcb_svn[1],
		 td->tee_tcb_svn[0], (unsigned long long)td->seam_attributes);
	row_digest("MRSEAM", td->mrseam, sizeof(td->mrseam));
	row_digest("MRSIGNERSEAM", td->mrsignerseam, sizeof(td->mrsignerseam));
}

static json_t *attributes_json(uint64_t attributes)
{
	json_t *names = json_array();
	unsigned int bit;

	for (bit = 0; bit < 64; bit++)
		if (attributes >> bit & 1 && cvm_tdx_attribute_name(bit))
			json_array_append_new(names, json_string(cvm_tdx_attribute_name(bit)));
	return names;
}

static void set_number(json_t *object, const char *key, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%#llx", (unsigned long long)value);
	json_object_set_new(object, key, json_string(text));
}

json_t *td_json(const struct cvm_tdx_report *td)
{
	json_t *object = json_object();
	char key[8];
	unsigned int i;

	json_object_set_new(object, "tdx", json_string(td->is_15 ? "1.5" : "1.0"));
	set_number(object, "td_attributes", td->td_attributes);
	json_object_set_new(object, "td_attribute_names", attributes_json(td->td_attributes));
	set_number(object, "xfam", td->xfam);
	set_number(object, "seam_attributes", td->seam_attributes);
	json_set_hex(object, "tee_tcb_svn", td->tee_tcb_svn, sizeof(td->tee_tcb_svn));
	json_set_hex(object, "mrseam", td->mrseam, sizeof(td->mrseam));
	json_set_hex(object, "mrsignerseam", td->mrsignerseam, sizeof(td->mrsignerseam));
	json_set_hex(object, "mrtd", td->mrtd, sizeof(td->mrtd));
	for (i = 0; i < CVM_TDX_RTMRS; i++) {
		snprintf(key, sizeof(key), "rtmr%u", i);
		json_set_hex(object, key, td->rtmr[i], sizeof(td->rtmr[i]));
	}
	json_set_hex(object, "mrconfigid", td->mrconfigid, sizeof(td->mrconfigid));
	json_set_hex(object, "mrowner", td->mrowner, sizeof(td->mrowner));
	json_set_hex(object, "mrownerconfig", td->mrownerconfig, sizeof(td->mrownerconfig));
	json_set_hex(object, "report_data", td->report_data, sizeof(td->report_data));
	if (td->is_15) {
		json_set_hex(object, "tee_tcb_svn2", td->tee_tcb_svn2, sizeof(td->tee_tcb_svn2));
		json_set_hex(object, "mrservicetd", td->mrservicetd, sizeof(td->mrservicetd));
	}
	return object;
}

/* Names as Intel spells them; null for what could not be decided */
static json_t *status_json(enum cvm_tcb_status status)
{
	return status == CVM_TCB_UNKNOWN ? json_null() : json_string(cvm_tcb_status_name(status));
}

json_t *td_tcb_json(const struct cvm_tcb_verdict *tcb)
{
	json_t *advisories = json_array();
	size_t i;

	for (i = 0; i < tcb->n_advisories; i++)
		json_array_append_new(advisories, json_string(tcb->advisories[i]));
	return json_pack("{s:o, s:o, s:o, s:o, s:s, s:I, s:o}", "status", status_json(tcb->status),
			 "platform", status_json(tcb->platform), "module", status_json(tcb->module),
			 "qe", status_json(tcb->qe), "date", tcb->date, "evaluation_number",
			 (json_int_t)tcb->evaluation_number, "advisories", advisories);
}
