// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Names for ranges of memory that the module cannot find itself: the kernel's image from
 * /proc/iomem. They are names, and the module takes them for no more.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib.h"

static const struct {
	const char *words; /* of /proc/iomem */
	const char *name;
	bool image;
} ranges[] = {
	{ "Kernel code", "kernel-code", true },
	{ "Kernel rodata", "kernel-rodata", true },
	/* .bss..decrypted, which is shared by design, lies in here */
	{ "Kernel data", "kernel-data", false },
	{ "Kernel bss", "kernel-bss", false },
};

/* "  01000000-01ffffff : Kernel code"; zeros for who may not see addresses */
static bool parse_line(char *line, uint64_t *start, uint64_t *end, char **words)
{
	char *colon = strstr(line, " : ");

	if (!colon || sscanf(line, " %" SCNx64 "-%" SCNx64, start, end) != 2 || *end <= *start)
		return false;
	*words = colon + 3;
	(*words)[strcspn(*words, "\n")] = '\0';
	return true;
}

static bool take_line(char *line, struct cvm_label *label)
{
	uint64_t start, end;
	char *words;
	size_t i;

	if (!parse_line(line, &start, &end, &words))
		return false;
	for (i = 0; i < ARRAY_SIZE(ranges); i++) {
		if (strcmp(words, ranges[i].words))
			continue;
		snprintf(label->name, sizeof(label->name), "%s", ranges[i].name);
		label->start = start;
		label->length = end - start + 1;
		label->image = ranges[i].image;
		return true;
	}
	return false;
}

size_t cvm_audit_labels(struct cvm_label labels[CVM_LABELS_MAX])
{
	FILE *file = fopen("/proc/iomem", "re");
	char line[256];
	size_t n = 0;

	if (!file)
		return 0;
	while (n < CVM_LABELS_MAX && fgets(line, sizeof(line), file))
		n += take_line(line, &labels[n]);
	fclose(file);
	return n;
}
