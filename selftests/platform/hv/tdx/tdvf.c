// SPDX-License-Identifier: GPL-2.0-only
/*
 * The metadata in an image of TDX guest firmware: Intel TDX Virtual Firmware Design
 * Guide, chapter 11; the table that leads to it is EDK II's, OvmfPkg/ResetVector. The
 * image is input: nothing in it is believed before it was compared with its size.
 */
#include "../hv.h"
#include "tdvf.h"

#define FOOTER_FROM_END		0x30	/* the table's last GUID */
#define GUID_SIZE		16
#define ENTRY_HEAD		(GUID_SIZE + 2)	/* behind an entry's bytes: length, GUID */
#define METADATA_HEAD		16
#define METADATA_VERSION	1

struct metadata {
	char signature[4];
	uint32_t length;
	uint32_t version;
	uint32_t count;
};

_Static_assert(sizeof(struct tdvf_section) == 32, "struct tdvf_section");
_Static_assert(sizeof(struct metadata) == METADATA_HEAD, "struct metadata");

/* 96b582de-1fb2-45f7-baea-a366c55a082d */
static const uint8_t footer_guid[GUID_SIZE] = {
	0xde, 0x82, 0xb5, 0x96, 0xb2, 0x1f, 0xf7, 0x45,
	0xba, 0xea, 0xa3, 0x66, 0xc5, 0x5a, 0x08, 0x2d,
};

/* e47a6535-984a-4798-865e-4685a7bf8ec2 */
static const uint8_t metadata_guid[GUID_SIZE] = {
	0x35, 0x65, 0x7a, 0xe4, 0x4a, 0x98, 0x98, 0x47,
	0x86, 0x5e, 0x46, 0x85, 0xa7, 0xbf, 0x8e, 0xc2,
};

static uint16_t u16_at(const uint8_t *from)
{
	uint16_t value;

	memcpy(&value, from, sizeof(value));
	return value;
}

/*
 * The table is read from its end: each entry has its length, head included, and its
 * GUID behind its bytes. The footer's length is that of all of the table.
 */
static const char *find_metadata(const uint8_t *image, uint64_t size, uint64_t *offset)
{
	uint64_t end, start, length;
	uint32_t from_end;

	if (size < FOOTER_FROM_END + 2 ||
	    memcmp(image + size - FOOTER_FROM_END, footer_guid, GUID_SIZE))
		return "it has no table of GUIDs";
	end = size - FOOTER_FROM_END - 2;
	length = u16_at(image + end);
	if (length < ENTRY_HEAD || length - ENTRY_HEAD > end)
		return "its table of GUIDs is longer than the image";
	start = end - (length - ENTRY_HEAD);
	while (end > start) {
		if (end - start < ENTRY_HEAD)
			return "an entry of its table of GUIDs is cut off";
		length = u16_at(image + end - ENTRY_HEAD);
		if (length < ENTRY_HEAD || length > end - start)
			return "an entry of its table of GUIDs has a wrong length";
		if (memcmp(image + end - GUID_SIZE, metadata_guid, GUID_SIZE)) {
			end -= length;
			continue;
		}
		if (length != ENTRY_HEAD + sizeof(from_end))
			return "the entry that leads to its metadata has a wrong length";
		memcpy(&from_end, image + end - length, sizeof(from_end));
		if (from_end < METADATA_HEAD || from_end > size)
			return "its metadata is outside of the image";
		*offset = size - from_end;
		return NULL;
	}
	return "it has no TDX metadata: it is no TDVF";
}

static bool overlap(const struct tdvf_section *a, const struct tdvf_section *b)
{
	return a->gpa < b->gpa + b->size && b->gpa < a->gpa + a->size;
}

/* The image is mapped as a whole, so what comes from it has its place there */
static const char *check_section(const struct tdvf_section *s, uint64_t image_size)
{
	bool from_image = s->type == TDVF_CODE || s->type == TDVF_VARIABLES;

	if (s->type > TDVF_MEMORY)
		return "a section has a type that is not known";
	if (!s->size || (s->gpa | s->size) & ~PAGE_MASK)
		return "a section is not made of pages";
	if (s->gpa > GIB_4 || s->size > GIB_4 - s->gpa)
		return "a section is not below 4 GiB";
	if (s->attributes & ~TDVF_MEASURED)
		return "a section has attributes that are not known";
	if (!from_image)
		return s->raw_size || s->attributes ? "a section of zeros has contents" : NULL;
	if (s->raw_size != s->size || s->offset > image_size ||
	    s->raw_size > image_size - s->offset)
		return "a section reaches out of the image";
	if (s->gpa != GIB_4 - image_size + s->offset)
		return "a section is not where the image is mapped";
	return NULL;
}

static const char *check_sections(struct tdvf *tdvf, uint64_t image_size)
{
	const char *error;
	unsigned int i, j;

	for (i = 0; i < tdvf->count; i++) {
		const struct tdvf_section *section = &tdvf->sections[i];

		error = check_section(section, image_size);
		if (error)
			return error;
		for (j = 0; j < i; j++)
			if (overlap(section, &tdvf->sections[j]))
				return "two sections overlap";
		if (section->type != TDVF_HOB)
			continue;
		if (tdvf->hob)
			return "it has two sections for hand-off blocks";
		tdvf->hob = section;
	}
	return tdvf->hob ? NULL : "it has no section for hand-off blocks";
}

/**
 * tdvf_parse() - read and check the metadata of an image
 * @image: the image
 * @size: bytes of it
 * @result: receives its sections
 *
 * Return: NULL, or what is wrong with the image.
 */
const char *tdvf_parse(const uint8_t *image, uint64_t size, struct tdvf *result)
{
	struct metadata head;
	const char *error;
	uint64_t offset;

	memset(result, 0, sizeof(*result));
	if (!size || size > GIB_4 || size & ~PAGE_MASK)
		return "it is not made of pages";
	error = find_metadata(image, size, &offset);
	if (error)
		return error;
	memcpy(&head, image + offset, sizeof(head));
	if (memcmp(head.signature, "TDVF", 4) || head.version != METADATA_VERSION)
		return "its metadata has another signature or version";
	if (!head.count || head.count > TDVF_SECTIONS_MAX)
		return "it has no sections, or too many";
	if (head.length != METADATA_HEAD + head.count * sizeof(result->sections[0]) ||
	    head.length > size - offset)
		return "its metadata has a wrong length";
	memcpy(result->sections, image + offset + METADATA_HEAD,
	       head.count * sizeof(result->sections[0]));
	result->count = head.count;
	return check_sections(result, size);
}
