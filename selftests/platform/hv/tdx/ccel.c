// SPDX-License-Identifier: GPL-2.0-only
/*
 * The event log of a direct boot, in the TCG crypto-agile form (PC Client Platform
 * Firmware Profile 1.06, section 10.4), as the CCEL table of ACPI names it. What is
 * logged is extended into the register it names, so that the log replays.
 *
 * A firmware would log itself, its variables and its boot path. Here are the kernel,
 * its command line and the initramfs, which no firmware has loaded.
 */
#include "tdx.h"

#define ALG_SHA384		0x000c
#define EV_NO_ACTION		0x00000003
#define EV_SEPARATOR		0x00000004
#define EV_IPL			0x0000000d

/* Register index in the log: MRTD is 0, RTMR n is n + 1 */
#define LOG_INDEX(rtmr)		((rtmr) + 1)

struct writer {
	uint8_t *at, *end;
};

static void put(struct writer *w, const void *data, size_t size)
{
	if (size > (size_t)(w->end - w->at))
		panic("tdx: the event log is full");
	memcpy(w->at, data, size);
	w->at += size;
}

static void put_u16(struct writer *w, uint16_t value)
{
	put(w, &value, sizeof(value));
}

static void put_u32(struct writer *w, uint32_t value)
{
	put(w, &value, sizeof(value));
}

/* TCG_PCClientPCREvent with a TCG_EfiSpecIDEvent: one algorithm */
static void put_header(struct writer *w)
{
	static const uint8_t no_digest[20];
	static const uint8_t version[4] = { 0, 2, 0, 2 };	/* 2.0, errata 0, 64 bits */
	const uint8_t no_vendor = 0;

	put_u32(w, 0);
	put_u32(w, EV_NO_ACTION);
	put(w, no_digest, sizeof(no_digest));
	put_u32(w, 33);
	put(w, "Spec ID Event03", 16);
	put_u32(w, 0);		/* platform class */
	put(w, version, sizeof(version));
	put_u32(w, 1);		/* algorithms */
	put_u16(w, ALG_SHA384);
	put_u16(w, TDX_DIGEST);
	put(w, &no_vendor, sizeof(no_vendor));
}

static void log_event(struct writer *w, unsigned int rtmr, uint32_t type,
		      const uint8_t digest[TDX_DIGEST], const void *data, uint32_t size)
{
	put_u32(w, LOG_INDEX(rtmr));
	put_u32(w, type);
	put_u32(w, 1);		/* digests */
	put_u16(w, ALG_SHA384);
	put(w, digest, TDX_DIGEST);
	put_u32(w, size);
	put(w, data, size);
	rtmr_extend(rtmr, digest);
}

/* The event is what was measured */
static void log_itself(struct writer *w, unsigned int rtmr, uint32_t type, const void *data,
		       uint32_t size)
{
	uint8_t digest[TDX_DIGEST];

	sha384(data, size, digest);
	log_event(w, rtmr, type, digest, data, size);
}

/* The event names what was measured */
static void log_content(struct writer *w, unsigned int rtmr, const char *name, const void *content,
			size_t size)
{
	uint8_t digest[TDX_DIGEST];

	sha384(content, size, digest);
	log_event(w, rtmr, EV_IPL, digest, name, strlen(name) + 1);
}

/**
 * ccel_build() - log and extend what is booted
 * @area: memory for the log; what is left of it is ff bytes
 * @size: of the area
 */
void ccel_build(uint8_t *area, size_t size)
{
	struct writer w = { area, area + size };
	const uint32_t separator = 0;
	unsigned int rtmr;

	memset(area, 0xff, size);
	put_header(&w);
	log_content(&w, 1, "kernel", guest_image.kernel, guest_image.kernel_size);
	for (rtmr = 0; rtmr < 3; rtmr++)
		log_itself(&w, rtmr, EV_SEPARATOR, &separator, sizeof(separator));
	log_itself(&w, 2, EV_IPL, guest_image.cmdline, strlen(guest_image.cmdline) + 1);
	if (guest_image.initrd_size)
		log_content(&w, 2, "initrd", (const void *)GPA_INITRD, guest_image.initrd_size);
}
