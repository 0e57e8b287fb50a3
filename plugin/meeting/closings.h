/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What closed: refusals and withdrawals of everybody who has a key, of all logs, so that no grant from
 * another log opens again what any of them closed.
 *
 * The order of what two logs say is not known. So a grant overrules a closing only if it comes after it in
 * the same log; all others stand until the participant decides anew where they are to be captured. What
 * closed is known for longer than its meeting goes on: for as long as there may be a grant from before it.
 *
 * Pure data, no threads. */
#ifndef CONSENT_MEETING_CLOSINGS_H
#define CONSENT_MEETING_CLOSINGS_H

#include "base/media.h"
#include "proofs/signing.h"

#include <glib.h>
#include <stdbool.h>

typedef struct closings closings;

/* Whose, and of what; all borrowed. */
typedef struct closings_cell {
	const char *room;
	const uint8_t *key; /* SIGNING_PUBLIC_SIZE bytes */
	const char *purpose;
	medium medium;
} closings_cell;

closings *closings_new(void);
void closings_free(closings *all); /* takes NULL */

/* The log's entry of that index closed it. */
void closings_note(closings *all, const closings_cell *cell, const char *log, gint64 index, gint64 at_ms);

/* Whether nothing that is known stands against a grant in the log's entry of that index. `closed`: the cell
 * is, for the one who asks; then a grant opens only if what closed it is known. */
bool closings_allow(
	const closings *all, const closings_cell *cell, const char *log, gint64 index, bool closed);

/* Forgets what nobody closed anew since then. */
void closings_age(closings *all, gint64 before_ms);
/* Forgets all of that person. */
void closings_forget(closings *all, const char *room, const uint8_t *key);

#endif
