/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The segments of a meeting that may be used for a purpose now, and why the others may not. The rule is asked
 * of the ledger when the list is made, and again before anything leaves. */
#ifndef CONSENT_CLI_PLAYABLE_H
#define CONSENT_CLI_PLAYABLE_H

#include "cli/recordings.h"

typedef struct playable {
	json_t *record; /* of records_segments */
	char *origin;   /* of its log; "" for a log without a name */
	char *why;      /* it may not be used: the reason; NULL: it may */
	bool sealed;
	uint8_t key[SEALING_KEY_SIZE];
} playable;

/* What its record says, "" where it says nothing. */
const char *playable_text(const playable *one, const char *member);

/* Leaves it out from here on, unless that was so before. Takes `why`. */
void playable_refuse(playable *one, char *why);

/* New array of playable, in the order of the log; `now_ms` is the time that grants must stand at. NULL on
 * failure. */
GPtrArray *playable_list(const recordings *all, const records_filter *filter, const char *purpose,
	gint64 now_ms, GError **error);

/* Asks again for those that may be used. *ret_changed: one of them may not any more, and was refused. */
bool playable_ask_again(const recordings *all, GPtrArray *list, const char *purpose, gint64 now_ms,
	bool *ret_changed, GError **error);

/* Whether the participant grants the purpose, whichever medium, at that time. */
bool playable_person_agrees(ledger_reader *r, const char *participant, const char *purpose, gint64 now_ms,
	bool *ret, GError **error);

/* Writes its plain MJR to `path`, and checks that it is what was captured. */
bool playable_read_out(const recordings *all, const playable *one, const char *path, GError **error);

#endif
