#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Seals in emulated guests: what is changed is found, with its page, and nothing else; pages
# that may not be read are not, which on these platforms would end the guest.
set -u

# shellcheck source=selftests/platform/tests/platform.sh
. "$(dirname "$0")/platform.sh"

# changes NAME PLATFORM KERNEL BEFORE [OPTION...]: BEFORE runs in the guest before the test
changes()
{
	local name=$1 platform=$2 kernel=$3 before=$4

	shift 4
	build_modules "$kernel"
	"$guest" --platform "$platform" --kernel "$kernel" --cpus 2 "$@" \
		--copy "$build/selftests/t_seal_changes:/t_seal_changes" \
		--copy "$modules/seal_test.ko:/seal_test.ko" \
		--copy "$modules/add_memory.ko:/add_memory.ko" \
		-- sh -c "$before; timeout 200 /t_seal_changes
			dmesg | grep 'WARNING: CPU\|BUG: ' | sed 's/^/complaint /'" \
		> "$work/log" 2> "$work/errors"
	ended "$name: the guest ends well" $?
	take_lines "$name"
	has "$name: the test came to its end" "$(cat "$work/log")" '^1\.\.[0-9]'
	is "$name: the kernel does not complain" "$(grep ^complaint "$work/log")" ''
}

# Memory that comes after boot, see t_platform_accept.sh
add='insmod /add_memory.ko start=0x38000000 size=0x8000000'

make -s -C "$source/selftests" O="$build/selftests"
changes 'snp, 6.1' snp 6.1 :
changes 'snp, 6.12' snp 6.12 :
changes 'snp, 6.12, lazy' snp 6.12 : --lazy
changes 'snp, 6.12, added memory' snp 6.12 "$add" --append mem=896M \
	--append memhp_default_state=online_movable
changes 'tdx, 6.12' tdx 6.12 :
changes 'tdx, 6.12, lazy' tdx 6.12 : --lazy
done_testing
