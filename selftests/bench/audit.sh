# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # the script that sources this sets the folders
# The audit: a pass beside a read of /proc/kpageflags, its growth with memory, and what
# the ledger costs a conversion.

# audit_pass PLATFORM: seconds of the first look over the seconds of reading a word for
# each page
audit_pass()
{
	"$guest" --platform "$1" --kernel 6.12 -- sh -c '
		insmod /cvm.ko
		now() { cut -d " " -f 1 /proc/uptime; }
		for round in 1 2 3 4 5; do
			cvmctl audit run --json | sed -n "s/.*\"walk_seconds\": \([0-9.e-]*\),/walk \1/p"
			start=$(now)
			for i in 1 2 3 4 5; do dd if=/proc/kpageflags of=/dev/null bs=64k 2> /dev/null; done
			echo "read $start $(now)"
		done' | tee >(cat >&2) | awk '
		$1 == "walk" { walk = $2 }
		$1 == "read" && $3 > $2 { printf "%.4f\n", walk / (($3 - $2) / 5) }'
}

# audit_growth: a pass of 8 GiB over a pass of 1 GiB
audit_growth()
{
	local size round

	for round in 1 2 3; do
		for size in 1G 8G; do
			"$guest" --platform tdx --kernel 6.12 --memory $size -- sh -c '
				insmod /cvm.ko
				for round in 1 2 3 4 5; do cvmctl audit run --json; done' |
				sed -n 's/.*"walk_seconds": \([0-9.e-]*\),/\1/p' | median
		done | tee >(cat >&2) | awk 'NR == 1 { small = $1 } NR == 2 { printf "%.4f\n", $1 / small }'
	done
}

# ledger_cost PLATFORM: nanoseconds of a conversion with the module over those without
ledger_cost()
{
	local folder

	"$source/selftests/qemu/kernels" fetch 6.12
	folder=$("$source/selftests/modules/build" \
		"$("$source/selftests/qemu/kernels" path headers 6.12)" "$build/selftests-modules" 2>&1 |
		tail -n 1)
	"$guest" --platform "$1" --kernel 6.12 --copy "$folder/audit_test.ko:/audit_test.ko" -- sh -c '
		insmod /audit_test.ko
		parameters=/sys/module/audit_test/parameters
		measure() { echo time > $parameters/plant; cat $parameters/ns; }
		measure > /dev/null
		for round in 1 2 3 4 5; do
			without=$(measure)
			insmod /cvm.ko; with=$(measure); rmmod cvm
			echo "$with $without"
		done' | tee >(cat >&2) | awk 'NF == 2 && $2 > 0 { printf "%.4f\n", $1 / $2 }'
}
