#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Evidence that sp makes, each with one thing right or wrong, and the verdict that
# cvmctl must give: every entry of the manifest that make-vectors.sh writes.
set -u

root=${CVM_SRC:-$(cd "$(dirname "$0")/../../.." && pwd)}
build=${CVM_BUILD:-$root/build}
cvmctl=$build/tools/cvmctl
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
vectors=$work/vectors
number=0
failed=0

# result STATUS EXPECTED NAME
result()
{
	number=$((number + 1))
	if [ "$1" = "$2" ]; then
		echo "ok $number - $3"
		return
	fi
	echo "not ok $number - $3"
	echo "# exit $1 instead of $2"
	sed 's/^/# /' "$work/out"
	failed=1
}

# verify ENTRY ARGUMENT...
verify()
{
	local entry=$1 at

	shift
	at=$(of "$entry" .verify_time)
	"$cvmctl" verify "$vectors/$(of "$entry" '.files[0]')" --at "$at" "$@" > "$work/out" 2>&1
}

# of ENTRY FILTER: from the manifest
of()
{
	jq -r --arg id "$1" ".entries[] | select(.id == \$id) | $2" "$vectors/MANIFEST.json"
}

# judge ENTRY: its verdict with the certificates as files, and with those of the host
judge()
{
	local entry=$1 expected table what arguments

	expected=$(of "$entry" .expected.exit)
	table=$(of "$entry" '.table // ""')
	what=$(of "$entry" .what)
	arguments=(--report-data "$(of "$entry" .report_data)"
		--roots "$vectors/$(of "$entry" .roots)"
		--crl "$vectors/$(of "$entry" '.crls[0]')"
		--crl "$vectors/$(of "$entry" '.crls[1]')")
	verify "$entry" "${arguments[@]}" --certs "$vectors/$(of "$entry" '.files[1]')" \
		--certs "$vectors/$(of "$entry" .chain)"
	result $? "$expected" "$what: exit $expected"
	[ -n "$table" ] || return
	verify "$entry" "${arguments[@]}" --certs "$vectors/$table"
	result $? "$expected" "$what, certificate table: exit $expected"
}

# What the manifest cannot say: other demands on a good report
demands()
{
	local good=snp-v3-milan-vcek table data other

	table=$vectors/$(of $good .table)
	data=$(of $good .report_data)
	other=$(printf '%0128d' 8)
	verify $good --certs "$table" --roots "$vectors/$(of $good .roots)" --report-data "$other"
	result $? 7 'other report data than asked for'
	verify $good --certs "$table" --report-data "$data"
	result $? 6 'a root that nobody named'
	verify $good --roots "$vectors/$(of $good .roots)" --report-data "$data"
	result $? 6 'no certificates'
}

echo 'TAP version 13'
for program in jq "$cvmctl"; do
	command -v "$program" > /dev/null || {
		printf 'ok 1 - verdicts # SKIP no %s\n1..1\n' "$program"
		exit 0
	}
done
CVM_BUILD=$build SP_KEYS=$build/platform/keys \
	"$root/selftests/platform/sp/make-vectors.sh" "$vectors" > "$work/out" 2>&1
result $? 0 'vectors are made'
for entry in $(jq -r '.entries[].id' "$vectors/MANIFEST.json"); do
	judge "$entry"
done
demands
echo "1..$number"
exit $failed
