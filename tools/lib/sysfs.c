// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What the kernel itself shows of a confidential guest, without cvm.ko. None of
 * this is CPUID, which the host answers: each sign below is made by the kernel
 * after it found the protection active.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "device.h"

#define SEV_GUEST_DEVICE "/sys/bus/platform/devices/sev-guest"
#define SEV_VMPL	 "/sys/devices/system/cpu/sev/vmpl"

/* Reads a small file as text without the last newline. Returns its length or -errno. */
int cvm_sysfs_read(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len;

	if (fd < 0)
		return -errno;
	len = read(fd, text, size - 1);
	if (len < 0)
		len = -errno;
	close(fd);
	if (len < 0)
		return len;
	if (len && text[len - 1] == '\n')
		len--;
	text[len] = '\0';
	return len;
}

/* Level this kernel runs at; 0 where the kernel is too old to know of others. */
int cvm_sysfs_vmpl(void)
{
	char text[16];

	if (cvm_sysfs_read(SEV_VMPL, text, sizeof(text)) <= 0)
		return 0;
	return atoi(text);
}

static void set(char *text, size_t size, const char *value)
{
	snprintf(text, size, "%s", value);
}

static void link_name(const char *path, char *name, size_t size)
{
	char target[256];
	ssize_t len = readlink(path, target, sizeof(target) - 1);
	const char *last;

	if (len < 0)
		return;
	target[len] = '\0';
	last = strrchr(target, '/');
	snprintf(name, size, "%.*s", (int)size - 1, last ? last + 1 : target);
}

static void add_feature(struct cvm_platform *platform, const char *name)
{
	struct cvm_feature *feature = &platform->features[platform->n_features++];

	snprintf(feature->name, sizeof(feature->name), "%s", name);
	snprintf(feature->source, sizeof(feature->source), "kernel");
	feature->active = true;
}

static bool probe_snp(struct cvm_platform *platform)
{
	bool device = !access(SEV_GUEST_DEVICE, F_OK);
	bool vmpl = !access(SEV_VMPL, F_OK);

	if (!device && !vmpl)
		return false;
	set(platform->vendor, sizeof(platform->vendor), "amd-sev");
	add_feature(platform, "SEV-SNP");
	if (vmpl)
		platform->vmpl = cvm_sysfs_vmpl();
	if (device) {
		platform->attestation_supported = true;
		set(platform->attestation_device, sizeof(platform->attestation_device),
		    "sev-guest");
		link_name(SEV_GUEST_DEVICE "/driver", platform->attestation_owner,
			  sizeof(platform->attestation_owner));
	}
	return true;
}

/* The flag tdx_guest is no CPUID bit: the kernel sets it once it knows it runs in a TD. */
static bool cpu_flag_tdx_guest(void)
{
	FILE *file = fopen("/proc/cpuinfo", "re");
	bool found = false;
	char line[8192];

	if (!file)
		return false;
	while (!found && fgets(line, sizeof(line), file)) {
		if (!strncmp(line, "flags", 5))
			break;
	}
	found = !feof(file) && strstr(line, " tdx_guest");
	fclose(file);
	return found;
}

static bool probe_tdx(struct cvm_platform *platform)
{
	bool device = !access("/sys/class/misc/tdx_guest", F_OK);

	if (!device && !cpu_flag_tdx_guest())
		return false;
	set(platform->vendor, sizeof(platform->vendor), "intel-tdx");
	add_feature(platform, "TDX");
	platform->attestation_supported = true;
	if (device)
		set(platform->attestation_device, sizeof(platform->attestation_device),
		    "tdx_guest");
	return true;
}

int cvm_platform_probe(struct cvm_platform *platform, struct cvm_error *err)
{
	memset(platform, 0, sizeof(*platform));
	platform->vmpl = -1;
	platform->c_bit = -1;
	platform->vmpck = -1;
	if (probe_snp(platform) || probe_tdx(platform))
		return 0;
	return cvm_error_set(err, -ENODEV, CVM_ERR_NO_PLATFORM, "",
			     "this machine is not a confidential guest (no SEV-SNP, no TDX)");
}
