/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a log says of the right to keep and to use a segment now: whether its participant's grants stand, and
 * how long the notices promised to keep it. Reads one log; thread as the reader's. */
#ifndef CONSENT_LEDGER_STANDING_H
#define CONSENT_LEDGER_STANDING_H

#include "ledger/reader.h"

/* A segment's purpose; strings are borrowed. */
typedef struct standing_of {
	const char *participant, *purpose, *medium;
} standing_of;

/* The participant's latest decision: "granted", "refused", "withdrawn", "expired", or "undecided". A grant
 * whose end has passed is expired, whether or not the gateway has noted it. Where the id was one's before
 * they proved a key, it is granted only while it is by the id they have since, too, and else what that one
 * says. */
bool standing_decision(
	ledger_reader *r, const standing_of *of, gint64 now_ms, const char **ret, GError **error);

/* How many days the notice that the grant in entry `index` was given under promised; 0: until it is erased.
 * CONSENT_ERROR_VERIFY when the log does not have such a grant, or not its notice. */
bool standing_retention(
	ledger_reader *r, const standing_of *of, gint64 index, gint64 *ret_days, GError **error);

/* Whether so many days (0: for ever) after its end, `closed` (RFC 3339), a segment may be kept no longer. One
 * that has no end yet may. */
bool standing_is_over(gint64 days, const char *closed, gint64 now_ms);

/* Whether that notice lets products (products.h) stay that rest on the participant, once they have what was
 * captured erased. Errors as above. */
bool standing_lists_products(
	ledger_reader *r, const standing_of *of, gint64 index, bool *ret, GError **error);

/* The entry that allowed a segment (a record of records_segments) for the purpose; −1: it names none. */
gint64 standing_grant(const json_t *segment, const char *purpose);

#endif
