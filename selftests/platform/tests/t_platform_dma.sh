#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# DMA: an emulated device reaches what the guest shares and nothing else, and the
# hypervisor's log tells when one tried. dma_test.ko hands out the addresses.
set -u

source=${CVM_SRC:-$(cd "$(dirname "$0")/../../.." && pwd)}
build=${CVM_BUILD:-$source/build}
guest=$source/selftests/qemu/guest
kernels=$source/selftests/qemu/kernels
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# shellcheck source=selftests/tap.sh
. "$source/selftests/tap.sh"

series=6.12
"$kernels" fetch $series && "$source/selftests/modules/build" \
	"$("$kernels" path headers $series)" "$build/selftests-modules" 2> "$work/build.log" > \
	"$work/folder" || bail "cannot build dma_test.ko: $(tail -n 3 "$work/build.log")"

# the device's mask is 28 bits unless told otherwise
edu=edu,dma_mask=0xffffffffff

# dma PLATFORM: the module's own TAP lines, one by one
dma()
{
	local line

	rm -rf "$work/out"
	"$guest" --platform "$1" --kernel $series --device "$edu" --out "$work/out" \
		--copy "$(cat "$work/folder")/dma_test.ko:/dma_test.ko" -- \
		sh -c 'insmod /dma_test.ko; dmesg' > "$work/log" 2> "$work/errors"
	is "$1: the guest lives through the tests" $? 0
	sed -n 's/.*dma_test: //p' "$work/log" > "$work/tap"
	while IFS= read -r line; do
		case $line in
		'ok '*)		ok "$1: ${line#* - }" true ;;
		'not ok '*)	ok "$1: ${line#* - }" false ;;
		esac
	done < "$work/tap"
	is "$1: all tests have run" "1..$(grep -cE '^(not )?ok ' "$work/tap")" \
		"$(grep '^1\.\.' "$work/tap")"
	is "$1: the guest is told of no IOMMU" "$(grep -c DMAR "$work/log")" 0
	has "$1: the attempts to write are in the hypervisor's log" "$(cat "$work/out/hv.log")" \
		'DMA refused: device .*, write to [0-9a-f]*, page state 1'
	has "$1: and the one to read" "$(cat "$work/out/hv.log")" \
		'DMA refused: device .*, read of [0-9a-f]*, page state 1'
}

dma snp
dma tdx
dma sev
dma sev-es
done_testing
