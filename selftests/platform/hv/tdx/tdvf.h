/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Guest firmware of TDX, as its image describes itself, and what it is handed.
 */
#ifndef HV_TDVF_H
#define HV_TDVF_H

#include <stdint.h>

#define TDVF_SECTIONS_MAX	16
#define TDVF_MEASURED		1u	/* attribute MR.EXTEND */

enum tdvf_type {
	TDVF_CODE	= 0,
	TDVF_VARIABLES	= 1,
	TDVF_HOB	= 2,
	TDVF_MEMORY	= 3,
};

/**
 * struct tdvf_section - memory that the TD begins with, as it is in the image
 * @offset: of its bytes in the image
 * @raw_size: how many, 0 for memory of zeros
 * @gpa: where the TD has it
 * @size: bytes there
 * @type: &enum tdvf_type
 * @attributes: TDVF_MEASURED when its contents are in MRTD
 */
struct tdvf_section {
	uint32_t offset;
	uint32_t raw_size;
	uint64_t gpa;
	uint64_t size;
	uint32_t type;
	uint32_t attributes;
};

/**
 * struct tdvf - what an image says of itself
 * @sections: in the order in which they are added and measured
 * @count: how many
 * @hob: the one that takes the list of hand-off blocks
 */
struct tdvf {
	struct tdvf_section sections[TDVF_SECTIONS_MAX];
	unsigned int count;
	const struct tdvf_section *hob;
};

const char *tdvf_parse(const uint8_t *image, uint64_t size, struct tdvf *result);

/**
 * struct hob_range - memory
 * @start: first byte
 * @end: byte after the last one
 */
struct hob_range {
	uint64_t start;
	uint64_t end;
};

uint64_t hob_build(uint8_t *area, uint64_t size, uint64_t gpa, const struct hob_range *ram,
		   unsigned int ram_count, const struct hob_range *added,
		   unsigned int added_count);

#endif /* HV_TDVF_H */
