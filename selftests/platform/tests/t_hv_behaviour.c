// SPDX-License-Identifier: GPL-2.0-only
/*
 * Orders to a hostile host: words, arguments, patches.
 */
#include <string.h>

#include "../hv/hostile.h"
#include "../hv/hv.h"
#include "t_tap.h"

static uint8_t data[8];

void log_info(const char *format, ...)
{
	(void)format;
}

const char *option_value(const char *text, const char *name, char *value, size_t size)
{
	(void)name;
	(void)size;
	return memcpy(value, text, strlen(text) + 1);
}

static bool patched(const char *order, const char *wanted)
{
	memset(data, 0, sizeof(data));
	data[1] = 0x0f;
	behaviour_begin(order);
	behaviour_patch("data", data, 4);
	return !memcmp(data, wanted, sizeof(data));
}

static void test_words(void)
{
	tap_ok(!behaviour_is("drop") && !behaviour_plays("drop"), "a host begins as an honest one");
	behaviour_begin("drop");
	tap_ok(behaviour_is("drop") && !behaviour_is("dro") && !behaviour_is("dropped"),
	       "a word is all of it");
	tap_ok(!behaviour_played(), "an order is not yet carried out");
	tap_ok(behaviour_plays("drop") && !behaviour_plays("replay") && behaviour_played() == 1,
	       "what is played is counted");
	behaviour_count(1000);
	tap_ok(behaviour_played() == 255, "the count fits into the byte that the guest reads");
	behaviour_begin("error:1f00");
	tap_ok(behaviour_is("error") && behaviour_number() == 0x1f00 && !behaviour_played(),
	       "an argument is a hexadecimal number, and the count begins anew");
	behaviour_begin("");
	tap_ok(!behaviour_is("error") && !behaviour_plays("error"), "no word makes it honest");
	behaviour_at_boot("storm:ec");
	tap_ok(behaviour_is("storm") && behaviour_number() == 0xec, "an order of the command line");
}

static void test_bytes(void)
{
	behaviour_begin("search:00ff7g");
	tap_ok(behaviour_bytes(data, sizeof(data)) == 2 && data[1] == 0xff,
	       "bytes end where there are no two digits");
	behaviour_begin("search:010203");
	tap_ok(behaviour_bytes(data, 2) == 2, "and where there is no room");
}

static void test_patches(void)
{
	tap_ok(patched("data:0=0102", "\1\2\0\0\0\0\0\0"), "bytes are set");
	tap_ok(patched("data:1^ff", "\0\xf0\0\0\0\0\0\0"), "bits are turned over");
	tap_ok(patched("data:0=01,2=aa", "\1\x0f\xaa\0\0\0\0\0"), "more than one patch");
	tap_ok(patched("data:3=010203", "\0\x0f\0\1\0\0\0\0"), "nothing behind the end");

	tap_ok(patched("data:0+01", "\0\x0f\0\0\0\0\0\0") && patched("data", "\0\x0f\0\0\0\0\0\0"),
	       "what is no patch changes nothing");
	tap_ok(!behaviour_played(), "and is not counted");
	tap_ok(patched("other:0=01", "\0\x0f\0\0\0\0\0\0") && !behaviour_played(),
	       "other data are left alone");
}

static uint8_t answered(const char *word)
{
	uint8_t answer = 0x0f;

	behaviour_contradict(word, &answer, sizeof(answer));
	return answer;
}

static void test_contradictions(void)
{
	behaviour_begin("msr");
	/* NOLINTNEXTLINE(misc-redundant-expression): each call answers anew */
	tap_ok(answered("msr") == 0xf0 && answered("msr") == 0xf0 && behaviour_played() == 2,
	       "an answer is turned over each time");
	tap_ok(answered("cpuid") == 0x0f && behaviour_played() == 2, "to what was ordered only");
	behaviour_begin("msr:2");
	/* NOLINTNEXTLINE(misc-redundant-expression): as above */
	tap_ok(answered("msr") == 0x0f && answered("msr") == 0xf0 && answered("msr") == 0x0f &&
	       behaviour_played() == 1, "or every second time");
}

int main(void)
{
	test_words();
	test_bytes();
	test_patches();
	test_contradictions();
	return tap_done();
}
