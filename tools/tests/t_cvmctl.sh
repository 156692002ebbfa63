#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The user interface of cvmctl: exit codes, errors, help, JSON, terminal, files.
set -uo pipefail
# shellcheck source-path=SCRIPTDIR source=tap.sh
. "$(dirname "$0")/tap.sh"

zeroes=$(printf '%0128d' 0)

# what the command table says, as cvmctl tells it
verbs()
{
	"$cvmctl" completion bash | sed -n 's/^\t"\([a-z][a-z ]*[a-z]\)"|.*/\1/p'
}

options_of()
{
	# shellcheck disable=SC2086
	"$cvmctl" $1 --help | grep -oE '^  .{4}--[a-z-]+' | grep -oE -- '--[a-z-]+'
}

fits()
{
	awk -v columns="$1" 'length($0) > columns { print FILENAME ": " $0; bad = 1 } END { exit bad }'
}

usage_errors()
{
	local arguments

	while read -r arguments; do
		# shellcheck disable=SC2086
		exits "usage error: cvmctl $arguments" 2 "$cvmctl" $arguments
		check "  it is told on standard error, with a remedy" \
			sh -c 'test ! -s "$1/out" && test "$(wc -l < "$1/err")" -ge 3' sh "$work"
	done <<- END
		frobnicate
		policy
		policy frobnicate
		key
		--frobnicate
		-x
		status operand
		show
		show one two
		attest
		attest --nonce
		attest --nonce 0
		attest --nonce xy
		attest --nonce 00 --report-data $zeroes
		attest --nonce 00 --nonce 01
		attest --no-nonce
		attest --report-data 00
		attest --nonce 00 --vmpl 4 -o $work/r
		attest --nonce 00 --transport pigeon -o $work/r
		attest --nonce 00 --certs -
		attest --nonce 00 --bind sael -o $work/r
		attest --report-data $zeroes --bind seal -o $work/r
		verify FILE
		verify FILE --nonce 00 --seal-root 00
		verify FILE --no-nonce --seal-root ${zeroes:64}
		verify FILE --report-data $zeroes --seal-root ${zeroes:64}
		verify FILE --nonce 00 --no-nonce
		verify --no-nonce
		verify FILE --no-nonce --at yesterday
		verify FILE --no-nonce --at 2026-02-30T00:00:00Z
		verify FILE --no-nonce --at 2026-02-20T00:00:00
		verify FILE --no-nonce=1
		key derive
		key derive --from dice -o $work/k
		key derive --bind policy,colour -o $work/k
		key derive --guest-svn 1 -o $work/k
		key derive --tcb -1 --bind tcb -o $work/k
		audit frobnicate
		seal add
		seal add kernel-rodata again
		seal add module
		seal add module a b
		seal add module mod_a --name b
		seal add module mod_a --exec
		seal add range 1000-2000
		seal add range 0x1000
		seal add range 0x1000-
		seal add range 0x1000-0x2000x
		seal add range 0x2000-0x1000
		seal add range 0x1000-0x1000
		seal add range 0x1001-0x2000
		seal add range 0x1000-0x1fff
		seal add range 0x1000-0x10000000000000000
		seal add pid 0
		seal add pid -1
		seal add pid 99999999999
		seal check 0
		seal check x
		seal check 1x
		seal check 4294967296
		seal check --fail-on sometimes
		seal list 1
		seal show
		seal show 1 2
		seal diff 1
		seal diff 1 2 3
		seal diff 1 x
		seal rebase
		seal rebase 1 --all
		seal remove
		seal remove --all 1
		completion fish
		--color sometimes
	END
}

did_you_mean()
{
	exits 'a typo in a command' 2 "$cvmctl" verifx
	check '  is answered with the closest one' err 'did you mean "verify"'
	exits 'a typo in a second word' 2 "$cvmctl" policy checx
	check '  is answered with the closest one' err 'did you mean "policy check"'
	exits 'a typo behind a word that is a command itself' 2 "$cvmctl" audit rum
	check '  is answered with the closest one' err 'did you mean "audit run"'
	exits 'an operand that it does not take' 2 "$cvmctl" status rum
	check '  is told as such' err 'status takes no operand'
	exits 'a typo in what to seal' 2 "$cvmctl" seal add kernel-roddata
	check '  is answered with the closest one' err 'did you mean "kernel-rodata"'
	exits 'a typo in an option' 2 "$cvmctl" attest --nonec 00
	check '  is answered with the closest one' err 'did you mean --nonce'
	exits 'nonsense' 2 "$cvmctl" xyzzyxyzzy
	check '  is answered with no guess' sh -c '! grep -q "did you mean" "$1"' sh "$work/err"
	exits 'a prefix of a command is no command' 2 "$cvmctl" verif
	exits 'a prefix of an option is no option' 2 "$cvmctl" show --verb x
}

not_a_guest()
{
	if [ -e /sys/bus/platform/devices/sev-guest ] || grep -qw tdx_guest /proc/cpuinfo; then
		skip 'a machine that is no guest' 'this is a confidential guest'
		return
	fi
	exits 'status on a machine that is no guest' 3 "$cvmctl"
	check '  says so' err '^cvmctl: this machine is not a confidential guest'
	check '  and what still works' err 'cvmctl show FILE    cvmctl verify FILE'
	exits 'attest on a machine that is no guest' 3 "$cvmctl" attest --nonce 00 -o "$work/r"
	check '  leaves no file' test ! -e "$work/r"
	exits 'key derive on a machine that is no guest' 3 "$cvmctl" key derive -o "$work/k"
	exits 'a device that is named is not replaced by another' 3 \
		"$cvmctl" attest --nonce 00 -o "$work/r" -d "$work/no-such-device"
	check '  and is named in the error' err "cannot open $work/no-such-device"
	exits 'the same by CVM_DEVICE' 3 env CVM_DEVICE="$work/other" "$cvmctl" attest \
		--nonce 00 -o "$work/r"
	check '  is named in the error' err "cannot open $work/other"
}

json_errors()
{
	exits 'a usage error as JSON' 2 "$cvmctl" attest --json
	check '  has schema, exit and error' json '.schema == "cvmctl/attest/1" and .exit == 2 and
		.error.code == "usage" and (.error.message | length > 0) and (.error.remedy | length > 0)'
	check '  and nothing on standard error' test ! -s "$work/err"
	exits 'an unknown command as JSON' 2 "$cvmctl" frobnicate -j
	check '  has a schema of its own' json '.schema == "cvmctl/error/1" and .exit == 2'
	exits 'an unreadable file as JSON' 1 "$cvmctl" show "$work/absent" --json
	check '  has the code io' json '.schema == "cvmctl/show/1" and .exit == 1 and .error.code == "io"'
	head -c 1184 /dev/zero > "$work/zeroes"
	exits 'malformed evidence as JSON' 5 "$cvmctl" show "$work/zeroes" --json
	check '  has the code evidence' json '.exit == 5 and .error.code == "evidence"'
	exits 'JSON and evidence on the same standard output' 2 "$cvmctl" attest --nonce 00 --json -o -
	check '  is a usage error' json '.error.code == "usage"'
	exits 'the two-word command' 2 "$cvmctl" key derive --json
	check '  has a schema without a blank' json '.schema == "cvmctl/key-derive/1"'
}

help_texts()
{
	local verb option

	exits 'cvmctl --help' 0 "$cvmctl" --help
	check '  fits 24 lines' test "$(wc -l < "$work/out")" -le 24
	check '  fits 80 columns' fits 80 < "$work/out"
	exits 'cvmctl --version' 0 "$cvmctl" -V
	check '  names the version of the header' out \
		"^cvmctl $(sed -n 's/.*CVM_VERSION_STRING.*"\(.*\)"/\1/p' "$CVM_SRC/tools/lib/libcvm.h")\$"
	cp "$CVM_SRC/tools/man/cvmctl.8.rst" "$work/man"
	"$cvmctl" completion bash > "$work/completion"
	verbs > "$work/verbs"
	check 'there are commands' test "$(wc -l < "$work/verbs")" -ge 8
	"$cvmctl" --help > "$work/help"
	while read -r verb; do
		check "help names $verb" grep -qE "^  ${verb% *} .*\<${verb#* }\>|^  $verb " "$work/help"
	done < "$work/verbs"
	exits 'help on a word with commands' 0 "$cvmctl" audit --help
	check '  lists them' out '^  audit run  *look'
	while read -r verb; do
		# shellcheck disable=SC2086
		exits "cvmctl $verb --help" 0 "$cvmctl" $verb --help
		check '  fits 80 columns' fits 80 < "$work/out"
		check "the manual page has $verb" grep -q "^ *$verb\$" "$work/man"
		options_of "$verb" > "$work/options"
		check "the manual page has each option of $verb" all_in "$work/options" "$work/man"
		check "completion has each option of $verb" all_in "$work/options" "$work/completion"
	done < "$work/verbs"
	grep -oE -- '--[a-z][a-z-]+' "$work/man" | sort -u > "$work/documented"
	while read -r verb; do options_of "$verb"; done < "$work/verbs" | sort -u > "$work/known"
	check 'the manual page has no option that is unknown' \
		sh -c '! comm -23 "$1" "$2" | grep .' sh "$work/documented" "$work/known"
}

all_in()
{
	local option

	while read -r option; do
		grep -qE -- "$option([^a-z-]|\$)" "$2" || { echo "no $option"; return 1; }
	done < "$1"
}

# complete WORD...: what bash would offer for the last word
complete_words()
{
	bash -c '. "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _cvmctl
		printf "%s\n" "${COMPREPLY[@]}"' bash "$work/completion" cvmctl "$@"
}

completion()
{
	"$cvmctl" completion bash > "$work/completion"
	check 'the completion script is valid' bash -n "$work/completion"
	check 'it offers commands' sh -c 'test "$1" = verify' sh "$(complete_words ver)"
	check 'it offers second words' sh -c 'echo "$1" | grep -qx check' sh \
		"$(complete_words policy '')"
	check 'it offers what can be sealed' sh -c 'test "$1" = module' sh \
		"$(complete_words seal add mod)"
	check 'it offers no files for numbers' sh -c 'test -z "$1"' sh \
		"$(complete_words seal check "$work/")"
	check 'it offers options of the command' sh -c 'test "$1" = --report-data' sh \
		"$(complete_words attest --rep)"
	check 'it offers no option of another command' sh -c 'test -z "$1"' sh \
		"$(complete_words status --rep)"
	touch "$work/evidence.bin"
	check 'it offers files as operands' sh -c 'test "$1" = "$2"' sh \
		"$(complete_words verify "$work/evid")" "$work/evidence.bin"
	check 'it offers files for options that take one' sh -c 'test "$1" = "$2"' sh \
		"$(complete_words verify --policy "$work/evid")" "$work/evidence.bin"
}

# on_terminal COMMAND: runs it with a terminal on standard output
on_terminal()
{
	script -qec "$1" /dev/null < /dev/null
}

terminal()
{
	if ! command -v script > /dev/null; then
		skip 'a terminal' 'script(1) is absent'
		return
	fi
	run on_terminal "$cvmctl attest --nonce 00"
	check 'evidence is not written to a terminal' test "$status" = 2
	check '  and the error says so' out 'use -o FILE'
	run on_terminal "$cvmctl key derive -o -"
	check 'a key is not written to a terminal' test "$status" = 2
	run on_terminal "$cvmctl key derive -o /dev/tty"
	check 'a key is not written to /dev/tty' test "$status" = 2
}

outputs()
{
	exits 'a full disk is a failure' 1 sh -c '"$1" completion bash > /dev/full' sh "$cvmctl"
	exits 'options after operands, and --' 1 "$cvmctl" show -- --json
	check '  take what follows as an operand' err 'cannot read --json'
	exits 'a folder as evidence' 1 "$cvmctl" show "$work"
	exits 'endless input' 1 "$cvmctl" show /dev/zero
	check '  is refused' err 'cannot read /dev/zero: File too large'
}

usage_errors
did_you_mean
not_a_guest
json_errors
help_texts
completion
terminal
outputs
finish
