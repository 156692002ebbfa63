#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The TCB statuses of TDX platforms, against an oracle that shares no code with libcvm.
set -eu

source=${CVM_SRC:-$(cd "$(dirname "$0")/../.." && pwd)}
build=${CVM_BUILD:-$source/build}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

python3 "$source/tools/tests/tcb_oracle.py" "$build/platform/sp" "$build/tools/cvmctl" "$work" 200
