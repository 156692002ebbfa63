// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files of the state folder. Each is replaced as a whole, so that a reader never
 * sees half of one.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/pem.h>

#include "sp.h"

/**
 * folder_make() - make a folder unless it is there
 * @folder: its path; its parent must exist
 */
void folder_make(const char *folder)
{
	if (mkdir(folder, 0700) && errno != EEXIST)
		die("cannot make %s: %s", folder, strerror(errno));
}

/**
 * folder_write() - write a file
 * @folder: where
 * @name: of the file
 * @data: contents
 * @size: bytes
 */
void folder_write(const char *folder, const char *name, const void *data, size_t size)
{
	char path[PATH_MAX], temporary[PATH_MAX];
	int fd;

	/* two processes may fill one key folder at the same time */
	if (snprintf(path, sizeof(path), "%s/%s", folder, name) >= (int)sizeof(path) ||
	    snprintf(temporary, sizeof(temporary), "%s/.%s.%d", folder, name, getpid()) >=
		    (int)sizeof(temporary))
		die("the path of %s is too long", name);
	fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size || close(fd) ||
	    rename(temporary, path))
		die("cannot write %s: %s", path, strerror(errno));
}

static void write_bio(const char *folder, const char *name, BIO *bio)
{
	char *data;
	long size = BIO_get_mem_data(bio, &data);

	folder_write(folder, name, data, size);
	BIO_free(bio);
}

/**
 * folder_write_cert() - write a certificate as NAME.pem and NAME.der
 * @folder: where
 * @name: without an ending
 * @cert: the certificate
 */
void folder_write_cert(const char *folder, const char *name, X509 *cert)
{
	char file[64];
	BIO *bio;

	bio = BIO_new(BIO_s_mem());
	PEM_write_bio_X509(bio, cert);
	snprintf(file, sizeof(file), "%s.pem", name);
	write_bio(folder, file, bio);

	bio = BIO_new(BIO_s_mem());
	i2d_X509_bio(bio, cert);
	snprintf(file, sizeof(file), "%s.der", name);
	write_bio(folder, file, bio);
}

/**
 * file_read() - read a whole file
 * @path: of the file
 * @size: receives its size
 *
 * Return: contents, for free().
 */
void *file_read(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	char *data;
	long length;

	if (!file || fseek(file, 0, SEEK_END))
		die("cannot read %s: %s", path, strerror(errno));
	length = ftell(file);
	if (length < 0 || fseek(file, 0, SEEK_SET))
		die("cannot read %s: %s", path, strerror(errno));
	data = malloc(length + 1);
	if (!data || fread(data, 1, length, file) != (size_t)length)
		die("cannot read %s", path);
	fclose(file);
	*size = length;
	return data;
}
