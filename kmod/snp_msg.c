// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sealed messages between this guest and the secure processor, carried by a
 * host that can read, change, drop, delay and replay them. SEV-SNP ABI
 * (56860) chapter 7, GHCB (56421) sections 4.1.7 and 4.1.8.
 *
 * Messages are sealed by AES-256-GCM. The IV is the sequence number, the
 * firmware takes its exact next number only, and counts on only when it
 * answered. Two different plaintexts under one IV would give the host the
 * authentication key, and with it forged reports and keys. So once a sealed
 * request is in shared memory there are three ways on:
 *
 * - it is answered, and the answer is genuine: the counter moves on;
 * - the host says "busy": the identical ciphertext is sent again, now or, when
 *   the caller does not wait any longer, ahead of the next caller's request;
 * - anything else: the key is destroyed, in the secrets page too, so that no
 *   later driver or kernel walks into the same trap.
 *
 * The sequence counter lives in the secrets page because it has to survive
 * this module. One driver at a time may use it, see snp.c.
 */
#define pr_fmt(fmt) "cvm: " fmt

#include <crypto/aead.h>
#include <linux/crypto.h>
#include <linux/io.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/scatterlist.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "compat/guest_request.h"
#include "cvm.h"
#include "snp_wire.h"

#define CERTS_ORDER	get_order(CVM_CERTS_MAX)
#define CERTS_PAGES	(CVM_CERTS_MAX >> PAGE_SHIFT)

/* how often to ask a busy host again, and when to stop asking, in jiffies */
#define BUSY_DELAY_MIN	(HZ / 10)
#define BUSY_DELAY_MAX	(2 * HZ)
#define EXCHANGE_LIMIT	(30 * HZ)

/* Private memory: what is sealed or opened, never where the host can change it. */
struct private_messages {
	struct cvm_snp_msg request;
	struct cvm_snp_msg response;
	u8 iv[CVM_SNP_IV_SIZE];
};

static struct {
	struct mutex lock;			/* all below, and the counter */
	struct cvm_snp_secrets *secrets;
	u32 vmpck;
	struct crypto_aead *cipher;		/* NULL once the key is destroyed */
	struct aead_request *aead;
	struct private_messages *private;
	struct cvm_snp_msg *shared_request;
	struct cvm_snp_msg *shared_response;
	void *shared_certs;
	bool pending;				/* private->request was sent, not answered */
} channel = {
	.lock = __MUTEX_INITIALIZER(channel.lock),
};

/* ---- the key ---- */

static void drop_cipher(void)
{
	if (channel.aead)
		aead_request_free(channel.aead);
	if (channel.cipher)
		crypto_free_aead(channel.cipher);
	channel.aead = NULL;
	WRITE_ONCE(channel.cipher, NULL);
}

static void destroy_key(const char *why)
{
	memzero_explicit(channel.secrets->vmpck[channel.vmpck], CVM_SNP_VMPCK_SIZE);
	drop_cipher();
	channel.pending = false;
	pr_err("message key VMPCK%u destroyed: %s; no attestation until this guest is started anew\n",
	       channel.vmpck, why);
}

static int load_key(void)
{
	const u8 *key = channel.secrets->vmpck[channel.vmpck];
	int ret;

	if (!memchr_inv(key, 0, CVM_SNP_VMPCK_SIZE)) {
		pr_warn("message key VMPCK%u is empty: a driver destroyed it before\n",
			channel.vmpck);
		return 0;
	}
	channel.cipher = crypto_alloc_aead("gcm(aes)", 0, 0);
	if (IS_ERR(channel.cipher)) {
		ret = PTR_ERR(channel.cipher);
		channel.cipher = NULL;
		pr_err("no cipher gcm(aes), error %d: load the kernel modules ctr, ghash-generic and gcm first\n",
		       ret);
		/* insmod words ENOENT as a missing symbol */
		return ret == -ENOENT ? -ENOPKG : ret;
	}
	ret = crypto_aead_setkey(channel.cipher, key, CVM_SNP_VMPCK_SIZE) ?:
	      crypto_aead_setauthsize(channel.cipher, CVM_SNP_TAG_SIZE);
	if (!ret && crypto_aead_ivsize(channel.cipher) != CVM_SNP_IV_SIZE)
		ret = -EINVAL;
	if (ret)
		return ret;
	/* ahead of time: an answer that cannot be opened costs the key */
	channel.aead = aead_request_alloc(channel.cipher, GFP_KERNEL);
	return channel.aead ? 0 : -ENOMEM;
}

/* ---- sealing and opening, in place, in private memory ---- */

static int apply_cipher(struct cvm_snp_msg *msg, u32 size, bool seal)
{
	DECLARE_CRYPTO_WAIT(wait);
	struct scatterlist sg[3];
	u32 len = seal ? size : size + CVM_SNP_TAG_SIZE;

	cvm_snp_iv(&msg->hdr, channel.private->iv);
	sg_init_table(sg, ARRAY_SIZE(sg));
	sg_set_buf(&sg[0], (u8 *)&msg->hdr + CVM_SNP_AAD_OFFSET, CVM_SNP_AAD_SIZE);
	sg_set_buf(&sg[1], msg->payload, size);
	sg_set_buf(&sg[2], msg->hdr.authtag, CVM_SNP_TAG_SIZE);

	aead_request_set_callback(channel.aead, CRYPTO_TFM_REQ_MAY_SLEEP, crypto_req_done, &wait);
	aead_request_set_ad(channel.aead, CVM_SNP_AAD_SIZE);
	aead_request_set_crypt(channel.aead, sg, sg, len, channel.private->iv);
	return crypto_wait_req(seal ? crypto_aead_encrypt(channel.aead) :
			       crypto_aead_decrypt(channel.aead), &wait);
}

static int seal_request(const struct cvm_snp_exchange *x)
{
	struct cvm_snp_msg *msg = &channel.private->request;
	u32 counter = READ_ONCE(channel.secrets->seqno[channel.vmpck]);

	/* 32 bits of storage for a 64-bit counter, GHCB section 2.7 */
	if (counter >= U32_MAX - 2) {
		pr_err_ratelimited("message counter of VMPCK%u is used up\n", channel.vmpck);
		return -ENOKEY;
	}
	memset(msg, 0, sizeof(*msg));
	cvm_snp_hdr_fill(&msg->hdr, (u64)counter + 1, x->type, channel.vmpck, x->request_len);
	memcpy(msg->payload, x->request, x->request_len);
	return apply_cipher(msg, x->request_len, true);
}

/* ---- to the host and back ---- */

static int wait_for_busy_host(unsigned long *delay, unsigned long deadline)
{
	if (time_after(jiffies + *delay, deadline))
		return -EBUSY;
	schedule_timeout_killable(*delay);
	if (fatal_signal_pending(current))
		return -EINTR;
	*delay = min_t(unsigned long, *delay * 2, BUSY_DELAY_MAX);
	return 0;
}

/* Sends private->request until the host answers with something else than "busy". */
static int deliver(bool extended, unsigned long deadline, struct cvm_refusal *refusal)
{
	struct cvm_guest_request gr = {
		.request = virt_to_phys(channel.shared_request),
		.response = virt_to_phys(channel.shared_response),
		.certs = virt_to_phys(channel.shared_certs),
		.extended = extended,
	};
	unsigned long delay = BUSY_DELAY_MIN;
	int ret;

	for (;;) {
		gr.certs_pages = extended ? CERTS_PAGES : 0;
		memset(channel.shared_response, 0, sizeof(*channel.shared_response));
		memcpy(channel.shared_request, &channel.private->request,
		       sizeof(*channel.shared_request));
		channel.pending = true;
		ret = cvm_compat_guest_request(&gr);
		refusal->fw_error = lower_32_bits(gr.status);
		refusal->vmm_error = upper_32_bits(gr.status);
		if (ret != -EAGAIN)
			return ret;
		ret = wait_for_busy_host(&delay, deadline);
		if (ret)
			return ret;
	}
}

/*
 * With certificates when wanted. A host that has more of them than fit gets the
 * identical request again without, since its sequence number is spent.
 */
static int send_request(bool certs, unsigned long deadline, struct cvm_refusal *refusal)
{
	bool too_many = false;
	int ret;

	ret = deliver(certs, deadline, refusal);
	if (certs && ret == -ENOSPC) {
		too_many = true;
		ret = deliver(false, deadline, refusal);
	}
	if (ret == -EBUSY || ret == -EINTR)
		return ret;
	if (ret) {
		destroy_key("the host or the secure processor refused a request");
		return -EIO;
	}
	if (too_many)
		refusal->vmm_error = CVM_SNP_VMM_INVALID_LEN;
	return 0;
}

/* Opens the answer to private->request and moves the counter on. */
static int receive_response(void)
{
	struct cvm_snp_msg *request = &channel.private->request;
	struct cvm_snp_msg *response = &channel.private->response;
	u32 counter = READ_ONCE(channel.secrets->seqno[channel.vmpck]);
	int size, ret;

	cvm_shared_read(response, channel.shared_response, sizeof(*response));
	size = cvm_snp_hdr_check(&request->hdr, &response->hdr);
	ret = size < 0 ? size : apply_cipher(response, size, false);
	if (ret) {
		destroy_key("the answer to a request was not genuine");
		return -EBADMSG;
	}
	/* one for the request, one for the answer */
	WRITE_ONCE(channel.secrets->seqno[channel.vmpck], counter + 2);
	channel.pending = false;
	return size;
}

/*
 * A caller that was killed, or gave up, left its request with a busy host. The
 * host may have passed it on without saying so: it has to be answered before
 * another one is sealed under the same number.
 */
static int finish_pending(unsigned long deadline, struct cvm_refusal *refusal)
{
	int ret;

	if (!channel.pending)
		return 0;
	ret = send_request(false, deadline, refusal);
	if (!ret)
		ret = receive_response();
	memzero_explicit(&channel.private->response, sizeof(channel.private->response));
	return ret < 0 ? ret : 0;
}

static int hand_over(struct cvm_snp_exchange *x, int size)
{
	if (x->certs)
		cvm_shared_read(x->certs, channel.shared_certs, CVM_CERTS_MAX);
	if (size > x->response_size)
		return -EBADMSG;
	memcpy(x->response, channel.private->response.payload, size);
	x->response_len = size;
	return x->refusal.vmm_error ? -EIO : 0;
}

static int exchange_locked(struct cvm_snp_exchange *x)
{
	unsigned long deadline = jiffies + EXCHANGE_LIMIT;
	int ret;

	if (!channel.cipher)
		return -ENOKEY;
	ret = finish_pending(deadline, &x->refusal);
	if (ret)
		return ret;
	if (x->certs)
		memset(channel.shared_certs, 0, CVM_CERTS_MAX);
	ret = seal_request(x);
	if (ret)
		return ret;
	ret = send_request(x->certs, deadline, &x->refusal);
	if (ret)
		return ret;
	ret = receive_response();
	if (ret < 0)
		return ret;
	ret = hand_over(x, ret);
	memzero_explicit(&channel.private->response, sizeof(channel.private->response));
	return ret;
}

/**
 * cvm_snp_msg_exchange() - send a request to the secure processor, get its answer
 * @x: see &struct cvm_snp_exchange
 *
 * Context: sleeps, killable. A caller has the channel for EXCHANGE_LIMIT at
 * most.
 * Return: 0; -EIO when the host or the secure processor refused, or when the
 * host's certificates do not fit into CVM_CERTS_MAX (@x->refusal.vmm_error is
 * then CVM_SNP_VMM_INVALID_LEN, and the key is good); -EBADMSG when the answer
 * is not genuine or too long; -EBUSY when the host is busy for too long;
 * -ENOKEY; -EINTR.
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

/**
 * cvm_snp_msg_key_destroyed() - is attestation over until reboot?
 */
bool cvm_snp_msg_key_destroyed(void)
{
	return !READ_ONCE(channel.cipher);
}

/* ---- opening and closing ---- */

/**
 * cvm_snp_msg_open() - set up the channel
 * @secrets: physical address of the secrets page
 * @vmpck: number of the key to use, below CVM_SNP_VMPCKS
 *
 * The caller owns the "sev-guest" device, and so the key and its counter. An
 * empty key is no failure; every exchange says -ENOKEY then.
 *
 * Return: 0; -ENOPKG when the kernel has no gcm(aes); -ENOMEM.
 */
int cvm_snp_msg_open(phys_addr_t secrets, u32 vmpck)
{
	int ret = -ENOMEM;

	channel.vmpck = vmpck;
	channel.secrets = (__force void *)ioremap_encrypted(secrets, PAGE_SIZE);
	channel.private = kzalloc(sizeof(*channel.private), GFP_KERNEL);
	if (!channel.secrets || !channel.private)
		goto err_close;
	ret = load_key();
	if (ret)
		goto err_close;

	ret = -ENOMEM;
	channel.shared_request = cvm_shared_alloc(0);
	channel.shared_response = cvm_shared_alloc(0);
	channel.shared_certs = cvm_shared_alloc(CERTS_ORDER);
	if (!channel.shared_request || !channel.shared_response || !channel.shared_certs)
		goto err_close;
	return 0;

err_close:
	cvm_snp_msg_close();
	return ret;
}

/**
 * cvm_snp_msg_close() - undo cvm_snp_msg_open(); no exchange is going on
 *
 * A request that the host still has would meet the next driver's first request
 * under the same IV: the key goes.
 */
void cvm_snp_msg_close(void)
{
	if (channel.pending)
		destroy_key("unloaded while the host has a request unanswered");
	drop_cipher();
	cvm_shared_free(channel.shared_certs, CERTS_ORDER);
	cvm_shared_free(channel.shared_response, 0);
	cvm_shared_free(channel.shared_request, 0);
	channel.shared_certs = NULL;
	channel.shared_response = NULL;
	channel.shared_request = NULL;
	kfree_sensitive(channel.private);
	channel.private = NULL;
	if (channel.secrets)
		iounmap((__force void __iomem *)channel.secrets);
	channel.secrets = NULL;
}

/**
 * cvm_snp_msg_shutdown() - the kernel ends, perhaps to start another by kexec
 *
 * The next kernel reads the counter too, so an unanswered request costs the
 * key here as well. A locked channel is one with a request in flight.
 */
void cvm_snp_msg_shutdown(void)
{
	if (!mutex_trylock(&channel.lock)) {
		memzero_explicit(channel.secrets->vmpck[channel.vmpck], CVM_SNP_VMPCK_SIZE);
		return;
	}
	if (channel.pending)
		destroy_key("shut down while the host has a request unanswered");
	drop_cipher();
	mutex_unlock(&channel.lock);
}
