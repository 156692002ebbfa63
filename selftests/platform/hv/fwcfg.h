/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * QEMU's configuration device. QEMU, docs/specs/fw_cfg.rst.
 */
#ifndef HV_FWCFG_H
#define HV_FWCFG_H

#define FWCFG_PORT_SELECT	0x510
#define FWCFG_PORT_DATA		0x511
#define FWCFG_PORT_DMA_HIGH	0x514
#define FWCFG_PORT_DMA_LOW	0x518
#define FWCFG_PORT_END		0x51c

/* Control word of a transfer by DMA */
#define FWCFG_ERROR		0x01u
#define FWCFG_READ		0x02u
#define FWCFG_SKIP		0x04u
#define FWCFG_SELECT		0x08u
#define FWCFG_WRITE		0x10u

#endif /* HV_FWCFG_H */
