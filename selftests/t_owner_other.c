// SPDX-License-Identifier: GPL-2.0-only
/* The kernel's own driver owns the attestation device: the module stays away from it. */
#include <fcntl.h>

#include "device.h"

static void test_evidence(int fd)
{
	struct answer answer;

	answer_prepare(&answer, 0x61);
	tap_is(device_call(fd, CVM_EVIDENCE, &answer.ioc), -EBUSY, "no evidence");
	tap_ok(!strcmp((char *)answer.ioc.owner, "sev-guest"), "owner '%.*s' is named",
	       CVM_OWNER_SIZE, (char *)answer.ioc.owner);
	tap_is(answer.ioc.vmm_error, 0, "the host was not asked");
	tap_is(answer.ioc.fw_error, 0, "the secure processor was not asked");
}

static void test_key(int fd)
{
	struct cvm_derive_key ioc = { .size = sizeof(ioc), .vmpl = CVM_VMPL_CURRENT };

	tap_is(device_call(fd, CVM_DERIVE_KEY, &ioc), -EBUSY, "no key");
	tap_ok(!strcmp((char *)ioc.owner, "sev-guest"), "owner '%.*s' is named", CVM_OWNER_SIZE,
	       (char *)ioc.owner);
}

/* The caller's own mistakes come first, whoever owns the device. */
static void test_mistakes(int fd)
{
	struct answer answer;

	answer_prepare(&answer, 0x62);
	answer.ioc.flags = 1;
	tap_is(device_call(fd, CVM_EVIDENCE, &answer.ioc), -EINVAL, "bad flags are bad flags");
}

int main(void)
{
	int fd;

	device_give_to_sev_guest();
	fd = device_open();
	test_evidence(fd);
	test_key(fd);
	test_mistakes(fd);
	close(fd);
	tap_is(module_unload("cvm"), 0, "the module can be unloaded");
	tap_ok(!strcmp(device_owner(), "sev-guest"), "the owner did not change");
	return tap_done();
}
