# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034
# TAP for the shell tests of tools/, to be sourced.

CVM_SRC=${CVM_SRC:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}
CVM_BUILD=${CVM_BUILD:-$CVM_SRC/build}
cvmctl=$CVM_BUILD/tools/cvmctl
mock=$CVM_BUILD/tests/mock_kernel.so
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset CVM_DEVICE NO_COLOR
tap_number=0
tap_failed=0

pass()
{
	tap_number=$((tap_number + 1))
	echo "ok $tap_number - $1"
}

failure()
{
	tap_number=$((tap_number + 1))
	tap_failed=1
	echo "not ok $tap_number - $1"
	[ ! -s "$work/out" ] || head -n 20 "$work/out" | sed 's/^/# out: /'
	[ ! -s "$work/err" ] || head -n 20 "$work/err" | sed 's/^/# err: /'
}

skip()
{
	tap_number=$((tap_number + 1))
	echo "ok $tap_number - $1 # SKIP $2"
}

# check NAME COMMAND...: passes when the command succeeds
check()
{
	local name=$1

	shift
	if "$@" > "$work/check" 2>&1; then
		pass "$name"
	else
		failure "$name"
		sed 's/^/# /' "$work/check" | head -n 20
	fi
}

# run COMMAND...: keeps standard output, standard error and status
run()
{
	status=0
	"$@" > "$work/out" 2> "$work/err" < /dev/null || status=$?
}

# unhex: hex on standard input, bytes on standard output; hex FILE [OFFSET LENGTH]: the way back
unhex()
{
	# shellcheck disable=SC2059
	printf "$(sed 's/../\\x&/g')"
}

hex()
{
	od -An -v -tx1 ${2:+-j "$2" -N "$3"} "$1" | tr -d ' \n'
}

# exits NAME STATUS COMMAND...
exits()
{
	local name=$1 wanted=$2

	shift 2
	run "$@"
	if [ "$status" = "$wanted" ]; then
		pass "$name"
	else
		failure "$name"
		echo "# exit status $status, wanted $wanted"
	fi
}

# out PATTERN, err PATTERN: what the last run printed, as extended regular expressions
out()
{
	grep -Eq -- "$1" "$work/out"
}

err()
{
	grep -Eq -- "$1" "$work/err"
}

# json FILTER: of the last run's output, true; to jq no output is no failure
json()
{
	[ -s "$work/out" ] && jq -e "$1" "$work/out"
}

finish()
{
	echo "1..$tap_number"
	exit $tap_failed
}
