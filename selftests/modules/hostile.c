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
 *   victim	read: the address of a page that was in use, for the host to take away;
 *		write: use it
 */
#define pr_fmt(fmt) "hostile: " fmt

#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/string.h>
#include <asm/sev.h>

#define HOST_PORT	0x4c56
#define KEY_SIZE	32

/* Secrets page, SEV-SNP ABI (56860) table "Secrets Page": VMPCK0 and the guest's own area */
#define SECRETS_KEY	0x20
#define SECRETS_COUNTER	0xa0

static u8 *secrets;
static u8 kept[KEY_SIZE];
static u8 *victim;

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

static int victim_set(const char *text, const struct kernel_param *param)
{
	pr_info("the page holds %02x\n", READ_ONCE(victim[0]));
	return 0;
}

static int victim_get(char *text, const struct kernel_param *param)
{
	return sysfs_emit(text, "%llx\n", (u64)virt_to_phys(victim));
}

static const struct kernel_param_ops victim_ops = { .set = victim_set, .get = victim_get };
module_param_cb(victim, &victim_ops, NULL, 0600);
MODULE_PARM_DESC(victim, "a page for the host to attack");

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
	victim = (u8 *)get_zeroed_page(GFP_KERNEL);
	return victim ? keep_key() : -ENOMEM;
}

static void __exit hostile_exit(void)
{
	if (secrets)
		iounmap((__force void __iomem *)secrets);
	memzero_explicit(kept, sizeof(kept));
	/* the page stays: what the host made of it is not known */
}

module_init(hostile_init);
module_exit(hostile_exit);

MODULE_AUTHOR("cvm maintainers");
MODULE_DESCRIPTION("The way to a hostile host");
MODULE_LICENSE("GPL");
