/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Notices: what people are shown for a purpose, in every language, with a version and a hash.
 *
 * One file a purpose in the notices folder (conf/consent/ ships four and explains the format). A notice is
 * immutable once loaded. Its hash is the lowercase hex SHA-256 of the RFC 8785 form of its JSON, which holds
 * everything that people can read, in all languages, and everything that the promise rests on, so that a
 * change of any word makes another notice; comments, the order of options and the file's name do not count:
 *   {"purpose","version","media":["audio"…],"captures","retention_days",
 *    "products" (only where the file has
 * it),"languages":{"en":{"title","summary","details","recipients","retention"}…}} Thread-safe after loading:
 * a notice that was given out stays as it is, and as long as all of them. Only which one a slot has may
 * change, see notices_supersede. */
#ifndef CONSENT_NOTICES_H
#define CONSENT_NOTICES_H

#include "base/hash.h"
#include "base/media.h"

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

/* More purposes than this in one folder are refused: a purpose is a bit in a plan's mask. */
#define NOTICES_MAX 32

typedef struct notices notices;

typedef struct notice_wording {
	const char *lang; /* BCP 47, as in the file */
	const char *title, *summary, *details, *recipients, *retention;
} notice_wording;

typedef struct notice {
	unsigned slot;          /* 0 … notices_count() − 1: the purpose's bit */
	const char *purpose;    /* "record" … */
	unsigned media;         /* set of medium: what it can capture or collect */
	bool captures;          /* false for telemetry: nothing of it goes to a sink */
	gint64 version;         /* as the operator numbered it, 1 … */
	guint64 retention_days; /* how long segments are kept; 0: until erased */
	char hash[HASH_HEX_SIZE];
	json_t *json;       /* what the hash is over; borrowed, not to be changed */
	const char **langs; /* its languages in the file's order; NULL-terminated */
} notice;

/* Reads all *.jcfg of the folder in name order, hidden files left out. `language` must be among the languages
 * of each: it is the fallback. A folder without any, or with more than NOTICES_MAX, is refused. NULL and an
 * error that names file, line, option and mend. */
notices *notices_load(const char *folder, const char *language, GError **error);
void notices_free(notices *all);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(notices, notices_free)

unsigned notices_count(const notices *all);
/* NULL beyond the last slot. */
const notice *notices_at(const notices *all, unsigned slot);
/* NULL when there is no such purpose. */
const notice *notices_find(const notices *all, const char *purpose);

/* Puts another wording in force for its purpose: the JSON that its hash is over, as somebody else has
 * recorded it. Returns the notice, which notices_at and notices_find give from now on; the one in force when
 * the hash is its own. NULL and CONSENT_ERROR_INVALID when the JSON is no notice, has another hash, or is for
 * a purpose that this gateway does not have. One thread at a time. */
const notice *notices_supersede(notices *all, const json_t *wording, const char *hash, GError **error);

/* The wording that fits best: exact language, then its base ("de" for "de-AT"), then the default, then the
 * first that there is. `lang` may be NULL, one tag or a comma-separated list of preference, weights as in
 * HTTP's Accept-Language heeded. The strings live as long as `all`. */
notice_wording notices_wording(const notices *all, const notice *one, const char *lang);

/* New array of the notice's languages. */
json_t *notice_langs(const notice *one);

#endif
