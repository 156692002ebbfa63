#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Usage: make-vectors.sh FOLDER
# Evidence with known verdicts, made by sp, for those without genuine evidence. FOLDER
# gets a sub-folder for each case and MANIFEST.json. Keys are made anew each time
# and thrown away; $SP_KEYS names a folder to keep them in.
set -eu

[ $# = 1 ] || {
	echo "usage: make-vectors.sh FOLDER" >&2
	exit 2
}
command -v jq > /dev/null || {
	echo "make-vectors: jq is missing; apt-get install jq" >&2
	exit 1
}
build=${CVM_BUILD:-$(cd "$(dirname "$0")/../../.." && pwd)/build}
sp=$build/platform/sp
mkdir -p "$1"
out=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
keys=${SP_KEYS:-$work/keys}
now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
data=$(printf 'software platform' | sha512sum | cut -c-128)
measurement=$(printf 'launch' | sha384sum | cut -c-96)

# ---- fields of a report, SEV-SNP ABI table 23 ----

# number REPORT OFFSET BYTES
number()
{
	od -An -v -j "$2" -N "$3" -t "u$3" "$1" | tr -d ' '
}

# hex REPORT OFFSET BYTES
hex()
{
	od -An -v -j "$2" -N "$3" -t x1 "$1" | tr -d ' \n'
}

fields()
{
	local signers=(VCEK VLEK '' '' '' '' '' none) policy flags

	policy=$(number "$1" $((0x8)) 8)
	flags=$(number "$1" $((0x48)) 4)
	jq -n --argjson version "$(number "$1" 0 4)" \
		--argjson guest_svn "$(number "$1" 4 4)" \
		--arg policy "$(printf '0x%x' "$policy")" \
		--argjson policy_debug "$( ((policy >> 19 & 1)) && echo true || echo false)" \
		--argjson vmpl "$(number "$1" $((0x30)) 4)" \
		--arg current_tcb "$(hex "$1" $((0x38)) 8)" \
		--arg platform_info "$(printf '0x%x' "$(number "$1" $((0x40)) 8)")" \
		--argjson mask_chip_key "$((flags >> 1 & 1))" \
		--arg signing_key "${signers[flags >> 2 & 7]}" \
		--arg report_data "$(hex "$1" $((0x50)) 64)" \
		--arg measurement "$(hex "$1" $((0x90)) 48)" \
		--arg host_data "$(hex "$1" $((0xc0)) 32)" \
		--arg reported_tcb "$(hex "$1" $((0x180)) 8)" \
		--arg chip_id "$(hex "$1" $((0x1a0)) 64)" \
		--arg committed_tcb "$(hex "$1" $((0x1e0)) 8)" \
		--arg launch_tcb "$(hex "$1" $((0x1f0)) 8)" '$ARGS.named'
}

# ---- cases ----

# value NAME DEFAULT WORD...: of the last NAME=VALUE
value()
{
	local name=$1 result=$2 word

	shift 2
	for word; do
		[ "${word%%=*}" != "$name" ] || result=${word#*=}
	done
	echo "$result"
}

# evidence ID OPTION...: report, certificates and lists into FOLDER/ID
evidence()
{
	local id=$1 folder=$work/$1 vek issuer file

	shift
	vek=$(value signer vcek "$@")
	issuer=ask
	[ "$vek" = vcek ] || issuer=asvk
	mkdir -p "$out/$id"
	"$sp" report --state "$folder" --keys "$keys" --report-data "$data" \
		--measurement "$measurement" --out "$out/$id/report.bin" "$@"
	for file in certs.table crl.der crl-vek.der ark.pem; do
		cp "$folder/$file" "$out/$id/"
	done
	cp "$folder/$vek.der" "$out/$id/vek.der"
	cat "$folder/$issuer.pem" "$folder/ark.pem" > "$out/$id/chain.pem"
}

# entry EXIT VERDICT PRODUCT ID WHAT
entry()
{
	local id=$4 table=null

	[ ! -s "$out/$id/certs.table" ] || table="\"$id/certs.table\""
	jq -n --argjson exit "$1" --arg verdict "$2" --arg product "$3" --arg id "$id" \
		--arg what "$5" --arg now "$now" --arg data "$data" --argjson table "$table" \
		--argjson fields "$(fields "$out/$id/report.bin")" '{
			id: $id, kind: "snp-report", what: $what, product: $product,
			files: ["\($id)/report.bin", "\($id)/vek.der"],
			chain: "\($id)/chain.pem", table: $table,
			roots: "\($id)/ark.pem", crls: ["\($id)/crl.der", "\($id)/crl-vek.der"],
			verify_time: $now, report_data: $data, fields: $fields,
			expected: {exit: $exit, verdict: $verdict}
		}' >> "$work/entries"
}

# vector EXIT VERDICT ID WHAT OPTION...
vector()
{
	local exit=$1 verdict=$2 id=$3 what=$4

	shift 4
	evidence "$id" "$@"
	entry "$exit" "$verdict" "$(value product milan "$@")" "$id" "$what"
}

good()
{
	vector 0 accepted snp-v2-milan-vcek 'version 2, Milan, VCEK' report-version=2
	vector 0 accepted snp-v3-milan-vcek 'version 3, Milan, VCEK'
	vector 0 accepted snp-v3-milan-vlek 'version 3, Milan, VLEK' signer=vlek
	vector 0 accepted snp-v3-genoa-vcek 'version 3, Genoa, certificate table of PEM' \
		product=genoa certs=pem
	vector 0 accepted snp-v5-genoa-vcek 'version 5, Genoa' product=genoa report-version=5
	vector 0 accepted snp-v5-turin-vcek 'version 5, Turin, chip id of 8 bytes' \
		product=turin report-version=5
	vector 0 accepted snp-v5-turin-vlek 'version 5, Turin, VLEK' \
		product=turin report-version=5 signer=vlek
	vector 0 accepted masked-chip-id 'chip id of zeroes' mask-chip-id=1
}

bad()
{
	vector 8 rejected debug-policy 'policy allows DEBUG' policy=0xb0000
	vector 6 rejected expired-vcek 'VCEK expired' \
		vek-not-before=2020-01-01T00:00:00Z vek-not-after=2021-01-01T00:00:00Z
	vector 6 rejected early-vcek 'VCEK is not yet valid' \
		vek-not-before=2048-01-01T00:00:00Z vek-not-after=2049-01-01T00:00:00Z
	vector 6 rejected revoked-vcek 'VCEK revoked by the ASK' revoke=vcek
	vector 6 rejected revoked-ask 'ASK revoked by the ARK' revoke=ask
	vector 6 rejected revoked-vlek 'VLEK revoked by the ASVK' signer=vlek revoke=vlek
	vector 6 rejected bad-signature 'signature changed' fault=bad-signature
	vector 6 rejected unsigned 'report that no key signed' mask-chip-key=1
}

# The report is sound, but the root that the verifier trusts is another's
foreign_root()
{
	evidence foreign-root
	mkdir -p "$work/foreign-keys"
	cp "$keys"/*.key.pem "$work/foreign-keys/"
	rm "$work/foreign-keys/ark.key.pem"
	"$sp" keys --state "$work/foreign" --keys "$work/foreign-keys"
	cp "$work/foreign/ark.pem" "$out/foreign-root/"
	entry 6 rejected milan foreign-root 'chain to another root of the same name'
}

# Same chip, same key, but the certificate is for an older TCB than the report has
other_tcb()
{
	"$sp" keys --state "$work/other-tcb" --keys "$keys" reported-tcb=3,0,20,206
	cp "$work/other-tcb/vcek.der" "$work/old-vek.der"
	evidence other-tcb certs=none
	cp "$work/old-vek.der" "$out/other-tcb/vek.der"
	entry 6 rejected milan other-tcb 'VCEK for another TCB than the report'
}

# Same key and TCB, but the certificate is for another chip
other_chip()
{
	"$sp" keys --state "$work/another" --keys "$keys"
	evidence other-chip certs=none
	cp "$work/another/vcek.der" "$out/other-chip/vek.der"
	entry 6 rejected milan other-chip 'VCEK of another chip'
}

: > "$work/entries"
good
bad
foreign_root
other_tcb
other_chip
jq -s --arg made "$now" '{set: "software platform", made: $made, entries: .}' \
	"$work/entries" > "$out/.MANIFEST.json"
mv "$out/.MANIFEST.json" "$out/MANIFEST.json"
