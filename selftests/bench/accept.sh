# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # the script that sources this sets the folders
# Early acceptance: how fast it is beside the kernel's own at boot, and what a foreground
# that needs memory feels of it.

# lazy_guest PLATFORM CPUS OPTION...: 2 GiB of which most is not accepted at first
lazy_guest()
{
	local platform=$1 cpus=$2

	shift 2
	"$guest" --platform "$platform" --kernel 6.12 --cpus "$cpus" --memory 2G --lazy "$@"
}

# accept_time PLATFORM: seconds of the job over the seconds that accepting at boot costs.
# A difference of two boots drowns in what else the machine does, which only ever adds:
# so each of the three is the shortest of five, taken in turns.
accept_time()
{
	local round job

	for round in 1 2 3 4 5; do
		lazy_guest "$1" 1 --time "$work/eager.json" --append accept_memory=eager -- true >&2
		job=$(lazy_guest "$1" 1 --time "$work/lazy.json" -- sh -c 'insmod /cvm.ko
			cvmctl memory accept --all --rate 0 --wait > /dev/null
			cvmctl memory --json' | jq -s '.[-1].job.seconds')
		jq -n --argjson job "$job" --slurpfile eager "$work/eager.json" \
			--slurpfile lazy "$work/lazy.json" \
			'[$job, $eager[0].boot_seconds, $lazy[0].boot_seconds] | @tsv' -r
	done | tee >(cat >&2) | jq -R -n '[inputs | split("\t") | map(tonumber)] | transpose | map(min) |
		.[0] / (.[1] - .[2])'
}

# accept_latency PLATFORM: p99 of page faults while accepting at the default rate over idle
accept_latency()
{
	lazy_guest "$1" 2 --timeout 300 --copy "$programs/fault_load:/bin/fault_load" -- sh -c '
		insmod /cvm.ko
		fault_load 3 > /dev/null
		for round in 1 2 3; do
			idle=$(fault_load 1)
			cvmctl memory accept --amount 320M --background > /dev/null
			busy=$(fault_load 1)
			cvmctl memory stop > /dev/null
			echo "$busy $idle"
		done' | tee >(cat >&2) | awk 'NF == 2 && $2 > 0 { printf "%.4f\n", $1 / $2 }'
}
