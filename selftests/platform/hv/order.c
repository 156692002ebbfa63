// SPDX-License-Identifier: GPL-2.0-only
/*
 * Orders to a hostile host, through the question port: 'h', then what behaviour.c takes,
 * then a newline. Some are carried out at once.
 */
#include "../link.h"
#include "hostile.h"
#include "hv.h"

static struct {
	char text[BEHAVIOUR_MAX];
	size_t length;
	bool receiving;
	bool sp_lies;
} order;

static bool tell_sp(const char *fault)
{
	uint32_t size;

	return link_call(LINK_FAULT, fault, strlen(fault), NULL, 0, &size);
}

/* Lies that only the secure processor or the quoting enclave can sign */
static void order_sp(void)
{
	bool lies = behaviour_is("sp");

	if (!lies && !order.sp_lies)
		return;
	order.sp_lies = lies && tell_sp(behaviour_argument());
	if (order.sp_lies || (!lies && tell_sp("none")))
		return;
	log_info("hv: sp knows no such fault: %s\n", behaviour_argument());
	behaviour_begin("");
}

static void order_name(bool secret)
{
	uint8_t pattern[BEHAVIOUR_MAX / 2];
	size_t n = behaviour_bytes(pattern, sizeof(pattern));

	if (!n)
		return;
	leak_name(pattern, n, secret);
	behaviour_count(1);
}

static void order_search(void)
{
	uint8_t pattern[BEHAVIOUR_MAX / 2];
	size_t n = behaviour_bytes(pattern, sizeof(pattern));

	if (n)
		behaviour_count(leak_search(pattern, n));
}

/*
 * In seconds. A guest without Secure TSC has the clock that its host gives it; to set it
 * back to before the guest's start would set it forward by centuries.
 */
static void order_clock(void)
{
	uint64_t back = behaviour_number() * 1000 * tsc_khz();
	unsigned int i;

	for (i = 0; i < vcpu_count; i++)
		vcpus[i].vmcb->control.tsc_offset -= back;
	behaviour_count(1);
}

static void carry_out(void)
{
	fetch_end();
	behaviour_begin(order.text);
	log_info("hv: the host behaves: %s\n", *order.text ? order.text : "well");
	order_sp();
	if (behaviour_is("search"))
		order_search();
	if (behaviour_is("secret") || behaviour_is("mark"))
		order_name(behaviour_is("secret"));
	if (behaviour_is("clock-back"))
		order_clock();
	if (personality->order)
		personality->order();
}

static void receive(char c)
{
	if (c == '\n') {
		order.text[order.length] = '\0';
		order.receiving = false;
		carry_out();
	} else if (order.length + 1 < BEHAVIOUR_MAX) {
		order.text[order.length++] = c;
	}
}

/**
 * order_take() - take a byte of the question port
 * @c: the byte
 *
 * Return: false when it is no part of an order.
 */
bool order_take(char c)
{
	if (order.receiving) {
		receive(c);
		return true;
	}
	if (c != 'h')
		return false;
	order.receiving = true;
	order.length = 0;
	return true;
}
