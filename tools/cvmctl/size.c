// SPDX-License-Identifier: GPL-2.0-or-later
/* Sizes, read and written: 512M, 1.5 GiB. Units are binary. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cvmctl.h"

static const char letters[] = "KMGT";

/* "4096", "64K", "512M", "2G", "1T", also with "iB" behind; 0 or -EINVAL */
int size_parse(const char *text, uint64_t *size)
{
	unsigned long long value;
	const char *letter;
	char *end;

	errno = 0;
	value = strtoull(text, &end, 10);
	if (errno || end == text || strchr(text, '-'))
		return -EINVAL;
	*size = value;
	if (!*end)
		return 0;
	letter = strchr(letters, *end);
	if (!letter || (end[1] && strcmp(end + 1, "iB")))
		return -EINVAL;
	for (; letter >= letters; letter--)
		if (__builtin_mul_overflow(*size, 1024ull, size))
			return -EINVAL;
	return 0;
}

/* Three digits or so, and the unit */
char *size_text(uint64_t size, char text[SIZE_TEXT])
{
	static const char *const units[] = { "KiB", "MiB", "GiB", "TiB" };
	double value = size;
	int unit = -1;

	while (value >= 1024 && unit < 3) {
		value /= 1024;
		unit++;
	}
	if (unit < 0)
		snprintf(text, SIZE_TEXT, "%llu B", (unsigned long long)size);
	else
		snprintf(text, SIZE_TEXT, "%.*f %s",
			 value < 10    ? 2
			 : value < 100 ? 1
				       : 0,
			 value, units[unit]);
	return text;
}
