/* SPDX-License-Identifier: GPL-3.0-or-later */
/* consent_ requests: a table of name, fields, who may ask, and handler. The wire is docs/protocol.md.
 * All functions may be called from any thread; signalling_answer may wait for the ledger. */
#ifndef CONSENT_SIGNALLING_H
#define CONSENT_SIGNALLING_H

#include "meeting/meeting.h"
#include "signalling/rate.h"

/* What upstream says of a room and a secret. */
typedef enum { ROOM_OPENED, ROOM_UNKNOWN, ROOM_DENIED, ROOM_INVALID } room_access;

typedef struct signalling {
	meetings *meetings;
	/* Ask upstream. `secret` NULL: none was given. */
	room_access (*check_secret)(json_t *room, const char *secret);
	room_access (*check_room)(json_t *room);
} signalling;

typedef struct caller {
	attendance *attendance; /* NULL: has not joined a room as a publisher */
	bool admin;             /* by the Admin API */
	rate *rate;             /* NULL: unlimited */
} caller;

/* Whether the request is the gateway's: its name starts with "consent_". */
bool signalling_is_ours(const char *request);

/* The answer or the error, a new reference, never NULL. `message` is borrowed. */
json_t *signalling_answer(const signalling *s, const caller *who, json_t *message);

/* Sets the error of a message whose field 'request' is missing (701) or no string (702). */
void signalling_refuse_nameless(json_t *message, GError **error);

/* {"consent":"event","error_code","error"} */
json_t *signalling_error(const GError *error);

/* Whether this caller may act as a host of that room: the room's secret, or, where it has none, having joined
 * it, or the Admin API. */
bool signalling_is_host(
	const signalling *s, const caller *who, json_t *room, const char *secret, GError **error);

#endif
