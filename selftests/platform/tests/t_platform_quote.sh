#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# cvm.ko in a TD whose host never answers GetQuote: an error with its reason, and nothing is
# leaked but what the host keeps. Wrong answers are in attacks/quotes.table.
set -u

# shellcheck source=selftests/platform/tests/platform.sh
. "$(dirname "$0")/platform.sh"

# td FAULTS SCRIPT NAME: boots a TD and runs the script there
td()
{
	rm -rf "$work/out"
	"$guest" --platform tdx --kernel 6.12 --cpus 2 --module tsm --sp "fault=$1" \
		--out "$work/out" -- sh -c "$2" > "$work/log" 2> "$work/errors"
	ended "$3: the guest ends well" $?
}

# refused NAME REASON: cvmctl failed with it and wrote no file
refused()
{
	is "$1: exit status" "$(cat "$work/out/$1.status")" 1
	has "$1: the reason" "$(cat "$work/out/$1.text")" "$2"
	ok "$1: no file is left" test ! -e "$work/out/$1.bin"
}

# shellcheck disable=SC2016 # for the guest's shell
attest='attest()
{
	name=$1
	shift
	cvmctl attest "$@" --nonce 0102 -o /out/$name.bin > /out/$name.text 2>&1
	echo $? > /out/$name.status
}
insmod /cvm.ko || exit 1
'

td quote-never "$attest"'
	attest killed --transport cvm &
	sleep 3
	killall -KILL cvmctl
	wait
	rmmod cvm || exit 2
	dmesg | tail -n 3 > /out/dmesg
	insmod /cvm.ko && attest next --transport cvm' 'a caller that is killed'
is 'a caller that is killed: by the signal' "$(cat "$work/out/killed.status")" 137
has 'a caller that is killed: the buffer in flight is leaked' "$(cat "$work/out/dmesg")" \
	'the host keeps a buffer of 16384 bytes'
refused next 'is not available'

td quote-never "$attest"'attest never --transport cvm' 'a host that never answers'
refused never 'did not answer in time'
done_testing
