// SPDX-License-Identifier: LGPL-2.1-or-later
/* An event log with an event of each form that is described in words. */
#include <string.h>

#include <openssl/evp.h>

#include "forge_tdx.h"
#include "seeds.h"
#include "tap.h"

#define LOG_MAX	   4096
#define SHA384	   0x0c
#define DIGEST	   CVM_EVENT_DIGEST
#define HEADER_LEN 33

static uint8_t log_bytes[LOG_MAX];
static size_t log_len;

static void put(const void *data, size_t len)
{
	if (len > LOG_MAX - log_len)
		tap_bail_out("the log is too long");
	memcpy(log_bytes + log_len, data, len);
	log_len += len;
}

static void put_number(uint64_t number, size_t len)
{
	put(&number, len);
}

static void put_header(void)
{
	static const uint8_t none[20];

	log_len = 0;
	put_number(1, 4);
	put_number(CVM_EVENT_NO_ACTION, 4);
	put(none, sizeof(none));
	put_number(HEADER_LEN, 4);
	put("Spec ID Event03", 16);
	put_number(0, 4);
	put_number(0x02000200, 4);
	put_number(1, 4);
	put_number(SHA384 | DIGEST << 16, 4);
	put_number(0, 1);
}

struct event {
	uint32_t type;
	const char *data;
	size_t len;
	size_t skipped; /* before what is measured */
};

#define VARIABLE                     \
	"0123456789abcdef"           \
	"\2\0\0\0\0\0\0\0\3\0\0\0\0" \
	"\0\0\0D\0b\0xyz"
#define IMAGE                             \
	"\0\0\0\0\0\0\0\0\5\0\0\0\0\0\0"  \
	"\0\0\0\0\0\0\0\0\0\20\0\0\0\0\0" \
	"\0\0\4\4\12\0a\0b\0\0\0\177\377\4\0"

static const struct event events[] = {
	{ 0x4, "\0\0\0", 4, 0 },
	{ 0x3, "StartupLocality", 16, 0 },
	{ 0x80000007, "Calling EFI Application", 23, 0 },
	{ 0xd, "grub_cmd: linux quiet\0", 22, 10 },
	{ 0xd, ".\0l\0i\0n\0u\0x\0\0", 14, 0 },
	{ 0x6, "\1\0\0\0\3\0\0\0tag", 11, 8 },
	{ 0x80000002, VARIABLE, sizeof(VARIABLE) - 1, 0 },
	{ 0x80000001, VARIABLE, sizeof(VARIABLE) - 1, sizeof(VARIABLE) - 4 },
	{ 0x80000003, IMAGE, sizeof(IMAGE) - 1, 3 },
	{ 0x8000000a, "\5OVMF\0abcdefgh", 14, 2 },
	{ 0x1234, "unknown", 7, 1 },
};

static void put_event(const struct event *event, uint32_t mr)
{
	uint8_t digest[DIGEST];

	EVP_Digest(event->data + event->skipped, event->len - event->skipped, digest, NULL,
		   EVP_sha384(), NULL);
	put_number(mr, 4);
	put_number(event->type, 4);
	put_number(1, 4);
	put_number(SHA384, 2);
	put(digest, DIGEST);
	put_number(event->len, 4);
	put(event->data, event->len);
}

void seeds_log(void)
{
	uint8_t end[64];
	size_t i;

	put_header();
	for (i = 0; i < ARRAY_SIZE(events); i++)
		put_event(&events[i], 1 + i % 4);
	seed_put_evidence("eventlog", "all", (struct blob){ log_bytes, log_len });
	memset(end, 0xff, sizeof(end));
	put(end, sizeof(end));
	seed_put_evidence("eventlog", "filled", (struct blob){ log_bytes, log_len });
	put_header();
	put_event(&events[0], 1);
	seed_put_evidence("eventlog", "short", (struct blob){ log_bytes, log_len });
}
