// SPDX-License-Identifier: GPL-2.0-only
/* CVM_DERIVE_KEY: equal requests give equal keys, all others other ones. */
#include "device.h"

#define FW_INVALID_PARAM	0x16

struct key {
	const char *name;
	int ret;
	uint8_t bytes[CVM_KEY_SIZE];
};

static struct cvm_derive_key request(uint32_t root, uint64_t fields)
{
	struct cvm_derive_key ioc = {
		.size = sizeof(ioc),
		.root = root,
		.fields = fields,
		.vmpl = CVM_VMPL_CURRENT,
	};

	return ioc;
}

static struct key derive(int fd, struct cvm_derive_key ioc, const char *name)
{
	struct key key = { .name = name };

	key.ret = device_call(fd, CVM_DERIVE_KEY, &ioc);
	memcpy(key.bytes, ioc.key, sizeof(key.bytes));
	tap_is(key.ret, 0, "a key: %s", name);
	return key;
}

static bool same(const struct key *a, const struct key *b)
{
	return !memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

static void test_repeats(int fd)
{
	struct cvm_derive_key plain = request(CVM_KEY_ROOT_VCEK, CVM_KEY_FIELD_MEASUREMENT);
	struct cvm_derive_key named = plain;
	struct key first = derive(fd, plain, "first");
	struct key again = derive(fd, plain, "again");
	struct key zero = { .ret = 0 };
	struct key level;

	named.vmpl = 0;
	level = derive(fd, named, "VMPL 0 by number");
	tap_ok(same(&first, &again), "the same request gives the same key");
	tap_ok(same(&first, &level), "the current level is VMPL 0");
	tap_ok(!same(&first, &zero), "it is not zero");
}

static const struct {
	const char *name;
	uint32_t root;
	uint32_t vmpl;
	uint64_t fields;
} selections[] = {
	{ "no fields", CVM_KEY_ROOT_VCEK, 0, 0 },
	{ "root VMRK", CVM_KEY_ROOT_VMRK, 0, 0 },
	{ "policy", CVM_KEY_ROOT_VCEK, 0, CVM_KEY_FIELD_POLICY },
	{ "image id", CVM_KEY_ROOT_VCEK, 0, CVM_KEY_FIELD_IMAGE_ID },
	{ "family id", CVM_KEY_ROOT_VCEK, 0, CVM_KEY_FIELD_FAMILY_ID },
	{ "measurement", CVM_KEY_ROOT_VCEK, 0, CVM_KEY_FIELD_MEASUREMENT },
	{ "SVN", CVM_KEY_ROOT_VCEK, 0, CVM_KEY_FIELD_SVN },
	{ "TCB", CVM_KEY_ROOT_VCEK, 0, CVM_KEY_FIELD_TCB },
	{ "all fields", CVM_KEY_ROOT_VCEK, 0, CVM_KEY_FIELDS },
	{ "VMPL 1", CVM_KEY_ROOT_VCEK, 1, 0 },
};

#define SELECTIONS	ARRAY_SIZE(selections)

static void test_differences(int fd)
{
	struct key keys[SELECTIONS];
	struct cvm_derive_key ioc;
	size_t i, j, equal = 0;

	for (i = 0; i < SELECTIONS; i++) {
		ioc = request(selections[i].root, selections[i].fields);
		ioc.vmpl = selections[i].vmpl;
		keys[i] = derive(fd, ioc, selections[i].name);
		for (j = 0; j < i; j++) {
			if (!same(&keys[i], &keys[j]))
				continue;
			equal++;
			printf("# '%s' and '%s' have one key\n", keys[j].name, keys[i].name);
		}
	}
	tap_is(equal, 0, "different requests give different keys");
}

static void expect_refusal(int fd, struct cvm_derive_key ioc, int error, const char *name)
{
	static const uint8_t zero[CVM_KEY_SIZE];

	memset(ioc.key, 0xcc, sizeof(ioc.key));
	tap_is(device_call(fd, CVM_DERIVE_KEY, &ioc), error, "%s", name);
	tap_ok(!memcmp(ioc.key, zero, sizeof(zero)) || ioc.key[0] == 0xcc, "%s: no key", name);
	if (error == -EIO) {
		tap_is(ioc.fw_error, FW_INVALID_PARAM, "%s: firmware says invalid parameter", name);
		tap_is(ioc.vmm_error, 0, "%s: the host did not refuse", name);
	}
}

/* The firmware refuses what is above the guest's own; its answer costs no message key. */
static void test_firmware_refusals(int fd)
{
	struct cvm_derive_key ioc = request(CVM_KEY_ROOT_VCEK, CVM_KEY_FIELD_SVN);

	ioc.guest_svn = UINT32_MAX;
	expect_refusal(fd, ioc, -EIO, "SVN above the guest's own");
	ioc = request(CVM_KEY_ROOT_VCEK, CVM_KEY_FIELD_TCB);
	ioc.tcb_version = UINT64_MAX;
	expect_refusal(fd, ioc, -EIO, "TCB above the committed one");
	derive(fd, request(CVM_KEY_ROOT_VCEK, 0), "after refusals");
}

static void test_bad_fields(int fd)
{
	struct cvm_derive_key ioc = request(2, 0);

	expect_refusal(fd, ioc, -EINVAL, "root 2");
	ioc = request(CVM_KEY_ROOT_VCEK, CVM_KEY_FIELDS + 1);
	expect_refusal(fd, ioc, -EINVAL, "unknown field");
	ioc = request(CVM_KEY_ROOT_VCEK, 0);
	ioc.vmpl = 4;
	expect_refusal(fd, ioc, -EINVAL, "VMPL 4");
	ioc = request(CVM_KEY_ROOT_VCEK, 0);
	ioc.flags = 1;
	expect_refusal(fd, ioc, -EINVAL, "flags 1");
	ioc = request(CVM_KEY_ROOT_VCEK, 0);
	ioc.reserved = 1;
	expect_refusal(fd, ioc, -EINVAL, "reserved 1");
}

int main(void)
{
	int fd;

	device_give_to_cvm();
	fd = device_open();
	test_repeats(fd);
	test_differences(fd);
	test_firmware_refusals(fd);
	test_bad_fields(fd);
	return tap_done();
}
