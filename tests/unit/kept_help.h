/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A ledger and encrypted recordings that nobody writes to any more: Ann's audio, a segment for record, and
 * one for record and train. The notices are the shipped ones: "record" is kept for 30 days, "train" for a
 * year. */
#ifndef CONSENT_TESTS_KEPT_HELP_H
#define CONSENT_TESTS_KEPT_HELP_H

#include "cli/tool.h"
#include "meeting_evidence.h"
#include "meeting_speaker.h"

extern world kept;
extern speaker kept_ann;
/* A path in its folder at which nothing is yet. */
extern char *kept_output;

/* A checked fixture; the ledger must be good at the end. */
void kept_setup(void);
void kept_teardown(void);

/* Its store, its folder of recordings and its operator's key. */
arguments kept_arguments(void);

/* The id of the segment that was opened first (g_free). */
char *kept_first_segment(void);

/* Sweeps at that time. */
int kept_sweep(double days);

#endif
