/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is in the picture when: a meeting cut into pieces in which nothing changes. Pure; times are seconds
 * from the meeting's beginning. */
#ifndef CONSENT_RENDERING_TIMELINE_H
#define CONSENT_RENDERING_TIMELINE_H

#include <glib.h>
#include <stdbool.h>

/* Pictures a second of what is composed; pieces begin and end with a picture. */
#define TIMELINE_RATE 25

/* Somebody who was there. */
typedef struct timeline_seat {
	char *name;      /* in one line (names.h); NULL: shown without one */
	GArray *present; /* of timeline_span */
} timeline_seat;

typedef struct timeline_span {
	double from, to;
} timeline_span;

/* A recording. */
typedef struct timeline_clip {
	guint seat;
	bool video;
	double from, to;
	double stretch; /* as in sync.h */
	char *file;     /* relative to the folder where it is worked */
} timeline_clip;

typedef struct timeline {
	double length;
	GArray *seats; /* of timeline_seat, in the order in which they came */
	GArray *clips; /* of timeline_clip */
} timeline;

timeline *timeline_new(void);
/* Takes NULL. */
void timeline_free(timeline *t);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(timeline, timeline_free)

/* Their index. Strings are copied. */
guint timeline_add_seat(timeline *t, const char *name);
void timeline_add_span(timeline *t, guint seat, double from, double to);
void timeline_add_clip(timeline *t, const timeline_clip *clip);

/* A place in the grid. */
typedef struct timeline_tile {
	guint seat;
	int clip; /* −1: nothing of them is seen */
} timeline_tile;

typedef struct timeline_piece {
	gint64 from, to; /* in pictures */
	bool captured;   /* of somebody, be it sound or picture */
	GArray *tiles;   /* of timeline_tile */
} timeline_piece;

/* In order and without gaps, from 0 to the end; at least one. A new array of timeline_piece. */
GArray *timeline_cut(const timeline *t);

/* Where tile `index` of `count` is in a picture, all numbers even. */
typedef struct timeline_place {
	int x, y, width, height;
} timeline_place;
timeline_place timeline_place_of(guint index, guint count, int width, int height);

#endif
