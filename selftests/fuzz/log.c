// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each input is written before it is run, to where the end of the guest takes nothing away: a
 * port of the host. A record is the thread, the length in two bytes, and the input.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "report.h"

#define HEAD	3

static int file = -1;

/**
 * log_open() - begin to write
 * @path: of the port
 */
void log_open(const char *path)
{
	file = open(path, O_WRONLY | O_CLOEXEC);
	if (file < 0) {
		perror(path);
		exit(2);
	}
}

/**
 * log_input() - write an input
 * @who: is going to run it
 * @input: it
 */
void log_input(enum log_who who, const struct input *input)
{
	uint8_t record[HEAD + BYTES_MAX];
	size_t length;

	if (file < 0)
		return;
	length = input_write(input, record + HEAD);
	record[0] = who;
	record[1] = length & 0xff;
	record[2] = length >> 8;
	if (write(file, record, HEAD + length) < 0) {
		perror("fuzz: log");
		exit(2);
	}
}

/**
 * log_tell() - print what was written, on the host: thread and input, a line each
 * @path: of the file
 *
 * Return: exit status.
 */
int log_tell(const char *path)
{
	FILE *from = fopen(path, "r");
	uint8_t head[HEAD], bytes[BYTES_MAX];
	size_t length, i;

	if (!from) {
		perror(path);
		return 2;
	}
	while (fread(head, HEAD, 1, from)) {
		length = head[1] | head[2] << 8;
		if (length > sizeof(bytes) || fread(bytes, 1, length, from) != length)
			break;
		printf("%u: ", head[0]);
		for (i = 0; i < length; i++)
			printf("%02x", bytes[i]);
		printf("\n");
	}
	fclose(from);
	return 0;
}
