/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Other gateways on the same store: what was said there and holds here.
 *
 * Each gateway has meetings of its own. Somebody who is in the same room at two of them, and proved the same
 * key at both, is one participant. What closes a gate holds everywhere as soon as it is heard; a grant holds
 * where the participant has proved their key, if they signed it, and only once this gateway's own log has it
 * (`carry`).
 *
 * Threads: unless said otherwise, with the meetings' lock held. The follower's thread takes it, and reads the
 * store without it. A gateway whose store is a file has no fleet: all->fleet is NULL then, and nothing here
 * does anything. */
#ifndef CONSENT_MEETING_FLEET_H
#define CONSENT_MEETING_FLEET_H

#include "meeting/closings.h"
#include "meeting/private.h"
#include "ledger/reader.h"
#include "ledger/reservations.h"

typedef struct fleet fleet;

/* fleet.c; all four without the lock. */

/* Begins to follow the other logs, and catches up with what holds already. A store of one log: does nothing.
 * False when that cannot be read and goes on failing for as long as decisions wait for the ledger. */
bool fleet_start(meetings *all, GError **error);
/* Nothing is heard of any more. */
void fleet_stop(meetings *all);
/* Waits until what was committed before the call is known here, if that can be had within the time that
 * decisions have. */
void fleet_sync(meetings *all);
gint64 fleet_silence_ms(meetings *all);

/* fleet_read.c */

/* An entry that was read and kept. */
typedef struct heard_entry {
	char *log;
	gint64 index, position, at_ms;
	json_t *body, *personal;
} heard_entry;

heard_entry *heard_keep(const ledger_entry *entry);
void heard_free(gpointer entry);

/* Of all logs. Follower's thread, or before it runs. */
ledger_reader *fleet_reader(meetings *all);

/* Reads all that the filter finds, and keeps trying while the store is away: what was heard of must not be
 * lost, and a follower that is silent closes all gates. Elements are heard_entry; NULL when the gateway ends,
 * or does not start (fleet_start). Follower's thread, or before it runs; not the lock. */
GPtrArray *fleet_read(fleet *f, const ledger_filter *filter);
/* Lets some time pass before another try. False when the gateway ends, or does not start. */
bool fleet_pause(meetings *all);
/* Whether the entry only repeats what another log says. */
bool fleet_is_repeated(const json_t *body);
json_t *fleet_from(const char *log, gint64 index);

/* elsewhere.c: people with a key at other gateways, while their meetings go on; what closed, for longer. */

/* The last that somebody said of one purpose and medium. */
typedef struct said {
	char *purpose;
	medium medium;
	decision decision;
	char notice[HASH_HEX_SIZE];
	gint64 version, at_ms, expires_ms;
	gint64 index; /* in their log */
	/* The entry that it was said with: of their log, or of another one, whose word theirs repeats. */
	char *of_log, *of_participant, *of_meeting;
	gint64 of_index;
	char *proof; /* by which they signed it, just so; NULL: they did not */
	bool erase;  /* what was captured before, too */
} said;

typedef struct elsewhere {
	char *log, *meeting, *room, *participant;
	uint8_t key[SIGNING_PUBLIC_SIZE];
	GArray *said; /* of said, one a purpose and medium */
} elsewhere;

typedef struct elsewheres elsewheres; /* all of them */

elsewheres *elsewheres_new(void);
void elsewheres_free(elsewheres *all);

/* Borrowed, or NULL. */
elsewhere *elsewheres_find(elsewheres *all, const char *log, const char *participant);
/* Known from now on by this key (SIGNING_PUBLIC_SIZE bytes). Borrowed; NULL where the participant was erased.
 */
elsewhere *elsewheres_add(elsewheres *all, const heard_entry *bind, const uint8_t *key);
/* Those in this room with that key: array of borrowed elsewhere, to be unreferenced. */
GPtrArray *elsewheres_with(elsewheres *all, const char *room, const uint8_t *key);
/* Their meeting is over. */
void elsewheres_end(elsewheres *all, const char *log, const char *id);
/* The participant was erased: nobody is known by that id again. */
void elsewheres_forget(elsewheres *all, const char *participant);
/* The same for all who have this key in this room, and for all who have the participant's. */
void elsewheres_forget_key(elsewheres *all, const char *room, const uint8_t *key);
void elsewheres_forget_same(elsewheres *all, const char *participant);
bool elsewheres_erased(const elsewheres *all, const char *participant);
/* This log has an `erase` entry of the participant, or soon will. False: it had. */
bool elsewheres_bury(elsewheres *all, const char *participant);

/* Notes what an entry of theirs says (`decision`, `carry`). An older one than what is known of that log
 * changes nothing. */
void elsewhere_note(elsewheres *all, elsewhere *e, const heard_entry *entry);
/* What they said without their key, before the entry `bind`: what closed stands, as from there. */
void elsewhere_note_former(elsewheres *all, elsewhere *e, const heard_entry *entry, const heard_entry *bind);
/* What somebody with that key said in a meeting that is over: only what closed is remembered. */
void elsewheres_recall(
	elsewheres *all, const heard_entry *bind, const uint8_t *key, const heard_entry *entry);
/* What this gateway's own log has closed. */
void elsewheres_remember(elsewheres *all, const closings_cell *cell, const char *log);
/* Whether nothing that anybody said stands against that grant; `closed`: the cell is here. */
bool elsewheres_allow(const elsewheres *all, const elsewhere *e, const said *grant, bool closed);

/* carry.c: grants on their way into this log */

typedef struct carry carry;

typedef struct carried_grant {
	const notice *notice;
	medium medium;
	gint64 since_ms, expires_ms;
} carried_grant;

/* Of that participant in that meeting. `grants` are of the body's decisions, in their order; body and
 * personal (NULL: none) are taken, the others referenced. */
carry *carry_new(meeting *m, person *who, GArray *grants, json_t *body, json_t *personal);
/* Lets the grants take effect once they are committed. Takes it. */
void carry_post(carry *c);
/* The same for whoever waits: the entry gets its place now, with the lock; the wait, without it, takes it. */
void carry_begin(carry *c);
void carry_wait(carry *c);
const char *carry_participant(const carry *c);
void carry_free(carry *c);
/* Leaves out what the participant has decided anew since: the log's last word must be theirs. False: nothing
 * is left. */
bool carry_stands(carry *c);
/* Tells everybody in the meeting what the participant has of these purposes now. */
void carry_tell(meeting *m, person *p, guint32 purposes, const char *how);

/* takeover.c */

/* Takes over all that is new to this person of what they said elsewhere, an entry for each of theirs. Gates
 * close before it returns. Returns what is to be committed: array of carry, to be unreferenced. */
GPtrArray *takeover(meeting *m, person *p, GPtrArray *from);
/* Of person.taken. Takes NULL. */
void taken_free(struct taken *t);

/* fleet.c */

/* Keeps what could not be committed until the ledger is back, and then tries again. */
void fleet_keep(meetings *all, carry *c);
void fleet_retry(meetings *all);

elsewheres *fleet_elsewhere(meetings *all);
reservations *fleet_reservations(meetings *all); /* without the lock, too */

/* Nobody is known by that id from other logs any more, nor will be. */
void fleet_forget(meetings *all, const char *participant);
/* The same for whoever has that participant's key, so far: only by what begins an erasure, not by what
 * repeats it, since the key may by then be somebody's of whom nothing was erased. */
void fleet_forget_same(meetings *all, const char *participant);

/* others.c, without the lock: one gateway at a time binds a key (SIGNING_PUBLIC_SIZE bytes), so that each
 * hears of the one before it first. False, and nothing is to be released: there is no fleet, or another
 * gateway does not come to an end with it in the time that decisions have. */
bool fleet_reserve(meetings *all, const uint8_t *key);
void fleet_release(meetings *all, const uint8_t *key);

/* The same participant at another gateway; NULL: there is none. To be unreferenced. */
GPtrArray *fleet_others(meeting *m, const person *p);
/* The meeting ends: what was closed in it is remembered. */
void fleet_remember(meeting *m);
/* Media of the purpose that were granted elsewhere. */
unsigned fleet_granted(meeting *m, const person *p, const notice *n);

/* wording.c: which notices are in force; without the lock. Puts the newest that any log has in force. */
void wording_settle(meetings *all);
/* Puts the notice of that entry in force in place of `before`, here, in all meetings that go on. One thread
 * at a time. */
void wording_enforce(meetings *all, const heard_entry *best, const notice *before);

/* erasure.c. With the lock: posts the entry that begins an erasure of what was captured of the participant,
 * with the values that destroy its keys; the files follow. Takes the references. */
void erasure_post(meetings *all, const char *type, json_t *body, json_t *personal, json_t *values,
	const char *participant);
/* Without the lock. Does here what another log's `erase` entry says, once for a participant if that repeats
 * what a third log said. */
void erasure_heard(meetings *all, const heard_entry *erase);
/* Does what other logs said while this gateway did not run. */
void erasure_catch_up(meetings *all);

/* afterwards.c; without the lock, as the two above: what a withdrawal with erasure in another log asks for of
 * somebody whose meeting here is over. */
void afterwards_heard(meetings *all, const heard_entry *entry);
void afterwards_catch_up(meetings *all);

#endif
