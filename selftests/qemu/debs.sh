# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # debs: of the script that sources this, which has die()
# Packages that apt of this machine knows, downloaded into the folder $debs.

# apt's lists may be absent, as in a fresh container
update_lists()
{
	[ "$(id -u)" = 0 ] || die "apt does not know $1; as root:  apt-get update"
	apt-get update -qq || die "apt-get update failed; is deb.debian.org reachable?"
}

newest_version()
{
	apt-cache madison "$1" | awk 'NR == 1 { print $3 }'
}

# The same, and there has to be one
find_version()
{
	local version

	version=$(newest_version "$1")
	if [ -z "$version" ]; then
		update_lists "$1"
		version=$(newest_version "$1")
	fi
	[ -n "$version" ] || die "apt knows no $1"
	echo "$version"
}

# apt checks size and hash, also of what an earlier, interrupted run left behind
download()
{
	local options=(-qq -o Acquire::Retries=3)

	mkdir -p "$debs"
	# apt's own unprivileged user could not write into a private cache folder
	[ "$(id -u)" != 0 ] || options+=(-o APT::Sandbox::User=root)
	echo "${0##*/}: downloading $*" >&2
	if (cd "$debs" && apt-get "${options[@]}" download "$@"); then
		return
	fi
	update_lists "$*"
	(cd "$debs" && apt-get "${options[@]}" download "$@") || die "cannot download $*"
}

# deb_of PACKAGE=VERSION: the file that apt-get download made; it writes a colon as %3a
deb_of()
{
	local name=${1%%=*} version=${1#*=} file

	for file in "$debs/${name}_${version//:/%3a}"_*.deb; do
		[ -f "$file" ] || die "apt-get left no $file"
		echo "$file"
	done
}
