/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libcvm: evidence of confidential guests, offline and on the device.
 *
 * The offline half (reports, certificates, policy, appraisal) is pure: it takes
 * bytes and a time, opens no file and no socket, and needs no privilege. The
 * device half talks to /dev/cvm, to the kernel's own attestation interfaces and
 * to the generic netlink family "cvm".
 *
 * Functions return 0 or a negative errno, and on error fill a struct cvm_error
 * when the caller passes one. The library never prints and never exits.
 */
#ifndef LIBCVM_H
#define LIBCVM_H

#include "libcvm_audit.h"
#include "libcvm_error.h"
#include "libcvm_eventlog.h"
#include "libcvm_guest.h"
#include "libcvm_hex.h"
#include "libcvm_seal.h"
#include "libcvm_snp.h"
#include "libcvm_tdx.h"
#include "libcvm_verify.h"

#define CVM_VERSION_STRING "0.1.0"

#endif /* LIBCVM_H */
