/* SPDX-License-Identifier: GPL-2.0-only */
/* Loading and unloading, which shall fail. */
#ifndef SELFTESTS_FAIL_MODULE_H
#define SELFTESTS_FAIL_MODULE_H

#include "fail_device.h"
#include "fail_family.h"

#define DRIVER_FOLDER	"/sys/bus/platform/drivers/cvm-sev-guest"

static int module_file = -1;

static bool is_loaded(void)
{
	return !access("/sys/module/cvm", F_OK);
}

static void take_out(void)
{
	int ret;

	if (!is_loaded())
		return;
	ret = module_unload("cvm");
	if (ret)
		tap_bail("cannot unload cvm: %s", strerror(-ret));
}

/*
 * DEBUG_KOBJECT_RELEASE keeps the folder of a driver for up to 4 seconds. A load that failed
 * while the driver was registered may be over before, and the next would find its name taken.
 */
static void wait_for_driver_name(void)
{
	unsigned int left = 100;

	while (!access(DRIVER_FOLDER, F_OK)) {
		if (!left--)
			tap_bail("%s is still there", DRIVER_FOLDER);
		usleep(100000);
	}
}

static void prepare_load(void)
{
	take_out();
	wait_for_driver_name();
	if (module_file < 0)
		module_file = open(CVM_MODULE, O_RDONLY | O_CLOEXEC);
}

static int run_load(void)
{
	return syscall(SYS_finit_module, module_file, "", 0) ? -errno : 0;
}

/* A module that is there works, and one that is not has left nothing */
static const char *wrong_load(int ret)
{
	bool has_node = !access(CVM_DEVICE, F_OK), has_family = genl_family();

	if (ret && (is_loaded() || has_node || has_family || !strcmp(device_owner(), "cvm")))
		return "something is left of it";
	if (ret)
		return NULL;
	if (!has_node || !has_family)
		return "it has no door";
	device = device_open();
	prepare_evidence();
	ret = run_evidence();
	close(device);
	return ret ? "it gives no evidence" : NULL;
}

static void prepare_unload(void)
{
	int ret;

	prepare_load();
	ret = run_load();
	if (ret)
		tap_bail("cannot load cvm: %s", strerror(-ret));
}

static int run_unload(void)
{
	return module_unload("cvm");
}

static const char *wrong_unload(int ret)
{
	if (ret)
		return is_loaded() ? NULL : "it is gone all the same";
	return is_loaded() || !access(CVM_DEVICE, F_OK) ? "something is left of it" : NULL;
}

/* What the driver core says when it could not make a folder for the module's drivers */
static const int load_errors[] = { EINVAL, 0 };

static const struct fail_call load_call = {
	"load", prepare_load, run_load, wrong_load, take_out, load_errors, 20
};

static const struct fail_call unload_call = {
	"unload", prepare_unload, run_unload, wrong_unload, take_out, NULL, 6
};

#endif /* SELFTESTS_FAIL_MODULE_H */
