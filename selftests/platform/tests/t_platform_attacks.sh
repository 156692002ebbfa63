#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A hostile host: every attack of attacks/*.table, and its outcome. How to add one is in
# selftests/platform/README.md, "Attacks".
set -u

# shellcheck source=selftests/platform/tests/platform.sh
. "$(dirname "$0")/platform.sh"

attacks=$source/selftests/platform/attacks
cvmctl=$build/tools/cvmctl
sp=$build/platform/sp
honest=$work/honest
declare -A tried=([detected]=0 [harmless]=0 [stopped]=0)
# of each attack, by its number
names=() platforms=() kernels_of=() triggers=() behaviours=() commands=() outcomes=()

# ---- tables ----

trimmed()
{
	local text=$1

	text=${text#"${text%%[![:space:]]*}"}
	printf '%s' "${text%"${text##*[![:space:]]}"}"
}

# add KERNEL: the attack of the line that was read
add()
{
	names+=("$(trimmed "${fields[0]}")")
	platforms+=("$(trimmed "${fields[1]}")")
	kernels_of+=("$1")
	triggers+=("${trigger%+6.1}")
	behaviours+=("$(trimmed "${fields[3]}")")
	commands+=("$(trimmed "${fields[4]}")")
	outcomes+=("$(trimmed "$(IFS='|'; echo "${fields[*]:5}")")")
}

read_table()
{
	local line fields trigger

	while IFS= read -r line; do
		[[ $line && $line != \#* ]] || continue
		IFS='|' read -r -a fields <<< "$line"
		[ ${#fields[@]} -ge 6 ] || bail "$1: not six columns: $line"
		trigger=$(trimmed "${fields[2]}")
		add 6.12
		[[ $trigger != *+6.1 ]] || add 6.1
	done < "$1"
}

# ---- an attack and its outcome ----

# title NUMBER: what its TAP lines begin with
title()
{
	local kernel=${kernels_of[$1]#6.12}

	echo "${platforms[$1]}${kernel:+ $kernel}: ${names[$1]}"
}

# attack NUMBER PROBLEM...: its TAP line; it came out as expected when there is no problem
attack()
{
	local i=$1 class=${outcomes[$1]%% *}

	shift
	ok "$(title "$i"): ${outcomes[i]}" test $# = 0
	[ $# = 0 ] || printf '%s\n' "$@" | sed 's/^/# /' | tail -n 60
	case $class in
	control)		;;
	destroyed|rejected)	tried[detected]=$((tried[detected] + 1)) ;;
	*)			tried[$class]=$((${tried[$class]} + 1)) ;;
	esac
}

# expect WHAT GOT PATTERN: one more problem, unless all of it matches
expect()
{
	[[ $2 =~ ^($3)$ ]] || problems+=("$1: '$2', expected '$3'")
}

# says WHAT TEXT PATTERN: the same, for a line with the pattern in it
says()
{
	grep -qE -- "$3" <<< "$2" || problems+=("$1 says no '$3' but:" "$2")
}

# ---- evidence ----

# trust_of PLATFORM FOLDER: what a verifier has from this state folder of sp
trust_of()
{
	if [ "$1" = snp ]; then
		trusted=(--certs "$2" --crl "$2" --roots "$2/ark.pem")
	else
		trusted=(--collateral "$2/tdx/collateral" --roots "$2/tdx/root.pem")
	fi
}

# data NUMBER: its report data
data()
{
	printf '%0128x' "$1"
}

# make_evidence PLATFORM FOLDER FILE DATA WORD...
make_evidence()
{
	local verb=quote

	[ "$1" = tdx ] || verb=report
	"$sp" "$verb" --state "$2" --keys "$build/platform/keys" --report-data "$4" --out "$3" \
		"${@:5}" > "$work/sp.text" 2>&1
}

# verify NUMBER FILE OPTION...: sets verdict, and said to the reasons: what failed, and the
# last line
verify()
{
	local text

	text=$("$cvmctl" verify "$2" --report-data "$(data "$1")" "${@:3}" 2>&1)
	verdict=$?
	said=$(grep ' FAIL ' <<< "$text"; tail -n 1 <<< "$text")
}

run_evidence()
{
	local i=$1 platform=${platforms[$1]} state=$work/evidence-$1 file=$work/evidence-$1.bin
	local words=() how nonce=$1 problems=() trusted options=() verdict said

	[ "${behaviours[i]}" = - ] || read -r -a words <<< "${behaviours[i]}"
	read -r _ how <<< "${commands[i]}"
	make_evidence "$platform" "$state" "$file" "$(data "$i")" "${words[@]}" ||
		problems+=("sp made no evidence: $(cat "$work/sp.text")")
	trust_of "$platform" "$state"
	case $how in
	'')		;;
	policy)		options=(--policy "$honest-$platform.policy") ;;
	elsewhere)	trust_of "$platform" "$honest-$platform" ;;
	nonce)		nonce=$((i + 1)) ;;
	stranger)	trusted=("${trusted[@]:0:${#trusted[@]}-2}") ;;
	*)		problems+=("no such command: ${commands[i]}") ;;
	esac
	verify "$nonce" "$file" "${trusted[@]}" "${options[@]}"
	expect_verdict "$i"
	attack "$i" "${problems[@]}"
}

expect_verdict()
{
	local pattern code

	read -r _ code pattern <<< "${outcomes[$1]}"
	expect 'exit status of the verifier' "$verdict" "$code"
	says 'the verifier' "$said" "$pattern"
}

# The verifier accepts what an honest host gives, with everything that attacks are judged by
honest_evidence()
{
	local platform verdict said trusted

	for platform in snp tdx; do
		make_evidence "$platform" "$honest-$platform" "$honest-$platform.bin" "$(data 0)" ||
			bail "sp makes no evidence: $(cat "$work/sp.text")"
		"$cvmctl" policy new "$honest-$platform.bin" > "$honest-$platform.policy"
		trust_of "$platform" "$honest-$platform"
		verify 0 "$honest-$platform.bin" "${trusted[@]}" --policy "$honest-$platform.policy"
		is "$platform: evidence of an honest host is accepted" "$verdict" 0
	done
}

# ---- in a guest ----

# boot PLATFORM KERNEL LIST OPTION...
boot()
{
	local tsm=(--module tsm)

	[ "$2" != 6.1 ] || tsm=()
	rm -rf "$work/out"
	printf '%s\n' "$3" > "$work/list"
	"$guest" --platform "$1" --kernel "$2" "${tsm[@]}" --timeout 600 --out "$work/out" \
		--copy "$work/list:/attacks/list" --copy "$attacks/guest.sh:/attacks/guest.sh" \
		--copy "${folders[$2]}/hostile.ko:/attacks/hostile.ko" "${@:4}" \
		-- sh /attacks/guest.sh > "$work/log" 2> "$work/errors"
}

# When the guest had ended, the platform looked for its secrets in all that a host can read;
# and it found the mark that is there to be found
secrets_kept()
{
	expect 'secrets in shared memory' "$(sed -n 's/^leaks: [0-9]* shared pages, //p' "$work/out/hv.log")" \
		'0 of [1-9] secrets, 1 of 1 marks'
}

# Left by guest.sh: left NUMBER WHAT
left()
{
	cat "$work/out/$1.$2" 2> /dev/null || echo nothing
}

judge_evidence()
{
	local trusted

	trust_of "${platforms[$1]}" "$work/out/sp"
	if [ "${commands[$1]}" = certs ]; then
		trusted=(--certs "$work/out/$1.certs" --roots "$work/out/sp/ark.pem")
		[ -e "$work/out/$1.certs" ] || trusted=(--roots "$work/out/sp/ark.pem")
	fi
	verify "$1" "$work/out/$1.bin" "${trusted[@]}"
}

# The command failed for the right reason, and left nothing that looks like a result
judge_failure()
{
	local pattern

	read -r _ pattern <<< "${outcomes[$1]}"
	expect 'exit status' "$(left "$1" status)" '[1-9]'
	says 'cvmctl' "$(left "$1" text)" "$pattern"
	[ ! -e "$work/out/$1.bin" ] || problems+=('there is evidence')
}

# judge NUMBER PROBLEM...
judge()
{
	local i=$1 class=${outcomes[$1]%% *} problems=("${@:2}") verdict said after=kept

	case $class in
	detected)
		judge_failure "$i" ;;
	destroyed)
		judge_failure "$i"
		after=destroyed ;;
	rejected)
		expect 'exit status' "$(left "$i" status)" 0
		judge_evidence "$i"
		expect_verdict "$i" ;;
	harmless|control)
		expect 'exit status' "$(left "$i" status)" 0
		[ "$(left "$i" status)" = 0 ] || problems+=("$(left "$i" text)")
		case ${commands[i]} in
		attest|certs|tsm)
			judge_evidence "$i"
			expect 'exit status of the verifier' "$verdict" 0
		esac ;;
	*)
		problems+=("no such outcome: ${outcomes[i]}") ;;
	esac
	case ${behaviours[i]} in
	-|--*|search:*)	;;
	*)	expect 'how often the host did it' "$(left "$i" played)" '[1-9][0-9]*' ;;
	esac
	expect 'cvm.ko afterwards' "$(left "$i" after)" "$after"
	attack "$i" "${problems[@]}"
}

# run_together PLATFORM KERNEL: all that are ordered at run time, in one boot
run_together()
{
	local i list='' name=$1 numbers=() problems=()

	[ "$2" = 6.12 ] || name="$1 $2"
	for i in "${!names[@]}"; do
		[ "${platforms[i]} ${kernels_of[i]} ${triggers[i]}" = "$1 $2 run" ] || continue
		numbers+=("$i")
		list+="$i|${behaviours[i]}|${commands[i]}"$'\n'
	done
	boot "$1" "$2" "$list"
	is "$name: the guest ends well, and its kernel does not complain" $? 0
	sed 's/^/# /' "$work/errors"
	is "$name: no page is kept from the guest" "$(cat "$work/out/leaks")" ''
	secrets_kept
	ok "$name: at the end none of its secrets is in shared memory" test ${#problems[@]} = 0
	[ ${#problems[@]} = 0 ] || printf '# %s\n' "${problems[@]}"
	for i in "${numbers[@]}"; do
		judge "$i"
	done
}

# One that has a boot of its own, for it ends the guest, or begins with it
run_alone()
{
	local i=$1 class=${outcomes[$1]%% *} order=${behaviours[$1]} options=() problems=()
	local pattern status

	if [[ $order == --* ]]; then
		read -r -a options <<< "$order"
		order=
	fi
	boot "${platforms[i]}" "${kernels_of[i]}" "$i|$order|${commands[i]}" "${options[@]}"
	status=$?
	# it may have been stopped before it had any
	[ "$class $order" = 'stopped ' ] || secrets_kept
	if [ "$class" != stopped ]; then
		is "$(title "$i"): the guest ends well" $status 0
		judge "$i" "${problems[@]}"
		return
	fi
	expect 'exit status of the guest' $status 126
	read -r _ pattern <<< "${outcomes[i]}"
	says 'platform or guest' "$(cat "$work"/errors "$work"/out/{hv,console}.log 2> /dev/null)" \
		"$pattern"
	[ ! -e "$work/out/$i.status" ] || problems+=('the guest went on')
	attack "$i" "${problems[@]}"
}

for table in "$attacks"/*.table; do
	read_table "$table"
done
build_modules 6.1
build_modules 6.12
honest_evidence
for number_of in "${!names[@]}"; do
	[ "${triggers[number_of]}" != evidence ] || run_evidence "$number_of"
done
run_together snp 6.12
run_together snp 6.1
run_together tdx 6.12
for number_of in "${!names[@]}"; do
	[ "${triggers[number_of]}" != boot ] || run_alone "$number_of"
done
echo "# count: attacks: $((tried[detected] + tried[harmless] + tried[stopped])) tried," \
	"${tried[detected]} detected, ${tried[harmless]} harmless, ${tried[stopped]} stopped"
done_testing
