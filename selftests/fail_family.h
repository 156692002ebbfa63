/* SPDX-License-Identifier: GPL-2.0-only */
/* The calls of the netlink family that shall fail. */
#ifndef SELFTESTS_FAIL_FAMILY_H
#define SELFTESTS_FAIL_FAMILY_H

#include "fail_call.h"
#include "genl.h"

static uint16_t family;
static int family_fd = -1;
static struct genl_request family_request;
static struct genl_answer family_answer;

/* A socket of its own for each call, for one may leave its answer behind */
static void prepare_call(uint8_t command, uint16_t flags)
{
	if (family_fd >= 0)
		close(family_fd);
	family_fd = genl_open();
	family_request = genl_request(family, command, flags);
}

static int run_family(void)
{
	return genl_call(family_fd, &family_request, &family_answer);
}

static const char *wrong_get_one(int ret)
{
	return ret || family_answer.messages == 1 ? NULL : "no answer";
}

static const char *wrong_get_all(int ret)
{
	return ret || family_answer.messages ? NULL : "no answers";
}

/* Asks aside of the call; 0 when the attribute is not there */
static uint32_t ask(uint8_t command, uint16_t attribute, size_t size)
{
	struct genl_request request = genl_request(family, command, 0);
	static struct genl_answer got;
	const void *found = NULL;
	uint32_t value = 0;
	int fd = genl_open();

	if (!genl_call(fd, &request, &got))
		found = genl_find(&got, attribute);
	if (found)
		memcpy(&value, found, size);
	close(fd);
	return value;
}

static void order(uint8_t command)
{
	struct genl_request request = genl_request(family, command, 0);
	static struct genl_answer got;
	int fd = genl_open();
	int ret = genl_call(fd, &request, &got);

	if (ret)
		tap_bail("command %u of the family fails: %s", command, strerror(-ret));
	close(fd);
}

/* When only the answer was lost it may have begun; when it was refused it has not */
static const char *wrong_begun(int ret, bool running)
{
	if (!ret && !running)
		return "nothing has begun";
	return family_answer.refused && running ? "it has begun all the same" : NULL;
}

static void prepare_platform_get(void)
{
	prepare_call(CVM_CMD_PLATFORM_GET, 0);
}

static void prepare_memory_get(void)
{
	prepare_call(CVM_CMD_MEMORY_GET, NLM_F_DUMP);
}

static void prepare_accept_get(void)
{
	prepare_call(CVM_CMD_ACCEPT_GET, 0);
}

/* With a floor that no machine reaches: it begins and waits */
static void prepare_accept_start(void)
{
	const uint64_t amount = 8 << 20, floor = INT64_MAX;

	prepare_call(CVM_CMD_ACCEPT_START, 0);
	genl_put(&family_request, CVM_A_ACCEPT_AMOUNT, &amount, sizeof(amount));
	genl_put(&family_request, CVM_A_ACCEPT_FLOOR, &floor, sizeof(floor));
}

static uint32_t accept_threads(void)
{
	return ask(CVM_CMD_ACCEPT_GET, CVM_A_ACCEPT_THREADS, sizeof(uint32_t));
}

static const char *wrong_accept_start(int ret)
{
	return wrong_begun(ret, accept_threads());
}

static void undo_accept(void)
{
	order(CVM_CMD_ACCEPT_STOP);
}

static void prepare_accept_stop(void)
{
	prepare_accept_start();
	run_family();
	prepare_call(CVM_CMD_ACCEPT_STOP, 0);
}

static const char *wrong_accept_stop(int ret)
{
	return !ret && accept_threads() ? "it goes on all the same" : NULL;
}

static void prepare_audit_get(void)
{
	prepare_call(CVM_CMD_AUDIT_GET, 0);
}

/* So slow that it does not end by itself */
static void prepare_audit_run(void)
{
	const struct nlattr label = { NLA_HDRLEN + 32, NLA_F_NESTED | CVM_A_AUDIT_LABEL };
	const uint64_t rate = 1 << 20, start = 1 << 20, length = 1 << 20;
	uint32_t *end;

	prepare_call(CVM_CMD_AUDIT_RUN, 0);
	genl_put(&family_request, CVM_A_AUDIT_RATE, &rate, sizeof(rate));
	end = (uint32_t *)((uint8_t *)&family_request + family_request.head.nlmsg_len);
	memcpy(end, &label, sizeof(label));
	family_request.head.nlmsg_len += NLA_HDRLEN;
	genl_put(&family_request, CVM_A_LABEL_NAME, "one", 4);
	genl_put(&family_request, CVM_A_LABEL_START, &start, sizeof(start));
	genl_put(&family_request, CVM_A_LABEL_LENGTH, &length, sizeof(length));
}

static uint32_t audit_runs(void)
{
	return ask(CVM_CMD_AUDIT_GET, CVM_A_AUDIT_RUNNING, sizeof(uint8_t));
}

static const char *wrong_audit_run(int ret)
{
	return wrong_begun(ret, audit_runs());
}

static void undo_audit(void)
{
	order(CVM_CMD_AUDIT_STOP);
}

static void prepare_audit_stop(void)
{
	prepare_audit_run();
	run_family();
	prepare_call(CVM_CMD_AUDIT_STOP, 0);
}

static const char *wrong_audit_stop(int ret)
{
	return !ret && audit_runs() ? "it goes on all the same" : NULL;
}

static void prepare_findings(void)
{
	prepare_call(CVM_CMD_FINDING_GET, NLM_F_DUMP);
}

static void prepare_ledger(void)
{
	prepare_call(CVM_CMD_LEDGER_GET, NLM_F_DUMP);
}

/* What the kernel says when it has no memory for a message */
static const int family_errors[] = { ENOBUFS, 0 };

#define FAMILY_CALL(name, prepare, wrong, undo) \
	{ name, prepare, run_family, wrong, undo, family_errors, 0 }

static const struct fail_call family_calls[] = {
	FAMILY_CALL("platform-get", prepare_platform_get, wrong_get_one, NULL),
	FAMILY_CALL("memory-get", prepare_memory_get, wrong_get_all, NULL),
	FAMILY_CALL("accept-get", prepare_accept_get, wrong_get_one, NULL),
	FAMILY_CALL("accept-start", prepare_accept_start, wrong_accept_start, undo_accept),
	FAMILY_CALL("accept-stop", prepare_accept_stop, wrong_accept_stop, undo_accept),
	FAMILY_CALL("audit-get", prepare_audit_get, wrong_get_one, NULL),
	FAMILY_CALL("audit-run", prepare_audit_run, wrong_audit_run, undo_audit),
	FAMILY_CALL("audit-stop", prepare_audit_stop, wrong_audit_stop, undo_audit),
	FAMILY_CALL("finding-get", prepare_findings, NULL, NULL),
	FAMILY_CALL("ledger-get", prepare_ledger, wrong_get_all, NULL),
};

#endif /* SELFTESTS_FAIL_FAMILY_H */
