# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # cache, debs, fragment, series, tree: of debug_kernel,
# which sources this and has die(), say() and differing_options()
# Builds the debug kernel from Debian's source package into the folder $tree, which lies in the
# cache. What was written when it fails is in $log, which stays.

log=$cache/debug-build.log
needed_packages=(bc bison flex gcc kmod libelf-dev libssl-dev lz4 make openssl perl xz-utils)
needed_megabytes=3500
# Of 6.12.117, to tell how far it is; nothing depends on it
expected_lines=2600

# ---- what has to be there ----

check_packages()
{
	local package missing=()

	for package in "${needed_packages[@]}"; do
		dpkg-query -W -f '${Status}' "$package" 2> /dev/null |
			grep -q '^install ok installed$' || missing+=("$package")
	done
	[ "${#missing[@]}" = 0 ] || die "to build it, packages are missing; as root: " \
		"apt-get install --no-install-recommends ${missing[*]}"
}

check_space()
{
	local free

	free=$(df -Pm "$cache" | awk 'NR == 2 { print $4 }')
	[ "$free" -ge "$needed_megabytes" ] || die "building it needs $needed_megabytes MB for a while" \
		"and $cache has $free; free some, or name another place in XDG_CACHE_HOME"
	say "building it takes $needed_megabytes MB of the $free MB free in $cache, 80 MB of them to stay"
}

# ---- running make ----

# In a group of its own, so that all of it can be ended, and with nothing of the environment: a
# make that called us hands its own variables on, O= and -j among them
start()
{
	setsid env -i PATH="$PATH" HOME="$HOME" LC_ALL=C KBUILD_BUILD_USER=cvm KBUILD_BUILD_HOST=cvm \
		nice -n 10 "$@" >> "$log" 2>&1 < /dev/null 9>&- &
	builder=$!
}

end_builder()
{
	[ -n "${builder:-}" ] || return 0
	kill -- "-$builder" 2> /dev/null || true
	wait "$builder" 2> /dev/null || true
	builder=
}

# finish PHASE: of what was started
finish()
{
	local status=0

	wait "$builder" || status=$?
	builder=
	[ "$status" = 0 ] && return
	tail -n 25 "$log" >&2
	die "$1 failed with status $status; the end of $log is above"
}

# Says how far the compiler is, each tenth of the way
watch_builder()
{
	local done tenth=0 before elapsed

	before=$(wc -l < "$log")
	SECONDS=0
	while kill -0 "$builder" 2> /dev/null; do
		sleep 2
		done=$((($(wc -l < "$log") - before) * 100 / expected_lines))
		if [ "$done" -ge $(((tenth + 1) * 10)) ] && [ "$done" -lt 100 ]; then
			tenth=$((done / 10))
			elapsed=$SECONDS
			say "compiling: $done %, about $((elapsed * (100 - done) / done / 60 + 1)) minutes left"
		fi
	done
}

# ---- phases ----

unpack_source()
{
	local package=linux-source-$series=$1 deb

	download "$package"
	deb=$(deb_of "$package")
	say "unpacking, a minute"
	mkdir "$tree/source"
	dpkg-deb --fsys-tarfile "$deb" | tar -xO "./usr/src/linux-source-$series.tar.xz" |
		tar -xJ -C "$tree/source" --strip-components=1
	rm -f "$deb"
}

# merge_config.sh only warns of an option that did not take, so each is looked at again
configure()
{
	local differing

	start make -C "$tree/source" ARCH=x86_64 tinyconfig
	finish tinyconfig
	(cd "$tree/source" && ARCH=x86_64 scripts/kconfig/merge_config.sh -m .config "$fragment") \
		>> "$log" 2>&1 || die "merge_config.sh failed; see $log"
	start make -C "$tree/source" ARCH=x86_64 olddefconfig
	finish olddefconfig
	differing=$(differing_options "$tree/source/.config")
	[ -z "$differing" ] || die "$1 does not take all options of debug.config; not so:" $differing
}

compile()
{
	say "compiling on $(nproc) CPUs, 12 minutes on two idle ones; the log is $log"
	start make -C "$tree/source" ARCH=x86_64 "-j$(nproc)" bzImage modules
	watch_builder
	finish compiling
}

# The kernel, its modules, and what modules are built against
collect()
{
	local release

	release=$(cat "$tree/source/include/config/kernel.release")
	say "collecting $release"
	cp "$tree/source/arch/x86/boot/bzImage" "$tree/"
	cp "$tree/source/.config" "$tree/config"
	start make -C "$tree/source" ARCH=x86_64 INSTALL_MOD_PATH="$tree" DEPMOD=true modules_install
	finish modules_install
	rm -f "$tree/lib/modules/$release/build" "$tree/lib/modules/$release/source"
	depmod -b "$tree" "$release"
	start make -C "$tree/source" ARCH=x86_64 run-command \
		"KBUILD_RUN_COMMAND=+\$(srctree)/scripts/package/install-extmod-build $tree/build"
	finish install-extmod-build
	rm -rf "$tree/source"
	echo "$release" > "$tree/release"
}

# build_kernel VERSION, of linux-source
build_kernel()
{
	check_packages
	check_space
	: > "$log"
	unpack_source "$1"
	configure "$1"
	compile
	collect
	rm -f "$log"
}
