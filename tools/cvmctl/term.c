// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The terminal: colour, marks and 80 columns. Colour is never the only carrier
 * of meaning, and text that came from evidence or host goes through here so
 * that no control character of theirs reaches the terminal.
 */
#include <ctype.h>
#include <langinfo.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cvmctl.h"

#define LABEL_WIDTH 12

static bool colored;

static bool terminal_wants_color(void)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	if (no_color && *no_color)
		return false;
	return isatty(STDOUT_FILENO) && term && strcmp(term, "dumb");
}

int term_init(void)
{
	if (!strcmp(settings.color, "auto"))
		colored = terminal_wants_color();
	else if (!strcmp(settings.color, "always"))
		colored = true;
	else if (!strcmp(settings.color, "never"))
		colored = false;
	else
		return fail_usage("--color: \"%s\" is none of auto, always, never", settings.color);
	return 0;
}

static bool is_utf8(void)
{
	return !strcmp(nl_langinfo(CODESET), "UTF-8");
}

const char *term_ellipsis(void)
{
	return is_utf8() ? "\xe2\x80\xa6" : "...";
}

static const char *escape_of(enum tone tone)
{
	switch (tone) {
	case TONE_HEADING:
		return "\033[1m";
	case TONE_GOOD:
		return "\033[32m";
	case TONE_BAD:
		return "\033[1;31m";
	case TONE_UNSURE:
		return "\033[33m";
	default:
		return "";
	}
}

void term_tone(enum tone tone, const char *format, ...)
{
	bool color = colored && tone != TONE_PLAIN;
	va_list args;

	if (color)
		fputs(escape_of(tone), stdout);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	if (color)
		fputs("\033[0m", stdout);
}

/* Columns a text takes: bytes that continue a UTF-8 character take none. */
static size_t columns(const char *text, size_t len)
{
	size_t i, n = 0;

	for (i = 0; i < len; i++)
		n += (text[i] & 0xc0) != 0x80;
	return n;
}

static void put_word(const char *word, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		putchar(iscntrl((unsigned char)word[i]) ? '?' : word[i]);
}

/* Bytes of the longest start of @word that fits into @room columns */
static size_t fitting(const char *word, size_t len, size_t room)
{
	while (len && (columns(word, len) > room || (word[len] & 0xc0) == 0x80))
		len--;
	return len;
}

/* U+2026, which the library writes for what it leaves out, where the locale cannot show it. */
static char *printable(const char *text)
{
	static const char ellipsis[] = "\xe2\x80\xa6";
	char *copy = strdup(text), *at = copy;

	while (copy && !is_utf8() && (at = strstr(at, ellipsis)))
		memcpy(at, "...", 3);
	return copy;
}

static size_t put_wrapped(size_t column, size_t indent, size_t width, const char *text)
{
	static const char blanks[] = "\n ";
	size_t len, part, at = column;
	bool fresh = true;

	while (*(text += strspn(text, blanks))) {
		len = strcspn(text, blanks);
		if (!fresh && at + 1 + columns(text, len) > width &&
		    columns(text, len) <= width - indent) {
			printf("\n%*s", (int)indent, "");
			at = indent;
			fresh = true;
		}
		if (!fresh) {
			putchar(' ');
			at++;
		}
		while (at + columns(text, len) > width) {
			part = fitting(text, len, at < width ? width - at : 0);
			put_word(text, part);
			printf("\n%*s", (int)indent, "");
			text += part;
			len -= part;
			at = indent;
		}
		put_word(text, len);
		at += columns(text, len);
		text += len;
		fresh = false;
	}
	return at;
}

/*
 * Prints @text from @column on, wrapped before @width, further lines indented by
 * @indent. A word longer than a line is broken. Ends without a newline and returns
 * the column it ended at.
 */
size_t term_wrapped(size_t column, size_t indent, size_t width, const char *text)
{
	char *copy = printable(text);

	if (copy)
		column = put_wrapped(column, indent, width, copy);
	free(copy);
	return column;
}

/* A line in bold, with a word at its right end. */
void term_heading(const char *text, const char *right)
{
	int gap = TERM_WIDTH - (int)columns(text, strlen(text)) - (int)strlen(right);

	term_tone(TONE_HEADING, "%s", text);
	if (*right)
		printf("%*s%s", gap > 1 ? gap : 1, "", right);
	putchar('\n');
}

/* One fact: its name, its value, and at the right end who says so. */
void term_row(const char *label, const char *provenance, const char *format, ...)
{
	size_t right = provenance ? strlen(provenance) : 0;
	size_t at = LABEL_WIDTH + 2;
	char value[2048];
	va_list args;

	va_start(args, format);
	vsnprintf(value, sizeof(value), format, args);
	va_end(args);
	printf("  %-*s", LABEL_WIDTH, label);
	at = term_wrapped(at, at, right ? TERM_WIDTH - right - 2 : TERM_WIDTH, value);
	if (provenance)
		printf("%*s%s", (int)(TERM_WIDTH - right - at), "", provenance);
	putchar('\n');
}
