// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is found in shared memory, and what is not.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../hv/hostile.h"
#include "../hv/hv.h"
#include "t_tap.h"

#define PAGES	8

static uint8_t memory[PAGES * PAGE_SIZE] __attribute__((aligned(4096)));
static enum page_state states[PAGES];
static char line[200];

enum page_state page_state_get(uint64_t gpa)
{
	return gpa / PAGE_SIZE < PAGES ? states[gpa / PAGE_SIZE] : PAGE_NONE;
}

uint64_t page_state_end(void) { return sizeof(memory); }
uint64_t host_address(uint64_t gpa) { return (uint64_t)memory + gpa; }

void panic(const char *format, ...)
{
	(void)format;
	abort();
}

/* The last one */
void log_info(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
}

static const uint8_t secret[4] = { 0xd1, 0xd2, 0xd3, 0xd4 };
static const uint8_t mark[4] = { 0xa1, 0xa2, 0xa3, 0xa4 };

static uint64_t found_at(uint64_t gpa)
{
	uint64_t found;

	memcpy(memory + gpa, secret, sizeof(secret));
	found = leak_search(secret, sizeof(secret));
	memset(memory + gpa, 0, sizeof(secret));
	return found;
}

static void test_search(void)
{
	states[2] = PAGE_SHARED;
	states[3] = PAGE_SHARED;
	tap_ok(!leak_search(secret, sizeof(secret)), "nothing is found in empty pages");
	tap_ok(found_at(2 * PAGE_SIZE) == 1 && found_at(3 * PAGE_SIZE + 4092) == 1 &&
	       found_at(2 * PAGE_SIZE + 77) == 1, "wherever it is in a page");
	tap_ok(found_at(3 * PAGE_SIZE - 2) == 1, "across two pages");
	tap_ok(!found_at(PAGE_SIZE), "not in private memory");
	tap_ok(!found_at(4 * PAGE_SIZE - 2) && !found_at(2 * PAGE_SIZE - 2),
	       "nor when a part of it is");
}

static bool reported(const char *wanted)
{
	line[0] = '\0';
	leak_report();
	return !strcmp(line, wanted);
}

static void test_report(void)
{
	tap_ok(reported(""), "nobody has named anything");
	leak_name(secret, sizeof(secret), true);
	leak_name(mark, sizeof(mark), false);
	tap_ok(reported("leaks: 2 shared pages, 0 of 1 secrets, 0 of 1 marks\n"), "none is there");
	memcpy(memory + 2 * PAGE_SIZE + 100, mark, sizeof(mark));
	tap_ok(reported("leaks: 2 shared pages, 0 of 1 secrets, 1 of 1 marks\n"), "the mark is");
	memcpy(memory + 3 * PAGE_SIZE, secret, sizeof(secret));
	tap_ok(reported("leaks: 2 shared pages, 1 of 1 secrets, 1 of 1 marks\n"), "both are");
}

int main(void)
{
	test_search();
	test_report();
	return tap_done();
}
