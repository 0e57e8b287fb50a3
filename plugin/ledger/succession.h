/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What replaced a decision: the next thing that the same participant said about the same purpose and medium,
 * or that ended it. Private to this folder. One thread, as its reader; memory is bounded, whatever the log.
 */
#ifndef CONSENT_LEDGER_SUCCESSION_H
#define CONSENT_LEDGER_SUCCESSION_H

#include "ledger/reader.h"

typedef struct succession succession;

/* The reader is borrowed. */
succession *succession_new(ledger_reader *r);
/* Takes NULL. */
void succession_free(succession *s);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(succession, succession_free)

typedef struct succession_of {
	const char *participant, *purpose, *medium;
	const ledger_entry *entry; /* that holds the decision */
} succession_of;

/* *ret becomes a new reference: {"log","index","time","decision"} of the entry that replaced it, where
 * "decision" is "erased" when the participant's data was destroyed; null when nothing has. */
bool succession_find(succession *s, const succession_of *of, json_t **ret, GError **error);

#endif
