#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A host that takes a private page away and puts another there. On TDX the hardware can be
# asked, and the audit finds just that page; on SNP it cannot, and says why. On both, who
# touches the page is stopped.
set -u

# shellcheck source=selftests/platform/tests/platform.sh
. "$(dirname "$0")/platform.sh"

# ---- in the guest ----

cat > "$work/begin.sh" << 'SCRIPT'
all=--hardware=4294967295
plant() { echo "$1" > /sys/module/audit_test/parameters/plant; echo "$1-planted $?"; }
number() { sed -n "s/.*\"$1\": \([0-9]*\).*/\1/p" /tmp/run; }
audit() { cvmctl audit run --json $1 > /tmp/run; echo "$2 $? $(number failed) $(grep -c '"id"' /tmp/run)"; }
insmod /cvm.ko && insmod /audit_test.ko || exit
SCRIPT

# A host that is honest; then one page of one that is not, and somebody who touches it
cat > "$work/found.sh" << 'SCRIPT'
. /begin.sh
for i in 1 2 3; do audit $all clean; done
echo "asked $(number asked)"
audit --hardware few; echo "few-asked $(number asked)"
plant replaced; start=$(cat /sys/module/audit_test/parameters/start)
audit "" not-asked
audit $all replaced
echo "found $(tr -d ' \n' < /tmp/run | grep -o '"verdict":"replaced"[^}]*"use":"[a-z]*"') want $start"
cvmctl audit > /tmp/screen; sed 's/^/screen /' /tmp/screen
echo 0 > /proc/sys/kernel/ftrace_enabled
audit $all silenced; echo "silenced-asked $(number asked)"
echo 1 > /proc/sys/kernel/ftrace_enabled
sleep 1	# what was printed is on its way
plant touch
SCRIPT

# The hardware must never be asked about a page that is just being shared or accepted: that
# would end the guest
cat > "$work/races.sh" << 'SCRIPT'
. /begin.sh
cvmctl memory accept --rate 200M > /dev/null 2>&1 &
i=0
while [ $i -lt 10 ]; do echo traffic > /sys/module/audit_test/parameters/plant; i=$((i + 1)); done &
i=0
while [ $i -lt 6 ]; do audit $all busy; i=$((i + 1)); done
echo "busy-asked $(number asked)"
wait
dmesg | grep 'WARNING: CPU\|BUG: ' | sed 's/^/complaint /'
SCRIPT

cat > "$work/refused.sh" << 'SCRIPT'
. /begin.sh
cvmctl audit run --hardware > /dev/null 2> /tmp/error; echo "refused $?"
sed 's/^/says /' /tmp/error
cvmctl audit run -q > /dev/null; echo "without $?"
plant replaced
cvmctl audit run -q > /dev/null; echo "not-touched $?"
sleep 1	# what was printed is on its way
plant touch
SCRIPT

# ---- on the host ----

# stopped NAME HOW LOG: whoever touches the page does not go on
stopped()
{
	is "$1: the guest is stopped" "$status" 126
	has "$1: how" "$(cat "$work/errors")" "$2"
	has "$1: the host did it" "$(cat "$work/out/hv.log")" 'attack 1 on page'
	has "$1: the reason" "$(cat "$work/out/hv.log")" "$3"
	is "$1: the access is not served" \
		"$(value touch-planted)$(grep -c 'of a replaced page' "$work/out/console.log")" 0
}

found()
{
	local name="tdx, $1 vCPU" start

	boot_script tdx 6.12 "$1" found
	status=$?
	is "$name: an honest host, three times" "$(value clean | sort -u)" '0 0 0'
	ok "$name: the hardware was asked about what is in use" test "$(value asked)" -gt 5000
	ok "$name: and about few when not told how many" test "$(value few-asked)" -gt 100
	is "$name: page tables do not tell" "$(value not-asked)" '0 0 0'
	is "$name: the hardware does" "$(value replaced)" '9 0 1'
	start=$(value found | sed 's/.* want //')
	has "$name: just that page" "$(value found)" "\"start\":$start,\"length\":4096,"
	has "$name: and what it means" "$(value screen)" 'Do not trust this host'
	is "$name: not while conversions are not traced" "$(value silenced) $(value silenced-asked)" \
		'9 0 1 0'
	stopped "$name, touched" 'an access that hardware would not allow' \
		'private access to a pending page'
}

# refused NAME PLATFORM KERNEL TEXT HOW LOG [OPTION...]
refused()
{
	local name=$1 platform=$2 kernel=$3 text=$4 how=$5 log=$6

	shift 6
	boot_script "$platform" "$kernel" 1 refused "$@"
	status=$?
	is "$name: not here" "$(value refused)" 3
	has "$name: why" "$(value says)" "$text"
	has "$name: what to do instead" "$(value says)" 'cvmctl audit run'
	is "$name: the rest of the audit" "$(value without) $(value not-touched)" '0 0'
	stopped "$name, touched" "$how" "$log"
}

# races CPUS [OPTION...]
races()
{
	local name="tdx, $1 vCPU, conversions${2:+, $2}"

	boot_script tdx 6.12 "$1" races "${@:2}"
	ended "$name: the guest ends well" $?
	is "$name: no findings" "$(value busy | sort -u)" '0 0 0'
	ok "$name: the hardware was asked" test "$(value busy-asked)" -gt 5000
	is "$name: the kernel does not complain" "$(value complaint)" ''
}

build_modules 6.1
build_modules 6.12
found 1
found 4
races 4
races 2 --lazy --hv slow-accept=2
refused "tdx, an older module" tdx 6.12 'no TDG\.MEM\.PAGE\.ATTR\.RD' \
	'an access that hardware would not allow' 'private access to a pending page' --hv no-attr-rd
for series in 6.1 6.12; do
	refused "snp $series" snp $series 'PVALIDATE would accept' 'the guest terminated itself' \
		'(reason|set) 0'
done
done_testing
