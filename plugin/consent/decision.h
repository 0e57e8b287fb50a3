/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A participant's latest decisions: one cell a purpose and medium. Pure data and arithmetic: no threads, no
 * allocation. */
#ifndef CONSENT_DECISION_H
#define CONSENT_DECISION_H

#include "base/hash.h"
#include "base/media.h"

#include <glib.h>
#include <stdbool.h>

#define PURPOSES_MAX 32

typedef enum {
	DECISION_UNDECIDED, /* never decided, or decided under a notice that is not in force any more */
	DECISION_GRANTED,
	DECISION_REFUSED,
	DECISION_WITHDRAWN,
	DECISION_EXPIRED,
} decision;

/* "granted" …; never NULL. */
const char *decision_name(decision d);

typedef struct decision_cell {
	decision decision;
	char notice[HASH_HEX_SIZE]; /* under which it was made */
	gint64 since_ms;
	gint64 expires_ms; /* 0: never */
	gint64 index;      /* the ledger entry that holds it; −1: not committed */
	guint64 order;     /* of appending, so that a late answer never overrules a later decision */
} decision_cell;

typedef struct decision_card {
	decision_cell cells[PURPOSES_MAX][MEDIA_COUNT];
} decision_card;

/* Everything undecided. */
void decision_card_init(decision_card *card);

decision_cell *decision_card_at(decision_card *card, unsigned purpose, medium m);

/* What the cell says at `now_ms` under the notice in force: a grant of another notice counts as undecided,
 * one past its time as expired. */
decision decision_effective(const decision_cell *cell, const char *notice, gint64 now_ms);

/* The rule's points 2 and 3: a grant in force, not expired, and committed. */
bool decision_stands(const decision_cell *cell, const char *notice, gint64 now_ms);

/* A grant takes effect (after its commit) unless a later decision has been made. False when it came too late.
 */
bool decision_grant(decision_cell *cell, const char *notice, gint64 now_ms, gint64 expires_ms, gint64 index,
	guint64 order);

/* Anything but a grant takes effect at once; its index is set later by decision_committed. False when a later
 * decision stands. */
bool decision_close(decision_cell *cell, decision d, const char *notice, gint64 now_ms, guint64 order);

/* The entry of the decision of that order is committed. */
void decision_committed(decision_cell *cell, gint64 index, guint64 order);

#endif
