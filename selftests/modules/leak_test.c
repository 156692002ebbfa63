// SPDX-License-Identifier: GPL-2.0-only
/* An object that is lost on purpose: a search for leaks that does not find it is no search. */
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

#define MARK	"cvm-lost-object"	/* what who searches knows it by */

static void *lost;

/* Of its own, so that no copy of the address stays where the search looks */
static noinline int lose_one(void)
{
	void *object = kzalloc(128, GFP_KERNEL);

	if (!object)
		return -ENOMEM;
	strscpy(object, MARK, sizeof(MARK));
	/* the compiler would leave out what nobody looks at */
	WRITE_ONCE(lost, object);
	WRITE_ONCE(lost, NULL);
	return 0;
}

static int __init leak_test_init(void)
{
	return lose_one();
}

static void __exit leak_test_exit(void)
{
}

module_init(leak_test_init);
module_exit(leak_test_exit);

MODULE_AUTHOR("cvm maintainers");
MODULE_DESCRIPTION("A leak");
MODULE_LICENSE("GPL");
