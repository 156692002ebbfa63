/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Messages of the netlink family, parsed: 0 or -EPROTO. For replies and for events. */
#ifndef CVM_AUDIT_H
#define CVM_AUDIT_H

#include "lib.h"

struct nlmsghdr;

/* audit.c */
int cvm_audit_parse(struct nlmsghdr *header, struct cvm_audit *audit);
int cvm_finding_parse(struct nlmsghdr *header, struct cvm_finding *finding);
int cvm_conversion_parse(struct nlmsghdr *header, struct cvm_conversion *conversion);

/* memory.c */
int cvm_acceptance_parse(struct nlmsghdr *header, struct cvm_acceptance *acceptance);

#endif /* CVM_AUDIT_H */
