# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154 # the other parts use what is set here
# Options of the runner, checked, in opt_*.

opt_platform=plain
opt_kernel=6.12
opt_modules=
opt_cpus=1
opt_memory=1G
opt_lazy=
opt_firmware=
opt_boot=
opt_sp=()
opt_hv=()
opt_module=()
opt_device=()
opt_disk=
opt_copy=()
opt_out=
opt_append=
opt_time=
opt_timeout=300
opt_leaks=
opt_keep=
command=()

usage()
{
	sed -n '3,34s/^# \{0,1\}//p' "$parts/guest"
}

bad_usage()
{
	say "$*; see  guest --help"
	exit 125
}

# --name VALUE or --name=VALUE; leaves the words that are not options in $command
parse_options()
{
	local name value

	while [ $# -gt 0 ]; do
		case $1 in
		--help)		usage; exit 0 ;;
		--lazy)		opt_lazy=yes; shift; continue ;;
		--leaks)	opt_leaks=yes; shift; continue ;;
		--keep)		opt_keep=yes; shift; continue ;;
		--)		shift; break ;;
		--*=*)		name=${1%%=*}; value=${1#*=}; shift ;;
		--*)		[ $# -ge 2 ] || bad_usage "$1 needs a value"
				name=$1; value=$2; shift 2 ;;
		*)		break ;;
		esac
		set_option "$name" "$value"
	done
	command=("$@")
	[ $# -gt 0 ] || bad_usage "no command for the guest"
	check_options
}

set_option()
{
	case $1 in
	--platform)	opt_platform=$2 ;;
	--kernel)	opt_kernel=$2 ;;
	--modules)	opt_modules=$2 ;;
	--cpus)		opt_cpus=$2 ;;
	--memory)	opt_memory=$2 ;;
	--firmware)	opt_firmware=$2 ;;
	--boot)		opt_boot=$2 ;;
	--sp)		opt_sp+=("$2") ;;
	--hv)		opt_hv+=("$2") ;;
	--module)	opt_module+=("$2") ;;
	--device)	opt_device+=("$2") ;;
	--disk)		opt_disk=$2 ;;
	--copy)		opt_copy+=("$2") ;;
	--out)		opt_out=$2 ;;
	--append)	opt_append+=" $2" ;;
	--time)		opt_time=$2 ;;
	--timeout)	opt_timeout=$2 ;;
	*)		bad_usage "unknown option $1" ;;
	esac
}

# 512M, 2G or plain MiB, to MiB
memory_mib()
{
	[[ $1 =~ ^([1-9][0-9]{0,5})([MG]?)$ ]] || bad_usage "--memory $1: write 512M or 2G"
	if [ "${BASH_REMATCH[2]}" = G ]; then
		echo $((BASH_REMATCH[1] * 1024))
	else
		echo "${BASH_REMATCH[1]}"
	fi
}

# Platforms with protected memory
is_confidential()
{
	case $opt_platform in
	sev|sev-es|snp|tdx) ;;
	*)		return 1 ;;
	esac
}

# Those of them with evidence, which a host process makes, and memory to accept
has_evidence()
{
	[ "$opt_platform" = snp ] || [ "$opt_platform" = tdx ]
}

check_firmware()
{
	if [ -z "$opt_firmware" ]; then
		[ -z "$opt_boot" ] || bad_usage "--boot needs --firmware"
		return
	fi
	[ "$opt_firmware" = ovmf ] || bad_usage "--firmware $opt_firmware: there is ovmf"
	[ "$opt_platform" = tdx ] || bad_usage "--firmware needs --platform tdx"
	[ -z "$opt_lazy" ] || bad_usage "--lazy is for boots without firmware:" \
		"firmware always leaves memory above 4 GiB unaccepted"
	opt_boot=${opt_boot:-fwcfg}
	case $opt_boot in
	fwcfg|uki|secure) ;;
	*)		bad_usage "--boot $opt_boot: there are fwcfg, uki and secure" ;;
	esac
}

check_options()
{
	local pair

	case $opt_platform in
	plain|svm|sev|sev-es|snp|tdx) ;;
	*)		bad_usage "--platform $opt_platform: there are plain, svm, sev, sev-es, snp" \
				"and tdx" ;;
	esac
	[[ $opt_cpus =~ ^[1-9][0-9]?$ ]] || bad_usage "--cpus $opt_cpus is no number from 1 to 99"
	[[ $opt_timeout =~ ^[1-9][0-9]*$ ]] || bad_usage "--timeout $opt_timeout is no number"
	opt_memory=$(memory_mib "$opt_memory")
	if ! has_evidence && [ -n "$opt_lazy${opt_sp[*]}" ]; then
		bad_usage "--lazy and --sp need --platform snp or tdx"
	fi
	if [ "$opt_platform" = tdx ] && [ "$opt_kernel" = 6.1 ]; then
		bad_usage "Debian's 6.1 is built without CONFIG_INTEL_TDX_GUEST; take --kernel 6.12"
	fi
	[ -z "$opt_leaks" ] || [ "$opt_kernel" = debug ] ||
		bad_usage "--leaks needs --kernel debug: no other one has kmemleak"
	if [ "$opt_platform" = plain ] && [ ${#opt_hv[@]} != 0 ]; then
		bad_usage "--hv needs a platform with the hypervisor: all but plain"
	fi
	check_firmware
	for pair in "${opt_copy[@]}"; do
		[[ $pair == ?*:/?* ]] || bad_usage "--copy $pair: write SRC:DST, DST absolute"
		[ -e "${pair%:*}" ] || bad_usage "--copy: there is no ${pair%:*}"
	done
}
