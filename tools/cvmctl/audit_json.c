// SPDX-License-Identifier: GPL-2.0-or-later
/* An audit as JSON; sizes are bytes, times RFC 3339. */
#include "audit.h"

json_t *audit_json_uses(const struct cvm_audit *audit)
{
	json_t *uses = json_object();
	uint32_t use;

	for (use = 0; use < CVM_PAGE_USES_MAX; use++)
		if (audit->uses[use])
			json_object_set_new(uses, cvm_page_use_name(use),
					    json_integer(audit->uses[use]));
	return uses;
}

static json_t *owner_json(const struct cvm_owner *owner)
{
	json_t *object, *stack;
	size_t i;

	if (owner->before_load)
		return json_pack("{s:b}", "before_load", 1);
	stack = json_array();
	for (i = 0; i < owner->n_stack; i++)
		json_array_append_new(stack, json_string(owner->stack[i]));
	object = json_pack("{s:s, s:i, s:s, s:i, s:o}", "caller", owner->caller, "pid",
			   (int)owner->pid, "comm", owner->comm, "error", (int)owner->error,
			   "stack", stack);
	json_set_time(object, "time", owner->time);
	return object;
}

json_t *audit_json_finding(const struct audit_finding *shown)
{
	const struct cvm_finding *finding = &shown->finding;
	json_t *object;

	object = json_pack("{s:i, s:s, s:s, s:I, s:I, s:b}", "id", (int)finding->id, "verdict",
			   cvm_page_verdict_name(finding->verdict), "confidence",
			   cvm_confidence_name(finding->confidence), "start",
			   (json_int_t)finding->start, "length", (json_int_t)finding->length,
			   "accepted", shown->accepted);
	if (finding->length)
		json_object_set_new(object, "use", json_string(cvm_page_use_name(finding->use)));
	if (*finding->label)
		json_object_set_new(object, "label", json_string(finding->label));
	if (finding->pid) {
		json_object_set_new(object, "pid", json_integer(finding->pid));
		json_object_set_new(object, "comm", json_string(finding->comm));
	}
	json_set_time(object, "first_seen", finding->first_seen);
	json_object_set_new(object, "owner",
			    finding->has_owner ? owner_json(&finding->owner) : json_null());
	return object;
}

json_t *audit_json_conversion(const struct cvm_conversion *conversion)
{
	json_t *object = owner_json(&conversion->by);

	json_object_set_new(object, "seq", json_integer(conversion->seq));
	json_object_set_new(object, "start", json_integer(conversion->start));
	json_object_set_new(object, "length", json_integer(conversion->length));
	json_object_set_new(object, "shared", json_boolean(conversion->shared));
	return object;
}

json_t *audit_json_extent(const struct cvm_page_extent *extent)
{
	json_t *object = json_pack("{s:I, s:I, s:s}", "start", (json_int_t)extent->start, "length",
				   (json_int_t)extent->length, "state",
				   cvm_page_state_name(extent->state));

	/* what is not shared has neither */
	if (extent->verdict) {
		json_object_set_new(object, "use", json_string(cvm_page_use_name(extent->use)));
		json_object_set_new(object, "verdict",
				    json_string(cvm_page_verdict_name(extent->verdict)));
	}
	return object;
}

static json_t *hardware_json(const struct cvm_audit *audit)
{
	json_t *object = json_pack("{s:I, s:I, s:I}", "wanted", (json_int_t)audit->hardware,
				   "asked", (json_int_t)audit->hardware_asked, "failed",
				   (json_int_t)audit->hardware_failed);

	if (*audit->hardware_refused)
		json_object_set_new(object, "refused", json_string(audit->hardware_refused));
	return object;
}

static json_t *ledger_json(const struct cvm_audit *audit)
{
	return json_pack("{s:s, s:I, s:I, s:I, s:I}", "tracer", cvm_tracer_name(audit->tracer),
			 "conversions", (json_int_t)audit->conversions, "missed",
			 (json_int_t)audit->missed, "lost", (json_int_t)audit->lost, "reconciled",
			 (json_int_t)audit->reconciled);
}

json_t *audit_json(const struct audit_result *result)
{
	const struct cvm_audit *audit = &result->audit;
	json_t *object, *findings = json_array();
	size_t i;

	object = json_pack("{s:b, s:i, s:b, s:f, s:f}", "encrypted", audit->encrypted, "passes",
			   (int)audit->passes, "cancelled", audit->cancelled, "seconds",
			   audit->elapsed_ns / 1e9, "walk_seconds", audit->walked_ns / 1e9);
	if (audit->passes)
		json_set_time(object, "started", audit->started);
	json_object_set_new(object, "pages",
			    json_pack("{s:I, s:I, s:I, s:I}", "private",
				      (json_int_t)audit->private_pages, "shared",
				      (json_int_t)audit->shared_pages, "unmapped",
				      (json_int_t)audit->unmapped_pages, "unaccepted",
				      (json_int_t)audit->unaccepted_pages));
	json_object_set_new(object, "uses", audit_json_uses(audit));
	json_object_set_new(object, "aliases", json_integer(audit->aliases));
	json_object_set_new(object, "processes", json_integer(audit->processes));
	json_object_set_new(object, "hardware", hardware_json(audit));
	json_object_set_new(object, "ledger", ledger_json(audit));
	for (i = 0; i < result->count; i++)
		json_array_append_new(findings, audit_json_finding(&result->findings[i]));
	json_object_set_new(object, "findings", findings);
	json_object_set_new(object, "dropped", json_integer(audit->dropped));
	return object;
}
