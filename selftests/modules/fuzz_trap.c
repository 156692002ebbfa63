// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/fuzz_trap: springs at a write whose first three bytes are right. A fuzzer that is not told
 * by coverage that one more of them is has one chance in 2^24 each time.
 *
 * /sys/module/fuzz_trap/parameters/
 *   steps	the most bytes that were right
 *   sprung	times that all were
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/uaccess.h>

#define BYTES	3

static unsigned int steps;
module_param(steps, uint, 0400);
MODULE_PARM_DESC(steps, "the most bytes that were right");

static unsigned int sprung;
module_param(sprung, uint, 0400);
MODULE_PARM_DESC(sprung, "times that all were");

/* Each byte has code of its own: that is what makes a step visible */
static noinline void reach(unsigned int step)
{
	if (step > READ_ONCE(steps))
		WRITE_ONCE(steps, step);
}

static noinline void look(const u8 *bytes)
{
	if (READ_ONCE(bytes[0]) != 0xc5)
		return;
	reach(1);
	if (READ_ONCE(bytes[1]) != 0x3a)
		return;
	reach(2);
	if (READ_ONCE(bytes[2]) != 0x71)
		return;
	reach(3);
	WRITE_ONCE(sprung, sprung + 1);
}

static ssize_t trap_write(struct file *file, const char __user *from, size_t count, loff_t *at)
{
	u8 bytes[BYTES] = { };

	if (copy_from_user(bytes, from, min(count, sizeof(bytes))))
		return -EFAULT;
	look(bytes);
	return count;
}

static const struct file_operations trap_fops = {
	.owner = THIS_MODULE,
	.write = trap_write,
};

static struct miscdevice trap = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "fuzz_trap",
	.fops = &trap_fops,
	.mode = 0600,
};
module_misc_device(trap);

MODULE_DESCRIPTION("What a fuzzer that grows by coverage finds, and another one does not");
MODULE_LICENSE("GPL");
