/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of signalling/ share. */
#ifndef CONSENT_SIGNALLING_PRIVATE_H
#define CONSENT_SIGNALLING_PRIVATE_H

#include "signalling/fields.h"
#include "signalling/signalling.h"

#include "ledger/records.h"

/* One request being answered. */
typedef struct asking {
	const signalling *s;
	const caller *who;
	json_t *message; /* borrowed, fields checked */
	json_t *extra;   /* members that an error answer carries besides code and sentence; or NULL */
} asking;

/* Returns the answer's members but "consent" (new reference), or NULL and an error. */
typedef json_t *(*handler)(asking *ask, GError **error);

/* Who may ask: BY_HOST includes the Admin API, BY_ANYBODY handles that have not joined. */
typedef enum { BY_ANYBODY, BY_PARTICIPANT, BY_HOST, BY_ADMIN } request_by;

typedef struct request_row {
	const char *name;
	const char *answers; /* value of "consent" in the answer */
	request_by by;
	const field *fields;
	handler handle;
	unsigned dear; /* how many requests more it counts for */
} request_row;

/* Terminated by a NULL name. */
extern const request_row participant_requests[], binding_requests[], host_requests[], admin_requests[],
	export_requests[];

/* What a proof must be over: the field `asked` ([] when the request leaves it out), and of the request's
 * other fields those that the proof covers, too. A new object; binding.c. */
json_t *ask_subject(const asking *ask, const char *asked);

/* 712 or 702 where upstream has no such room. */
bool signalling_is_room(room_access access, GError **error);

/* 704 when there is no such purpose. */
const notice *ask_purpose(const asking *ask, const char *name, GError **error);
/* Reads an array of media names; 702 or 704. 0 on error. */
unsigned ask_media(json_t *array, const char *where, GError **error);

/* admin.c: the filters of lists. A room as text, which is how rooms are compared: 1234 and "1234" are the
 * same there (g_free; NULL for NULL). 702 for a decision that is never recorded, and for times that no moment
 * lies between. */
char *ask_room_text(json_t *room);
bool ask_check_decision(json_t *message, GError **error);
bool ask_check_times(json_t *message, GError **error);
/* The filters of a list but its room, whose text is not in the message, and its cursor. It points into
 * `filters`. `limited` has the limit, if there is one. */
records_filter ask_filter(json_t *filters, json_t *limited, unsigned limit_default);

#endif
