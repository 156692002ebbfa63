#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What debug_kernel takes, builds and keeps. The kernel's source is a makefile of some lines
# here, and Debian a folder, so that a build takes a moment and can be made to fail.
set -u

# shellcheck source=selftests/platform/tests/platform.sh
. "$(dirname "$0")/platform.sh"

export XDG_CACHE_HOME=$work/cache
cache=$XDG_CACHE_HOME/cvm
tool=$work/main/selftests/qemu/debug_kernel
fragment=$work/main/selftests/qemu/debug.config
ready=$work/shared/kernels
mkdir -p "$work/main/selftests/qemu" "$work/bin" "$ready"
cp "$source"/selftests/qemu/{debug_kernel,debug_build.sh,debs.sh} "$work/main/selftests/qemu/"
cat > "$fragment" << 'END'
# a comment
CONFIG_ONE=y
CONFIG_NAME="a name"
# CONFIG_TWO is not set
END

# ---- Debian and the kernel's source ----

# program NAME: a shell script on standard input stands for it
program()
{
	{ echo '#!/bin/sh' && cat; } > "$work/bin/$1"
	chmod 755 "$work/bin/$1"
}

program apt-cache << END
echo " linux-source-6.12 | \$(cat "$work/version") | somewhere"
END
program apt-get << 'END'
for package; do :; done
version=${package#*=}
touch "linux-source-6.12_${version}_all.deb"
END
program dpkg-query << END
for package; do :; done
grep -qx "\$package" "$work/missing" 2> /dev/null || echo 'install ok installed'
END
program df << END
printf 'Filesystem Blocks Used Available Use Mounted\nx 0 0 %s 0 /\n' "\$(cat "$work/free")"
END
program dpkg-deb << END
cat "$work/package.tar"
END
program depmod < /dev/null

# The source: what it does is told by files beside it, "broken" and "slow"
mkdir -p "$work/linux/scripts/kconfig" "$work/linux/scripts/package" "$work/usr/src"
cat > "$work/linux/Makefile" << END
tinyconfig:
	echo '# CONFIG_ONE is not set' > .config
	echo CONFIG_TWO=y >> .config
olddefconfig:
	cp merged .config
	[ ! -f "$work/stubborn" ] || sed -i s/CONFIG_ONE=y// .config
bzImage:
	[ -z "\$(O)" ] || exit 1
	echo \$\$\$\$ > "$work/compiler"
	[ ! -f "$work/slow" ] || sleep 60
	[ ! -f "$work/broken" ] || { echo 'drivers/x.c:1: error: broken'; exit 1; }
	mkdir -p arch/x86/boot include/config
	echo kernel > arch/x86/boot/bzImage
	echo 6.12.99-cvmdbg > include/config/kernel.release
	echo built >> "$work/builds"
modules:
	touch tsm.ko
modules_install:
	mkdir -p \$(INSTALL_MOD_PATH)/lib/modules/6.12.99-cvmdbg/kernel
	cp tsm.ko \$(INSTALL_MOD_PATH)/lib/modules/6.12.99-cvmdbg/kernel/
run-command:
	\$(KBUILD_RUN_COMMAND)
END
sed -i 's/^run-command:/srctree := .\n&/' "$work/linux/Makefile"
printf '#!/bin/sh\ncp "$3" merged\n' > "$work/linux/scripts/kconfig/merge_config.sh"
printf '#!/bin/sh\nmkdir "$1" && echo tree > "$1/Makefile"\n' \
	> "$work/linux/scripts/package/install-extmod-build"
chmod 755 "$work/linux/scripts/kconfig/merge_config.sh" \
	"$work/linux/scripts/package/install-extmod-build"
tar -C "$work" -cJf "$work/usr/src/linux-source-6.12.tar.xz" linux
tar -C "$work" -cf "$work/package.tar" ./usr
echo 6.12.99-1 > "$work/version"
echo 90000 > "$work/free"

# run ARGUMENT...: with what a make that calls would hand on
run()
{
	PATH=$work/bin:$PATH MAKEFLAGS='O=/nowhere -j3' O=/nowhere "$tool" "$@" \
		> "$work/out" 2> "$work/errors"
}

path()
{
	"$tool" path "$1" 2> /dev/null
}

builds()
{
	wc -l 2> /dev/null < "$work/builds" || echo 0
}

folders()
{
	find "$cache" -mindepth 1 -maxdepth 1 -type d ! -name debs -printf '%f\n' | wc -l
}

# refused NAME PATTERN ARGUMENT...: it fails, says so, and leaves nothing that is half done
refused()
{
	local name=$1 pattern=$2 before

	shift 2
	before=$(folders)
	run "$@" && echo passed >> "$work/errors"
	has "$name" "$(cat "$work/errors")" "$pattern"
	is "$name: nothing half done stays" "$(folders)" "$before"
}

# ---- built ----

mkdir -p "$cache"
is 'nothing is there at first' "$(path release)" ''
echo flex > "$work/missing"
refused 'packages that are missing are named' 'apt-get install .*flex$' fetch
rm "$work/missing"
echo 100 > "$work/free"
refused 'too little room is told' 'needs [0-9]+ MB .* has 100;' fetch
echo 90000 > "$work/free"
touch "$work/broken"
refused 'an error of the compiler is shown' 'x.c:1: error: broken' fetch
has 'and stays in the log' "$(cat "$cache/debug-build.log")" 'x.c:1: error: broken'
rm "$work/broken"
touch "$work/stubborn"
refused 'an option that did not take is named' 'not so: CONFIG_ONE=y' fetch
rm "$work/stubborn"

ok 'it is built' run fetch
is 'its release' "$(path release)" 6.12.99-cvmdbg
is 'its image' "$(cat "$(path vmlinuz)")" kernel
ok 'its modules' test -f "$(path modules)/kernel/tsm.ko"
is 'its tree for other modules' "$(cat "$(path headers)/Makefile")" tree
ok 'the source does not stay' test ! -e "$(dirname "$(path vmlinuz)")/source"
ok 'nor the log' test ! -e "$cache/debug-build.log"
has 'its folder is named by a hash' "$(path headers)" '/cvm/debug-[0-9a-f]{16}/build$'

# ---- kept ----

first=$(path headers)
run fetch
run build
is 'it is built once' "$(builds)" 1
echo '# another comment' >> "$fragment"
is 'a comment changes nothing' "$(path headers)" "$first"
echo CONFIG_THREE=y >> "$fragment"
is 'another option is another kernel' "$(path headers)" ''
ok 'which is built' run fetch
is 'and replaces the old one' "$(folders)" 1
echo 6.12.100-1 > "$work/version"
run fetch
is 'what is there is used as it is' "$(builds)" 2
ok 'a newer version is built when that is asked for' run build
is 'and replaces it too' "$(folders) $(builds)" '1 3'

# ---- interrupted ----

echo CONFIG_FOUR=y >> "$fragment"
touch "$work/slow"
rm "$work/compiler"
PATH=$work/bin:$PATH "$tool" fetch > /dev/null 2>&1 &
builder=$!
for _ in $(seq 300); do
	[ ! -s "$work/compiler" ] || break
	sleep 0.1
done
kill -TERM "$builder"
wait "$builder"
is 'it ends when it is told to' $? 143
is 'the old one is still there, and no other' "$(folders)" 1
ok 'the compiler has ended too' test ! -d "/proc/$(cat "$work/compiler")"
rm "$work/slow"

# ---- a ready one ----

mkdir -p "$ready/6.12.98-cvmdbg" "$work/ready/build"
cp "$fragment" "$ready/6.12.98-cvmdbg/config"
echo ready > "$ready/6.12.98-cvmdbg/bzImage"
tar -C "$work/ready" -cJf "$ready/6.12.98-cvmdbg/build.tar.xz" build
tar -C "$work/linux" -cJf "$ready/6.12.98-cvmdbg/modules.tar.xz" Makefile
(cd "$ready/6.12.98-cvmdbg" && sha256sum -- * > "$work/sums" && mv "$work/sums" SHA256SUMS)
ok 'a ready one is taken where there is one' run fetch
is 'its release is the name of its folder' "$(path release)" 6.12.98-cvmdbg
is 'nothing was built' "$(builds)" 3
ok 'another is built when that is asked for' run build
is 'of the newest source' "$(path release) $(builds)" '6.12.99-cvmdbg 4'
rm -rf "$cache"/debug-*
echo damage >> "$ready/6.12.98-cvmdbg/bzImage"
refused 'a damaged one is refused' 'is damaged' fetch
echo CONFIG_FIVE=y >> "$fragment"
ok 'one that lacks an option is not taken' run fetch
is 'but built' "$(path release) $(builds)" '6.12.99-cvmdbg 5'
done_testing
