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
finish
