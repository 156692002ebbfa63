# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # the script that sources this sets the folders
# cvmctl verify --batch: threads against one, and memory against the number of files.

BATCH_KINDS=20

# Reports and quotes of one machine each, and folders of 1,000 and 10,000 links to them
batch_evidence()
{
	local i data

	mkdir -p "$work/kinds" "$work/1000" "$work/10000"
	for ((i = 0; i < BATCH_KINDS; i++)); do
		data=$(printf '%0128d' "$i")
		"$build/platform/sp" report --state "$work/sp" --keys "$build/platform/keys" \
			--out "$work/kinds/$((2 * i))" --report-data "$data" product=milan
		"$build/platform/sp" quote --state "$work/sp" --keys "$build/platform/keys" \
			--out "$work/kinds/$((2 * i + 1))" --report-data "$data"
	done 2> /dev/null
	python3 - "$work" <<- 'END'
		import os, sys

		os.chdir(sys.argv[1])
		kinds = sorted(os.listdir('kinds'))
		for count in 1000, 10000:
		    for i in range(count):
		        os.link(f'kinds/{kinds[i % len(kinds)]}', f'{count}/{i}')
	END
}

# batch FILES THREADS: seconds and KiB at the peak
batch()
{
	python3 - "$build/tools/cvmctl" verify --batch "$work/$1" --jobs "$2" --no-nonce \
		--certs "$work/sp/vcek.pem" --certs "$work/sp/ask.pem" --roots "$work/sp/ark.pem" \
		--roots "$work/sp/tdx/root.pem" --collateral "$work/sp/tdx/collateral" <<- 'END'
		import resource, subprocess, sys, time

		start = time.monotonic()
		subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
		seconds = time.monotonic() - start
		print(seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
	END
}

batch_threads()
{
	local round one two _

	for round in 1 2 3 4 5; do
		read -r one _ < <(batch 1000 1)
		read -r two _ < <(batch 1000 2)
		echo "round $round: 1 thread $one s, 2 threads $two s" >&2
		awk -v a="$one" -v b="$two" 'BEGIN { printf "%.4f\n", a / b }'
	done
}

batch_memory()
{
	local round few many _

	for round in 1 2 3; do
		read -r _ few < <(batch 1000 2)
		read -r _ many < <(batch 10000 2)
		echo "round $round: $few KiB for 1,000 files, $many KiB for 10,000" >&2
		awk -v a="$many" -v b="$few" 'BEGIN { printf "%.4f\n", a / b }'
	done
}
