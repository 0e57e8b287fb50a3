/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Erasing segments, as a log tells of it.
 *
 * First the keys go, in the same transaction as the entry that says so: a withdrawal with "erase" (here, or
 * taken over as a `carry`) or an `erase` entry with "segments" (grant keys), or a segment's own entry
 * "erasing" (its keys). Then the file goes, then a segment's entry "erased" says that it has. Whoever finds
 * the first without the last goes on from there. One log; thread as the reader's. */
#ifndef CONSENT_LEDGER_ERASABLE_H
#define CONSENT_LEDGER_ERASABLE_H

#include "ledger/reader.h"

/* A segment that is to be erased, or may be. */
typedef struct erasable {
	char *segment, *participant;
	char *file;     /* NULL: no packet was written */
	json_t *opened; /* body of that entry */
	bool closed;
	GPtrArray *asked; /* of erasable_asked: purposes, strings of `opened` */
} erasable;

void erasable_free(gpointer e);

/* The participant's segments whose erasure has begun and is not finished: elements are erasable *
 * (g_ptr_array_unref). Those of the handles that proved this participant's key later count, too; what was
 * said with the key before concerns them not. */
GPtrArray *erasable_due(ledger_reader *r, const char *participant, GError **error);

/* All of the participant's segments that are not erased. */
GPtrArray *erasable_all(ledger_reader *r, const char *participant, GError **error);

/* The segments in `log` for which another log asks: a withdrawal with "erase" there is of a purpose that they
 * still serve, and this log does not say so. Not those that rest on a grant which came after it. The reader
 * is of all logs. */
GPtrArray *erasable_asked(
	ledger_reader *everything, const char *log, const char *participant, GError **error);

/* One segment; NULL with CONSENT_ERROR_NOT_FOUND when the log has none of that id, or it is erased. */
erasable *erasable_segment(ledger_reader *r, const char *segment, GError **error);

/* The participants of whom something was to be erased since the gateway was last started: strings. */
GPtrArray *erasable_participants(ledger_reader *r, GError **error);

/* Body of a segment's entry with that state. */
json_t *erasable_body(const erasable *e, const char *state, const char *reason, const char *by);

/* Values of an entry (ledger_append_with) that destroy the keys of the segment, or of all grants that the
 * segments rest on. */
json_t *erasable_forget(const erasable *e);
json_t *erasable_forget_grants(const GPtrArray *segments);

#endif
