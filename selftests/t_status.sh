#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What netlink tells about the platform, as cvmctl --json shows it.
. "$(dirname "$0")/tap.sh"

# One line, so that a pattern can reach over several
status()
{
	cvmctl --json | tr -d '\n' | sed 's/  */ /g'
}

command -v cvmctl > /dev/null || bail "the guest has no cvmctl"

give_device_to_cvm
owner=$(device_owner)
json=$(status)
has "schema" "$json" '"schema": "cvmctl/status/1"'
has "exit" "$json" '"exit": 0'
has "vendor" "$json" '"vendor": "amd-sev"'
has "said by the module" "$json" '"provenance": "module"'
has "SEV_STATUS has SEV, ES and SNP" "$json" '"sev_status": "[0-9a-f]{15}[7f]"'
has "VMPL" "$json" '"vmpl": 0'
has "C-bit" "$json" '"c_bit": 47'
has "feature SNP with its source" "$json" \
	'"name": "sev-snp", "active": true, "source": "register"'
has "feature of the kernel" "$json" \
	'"name": "kernel-guest-sev-snp", "active": true, "source": "kernel"'
has "a feature that is off" "$json" '"name": "vtom", "active": false'
has "attestation device" "$json" '"device": "sev-guest"'
if [ -n "$owner" ]; then
	has "owner as sysfs says" "$json" "\"owner\": \"$owner\""
else
	has "no owner, as sysfs says" "$json" '"owner": null'
	ok "none is needed here" kernel_sends
fi
has "usable through the module" "$json" '"usable": true'
has "message key" "$json" '"vmpck": 0'
has "message key is good" "$json" '"key_destroyed": false'
has "module version" "$json" "\"module_version\": \"$(cat /sys/module/cvm/version)\""
has "report" "$json" '"report": \{'
text=$(cvmctl)
is "the screen exits with 0" $? 0
has "the screen's first line" "$(echo "$text" | head -n 1)" 'cvm: AMD SEV-SNP guest, VMPL 0'

give_device_to_sev_guest
json=$(status)
has "other owner" "$json" '"owner": "sev-guest"'
if kernel_sends; then
	has "usable beside it" "$json" '"usable": true'
	has "with the same key" "$json" '"vmpck": 0'
else
	has "not usable then" "$json" '"usable": false'
	has "no message key of ours then" "$(echo "$json" | grep -c '"vmpck"')" '^0$'
fi

unload_all
insmod_free()
{
	insmod /cvm.ko && rmmod cvm
}
ok "the device is free again" insmod_free
json=$(status)
has "without the module: exit 3" "$json" '"exit": 3'
has "without the module: the kernel is the source" "$json" '"provenance": "kernel"'
done_testing
