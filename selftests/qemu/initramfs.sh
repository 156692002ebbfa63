# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # opt_*, parts, products, work: see guest
# The kernel and the initramfs of one run. The initramfs is two archives one after
# the other: a base, cached by the contents of all that goes in, and a small one
# with the command and the --copy files. Equal input makes equal bytes, so the
# launch digest can be predicted.

vmlinuz=
release=
module_tree=

# In the guest for modprobe; a kernel that has one built in, or lacks it, is fine.
offered_modules=(sev-guest tdx-guest tsm configfs gcm ctr crypto_null gf128mul ghash-generic)

# The runner's channels; built in or absent in some kernels
channel_modules=(virtio_pci virtio_console)

# ---- the kernel ----

# The version string of a bzImage: Documentation/arch/x86/boot.rst, kernel_version
bzimage_release()
{
	local offset

	[ "$(dd if="$1" bs=1 skip=514 count=4 status=none | tr -d '\0')" = HdrS ] ||
		die "$1 is no bzImage"
	offset=$(od -An -tu2 -j526 -N2 "$1")
	dd if="$1" bs=1 skip=$((offset + 512)) count=200 status=none | tr '\0' '\n' |
		sed -n '1s/ .*//p'
}

find_modules()
{
	local folder root

	for folder in ${opt_modules:+"$opt_modules"} "$(dirname "$vmlinuz")" \
		"$(dirname "$vmlinuz")/.." /; do
		root=$folder/lib/modules/$release
		[ -d "$root" ] || continue
		(cd "$root" && pwd)
		return
	done
	[ -z "$opt_modules" ] || die "no lib/modules/$release in $opt_modules"
}

find_kernel()
{
	if [[ $opt_kernel =~ ^([0-9]+\.[0-9]+|sid|debug)$ ]]; then
		"$parts/kernels" fetch "$opt_kernel" || die "no kernel $opt_kernel"
		vmlinuz=$("$parts/kernels" path vmlinuz "$opt_kernel")
		release=$("$parts/kernels" path release "$opt_kernel")
		module_tree=$("$parts/kernels" path modules "$opt_kernel")
		return
	fi
	[ -f "$opt_kernel" ] || die "--kernel $opt_kernel: neither a series as 6.12 nor a file"
	vmlinuz=$(realpath "$opt_kernel")
	release=$(bzimage_release "$vmlinuz")
	module_tree=$(find_modules)
	[ -n "$module_tree" ] || say "no modules of $release found; see --modules"
}

# ---- modules ----

# Files of these modules and all that they need, in loading order. Empty if the kernel
# has them built in. Unknown ones are an error unless the first argument is "maybe".
module_files()
{
	local how=$1 name depends

	shift
	[ -n "$module_tree" ] || return 0
	for name; do
		if ! depends=$(modprobe -C /dev/null -d "${module_tree%/lib/modules/*}" \
			-S "$release" --show-depends "$name" 2>/dev/null); then
			[ "$how" = maybe ] || die "the kernel $release has no module $name"
			continue
		fi
		sed -n 's/^insmod \([^ ]*\).*/\1/p' <<< "$depends"
	done | awk '!seen[$0]++'
}

# Where modules of the tree are in the guest, uncompressed: from paths to paths, one a line
guest_module_paths()
{
	awk -v skip="$((${#module_tree} - ${#release} - 12))" '
		NF { sub(/\.(xz|zst)$/, ""); print substr($0, skip) }'
}

place_module()
{
	local target

	target=$2$(guest_module_paths <<< "$1")
	mkdir -p "$(dirname "$target")"
	case $1 in
	*.xz)	xz -dc "$1" > "$target" ;;
	*.zst)	zstd -qdc "$1" > "$target" ;;
	*)	cp "$1" "$target" ;;
	esac
}

# ---- the base archive ----

our_module()
{
	local module=$build/kmod/$release/cvm.ko

	[ ! -f "$module" ] || echo "$module"
}

our_command()
{
	[ ! -x "$build/tools/cvmctl" ] || echo "$build/tools/cvmctl"
}

# The loader and the libraries of a program, as "PATH"; also those that it names as text,
# to load them when it needs them
libraries_of()
{
	local name

	LD_LIBRARY_PATH=$build/tools ldd "$1" | sed -nE 's/.*(^[[:space:]]|=> )(\/[^ ]+) \(0x.*/\2/p'
	grep -aoE '\blib[a-z0-9-]+\.so\.[0-9]+' "$1" | sort -u | while read -r name; do
		ldconfig -p | sed -n "s|^[[:space:]]*$name (.*x86-64.*) => ||p" | head -n 1
	done | sort -u
}

# Libraries of the system keep their place, for the loader looks there
place_library()
{
	case $1 in
	/lib*|/usr/lib*)	install -D "$1" "$2$1" ;;
	*)			install -D "$1" "$2/usr/lib/${1##*/}" ;;
	esac
}

place_modules()
{
	local tree=$1 file

	shift
	mkdir -p "$tree/lib/modules/$release"
	for file; do
		place_module "$file" "$tree"
	done
	file=$(our_module)
	if [ -n "$file" ]; then
		mkdir -p "$tree/lib/modules/$release/extra"
		# most of it is debugging information
		strip --strip-debug -o "$tree/lib/modules/$release/extra/cvm.ko" "$file"
		ln -s "/lib/modules/$release/extra/cvm.ko" "$tree/cvm.ko"
	fi
	for file in modules.builtin modules.order modules.builtin.modinfo; do
		[ ! -f "$module_tree/$file" ] || cp "$module_tree/$file" "$tree/lib/modules/$release/"
	done
	depmod -b "$tree" "$release"
	# of use to depmod only, or binary copies that busybox does not read
	(cd "$tree/lib/modules/$release" && rm -f modules.*.bin modules.builtin* modules.order \
		modules.devname modules.softdep)
}

# archive FOLDER: as cpio, the same bytes for the same content
archive()
{
	(
		cd "$1" || exit
		find . -exec touch -h -d @0 {} +
		find . -mindepth 1 -print0 | sort -z |
			cpio -0 -o -H newc -R 0:0 --reproducible --quiet
	)
}

build_base()
{
	local tree=$work/base file

	# init lets busybox make its links, into folders that exist
	mkdir -p "$tree"/{dev,proc,sys,tmp,run,root,etc/guest,bin,sbin,usr/bin,usr/sbin}
	install "$busybox" "$tree/bin/busybox"
	install "$products/init" "$tree/init"
	place_modules "$tree" "$@"
	file=$(our_command)
	if [ -n "$file" ]; then
		install -D "$file" "$tree/usr/bin/cvmctl"
		libraries_of "$file" | while read -r file; do
			place_library "$file" "$tree"
		done
	fi
	archive "$tree" | gzip -n -1
	rm -rf "$tree"
}

# base_archive MODULE-FILE...: prints the name of the cached or new archive
base_archive()
{
	local hash base program

	program=$(our_command)
	hash=$({
		echo "$release"
		sha256sum "$parts/initramfs.sh" "$products/init" "$busybox" "$@"
		our_module | xargs -r sha256sum
		[ -z "$program" ] || libraries_of "$program" | xargs sha256sum "$program"
	} | sha256sum)
	base=$products/base-${hash:0:20}.cpio.gz
	if [ ! -f "$base" ]; then
		build_base "$@" > "$base.$$"
		mv "$base.$$" "$base"
		find "$products" -name 'base-*' -mmin +600 -delete
	fi
	echo "$base"
}

# ---- the archive of this run ----

add_copies()
{
	local tree=$1 pair target

	for pair in "${opt_copy[@]}"; do
		target=$tree${pair##*:}
		mkdir -p "$(dirname "$target")"
		cp -rLT "${pair%:*}" "$target" || die "--copy $pair failed"
	done
}

# Both arguments are lists of files, one a line, in loading order
run_archive()
{
	local tree=$work/run

	mkdir -p "$tree/etc/guest"
	printf '%s\0' "${command[@]}" > "$tree/etc/guest/command"
	guest_module_paths <<< "$1" > "$tree/etc/guest/channels"
	guest_module_paths <<< "$2" > "$tree/etc/guest/modules"
	[ -z "$opt_out" ] || touch "$tree/etc/guest/files"
	add_copies "$tree"
	archive "$tree" | gzip -n -1
	rm -rf "$tree"
}

# A program of ours for this machine, compiled when its source is newer
native()
{
	local name=$1

	shift
	[ "$products/$name" -nt "$parts/$name.c" ] && return
	"${CC:-gcc}" -O2 -Wall -Wextra "$@" -o "$products/$name.$$" "$parts/$name.c" ||
		die "cannot compile $name.c"
	mv "$products/$name.$$" "$products/$name"
}

# Modules that init loads for the command: what cvm.ko needs, so that a plain insmod
# of it works, and what the user asked for
wanted_modules()
{
	local ours=() module

	module=$(our_module)
	[ -z "$module" ] || IFS=, read -ra ours <<< "$(modinfo -F depends "$module")"
	module_files maybe "${ours[@]}"
	module_files needed "${opt_module[@]}"
}

make_initramfs()
{
	local channels wanted all base

	native init -static
	channels=$(module_files maybe "${channel_modules[@]}")
	wanted=$(wanted_modules) || exit
	mapfile -t all < <({
		printf '%s\n' "$channels" "$wanted"
		module_files maybe "${offered_modules[@]}"
	} | awk 'NF && !seen[$0]++')
	base=$(base_archive "${all[@]}")
	{ cat "$base"; run_archive "$channels" "$wanted"; } > "$work/initrd"
}
