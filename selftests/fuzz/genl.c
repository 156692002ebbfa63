// SPDX-License-Identifier: GPL-2.0-only
/* The netlink door: messages as calls have them, right or wrong, and what is answered. */
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../kmod/uapi/cvm_genl.h"
#include "fuzz.h"

#define MESSAGE_MAX	4096
#define ANSWER_MAX	32768
#define ANSWERS_MAX	64
#define GROUPS		4	/* one more than there are */
#define NESTS_MAX	4

/* What data[1] of a call says is wrong with its message */
enum wrong {
	WRONG_NOTHING, WRONG_SHORT, WRONG_LONG, WRONG_VERSION, WRONG_NO_HEADER, WRONG_TAIL,
	WRONG_TWICE, WRONG_RESERVED, WRONGS,
};

static uint16_t family;
static uint32_t groups[GROUPS] = { [GROUPS - 1] = 0x7fffffff };

/* ---- building ---- */

struct message {
	union {
		struct nlmsghdr header;
		uint8_t bytes[2 * MESSAGE_MAX];
	};
	size_t length;
};

static void align(struct message *message)
{
	message->length = NLMSG_ALIGN(message->length);
}

/* What is past @length, up to @limit, are zeros that were taken from the end */
static void add_attributes(struct message *message, const uint8_t *data, size_t length,
			   size_t limit, unsigned int depth)
{
	struct nlattr *attr;
	unsigned int part;
	size_t at = 0;

	while (at < length && at + 2 <= limit && message->length < MESSAGE_MAX - DATA_MAX) {
		uint8_t type = data[at];

		part = data[at + 1] < limit - at - 2 ? data[at + 1] : limit - at - 2;
		attr = (struct nlattr *)(message->bytes + message->length);
		message->length += NLA_HDRLEN;
		attr->nla_type = type & 0x3f;
		if (type & 0x80 && depth < NESTS_MAX) {
			attr->nla_type |= NLA_F_NESTED;
			add_attributes(message, data + at + 2, part, part, depth + 1);
		} else {
			memcpy(message->bytes + message->length, data + at + 2, part);
			message->length += part;
		}
		attr->nla_len = message->bytes + message->length - (uint8_t *)attr;
		if (type & 0x40)
			attr->nla_len += part & 1 ? 8 : -2;
		align(message);
		at += 2 + part;
	}
}

static uint16_t flags_of(uint8_t bits)
{
	uint16_t flags = bits & 0x10 ? 0 : NLM_F_REQUEST;

	flags |= bits & 0x01 ? NLM_F_DUMP : 0;
	flags |= bits & 0x02 ? NLM_F_ACK : 0;
	flags |= bits & 0x04 ? NLM_F_ECHO : 0;
	flags |= bits & 0x08 ? NLM_F_ROOT : 0;
	flags |= bits & 0x20 ? NLM_F_ATOMIC : 0;
	return flags | (bits & 0x40 ? NLM_F_MULTI : 0);
}

static void spoil(struct message *message, enum wrong wrong)
{
	struct genlmsghdr *genl = NLMSG_DATA(&message->header);

	switch (wrong) {
	case WRONG_SHORT:
		message->header.nlmsg_len -= 4;
		break;
	case WRONG_LONG:
		message->header.nlmsg_len += 64;
		break;
	case WRONG_VERSION:
		genl->version = 0xff;
		break;
	case WRONG_NO_HEADER:
		message->length = NLMSG_HDRLEN;
		message->header.nlmsg_len = NLMSG_HDRLEN;
		break;
	case WRONG_TAIL:
		message->bytes[message->length++] = 1;
		message->header.nlmsg_len = message->length;
		break;
	case WRONG_TWICE:
		memcpy(message->bytes + message->length, message->bytes, message->length);
		message->length *= 2;
		break;
	case WRONG_RESERVED:
		genl->reserved = 1;
		break;
	default:
		break;
	}
}

static void build(struct message *message, uint16_t type, unsigned int command,
		  const struct call *call)
{
	struct genlmsghdr *genl = NLMSG_DATA(&message->header);
	uint8_t data[DATA_MAX + 2] = { 0 };
	static uint32_t seq;

	memcpy(data, call->data, call->length);
	memset(message, 0, sizeof(*message));
	message->length = NLMSG_HDRLEN + GENL_HDRLEN;
	genl->cmd = command;
	genl->version = 1;
	if (call->length > 2)
		add_attributes(message, data + 2, call->length - 2, DATA_MAX, 0);
	message->header.nlmsg_type = type;
	message->header.nlmsg_flags = flags_of(data[0]);
	message->header.nlmsg_seq = __atomic_add_fetch(&seq, 1, __ATOMIC_RELAXED);
	message->header.nlmsg_len = message->length;
	spoil(message, data[1] % WRONGS);
}

/* ---- asking ---- */

static int socket_of(struct sockets *sockets, unsigned int slot)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK };
	int *fd = &sockets->fds[slot];

	if (*fd >= 0)
		return *fd;
	*fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	/* one that is not bound is bound by the kernel when it sends */
	if (*fd >= 0)
		(void)bind(*fd, (struct sockaddr *)&address, sizeof(address));
	return *fd;
}

/* 1 and the answer goes on; 0 at its end; a negative errno */
static int judge(const struct nlmsghdr *header, uint32_t seq, bool *answered)
{
	const struct nlmsgerr *error = NLMSG_DATA(header);
	bool is_last = header->nlmsg_type == NLMSG_ERROR || header->nlmsg_type == NLMSG_DONE;

	if (header->nlmsg_seq != seq)
		return 1;
	if (is_last && error->error)
		return error->error < 0 ? error->error : -EPROTO;
	*answered = true;
	return !is_last;
}

static int judge_all(const uint8_t *bytes, int length, uint32_t seq, bool *answered)
{
	const struct nlmsghdr *header = (const struct nlmsghdr *)bytes;
	int ret = 1;

	while (ret > 0 && NLMSG_OK(header, (unsigned int)length)) {
		ret = judge(header, seq, answered);
		header = NLMSG_NEXT(header, length);
	}
	return ret;
}

/* Also what is left of other answers, and events, is read */
static int read_answer(int fd, uint32_t seq, unsigned int limit)
{
	uint8_t bytes[ANSWER_MAX] __attribute__((aligned(8)));
	bool answered = false;
	int ret = 1, length;

	while (ret > 0 && limit--) {
		length = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT);
		if (length < 0 && errno == ENOBUFS)
			continue;
		if (length < 0)
			break;
		ret = judge_all(bytes, length, seq, &answered);
	}
	if (ret < 0)
		return ret;
	return answered ? 0 : -ENODATA;
}

static int ask(struct sockets *sockets, const struct op *op, const struct call *call)
{
	int fd = socket_of(sockets, !!(call->how & HOW_SECOND));
	struct message message;

	build(&message, family, op->number, call);
	if (send(fd, message.bytes, message.length, MSG_DONTWAIT) < 0)
		return -errno;
	/* what is no request is acknowledged, and not done */
	if (call->how & HOW_UNREAD || !(message.header.nlmsg_flags & NLM_F_REQUEST))
		return -ENODATA;
	return read_answer(fd, message.header.nlmsg_seq, call->how & HOW_ONE ? 1 : ANSWERS_MAX);
}

static int set(int fd, int option, int value)
{
	return setsockopt(fd, SOL_NETLINK, option, &value, sizeof(value)) ? -errno : 0;
}

static int set_option(int fd, const struct call *call)
{
	static const int options[] = { NETLINK_EXT_ACK, NETLINK_CAP_ACK, NETLINK_GET_STRICT_CHK,
				       NETLINK_NO_ENOBUFS, NETLINK_BROADCAST_ERROR };
	int bytes = 1;

	if (call->data[0] % 6 == 5)
		return setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes)) ? -errno : 0;
	return set(fd, options[call->data[0] % 6], call->data[1] & 1);
}

static int receive(int fd)
{
	uint8_t bytes[ANSWER_MAX];

	return recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT) < 0 ? -errno : 0;
}

/**
 * genl_call() - a call through the netlink door
 * @sockets: of the input
 * @op: what to do
 * @call: how
 *
 * Return: 0 or a negative errno; -ENODATA when there was no answer to read.
 */
int genl_call(struct sockets *sockets, const struct op *op, const struct call *call)
{
	unsigned int slot = !!(call->how & HOW_SECOND);
	int fd = socket_of(sockets, slot);

	switch (op->door) {
	case DOOR_JOIN:
		return set(fd, NETLINK_ADD_MEMBERSHIP, groups[call->data[0] % GROUPS]);
	case DOOR_LEAVE:
		return set(fd, NETLINK_DROP_MEMBERSHIP, groups[call->data[0] % GROUPS]);
	case DOOR_OPTION:
		return set_option(fd, call);
	case DOOR_RECEIVE:
		return receive(fd);
	case DOOR_HANG_UP:
		genl_close(sockets, slot);
		return 0;
	default:
		return ask(sockets, op, call);
	}
}

/**
 * genl_close() - close a socket, whatever is left in it
 * @sockets: of the input
 * @slot: which one
 */
void genl_close(struct sockets *sockets, unsigned int slot)
{
	if (sockets->fds[slot] >= 0)
		close(sockets->fds[slot]);
	sockets->fds[slot] = -1;
}

/**
 * genl_command() - a command without attributes, well-formed
 * @command: of the family
 *
 * Return: 0 or a negative errno.
 */
int genl_command(unsigned int command)
{
	const struct op op = { .door = DOOR_GENL, .number = command };
	const struct call call = { .data = { 0x02 }, .length = 1 };
	struct sockets sockets = { { -1, -1 } };
	int ret = ask(&sockets, &op, &call);

	genl_close(&sockets, 0);
	return ret;
}

/* ---- finding the family ---- */

static const struct nlattr *find(const void *from, int length, uint16_t type)
{
	const struct nlattr *attr = from;

	while (length >= NLA_HDRLEN && attr->nla_len >= NLA_HDRLEN) {
		if ((attr->nla_type & NLA_TYPE_MASK) == type)
			return attr;
		length -= NLA_ALIGN(attr->nla_len);
		attr = (const void *)((const uint8_t *)attr + NLA_ALIGN(attr->nla_len));
	}
	return NULL;
}

static const void *value(const struct nlattr *attr)
{
	return (const uint8_t *)attr + NLA_HDRLEN;
}

static void find_groups(const struct nlattr *list)
{
	const struct nlattr *group, *id;
	int left = list->nla_len - NLA_HDRLEN;
	unsigned int count = 0;

	for (group = value(list); left > NLA_HDRLEN && count < GROUPS - 1;) {
		id = find(value(group), group->nla_len - NLA_HDRLEN, CTRL_ATTR_MCAST_GRP_ID);
		if (id)
			memcpy(&groups[count++], value(id), sizeof(groups[0]));
		left -= NLA_ALIGN(group->nla_len);
		group = (const void *)((const uint8_t *)group + NLA_ALIGN(group->nla_len));
	}
}

/**
 * genl_find() - learn the numbers of the family and its groups
 */
void genl_find(void)
{
	const struct call call = {
		.data = { 0, 0, CTRL_ATTR_FAMILY_NAME, sizeof(CVM_FAMILY_NAME), 'c', 'v', 'm' },
		.length = 8,
	};
	uint8_t bytes[ANSWER_MAX] __attribute__((aligned(8)));
	const uint8_t *attributes = bytes + NLMSG_HDRLEN + GENL_HDRLEN;
	struct sockets sockets = { { -1, -1 } };
	const struct nlattr *attr, *list;
	struct message message;
	int fd = socket_of(&sockets, 0), length;

	build(&message, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, &call);
	send(fd, message.bytes, message.length, 0);
	length = recv(fd, bytes, sizeof(bytes), 0) - NLMSG_HDRLEN - GENL_HDRLEN;
	genl_close(&sockets, 0);
	attr = find(attributes, length, CTRL_ATTR_FAMILY_ID);
	list = find(attributes, length, CTRL_ATTR_MCAST_GROUPS);
	if (!attr || !list) {
		fprintf(stderr, "fuzz: no netlink family " CVM_FAMILY_NAME "; load cvm.ko\n");
		exit(2);
	}
	memcpy(&family, value(attr), sizeof(family));
	find_groups(list);
}
