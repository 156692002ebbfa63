#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Seals from end to end: evidence that a guest made with attest --bind seal is accepted on
# the host for the root that the guest told, and for no other. And what a kernel that is locked
# down, which it stays until its end, refuses.
set -u

# shellcheck source=selftests/platform/tests/platform.sh
. "$(dirname "$0")/platform.sh"

cat > "$work/guest.sh" << 'SCRIPT'
insmod /cvm.ko || exit
cvmctl seal add kernel-rodata
cvmctl seal add module cvm
cvmctl seal check
cvmctl attest --nonce 00ff --bind seal -o /out/sealed
cvmctl attest --nonce 00ff -o /out/plain

mount -t securityfs none /sys/kernel/security 2> /dev/null
echo confidentiality > /sys/kernel/security/lockdown
page=$(sed -n 's/^\([0-9a-f]*\)[0-9a-f]\{3\} [A-Za-z] jiffies_64$/0x\1/p' /proc/kallsyms)
cvmctl seal add range "${page}000-$(printf '0x%x' $((${page}000 + 4096)))" > /tmp/said 2>&1
echo "range $? $(cat /tmp/said)"
cvmctl seal add kernel-rodata --keep > /tmp/said 2>&1
echo "keep $? $(cat /tmp/said)"
cvmctl seal check > /dev/null 2>&1
echo "check $?"
SCRIPT

verify()
{
	local keys=$work/out/sp

	"$build/tools/cvmctl" verify "$@" --certs "$keys/vcek.pem" --certs "$keys/ask.pem" \
		--roots "$keys/ark.pem" --roots "$keys/tdx/root.pem" \
		--collateral "$keys/tdx/collateral" 2>&1
}

# sealed PLATFORM KERNEL
sealed()
{
	local name="$1, $2" root text

	rm -rf "$work/out"
	"$guest" --platform "$1" --kernel "$2" --cpus 2 --out "$work/out" \
		--copy "$work/guest.sh:/guest.sh" -- sh /guest.sh > "$work/log" 2> "$work/errors"
	ended "$name: the guest ends well" $?
	has "$name: its seals are intact" "$(cat "$work/log")" '^2 seals, 2 intact\.$'
	root=$(sed -n 's/^bound: seal root \([0-9a-f]\{64\}\) of 2 seals$/\1/p' "$work/log")
	is "$name: it tells the root" ${#root} 64
	text=$(verify "$work/out/sealed" --nonce 00ff --seal-root "$root")
	is "$name: accepted for that root" $? 0
	has "$name: which is told" "$text" "ok +bound: seal root"
	has "$name: the last line" "$(echo "$text" | tail -n 1)" '^ACCEPTED: authentic, fresh'
	text=$(verify "$work/out/sealed" --nonce 00ff --seal-root "$(printf '%064d' 1)")
	is "$name: another root" $? 7
	verify "$work/out/sealed" --nonce 00fe --seal-root "$root" > /dev/null
	is "$name: another nonce" $? 7
	text=$(verify "$work/out/sealed" --nonce 00ff)
	is "$name: no root" $? 7
	has "$name: the remedy" "$text" '--seal-root'
	verify "$work/out/plain" --nonce 00ff > /dev/null
	is "$name: evidence without a root" $? 0
	verify "$work/out/plain" --nonce 00ff --seal-root "$root" > /dev/null
	is "$name: and none is made up for it" $? 8
	has "$name: locked down, no range" "$(cat "$work/log")" '^range 4 .*locked down for confid'
	has "$name: and no bytes" "$(cat "$work/log")" '^keep 4 .*locked down for confid'
	has "$name: what was sealed is still checked" "$(cat "$work/log")" '^check 0$'
}

sealed snp 6.12
sealed snp 6.1
sealed tdx 6.12
done_testing
