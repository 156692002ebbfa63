// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Policy files, read by libinih. A rule that is misspelt is a rule that does
 * not hold, so nothing unknown is let through; errors name file and line.
 */
#include <ctype.h>
#include <errno.h>
#include <ini.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy.h"
#include "tdx_tcb.h"

#define TEXT_MAX 0x100000

/**
 * struct reading - a policy file on its way into rules
 * @text: what is left of it
 * @end: behind the last byte
 * @line: number of the line that was read last
 * @policy: gets the rules
 * @err: gets the first error
 * @ret: 0, or the first error
 */
struct reading {
	const char *text;
	const char *end;
	unsigned int line;
	struct cvm_policy *policy;
	struct cvm_error *err;
	int ret;
};

/* The first error counts; what comes after it may be its consequence. */
__attribute__((format(printf, 2, 3))) static void refuse(struct reading *r, const char *why, ...)
{
	char what[sizeof(r->err->what)], text[sizeof(r->err->why)], *at;
	va_list args;

	va_start(args, why);
	vsnprintf(text, sizeof(text), why, args);
	va_end(args);
	/* what is quoted goes to a terminal, and the file may be from anybody */
	for (at = text; *at; at++)
		if (iscntrl((unsigned char)*at))
			*at = '?';
	snprintf(what, sizeof(what), "%.100s line %u", r->policy->name, r->line);
	r->ret = cvm_error_set(r->err, -EINVAL, CVM_ERR_POLICY, what, "%s", text);
}

/* libinih's fgets(). It would cut a long line in two, and the second half could be a rule. */
static char *next_line(char *line, int size, void *stream)
{
	struct reading *r = stream;
	const char *newline = memchr(r->text, '\n', r->end - r->text);
	size_t len = (newline ? newline + 1 : r->end) - r->text;

	if (!len || r->ret)
		return NULL;
	r->line++;
	if (len >= (size_t)size) {
		refuse(r, "longer than %d characters; a list may go on in the next line, indented",
		       size - 2);
		return NULL;
	}
	memcpy(line, r->text, len);
	line[len] = '\0';
	r->text += len;
	return line;
}

/* ---- values ---- */

static void parse_bit(struct reading *r, struct policy_rule *rule, const char *value)
{
	if (!strcmp(value, "required"))
		rule->number = BIT_REQUIRED;
	else if (!strcmp(value, "forbidden"))
		rule->number = BIT_FORBIDDEN;
	else if (!strcmp(value, "any"))
		rule->number = BIT_ANY;
	else
		refuse(r, "%s is required, forbidden or any, not \"%s\"", rule->key->key, value);
}

/* Decimal digits only; *@end tells what follows. */
static bool parse_digits(const char *text, unsigned long max, unsigned long *number,
			 const char **end)
{
	char *stop;

	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	*number = strtoul(text, &stop, 10);
	*end = stop;
	return !errno && *number <= max;
}

static void parse_number(struct reading *r, struct policy_rule *rule, const char *value,
			 unsigned long max)
{
	unsigned long number;
	const char *end;

	if (!parse_digits(value, max, &number, &end) || *end)
		refuse(r, "%s is a number from 0 to %lu, not \"%s\"", rule->key->key, max, value);
	else
		rule->number = number;
}

static void parse_abi(struct reading *r, struct policy_rule *rule, const char *value)
{
	unsigned long major, minor;
	const char *end;

	if (parse_digits(value, 255, &major, &end) && *end == '.' &&
	    parse_digits(end + 1, 255, &minor, &end) && !*end)
		rule->number = major << 8 | minor;
	else
		refuse(r, "%s is MAJOR.MINOR, for example 1.51, not \"%s\"", rule->key->key, value);
}

static void parse_age(struct reading *r, struct policy_rule *rule, const char *value)
{
	unsigned long number;
	const char *end;

	if (!parse_digits(value, 100000, &number, &end) || (*end != 'd' && *end != 'h') || end[1])
		refuse(r, "%s is a number of days or hours, for example 7d or 12h, not \"%s\"",
		       rule->key->key, value);
	else
		rule->number = number * (*end == 'd' ? 86400 : 3600);
}

static int append_bytes(struct policy_rule *rule, const uint8_t *bytes)
{
	size_t size = rule->key->size;
	uint8_t *grown = realloc(rule->bytes, (rule->count + 1) * size);

	if (!grown)
		return -ENOMEM;
	rule->bytes = grown;
	memcpy(grown + rule->count++ * size, bytes, size);
	return 0;
}

static void parse_bytes_item(struct reading *r, struct policy_rule *rule, const char *text,
			     size_t len)
{
	uint8_t bytes[64] = { 0 };
	size_t size = rule->key->size;

	/* from Turin on a chip id has 8 bytes and 56 zeros behind them */
	if (!strcmp(rule->key->key, "chip_id") && len == 16)
		size = 8;
	if (cvm_unhex(text, len, bytes, size))
		refuse(r, "a %s has %zu hexadecimal digits, this has %zu characters",
		       rule->key->key, 2 * rule->key->size, len);
	else if (append_bytes(rule, bytes))
		r->ret = cvm_error_nomem(r->err, r->policy->name);
}

static void parse_product(struct reading *r, struct policy_rule *rule, const char *text, size_t len)
{
	char name[16];
	enum cvm_snp_product product;

	snprintf(name, sizeof(name), "%.*s", (int)len, text);
	product = cvm_snp_product_of_name(name);
	if (product == CVM_SNP_UNKNOWN)
		refuse(r, "no product \"%.*s\": Milan, Genoa or Turin", (int)len, text);
	else
		rule->number |= 1u << product;
}

static void parse_signer(struct reading *r, struct policy_rule *rule, const char *text, size_t len)
{
	if (len == 4 && !strncmp(text, "vcek", 4))
		rule->number |= 1u << CVM_SNP_SIGNER_VCEK;
	else if (len == 4 && !strncmp(text, "vlek", 4))
		rule->number |= 1u << CVM_SNP_SIGNER_VLEK;
	else
		refuse(r, "no signer \"%.*s\": vcek or vlek", (int)len, text);
}

/* Bits as a number in hexadecimal, with or without 0x. */
static void parse_mask(struct reading *r, struct policy_rule *rule, const char *value)
{
	const char *digits = strncmp(value, "0x", 2) ? value : value + 2;
	size_t len = strspn(digits, "0123456789abcdefABCDEF");

	if (!len || len > 16 || digits[len])
		refuse(r, "%s is at most 16 hexadecimal digits, for example 0x606e7, not \"%s\"",
		       rule->key->key, value);
	else
		rule->number = strtoull(digits, NULL, 16);
}

/* Revoked and NoMatchingLevel are missing on purpose: nobody can vouch for such a TCB. */
static void parse_status(struct reading *r, struct policy_rule *rule, const char *text, size_t len)
{
	enum cvm_tcb_status status = cvm_tcb_status_of_name(text, len);

	if (status == CVM_TCB_UNKNOWN)
		refuse(r, "\"%.*s\" is no TCB status of Intel, see cvm-policy(5)", (int)len, text);
	else if (status == CVM_TCB_REVOKED || status == CVM_TCB_NO_MATCH)
		refuse(r, "a policy cannot accept the TCB status %.*s", (int)len, text);
	else
		rule->number |= 1u << status;
}

static void parse_advisory(struct reading *r, struct policy_rule *rule, const char *text,
			   size_t len)
{
	uint8_t name[CVM_TCB_ADVISORY_SIZE] = { 0 };

	if (len >= sizeof(name))
		refuse(r, "\"%.*s\" is no advisory, for example INTEL-SA-01036", (int)len, text);
	else
		memcpy(name, text, len);
	if (!r->ret && append_bytes(rule, name))
		r->ret = cvm_error_nomem(r->err, r->policy->name);
}

static void parse_list(struct reading *r, struct policy_rule *rule, const char *value,
		       void (*item)(struct reading *, struct policy_rule *, const char *, size_t))
{
	static const char separators[] = ", \t";

	value += strspn(value, separators);
	/* no advisory allowed is a rule of its own */
	if (!*value && rule->key->kind != RULE_TCB_ADVISORIES)
		refuse(r, "%s has no value", rule->key->key);
	while (*value && !r->ret) {
		size_t len = strcspn(value, separators);

		item(r, rule, value, len);
		value += len;
		value += strspn(value, separators);
	}
}

static void parse_value(struct reading *r, struct policy_rule *rule, const char *value)
{
	switch (rule->key->kind) {
	case RULE_GUEST_BIT:
	case RULE_PLATFORM_BIT:
	case RULE_TD_BIT:
		return parse_bit(r, rule, value);
	case RULE_MIN_TCB:
		return parse_number(r, rule, value, 255);
	case RULE_MIN_NUMBER:
	case RULE_TCB_EVALUATION:
		return parse_number(r, rule, value, UINT32_MAX);
	case RULE_MAX_VMPL:
		return parse_number(r, rule, value, 3);
	case RULE_MIN_ABI:
		return parse_abi(r, rule, value);
	case RULE_CRL_AGE:
		return parse_age(r, rule, value);
	case RULE_TD_REQUIRED:
	case RULE_TD_ALLOWED:
		return parse_mask(r, rule, value);
	case RULE_TCB_STATUS:
		return parse_list(r, rule, value, parse_status);
	case RULE_TCB_ADVISORIES:
		return parse_list(r, rule, value, parse_advisory);
	case RULE_BYTES:
	case RULE_TD_BYTES:
	case RULE_TD_MIN_SVN:
		return parse_list(r, rule, value, parse_bytes_item);
	case RULE_PRODUCT:
		return parse_list(r, rule, value, parse_product);
	case RULE_SIGNER:
		return parse_list(r, rule, value, parse_signer);
	}
}

static bool is_list(const struct policy_key *key)
{
	switch (key->kind) {
	case RULE_BYTES:
	case RULE_PRODUCT:
	case RULE_SIGNER:
	case RULE_TD_BYTES:
	case RULE_TCB_STATUS:
	case RULE_TCB_ADVISORIES:
		return true;
	default:
		return false;
	}
}

/* ---- lines ---- */

static const struct policy_key *find_key(struct reading *r, const char *section, const char *name)
{
	const struct policy_key *key = cvm_policy_key_find(section, name);

	if (key)
		return key;
	if (!*section)
		refuse(r, "%s stands before the first [section]", name);
	else if (!cvm_policy_has_section(section))
		refuse(r, "unknown section [%s]", section);
	else
		refuse(r, "unknown key %s in [%s]", name, section);
	return NULL;
}

static int on_key(void *user, const char *section, const char *name, const char *value)
{
	struct reading *r = user;
	const struct policy_key *key;
	struct policy_rule *rule;

	if (r->ret)
		return 1;
	key = find_key(r, section, name);
	if (!key)
		return 1;
	rule = cvm_policy_rule_find(r->policy, key);
	if (rule && !is_list(key)) {
		refuse(r, "%s is given twice, first in line %u", name, rule->line);
		return 1;
	}
	if (!rule)
		rule = cvm_policy_rule_add(r->policy, key, r->line);
	if (rule)
		parse_value(r, rule, value);
	else
		r->ret = cvm_error_nomem(r->err, r->policy->name);
	return 1;
}

static int read_text(struct reading *r, const char *text, size_t len)
{
	const char *nul = memchr(text, '\0', len);
	int line;

	if (len > TEXT_MAX || nul) {
		refuse(r, len > TEXT_MAX ? "a policy has at most 1 MiB" : "this is no text file");
		return r->ret;
	}
	line = ini_parse_stream(next_line, r, on_key, r);
	if (line < 0 && !r->ret)
		r->ret = cvm_error_nomem(r->err, r->policy->name);
	if (line > 0 && !r->ret) {
		r->line = line;
		refuse(r, "neither [section] nor key = value");
	}
	return r->ret;
}

int cvm_policy_parse(const char *text, size_t len, const char *name, struct cvm_policy **policy,
		     struct cvm_error *err)
{
	struct cvm_policy *p = calloc(1, sizeof(*p));
	struct cvm_error ignored;
	struct reading reading = {
		.text = text, .end = text + len, .policy = p, .err = err ? err : &ignored
	};
	int ret;

	*policy = NULL;
	if (!p)
		return cvm_error_nomem(err, name);
	snprintf(p->name, sizeof(p->name), "%s", name);
	ret = read_text(&reading, text, len);
	if (!ret && cvm_policy_add_defaults(p))
		ret = cvm_error_nomem(err, name);
	if (ret)
		cvm_policy_free(p);
	else
		*policy = p;
	return ret;
}
