// SPDX-License-Identifier: GPL-2.0-only
/*
 * All operations, and how their arguments are made up. Seeds name operations by their place
 * here: new ones go to the end.
 */
#include <linux/types.h>

#include "../../kmod/uapi/cvm.h"
#include "../../kmod/uapi/cvm_genl.h"
#include "../../kmod/uapi/cvm_seal.h"
#include "fuzz.h"

#define FIELD(type, member, meaning) \
	{ offsetof(struct type, member), sizeof(((struct type *)0)->member), meaning }

static const struct field evidence[] = {
	FIELD(cvm_evidence, size, MEANS_SIZE),
	FIELD(cvm_evidence, flags, MEANS_ZERO),
	FIELD(cvm_evidence, format, MEANS_CHOICE),
	FIELD(cvm_evidence, vmpl, MEANS_CHOICE),
	FIELD(cvm_evidence, report_data, MEANS_BYTES),
	FIELD(cvm_evidence, report, MEANS_BUFFER),
	FIELD(cvm_evidence, certs, MEANS_BUFFER),
	FIELD(cvm_evidence, report_len, MEANS_ROOM),
	FIELD(cvm_evidence, certs_len, MEANS_ROOM),
};

static const struct field derive_key[] = {
	FIELD(cvm_derive_key, size, MEANS_SIZE),
	FIELD(cvm_derive_key, flags, MEANS_ZERO),
	FIELD(cvm_derive_key, root, MEANS_CHOICE),
	FIELD(cvm_derive_key, vmpl, MEANS_CHOICE),
	FIELD(cvm_derive_key, fields, MEANS_FLAGS),
	FIELD(cvm_derive_key, guest_svn, MEANS_CHOICE),
	FIELD(cvm_derive_key, reserved, MEANS_ZERO),
	FIELD(cvm_derive_key, tcb_version, MEANS_CHOICE),
};

static const struct field reg[] = {
	FIELD(cvm_register, size, MEANS_SIZE),
	FIELD(cvm_register, flags, MEANS_ZERO),
	FIELD(cvm_register, number, MEANS_CHOICE),
	FIELD(cvm_register, reserved, MEANS_ZERO),
	FIELD(cvm_register, value, MEANS_BYTES),
};

static const struct field memory_map[] = {
	FIELD(cvm_memory_map, size, MEANS_SIZE),
	FIELD(cvm_memory_map, flags, MEANS_ZERO),
	FIELD(cvm_memory_map, start, MEANS_PHYSICAL),
	FIELD(cvm_memory_map, extents, MEANS_BUFFER),
	FIELD(cvm_memory_map, count, MEANS_ROOM),
};

static const struct field audit_map[] = {
	FIELD(cvm_audit_map, size, MEANS_SIZE),
	FIELD(cvm_audit_map, flags, MEANS_ZERO),
	FIELD(cvm_audit_map, start, MEANS_PHYSICAL),
	FIELD(cvm_audit_map, extents, MEANS_BUFFER),
	FIELD(cvm_audit_map, count, MEANS_ROOM),
	FIELD(cvm_audit_map, reserved, MEANS_ZERO),
};

static const struct field seal_add[] = {
	FIELD(cvm_seal_add, size, MEANS_SIZE),
	FIELD(cvm_seal_add, flags, MEANS_FLAGS),
	FIELD(cvm_seal_add, kind, MEANS_CHOICE),
	FIELD(cvm_seal_add, pid, MEANS_PID),
	FIELD(cvm_seal_add, start, MEANS_KERNEL),
	FIELD(cvm_seal_add, length, MEANS_PAGES),
	FIELD(cvm_seal_add, name, MEANS_NAME),
	FIELD(cvm_seal_add, reserved, MEANS_ZERO),
};

static const struct field seal_info[] = {
	FIELD(cvm_seal_info, size, MEANS_SIZE),
	FIELD(cvm_seal_info, flags, MEANS_FLAGS),
	FIELD(cvm_seal_info, id, MEANS_SEAL),
	FIELD(cvm_seal_info, reserved, MEANS_ZERO),
};

static const struct field seal_root[] = {
	FIELD(cvm_seal_root, size, MEANS_SIZE),
	FIELD(cvm_seal_root, flags, MEANS_ZERO),
	FIELD(cvm_seal_root, id, MEANS_SEAL),
};

static const struct field seal_all[] = {
	FIELD(cvm_seal_root, size, MEANS_SIZE),
	FIELD(cvm_seal_root, flags, MEANS_ZERO),
	FIELD(cvm_seal_root, id, MEANS_ZERO),
};

static const struct field seal_pages[] = {
	FIELD(cvm_seal_pages, size, MEANS_SIZE),
	FIELD(cvm_seal_pages, flags, MEANS_ZERO),
	FIELD(cvm_seal_pages, id, MEANS_SEAL),
	FIELD(cvm_seal_pages, count, MEANS_ROOM),
	FIELD(cvm_seal_pages, start, MEANS_CHOICE),
	FIELD(cvm_seal_pages, pages, MEANS_BUFFER),
};

static const struct field seal_bytes[] = {
	FIELD(cvm_seal_bytes, size, MEANS_SIZE),
	FIELD(cvm_seal_bytes, flags, MEANS_ZERO),
	FIELD(cvm_seal_bytes, id, MEANS_SEAL),
	FIELD(cvm_seal_bytes, index, MEANS_CHOICE),
	FIELD(cvm_seal_bytes, sealed, MEANS_BUFFER),
	FIELD(cvm_seal_bytes, now, MEANS_BUFFER),
};

#define IOCTL(command, type, fields, where, price) \
	{ #command, DOOR_IOCTL, command, sizeof(struct type), fields, \
	  sizeof(fields) / sizeof((fields)[0]), where, price }
#define GENL(name, command, where, price) \
	{ name, DOOR_GENL, command, 0, NULL, 0, where, price }
#define PLAIN(name, door, where) \
	{ name, door, 0, 0, NULL, 0, where, PRICE_LOW }

const struct op ops[] = {
	PLAIN("open", DOOR_OPEN, ON_BOTH),
	PLAIN("close", DOOR_CLOSE, ON_BOTH),
	IOCTL(CVM_EVIDENCE, cvm_evidence, evidence, ON_BOTH, PRICE_HIGH),
	IOCTL(CVM_DERIVE_KEY, cvm_derive_key, derive_key, ON_SNP, PRICE_MIDDLE),
	IOCTL(CVM_REGISTER_READ, cvm_register, reg, ON_TDX, PRICE_LOW),
	IOCTL(CVM_REGISTER_EXTEND, cvm_register, reg, ON_TDX, PRICE_LOW),
	IOCTL(CVM_MEMORY_MAP, cvm_memory_map, memory_map, ON_BOTH, PRICE_MIDDLE),
	IOCTL(CVM_AUDIT_MAP, cvm_audit_map, audit_map, ON_BOTH, PRICE_HIGH),
	IOCTL(CVM_SEAL_ADD, cvm_seal_add, seal_add, ON_BOTH, PRICE_LOW),
	IOCTL(CVM_SEAL_GET, cvm_seal_info, seal_info, ON_BOTH, PRICE_LOW),
	IOCTL(CVM_SEAL_CHECK, cvm_seal_info, seal_info, ON_BOTH, PRICE_LOW),
	IOCTL(CVM_SEAL_REBASE, cvm_seal_info, seal_info, ON_BOTH, PRICE_LOW),
	IOCTL(CVM_SEAL_REMOVE, cvm_seal_root, seal_root, ON_BOTH, PRICE_LOW),
	IOCTL(CVM_SEAL_ROOT, cvm_seal_root, seal_all, ON_BOTH, PRICE_LOW),
	IOCTL(CVM_SEAL_PAGES, cvm_seal_pages, seal_pages, ON_BOTH, PRICE_LOW),
	IOCTL(CVM_SEAL_BYTES, cvm_seal_bytes, seal_bytes, ON_BOTH, PRICE_LOW),
	PLAIN("an unknown ioctl", DOOR_UNKNOWN, ON_NONE),
	PLAIN("mmap of the device", DOOR_MMAP, ON_NONE),
	PLAIN("poll", DOOR_POLL, ON_BOTH),
	PLAIN("read of the device", DOOR_READ, ON_NONE),
	PLAIN("write to the device", DOOR_WRITE, ON_NONE),
	PLAIN("seek", DOOR_SEEK, ON_BOTH),
	GENL("platform-get", CVM_CMD_PLATFORM_GET, ON_BOTH, PRICE_LOW),
	GENL("memory-get", CVM_CMD_MEMORY_GET, ON_BOTH, PRICE_LOW),
	GENL("accept-get", CVM_CMD_ACCEPT_GET, ON_BOTH, PRICE_LOW),
	GENL("accept-start", CVM_CMD_ACCEPT_START, ON_BOTH, PRICE_MIDDLE),
	GENL("accept-stop", CVM_CMD_ACCEPT_STOP, ON_BOTH, PRICE_LOW),
	GENL("accept-ntf as a request", CVM_CMD_ACCEPT_NTF, ON_NONE, PRICE_LOW),
	GENL("audit-get", CVM_CMD_AUDIT_GET, ON_BOTH, PRICE_LOW),
	GENL("audit-run", CVM_CMD_AUDIT_RUN, ON_BOTH, PRICE_HIGH),
	GENL("audit-stop", CVM_CMD_AUDIT_STOP, ON_BOTH, PRICE_LOW),
	GENL("audit-ntf as a request", CVM_CMD_AUDIT_NTF, ON_NONE, PRICE_LOW),
	GENL("finding-get", CVM_CMD_FINDING_GET, ON_BOTH, PRICE_LOW),
	GENL("finding-ntf as a request", CVM_CMD_FINDING_NTF, ON_NONE, PRICE_LOW),
	GENL("ledger-get", CVM_CMD_LEDGER_GET, ON_BOTH, PRICE_LOW),
	GENL("ledger-ntf as a request", CVM_CMD_LEDGER_NTF, ON_NONE, PRICE_LOW),
	GENL("an unknown netlink command", CVM_CMD_MAX + 1, ON_NONE, PRICE_LOW),
	PLAIN("join a group", DOOR_JOIN, ON_BOTH),
	PLAIN("leave a group", DOOR_LEAVE, ON_BOTH),
	PLAIN("socket option", DOOR_OPTION, ON_BOTH),
	PLAIN("receive", DOOR_RECEIVE, ON_BOTH),
	PLAIN("close the socket", DOOR_HANG_UP, ON_BOTH),
	PLAIN("write to the trap", DOOR_TRAP, ON_TRAP),
};

const unsigned int n_ops = sizeof(ops) / sizeof(ops[0]);

/* ioctls and commands come one after the other: one that is new has to be added here */
_Static_assert(CVM_CMD_MAX == 14, "a netlink command is missing in ops[]");
_Static_assert(_IOC_NR(CVM_SEAL_BYTES) == 0x0e, "an ioctl is missing in ops[]");
