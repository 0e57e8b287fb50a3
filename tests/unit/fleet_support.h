/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gateways on one PostgreSQL, and people who have keys. */
#ifndef CONSENT_TESTS_FLEET_SUPPORT_H
#define CONSENT_TESTS_FLEET_SUPPORT_H

#include "meeting_evidence.h"
#include "postgres_support.h"

#include "proofs/signing.h"

#define ORIGIN_A "a.example/consent"
#define ORIGIN_B "b.example/consent"

/* A main that runs the tests on a server of their own; exit status 77 where there is none to run. */
int fleet_run(const char *name, const TTest *const *const *tests, size_t count);
extern pg_server fleet_server;

/* world_clear ends it. */
void gateway_init(world *w, const char *origin);
/* Only the notice for recording, with one text in it replaced, for the next world_open. */
void gateway_notices(world *w, const char *what, const char *by);

/* Somebody with a key, at one gateway. */
typedef struct holder {
	peer *peer;
	signing_key key;
	char *id; /* as of the last bind */
	capture_track *track;
	uint64_t next;
} holder;

/* Joins ROOM, sends audio. `like` (NULL: nobody) has the same key. */
void holder_join(holder *h, world *w, const char *name, const holder *like);
void holder_bind(holder *h);
/* consent_bind's answer (new reference). */
json_t *holder_ask_bind(holder *h);
/* Signed; on recording the audio. */
void holder_decide(holder *h, const char *answer);
/* `subject`: {"decisions"}, borrowed. */
void holder_decide_on(holder *h, json_t *subject);
void holder_withdraw(holder *h);
/* With what was captured. */
void holder_withdraw_all(holder *h);
void holder_clear(holder *h);
/* Sends five packets. */
void holder_speak(holder *h);
/* Waits until capture of the audio is told to have begun or ended. Borrowed event. */
json_t *holder_await(holder *h, bool capturing);
/* "undecided" …: what the holder's gateway has of record and audio. */
const char *holder_decision(holder *h);
void holder_expect(holder *h, const char *wanted);

/* Bodies of that log's entries of a type, with "display" where there is and "erased" added. New reference. */
json_t *log_entries(const world *w, const char *type);

#endif
