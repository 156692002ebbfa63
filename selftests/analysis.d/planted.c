// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bugs on purpose: each checker of selftests/analysis must find its own, or its silence
 * about everything else would mean nothing.
 */
#include <stdlib.h>
#include <string.h>

static int shadowed;

/* gcc and clang: -Wshadow */
int planted_shadow(int a)
{
	int shadowed = a;

	return shadowed;
}

/* gcc -fanalyzer: -Wanalyzer-use-after-free */
char planted_use_after_free(void)
{
	char *text = malloc(2);

	if (!text)
		return 0;
	text[0] = '1';
	free(text);
	return text[0];
}

/* clang-tidy: bugprone-sizeof-expression */
void planted_size(char *text)
{
	memset(text, 0, sizeof(sizeof(shadowed)));
}

/* clang's analyzer: clang-analyzer-core.NullDereference */
int planted_null(int *number)
{
	if (!number)
		return *number;
	return 0;
}

/* cppcheck: arrayIndexOutOfBounds */
int planted_index(void)
{
	int numbers[2] = { 1, 2 };

	return numbers[2];
}
