// SPDX-License-Identifier: LGPL-2.1-or-later
/* One request to the generic netlink family "cvm", and its replies. */
#include <errno.h>
#include <string.h>

#include "cvm_genl.h"
#include "device.h"
#include "genl_call.h"
#include "nl.h"

#define FAMILY "netlink family \"cvm\""

/* Without the family it depends on the machine which of the two is missing. */
static int no_family(struct cvm_error *err)
{
	struct cvm_platform platform;
	int ret = cvm_platform_probe(&platform, err);

	if (ret)
		return ret;
	return cvm_error_set(err, -ENOENT, CVM_ERR_NO_MODULE, FAMILY,
			     "the cvm module is not loaded");
}

static enum cvm_error_code code_of(int error)
{
	switch (error) {
	case EPERM:
		return CVM_ERR_PERMISSION;
	case EBUSY:
		return CVM_ERR_BUSY;
	case EOPNOTSUPP:
		return CVM_ERR_NO_INTERFACE;
	case EINVAL:
		return CVM_ERR_USAGE;
	default:
		return CVM_ERR_IO;
	}
}

/* What the kernel refused, in its own words where it has any */
static int refused(int error, const char *words, struct cvm_error *err)
{
	/* work of the same kind is at work: not the device that somebody else owns */
	int ret = error == EBUSY ? -EALREADY : -error;

	return cvm_error_set(err, ret, code_of(error), FAMILY, "%s",
			     words && *words ? words : strerror(error));
}

int cvm_genl_open(struct genl_conn *conn, struct cvm_error *err)
{
	int on = 1, ret;

	ret = cvm_nl_load(err);
	if (ret)
		return ret;
	conn->sock = nl_socket_alloc();
	if (!conn->sock)
		return cvm_error_nomem(err, FAMILY);
	ret = genl_connect(conn->sock);
	if (ret) {
		ret = cvm_error_set(err, -EIO, CVM_ERR_IO, FAMILY, "%s", nl_geterror(ret));
		goto out;
	}
	setsockopt(nl_socket_get_fd(conn->sock), SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	conn->family = genl_ctrl_resolve(conn->sock, CVM_FAMILY_NAME);
	if (conn->family >= 0)
		return 0;
	ret = no_family(err);
out:
	cvm_genl_close(conn);
	return ret;
}

void cvm_genl_close(struct genl_conn *conn)
{
	nl_socket_free(conn->sock);
	conn->sock = NULL;
}

struct exchange {
	const struct genl_request *request;
	int ret;
	int error;
	char words[128];
	bool finished;
};

static int on_message(struct nl_msg *msg, void *data)
{
	struct exchange *exchange = data;

	if (!exchange->ret && exchange->request->reply)
		exchange->ret = exchange->request->reply(exchange->request->ctx, nlmsg_hdr(msg));
	return NL_OK;
}

static int on_end(struct nl_msg *msg, void *data)
{
	struct exchange *exchange = data;

	(void)msg;
	exchange->finished = true;
	return NL_STOP;
}

/* The kernel's words follow the header that it sends back (linux/netlink.h, extended ack) */
static void read_words(const struct nlmsghdr *header, struct exchange *exchange)
{
	const struct nlmsgerr *error = nlmsg_data(header);
	size_t skip = sizeof(*error);
	struct nlattr *attr;
	int left;

	if (!(header->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	if (!(header->nlmsg_flags & NLM_F_CAPPED))
		skip += NLMSG_ALIGN(error->msg.nlmsg_len) - sizeof(error->msg);
	if (skip > (size_t)nlmsg_datalen(header))
		return;
	left = nlmsg_datalen(header) - skip;
	attr = (struct nlattr *)((const char *)error + skip);
	for (; nla_ok(attr, left); attr = nla_next(attr, &left))
		if (nla_type(attr) == NLMSGERR_ATTR_MSG)
			nla_strlcpy(exchange->words, attr, sizeof(exchange->words));
}

static int on_error(struct sockaddr_nl *address, struct nlmsgerr *error, void *data)
{
	const struct nlmsghdr *header = (const struct nlmsghdr *)error - 1;
	struct exchange *exchange = data;

	(void)address;
	exchange->error = -error->error;
	exchange->finished = true;
	read_words(header, exchange);
	return NL_STOP;
}

static int transact(struct genl_conn *conn, struct nl_msg *msg, struct exchange *exchange)
{
	struct nl_cb *cb = nl_cb_alloc(NL_CB_DEFAULT);
	int ret;

	if (!cb)
		return -NLE_NOMEM;
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_message, exchange);
	nl_cb_set(cb, NL_CB_FINISH, NL_CB_CUSTOM, on_end, exchange);
	nl_cb_set(cb, NL_CB_ACK, NL_CB_CUSTOM, on_end, exchange);
	nl_cb_err(cb, NL_CB_CUSTOM, on_error, exchange);
	ret = nl_send_auto(conn->sock, msg);
	while (ret >= 0 && !exchange->finished)
		ret = nl_recvmsgs(conn->sock, cb);
	nl_cb_put(cb);
	return ret < 0 && !exchange->finished ? ret : 0;
}

int cvm_genl_call(struct genl_conn *conn, const struct genl_request *request, struct cvm_error *err)
{
	struct exchange exchange = { .request = request };
	struct nl_msg *msg = nlmsg_alloc();
	int ret;

	if (!msg ||
	    !genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, conn->family, 0,
			 request->dump ? NLM_F_DUMP : 0, request->command, CVM_FAMILY_VERSION) ||
	    (request->fill && request->fill(request->ctx, msg))) {
		nlmsg_free(msg);
		return cvm_error_nomem(err, FAMILY);
	}
	ret = transact(conn, msg, &exchange);
	nlmsg_free(msg);
	if (ret)
		return cvm_error_set(err, -EIO, CVM_ERR_IO, FAMILY, "%s", nl_geterror(ret));
	if (exchange.error)
		return refused(exchange.error, exchange.words, err);
	if (exchange.ret == -EPROTO)
		return cvm_error_set(err, -EPROTO, CVM_ERR_IO, FAMILY,
				     "the module's reply is malformed");
	return exchange.ret;
}

int cvm_genl_ask(const struct genl_request *request, struct cvm_error *err)
{
	struct genl_conn conn = { 0 };
	int ret = cvm_genl_open(&conn, err);

	if (ret)
		return ret;
	ret = cvm_genl_call(&conn, request, err);
	cvm_genl_close(&conn);
	return ret;
}
