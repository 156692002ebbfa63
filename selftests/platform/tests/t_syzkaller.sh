#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The descriptions for syzkaller say what the headers say: no ioctl, member, command or
# attribute is missing, and none is there that the headers do not have.
set -u

# shellcheck source=selftests/platform/tests/platform.sh
. "$(dirname "$0")/platform.sh"

uapi=$source/kmod/uapi
descriptions=$source/selftests/syzkaller

# ---- what the headers have ----

# NAME STRUCTURE of each ioctl
ioctls()
{
	sed -nE 's/^#define (CVM_[A-Z_]+)\t+_IOWR\(CVM_IOC_MAGIC, 0x[0-9a-f]+, struct ([a-z_]+)\)/\1 \2/p' \
		"$uapi"/cvm.h "$uapi"/cvm_seal.h
}

# STRUCTURE WIDTH MEMBER of each member, the width in bits, or [LENGTH] of an array
members()
{
	awk '/^struct .* \{$/ { name = $2; next }
		/^};/ { name = "" }
		name && $1 ~ /^(__[us][0-9]+|char)$/ {
			member = $2; sub(/;.*/, "", member)
			width = $1; gsub(/[^0-9]/, "", width)
			if (split(member, part, /[][]/) > 1) { member = part[1]; width = "[" part[2] "]" }
			print name, width, member
		}' "$uapi"/cvm.h "$uapi"/cvm_seal.h
}

# Values that a caller chooses from, and flags
choices()
{
	awk '/^enum cvm_(format|register_number|seal_kind) \{/ { inside = 1; next }
		/^};/ { inside = 0 }
		inside { print $1 }' "$uapi"/cvm.h "$uapi"/cvm_seal.h
	sed -nE 's/^#define (CVM_(KEY_(ROOT|FIELD)_[A-Z_]+|VMPL_CURRENT|SEAL_(EXEC|KEEP|NEXT)))\t.*/\1/p' \
		"$uapi"/cvm.h "$uapi"/cvm_seal.h
}

# enumerators PREFIX: of the netlink family
enumerators()
{
	sed -nE "s/^\t($1[A-Z0-9_]+)( = 1)?,?$/\1/p" "$uapi/cvm_genl.h" | grep -v '_MAX$'
}

# ---- what the descriptions of a folder have ----

described_ioctls()
{
	sed -nE 's/^ioctl\$(CVM_[A-Z_]+)\(fd fd_cvm, cmd const\[\1\], arg ptr\[[a-z]+, ([a-z_]+)\]\)$/\1 \2/p' \
		"$1/cvm.txt"
}

# As members(): the width of a plain number, of a number of a seal or process, of a pointer,
# or the length of an array
described_members()
{
	awk '/^cvm_[a-z_]+ \{$/ { name = $1; next }
		/^\}/ { name = "" }
		!name { next }
		{
			member = $1; type = $0
			sub(/^\t[a-z_]+\t+/, "", type); sub(/\t+\([a-z]+\)$/, "", type)
			if (type ~ /^(array|string)\[/) {
				sub(/.*, /, "", type); sub(/\]$/, "", type); type = "[" type "]"
			} else if (type ~ /^ptr64\[/) {
				type = 64
			} else if (type ~ /^(cvm_seal_id|pid)/) {
				type = 32
			} else {
				match(type, /int(32|64)/); type = substr(type, RSTART + 3, 2)
			}
			print name, type, member
		}' "$1/cvm.txt"
}

described_commands()
{
	sed -nE 's/^sendmsg\$(CVM_CMD_[A-Z_]+)\(.*msghdr_cvm\[\1, .*/\1/p' "$1/genl_cvm.txt"
}

described_attributes()
{
	sed -nE 's/^\t(CVM_A_[A-Z0-9_]+)\tnl(attr|nest)\[\1, .*/\1/p' "$1/genl_cvm.txt"
}

described_choices()
{
	sed -nE 's/^cvm_[a-z_]+ = //p' "$1/cvm.txt" | tr -s ', ' '\n' | grep '^CVM_'
}

# ---- comparing ----

# differences FOLDER: what only one side has
differences()
{
	diff <(ioctls) <(described_ioctls "$1")
	diff <(members) <(described_members "$1")
	diff <(choices | sort) <(described_choices "$1" | sort)
	diff <(enumerators CVM_CMD_) <(described_commands "$1")
	diff <(enumerators CVM_A_) <(described_attributes "$1")
}

# notices WHAT FILE EXPRESSION: a description that sed has spoilt is found to be wrong
notices()
{
	rm -rf "$work/spoilt"
	cp -r "$descriptions" "$work/spoilt"
	sed -i "$3" "$work/spoilt/$2"
	ok "$1 is noticed" test -n "$(differences "$work/spoilt")"
}

ok 'the headers have ioctls' test "$(ioctls | wc -l)" -ge 14
ok 'and members' test "$(members | wc -l)" -ge 90
ok 'and commands' test "$(enumerators CVM_CMD_ | wc -l)" -ge 14
ok 'and attributes' test "$(enumerators CVM_A_ | wc -l)" -ge 120
is 'the descriptions have the same' "$(differences "$descriptions")" ''
notices 'an ioctl that is missing' cvm.txt '/^ioctl.CVM_SEAL_BYTES/d'
notices 'a member that is missing' cvm.txt '/^\tguest_svn/d'
notices 'a member of another width' cvm.txt 's/^\ttcb_version\tint64/\ttcb_version\tint32/'
notices 'a kind that is missing' cvm.txt 's/CVM_SEAL_RANGE, //'
notices 'a command that is missing' genl_cvm.txt '/^sendmsg.CVM_CMD_AUDIT_RUN/d'
notices 'an attribute that is missing' genl_cvm.txt '/^\tCVM_A_LABEL_IMAGE/d'
done_testing
