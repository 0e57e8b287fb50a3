/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Erasing recordings with the tool, beside a gateway that may be running: each step is in the ledger before
 * the next, so that whoever comes after a crash finds where to go on (ledger/erasable.h). */
#ifndef CONSENT_CLI_ERASER_H
#define CONSENT_CLI_ERASER_H

#include "cli/recordings.h"

/* Keys, file, ledger. CONSENT_ERROR_INVALID for one that is still being captured: that is the gateway's to
 * erase. */
bool eraser_segment(const recording *one, const char *reason, const char *by, GError **error);

/* Only the keys of these purposes (an array of names), while others keep the segment. */
bool eraser_narrow(
	const recording *one, json_t *purposes, const char *reason, const char *by, GError **error);

/* All that pass the filter (a participant's, or one), a line on stdout for each. */
bool eraser_all(const arguments *args, const records_filter *filter, const char *reason, guint *ret_count,
	GError **error);

/* The command sweep, as if it were that time. */
int sweep_at(const arguments *args, gint64 now_ms, GError **error);

#endif
