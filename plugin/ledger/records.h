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
	const char *segment; /* of segments only */
	const char *product; /* of products only */
	const char *display; /* of decisions, segments and meetings: a part of the name, whatever the case; of
				a meeting, of somebody's who was in it */
	bool newest;         /* the newest first */
	gint64 from_ms, to_ms;
	unsigned limit;     /* 0: no limit */
	gint64 until_us;    /* decisions, segments and meetings: a page ends at this time of
			       g_get_monotonic_time, whatever is in it; 0: it does not */
	const char *cursor; /* from an earlier answer */
} records_filter;

/* `record` is borrowed. Return false to stop. */
typedef bool (*records_each)(json_t *record, void *user);

/* Each lists its records oldest first, or newest, from the entry that began them: the decision, the opening
 * of the segment, the beginning of the meeting; from_ms and to_ms mean that entry's time. Training sets and
 * notices are listed oldest first only. Members without a value
 * are null, times RFC 3339. *ret_cursor (may be NULL) becomes NULL at the end, or a cursor to go on with
 * (g_free). CONSENT_ERROR_INVALID for a cursor of another list and for `decision` where it filters nothing.
 */

/* One record a (decision entry, purpose, medium):
 * {"log","index","time","room","meeting","participant","display","feed","purpose","medium","decision","notice","version",
 *  "lang","shown","how","evidence","receipt","expires","replaced"}; "shown": when the notice had last been
 * sent to the participant before; "log" and "index": the entry; "replaced": {"log","index","time","decision"}
 * of the entry by which it ceased to be the participant's latest word, "erased" being one, or null. */
bool records_decisions(ledger_reader *r, const records_filter *filter, records_each each, void *user,
	char **ret_cursor, GError **error);

/* One record a segment (opened and closed entry joined):
 * {"segment","room","meeting","participant","display","feed","mid","medium","codec","purposes","decisions","file",
 *  "encrypted","opened","closed","reason","state","first","last","ssrc","packets","bytes","lost","sha256","erased"};
 * "encrypted": whether the participants encrypt it end to end, so that they alone can play it;
 * beside them "keys_of" where its entry has that (segmentkeys.h);
 * "state" is "open", "closed", "erasing" (the keys are destroyed, the file is not removed yet) or "erased",
 * and "erased" when it became that, "file" being null then. Purpose in the filter: those captured for it. */
bool records_segments(ledger_reader *r, const records_filter *filter, records_each each, void *user,
	char **ret_cursor, GError **error);

/* One record a wording that was ever in force, in each log:
 * {"log","index","time","notice","purpose","version","wording"}; "notice": its hash, "wording": all of it,
 * the JSON whose canonical form (RFC 8785) has that hash. Purpose and times filter; the rest is an error. */
bool records_notices(ledger_reader *r, const records_filter *filter, records_each each, void *user,
	char **ret_cursor, GError **error);

/* One record a product (products.h): its attaching, and its erasure where there was one:
 * {"log","index","time","product","room","meeting","purpose","kind","mediatype","vendor",
 *  "rests_on":[{"participant","medium","index","products"}],"until","bytes","sha256","file","state","reason",
 *  "erased"}; "kind": "transcript" or "summary"; "until": when the shortest retention of those it rests on
 * ends, or null; "state": "attached" or "erased". Participant in the filter: those that rest on them. */
bool records_products(ledger_reader *r, const records_filter *filter, records_each each, void *user,
	char **ret_cursor, GError **error);

/* One record a training set that has left: {"log","index","time","set","purpose","refreshed","segments"};
 * "segments": how many segments are in it now, of the participant in the filter or of anybody; "refreshed":
 * when last, or null. With a participant those that hold something of them. Room, meeting and times filter
 * nothing. */
bool records_training_sets(ledger_reader *r, const records_filter *filter, records_each each, void *user,
	char **ret_cursor, GError **error);

/* One record a meeting:
 * {"meeting","room","began","ended","participants","activities":[{"activity","purpose","since","until"}]};
 * "participants" is their number, "since" when the activity was first announced or running. Participant and
 * purpose in the filter: those with them. */
bool records_meetings(ledger_reader *r, const records_filter *filter, records_each each, void *user,
	char **ret_cursor, GError **error);

#endif
