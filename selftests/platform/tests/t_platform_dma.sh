#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# DMA: an emulated device reaches what the guest shares and nothing else, and the
# hypervisor's log tells when one tried. dma_test.ko hands out the addresses.
set -u

# shellcheck source=selftests/platform/tests/platform.sh
. "$(dirname "$0")/platform.sh"

series=6.12
build_modules $series

# the device's mask is 28 bits unless told otherwise
edu=edu,dma_mask=0xffffffffff

# dma PLATFORM: the module's own TAP lines, and the hypervisor's log
dma()
{
	rm -rf "$work/out"
	"$guest" --platform "$1" --kernel $series --device "$edu" --out "$work/out" \
		--copy "$modules/dma_test.ko:/dma_test.ko" -- \
		sh -c 'insmod /dma_test.ko; dmesg' > "$work/log" 2> "$work/errors"
	ended "$1: the guest lives through the tests" $?
	module_results dma_test "$work/log" "$1: "
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
