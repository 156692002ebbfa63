# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154 # opt_*, parts, products, work, vmlinuz: see guest
# What QEMU starts: the kernel; the hypervisor and the kernel; or the hypervisor and
# firmware, which finds the kernel by QEMU's configuration device or on a disk.

boot_words=()

find_firmware()
{
	[ -n "$opt_firmware" ] || return 0
	"$parts/packages" fetch firmware || die "no firmware"
	[ "$opt_boot" != fwcfg ] || return 0
	need_program mkfs.fat dosfstools > /dev/null
	need_program mcopy mtools > /dev/null
}

# Secure Boot refuses a kernel that no signed loader vouches for
prepare_firmware()
{
	local image

	image=$("$parts/packages" path tdvf) || exit 125
	if [ "$opt_boot" = secure ]; then
		ln -s "$image" "$work/firmware"
		return
	fi
	native secure_boot_off
	"$products/secure_boot_off" "$image" "$work/firmware" || die "cannot edit the firmware"
}

# GRUB takes the words apart as a shell does
grub_config()
{
	local words word quoted=

	[[ $cmdline != *[\'\\]* ]] || die "--append: GRUB cannot take quotes or backslashes"
	read -ra words <<< "$cmdline"
	for word in "${words[@]}"; do
		quoted+=" '$word'"
	done
	printf 'linux /vmlinuz%s\ninitrd /initrd\nboot\n' "$quoted"
}

# uki_words STUB: where objcopy shall add each part, behind what the stub has, by pages
uki_words()
{
	local base end name
	local -A contents=([osrel]=/etc/os-release [cmdline]=$work/cmdline [linux]=$vmlinuz
		[initrd]=$work/initrd)

	base=$((0x$(objdump -p "$1" | awk '$1 == "ImageBase" { print $2 }')))
	end=$(objdump -h "$1" | awk '$2 ~ /^\./ { print "0x" $4 "+0x" $3 }' | tail -n 1)
	end=$(((end + 0xffff) & ~0xffff))
	[ "$end" -gt "$base" ] || return
	for name in osrel cmdline linux initrd; do
		printf -- '--add-section\n.%s=%s\n' "$name" "${contents[$name]}"
		printf -- '--change-section-vma\n.%s=0x%x\n' "$name" "$end"
		end=$(((end + $(stat -L -c %s "${contents[$name]}") + 0xffff) & ~0xffff))
	done
}

# A unified kernel image: kernel, initramfs and command line as one EFI program
make_uki()
{
	local stub words

	stub=$("$parts/packages" path stub) || exit 125
	mapfile -t words < <(uki_words "$stub")
	[ ${#words[@]} != 0 ] && objcopy "${words[@]}" "$stub" "$work/uki" ||
		die "cannot make the unified kernel image"
}

# make_disk FILE:PATH...: a FAT32 with these files; it needs 33 MiB to be one
make_disk()
{
	local disk=$work/boot.disk pair kib=40960

	for pair in "$@"; do
		kib=$((kib + $(stat -L -c %s "${pair%%:*}") / 1024 + 1))
	done
	truncate -s "${kib}K" "$disk"
	{
		mkfs.fat -F 32 "$disk"
		mmd -i "$disk" ::/EFI ::/EFI/BOOT ::/EFI/debian
		for pair in "$@"; do
			mcopy -i "$disk" "${pair%%:*}" "::${pair#*:}"
		done
	} > /dev/null || die "cannot make the boot disk"
}

make_uki_disk()
{
	make_uki
	make_disk "$work/uki:/EFI/BOOT/BOOTX64.EFI"
}

# The disk that a machine with Secure Boot boots: shim, Debian's signed GRUB and kernel
make_secure_disk()
{
	local shim mok grub

	shim=$("$parts/packages" path shim) && mok=$("$parts/packages" path mok) &&
		grub=$("$parts/packages" path grub) || exit 125
	grub_config > "$work/grub.cfg"
	make_disk "$shim:/EFI/BOOT/BOOTX64.EFI" "$mok:/EFI/BOOT/mmx64.efi" \
		"$grub:/EFI/BOOT/grubx64.efi" "$work/grub.cfg:/EFI/debian/grub.cfg" \
		"$vmlinuz:/vmlinuz" "$work/initrd:/initrd"
}

boot_disk()
{
	[ -f "$work/boot.disk" ] || return 0
	echo -drive if=none,id=boot,format=raw,readonly=on,file=boot.disk
	echo -device virtio-blk-pci,drive=boot,iommu_platform=on,disable-legacy=on
}

# Of QEMU, in its work folder; commas in the kernel's words are doubled
prepare_boot()
{
	local modules="vmlinuz ${cmdline//,/,,},initrd"

	ln -s "$vmlinuz" "$work/vmlinuz"
	ln -s "$build/platform/hv.elf32" "$work/hv"
	[ -z "$opt_firmware" ] || prepare_firmware
	case $opt_boot in
	secure)		make_secure_disk; modules=firmware ;;
	uki)		make_uki_disk; modules=firmware ;;
	fwcfg)		modules="firmware,$modules" ;;
	esac
	if [ "$opt_platform" = plain ]; then
		boot_words=(-kernel vmlinuz -append "$cmdline" -initrd initrd)
	else
		boot_words=(-kernel hv -append "$(hv_options)" -initrd "$modules")
	fi
}
