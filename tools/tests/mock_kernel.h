/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the mocked kernel know of each other; one section a file. */
#ifndef MOCK_KERNEL_H
#define MOCK_KERNEL_H

#include <sys/types.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* mock_kernel.c */
const char *mode_of(const char *name);
int is_mode(const char *name, const char *mode);
int real_open(const char *path, int flags, mode_t mode);
void record(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* mock_seal.c: as ioctl() returns */
int is_seal_command(unsigned long command);
int seal_command(unsigned long command, void *arg);

#endif /* MOCK_KERNEL_H */
