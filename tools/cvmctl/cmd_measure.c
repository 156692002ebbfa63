// SPDX-License-Identifier: GPL-2.0-or-later
/* cvmctl measure: measurement registers of this guest, read and extended. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "cvmctl.h"

const struct option_spec measure_extend_options[] = {
	{ "register", 0, "N", "RTMR to extend, 2 or 3 (default 3)", false },
	{ "digest", 0, "HEX", "a SHA-384 digest; else that of the operand FILE", false },
	{ 0 },
};

#define DIGEST 48

static int no_registers(const struct cvm_error *err, int ret)
{
	struct cvm_error words = *err;

	if (ret == -EOPNOTSUPP)
		snprintf(words.why, sizeof(words.why), "%s",
			 "SEV-SNP has no run-time measurement registers; a vTPM may have");
	return fail(&words, ret);
}

int cmd_measure_show(const struct args *args)
{
	struct cvm_error err = { 0 };
	uint8_t value[DIGEST];
	json_t *result = json_result(EXIT_YES);
	char text[160];
	int i, ret;

	(void)args;
	for (i = 0; i < CVM_REGISTERS; i++) {
		ret = cvm_register_read(settings.device, i, value, &err);
		if (ret) {
			json_decref(result);
			return no_registers(&err, ret);
		}
		json_set_hex(result, cvm_register_name(i), value, sizeof(value));
		if (settings.json)
			continue;
		printf("  %-15s%s\n", cvm_register_name(i),
		       hex_is_zero(value, sizeof(value))
			       ? "all zero"
			       : hex_elided(value, sizeof(value), text, sizeof(text)));
	}
	if (settings.json)
		return json_print(result, EXIT_YES);
	json_decref(result);
	return EXIT_YES;
}

static int digest_of(const struct args *args, uint8_t digest[DIGEST])
{
	const char *text = args_get(args, "digest");
	struct bytes bytes;
	size_t len = 0;
	int ret;

	if (!!text == !!args->n_operands)
		return fail_usage("measure extend takes a FILE or --digest, and not both");
	if (text) {
		if (hex_decode(text, digest, DIGEST, &len) || len != DIGEST)
			return fail_usage("--digest: \"%s\" is no SHA-384 digest in hexadecimal",
					  text);
		return 0;
	}
	ret = files_read(args->operands[0], &bytes);
	if (ret)
		return fail_io("cannot read", args->operands[0], -ret);
	ret = EVP_Digest(bytes.data, bytes.len, digest, NULL, EVP_sha384(), NULL) == 1 ? 0 : ENOMEM;
	free(bytes.data);
	return ret ? fail_io("cannot make a digest", "", ret) : 0;
}

int cmd_measure_extend(const struct args *args)
{
	struct cvm_error err = { 0 };
	uint8_t digest[DIGEST], value[DIGEST];
	uint64_t number = 3;
	json_t *result;
	char text[160];
	int ret;

	ret = args_number(args, "register", 3, &number);
	if (!ret && number < 2)
		ret = fail_usage("--register: RTMR0 and RTMR1 are the firmware's; take 2 or 3");
	if (!ret)
		ret = digest_of(args, digest);
	if (ret)
		return ret;
	ret = cvm_register_extend(settings.device, number, digest, &err);
	if (!ret)
		ret = cvm_register_read(settings.device, CVM_REGISTER_OF_RTMR(number), value, &err);
	if (ret)
		return no_registers(&err, ret);
	if (settings.json) {
		result = json_result(EXIT_YES);
		json_object_set_new(result, "register", json_integer(number));
		json_set_hex(result, "digest", digest, sizeof(digest));
		json_set_hex(result, "value", value, sizeof(value));
		return json_print(result, EXIT_YES);
	}
	if (!settings.quiet)
		printf("RTMR%u extended, now %s\n", (unsigned int)number,
		       hex_elided(value, sizeof(value), text, sizeof(text)));
	return EXIT_YES;
}
