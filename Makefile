# SPDX-License-Identifier: GPL-2.0-only
#
# cvm: make the inside of a confidential guest visible and provable.
# `make help` explains the targets.

SHELL	:= /bin/bash
SRC	:= $(CURDIR)
O	?= $(SRC)/build
KDIR	?= /lib/modules/$(shell uname -r)/build
PREFIX	?= /usr/local
DESTDIR	?=

# Debian kernels that the selftests boot
KERNELS	?= 6.1 6.12
# Seconds that make fuzz gives each target
T ?= 60
# What make demo boots: snp or tdx
PLATFORM ?= snp
GUEST_KERNELS := $(SRC)/selftests/qemu/kernels

# O= is not for makefiles of kernels, which would build there themselves
MAKEOVERRIDES := $(filter-out O=%,$(MAKEOVERRIDES))

export CVM_SRC := $(SRC)
export CVM_BUILD := $(O)

all: tools kmod

help:
	@echo 'Two commands, on Debian 12 as root, install all they need:'
	@echo '  make demo       boot an emulated SNP guest, attest, verify on the host;'
	@echo '                  PLATFORM=tdx does the same with a TDX guest'
	@echo '  make check      build everything and run all tests'
	@echo
	@echo 'Building:'
	@echo '  make [all]      tools and kmod'
	@echo '  make tools      libcvm and cvmctl, into build/tools'
	@echo '  make kmod       cvm.ko for KDIR ($(KDIR))'
	@echo '  make platform   the software platform, into build/platform'
	@echo '  make install    tools into $$DESTDIR$$PREFIX, module and DKMS source; uninstall undoes it'
	@echo '  make clean      remove build/'
	@echo
	@echo 'Judging:'
	@echo '  make style      checkpatch --strict, sparse, W=1, clang-format, codespell, SPDX'
	@echo '  make analysis   gcc, clang, clang-tidy, cppcheck, coccinelle: no warnings, no findings'
	@echo '  make check-long what is too long for every submission: hours'
	@echo '  make fuzz       every parser under libFuzzer, T= seconds each (60); build/fuzz'
	@echo '  make bench      ratios against the fair baseline, side by side; build/bench.json'
	@echo
	@echo 'Variables: KDIR= kernel build tree, PREFIX=, DESTDIR=, O= build folder,'
	@echo '           KERNELS= Debian kernels the tests boot ($(KERNELS)),'
	@echo '           ONLY= pattern of tests for make check and check-long'

# ---- building ----

tools:
	$(MAKE) -C tools O=$(O)/tools

platform:
	$(MAKE) -C selftests/platform O=$(O)/platform

kmod:
	@test -d "$(KDIR)" || { echo "cvm: no kernel build tree at $(KDIR): install linux-headers-\
	$$(uname -r), or name one:  make kmod KDIR=/usr/src/linux-headers-..." >&2; exit 1; }
	+kmod/build "$(KDIR)" "$(O)/kmod"

# cvm.ko for each kernel that the tests boot
guest-kmod: $(addprefix guest-kmod-,$(KERNELS)) optional-kmod-sid optional-kmod-debug

# Of Debian's newest kernel and of the debug kernel, where they can be had; their tests are
# skipped elsewhere
optional-kmod-%:
	+@if $(GUEST_KERNELS) fetch $*; then $(MAKE) --no-print-directory guest-kmod-$*; \
	else echo "cvm: goes on without the kernel $*"; fi

guest-kmod-%: fetch-%
	+$(GUEST_KERNELS) run $* "$(SRC)/kmod/build" "$$($(GUEST_KERNELS) path headers $*)" "$(O)/kmod"

# It tells the coverage that selftests/fuzz grows by; with the module's parts under KUnit
guest-kmod-debug: fetch-debug
	+kmod/build "$$($(GUEST_KERNELS) path headers debug)" "$(O)/kmod" KCOV_INSTRUMENT=y
	+selftests/kunit/build "$$($(GUEST_KERNELS) path headers debug)" "$(O)/kmod" "$(O)/kunit"

fetch-%:
	$(GUEST_KERNELS) fetch $*

selftests: fetch-6.12
	$(MAKE) -C selftests O=$(O)/selftests

tests: tools platform selftests
	$(MAKE) -C tools O=$(O)/tools tests
	$(MAKE) -C selftests/platform O=$(O)/platform tests

# ---- judging ----

demo:
	@.ci/setup build demo
	@mkdir -p $(O)
	@echo 'cvm: building; the log is $(O)/demo-build.log'
	@$(MAKE) --no-print-directory -j2 tools platform guest-kmod-6.12 \
		> $(O)/demo-build.log 2>&1 || { cat $(O)/demo-build.log; exit 1; }
	@PLATFORM=$(PLATFORM) selftests/qemu/demo

check:
	@.ci/setup build demo check
	@$(MAKE) --no-print-directory tests guest-kmod fetch-source
	@selftests/check $(ONLY)

check-long:
	@.ci/setup build demo check
	@$(MAKE) --no-print-directory tests guest-kmod fetch-source
	@selftests/check --long $(ONLY)

fetch-source:
	$(GUEST_KERNELS) source

style: fetch-source
	@.ci/setup build check
	@selftests/style

analysis:
	@.ci/setup build demo check
	@$(MAKE) --no-print-directory guest-kmod-6.12
	@selftests/analysis

# clang-14 of Debian 12, or FUZZ_CC=
fuzz:
	@.ci/setup build check
	@$(MAKE) --no-print-directory -C selftests/platform O=$(O)/platform sp
	@$(MAKE) --no-print-directory -C tools O=$(O)/tools fuzz-targets
	@tools/fuzz/run $(T)

bench:
	@.ci/setup build demo check
	@$(MAKE) --no-print-directory tests guest-kmod
	@selftests/bench/run

# ---- installing ----

install: tools
	$(MAKE) -C tools O=$(O)/tools PREFIX=$(PREFIX) DESTDIR=$(DESTDIR) install
	kmod/install "$(DESTDIR)" "$(O)/kmod"

uninstall:
	$(MAKE) -C tools O=$(O)/tools PREFIX=$(PREFIX) DESTDIR=$(DESTDIR) uninstall
	kmod/install --uninstall "$(DESTDIR)"

clean:
	rm -rf $(O)

.PHONY: all help tools platform kmod guest-kmod selftests tests demo check check-long style \
	analysis fuzz bench fetch-source install uninstall clean
