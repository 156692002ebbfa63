#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# cvmctl verify, show and policy on genuine evidence of ../shared, through the command line.
set -uo pipefail
# shellcheck source-path=SCRIPTDIR source=tap.sh
. "$(dirname "$0")/tap.sh"

evidence=$CVM_SRC/../shared/vectors/evidence
if [ ! -e "$evidence/MANIFEST.json" ]; then
	echo "1..0 # SKIP genuine evidence is absent: $evidence"
	exit 0
fi
sample=$evidence/snp/snp-v3-milan-vcek-05b7438a
report=$sample/report.bin
at=2026-01-01T00:00:00Z
data=$(hex "$report" 80 64)

verify()
{
	"$cvmctl" verify "$report" --certs "$sample/vcek.der" --certs "$evidence/certs/amd" \
		--at "$at" "$@"
}

last_line()
{
	tail -n 1 "$work/out" | grep -Eq "$1"
}

screens()
{
	exits 'genuine evidence for its report data' 0 verify --report-data "$data"
	check '  the last line is ACCEPTED' last_line '^ACCEPTED'
	check '  it fits 80 columns after the file name' sh -c \
		'tail -n +2 "$1" | awk "length(\$0) > 80 { exit 1 }"' sh "$work/out"
	check '  what was not checked is said' out 'no CRL was given'
	exits 'with -q' 0 verify --report-data "$data" -q
	check '  it prints the verdict only' test "$(wc -l < "$work/out")" = 1
	exits 'in a locale without UTF-8' 0 env LC_ALL=C "$cvmctl" show "$report"
	check '  it prints ASCII' sh -c '! LC_ALL=C grep -q "[^ -~]" "$1"' sh "$work/out"
	run env LC_ALL=C "$cvmctl" verify "$report" --certs "$sample" --certs \
		"$evidence/certs/amd" --no-nonce --at "$at"
	check '  verify too' sh -c '! LC_ALL=C grep -q "[^ -~]" "$1"' sh "$work/out"
	exits 'evidence on standard input' 0 sh -c '"$1" verify - --no-nonce --certs "$2" \
		--certs "$3" --at "$4" < "$5"' sh "$cvmctl" "$sample/vcek.der" \
		"$evidence/certs/amd" "$at" "$report"
}

verdicts()
{
	local flipped=$work/flipped

	exits 'another nonce is 7' 7 verify --nonce 00
	check '  the last line is REJECTED' last_line '^REJECTED'
	exits 'before the certificates are valid is 6' 6 "$cvmctl" verify "$report" --no-nonce \
		--certs "$sample" --certs "$evidence/certs/amd" --at 2001-01-01T00:00:00Z
	cp "$report" "$flipped"
	printf '\377' | dd of="$flipped" bs=1 seek=144 conv=notrunc 2> /dev/null
	exits 'another measurement is 6' 6 "$cvmctl" verify "$flipped" --no-nonce \
		--certs "$sample" --certs "$evidence/certs/amd" --at "$at"
	head -c 1183 "$report" > "$work/short"
	exits 'a truncated report is 5' 5 "$cvmctl" verify "$work/short" --no-nonce
	check '  the last line is REJECTED or UNKNOWN' last_line '^(REJECTED|UNKNOWN)'
	exits 'without the VEK it is undecided, 6' 6 "$cvmctl" verify "$report" --no-nonce --at "$at"
	check '  the last line is UNKNOWN' last_line '^UNKNOWN'
	check '  the address of what is missing is told' out 'https://kdsintf.amd.com/'
}

policies()
{
	exits 'policy new' 0 "$cvmctl" policy new "$report" -o "$work/policy"
	exits 'policy check of what it wrote' 0 "$cvmctl" policy check "$work/policy"
	exits 'the evidence holds its own policy' 0 verify --no-nonce --policy "$work/policy"
	exits 'policy new as JSON' 0 "$cvmctl" policy new "$report" --json
	check '  carries the policy' json '.schema == "cvmctl/policy-new/1" and (.policy | length > 0)'
	sed 's/^\(measurement *= *\)\(....\)/\1ffff/' "$work/policy" > "$work/other"
	if ! cmp -s "$work/policy" "$work/other"; then
		exits 'another measurement in the policy is 8' 8 verify --no-nonce \
			--policy "$work/other"
	else
		failure 'policy new writes a measurement'
	fi
	printf '[snp]\nfrobnicate = 1\n' > "$work/bad"
	exits 'a mistake in a policy is 2' 2 "$cvmctl" policy check "$work/bad"
	check '  file and line are told' err "bad.*2"
	exits 'the same for verify' 2 verify --no-nonce --policy "$work/bad"
}

as_json()
{
	exits 'verify as JSON' 0 verify --report-data "$data" --json
	check '  has what it promises' json '.schema == "cvmctl/verify/1" and .exit == 0 and
		.verdict == "accepted" and .platform == "snp" and (.checks | length > 5) and
		all(.checks[]; has("name") and has("group") and has("result") and has("detail"))'
	check '  and the report' json '.report.version == 3 and
		(.report.measurement | test("^[0-9a-f]{96}$"))'
	exits 'a rejection as JSON' 7 verify --nonce 00 --json
	check '  says so twice' json '.exit == 7 and .verdict == "rejected" and
		any(.checks[]; .group == "fresh" and .result == "fail")'
	exits 'undecided as JSON' 6 "$cvmctl" verify "$report" --no-nonce --at "$at" --json
	check '  says so' json '.verdict == "unknown"'
	exits 'show as JSON' 0 "$cvmctl" show "$report" --json
	check '  decodes the report' json '.schema == "cvmctl/show/1" and .type == "snp-report" and
		.report.signer == "VCEK" and .report.policy.debug == false'
}

inputs()
{
	local table

	mkdir -p "$work/folder"
	cp "$sample/vcek.der" "$evidence"/certs/amd/milan_*.der "$work/folder"
	echo junk > "$work/folder/key.pem"
	echo junk > "$work/folder/README"
	exits 'a folder with junk beside the certificates' 0 "$cvmctl" verify "$report" --no-nonce \
		--at "$at" --certs "$work/folder"
	exits 'the same with -v' 0 "$cvmctl" verify "$report" --no-nonce --at "$at" \
		--certs "$work/folder" -v
	check '  says what was passed over' err 'passed over .*key.pem'
	exits 'junk that is named is an error' 5 "$cvmctl" verify "$report" --no-nonce --at "$at" \
		--certs "$work/folder/key.pem"
	mkdir "$work/nothing"
	exits 'a folder without certificates is an error' 5 "$cvmctl" verify "$report" --no-nonce \
		--at "$at" --certs "$work/nothing"
	table=$(find "$evidence" -name '*auxblob*' -o -name '*certs*table*' | head -n 1)
	if [ -n "$table" ]; then
		exits 'show a certificate table' 0 "$cvmctl" show "$table"
		check '  names its entries' out '^(ARK|ASK|VCEK) '
		exits 'show a certificate table as JSON' 0 "$cvmctl" show "$table" --json
		check '  lists its entries' json '.type == "certificate-table" and
			(.certificates | length >= 3)'
	else
		skip 'show a certificate table' 'the set has none'
	fi
}

sockets()
{
	if ! command -v strace > /dev/null; then
		skip 'verify opens no socket' 'strace is absent'
		return
	fi
	run strace -f -e trace=socket,connect -o "$work/trace" "$cvmctl" verify "$report" \
		--no-nonce --certs "$sample" --certs "$evidence/certs/amd" --at "$at"
	check 'verify opens no socket' sh -c 'test "$2" = 0 && ! grep -q socket "$1"' sh \
		"$work/trace" "$status"
}

screens
verdicts
policies
as_json
inputs
sockets
finish
