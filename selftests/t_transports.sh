#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Evidence through each interface that the kernel has, by cvmctl, which says the one.
. "$(dirname "$0")/tap.sh"

work=$(mktemp -d)
cd "$work" || exit 1
# SHA-512 of the two bytes 00 ff, where a report has its 64 bytes of report data
digest=$(printf '\000\377' | sha512sum | cut -d' ' -f1)

report_data()
{
	dd if="$1" bs=1 skip=80 count=64 2>/dev/null | od -An -v -tx1 | tr -d ' \n'
}

has_tsm()
{
	modprobe tsm 2>/dev/null && [ -d /sys/kernel/config/tsm ] || {
		[ -d /sys/kernel/config ] && mount -t configfs none /sys/kernel/config 2>/dev/null
		[ -d /sys/kernel/config/tsm ]
	}
}

# attest TRANSPORT EXPECTED: evidence by --transport, and what cvmctl says of it
attest()
{
	rm -f r.bin c.bin
	message=$(cvmctl attest --transport "$1" --nonce 00ff -o r.bin --certs c.bin 2>&1)
	is "$1: exit status ($message)" $? 0
	has "$1: cvmctl says $2" "$message" "$2"
	is "$1: length" "$(wc -c < r.bin)" 1184
	is "$1: report data is SHA-512 of the nonce" "$(report_data r.bin)" "$digest"
	ok "$1: certificates" test -s c.bin
}

command -v cvmctl > /dev/null || bail "the guest has no cvmctl"

modprobe tsm 2>/dev/null
give_device_to_cvm
attest cvm /dev/cvm
attest auto /dev/cvm
if kernel_sends; then
	skip "tsm: with cvm as provider" "the kernel's own driver serves configfs-tsm beside cvm"
elif has_tsm; then
	attest tsm 'configfs-tsm'
else
	skip "tsm: with cvm as provider" "this kernel has no configfs-tsm"
fi
message=$(cvmctl attest --transport sev-guest --nonce 00ff -o r.bin 2>&1)
is "sev-guest: not here while cvm owns the device" $? 3

give_device_to_sev_guest
attest sev-guest /dev/sev-guest
best=/dev/sev-guest
if has_tsm; then
	best=configfs-tsm
	attest tsm $best
fi
if kernel_sends; then
	attest auto /dev/cvm
	attest cvm /dev/cvm
else
	attest auto $best
	message=$(cvmctl attest --transport cvm --nonce 00ff -o r.bin 2>&1)
	is "cvm: fails while sev-guest owns the device" $? 1
	has "cvm: the message names the owner" "$message" 'sev-guest'
fi

unload_all
message=$(cvmctl attest --nonce 00ff -o r.bin 2>&1)
is "no driver at all: exit status" $? 3
has "no driver at all: the remedy" "$message" 'modprobe cvm'
message=$(cvmctl attest -o r.bin 2>&1)
is "no nonce is bad usage" $? 2
done_testing
