// SPDX-License-Identifier: LGPL-2.1-or-later
/* Where the kernel's own constants and code lie, as it says itself in /proc/kallsyms. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "device.h"

#define SYMBOLS "/proc/kallsyms"

/**
 * struct bounds - two symbols, and their addresses
 * @names: of the first address, and of the one behind the last
 * @addresses: of both
 * @found: which of them were there
 */
struct bounds {
	const char *names[2];
	uint64_t addresses[2];
	bool found[2];
};

/* "ffffffff81000000 T _stext"; symbols of modules have the module's name behind */
static void take_line(char *line, struct bounds *bounds)
{
	char name[128], rest;
	uint64_t address;
	int i;

	if (sscanf(line, "%" SCNx64 " %*c %127s %c", &address, name, &rest) != 2)
		return;
	for (i = 0; i < 2; i++) {
		if (bounds->found[i] || strcmp(name, bounds->names[i]))
			continue;
		bounds->addresses[i] = address;
		bounds->found[i] = true;
	}
}

static int read_symbols(struct bounds *bounds)
{
	FILE *file = fopen(SYMBOLS, "re");
	char line[512];

	if (!file)
		return -errno;
	while (!(bounds->found[0] && bounds->found[1]) && fgets(line, sizeof(line), file))
		take_line(line, bounds);
	fclose(file);
	return 0;
}

static int hidden(struct cvm_error *err)
{
	char restriction[16];

	if (cvm_sysfs_read("/proc/sys/kernel/kptr_restrict", restriction, sizeof(restriction)) <= 0)
		return cvm_error_set(err, -ENXIO, CVM_ERR_SEAL, SYMBOLS,
				     "the kernel hides its addresses");
	return cvm_error_set(err, -ENXIO, CVM_ERR_SEAL, SYMBOLS,
			     "the kernel hides its addresses, kernel.kptr_restrict is %s",
			     restriction);
}

int cvm_seal_image(enum cvm_sealed kind, uint64_t *start, uint64_t *length, struct cvm_error *err)
{
	struct bounds bounds = { { "__start_rodata", "__end_rodata" }, { 0 }, { false } };
	const uint64_t mask = CVM_SEAL_PAGE_SIZE - 1;
	int ret;

	if (kind == CVM_SEALED_KERNEL_TEXT) {
		bounds.names[0] = "_stext";
		bounds.names[1] = "_etext";
	}
	ret = read_symbols(&bounds);
	if (ret)
		return cvm_error_set(err, ret, CVM_ERR_IO, SYMBOLS, "%s", strerror(-ret));
	if (!bounds.found[0] || !bounds.found[1])
		return cvm_error_set(err, -ENOENT, CVM_ERR_IO, SYMBOLS, "it has no %s",
				     bounds.names[bounds.found[0]]);
	if (!bounds.addresses[0] || !bounds.addresses[1])
		return hidden(err);
	/* whole pages only: what shares a page with something else may change with it */
	*start = (bounds.addresses[0] + mask) & ~mask;
	*length = bounds.addresses[1] & ~mask;
	if (*length <= *start)
		return cvm_error_set(err, -EINVAL, CVM_ERR_IO, SYMBOLS, "%s is not before %s",
				     bounds.names[0], bounds.names[1]);
	*length -= *start;
	return 0;
}
