// SPDX-License-Identifier: GPL-2.0-or-later
/* ^C while a command waits: it ends what it started, and then itself. */
#include <signal.h>

#include "cvmctl.h"

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal)
{
	(void)signal;
	interrupted = 1;
}

void interrupt_catch(void)
{
	/* a second one is not caught: it ends what only a fatal signal ends */
	const struct sigaction action = { .sa_handler = on_interrupt, .sa_flags = SA_RESETHAND };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

bool interrupt_seen(void)
{
	return interrupted;
}
