# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034 # what is set here is for the script that sources it
# What tests of the platform begin with: where things are, a folder to work in, TAP.
source=${CVM_SRC:-$(cd "$(dirname "$0")/../../.." && pwd)}
build=${CVM_BUILD:-$source/build}
guest=$source/selftests/qemu/guest
kernels=$source/selftests/qemu/kernels
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# shellcheck source=selftests/tap.sh
. "$source/selftests/tap.sh"

# ended NAME STATUS [WANTED]: how a guest ended whose messages are in $work/errors
ended()
{
	is "$1" "$2" "${3:-0}"
	[ "$2" = "${3:-0}" ] || tail -n 40 "$work/errors" | sed 's/^/# /'
}

# value NAME: of a line "NAME VALUE" of the guest's, whose output is in $work/log
value()
{
	sed -n "s/^$1 //p" "$work/log"
}

# take_lines NAME: a test in the guest has printed TAP into $work/log; its lines count as ours
take_lines()
{
	local line

	while IFS= read -r line; do
		case $line in
		'ok '*)		ok "$1: ${line#* - }" true ;;
		'not ok '*)	ok "$1: ${line#* - }" false ;;
		*)		echo "# $line" ;;
		esac
	done < "$work/log"
}

# build_modules SERIES [SET]: builds the tests' modules, those of selftests/modules or of a
# folder in it, and sets modules to the folder that holds them
build_modules()
{
	if "$kernels" fetch "$1" > "$work/build.log" 2>&1 &&
		modules=$("$source/selftests/modules${2:+/$2}/build" \
			"$("$kernels" path headers "$1")" "$build/selftests-modules" \
			2>> "$work/build.log"); then
		return
	fi
	sed 's/^/# /' "$work/build.log" >&2
	bail "cannot build the tests' modules for $1"
}
