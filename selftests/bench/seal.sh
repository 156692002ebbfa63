# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # the script that sources this sets the folders
# Seals: a check beside what openssl needs for SHA-256 of as many bytes, on the same guest.

# seal_check PLATFORM: seconds of a check over those of openssl in blocks of a page
seal_check()
{
	local ssl

	ssl=$(ldconfig -p | sed -n 's|.*libssl.so.3 (.*x86-64.*) => ||p' | head -n 1)
	"$guest" --platform "$1" --kernel 6.12 --copy "$(command -v openssl):/openssl" \
		--copy "$ssl:/usr/lib/libssl.so.3" -- sh -c '
		insmod /cvm.ko
		now() { cut -d " " -f 1 /proc/uptime; }
		cvmctl seal add kernel-rodata -q > /dev/null
		cvmctl seal add kernel-text -q > /dev/null
		pages=$(cvmctl seal list --json | sed -n "s/.*\"pages\": \([0-9]*\).*/\1/p" |
			awk "{ sum += \$1 } END { print sum }")
		for round in 1 2 3; do
			start=$(now)
			cvmctl seal check -q > /dev/null
			end=$(now)
			rate=$(LD_LIBRARY_PATH=/usr/lib /openssl speed -seconds 1 -bytes 4096 sha256 2> /dev/null |
				sed -n "s/^sha256 *\([0-9.]*\)k.*/\1/p")
			echo "$start $end $pages $rate"
		done' | tee >(cat >&2) | awk 'NF == 4 && $4 > 0 {
		printf "%.4f\n", ($2 - $1) / ($3 * 4096 / ($4 * 1000)) }'
}
