#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The audit in emulated guests: what it calls shared is what the platform has shared, page
# for page; bugs that show memory to the host are found; and nothing else is.
set -u

# shellcheck source=selftests/platform/tests/platform.sh
. "$(dirname "$0")/platform.sh"

compare=$source/selftests/platform/tests/audit_compare.py

# ---- in the guest ----

# What all scripts begin with. ask: a question to the platform, see hv/question.c
cat > "$work/begin.sh" << 'SCRIPT'
ask() { printf "$1" | dd of=/dev/port bs=1 seek=$((0x4c56)) conv=notrunc 2> /dev/null; }
# the members of all findings, one finding a line
findings() { cvmctl audit run --json > /tmp/run; rc=$?; tr -d ' \n' < /tmp/run | sed 's/.*"findings":\[//; s/\],"dropped".*//; s/},{"id"/}\n{"id"/g'; echo; }
plant() { echo "$1" > /sys/module/audit_test/parameters/plant; echo "$1-planted $?"; }
insmod /cvm.ko || exit
SCRIPT

# An idle guest, and one with traffic: no findings, and the platform has the same table
cat > "$work/quiet.sh" << 'SCRIPT'
. /begin.sh
cvmctl audit run > /tmp/screen; echo "run $?"
sed 's/^/screen /' /tmp/screen
ask s; cvmctl audit map --json > /out/map
insmod /audit_test.ko
i=0
while [ $i -lt 12 ]; do
	plant traffic > /dev/null &
	dd if=/dev/vda of=/dev/null bs=64k count=64 2> /dev/null &
	cvmctl audit run -q > /tmp/busy; echo "busy $?"
	grep -q '^0 findings' /tmp/busy || cvmctl audit show | sed 's/^/finding /'
	wait
	rmmod audit_test; insmod /audit_test.ko
	i=$((i + 1))
done
plant owned
findings; echo "owned-run $rc"
cvmctl audit log --json > /tmp/log; echo "log $?"
grep -c '"shared": true' /tmp/log | sed 's/^/log-shares /'
grep -c 'caller.*audit_test' /tmp/log | sed 's/^/log-owner /'
cvmctl audit map > /tmp/map; echo "map $?"
cvmctl audit map --svg /tmp/map.svg && grep -q '</svg>' /tmp/map.svg; echo "svg $?"
rmmod audit_test
cvmctl audit run -q > /dev/null; echo "after $?"
ask s; cvmctl audit map --json > /out/map-busy
dmesg | grep 'WARNING: CPU\|BUG: ' | sed 's/^/complaint /'
SCRIPT

# Bugs, the dangerous one last: who gets a page that is shared and thinks it is private ends
# the guest. What is freed by one must not be allocated by the next, so the second kind of
# leak has a boot of its own.
cat > "$work/bugs.sh" << 'SCRIPT'
. /begin.sh
insmod /audit_test.ko
where() { cat /sys/module/audit_test/parameters/start; }
for bug in $bugs; do
	plant $bug; start=$(where)
	findings > /tmp/found
	echo "$bug-exit $rc"
	echo "$bug-found $(grep "\"start\":$start," /tmp/found)"
	echo "$bug-count $(grep -c '"id"' /tmp/found)"
	if [ $bug = slab ]; then
		cvmctl audit baseline --file /tmp/named.json --save > /dev/null
		cvmctl audit show --baseline /tmp/named.json > /dev/null; echo "named $?"
		cvmctl audit run --baseline /tmp/named.json > /dev/null; echo "named-run $?"
		cvmctl audit baseline --file /tmp/named.json > /dev/null; echo "named-diff $?"
		cvmctl audit show > /dev/null; echo "default $?"
		cvmctl audit show --baseline /tmp/none.json > /dev/null 2>&1; echo "absent $?"
	fi
	if [ $bug = alias ]; then
		cvmctl audit baseline --accept "$(sed -n 's/.*"id":\([0-9]*\),"verdict":"alias-mismatch".*/\1/p' /tmp/found)" > /dev/null
		echo "accept $?"
	fi
done
SCRIPT

# What a driver has mapped into a process, as long as that lives. Last is a right one
cat > "$work/process.sh" << 'SCRIPT'
. /begin.sh
insmod /audit_test.ko
for bug in user-private user-shared user-right; do
	(
		plant $bug
		cvmctl audit run --json > /tmp/run; echo "$bug-exit $?"
		tr -d ' \n' < /tmp/run | sed "s/.*\"findings\"/$bug-found /"; echo
		echo "$bug-start $(cat /sys/module/audit_test/parameters/start)"
	) &
	echo "$bug-pid $!"
	wait
done
sed -n 's/.*"processes": \([0-9]*\).*/processes \1/p' /tmp/run
rmmod audit_test; echo "unload $?"
cvmctl audit run -q > /dev/null; echo "after $?"
SCRIPT

{ echo 'bugs="slab alias leak"'; cat "$work/bugs.sh"; } > "$work/leak.sh"
{ echo 'bugs=percpu'; cat "$work/bugs.sh"; } > "$work/percpu.sh"

cat > "$work/silenced.sh" << 'SCRIPT'
. /begin.sh
insmod /audit_test.ko
echo 0 > /proc/sys/kernel/ftrace_enabled
plant owned
findings > /tmp/found; echo "silenced $(grep -c tracer-silenced /tmp/found)"
echo "stray $(grep '"verdict":"stray"' /tmp/found | grep "\"start\":$(cat /sys/module/audit_test/parameters/start),")"
echo 1 > /proc/sys/kernel/ftrace_enabled
findings > /tmp/found; echo "silenced-after $(grep -c tracer-silenced /tmp/found)"
echo "stray-after $(grep -c '"verdict":"stray"' /tmp/found)"
rmmod audit_test
findings > /tmp/found; echo "left $(grep -c '"id"' /tmp/found)"
SCRIPT

cat > "$work/unknown.sh" << 'SCRIPT'
. /begin.sh
insmod /audit_test.ko
ask r; plant unknown; ask R
findings > /tmp/found
echo "unknown $(grep "\"start\":$(cat /sys/module/audit_test/parameters/start)," /tmp/found)"
SCRIPT

# Two at once, cancel, unload in the middle, wrong words
cat > "$work/races.sh" << 'SCRIPT'
. /begin.sh
cvmctl audit run --rate 64 > /dev/null & pid=$!
sleep 1
cvmctl audit run 2> /tmp/error; echo "second $?"
grep -q 'running already' /tmp/error; echo "second-says $?"
cvmctl audit stop; echo "stop $?"
wait $pid; echo "stopped $?"
cvmctl audit run --rate 64 > /dev/null 2>&1 &
sleep 1
rmmod cvm; echo "unload $?"
wait
insmod /cvm.ko
insmod /audit_test.ko
i=0
while [ $i -lt 10 ]; do echo traffic > /sys/module/audit_test/parameters/plant; i=$((i + 1)); done &
i=0
while [ $i -lt 5 ]; do cvmctl audit run -q > /dev/null; echo "heavy $?"; i=$((i + 1)); done
wait
cvmctl monitor --json > /tmp/events 2> /dev/null & pid=$!
sleep 1
echo traffic > /sys/module/audit_test/parameters/plant
cvmctl audit run -q > /dev/null
sleep 1
kill $pid; wait $pid; echo "monitor $?"
echo "events $(grep -c '"event": *"conversion"' /tmp/events) $(grep -c '"event": *"audit"' /tmp/events) $(grep -c '"event": *"lost"' /tmp/events)"
for block in /sys/devices/system/memory/memory*; do
	echo offline > $block/state 2> /dev/null && echo "offline $block" && break
done
cvmctl audit run -q > /dev/null; echo "offline-run $?"
[ -n "$block" ] && echo online > $block/state 2> /dev/null
cvmctl audit run -q > /dev/null; echo "online-run $?"
cvmctl audit run --fail-on sometimes 2> /dev/null; echo "bad-fail-on $?"
cvmctl audit show 77 2> /dev/null; echo "bad-id $?"
cvmctl audit show x 2> /dev/null; echo "bad-word $?"
cvmctl audit baseline --save --diff 2> /dev/null; echo "bad-baseline $?"
cvmctl audit baseline --save > /dev/null; echo "save $?"
cvmctl audit baseline; echo "diff $?"
dmesg | grep 'WARNING: CPU\|BUG: ' | sed 's/^/complaint /'
SCRIPT

# ---- on the host ----

# compare NAME MAP [--used]: the guest's map and the platform's table at that time
compare()
{
	"$compare" ${3:+"$3"} "$work/out/$2" "$work/out/hv.log" > "$work/compared" 2>&1
	is "$1" "$? $(grep differ "$work/compared")" '0 '
	ok "$1: there were pages to compare" test \
		"$(sed -n 's/^compared //p' "$work/compared")" -gt 100000
}

# quiet PLATFORM KERNEL CPUS
quiet()
{
	local name="$1, $2, $3 vCPU"

	truncate -s 16M "$work/disk"
	boot_script "$1" "$2" "$3" quiet --module virtio_blk --disk "$work/disk"
	ended "$name: the guest ends well" $?
	is "$name: an idle guest has no findings" "$(value run)" 0
	has "$name: the screen says so" "$(value screen)" '0 findings\.'
	has "$name: and names the uses" "$(value screen)" 'swiotlb  *[0-9]'
	compare "$name: shared with traffic is what the platform has shared" map-busy
	is "$name: no findings with traffic" "$(value busy | sort -u)$(value finding)" 0
	is "$name: what the ledger knows is no finding" "$(value owned-run) $(value after)" '0 0'
	is "$name: the log" "$(value log)" 0
	ok "$name: tells who shares" test "$(value log-owner)" -gt 0
	is "$name: pictures" "$(value map) $(value svg)" '0 0'
	is "$name: the kernel does not complain" "$(value complaint)" ''
}

# idle PLATFORM KERNEL CPUS [--used]: the table of a guest that does nothing
idle()
{
	local name="$1, $2, $3 vCPU, idle"

	boot_script "$1" "$2" "$3" idle
	ended "$name: the guest ends well" $?
	is "$name: no findings" "$(value run)" 0
	compare "$name: the tables agree" map ${4:+"$4"}
}

bugs()
{
	local name="$1, $2"

	boot_script "$1" "$2" 2 leak
	mv "$work/log" "$work/first"
	boot_script "$1" "$2" 2 percpu
	cat "$work/first" >> "$work/log"
	is "$name: each is planted" "$(sed -n 's/^[a-z]*-planted //p' "$work/log" | tr -d '\n')" 0000
	is "$name: exit status 9" "$(sed -n 's/^[a-z]*-exit //p' "$work/log" | tr -d '\n')" 9999
	has "$name: a slab page that is shared" "$(value slab-found)" \
		'"verdict":"bad-use".*"use":"slab".*audit_test'
	is "$name: a baseline that is named accepts it" \
		"$(value named) $(value named-run) $(value named-diff)" '0 0 0'
	is "$name: no other does, and it must be there" "$(value default) $(value absent)" '9 1'
	has "$name: a second mapping with the old state" "$(value alias-found)" \
		'"verdict":"alias-mismatch"'
	is "$name: a finding is accepted" "$(value accept)" 0
	has "$name: a block that was freed while shared" "$(value leak-found)" \
		'"verdict":"leak".*"length":65536.*"use":"(percpu-)?free".*audit_test'
	has "$name: a page that was freed while shared" "$(value percpu-found)" \
		'"verdict":"leak".*audit_test'
	is "$name: nothing but these" "$(value slab-count) $(value alias-count) $(value leak-count)" \
		'1 2 3'
}

processes()
{
	local name="$1, $2, mapped into a process" bug

	boot_script "$1" "$2" 2 process
	ended "$name: the guest ends well" $?
	for bug in user-private user-shared; do
		is "$name: $bug is a finding" "$(value $bug-planted) $(value $bug-exit)" '0 9'
		has "$name: $bug, which page and of whom" "$(value $bug-found)" \
			"\"alias-mismatch\".*\"start\":$(value $bug-start),.*\"pid\":$(value $bug-pid),"
	done
	is "$name: a right mapping is none" "$(value user-right-planted) $(value user-right-exit)" \
		'0 0'
	ok "$name: there were processes" test "$(value processes)" -gt 1
	is "$name: nothing is left over" "$(value unload) $(value after)" '0 0'
}

silenced()
{
	local name="$1, $2"

	boot_script "$1" "$2" 2 silenced
	ended "$name: the guest ends well" $?
	is "$name: a blinded tracer is a finding" "$(value silenced)" 1
	has "$name: so is what was shared meanwhile" "$(value stray)" '"verdict":"stray"'
	is "$name: the tracer sees again, the page stays a finding" \
		"$(value silenced-after) $(value stray-after)" '0 1'
	is "$name: until it is private again" "$(value left)" 0
}

unknown()
{
	# the kernel warns of it
	boot_script tdx 6.12 1 unknown --append 'panic_on_warn=0 loglevel=1'
	ended "tdx, a host that does not take a page back: the guest ends" $? 126
	has "tdx: the page is a finding" "$(value unknown)" \
		'"verdict":"unknown-state".*"error":5'
}

races()
{
	local name="$1, $2 vCPU"

	boot_script "$1" 6.12 "$2" races --append movable_node
	ended "$name: the guest ends well" $?
	is "$name: a second pass is refused, and told why" "$(value second) $(value second-says)" \
		'1 0'
	is "$name: a pass is stopped" "$(value stop) $(value stopped)" '0 1'
	is "$name: the module can be unloaded under a pass" "$(value unload)" 0
	is "$name: no findings under heavy conversion" "$(value heavy | sort -u)" 0
	is "$name: the monitor ends well" "$(value monitor)" 0
	is "$name: and has seen each conversion and the pass" "$(value events)" '102 1 0'
	is "$name: with memory offline and online" "$(value offline-run) $(value online-run)" '0 0'
	is "$name: bad words are refused" "$(value bad-fail-on) $(value bad-id) $(value bad-word) \
$(value bad-baseline)" '2 2 2 2'
	is "$name: a baseline" "$(value save) $(value diff)" '0 0'
	is "$name: the kernel does not complain" "$(value complaint)" ''
}

cat > "$work/idle.sh" << 'SCRIPT'
. /begin.sh
cvmctl audit run > /dev/null; echo "run $?"
ask s; cvmctl audit map --json > /out/map
SCRIPT

build_modules 6.1
build_modules 6.12

idle snp 6.1 1
idle snp 6.12 4
idle tdx 6.12 1
idle sev 6.12 2 --used
idle sev-es 6.12 2 --used
quiet snp 6.12 1
quiet tdx 6.12 4
bugs snp 6.12
bugs snp 6.1
bugs tdx 6.12
bugs sev-es 6.12
processes snp 6.1
processes tdx 6.12
silenced snp 6.12
silenced snp 6.1
unknown
races snp 4
races tdx 1
done_testing
