// SPDX-License-Identifier: GPL-2.0-only

static int assigned(struct thing *thing)
{
	thing->copy = kmalloc(PAGE_SIZE, GFP_KERNEL);
	memcpy(thing->copy, thing->page, PAGE_SIZE); /* finds */
	return 0;
}

static struct thing *declared(void)
{
	struct thing *thing = kzalloc(sizeof(*thing), GFP_KERNEL);

	thing->ready = true; /* finds */
	return thing;
}

static int freed_by_itself(const struct thing *from)
{
	struct thing *thing __free(kfree) = kzalloc(sizeof(*thing), GFP_KERNEL);

	thing->ready = from->ready; /* finds */
	return use(thing);
}

static int looked_at(const struct thing *from)
{
	struct thing *thing = kzalloc(sizeof(*thing), GFP_KERNEL);

	if (!thing)
		return -ENOMEM;
	thing->ready = from->ready;
	return use(thing);
}
