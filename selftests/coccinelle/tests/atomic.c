// SPDX-License-Identifier: GPL-2.0-only

static void allocates(struct thing *thing)
{
	spin_lock(&thing->lock);
	thing->copy = kzalloc(PAGE_SIZE, GFP_KERNEL); /* finds */
	spin_unlock(&thing->lock);
}

static void waits(struct thing *thing)
{
	rcu_read_lock();
	mutex_lock(&thing->mutex); /* finds */
	mutex_unlock(&thing->mutex);
	rcu_read_unlock();
}

static int faults(struct thing *thing, void __user *user)
{
	unsigned long flags, left;

	spin_lock_irqsave(&thing->lock, flags);
	left = copy_to_user(user, thing->copy, PAGE_SIZE); /* finds */
	spin_unlock_irqrestore(&thing->lock, flags);
	return left ? -EFAULT : 0;
}

static void good(struct thing *thing)
{
	void *copy = kzalloc(PAGE_SIZE, GFP_KERNEL);

	spin_lock(&thing->lock);
	thing->copy = copy;
	thing->other = kzalloc(PAGE_SIZE, GFP_ATOMIC);
	spin_unlock(&thing->lock);
}
