// SPDX-License-Identifier: GPL-2.0-or-later
/* Acceptance as JSON; sizes are bytes. */
#include "memory.h"

json_t *memory_json_job(const struct cvm_acceptance *acceptance)
{
	const char *state = acceptance->paused	  ? "paused"
			    : acceptance->threads ? "running"
			    : *acceptance->end	  ? acceptance->end
						  : "none";
	json_t *job =
		json_pack("{s:s, s:I, s:I, s:I, s:I, s:f}", "state", state, "accepted",
			  (json_int_t)acceptance->accepted, "raced", (json_int_t)acceptance->raced,
			  "refused", (json_int_t)acceptance->refused, "rate",
			  (json_int_t)acceptance->rate, "seconds", acceptance->elapsed_ns / 1e9);

	if (acceptance->amount != UINT64_MAX)
		json_object_set_new(job, "amount", json_integer(acceptance->amount));
	return job;
}

json_t *memory_json_latency(const struct cvm_latency *latency)
{
	json_t *buckets = json_array();
	size_t i;

	for (i = 0; i < latency->n_buckets; i++)
		if (latency->buckets[i])
			json_array_append_new(buckets, json_pack("{s:I, s:I}", "below_us",
								 (json_int_t)1 << i, "count",
								 (json_int_t)latency->buckets[i]));
	return json_pack("{s:I, s:I, s:I, s:o}", "count", (json_int_t)latency->count, "total_ns",
			 (json_int_t)latency->total_ns, "worst_ns", (json_int_t)latency->worst_ns,
			 "buckets", buckets);
}

static json_t *table_json(const struct cvm_acceptance *acceptance)
{
	if (!acceptance->has_table)
		return json_null();
	if (*acceptance->table_wrong)
		return json_pack("{s:s}", "wrong", acceptance->table_wrong);
	return json_pack("{s:I, s:I, s:I, s:I}", "base", (json_int_t)acceptance->table_base,
			 "length", (json_int_t)acceptance->table_length, "unit",
			 (json_int_t)acceptance->table_unit, "unaccepted",
			 (json_int_t)acceptance->table_unaccepted);
}

static json_t *gap_json(const struct cvm_gap *gap)
{
	return json_pack("{s:I, s:I}", "start", (json_int_t)gap->start, "length",
			 (json_int_t)gap->length);
}

static json_t *gaps_json(const struct cvm_acceptance *acceptance)
{
	json_t *gaps = json_array();
	size_t i;

	for (i = 0; i < acceptance->n_gaps; i++)
		json_array_append_new(gaps, gap_json(&acceptance->gaps[i]));
	return gaps;
}

json_t *memory_json_state(const struct cvm_acceptance *acceptance)
{
	json_t *state = json_pack("{s:b, s:I, s:I, s:I, s:I}", "lazy", acceptance->lazy, "chunk",
				  (json_int_t)acceptance->chunk, "unaccepted",
				  (json_int_t)acceptance->unaccepted, "unaccepted_at_load",
				  (json_int_t)acceptance->unaccepted_at_load, "accepted_early",
				  (json_int_t)acceptance->accepted_ever);

	json_object_set_new(state, "added", json_integer(acceptance->added));
	json_object_set_new(state, "gaps", gaps_json(acceptance));
	json_object_set_new(state, "table", table_json(acceptance));
	json_object_set_new(state, "job", memory_json_job(acceptance));
	return state;
}
