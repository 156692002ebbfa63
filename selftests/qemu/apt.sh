# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # tree: of the script that sources this, which has die()
# Packages of other suites of Debian, downloaded beside the folder $tree.

keyring=/usr/share/keyrings/debian-archive-keyring.gpg
mirror=http://deb.debian.org/debian

# apt as any user, with sources, lists and state of its own: the machine's stay as they are
own_apt()
{
	local program=$1 apt=$tree.apt

	shift
	"$program" -qq -o "Dir::Etc::SourceList=$apt/sources.list" -o Dir::Etc::SourceParts=/dev/null \
		-o "Dir::State=$apt/state" -o "Dir::State::status=$apt/status" \
		-o "Dir::Cache=$apt/cache" -o Acquire::Languages=none -o Acquire::Retries=3 \
		-o "APT::Sandbox::User=$(id -un)" -o Debug::NoLocking=1 "$@"
}

# prepare_apt SUITE...
prepare_apt()
{
	local suite apt=$tree.apt

	[ -f "$keyring" ] || die "no $keyring to verify downloads with; on Debian:" \
		"apt-get install debian-archive-keyring"
	mkdir -p "$apt/state/lists/partial" "$apt/cache/archives/partial"
	: > "$apt/status"
	for suite in $(printf '%s\n' "$@" | sort -u); do
		echo "deb [arch=amd64 signed-by=$keyring] $mirror $suite main"
	done > "$apt/sources.list"
	own_apt apt-get update || die "cannot read the lists of $mirror"
}
