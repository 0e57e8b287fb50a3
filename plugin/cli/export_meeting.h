/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of `export meeting` share. */
#ifndef CONSENT_CLI_EXPORT_MEETING_H
#define CONSENT_CLI_EXPORT_MEETING_H

#include "cli/attendees.h"
#include "cli/playable.h"
#include "cli/progress.h"
#include "rendering/sync.h"
#include "rendering/timeline.h"

/* A segment as it was exported. */
typedef struct meeting_track {
	playable *from; /* borrowed */
	char *file;     /* below the target; NULL: left out */
	char sha256[HASH_HEX_SIZE];
	sync_times times;
} meeting_track;

typedef struct meeting_export meeting_export;

/* What is made of a meeting's tracks. */
typedef struct meeting_kind {
	const char *what; /* "meeting" */
	/* Makes it in `place`, where the tracks are already, below tracks/; there is at least one, or a
	 * product. */
	bool (*make)(const meeting_export *m, GError **error);
	bool (*needs_ffmpeg)(const arguments *args);
	/* Records of what else of the meeting may be used at that time, and lines about what may not (NULL:
	 * nobody wants them); NULL: nothing ever. Asked again before anything leaves. */
	json_t *(*products)(const meeting_export *m, gint64 now_ms, GPtrArray *left_out, GError **error);
} meeting_kind;

struct meeting_export {
	const meeting_kind *kind;
	const arguments *args;
	const char *purpose;
	const recordings *all;
	attendees *who;
	GPtrArray *segments; /* of playable */
	GPtrArray *tracks;   /* of meeting_track, one a segment that may be used */
	json_t *products;    /* array, see meeting_kind; borrowed from the try */
	GPtrArray *lacking;  /* lines about those that may not be used */
	const char *place;   /* where the target is made */
	const char *work;    /* a folder in it for what is not part of it */
	progress *progress;
	gint64 now_ms;
};

/* The command of such a kind: lists what may be used, converts it, makes it, asks again, tells the ledger and
 * lets the folder appear. Returns an exit code. */
int meeting_run(const meeting_kind *kind, const arguments *args, GError **error);

/* What the options of such a command mean. */
extern const option_words meeting_words[];

/* Seconds from the meeting's beginning. */
double meeting_seconds(const meeting_export *m, gint64 at_ms);

/* Everybody's name, or none where they do not agree to the purpose; borrowed. */
const char *meeting_name(const meeting_export *m, const char *participant);

/* Makes the film, and its captions beside it. */
bool meeting_film(const meeting_export *m, GError **error);

/* Writes meeting.json: what is in the folder, and what was left out and why. */
bool meeting_manifest(const meeting_export *m, GError **error);

#endif
