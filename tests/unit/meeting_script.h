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
	GPtrArray *ids; /* of all participants, interned */
	uint64_t sent;
	GString *story;
} script;

/* One of the steps, by somebody: what it changes is changed in the meeting and in the model. */
void script_step(script *s);
/* Two of them: back, and away. */
void script_find_ledger(script *s, someone *who);
void script_leave(script *s, someone *who);

#endif
