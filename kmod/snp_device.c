// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who may send messages where each driver sends its own (up to 6.13): the owner
 * of the attestation device.
 *
 * Nothing there keeps two users of one message key apart but the driver core,
 * which gives a device to one driver. The module talks to the secure processor
 * only while the core has bound the platform device "sev-guest" to the driver
 * below. It takes the device when it is free at load time; it never takes it
 * away from another driver.
 */
#define pr_fmt(fmt) "cvm: " fmt

#include <linux/mod_devicetable.h>
#include <linux/platform_device.h>
#include <linux/printk.h>

#include <asm/sev.h>

#include "compat/vmpl.h"
#include "cvm.h"

#define DRIVER_NAME	"cvm-sev-guest"

static bool owned;
static phys_addr_t secrets;

static int take_device(struct platform_device *pdev)
{
	const struct sev_guest_platform_data *data = dev_get_platdata(&pdev->dev);

	if (!data)
		return -ENODEV;
	secrets = data->secrets_gpa;
	return 0;
}

static void shut_down_device(struct platform_device *pdev)
{
	if (owned)
		cvm_snp_msg_shutdown();
}

static const struct platform_device_id device_ids[] = {
	{ .name = CVM_SNP_DEVICE },
	{ }
};

static struct platform_driver device_driver = {
	.driver.name = DRIVER_NAME,
	.id_table = device_ids,
	.shutdown = shut_down_device,
};

/* Nobody has it, and it is not kept for another driver */
static bool is_free(void)
{
	struct device *dev = bus_find_device_by_name(&platform_bus_type, NULL, CVM_SNP_DEVICE);
	bool free;

	if (!dev)
		return false;
	device_lock(dev);
	free = !dev->driver && dev_get_platdata(dev) &&
	       platform_bus_type.match(dev, &device_driver.driver);
	device_unlock(dev);
	put_device(dev);
	return free;
}

/**
 * cvm_snp_open() - take the attestation device if nobody has it
 *
 * platform_driver_probe() is what makes ownership simple: the device is bound
 * now or not at all, and sysfs can neither unbind nor bind it later.
 *
 * Return: 0, also when the device is somebody else's or there is none; a
 * negative errno as cvm_snp_msg_open(); -ENOMEM also when the core could not
 * bind a free device, of which it says no more than that it is not bound.
 */
int cvm_snp_open(void)
{
	int ret;

	if (cvm_compat_vmpl()) {
		/* its services are reached through sev-guest.ko only */
		pr_notice("guest of an SVSM: device left to the kernel's own driver\n");
		return 0;
	}
	ret = platform_driver_probe(&device_driver, take_device);
	if (ret == -ENODEV)
		return is_free() ? -ENOMEM : 0;
	if (ret)
		return ret;
	ret = cvm_snp_msg_open(secrets, cvm_compat_vmpl());
	if (ret)
		platform_driver_unregister(&device_driver);
	owned = !ret;
	return ret;
}

/**
 * cvm_snp_close() - give the device back, if it is ours; no exchange is going on
 */
void cvm_snp_close(void)
{
	if (!owned)
		return;
	owned = false;
	cvm_snp_msg_close();
	platform_driver_unregister(&device_driver);
}

/**
 * cvm_snp_channel() - can messages be sent, and with which key?
 * @attestation: the members about it are filled in
 */
void cvm_snp_channel(struct cvm_attestation *attestation)
{
	if (!owned)
		return;
	attestation->has_vmpck = true;
	attestation->vmpck = cvm_compat_vmpl();
	attestation->key_destroyed = cvm_snp_msg_key_destroyed();
	attestation->usable = !attestation->key_destroyed;
}
