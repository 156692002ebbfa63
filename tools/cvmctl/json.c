// SPDX-License-Identifier: GPL-2.0-or-later
/* JSON results: one object a run, with "schema" and "exit" first. */
#include <stdlib.h>
#include <string.h>

#include "cvmctl.h"

/* "cvmctl/verify/1", "cvmctl/key-derive/1"; "cvmctl/error/1" before the command is known */
static void schema_name(char *text, size_t size)
{
	const char *command = settings.command ? settings.command : "error";
	char *space;

	snprintf(text, size, "cvmctl/%s/1", command);
	space = strchr(text, ' ');
	if (space)
		*space = '-';
}

json_t *json_result(int exit_status)
{
	char schema[64];

	schema_name(schema, sizeof(schema));
	return json_pack("{s:s, s:i}", "schema", schema, "exit", exit_status);
}

/* Prints and releases the object; returns the exit status of the run. */
int json_print(json_t *object, int exit_status)
{
	if (!object || json_dumpf(object, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER)) {
		fputs("cvmctl: cannot write JSON\n", stderr);
		exit_status = EXIT_FAILED;
	}
	putchar('\n');
	json_decref(object);
	return exit_status;
}

/* Nanoseconds since 1970, as RFC 3339 */
void json_set_time(json_t *object, const char *key, uint64_t ns)
{
	char text[32];

	json_object_set_new(object, key,
			    json_string(rfc3339_format(ns / 1000000000, text, sizeof(text))));
}

/* A name or a message may be in any coding, and may end within a character. */
json_t *json_text(const char *text)
{
	json_t *string = json_string(text);
	char *copy, *at;

	if (string)
		return string;
	copy = strdup(text);
	for (at = copy; at && *at; at++)
		if (*at & 0x80)
			*at = '?';
	string = copy ? json_string(copy) : NULL;
	free(copy);
	return string;
}

void json_set_hex(json_t *object, const char *key, const uint8_t *data, size_t len)
{
	char *text = hex_encode(data, len);

	json_object_set_new(object, key, text ? json_string(text) : NULL);
	free(text);
}
