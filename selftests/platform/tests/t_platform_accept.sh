#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Early acceptance in guests that boot lazily: what the module shows agrees with the kernel
# and with the platform, every page is accepted once, and what disturbs the job does not
# break it.
set -u

# shellcheck source=selftests/platform/tests/platform.sh
. "$(dirname "$0")/platform.sh"

# What runs in the guest; it prints "NAME VALUE" lines
cat > "$work/accept.sh" << 'SCRIPT'
kernel() { sed -n 's/^Unaccepted: *\([0-9]*\) kB/\1/p' /proc/meminfo; }
number() { cvmctl memory --json | sed -n "s/^  \"$1\": \([0-9]*\),*/\1/p"; }
# the platform's own count goes into its log, see hv/question.c
ask() { printf a | dd of=/dev/port bs=1 seek=$((0x4c56)) conv=notrunc 2> /dev/null; }
state() { cvmctl memory --json | sed -n 's/^    "state": "\(.*\)",/\1/p'; }

insmod /cvm.ko || exit
echo "kernel-before $(kernel)"
echo "module-before $(($(number unaccepted) / 1024))"
cvmctl memory --map --json > /tmp/map
echo "map-before $(awk '/"length"/ { l = $2 + 0 } /"state": "unaccepted"/ { s += l } END { print s / 1024 }' /tmp/map)"

ask
cvmctl memory accept --amount 32M --wait > /dev/null; echo "amount $?"
ask
echo "after-amount $(number accepted_early)"

cvmctl memory accept --all --rate 16 --background > /dev/null; echo "start $?"
cvmctl memory accept --all 2> /tmp/error; echo "second-start $?"
grep -q 'being accepted already' /tmp/error; echo "second-start-says $?"
cvmctl memory stop > /dev/null; echo "stop $?"
echo "state-stopped $(state)"
echo "left-after-stop $(kernel)"

cvmctl memory accept --all --floor 1000G --background > /dev/null; sleep 1
echo "state-short $(state)"
cvmctl memory stop > /dev/null

cvmctl memory accept --all --rate 16 --background > /dev/null
rmmod cvm; echo "unload $?"
insmod /cvm.ko
ask
echo "at-load $(number unaccepted_at_load)"

mkdir /tmp/hog; mount -t tmpfs -o size=80% none /tmp/hog
dd if=/dev/zero of=/tmp/hog/file bs=1M count=200 2> /dev/null &
cvmctl memory accept --all --rate 0 --wait --json > /tmp/events; echo "all $?"
wait
echo "hog $(wc -c < /tmp/hog/file)"
rm /tmp/hog/file
echo "events $(($(wc -l < /tmp/events) > 1))"
ask
echo "early $(number accepted_early)"
echo "state-end $(state)"
echo "refused $(cvmctl memory --json | sed -n 's/^    "refused": \([0-9]*\),/\1/p')"
echo "kernel-after $(kernel)"
echo "module-after $(number unaccepted)"
cvmctl memory accept --all --wait > /dev/null; echo "nothing-left $?"
cvmctl memory latency | grep -q 'in all, mean'; echo "latency $?"
cvmctl memory --svg /tmp/map.svg > /dev/null && grep -q '</svg>' /tmp/map.svg; echo "svg $?"

cvmctl memory accept --all --node 7 2> /dev/null; echo "bad-node $?"
cvmctl memory accept --amount 1K 2> /dev/null; echo "too-little $?"
cvmctl memory accept --amount 99999999999999T 2> /dev/null; echo "overflow $?"
dmesg | grep 'cvm_accept\|WARNING: CPU\|BUG: ' | sed 's/^/complaint /'
SCRIPT

# accepted_between N M: pages, by the platform's answers to the Nth and Mth question
accepted_between()
{
	sed -n 's/^asked: pages accepted //p' "$work/out/hv.log" |
		sed -n "$1p;$2p" | tr '\n' ' ' | awk '{ print $2 - $1 }'
}

# accept PLATFORM CPUS
accept()
{
	local name="$1, $2 vCPU" hv ahead

	rm -rf "$work/out"
	"$guest" --platform "$1" --kernel 6.12 --cpus "$2" --memory 1G --lazy --out "$work/out" \
		--copy "$work/accept.sh:/accept.sh" -- sh /accept.sh > "$work/log" 2> "$work/errors"
	ended "$name: the guest ends well" $?
	ok "$name: memory is left at first" test "$(value kernel-before)" -gt 100000
	is "$name: module and kernel count the same" "$(value module-before)" "$(value kernel-before)"
	is "$name: so does the map" "$(value map-before)" "$(value kernel-before)"
	is "$name: an amount is accepted" "$(value amount) $(value after-amount)" '0 33554432'
	is "$name: a job starts, a second does not" "$(value start) $(value second-start)" '0 1'
	is "$name: and is told why" "$(value second-start-says)" 0
	is "$name: a job is stopped" "$(value stop) $(value state-stopped)" '0 stopped'
	ok "$name: with memory left" test "$(value left-after-stop)" -gt 0
	is "$name: a job pauses while memory is short" "$(value state-short)" paused
	is "$name: the module can be unloaded under a job" "$(value unload)" 0
	is "$name: all is accepted beside a hog" "$(value all) $(value state-end)" '0 done'
	is "$name: which gets its memory" "$(value hog)" 209715200
	is "$name: there are events" "$(value events)" 1
	is "$name: no chunk was refused" "$(value refused)" 0
	is "$name: nothing is left, the kernel says" "$(value kernel-after)" 0
	is "$name: and the module" "$(value module-after)" 0
	is "$name: accepting nothing is done at once" "$(value nothing-left)" 0
	is "$name: latencies and the picture" "$(value latency) $(value svg)" '0 0'
	is "$name: bad requests are refused" \
		"$(value bad-node) $(value too-little) $(value overflow)" '2 2 2'
	is "$name: the kernel does not complain" "$(value complaint)" ''
	hv=$(cat "$work/out/hv.log")
	# The kernel takes the next 2 MiB along with a chunk (accept_memory(), for the sake of
	# load_unaligned_zeropad()), so that some are accepted that count as left, and a job
	# begins and ends with one taken by or from its neighbour
	ahead=$(($(accepted_between 1 2) - (32 << 8)))
	ok "$name: the platform saw the module accept that amount" \
		test $((ahead % 512)) = 0 -a $ahead -ge -1024 -a $ahead -le 1024
	ahead=$(($(value at-load) / 4096 - $(accepted_between 3 4)))
	ok "$name: and after the load what was left, by the module and by the kernel on demand" \
		test $((ahead % 512)) = 0 -a $ahead -ge 0 -a $ahead -le 2048
	ok "$name: a good part of it by the module" test "$(value early)" -gt $(($(value at-load) / 8))
	has "$name: the platform saw pages accepted, none twice" "$hv" \
		'stats: pages accepted [0-9]{5,}, again 0$'
	has "$name: and none is pending at the end" "$hv" 'stats: pages private .* pending 0 '
}

# A host that is slow, and one that gives no more
cat > "$work/slow.sh" << 'SCRIPT'
insmod /cvm.ko || exit
cvmctl memory accept --amount 64M --wait > /dev/null; echo "amount $?"
cvmctl memory latency --json > /tmp/latency
cat /tmp/latency
SCRIPT

slow()
{
	local name="$1, a slow host"

	"$guest" --platform "$1" --kernel 6.12 --memory 1G --lazy --hv slow-accept=10 \
		--copy "$work/slow.sh:/slow.sh" -- sh /slow.sh > "$work/log" 2> "$work/errors"
	ended "$name: the guest ends well" $?
	is "$name: the job ends" "$(value amount)" 0
	# two times 2 MiB in each chunk, so none can take less
	sed -n '/^{/,$p' "$work/log" > "$work/latency"
	ok "$name: each of the 16 chunks is measured, none below 20 ms" jq -e \
		'.early | .count == 16 and ([.buckets[] | select(.below_us <= 16384) | .count] | add // 0) == 0' \
		"$work/latency"
}

# refusing PLATFORM HOW: the kernel gives up, and nobody waits for ever. It warns with the
# zone's lock held; a console that needs memory then would wait for that lock.
refusing()
{
	local name="$1, a host that gives no more pages"

	rm -rf "$work/out"
	"$guest" --platform "$1" --kernel 6.12 --memory 1G --lazy --hv refuse-accept=150000 \
		--append 'panic_on_warn=0 loglevel=1' --timeout 100 --out "$work/out" -- \
		sh -c 'insmod /cvm.ko && echo loaded yes && cvmctl memory accept --all --wait' \
		> "$work/log" 2> "$work/errors"
	ended "$name: the guest ends" $? 126
	is "$name: not before the job" "$(value loaded)" yes
	has "$name: as its kernel wants it" "$(cat "$work/errors")" "$2"
	has "$name: the platform tells" "$(cat "$work/out/hv.log")" 'the host refuses a page to accept'
}

# Memory that comes after boot. A kernel with "mem=" has left it alone, so here it is
# accepted; a host that adds some would decide on its own.
cat > "$work/added.sh" << 'SCRIPT'
insmod /cvm.ko || exit
echo "before $(cvmctl memory | grep -c WARNING)"
insmod /add_memory.ko start=0x38000000 size=0x8000000; echo "add $?"
cvmctl memory --json > /tmp/added
echo "bytes $(sed -n 's/^  "added": \([0-9]*\),/\1/p' /tmp/added)"
echo "range $(tr -d ' \n' < /tmp/added | sed -n 's/.*"gaps":\[\([^]]*\)\].*/\1/p')"
echo "warning $(cvmctl memory | grep -A 2 WARNING | tr -s ' \n' ' ')"
echo "map $(cvmctl memory --map --json | grep -c '"state": "added"')"
cvmctl memory accept --all --wait > /dev/null; echo "accept $?"
rmmod add_memory; echo "remove $?"
echo "after $(cvmctl memory | grep -c WARNING)"
SCRIPT

# added PLATFORM
added()
{
	local name="$1, memory added after boot"

	"$guest" --platform "$1" --kernel 6.12 --memory 1G --append mem=896M \
		--append memhp_default_state=online_movable --copy "$work/added.sh:/added.sh" \
		--copy "$modules/add_memory.ko:/add_memory.ko" -- sh /added.sh \
		> "$work/log" 2> "$work/errors"
	ended "$name: the guest ends well" $?
	is "$name: nothing to warn of before" "$(value before)" 0
	is "$name: it is counted" "$(value add) $(value bytes)" "0 $((128 << 20))"
	is "$name: and its place is told" "$(value range)" \
		"{\"start\":$((0x38000000)),\"length\":$((128 << 20))}"
	has "$name: the screen warns" "$(value warning)" \
		'WARNING 128 MiB was added after boot.* 0x38000000-0x3fffffff'
	is "$name: the map shows it" "$(value map)" 1
	is "$name: it is left alone" "$(value accept)" 0
	is "$name: it goes, and the warning too" "$(value remove) $(value after)" '0 0'
}

build_modules 6.12
added snp
added tdx
slow snp
slow tdx
refusing snp 'the guest terminated itself|kernel complained'
refusing tdx 'an access that hardware would not allow'
for cpus in 1 4; do
	accept snp $cpus
	accept tdx $cpus
done
done_testing
