// SPDX-License-Identifier: GPL-2.0-only
/*
 * The host link: frames to the host process over the second serial port. One
 * request at a time. link_begin() and link_poll() never wait; link_call() waits,
 * and lets the other vCPUs run meanwhile.
 */
#include "../link.h"
#include "cpu.h"
#include "hv.h"

#define COM2		0x2f8
#define LINE_CONTROL	(COM2 + 3)
#define LINE_STATUS	(COM2 + 5)
#define RECEIVED	0x01
#define CAN_SEND	0x20
#define NO_DEVICE	0xff

#define FIFO_SIZE	16
#define LIMIT_MS	60000	/* the host process may have to make RSA keys first */
#define POLL_US		20

/**
 * enum phase - how far an exchange has come
 * @FREE: there is none
 * @SENDING: header and payload of the request
 * @HEADER: waiting for the header of the answer, or for the rest of it
 * @PAYLOAD: waiting for the rest of the answer
 * @ANSWERED: the host process did what it was asked
 * @FAILED: it did not, or not in time
 */
enum phase {
	FREE,
	SENDING,
	HEADER,
	PAYLOAD,
	ANSWERED,
	FAILED,
};

static struct {
	bool present;
	enum phase phase;
	uint64_t deadline;
	uint32_t position;	/* in what is sent or received now */
	struct link_header header;
	const uint8_t *request;
	struct link_header reply;
	uint8_t *answer;
	uint32_t answer_max;
} exchange;

/**
 * link_init() - find the serial port and set it up
 *
 * Without one there is no host process; link_present() tells.
 */
void link_init(void)
{
	outb(COM2 + 1, 0);		/* no interrupts */
	outb(LINE_CONTROL, 0x80);
	outb(COM2, 1);			/* 115200 baud, for what it is worth */
	outb(COM2 + 1, 0);
	outb(LINE_CONTROL, 3);		/* 8n1 */
	outb(COM2 + 2, 7);		/* FIFOs on and empty */
	outb(COM2 + 4, 3);
	exchange.present = inb(LINE_STATUS) != NO_DEVICE;
}

/**
 * link_present() - is there a serial port for the host process?
 */
bool link_present(void)
{
	return exchange.present;
}

static uint8_t next_byte(void)
{
	uint32_t at = exchange.position++;

	if (at < sizeof(exchange.header))
		return ((const uint8_t *)&exchange.header)[at];
	return exchange.request[at - sizeof(exchange.header)];
}

static void receive(enum phase phase)
{
	exchange.phase = phase;
	exchange.position = 0;
}

static void send_some(void)
{
	uint32_t end = sizeof(exchange.header) + exchange.header.length;
	unsigned int room;

	for (room = FIFO_SIZE; room && exchange.position < end; room--)
		outb(COM2, next_byte());
	if (exchange.position == end)
		receive(HEADER);
}

/* An answer that came after its time limit is not ours */
static void end_frame(void)
{
	const struct link_header *reply = &exchange.reply;

	if (reply->sequence != exchange.header.sequence)
		receive(HEADER);
	else if (reply->status == LINK_OK && reply->command == exchange.header.command)
		exchange.phase = ANSWERED;
	else
		exchange.phase = FAILED;
}

/*
 * Bytes that begin no frame are the rest of one that was given up: they are
 * dropped one by one until a frame begins.
 */
static void take_header(uint8_t byte)
{
	uint8_t *bytes = (uint8_t *)&exchange.reply;

	bytes[exchange.position++] = byte;
	if (exchange.position < sizeof(exchange.reply))
		return;
	if (exchange.reply.magic != LINK_MAGIC || exchange.reply.length > LINK_PAYLOAD_MAX) {
		memmove(bytes, bytes + 1, sizeof(exchange.reply) - 1);
		exchange.position--;
		return;
	}
	receive(PAYLOAD);
	if (!exchange.reply.length)
		end_frame();
}

/* What the caller has no room for is dropped, so that the next frame is found */
static void take_payload(uint8_t byte)
{
	if (exchange.position < exchange.answer_max)
		exchange.answer[exchange.position] = byte;
	if (++exchange.position == exchange.reply.length)
		end_frame();
}

/* Return: false when nothing can be done now */
static bool step(void)
{
	switch (exchange.phase) {
	case SENDING:
		if (!(inb(LINE_STATUS) & CAN_SEND))
			return false;
		send_some();
		return true;
	case HEADER:
		if (!(inb(LINE_STATUS) & RECEIVED))
			return false;
		take_header(inb(COM2));
		return true;
	case PAYLOAD:
		if (!(inb(LINE_STATUS) & RECEIVED))
			return false;
		take_payload(inb(COM2));
		return true;
	default:
		return false;
	}
}

/**
 * link_begin() - send a request to the host process; link_poll() tells the rest
 * @command: enum link_command
 * @request: payload; must stay until the exchange has ended
 * @request_size: bytes of it
 * @answer: receives the payload of the answer, cut to @answer_max
 * @answer_max: bytes at @answer
 *
 * Context: with the big lock. Neither buffer may be memory that a guest can write.
 *
 * Return: false when another exchange is under way, or there is no serial port.
 */
bool link_begin(uint16_t command, const void *request, uint32_t request_size,
		void *answer, uint32_t answer_max)
{
	static uint32_t sequence;

	if (!exchange.present || exchange.phase != FREE)
		return false;
	exchange.header = (struct link_header){
		.magic = LINK_MAGIC,
		.command = command,
		.sequence = ++sequence,
		.length = request_size,
	};
	exchange.request = request;
	exchange.answer = answer;
	exchange.answer_max = answer_max;
	exchange.deadline = rdtsc() + LIMIT_MS * tsc_khz();
	exchange.position = 0;
	exchange.phase = SENDING;
	return true;
}

/**
 * link_poll() - go on with the exchange as far as it goes without waiting
 * @answer_size: receives the bytes of the answer that were stored
 *
 * Context: with the big lock, by whoever began the exchange.
 *
 * Return: LINK_WAITING, or its end; then the link is free again.
 */
enum link_progress link_poll(uint32_t *answer_size)
{
	enum phase phase;

	while (rdtsc() < exchange.deadline && step())
		;
	phase = exchange.phase;
	*answer_size = 0;
	if (phase != ANSWERED && phase != FAILED) {
		if (rdtsc() < exchange.deadline)
			return LINK_WAITING;
		log_info("link: no answer in time\n");
	}
	exchange.phase = FREE;
	if (phase != ANSWERED) {
		log_info("link: command %x failed\n", exchange.header.command);
		return LINK_FAILED;
	}
	*answer_size = exchange.reply.length < exchange.answer_max ?
		       exchange.reply.length : exchange.answer_max;
	return LINK_ANSWERED;
}

static void let_others_run(void)
{
	uint64_t end = rdtsc() + POLL_US * tsc_khz() / 1000;

	hv_unlock();
	while (rdtsc() < end)
		cpu_pause();
	hv_lock();
}

/**
 * link_call() - ask the host process and wait for its answer
 * @command: enum link_command
 * @request: payload
 * @request_size: bytes of it
 * @answer: receives the payload of the answer, cut to @answer_max
 * @answer_max: bytes at @answer
 * @answer_size: receives the bytes stored there
 *
 * Context: with the big lock, which is dropped while waiting; so neither buffer
 * may be memory that a guest can write.
 *
 * Return: false when there is no host process, it refuses, or it takes too long.
 */
bool link_call(uint16_t command, const void *request, uint32_t request_size,
	       void *answer, uint32_t answer_max, uint32_t *answer_size)
{
	enum link_progress progress;

	*answer_size = 0;
	if (!exchange.present)
		return false;
	while (!link_begin(command, request, request_size, answer, answer_max))
		let_others_run();
	for (;;) {
		progress = link_poll(answer_size);
		if (progress != LINK_WAITING)
			return progress == LINK_ANSWERED;
		let_others_run();
	}
}
