/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's way to send an SNP guest request, as one shape for all kernels. */
#ifndef _CVM_COMPAT_GUEST_REQUEST_H
#define _CVM_COMPAT_GUEST_REQUEST_H

#include <linux/errno.h>
#include <linux/types.h>
#include <asm/sev.h>
#include <asm/svm.h>
#include <uapi/linux/sev-guest.h>

/**
 * struct cvm_guest_request - one SNP_GUEST_REQUEST, GHCB (56421) section 4.1.7
 * @request: guest physical address of the shared page with the request
 * @response: the same for the response
 * @certs: the same for the certificate pages
 * @certs_pages: in: pages at @certs; out, with -ENOSPC: pages the host asks for
 * @extended: ask for certificates too, section 4.1.8
 * @status: out: SW_EXITINFO2, 0 when the exit itself failed
 */
struct cvm_guest_request {
	phys_addr_t request;
	phys_addr_t response;
	phys_addr_t certs;
	u32 certs_pages;
	bool extended;
	u64 status;
};

/**
 * cvm_compat_guest_request() - hand a sealed request to the host
 * @gr: see &struct cvm_guest_request
 *
 * Return: 0; -EAGAIN when the host says it is busy; -ENOSPC when it says that
 * @gr->certs_pages are too few; -EIO for anything else. Every kernel so far
 * also lets a positive enum es_result through, which no caller expects.
 */
static inline int cvm_compat_guest_request(struct cvm_guest_request *gr)
{
	u64 code = gr->extended ? SVM_VMGEXIT_EXT_GUEST_REQUEST : SVM_VMGEXIT_GUEST_REQUEST;
	struct snp_guest_request_ioctl rio = {};
	struct snp_req_data data = {
		.req_gpa = gr->request,
		.resp_gpa = gr->response,
		.data_gpa = gr->certs,
		.data_npages = gr->certs_pages,
	};
	int ret = snp_issue_guest_request(code, &data, &rio);

	gr->certs_pages = data.data_npages;
	gr->status = rio.exitinfo2 == U64_MAX ? 0 : rio.exitinfo2;
	if (ret && ret != -EAGAIN && ret != -ENOSPC)
		return -EIO;
	return ret;
}

#endif /* _CVM_COMPAT_GUEST_REQUEST_H */
