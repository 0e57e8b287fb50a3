/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/interrupt.h"

static const int asking[] = {SIGINT, SIGTERM, SIGHUP};

void interrupt_hold(interrupt *i)
{
	sigset_t held;
	sigemptyset(&held);
	for (size_t s = 0; s < G_N_ELEMENTS(asking); s++)
		sigaddset(&held, asking[s]);
	sigprocmask(SIG_BLOCK, &held, &i->before);
}

bool interrupt_asked(GError **error)
{
	sigset_t waiting;
	sigpending(&waiting);
	for (size_t s = 0; s < G_N_ELEMENTS(asking); s++) {
		if (sigismember(&waiting, asking[s]) != 1)
			continue;
		g_set_error_literal(
			error, G_FILE_ERROR, G_FILE_ERROR_INTR, "interrupted; what was begun is removed");
		return true;
	}
	return false;
}

void interrupt_release(interrupt *i)
{
	sigprocmask(SIG_SETMASK, &i->before, NULL);
}
