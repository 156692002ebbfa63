// SPDX-License-Identifier: GPL-2.0-only

static int header_and_all(struct thing *thing, const void __user *user)
{
	if (copy_from_user(&thing->head, user, sizeof(thing->head)))
		return -EFAULT;
	if (thing->head.size > sizeof(*thing))
		return -E2BIG;
	return copy_from_user(thing, user, thing->head.size) ? -EFAULT : 0; /* finds */
}

static int size_and_all(struct thing *thing, u32 __user *user)
{
	u32 size;

	if (get_user(size, user))
		return -EFAULT;
	return copy_struct_from_user(thing, sizeof(*thing), user, size); /* finds */
}

static int size_put_back(struct thing *thing, u32 __user *user)
{
	u32 size;
	int ret;

	if (get_user(size, user))
		return -EFAULT;
	ret = copy_struct_from_user(thing, sizeof(*thing), user, size);
	thing->size = size;
	return ret;
}

static int one_behind_the_other(struct thing *thing, const void __user *user)
{
	if (copy_from_user(&thing->head, user, sizeof(thing->head)))
		return -EFAULT;
	user += sizeof(thing->head);
	return copy_from_user(&thing->tail, user, sizeof(thing->tail)) ? -EFAULT : 0;
}
