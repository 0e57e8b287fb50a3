/* SPDX-License-Identifier: GPL-3.0-or-later */
/* People who have keys. */
#ifndef CONSENT_TESTS_MEETING_HOLDER_H
#define CONSENT_TESTS_MEETING_HOLDER_H

#include "meeting_support.h"
#include "proofs/signing.h"

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
/* With that as the key, and that in the proof; both borrowed. */
json_t *holder_ask_bind_by(holder *h, json_t *key, json_t *named);
/* Signed; on recording the audio. */
void holder_decide(holder *h, const char *answer);
/* `subject`: {"decisions"} and perhaps "expires", borrowed. */
void holder_decide_on(holder *h, json_t *subject);
/* The same two, and their codes. */
int holder_ask_decide(holder *h, json_t *subject);
int holder_ask_withdraw(holder *h, bool erase);
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

#endif
