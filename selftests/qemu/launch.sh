# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154 # opt_*, parts, products, work: see guest
# Host programs, the QEMU command line, and the life of the processes of one run.

qemu=()
busybox=
processes=()
launched=
qemu_status=

need_program()
{
	local found

	found=$(command -v "$1") || die "no $1 found; on Debian:  apt-get install $2"
	echo "$found"
}

# Up to 8.0 QEMU may run a stale translation of code that another CPU has just patched: now
# and then a kernel with several CPUs dies of "Oops: int3" at a static key.
is_sound()
{
	"$1" --version | awk '{ split($4, v, "."); exit !(v[1] * 100 + v[2] >= 801) }'
}

# The machine's QEMU, or, where it is too old, a newer one in the cache
find_qemu()
{
	local own newer

	own=$(need_program "${QEMU:-qemu-system-x86_64}" qemu-system-x86) || exit 125
	qemu=("$own")
	! is_sound "$own" || return 0
	if ! "$parts/packages" fetch emulator; then
		say "goes on with $own, under which a guest with several CPUs may die for no reason"
		return 0
	fi
	newer=$("$parts/packages" path qemu) || exit 125
	qemu=("$newer" -L "${newer%/bin/*}/share/qemu" -L "${newer%/bin/*}/share/seabios")
}

find_programs()
{
	find_qemu
	busybox=$(need_program busybox busybox-static)
	if ldd "$busybox" > /dev/null 2>&1; then
		die "$busybox is not static; on Debian:  apt-get install busybox-static"
	fi
	need_program cpio cpio > /dev/null
	need_program modprobe kmod > /dev/null
	need_program xz xz-utils > /dev/null
	need_program strip binutils > /dev/null
	need_program "${CC:-gcc}" gcc > /dev/null
	[ "$opt_platform" != plain ] || return 0
	[ -f "$build/platform/hv.elf32" ] || die "no $build/platform/hv.elf32; run:  make platform"
	! has_evidence || [ -x "$build/platform/sp" ] ||
		die "no $build/platform/sp; run:  make platform"
}

# ---- command lines ----

kernel_cmdline()
{
	local words='console=hvc0 earlyprintk=ttyS0,115200 quiet loglevel=5 panic=-1 oops=panic panic_on_warn=1'

	native tsc_khz
	words+=" tsc=reliable tsc_early_khz=$("$products/tsc_khz")"
	[ -z "$opt_lazy" ] || words+=' efi=noruntime'
	# what KASAN, UBSAN and lockdep find is worth the time, the rest is not at each boot
	[ "$opt_kernel" != debug ] || words+=' nokaslr no_debug_objects slub_debug=-'
	[ "$opt_kernel" != debug ] || [ -n "$opt_leaks" ] || words+=' kmemleak=off'
	# a host that is busy delivers too few ticks in the time that the kernel waits for them
	[ "$opt_platform" != plain ] || words+=' no_timer_check'
	# q35 claims 256 buses, and asking each one is dear
	[ "$(board)" = pc ] || words+=' pci=lastbus=0'
	echo "$words$opt_append"
}

hv_options()
{
	local words=mode=$opt_platform

	[ "$opt_platform" != svm ] || words=mode=plain
	[ -z "$opt_lazy" ] || words+=' unaccepted'
	[ -z "$opt_firmware" ] || words+=' firmware'
	# KASAN has no shadow yet where the first CPUID would raise a #VC
	[ "$opt_kernel" != debug ] || [ "$opt_platform" = tdx ] || words+=' cpuid=direct'
	echo "$words ${opt_hv[*]}"
}

# QEMU runs in the work folder, so that no path needs escaping; the files get full
# writes, and with ioeventfd=off before the guest goes on, so that a guest which
# powers off has lost nothing.
channels()
{
	local name

	echo -device virtio-serial-pci,id=channels,iommu_platform=on,disable-legacy=on,ioeventfd=off
	echo -chardev file,id=console,path=console.log
	echo -device virtconsole,bus=channels.0,chardev=console
	for name in out result files; do
		echo "-chardev file,id=$name,path=$name"
		echo "-device virtserialport,bus=channels.0,chardev=$name,name=org.cvm.$name"
	done
}

# Only q35 takes an IOMMU, which the hypervisor needs; pc boots faster
board()
{
	is_confidential && echo q35 || echo pc
}

disk()
{
	echo "-drive if=none,id=disk,format=raw,file=$(realpath "$opt_disk")"
	echo -device virtio-blk-pci,drive=disk,iommu_platform=on,disable-legacy=on
}

machine()
{
	local memory=$opt_memory low=

	# what the hypervisor hides for itself
	[ "$opt_platform" = plain ] || memory=$((memory + 64))
	# firmware accepts what is below 4 GiB and leaves the rest to the kernel
	[ -z "$opt_firmware" ] || low=,max-ram-below-4g=768M
	echo -machine "$(board),hpet=off$low" -accel tcg -cpu EPYC,+svm,+npt,phys-bits=52
	echo "-m ${memory}M -smp $opt_cpus -nodefaults -display none -no-reboot"
	echo -device isa-debug-exit,iobase=0xf4,iosize=0x04
	# before all devices that it shall stand in front of
	! is_confidential || echo -device intel-iommu,intremap=off
	echo -chardev file,id=serial,path=serial.log -serial chardev:serial
	echo -debugcon file:hv.log
	channels
	boot_disk
	[ -z "$opt_disk" ] || disk
	[ ${#opt_device[@]} = 0 ] || printf -- "-device %s\n" "${opt_device[@]}"
	! has_evidence ||
		echo -chardev socket,id=sp,path=sp.sock -serial chardev:sp
}

# ---- processes ----

# Politely; what still lives after five seconds is killed
stop_processes()
{
	local pid tries

	[ ${#processes[@]} != 0 ] || return 0
	kill "${processes[@]}" 2>/dev/null || true
	for pid in "${processes[@]}"; do
		for ((tries = 0; tries < 50; tries++)); do
			kill -0 "$pid" 2>/dev/null || break
			sleep 0.1
		done
		kill -KILL "$pid" 2>/dev/null || true
		wait "$pid" 2>/dev/null || true
	done
	processes=()
}

start_sp()
{
	local waited

	"$build/platform/sp" serve --socket "$work/sp.sock" --state "$work/sp" \
		--keys "$build/platform/keys" "${opt_sp[@]}" \
		> "$work/sp.log" 2>&1 &
	processes+=($!)
	for ((waited = 0; waited < 200; waited++)); do
		[ ! -S "$work/sp.sock" ] || return 0
		if ! kill -0 "${processes[0]}" 2>/dev/null; then
			sed 's/^/guest: sp: /' "$work/sp.log" >&2
			die "the secure processor did not start"
		fi
		sleep 0.05
	done
	die "the secure processor made no socket within 10 seconds"
}

# Each line of the result channel with the host's time; the end of QEMU is its end
watch_results()
{
	local line

	while IFS= read -r line; do
		echo "$EPOCHREALTIME $line"
	done < "$work/result" > "$work/results"
}

launch()
{
	local words qemu_pid watcher streamer

	! is_confidential ||
		say "EMULATED PLATFORM: $opt_platform under QEMU TCG; proves nothing about real hardware"
	! has_evidence || start_sp
	cmdline=$(kernel_cmdline)
	printf '%s' "$cmdline" > "$work/cmdline"
	prepare_boot
	read -ra words <<< "$(machine | tr '\n' ' ')"

	: > "$work/out"
	mkfifo "$work/result"
	watch_results &
	watcher=$!
	launched=$EPOCHREALTIME
	(cd "$work" && exec timeout -k 5 "$opt_timeout" "${qemu[@]}" "${words[@]}" "${boot_words[@]}") \
		> "$work/qemu.log" 2>&1 < /dev/null &
	qemu_pid=$!
	tail -f -s 0.1 -c +1 --pid=$qemu_pid "$work/out" &
	streamer=$!
	processes=("$qemu_pid" "$watcher" "$streamer" "${processes[@]}")
	qemu_status=0
	wait $qemu_pid || qemu_status=$?
	# a QEMU that failed before it opened the channel leaves its reader waiting
	[ -f "$work/results" ] || kill $watcher
	wait $watcher $streamer || true
	stop_processes
}
