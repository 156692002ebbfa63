#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# cvmctl seal in a confidential guest: what is sealed stays intact, what changes is told, and
# the root of all is bound into evidence.
. "$(dirname "$0")/tap.sh"

work=$(mktemp -d)
cd "$work" || exit 1
give_device_to_cvm
log_mark

json()
{
	cvmctl "$@" --json | tr -d ' \n'
}

# address SYMBOL: where the page begins that holds it
page_of()
{
	sed -n "s/^\([0-9a-f]\{13\}\)[0-9a-f]\{3\} . $1\$/0x\1000/p" /proc/kallsyms | head -n 1
}

is "no seals: a check fails" "$(cvmctl seal check 2> /dev/null; echo $?)" 1
has "and a list is empty" "$(cvmctl seal list)" 'cvmctl seal add kernel-rodata'

# ---- what does not change ----

has "kernel rodata" "$(cvmctl seal add kernel-rodata)" '^seal [0-9]+: kernel-rodata, [0-9]+ pages, root'
has "kernel text" "$(cvmctl seal add kernel-text)" '^seal [0-9]+: kernel-text, [0-9]+ pages'
has "a module" "$(cvmctl seal add module cvm)" '^seal [0-9]+: module cvm, [0-9]+ pages'
sleep 1000 &
sleeper=$!
# it is the shell's copy until it has become what it runs
while [ "$(cat /proc/$sleeper/comm)" != sleep ]; do sleep 0.1; done
has "a process" "$(cvmctl seal add pid $sleeper --exec)" "^seal [0-9]+: process $sleeper sleep, "
screen=$(cvmctl seal check)
is "all are intact" $? 0
echo "$screen" | sed 's/^/# /'
has "rodata to the byte" "$screen" 'kernel-rodata .* intact$'
has "and the module" "$screen" 'module cvm .* intact$'
has "and the process" "$screen" "process $sleeper sleep .* intact$"
has "the list has them" "$(cvmctl seal list)" 'module cvm .* intact '
all=$(json seal check)
has "as JSON" "$all" '"schema":"cvmctl/seal-check/1","exit":0'
is "as JSON: seals" "$(echo "$all" | grep -o '"unexpected":false' | wc -l)" 4
is "an address is not of a symbol only" "$(json seal show 1 | grep -c '"start":"0xffffffff')" 1

# ---- what changes ----

# a page of data whose clock stands still for a moment at most
page=$(page_of jiffies_64)
clock=$(cvmctl seal add range "$page-$(printf '0x%x' $((page + 4096)))" --name clock --keep -q)
sleep 1
screen=$(cvmctl seal check "$clock")
is "a range that changes is a finding" $? 9
has "its page is told" "$screen" "page 0 +$page  changed, writable now"
has "and its bytes" "$(cvmctl seal diff "$clock" 0)" '^  [0-9a-f]{3} \+ '
is "unless it does not matter" "$(cvmctl seal check "$clock" --fail-on none > /dev/null; echo $?)" 0
before=$(json seal show "$clock" | grep -o '"root":"[0-9a-f]*"')
ok "rebase" cvmctl seal rebase "$clock" -q
has "keeps the root before" "$(json seal show "$clock")" "\"generation\":2.*\"previous\":${before#*:}"
ok "remove" cvmctl seal remove "$clock" -q
is "it is no more" "$(cvmctl seal show "$clock" 2> /dev/null; echo $?)" 1

kill $sleeper
wait $sleeper 2> /dev/null
screen=$(cvmctl seal check)
is "a process that has ended is no failure" $? 0
has "but is told" "$screen" "process $sleeper sleep .* gone$"
is "and counts when all does" "$(cvmctl seal check --fail-on any > /dev/null; echo $?)" 9
is "what is not there cannot be sealed" "$(cvmctl seal add pid $sleeper 2> /dev/null; echo $?)" 1
has "nor a module" "$(cvmctl seal add module nosuch 2>&1)" 'module nosuch: it is not loaded'
has "nor what is not mapped" "$(cvmctl seal add range 0xffff000000000000-0xffff000000001000 2>&1)" \
	'a page is not mapped'

has "nor what is not the kernel's" "$(cvmctl seal add range 0x400000-0x401000 2>&1)" \
	'no addresses of the kernel'

# ---- what hides ----

echo 2 > /proc/sys/kernel/kptr_restrict
message=$(cvmctl seal add kernel-rodata 2>&1)
is "hidden addresses" $? 4
has "are told as such" "$message" 'kernel.kptr_restrict is 2'
echo 0 > /proc/sys/kernel/kptr_restrict

# ---- evidence ----

cvmctl seal remove --all -q
cvmctl seal add kernel-rodata -q > /dev/null
cvmctl seal add module cvm -q > /dev/null
message=$(cvmctl attest --nonce 00ff --bind seal -o evidence.bin --certs certs.bin)
is "attest --bind seal" $? 0
root=$(echo "$message" | sed -n 's/^bound: seal root \([0-9a-f]*\) of 2 seals$/\1/p')
is "tells the root" ${#root} 64
# the chain is not trusted here; what is bound is told all the same
has "verify sees it" "$(cvmctl verify evidence.bin --nonce 00ff --seal-root "$root")" \
	"ok +bound: seal root"
has "and no other" "$(cvmctl verify evidence.bin --nonce 00ff --seal-root "${root%????}0000")" \
	'FAIL +report_data is'
has "the root is that of the list" "$(json seal list)" "\"root\":\"$root\""
message=$(cvmctl attest --nonce 01 --bind seal -o other.bin)
has "it stays while nothing changes" "$message" "bound: seal root $root of 2 seals"
cvmctl seal add kernel-rodata -q > /dev/null
message=$(cvmctl attest --nonce 01 --bind seal -o other.bin)
ok "a seal more is another root" test "${message#*seal root "$root"}" = "$message"

is "the kernel does not complain" "$(log_warnings)" ''
ok "the module goes with its seals" rmmod cvm
ok "and comes back" insmod /cvm.ko
is "without any" "$(json seal list | grep -c '"seals":\[\]')" 1
done_testing
