#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The audit beside all that changes what it looks at: disk, network, memory that goes and
# comes, and a module that shares pages and is unloaded. Nothing is wrong, so nothing may be
# found. It goes on until a module was unloaded, and memory went and came, more than once;
# CVM_LOAD_SECONDS=N makes it longer.
set -u

# shellcheck source=selftests/platform/tests/platform.sh
. "$(dirname "$0")/platform.sh"

seconds=${CVM_LOAD_SECONDS:-15}

# ---- in the guest ----

cat > "$work/load.sh" << 'SCRIPT'
goes_on() { [ ! -e /tmp/end ]; }
plant() { echo "$1" > /sys/module/audit_test/parameters/plant; }

disk() {
	while goes_on; do
		dd if=/dev/vda of=/dev/null bs=64k count=64 2> /dev/null
		dd if=/dev/zero of=/dev/vda bs=64k count=16 2> /dev/null
		echo 3 > /proc/sys/vm/drop_caches
	done
}

# The card has no cable; what is sent goes to the device all the same
network() {
	ip link set eth0 up; ip addr add 10.0.0.1/24 dev eth0
	while goes_on; do
		ping -q -c 100 -i 0.01 -W 1 -s 1400 10.0.0.255 > /dev/null
	done
}

modules() {
	while goes_on; do
		insmod /audit_test.ko && plant traffic && plant owned && rmmod audit_test &&
			echo unloaded >> /tmp/modules
	done
}

memory() {
	while goes_on; do
		for block in /sys/devices/system/memory/memory*; do
			goes_on || break
			echo offline > "$block/state" 2> /dev/null || continue
			echo online > "$block/state" && echo again >> /tmp/memory
		done
	done
}

# At least so long, and until there was some of everything
is_over() {
	[ "$(date +%s)" -ge $end ] && [ $passes -gt 2 ] && [ "$(wc -l < /tmp/modules)" -gt 1 ] &&
		[ "$(wc -l < /tmp/memory)" -gt 1 ]
}

insmod /cvm.ko || exit
end=$(($(date +%s) + seconds)); passes=0
: > /tmp/modules; : > /tmp/memory
disk & network & modules & memory &
until is_over; do
	passes=$((passes + 1))
	cvmctl audit run $hardware -q > /tmp/run; echo "run $?"
	grep -q '^0 findings' /tmp/run || cvmctl audit show | sed 's/^/finding /'
done
: > /tmp/end
wait
cvmctl audit run $hardware -q > /dev/null; echo "after $?"
echo "sent $(cat /sys/class/net/eth0/statistics/tx_packets)"
cvmctl audit log > /tmp/log; echo "log $?"
echo "named $(grep -c ' sh\[.*audit_test+0x[0-9a-f]* \[unloaded\]' /tmp/log)"
grep ' sh\[' /tmp/log | grep -v 'audit_test+0x[0-9a-f]* \[unloaded\]' | sed 's/^/misnamed /'
dmesg | grep 'WARNING: CPU\|BUG: ' | sed 's/^/complaint /'
SCRIPT

# ---- on the host ----

# load PLATFORM KERNEL CPUS [OPTION FOR audit run]
load()
{
	local name="$1, $2, $3 vCPU"

	build_modules "$2"
	truncate -s 16M "$work/disk"
	{ echo "seconds=$seconds hardware=${4-}"; cat "$work/load.sh"; } > "$work/script.sh"
	"$guest" --platform "$1" --kernel "$2" --cpus "$3" --append movable_node \
		--module virtio_blk --disk "$work/disk" --module virtio_net \
		--device virtio-net-pci,iommu_platform=on,disable-legacy=on,romfile= \
		--copy "$work/script.sh:/script.sh" \
		--copy "$modules/audit_test.ko:/audit_test.ko" --timeout $((seconds * 4 + 200)) \
		-- sh /script.sh > "$work/log" 2> "$work/errors"
	ended "$name: the guest ends well" $?
	is "$name: no findings" "$(value run | sort -u) $(value after)$(value finding)" '0 0'
	ok "$name: the network was used" test "$(value sent)" -gt 100
	ok "$name: who was unloaded is named" test "$(value named)" -gt 10
	is "$name: and nobody else in its place" "$(value log) $(value misnamed)" '0 '
	is "$name: the kernel does not complain" "$(value complaint)" ''
}

load snp 6.12 4
load snp 6.1 2
load tdx 6.12 4 --hardware
done_testing
