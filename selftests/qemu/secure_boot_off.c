// SPDX-License-Identifier: GPL-2.0-only
/*
 * secure_boot_off FROM TO: a copy of a firmware image whose platform key is deleted, so
 * that it starts in setup mode and boots what is not signed. The image begins with a
 * firmware volume that holds the variables: EDK II, MdeModulePkg/Include/Guid/
 * VariableFormat.h. Nothing else is changed; TDVF measures variables into RTMR0, not MRTD.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define IMAGE_MAX		(16u << 20)
#define VOLUME_SIGNATURE	40	/* "_FVH" */
#define VOLUME_HEADER_LENGTH	48
#define VOLUME_HEADER_MIN	56
#define STORE_SIZE		16	/* behind the store's GUID */
#define STORE_HEADER		28
#define VARIABLE_START		0x55aa
#define VARIABLE_ADDED		0x3f
#define VARIABLE_DELETED	0xfd	/* mask: bits of flash are only cleared */

struct variable {
	uint16_t start;
	uint8_t state;
	uint8_t reserved;
	uint32_t attributes;
	uint64_t count;
	uint8_t time[16];
	uint32_t key;
	uint32_t name_size;
	uint32_t data_size;
	uint8_t vendor[16];
} __attribute__((packed));

static const uint8_t platform_key[] = { 'P', 0, 'K', 0, 0, 0 };

static void die(const char *what)
{
	fprintf(stderr, "secure_boot_off: %s\n", what);
	exit(1);
}

static size_t read_image(const char *path, uint8_t *image)
{
	FILE *file = fopen(path, "rb");
	size_t size;

	if (!file)
		die("cannot open the image");
	size = fread(image, 1, IMAGE_MAX + 1, file);
	if (ferror(file) || size > IMAGE_MAX)
		die("cannot read the image, or it is too large");
	fclose(file);
	return size;
}

static void write_image(const char *path, const uint8_t *image, size_t size)
{
	FILE *file = fopen(path, "wb");

	if (!file || fwrite(image, 1, size, file) != size || fclose(file))
		die("cannot write the new image");
}

/* Where the variables begin and end in the image */
static size_t find_variables(const uint8_t *image, size_t size, size_t *end)
{
	uint16_t header;
	uint32_t store;

	if (size < VOLUME_HEADER_MIN || memcmp(image + VOLUME_SIGNATURE, "_FVH", 4))
		die("the image does not begin with a firmware volume");
	memcpy(&header, image + VOLUME_HEADER_LENGTH, sizeof(header));
	if (header < VOLUME_HEADER_MIN || (size_t)header + STORE_HEADER > size)
		die("the firmware volume is cut off");
	memcpy(&store, image + header + STORE_SIZE, sizeof(store));
	if (store < STORE_HEADER || store > size - header)
		die("the variable store is cut off");
	*end = header + store;
	return header + STORE_HEADER;
}

static bool delete_key(uint8_t *image, size_t at, size_t end)
{
	struct variable v;

	while (end - at > sizeof(v)) {
		size_t room = end - at - sizeof(v);

		memcpy(&v, image + at, sizeof(v));
		if (v.start != VARIABLE_START)
			break;
		if (v.name_size > room || v.data_size > room - v.name_size)
			die("a variable reaches out of the store");
		if (v.state == VARIABLE_ADDED && v.name_size == sizeof(platform_key) &&
		    !memcmp(image + at + sizeof(v), platform_key, sizeof(platform_key))) {
			image[at + offsetof(struct variable, state)] &= VARIABLE_DELETED;
			return true;
		}
		at = (at + sizeof(v) + v.name_size + v.data_size + 3) & ~(size_t)3;
		if (at > end)
			break;
	}
	return false;
}

int main(int argc, char **argv)
{
	uint8_t *image = malloc(IMAGE_MAX + 1);
	size_t size, at, end;

	if (argc != 3 || !image)
		die("needs an image and the name of the new one");
	size = read_image(argv[1], image);
	at = find_variables(image, size, &end);
	if (!delete_key(image, at, end))
		die("the variable store has no platform key");
	write_image(argv[2], image, size);
	free(image);
	return 0;
}
