// SPDX-License-Identifier: GPL-2.0-only
/*
 * name=value words: a table of names, kinds and places.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sp.h"

#define DAY	86400
#define YEAR	(365 * DAY)

/**
 * struct kind - kind of a value
 * @value: for the list of options
 * @parse: put the value of @text at @place, or end the process
 * @size: bytes at the place, where it is an array
 */
struct kind {
	const char *value;
	void (*parse)(struct options *options, void *place, size_t size, const char *text);
	size_t size;
};

struct option {
	const char *name;
	const struct kind *kind;
	size_t offset;
	const char *what;
};

static __attribute__((noreturn)) void refuse(const char *text, const char *wanted)
{
	die("'%s' is not %s", text, wanted);
}

/**
 * hex_parse() - bytes from hexadecimal text
 * @text: even number of digits
 * @bytes: receives them
 * @max: room there
 *
 * Return: number of bytes.
 */
size_t hex_parse(const char *text, uint8_t *bytes, size_t max)
{
	size_t n = strlen(text) / 2, i;

	if (strlen(text) % 2 || n > max)
		refuse(text, "hexadecimal of the right length");
	for (i = 0; i < n; i++) {
		char pair[3] = { text[2 * i], text[2 * i + 1], '\0' };

		if (!isxdigit(pair[0]) || !isxdigit(pair[1]))
			refuse(text, "hexadecimal");
		bytes[i] = strtoul(pair, NULL, 16);
	}
	return n;
}

static void parse_product(struct options *options, void *place, size_t size, const char *text)
{
	(void)place;
	(void)size;
	options->product = product_find(text);
	if (!options->product)
		refuse(text, "milan, genoa or turin");
	options->current_tcb = options->product->tcb;
	options->committed_tcb = options->product->tcb;
	options->launch_tcb = options->product->tcb;
	options->reported_tcb = options->product->tcb;
	options->launch_mitigations = options->product->mitigations;
	options->current_mitigations = options->product->mitigations;
}

/**
 * option_number() - a number from text, or the end of the process
 * @text: decimal, or hexadecimal with 0x
 */
uint64_t option_number(const char *text)
{
	uint64_t value;
	char *end;

	errno = 0;
	value = strtoull(text, &end, 0);
	if (!isdigit((unsigned char)*text) || *end || errno)
		refuse(text, "a number of at most 64 bits");
	return value;
}

static void parse_number(struct options *options, void *place, size_t size, const char *text)
{
	(void)options;
	(void)size;
	*(uint64_t *)place = option_number(text);
}

static void parse_bytes(struct options *options, void *place, size_t size, const char *text)
{
	(void)options;
	memset(place, 0, size);
	hex_parse(text, place, size);
}

static void parse_flag(struct options *options, void *place, size_t size, const char *text)
{
	(void)options;
	(void)size;
	if (strcmp(text, "0") && strcmp(text, "1"))
		refuse(text, "0 or 1");
	*(bool *)place = *text == '1';
}

static uint64_t parse_tcb_text(const struct options *options, const char *text)
{
	uint8_t part[5] = { 0 };
	const char *at = text;
	unsigned long value;
	char *end;
	int n;

	for (n = 0; n < 5; n++) {
		value = strtoul(at, &end, 0);
		if (!isdigit((unsigned char)*at) || value > UINT8_MAX || (*end && *end != ','))
			refuse(text, "a TCB: numbers up to 255, with commas between");
		part[n] = value;
		if (!*end)
			break;
		at = end + 1;
	}
	if (n != 3 && !(n == 4 && options->product->has_fmc))
		refuse(text, "BL,TEE,SNP,UCODE, with ,FMC for turin only");
	return tcb_join(options->product,
			(struct tcb){ part[0], part[1], part[2], part[3], part[4] });
}

static void parse_tcb(struct options *options, void *place, size_t size, const char *text)
{
	(void)size;
	*(uint64_t *)place = parse_tcb_text(options, text);
}

static void parse_all_tcbs(struct options *options, void *place, size_t size, const char *text)
{
	uint64_t tcb = parse_tcb_text(options, text);

	(void)place;
	(void)size;
	options->current_tcb = tcb;
	options->committed_tcb = tcb;
	options->launch_tcb = tcb;
	options->reported_tcb = tcb;
}

static void parse_signer(struct options *options, void *place, size_t size, const char *text)
{
	(void)place;
	(void)size;
	if (strcmp(text, "vcek") && strcmp(text, "vlek"))
		refuse(text, "vcek or vlek");
	options->vlek = !strcmp(text, "vlek");
}

static void parse_chip_id(struct options *options, void *place, size_t size, const char *text)
{
	parse_bytes(options, place, size, text);
	options->has_chip_id = true;
}

static void parse_author(struct options *options, void *place, size_t size, const char *text)
{
	parse_bytes(options, place, size, text);
	options->has_author_key = true;
}

static void parse_certs(struct options *options, void *place, size_t size, const char *text)
{
	static const char *const forms[] = { "der", "pem", "none", "partial" };
	unsigned int i;

	(void)place;
	(void)size;
	for (i = 0; i < 4 && strcmp(text, forms[i]); i++)
		;
	if (i == 4)
		refuse(text, "der, pem, none or partial");
	options->certs = i;
}

/**
 * option_time() - a time from text, or the end of the process
 * @text: RFC 3339, UTC
 */
time_t option_time(const char *text)
{
	struct tm tm = { 0 };
	const char *end = strptime(text, "%Y-%m-%dT%H:%M:%SZ", &tm);

	if (!end || *end)
		refuse(text, "a time like 2026-11-25T00:00:00Z");
	return timegm(&tm);
}

static void parse_time(struct options *options, void *place, size_t size, const char *text)
{
	(void)options;
	(void)size;
	*(time_t *)place = option_time(text);
}

static void parse_revoke(struct options *options, void *place, size_t size, const char *text)
{
	static const char *const names[] = { "none", "ask", "asvk", "vek", "vcek", "vlek", "pck",
					     "pck-ca" };
	unsigned int i;

	(void)place;
	(void)size;
	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(text, names[i]))
			options->revoke = names[i];
	if (strcmp(text, options->revoke))
		refuse(text, "none, ask, asvk, vek, vcek, vlek, pck or pck-ca");
}

static void parse_fault(struct options *options, void *place, size_t size, const char *text)
{
	(void)place;
	(void)size;
	if (!fault_parse(text, options->faults))
		refuse(text, "a fault, or up to 15 with + between them; sp --help lists them");
	options->fault = options->faults[0];
}

static const struct kind
	product_kind = { "milan|genoa|turin", parse_product, 0 },
	number = { "N", parse_number, 0 },
	id = { "HEX", parse_bytes, sizeof(((struct options *)0)->image_id) },
	host_bytes = { "HEX", parse_bytes, sizeof(((struct options *)0)->host_data) },
	digest = { "HEX", parse_bytes, SP_DIGEST },
	flag = { "0|1", parse_flag, 0 },
	tcb_kind = { "BL,TEE,SNP,UCODE[,FMC]", parse_tcb, 0 },
	all_tcbs = { "BL,TEE,SNP,UCODE[,FMC]", parse_all_tcbs, 0 },
	signer = { "vcek|vlek", parse_signer, 0 },
	chip_id = { "HEX", parse_chip_id, SP_CHIP_ID },
	author = { "HEX", parse_author, SP_DIGEST },
	certs_kind = { "der|pem|none|partial", parse_certs, 0 },
	time_kind = { "RFC3339", parse_time, 0 },
	revoke_kind = { "none|ask|asvk|vek|pck|pck-ca", parse_revoke, 0 },
	fault_kind = { "NAME", parse_fault, 0 };

#define AT(field)	offsetof(struct options, field)

static const struct option table[] = {
	{ "product", &product_kind, AT(product), "line of processors" },
	{ "report-version", &number, AT(report_version), "2, 3 (the default) or 5" },
	{ "signer", &signer, AT(vlek), "key that signs; there is a VLEK only if it does" },
	{ "tcb", &all_tcbs, AT(current_tcb), "all four TCB versions" },
	{ "current-tcb", &tcb_kind, AT(current_tcb), "TCB that runs" },
	{ "committed-tcb", &tcb_kind, AT(committed_tcb), "TCB that cannot be rolled back" },
	{ "launch-tcb", &tcb_kind, AT(launch_tcb), "TCB at launch" },
	{ "reported-tcb", &tcb_kind, AT(reported_tcb), "TCB of the endorsement key" },
	{ "policy", &number, AT(policy), "guest policy" },
	{ "guest-svn", &number, AT(guest_svn), "of the ID block" },
	{ "vmpl", &number, AT(vmpl), "of a report without a guest" },
	{ "launch-mit-vector", &number, AT(launch_mitigations), "mitigations at launch" },
	{ "current-mit-vector", &number, AT(current_mitigations), "mitigations that run" },
	{ "platform-info", &number, AT(platform_info), "PLATFORM_INFO" },
	{ "host-data", &host_bytes, AT(host_data), "32 bytes of the host" },
	{ "family-id", &id, AT(family_id), "16 bytes of the ID block" },
	{ "image-id", &id, AT(image_id), "16 bytes of the ID block" },
	{ "id-key", &digest, AT(id_key_digest), "digest of the ID key" },
	{ "author-key", &author, AT(author_key_digest), "digest of the author key" },
	{ "chip-id", &chip_id, AT(chip_id), "hardware id; else chosen once for the folder" },
	{ "mask-chip-id", &flag, AT(mask_chip_id), "chip id of zeroes in reports" },
	{ "mask-chip-key", &flag, AT(mask_chip_key), "the VCEK signs nothing" },
	{ "certs", &certs_kind, AT(certs), "what the host's certificate table holds" },
	{ "throttle", &number, AT(throttle), "turn that many requests away as busy" },
	{ "vek-not-before", &time_kind, AT(vek_from), "first second of the VCEK and VLEK" },
	{ "vek-not-after", &time_kind, AT(vek_until), "last second of the VCEK and VLEK" },
	{ "crl-this-update", &time_kind, AT(crl_from), "of the CRL" },
	{ "crl-next-update", &time_kind, AT(crl_until), "of the CRL" },
	{ "revoke", &revoke_kind, AT(revoke), "certificate in a CRL; vek is the one that signs" },
	{ "fault", &fault_kind, AT(fault), "answer wrongly on purpose" },
};

static void set_defaults(struct options *options)
{
	time_t now = time(NULL);

	memset(options, 0, sizeof(*options));
	parse_product(options, NULL, 0, "milan");
	options->report_version = 3;
	options->policy = 0x30000;	/* SMT allowed, bit 17 is always one */
	options->platform_info = 0x25;	/* SMT, ECC, alias check done */
	options->vek_from = now - DAY;
	options->vek_until = now + 7 * YEAR;
	options->crl_from = now - DAY;
	options->crl_until = now + YEAR;
	options->revoke = "none";
	options->fault = fault_find("none");
	td_options_default(&options->td, now);
}

static void parse_word(struct options *options, const char *word)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(table); i++) {
		size_t n = strlen(table[i].name);

		if (strncmp(word, table[i].name, n) || word[n] != '=')
			continue;
		table[i].kind->parse(options, (char *)options + table[i].offset,
				     table[i].kind->size, word + n + 1);
		return;
	}
	if (!td_options_take(&options->td, word))
		die("no option '%s'; sp --help lists them", word);
}

static bool is_product(const char *word)
{
	return !strncmp(word, "product=", strlen("product="));
}

static void check(const struct options *options)
{
	if (options->report_version != 2 && options->report_version != 3 &&
	    options->report_version != 5)
		die("report-version is 2, 3 or 5");
	if (options->product->has_fmc && options->report_version == 2)
		die("there are no version 2 reports of Turin");
	if (options->guest_svn > UINT32_MAX)
		die("guest-svn has 32 bits");
	if (options->vmpl >= SP_VMPCK_COUNT)
		die("vmpl is 0, 1, 2 or 3");
}

/**
 * options_parse() - defaults, then the words, the product first: other defaults
 * and the layout of a TCB depend on it
 * @options: receives the result
 * @words: name=value
 * @count: number of words
 */
void options_parse(struct options *options, char **words, int count)
{
	int i;

	set_defaults(options);
	for (i = 0; i < count; i++)
		if (is_product(words[i]))
			parse_word(options, words[i]);
	for (i = 0; i < count; i++)
		if (!is_product(words[i]))
			parse_word(options, words[i]);
	check(options);
}

/**
 * options_print() - list the options
 */
void options_print(void)
{
	char left[64];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(table); i++) {
		snprintf(left, sizeof(left), "%s=%s", table[i].name, table[i].kind->value);
		printf("  %-40s %s\n", left, table[i].what);
	}
	td_options_print();
}
