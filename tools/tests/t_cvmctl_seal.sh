#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# seal, attest --bind seal and verify --seal-root, against a mocked kernel (mock_seal.c) and
# evidence made by sp.
set -uo pipefail
# shellcheck source-path=SCRIPTDIR source=tap.sh
. "$(dirname "$0")/tap.sh"

if [ ! -e "$mock" ]; then
	echo "1..0 # SKIP $mock is absent: make -C tools tests"
	exit 0
fi
kernel=$work/kernel
nonce=00112233445566778899aabbccddeeff
page=4096

# A kernel without seals, and its memory: two pages of text, two of rodata from 0x4000 on
reset()
{
	rm -rf "$kernel"
	mkdir "$kernel"
	head -c $((16 * page)) /dev/zero > "$kernel/memory"
	cat > "$kernel/symbols" <<- END
		ffffffff81000000 T _stext
		ffffffff81000100 T __start_rodata	[mod_a]
		ffffffff81002100 T _etext
		ffffffff81003010 R __start_rodata
		ffffffff81006fff R __end_rodata
	END
}

mocked()
{
	env MOCK_CVM=ok MOCK_SEAL=ok MOCK_DIR="$kernel" MOCK_KALLSYMS="$kernel/symbols" \
		LD_PRELOAD="$mock" "$@"
}

seal()
{
	mocked "$cvmctl" seal "$@"
}

logged()
{
	grep -Eq -- "$1" "$kernel/log"
}

# write_at PAGE OFFSET: somebody changes a byte of the kernel
write_at()
{
	printf '\377' | dd of="$kernel/memory" bs=1 seek=$(($1 * page + $2)) conv=notrunc 2> /dev/null
}

state_is()
{
	out "^ *$1  .* $2(,|\$)"
}

adding()
{
	reset
	exits 'seal list without seals' 0 seal list
	check '  says what to do' out 'cvmctl seal add kernel-rodata'
	exits 'the same as JSON' 0 seal --json
	check '  is an empty list without a root' json '.schema == "cvmctl/seal/1" and
		.seals == [] and .root == null'
	exits 'seal check without seals fails' 1 seal check
	check '  and says what to do' err 'cvmctl seal add kernel-rodata'
	exits 'kernel rodata' 0 seal add kernel-rodata
	check '  whole pages within the symbols, and not those of a module' logged \
		'kind=1 flags=0 start=ffffffff81004000 length=2000 '
	check '  are told' out '^seal 1: kernel-rodata, 2 pages, root [0-9a-f]+'
	exits 'kernel text' 0 seal add kernel-text -q
	check '  in whole pages too' logged 'kind=2 flags=0 start=ffffffff81000000 length=2000 '
	check '  with -q its number only' test "$(cat "$work/out")" = 2
	exits 'a module' 0 seal add module mod_a
	check '  by its name' logged 'kind=3 flags=0 start=0 length=0 pid=0 name=mod_a'
	exits 'a range' 0 seal add range 0xffffffff8100e000-0xffffffff81010000 --name keys --keep
	check '  with name and bytes' logged \
		'kind=4 flags=2 start=ffffffff8100e000 length=2000 pid=0 name=keys'
	exits 'a process' 0 seal add pid 12 --exec --json
	check '  by its number' logged 'kind=5 flags=1 start=0 length=0 pid=12 name='
	check '  also when its name is no text' json '.schema == "cvmctl/seal-add/1" and
		.seal.id == 5 and .seal.kind == "process" and .seal.pid == 12 and
		.seal.exec and .seal.name == "mock\u001b?"'
	exits 'seal list' 0 seal list
	check '  has all' test "$(grep -c ' intact ' "$work/out")" = 5
	check '  and prints no escapes of others' sh -c '! grep -q "$2" "$1"' sh "$work/out" $'\033'
	check '  and the root of all' out '^root [0-9a-f]+'
}

refusals()
{
	sed 's/^f*[0-9a-f]* /0000000000000000 /' "$kernel/symbols" > "$kernel/hidden"
	exits 'hidden addresses' 4 seal_with MOCK_KALLSYMS="$kernel/hidden" add kernel-rodata
	check '  are told as such' err 'the kernel hides its addresses'
	check '  with what helps' err 'sysctl kernel.kptr_restrict=1'
	: > "$kernel/nothing"
	exits 'a kernel without such symbols' 1 seal_with MOCK_KALLSYMS="$kernel/nothing" \
		add kernel-text
	check '  is told which' err 'it has no _stext'
	exits 'a module that is not loaded' 1 seal add module other
	check '  is named' err '^cvmctl: module other: it is not loaded'
	exits 'a process that is not there' 1 seal add pid 2000
	check '  is named' err '^cvmctl: process 2000: there is no such process'
	exits 'a range that is not mapped' 1 seal add range 0xffffffff81020000-0xffffffff81021000
	check '  is told why' err 'a page is not mapped'
	exits 'a range that is not the kernel' 1 seal add range 0x400000-0x401000
	check '  is told as such' err 'from 0x400000 on are no addresses of the kernel'
	exits 'too many bytes to keep' 1 seal add range 0xffffffff81000000-0xffffffff81020000 --keep
	check '  is told how many' err 'bytes are kept of 16 pages at most'
	exits 'too many seals' 1 seal_with MOCK_SEAL=full add module mod_a
	check '  tells what helps' err 'cvmctl seal remove'
	exits 'a name that is too long' 2 seal add module "$(printf 'm%.0s' $(seq 56))"
	exits 'without privilege' 4 seal_with MOCK_SEAL=eperm check
	check '  tells what is missing' err 'CAP_SYS_ADMIN'
	exits 'a module without seals' 3 seal_with MOCK_SEAL=absent list
	check '  is told as such' err 'the loaded module has no seals'
	exits 'no module' 3 seal_with MOCK_CVM=absent list
	check '  tells what helps' err 'sudo modprobe cvm$'
	exits 'a seal that is not there' 1 seal show 77 --json
	check '  as JSON' json '.error.code == "no-seal" and (.error.message | test("seal 77"))'
}

# seal_with NAME=VALUE WORD...
seal_with()
{
	mocked env "$1" "$cvmctl" seal "${@:2}"
}

checking()
{
	exits 'nothing has changed' 0 seal check
	check '  is told in one line' out '^5 seals, 5 intact\.$'
	check '  and no progress is printed to a file' test ! -s "$work/err"
	write_at 1 8
	exits 'the kernel patches its text' 0 seal check
	check '  which is a state of its own' state_is 2 patched
	check '  with one sentence' test "$(grep -c 'patches its own code' "$work/out")" = 1
	check '  and no list of pages' sh -c '! grep -q "page 1 " "$1"' sh "$work/out"
	exits '  with --fail-on any' 9 seal check --fail-on any
	exits '  with -v' 0 seal check -v
	check '  the page is told' out 'page 1 +0xffffffff81001000  patched'
	write_at 1 800
	exits 'somebody changes the text' 0 seal check 2
	check '  and it cannot be told who' out 'cannot be told from here'
	exits '  with --fail-on any' 9 seal check --fail-on any
	write_at 5 7
	exits 'somebody changes constants' 9 seal check
	check '  the page is told' out 'page 1 +0xffffffff81005000  changed'
	check '  with both digests, elided' out '^ +[0-9a-f]{12}[^0-9a-f]+[0-9a-f]{8} -> [0-9a-f]{12}'
	check '  and the rest is intact' out '^5 seals, 3 intact, 1 text-changed, 1 changed\.$'
	check '  in 80 columns' awk 'length($0) > 80 { exit 1 }' "$work/out"
	exits '  with -v' 9 seal check -v
	check '  digests are whole' out '^ +sealed [0-9a-f]{64}$'
	check '  in 80 columns' awk 'length($0) > 80 { exit 1 }' "$work/out"
	exits '  with -q' 9 seal check -q
	check '  only what is wrong is told' sh -c 'grep -q "^  1 " "$1" && ! grep -q "^  [2-5] " "$1"' \
		sh "$work/out"
	exits '  with --fail-on none' 0 seal check --fail-on none
	exits '  another seal' 0 seal check 4
	exits '  as JSON' 9 seal check --json
	check '  has states and pages' json '.schema == "cvmctl/seal-check/1" and .exit == 9 and
		(.seals | length == 5) and .seals[0].state == "changed" and .seals[0].unexpected and
		.seals[0].changed == 1 and (.seals[0].differ | length == 1) and
		.seals[0].differ[0].address == "0xffffffff81005000" and
		(.seals[0].differ[0].now | test("^[0-9a-f]{64}$")) and
		.seals[0].root != .seals[0].now and .seals[1].state == "text-changed" and
		(.seals[1].unexpected | not) and .seals[3].differ == [] and (.interrupted | not)'
	touch "$kernel/gone"
	exits 'what is gone is told' 0 seal check 3 5
	check '  with what to do' out 'remove it: cvmctl seal remove 3'
	exits '  with --fail-on any' 9 seal check 3 --fail-on any
	rm "$kernel/gone"
	truncate -s $((15 * page)) "$kernel/memory"
	exits 'a page is missing' 9 seal check 4
	check '  and told' out 'page 1 +0xffffffff8100f000  missing'
	check '  without a digest' out '-> not readable'
	truncate -s $((16 * page)) "$kernel/memory"
}

# Each check takes a while, so that ^C comes before the last
stopping()
{
	: > "$kernel/log"
	(exec env MOCK_CVM=ok MOCK_SEAL=slow MOCK_DIR="$kernel" LD_PRELOAD="$mock" "$cvmctl" \
		seal check --json > "$work/out" 2> "$work/err") &
	until logged 'seal check'; do sleep 0.05; done
	kill -INT $!
	status=0
	wait $! || status=$?
	check '^C ends a check' test "$status" = 1
	check '  which tells what it has' json '.interrupted and (.seals | length >= 1 and
		length < 5) and .seals[0].state == "intact"'
}

progress()
{
	if ! command -v script > /dev/null; then
		skip 'progress on a terminal' 'script(1) is absent'
		return
	fi
	run script -qec "$(printf '%q ' env MOCK_CVM=ok MOCK_SEAL=ok MOCK_DIR="$kernel" \
		LD_PRELOAD="$mock" "$cvmctl" seal check 1 2)" /dev/null
	check 'progress on a terminal, by pages' grep -q 'seals:   0 %.*seals:  50 %' <(tr '\r' ' ' \
		< "$work/out")
	check '  and the result behind it' out '^2 seals, 2 intact\.'
}

changing()
{
	exits 'seal show' 0 seal show 1
	check '  has state, page and roots' sh -c 'grep -q "^  state  *changed" "$1" &&
		grep -q "page 1 " "$1" && grep -q "never rebased" "$1"' sh "$work/out"
	exits 'seal show as JSON' 0 seal show 1 --json
	check '  has all' json '.schema == "cvmctl/seal-show/1" and .seal.generation == 1 and
		.seal.previous == null and (.seal.differ | length == 1) and
		(.seal.created | test("^20..-..-..T")) and .seal.start == "0xffffffff81004000"'
	jq -r .seal.root "$work/out" > "$work/root"
	exits 'seal rebase' 0 seal rebase 1 --json
	check '  makes a generation, and keeps the root before' json ".seals[0].generation == 2 and
		.seals[0].previous == \"$(cat "$work/root")\" and
		.seals[0].root == .seals[0].now and .seals[0].root != .seals[0].previous"
	exits '  after which it is intact' 0 seal check 1 --fail-on any
	exits 'seal rebase of what is gone' 1 seal_with MOCK_SEAL=stale rebase --all
	check '  tells what helps' err 'cvmctl seal remove'
	write_at 14 32
	run seal check 4
	exits 'seal diff' 0 seal diff 4 0
	check '  shows the line that differs, before and now' sh -c \
		'grep -q "^  020 -  00 00" "$1" && grep -q "^  020 +  ff 00" "$1" &&
		test "$(wc -l < "$1")" = 3' sh "$work/out"
	exits 'seal diff as JSON' 0 seal diff 4 0 --json
	check '  has both pages' json '.differ == 1 and (.sealed | length == 8192) and
		(.now | length == 8192) and .sealed != .now'
	exits 'seal diff of a page that it does not have' 1 seal diff 4 2
	exits 'seal diff without bytes' 1 seal diff 1 0
	check '  tells what would help' err -- '--keep'
	exits 'seal remove' 0 seal remove 3 5
	exits '  after which they are away' 1 seal show 3
	exits 'seal remove --all' 0 seal remove --all --json
	check '  tells of them' json '[.removed[].id] == [1, 2, 4]'
	exits 'and no seal is left' 1 seal check
}

# bound ROOT: what OpenSSL makes of nonce and root
bound()
{
	{ printf '%s' "$nonce" | unhex; printf '%s' "$1" | unhex; } | openssl dgst -sha512 -r |
		cut -d ' ' -f 1
}

root_of()
{
	sed -n 's/^bound: seal root \([0-9a-f]\{64\}\) of .*/\1/p' "$1"
}

attesting()
{
	exits 'help on attest' 0 "$cvmctl" attest --help
	check '  tells what a root does not prove' out 'who controls the kernel can lie'
	reset
	exits 'attest --bind seal without seals' 1 mocked "$cvmctl" attest --nonce "$nonce" \
		--bind seal -o "$work/r"
	check '  says what to do' err 'cvmctl seal add kernel-rodata'
	check '  and leaves no evidence' test ! -e "$work/r"
	run seal add kernel-rodata
	run seal add module mod_a
	: > "$kernel/log"
	exits 'attest --bind seal' 0 mocked "$cvmctl" attest --nonce "$nonce" --bind seal -o "$work/r"
	check '  checks all, takes the root, and asks for evidence, in this order' test \
		"$(grep -oE 'seal check .|root|evidence' "$kernel/log" | tr '\n' ,)" = \
		'seal check 1,seal check 2,root,evidence,'
	check '  has the root in full' out '^bound: seal root [0-9a-f]{64} of 2 seals$'
	root=$(root_of "$work/out")
	check '  binds SHA-512 of nonce and root' test "$(hex "$work/r" 80 64)" = "$(bound "$root")"
	check '  has nothing to warn of' test ! -s "$work/err"
	exits 'the same as JSON' 0 mocked "$cvmctl" attest --nonce "$nonce" --bind seal --json
	check '  has the root too' json ".seals == {count: 2, not_intact: 0, root: \"$root\"}"
	printf '%s' "$nonce" | unhex > "$work/nonce"
	exits 'with a nonce from a file' 0 mocked "$cvmctl" attest -N "$work/nonce" --bind seal \
		-o "$work/r"
	check '  the same is bound' test "$(hex "$work/r" 80 64)" = "$(bound "$root")"
	exits 'with the evidence on standard output' 0 mocked "$cvmctl" attest -N "$work/nonce" \
		--bind seal
	check '  the root is on standard error' test "$(root_of "$work/err")" = "$root"
	check '  and the evidence alone' test "$(stat -c %s "$work/out")" = 1184
	write_at 4 0
	exits 'a seal that is broken' 0 mocked "$cvmctl" attest --nonce "$nonce" --bind seal -o "$work/r"
	check '  is told' err 'seal 1, kernel-rodata, is not as it was: changed'
	check '  and another root is bound' test "$(hex "$work/r" 80 64)" = \
		"$(bound "$(root_of "$work/out")")" -a "$(root_of "$work/out")" != "$root"
}

verify()
{
	"$cvmctl" verify --certs "$state/vcek.pem" --certs "$state/ask.pem" \
		--roots "$state/ark.pem" --roots "$state/tdx/root.pem" \
		--collateral "$state/tdx/collateral" "$@"
}

# verifying NAME FILE: evidence that binds nonce and root
verifying()
{
	exits "$1, right nonce and root" 0 verify "$2" --nonce "$nonce" --seal-root "$root"
	check '  the root is told' out "ok +bound: seal root"
	check '  and accepted' out '^ACCEPTED: authentic, fresh, acceptable'
	exits '  as JSON' 0 verify "$2" --nonce "$nonce" --seal-root "$root" --json
	check '  says so' json ".seal_root == \"$root\" and .sealed and
		any(.checks[]; .name == \"seal-root\" and .result == \"ok\")"
	exits '  a nonce from a file' 0 verify "$2" -N "$work/nonce" --seal-root "$root"
	exits "$1, another root" 7 verify "$2" --nonce "$nonce" --seal-root "$other"
	check '  is not fresh' out '^REJECTED: authentic, but not made for this nonce and seal root'
	check '  for it cannot be told what is wrong' out 'nonce or root is another'
	exits '  as JSON' 7 verify "$2" --nonce "$nonce" --seal-root "$other" --json
	check '  says so' json '.sealed | not'
	exits "$1, another nonce" 7 verify "$2" --nonce 00 --seal-root "$root"
	exits "$1, without the root" 7 verify "$2" --nonce "$nonce"
	check '  is told what may be missing' out -- '--seal-root'
	exits "$1, its report data" 0 verify "$2" --report-data "$(bound "$root")"
}

# unsealed NAME FILE: evidence that binds the nonce alone
unsealed()
{
	exits "$1 of the nonce alone" 0 verify "$2" --nonce "$nonce"
	exits '  when a root is asked for' 8 verify "$2" --nonce "$nonce" --seal-root "$root"
	check '  is fresh' out 'fresh +ok '
	check '  and refused' out 'policy +FAIL +no seal root is bound'
	exits '  and with another nonce' 7 verify "$2" --nonce 00 --seal-root "$root"
}

# evidence FILE KIND REPORT_DATA
evidence()
{
	"$CVM_BUILD/platform/sp" "$2" --state "$state" --keys "$CVM_BUILD/platform/keys" \
		--out "$1" --report-data "$3" > "$work/sp.log" 2>&1
}

all_evidence()
{
	local plain

	state=$work/state
	other=${root%?}$([ "${root: -1}" = 0 ] && echo 1 || echo 0)
	plain=$(printf '%s' "$nonce" | unhex | sha512sum | cut -d ' ' -f 1)
	mkdir "$work/batch"
	if [ ! -x "$CVM_BUILD/platform/sp" ]; then
		skip 'verify --seal-root' 'the software platform is not built'
		return
	fi
	check 'sp makes evidence' evidence "$work/batch/snp" report "$(bound "$root")"
	check '  and a quote' evidence "$work/batch/tdx" quote "$(bound "$root")"
	verifying 'an SNP report' "$work/batch/snp"
	verifying 'a TDX quote' "$work/batch/tdx"
	exits 'both in a batch' 0 verify --batch "$work/batch" --nonce "$nonce" --seal-root "$root"
	exits '  with another root' 7 verify --batch "$work/batch" --nonce "$nonce" \
		--seal-root "$other"
	check '  none is accepted' out ' 0 accepted, 2 rejected'
	check 'sp makes evidence of the nonce alone' evidence "$work/snp" report "$plain"
	check '  and a quote' evidence "$work/tdx" quote "$plain"
	unsealed 'an SNP report' "$work/snp"
	unsealed 'a TDX quote' "$work/tdx"
}

adding
refusals
stopping
progress
checking
changing
attesting
all_evidence
finish
