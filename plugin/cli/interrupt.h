/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signals that ask the tool to end (SIGINT, SIGTERM, SIGHUP) are held back while an export works, so that it
 * can clean up. When they are let through again the tool ends by them, as it would have. */
#ifndef CONSENT_CLI_INTERRUPT_H
#define CONSENT_CLI_INTERRUPT_H

#include <glib.h>
#include <signal.h>
#include <stdbool.h>

typedef struct interrupt {
	sigset_t before;
} interrupt;

void interrupt_hold(interrupt *i);
/* Whether one is waiting; then also sets an error. */
bool interrupt_asked(GError **error);
void interrupt_release(interrupt *i);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(interrupt, interrupt_release)

#endif
