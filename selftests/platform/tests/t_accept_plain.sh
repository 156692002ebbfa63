#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The loop of early acceptance in a plain guest, on chunks that a test module makes
# unaccepted: each is accepted once, whatever the allocator answers.
set -u

source=${CVM_SRC:-$(cd "$(dirname "$0")/../../.." && pwd)}
build=${CVM_BUILD:-$source/build}
kernels=$source/selftests/qemu/kernels
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# shellcheck source=selftests/tap.sh
. "$source/selftests/tap.sh"

build_module()
{
	"$kernels" fetch 6.12 > "$work/build.log" 2>&1 || return
	"$source/selftests/modules/accept/build" "$("$kernels" path headers 6.12)" \
		"$build/selftests-modules" 2>> "$work/build.log"
}

if ! folder=$(build_module); then
	sed 's/^/# /' "$work/build.log" >&2
	bail 'cannot build accept_test.ko for 6.12'
fi
"$source/selftests/qemu/guest" --platform plain --kernel 6.12 --cpus 2 \
	--copy "$folder/accept_test.ko:/accept_test.ko" -- \
	sh -c 'insmod /accept_test.ko && rmmod accept_test; dmesg' > "$work/log" 2> "$work/errors"
is 'the guest lives through the tests' $? 0
module_results accept_test "$work/log" ''
done_testing
