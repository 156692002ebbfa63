#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Make kmod/uapi/cvm_genl.h and kmod/genl_gen.[ch] from specs/cvm.yaml with the
# generator of a kernel source tree (its tools/net/ynl and Documentation/netlink).
# With --check nothing is written; differences are printed and fail.
set -euo pipefail

usage="usage: ${0##*/} KERNEL-SOURCE [--check]"
kernel=$(realpath "${1:?$usage}")
mode=${2-}
root=$(realpath "$(dirname "$0")/../..")

generator=$kernel/tools/net/ynl/ynl-gen-c.py
if [ ! -f "$generator" ]; then
	echo "${0##*/}: no $generator: name a kernel source tree, for example linux-source-6.12" >&2
	exit 2
fi

# The generator wants its schemas beside the spec, looks for MAINTAINERS in the
# folders above for ever, and knows one licence only.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/Documentation/netlink/specs" "$work/kmod/uapi"
touch "$work/MAINTAINERS"
cp "$kernel"/Documentation/netlink/*.yaml "$work/Documentation/netlink/"
ours='(GPL-2.0-only WITH Linux-syscall-note) OR MIT'
theirs='((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)'
spec=$work/Documentation/netlink/specs/cvm.yaml
sed "1s/: .*/: $theirs/" "$root/Documentation/netlink/specs/cvm.yaml" > "$spec"

# generate FILE LICENCE OPTION...
generate()
{
	local file=$1 licence=$2

	shift 2
	timeout 60 python3 "$generator" --spec "$spec" "$@" -o "$work/$file"
	sed -i "1s|$theirs|$licence|" "$work/$file"
}

generate kmod/uapi/cvm_genl.h "$ours" --mode uapi --header
generate kmod/genl_gen.h GPL-2.0-only --mode kernel --header
generate kmod/genl_gen.c GPL-2.0-only --mode kernel --source

status=0
for file in kmod/uapi/cvm_genl.h kmod/genl_gen.h kmod/genl_gen.c; do
	if [ "$mode" = --check ]; then
		diff -u "$root/$file" "$work/$file" || status=1
	else
		cp "$work/$file" "$root/$file"
	fi
done
exit $status
