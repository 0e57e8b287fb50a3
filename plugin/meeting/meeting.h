/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Meetings: the one place that joins consent, ledger, notices and capture, always in this order: close early,
 * ledger first, open late.
 *
 * Threads: every function may be called from any thread but the ledger's and the writer's. One lock guards
 * all state here; it is never held while somebody waits for the ledger, and never taken by a media thread,
 * which only knows the capture_track pointers that attendance_track returns. Errors are CONSENT_ERROR codes
 * of the wire. JSON objects returned are new references. */
#ifndef CONSENT_MEETING_H
#define CONSENT_MEETING_H

#include "base/error.h"
#include "base/scope.h"
#include "base/settings.h"
#include "capture/capture.h"
#include "consent/roster.h"
#include "ledger/ledger.h"
#include "ledger/reader.h"
#include "notices/notices.h"

#include <jansson.h>

typedef struct meetings meetings;
typedef struct attendance attendance; /* one handle that has joined one room */

/* What the gateway needs from whoever talks to the peers. Called with the lock held: must not call back and
 * must not block. */
typedef struct meeting_host {
	/* Sends the event to the peer; `event` is borrowed. */
	void (*push)(void *peer, json_t *event);
	/* Asks the peer for a video keyframe, so that a segment starts with one. */
	void (*keyframe)(void *peer, int mindex);
} meeting_host;

/* Opens ledger and capture, closes in the ledger what a crash left open, records notices that are new. */
meetings *meetings_create(const settings *s, const meeting_host *host, GError **error);
/* Closes what still captures, commits what waits. From then on only attendance_free, attendance_leave and
 * meetings_destroy may be called, and the first two only for those who had left before. */
void meetings_close(meetings *all);
/* All handles must be gone. Closes first, where that was not done. */
void meetings_destroy(meetings *all);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(meetings, meetings_destroy)

const settings *meetings_settings(const meetings *all);
const notices *meetings_notices(const meetings *all);

/* ---- Rooms: what `create`, `edit`, `enable_recording` and the upstream's configuration file asked for ----
 */

/* From now on a meeting in this room begins with an activity for "record" (`record` true) or does not. */
void room_arm(meetings *all, json_t *room, bool record);
/* Whether a sub-folder stays below the recordings folder and can be used: relative, every component a plain
 * name. */
bool room_folder_is_inside(const char *folder);
/* Sub-folder of the recordings folder for this room's segments; NULL: none. False when it would lead outside:
 * then nothing changed. */
bool room_folder(meetings *all, json_t *room, const char *folder);
/* The room is gone from upstream. */
void room_forget(meetings *all, json_t *room);

/* ---- Attendance ---- */

/* `peer` is what meeting_host gets; room and feed (ids as upstream has them) are borrowed. The participant
 * becomes present, and is told what runs, with attendance_announce: between the two the caller tells the peer
 * that it has joined. */
attendance *attendance_join(meetings *all, json_t *room, json_t *feed, const char *display, void *peer);
void attendance_announce(attendance *a);
void attendance_rename(attendance *a, const char *display);
/* Closes all gates; the meeting ends with its last participant. A second call does nothing. */
void attendance_leave(attendance *a, const char *reason);
/* Leaves and frees, tracks included. The peer's media thread must be out, or be the caller. */
void attendance_free(attendance *a);

bool attendance_present(attendance *a);
/* Borrowed; never changes. */
json_t *attendance_room(attendance *a);

/* ---- Tracks ---- */

typedef struct track_spec {
	int mindex;
	const char *mid;
	medium medium;
	const char *codec, *fmtp, *description; /* the last two may be NULL */
	json_t *extensions;                     /* borrowed, may be NULL */
	int red_pt;
	bool sending; /* negotiated so that the peer sends */
	bool encrypted;
} track_spec;

#define TRACKS_MAX 64

/* A track as negotiated (first time or again). The pointer stays the same for a mindex and valid until
 * attendance_free. */
capture_track *attendance_track(attendance *a, const track_spec *spec);

/* Rule, point 5. `mid` NULL: all of that medium; medium 0: all. Stopping takes effect before return. Touches
 * what has been negotiated on this connection, as upstream does: a track that comes later is relayed. */
void attendance_relay(attendance *a, const char *mid, unsigned media, bool relayed);
/* Counts for a mid that is not known yet as well, until the peer hangs up. Returns whether it was muted
 * before. */
bool attendance_moderate(meetings *all, json_t *room, json_t *feed, const char *mid, bool muted);

/* The peer's media can flow from now on, or must not any more (it is about to unpublish or leave). */
void attendance_connected(attendance *a);
void attendance_disconnected(attendance *a);
/* The connection is gone, and with it what upstream knew of its tracks; the participant stays. */
void attendance_hangup(attendance *a);

/* ---- Decisions ---- */

typedef struct decision_item {
	const notice *notice;
	unsigned media;
	decision decision; /* DECISION_GRANTED or DECISION_REFUSED; DECISION_WITHDRAWN to withdraw */
} decision_item;

typedef struct decision_request {
	const decision_item *items;
	unsigned count;
	gint64 expires_ms; /* 0: never */
	const char *lang;  /* the notice was read in, or NULL */
	const char *proof; /* compact JWS, or NULL */
	json_t *subject;   /* what the proof must be over; borrowed */
	bool erase;        /* withdraw only: also what was captured before */
	bool all;          /* withdraw only: of the items only what is granted then */
} decision_request;

/* Decides; returns {"decisions" as in info, "receipt"} after the commit. 706 when the participant has a key
 * and the proof does not hold. */
json_t *attendance_decide(attendance *a, const decision_request *request, GError **error);
/* The gates are closed before the ledger is asked. The answer has "erased", the number of segments that are
 * gone; their keys are destroyed when the withdrawal is committed. */
json_t *attendance_withdraw(attendance *a, const decision_request *request, GError **error);

typedef struct bind_request {
	json_t *key; /* public JWK, borrowed */
	const uint8_t *key_bytes;
	const char *proof;
	json_t *subject; /* borrowed */
} bind_request;

/* From now on this handle is the participant who has that key in this meeting, with their decisions; a new
 * key becomes this participant's. {"participant","decisions"}. */
json_t *attendance_bind(attendance *a, const bind_request *request, GError **error);

/* New array of all receipts of this participant in this meeting. */
json_t *attendance_receipts(attendance *a);
/* For each of these a tlog-proof of the entry that its `log` names, under the newest checkpoint; null where
 * the ledger cannot be read. Reads the ledger: no lock may be held. */
json_t *attendance_proofs(attendance *a, const json_t *receipts);

/* Whether the participant's grants for all media of that purpose stand now, whether or not anything runs. */
bool attendance_agreed(attendance *a, const char *purpose);

/* ---- Activities ---- */

/* Where the media of an activity go live, instead of into files. */
typedef struct forward {
	const char *host; /* an IP address; NULL: nowhere */
	unsigned port;    /* the first, even */
	unsigned streams; /* how many at most; the nth has port + 2n */
	feed_suite suite;
} forward;

typedef struct activity_request {
	const notice *notice;
	policy policy;
	unsigned countdown_s;
	attendance *by; /* NULL: nobody who has joined a room */
	bool admin;     /* it is the operator who asks */
	forward forward;
} activity_request;

/* {"activity","state","policy","forward"}; a running activity is answered as it is. 707 when the operator
 * does not allow to forward there. */
json_t *meeting_start(meetings *all, json_t *room, const activity_request *request, GError **error);
/* {"activity","segments"}; CONSENT_ERROR_NOT_FOUND when it does not run. */
json_t *meeting_stop(meetings *all, json_t *room, const notice *n, bool admin, GError **error);

/* ---- Views ---- */

/* A notice as people are shown it: purpose, media, notice (hash), title, summary, details, recipients,
 * retention, version, lang, langs. */
json_t *meetings_show(const meetings *all, const notice *n, const char *lang);

/* The answer to consent_info without "consent". */
json_t *attendance_info(attendance *a, const char *lang);
/* {"meeting","activities","participants"}; CONSENT_ERROR_NOT_FOUND when nobody is in the room. */
json_t *meeting_list(meetings *all, json_t *room, GError **error);
/* {"room","people","activities"}: what somebody may know before they go in; empty when nobody is there. */
json_t *meeting_preview(meetings *all, json_t *room);
json_t *meetings_stats(meetings *all);

/* ---- The log ---- */

/* This gateway's log, where the store holds those of others, too. */
ledger_reader *meetings_read_own(meetings *all, GError **error);

/* Appends an entry about something that may happen only if the ledger says so, and waits for its commit;
 * takes the reference. CONSENT_ERROR_LEDGER. */
bool meetings_note(meetings *all, const char *type, json_t *body, ledger_place *ret, GError **error);

/* {"keys":[…],"vkey"} */
json_t *meetings_keys(meetings *all);
/* Destroys a participant's personal data in the ledger and all their segments, now; how many. What is being
 * captured goes on in a new segment. CONSENT_ERROR_NOT_FOUND for a participant that the ledger does not know.
 */
bool meetings_erase(
	meetings *all, const char *participant, const char *reason, guint *ret_segments, GError **error);
/* One segment; CONSENT_ERROR_NOT_FOUND when there is none of that id, or it is erased. */
bool meetings_erase_segment(
	meetings *all, const char *segment, const char *reason, guint *ret_segments, GError **error);

#endif
