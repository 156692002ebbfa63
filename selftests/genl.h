/* SPDX-License-Identifier: GPL-2.0-only */
/* The netlink family cvm by system calls alone, as the tests in a guest need it. */
#ifndef SELFTESTS_GENL_H
#define SELFTESTS_GENL_H

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/types.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "cvm_genl.h"
#include "device.h"

#define GENL_SECONDS	20	/* without an answer: the kernel has lost the request */

/**
 * struct genl_request - a message to the family
 * @head: of netlink
 * @genl: of generic netlink
 * @attributes: behind them
 */
struct genl_request {
	struct nlmsghdr head;
	struct genlmsghdr genl;
	uint8_t attributes[128];
};

/**
 * struct genl_answer - what came back
 * @messages: number of them, without acknowledgments
 * @refused: the family said no, or the kernel before it did
 * @first: the attributes of the first message
 * @length: of @first
 */
struct genl_answer {
	unsigned int messages;
	bool refused;
	uint8_t first[16384];
	size_t length;
};

static uint8_t genl_buffer[65536];

static inline int genl_open(void)
{
	const struct sockaddr_nl self = { .nl_family = AF_NETLINK };
	const struct timeval limit = { .tv_sec = GENL_SECONDS };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);

	if (fd < 0 || bind(fd, (const void *)&self, sizeof(self)) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)))
		tap_bail("no netlink socket: %s", strerror(errno));
	return fd;
}

static inline struct genl_request genl_request(uint16_t family, uint8_t command, uint16_t flags)
{
	return (struct genl_request){
		.head.nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN),
		.head.nlmsg_type = family,
		.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags,
		.genl.cmd = command,
		.genl.version = CVM_FAMILY_VERSION,
	};
}

static inline void genl_put(struct genl_request *request, uint16_t type, const void *value,
			    size_t length)
{
	uint8_t *end = (uint8_t *)request + NLMSG_ALIGN(request->head.nlmsg_len);
	struct nlattr head = { .nla_len = NLA_HDRLEN + length, .nla_type = type };

	memcpy(end, &head, sizeof(head));
	memcpy(end + NLA_HDRLEN, value, length);
	request->head.nlmsg_len = end + NLA_ALIGN(head.nla_len) - (uint8_t *)request;
}

static inline void genl_keep(struct genl_answer *answer, const struct nlmsghdr *message)
{
	size_t length = message->nlmsg_len - NLMSG_LENGTH(GENL_HDRLEN);

	if (answer->messages++ || length > sizeof(answer->first))
		return;
	memcpy(answer->first, (const uint8_t *)NLMSG_DATA(message) + GENL_HDRLEN, length);
	answer->length = length;
}

/* 1 to go on, 0 at the end, or a negative errno */
static inline int genl_take(struct genl_answer *answer, ssize_t length)
{
	struct nlmsghdr *message = (void *)genl_buffer;
	int code = 0;

	for (; NLMSG_OK(message, length); message = NLMSG_NEXT(message, length)) {
		if (message->nlmsg_type == NLMSG_ERROR || message->nlmsg_type == NLMSG_DONE) {
			memcpy(&code, NLMSG_DATA(message), sizeof(code));
			answer->refused = code < 0;
			return code;
		}
		genl_keep(answer, message);
	}
	return 1;
}

/* 0 or a negative errno */
static inline int genl_call(int fd, const struct genl_request *request, struct genl_answer *answer)
{
	ssize_t length;
	int ret;

	answer->messages = 0;
	answer->refused = false;
	answer->length = 0;
	if (send(fd, request, request->head.nlmsg_len, 0) < 0)
		return -errno;
	do {
		length = recv(fd, genl_buffer, sizeof(genl_buffer), 0);
		if (length < 0)
			return -errno;
		ret = genl_take(answer, length);
	} while (ret > 0);
	return ret;
}

/* An attribute of the first message; NULL when it is not there */
static inline const void *genl_find(const struct genl_answer *answer, uint16_t type)
{
	const struct nlattr *attr;
	size_t at;

	for (at = 0; at + NLA_HDRLEN <= answer->length; at += NLA_ALIGN(attr->nla_len)) {
		attr = (const void *)(answer->first + at);
		if (attr->nla_len < NLA_HDRLEN)
			break;
		if ((attr->nla_type & NLA_TYPE_MASK) == type)
			return answer->first + at + NLA_HDRLEN;
	}
	return NULL;
}

/* Number of the family, 0 when there is none */
static inline uint16_t genl_family(void)
{
	struct genl_request request = genl_request(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 0);
	static struct genl_answer answer;
	const void *id = NULL;
	uint16_t number = 0;
	int fd = genl_open();

	genl_put(&request, CTRL_ATTR_FAMILY_NAME, CVM_FAMILY_NAME, sizeof(CVM_FAMILY_NAME));
	if (!genl_call(fd, &request, &answer))
		id = genl_find(&answer, CTRL_ATTR_FAMILY_ID);
	if (id)
		memcpy(&number, id, sizeof(number));
	close(fd);
	return number;
}

#endif /* SELFTESTS_GENL_H */
