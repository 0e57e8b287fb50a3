/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A random script of everything that people, hosts and the machine do. */
#ifndef CONSENT_TESTS_MEETING_SCRIPT_H
#define CONSENT_TESTS_MEETING_SCRIPT_H

#include "meeting_model.h"

typedef struct script {
	world world;
	model model;
	GRand *rand;
	signing_key keys[KEYS];
	GPtrArray *ids;                 /* of all participants, interned */
	const char *replaced[PURPOSES]; /* hash of the notice before; NULL: none was replaced */
	uint64_t sent;
	GString *story;
} script;

/* One of the steps, by somebody: what it changes is changed in the meeting and in the model. */
void script_step(script *s);
/* Two of them: back, and away. */
void script_find_ledger(script *s, someone *who);
void script_leave(script *s, someone *who);
/* Everybody sends a packet on each of their lines, or on those only of which nothing may be captured. */
void script_send(script *s, bool forbidden_only);

/* ---- meeting_script_time.c: what changes without anybody's deciding ---- */

/* Steps: time passes; a notice is replaced; somebody agrees to one that was. */
void script_pass(script *s, someone *who);
void script_reword(script *s, someone *who);
void script_grant_old(script *s, someone *who);
/* As long as it takes one of the first kind, or a few of them (ms). */
gint64 script_some_time(script *s);
/* `until_ms`: of the model's time; 0: none. */
void script_add_expiry(const script *s, json_t *subject, gint64 until_ms);

/* ---- meeting_script_together.c ---- */

/* A step: a few people decide, each in a thread of their own. */
void script_decide_together(script *s, someone *who);

/* ---- Help for steps ---- */

bool script_chance(script *s, unsigned percent);
unsigned script_draw(script *s, unsigned count);
void script_say(script *s, const someone *who, const char *what);
json_int_t script_feed(const script *s, const someone *who);
/* The code of a request that the ledger must take. */
int script_wanted_code(const script *s);
/* {"decisions"} */
json_t *script_decisions(const script *s, unsigned purpose, unsigned media, const char *answer);
/* Their codes; signed by whoever has a key. The first takes the subject; the second names the purposes where
 * nobody signs what is erased, and then withdraws also what nobody granted. */
int script_ask_decide(const someone *who, json_t *subject);
int script_ask_withdraw(const someone *who, bool erase);

#endif
