#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Stock kernels as SEV and SEV-ES guests: they boot and find their protection, processors
# come and go, the module and the tools say what is missing, and memory is encrypted as far
# as it goes without an RMP. sev_test.ko tries that out.
set -u

# shellcheck source=selftests/platform/tests/platform.sh
. "$(dirname "$0")/platform.sh"

declare -A features=([sev]='AMD SEV' [sev-es]='AMD SEV SEV-ES')
declare -A technology=([sev]='AMD SEV' [sev-es]='AMD SEV-ES')

# run NAME PLATFORM OPTION... -- COMMAND...: the output goes to $work/log
run()
{
	local name=$1 platform=$2

	shift 2
	rm -rf "$work/out"
	"$guest" --platform "$platform" --out "$work/out" "$@" > "$work/log" 2> "$work/errors"
	ended "$name: boots and powers off" $?
}

# boot PLATFORM SERIES CPUS SIZE
boot()
{
	local name="$1 $2, $3 vCPUs, $4"

	run "$name" "$1" --kernel "$2" --cpus "$3" --memory "$4" -- sh -c '
		echo "cpus $(grep -c ^processor /proc/cpuinfo)"
		dmesg | grep -i "memory encryption features"'
	has "$name: the kernel found its protection, and no other" "$(cat "$work/log")" \
		"Memory Encryption Features active: ${features[$1]}\$"
	has "$name: all vCPUs run" "$(cat "$work/log")" "^cpus $3\$"
}

# Offline by HLT or AP reset hold, online by INIT and SIPI or the AP jump table
hotplug()
{
	run "$1: processors come and go" "$1" --cpus 4 -- sh -c '
		cd /sys/devices/system/cpu
		for round in 1 2; do
			echo 0 > cpu2/online && echo 0 > cpu3/online
			echo "left $(cat online)"
			echo 1 > cpu3/online && echo 1 > cpu2/online
		done
		echo "back $(cat online)"
		taskset -c 2 echo "two runs"'
	is "$1: they leave" "$(grep -c '^left 0-1$' "$work/log")" 2
	has "$1: they come back" "$(cat "$work/log")" '^back 0-3$'
	has "$1: and run" "$(cat "$work/log")" '^two runs$'
}

cvm()
{
	run "$1: the module" "$1" -- sh -c '
		insmod /cvm.ko || exit
		cvmctl
		cvmctl attest --nonce 00ff -o /out/r.bin 2>&1
		echo "attest $?"
		cvmctl key derive 2>&1 | head -n 3
		dmesg | grep cvm:'
	has "$1: cvmctl names the platform" "$(cat "$work/log")" "^cvm: ${technology[$1]} guest,"
	has "$1: and what attestation needs" "$(cat "$work/log")" \
		'attestation .*needs SEV-SNP .*module'
	has "$1: it gives no evidence" "$(cat "$work/log")" '^attest [1-9]'
	has "$1: and says why" "$(cat "$work/log")" \
		'^cvmctl: .*attestation needs SEV-SNP or Intel TDX'
	has "$1: the module says the same" "$(cat "$work/log")" \
		"${technology[$1]} guest, attestation not supported, it needs SEV-SNP"
	has "$1: there is no driver's device" "$(cat "$work/log")" 'device none, driver none'
}

# state ADDRESS: what the platform has recorded of a page
state()
{
	local line range

	while IFS=' ' read -r _ range line; do
		if (($1 >= 0x${range%-*} && $1 <= 0x${range#*-})); then
			echo "$line"
		fi
	done < <(grep '^pages: ' "$work/out/hv.log")
}

# page KIND: an address that the module named
page()
{
	sed -n "s/.*sev_test: page $1 \([0-9a-f]*\)\$/0x\1/p" "$work/log"
}

memory()
{
	run "$1: the tests of memory" "$1" --cpus 2 --hv pages \
		--copy "$modules/sev_test.ko:/sev_test.ko" -- sh -c 'insmod /sev_test.ko; dmesg'
	module_results sev_test "$work/log" "$1: "
	is "$1: the platform has seen a page used with C-bit" "$(state "$(page private)")" private
	is "$1: and one without" "$(state "$(page shared)")" shared
}

# refuses NAME MESSAGE OPTION...
refuses()
{
	local name=$1 message=$2

	shift 2
	"$guest" "$@" -- true > /dev/null 2> "$work/errors"
	ended "$name is refused" $? 125
	has "$name: the message" "$(cat "$work/errors")" "$message"
}

series=6.12
build_modules $series

for platform in sev sev-es; do
	refuses "$platform --lazy" 'need --platform snp or tdx' --platform $platform --lazy
	refuses "$platform --sp" 'need --platform snp or tdx' --platform $platform --sp x=y
	refuses "$platform --firmware" '--firmware needs --platform tdx' \
		--platform $platform --firmware ovmf
	boot $platform 6.1 4 256M
	boot $platform 6.12 1 1G
	boot $platform 6.12 4 8G
	hotplug $platform
	cvm $platform
	memory $platform
done
done_testing
