// SPDX-License-Identifier: GPL-2.0-only
/*
 * The launch digest that a guest of these files will have, computed without a
 * guest: what a verifier puts into its reference values.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../hv/snp/launch_pages.h"
#include "sp.h"

static void hash(const void *data, size_t size, uint8_t digest[SP_DIGEST])
{
	if (EVP_Digest(data, size, digest, NULL, EVP_sha384(), NULL) != 1)
		die_openssl("SHA-384");
}

/**
 * predict() - print the launch digest
 * @kernel: path of the bzImage
 * @initrd: path of the initramfs
 * @cmdline: kernel command line
 */
void predict(const char *kernel, const char *initrd, const char *cmdline)
{
	struct snp_launch launch = { .cmdline = cmdline };
	uint8_t digest[SP_DIGEST];
	size_t kernel_size, i;
	void *image = file_read(kernel, &kernel_size);
	void *files = file_read(initrd, &launch.initrd_size);

	launch.initrd = files;
	if (!snp_kernel_payload(image, kernel_size, &launch.kernel, &launch.kernel_size))
		die("%s is no bzImage", kernel);
	if (strlen(cmdline) >= SP_PAGE)
		die("the command line is longer than a page");
	snp_launch_digest(&launch, hash, digest);
	for (i = 0; i < sizeof(digest); i++)
		printf("%02x", digest[i]);
	putchar('\n');
	free(image);
	free(files);
}
