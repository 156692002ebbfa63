#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# cvmctl on a machine that is no confidential guest says so and does no harm.
. "$(dirname "$0")/tap.sh"

command -v cvmctl > /dev/null || bail "the guest has no cvmctl"

message=$(cvmctl 2>&1)
is "cvmctl exits with 3, not here" $? 3
has "and says why" "$message" 'not a confidential guest'
message=$(cvmctl --json 2>&1)
is "the same with --json" $? 3
has "as an error with a code" "$(echo "$message" | tr -d '\n')" '"error": *\{ *"code": *"no-platform"'
cvmctl attest --nonce 00ff -o /tmp/r.bin 2> /dev/null
is "cvmctl attest exits with 3" $? 3
ok "and writes nothing" test ! -e /tmp/r.bin
done_testing
