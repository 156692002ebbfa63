// SPDX-License-Identifier: LGPL-2.1-or-later
/* The audit: passes, findings and the ledger by netlink, the map through /dev/cvm. */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#include "audit.h"
#include "cvm.h"
#include "cvm_genl.h"
#include "device.h"
#include "genl_call.h"
#include "nl_attr.h"

/* ---- passes ---- */

static int parse_use_count(struct nlattr *nest, struct cvm_audit *audit)
{
	static struct nla_policy policy[CVM_A_USE_COUNT_MAX + 1] = {
		[CVM_A_USE_COUNT_USE] = { .type = NLA_U32 },
		[CVM_A_USE_COUNT_PAGES] = { .type = NLA_U64 },
	};
	struct nlattr *attrs[CVM_A_USE_COUNT_MAX + 1];
	uint32_t use;

	if (nla_parse_nested(attrs, CVM_A_USE_COUNT_MAX, nest, policy))
		return -EPROTO;
	use = attr_u32(attrs[CVM_A_USE_COUNT_USE]);
	if (use < CVM_PAGE_USES_MAX)
		audit->uses[use] = attr_u64(attrs[CVM_A_USE_COUNT_PAGES]);
	return 0;
}

static int parse_ledger(struct nlattr *nest, struct cvm_audit *audit)
{
	static struct nla_policy policy[CVM_A_LEDGER_MAX + 1] = {
		[CVM_A_LEDGER_TRACER] = { .type = NLA_U32 },
		[CVM_A_LEDGER_CONVERSIONS] = { .type = NLA_U64 },
		[CVM_A_LEDGER_MISSED] = { .type = NLA_U64 },
		[CVM_A_LEDGER_LOST] = { .type = NLA_U64 },
		[CVM_A_LEDGER_RECONCILED] = { .type = NLA_U64 },
	};
	struct nlattr *attrs[CVM_A_LEDGER_MAX + 1];

	if (nla_parse_nested(attrs, CVM_A_LEDGER_MAX, nest, policy))
		return -EPROTO;
	audit->tracer = attr_u32(attrs[CVM_A_LEDGER_TRACER]);
	audit->conversions = attr_u64(attrs[CVM_A_LEDGER_CONVERSIONS]);
	audit->missed = attr_u64(attrs[CVM_A_LEDGER_MISSED]);
	audit->lost = attr_u64(attrs[CVM_A_LEDGER_LOST]);
	audit->reconciled = attr_u64(attrs[CVM_A_LEDGER_RECONCILED]);
	return 0;
}

static void get_numbers(struct nlattr **attrs, struct cvm_audit *audit)
{
	audit->encrypted = attr_flag(attrs[CVM_A_AUDIT_ENCRYPTED]);
	attr_text(attrs[CVM_A_AUDIT_REFUSED], audit->refused, sizeof(audit->refused));
	audit->running = attr_flag(attrs[CVM_A_AUDIT_RUNNING]);
	audit->progress = attr_u32(attrs[CVM_A_AUDIT_PROGRESS]);
	audit->passes = attr_u32(attrs[CVM_A_AUDIT_PASSES]);
	audit->cancelled = attr_flag(attrs[CVM_A_AUDIT_CANCELLED]);
	audit->started = attr_u64(attrs[CVM_A_AUDIT_STARTED]);
	audit->elapsed_ns = attr_u64(attrs[CVM_A_AUDIT_ELAPSED]);
	audit->walked_ns = attr_u64(attrs[CVM_A_AUDIT_WALKED]);
	audit->private_pages = attr_u64(attrs[CVM_A_AUDIT_PRIVATE]);
	audit->shared_pages = attr_u64(attrs[CVM_A_AUDIT_SHARED]);
	audit->unmapped_pages = attr_u64(attrs[CVM_A_AUDIT_UNMAPPED]);
	audit->unaccepted_pages = attr_u64(attrs[CVM_A_AUDIT_UNACCEPTED]);
	audit->aliases = attr_u64(attrs[CVM_A_AUDIT_ALIASES]);
	audit->processes = attr_u32(attrs[CVM_A_AUDIT_PROCESSES]);
	audit->hardware = attr_u32(attrs[CVM_A_AUDIT_HARDWARE]);
	audit->hardware_asked = attr_u32(attrs[CVM_A_AUDIT_HARDWARE_ASKED]);
	audit->hardware_failed = attr_u32(attrs[CVM_A_AUDIT_HARDWARE_FAILED]);
	attr_text(attrs[CVM_A_AUDIT_HARDWARE_REFUSED], audit->hardware_refused,
		  sizeof(audit->hardware_refused));
	audit->findings = attr_u32(attrs[CVM_A_AUDIT_FINDINGS]);
	audit->dropped = attr_u32(attrs[CVM_A_AUDIT_DROPPED]);
}

int cvm_audit_parse(struct nlmsghdr *header, struct cvm_audit *audit)
{
	static struct nla_policy policy[CVM_A_AUDIT_MAX + 1] = {
		[CVM_A_AUDIT_ENCRYPTED] = { .type = NLA_U8 },
		[CVM_A_AUDIT_REFUSED] = { .type = NLA_STRING },
		[CVM_A_AUDIT_RUNNING] = { .type = NLA_U8 },
		[CVM_A_AUDIT_PROGRESS] = { .type = NLA_U32 },
		[CVM_A_AUDIT_PASSES] = { .type = NLA_U32 },
		[CVM_A_AUDIT_CANCELLED] = { .type = NLA_U8 },
		[CVM_A_AUDIT_STARTED] = { .type = NLA_U64 },
		[CVM_A_AUDIT_ELAPSED] = { .type = NLA_U64 },
		[CVM_A_AUDIT_WALKED] = { .type = NLA_U64 },
		[CVM_A_AUDIT_PRIVATE] = { .type = NLA_U64 },
		[CVM_A_AUDIT_SHARED] = { .type = NLA_U64 },
		[CVM_A_AUDIT_UNMAPPED] = { .type = NLA_U64 },
		[CVM_A_AUDIT_UNACCEPTED] = { .type = NLA_U64 },
		[CVM_A_AUDIT_ALIASES] = { .type = NLA_U64 },
		[CVM_A_AUDIT_FINDINGS] = { .type = NLA_U32 },
		[CVM_A_AUDIT_DROPPED] = { .type = NLA_U32 },
		[CVM_A_AUDIT_PROCESSES] = { .type = NLA_U32 },
		[CVM_A_AUDIT_HARDWARE] = { .type = NLA_U32 },
		[CVM_A_AUDIT_HARDWARE_ASKED] = { .type = NLA_U32 },
		[CVM_A_AUDIT_HARDWARE_FAILED] = { .type = NLA_U32 },
		[CVM_A_AUDIT_HARDWARE_REFUSED] = { .type = NLA_STRING },
	};
	struct genlmsghdr *genl = nlmsg_data(header);
	struct nlattr *attrs[CVM_A_AUDIT_MAX + 1], *attr;
	int left = genlmsg_attrlen(genl, 0);

	memset(audit, 0, sizeof(*audit));
	if (genlmsg_parse(header, 0, attrs, CVM_A_AUDIT_MAX, policy))
		return -EPROTO;
	get_numbers(attrs, audit);
	if (attrs[CVM_A_AUDIT_LEDGER] && parse_ledger(attrs[CVM_A_AUDIT_LEDGER], audit))
		return -EPROTO;
	for (attr = genlmsg_attrdata(genl, 0); nla_ok(attr, left); attr = nla_next(attr, &left))
		if (nla_type(attr) == CVM_A_AUDIT_USE_COUNT && parse_use_count(attr, audit))
			return -EPROTO;
	return 0;
}

static int take_audit(void *ctx, struct nlmsghdr *header)
{
	return cvm_audit_parse(header, ctx);
}

int cvm_audit_get(struct cvm_audit *audit, struct cvm_error *err)
{
	struct genl_request request = {
		.command = CVM_CMD_AUDIT_GET,
		.reply = take_audit,
		.ctx = audit,
	};

	return cvm_genl_ask(&request, err);
}

static int fill_label(struct nl_msg *msg, const struct cvm_label *label)
{
	struct nlattr *nest = nla_nest_start(msg, CVM_A_AUDIT_LABEL);

	if (!nest)
		return -ENOMEM;
	NLA_PUT_STRING(msg, CVM_A_LABEL_NAME, label->name);
	NLA_PUT_U64(msg, CVM_A_LABEL_START, label->start);
	NLA_PUT_U64(msg, CVM_A_LABEL_LENGTH, label->length);
	NLA_PUT_U8(msg, CVM_A_LABEL_IMAGE, label->image);
	nla_nest_end(msg, nest);
	return 0;

nla_put_failure:
	return -ENOMEM;
}

static int fill_run(void *ctx, struct nl_msg *msg)
{
	const struct cvm_audit_request *run = ctx;
	size_t i;

	for (i = 0; i < run->n_labels; i++)
		if (fill_label(msg, &run->labels[i]))
			return -ENOMEM;
	NLA_PUT_U64(msg, CVM_A_AUDIT_RATE, run->rate);
	/* a module that is older than the library does not know it */
	if (run->hardware)
		NLA_PUT_U32(msg, CVM_A_AUDIT_HARDWARE, run->hardware);
	return 0;

nla_put_failure:
	return -ENOMEM;
}

int cvm_audit_run(const struct cvm_audit_request *run, struct cvm_error *err)
{
	struct genl_request request = {
		.command = CVM_CMD_AUDIT_RUN,
		.fill = fill_run,
		.ctx = (void *)run,
	};

	return cvm_genl_ask(&request, err);
}

int cvm_audit_stop(struct cvm_error *err)
{
	struct genl_request request = { .command = CVM_CMD_AUDIT_STOP };

	return cvm_genl_ask(&request, err);
}

/* ---- findings ---- */

static void add_frame(struct cvm_owner *owner, struct nlattr *attr)
{
	if (owner->n_stack < CVM_OWNER_STACK_MAX)
		attr_text(attr, owner->stack[owner->n_stack++], sizeof(owner->stack[0]));
}

static int parse_owner(struct nlattr *nest, struct cvm_owner *owner)
{
	static struct nla_policy policy[CVM_A_OWNER_MAX + 1] = {
		[CVM_A_OWNER_BEFORE_LOAD] = { .type = NLA_U8 },
		[CVM_A_OWNER_TIME] = { .type = NLA_U64 },
		[CVM_A_OWNER_ERROR] = { .type = NLA_U32 },
		[CVM_A_OWNER_PID] = { .type = NLA_U32 },
		[CVM_A_OWNER_COMM] = { .type = NLA_STRING },
		[CVM_A_OWNER_CALLER] = { .type = NLA_STRING },
		[CVM_A_OWNER_STACK] = { .type = NLA_STRING },
	};
	struct nlattr *attrs[CVM_A_OWNER_MAX + 1], *attr;
	int left = nla_len(nest);

	if (nla_parse_nested(attrs, CVM_A_OWNER_MAX, nest, policy))
		return -EPROTO;
	owner->before_load = attr_flag(attrs[CVM_A_OWNER_BEFORE_LOAD]);
	owner->time = attr_u64(attrs[CVM_A_OWNER_TIME]);
	owner->error = attr_u32(attrs[CVM_A_OWNER_ERROR]);
	owner->pid = attr_u32(attrs[CVM_A_OWNER_PID]);
	attr_text(attrs[CVM_A_OWNER_COMM], owner->comm, sizeof(owner->comm));
	attr_text(attrs[CVM_A_OWNER_CALLER], owner->caller, sizeof(owner->caller));
	for (attr = nla_data(nest); nla_ok(attr, left); attr = nla_next(attr, &left))
		if (nla_type(attr) == CVM_A_OWNER_STACK)
			add_frame(owner, attr);
	return 0;
}

int cvm_finding_parse(struct nlmsghdr *header, struct cvm_finding *finding)
{
	static struct nla_policy policy[CVM_A_FINDING_MAX + 1] = {
		[CVM_A_FINDING_ID] = { .type = NLA_U32 },
		[CVM_A_FINDING_VERDICT] = { .type = NLA_U32 },
		[CVM_A_FINDING_CONFIDENCE] = { .type = NLA_U32 },
		[CVM_A_FINDING_START] = { .type = NLA_U64 },
		[CVM_A_FINDING_LENGTH] = { .type = NLA_U64 },
		[CVM_A_FINDING_USE] = { .type = NLA_U32 },
		[CVM_A_FINDING_LABEL] = { .type = NLA_STRING },
		[CVM_A_FINDING_FIRST_SEEN] = { .type = NLA_U64 },
		[CVM_A_FINDING_PID] = { .type = NLA_U32 },
		[CVM_A_FINDING_COMM] = { .type = NLA_STRING },
	};
	struct nlattr *attrs[CVM_A_FINDING_MAX + 1];

	memset(finding, 0, sizeof(*finding));
	if (genlmsg_parse(header, 0, attrs, CVM_A_FINDING_MAX, policy) || !attrs[CVM_A_FINDING_ID])
		return -EPROTO;
	finding->id = attr_u32(attrs[CVM_A_FINDING_ID]);
	finding->verdict = attr_u32(attrs[CVM_A_FINDING_VERDICT]);
	finding->confidence = attr_u32(attrs[CVM_A_FINDING_CONFIDENCE]);
	finding->start = attr_u64(attrs[CVM_A_FINDING_START]);
	finding->length = attr_u64(attrs[CVM_A_FINDING_LENGTH]);
	finding->use = attr_u32(attrs[CVM_A_FINDING_USE]);
	finding->first_seen = attr_u64(attrs[CVM_A_FINDING_FIRST_SEEN]);
	attr_text(attrs[CVM_A_FINDING_LABEL], finding->label, sizeof(finding->label));
	finding->pid = attr_u32(attrs[CVM_A_FINDING_PID]);
	attr_text(attrs[CVM_A_FINDING_COMM], finding->comm, sizeof(finding->comm));
	finding->has_owner = attrs[CVM_A_FINDING_OWNER];
	return finding->has_owner ? parse_owner(attrs[CVM_A_FINDING_OWNER], &finding->owner) : 0;
}

struct findings {
	cvm_finding_use use;
	void *ctx;
};

static int take_finding(void *ctx, struct nlmsghdr *header)
{
	const struct findings *findings = ctx;
	struct cvm_finding finding;
	int ret = cvm_finding_parse(header, &finding);

	return ret ? ret : findings->use(findings->ctx, &finding);
}

int cvm_audit_findings(cvm_finding_use use, void *ctx, struct cvm_error *err)
{
	struct findings findings = { use, ctx };
	struct genl_request request = {
		.command = CVM_CMD_FINDING_GET,
		.dump = true,
		.reply = take_finding,
		.ctx = &findings,
	};

	return cvm_genl_ask(&request, err);
}

/* ---- the ledger ---- */

int cvm_conversion_parse(struct nlmsghdr *header, struct cvm_conversion *conversion)
{
	static struct nla_policy policy[CVM_A_CONVERSION_MAX + 1] = {
		[CVM_A_CONVERSION_SEQ] = { .type = NLA_U64 },
		[CVM_A_CONVERSION_TIME] = { .type = NLA_U64 },
		[CVM_A_CONVERSION_START] = { .type = NLA_U64 },
		[CVM_A_CONVERSION_LENGTH] = { .type = NLA_U64 },
		[CVM_A_CONVERSION_SHARED] = { .type = NLA_U8 },
		[CVM_A_CONVERSION_ERROR] = { .type = NLA_U32 },
		[CVM_A_CONVERSION_PID] = { .type = NLA_U32 },
		[CVM_A_CONVERSION_COMM] = { .type = NLA_STRING },
		[CVM_A_CONVERSION_CALLER] = { .type = NLA_STRING },
		[CVM_A_CONVERSION_STACK] = { .type = NLA_STRING },
	};
	struct genlmsghdr *genl = nlmsg_data(header);
	struct nlattr *attrs[CVM_A_CONVERSION_MAX + 1], *attr;
	struct cvm_owner *by = &conversion->by;
	int left = genlmsg_attrlen(genl, 0);

	memset(conversion, 0, sizeof(*conversion));
	if (genlmsg_parse(header, 0, attrs, CVM_A_CONVERSION_MAX, policy) ||
	    !attrs[CVM_A_CONVERSION_SEQ])
		return -EPROTO;
	conversion->seq = attr_u64(attrs[CVM_A_CONVERSION_SEQ]);
	conversion->start = attr_u64(attrs[CVM_A_CONVERSION_START]);
	conversion->length = attr_u64(attrs[CVM_A_CONVERSION_LENGTH]);
	conversion->shared = attr_flag(attrs[CVM_A_CONVERSION_SHARED]);
	by->time = attr_u64(attrs[CVM_A_CONVERSION_TIME]);
	by->error = attr_u32(attrs[CVM_A_CONVERSION_ERROR]);
	by->pid = attr_u32(attrs[CVM_A_CONVERSION_PID]);
	attr_text(attrs[CVM_A_CONVERSION_COMM], by->comm, sizeof(by->comm));
	attr_text(attrs[CVM_A_CONVERSION_CALLER], by->caller, sizeof(by->caller));
	for (attr = genlmsg_attrdata(genl, 0); nla_ok(attr, left); attr = nla_next(attr, &left))
		if (nla_type(attr) == CVM_A_CONVERSION_STACK)
			add_frame(by, attr);
	return 0;
}

struct conversions {
	cvm_conversion_use use;
	void *ctx;
};

static int take_conversion(void *ctx, struct nlmsghdr *header)
{
	const struct conversions *conversions = ctx;
	struct cvm_conversion conversion;
	int ret = cvm_conversion_parse(header, &conversion);

	return ret ? ret : conversions->use(conversions->ctx, &conversion);
}

int cvm_audit_ledger(cvm_conversion_use use, void *ctx, struct cvm_error *err)
{
	struct conversions conversions = { use, ctx };
	struct genl_request request = {
		.command = CVM_CMD_LEDGER_GET,
		.dump = true,
		.reply = take_conversion,
		.ctx = &conversions,
	};

	return cvm_genl_ask(&request, err);
}

/* ---- the map ---- */

struct map_reader {
	cvm_page_extent_use use;
	void *ctx;
};

static int read_map(void *ctx, int fd)
{
	const struct map_reader *reader = ctx;
	struct cvm_audit_extent extents[256];
	struct cvm_audit_map map = { .size = sizeof(map), .extents = (uintptr_t)extents };
	struct cvm_page_extent extent;
	uint32_t i;
	int ret;

	do {
		map.count = ARRAY_SIZE(extents);
		if (ioctl(fd, CVM_AUDIT_MAP, &map))
			return -errno;
		for (i = 0; i < map.count && i < ARRAY_SIZE(extents); i++) {
			extent.start = extents[i].start;
			extent.length = extents[i].length;
			extent.state = extents[i].state;
			extent.use = extents[i].use;
			extent.verdict = extents[i].verdict;
			ret = reader->use(reader->ctx, &extent);
			if (ret)
				return ret;
		}
	} while (map.count);
	return 0;
}

int cvm_audit_map(const char *device, cvm_page_extent_use use, void *ctx, struct cvm_error *err)
{
	struct map_reader reader = { use, ctx };

	return cvm_device_with(device, read_map, &reader, err);
}
