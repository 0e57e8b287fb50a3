/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a meeting has left behind: entries of the ledger, and packets on disk. */
#ifndef CONSENT_TESTS_MEETING_EVIDENCE_H
#define CONSENT_TESTS_MEETING_EVIDENCE_H

#include "meeting_support.h"

/* Bodies of the ledger's entries of a type in order, each with "index" and, where there is, "display" from
 * the personal data added. New reference. */
json_t *world_entries(const world *w, const char *type);
/* Of these the first (new reference), or NULL, that has all members of the pattern, which is taken. */
json_t *entry_find(json_t *entries, json_t *pattern);
/* Whether one has; the pattern is taken. */
bool entry_fits(json_t *entry, json_t *pattern);
/* How many have. */
unsigned entry_count(json_t *entries, json_t *pattern);
/* How many segments have an entry of that state; and until so many have. */
unsigned world_segments(const world *w, const char *state);
void world_await_segments(const world *w, const char *state, unsigned count);
/* The whole ledger verifies. */
void world_verify(const world *w);

/* Numbers of all packets on disk that belong to a participant's m-line, sorted (GArray of uint64_t). */
GArray *world_numbers(const world *w, const char *participant, const char *mid);
/* They are exactly first … last; last 0: none. */
void assert_captured(const world *w, const char *participant, const char *mid, uint64_t first, uint64_t last);

#endif
