// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Bugs on purpose, one a letter: t_fuzz.sh wants each to be found, or its silence about
 * the real targets would mean nothing.
 */
#include <stdlib.h>

#include "fuzz.h"

/* keeps the compiler from seeing that nothing comes of it */
static volatile int sink;
static void *volatile kept;

static int add(int a, int b)
{
	return a + b;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2 || data[0] != 'B')
		return 0;
	switch (data[1]) {
	case 'o': /* reads behind the end */
		sink = data[size];
		break;
	case 'u': /* undefined, and harmless on this machine */
		sink = add(0x7fffffff, size);
		break;
	case 'c': /* an invariant that does not hold */
		FUZZ_CHECK(data[1] != 'c');
		break;
	case 'l': /* memory that nobody frees */
		kept = malloc(16);
		kept = NULL;
		break;
	case 't': /* no end; longer than the others, or fuzzing would wait for it */
		while (size > 4 && data[2] == 't' && data[3] == 't')
			sink = 0;
		break;
	}
	return 0;
}
