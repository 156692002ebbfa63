// SPDX-License-Identifier: GPL-2.0-only
/*
 * A hostile host on order, while the guest runs: a test says how the host is to behave
 * from now on, and asks later whether it did. One boot tries many attacks so.
 *
 * An order is WORD or WORD:ARGUMENT, none is an honest host. Places where a host could
 * lie ask behaviour_plays() for their word; a word that nobody knows is never played, and
 * the test sees that.
 */
#include "hostile.h"
#include "hv.h"

static struct {
	char line[BEHAVIOUR_MAX];
	uint64_t played;
	uint64_t answers;	/* see behaviour_contradict() */
} host;

static bool begins(const char *text, const char *word)
{
	size_t n = strlen(word);

	return strlen(text) >= n && !memcmp(text, word, n) && (!text[n] || text[n] == ':');
}

/**
 * behaviour_argument() - what follows the word and its colon, "" for nothing
 */
const char *behaviour_argument(void)
{
	const char *at = host.line;

	while (*at && *at != ':')
		at++;
	return *at ? at + 1 : at;
}

/**
 * behaviour_is() - is the host to behave so?
 * @word: what it would do
 */
bool behaviour_is(const char *word)
{
	return begins(host.line, word);
}

/**
 * behaviour_plays() - the same, by the place that is about to do it
 * @word: what it does
 */
bool behaviour_plays(const char *word)
{
	if (!behaviour_is(word))
		return false;
	host.played++;
	return true;
}

/**
 * behaviour_played() - how often it was done since it was ordered
 */
uint8_t behaviour_played(void)
{
	return host.played < UINT8_MAX ? host.played : UINT8_MAX;
}

/**
 * behaviour_count() - more was done than places ask for
 * @n: how often
 */
void behaviour_count(uint64_t n)
{
	host.played += n;
}

/* ---- arguments ---- */

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static uint64_t hex_number(const char **at)
{
	uint64_t value = 0;

	for (; digit(**at) >= 0; (*at)++)
		value = value << 4 | digit(**at);
	return value;
}

static bool hex_byte(const char **at, uint8_t *byte)
{
	if (digit((*at)[0]) < 0 || digit((*at)[1]) < 0)
		return false;
	*byte = digit((*at)[0]) << 4 | digit((*at)[1]);
	*at += 2;
	return true;
}

/**
 * behaviour_number() - the argument as a number, hexadecimal
 */
uint64_t behaviour_number(void)
{
	const char *at = behaviour_argument();

	return hex_number(&at);
}

/**
 * behaviour_bytes() - the argument as bytes, two digits each
 * @bytes: receives them
 * @max: room there
 *
 * Return: how many.
 */
size_t behaviour_bytes(uint8_t *bytes, size_t max)
{
	const char *at = behaviour_argument();
	size_t n = 0;

	while (n < max && hex_byte(&at, &bytes[n]))
		n++;
	return n;
}

/* OFFSET=BYTES sets them, OFFSET^BYTES flips their bits; numbers are hexadecimal */
static bool patch_one(const char **at, uint8_t *data, uint64_t size)
{
	uint64_t offset = hex_number(at);
	char how = *(*at)++;
	uint8_t byte;

	if (how != '=' && how != '^')
		return false;
	for (; hex_byte(at, &byte); offset++)
		if (offset < size)
			data[offset] = how == '=' ? byte : data[offset] ^ byte;
	return true;
}

/**
 * behaviour_patch() - change data that is on its way, when that was ordered
 * @word: what data it is; the argument is a list of patches with commas between
 * @data: to change
 * @size: bytes there
 */
void behaviour_patch(const char *word, void *data, uint64_t size)
{
	const char *at = behaviour_argument();

	if (!behaviour_is(word))
		return;
	do {
		if (!patch_one(&at, data, size)) {
			log_info("hv: no patch: %s\n", host.line);
			return;
		}
	} while (*at++ == ',');
	behaviour_count(1);
}

/**
 * behaviour_contradict() - turn over all bits of an answer, when that was ordered
 * @word: what was asked; the argument is N for every Nth answer only, so that they also
 *	contradict each other
 * @answer: to change
 * @size: bytes there
 */
void behaviour_contradict(const char *word, void *answer, size_t size)
{
	uint64_t every = behaviour_number();
	uint8_t *bytes = answer;
	size_t i;

	if (!behaviour_is(word) || (every > 1 && ++host.answers % every))
		return;
	for (i = 0; i < size; i++)
		bytes[i] = ~bytes[i];
	behaviour_count(1);
}

/**
 * behaviour_begin() - behave so from now on
 * @line: of at most BEHAVIOUR_MAX bytes, with the zero at its end
 */
void behaviour_begin(const char *line)
{
	memcpy(host.line, line, strlen(line) + 1);
	host.played = 0;
	host.answers = 0;
}

/**
 * behaviour_at_boot() - how the host behaves from the start
 * @text: words of the command line; behave=WORD[:ARGUMENT]
 */
void behaviour_at_boot(const char *text)
{
	option_value(text, "behave", host.line, sizeof(host.line));
}
