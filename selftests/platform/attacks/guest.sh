#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# In the guest: tries the attacks of /attacks/list, one a line, NUMBER|BEHAVIOUR|COMMAND, and
# leaves in /out for each: NUMBER.status, .text (what the command said), .played (how often
# the host did it), .after (what became of cvm.ko), and the evidence. Busybox.

host=/sys/module/hostile/parameters/host
key=/sys/module/hostile/parameters/key
victim=/sys/module/hostile/parameters/victim
limit=60	# seconds: nothing may wait for a host without an end

behave()
{
	echo "$1" > $host
}

hex()
{
	od -An -v -tx1 "$@" | tr -d ' \n'
}

# Report data that are each attack's own
data()
{
	printf '%0128x' "$1"
}

facts()
{
	sed -e '/"host_claims"/,/}/d' -e 's/,$//' "$1"
}

limited()
{
	timeout -s KILL $limit "$@"
}

attest()
{
	limited cvmctl attest --transport cvm "$@"
}

# ---- commands of the tables ----

run_attest()
{
	attest --report-data "$(data "$number")" -o "/out/$number.bin"
}

run_certs()
{
	attest --report-data "$(data "$number")" -o "/out/$number.bin" --certs "/out/$number.certs"
}

run_tsm()
{
	limited cvmctl attest --transport tsm --report-data "$(data "$number")" -o "/out/$number.bin"
}

# One that is derived under attack must be the one from before
run_key()
{
	limited cvmctl key derive --transport cvm -o "/tmp/$number.key" && cmp "/tmp/$number.key" /tmp/derived
}

# But for what it says that the host claims
run_status()
{
	limited cvmctl --json > "/tmp/$number.status" && facts "/tmp/$number.status" > /tmp/facts &&
		facts /tmp/status | diff - /tmp/facts
}

# Pages are shared and taken back
run_load()
{
	rmmod cvm && insmod /cvm.ko
}

run_victim()
{
	echo > $victim
}

run_seen()
{
	[ "$(cat $host)" != 0 ]
}

run_unseen()
{
	[ "$(cat $host)" = 0 ]
}

# ---- secrets ----

bytes_of()
{
	case $1 in
	victim)		cat $victim ;;
	message)	cat $key ;;
	data)		hex -N 32 /tmp/data ;;
	planted)	hex /tmp/planted ;;
	derived)	hex /tmp/derived ;;
	shared)		hex -N 32 /tmp/shared ;;
	esac
}

plant()
{
	head -c 32 /dev/urandom > /tmp/planted
	head -c 64 /dev/urandom > /tmp/data
	cvmctl --json > /tmp/status
	[ ! -e /dev/sev-guest ] || return 1
	cvmctl key derive --transport cvm -o /tmp/derived 2> /dev/null
}

# Evidence with random report data, and what of it is the host's anyway: on SNP its own
# certificates, on TDX the report data, which go to the quoting enclave. Just before the
# search, as later requests use the pages again
show()
{
	attest --report-data "$(hex /tmp/data)" -o /tmp/evidence --certs /tmp/certs
	if [ -e /tmp/derived ]; then
		tail -c 32 /tmp/certs
	else
		cat /tmp/data
	fi > /tmp/shared
}

# ---- afterwards ----

works()
{
	rm -f /tmp/good
	attest --report-data "$(data $((number + 0x10000)))" -o /tmp/good > /dev/null 2>&1
}

# Destroyed, the key is put back, with the counter that the firmware has: it may or may not
# have answered the last request
mended()
{
	case $behaviour in
	request:*|resend|error:*)	counts='0 2' ;;
	*)				counts='2 0' ;;
	esac
	for messages in $counts; do
		rmmod cvm
		echo $messages > $key
		insmod /cvm.ko
		! works || return 0
	done
	return 1
}

afterwards()
{
	if works; then
		echo kept
	elif [ -e /tmp/derived ] && mended; then
		echo destroyed
	else
		echo broken
	fi
}

try()
{
	case $behaviour in
	*@*)
		show > /dev/null 2>&1
		behaviour=${behaviour%@*}$(bytes_of "${behaviour#*@}")
		;;
	esac
	[ -z "$behaviour" ] || behave "$behaviour"
	"run_$command" > "/out/$number.text" 2>&1
	echo $? > "/out/$number.status"
	cat $host > "/out/$number.played"
	[ -z "$behaviour" ] || behave ''
	afterwards > "/out/$number.after"
}

mount -t configfs none /sys/kernel/config 2> /dev/null
insmod /attacks/hostile.ko && insmod /cvm.ko || exit 1
plant
while IFS='|' read -r number behaviour command; do
	echo "$number $behaviour $command"
	try
done < /attacks/list
rmmod cvm
dmesg | grep 'leaking' > /out/leaks
exit 0
