/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A model of the rule that is a page long: who is in a meeting, what they said, when, to which wording, and
 * so what of theirs is captured. It knows nothing of gates, segments, timers and ledgers. */
#ifndef CONSENT_TESTS_MEETING_MODEL_H
#define CONSENT_TESTS_MEETING_MODEL_H

#include "meeting_holder.h"

#define PEOPLE 4
#define LINES 2
#define PURPOSES 2
#define KEYS 2

extern const medium model_media[LINES];
extern const char *const model_mids[LINES];
extern const char *const model_purposes[PURPOSES];

/* The last that somebody said of a purpose and medium. */
typedef struct word {
	decision decision;
	gint64 until_ms; /* of the model's time; 0: for good */
	guint wording;   /* the how manieth, of that purpose */
} word;

/* A participant: whoever is in the meeting by one handle, or proved the same key by several. */
typedef struct self {
	GPtrArray *ids; /* strings: theirs, then those of whom they were */
	int key;        /* −1: none */
	guint meeting;  /* the how manieth */
	word said[PURPOSES][LINES];
} self;

/* An m-line. */
typedef struct line {
	capture_track *track; /* NULL: was never negotiated */
	bool sends, off, muted;
} line;

/* Somebody with a handle. */
typedef struct someone {
	holder holder;
	self *self; /* NULL: has none */
	bool here, announced, connected;
	line lines[LINES];
} someone;

typedef struct running {
	bool on, unanimous;
	gint64 from_ms; /* announced until then */
} running;

/* A packet that is to be found. */
typedef struct kept {
	const char *id; /* of the participant then, interned */
	unsigned line;
	uint64_t number;
} kept;

typedef struct model {
	someone people[PEOPLE];
	running running[PURPOSES];
	GPtrArray *selves; /* all that ever were, owned */
	GArray *kept;      /* of kept */
	guint meeting;
	guint wording[PURPOSES]; /* in force */
	gint64 now_ms;
	bool ledger_down;
} model;

void model_init(model *m);
void model_clear(model *m);

/* The handle is somebody new, of that id. */
void model_enter(model *m, someone *who, const char *id);
/* The handle's has left; with the last one ends the meeting, and what runs in it. */
void model_exit(model *m, someone *who);
/* Whether somebody has been announced. */
bool model_anybody_seen(const model *m);
/* The handle has proved that key, and has no other: who has it in this meeting is who they are. */
void model_bind(model *m, someone *who, int key);
/* Nothing is known of them any more: who is here is somebody new. */
void model_forget(model *m, const self *whom);
/* What was captured of them is to be gone. */
void model_erase(model *m, const self *whom);

/* A grant is to the wording in force. */
void model_decide(const model *m, self *who, unsigned purpose, unsigned media, decision d, gint64 until_ms);
void model_withdraw(self *who);
/* So much later. */
void model_pass(model *m, gint64 ms);

/* The rule. */
bool model_allows(const model *m, const someone *who, unsigned line);
/* What everybody is told of the activity: "announced", "running", "paused" while it can capture nothing of
 * anybody; NULL: there is none. */
const char *model_state(const model *m, unsigned purpose);
void model_keep(model *m, const someone *who, unsigned line, uint64_t number);

#endif
