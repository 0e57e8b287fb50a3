/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A world for tests of meetings and requests: meetings over a real ledger and recordings in a temporary
 * folder, with the notices that are shipped, peers that keep the events pushed to them, and a fake upstream
 * that knows four rooms. */
#ifndef CONSENT_TESTS_MEETING_SUPPORT_H
#define CONSENT_TESTS_MEETING_SUPPORT_H

#include "capture_support.h"
#include "meeting/meeting.h"
#include "signalling/signalling.h"

#define ROOM 1234 /* secret SECRET */
#define SECRET "adminpwd"
#define OPEN_ROOM 5678 /* has no secret */
#define EMPTY_ROOM 9   /* exists, secret SECRET; nobody ever joins it */

typedef struct world {
	char *folder;
	settings *settings;
	meetings *all;
	signalling signalling;
} world;

/* A folder and settings; the meetings are opened. */
void world_init(world *w);
/* Opens what world_close has closed. */
void world_open(world *w);
/* Destroys the meetings, so that files and ledger are complete. All peers must be gone. */
void world_close(world *w);
/* Closes if necessary, removes the folder. */
void world_clear(world *w);

/* Until so many packets in all have been written, and so their segments are in the ledger. */
void world_await_written(world *w, json_int_t packets);

/* The ledger's file is moved away and back: nothing can be written meanwhile. */
void world_break_ledger(world *w);
void world_mend_ledger(world *w);
/* The recordings folder gives way to a file, and comes back. */
void world_break_disk(world *w);
void world_mend_disk(world *w);

typedef struct peer {
	world *world;
	attendance *attendance;
	char *id; /* the participant's */
	GMutex lock;
	GCond told;
	GPtrArray *events; /* json_t, as pushed */
	unsigned read;     /* of these, by peer_await */
	gint64 ended_us;   /* monotonic: when it was last told that a capture ended */
	unsigned keyframes;
} peer;

/* Joins, is announced, and its media can flow. */
peer *peer_join(world *w, json_int_t room, json_int_t feed, const char *display);
/* Joins only. */
peer *peer_arrive(world *w, json_int_t room, json_int_t feed, const char *display);
/* Leaves and frees; takes NULL. */
void peer_free(peer *p);

/* An audio m-line 0 ("a") or a video m-line 1 ("v") as negotiated, sending. */
capture_track *peer_audio(peer *p);
capture_track *peer_video(peer *p);

/* Waits for the first event after those awaited before that has all members of the pattern (which is taken;
 * format and arguments as json_pack's). Borrowed. */
json_t *peer_await(peer *p, const char *format, ...);
/* Events so far that match, also those awaited. */
unsigned peer_count(peer *p, const char *format, ...);
/* Position of the first event that matches, −1: none. */
int peer_position(peer *p, const char *format, ...);

/* A member; NULL or 0 when there is none of that type. */
const char *text_of(json_t *object, const char *name);
json_int_t integer_of(json_t *object, const char *name);

/* Every one of these members (NULL-terminated) is there. */
void assert_members(json_t *object, const char *const *names);
/* An RFC 3339 time. */
bool is_time(json_t *value);

/* Whether every member of the pattern is in the object with an equal value. */
bool json_matches(json_t *object, json_t *pattern);

/* A request, and its answer (new reference). Format and arguments as json_pack's. */
json_t *peer_ask(peer *p, const char *format, ...);
json_t *world_ask_admin(world *w, const char *format, ...);
/* From a handle that has joined no room. */
json_t *world_ask_stranger(world *w, const char *format, ...);
/* The answer's error code, 0 when it is none. Takes the answer. */
int code_of(json_t *answer);

/* {"purpose","media","decision","notice"} with the notice in force. */
json_t *decision_of(const world *w, const char *purpose, unsigned media, const char *answer);
/* consent_decide with one such; the code. */
int peer_decide(peer *p, const char *purpose, unsigned media, const char *answer);
/* consent_withdraw of everything; the code. */
int peer_withdraw(peer *p);

/* consent_start with the secret; the code. */
int world_start(world *w, json_int_t room, const char *purpose);
int world_stop(world *w, json_int_t room, const char *purpose);

/* What the fake upstream says. */
room_access fake_check_secret(json_t *room, const char *secret);
room_access fake_check_room(json_t *room);

#endif
