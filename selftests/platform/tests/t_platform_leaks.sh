#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Nothing is left behind: the debug kernel's kmemleak looks for lost memory after each call of
# the module was failed at each of its points (t_fail_nth.c), each command was used, and the
# module was unloaded. An object that is lost on purpose has to be found in the same search.
# t_platform_leaks.sh [PLATFORM...]: snp and tdx when none is named. CVM_FAIL_ALL=1 sweeps
# each point of loading and unloading too, of which there are some hundred, seconds each.
set -u

# shellcheck source=selftests/platform/tests/platform.sh
. "$(dirname "$0")/platform.sh"

if ! release=$("$kernels" path release debug 2> /dev/null) ||
	[ ! -f "$build/kmod/$release/cvm.ko" ]; then
	echo '1..0 # SKIP no debug kernel, or no module for it; see  make guest-kmod-debug'
	exit 0
fi

# ---- in the guest ----

cat > "$work/leaks.sh" << 'SCRIPT'
leaks=/sys/kernel/debug/kmemleak

# A release may be delayed by 4 seconds, and what is younger than 5 is not looked at; what
# was not found in the first scan, because it had changed, is found in the second
search() { sleep 10; echo scan > $leaks; sleep 1; echo scan > $leaks; }

use()
{
	cvmctl monitor & monitor=$!
	cvmctl; cvmctl memory; cvmctl memory accept --all --wait
	cvmctl attest --nonce 00ff -o /tmp/evidence
	cvmctl audit run; cvmctl audit log; cvmctl audit show; cvmctl audit map
	cvmctl seal add kernel-rodata; cvmctl seal add module cvm; cvmctl seal add pid 1 --exec
	cvmctl seal check; cvmctl seal list; cvmctl seal remove --all
	kill -INT $monitor; wait $monitor
}

# a call that never ends is a lock that somebody has kept
echo 1 > /proc/sys/kernel/hung_task_panic
echo scan=off > $leaks || exit
search; echo "before $(grep -c '^unreferenced object' $leaks)"; echo clear > $leaks
timeout "$2" /t_fail_nth "$1" $3; echo "sweep $?"
insmod /cvm.ko; echo "load $?"
use > /tmp/used 2>&1; echo "used $(wc -l < /tmp/used)"
grep '\[cvm\]' /proc/kallsyms | sort > /out/symbols
rmmod cvm; echo "unload $?"
insmod /leak_test.ko; rmmod leak_test; echo "lost $?"
search
cat $leaks > /out/leaks
echo "objects $(sed -n 's/^kmemleak_object *\([0-9]*\) .*/\1/p' /proc/slabinfo)"
SCRIPT

# ---- on the host ----

sweep_seconds=${CVM_FAIL_ALL:+7200}
sweep_seconds=${sweep_seconds:-900}

# Objects that nobody refers to: of the one that was lost on purpose, or of all others
# unreferenced MATCH: 1 or 0
unreferenced()
{
	awk -v mark=cvm-lost-object -v want="$1" 'BEGIN { RS = "unreferenced object"; ORS = "" }
		NR > 1 && (index($0, mark) > 0) == want { print RS $0 }' "$work/out/leaks"
}

count()
{
	unreferenced "$1" | grep -c '^unreferenced object'
}

# Code of a module that is gone has no name; where it was when it was loaded last has one
name_addresses()
{
	awk 'FNR == NR { address[FNR] = $1; name[FNR] = $3; count = FNR; next }
		match($0, /0xffffffff[0-9a-f]+$/) {
			at = substr($0, RSTART + 2, 16)
			for (i = count; i && address[i] > at; i--);
			if (i) $0 = $0 " after " name[i] " [cvm]"
		}
		{ print "# " $0 }' "$work/out/symbols" -
}

# boot PLATFORM, in a folder of its own. This kernel accepts all that it may use while it
# starts, by a chunk for each page that it asks for: what is left is where only user space has
# its pages.
boot()
{
	mkdir "$work/$1"
	"$guest" --platform "$1" --kernel debug --leaks --lazy --append movablecore=384M \
		--module tsm --timeout $((sweep_seconds + 300)) --out "$work/$1/out" \
		--copy "$work/leaks.sh:/leaks.sh" \
		--copy "$build/selftests/t_fail_nth:/t_fail_nth" \
		--copy "$modules/leak_test.ko:/leak_test.ko" \
		-- sh /leaks.sh "$1" "$sweep_seconds" ${CVM_FAIL_ALL:+--all} \
		> "$work/$1/log" 2> "$work/$1/errors"
}

# judge PLATFORM STATUS: of its guest
judge()
{
	cp -r "$work/$1/." "$work"
	ended "$1: the guest ends well" "$2"
	take_lines "$1"
	grep '^# count: ' "$work/log"
	is "$1: every call was swept" "$(value sweep)" 0
	is "$1: loaded, used, unloaded" "$(value load) $(value unload) $(value lost)" '0 0 0'
	ok "$1: the commands have said something" test "$(value used)" -gt 50
	is "$1: what is lost on purpose is found" "$(count 1)" 1
	is "$1: nothing else is lost" "$(count 0)" 0
	unreferenced 0 | head -n 200 | name_addresses
	echo "# count: kmemleak $1: $(value objects) objects scanned, $(count 0) unreferenced"
}

build_modules debug
make -s -C "$source/selftests" O="$build/selftests"
[ $# -gt 0 ] || set -- snp tdx
# they wait for the kernel's delays more than they work
declare -A booted
for platform; do
	boot "$platform" &
	booted[$platform]=$!
done
for platform; do
	wait "${booted[$platform]}"
	judge "$platform" $?
	rm -rf "$work/out"
done
done_testing
