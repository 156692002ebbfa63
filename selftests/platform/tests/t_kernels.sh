#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What each kernel can do is what the table in Documentation/testing.rst says, row by row.
set -u

# shellcheck source=selftests/platform/tests/platform.sh
. "$(dirname "$0")/platform.sh"

table=$source/Documentation/testing.rst
series=(6.1 6.12 sid)

# Lines "WHAT|YES-OR-NO" or "WHAT|WORD"
cat > "$work/common.sh" << 'SCRIPT'
yes_or_no()
{
	what=$1
	shift
	"$@" > /dev/null 2>&1 && echo "$what|yes" || echo "$what|no"
}
attest()
{
	cvmctl attest --transport "$1" --nonce 00ff -o /tmp/evidence
}
# After cvm: the kernel's own driver finds its device free, and both give evidence
beside()
{
	modprobe "$1" && attest cvm
}
mount_configfs()
{
	[ -d /sys/kernel/config/tsm ] || mount -t configfs none /sys/kernel/config 2> /dev/null
}
modprobe tsm 2> /dev/null
insmod /cvm.ko || exit
SCRIPT
cat "$work/common.sh" - > "$work/snp.sh" << 'SCRIPT'
mount_configfs
yes_or_no 'SNP report through /dev/cvm' attest cvm
yes_or_no 'configfs-tsm served by cvm' attest tsm
yes_or_no 'sev-guest.ko works beside cvm' beside sev-guest
cvmctl memory --json | sed -n 's/^  "lazy": false,/memory left unaccepted|no/p
	s/^  "lazy": true,/memory left unaccepted|yes/p'
yes_or_no 'latency of on-demand acceptance' sh -c \
	'! cvmctl memory latency --json | grep -q "on_demand.: null"'
cvmctl audit run --json | sed -n 's/^ *"tracer": "\(.*\)",/conversions traced by|\1/p'
SCRIPT
cat "$work/common.sh" - > "$work/tdx.sh" << 'SCRIPT'
yes_or_no 'TDX quote through /dev/cvm' attest cvm
echo something > /tmp/file
yes_or_no 'RTMR extended' cvmctl measure extend --register 3 /tmp/file
yes_or_no 'tdx-guest.ko can come after cvm' beside tdx-guest
SCRIPT

# run SERIES PLATFORM: adds to the results of the series
run()
{
	"$guest" --platform "$2" --kernel "$1" --copy "$work/$2.sh:/what.sh" -- sh /what.sh \
		>> "$work/results.$1" 2> "$work/errors"
	ended "$1, $2: the guest ends well" $?
}

# Rows of the table as "WHAT|6.1|6.12|NEWEST"
rows()
{
	sed -n '/^\.\. what each kernel can do/,/^\.\. end/p' "$table" | grep -E '^[^.=]' | tail -n +2 |
		sed -E 's/  +/|/g'
}

# compare SERIES COLUMN
compare()
{
	local what wanted

	while IFS='|' read -r what wanted; do
		[ "$wanted" != - ] || wanted=
		is "$1: $what" "$(sed -n "s:^$what|::p" "$work/results.$1")" "$wanted"
	done < <(rows | cut -d'|' -f"1,$2")
	is "$1: nothing is missing in the table" "$(cut -d'|' -f1 "$work/results.$1" | sort)" \
		"$(rows | cut -d'|' -f"1,$2" | grep -v '|-$' | cut -d'|' -f1 | sort)"
}

column=1
for kernel in "${series[@]}"; do
	column=$((column + 1))
	if [ "$kernel" = sid ] && ! "$kernels" path release sid > /dev/null 2>&1; then
		skip "Debian's newest kernel" 'no kernel of sid'
		continue
	fi
	: > "$work/results.$kernel"
	run "$kernel" snp
	[ "$kernel" = 6.1 ] || run "$kernel" tdx
	compare "$kernel" $column
done
done_testing
