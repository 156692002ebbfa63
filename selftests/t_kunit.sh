#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Parts of the module under KUnit, in a kernel that has it: cvm_kunit.ko, which is in the folder
# of this script, runs its cases when it is loaded; each is one test here.
. "$(dirname "$0")/tap.sh"

module=$(dirname "$0")/cvm_kunit.ko
results=/sys/kernel/debug/kunit

# What KUnit prints of a suite: its cases are indented, and what a case says comes before it
case_lines()
{
	sed -n 's/^    \(ok\|not ok\) [0-9]* \([^ ]*\)\(.*\)/\1:\2:\3/p' "$1"
}

# The lines of a case that failed: those since the case before it
failure_of()
{
	awk -v name="$2" '/^    (not )?ok / { if ($0 ~ "not ok [0-9]+ " name "( |$)") exit; said = ""; next }
		{ said = said "\n" $0 } END { print said }' "$1" | sed -n 's/^ \{1,\}/# /p'
}

mount_debugfs()
{
	grep -q ' /sys/kernel/debug debugfs ' /proc/mounts || mount -t debugfs none /sys/kernel/debug
}

# count_planned SUITE-FILE: cases that the suite said it has
count_planned()
{
	sed -n 's/^    1\.\.\([0-9]*\)$/\1/p' "$1"
}

cases=0
suites=0

take_suite()
{
	_suite=$(basename "$(dirname "$1")")
	_count=0
	while IFS=: read -r _result _case _rest; do
		_count=$((_count + 1))
		case $_rest in
		*'# SKIP'*)
			skip "$_suite: $_case" "${_rest#*# SKIP }"
			continue
			;;
		esac
		ok "$_suite: $_case" [ "$_result" = ok ]
		[ "$_result" = ok ] || failure_of "$1" "$_case"
	done <<- END
		$(case_lines "$1")
	END
	is "$_suite: all of its cases have run" "$_count" "$(count_planned "$1")"
	cases=$((cases + _count))
	suites=$((suites + 1))
}

[ -f "$module" ] || bail "no cvm_kunit.ko beside $0; build it:  make guest-kmod-debug"
mount_debugfs || bail 'no debugfs to read results from'
[ -d "$results" ] || bail "no $results: this kernel has no CONFIG_KUNIT_DEBUGFS"

insmod "$module" || bail "insmod $module failed"
for file in "$results"/cvm_*/results; do
	[ -f "$file" ] || continue
	take_suite "$file"
done
ok 'KUnit ran suites of this module' [ "$suites" -gt 0 ]
ok 'the module can be unloaded' rmmod cvm_kunit
echo "# count: KUnit: $cases cases in $suites suites"
done_testing
