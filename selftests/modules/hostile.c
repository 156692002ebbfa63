// SPDX-License-Identifier: GPL-2.0-only
/*
 * The way from a test in the guest to the software platform's hostile host, and the means
 * to try more than one attack in one boot.
 *
 * /sys/module/hostile/parameters/
 *   host	write: how the host behaves from now on (selftests/platform/hv/behaviour.c);
 *		read: how often it did since then
 *   key	SNP; read: the message key, for a test that looks for it in shared memory;
 *		write: put it back after cvm.ko has destroyed it, its counter that many
 *		messages on. No guest that wants to stay safe would do that
 *   victim	read: the address of a new page, for the host to attack; it holds 11h;
 *		write: "touch" it, or "renew" its contents to 22h, or "accept" it again, which
 *		fails when it was not the guest's any more
 *   holds	what the victim held when it was last looked at
 *   device	write: be a driver; "once" shares a buffer and takes it back, "serve" does so as
 *		often as the device wants it; read: how many conversions there were
 *   secret	random bytes in private memory of the kernel
 *   mark	random bytes in memory that is shared on purpose
 *   msr	read: registers, of which some are the host's to tell
 */
#define pr_fmt(fmt) "hostile: " fmt

#include <linux/cc_platform.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/random.h>
#include <linux/set_memory.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <asm/msr.h>
#include <asm/sev.h>

#include "rmp_test.h"
#include "tdx_test.h"

#define HOST_PORT	0x4c56
#define KEY_SIZE	32
#define PATTERN_SIZE	32
#define VICTIM_OLD	0x11
#define VICTIM_NEW	0x22

/* Secrets page, SEV-SNP ABI (56860) table "Secrets Page": VMPCK0 and the guest's own area */
#define SECRETS_KEY	0x20
#define SECRETS_COUNTER	0xa0

static u8 *secrets;
static u8 kept[KEY_SIZE];
static u8 *victim, *secret, *mark;

static int host_set(const char *text, const struct kernel_param *param)
{
	outb('h', HOST_PORT);
	for (; *text && *text != '\n'; text++)
		outb(*text, HOST_PORT);
	outb('\n', HOST_PORT);
	return 0;
}

static int host_get(char *text, const struct kernel_param *param)
{
	return sysfs_emit(text, "%u\n", inb(HOST_PORT));
}

static const struct kernel_param_ops host_ops = { .set = host_set, .get = host_get };
module_param_cb(host, &host_ops, NULL, 0600);
MODULE_PARM_DESC(host, "how the host behaves");

static int message_key_set(const char *text, const struct kernel_param *param)
{
	u32 *counter, messages;

	if (!secrets || kstrtou32(text, 0, &messages))
		return -EINVAL;
	counter = (u32 *)(secrets + SECRETS_COUNTER);
	memcpy(secrets + SECRETS_KEY, kept, KEY_SIZE);
	*counter += messages;
	return 0;
}

static int message_key_get(char *text, const struct kernel_param *param)
{
	return sysfs_emit(text, "%*phN\n", KEY_SIZE, kept);
}

static const struct kernel_param_ops message_key_ops = {
	.set = message_key_set,
	.get = message_key_get,
};

module_param_cb(key, &message_key_ops, NULL, 0600);
MODULE_PARM_DESC(key, "message key of an SNP guest");

/* ---- a page under attack ---- */

static u8 holds;
module_param(holds, byte, 0400);
MODULE_PARM_DESC(holds, "what the victim held");

/* Lost, each: what the host made of it is not known */
static int new_victim(void)
{
	victim = (u8 *)__get_free_page(GFP_KERNEL);
	if (!victim)
		return -ENOMEM;
	memset(victim, VICTIM_OLD, PAGE_SIZE);
	return 0;
}

static int touch(void)
{
	holds = READ_ONCE(victim[0]);
	return 0;
}

static bool is_accepted_already(void)
{
	bool unchanged = false;

	if (cc_platform_has(CC_ATTR_GUEST_SEV_SNP))
		return !pvalidate_raw(victim, RMP_4K, true, &unchanged) && unchanged;
	return leaf(TDG_MEM_PAGE_ACCEPT, virt_to_phys(victim), 0) == TDX_ALREADY_ACCEPTED;
}

/* Nobody who accepts pages may take one twice: what is in it is the host's choice */
static int accept(void)
{
	bool already = is_accepted_already();

	touch();
	return already ? 0 : -ESTALE;
}

static int victim_set(const char *text, const struct kernel_param *param)
{
	if (!victim && new_victim())
		return -ENOMEM;
	if (sysfs_streq(text, "touch"))
		return touch();
	if (sysfs_streq(text, "accept"))
		return accept();
	if (!sysfs_streq(text, "renew"))
		return -EINVAL;
	memset(victim, VICTIM_NEW, PAGE_SIZE);
	return 0;
}

static int victim_get(char *text, const struct kernel_param *param)
{
	int ret = new_victim();

	return ret ?: sysfs_emit(text, "%llx\n", (u64)virt_to_phys(victim));
}

static const struct kernel_param_ops victim_ops = { .set = victim_set, .get = victim_get };
module_param_cb(victim, &victim_ops, NULL, 0600);
MODULE_PARM_DESC(victim, "a page for the host to attack");

/* ---- a driver whose device is the host's ---- */

static unsigned long conversions;

static int convert_once(void)
{
	unsigned long page = __get_free_page(GFP_KERNEL);
	int ret = page ? 0 : -ENOMEM;

	ret = ret ?: set_memory_decrypted(page, 1) ?: set_memory_encrypted(page, 1);
	if (ret)
		return ret;
	conversions += 2;
	memset((void *)page, 0, PAGE_SIZE);
	free_page(page);
	return 0;
}

static int device_set(const char *text, const struct kernel_param *param)
{
	int ret = 0;

	if (sysfs_streq(text, "once"))
		return convert_once();
	while (!ret && inw(HOST_PORT))
		ret = convert_once();
	return ret;
}

static int device_get(char *text, const struct kernel_param *param)
{
	return sysfs_emit(text, "%lu\n", conversions);
}

static const struct kernel_param_ops device_ops = { .set = device_set, .get = device_get };
module_param_cb(device, &device_ops, NULL, 0600);
MODULE_PARM_DESC(device, "share a page and take it back");

/* ---- what a host must not see, and what it may ---- */

static int pattern_get(char *text, const struct kernel_param *param)
{
	return sysfs_emit(text, "%*phN\n", PATTERN_SIZE, *(u8 **)param->arg);
}

static const struct kernel_param_ops pattern_ops = { .get = pattern_get };
module_param_cb(secret, &pattern_ops, &secret, 0400);
MODULE_PARM_DESC(secret, "random bytes in private memory");
module_param_cb(mark, &pattern_ops, &mark, 0400);
MODULE_PARM_DESC(mark, "random bytes in shared memory");

static int make_patterns(void)
{
	secret = kmalloc(PATTERN_SIZE, GFP_KERNEL);
	mark = (u8 *)__get_free_page(GFP_KERNEL);
	if (!secret || !mark)
		return -ENOMEM;
	get_random_bytes(secret, PATTERN_SIZE);
	/* shared for good: the host looks for it after the guest has ended */
	if (set_memory_decrypted((unsigned long)mark, 1))
		return -EIO;
	memset(mark, 0, PAGE_SIZE);
	get_random_bytes(mark, PATTERN_SIZE);
	return 0;
}

/* ---- registers ---- */

static int msr_get(char *text, const struct kernel_param *param)
{
	/* MTRRs, and machine checks: on both platforms the host answers */
	static const u32 msrs[] = { 0xfe, 0x2ff, 0x179, 0x250 };
	unsigned int i;
	int n = 0;
	u64 value;

	for (i = 0; i < ARRAY_SIZE(msrs); i++)
		if (!rdmsrl_safe(msrs[i], &value))
			n += sysfs_emit_at(text, n, "%llx ", value);
	return n + sysfs_emit_at(text, n, "\n");
}

static const struct kernel_param_ops msr_ops = { .get = msr_get };
module_param_cb(msr, &msr_ops, NULL, 0400);
MODULE_PARM_DESC(msr, "registers that the host answers");

static int keep_key(void)
{
	struct device *dev = bus_find_device_by_name(&platform_bus_type, NULL, "sev-guest");
	const struct sev_guest_platform_data *data;

	if (!dev)	/* a TD has no such key */
		return 0;
	data = dev_get_platdata(dev);
	if (data)
		secrets = (__force u8 *)ioremap_encrypted(data->secrets_gpa, PAGE_SIZE);
	put_device(dev);
	if (!secrets)
		return -ENODEV;
	memcpy(kept, secrets + SECRETS_KEY, KEY_SIZE);
	return 0;
}

static int __init hostile_init(void)
{
	return make_patterns() ?: keep_key();
}

static void __exit hostile_exit(void)
{
	if (secrets)
		iounmap((__force void __iomem *)secrets);
	memzero_explicit(kept, sizeof(kept));
	kfree_sensitive(secret);
}

module_init(hostile_init);
module_exit(hostile_exit);

MODULE_AUTHOR("cvm maintainers");
MODULE_DESCRIPTION("The way to a hostile host");
MODULE_LICENSE("GPL");
