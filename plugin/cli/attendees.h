/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the ledger tells of one meeting: from when to when, who was there when, what ran. */
#ifndef CONSENT_CLI_ATTENDEES_H
#define CONSENT_CLI_ATTENDEES_H

#include "ledger/reader.h"

typedef struct attendee {
	char *id, *name; /* the name they had given; NULL where there was none, or it is erased */
	gint64 from_ms, to_ms;
	bool agrees; /* set by who asks */
} attendee;

/* Something that changed. */
typedef struct attendees_event {
	gint64 at_ms;
	char *activity, *state; /* of an activity: purpose, and what it became; NULL: somebody came or went */
} attendees_event;

typedef struct attendees {
	char *meeting;
	json_t *room;
	gint64 began_ms, ended_ms; /* ended_ms is now while it goes on */
	GArray *people;            /* of attendee: whoever left and came back is there twice */
	GArray *events;            /* of attendees_event, in order */
	GPtrArray *bound;          /* ids of handles that proved a key, each before the id they have since */
} attendees;

/* CONSENT_ERROR_NOT_FOUND when there is no such meeting. */
attendees *attendees_read(ledger_reader *r, const char *meeting, gint64 now_ms, GError **error);
/* Who that was: the id that they have had since their handle proved a key. Borrowed. */
const char *attendees_person(const attendees *a, const char *participant);
/* Takes NULL. */
void attendees_free(attendees *a);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(attendees, attendees_free)

#endif
