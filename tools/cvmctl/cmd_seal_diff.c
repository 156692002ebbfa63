// SPDX-License-Identifier: GPL-2.0-or-later
/* cvmctl seal diff: the bytes of a page, as they were sealed and as they are. */
#include <ctype.h>
#include <string.h>

#include "seal.h"

#define LINE 16

struct page_pair {
	uint8_t sealed[CVM_SEAL_PAGE_SIZE];
	uint8_t now[CVM_SEAL_PAGE_SIZE];
};

static size_t count(const struct page_pair *pair)
{
	size_t i, n = 0;

	for (i = 0; i < CVM_SEAL_PAGE_SIZE; i++)
		n += pair->sealed[i] != pair->now[i];
	return n;
}

static void print_bytes(size_t at, char mark, const uint8_t *bytes)
{
	size_t i;

	printf("  %03zx %c ", at, mark);
	for (i = 0; i < LINE; i++)
		printf(" %02x%s", bytes[i], i == LINE / 2 - 1 ? " " : "");
	printf("  |");
	for (i = 0; i < LINE; i++)
		putchar(isascii(bytes[i]) && isprint(bytes[i]) ? bytes[i] : '.');
	puts("|");
}

static void print_lines(const struct page_pair *pair)
{
	size_t at;

	for (at = 0; at < CVM_SEAL_PAGE_SIZE; at += LINE) {
		bool same = !memcmp(pair->sealed + at, pair->now + at, LINE);

		if (!same) {
			print_bytes(at, '-', pair->sealed + at);
			print_bytes(at, '+', pair->now + at);
		} else if (settings.verbose) {
			print_bytes(at, ' ', pair->now + at);
		}
	}
}

static int show(uint32_t id, uint32_t index, const struct page_pair *pair)
{
	size_t differ = count(pair);
	json_t *object;

	if (!settings.json) {
		printf("seal %u, page %u: %zu of %d bytes differ\n", id, index, differ,
		       CVM_SEAL_PAGE_SIZE);
		print_lines(pair);
		return EXIT_YES;
	}
	object = json_result(EXIT_YES);
	json_object_set_new(object, "id", json_integer(id));
	json_object_set_new(object, "index", json_integer(index));
	json_object_set_new(object, "differ", json_integer(differ));
	json_set_hex(object, "sealed", pair->sealed, sizeof(pair->sealed));
	json_set_hex(object, "now", pair->now, sizeof(pair->now));
	return json_print(object, EXIT_YES);
}

int cmd_seal_diff(const struct args *args)
{
	struct cvm_error err = { 0 };
	struct page_pair pair;
	uint64_t index = 0;
	uint32_t id;
	int ret = seal_id(args->operands[0], &id);

	if (!ret)
		ret = args_count(args->operands[1], "a page", 0, UINT32_MAX, &index);
	if (ret)
		return ret;
	ret = cvm_seal_bytes(settings.device, id, index, pair.sealed, pair.now, &err);
	return ret ? fail(&err, ret) : show(id, index, &pair);
}
