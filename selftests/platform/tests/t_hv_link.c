// SPDX-License-Identifier: GPL-2.0-only
/*
 * The host link as a state machine: a serial port made of two buffers stands in
 * for COM2, and a counter for the TSC.
 */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Takes the place of hv/cpu.h */
#define HV_CPU_H

static uint8_t sent[8192], coming[8192];
static unsigned int sent_size, coming_size, coming_at;
static bool port_absent, port_blocked;
static uint64_t now;

static void outb(uint16_t port, uint8_t value)
{
	if (port == 0x2f8 && sent_size < sizeof(sent))
		sent[sent_size++] = value;
}

static uint8_t inb(uint16_t port)
{
	if (port == 0x2f8)
		return coming[coming_at++];
	if (port_absent)
		return 0xff;
	return (port_blocked ? 0 : 0x20) | (coming_at < coming_size);
}

static uint64_t rdtsc(void)
{
	return ++now;
}

static void cpu_pause(void)
{
}

#include "../hv/link.c"
#include "t_tap.h"

uint64_t tsc_khz(void)
{
	return 1000;
}

static bool locked = true;
static bool lock_kept = true;

void hv_lock(void)
{
	locked = true;
}

void hv_unlock(void)
{
	lock_kept = false;
	locked = false;
}

void log_info(const char *format, ...)
{
	(void)format;
}

static void start(void)
{
	sent_size = 0;
	coming_size = 0;
	coming_at = 0;
	port_absent = false;
	port_blocked = false;
	link_init();
	sent_size = 0;
}

static void come(const void *data, size_t size)
{
	memcpy(coming + coming_size, data, size);
	coming_size += size;
}

static void come_frame(uint32_t sequence, uint16_t status, const char *payload)
{
	struct link_header header = {
		.magic = LINK_MAGIC,
		.command = 0x102,
		.status = status,
		.sequence = sequence,
		.length = strlen(payload),
	};

	come(&header, sizeof(header));
	come(payload, strlen(payload));
}

static uint32_t sequence_sent(void)
{
	struct link_header header;

	memcpy(&header, sent, sizeof(header));
	return header.sequence;
}

static void test_request(void)
{
	uint8_t answer[8];
	uint32_t size;
	struct link_header header;

	start();
	port_blocked = true;
	tap_ok(link_begin(0x102, "question of some length", 23, answer, sizeof(answer)),
	       "a request begins");
	tap_ok(!link_begin(0x103, NULL, 0, answer, sizeof(answer)), "one at a time");
	tap_ok(link_poll(&size) == LINK_WAITING && !sent_size, "a full port is not waited for");
	port_blocked = false;
	tap_ok(link_poll(&size) == LINK_WAITING, "an answer is not waited for");
	memcpy(&header, sent, sizeof(header));
	tap_ok(sent_size == sizeof(header) + 23 && header.magic == LINK_MAGIC &&
	       header.command == 0x102 && header.length == 23 &&
	       !memcmp(sent + sizeof(header), "question of some length", 23),
	       "header and payload are sent once");
	come_frame(header.sequence, LINK_OK, "answer");
	tap_ok(link_poll(&size) == LINK_ANSWERED && size == 6 && !memcmp(answer, "answer", 6),
	       "the answer");
}

static void test_pieces(void)
{
	uint8_t answer[4], whole[sizeof(struct link_header) + 6];
	uint32_t size, i;
	bool waited = true;

	start();
	link_begin(0x102, NULL, 0, answer, sizeof(answer));
	link_poll(&size);
	come_frame(sequence_sent(), LINK_OK, "answer");
	memcpy(whole, coming, sizeof(whole));
	coming_size = 0;
	for (i = 0; i < sizeof(whole) - 1; i++) {
		come(whole + i, 1);
		waited = waited && link_poll(&size) == LINK_WAITING;
	}
	tap_ok(waited, "an answer may come in pieces");
	come(whole + i, 1);
	tap_ok(link_poll(&size) == LINK_ANSWERED && size == 4 && !memcmp(answer, "answ", 4),
	       "what has no room is cut off");
}

static void test_late(void)
{
	uint8_t answer[8];
	uint32_t size;

	start();
	link_begin(0x102, NULL, 0, answer, sizeof(answer));
	link_poll(&size);
	now += 60000ull * 1000;
	tap_ok(link_poll(&size) == LINK_FAILED && !size, "the time is limited");

	sent_size = 0;
	link_begin(0x102, NULL, 0, answer, sizeof(answer));
	link_poll(&size);
	come("rest of a frame", 15);
	come_frame(sequence_sent() - 1, LINK_OK, "old");
	come_frame(sequence_sent(), LINK_OK, "new");
	tap_ok(link_poll(&size) == LINK_ANSWERED && size == 3 && !memcmp(answer, "new", 3),
	       "rests and late answers are dropped");
}

static void test_refusal(void)
{
	uint8_t answer[8];
	uint32_t size;

	start();
	link_begin(0x102, NULL, 0, answer, sizeof(answer));
	link_poll(&size);
	come_frame(sequence_sent(), LINK_EINVAL, "");
	tap_ok(link_poll(&size) == LINK_FAILED, "a refusal");
	tap_ok(link_begin(0x102, NULL, 0, answer, sizeof(answer)), "the link is free after it");
	sent_size = 0;
	link_poll(&size);
	come_frame(sequence_sent(), LINK_OK, "");
	tap_ok(link_poll(&size) == LINK_ANSWERED && !size, "an answer without payload");
}

static void test_call(void)
{
	uint8_t answer[8];
	uint32_t size;

	start();
	lock_kept = true;
	tap_ok(!link_call(0x102, NULL, 0, answer, sizeof(answer), &size), "a call fails in time");
	tap_ok(!lock_kept && locked, "the lock is dropped while it waits, and taken again");
	port_absent = true;
	link_init();
	tap_ok(!link_present() && !link_call(0x102, NULL, 0, answer, sizeof(answer), &size),
	       "without a port there is no host process");
}

int main(void)
{
	test_request();
	test_pieces();
	test_late();
	test_refusal();
	test_call();
	return tap_done();
}
