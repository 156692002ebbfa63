#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The road from end to end: a report made in the guest is accepted on the host, and
# only for the right nonce and the right roots.
set -u

# shellcheck source=selftests/platform/tests/platform.sh
. "$(dirname "$0")/platform.sh"

cd "$source" || exit 1

verify()
{
	"$build/tools/cvmctl" verify "$work/out/r.bin" --certs "$work/out/sp/vcek.pem" \
		--certs "$work/out/sp/ask.pem" "$@" 2>&1
}

selftests/qemu/guest --platform snp --kernel 6.12 --cpus 4 --out "$work/out" -- sh -c \
	'dmesg | grep -i "sev"; insmod /cvm.ko; cvmctl --json; cvmctl attest --nonce 00ff -o /out/r.bin' \
	> "$work/log" 2> "$work/errors"
ended "the guest's commands" $?
log=$(cat "$work/log")
has "the kernel says SEV-SNP" "$log" 'SEV-SNP'
has "cvmctl says amd-sev" "$log" '"vendor": "amd-sev"'
has "the runner marks its output" "$(cat "$work/errors")" 'EMULATED PLATFORM'
is "the report came back" "$(wc -c < "$work/out/r.bin")" 1184

text=$(verify --roots "$work/out/sp/ark.pem" --crl "$work/out/sp/crl.der" --nonce 00ff)
is "accepted with the platform's root" $? 0
has "the last line says so" "$(echo "$text" | tail -n 1)" '^ACCEPTED'
has "the CRL was looked at" "$text" '[Rr]evoked'
text=$(verify --roots "$work/out/sp/ark.pem" --nonce 00fe)
is "another nonce: stale" $? 7
has "another nonce: the last line" "$(echo "$text" | tail -n 1)" '^REJECTED'
text=$(verify --nonce 00ff)
is "without --roots a test key is not authentic" $? 6
text=$(verify --roots "$work/out/sp/ark.pem" --nonce 00ff --json)
is "the same as JSON" $? 0
has "with its verdict" "$(echo "$text" | tr -d '\n')" '"verdict": *"accepted"'
done_testing
