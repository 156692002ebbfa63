// SPDX-License-Identifier: LGPL-2.1-or-later
/* Files the tests read. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "forge.h"

struct blob blob_read(const char *path)
{
	struct blob blob = { 0 };
	FILE *file = fopen(path, "rb");
	long size;

	if (!file)
		return blob;
	if (!fseek(file, 0, SEEK_END)) {
		size = ftell(file);
		rewind(file);
		blob.data = size >= 0 ? malloc(size + 1) : NULL;
		if (blob.data)
			blob.len = fread(blob.data, 1, size, file);
	}
	fclose(file);
	return blob;
}

void blob_free(struct blob *blob)
{
	free(blob->data);
	*blob = (struct blob){ 0 };
}

const char *shared_folder(void)
{
	static char path[4096];
	const char *source = getenv("CVM_SRC");

	snprintf(path, sizeof(path), "%s/../shared", source ? source : ".");
	return access(path, R_OK) ? NULL : path;
}
