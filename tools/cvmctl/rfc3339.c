// SPDX-License-Identifier: GPL-2.0-or-later
/* Times as RFC 3339 writes them. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cvmctl.h"

/* Seconds east of UTC of "Z", "z" or "+hh:mm"; returns -EINVAL for anything else. */
static int parse_offset(const char *text, long *offset)
{
	int hours, minutes, end = 0;

	*offset = 0;
	if (!strcmp(text, "Z") || !strcmp(text, "z"))
		return 0;
	if (*text != '+' && *text != '-')
		return -EINVAL;
	if (sscanf(text + 1, "%2d:%2d%n", &hours, &minutes, &end) != 2 || end != 5 || text[6] ||
	    hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
		return -EINVAL;
	*offset = (hours * 60L + minutes) * 60;
	if (*text == '-')
		*offset = -*offset;
	return 0;
}

static bool normal(const struct tm *tm)
{
	struct tm copy = *tm;

	/* timegm() silently turns February 30 into March 2: refuse what it changes */
	return timegm(&copy) != -1 && copy.tm_mday == tm->tm_mday && copy.tm_mon == tm->tm_mon &&
	       copy.tm_hour == tm->tm_hour && copy.tm_min == tm->tm_min &&
	       copy.tm_sec == tm->tm_sec;
}

/* 2026-11-25T12:00:00Z, with a fraction or an offset if need be. Returns 0 or -EINVAL. */
int rfc3339_parse(const char *text, time_t *time)
{
	struct tm tm = { 0 };
	const char *rest;
	long offset;

	if (strlen(text) < 20 || (text[10] != 'T' && text[10] != 't' && text[10] != ' '))
		return -EINVAL;
	rest = strptime(text, "%Y-%m-%d", &tm);
	if (rest != text + 10)
		return -EINVAL;
	rest = strptime(text + 11, "%H:%M:%S", &tm);
	if (rest != text + 19 || !normal(&tm))
		return -EINVAL;
	if (*rest == '.')
		for (rest++; isdigit((unsigned char)*rest); rest++)
			;
	if (parse_offset(rest, &offset))
		return -EINVAL;
	*time = timegm(&tm) - offset;
	return 0;
}

char *rfc3339_format(time_t time, char *text, size_t size)
{
	struct tm tm;

	gmtime_r(&time, &tm);
	strftime(text, size, "%Y-%m-%dT%H:%M:%SZ", &tm);
	return text;
}
