// SPDX-License-Identifier: GPL-2.0-only
/*
 * The log, on QEMU's debug console.
 */
#include <stdarg.h>

#include "cpu.h"
#include "hv.h"

#define DEBUG_CONSOLE	0xe9

static void put(char c)
{
	outb(DEBUG_CONSOLE, c);
}

static void put_string(const char *s)
{
	while (*s)
		put(*s++);
}

static void put_number(uint64_t value, unsigned int base, unsigned int width)
{
	char digits[24];
	unsigned int n = 0;

	do
		digits[n++] = "0123456789abcdef"[value % base];
	while (value /= base);
	for (; width > n; width--)
		put('0');
	while (n)
		put(digits[--n]);
}

static void put_signed(int64_t value, unsigned int width)
{
	if (value < 0) {
		put('-');
		value = -value;
	}
	put_number(value, 10, width);
}

/**
 * log_line() - printf() as far as the hypervisor needs it
 * @format: %s %c %d %u %x, with l for 64 bits and 0N for a width
 * @arguments: of @format
 */
void log_line(const char *format, va_list arguments)
{
	for (; *format; format++) {
		unsigned int width = 0, base;
		bool wide = false;

		if (*format != '%') {
			put(*format);
			continue;
		}
		for (format++; *format >= '0' && *format <= '9'; format++)
			width = width * 10 + *format - '0';
		for (; *format == 'l'; format++)
			wide = true;
		switch (*format) {
		case 's':
			put_string(va_arg(arguments, const char *));
			break;
		case 'c':
			put(va_arg(arguments, int));
			break;
		case 'd':
			if (wide)
				put_signed(va_arg(arguments, int64_t), width);
			else
				put_signed(va_arg(arguments, int), width);
			break;
		case 'u':
		case 'x':
			base = *format == 'x' ? 16 : 10;
			if (wide)
				put_number(va_arg(arguments, uint64_t), base, width);
			else
				put_number(va_arg(arguments, unsigned int), base, width);
			break;
		default:
			put(*format);
		}
	}
}

/**
 * log_info() - write a line to the log
 * @format: as log_line()
 */
void log_info(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	log_line(format, arguments);
	va_end(arguments);
}

/**
 * log_trace() - write a line when the option trace is set
 * @format: as log_line()
 */
void log_trace(const char *format, ...)
{
	va_list arguments;

	if (!options.trace)
		return;
	va_start(arguments, format);
	log_line(format, arguments);
	va_end(arguments);
}
