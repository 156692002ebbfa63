/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Makes inputs to start from; one section a file. */
#ifndef CVM_FUZZ_SEEDS_H
#define CVM_FUZZ_SEEDS_H

#include <stddef.h>
#include <stdint.h>

/* incomplete here: forge.h cannot be had beside kmod/snp_wire.h */
struct blob;
struct forge_keys;
struct tdx_keys;

/* seeds.c */
/* A file FOLDER/TARGET/NAME; what cannot be written ends the program. */
void seed_put(const char *target, const char *name, const void *data, size_t len);
/* The same with a byte of modes before it. */
void seed_put_mode(const char *target, const char *name, uint8_t mode, const void *data,
		   size_t len);
/* For the targets that take any evidence too. */
void seed_put_evidence(const char *target, const char *name, struct blob blob);

/* seeds_snp.c */
void seeds_snp(const struct forge_keys *keys);

/* seeds_tdx.c */
void seeds_tdx(const struct tdx_keys *keys);

/* seeds_log.c */
void seeds_log(void);

/* seeds_kmod.c */
void seeds_kmod(void);

#endif /* CVM_FUZZ_SEEDS_H */
