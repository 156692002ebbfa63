// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * One event: its type, whether its digest speaks for its data, and the data in words.
 *
 * A log can replay well although its text was changed: only digests are replayed. So
 * for each event it is said whether the digest is over what one reads. TCG PC Client
 * Platform Firmware Profile 1.05, section 10.4; UEFI 2.10, section 38.4.
 */
#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#include "cursor.h"
#include "lib.h"

enum event_type {
	EV_NO_ACTION = 0x3,
	EV_SEPARATOR = 0x4,
	EV_EVENT_TAG = 0x6,
	EV_S_CRTM_VERSION = 0x8,
	EV_IPL = 0xd,
	EV_NONHOST_INFO = 0x11,
	EV_EFI_VARIABLE_DRIVER_CONFIG = 0x80000001,
	EV_EFI_VARIABLE_BOOT = 0x80000002,
	EV_EFI_BOOT_SERVICES_APPLICATION = 0x80000003,
	EV_EFI_BOOT_SERVICES_DRIVER = 0x80000004,
	EV_EFI_RUNTIME_SERVICES_DRIVER = 0x80000005,
	EV_EFI_GPT_EVENT = 0x80000006,
	EV_EFI_ACTION = 0x80000007,
	EV_EFI_PLATFORM_FIRMWARE_BLOB2 = 0x8000000a,
	EV_EFI_HANDOFF_TABLES2 = 0x8000000b,
	EV_EFI_VARIABLE_BOOT2 = 0x8000000c,
	EV_EFI_VARIABLE_AUTHORITY = 0x800000e0,
};

/* How the data of a type is to be read */
enum event_form {
	FORM_BYTES,
	FORM_TEXT,
	FORM_VARIABLE,
	FORM_IMAGE,
	FORM_TAGGED,
	FORM_DESCRIBED, /* a length in a byte, and a text of that length */
};

/**
 * struct event_kind - what is known of a type
 * @type: its number
 * @name: of the specification
 * @form: of the data
 * @own: the digest is over the data, always
 */
struct event_kind {
	uint32_t type;
	const char *name;
	enum event_form form;
	bool own;
};

static const struct event_kind kinds[] = {
	{ 0x0, "EV_PREBOOT_CERT", FORM_BYTES, false },
	{ 0x1, "EV_POST_CODE", FORM_TEXT, false },
	{ EV_NO_ACTION, "EV_NO_ACTION", FORM_TEXT, false },
	{ EV_SEPARATOR, "EV_SEPARATOR", FORM_BYTES, true },
	{ 0x5, "EV_ACTION", FORM_TEXT, true },
	{ EV_EVENT_TAG, "EV_EVENT_TAG", FORM_TAGGED, false },
	{ 0x7, "EV_S_CRTM_CONTENTS", FORM_BYTES, false },
	{ EV_S_CRTM_VERSION, "EV_S_CRTM_VERSION", FORM_BYTES, true },
	{ 0x9, "EV_CPU_MICROCODE", FORM_BYTES, false },
	{ 0xa, "EV_PLATFORM_CONFIG_FLAGS", FORM_TEXT, false },
	{ 0xb, "EV_TABLE_OF_DEVICES", FORM_BYTES, false },
	{ 0xc, "EV_COMPACT_HASH", FORM_TEXT, false },
	{ EV_IPL, "EV_IPL", FORM_TEXT, false },
	{ EV_NONHOST_INFO, "EV_NONHOST_INFO", FORM_BYTES, true },
	{ EV_EFI_VARIABLE_DRIVER_CONFIG, "EV_EFI_VARIABLE_DRIVER_CONFIG", FORM_VARIABLE, true },
	{ EV_EFI_VARIABLE_BOOT, "EV_EFI_VARIABLE_BOOT", FORM_VARIABLE, true },
	{ EV_EFI_BOOT_SERVICES_APPLICATION, "EV_EFI_BOOT_SERVICES_APPLICATION", FORM_IMAGE, false },
	{ EV_EFI_BOOT_SERVICES_DRIVER, "EV_EFI_BOOT_SERVICES_DRIVER", FORM_IMAGE, false },
	{ EV_EFI_RUNTIME_SERVICES_DRIVER, "EV_EFI_RUNTIME_SERVICES_DRIVER", FORM_IMAGE, false },
	{ EV_EFI_GPT_EVENT, "EV_EFI_GPT_EVENT", FORM_BYTES, true },
	{ EV_EFI_ACTION, "EV_EFI_ACTION", FORM_TEXT, true },
	{ 0x80000008, "EV_EFI_PLATFORM_FIRMWARE_BLOB", FORM_BYTES, false },
	{ 0x80000009, "EV_EFI_HANDOFF_TABLES", FORM_BYTES, false },
	{ EV_EFI_PLATFORM_FIRMWARE_BLOB2, "EV_EFI_PLATFORM_FIRMWARE_BLOB2", FORM_DESCRIBED, false },
	{ EV_EFI_HANDOFF_TABLES2, "EV_EFI_HANDOFF_TABLES2", FORM_DESCRIBED, false },
	{ EV_EFI_VARIABLE_BOOT2, "EV_EFI_VARIABLE_BOOT2", FORM_VARIABLE, true },
	{ 0x80000010, "EV_EFI_HCRTM_EVENT", FORM_TEXT, false },
	{ EV_EFI_VARIABLE_AUTHORITY, "EV_EFI_VARIABLE_AUTHORITY", FORM_VARIABLE, false },
};

static const struct event_kind *kind_of(uint32_t type)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (kinds[i].type == type)
			return &kinds[i];
	return NULL;
}

const char *cvm_event_type_name(uint32_t type)
{
	const struct event_kind *kind = kind_of(type);

	return kind ? kind->name : NULL;
}

const char *cvm_event_content_name(enum cvm_event_content content)
{
	switch (content) {
	case CVM_EVENT_VERIFIED:
		return "verified";
	case CVM_EVENT_MISMATCH:
		return "mismatch";
	case CVM_EVENT_UNMEASURED:
		return "unmeasured";
	default:
		return "opaque";
	}
}

/* ---- what the digest is over ---- */

static bool is_digest_of(const struct cvm_event *event, const void *data, size_t len)
{
	uint8_t digest[CVM_EVENT_DIGEST];

	return EVP_Digest(data, len, digest, NULL, EVP_sha384(), NULL) == 1 &&
	       !memcmp(digest, event->digest, sizeof(digest));
}

/**
 * struct variable - UEFI_VARIABLE_DATA, TCG PFP section 10.2.6
 * @name: UCS-2, not terminated
 * @name_len: its characters
 * @data: of the variable
 * @data_len: bytes at @data
 */
struct variable {
	const uint8_t *name;
	size_t name_len;
	const uint8_t *data;
	size_t data_len;
};

static bool read_variable(const struct cvm_event *event, struct variable *variable)
{
	struct cursor c = cursor_over(event->data, event->data_len);
	uint64_t name_len, data_len;

	cursor_skip(&c, 16); /* its GUID */
	name_len = cursor_u64(&c);
	data_len = cursor_u64(&c);
	if (c.overrun || name_len > c.left / 2)
		return false;
	variable->name_len = name_len;
	variable->name = cursor_take(&c, 2 * name_len);
	if (data_len > c.left)
		return false;
	variable->data_len = data_len;
	variable->data = cursor_take(&c, data_len);
	return true;
}

/* Firmware measures the variable's data alone, or all of the event */
static bool is_of_variable(const struct cvm_event *event)
{
	struct variable variable;

	return read_variable(event, &variable) &&
	       is_digest_of(event, variable.data, variable.data_len);
}

static size_t text_length(const uint8_t *text, size_t len)
{
	while (len && !text[len - 1])
		len--;
	return len;
}

static bool is_wide(const struct cvm_event *event)
{
	return event->data_len > 2 && event->data_len % 2 == 0 && event->data[0] && !event->data[1];
}

/* systemd's stub tells a section's name by UTF-16 and measures it in ASCII, with its end */
static bool is_of_narrow(const struct cvm_event *event)
{
	char text[64];
	size_t i, len = event->data_len / 2;

	if (!is_wide(event) || len > sizeof(text))
		return false;
	for (i = 0; i < len; i++) {
		if (event->data[2 * i + 1])
			return false;
		text[i] = (char)event->data[2 * i];
	}
	return is_digest_of(event, text, len);
}

/* GRUB measures the text behind "grub_cmd: ", without what ends it */
static bool is_of_text(const struct cvm_event *event)
{
	size_t len = text_length(event->data, event->data_len), at;

	if (is_digest_of(event, event->data, len) || is_of_narrow(event))
		return true;
	for (at = 0; at + 2 < len; at++)
		if (event->data[at] == ':' && event->data[at + 1] == ' ')
			return is_digest_of(event, event->data + at + 2, len - at - 2);
	return false;
}

/* Tagged events: a number, a length, and the bytes that may have been measured */
static bool is_of_tagged(const struct cvm_event *event)
{
	struct cursor c = cursor_over(event->data, event->data_len);
	const uint8_t *data;
	uint32_t len;

	cursor_u32(&c);
	len = cursor_u32(&c);
	data = cursor_take(&c, len);
	return data && is_digest_of(event, data, len);
}

static bool is_of_part(const struct cvm_event *event, enum event_form form)
{
	switch (form) {
	case FORM_VARIABLE:
		return is_of_variable(event);
	case FORM_TEXT:
		return is_of_text(event);
	case FORM_TAGGED:
		return is_of_tagged(event);
	default:
		return false;
	}
}

/* Must a digest be over the data? GRUB says "grub_cmd: " for commands, a path for files */
static bool must_match(const struct cvm_event *event, const struct event_kind *kind)
{
	static const char *const prefixes[] = { "grub_cmd: ", "kernel_cmdline: ",
						"module_cmdline: " };
	size_t i;

	if (kind->own)
		return true;
	for (i = 0; kind->type == EV_IPL && i < ARRAY_SIZE(prefixes); i++)
		if (event->data_len > strlen(prefixes[i]) &&
		    !memcmp(event->data, prefixes[i], strlen(prefixes[i])))
			return true;
	return false;
}

enum cvm_event_content cvm_event_check(const struct cvm_event *event)
{
	const struct event_kind *kind = kind_of(event->type);

	if (event->type == EV_NO_ACTION)
		return CVM_EVENT_UNMEASURED;
	if (is_digest_of(event, event->data, event->data_len))
		return CVM_EVENT_VERIFIED;
	if (!kind)
		return CVM_EVENT_OPAQUE;
	if (is_of_part(event, kind->form))
		return CVM_EVENT_VERIFIED;
	return must_match(event, kind) ? CVM_EVENT_MISMATCH : CVM_EVENT_OPAQUE;
}

/* ---- the data in words ---- */

/* A log must not move the cursor of whoever reads it */
static void put_text(char *text, size_t size, const uint8_t *data, size_t len, unsigned int width)
{
	size_t at, used = 0;

	for (at = 0; at + width <= len && used + 1 < size; at += width) {
		bool plain = data[at] >= ' ' && data[at] <= '~' && (width == 1 || !data[at + 1]);

		text[used++] = plain ? data[at] : '?';
	}
	text[used] = '\0';
}

static void put_event_text(const struct cvm_event *event, char *text, size_t size)
{
	if (is_wide(event))
		put_text(text, size, event->data, event->data_len - 2, 2);
	else
		put_text(text, size, event->data, text_length(event->data, event->data_len), 1);
}

static void put_bytes(char *text, size_t size, const uint8_t *data, size_t len)
{
	size_t at, used = 0;

	for (at = 0; at < len && at < 16 && used + 3 < size; at++)
		used += snprintf(text + used, size - used, "%02x", data[at]);
	if (at < len)
		snprintf(text + used, size - used, " and %zu bytes more", len - at);
}

static void put_variable(const struct cvm_event *event, char *text, size_t size)
{
	struct variable variable;
	size_t used;

	if (!read_variable(event, &variable)) {
		snprintf(text, size, "a variable that is cut off");
		return;
	}
	put_text(text, size, variable.name, 2 * variable.name_len, 2);
	used = strlen(text);
	snprintf(text + used, size - used, ", %zu bytes", variable.data_len);
}

/* File paths of a device path, UEFI section 10.3.5.4: media (4), file path (4) */
static void put_image(const struct cvm_event *event, char *text, size_t size)
{
	struct cursor c = cursor_over(event->data, event->data_len);
	uint64_t length;

	cursor_skip(&c, 8);
	length = cursor_u64(&c);
	cursor_skip(&c, 8);
	snprintf(text, size, "image of %llu bytes", (unsigned long long)length);
	cursor_u64(&c); /* length of the device path */
	while (!c.overrun && c.left >= 4) {
		unsigned int type = cursor_u8(&c), sub_type = cursor_u8(&c);
		size_t len = cursor_number(&c, 2), used = strlen(text);
		const uint8_t *path = len < 4 ? NULL : cursor_take(&c, len - 4);

		if (!path)
			return;
		if (type != 4 || sub_type != 4 || size - used < 8)
			continue;
		snprintf(text + used, size - used, ", ");
		put_text(text + used + 2, size - used - 2, path, len >= 6 ? len - 6 : 0, 2);
	}
}

static void put_tagged(const struct cvm_event *event, char *text, size_t size)
{
	struct cursor c = cursor_over(event->data, event->data_len);
	uint32_t tag = cursor_u32(&c), len = cursor_u32(&c);
	size_t used;

	snprintf(text, size, "tag %#x: ", tag);
	used = strlen(text);
	if (c.overrun || len > c.left)
		snprintf(text + used, size - used, "cut off");
	else
		put_text(text + used, size - used, c.at, text_length(c.at, len), 1);
}

static void put_described(const struct cvm_event *event, char *text, size_t size)
{
	struct cursor c = cursor_over(event->data, event->data_len);
	size_t len = cursor_u8(&c);
	const uint8_t *description = cursor_take(&c, len);

	if (description)
		put_text(text, size, description, text_length(description, len), 1);
	else
		put_bytes(text, size, event->data, event->data_len);
}

void cvm_event_describe(const struct cvm_event *event, char *text, size_t size)
{
	const struct event_kind *kind = kind_of(event->type);

	if (!size)
		return;
	text[0] = '\0';
	switch (kind ? kind->form : FORM_BYTES) {
	case FORM_TEXT:
		put_event_text(event, text, size);
		break;
	case FORM_VARIABLE:
		put_variable(event, text, size);
		break;
	case FORM_IMAGE:
		put_image(event, text, size);
		break;
	case FORM_TAGGED:
		put_tagged(event, text, size);
		break;
	case FORM_DESCRIBED:
		put_described(event, text, size);
		break;
	case FORM_BYTES:
		put_bytes(text, size, event->data, event->data_len);
		break;
	}
}
