#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The library as others use it: symbols, header, pkg-config, install and uninstall.
set -uo pipefail
# shellcheck source-path=SCRIPTDIR source=tap.sh
. "$(dirname "$0")/tap.sh"

tools=$CVM_SRC/tools
destdir=$work/destdir

quiet_make()
{
	env -u MAKEFLAGS -u MFLAGS make -s -C "$tools" O="$CVM_BUILD/tools" "$@"
}

# uses COMPILER LANGUAGE: a program that includes the installed header and links the library
uses()
{
	printf '#include <libcvm.h>\nint main(void) { return cvm_transport_name(CVM_TRANSPORT_TSM)[0] != %s; }\n' \
		"'t'" > "$work/user.$2"
	# shellcheck disable=SC2046
	$1 -Wall -Wextra -Werror -pedantic -o "$work/user" "$work/user.$2" \
		$(PKG_CONFIG_PATH=$destdir/usr/lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=$destdir \
			PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1 PKG_CONFIG_ALLOW_SYSTEM_LIBS=1 \
			pkg-config --cflags --libs libcvm) &&
		LD_LIBRARY_PATH=$destdir/usr/lib "$work/user"
}

check 'exported symbols are those of the header' "$tools/tests/check-symbols" \
	"$CVM_BUILD/tools/libcvm.so" "$tools"/lib/libcvm*.h
check 'make install' quiet_make PREFIX=/usr DESTDIR="$destdir" install
check '  cvmctl runs' "$destdir/usr/bin/cvmctl" --version
check '  manual pages' sh -c 'test -s "$1/man8/cvmctl.8" && test -s "$1/man4/cvm.4" &&
	test -s "$1/man5/cvm-policy.5"' sh "$destdir/usr/share/man"
check '  completion' test -s "$destdir/usr/share/bash-completion/completions/cvmctl"
check '  udev rule' grep -q 'GROUP="cvm"' "$destdir/usr/lib/udev/rules.d/60-cvm.rules"
check '  systemd units, not enabled' sh -c 'test -s "$1/cvm-accept.service" &&
	test -s "$1/cvm-audit.service" && test -s "$1/cvm-audit.timer" &&
	test -s "$1/cvm-seal-check.service" && test -s "$1/cvm-seal-check.timer" &&
	! find "$1" -type l | grep .' sh "$destdir/usr/lib/systemd/system"
for unit in cvm-accept.service cvm-audit.service cvm-audit.timer cvm-seal-check.service \
	cvm-seal-check.timer; do
	if ! command -v systemd-analyze > /dev/null; then
		skip "  systemd has nothing to say against $unit" 'no systemd-analyze'
		continue
	fi
	# it looks for the command where it will be installed
	sed "s|^ExecStart=cvmctl|ExecStart=$destdir/usr/bin/cvmctl|; s|^ExecStop=-cvmctl|ExecStop=-$destdir/usr/bin/cvmctl|" \
		"$destdir/usr/lib/systemd/system/$unit" > "$work/$unit"
	check "  systemd has nothing to say against $unit" sh -c \
		'! systemd-analyze verify --man=no "$1" 2>&1 | grep "${1##*/}"' sh "$work/$unit"
done
check 'a C program finds header and library by pkg-config' uses "${CC:-cc} -std=c99" c
if command -v "${CXX:-g++}" > /dev/null; then
	check 'a C++ program does too' uses "${CXX:-g++}" cc
else
	skip 'a C++ program does too' 'no C++ compiler'
fi
check 'make uninstall' quiet_make PREFIX=/usr DESTDIR="$destdir" uninstall
check '  nothing is left' sh -c '! find "$1" -mindepth 1 2> /dev/null | grep .' sh "$destdir"

# ---- all of it comes and goes ----

# Folders, files and links, with what is in them
tree()
{
	(cd "$1" && find . -mindepth 1 -printf '%y %p %l\n' | sort &&
		find . -type f -exec sha256sum {} + | sort -k 2)
}

# comes PREFIX, goes PREFIX: tools and module, as the top Makefile does
comes()
{
	quiet_make PREFIX="$1" DESTDIR="$destdir" install &&
		"$CVM_SRC/kmod/install" "$destdir" "$work/built"
}

goes()
{
	quiet_make PREFIX="$1" DESTDIR="$destdir" uninstall &&
		"$CVM_SRC/kmod/install" --uninstall "$destdir"
}

# What others have in the same folders
neighbours()
{
	mkdir -p "$destdir$1/bin" "$destdir$1/lib/systemd/system" "$destdir$1/share/man/man8" \
		"$destdir/usr/src/other-1" "$destdir/lib/modules/6.1-test/updates"
	touch "$destdir$1/bin/other" "$destdir$1/share/man/man8/other.8" \
		"$destdir$1/lib/systemd/system/other.service" \
		"$destdir/lib/modules/6.1-test/updates/other.ko"
}

# All files that an installation must have come with, or the comparison would prove little
parts_of()
{
	local file

	for file in bin/cvmctl lib/libcvm.so lib/libcvm.a lib/pkgconfig/libcvm.pc include/libcvm.h \
		share/man/man8/cvmctl.8 share/bash-completion/completions/cvmctl \
		lib/udev/rules.d/60-cvm.rules lib/sysusers.d/cvm.conf \
		lib/systemd/system/cvm-audit.timer; do
		test -s "$destdir$1/$file" || { echo "no $1/$file"; return 1; }
	done
	for file in usr/src/cvm-*/dkms.conf usr/src/cvm-*/Kbuild usr/src/cvm-*/compat/probe.sh \
		lib/modules/6.1-test/updates/cvm.ko; do
		# shellcheck disable=SC2086 # a pattern
		test -s "$destdir"/$file || { echo "no $file"; return 1; }
	done
}

mkdir -p "$work/built/6.1-test"
echo module > "$work/built/6.1-test/cvm.ko"
for prefix in /usr /usr/local /opt/cvm; do
	for others in no yes; do
		rm -rf "$destdir"
		mkdir -p "$destdir"
		[ $others = no ] || neighbours $prefix
		tree "$destdir" > "$work/before"
		check "PREFIX=$prefix, neighbours: $others: install" comes $prefix
		check '  everything is there' parts_of $prefix
		check '  again, over itself' comes $prefix
		check '  uninstall' goes $prefix
		tree "$destdir" > "$work/after"
		check '  the tree is as it was' diff "$work/before" "$work/after"
	done
done
check 'uninstall where nothing is installed' goes /usr
finish
