#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# In the guest: tries the attacks of /attacks/list, one a line, NUMBER|BEHAVIOUR|COMMAND, and
# leaves in /out for each: NUMBER.status, .text (what the command said), .played (how often
# the host did it), .after (what became of cvm.ko), and the evidence. Busybox.

host=/sys/module/hostile/parameters/host
key=/sys/module/hostile/parameters/key
victim=/sys/module/hostile/parameters/victim
holds=/sys/module/hostile/parameters/holds
device=/sys/module/hostile/parameters/device
msr=/sys/module/hostile/parameters/msr
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

# appears FILE: something is in it, or it takes too long
appears()
{
	tries=100
	until [ -s "$1" ]; do
		sleep 0.1
		tries=$((tries - 1))
		[ $tries != 0 ] || return 1
	done
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

# Asked twice, a host may say this and that
run_statuses()
{
	run_status && run_status
}

# Pages are shared and taken back
run_load()
{
	rmmod cvm && insmod /cvm.ko
}

# A page of the guest's own, by who has it in use
run_victim()
{
	echo touch > $victim
}

# New contents, and then the host comes with the old ones
renewed()
{
	echo renew > $victim && behave "give-back:$address"
}

run_renewed()
{
	renewed && echo touch > $victim
}

# By who accepts pages, and is offered this one
run_accept()
{
	echo accept > $victim 2> /dev/null && return
	echo "the page was not accepted any more, and holds $(cat $holds)"
	return 1
}

run_accept_renewed()
{
	renewed && run_accept
}

run_device()
{
	echo once > $device
}

run_audit()
{
	limited cvmctl audit run
}

# And the hardware is asked about all pages that it can be asked about
run_audit_all()
{
	limited cvmctl audit run --hardware=4294967295
}

# The victim is the guest's again then, for who audits next
run_audit_taken()
{
	run_audit_all
	found=$?
	echo accept > $victim 2> /dev/null
	return $found
}

# Answers that contradict what the host has said before, and the module loaded meanwhile
run_msr()
{
	cat $msr > /tmp/msr && [ "$(cat /tmp/msr)" != "$(cat /tmp/true-msr)" ] && run_load && run_status
}

# Who listens sees each event, or how many it does not see; the listener is kept from running
# meanwhile, as it would be on a machine that is busy with them
run_flood()
{
	cvmctl monitor --json > /tmp/events 2> /tmp/note &
	appears /tmp/note && echo once > $device && appears /tmp/events || return 2
	kill -STOP $!
	echo serve > $device
	kill -CONT $!
	sleep 1
	echo once > $device
	sleep 1
	kill $!
	wait $!
	seen=$(grep -c '"event":"conversion"' /tmp/events)
	lost=$(sed -n 's/.*"conversions":\([0-9]*\).*/\1/p' /tmp/events | awk '{ n += $1 } END { print n + 0 }')
	happened=$(sed -n 's/.*"seq":\([0-9]*\).*/\1/p' /tmp/events | sed -n '1p;$p' |
		awk 'NR == 1 { first = $1 } END { print $1 - first + 1 }')
	made=$(cat $device)
	echo "$seen conversions were seen, $lost were lost, of $happened; the device made $made"
	[ "$lost" != 0 ] || return 0
	[ $((seen + lost)) = "$happened" ] && [ "$happened" -ge "$made" ] &&
		echo "none is missing from the count"
	return 1
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
	cat $msr > /tmp/true-msr
	[ ! -e /dev/sev-guest ] || return 1
	cvmctl key derive --transport cvm -o /tmp/derived 2> /dev/null
}

# To be looked for after the end of this guest, however it ends; and one that is there, to
# show that they would be found. On TDX the report data go to the quoting enclave
name_secrets()
{
	parameters=/sys/module/hostile/parameters
	behave "mark:$(cat $parameters/mark)"
	behave "secret:$(cat $parameters/secret)"
	behave "secret:$(bytes_of planted)"
	if [ -e /tmp/derived ]; then
		for name in message data derived; do
			behave "secret:$(bytes_of $name)"
		done
	fi
	behave ''
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
	*@victim)
		address=$(cat $victim)
		behaviour=${behaviour%@*}$address
		;;
	*@*)
		show > /dev/null 2>&1
		behaviour=${behaviour%@*}$(bytes_of "${behaviour#*@}")
		;;
	esac
	[ "$behaviour" != - ] || behaviour=
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
name_secrets
while IFS='|' read -r number behaviour command; do
	echo "$number $behaviour $command"
	try
done < /attacks/list
rmmod cvm
dmesg | grep 'leaking' > /out/leaks
exit 0
