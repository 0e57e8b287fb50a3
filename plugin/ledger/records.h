/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Consent records, segments and meetings as readers want them, made from entries while streaming: nothing but
 * a bounded look-ahead is kept in memory. The JSON objects are those of the Admin API and of --format jsonl.
 */
#ifndef CONSENT_LEDGER_RECORDS_H
#define CONSENT_LEDGER_RECORDS_H

#include "ledger/reader.h"

/* All NULL or 0: everything. */
typedef struct records_filter {
	const char *room, *meeting, *participant, *purpose, *decision;
	gint64 from_ms, to_ms;
	unsigned limit;     /* 0: no limit */
	const char *cursor; /* from an earlier answer */
} records_filter;

/* `record` is borrowed. Return false to stop. */
typedef bool (*records_each)(json_t *record, void *user);

/* One record a (decision entry, purpose, medium), oldest first:
 * {"index","time","room","meeting","participant","display","feed","purpose","medium","decision","notice","version","lang","shown","how","evidence","expires"}.
 * *ret_cursor (may be NULL) becomes NULL at the end, or a cursor to go on with (g_free). */
bool records_decisions(ledger_reader *r, const records_filter *filter, records_each each, void *user,
	char **ret_cursor, GError **error);

/* One record a segment (opened and closed entry joined):
 * {"segment","room","meeting","participant","mid","medium","codec","purposes","decisions","file","opened","closed","reason","state",
 *  "first","last","ssrc","packets","bytes","lost","sha256"}; purpose in the filter: those captured for it. */
bool records_segments(ledger_reader *r, const records_filter *filter, records_each each, void *user,
	char **ret_cursor, GError **error);

/* One record a meeting:
 * {"meeting","room","began","ended","participants","activities":[{"activity","purpose","since","until"}]}. */
bool records_meetings(ledger_reader *r, const records_filter *filter, records_each each, void *user,
	char **ret_cursor, GError **error);

#endif
