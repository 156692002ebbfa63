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

declare -A folders

# build_modules SERIES [SET]: builds the tests' modules, those of selftests/modules or of a
# folder in it, and sets modules, and folders[SERIES], to the folder that holds them
build_modules()
{
	if "$kernels" fetch "$1" > "$work/build.log" 2>&1 &&
		modules=$("$source/selftests/modules${2:+/$2}/build" \
			"$("$kernels" path headers "$1")" "$build/selftests-modules" \
			2>> "$work/build.log"); then
		folders[$1]=$modules
		return
	fi
	sed 's/^/# /' "$work/build.log" >&2
	bail "cannot build the tests' modules for $1"
}

# boot_script PLATFORM KERNEL CPUS SCRIPT [OPTION...]: runs $work/SCRIPT.sh, which sources
# $work/begin.sh, in a guest that has the module that plants bugs; after build_modules KERNEL
boot_script()
{
	local platform=$1 kernel=$2 cpus=$3 script=$4

	shift 4
	rm -rf "$work/out"
	"$guest" --platform "$platform" --kernel "$kernel" --cpus "$cpus" --out "$work/out" \
		--copy "$work/begin.sh:/begin.sh" --copy "$work/$script.sh:/$script.sh" \
		--copy "${folders[$kernel]}/audit_test.ko:/audit_test.ko" "$@" \
		-- sh "/$script.sh" > "$work/log" 2> "$work/errors"
}
