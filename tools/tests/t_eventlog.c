// SPDX-License-Identifier: LGPL-2.1-or-later
/* Event logs: what is read, what is refused, replay, and digests that speak for their data. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "libcvm.h"
#include "tap.h"

#define AREA   4096
#define SHA384 0x0c
#define SM3    0x12
#define DIGEST CVM_EVENT_DIGEST

#define EV_SEPARATOR	 0x4
#define EV_IPL		 0xd
#define EV_EVENT_TAG	 0x6
#define EV_VARIABLE_BOOT 0x80000002
#define EV_ACTION_EFI	 0x80000007
#define EV_IMAGE	 0x80000003

/* ---- a log in the making ---- */

struct log {
	uint8_t data[AREA];
	size_t len;
};

static void put(struct log *log, const void *data, size_t len)
{
	memcpy(log->data + log->len, data, len);
	log->len += len;
}

static void put_number(struct log *log, uint64_t value, size_t len)
{
	put(log, &value, len); /* little endian, as all of TDX */
}

static void digest_of(const void *data, size_t len, uint8_t digest[DIGEST])
{
	EVP_Digest(data, len, digest, NULL, EVP_sha384(), NULL);
}

static void begin(struct log *log, uint32_t n, uint16_t algorithm, uint16_t size)
{
	static const uint8_t none[20];

	log->len = 0;
	put_number(log, 1, 4);
	put_number(log, CVM_EVENT_NO_ACTION, 4);
	put(log, none, sizeof(none));
	put_number(log, 29 + 4 * n, 4);
	put(log, "Spec ID Event03", 16);
	put_number(log, 0, 4);
	put_number(log, 0x02000200, 4);
	put_number(log, n, 4);
	for (; n; n--)
		put_number(log, algorithm | (uint32_t)size << 16, 4);
	put_number(log, 0, 1);
}

static void put_event(struct log *log, uint32_t mr, uint32_t type, const uint8_t digest[DIGEST],
		      const void *data, size_t len)
{
	put_number(log, mr, 4);
	put_number(log, type, 4);
	put_number(log, 1, 4);
	put_number(log, SHA384, 2);
	put(log, digest, DIGEST);
	put_number(log, len, 4);
	put(log, data, len);
}

/* An event whose digest is over @measured, part of @data or not */
static void log_event(struct log *log, uint32_t mr, uint32_t type, const void *measured,
		      size_t measured_len, const void *data, size_t len)
{
	uint8_t digest[DIGEST];

	digest_of(measured, measured_len, digest);
	put_event(log, mr, type, digest, data, len);
}

static void log_itself(struct log *log, uint32_t mr, uint32_t type, const void *data, size_t len)
{
	log_event(log, mr, type, data, len, data, len);
}

static struct log sample(void)
{
	static const uint8_t separator[4];
	struct log log;

	begin(&log, 1, SHA384, DIGEST);
	log_itself(&log, 1, EV_SEPARATOR, separator, 4);
	log_itself(&log, 2, EV_ACTION_EFI, "Calling EFI Application", 23);
	log_event(&log, 3, EV_IPL, "quiet", 5, "kernel_cmdline: quiet\0", 22);
	return log;
}

/* ---- reading ---- */

static int count(const uint8_t *data, size_t len)
{
	struct cvm_eventlog log;
	struct cvm_event event;
	int ret = cvm_eventlog_open(&log, data, len, NULL), n = 0;

	while (!ret || ret > 0) {
		ret = cvm_eventlog_next(&log, &event, NULL);
		if (ret <= 0)
			break;
		n++;
	}
	return ret < 0 ? ret : n;
}

static void test_ends(void)
{
	struct log log = sample();

	tap_ok(count(log.data, log.len) == 3, "a log that is cut where it ends");
	memset(log.data + log.len, 0xff, AREA - log.len);
	tap_ok(count(log.data, AREA) == 3, "an area filled with ff");
	tap_ok(count(log.data, log.len + 8) == 3, "of which only 8 bytes are there");
	memset(log.data + log.len, 0, AREA - log.len);
	tap_ok(count(log.data, AREA) == 3, "an area filled with zeros");
	begin(&log, 1, SHA384, DIGEST);
	tap_ok(count(log.data, log.len) == 0, "a log without events");
}

static void test_header(void)
{
	struct cvm_error err = { 0 };
	struct cvm_eventlog log;
	struct log bytes;
	bool good;

	begin(&bytes, 1, SM3, 32);
	good = cvm_eventlog_open(&log, bytes.data, bytes.len, &err) == -EOPNOTSUPP &&
	       strstr(err.why, "SM3");
	tap_ok(good, "a log with SM3 only is refused, and named");
	begin(&bytes, 1, 0x0b, 32);
	tap_ok(cvm_eventlog_open(&log, bytes.data, bytes.len, &err) == -EOPNOTSUPP,
	       "one with SHA-256 only too");
	begin(&bytes, 1, SHA384, 32);
	tap_ok(cvm_eventlog_open(&log, bytes.data, bytes.len, &err) == -EBADMSG,
	       "SHA-384 of 32 bytes");
	begin(&bytes, 9, SHA384, DIGEST);
	tap_ok(cvm_eventlog_open(&log, bytes.data, bytes.len, &err) == -EBADMSG,
	       "too many algorithms");
	begin(&bytes, 0, SHA384, DIGEST);
	tap_ok(cvm_eventlog_open(&log, bytes.data, bytes.len, &err) == -EBADMSG, "no algorithm");
	bytes = sample();
	bytes.data[32] = 'X';
	tap_ok(cvm_eventlog_open(&log, bytes.data, bytes.len, &err) == -EBADMSG,
	       "another signature");
}

/* A log may end between two events; anywhere else it is cut off */
static void test_truncation(void)
{
	struct log log = sample();
	int whole = 0, cut = 0;
	size_t len;
	uint8_t *copy;

	for (len = 0; len < log.len; len++) {
		int ret;

		copy = malloc(len ? len : 1); /* for the sanitizers to see its end */
		memcpy(copy, log.data, len);
		ret = count(copy, len);
		whole += ret >= 0;
		cut += ret == -EBADMSG;
		free(copy);
	}
	tap_ok(whole >= 3 && whole + cut == (int)log.len, "every truncation is noticed, %d cut",
	       cut);
}

/* Lengths and counts of any value: an error, or fewer bytes than there are */
static void test_lengths(void)
{
	static const uint8_t values[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };
	struct log log = sample(), changed;
	size_t at, i;
	int ret, reads = 0;

	for (at = 0; at < log.len; at++) {
		for (i = 0; i < sizeof(values); i++) {
			changed = log;
			changed.data[at] = values[i];
			ret = count(changed.data, changed.len);
			reads += ret > 100;
		}
	}
	tap_ok(!reads, "no byte makes more events than there are");
}

static void test_events(void)
{
	struct cvm_error err = { 0 };
	uint8_t rtmr[4][DIGEST], digest[DIGEST] = { 0 };
	struct log log;
	bool good;

	begin(&log, 1, SHA384, DIGEST);
	put_event(&log, 1, EV_IPL, digest, "x", 1);
	log.data[log.len - 5 - DIGEST - 2] = 0x0b;
	tap_ok(count(log.data, log.len) == -EBADMSG, "a digest that the header does not list");
	begin(&log, 1, SHA384, DIGEST);
	put_event(&log, 1, EV_IPL, digest, "x", 1);
	log.data[log.len - 5] = 0xff;
	good = cvm_eventlog_replay(log.data, log.len, rtmr, &err) == -EBADMSG &&
	       strstr(err.why, "offset");
	tap_ok(good, "data longer than the log, with its offset");
	begin(&log, 1, SHA384, DIGEST);
	put_event(&log, 0, EV_IPL, digest, "x", 1);
	tap_ok(cvm_eventlog_replay(log.data, log.len, rtmr, &err) == -EBADMSG,
	       "MRTD is extended by nobody");
	begin(&log, 1, SHA384, DIGEST);
	put_event(&log, 5, EV_IPL, digest, "x", 1);
	tap_ok(cvm_eventlog_replay(log.data, log.len, rtmr, &err) == -EBADMSG, "there is no RTMR4");
}

/* ---- replay ---- */

static void extend(uint8_t value[DIGEST], const void *data, size_t len)
{
	uint8_t both[2 * DIGEST];

	memcpy(both, value, DIGEST);
	digest_of(data, len, both + DIGEST);
	digest_of(both, sizeof(both), value);
}

static void test_replay(void)
{
	static const uint8_t separator[4];
	uint8_t rtmr[4][DIGEST], right[4][DIGEST] = { 0 };
	struct log log = sample();
	bool good;

	extend(right[0], separator, 4);
	extend(right[1], "Calling EFI Application", 23);
	extend(right[2], "quiet", 5);
	good = !cvm_eventlog_replay(log.data, log.len, rtmr, NULL) &&
	       !memcmp(rtmr, right, sizeof(right));
	tap_ok(good, "a replay");
	log_itself(&log, 1, CVM_EVENT_NO_ACTION, "locality", 8);
	good = !cvm_eventlog_replay(log.data, log.len, rtmr, NULL) &&
	       !memcmp(rtmr, right, sizeof(right));
	tap_ok(good, "what is no action extends nothing");
	log_itself(&log, 1, EV_SEPARATOR, separator, 4);
	extend(right[0], separator, 4);
	good = !cvm_eventlog_replay(log.data, log.len, rtmr, NULL) &&
	       !memcmp(rtmr, right, sizeof(right));
	tap_ok(good, "a second separator counts");
}

/* ---- what a digest is over ---- */

static bool is(uint32_t type, const void *measured, size_t measured_len, const void *data,
	       size_t len, enum cvm_event_content wanted)
{
	struct cvm_eventlog log;
	struct cvm_event event;
	struct log bytes;

	begin(&bytes, 1, SHA384, DIGEST);
	log_event(&bytes, 1, type, measured, measured_len, data, len);
	return !cvm_eventlog_open(&log, bytes.data, bytes.len, NULL) &&
	       cvm_eventlog_next(&log, &event, NULL) == 1 && cvm_event_check(&event) == wanted;
}

/* UEFI_VARIABLE_DATA with the name "B" and two bytes of data */
static const uint8_t variable[36] = { [16] = 1, [24] = 2, [32] = 'B', [34] = 0xd1, [35] = 0xd2 };

static void test_content(void)
{
	static const uint8_t tagged[11] = { 1, 0, 0, 0, 3, 0, 0, 0, 'a', 'b', 'c' };
	uint8_t endless[36];
	bool good;

	tap_ok(is(EV_SEPARATOR, "\0\0\0", 4, "\0\0\0", 4, CVM_EVENT_VERIFIED), "a separator");
	tap_ok(is(EV_SEPARATOR, "\0\0\0", 4, "\1\0\0", 4, CVM_EVENT_MISMATCH),
	       "a separator that was changed");
	tap_ok(is(EV_ACTION_EFI, "Exit", 4, "Exit!", 5, CVM_EVENT_MISMATCH), "an action too");
	good = is(EV_VARIABLE_BOOT, variable, 36, variable, 36, CVM_EVENT_VERIFIED) &&
	       is(EV_VARIABLE_BOOT, variable + 34, 2, variable, 36, CVM_EVENT_VERIFIED);
	tap_ok(good, "a boot variable, all of it or its data");
	tap_ok(is(EV_VARIABLE_BOOT, "x", 1, variable, 36, CVM_EVENT_MISMATCH),
	       "one that was changed");
	memcpy(endless, variable, sizeof(endless));
	memset(endless + 16, 0xff, 8);
	tap_ok(is(EV_VARIABLE_BOOT, "x", 1, endless, 36, CVM_EVENT_MISMATCH),
	       "one whose name has no end");
	tap_ok(is(EV_IPL, "ls", 2, "grub_cmd: ls\0", 13, CVM_EVENT_VERIFIED), "a command of GRUB");
	tap_ok(is(EV_IPL, "rm", 2, "grub_cmd: ls\0", 13, CVM_EVENT_MISMATCH),
	       "a command that was another");
	tap_ok(is(EV_IPL, "the file", 8, "/boot/grub/grub.cfg\0", 20, CVM_EVENT_OPAQUE),
	       "a file of GRUB is not in the log");
	good = is(EV_IPL, ".abc", 5, ".\0a\0b\0c\0\0", 10, CVM_EVENT_VERIFIED) &&
	       is(EV_IPL, ".abc", 5, ".\0a\0b\1c\0\0", 10, CVM_EVENT_OPAQUE) &&
	       is(EV_IPL, "section", 7, ".\0a\0b\0c\0\0", 10, CVM_EVENT_OPAQUE);
	tap_ok(good, "the name of a section of a unified kernel image");
	good = is(EV_EVENT_TAG, "abc", 3, tagged, 11, CVM_EVENT_VERIFIED) &&
	       is(EV_EVENT_TAG, "abd", 3, tagged, 11, CVM_EVENT_OPAQUE);
	tap_ok(good, "a tagged event");
	tap_ok(is(EV_IMAGE, "image", 5, "path", 4, CVM_EVENT_OPAQUE), "nor is an image");
	good = is(0x12345678, "x", 1, "y", 1, CVM_EVENT_OPAQUE) &&
	       is(0x12345678, "y", 1, "y", 1, CVM_EVENT_VERIFIED);
	tap_ok(good, "a type that is not known");
	tap_ok(is(CVM_EVENT_NO_ACTION, "x", 1, "y", 1, CVM_EVENT_UNMEASURED), "no action");
}

static bool says(uint32_t type, const void *data, size_t len, const char *wanted)
{
	struct cvm_event event = { .type = type, .data = data, .data_len = len };
	char text[40];

	cvm_event_describe(&event, text, sizeof(text));
	if (!strcmp(text, wanted))
		return true;
	tap_note("\"%s\"", text);
	return false;
}

static void test_words(void)
{
	static const char path[] =
		"\x11\x11\x11\x11\x11\x11\x11\x11\x05\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
		"\x0e\0\0\0\0\0\0\0\x04\x04\x0a\0a\0b\0\0\0\x7f\xff\x04";
	const char *name = cvm_event_type_name(EV_SEPARATOR);

	tap_ok(name && !strcmp(name, "EV_SEPARATOR") && !cvm_event_type_name(0x1234), "types");
	tap_ok(says(EV_ACTION_EFI, "a\033[31mb", 7, "a?[31mb"), "control characters are harmless");
	tap_ok(says(EV_VARIABLE_BOOT, variable, 36, "B, 2 bytes"), "a variable");
	tap_ok(says(EV_VARIABLE_BOOT, variable, 30, "a variable that is cut off"), "half of one");
	tap_ok(says(EV_SEPARATOR, "\0\0\0", 4, "00000000"), "bytes");
	tap_ok(says(EV_IMAGE, path, sizeof(path) - 1, "image of 5 bytes, ab"), "an image");
	tap_ok(says(EV_IMAGE, path, 10, "image of 0 bytes"), "half of one");
	tap_ok(says(EV_IPL, "", 0, ""), "nothing");
	tap_ok(says(EV_IPL, "0123456789012345678901234567890123456789", 40,
		    "012345678901234567890123456789012345678"),
	       "a text that is too long");
}

int main(void)
{
	test_ends();
	test_header();
	test_truncation();
	test_lengths();
	test_events();
	test_replay();
	test_content();
	test_words();
	return tap_done();
}
