#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The loop of early acceptance in a plain guest, on chunks that a test module makes
# unaccepted: each is accepted once, whatever the allocator answers.
set -u

# shellcheck source=selftests/platform/tests/platform.sh
. "$(dirname "$0")/platform.sh"

build_modules 6.12 accept
"$source/selftests/qemu/guest" --platform plain --kernel 6.12 --cpus 2 \
	--copy "$modules/accept_test.ko:/accept_test.ko" -- \
	sh -c 'insmod /accept_test.ko && rmmod accept_test; dmesg' > "$work/log" 2> "$work/errors"
ended 'the guest lives through the tests' $?
module_results accept_test "$work/log" ''
done_testing
