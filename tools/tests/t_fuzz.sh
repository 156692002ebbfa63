#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Each fuzz target over its seeds and regression inputs and then for a few seconds on its
# own; first the bugs of fuzz/planted.c, for a fuzzer that finds nothing proves nothing.
set -uo pipefail
# shellcheck source-path=SCRIPTDIR source=tap.sh
. "$(dirname "$0")/tap.sh"

fuzz=$CVM_BUILD/fuzz
seconds=${FUZZ_SECONDS:-2}
executions=()

# planted LETTER WHAT PATTERN: that input ends the target, with those words
planted()
{
	printf 'B%s' "$1" > "$work/planted"
	run "$fuzz/planted" -timeout=1 -artifact_prefix="$work/" "$work/planted"
	if [ "$status" != 0 ] && err "$3"; then
		pass "planted: $2 is found"
	else
		failure "planted: $2 is found"
		echo "# exit status $status"
	fi
}

# From nothing, through the program that runs all others
planted_by_run()
{
	run env FUZZ_CORPUS="$work/corpus" FUZZ_CRASHES="$work/crashes" \
		"$CVM_SRC/tools/fuzz/run" 30 planted
	if [ "$status" = 1 ] && out "reproducer: $work/crashes/planted-"; then
		pass 'planted: fuzzing finds one by itself, and says with which input'
	else
		failure 'planted: fuzzing finds one by itself, and says with which input'
	fi
}

target()
{
	run env FUZZ_CORPUS="$work/corpus" "$CVM_SRC/tools/fuzz/run" "$seconds" "$1"
	if [ "$status" = 0 ]; then
		pass "$(cat "$work/out")"
		executions+=("$1 $(sed -n 's/.*: \([0-9]*\) executions.*/\1/p' "$work/out")")
	else
		failure "$1"
	fi
}

if [ ! -x "$fuzz/planted" ] || [ ! -e "$fuzz/seeds.made" ]; then
	skip 'fuzzing' 'no clang that can: apt-get install clang libclang-rt-14-dev'
	finish
fi
planted o 'a read behind the end' 'heap-buffer-overflow'
planted u 'undefined behaviour' 'signed integer overflow'
planted c 'an invariant that does not hold' 'does not hold'
planted l 'a leak' 'detected memory leaks'
planted ttttt 'an endless loop' 'timeout after'
planted_by_run
for source in "$CVM_SRC"/tools/fuzz/fuzz_*.c; do
	name=$(basename "$source" .c)
	target "${name#fuzz_}"
done
echo "# count: parser fuzzing: ${#executions[@]} targets, executions:$(printf ' %s,' "${executions[@]}" |
	sed 's/,$//')"
finish
