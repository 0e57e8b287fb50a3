/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Consent records as text, for exports of millions of them: the same records as records_decisions gives, in
 * the same order, with the text of each value as a compact writer of JSON would write it. */
#ifndef CONSENT_LEDGER_FLAT_H
#define CONSENT_LEDGER_FLAT_H

#include "base/spans.h"
#include "ledger/records.h"

/* Members of a record, in their order. */
enum {
	FLAT_LOG,
	FLAT_INDEX,
	FLAT_TIME,
	FLAT_ROOM,
	FLAT_MEETING,
	FLAT_PARTICIPANT,
	FLAT_DISPLAY,
	FLAT_FEED,
	FLAT_PURPOSE,
	FLAT_MEDIUM,
	FLAT_DECISION,
	FLAT_NOTICE,
	FLAT_VERSION,
	FLAT_LANG,
	FLAT_SHOWN,
	FLAT_HOW,
	FLAT_EVIDENCE,
	FLAT_RECEIPT,
	FLAT_EXPIRES,
	FLAT_MEMBERS,
};

/* Their names: those of the record's JSON. */
extern const char *const flat_names[FLAT_MEMBERS];

/* Borrowed for the time of the callback. */
typedef struct flat_record {
	gint64 index;
	span members[FLAT_MEMBERS]; /* never without a text; strings without escapes, UTF-8 */
	json_t *replaced;           /* the last member, as records_decisions has it */
} flat_record;

typedef bool (*flat_each)(const flat_record *record, void *user);

/* `other` gets, in its turn, what cannot be told as a flat_record. Members of the filter, *ret_cursor and
 * errors as of records_decisions. */
bool records_decisions_flat(ledger_reader *r, const records_filter *filter, flat_each each,
	records_each other, void *user, char **ret_cursor, GError **error);

#endif
