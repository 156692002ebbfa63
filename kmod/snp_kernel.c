// SPDX-License-Identifier: GPL-2.0-only
/*
 * Messages to the secure processor where the kernel sends them for all its
 * drivers (from 6.14): under one lock and one counter, so that this module and
 * sev-guest.ko may use the same key side by side. What snp_msg.c says of keys
 * and counters is the kernel's concern here.
 */
#define pr_fmt(fmt) "cvm: " fmt

#include <linux/cc_platform.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <asm/sev.h>
#include <asm/svm.h>

#include "cvm.h"
#include "snp_wire.h"

#define CERTS_ORDER	get_order(CVM_CERTS_MAX)
#define HEADER_VERSION	1

/* The tag goes through the buffer, too */
#define RESPONSE_SIZE	(CVM_SNP_PAYLOAD_MAX + CVM_SNP_TAG_SIZE)

static struct {
	struct mutex lock;		/* all below */
	struct snp_msg_desc *messages;
	void *shared_certs;
} channel = {
	.lock = __MUTEX_INITIALIZER(channel.lock),
};

/**
 * cvm_snp_open() - set up a channel of our own beside those of other drivers
 *
 * Return: 0, also where the key of this privilege level is empty; -ENOMEM.
 */
int cvm_snp_open(void)
{
	channel.shared_certs = cvm_shared_alloc(CERTS_ORDER);
	if (!channel.shared_certs)
		return -ENOMEM;
	channel.messages = snp_msg_alloc();
	if (IS_ERR_OR_NULL(channel.messages)) {
		channel.messages = NULL;
		cvm_snp_close();
		return -ENOMEM;
	}
	/* -1: the key of the level that the kernel runs at */
	if (snp_msg_init(channel.messages, -1))
		pr_warn("message key VMPCK%u is empty: a driver destroyed it before\n", snp_vmpl);
	return 0;
}

/**
 * cvm_snp_close() - undo cvm_snp_open(); no exchange is going on
 */
void cvm_snp_close(void)
{
	if (channel.messages)
		snp_msg_free(channel.messages);
	channel.messages = NULL;
	cvm_shared_free(channel.shared_certs, CERTS_ORDER);
	channel.shared_certs = NULL;
}

static bool has_key(void)
{
	/* a failed exchange takes the key away, also while we look */
	const u8 *key = channel.messages ? READ_ONCE(channel.messages->vmpck) : NULL;

	return key && memchr_inv(key, 0, CVM_SNP_VMPCK_SIZE);
}

/**
 * cvm_snp_channel() - can messages be sent, and with which key?
 * @attestation: the members about it are filled in
 */
void cvm_snp_channel(struct cvm_attestation *attestation)
{
	attestation->has_vmpck = true;
	attestation->vmpck = snp_vmpl;
	attestation->key_destroyed = !has_key();
	attestation->usable = !attestation->key_destroyed;
}

/* The kernel's errors are of many kinds; ours say what the caller can do. */
static int error_of(int ret)
{
	switch (ret) {
	case 0:
	case -EBADMSG:
	case -ENOMEM:
		return ret;
	case -ENOTTY:
		return -ENOKEY;
	default:
		return -EIO;
	}
}

/* Both buffers lie in the direct map, as the kernel demands */
static int send(struct cvm_snp_exchange *x, void *request, void *response)
{
	struct snp_guest_req req = {
		.msg_version = HEADER_VERSION,
		.msg_type = x->type,
		.vmpck_id = channel.messages->vmpck_id,
		.req_buf = request,
		.req_sz = x->request_len,
		.resp_buf = response,
		.resp_sz = RESPONSE_SIZE,
		.exit_code = SVM_VMGEXIT_GUEST_REQUEST,
	};
	int ret;

	if (x->certs) {
		memset(channel.shared_certs, 0, CVM_CERTS_MAX);
		req.exit_code = SVM_VMGEXIT_EXT_GUEST_REQUEST;
		req.certs_data = channel.shared_certs;
		req.input.data_npages = CVM_CERTS_MAX >> PAGE_SHIFT;
	}
	ret = snp_send_guest_request(channel.messages, &req);
	if (req.exitinfo2 != U64_MAX) {
		x->refusal.fw_error = lower_32_bits(req.exitinfo2);
		x->refusal.vmm_error = upper_32_bits(req.exitinfo2);
	}
	return error_of(ret);
}

static int hand_over(struct cvm_snp_exchange *x, const void *response)
{
	u32 size = channel.messages->secret_response.hdr.msg_sz;

	if (x->certs)
		cvm_shared_read(x->certs, channel.shared_certs, CVM_CERTS_MAX);
	if (size > x->response_size)
		return -EBADMSG;
	memcpy(x->response, response, size);
	x->response_len = size;
	return x->refusal.vmm_error ? -EIO : 0;
}

static int exchange_locked(struct cvm_snp_exchange *x)
{
	void *request = kmemdup(x->request, x->request_len, GFP_KERNEL);
	void *response = kzalloc(RESPONSE_SIZE, GFP_KERNEL);
	int ret = -ENOMEM;

	if (request && response)
		ret = has_key() ? send(x, request, response) : -ENOKEY;
	if (!ret)
		ret = hand_over(x, response);
	kfree_sensitive(response);
	kfree_sensitive(request);
	return ret;
}

/**
 * cvm_snp_msg_exchange() - send a request to the secure processor, get its answer
 * @x: see &struct cvm_snp_exchange
 *
 * Context: sleeps, for as long as the kernel asks a busy host again.
 * Return: 0; -EIO when the host or the secure processor refused, or when the
 * host's certificates do not fit into CVM_CERTS_MAX (@x->refusal.vmm_error is
 * then CVM_SNP_VMM_INVALID_LEN, and the key is good); -EBADMSG when the answer
 * is not genuine or too long; -ENOKEY; -ENOMEM; -EINTR.
 */
int cvm_snp_msg_exchange(struct cvm_snp_exchange *x)
{
	int ret;

	if (WARN_ON_ONCE(!x->request_len || x->request_len > CVM_SNP_PAYLOAD_MAX))
		return -EINVAL;
	if (mutex_lock_killable(&channel.lock))
		return -EINTR;
	ret = exchange_locked(x);
	mutex_unlock(&channel.lock);
	return ret;
}
