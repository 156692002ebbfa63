#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The module's interfaces under the fuzzer, selftests/fuzz, on the debug kernel: whatever comes
# in through /dev/cvm and netlink, KASAN, UBSAN and lockdep have nothing to say. First that the
# fuzzer finds what only coverage leads to. CVM_FUZZ_SECONDS=N makes it longer, CVM_FUZZ_SEED=N
# makes a run again.
set -u

# shellcheck source=selftests/platform/tests/platform.sh
. "$(dirname "$0")/platform.sh"

seconds=${CVM_FUZZ_SECONDS:-40}
seed=${CVM_FUZZ_SEED:-$(date +%s)}
fuzz=$source/selftests/fuzz

# ---- in the guest ----

# The trap has the guided fuzzer first, and then chance with as many inputs. The port to the
# host takes the inputs of the doors.
cat > "$work/fuzz.sh" << 'SCRIPT'
trap_has() { echo "$1_sprung $(cat /sys/module/fuzz_trap/parameters/sprung)"; }

try_trap() {
	insmod /fuzz_trap.ko && /fuzz --trap /dev/fuzz_trap --executions 400000 --seconds 300 \
		> /tmp/guided && trap_has guided && rmmod fuzz_trap || exit
	needed=$(sed -n 's/^executions //p' /tmp/guided)
	echo "needed $needed"
	insmod /fuzz_trap.ko && /fuzz --trap /dev/fuzz_trap --blind --executions "$needed" \
		--seconds 300 > /tmp/blind && trap_has blind && rmmod fuzz_trap || exit
	sed -n 's/^executions /by_chance /p' /tmp/blind
}

for port in /sys/class/virtio-ports/*; do
	! grep -qsx org.cvm.inputs "$port/name" || log=/dev/${port##*/}
done
[ ! -e /fuzz_trap.ko ] || try_trap
insmod /cvm.ko && exec /fuzz --log "$log" --seeds /seeds --save /out/seeds "$@"
SCRIPT

# ---- on the host ----

# port: words for a port of the guest that writes into $work/inputs
port()
{
	echo "virtserialport,bus=channels.0,chardev=inputs,name=org.cvm.inputs" \
		"-chardev file,id=inputs,path=$work/inputs"
}

# The trap of selftests/modules/fuzz_trap.c, sprung in the same guest
trap_springs()
{
	ok 'what coverage leads to is found' test "$(value guided_sprung)" -gt 0
	is 'chance does not find it' "$(value blind_sprung)" 0
	is 'with as many inputs' "$(value by_chance)" "$(value needed)"
}

# doors PLATFORM [OPTION OF THE RUNNER...]
doors()
{
	local platform=$1 status

	shift
	: > "$work/inputs"
	"$guest" --platform "$platform" --kernel debug "$@" --out "$work/out" \
		--device "$(port)" --copy "$work/fuzz.sh:/fuzz.sh" \
		--copy "$build/selftests/fuzz:/fuzz" --copy "$fuzz/seeds:/seeds" \
		--timeout $((seconds * 4 + 900)) -- sh /fuzz.sh --platform "$platform" \
		--seconds "$seconds" --seed "$seed" > "$work/log" 2> "$work/errors"
	status=$?
	# diagnostics of the guest's are going to be ours
	sed -i 's/^# //' "$work/log"
	take_lines "$platform"
	ended "$platform: the guest ends well, its kernel does not complain" $status
	"$build/selftests/fuzz" --tell "$work/inputs" > "$work/told"
	ok "$platform: the host has the inputs" test -s "$work/told"
	[ $status = 0 ] || tail -n 6 "$work/told" | sed "s/^/# $platform, run last by thread /"
	cp "$work/out/seeds" "$build/fuzz-seeds-$platform"
}

if ! "$kernels" path vmlinuz debug > "$work/errors" 2>&1; then
	skip 'interface fuzzing' "there is no debug kernel; see  make guest-kmod-debug"
	done_testing
fi
build_modules debug
doors snp --memory 512M --lazy --copy "$modules/fuzz_trap.ko:/fuzz_trap.ko"
trap_springs
doors tdx --memory 512M --lazy
done_testing
