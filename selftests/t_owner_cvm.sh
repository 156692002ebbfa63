#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The module owns the attestation device: the kernel's own driver cannot have it, and
# users of configfs-tsm get their reports through us.
. "$(dirname "$0")/tap.sh"

report=/sys/kernel/config/tsm/report/selftest

tsm_report()
{
	mkdir "$report" || return 1
	head -c 64 /dev/urandom > nonce
	cat nonce > "$report/inblob" && cat "$report/outblob" > outblob && cat "$report/auxblob" > auxblob
}

work=$(mktemp -d)
cd "$work" || exit 1
modprobe tsm 2>/dev/null
give_device_to_cvm
owner=$(device_owner)

log_mark
message=$(modprobe sev-guest 2>&1)
ok "sev-guest.ko cannot be loaded" test $? != 0
has "for lack of a device" "$message" 'No such device'
is "and stays out" "$(lsmod | grep -c '^sev_guest ')" 0
ok "without /dev/sev-guest" test ! -e /dev/sev-guest
is "the owner is still the same" "$(device_owner)" "$owner"
ok "the kernel has nothing to complain about" \
	sh -c "! echo \"\$1\" | grep -qiE 'warn|bug|error'" - "$(log_since)"

[ -d /sys/kernel/config/tsm ] || mount -t configfs none /sys/kernel/config 2>/dev/null
if [ ! -d /sys/kernel/config/tsm ]; then
	skip "configfs-tsm through the module" "this kernel has no configfs-tsm"
	done_testing
fi
ok "configfs-tsm gives a report" tsm_report
is "its provider is sev_guest, the name of the format" "$(cat "$report/provider")" sev_guest
is "its length is that of a report" "$(wc -c < outblob)" 1184
is "its report data is the inblob" \
	"$(dd if=outblob bs=1 skip=80 count=64 2>/dev/null | sha256sum)" "$(sha256sum < nonce)"
ok "certificates are in the auxblob" test -s auxblob
is "one write is one generation" "$(cat "$report/generation")" 1
is "the lowest privilege level is 0" "$(cat "$report/privlevel_floor")" 0
ok "level 4 is refused" sh -c "! echo 4 > $report/privlevel" 2> /dev/null
rmdir "$report"

rmmod cvm
ok "the provider goes with the module" sh -c "! mkdir $report" 2> /dev/null
ok "sev-guest.ko can have the device now" modprobe sev-guest
ok "configfs-tsm works with it" tsm_report
is "with the same length" "$(wc -c < outblob)" 1184
rmdir "$report"
rmmod sev_guest
done_testing
