/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of meeting/ share. Everything here is guarded by meetings.lock unless said otherwise. */
#ifndef CONSENT_MEETING_PRIVATE_H
#define CONSENT_MEETING_PRIVATE_H

#include "meeting/meeting.h"
#include "ledger/erasable.h"
#include "ledger/ledger.h"
#include "ledger/segmentkeys.h"
#include "proofs/nonces.h"
#include "proofs/signing.h"

#include <string.h>

/* One m-line of a participant. */
typedef struct track {
	capture_track *gate;
	int mindex;
	char *mid, *codec, *fmtp, *description;
	json_t *extensions;
	medium medium;
	int red_pt;
	bool encrypted;
	bool known;                  /* negotiated on this connection */
	bool sending, active, muted; /* relayed while connected, sending, active, and not muted */
	guint32 purposes;            /* captured for now */
	guint64 grants;              /* fingerprint of the decisions that the open segment rests on */
	gint64 until_ms;             /* when a grant of theirs ends, as the rule has it; 0: none does */
	char *segment;               /* UUID of the open segment, NULL: gate closed */
	guint32 told; /* purposes that the participant was last told of, and the segment then */
	char *told_segment;
} track;

/* A purpose in use in this meeting. */
typedef struct activity {
	char *id;
	char *by;         /* participant's UUID, "admin" or "configuration" */
	char *by_display; /* or NULL */
	gint64 since_ms;
	gint64 runs_at_ms;  /* announced: when the countdown ends */
	guint64 segments;   /* opened so far */
	const char *paused; /* last told reason, NULL: not paused */
	forward forward;    /* its host owned */
} activity;

typedef struct meeting {
	meetings *all;
	json_t *room;
	char *room_text;
	char *id;
	roster roster;
	activity activities[PURPOSES_MAX]; /* id NULL: none */
	GPtrArray *attendances;            /* attendance *, borrowed: present or arriving */
	GPtrArray *persons;                /* person *: whoever has been here; keys are found again */
	bool opened; /* the first participant was announced, and what the room was told to start has begun */
} meeting;

/* What segments under one grant are encrypted with; secret. */
typedef struct grant_key {
	bool made;
	uint8_t bytes[SEALING_KEY_SIZE];
} grant_key;

/* A participant: one person, by one handle or by several that proved the same key. */
typedef struct person {
	unsigned refs; /* of the meeting's list, of attendances, and of decisions under way */
	meetings *all;
	char *id, *display;
	roster_member member; /* in the roster while `present` */
	unsigned present;     /* handles that have been announced and have not left */
	gint64 shown_ms[PURPOSES_MAX];
	unsigned in_flight;                 /* decisions on their way into the ledger */
	unsigned closed_here[PURPOSES_MAX]; /* media: refused or withdrawn at this gateway last */
	json_t *key;                        /* public JWK, NULL: none was bound */
	uint8_t key_bytes[SIGNING_PUBLIC_SIZE];
	nonces nonces;
	json_t *receipts;    /* array of compact JWS */
	struct taken *taken; /* from other gateways (takeover.c); NULL: nothing */
	grant_key keys[PURPOSES_MAX][MEDIA_COUNT];
	/* The ids that grant keys are kept under: this person's own, which no other gateway gave them and
	 * which they keep when their id becomes another, and those of whom they were before. */
	GPtrArray *keys_of;
	unsigned captured[PURPOSES_MAX]; /* media: something of this person was */
} person;

struct attendance {
	meetings *all;
	meeting *meeting; /* NULL after leaving */
	json_t *room, *feed;
	char *meeting_id;
	char *lang; /* of notices, as last asked for; NULL: the default */
	void *peer;
	person *person;
	bool announced;
	bool connected; /* the peer's media can flow */
	track *tracks[TRACKS_MAX];
	GHashTable *muted; /* mids, by a moderator, until the peer hangs up */
};

typedef struct room_settings {
	bool record;
	char *folder;
} room_settings;

struct meetings {
	const settings *settings;
	meeting_host host;
	notices *notices;
	ledger *ledger;
	capture *capture;
	GMutex lock;
	GHashTable *by_room;                 /* room text → meeting (owned) */
	GHashTable *rooms;                   /* room text → room_settings (owned) */
	guint64 order;                       /* of decisions */
	bool ledger_ok, sinks_ok, others_ok; /* as last reported */
	bool silent;                         /* nothing was heard of the store for too long */
	struct fleet *fleet;                 /* other gateways on the store (fleet.h); NULL: it is a file */
	guint32 barred;  /* purposes whose notice in force is none that can be shown here */
	operatorkey key; /* while has_key; constant after start */
	bool has_key;
	GHashTable *live;     /* segment → its context, until the writer is done with it */
	GCond finished;       /* one of them is */
	GHashTable *erasures; /* id of a participant → what their erasure, which waits, is said to be
				 (erasing.c) */
	int closed;           /* atomic; set under the lock: the ledger is not to be used any more */
	GThread *timer, *eraser;
	GCond timer_wake, eraser_wake; /* something may be due */
	bool stopping;
};

/* meetings.c */
char *room_text(json_t *room); /* the room as a key: g_free */
meeting *meeting_find(meetings *all, json_t *room);
meeting *meeting_enter(meetings *all, json_t *room); /* finds or begins */
void meeting_end(meeting *m);
const notice *meeting_notice(const meeting *m, unsigned purpose);
/* The rule goes by the notice that is in force now. */
void meeting_heed_notice(meeting *m, unsigned purpose);

/* health.c: three report, each from its own thread, without the lock. */
bool health_good(const meetings *all);
void health_of_ledger(bool healthy, const char *why, void *all);
void health_of_capture(bool healthy, const char *why, void *all);
void health_of_others(bool reached, const char *why, void *all);
/* Looks whether the store is silent; returns when to look again (wall clock, ms). */
gint64 health_watch(meetings *all, gint64 now_ms);

/* person.c */
person *person_new(meeting *m, const char *display); /* known to the meeting; a reference */
char *person_display(const char *display);           /* as much of it as is kept (g_free) */
person *person_ref(person *p);
void person_unref(person *p);                            /* takes NULL */
person *person_with_key(meeting *m, const uint8_t *key); /* borrowed; NULL: nobody */
/* forget.c: nobody has this id any more; capture has ended, and whoever is present has a new id and nothing
 * else. Nor is anybody known by it at other gateways. Whether somebody had it. */
bool persons_forget(meetings *all, const char *participant);
/* Presence of one more handle, or of one less. */
void person_enter(meeting *m, person *p);
void person_exit(meeting *m, person *p);

/* binding.c: 706 unless the proof is over `subject` by this key, with a nonce of this person's, which it uses
 * up. */
bool person_check_proof(
	attendance *a, const uint8_t *public_key, const char *proof, const json_t *subject, GError **error);

/* receipts.c */
#define UUID_SIZE sizeof("01234567-89ab-cdef-0123-456789abcdef")
void receipt_id(char id[UUID_SIZE]);
/* A new string, kept with the person as well; NULL when it cannot be signed, or the ledger is closed.
 * `places`: of the request's entries, in their order, at least one. */
json_t *receipt_make(attendance *a, person *who, const char *id, const ledger_place *places, unsigned count,
	json_t *decisions);
/* Those of whom they were before they proved their key, in the order of the log. */
void receipts_merge(person *into, const person *from);

/* gate.c: makes every track's gate what the rule says now; tells whose capture began or ended, and activities
 * that pause or go on. */
void gate_apply(meeting *m, const char *reason);
void gate_apply_all(meetings *all, const char *reason);
/* Where capture goes on: ends the open segments (`segment`: only that one) for new ones, without losing a
 * packet. */
void gate_rotate(attendance *a, const char *segment, const char *reason, bool continues);
/* Asks the publisher of that segment for a key frame. */
void gate_keyframe(attendance *a, const char *segment);
/* Closes the gates of one who is about to be absent, and tells them. */
void gate_close_attendance(attendance *a, const char *reason);

/* ciphertext.c: tracks that are encrypted end to end. */
/* Whether the purpose can do with ciphertext, and all that can. */
bool ciphertext_suits(const notice *n);
guint32 ciphertext_purposes(const meeting *m);
/* Whether a track of these media that the handle sends is encrypted. */
bool ciphertext_of(const attendance *a, unsigned media);
/* 711. */
bool ciphertext_check_grant(const attendance *a, const notice *n, unsigned media, GError **error);
bool ciphertext_check_start(const meeting *m, const notice *n, GError **error);

/* forwards.c: live feeds. */
bool forward_check(const meetings *all, const notice *n, const forward *f, GError **error);
/* Purposes of those that are stored in files. */
guint32 forward_stored(const meeting *m, guint32 purposes);
/* Where a segment of these purposes goes live, and the text for it in an entry. False: nowhere;
 * forward_clear. */
bool forward_choose(meeting *m, const track *t, const char *participant, feed_spec *ret, char **ret_text);
void forward_clear(feed_spec *spec);

/* keys.c */
bool keys_open(meetings *all, GError **error);
void keys_close(meetings *all);
json_t *keys_recorded(const meetings *all); /* values of an entry: which key it is; NULL without one */
/* A new key for the segment that `t` begins, and the values that keep it. NULL, no key: files are plain. */
json_t *keys_make(const meeting *m, attendance *a, const track *t, uint8_t ret[SEALING_KEY_SIZE]);
/* The id that the person's keys are kept under. */
const char *keys_owner(const person *who);
/* What was captured of `from` is that of `into` from now on. */
void keys_merge(person *into, const person *from);
/* Segments from now on get other grant keys. */
void keys_forget(person *who);
/* Of all grants that something was captured under; adds to `values` what destroys their keys. */
void keys_forget_captured(person *who, json_t *values);
/* Of one grant; adds to `values` what destroys its key. */
void keys_forget_grant(person *who, const notice *n, medium m, json_t *values);

/* segments.c */
/* Opens the gate of `t`, whose purposes and until_ms are set, for a new segment; an open one ends there for
 * this reason. `continues`: under the same grants, what is left of it is the new one's. */
void segment_open(meeting *m, attendance *a, track *t, const char *reason, bool continues, gint64 now_ms);
/* Whether a live segment goes to that port; `context` is a value of meetings.live. */
bool segment_feeds(gconstpointer context, const char *host, unsigned port);
/* capture_options.on_source, with the meetings as user: writer thread, no lock. */
void segment_source_changed(const char *id, void *user);
/* capture_options.on_keyframe, the same. */
void segment_keyframe_wanted(const char *id, void *user);
/* capture_options.on_closed, with the meetings as user: writer thread, no lock. */
void segment_closed(const segment_result *result, void *user);
/* As soon as the writer has finished it, its file is removed and that is posted. Takes the references. */
void segment_erase_later(meetings *all, const char *segment, json_t *body, json_t *values);
/* Adds to a closed segment's body what became of it. */
void segment_result_json(json_t *body, const segment_result *r);

/* activities.c */
void activity_begin(
	meeting *m, const notice *n, policy p, unsigned countdown_s, const char *by, const char *by_display);
void activity_end(meeting *m, unsigned purpose, const char *reason);
void activity_tell(meeting *m, attendance *a, unsigned purpose); /* the notice event */

/* Does what is due, returns when to look again (wall clock, ms). */
gint64 activities_tick(meeting *m, gint64 now_ms);
gint64 decisions_tick(meeting *m, gint64 now_ms); /* decisions.c */

/* decisions.c; the second without the lock, waits for the ledger: decides what the request says.
 * *ret_participant (g_free; NULL: nobody asks) becomes who they were as it took effect; it stays as it is
 * where it did not. */
bool decision_check_proof(attendance *a, const decision_request *request, GError **error);
json_t *decision_make(attendance *a, const decision_request *request, const char *how, char **ret_participant,
	GError **error);

/* withdrawals.c; lock held: which media of each purpose of the request are decided, of those that its item
 * names. "All" is what there is to withdraw at that moment. */
void withdrawal_narrow(const attendance *a, const decision_request *request, unsigned media[PURPOSES_MAX]);

/* What an erasure has done, added to by each run. */
typedef struct erasure_result {
	guint segments;   /* that are gone */
	guint stay;       /* whose file could not be removed; erasure_run has put them off */
	json_t *products; /* array: what became of those that rest on the participant; NULL: nobody asks */
} erasure_result;

/* trainings.c; without the lock: adds "training_sets" to the answer to a request that closes something: how
 * many sets hold what was captured of the participant for these purposes. Not where the ledger cannot tell.
 */
void trainings_tell(attendance *a, const decision_request *request, json_t *answer);

/* erasing.c; without the lock: removes the files of segments whose keys are destroyed, and says so, and what
 * rests on them. */
bool erasure_run(meetings *all, const char *participant, const char *reason, const char *by,
	erasure_result *ret, GError **error);
/* products.c; the same for those that rest on the participant, but puts nothing off. */
bool products_erase(meetings *all, const char *participant, const char *reason, const char *by,
	erasure_result *ret, GError **error);
bool erasures_recover(meetings *all, GError **error);
GHashTable *erasures_new(void); /* meetings.erasures */
/* The eraser does it. */
void erasure_postpone(meetings *all, const char *participant, const char *reason, const char *by);
/* Lock held. */
void erasure_later(meetings *all, const char *participant, const char *reason, const char *by);
/* The eraser: tries all of these again, giving the lock up meanwhile. False: there is none, or no ledger, or
 * one of them failed. */
bool erasures_retry(meetings *all);

/* timer.c: two threads */
void timer_start(meetings *all);
void timer_stop(meetings *all);
void timer_poke(meetings *all);
void eraser_poke(meetings *all);

/* events.c */
void event_broadcast(meeting *m, json_t *event); /* takes the reference */
void event_push(attendance *a, json_t *event);   /* takes the reference */
json_t *event_new(const char *event);
json_t *event_notice(meeting *m, attendance *a, unsigned purpose);
json_t *event_activity(meeting *m, unsigned purpose, const char *state, const char *reason);
json_t *event_decision(meeting *m, person *p, unsigned purpose, const char *how, gint64 now_ms);
typedef struct capture_news {
	const char *segment;
	bool now;             /* or not any more */
	const char *replaces; /* the segment before it, where capture goes on; or NULL */
	const char *reason;   /* why it ended or was replaced; or NULL */
} capture_news;
json_t *event_capture(attendance *a, const track *t, unsigned purpose, const capture_news *c);

/* journal.c: bodies of ledger entries, and posting them. */
json_t *journal_body(const meeting *m);
json_t *journal_id(json_t *id); /* upstream's room or feed as an entry holds it: new reference */
void journal_post(meeting *m, const char *type, json_t *body, json_t *personal);
json_t *journal_personal(const person *p);

json_t *journal_decision(attendance *a, const char *how, const char *lang, json_t *decisions);
json_t *journal_decision_item(const notice *n, medium m, decision d, gint64 expires_ms);
void journal_activity(meeting *m, unsigned purpose, const char *state, const char *reason);

/* recovery.c */
json_t *gateway_body(const char *event); /* of the entry that the gateway has started or stopped */
bool record_started(meetings *all, GError **error);
bool recover_open(meetings *all, GError **error);
bool record_new_notices(meetings *all, GError **error);

/* views.c */
json_t *view_decisions(person *p, gint64 now_ms);
json_t *view_media(person *p, unsigned purpose, gint64 now_ms);
json_t *view_feed(const meeting *m, const person *p); /* of the first handle, null when there is none */
const char *view_state(const meeting *m, unsigned purpose);
json_t *view_time(gint64 ms); /* RFC 3339, null for 0 */

#endif
