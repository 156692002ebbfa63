// SPDX-License-Identifier: LGPL-2.1-or-later
/* Events of the netlink family, as they come. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#include "audit.h"
#include "cvm_genl.h"
#include "genl_call.h"
#include "nl.h"

struct cvm_watch {
	struct cvm_events events;
	struct genl_conn conn;
	int ret;
};

static int give_audit(const struct cvm_events *events, struct nlmsghdr *header)
{
	struct cvm_audit audit;

	return cvm_audit_parse(header, &audit) ? 0 : events->audit(events->ctx, &audit);
}

static int give_finding(const struct cvm_events *events, struct nlmsghdr *header)
{
	struct cvm_finding finding;

	return cvm_finding_parse(header, &finding) ? 0 : events->finding(events->ctx, &finding);
}

static int give_conversion(const struct cvm_events *events, struct nlmsghdr *header)
{
	struct cvm_conversion conversion;

	return cvm_conversion_parse(header, &conversion)
		       ? 0
		       : events->conversion(events->ctx, &conversion);
}

static int give_acceptance(const struct cvm_events *events, struct nlmsghdr *header)
{
	struct cvm_acceptance acceptance;

	return cvm_acceptance_parse(header, &acceptance)
		       ? 0
		       : events->acceptance(events->ctx, &acceptance);
}

static int give(const struct cvm_events *events, struct nlmsghdr *header)
{
	const struct genlmsghdr *genl = nlmsg_data(header);

	if (genl->cmd == CVM_CMD_AUDIT_NTF && events->audit)
		return give_audit(events, header);
	if (genl->cmd == CVM_CMD_FINDING_NTF && events->finding)
		return give_finding(events, header);
	if (genl->cmd == CVM_CMD_LEDGER_NTF && events->conversion)
		return give_conversion(events, header);
	if (genl->cmd == CVM_CMD_ACCEPT_NTF && events->acceptance)
		return give_acceptance(events, header);
	return 0;
}

static int on_message(struct nl_msg *msg, void *data)
{
	struct cvm_watch *watch = data;

	if (!watch->ret)
		watch->ret = give(&watch->events, nlmsg_hdr(msg));
	return NL_OK;
}

static int join(struct cvm_watch *watch, const char *name, bool wanted, struct cvm_error *err)
{
	int group;

	if (!wanted)
		return 0;
	group = genl_ctrl_resolve_grp(watch->conn.sock, CVM_FAMILY_NAME, name);
	if (group >= 0 && !nl_socket_add_membership(watch->conn.sock, group))
		return 0;
	return cvm_error_set(err, -EPERM, CVM_ERR_PERMISSION, "events of the cvm module",
			     "group \"%s\" cannot be joined", name);
}

static int join_all(struct cvm_watch *watch, struct cvm_error *err)
{
	const struct cvm_events *events = &watch->events;
	int ret = join(watch, "memory", events->acceptance, err);

	if (!ret)
		ret = join(watch, "audit", events->audit || events->finding, err);
	if (!ret)
		ret = join(watch, "ledger", events->conversion, err);
	return ret;
}

int cvm_watch_open(const struct cvm_events *events, struct cvm_watch **result,
		   struct cvm_error *err)
{
	struct cvm_watch *watch = calloc(1, sizeof(*watch));
	int ret;

	if (!watch)
		return cvm_error_nomem(err, "events");
	watch->events = *events;
	ret = cvm_genl_open(&watch->conn, err);
	if (ret) {
		free(watch);
		return ret;
	}
	nl_socket_disable_seq_check(watch->conn.sock);
	nl_socket_modify_cb(watch->conn.sock, NL_CB_VALID, NL_CB_CUSTOM, on_message, watch);
	ret = join_all(watch, err);
	if (ret) {
		cvm_watch_close(watch);
		return ret;
	}
	*result = watch;
	return 0;
}

int cvm_watch_run(struct cvm_watch *watch, int idle_ms, struct cvm_error *err)
{
	struct pollfd ready = { .fd = nl_socket_get_fd(watch->conn.sock), .events = POLLIN };
	const struct cvm_events *events = &watch->events;
	int ret;

	watch->ret = 0;
	while (!watch->ret) {
		ready.revents = 0;
		if (poll(&ready, 1, idle_ms) <= 0) {
			if (events->idle)
				watch->ret = events->idle(events->ctx);
			continue;
		}
		ret = nl_recvmsgs_default(watch->conn.sock);
		/* the socket was full: the kernel says so once, and has dropped some */
		if (ret == -NLE_NOMEM && events->lost)
			watch->ret = events->lost(events->ctx);
		else if (ret < 0 && ret != -NLE_NOMEM && ret != -NLE_INTR && ret != -NLE_AGAIN)
			return cvm_error_set(err, -EIO, CVM_ERR_IO, "events of the cvm module",
					     "%s", nl_geterror(ret));
	}
	return watch->ret;
}

void cvm_watch_close(struct cvm_watch *watch)
{
	if (!watch)
		return;
	cvm_genl_close(&watch->conn);
	free(watch);
}
