// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Evidence through configfs-tsm (Documentation/ABI/testing/configfs-tsm). The
 * interface is a folder for each request; the generation counter tells whether
 * somebody else wrote to it between our writes and our reads.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "device.h"

/* TSM_OUTBLOB_MAX is 32 KiB; a later kernel may have more to say. */
#define BLOB_MAX 0x100000
#define TRIES	 8

struct folder {
	char path[96];
	unsigned long writes;
};

static void attribute_path(const struct folder *folder, const char *name, char *path, size_t size)
{
	snprintf(path, size, "%s/%s", folder->path, name);
}

static int attribute_write(struct folder *folder, const char *name, const void *data, size_t len)
{
	char path[128];
	ssize_t n;
	int fd, ret = 0;

	attribute_path(folder, name, path, sizeof(path));
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = write(fd, data, len);
	if (n < 0)
		ret = -errno;
	else if ((size_t)n != len)
		ret = -EIO;
	/* configfs delivers binary attributes at close; a refusal shows in the generation only */
	if (close(fd) && !ret)
		ret = -errno;
	if (!ret)
		folder->writes++;
	return ret;
}

static int read_all(int fd, uint8_t **data, size_t *len)
{
	size_t size = 4096;
	uint8_t *grown;
	ssize_t n = 1;

	*data = NULL;
	*len = 0;
	while (n > 0) {
		if (!*data || *len == size) {
			size *= *data ? 2 : 1;
			grown = size > BLOB_MAX ? NULL : realloc(*data, size);
			if (!grown)
				return -ENOMEM;
			*data = grown;
		}
		n = read(fd, *data + *len, size - *len);
		if (n < 0)
			return -errno;
		*len += n;
	}
	return 0;
}

static int attribute_read(const struct folder *folder, const char *name, uint8_t **data,
			  size_t *len)
{
	char path[128];
	int fd, ret;

	attribute_path(folder, name, path, sizeof(path));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	ret = read_all(fd, data, len);
	close(fd);
	if (ret) {
		free(*data);
		*data = NULL;
		*len = 0;
	}
	return ret;
}

/* True when nobody but us wrote to the folder, and all our writes arrived. */
static bool generation_is_ours(const struct folder *folder)
{
	char path[128], text[32];

	attribute_path(folder, "generation", path, sizeof(path));
	if (cvm_sysfs_read(path, text, sizeof(text)) <= 0)
		return false;
	return strtoul(text, NULL, 10) == folder->writes;
}

static int folder_make(struct folder *folder)
{
	uint64_t random;

	folder->writes = 0;
	if (getrandom(&random, sizeof(random), 0) != sizeof(random))
		return -EIO;
	snprintf(folder->path, sizeof(folder->path), CVM_TSM_PATH "/cvm-%016llx",
		 (unsigned long long)random);
	return mkdir(folder->path, 0700) ? -errno : 0;
}

static int exchange(struct folder *folder, const struct cvm_attest_request *request,
		    struct cvm_evidence_bytes *evidence)
{
	char level[16];
	int ret;

	if (request->vmpl >= 0) {
		snprintf(level, sizeof(level), "%d", request->vmpl);
		ret = attribute_write(folder, "privlevel", level, strlen(level));
		if (ret)
			return ret;
	}
	ret = attribute_write(folder, "inblob", request->report_data, sizeof(request->report_data));
	if (ret)
		return ret;
	ret = attribute_read(folder, "outblob", &evidence->report, &evidence->report_len);
	if (!ret && request->want_certs) {
		ret = attribute_read(folder, "auxblob", &evidence->certs, &evidence->certs_len);
		/* the attribute is absent where the provider has no certificates to give */
		if (ret == -ENOENT)
			ret = 0;
	}
	if (!ret && !generation_is_ours(folder))
		ret = -EAGAIN;
	return ret;
}

static void read_provider(const struct folder *folder, struct cvm_evidence_bytes *evidence)
{
	char path[128];

	attribute_path(folder, "provider", path, sizeof(path));
	if (cvm_sysfs_read(path, evidence->provider, sizeof(evidence->provider)) < 0)
		evidence->provider[0] = '\0';
}

static void drop(struct cvm_evidence_bytes *evidence)
{
	free(evidence->report);
	free(evidence->certs);
	evidence->report = NULL;
	evidence->certs = NULL;
	evidence->report_len = 0;
	evidence->certs_len = 0;
}

/* What an errno of configfs-tsm means is in its ABI document only for some of them. */
static int failed(int ret, struct cvm_error *err)
{
	const char *what = "configfs-tsm";

	if (ret == -EACCES || ret == -EPERM)
		return cvm_error_set(err, -EACCES, CVM_ERR_PERMISSION, what,
				     "permission denied on " CVM_TSM_PATH);
	if (ret == -EAGAIN)
		return cvm_error_set(err, ret, CVM_ERR_BUSY, what,
				     "other writers disturbed %d requests in a row", TRIES);
	if (ret == -EINVAL)
		return cvm_error_set(err, ret, CVM_ERR_FIRMWARE, what,
				     "the provider refused; is the VMPL below its floor?");
	if (ret == -EIO)
		return cvm_error_set(err, ret, CVM_ERR_FIRMWARE, what,
				     "the secure processor or the host refused");
	return cvm_error_set(err, ret, CVM_ERR_IO, what, "%s", strerror(-ret));
}

static int one_try(const struct cvm_attest_request *request, struct cvm_evidence_bytes *evidence)
{
	struct folder folder;
	int ret;

	ret = folder_make(&folder);
	if (ret)
		return ret == -ENOENT || ret == -ENXIO ? -ENODEV : ret;
	ret = exchange(&folder, request, evidence);
	read_provider(&folder, evidence);
	rmdir(folder.path);
	if (ret)
		drop(evidence);
	/* a provider that left in between; not the attributes of our own folder */
	return ret == -ENXIO ? -ENODEV : ret;
}

int cvm_tsm_evidence(const struct cvm_attest_request *request, struct cvm_evidence_bytes *evidence,
		     struct cvm_error *err)
{
	int i, ret = -EAGAIN;

	for (i = 0; i < TRIES && ret == -EAGAIN; i++)
		ret = one_try(request, evidence);
	if (ret == -ENODEV)
		return cvm_error_set(err, ret, CVM_ERR_NO_INTERFACE, "configfs-tsm",
				     "no provider at " CVM_TSM_PATH);
	if (ret)
		return failed(ret, err);
	if (!evidence->report_len) {
		drop(evidence);
		return cvm_error_set(err, -EIO, CVM_ERR_FIRMWARE, "configfs-tsm",
				     "the provider %s gave empty evidence", evidence->provider);
	}
	return 0;
}
