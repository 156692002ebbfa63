// SPDX-License-Identifier: GPL-2.0-only
/*
 * MRTD: the measurement of what was loaded, page by page as TDH.MEM.PAGE.ADD and
 * TDH.MR.EXTEND make it. TDX Module Base Architecture, "TD Measurement".
 */
#include "tdx.h"

#define RECORD	128
#define RECORD_GPA	16
#define CHUNK	256	/* bytes that one TDH.MR.EXTEND takes */

static struct sha384 hash;

static void add_record(const char *name, uint64_t gpa)
{
	uint8_t record[RECORD] = { 0 };

	memcpy(record, name, strlen(name));
	memcpy(record + RECORD_GPA, &gpa, sizeof(gpa));
	sha384_add(&hash, record, sizeof(record));
}

/**
 * mrtd_begin() - start the measurement
 */
void mrtd_begin(void)
{
	sha384_begin(&hash);
}

/**
 * mrtd_add_page() - a page was added
 * @gpa: where
 * @page: its contents, or NULL when only the address is measured
 */
void mrtd_add_page(uint64_t gpa, const void *page)
{
	unsigned int at;

	add_record("MEM.PAGE.ADD", gpa);
	for (at = 0; page && at < PAGE_SIZE; at += CHUNK) {
		add_record("MR.EXTEND", gpa + at);
		sha384_add(&hash, (const uint8_t *)page + at, CHUNK);
	}
}

/**
 * mrtd_end() - finish it
 * @digest: receives MRTD
 */
void mrtd_end(uint8_t digest[TDX_DIGEST])
{
	sha384_end(&hash, digest);
}
