// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hypervisor's command line: words, some with a value after '='.
 */
#include "hv.h"

struct options options;

static const char *next_word(const char *text)
{
	while (*text && *text != ' ')
		text++;
	while (*text == ' ')
		text++;
	return text;
}

static bool begins(const char *text, const char *word, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (text[i] != word[i])
			return false;
	return true;
}

static bool ends_word(char c)
{
	return !c || c == ' ';
}

/**
 * option_is_set() - does a word stand alone in the text?
 * @text: words, separated by spaces
 * @word: to look for, may contain '='
 */
bool option_is_set(const char *text, const char *word)
{
	size_t len = strlen(word);

	for (; *text; text = next_word(text))
		if (begins(text, word, len) && ends_word(text[len]))
			return true;
	return false;
}

/**
 * option_value() - value of name=value
 * @text: words, separated by spaces
 * @name: without '='
 * @value: receives it, cut to @size
 * @size: bytes at @value
 *
 * Return: @value, or NULL when the name is absent.
 */
const char *option_value(const char *text, const char *name, char *value, size_t size)
{
	size_t len = strlen(name), n = 0;

	for (; *text; text = next_word(text)) {
		if (!begins(text, name, len) || text[len] != '=')
			continue;
		for (text += len + 1; !ends_word(*text) && n + 1 < size; text++)
			value[n++] = *text;
		value[n] = '\0';
		return value;
	}
	return NULL;
}

static uint64_t number(const char *text, const char *name)
{
	char value[16] = "";
	uint64_t result = 0;
	unsigned int i;

	option_value(text, name, value, sizeof(value));
	for (i = 0; value[i] >= '0' && value[i] <= '9'; i++)
		result = result * 10 + value[i] - '0';
	return result;
}

/**
 * options_parse() - read the options of the core
 * @text: the whole line; it must stay
 * @result: receives them
 */
void options_parse(const char *text, struct options *result)
{
	*result = (struct options){ .mode = "snp", .text = text };
	option_value(text, "mode", result->mode, sizeof(result->mode));
	result->unaccepted = option_is_set(text, "unaccepted");
	result->firmware = option_is_set(text, "firmware");
	result->trace = option_is_set(text, "trace");
	result->slow_accept = number(text, "slow-accept");
	result->refuse_accept = number(text, "refuse-accept");
}
