#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A stock kernel as TD with the stock tdx-guest driver: report, quote, event log, and what
# a host does that fails or lies.
set -u

# shellcheck source=selftests/platform/tests/platform.sh
. "$(dirname "$0")/platform.sh"

# shellcheck disable=SC2016 # for the guest's shell
get_quote='mount -t configfs none /sys/kernel/config 2> /dev/null
	entry=/sys/kernel/config/tsm/report/test
	mkdir $entry || exit
	head -c 64 /dev/zero | tr "\0" "\7" > $entry/inblob
	cat $entry/outblob > /out/quote.bin'

# td NAME WANTED OPTION... -- COMMAND: the guest's exit status must be WANTED
td()
{
	local name=$1 wanted=$2

	shift 2
	rm -rf "$work/out"
	"$guest" --platform tdx --kernel 6.12 --module tsm --module tdx-guest --out "$work/out" "$@" \
		> "$work/log" 2> "$work/errors"
	ended "$name: exit status" $? "$wanted"
}

hv_says()
{
	has "$1" "$(cat "$work/out/hv.log")" "$2"
}

td 'quote' 0 --cpus 2 -- sh -c "$get_quote; cat /sys/firmware/acpi/tables/data/CCEL > /out/ccel"
is 'quote: version 4' "$(od -An -tu2 -N2 "$work/out/quote.bin" | tr -d ' ')" 4
is 'quote: the report data is in it' \
	"$(od -An -v -tx1 -j568 -N64 "$work/out/quote.bin" | tr -d ' \n')" "$(printf '07%.0s' {1..64})"
has 'event log: names the kernel' "$(tr -d '\0' < "$work/out/ccel" | strings)" '^.*kernel'
mrtd=$(sed -n 's/^tdx: MRTD //p' "$work/out/hv.log")
is 'quote: MRTD is what the hypervisor measured' \
	"$(od -An -v -tx1 -j184 -N48 "$work/out/quote.bin" | tr -d ' \n')" "$mrtd"

ok 'event log: leads to the registers of the quote' \
	"${CVM_BUILD:-$source/build}/tools/cvmctl" eventlog replay "$work/out/ccel" \
	--evidence "$work/out/quote.bin"

td 'another command line' 0 --append measured -- true
other=$(sed -n 's/^tdx: MRTD //p' "$work/out/hv.log")
ok 'another command line: another MRTD' test "$other" != "$mrtd"

# the driver of 6.12 does not look at the status: a failed quote is an empty one
td 'failed quote' 0 --sp fault=quote-failed -- sh -c "$get_quote; test ! -s /out/quote.bin"
hv_says 'failed quote: status in the log' 'GetQuote: status 8000000000000000'

td 'MapGPA with RETRY' 0 --cpus 4 --hv fault=mapgpa-retry -- true
td 'MapGPA that fails' 126 --hv fault=mapgpa-fail -- true
td 'MapGPA that did nothing' 126 --hv fault=mapgpa-lie -- true
hv_says 'MapGPA that did nothing: the TD is stopped, or stops itself' 'stopped|gives up|switches off|resets'
# A kernel that finds no hypervisor sets up the caches, which a TD may not. It panics before
# it could reset itself and halts for ever, as if it were idle, until its time is over.
td 'no hypervisor signature' 124 --timeout 40 --hv fault=no-signature \
	--append earlyprintk=ttyS0,115200 -- true
has 'no hypervisor signature: an early panic' "$(tr -d '\0\r' < "$work/out/serial.log")" \
	'PANIC: early exception'

td 'SEPT_VE_DISABLE off, no other way' 126 --sp td-attributes=0 --hv noflex -- true
hv_says 'SEPT_VE_DISABLE off, no other way: the kernel gives up' 'TD misconfiguration'
td 'SEPT_VE_DISABLE off, pending pages made fatal by the TD' 0 --sp td-attributes=0 -- true
done_testing
