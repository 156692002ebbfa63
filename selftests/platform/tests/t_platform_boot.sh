#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Stock kernels as SNP guests: both kernels, 1 and 4 vCPUs, the smallest and the
# largest memory, and memory that starts unaccepted.
set -u

source=${CVM_SRC:-$(cd "$(dirname "$0")/../../.." && pwd)}
guest=$source/selftests/qemu/guest
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# shellcheck source=selftests/tap.sh
. "$source/selftests/tap.sh"

# boot SERIES CPUS SIZE MIB [OPTION...]: MIB is what the kernel must see at least
boot()
{
	local name="$1, $2 vCPUs, $3${5:+ $5}" series=$1 cpus=$2 size=$3 mib=$4 seen

	shift 4
	"$guest" --platform snp --kernel "$series" --cpus "$cpus" --memory "$size" "$@" -- sh -c '
		echo "cpus $(grep -c ^processor /proc/cpuinfo)"
		echo "mib $(($(sed -n "s/^MemTotal: *\([0-9]*\) .*/\1/p" /proc/meminfo) / 1024))"
		grep Unaccepted /proc/meminfo
		dmesg | grep -i "memory encryption features"' > "$work/log" 2> "$work/errors"
	is "$name: boots and powers off" $? 0
	sed 's/^/# /' "$work/errors" | tail -n 40 | grep -v 'EMULATED PLATFORM'
	has "$name: the kernel found SEV-SNP" "$(cat "$work/log")" \
		'Memory Encryption Features active: .*SEV-SNP'
	has "$name: all vCPUs run" "$(cat "$work/log")" "^cpus $cpus\$"
	seen=$(sed -n 's/^mib //p' "$work/log")
	ok "$name: the kernel has its memory, ${seen:=0} MiB" test "$seen" -ge "$mib"
}

# lazy: the kernel must say that it left memory unaccepted
boot_lazy()
{
	boot "$@" --lazy
	has "$1, $2 vCPUs, $3: memory is left unaccepted" "$(cat "$work/log")" \
		'^Unaccepted: *[1-9]'
}

boot 6.1 1 256M 120
boot 6.1 4 1G 800
boot 6.12 1 1G 800
boot 6.12 4 256M 100
boot 6.12 4 8G 7400
boot_lazy 6.12 1 1G 800
boot_lazy 6.12 4 8G 7400
done_testing
