#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Reports and certificates that sp makes, judged by the openssl command: each layout's
# signature and chain, and the form of the certificates next to genuine ones.
set -u

root=${CVM_SRC:-$(cd "$(dirname "$0")/../../.." && pwd)}
build=${CVM_BUILD:-$root/build}
genuine=$root/../shared/vectors/evidence/snp
sp=$build/platform/sp
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
data=$(printf '%0128d' 7)
number=0
failed=0

# ok NAME COMMAND...: passes when the command succeeds
ok()
{
	local name=$1

	shift
	number=$((number + 1))
	if "$@" > "$work/out" 2>&1; then
		echo "ok $number - $name"
	else
		echo "not ok $number - $name"
		sed 's/^/# /' "$work/out"
		failed=1
	fi
}

is()
{
	ok "$1" test "$2" = "$3"
	[ "$2" = "$3" ] || echo "# got '$2', wanted '$3'"
}

skip()
{
	number=$((number + 1))
	echo "ok $number - $1 # SKIP $2"
}

# make_report NAME OPTION...
make_report()
{
	local name=$1

	shift
	"$sp" report --state "$work/$name" --keys "$work/keys" --report-data "$data" \
		--out "$work/$name.bin" "$@"
}

# hex NAME OFFSET BYTES: of a report
hex()
{
	od -An -v -j "$2" -N "$3" -t x1 "$work/$1.bin" | tr -d ' \n'
}

# number_at NAME OFFSET: 48 bytes, little endian there, for an INTEGER here
number_at()
{
	hex "$1" "$2" 48 | fold -w2 | tac | tr -d '\n'
}

# signed_by NAME VEK: R and S to DER, then the command's own verification
signed_by()
{
	local folder=$work/$1

	head -c 672 "$work/$1.bin" > "$folder/signed"
	printf 'asn1=SEQUENCE:sig\n[sig]\nr=INTEGER:0x%s\ns=INTEGER:0x%s\n' \
		"$(number_at "$1" 672)" "$(number_at "$1" 744)" > "$folder/sig.cnf"
	openssl asn1parse -genconf "$folder/sig.cnf" -noout -out "$folder/sig.der" &&
		openssl x509 -in "$folder/$2.pem" -pubkey -noout > "$folder/key.pem" &&
		openssl dgst -sha384 -verify "$folder/key.pem" -signature "$folder/sig.der" \
			"$folder/signed"
}

# chain NAME VEK CA [OPTION...]
chain()
{
	local folder=$work/$1 vek=$2 ca=$3

	shift 3
	openssl verify "$@" -CAfile "$folder/ark.pem" -untrusted "$folder/$ca.pem" \
		"$folder/$vek.pem"
}

# The lists, as the command takes them
lists()
{
	openssl crl -inform DER -in "$work/$1/crl.der" -out "$work/$1/crl.pem" &&
		openssl crl -inform DER -in "$work/$1/crl-vek.der" -out "$work/$1/crl-vek.pem" &&
		cat "$work/$1/crl.pem" "$work/$1/crl-vek.pem" > "$work/$1/crls.pem"
}

fails()
{
	! "$@"
}

# refused_for REASON COMMAND...
refused_for()
{
	local reason=$1 output

	shift
	! output=$("$@" 2>&1) && [[ $output == *"$reason"* ]]
}

# layout NAME VEK CA CPUID OPTION...
layout()
{
	local name=$1 vek=$2 ca=$3 cpuid=$4

	shift 4
	ok "$name: a report is made" make_report "$name" "$@"
	is "$name: length" "$(stat -c %s "$work/$name.bin")" 1184
	is "$name: family, model, stepping" "$(hex "$name" $((0x188)) 3)" "$cpuid"
	is "$name: report data" "$(hex "$name" $((0x50)) 64)" "$data"
	ok "$name: signature" signed_by "$name" "$vek"
	ok "$name: chain" chain "$name" "$vek" "$ca"
	ok "$name: lists" lists "$name"
	ok "$name: nothing is revoked" \
		chain "$name" "$vek" "$ca" -crl_check_all -CRLfile "$work/$name/crls.pem"
}

layouts()
{
	layout v2-milan vcek ask 000000 report-version=2
	layout v3-milan vcek ask 190101
	layout v3-milan-vlek vlek asvk 190101 signer=vlek
	layout v3-genoa vcek ask 191101 product=genoa
	layout v5-genoa vcek ask 191101 product=genoa report-version=5
	layout v5-turin vcek ask 1a0201 report-version=5 tcb=1,2,3,4,5 product=turin
}

# Bytes at their places, from the specification's table
places()
{
	make_report places report-version=5 tcb=1,2,3,4 committed-tcb=5,6,7,8 \
		reported-tcb=9,10,11,12 launch-tcb=13,14,15,16 policy=0x1f0000 guest-svn=17 \
		vmpl=2 host-data=18 family-id=19 image-id=1a id-key=1b author-key=1c \
		launch-mit-vector=0x1d current-mit-vector=0x1e platform-info=0x1f
	is 'guest SVN' "$(hex places 4 4)" 11000000
	is 'policy' "$(hex places 8 8)" 00001f0000000000
	is 'family id' "$(hex places $((0x10)) 2)" 1900
	is 'image id' "$(hex places $((0x20)) 2)" 1a00
	is 'VMPL' "$(hex places $((0x30)) 4)" 02000000
	is 'current TCB' "$(hex places $((0x38)) 8)" 0102000000000304
	is 'platform info' "$(hex places $((0x40)) 8)" 1f00000000000000
	is 'author key, VCEK' "$(hex places $((0x48)) 4)" 01000000
	is 'host data' "$(hex places $((0xc0)) 2)" 1800
	is 'id key digest' "$(hex places $((0xe0)) 2)" 1b00
	is 'author key digest' "$(hex places $((0x110)) 2)" 1c00
	is 'reported TCB' "$(hex places $((0x180)) 8)" 090a000000000b0c
	is 'committed TCB' "$(hex places $((0x1e0)) 8)" 0506000000000708
	is 'launch TCB' "$(hex places $((0x1f0)) 8)" 0d0e000000000f10
	is 'mitigation vectors' "$(hex places $((0x1f8)) 16)" 1d000000000000001e00000000000000
	is 'TCB of Turin' "$(hex v5-turin $((0x38)) 8)" 0501020300000004
	is 'chip id of Turin is short' "$(hex v5-turin $((0x1a8)) 56)" "$(printf '%0112d' 0)"
	ok 'a TCB of Turin is not one of Milan' fails make_report wrong tcb=1,2,3,4,5
	ok 'a TCB has no fraction' fails make_report wrong tcb=1,2,3,4.5
	ok 'an unknown option' fails make_report wrong colour=green
}

# revoked NAME VEK CA OPTION...
revoked()
{
	local name=$1 vek=$2 ca=$3

	shift 3
	make_report "$name" "$@" && lists "$name"
	ok "$name is refused" refused_for 'certificate revoked' \
		chain "$name" "$vek" "$ca" -crl_check_all -CRLfile "$work/$name/crls.pem"
}

revocation()
{
	revoked revoked-ask vcek ask revoke=ask
	revoked revoked-vcek vcek ask revoke=vcek
	revoked revoked-asvk vlek asvk revoke=asvk signer=vlek
	revoked revoked-vlek vlek asvk revoke=vek signer=vlek
	make_report expired vek-not-before=2020-01-01T00:00:00Z vek-not-after=2021-01-01T00:00:00Z
	ok 'an expired VCEK is refused' refused_for 'certificate has expired' chain expired vcek ask
	ok '... and was good in its time' chain expired vcek ask -attime 1596240000
	make_report masked mask-chip-key=1
	is 'a masked key does not sign' "$(hex masked 672 144)" "$(printf '%0288d' 0)"
	is '... and the report says so' "$(hex masked $((0x48)) 4)" 1e000000
}

# extensions FILE: form of all that follows the key; numbers and ids are each one's own
extensions()
{
	openssl asn1parse -inform DER -in "$1" | grep -v 'BIT STRING' | sed '1,/secp384r1/d
		s/^ *[0-9]*:d=\([0-9]*\) *hl=[0-9]* *l= *[0-9]* /\1 /
		s/DUMP\]:0201[0-7].$/DUMP]:NUMBER/; s/DUMP\]:020200[89A-F].$/DUMP]:NUMBER/
		s/DUMP\]:[0-9A-F]\{128\}$/DUMP]:ID/; s/DUMP\]:[0-9A-F]\{16\}$/DUMP]:ID/
		s/DUMP\]:16..434E3D.*/DUMP]:CSP/'
}

# like NAME VEK GENUINE
like()
{
	if [ ! -r "$genuine/$3" ]; then
		skip "$1: $2 has a genuine one's form" '../shared is not here'
		return
	fi
	extensions "$genuine/$3" > "$work/genuine"
	extensions "$work/$1/$2.der" > "$work/made"
	ok "$1: genuine extensions were read" grep -q 3704.1.3.8 "$work/genuine"
	ok "$1: $2 has a genuine one's form" diff "$work/genuine" "$work/made"
}

echo 'TAP version 13'
ok 'keys are made' "$sp" keys --state "$work/first" --keys "$work/keys"
layouts
places
revocation
like v3-milan vcek snp-v3-milan-vcek-8a73d9be/vcek.der
like v3-milan-vlek vlek snp-v3-milan-vlek-decdab94/vlek.der
like v3-genoa vcek snp-v3-genoa-vcek-8d8bfb3e/vcek.der
like v5-turin vcek snp-v5-turin-vcek-3f44a09b/vcek.der
echo "1..$number"
exit $failed
