# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # opt_*, products, work, launched, qemu_status: see guest
# What a run came to: its exit status, its times, its files and logs.

# Bits of /proc/sys/kernel/tainted: bad page (5), oops (7), warning (9), lockup (14)
bad_taint=$((1 << 5 | 1 << 7 | 1 << 9 | 1 << 14))

complaints='BUG: |WARNING: (CPU: |[A-Za-z ]*(lock|RCU))|Oops: |Oops\[|KASAN|UBSAN|general protection fault|kernel BUG at'
complaints+='|Kernel panic|unreferenced object|soft lockup'

# result WORD: what followed WORD on the result channel
result()
{
	sed -n "s/^[^ ]* $1 \{0,1\}//p" "$work/results" 2>/dev/null | tail -n 1
}

reached()
{
	grep -q "^[^ ]* $1\( \|\$\)" "$work/results" 2>/dev/null
}

# ---- how the guest stopped ----

# Exit statuses of QEMU by isa-debug-exit: value * 2 + 1
stop_reason()
{
	case $qemu_status in
	33)	echo "the guest powered off before it had reported" ;;
	35)	echo "the guest reset itself, which a panic does" ;;
	65)	echo "the guest terminated itself by its protocol with the host" ;;
	67)	echo "the hypervisor stopped the guest for an access that hardware would not allow" ;;
	69)	echo "the guest died: it halts with interrupts off" ;;
	95)	echo "the hypervisor failed" ;;
	0)	echo "the guest powered off or reset before it had reported" ;;
	*)	echo "QEMU ended with status $qemu_status" ;;
	esac
}

# show_tail LOG LINES: QEMU's remarks on CPU features that TCG lacks say nothing
show_tail()
{
	[ -s "$work/$1.log" ] || return 0
	{ grep -av "TCG doesn't support requested feature" "$work/$1.log" || true; } |
		tail -n "$2" | tr -d '\r' | sed "s/^/guest: $1: /" >&2
}

kernel_complaints()
{
	cat "$work/console.log" "$work/serial.log" 2>/dev/null | tr -d '\r' |
		grep -aE "$complaints" | head -n 20 || true
}

# The first report and what follows, without what only its author could read
show_report()
{
	cat "$work/console.log" "$work/serial.log" 2>/dev/null | tr -d '\r' |
		awk -v complaints="$complaints" '$0 ~ complaints { found = 1 }
			found && !/\] +\? |R[ABCDS0-9][A-Z0-9]: |Code: |raw: |head: |\] *$/ && shown++ < 38' |
		sed 's/^/guest: report: /' >&2
}

keep_logs()
{
	local folder=$products/failed-$$ log

	mkdir -p "$folder"
	for log in console serial hv sp qemu; do
		[ ! -s "$work/$log.log" ] || cp "$work/$log.log" "$folder/"
	done
	say "the logs are in $folder"
}

# failure STATUS MESSAGE...
failure()
{
	local status=$1

	shift
	say "$*"
	show_tail qemu 5
	show_tail hv 15
	show_tail console 25
	show_tail serial 10
	keep_logs
	exit "$status"
}

give_verdict()
{
	local found taint

	write_times
	case $qemu_status in
	124|137)	failure 124 "time limit of $opt_timeout seconds" ;;
	esac
	found=$(kernel_complaints)
	if [ -n "$found" ]; then
		printf '%s\n' "$found" | sed 's/^/guest: kernel: /' >&2
		keep_logs
		say "the guest's kernel complained"
		show_report
		exit 126
	fi
	if [ ! -e "$work/results" ] || ! reached end; then
		[ -f "$work/hv.log" ] || failure 125 "QEMU did not start"
		failure 126 "$(stop_reason)"
	fi
	taint=$(result taint)
	if ! [[ $taint =~ ^[0-9]+$ ]] || [ $((taint & bad_taint)) != 0 ]; then
		failure 126 "the guest's kernel is tainted: $taint"
	fi
	[ "$opt_platform" = plain ] || [ "$qemu_status" = 33 ] || failure 126 "$(stop_reason)"
	exit "$(result exit)"
}

# ---- times and files ----

write_times()
{
	local init

	[ -n "$opt_time" ] && reached init || return 0
	init=$(sed -n 's/^\([^ ]*\) init .*/\1/p' "$work/results")
	awk -v start="$launched" -v init="$init" -v uptime="$(result init)" \
		-v platform="$opt_platform" -v release="$release" -v cpus="$opt_cpus" 'BEGIN {
		printf "{\"platform\": \"%s\", \"kernel\": \"%s\", \"cpus\": %d, ", platform, release, cpus
		printf "\"boot_seconds\": %.3f, \"init_uptime_seconds\": %s}\n", init - start, uptime
	}' > "$opt_time.$$"
	mv "$opt_time.$$" "$opt_time"
}

collect_files()
{
	local file

	[ -n "$opt_out" ] || return 0
	mkdir -p "$opt_out"
	if [ -s "$work/files" ]; then
		tar -C "$opt_out" --no-same-owner -xf "$work/files" ||
			say "the guest's archive of /out is damaged"
	fi
	for file in console.log serial.log hv.log sp.log; do
		[ ! -s "$work/$file" ] || cp "$work/$file" "$opt_out/"
	done
	[ ! -d "$work/sp" ] || cp -r "$work/sp" "$opt_out/"
}
