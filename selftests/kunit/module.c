// SPDX-License-Identifier: GPL-2.0-only
/* The suites are in the other files; they run when the module is loaded. */
#include <linux/module.h>

MODULE_DESCRIPTION("Parts of cvm.ko under KUnit");
MODULE_LICENSE("GPL");
