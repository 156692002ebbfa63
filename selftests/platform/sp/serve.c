// SPDX-License-Identifier: GPL-2.0-only
/*
 * Serve the hypervisor: frames over a unix socket, one connection at a time.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <openssl/rand.h>

#include "../link.h"
#include "td.h"

#define VMM_BUSY	(2ull << 32)	/* GHCB 2.03, section 4.1.7 */
#define FRAME_SECONDS	10		/* from the first byte of a frame to its last */

/**
 * struct peer - the hypervisor at the other end
 * @fd: connection
 * @sp: what it talks to as SNP guest
 * @enclave: what it talks to as TD
 * @folder: state folder
 * @last: answer to the guest's request before, for fault=replay
 */
struct peer {
	int fd;
	struct processor *sp;
	struct enclave *enclave;
	const char *folder;
	struct link_snp_response last;
};

static bool receive(int fd, void *to, size_t size)
{
	uint8_t *at = to;

	while (size) {
		ssize_t n = read(fd, at, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += n;
		size -= n;
	}
	return true;
}

static bool transmit(int fd, const void *from, size_t size)
{
	const uint8_t *at = from;

	while (size) {
		ssize_t n = send(fd, at, size, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += n;
		size -= n;
	}
	return true;
}

static bool answer(struct peer *peer, struct link_header header, enum link_status status,
		   const void *payload, uint32_t size)
{
	header.status = status;
	header.length = size;
	return transmit(peer->fd, &header, sizeof(header)) &&
	       transmit(peer->fd, payload, size);
}

static bool launch(struct peer *peer, struct link_header header, const void *payload)
{
	const struct link_snp_launch *request = payload;
	uint8_t secrets[SP_PAGE];
	char text[2 * SP_DIGEST + 2];
	int i;

	if (header.length != sizeof(*request))
		return answer(peer, header, LINK_EINVAL, NULL, 0);
	processor_launch(peer->sp, request->measurement, secrets);
	for (i = 0; i < SP_DIGEST; i++)
		sprintf(text + 2 * i, "%02x", request->measurement[i]);
	memcpy(text + 2 * SP_DIGEST, "\n", 2);
	folder_write(peer->folder, "measurement", text, 2 * SP_DIGEST + 1);
	fprintf(stderr, "sp: launched, %u vCPUs, measurement %s", request->vcpus, text);
	return answer(peer, header, LINK_OK, secrets, sizeof(secrets));
}

static void replay(struct peer *peer, struct link_snp_response *response)
{
	struct link_snp_response fresh = *response;

	if (peer->last.length)
		*response = peer->last;
	peer->last = fresh;
}

static bool guest_request(struct peer *peer, struct link_header header, const void *payload)
{
	struct processor *sp = peer->sp;
	struct link_snp_response response = { 0 };
	uint8_t page[SP_PAGE] = { 0 };

	if (header.length > SP_PAGE)
		return answer(peer, header, LINK_EINVAL, NULL, 0);
	memcpy(page, payload, header.length);
	if (sp->options.fault->no_answer)
		return true;
	if (sp->throttled < sp->options.throttle) {
		sp->throttled++;
		response.exit_info2 = VMM_BUSY;
	} else if (sp->options.fault->exit_info2) {
		response.exit_info2 = sp->options.fault->exit_info2;
	} else {
		response.exit_info2 = message_serve(sp, page, response.page, &response.length);
		if (sp->options.fault->replay)
			replay(peer, &response);
	}
	fprintf(stderr, "sp: guest request: exit info %llx\n",
		(unsigned long long)response.exit_info2);
	return answer(peer, header, LINK_OK, &response,
		      offsetof(struct link_snp_response, page) + response.length);
}

/* A new key for each TD, so that reports of the one before are not taken */
static bool td_launch(struct peer *peer, struct link_header header)
{
	struct link_td_identity *identity = &peer->sp->options.td.identity;

	if (header.length)
		return answer(peer, header, LINK_EINVAL, NULL, 0);
	if (RAND_bytes(identity->mac_key, sizeof(identity->mac_key)) != 1)
		die_openssl("no random bytes");
	fprintf(stderr, "sp: TD launched, TDX %s\n",
		identity->report_version == 10 ? "1.0" : "1.5");
	return answer(peer, header, LINK_OK, identity, sizeof(*identity));
}

static bool td_quote(struct peer *peer, struct link_header header, const void *payload)
{
	struct {
		struct link_td_quote head;
		uint8_t quote[TD_QUOTE_MAX];
	} reply;

	if (!enclave_serve(peer->enclave, payload, header.length, &reply.head, reply.quote))
		return true;
	return answer(peer, header, LINK_OK, &reply, sizeof(reply.head) + reply.head.length);
}

/* The guest's test orders how the next answers are wrong */
static bool change_fault(struct peer *peer, struct link_header header, const void *payload)
{
	struct options *options = &peer->sp->options;
	char text[256] = "";

	if (header.length >= sizeof(text))
		return answer(peer, header, LINK_EINVAL, NULL, 0);
	memcpy(text, payload, header.length);
	if (!fault_parse(text, options->faults))
		return answer(peer, header, LINK_EINVAL, NULL, 0);
	options->fault = options->faults[0];
	enclave_forget(peer->enclave);
	fprintf(stderr, "sp: from now on fault=%s\n", text);
	return answer(peer, header, LINK_OK, NULL, 0);
}

static bool serve_frame(struct peer *peer)
{
	static uint8_t payload[LINK_PAYLOAD_MAX] __attribute__((aligned(8)));
	struct link_header header;

	if (!receive(peer->fd, &header, sizeof(header)))
		return false;
	if (header.magic != LINK_MAGIC || header.length > sizeof(payload)) {
		fputs("sp: no frame of the link, connection closed\n", stderr);
		return false;
	}
	if (!receive(peer->fd, payload, header.length))
		return false;
	switch (header.command) {
	case LINK_SNP_LAUNCH_FINISH:
		return launch(peer, header, payload);
	case LINK_SNP_GUEST_REQUEST:
		return guest_request(peer, header, payload);
	case LINK_SNP_CERTIFICATES:
		return answer(peer, header, LINK_OK, peer->sp->table, peer->sp->table_size);
	case LINK_TD_LAUNCH:
		return td_launch(peer, header);
	case LINK_TD_QUOTE:
		return td_quote(peer, header, payload);
	case LINK_FAULT:
		return change_fault(peer, header, payload);
	default:
		return answer(peer, header, LINK_ENOSYS, NULL, 0);
	}
}

static int listen_at(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct stat status;

	if (strlen(path) >= sizeof(address.sun_path))
		die("the socket's path is longer than %zu", sizeof(address.sun_path) - 1);
	memcpy(address.sun_path, path, strlen(path));
	if (!lstat(path, &status) && S_ISSOCK(status.st_mode))
		unlink(path);	/* of a run before */
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) || listen(fd, 1))
		die("cannot listen at %s: %s", path, strerror(errno));
	return fd;
}

/* Between frames the peer may be silent for ever, within one it may not */
static bool await_frame(int fd)
{
	struct pollfd event = { .fd = fd, .events = POLLIN };

	while (poll(&event, 1, -1) < 0)
		if (errno != EINTR)
			return false;
	return true;
}

static void serve_peer(struct peer *peer)
{
	struct timeval limit = { .tv_sec = FRAME_SECONDS };

	if (setsockopt(peer->fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) ||
	    setsockopt(peer->fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)))
		die("cannot limit the connection's time: %s", strerror(errno));
	while (await_frame(peer->fd) && serve_frame(peer))
		;
}

/**
 * serve() - serve connections until killed
 * @sp: with its options set, not started
 * @enclave: not started
 * @socket_path: where to listen
 * @folder: state folder
 * @key_folder: where private keys are kept
 *
 * Making RSA keys takes seconds. It happens while the machine starts: the
 * hypervisor has connected by then and waits.
 */
void serve(struct processor *sp, struct enclave *enclave, const char *socket_path,
	   const char *folder, const char *key_folder)
{
	struct peer peer = { .sp = sp, .enclave = enclave, .folder = folder };
	int fd = listen_at(socket_path);

	processor_start(sp, folder, key_folder);
	enclave_start(enclave, &sp->options, folder, key_folder);
	for (;;) {
		peer.fd = accept(fd, NULL, NULL);
		if (peer.fd < 0)
			die("cannot accept: %s", strerror(errno));
		serve_peer(&peer);
		close(peer.fd);
	}
}
