/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One request to the generic netlink family "cvm", and its replies. */
#ifndef CVM_GENL_CALL_H
#define CVM_GENL_CALL_H

#include <stdbool.h>

struct cvm_error;
struct nl_msg;
struct nl_sock;
struct nlmsghdr;

/**
 * struct genl_conn - a socket, and the family's number
 * @sock: connected
 * @family: resolved
 */
struct genl_conn {
	struct nl_sock *sock;
	int family;
};

/**
 * struct genl_request - what to ask, and who takes the answers
 * @command: CVM_CMD_*
 * @dump: ask for all objects
 * @fill: adds attributes, 0 or an error; or NULL
 * @reply: takes one message: 0, -EPROTO when it is malformed, or a value of its own that
 *	cvm_genl_call() returns; or NULL
 * @ctx: handed to both
 */
struct genl_request {
	int command;
	bool dump;
	int (*fill)(void *ctx, struct nl_msg *msg);
	int (*reply)(void *ctx, struct nlmsghdr *header);
	void *ctx;
};

int cvm_genl_open(struct genl_conn *conn, struct cvm_error *err);
void cvm_genl_close(struct genl_conn *conn);
int cvm_genl_call(struct genl_conn *conn, const struct genl_request *request,
		  struct cvm_error *err);
/* All three: one request on a socket of its own */
int cvm_genl_ask(const struct genl_request *request, struct cvm_error *err);

#endif /* CVM_GENL_CALL_H */
