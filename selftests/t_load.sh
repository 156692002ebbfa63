#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The module comes and goes, says one line each time, and leaves nothing behind.
. "$(dirname "$0")/tap.sh"

times=10

load_and_unload()
{
	_left=$times
	while [ "$_left" != 0 ]; do
		insmod /cvm.ko && [ -c /dev/cvm ] || return 1
		rmmod cvm || return 1
		_left=$((_left - 1))
	done
}

shared_pages()
{
	# the kernel has no count of them; the vmalloc area shows mappings that stay
	grep -c 'cvm' /proc/vmallocinfo
}

unload_all
# the first module from outside the tree taints the kernel, and it says so
insmod /cvm.ko || bail "insmod /cvm.ko failed"
rmmod cvm || bail "rmmod cvm failed"

log_mark
ok "loads and unloads $times times" load_and_unload
log=$(log_since | grep 'cvm: ')
is "one line each time" "$(echo "$log" | wc -l)" $times
is "and no warning of the kernel" "$(log_warnings)" ''
ok "no complaint" sh -c "! echo \"\$1\" | grep -qiE 'warn|bug|error|fail|leak'" - "$log"
ok "no node is left" test ! -e /dev/cvm
ok "no module is left" test ! -d /sys/module/cvm
is "no mapping is left" "$(shared_pages)" 0

insmod /cvm.ko
has "the line names the platform" "$(dmesg | tail -n 1)" 'cvm: (AMD SEV-SNP|Intel TDX) guest, attestation ready'
has "a second load is refused" "$(insmod /cvm.ko 2>&1)" 'File exists'

# what it shared with the host it takes back
give_device_to_cvm
ok "evidence, through shared buffers" cvmctl attest --nonce 00 -q -o "/tmp/evidence.$$"
rmmod cvm
insmod /cvm.ko
has "nothing stays shared when it has gone" "$(cvmctl audit run -q)" '^0 findings'
rm -f "/tmp/evidence.$$"
done_testing
