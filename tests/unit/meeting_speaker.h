/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A participant of ROOM with an audio m-line, who sends packets numbered from 1. */
#ifndef CONSENT_TESTS_MEETING_SPEAKER_H
#define CONSENT_TESTS_MEETING_SPEAKER_H

#include "meeting_evidence.h"

typedef struct speaker {
	peer *peer; /* NULL after leaving */
	capture_track *track;
	char *id; /* the participant's */
	uint64_t next;
} speaker;

void speaker_join(speaker *s, world *w, const char *name, json_int_t feed);
/* Joins as Ann with feed 11, record is started, she agrees. */
void speaker_record(speaker *s, world *w);
void speaker_leave(speaker *s);
/* Leaves if necessary. */
void speaker_clear(speaker *s);

/* Decisions on recording the audio. */
void speaker_agree(speaker *s);
void speaker_refuse(speaker *s);
/* Of everything. */
void speaker_withdraw(speaker *s);

/* Sends five packets. */
void speak(speaker *s);

/* What was captured of an m-line is exactly these numbers. */
#define ASSERT_NUMBERS(w, id, mid, ...) assert_numbers(w, id, mid, (const int[]){__VA_ARGS__, -1})
void assert_numbers(const world *w, const char *id, const char *mid, const int *wanted);

#endif
