#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Rules of the RMP: what the instructions answer, and that a wrong access is caught
# and ends the guest, instead of being served. rmp_test.ko is the one that tries.
set -u

source=${CVM_SRC:-$(cd "$(dirname "$0")/../../.." && pwd)}
build=${CVM_BUILD:-$source/build}
guest=$source/selftests/qemu/guest
kernels=$source/selftests/qemu/kernels
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# shellcheck source=selftests/tap.sh
. "$source/selftests/tap.sh"

# module SERIES: builds the test module and prints its folder
module()
{
	"$kernels" fetch "$1" &&
		"$source/selftests/modules/build" "$("$kernels" path headers "$1")" \
			"$build/selftests-modules" 2> "$work/build.log" ||
		{ sed 's/^/# /' "$work/build.log" >&2; return 1; }
}

# semantics SERIES FOLDER: the module's own TAP lines, one by one
semantics()
{
	local line

	"$guest" --platform snp --kernel "$1" --copy "$2/rmp_test.ko:/rmp_test.ko" -- \
		sh -c 'insmod /rmp_test.ko && rmmod rmp_test; dmesg' > "$work/log" 2> "$work/errors"
	is "$1: the guest lives through the tests" $? 0
	sed -n 's/.*rmp_test: //p' "$work/log" > "$work/tap"
	while IFS= read -r line; do
		case $line in
		'ok '*)		ok "$1: ${line#* - }" true ;;
		'not ok '*)	ok "$1: ${line#* - }" false ;;
		'# '*)		echo "$line" ;;
		esac
	done < "$work/tap"
	is "$1: all tests have run" "1..$(grep -cE '^(not )?ok ' "$work/tap")" \
		"$(grep '^1\.\.' "$work/tap")"
}

# violation SERIES FOLDER NAME END LOG: the guest ends as it should, and for that reason
violation()
{
	rm -rf "$work/out"
	"$guest" --platform snp --kernel "$1" --copy "$2/rmp_test.ko:/rmp_test.ko" \
		--out "$work/out" -- sh -c "insmod /rmp_test.ko violation=$3; dmesg | tail -n 5" \
		> "$work/log" 2> "$work/errors"
	is "$1, $3: the guest is stopped" $? 126
	has "$1, $3: how" "$(cat "$work/errors")" "$4"
	has "$1, $3: the reason is in the hypervisor's log" "$(cat "$work/out/hv.log")" "$5"
	is "$1, $3: the access is not served" \
		"$(cat "$work/log" "$work/out/console.log" | grep -c 'rmp_test: survived')" 0
}

hardware='the hypervisor stopped the guest for an access that hardware would not allow'
itself='the guest terminated itself'

for series in 6.12 6.1; do
	folder=$(module "$series") || bail "cannot build rmp_test.ko for $series"
	semantics "$series" "$folder"
done

violation 6.1 "$folder" shared-encrypted "$hardware" 'encrypted access to a shared page'
violation 6.1 "$folder" private-unencrypted "$hardware" 'unencrypted write to a private page'
violation 6.1 "$folder" unvalidated "$itself" '(reason|set) 0'
violation 6.1 "$folder" taken-away "$itself" 'attack 1 on page'
done_testing
