# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Test Anything Protocol for shell tests, and the state of the drivers in a guest.
# Sourced; written for busybox.

number=0
failures=0

# ok NAME COMMAND...: passes when the command succeeds
ok()
{
	_name=$1
	shift
	number=$((number + 1))
	if "$@"; then
		echo "ok $number - $_name"
	else
		echo "not ok $number - $_name"
		failures=$((failures + 1))
	fi
}

# is NAME GOT WANTED: passes when the two are equal
is()
{
	ok "$1" test "$2" = "$3"
	[ "$2" = "$3" ] || printf '%s\n' "got '$2', wanted '$3'" | sed 's/^/# /'
}

# has NAME TEXT PATTERN: passes when a line of the text matches
has()
{
	number=$((number + 1))
	if printf '%s\n' "$2" | grep -qE -- "$3"; then
		echo "ok $number - $1"
		return
	fi
	echo "not ok $number - $1"
	failures=$((failures + 1))
	printf '%s\n' "no /$3/ in:" "$2" | sed 's/^/# /'
}

skip()
{
	number=$((number + 1))
	echo "ok $number - $1 # SKIP $2"
}

bail()
{
	echo "Bail out! $*"
	exit 1
}

# module_results MODULE LOG PREFIX: TAP that a test module printed into a kernel log, its lines
# one by one and that none is missing
module_results()
{
	_lines=$(sed -n "s/.*$1: //p" "$2")
	while IFS= read -r _line; do
		case $_line in
		'ok '*)		ok "$3${_line#* - }" true ;;
		'not ok '*)	ok "$3${_line#* - }" false ;;
		'# '*)		echo "$_line" ;;
		esac
	done <<- END
		$_lines
	END
	is "$3all tests have run" "1..$(echo "$_lines" | grep -cE '^(not )?ok ')" \
		"$(echo "$_lines" | grep '^1\.\.')"
}

# Prints the plan and ends the script
done_testing()
{
	echo "1..$number"
	[ "$failures" = 0 ]
	exit
}

# ---- drivers ----

# From 6.14 on the kernel sends messages for all drivers, and they work side by side
kernel_sends()
{
	grep -q ' snp_send_guest_request$' /proc/kallsyms
}

unload_all()
{
	rmmod cvm 2>/dev/null
	rmmod sev_guest 2>/dev/null
	return 0
}

# Name of the driver that has the attestation device, empty for none
device_owner()
{
	_driver=$(readlink /sys/bus/platform/devices/sev-guest/driver) && basename "$_driver"
}

give_device_to_cvm()
{
	unload_all
	insmod /cvm.ko || bail "insmod /cvm.ko failed"
}

give_device_to_sev_guest()
{
	unload_all
	modprobe sev-guest || bail "modprobe sev-guest failed"
	insmod /cvm.ko || bail "insmod /cvm.ko failed"
}

# ---- kernel log ----

# What the kernel says from now on is printed by log_since
log_mark()
{
	_mark="selftest mark $$ $(cat /proc/sys/kernel/random/uuid)"
	echo "$_mark" > /dev/kmsg
}

log_since()
{
	dmesg | sed "1,/$_mark/d"
}

# Its warnings and worse since the mark. A guest under emulation on a busy machine is
# late now and then; that the kernel notices says nothing about the module.
log_warnings()
{
	dmesg -r | sed "1,/$_mark/d" | while IFS='<>' read -r _ _level _text; do
		[ $((_level % 8)) -gt 4 ] || echo "$_text"
	done | grep -vE 'interrupt took|clocksource|hogged CPU|RT throttling' || true
}
