#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Stock kernels as SNP and TDX guests: both kernels where they can be, 1 and 4 vCPUs, the
# smallest and the largest memory, and memory that starts unaccepted.
set -u

# shellcheck source=selftests/platform/tests/platform.sh
. "$(dirname "$0")/platform.sh"

declare -A features=([snp]=SEV-SNP [tdx]='Intel TDX')

# boot PLATFORM SERIES CPUS SIZE MIB [OPTION...]: MIB is what the kernel must see at least
boot()
{
	local name="$1 $2, $3 vCPUs, $4${6:+ $6}" platform=$1 series=$2 cpus=$3 size=$4 mib=$5 seen

	shift 5
	"$guest" --platform "$platform" --kernel "$series" --cpus "$cpus" --memory "$size" "$@" -- sh -c '
		echo "cpus $(grep -c ^processor /proc/cpuinfo)"
		echo "mib $(($(sed -n "s/^MemTotal: *\([0-9]*\) .*/\1/p" /proc/meminfo) / 1024))"
		grep Unaccepted /proc/meminfo
		dmesg | grep -i "memory encryption features"' > "$work/log" 2> "$work/errors"
	ended "$name: boots and powers off" $?
	sed 's/^/# /' "$work/errors" | tail -n 40 | grep -v 'EMULATED PLATFORM'
	has "$name: the kernel found its protection" "$(cat "$work/log")" \
		"Memory Encryption Features active: .*${features[$platform]}"
	has "$name: all vCPUs run" "$(cat "$work/log")" "^cpus $cpus\$"
	seen=$(sed -n 's/^mib //p' "$work/log")
	ok "$name: the kernel has its memory, ${seen:=0} MiB" test "$seen" -ge "$mib"
}

# lazy: the kernel must say that it left memory unaccepted
boot_lazy()
{
	boot "$@" --lazy
	has "$1 $2, $3 vCPUs, $4: memory is left unaccepted" "$(cat "$work/log")" \
		'^Unaccepted: *[1-9]'
}

boot snp 6.1 1 256M 120
boot snp 6.1 4 1G 800
boot snp 6.12 1 1G 800
boot snp 6.12 4 256M 100
boot snp 6.12 4 8G 7400
boot_lazy snp 6.12 1 1G 800
boot_lazy snp 6.12 4 8G 7400
boot tdx 6.12 1 256M 100
boot tdx 6.12 4 1G 800
boot_lazy tdx 6.12 1 1G 800
boot_lazy tdx 6.12 4 8G 7400
done_testing
