#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# attest, key derive and status against mocked kernel interfaces (mock_kernel.c).
set -uo pipefail
# shellcheck source-path=SCRIPTDIR source=tap.sh
. "$(dirname "$0")/tap.sh"

if [ ! -e "$mock" ]; then
	echo "1..0 # SKIP $mock is absent: make -C tools tests"
	exit 0
fi
mkdir -p "$work/mock/tsm"
nonce=00112233445566778899aabbccddeeff
bound=$(printf '%s' "$nonce" | unhex | sha512sum | cut -d ' ' -f 1)

# mocked NAME=VALUE... COMMAND...: cvmctl with the interfaces that are named
mocked()
{
	rm -f "$work/mock/log"
	touch "$work/mock/log"
	env MOCK_GUEST=snp MOCK_DIR="$work/mock" LD_PRELOAD="$mock" "$@"
}

logged()
{
	grep -Eq -- "$1" "$work/mock/log"
}

report_data()
{
	hex "$1" 80 64
}

attest()
{
	exits "$1" "$2" mocked "${@:3}" "$cvmctl" attest --nonce "$nonce" -o "$work/r" \
		--certs "$work/c"
}

fresh()
{
	rm -f "$work/r" "$work/c"
}

transports()
{
	fresh
	attest 'all interfaces are there' 0 MOCK_CVM=ok MOCK_TSM=ok MOCK_SEV=ok
	check '  /dev/cvm is used, and named' out 'through /dev/cvm'
	check '  no other is touched' sh -c '! grep -v ^cvm "$1"' sh "$work/mock/log"
	check '  the nonce is bound as SHA-512' test "$(report_data "$work/r")" = "$bound"
	check '  the level is that of the guest' logged 'cvm evidence vmpl=ffffffff'
	check '  certificates are written' test "$(stat -c %s "$work/c")" = 8192
	fresh
	attest 'no /dev/cvm' 0 MOCK_TSM=ok MOCK_SEV=ok
	check '  configfs-tsm is used, and its provider named' out \
		'through configfs-tsm \(provider mock_guest\)'
	check '  the nonce is bound' test "$(report_data "$work/r")" = "$bound"
	check '  the folder is gone' rmdir "$work/mock/tsm"
	mkdir -p "$work/mock/tsm"
	fresh
	attest 'only /dev/sev-guest' 0 MOCK_SEV=ok
	check '  is used, and named' out 'through /dev/sev-guest'
	check '  the certificate buffer grows to what the host wants' logged 'extended certs=8192'
	check '  the nonce is bound' test "$(report_data "$work/r")" = "$bound"
	exits 'without --certs' 0 mocked MOCK_SEV=ok "$cvmctl" attest --nonce 00 -o "$work/r"
	check '  the plain request is made' logged 'sev-guest report vmpl=0'
	exits '--transport sev-guest' 0 mocked MOCK_CVM=ok MOCK_SEV=ok "$cvmctl" attest \
		--nonce 00 -o "$work/r" --transport sev-guest --vmpl 2
	check '  takes that one, and the level asked for' logged 'sev-guest report vmpl=2'
	exits 'no interface at all' 3 mocked "$cvmctl" attest --nonce 00 -o "$work/r"
	check '  the remedy is the module' err 'sudo modprobe cvm'
}

ownership()
{
	fresh
	attest 'another driver owns the device' 0 MOCK_CVM=owned MOCK_SEV=ok
	check '  its interface is used' out 'through /dev/sev-guest'
	attest 'another driver owns the device and has no interface' 1 MOCK_CVM=owned
	check '  the owner is named' err 'the driver sev-guest owns the attestation device'
	attest '/dev/cvm may not be opened' 4 MOCK_CVM=denied MOCK_SEV=ok
	check '  it says who asked, and what helps' err 'permission denied \(you are '
	check '  the next interface is not tried' sh -c 'test ! -s "$1"' sh "$work/mock/log"
	check '  the remedy is the group' err 'usermod -aG cvm'
}

refusals()
{
	fresh
	attest 'the firmware refuses' 1 MOCK_CVM=firmware MOCK_SEV=ok
	check '  its status is told' err 'status 0x16 \(invalid parameter\)'
	check '  no other interface is asked' sh -c '! grep -q sev-guest "$1"' sh "$work/mock/log"
	attest 'the host throttles' 1 MOCK_CVM=throttle
	check '  it says so' err 'the host throttles'
	attest 'the firmware refuses through sev-guest' 1 MOCK_SEV=firmware
	check '  its status is told' err 'status 0x27'
	attest 'a response with an error status' 1 MOCK_SEV=status
	check '  is an error' err 'status 0x16'
	attest 'the buffers are too small' 0 MOCK_CVM=small
	check '  it is asked again with the right size' logged 'certs=20000'
	attest 'a host that grows its table for ever' 1 MOCK_CVM=grow
	check '  is given up on' test "$(wc -l < "$work/mock/log")" -le 8
	rm -f "$work/r"
	attest 'the firmware refuses again' 1 MOCK_CVM=firmware
	check '  no file is left behind' sh -c 'test ! -e "$1/r"' sh "$work"
}

configfs()
{
	fresh
	attest 'configfs-tsm: another writer once' 0 MOCK_TSM=race
	check '  it is asked again' test "$(grep -c outblob "$work/mock/log")" -ge 2
	attest 'configfs-tsm: another writer always' 1 MOCK_TSM=disturbed
	check '  is given up on' err 'other writers disturbed'
	attest 'configfs-tsm: empty evidence' 1 MOCK_TSM=empty
	check '  is an error' err 'empty evidence'
	attest 'configfs-tsm: refused' 1 MOCK_TSM=refused MOCK_SEV=ok
	check '  is final' sh -c '! grep -q sev-guest "$1"' sh "$work/mock/log"
	check '  no folder is left behind' rmdir "$work/mock/tsm"
	mkdir -p "$work/mock/tsm"
	exits 'configfs-tsm: a level' 0 mocked MOCK_TSM=ok "$cvmctl" attest --nonce 00 \
		-o "$work/r" --vmpl 1
	check '  is written as privlevel' logged 'tsm write privlevel'
}

nonces()
{
	printf '%s' "$nonce" | unhex > "$work/nonce"
	exits 'a nonce from a file' 0 mocked MOCK_CVM=ok "$cvmctl" attest -N "$work/nonce" \
		-o "$work/r"
	check '  is bound like its hex' test "$(report_data "$work/r")" = "$bound"
	exits 'raw report data' 0 mocked MOCK_CVM=ok "$cvmctl" attest --report-data "$bound" \
		-o "$work/r"
	check '  is bound as it is' test "$(report_data "$work/r")" = "$bound"
	: > "$work/empty"
	exits 'an empty nonce file' 2 mocked MOCK_CVM=ok "$cvmctl" attest -N "$work/empty" \
		-o "$work/r"
	exits 'evidence as JSON' 0 mocked MOCK_CVM=ok "$cvmctl" attest --nonce 00 --json
	check '  carries the bytes' json '.transport == "cvm" and .length == 1184 and
		(.evidence | length == 2368)'
	exits 'evidence on standard output' 0 mocked MOCK_CVM=ok "$cvmctl" attest --nonce 00
	check '  is nothing but the evidence' test "$(stat -c %s "$work/out")" = 1184
	exits 'with -q' 0 mocked MOCK_CVM=ok "$cvmctl" attest --nonce 00 -q -o "$work/r"
	check '  nothing is printed' test ! -s "$work/out"
}

keys()
{
	rm -f "$work/k"
	exits 'key derive' 0 mocked MOCK_CVM=ok "$cvmctl" key derive -o "$work/k" \
		--bind measurement,svn,tcb --guest-svn 3 --tcb 0xd8 --from vmrk
	check '  asks for what was bound' logged 'cvm key root=1 fields=38 svn=3 tcb=d8'
	check '  the file has mode 0600' test "$(stat -c '%a %s' "$work/k")" = '600 32'
	check '  the key is not printed' sh -c '! grep -qi 5a5a "$1/out" "$1/err"' sh "$work"
	chmod 644 "$work/k"
	exits 'over a file that all may read' 0 mocked MOCK_CVM=ok "$cvmctl" key derive \
		-o "$work/k"
	check '  the mode becomes 0600' test "$(stat -c %a "$work/k")" = 600
	exits 'without privilege' 4 mocked MOCK_CVM=eperm "$cvmctl" key derive -o "$work/k2"
	check '  no file is made' test ! -e "$work/k2"
	exits 'through sev-guest' 0 mocked MOCK_SEV=ok "$cvmctl" key derive -o "$work/k"
	check '  the key is the one of the response' test "$(hex "$work/k")" = \
		"$(printf 'a5%.0s' $(seq 32))"
	exits 'through configfs-tsm' 3 mocked MOCK_TSM=ok "$cvmctl" key derive -o "$work/k" \
		--transport tsm
}

files()
{
	mkdir "$work/atomic"
	printf old > "$work/atomic/target"
	ln -s target "$work/atomic/link"
	exits 'an output that is a symbolic link' 0 mocked MOCK_CVM=ok "$cvmctl" attest \
		--nonce 00 -o "$work/atomic/link"
	check '  stays a link to the new content' sh -c \
		'test -L "$1/link" && test "$(stat -c %s "$1/target")" = 1184' sh "$work/atomic"
	exits 'an output in a folder that is absent' 1 mocked MOCK_CVM=ok "$cvmctl" attest \
		--nonce 00 -o "$work/absent/r"
	exits 'an output that is a folder' 1 mocked MOCK_CVM=ok "$cvmctl" attest --nonce 00 \
		-o "$work/atomic"
	exits 'an output that is a device' 0 mocked MOCK_CVM=ok "$cvmctl" attest --nonce 00 \
		-o /dev/null
	check '  stays a device' test -c /dev/null
	exits 'an output on a full device' 1 mocked MOCK_CVM=ok "$cvmctl" attest --nonce 00 \
		-o /dev/full
	printf old > "$work/atomic/limited"
	run mocked MOCK_CVM=ok bash -c 'trap "" XFSZ; ulimit -f 0; exec "$@"' bash "$cvmctl" \
		attest --nonce 00 -q -o "$work/atomic/limited"
	check 'a write that fails half way leaves the old file' \
		test "$(cat "$work/atomic/limited")" = old
	check '  and no temporary file' sh -c 'test "$(ls "$1" | wc -l)" = 3' sh "$work/atomic"
}

statuses()
{
	exits 'status in a guest without the module' 3 mocked MOCK_SEV=ok "$cvmctl"
	check '  shows what the kernel shows' out '^cvm: AMD SEV-SNP guest'
	check '  with its provenance' out 'features SEV-SNP +kernel$'
	check '  and the report of another interface' out 'policy .* report$'
	check '  host claims are marked unproven' out 'host claims .*host, unproven$'
	check '  the remedy is the module' err 'sudo modprobe cvm'
	check '  in 80 columns' awk 'length($0) > 80 { exit 1 }' "$work/out"
	exits 'the same as JSON' 3 mocked MOCK_SEV=ok "$cvmctl" --json
	check '  has facts and error in one object' json '.schema == "cvmctl/status/1" and
		.exit == 3 and .error.code == "no-module" and .platform.vendor == "amd-sev" and
		.report.version == 2'
	exits 'colour when asked for' 3 mocked MOCK_SEV=ok "$cvmctl" --color=always
	check '  is there' grep -q $'\033' "$work/out"
	exits 'no colour to a pipe' 3 mocked MOCK_SEV=ok "$cvmctl" --color=auto
	check '  is there' sh -c '! grep -q "$2" "$1"' sh "$work/out" $'\033'
	if command -v script > /dev/null; then
		run script -qec "$(printf '%q ' env TERM=xterm MOCK_GUEST=snp \
			LD_PRELOAD="$mock" "$cvmctl")" /dev/null
		check 'colour on a terminal' grep -q $'\033\[1m' "$work/out"
		run script -qec "$(printf '%q ' env TERM=xterm NO_COLOR=1 MOCK_GUEST=snp \
			LD_PRELOAD="$mock" "$cvmctl")" /dev/null
		check 'no colour with NO_COLOR' sh -c '! grep -q "$2" "$1"' sh "$work/out" $'\033\['
	else
		skip 'colour on a terminal' 'script(1) is absent'
	fi
}

transports
ownership
refusals
configfs
nonces
keys
files
statuses
finish
