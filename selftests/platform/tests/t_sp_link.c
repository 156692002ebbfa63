// SPDX-License-Identifier: GPL-2.0-only
/*
 * The socket: frames good and bad, throttling and faults, as the hypervisor sees them.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/pem.h>

#include "../link.h"
#include "../sp/td.h"
#include "t_tap.h"

#define VMM_BUSY	(2ull << 32)
#define ANSWER_SECONDS	20

static char folder[64];
static char path[80];
static uint8_t payload[LINK_PAYLOAD_MAX];

/* Small keys, so that the test takes no seconds: sp takes what it finds */
static void make_keys(void)
{
	static const char *const names[] = { "ark", "ask", "asvk" };
	char file[128];
	FILE *stream;
	EVP_PKEY *key;
	size_t i;

	for (i = 0; i < 3; i++) {
		snprintf(file, sizeof(file), "%s/%s.key.pem", folder, names[i]);
		key = EVP_RSA_gen(2048);
		stream = fopen(file, "w");
		if (!stream || !PEM_write_PrivateKey(stream, key, NULL, NULL, 0, NULL, NULL))
			die("cannot write %s", file);
		fclose(stream);
		EVP_PKEY_free(key);
	}
}

static pid_t start(char *word)
{
	static struct enclave enclave;
	static struct processor sp;
	pid_t child = fork();

	if (child)
		return child;
	if (!freopen("/dev/null", "w", stderr))
		exit(1);
	options_parse(&sp.options, &word, 1);
	serve(&sp, &enclave, path, folder, folder);
	exit(0);
}

static void stop(pid_t child)
{
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	unlink(path);
}

static int link_up(void)
{
	struct timeval limit = { .tv_sec = ANSWER_SECONDS };
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), tries;

	memcpy(address.sun_path, path, strlen(path));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	for (tries = 0; tries < 400; tries++) {
		if (!connect(fd, (struct sockaddr *)&address, sizeof(address)))
			return fd;
		usleep(50000);
	}
	die("sp does not listen");
}

static bool receive(int fd, void *to, size_t size)
{
	return !size || recv(fd, to, size, MSG_WAITALL) == (ssize_t)size;
}

static bool call(int fd, uint16_t command, const void *data, uint32_t size,
		 struct link_header *answer)
{
	struct link_header header = {
		.magic = LINK_MAGIC, .command = command, .sequence = 0x1234, .length = size,
	};

	if (send(fd, &header, sizeof(header), MSG_NOSIGNAL) != sizeof(header))
		return false;
	if (size && send(fd, data, size, MSG_NOSIGNAL) != (ssize_t)size)
		return false;
	return receive(fd, answer, sizeof(*answer)) && answer->magic == LINK_MAGIC &&
	       answer->command == command && answer->sequence == 0x1234 &&
	       answer->length <= sizeof(payload) && receive(fd, payload, answer->length);
}

static bool launch(int fd)
{
	struct link_snp_launch request = { .measurement = { 1 }, .vcpus = 1 };
	struct link_header answer;

	return call(fd, LINK_SNP_LAUNCH_FINISH, &request, sizeof(request), &answer) &&
	       answer.status == LINK_OK && answer.length == SP_PAGE;
}

/* A request that the firmware refuses tells as much about the link as a good one */
static uint64_t exit_info(int fd)
{
	static const uint8_t page[SP_PAGE];
	struct link_snp_response response;
	struct link_header answer;

	if (!call(fd, LINK_SNP_GUEST_REQUEST, page, sizeof(page), &answer) ||
	    answer.length != offsetof(struct link_snp_response, page))
		return ~0ull;
	memcpy(&response, payload, answer.length);
	return response.exit_info2;
}

static void test_frames(int fd)
{
	struct link_header answer;

	tap_ok(exit_info(fd) == FW_INVALID_GUEST_STATE, "no guest yet");
	tap_ok(launch(fd), "launch");
	tap_ok(exit_info(fd) == FW_INVALID_PARAM, "a page of zeroes is no message");
	tap_ok(call(fd, LINK_SNP_CERTIFICATES, NULL, 0, &answer) && answer.length > 2000,
	       "the certificate table");
	tap_ok(call(fd, 0x999, NULL, 0, &answer) && answer.status == LINK_ENOSYS,
	       "an unknown command");
	tap_ok(call(fd, LINK_SNP_LAUNCH_FINISH, payload, 3, &answer) &&
	       answer.status == LINK_EINVAL, "a launch of the wrong length");
	tap_ok(call(fd, LINK_SNP_GUEST_REQUEST, payload, SP_PAGE + 1, &answer) &&
	       answer.status == LINK_EINVAL, "a request longer than a page");
	tap_ok(call(fd, LINK_SNP_GUEST_REQUEST, NULL, 0, &answer) && answer.status == LINK_OK,
	       "an empty request");
	tap_ok(launch(fd), "the connection still works");
}

static bool hangs_up(const struct link_header *header)
{
	int fd = link_up();
	bool good;
	char byte;

	good = send(fd, header, sizeof(*header), MSG_NOSIGNAL) == sizeof(*header) &&
	       recv(fd, &byte, 1, 0) == 0;
	close(fd);
	return good;
}

static void test_refused(void)
{
	struct link_header magic = { .magic = 1 };
	struct link_header length = {
		.magic = LINK_MAGIC, .length = LINK_PAYLOAD_MAX + 1,
	};
	int fd;

	tap_ok(hangs_up(&magic), "a wrong magic ends the connection");
	tap_ok(hangs_up(&length), "so does a length past the end");
	fd = link_up();
	tap_ok(send(fd, &magic, 5, MSG_NOSIGNAL) == 5, "a part of a frame");
	close(fd);
	fd = link_up();
	tap_ok(launch(fd), "the next connection works");
	close(fd);
}

static void test_throttle(void)
{
	char word[] = "throttle=2";
	pid_t child = start(word);
	int fd = link_up();

	tap_ok(launch(fd) && exit_info(fd) == VMM_BUSY && exit_info(fd) == VMM_BUSY,
	       "throttle=2: busy twice");
	tap_ok(exit_info(fd) == FW_INVALID_PARAM, "... and not again");
	close(fd);
	stop(child);
}

static void test_host_error(void)
{
	char firmware[] = "fault=firmware-error", vmm[] = "fault=vmm-error";
	pid_t child = start(firmware);
	int fd = link_up();

	tap_ok(launch(fd) && exit_info(fd) == FW_RESOURCE_LIMIT, "fault=firmware-error");
	close(fd);
	stop(child);
	child = start(vmm);
	fd = link_up();
	tap_ok(launch(fd) && exit_info(fd) >> 32 == 0x100, "fault=vmm-error");
	close(fd);
	stop(child);
}

int main(void)
{
	char none[] = "fault=none";
	char command[80];
	pid_t child;
	int fd;

	snprintf(folder, sizeof(folder), "/tmp/t_sp_link.XXXXXX");
	if (!mkdtemp(folder))
		die("cannot make a folder");
	snprintf(path, sizeof(path), "%s/socket", folder);
	make_keys();
	child = start(none);
	fd = link_up();
	test_frames(fd);
	close(fd);
	test_refused();
	stop(child);
	test_throttle();
	test_host_error();
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command) || tap_done();
}
