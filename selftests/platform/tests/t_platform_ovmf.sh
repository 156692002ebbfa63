#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# TDs that begin with Debian's OVMF: the measurement of the firmware, the log that leads to
# the registers, its own table of unaccepted memory and way to start processors, and a boot
# with Secure Boot by signed loaders alone.
set -u

# shellcheck source=selftests/platform/tests/platform.sh
. "$(dirname "$0")/platform.sh"

packages=$source/selftests/qemu/packages
cvmctl=$build/tools/cvmctl
folder=
trap 'rm -rf "$work" "$folder"' EXIT

# td NAME WANTED OPTION... -- COMMAND: the guest's exit status must be WANTED
td()
{
	local name=$1 wanted=$2

	shift 2
	rm -rf "$work/out" "$folder"
	"$guest" --platform tdx --kernel 6.12 --firmware ovmf --out "$work/out" --keep "$@" \
		> "$work/log" 2> "$work/errors"
	ended "$name: exit status" $? "$wanted"
	folder=$(sed -n 's/^guest: the work folder is //p' "$work/log" "$work/errors")
}

mrtd()
{
	od -An -v -tx1 -j184 -N48 "$work/out/quote.bin" | tr -d ' \n'
}

# digest TEXT: of the event whose text has it
digest()
{
	"$cvmctl" eventlog show --json "$work/out/ccel" |
		jq -r --arg text "$1" '.events[] | select(.text | contains($text)).digest'
}

# register N: of the quote that $work/out has, by the log that leads to it
register()
{
	"$cvmctl" eventlog replay "$work/out/ccel" --json --evidence "$work/out/quote.bin" |
		jq -r --arg name "rtmr$1" '.registers[] | select(.name == $name).replayed'
}

replays()
{
	"$cvmctl" eventlog replay "$work/out/ccel" --evidence "$work/out/quote.bin" > /dev/null
}

sha384()
{
	sha384sum | cut -d ' ' -f 1
}

cat > "$work/fwcfg.sh" << 'SCRIPT'
kernel() { sed -n 's/^Unaccepted: *\([0-9]*\) kB/\1/p' /proc/meminfo; }
cpu=/sys/devices/system/cpu/cpu1/online

insmod /cvm.ko || exit
cvmctl attest --nonce 00ff -o /out/quote.bin && cat /sys/firmware/acpi/tables/data/CCEL > /out/ccel
echo "cpus $(nproc)"
for round in 1 2 3; do
	echo 0 > $cpu && echo 1 > $cpu || exit
done
echo "cpus-again $(nproc)"
echo "secure-boot $(od -An -tu1 -j4 /sys/firmware/efi/efivars/SecureBoot-*)"
echo "before $(kernel)"
cvmctl memory accept --all --rate 0 --wait > /dev/null; echo "accept $?"
echo "after $(kernel)"
SCRIPT

fwcfg_boot()
{
	local cmdline

	td 'kernel from QEMU' 0 --cpus 2 --memory 2G --copy "$work/fwcfg.sh:/test.sh" -- \
		sh -c 'mount -t efivarfs none /sys/firmware/efi/efivars; sh /test.sh'
	is 'MRTD is what follows from the image' "$(mrtd)" \
		"$(python3 "$source/selftests/platform/tests/tdvf_mrtd.py" \
			"$("$packages" path tdvf)")"
	ok 'the log leads to the registers of the quote' replays
	cmdline=$(cat "$folder/cmdline")
	is 'the log has the command line' "$(digest LoadOptions)" \
		"$(printf 'initrd=initrd %s\0' "$cmdline" | iconv -t utf-16le | sha384)"
	is 'the log has the initramfs' "$(digest 'Linux initrd')" "$(sha384 < "$folder/initrd")"
	is 'the firmware starts the other processor' "$(value cpus)" 2
	is 'and takes it back, and starts it again' "$(value cpus-again)" 2
	ok 'memory above 4 GiB is not accepted' test "$(value before)" -gt 500000
	is 'and can be accepted early' "$(value accept) $(value after)" '0 0'
	has 'nothing is accepted twice' "$(cat "$work/out/hv.log")" 'pages accepted [0-9]+, again 0'
	first=$(register 0) second=$(register 1) third=$(register 2)
}

# What is not measured again is as it was: the same machine has the same registers
other_command_line()
{
	td 'another command line' 0 --cpus 2 --memory 2G --append other -- sh -c \
		'insmod /cvm.ko; cvmctl attest --nonce 00ff -o /out/quote.bin &&
		 cat /sys/firmware/acpi/tables/data/CCEL > /out/ccel'
	is 'another command line: RTMR0 and RTMR1 stay' "$(register 0) $(register 1)" "$first $second"
	ok 'another command line: RTMR2 is another one' test "$(register 2)" != "$third"
}

# One image has all; the stub in it measures each part, its name first
unified_image()
{
	td 'unified kernel image' 0 --boot uki --memory 2G -- sh -c \
		'insmod /cvm.ko; cvmctl attest --nonce 00ff -o /out/quote.bin &&
		 cat /sys/firmware/acpi/tables/data/CCEL > /out/ccel'
	ok 'unified kernel image: the log leads to the registers of the quote' replays
	is 'unified kernel image: the log has the command line' \
		"$(digest .cmdline | tail -n 1)" "$(sha384 < "$folder/cmdline")"
	is 'unified kernel image: and the initramfs' "$(digest .initrd | tail -n 1)" \
		"$(sha384 < "$folder/initrd")"
}

# The module is not Debian's, so the kernel refuses it; the stock driver has the quote
secure_boot()
{
	local before

	before=$(mrtd)
	td 'Secure Boot' 0 --boot secure --cpus 2 --memory 2G --module tdx-guest -- sh -c \
		'insmod /cvm.ko; echo "insmod $?"; sed "s/^/lockdown /" /sys/kernel/security/lockdown
		 dmesg | sed -n "s/.*secureboot: /secureboot /p"
		 cvmctl attest --nonce 00ff -o /out/quote.bin &&
		 cat /sys/firmware/acpi/tables/data/CCEL > /out/ccel'
	is 'Secure Boot: the kernel knows' "$(value secureboot)" 'Secure boot enabled'
	has 'Secure Boot: the kernel is locked down' "$(value lockdown)" '\[integrity\]'
	# EKEYREJECTED
	is 'Secure Boot: a module that nobody signed is refused' "$(value insmod)" 129
	ok 'Secure Boot: the log leads to the registers of the quote' replays
	is 'Secure Boot: the variable is in the log' \
		"$("$cvmctl" eventlog show --json "$work/out/ccel" |
			jq -r '.events[] | select(.text | startswith("SecureBoot")).data[-2:]')" 01
	is 'Secure Boot: three images were started' \
		"$("$cvmctl" eventlog show "$work/out/ccel" |
			grep -c BOOT_SERVICES_APPLICATION)" 3
	is 'Secure Boot: MRTD is not of the variables' "$(mrtd)" "$before"
}

refused_options()
{
	td 'SNP has no firmware yet' 125 --platform snp -- true
	td 'an unknown way to boot' 125 --boot pxe -- true
	td 'lazy is not for firmware' 125 --lazy -- true
}

if ! "$packages" fetch firmware 2> "$work/errors"; then
	sed 's/^/# /' "$work/errors"
	skip 'boots by OVMF' 'the firmware cannot be downloaded'
	done_testing
	exit
fi
refused_options
fwcfg_boot
other_command_line
unified_image
secure_boot
done_testing
