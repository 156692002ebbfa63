// SPDX-License-Identifier: GPL-2.0-only
/*
 * MSG_KEY_REQ: what derived keys depend on, and which this guest must not have.
 */
#include <string.h>

#include "../sp/sp.h"
#include "t_tap.h"

#define FIELD_POLICY		0x01
#define FIELD_MEASUREMENT	0x08
#define FIELD_SVN		0x10
#define FIELD_TCB		0x20
#define FIELDS			0x40	/* number of selections */

struct wanted {
	uint32_t root;
	uint32_t reserved;
	uint64_t fields;
	uint32_t vmpl;
	uint32_t svn;
	uint64_t tcb;
};

static struct processor sp;

static bool derive(struct wanted wanted, uint8_t key[32])
{
	return key_derive(&sp, (const uint8_t *)&wanted, key) == FW_SUCCESS;
}

static bool same(struct wanted a, struct wanted b)
{
	uint8_t x[32], y[32];

	return derive(a, x) && derive(b, y) && !memcmp(x, y, sizeof(x));
}

static enum firmware_status status(struct wanted wanted)
{
	uint8_t key[32];

	return key_derive(&sp, (const uint8_t *)&wanted, key);
}

/* Every selection of fields and every root, each with another key */
static void test_selections(void)
{
	static uint8_t keys[2 * FIELDS][32];
	bool derived = true, differ = true;
	unsigned int i, j;

	for (i = 0; i < 2 * FIELDS; i++)
		derived &= derive((struct wanted){ .root = i / FIELDS, .fields = i % FIELDS },
				  keys[i]);
	for (i = 0; i < 2 * FIELDS; i++)
		for (j = 0; j < i; j++)
			differ &= memcmp(keys[i], keys[j], 32) != 0;
	tap_ok(derived, "every selection of fields, from both roots");
	tap_ok(differ, "no two of these keys are the same");
	tap_ok(same((struct wanted){ .fields = 0x3f }, (struct wanted){ .fields = 0x3f }),
	       "the same request gives the same key");
	tap_ok(!derive((struct wanted){ .fields = FIELDS }, keys[0]), "an unknown field");
	tap_ok(!same((struct wanted){ .vmpl = 1 }, (struct wanted){ .vmpl = 2 }),
	       "the VMPL is always in");
	tap_ok(status((struct wanted){ .vmpl = 4 }) == FW_INVALID_PARAM, "there is no VMPL 4");
	tap_ok(status((struct wanted){ .reserved = 1 }) == FW_INVALID_PARAM, "reserved bytes");
	tap_ok(status((struct wanted){ .root = 8 }) == FW_INVALID_PARAM, "reserved root bits");
}

/* A key of @fields before and after the guest or platform changed */
static bool depends(uint64_t fields, void *place, size_t size)
{
	struct wanted wanted = { .fields = fields };
	uint8_t before[32], after[32], *byte = place;

	derive(wanted, before);
	byte[size - 1] ^= 0x80;
	derive(wanted, after);
	byte[size - 1] ^= 0x80;
	return memcmp(before, after, 32) != 0;
}

static void test_dependence(void)
{
	struct options *o = &sp.options;
	struct {
		uint64_t field;
		void *place;
		size_t size;
		const char *is_in, *is_out;
	} cases[] = {
		{ FIELD_POLICY, &o->policy, 8, "policy is in", "policy is out" },
		{ 0x02, o->image_id, 16, "image id is in", "image id is out" },
		{ 0x04, o->family_id, 16, "family id is in", "family id is out" },
		{ FIELD_MEASUREMENT, sp.measurement, 48, "measurement is in",
		  "measurement is out" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		tap_ok(depends(cases[i].field, cases[i].place, cases[i].size), cases[i].is_in);
		tap_ok(!depends(0x3f & ~cases[i].field, cases[i].place, cases[i].size),
		       cases[i].is_out);
	}
	tap_ok(depends(0, sp.root_secret[0], 32), "another chip, another key");
	tap_ok(!depends(0, sp.root_secret[1], 32), "the other root is out");
}

static void test_svn(void)
{
	struct wanted at = { .fields = FIELD_SVN, .svn = 3 };
	struct wanted below = { .fields = FIELD_SVN, .svn = 2 };
	struct wanted above = { .fields = FIELD_SVN, .svn = 4 };
	struct wanted unused = { .svn = 4 };

	tap_ok(status(at) == FW_SUCCESS && status(below) == FW_SUCCESS && !same(at, below),
	       "guest SVNs up to that of the launch, each its own key");
	tap_ok(status(above) == FW_INVALID_PARAM, "a guest SVN above that of the launch");
	tap_ok(same(unused, (struct wanted){ 0 }), "a guest SVN that is not selected");
}

/* Each component counts for itself: one above is too much, whatever the others are */
static void test_tcb(const struct product *product, const char *name)
{
	struct tcb committed = { 5, 5, 5, 5, product->has_fmc ? 5 : 0 };
	bool refused = true, given = true;
	unsigned int i;

	sp.options.product = product;
	sp.options.committed_tcb = tcb_join(product, committed);
	sp.options.current_tcb = tcb_join(product, (struct tcb){ 9, 9, 9, 9, 9 });
	for (i = 0; i < (product->has_fmc ? 5 : 4); i++) {
		struct tcb above = { 0 }, below = committed;
		struct wanted wanted = { .fields = FIELD_TCB };

		((uint8_t *)&above)[i] = 6;
		((uint8_t *)&below)[i] = 4;
		wanted.tcb = tcb_join(product, above);
		refused &= status(wanted) == FW_INVALID_PARAM;
		wanted.tcb = tcb_join(product, below);
		given &= status(wanted) == FW_SUCCESS;
	}
	tap_ok(given && refused, name);
}

static void test_roots(void)
{
	struct wanted any = { .root = 0 }, vcek = { .root = 1 << 1 }, vlek = { .root = 2 << 1 };

	tap_ok(same(any, vcek), "without a VLEK the root is the VCEK");
	tap_ok(status(vlek) == FW_INVALID_KEY, "a VLEK that is not there");
	tap_ok(status((struct wanted){ .root = 3 << 1 }) == FW_INVALID_PARAM, "key selection 3");
	tap_ok(status((struct wanted){ .root = 3 }) == FW_INVALID_PARAM, "VMRK and VCEK at once");
	sp.options.vlek = true;
	tap_ok(same(any, vlek) && !same(any, vcek), "with a VLEK the root is the VLEK");
	sp.options.vlek = false;
	sp.options.mask_chip_key = true;
	tap_ok(status(any) == FW_INVALID_KEY, "the chip key is masked");
	tap_ok(status((struct wanted){ .root = 1 }) == FW_SUCCESS, "... and the VMRK is not");
	sp.options.mask_chip_key = false;
}

int main(void)
{
	char svn[] = "guest-svn=3", *word = svn;

	options_parse(&sp.options, &word, 1);
	memset(sp.root_secret[0], 0x55, sizeof(sp.root_secret[0]));
	memset(sp.root_secret[1], 0x66, sizeof(sp.root_secret[1]));
	memset(sp.measurement, 0x77, sizeof(sp.measurement));
	memset(sp.options.image_id, 0x88, sizeof(sp.options.image_id));
	memset(sp.options.family_id, 0x99, sizeof(sp.options.family_id));
	test_selections();
	test_dependence();
	test_svn();
	test_roots();
	test_tcb(product_find("milan"), "no component of Milan's TCB above the committed one");
	test_tcb(product_find("turin"), "no component of Turin's TCB above the committed one");
	return tap_done();
}
