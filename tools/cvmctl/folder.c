// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An input that may be a file or a folder. A file that is named must be good. Of
 * a folder every file with a fitting name is tried, because keys, lists and
 * certificates often lie side by side; only a folder without any is an error.
 */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "cvmctl.h"

static bool fits(const char *name, const char *const *suffixes)
{
	const char *dot = strrchr(name, '.');

	if (!dot || name[0] == '.')
		return false;
	for (; *suffixes; suffixes++)
		if (!strcasecmp(dot, *suffixes))
			return true;
	return false;
}

static int use_file(const char *path, folder_use use, void *ctx, struct cvm_error *err)
{
	struct bytes bytes;
	int ret = files_read(path, &bytes);

	if (ret) {
		err->code = ret == -EACCES ? CVM_ERR_PERMISSION : CVM_ERR_IO;
		snprintf(err->what, sizeof(err->what), "cannot read %s", path);
		snprintf(err->why, sizeof(err->why), "%s", strerror(-ret));
		return ret;
	}
	ret = use(ctx, path, &bytes, err);
	free(bytes.data);
	return ret;
}

/* Returns whether the file was of use. */
static bool try_file(const char *folder, const char *name, folder_use use, void *ctx)
{
	struct cvm_error err = { 0 };
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (!use_file(path, use, ctx, &err))
		return true;
	if (settings.verbose)
		note("passed over %s: %s", path, err.why);
	return false;
}

static int use_folder(const char *path, const char *const *suffixes, folder_use use, void *ctx)
{
	struct cvm_error err = { .code = CVM_ERR_CERTIFICATE, .why = "no file in it is of use" };
	int i, n, used = 0;
	struct dirent **entries;

	/* sorted, so that the same folder gives the same verdict everywhere */
	n = scandir(path, &entries, NULL, alphasort);
	if (n < 0)
		return fail_io("cannot read", path, errno);
	for (i = 0; i < n; i++) {
		if (fits(entries[i]->d_name, suffixes))
			used += try_file(path, entries[i]->d_name, use, ctx);
		free(entries[i]);
	}
	free(entries);
	snprintf(err.what, sizeof(err.what), "%s", path);
	return used ? 0 : fail(&err, 0);
}

/* Returns 0, or the exit status after the failure was reported. */
int folder_each(const char *path, const char *const *suffixes, folder_use use, void *ctx)
{
	struct cvm_error err = { 0 };
	struct stat status;
	int ret;

	if (strcmp(path, "-") && !stat(path, &status) && S_ISDIR(status.st_mode))
		return use_folder(path, suffixes, use, ctx);
	ret = use_file(path, use, ctx, &err);
	return ret ? fail(&err, 0) : 0;
}
