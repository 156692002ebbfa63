// SPDX-License-Identifier: GPL-2.0-only
// What may sleep, where nothing may: under a spin lock, or while RCU is read.

@exists@
@@
(
spin_lock(...);
|
spin_lock_irq(...);
|
spin_lock_irqsave(...);
|
raw_spin_lock_irqsave(...);
|
rcu_read_lock();
|
preempt_disable();
)
... when != spin_unlock(...)
    when != spin_unlock_irq(...)
    when != spin_unlock_irqrestore(...)
    when != raw_spin_unlock_irqrestore(...)
    when != rcu_read_unlock()
    when != preempt_enable()
(
*kmalloc(..., GFP_KERNEL)
|
*kzalloc(..., GFP_KERNEL)
|
*kcalloc(..., GFP_KERNEL)
|
*kmemdup(..., GFP_KERNEL)
|
*kvmalloc(..., GFP_KERNEL)
|
*kvzalloc(..., GFP_KERNEL)
|
*kvcalloc(..., GFP_KERNEL)
|
*mutex_lock(...)
|
*down_read(...)
|
*down_write(...)
|
*msleep(...)
|
*flush_work(...)
|
*synchronize_rcu(...)
|
*vfree(...)
|
*set_memory_encrypted(...)
|
*set_memory_decrypted(...)
|
*cvm_shared_alloc(...)
|
*cvm_shared_free(...)
|
*copy_from_user(...)
|
*copy_to_user(...)
|
*get_user(...)
|
*put_user(...)
)
