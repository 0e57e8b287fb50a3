/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Training sets that have left, as the log's `export` entries tell of them: which segments are in each now,
 * after refreshes. The sets themselves are wherever they were taken. One log; thread as the reader's. */
#ifndef CONSENT_LEDGER_TRAININGS_H
#define CONSENT_LEDGER_TRAININGS_H

#include "ledger/records.h"

/* How many sets, made for one of these purposes (NULL-terminated), hold something of the participant now, or
 * of the handles that proved this participant's key later. */
bool trainings_count(
	ledger_reader *r, const char *participant, const char *const *purposes, guint *ret, GError **error);

#endif
