#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# cvmctl in a TD: status, evidence by each interface, registers.
. "$(dirname "$0")/tap.sh"

work=$(mktemp -d)
cd "$work" || exit 1
unload_all
rmmod tdx_guest 2>/dev/null
modprobe tsm 2>/dev/null
insmod /cvm.ko || bail "insmod /cvm.ko failed"

has "the module says what it found" "$(dmesg | tail -n 1)" 'cvm: Intel TDX guest, attestation ready'
status=$(cvmctl)
is "status: exit" $? 0
has "status: attributes" "$status" 'sept-ve-disable'
has "status: module" "$status" 'TDX module +version 1\.5'
has "status: registers" "$status" '^  mrtd  '
has "status as JSON" "$(cvmctl --json)" '"vendor": "intel-tdx"'

ok "attest" cvmctl attest --nonce 00ff -o quote.bin
has "show: a quote" "$(cvmctl show quote.bin)" 'Intel TDX quote'
cvmctl verify quote.bin --nonce 00ff > verdict
is "verify without the test root: not authentic" $? 6
ok "verify with another nonce is no better" sh -c '! cvmctl verify quote.bin --nonce 00fe > /dev/null'

mount_configfs()
{
	[ -d /sys/kernel/config/tsm ] || mount -t configfs none /sys/kernel/config
}

if kernel_sends; then
	skip "configfs-tsm is served too" "the kernel's own driver serves it beside cvm"
else
	mount_configfs
	ok "configfs-tsm is served too" cvmctl attest --transport tsm --nonce 01 -o other.bin
	has "by its format's name" "$(cvmctl attest --transport tsm --nonce 01 -o other.bin --json)" \
		'"provider": "tdx_guest"'
fi

ok "attest, a TDREPORT" cvmctl attest --format tdreport --nonce 00ff -o report.bin
is "  it has 1024 bytes" "$(wc -c < report.bin)" 1024
has "show: a TDREPORT" "$(cvmctl show report.bin)" 'Intel TDX TDREPORT'
cvmctl attest --format tdreport --transport tsm --nonce 00ff -o other.bin 2> error
is "configfs-tsm has none" $? 3
ok "the event log leads to the TDREPORT" sh -c 'cvmctl attest --format tdreport --nonce 00 -o now.bin &&
	cvmctl eventlog replay --evidence now.bin'
ok "the event log leads to the registers" cvmctl eventlog replay
has "eventlog show" "$(cvmctl eventlog show)" 'RTMR1 +SEPARATOR +verified'
has "measure show" "$(cvmctl measure show)" '^  rtmr3 '
before=$(cvmctl measure show --json | grep rtmr2)
echo something > file
ok "measure extend" cvmctl measure extend --register 2 file
ok "the register has changed" test "$before" != "$(cvmctl measure show --json | grep rtmr2)"
cvmctl eventlog replay > /dev/null
is "and the event log does not know it" $? 6
cvmctl measure extend --register 1 file 2> error
is "RTMR1 is bad usage" $? 2
cvmctl measure extend --digest 1234 2> error
is "a short digest too" $? 2

rmmod cvm
ok "the kernel's own driver works after it" modprobe tdx-guest
mount_configfs
ok "and gives a quote" cvmctl attest --transport tsm --nonce 02 -o third.bin
insmod /cvm.ko
ok "both at the same time" cvmctl attest --transport cvm --nonce 03 -o fourth.bin
has "evidence of both has one format" "$(cvmctl show third.bin)" 'Intel TDX quote'
done_testing
