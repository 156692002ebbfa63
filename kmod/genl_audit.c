// SPDX-License-Identifier: GPL-2.0-only
/* The audit part of the netlink door: passes, findings, the ledger, and their events. */
#include <linux/cc_platform.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/stackdepot.h>
#include <net/genetlink.h>

#include "audit.h"
#include "cvm.h"
#include "genl_gen.h"

#define STACK_SHOWN	8	/* callers */

static int put_number(struct sk_buff *msg, int attribute, u64 value)
{
	return nla_put_u64_64bit(msg, attribute, value, CVM_A_AUDIT_PAD);
}

/* ---- audit-get ---- */

static int put_use(struct sk_buff *msg, u32 use, u64 pages)
{
	struct nlattr *nest;

	if (!pages)
		return 0;
	nest = nla_nest_start(msg, CVM_A_AUDIT_USE_COUNT);
	if (!nest || nla_put_u32(msg, CVM_A_USE_COUNT_USE, use) ||
	    nla_put_u64_64bit(msg, CVM_A_USE_COUNT_PAGES, pages, CVM_A_USE_COUNT_PAD))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int put_ledger(struct sk_buff *msg)
{
	struct nlattr *nest = nla_nest_start(msg, CVM_A_AUDIT_LEDGER);
	struct cvm_ledger_state state;

	cvm_ledger_state(&state);
	if (!nest || nla_put_u32(msg, CVM_A_LEDGER_TRACER, state.tracer) ||
	    nla_put_u64_64bit(msg, CVM_A_LEDGER_CONVERSIONS, state.conversions,
			      CVM_A_LEDGER_PAD) ||
	    nla_put_u64_64bit(msg, CVM_A_LEDGER_MISSED, state.missed, CVM_A_LEDGER_PAD) ||
	    nla_put_u64_64bit(msg, CVM_A_LEDGER_LOST, state.lost, CVM_A_LEDGER_PAD) ||
	    nla_put_u64_64bit(msg, CVM_A_LEDGER_RECONCILED, state.reconciled, CVM_A_LEDGER_PAD))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int put_pass(struct sk_buff *msg, const struct cvm_audit_status *status)
{
	u32 use;

	if (nla_put_u8(msg, CVM_A_AUDIT_RUNNING, status->running) ||
	    nla_put_u8(msg, CVM_A_AUDIT_CANCELLED, status->cancelled) ||
	    nla_put_u32(msg, CVM_A_AUDIT_PROGRESS, status->progress) ||
	    nla_put_u32(msg, CVM_A_AUDIT_PASSES, status->passes) ||
	    put_number(msg, CVM_A_AUDIT_STARTED, status->started) ||
	    put_number(msg, CVM_A_AUDIT_ELAPSED, status->elapsed) ||
	    put_number(msg, CVM_A_AUDIT_WALKED, status->walked) ||
	    put_number(msg, CVM_A_AUDIT_PRIVATE, status->pages[CVM_PAGE_STATE_PRIVATE]) ||
	    put_number(msg, CVM_A_AUDIT_SHARED, status->pages[CVM_PAGE_STATE_SHARED]) ||
	    put_number(msg, CVM_A_AUDIT_UNMAPPED, status->pages[CVM_PAGE_STATE_UNMAPPED]) ||
	    put_number(msg, CVM_A_AUDIT_UNACCEPTED, status->pages[CVM_PAGE_STATE_UNACCEPTED]) ||
	    put_number(msg, CVM_A_AUDIT_ALIASES, status->aliases) ||
	    nla_put_u32(msg, CVM_A_AUDIT_PROCESSES, status->processes) ||
	    nla_put_u32(msg, CVM_A_AUDIT_HARDWARE, status->hardware) ||
	    nla_put_u32(msg, CVM_A_AUDIT_HARDWARE_ASKED, status->sample.asked) ||
	    nla_put_u32(msg, CVM_A_AUDIT_HARDWARE_FAILED, status->sample.failed))
		return -EMSGSIZE;
	for (use = 0; use < CVM_PAGE_USES; use++)
		if (put_use(msg, use, status->uses[use]))
			return -EMSGSIZE;
	return 0;
}

static int put_audit(struct sk_buff *msg, const void *unused)
{
	const char *refusal = cvm_audit_refusal(), *no_hardware = cvm_sample_refusal();
	struct cvm_audit_status status;
	unsigned int count, dropped;

	cvm_audit_status(&status);
	cvm_finding_count(&count, &dropped);
	if (nla_put_u8(msg, CVM_A_AUDIT_ENCRYPTED, cc_platform_has(CC_ATTR_MEM_ENCRYPT)) ||
	    (refusal && nla_put_string(msg, CVM_A_AUDIT_REFUSED, refusal)) ||
	    (no_hardware && nla_put_string(msg, CVM_A_AUDIT_HARDWARE_REFUSED, no_hardware)) ||
	    nla_put_u32(msg, CVM_A_AUDIT_FINDINGS, count) ||
	    nla_put_u32(msg, CVM_A_AUDIT_DROPPED, dropped) ||
	    put_pass(msg, &status) || put_ledger(msg))
		return -EMSGSIZE;
	return 0;
}

/**
 * cvm_nl_audit_get_doit() - answer CVM_CMD_AUDIT_GET
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: as cvm_genl_reply().
 */
int cvm_nl_audit_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return cvm_genl_reply(info, &(struct cvm_genl_message){ CVM_CMD_AUDIT_GET, put_audit });
}

/* ---- audit-run, audit-stop ---- */

static int read_label(struct genl_info *info, struct nlattr *nest, struct cvm_label *label)
{
	struct nlattr *attrs[CVM_A_LABEL_MAX + 1];
	u64 start, length;

	/* the generated policy has checked it as part of the message */
	if (nla_parse_nested(attrs, CVM_A_LABEL_MAX, nest, cvm_label_nl_policy, info->extack))
		return -EINVAL;
	if (!attrs[CVM_A_LABEL_NAME] || !attrs[CVM_A_LABEL_START] || !attrs[CVM_A_LABEL_LENGTH]) {
		NL_SET_ERR_MSG_ATTR(info->extack, nest, "a label has a name, a start and a length");
		return -EINVAL;
	}
	start = nla_get_u64(attrs[CVM_A_LABEL_START]);
	length = nla_get_u64(attrs[CVM_A_LABEL_LENGTH]);
	if (!length || start + length < start) {
		NL_SET_ERR_MSG_ATTR(info->extack, nest, "a label's range is empty or wraps");
		return -EINVAL;
	}
	nla_strscpy(label->name, attrs[CVM_A_LABEL_NAME], sizeof(label->name));
	label->span.first = PHYS_PFN(start);
	label->span.end = PHYS_PFN(start + length - 1) + 1;
	label->image = attrs[CVM_A_LABEL_IMAGE] && nla_get_u8(attrs[CVM_A_LABEL_IMAGE]);
	return 0;
}

static int read_labels(struct genl_info *info, struct cvm_label *labels, unsigned int *count)
{
	struct nlattr *attr;
	int left, ret;

	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, left) {
		if (nla_type(attr) != CVM_A_AUDIT_LABEL)
			continue;
		if (*count == CVM_LABELS_MAX) {
			NL_SET_ERR_MSG_ATTR(info->extack, attr, "too many labels");
			return -EINVAL;
		}
		ret = read_label(info, attr, &labels[(*count)++]);
		if (ret)
			return ret;
	}
	return 0;
}

/* A mapping tells something of its process: that takes the right to look into it */
static int start_pass(struct sk_buff *skb, struct genl_info *info,
		      struct cvm_audit_request *request)
{
	struct nlattr *rate = info->attrs[CVM_A_AUDIT_RATE];
	struct nlattr *hardware = info->attrs[CVM_A_AUDIT_HARDWARE];
	int ret;

	request->rate = rate ? nla_get_u64(rate) : 0;
	request->hardware = hardware ? nla_get_u32(hardware) : 0;
	request->processes = netlink_capable(skb, CAP_SYS_PTRACE);
	ret = cvm_audit_start(request);
	if (ret == -EBUSY)
		GENL_SET_ERR_MSG(info, "an audit is running already");
	if (ret == -EOPNOTSUPP && cvm_audit_refusal())
		GENL_SET_ERR_MSG(info, "this guest's page tables do not tell shared pages");
	else if (ret == -EOPNOTSUPP)
		NL_SET_ERR_MSG_ATTR(info->extack, hardware, "the hardware cannot be asked here");
	return ret;
}

/**
 * cvm_nl_audit_run_doit() - carry out CVM_CMD_AUDIT_RUN
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: as cvm_audit_start(); -EINVAL also for a bad label.
 */
int cvm_nl_audit_run_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct cvm_label *labels = kcalloc(CVM_LABELS_MAX, sizeof(*labels), GFP_KERNEL);
	struct cvm_audit_request request = { .labels = labels };
	int ret;

	if (!labels)
		return -ENOMEM;
	ret = read_labels(info, labels, &request.n_labels);
	if (!ret)
		ret = start_pass(skb, info, &request);
	kfree(labels);
	return ret;
}

/**
 * cvm_nl_audit_stop_doit() - carry out CVM_CMD_AUDIT_STOP
 * @skb: the request
 * @info: the request, parsed
 *
 * Return: 0, also when there was no pass.
 */
int cvm_nl_audit_stop_doit(struct sk_buff *skb, struct genl_info *info)
{
	cvm_audit_stop();
	return 0;
}

/* ---- conversions ---- */

static int put_name(struct sk_buff *msg, int attribute, unsigned long address, u64 seq)
{
	char text[KSYM_SYMBOL_LEN];

	cvm_caller_name(address, seq, text);
	return nla_put_string(msg, attribute, text);
}

static int put_stack(struct sk_buff *msg, int attribute, const struct cvm_conversion *how)
{
	unsigned long *frames;
	unsigned int i, count;

	if (!how->stack)
		return 0;
	count = stack_depot_fetch(how->stack, &frames);
	/* the first is the caller, which is told already */
	for (i = 1; i < count && i <= STACK_SHOWN; i++)
		if (put_name(msg, attribute, frames[i], how->seq))
			return -EMSGSIZE;
	return 0;
}

static int put_conversion(struct sk_buff *msg, const void *what)
{
	const struct cvm_conversion *how = what;
	u64 start = PFN_PHYS((u64)how->pfn), length = PFN_PHYS((u64)how->pages);

	if (nla_put_u64_64bit(msg, CVM_A_CONVERSION_SEQ, how->seq, CVM_A_CONVERSION_PAD) ||
	    nla_put_u64_64bit(msg, CVM_A_CONVERSION_TIME, how->time, CVM_A_CONVERSION_PAD) ||
	    nla_put_u64_64bit(msg, CVM_A_CONVERSION_START, start, CVM_A_CONVERSION_PAD) ||
	    nla_put_u64_64bit(msg, CVM_A_CONVERSION_LENGTH, length, CVM_A_CONVERSION_PAD) ||
	    nla_put_u8(msg, CVM_A_CONVERSION_SHARED, how->shared) ||
	    nla_put_u32(msg, CVM_A_CONVERSION_ERROR, how->error) ||
	    nla_put_u32(msg, CVM_A_CONVERSION_PID, how->pid) ||
	    nla_put_string(msg, CVM_A_CONVERSION_COMM, how->comm) ||
	    put_name(msg, CVM_A_CONVERSION_CALLER, how->caller, how->seq) ||
	    put_stack(msg, CVM_A_CONVERSION_STACK, how))
		return -EMSGSIZE;
	return 0;
}

/**
 * cvm_nl_ledger_get_dumpit() - answer CVM_CMD_LEDGER_GET, a message for each conversion
 * @skb: takes the messages
 * @cb: where the dump stands; args[0] is the last sequence number that was written
 *
 * Return: bytes written, 0 at the end, or a negative errno.
 */
int cvm_nl_ledger_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct cvm_conversion how;
	const struct cvm_genl_message message = { CVM_CMD_LEDGER_GET, put_conversion, &how };

	while (cvm_ledger_record(cb->args[0] + 1, &how) && cvm_genl_add(skb, cb, &message))
		cb->args[0] = how.seq;
	return skb->len;
}

/* ---- findings ---- */

static int put_owner(struct sk_buff *msg, const struct cvm_conversion *owner)
{
	struct nlattr *nest = nla_nest_start(msg, CVM_A_FINDING_OWNER);

	if (!nest || nla_put_u8(msg, CVM_A_OWNER_BEFORE_LOAD, owner->before_load))
		return -EMSGSIZE;
	if (!owner->before_load &&
	    (nla_put_u64_64bit(msg, CVM_A_OWNER_TIME, owner->time, CVM_A_OWNER_PAD) ||
	     nla_put_u32(msg, CVM_A_OWNER_ERROR, owner->error) ||
	     nla_put_u32(msg, CVM_A_OWNER_PID, owner->pid) ||
	     nla_put_string(msg, CVM_A_OWNER_COMM, owner->comm) ||
	     put_name(msg, CVM_A_OWNER_CALLER, owner->caller, owner->seq) ||
	     put_stack(msg, CVM_A_OWNER_STACK, owner)))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int put_finding(struct sk_buff *msg, const void *what)
{
	const struct cvm_finding *finding = what;
	u64 start = PFN_PHYS((u64)finding->pfn), length = PFN_PHYS((u64)finding->pages);
	struct cvm_label label;

	if (nla_put_u32(msg, CVM_A_FINDING_ID, finding->id) ||
	    nla_put_u32(msg, CVM_A_FINDING_VERDICT, finding->verdict) ||
	    nla_put_u32(msg, CVM_A_FINDING_CONFIDENCE, cvm_finding_confidence(finding)) ||
	    nla_put_u64_64bit(msg, CVM_A_FINDING_START, start, CVM_A_FINDING_PAD) ||
	    nla_put_u64_64bit(msg, CVM_A_FINDING_LENGTH, length, CVM_A_FINDING_PAD) ||
	    nla_put_u32(msg, CVM_A_FINDING_USE, finding->use) ||
	    nla_put_u64_64bit(msg, CVM_A_FINDING_FIRST_SEEN, finding->first_seen,
			      CVM_A_FINDING_PAD))
		return -EMSGSIZE;
	if (finding->pages && cvm_known_label(finding->pfn, &label) &&
	    nla_put_string(msg, CVM_A_FINDING_LABEL, label.name))
		return -EMSGSIZE;
	if (finding->process.pid &&
	    (nla_put_u32(msg, CVM_A_FINDING_PID, finding->process.pid) ||
	     nla_put_string(msg, CVM_A_FINDING_COMM, finding->process.comm)))
		return -EMSGSIZE;
	return finding->has_owner ? put_owner(msg, &finding->owner) : 0;
}

/**
 * cvm_nl_finding_get_dumpit() - answer CVM_CMD_FINDING_GET, a message for each finding
 * @skb: takes the messages
 * @cb: where the dump stands; args[0] is the next finding
 *
 * Return: bytes written, 0 at the end, or a negative errno.
 */
int cvm_nl_finding_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct cvm_audit_status status;
	struct cvm_finding finding;
	const struct cvm_genl_message message = { CVM_CMD_FINDING_GET, put_finding, &finding };

	/* a pass that ends in the middle replaces the list; the reader is told */
	cvm_audit_status(&status);
	cb->seq = status.passes + 1;
	while (cvm_finding_get(cb->args[0], &finding) && cvm_genl_add(skb, cb, &message))
		cb->args[0]++;
	return skb->len;
}

/* ---- events ---- */

static void tell_pass(void)
{
	cvm_genl_tell(CVM_NLGRP_AUDIT,
		      &(struct cvm_genl_message){ CVM_CMD_AUDIT_NTF, put_audit });
}

static void tell_finding(const struct cvm_finding *finding)
{
	cvm_genl_tell(CVM_NLGRP_AUDIT,
		      &(struct cvm_genl_message){ CVM_CMD_FINDING_NTF, put_finding, finding });
}

/* The ring is the queue; a listener sees by the numbers what was overwritten in it */
static void tell_conversions(void)
{
	static u64 told;
	struct cvm_conversion how;
	const struct cvm_genl_message message = { CVM_CMD_LEDGER_NTF, put_conversion, &how };

	for (; cvm_ledger_record(told + 1, &how); told = how.seq)
		cvm_genl_tell(CVM_NLGRP_LEDGER, &message);
}

/**
 * cvm_genl_audit_init() - before the door is open: who is told of events
 */
void __init cvm_genl_audit_init(void)
{
	cvm_audit_listen(tell_pass);
	cvm_finding_listen(tell_finding);
}

/**
 * cvm_genl_audit_ready() - the door is open, and may be used for events of the ledger
 */
void cvm_genl_audit_ready(void)
{
	cvm_ledger_listen(tell_conversions);
}

/**
 * cvm_genl_audit_exit() - before the door is closed: no more events
 */
void cvm_genl_audit_exit(void)
{
	cvm_ledger_listen(NULL);
	cvm_audit_close();
}
