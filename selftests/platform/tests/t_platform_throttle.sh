#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A host that throttles guest requests: a caller that is killed while it waits, and
# one that is kept waiting for too long.
set -u

# shellcheck source=selftests/platform/tests/platform.sh
. "$(dirname "$0")/platform.sh"

run_in_guest()
{
	"$guest" --platform snp --kernel "$1" --cpus 1 --sp throttle=14 \
		--copy "$build/selftests/t_throttle:/t_throttle" -- /t_throttle \
		> "$work/log" 2> "$work/errors"
	ended "$1: the test in the guest" $?
	take_lines "$1"
}

# A host that never stops throttling: the error says so, and the key survives
run_too_long()
{
	"$guest" --platform snp --kernel "$1" --cpus 1 --sp throttle=1000000 -- sh -c '
		insmod /cvm.ko
		cvmctl attest --nonce 00ff -o /tmp/r.bin; echo "status $?"
		cvmctl --json -q; rmmod cvm' > "$work/log" 2> "$work/errors"
	ended "$1: a busy host does not hurt the guest" $?
	has "$1: cvmctl fails" "$(cat "$work/log")" '^status 1$'
	has "$1: and says that the host throttles" "$(cat "$work/log")" 'throttles'
	has "$1: the message key is kept" "$(cat "$work/log")" '"key_destroyed": false'
}

[ -x "$build/selftests/t_throttle" ] || make -s -C "$source/selftests" O="$build/selftests"
run_in_guest 6.1
run_in_guest 6.12
run_too_long 6.12
done_testing
