#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# cvmctl verify --batch: lists and folders of evidence, SNP and TDX mixed, made by sp.
set -uo pipefail
# shellcheck source-path=SCRIPTDIR source=tap.sh
. "$(dirname "$0")/tap.sh"

sp=$CVM_BUILD/platform/sp
state=$work/sp
files=$work/files
data=$(printf '%0128d' 7)
mkdir "$files"
"$sp" report --state "$state" --keys "$CVM_BUILD/platform/keys" --out "$files/a-snp" \
	--report-data "$data" product=milan 2> /dev/null &&
	"$sp" quote --state "$state" --keys "$CVM_BUILD/platform/keys" --out "$files/b-tdx" \
		--report-data "$data" 2> /dev/null || {
	echo 'Bail out! sp makes no evidence'
	exit 1
}

batch()
{
	"$cvmctl" verify --certs "$state/vcek.pem" --certs "$state/ask.pem" --roots "$state/ark.pem" \
		--roots "$state/tdx/root.pem" --collateral "$state/tdx/collateral" --batch "$@"
}

last_line()
{
	tail -n 1 "$work/out" | grep -Eq -- "$1"
}

# The lines for files, without the summary
lines()
{
	head -n -1 "$work/out"
}

good_ones()
{
	exits 'a folder with a report and a quote' 0 batch "$files" --report-data "$data"
	check '  the report' out '^ACCEPTED  .*/a-snp: '
	check '  the quote' out '^ACCEPTED  .*/b-tdx: '
	check '  a summary' last_line '^2 files: 2 accepted, 0 rejected, 0 unknown, 0 unreadable$'
	check '  nothing else' test ! -s "$work/err"
	exits '  quiet' 0 batch "$files" --report-data "$data" -q
	check '  says the summary only' test "$(wc -l < "$work/out")" = 1
	exits '  as JSON' 0 batch "$files" --report-data "$data" --json
	check '  is an object a line' sh -c 'while read -r line; do echo "$line" | jq -e . || exit; done
		< "$1"' sh "$work/out"
	check '  each as of a single verification' sh -c '"$1" verify "$2" --report-data "$3" --json \
		--certs "$4/vcek.pem" --certs "$4/ask.pem" --roots "$4/ark.pem" | jq -S . > "$5.one"
		head -n 1 "$5" | jq -S . | cmp - "$5.one"' sh "$cvmctl" "$files/a-snp" "$data" "$state" \
		"$work/out"
	check '  and the summary' sh -c 'tail -n 1 "$1" | jq -e ".accepted == 2 and .exit == 0 and
		.schema == \"cvmctl/verify-batch/1\""' sh "$work/out"
}

bad_ones()
{
	cp "$files/a-snp" "$files/c-changed"
	printf '\377' | dd of="$files/c-changed" bs=1 seek=144 conv=notrunc 2> /dev/null
	head -c 100 "$files/b-tdx" > "$files/d-short"
	exits 'one was changed, one is short' 5 batch "$files" --report-data "$data"
	check '  each is told' test "$(lines | cut -c1-8 | tr -d ' ' | tr '\n' ' ')" = \
		'ACCEPTED ACCEPTED REJECTED REJECTED '
	check '  and counted' last_line '^4 files: 2 accepted, 2 rejected'
	exits 'all are stale' 5 batch "$files" --report-data "$(printf '%0128d' 8)"
	check '  none is accepted' last_line ' 0 accepted'
	rm "$files/d-short"
	exits 'the exit status is the lowest: 6' 6 batch "$files" --report-data "$data"
	rm "$files/c-changed"
	exits '  7' 7 batch "$files" --report-data "$(printf '%0128d' 8)"
}

lists()
{
	printf '# comment\n\n%s\n%s\n' "$files/a-snp" "$files/b-tdx" > "$work/list"
	exits 'a list' 0 batch "$work/list" --no-nonce
	check '  has two files' last_line '^2 files: 2 accepted'
	exits '  on standard input' 0 sh -c '"$@" - --no-nonce < "$0"' "$work/list" "$cvmctl" verify \
		--certs "$state/vcek.pem" --certs "$state/ask.pem" --roots "$state/ark.pem" \
		--roots "$state/tdx/root.pem" --collateral "$state/tdx/collateral" --batch
	check '  too' last_line '^2 files: 2 accepted'
	echo "$work/absent" >> "$work/list"
	echo "$files/a-snp" >> "$work/list"
	exits 'a list that names what is not there' 1 batch "$work/list" --no-nonce
	check '  says so in its place' sh -c 'sed -n 3p "$1" | grep -q "^ERROR .*/absent: No such file"' \
		sh "$work/out"
	check '  and goes on' last_line '^4 files: 3 accepted, 0 rejected, 0 unknown, 1 unreadable'
	exits '  as JSON' 1 batch "$work/list" --no-nonce --json
	check '  has an error' sh -c 'sed -n 3p "$1" | jq -e ".error and .exit == 1"' sh "$work/out"
	: > "$work/list"
	exits 'an empty list' 0 batch "$work/list" --no-nonce
	check '  has no files' last_line '^0 files'
	exits 'a list that is not there' 1 batch "$work/nothing" --no-nonce
}

threads()
{
	local i

	for ((i = 0; i < 700; i++)); do
		echo "$files/$([ $((i % 3)) = 0 ] && echo a-snp || echo b-tdx)"
	done > "$work/many"
	echo "$work/absent" >> "$work/many"
	exits 'more files than fit at once, one thread' 1 batch "$work/many" --no-nonce -j 1
	cp "$work/out" "$work/one"
	check '  all of them' last_line '^701 files: 700 accepted'
	exits '  two threads' 1 batch "$work/many" --no-nonce -j2
	check '  print the same' cmp "$work/one" "$work/out"
	exits '  eight' 1 batch "$work/many" --no-nonce --jobs 8
	check '  too' cmp "$work/one" "$work/out"
	exits '  -j without a number is --json' 1 batch "$work/many" --no-nonce -j
	check '  all the lines' test "$(jq -c .exit < "$work/out" | wc -l)" = 702
}

interrupted()
{
	mkfifo "$work/pipe"
	(exec "$cvmctl" verify --no-nonce --batch "$work/pipe" > "$work/out" 2> "$work/err") &
	exec 3> "$work/pipe"
	echo "$files/a-snp" >&3
	sleep 1
	kill -INT $!
	wait $!
	status=$?
	exec 3>&-
	check 'after ^C it ends' test "$status" = 1
	check '  with what was done' last_line '^1 files: .*interrupted'
}

usage()
{
	exits 'no nonce option' 2 batch "$files"
	exits 'a file and a batch' 2 batch "$files" --no-nonce "$files/a-snp"
	exits 'neither' 2 "$cvmctl" verify --no-nonce
	exits 'no threads' 2 batch "$files" --no-nonce -j 0
	exits 'jobs without a batch' 2 "$cvmctl" verify "$files/a-snp" --no-nonce --jobs 2
}

good_ones
bad_ones
lists
threads
interrupted
usage
finish
