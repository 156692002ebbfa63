#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# cvmctl eventlog on genuine logs of ../shared, and on a log of our own.
set -uo pipefail
# shellcheck source-path=SCRIPTDIR source=tap.sh
. "$(dirname "$0")/tap.sh"

shared=$CVM_SRC/../shared/vectors
own=$work/own

# A log and a TDREPORT with the registers it leads to, made by other code than ours
make_own()
{
	mkdir "$own"
	python3 - "$own" <<- 'END'
		import hashlib, struct, sys

		def sha(data):
		    return hashlib.sha384(data).digest()

		registers = [bytes(48) for _ in range(4)]
		log = struct.pack('<II20sI', 1, 3, b'', 33) + b'Spec ID Event03\0'
		log += struct.pack('<IIIHHB', 0, 0x02000200, 1, 0xc, 48, 0)
		for mr, kind, measured, data in [(2, 0xd, b'an image', b'kernel\0'),
		                                 (1, 4, bytes(4), bytes(4)), (2, 4, bytes(4), bytes(4)),
		                                 (3, 0xd, b'quiet\0', b'quiet\0')]:
		    log += struct.pack('<IIIH', mr, kind, 1, 0xc) + sha(measured)
		    log += struct.pack('<I', len(data)) + data
		    registers[mr - 1] = sha(registers[mr - 1] + sha(measured))
		open(sys.argv[1] + '/ccel.bin', 'wb').write(log.ljust(4096, b'\xff'))

		tcb_info = struct.pack('<Q', 0x301ff).ljust(239, b'\0')
		td_info = bytes(208) + b''.join(registers) + bytes(512 - 208 - 192)
		report = struct.pack('<I', 0x81).ljust(32, b'\0') + sha(tcb_info) + sha(td_info)
		report = report.ljust(256, b'\0') + tcb_info
		open(sys.argv[1] + '/tdreport.bin', 'wb').write(report.ljust(512, b'\0') + td_info)
	END
}

last_line()
{
	tail -n 1 "$work/out" | grep -Eq "$1"
}

# replays NAME STATUS LOG EVIDENCE
replays()
{
	exits "$1" "$2" "$cvmctl" eventlog replay "$3" --evidence "$4"
}

own_log()
{
	local changed=$work/changed

	replays 'our own log and its quote' 0 "$own/ccel.bin" "$own/tdreport.bin"
	check '  the last line is AGREES' last_line '^AGREES'
	exits '  as JSON' 0 "$cvmctl" eventlog replay "$own/ccel.bin" --json \
		--evidence "$own/tdreport.bin"
	check '  it says so' json '.verdict == "agrees" and .registers[1].result == "equal"'
	exits 'show' 0 "$cvmctl" eventlog show "$own/ccel.bin"
	check '  it names registers and contents' out 'RTMR1.*SEPARATOR.*verified'
	check '  and what is not in it' out 'kernel$'
	exits '  show FILE does the same' 0 "$cvmctl" show "$own/ccel.bin"
	check '  of the log' out 'RTMR1.*SEPARATOR.*verified'
	exits '  from standard input' 0 sh -c '"$1" eventlog show - < "$2"' sh "$cvmctl" "$own/ccel.bin"
	exits '  as JSON' 0 "$cvmctl" eventlog show "$own/ccel.bin" --json
	check '  with digests' json '(.events | length) == 4 and .events[0].register == "RTMR1" and
		(.events[0].digest | length) == 96'

	# the text of the first separator, not its digest
	cp "$own/ccel.bin" "$changed"
	printf '\1' | dd of="$changed" bs=1 seek=$((65 + 62 + 4 + 7 + 62 + 4)) conv=notrunc 2> /dev/null
	replays 'text that was changed after it was measured' 6 "$changed" "$own/tdreport.bin"
	check '  the last line is DISAGREES' last_line '^DISAGREES: text'
	check '  the event is named' err 'event [0-9]+: its text was changed'
	head -c 200 "$own/ccel.bin" > "$changed"
	exits 'a log that is cut off' 5 "$cvmctl" eventlog show "$changed"
	check '  says where' err 'offset [0-9]+'
	replays 'evidence that is none' 5 "$own/ccel.bin" "$own/ccel.bin"
	exits 'a log that is none' 5 "$cvmctl" eventlog replay "$own/tdreport.bin"
	exits 'a log that is not there' 1 "$cvmctl" eventlog show "$work/nothing"
	[ -e /sys/firmware/acpi/tables/data/CCEL ] ||
		exits 'no log of this machine' 3 "$cvmctl" eventlog show
}

genuine()
{
	local name quote=$shared/evidence/tdx/tdx-v4-00806f050000-00b2526a/quote.bin
	local logs=$shared/evidence/ccel

	for name in grub l1 l2 q35 smp2 uki; do
		replays "OVMF, $name" 0 "$shared/ovmf-tdx/$name.ccel" \
			"$shared/ovmf-tdx/$name.tdreport"
	done
	replays 'a cloud guest and its quote' 0 "$logs/gcp-cos113/ccel.bin" "$quote"
	replays 'its log with a second separator' 6 "$logs/gcp-cos113-dupe-separator/ccel.bin" "$quote"
	check '  two registers differ' test "$(grep -c ' different$' "$work/out")" = 2
	replays 'another guest and its TDREPORT' 0 "$logs/attrs-tdreport/ccel.bin" \
		"$logs/attrs-tdreport/tdreport.bin"
	replays 'a log of another guest' 6 "$logs/ita-ubuntu/ccel.bin" "$quote"
	for name in trustee-grub trustee-ovmf trustee-alibaba-aael ita-ubuntu; do
		exits "show $name" 0 "$cvmctl" eventlog show "$logs/$name/ccel.bin"
		check '  no text was changed' test "$(grep -c mismatch "$work/out")" = 0
	done
}

make_own
own_log
if [ -e "$shared/evidence/MANIFEST.json" ]; then
	genuine
else
	skip 'genuine logs' "they are absent: $shared"
fi
finish
