/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A wall clock that stands still until a test says that time has passed. For programs that are linked with
 * $(meeting_clock_flags): what the gateway's code asks for the time, it asks here. */
#ifndef CONSENT_TESTS_MEETING_CLOCK_H
#define CONSENT_TESTS_MEETING_CLOCK_H

#include <glib.h>

/* From now on it stands. */
void meeting_clock_stop(void);
/* It has stood, and stands so much later. */
void meeting_clock_pass(gint64 ms);

#endif
