// SPDX-License-Identifier: GPL-2.0-only
// A way out of a function on which a lock is still held. The end of a function is none: some
// take a lock for their caller.

@mutex exists@
expression lock;
@@
(
mutex_lock(lock);
|
mutex_lock_nested(lock, ...);
)
... when != mutex_unlock(lock)
*return ...;

@killable exists@
expression lock;
statement taken;
@@
if (mutex_lock_killable(lock)) taken
... when != mutex_unlock(lock)
*return ...;

@spin exists@
expression lock;
@@
(
spin_lock(lock);
|
spin_lock_irq(lock);
|
spin_lock_irqsave(lock, ...);
|
raw_spin_lock_irqsave(lock, ...);
)
... when != spin_unlock(lock)
    when != spin_unlock_irq(lock)
    when != spin_unlock_irqrestore(lock, ...)
    when != raw_spin_unlock_irqrestore(lock, ...)
*return ...;

@semaphore exists@
expression lock;
@@
(
down_read(lock);
|
down_write(lock);
)
... when != up_read(lock)
    when != up_write(lock)
    when != downgrade_write(lock)
*return ...;

@rcu exists@
@@
rcu_read_lock();
... when != rcu_read_unlock()
*return ...;
