// SPDX-License-Identifier: GPL-2.0-only

static int mutex_way_out(struct thing *thing)
{
	mutex_lock(&thing->lock);
	if (!thing->ready)
		return -ENODEV; /* finds */
	mutex_unlock(&thing->lock);
	return 0;
}

static int killable_way_out(struct thing *thing)
{
	if (mutex_lock_killable(&thing->lock))
		return -EINTR;
	if (!thing->ready)
		return -ENODEV; /* finds */
	mutex_unlock(&thing->lock);
	return 0;
}

static int spin_way_out(struct thing *thing)
{
	unsigned long flags;

	spin_lock_irqsave(&thing->spin, flags);
	if (!thing->ready)
		return -ENODEV; /* finds */
	spin_unlock_irqrestore(&thing->spin, flags);
	return 0;
}

static int semaphore_way_out(struct thing *thing)
{
	down_read(&thing->semaphore);
	if (!thing->ready)
		return -ENODEV; /* finds */
	up_read(&thing->semaphore);
	return 0;
}

static int rcu_way_out(struct thing *thing)
{
	rcu_read_lock();
	if (!rcu_dereference(thing->next))
		return -ENODEV; /* finds */
	rcu_read_unlock();
	return 0;
}

static int good(struct thing *thing)
{
	int ret = 0;

	mutex_lock(&thing->lock);
	if (!thing->ready)
		ret = -ENODEV;
	mutex_unlock(&thing->lock);
	return ret;
}
