// SPDX-License-Identifier: LGPL-2.1-or-later
/* Typed values, and bytes as they were signed, out of JSON that jansson has accepted. */
#define _GNU_SOURCE /* timegm(), strptime() */
#include <errno.h>
#include <string.h>

#include "tdx_json.h"

/* ---- bytes as they stand ---- */

/* A position in JSON that is known to be well formed; the end is checked all the same. */
struct scan {
	const char *at;
	const char *end;
};

static void skip_space(struct scan *s)
{
	while (s->at < s->end && strchr(" \t\r\n", *s->at))
		s->at++;
}

static bool take(struct scan *s, char c)
{
	skip_space(s);
	if (s->at >= s->end || *s->at != c)
		return false;
	s->at++;
	return true;
}

/* Behind the closing quote of a string that @s is in. */
static void skip_string(struct scan *s)
{
	while (s->at < s->end && *s->at != '"')
		s->at += *s->at == '\\' ? 2 : 1;
	s->at = s->at < s->end ? s->at + 1 : s->end;
}

/* Behind the value that @s is at: to the comma or bracket that ends it at its own depth. */
static void skip_value(struct scan *s)
{
	int depth = 0;

	while (s->at < s->end) {
		char c = *s->at;

		if (!depth && strchr(",]}", c))
			return;
		s->at++;
		if (c == '"')
			skip_string(s);
		else if (c == '{' || c == '[')
			depth++;
		else if (c == '}' || c == ']')
			depth--;
	}
}

static bool is_named(const char *name, const char *end, const char *key)
{
	size_t len = end - name;

	return len == strlen(key) && !memcmp(name, key, len);
}

int cvm_json_raw(const char *text, size_t len, const char *key, const char **raw, size_t *raw_len)
{
	struct scan s = { .at = text, .end = text + len };

	*raw_len = 0;
	if (!take(&s, '{'))
		return -EBADMSG;
	while (take(&s, '"')) {
		const char *name = s.at, *end;

		skip_string(&s);
		end = s.at - 1;
		if (!take(&s, ':'))
			return -EBADMSG;
		skip_space(&s);
		*raw = s.at;
		skip_value(&s);
		*raw_len = s.at - *raw;
		if (is_named(name, end, key))
			break;
		if (!take(&s, ','))
			return -EBADMSG;
		*raw_len = 0;
		skip_space(&s);
	}
	/* what is signed is the object, not the blanks behind it */
	while (*raw_len && strchr(" \t\r\n", (*raw)[*raw_len - 1]))
		--*raw_len;
	return *raw_len ? 0 : -EBADMSG;
}

/* ---- values ---- */

static void complain(struct json_reader *reader, const char *key)
{
	if (!reader->why)
		reader->why = key;
}

json_t *cvm_json_array(struct json_reader *reader, const json_t *object, const char *key)
{
	json_t *array = json_object_get(object, key);

	if (json_is_array(array))
		return array;
	complain(reader, key);
	return NULL;
}

json_t *cvm_json_object(struct json_reader *reader, const json_t *object, const char *key)
{
	json_t *inner = json_object_get(object, key);

	if (json_is_object(inner))
		return inner;
	complain(reader, key);
	return NULL;
}

const char *cvm_json_text(struct json_reader *reader, const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	if (text)
		return text;
	complain(reader, key);
	return "";
}

uint32_t cvm_json_number(struct json_reader *reader, const json_t *object, const char *key,
			 uint32_t max)
{
	const json_t *number = json_object_get(object, key);
	json_int_t value = json_integer_value(number);

	if (json_is_integer(number) && value >= 0 && value <= max)
		return value;
	complain(reader, key);
	return 0;
}

void cvm_json_hex(struct json_reader *reader, const json_t *object, const char *key, void *bytes,
		  size_t len)
{
	const char *text = cvm_json_text(reader, object, key);

	if (!cvm_unhex(text, strlen(text), bytes, len))
		return;
	complain(reader, key);
	memset(bytes, 0, len);
}

time_t cvm_json_date(struct json_reader *reader, const json_t *object, const char *key,
		     char text[CVM_TCB_DATE_SIZE])
{
	const char *date = cvm_json_text(reader, object, key), *end;
	struct tm tm = { 0 };

	end = strptime(date, "%Y-%m-%dT%H:%M:%SZ", &tm);
	if (!end || *end || strlen(date) != CVM_TCB_DATE_SIZE - 1) {
		complain(reader, key);
		return 0;
	}
	if (text)
		memcpy(text, date, CVM_TCB_DATE_SIZE);
	return timegm(&tm);
}
