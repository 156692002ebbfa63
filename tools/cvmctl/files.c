// SPDX-License-Identifier: GPL-2.0-or-later
/* Inputs are read whole and bounded; outputs appear whole or not at all. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cvmctl.h"

static int read_fd(int fd, struct bytes *bytes)
{
	size_t size = 0;
	uint8_t *grown;
	ssize_t n = 1;

	while (n > 0) {
		if (bytes->len == size) {
			size = size ? 2 * size : 16384;
			grown = size > 2 * FILES_MAX ? NULL : realloc(bytes->data, size);
			if (!grown)
				return size > 2 * FILES_MAX ? -EFBIG : -ENOMEM;
			bytes->data = grown;
		}
		n = read(fd, bytes->data + bytes->len, size - bytes->len);
		if (n < 0)
			return -errno;
		bytes->len += n;
		if (bytes->len > FILES_MAX)
			return -EFBIG;
	}
	return 0;
}

/* Reads a file, or standard input for "-". Returns 0 or a negative errno. */
int files_read(const char *path, struct bytes *bytes)
{
	bool standard = !strcmp(path, "-");
	int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	int ret;

	memset(bytes, 0, sizeof(*bytes));
	if (fd < 0)
		return -errno;
	ret = read_fd(fd, bytes);
	if (!standard)
		close(fd);
	if (ret) {
		free(bytes->data);
		memset(bytes, 0, sizeof(*bytes));
	}
	return ret;
}

bool files_would_hit_terminal(const char *path)
{
	int fd, terminal;

	if (!strcmp(path, "-"))
		return isatty(STDOUT_FILENO);
	fd = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return false;
	terminal = isatty(fd);
	close(fd);
	return terminal;
}

static int write_all(int fd, const uint8_t *data, size_t len)
{
	ssize_t n;

	while (len) {
		n = write(fd, data, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n ? -errno : -EIO;
		data += n;
		len -= n;
	}
	return 0;
}

/* A pipe or a device cannot be replaced by renaming: write to it. */
static int write_special(const char *path, const void *data, size_t len)
{
	int fd = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC);
	int ret;

	if (fd < 0)
		return -errno;
	ret = write_all(fd, data, len);
	if (close(fd) && !ret)
		ret = -errno;
	return ret;
}

static int fill_temporary(int fd, const void *data, size_t len, unsigned int mode)
{
	int ret = 0;

	if (fchmod(fd, mode))
		ret = -errno;
	if (!ret)
		ret = write_all(fd, data, len);
	if (!ret && fsync(fd))
		ret = -errno;
	if (close(fd) && !ret)
		ret = -errno;
	return ret;
}

/* The name itself must survive a crash too. Not every file system can; that is no failure. */
static void sync_folder_of(char *path)
{
	char *slash = strrchr(path, '/');
	int fd;

	if (slash)
		slash[slash == path] = '\0';
	fd = open(slash ? path : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	fsync(fd);
	close(fd);
}

static int write_renamed(const char *path, const void *data, size_t len, unsigned int mode)
{
	char resolved[PATH_MAX], temporary[PATH_MAX + 16];
	mode_t mask = umask(0);
	int fd, ret;

	umask(mask);
	/* a symbolic link stays one: its target is replaced */
	if (!realpath(path, resolved))
		snprintf(resolved, sizeof(resolved), "%s", path);
	snprintf(temporary, sizeof(temporary), "%s.XXXXXX", resolved);
	fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0)
		return -errno;
	ret = fill_temporary(fd, data, len, mode & ~mask);
	if (!ret && rename(temporary, resolved))
		ret = -errno;
	if (ret)
		unlink(temporary);
	else
		sync_folder_of(resolved);
	return ret;
}

/* Writes a file, or standard output for "-". Returns 0 or a negative errno. */
int files_write(const char *path, const void *data, size_t len, unsigned int mode)
{
	struct stat status;

	if (!strcmp(path, "-")) {
		fwrite(data, 1, len, stdout);
		return fflush(stdout) || ferror(stdout) ? -EIO : 0;
	}
	if (!stat(path, &status) && !S_ISREG(status.st_mode))
		return S_ISDIR(status.st_mode) ? -EISDIR : write_special(path, data, len);
	return write_renamed(path, data, len, mode);
}
