#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Rules of the RMP and of the TDX module: what the instructions answer, and that a wrong
# access is caught and ends the guest, instead of being served. rmp_test.ko and
# tdx_test.ko are the ones that try.
set -u

# shellcheck source=selftests/platform/tests/platform.sh
. "$(dirname "$0")/platform.sh"

# semantics PLATFORM SERIES MODULE: the module's own TAP lines, one by one
semantics()
{
	local name what="$1 $2"

	name=$(basename "$3" .ko)
	"$guest" --platform "$1" --kernel "$2" --copy "$3:/$name.ko" -- \
		sh -c "insmod /$name.ko && rmmod $name; dmesg" > "$work/log" 2> "$work/errors"
	ended "$what: the guest lives through the tests" $?
	module_results "$name" "$work/log" "$what: "
}

# violation PLATFORM SERIES MODULE NAME END LOG: the guest ends as it should, and for that reason
violation()
{
	local name what="$1 $2, $4"

	name=$(basename "$3" .ko)
	rm -rf "$work/out"
	"$guest" --platform "$1" --kernel "$2" --copy "$3:/$name.ko" --out "$work/out" -- \
		sh -c "insmod /$name.ko violation=$4; dmesg | tail -n 5" \
		> "$work/log" 2> "$work/errors"
	ended "$what: the guest is stopped" $? 126
	has "$what: how" "$(cat "$work/errors")" "$5"
	has "$what: the reason is in the hypervisor's log" "$(cat "$work/out/hv.log")" "$6"
	is "$what: the access is not served" \
		"$(cat "$work/log" "$work/out/console.log" | grep -c "$name: survived")" 0
}

hardware='the hypervisor stopped the guest for an access that hardware would not allow'
itself='the guest terminated itself'

build_modules 6.12
new=$modules
build_modules 6.1
old=$modules
semantics snp 6.12 "$new/rmp_test.ko"
semantics snp 6.1 "$old/rmp_test.ko"
semantics tdx 6.12 "$new/tdx_test.ko"

violation snp 6.1 "$old/rmp_test.ko" shared-encrypted "$hardware" 'encrypted access to a shared page'
violation snp 6.1 "$old/rmp_test.ko" private-unencrypted "$hardware" \
	'unencrypted write to a private page'
violation snp 6.1 "$old/rmp_test.ko" unvalidated "$itself" '(reason|set) 0'
violation snp 6.1 "$old/rmp_test.ko" taken-away "$itself" 'attack 1 on page'
violation tdx 6.12 "$new/tdx_test.ko" shared "$hardware" 'private access to a shared page'
violation tdx 6.12 "$new/tdx_test.ko" pending "$hardware" 'private access to a pending page'
violation tdx 6.12 "$new/tdx_test.ko" attributes "$hardware" 'ATTR.RD of a page'
done_testing
