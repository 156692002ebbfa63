#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The measurement in a report is the one that follows from kernel, initrd and command
# line, and another one follows from others.
set -u

# shellcheck source=selftests/platform/tests/platform.sh
. "$(dirname "$0")/platform.sh"

sp=$build/platform/sp
folder=
trap 'rm -rf "$work" "$folder"' EXIT

# MEASUREMENT of a report, SEV-SNP ABI (56860) table 23
measurement()
{
	od -An -v -tx1 -j 144 -N 48 "$1" | tr -d ' \n'
}

predict()
{
	"$sp" predict --kernel "$1" --initrd "$2" --cmdline "$3" | grep -oE '[0-9a-f]{96}' | head -n 1
}

# run SERIES CPUS: a report, and the inputs of its boot in $folder
run()
{
	rm -rf "$work/out" "$folder"
	"$guest" --platform snp --kernel "$1" --cpus "$2" --out "$work/out" --keep -- \
		sh -c 'insmod /cvm.ko; cvmctl attest --nonce 00ff -o /out/r.bin' \
		> "$work/log" 2>&1
	is "$1, $2 vCPUs: a report" $? 0
	folder=$(sed -n 's/^guest: the work folder is //p' "$work/log")
	[ -f "$work/out/r.bin" ] || { sed 's/^/# /' "$work/log"; return 1; }
}

check()
{
	local cmdline real

	run "$1" "$2" || return
	cmdline=$(cat "$folder/cmdline")
	real=$(measurement "$work/out/r.bin")
	is "$1, $2 vCPUs: the prediction is right" \
		"$(predict "$folder/vmlinuz" "$folder/initrd" "$cmdline")" "$real"
}

# The same inputs with one changed
check_changes()
{
	local cmdline real

	cmdline=$(cat "$folder/cmdline")
	real=$(measurement "$work/out/r.bin")
	different "another command line" "$real" \
		"$(predict "$folder/vmlinuz" "$folder/initrd" "$cmdline debug")"
	{ cat "$folder/initrd"; echo; } > "$work/initrd"
	different "another initrd" "$real" \
		"$(predict "$folder/vmlinuz" "$work/initrd" "$cmdline")"
	cp "$folder/vmlinuz" "$work/vmlinuz"
	printf x | dd of="$work/vmlinuz" bs=1 seek=$(($(stat -L -c %s "$work/vmlinuz") / 2)) \
		conv=notrunc status=none
	different "another kernel" "$real" \
		"$(predict "$work/vmlinuz" "$folder/initrd" "$cmdline")"
}

different()
{
	ok "$1 makes another measurement" test -n "$3" -a "$2" != "$3"
}

check 6.1 1
check 6.12 4
[ ! -f "$work/out/r.bin" ] || check_changes
done_testing
